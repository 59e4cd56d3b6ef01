//! Metadata of objects, and of the pods and claims that templates make.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::field::{
    each, each_entry, each_reads_as, entries, flag, inside, items, not_negative, part, reads_as, required,
    text, texts,
};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::{Verdict, annotation_key, beginning, ensure, finalizer, path_below, path_segment};
use super::labels;
use super::pod::containers;
use crate::manifest::pointer::escape;
use crate::name::{dns_label, dns_subdomain, label_key};

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "Object",
        field: "metadata.name",
        words: "is given, or `generateName` is, and is a name of its kind; a LimitRange gets one of its own",
        source: "ValidateObjectMeta, with the name function of the kind",
        check: name,
        passes: &[r#"{"metadata":{"name":"a.b-c"}}"#, r#"{"metadata":{"name":null,"generateName":"web-"}}"#],
        fails: &[r#"{"metadata":{"name":"A_b"}}"#, r#"{"metadata":{"name":null}}"#],
    },
    Rule {
        of: "Object",
        field: "metadata.generateName",
        words: "begins a name of its kind",
        source: "ValidateObjectMeta",
        check: generate_name,
        passes: &[r#"{"metadata":{"generateName":"web-"}}"#],
        fails: &[r#"{"metadata":{"generateName":"Web_"}}"#],
    },
    Rule {
        of: "Object",
        field: "metadata.namespace",
        words: "is a DNS label; of an object that lies in no namespace it is dropped",
        source: "ValidateObjectMeta and BeforeCreate of apiserver/pkg/registry/rest",
        check: namespace,
        passes: &[r#"{"metadata":{"namespace":"team-a"}}"#],
        fails: &[r#"{"metadata":{"namespace":"team.a"}}"#],
    },
    Rule {
        of: "Object",
        field: "metadata.labels",
        words: "have label keys and label values",
        source: "ValidateLabels",
        check: |object, refuse| {
            inside(object, "metadata", refuse, |metadata, refuse| labels::map(metadata, "labels", refuse));
        },
        passes: &[r#"{"metadata":{"labels":{"corp.example/ring":""}}}"#],
        fails: &[r#"{"metadata":{"labels":{"ring!":"a"}}}"#, r#"{"metadata":{"labels":{"ring":"a b"}}}"#],
    },
    Rule {
        of: "Object",
        field: "metadata.annotations",
        words: "have label keys, case aside, and at most 256 KiB in all",
        source: "ValidateAnnotations",
        check: |object, refuse| inside(object, "metadata", refuse, annotations),
        passes: &[r#"{"metadata":{"annotations":{"Corp.Example/Note":"any text"}}}"#],
        fails: &[r#"{"metadata":{"annotations":{"a/b/c":""}}}"#],
    },
    Rule {
        of: "Object",
        field: "metadata.finalizers",
        words: "have a domain, or are those of Kubernetes",
        source: "ValidateFinalizers and validateKubeFinalizerName",
        check: own_finalizers,
        passes: &[r#"{"metadata":{"finalizers":["orphan","corp.example/guard"]}}"#],
        fails: &[r#"{"metadata":{"finalizers":["guard"]}}"#],
    },
    Rule {
        of: "Object",
        field: "metadata.finalizers",
        words: "do not ask for both ways to delete dependents",
        source: "ValidateFinalizers",
        check: deletes_one_way,
        passes: &[r#"{"metadata":{"finalizers":["orphan"]}}"#],
        fails: &[r#"{"metadata":{"finalizers":["orphan","foregroundDeletion"]}}"#],
    },
    Rule {
        of: "Object",
        field: "metadata.generation",
        words: "is not negative, where the server does not set it",
        source: "ValidateObjectMeta",
        check: generation,
        passes: &[r#"{"metadata":{"generation":0}}"#],
        fails: &[r#"{"metadata":{"generation":-1}}"#],
    },
    Rule {
        of: "Object",
        field: "metadata.ownerReferences[]",
        words: "name an object: apiVersion, kind, name and uid, and no Event",
        source: "validateOwnerReference",
        check: |object, refuse| {
            inside(object, "metadata", refuse, |metadata, refuse| {
                each(metadata, "ownerReferences", refuse, owner);
            });
        },
        passes: &[
            r#"{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"a","uid":"1"}]}}"#,
        ],
        fails: &[
            r#"{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"a"}]}}"#,
            r#"{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Event","name":"a","uid":"1"}]}}"#,
        ],
    },
    Rule {
        of: "Object",
        field: "metadata.ownerReferences",
        words: "have one controller at most",
        source: "ValidateOwnerReferences",
        check: one_controller,
        passes: &[
            r#"{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"a","uid":"1","controller":true}]}}"#,
        ],
        fails: &[
            r#"{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"a","uid":"1","controller":true},{"apiVersion":"v1","kind":"Pod","name":"b","uid":"2","controller":true}]}}"#,
        ],
    },
    Rule {
        of: "NamespaceSpec",
        field: "finalizers",
        words: "have a domain, or are those of Kubernetes",
        source: "ValidateNamespace",
        check: |spec, refuse| each_reads_as(spec, "finalizers", finalizer, refuse),
        passes: &[r#"{"finalizers":["kubernetes","corp.example/guard"]}"#],
        fails: &[r#"{"finalizers":["guard"]}"#],
    },
    Rule {
        of: "PodTemplateSpec",
        field: "metadata.labels",
        words: "have label keys and label values",
        source: "ValidatePodTemplateSpec",
        check: |template, refuse| {
            inside(template, "metadata", refuse, |metadata, refuse| labels::map(metadata, "labels", refuse));
        },
        passes: &[r#"{"metadata":{"labels":{"app":"web"}}}"#],
        fails: &[r#"{"metadata":{"labels":{"app":"-web"}}}"#],
    },
    Rule {
        of: "PodTemplateSpec",
        field: "metadata.annotations",
        words: "have label keys, case aside, and at most 256 KiB in all",
        source: "ValidatePodTemplateSpec",
        check: |template, refuse| inside(template, "metadata", refuse, annotations),
        passes: &[r#"{"metadata":{"annotations":{"Note":"any text"}}}"#],
        fails: &[r#"{"metadata":{"annotations":{"no!":""}}}"#],
    },
    Rule {
        of: "PodTemplateSpec",
        field: "metadata.annotations",
        words: "give a whole number for the cost to delete a pod",
        source: "ValidatePodSpecificAnnotations",
        check: deletion_cost,
        passes: &[r#"{"metadata":{"annotations":{"controller.kubernetes.io/pod-deletion-cost":"-7"}}}"#],
        fails: &[r#"{"metadata":{"annotations":{"controller.kubernetes.io/pod-deletion-cost":"+7"}}}"#],
    },
    Rule {
        of: "PodTemplateSpec",
        field: "metadata.annotations",
        words: "of AppArmor name a container and a profile",
        source: "ValidateAppArmorPodAnnotations",
        check: app_armor_annotations,
        passes: &[
            r#"{"metadata":{"annotations":{"container.apparmor.security.beta.kubernetes.io/main":"localhost/a"}}}"#,
        ],
        fails: &[
            r#"{"metadata":{"annotations":{"container.apparmor.security.beta.kubernetes.io/other":"unconfined"}}}"#,
            r#"{"metadata":{"annotations":{"container.apparmor.security.beta.kubernetes.io/main":"default"}}}"#,
        ],
    },
    Rule {
        of: "PodTemplateSpec",
        field: "metadata.annotations",
        words: "of seccomp name a profile",
        source: "ValidateSeccompPodAnnotations",
        check: seccomp_annotations,
        passes: &[
            r#"{"metadata":{"annotations":{"seccomp.security.alpha.kubernetes.io/pod":"localhost/a"}}}"#,
        ],
        fails: &[
            r#"{"metadata":{"annotations":{"seccomp.security.alpha.kubernetes.io/pod":"strict"}}}"#,
            r#"{"metadata":{"annotations":{"container.seccomp.security.alpha.kubernetes.io/main":"localhost//a"}}}"#,
        ],
    },
    Rule {
        of: "PersistentVolumeClaimTemplate",
        field: "metadata",
        words: "has labels and annotations only",
        source: "ValidateTemplateObjectMeta",
        check: claim_metadata,
        passes: &[r#"{"metadata":{"labels":{"app":"web"}}}"#],
        fails: &[r#"{"metadata":{"name":"scratch"}}"#],
    },
];

/// What a name of a kind is.
fn name_check(kind: &str) -> fn(&str) -> Verdict {
    match kind {
        "ClusterRole" | "ClusterRoleBinding" | "PodDisruptionBudget" | "Role" | "RoleBinding" => path_segment,
        "Namespace" | "Service" => dns_label,
        _ => dns_subdomain,
    }
}

fn name(object: &Value, refuse: &mut Refuse<'_>) {
    let metadata = part(object, "metadata");
    let given = ["name", "generateName"].into_iter().any(|field| !text(metadata, field).is_empty());
    if !given && text(object, "kind") != "LimitRange" {
        refuse("/metadata/name", "a name or `generateName` must be given".to_owned());
    }
    inside(object, "metadata", refuse, |metadata, refuse| {
        reads_as(metadata, "name", name_check(text(object, "kind")), refuse);
    });
}

fn generate_name(object: &Value, refuse: &mut Refuse<'_>) {
    let check = name_check(text(object, "kind"));
    inside(object, "metadata", refuse, |metadata, refuse| {
        reads_as(metadata, "generateName", |text| beginning(text, check), refuse);
    });
}

fn namespace(object: &Value, refuse: &mut Refuse<'_>) {
    if matches!(text(object, "kind"), "ClusterRole" | "ClusterRoleBinding" | "Namespace") {
        return;
    }
    inside(object, "metadata", refuse, |metadata, refuse| reads_as(metadata, "namespace", dns_label, refuse));
}

fn generation(object: &Value, refuse: &mut Refuse<'_>) {
    let set = ["CronJob", "Deployment", "Job", "NetworkPolicy", "PodDisruptionBudget"];
    if !set.contains(&text(object, "kind")) {
        inside(object, "metadata", refuse, |metadata, refuse| not_negative(metadata, "generation", refuse));
    }
}

/// The most that the annotations of an object may have together, keys and values.
const ANNOTATIONS_MAX: usize = 256 * 1024;

fn annotations(metadata: &Value, refuse: &mut Refuse<'_>) {
    each_entry(metadata, "annotations", refuse, |key, _| annotation_key(key));
    let sizes = entries(metadata, "annotations")
        .map(|(key, text)| key.len() + text.as_str().unwrap_or_default().len());
    if sizes.sum::<usize>() > ANNOTATIONS_MAX {
        refuse("/annotations", "annotations have at most 256 KiB in all".to_owned());
    }
}

/// PodDisruptionBudgets and Leases are not asked for a domain.
fn own_finalizers(object: &Value, refuse: &mut Refuse<'_>) {
    let check = match text(object, "kind") {
        "Lease" | "PodDisruptionBudget" => label_key,
        _ => finalizer,
    };
    inside(object, "metadata", refuse, |metadata, refuse| {
        each_reads_as(metadata, "finalizers", check, refuse);
    });
}

fn deletes_one_way(object: &Value, refuse: &mut Refuse<'_>) {
    let finalizers: BTreeSet<&str> = texts(part(object, "metadata"), "finalizers").collect();
    if finalizers.contains("orphan") && finalizers.contains("foregroundDeletion") {
        refuse("/metadata/finalizers", "`orphan` and `foregroundDeletion` exclude each other".to_owned());
    }
}

fn owner(owner: &Value, refuse: &mut Refuse<'_>) {
    ["kind", "name", "uid"].into_iter().for_each(|field| required(owner, field, refuse));
    let version = text(owner, "apiVersion");
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    if version.is_empty() || version.contains('/') {
        refuse("/apiVersion", "it must be a version, as in `v1` or `apps/v1`".to_owned());
    }
    if (group, version, text(owner, "kind")) == ("", "v1", "Event") {
        refuse("/kind", "an Event owns nothing".to_owned());
    }
}

fn one_controller(object: &Value, refuse: &mut Refuse<'_>) {
    let owners = items(part(object, "metadata"), "ownerReferences");
    let controllers = owners.iter().enumerate().filter(|(_, owner)| flag(owner, "controller"));
    // The server drops the second of two that are the same.
    for (index, _) in controllers.filter(|(index, owner)| !owners[..*index].contains(owner)).skip(1) {
        refuse(
            &format!("/metadata/ownerReferences/{index}/controller"),
            "an object has one controller".to_owned(),
        );
    }
}

fn deletion_cost(template: &Value, refuse: &mut Refuse<'_>) {
    const KEY: &str = "controller.kubernetes.io/pod-deletion-cost";
    let Some(cost) = part(part(template, "metadata"), "annotations").get(KEY).and_then(Value::as_str) else {
        return;
    };
    let begins = cost == "0" || cost.starts_with(['-', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    if !begins || cost.parse::<i32>().is_err() {
        let pointer = format!("/metadata/annotations/{}", KEY.replace('/', "~1"));
        refuse(&pointer, "it must be a whole number of 32 bits".to_owned());
    }
}

/// The annotations of a pod that begin so, with the rest of their keys.
fn annotations_of<'v>(
    template: &'v Value,
    prefix: &'v str,
) -> impl Iterator<Item = (String, &'v str, &'v str)> {
    let annotations = entries(part(template, "metadata"), "annotations");
    annotations.filter_map(move |(key, value)| {
        let pointer = format!("/metadata/annotations/{}", escape(key));
        Some((pointer, key.strip_prefix(prefix)?, value.as_str().unwrap_or_default()))
    })
}

fn app_armor_annotations(template: &Value, refuse: &mut Refuse<'_>) {
    for (pointer, name, profile) in
        annotations_of(template, "container.apparmor.security.beta.kubernetes.io/")
    {
        if containers(part(template, "spec")).all(|(_, container)| text(container, "name") != name) {
            refuse(&pointer, format!("the pod has no container `{name}`"));
        }
        if !matches!(profile, "" | "runtime/default" | "unconfined") && !profile.starts_with("localhost/") {
            refuse(
                &pointer,
                "it must be `runtime/default`, `unconfined` or `localhost/` and a name".to_owned(),
            );
        }
    }
}

fn seccomp_annotations(template: &Value, refuse: &mut Refuse<'_>) {
    let of_pod = annotations_of(template, "seccomp.security.alpha.kubernetes.io/pod")
        .filter(|(_, rest, _)| rest.is_empty());
    for (pointer, _, profile) in
        of_pod.chain(annotations_of(template, "container.seccomp.security.alpha.kubernetes.io/"))
    {
        let verdict = match profile.strip_prefix("localhost/") {
            Some(path) => path_below(path),
            None => ensure(
                matches!(profile, "runtime/default" | "docker/default" | "unconfined"),
                "it must be `runtime/default`, `unconfined` or `localhost/` and a path",
            ),
        };
        if let Err(reason) = verdict {
            refuse(&pointer, reason);
        }
    }
}

fn claim_metadata(template: &Value, refuse: &mut Refuse<'_>) {
    inside(template, "metadata", refuse, |metadata, refuse| {
        labels::map(metadata, "labels", refuse);
        annotations(metadata, refuse);
        for (field, _) in metadata.as_object().into_iter().flatten() {
            if field != "labels" && field != "annotations" {
                refuse(&format!("/{field}"), "the claim gets it from its pod".to_owned());
            }
        }
    });
}
