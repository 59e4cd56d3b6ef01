//! What the API server refuses of a native kind because of what is there already, found without a server.
//!
//! In: two versions of an object, as somebody applies one after the other. What both leave to the server is its own matter.
//! Nor is known what the status of the old one would say, as whether a claim is bound: what it may allow is not refused.

use serde_json::Value;

use super::defaults;
use super::field::{flag, items, number, part, text, text_or};
use super::rules::secret::values;
use super::schema::{self, Definitions};

use crate::validate::judge::Violation;

/// A row of the table: a field that stays as it is.
#[derive(Debug)]
pub struct Fixed {
    /// The kind.
    pub kind: &'static str,
    /// What stays, by JSON pointer.
    pub pointer: &'static str,
    /// The way out, lower case.
    pub words: &'static str,
    /// The function of Kubernetes 1.36.3 that asks for it.
    pub source: &'static str,
    /// Whether it stays from the old version to the new one; both were decoded and completed.
    pub stays: fn(&Value, &Value) -> bool,
    /// A merge patch (RFC 7396) that makes a good object the old version.
    pub old: &'static str,
    /// Merge patches of the old version that are taken.
    pub passes: &'static [&'static str],
    /// Merge patches of the old version that this row refuses.
    pub fails: &'static [&'static str],
}

/// Every field that cannot change as it does from the old version, sorted. None: the kind is not known here, the old version
/// is of another one, or one of the two cannot be read as what its kind is.
pub fn judge_change(object: &Value, old: &Value) -> Option<Vec<Violation>> {
    let kind = schema::kind_of(object)?;
    if schema::kind_of(old)?.definition != kind.definition {
        return None;
    }
    let complete = |object: &Value| {
        let mut object = object.clone();
        Definitions::get().decode(kind, &mut object);
        if !Definitions::get().misfits(kind, &object).is_empty() {
            return None;
        }
        defaults::fill(Definitions::get(), kind.definition, &mut object);
        Some(object)
    };
    let (old, new) = (complete(old)?, complete(object)?);
    let broken = FIXED.iter().filter(|row| row.kind == kind.definition && !(row.stays)(&old, &new));
    let told = |row: &Fixed| Violation { pointer: row.pointer.to_owned(), message: row.words.to_owned() };
    Some(broken.map(told).collect())
}

/// The table, sorted by kind and pointer.
pub const FIXED: &[Fixed] = &[
    Fixed {
        kind: "ClusterRoleBinding",
        pointer: "/roleRef",
        words: "delete the binding and create it again",
        source: "pkg/apis/rbac/validation ValidateClusterRoleBindingUpdate",
        stays: role_ref_stays,
        old: "{}",
        passes: &[r#"{"subjects":[{"kind":"User","name":"bob"}]}"#, r#"{"roleRef":{"apiGroup":""}}"#],
        fails: &[r#"{"roleRef":{"name":"edit"}}"#],
    },
    Fixed {
        kind: "ConfigMap",
        pointer: "/binaryData",
        words: "the old one is immutable: give the new one another name",
        source: "ValidateConfigMapUpdate",
        stays: |old, new| !flag(old, "immutable") || part(old, "binaryData") == part(new, "binaryData"),
        old: r#"{"immutable":true,"binaryData":{"a":"YQ=="}}"#,
        passes: &[r#"{"metadata":{"labels":{"a":"b"}}}"#],
        fails: &[r#"{"binaryData":{"a":"Yg=="}}"#, r#"{"binaryData":null}"#],
    },
    Fixed {
        kind: "ConfigMap",
        pointer: "/data",
        words: "the old one is immutable: give the new one another name",
        source: "ValidateConfigMapUpdate",
        stays: |old, new| !flag(old, "immutable") || part(old, "data") == part(new, "data"),
        old: r#"{"immutable":true,"data":{"a":"b"}}"#,
        passes: &["{}"],
        fails: &[r#"{"data":{"a":"c"}}"#, r#"{"data":{"b":"c"}}"#],
    },
    Fixed {
        kind: "ConfigMap",
        pointer: "/immutable",
        words: "leave it true, or give the object another name",
        source: "ValidateConfigMapUpdate",
        stays: |old, new| !flag(old, "immutable") || flag(new, "immutable"),
        old: r#"{"immutable":true}"#,
        passes: &["{}"],
        fails: &[r#"{"immutable":false}"#, r#"{"immutable":null}"#],
    },
    Fixed {
        kind: "Deployment",
        pointer: "/spec/selector",
        words: "delete the object and create it again",
        source: "pkg/apis/apps/validation ValidateDeploymentUpdate, strategy ValidateUpdate",
        stays: |old, new| old["spec"]["selector"] == new["spec"]["selector"],
        old: r#"{"spec":{"template":{"metadata":{"labels":{"b":"c"}}}}}"#,
        passes: &[r#"{"spec":{"replicas":3}}"#],
        fails: &[r#"{"spec":{"selector":{"matchLabels":{"b":"c"}}}}"#],
    },
    Fixed {
        kind: "Job",
        pointer: "/spec/backoffLimitPerIndex",
        words: "delete the object and create it again",
        source: "pkg/apis/batch/validation ValidateJobSpecUpdate",
        stays: |old, new| old["spec"].get("backoffLimitPerIndex") == new["spec"].get("backoffLimitPerIndex"),
        old: r#"{"spec":{"completionMode":"Indexed","completions":2,"backoffLimitPerIndex":1}}"#,
        passes: &[r#"{"spec":{"backoffLimit":9}}"#],
        fails: &[r#"{"spec":{"backoffLimitPerIndex":2}}"#],
    },
    Fixed {
        kind: "Job",
        pointer: "/spec/completionMode",
        words: "delete the object and create it again",
        source: "pkg/apis/batch/validation ValidateJobSpecUpdate",
        stays: |old, new| {
            let mode = |job: &Value| text_or(&job["spec"], "completionMode", "NonIndexed").to_owned();
            mode(old) == mode(new)
        },
        old: r#"{"spec":{"completions":2}}"#,
        passes: &[r#"{"spec":{"completionMode":"NonIndexed"}}"#],
        fails: &[r#"{"spec":{"completionMode":"Indexed"}}"#],
    },
    Fixed {
        kind: "Job",
        pointer: "/spec/completions",
        words: "change it together with `parallelism`, in an Indexed Job where the two are equal",
        source: "pkg/apis/batch/validation validateCompletions",
        stays: completions_stay,
        old: r#"{"spec":{"completionMode":"Indexed","completions":2,"parallelism":2}}"#,
        passes: &[r#"{"spec":{"completions":3,"parallelism":3}}"#],
        fails: &[r#"{"spec":{"completions":3}}"#],
    },
    Fixed {
        kind: "Job",
        pointer: "/spec/managedBy",
        words: "delete the object and create it again",
        source: "pkg/apis/batch/validation ValidateJobSpecUpdate",
        stays: |old, new| old["spec"].get("managedBy") == new["spec"].get("managedBy"),
        old: r#"{"spec":{"managedBy":"example.com/a"}}"#,
        passes: &["{}"],
        fails: &[r#"{"spec":{"managedBy":"example.com/b"}}"#],
    },
    Fixed {
        kind: "Job",
        pointer: "/spec/podFailurePolicy",
        words: "delete the object and create it again",
        source: "pkg/apis/batch/validation ValidateJobSpecUpdate",
        stays: |old, new| old["spec"].get("podFailurePolicy") == new["spec"].get("podFailurePolicy"),
        old: r#"{"spec":{"podFailurePolicy":{"rules":[{"action":"Ignore","onExitCodes":{"operator":"In","values":[1]}}]}}}"#,
        passes: &[r#"{"spec":{"activeDeadlineSeconds":60}}"#],
        fails: &[
            r#"{"spec":{"podFailurePolicy":{"rules":[{"action":"Ignore","onExitCodes":{"operator":"In","values":[2]}}]}}}"#,
        ],
    },
    Fixed {
        kind: "Job",
        pointer: "/spec/selector",
        words: "delete the object and create it again",
        source: "pkg/apis/batch/validation ValidateJobSpecUpdate",
        stays: |old, new| {
            // The server makes one where none is given.
            let (old, new) = (part(&old["spec"], "selector"), part(&new["spec"], "selector"));
            old.is_null() || new.is_null() || old == new
        },
        old: r#"{"spec":{"manualSelector":true,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b","c":"d"}}}}}"#,
        passes: &[r#"{"spec":{"selector":{"matchExpressions":[]}}}"#],
        fails: &[r#"{"spec":{"selector":{"matchLabels":{"a":null,"c":"d"}}}}"#],
    },
    Fixed {
        kind: "Job",
        pointer: "/spec/successPolicy",
        words: "delete the object and create it again",
        source: "pkg/apis/batch/validation ValidateJobSpecUpdate",
        stays: |old, new| old["spec"].get("successPolicy") == new["spec"].get("successPolicy"),
        old: r#"{"spec":{"completionMode":"Indexed","completions":3,"successPolicy":{"rules":[{"succeededCount":1}]}}}"#,
        passes: &[r#"{"spec":{"backoffLimit":9}}"#],
        fails: &[r#"{"spec":{"successPolicy":{"rules":[{"succeededCount":2}]}}}"#],
    },
    Fixed {
        kind: "Job",
        pointer: "/spec/template",
        words: "give the Job another name, or delete it first",
        source: "pkg/apis/batch/validation validatePodTemplateUpdate",
        stays: template_stays,
        old: r#"{"spec":{"suspend":true,"template":{"spec":{"serviceAccountName":"a"}}}}"#,
        passes: &[
            r#"{"spec":{"template":{"spec":{"nodeSelector":{"zone":"a"}}}}}"#,
            r#"{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"registry.example/main:1","env":[],"resources":{"limits":{"cpu":"2"}}}]}}}}"#,
            r#"{"spec":{"suspend":false,"template":{"metadata":{"labels":{"a":"b"}}}}}"#,
            r#"{"spec":{"template":{"spec":{"dnsPolicy":"ClusterFirst","terminationGracePeriodSeconds":30,"serviceAccount":"a"}}}}"#,
            r#"{"spec":{"suspend":false,"ttlSecondsAfterFinished":60}}"#,
        ],
        fails: &[
            r#"{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"registry.example/main:2"}]}}}}"#,
            r#"{"spec":{"template":{"spec":{"serviceAccountName":"b"}}}}"#,
        ],
    },
    Fixed {
        kind: "PersistentVolumeClaim",
        pointer: "/spec",
        words: "change only `resources.requests` and `volumeAttributesClassName`, or give the claim another name",
        source: "ValidatePersistentVolumeClaimUpdate",
        stays: claim_stays,
        old: r#"{"spec":{"storageClassName":"a"}}"#,
        passes: &[r#"{"spec":{"volumeMode":"Filesystem"}}"#, r#"{"metadata":{"labels":{"a":"b"}}}"#],
        fails: &[
            r#"{"spec":{"accessModes":["ReadWriteMany"]}}"#,
            r#"{"spec":{"volumeMode":"Block"}}"#,
            r#"{"spec":{"storageClassName":"b"}}"#,
        ],
    },
    Fixed {
        kind: "ResourceQuota",
        pointer: "/spec/scopes",
        words: "delete the object and create it again",
        source: "ValidateResourceQuotaUpdate",
        stays: |old, new| {
            let scopes = |quota: &Value| {
                let mut scopes = items(part(quota, "spec"), "scopes").to_vec();
                scopes.sort_by_key(Value::to_string);
                scopes.dedup();
                scopes
            };
            scopes(old) == scopes(new)
        },
        old: r#"{"spec":{"scopes":["BestEffort"]}}"#,
        passes: &[r#"{"spec":{"hard":{"pods":"4"}}}"#],
        fails: &[r#"{"spec":{"scopes":["NotBestEffort"]}}"#, r#"{"spec":{"scopes":null}}"#],
    },
    Fixed {
        kind: "RoleBinding",
        pointer: "/roleRef",
        words: "delete the binding and create it again",
        source: "pkg/apis/rbac/validation ValidateRoleBindingUpdate",
        stays: role_ref_stays,
        old: "{}",
        passes: &[r#"{"subjects":[{"kind":"User","name":"bob"}]}"#],
        fails: &[r#"{"roleRef":{"name":"edit"}}"#, r#"{"roleRef":{"kind":"Role"}}"#],
    },
    Fixed {
        kind: "Secret",
        pointer: "/data",
        words: "the old one is immutable: give the new one another name",
        source: "ValidateSecretUpdate",
        stays: |old, new| !flag(old, "immutable") || values(old) == values(new),
        old: r#"{"immutable":true,"data":{"a":"YQ=="}}"#,
        passes: &["{}", r#"{"data":null,"stringData":{"a":"a"}}"#],
        fails: &[r#"{"data":{"a":"Yg=="}}"#, r#"{"stringData":{"b":"c"}}"#],
    },
    Fixed {
        kind: "Secret",
        pointer: "/immutable",
        words: "leave it true, or give the object another name",
        source: "ValidateSecretUpdate",
        stays: |old, new| !flag(old, "immutable") || flag(new, "immutable"),
        old: r#"{"immutable":true}"#,
        passes: &["{}"],
        fails: &[r#"{"immutable":null}"#],
    },
    Fixed {
        kind: "Secret",
        pointer: "/type",
        words: "delete the object and create it again",
        source: "ValidateSecretUpdate",
        stays: |old, new| text_or(old, "type", "Opaque") == text_or(new, "type", "Opaque"),
        old: "{}",
        passes: &[r#"{"type":"Opaque"}"#],
        fails: &[r#"{"type":"example.com/a"}"#],
    },
    Fixed {
        kind: "Service",
        pointer: "/spec/clusterIP",
        words: "delete the object and create it again",
        source: "ValidateServiceClusterIPsRelatedFields",
        stays: |old, new| {
            let (old, new) = (text(part(old, "spec"), "clusterIP"), text(part(new, "spec"), "clusterIP"));
            old.is_empty() || new.is_empty() || old == new
        },
        old: r#"{"spec":{"clusterIP":"10.96.0.70"}}"#,
        passes: &[r#"{"spec":{"ports":[{"port":81}]}}"#],
        fails: &[r#"{"spec":{"clusterIP":"10.96.0.77"}}"#],
    },
];

fn role_ref_stays(old: &Value, new: &Value) -> bool {
    let reference = |binding: &Value| {
        let reference = part(binding, "roleRef");
        let group = text_or(reference, "apiGroup", "rbac.authorization.k8s.io");
        [group, text(reference, "kind"), text(reference, "name")].map(str::to_owned)
    };
    reference(old) == reference(new)
}

fn completions_stay(old: &Value, new: &Value) -> bool {
    let (old, new) = (&old["spec"], &new["spec"]);
    // Neither of the two given is one of each.
    let both = |spec: &Value| match (number(spec, "completions"), number(spec, "parallelism")) {
        (None, None) => (Some(1), 1),
        (completions, parallelism) => (completions, parallelism.unwrap_or(1)),
    };
    let ((was, _), (is, beside)) = (both(old), both(new));
    let is_elastic =
        text(old, "completionMode") == "Indexed" && was == Some(both(old).1) && is == Some(beside);
    was == is || is_elastic
}

/// A Job that never started may be given other places and resources to run with while it is suspended.
fn template_stays(old: &Value, new: &Value) -> bool {
    let is_open = flag(&old["spec"], "suspend") && old["status"].get("startTime").is_none();
    let what_stays = |job: &Value| {
        let mut template = job["spec"]["template"].clone();
        if is_open {
            remove(&mut template["metadata"], &["annotations", "labels"]);
            let pod = &mut template["spec"];
            remove(pod, &["affinity", "nodeSelector", "schedulingGates", "tolerations"]);
            for containers in ["containers", "initContainers"] {
                let containers = pod.get_mut(containers).and_then(Value::as_array_mut);
                containers.into_iter().flatten().for_each(|container| remove(container, &["resources"]));
            }
        }
        if let Some(template) = template.as_object_mut() {
            template
                .retain(|_, part| !part.is_null() && part.as_object().is_none_or(|part| !part.is_empty()));
        }
        template
    };
    what_stays(old) == what_stays(new)
}

fn remove(value: &mut Value, fields: &[&str]) {
    if let Some(value) = value.as_object_mut() {
        fields.iter().for_each(|field| drop(value.remove(*field)));
    }
}

/// What the server or an admission plugin fills in is compared only where both versions give it.
fn claim_stays(old: &Value, new: &Value) -> bool {
    let (old, new) = (&old["spec"], &new["spec"]);
    let mode = |spec: &Value| text_or(spec, "volumeMode", "Filesystem").to_owned();
    let is_same_where_given = |field: &str| {
        let (old, new) = (part(old, field), part(new, field));
        old.is_null() || new.is_null() || old == new
    };
    ["accessModes", "selector"].iter().all(|field| part(old, field) == part(new, field))
        && mode(old) == mode(new)
        && ["dataSource", "dataSourceRef", "storageClassName", "volumeName"]
            .into_iter()
            .all(is_same_where_given)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn job(suspend: bool, labels: &Value, status: &Value) -> Value {
        json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "status": status,
            "spec": {"suspend": suspend, "template": {"metadata": {"labels": labels}, "spec": {"restartPolicy": "Never"}}}})
    }

    #[test]
    fn the_template_of_a_job_that_runs_or_ran_stays() {
        let started = json!({"startTime": "2026-01-02T03:04:05Z"});
        let change = |suspend, status: &Value| {
            let (old, new) = (job(suspend, &json!({"a": "1"}), status), job(suspend, &json!({}), &json!({})));
            judge_change(&new, &old).unwrap().len()
        };
        assert_eq!([change(false, &json!({})), change(true, &started), change(true, &json!({}))], [1, 1, 0]);
    }

    #[test]
    fn what_cannot_be_read_is_no_change() {
        let mut wrong = job(false, &json!({}), &json!({}));
        wrong["spec"]["template"]["spec"] = json!("oops");
        let good = job(false, &json!({}), &json!({}));
        assert_eq!(judge_change(&wrong, &good), None);
        assert_eq!(judge_change(&good, &wrong), None);
    }

    #[test]
    fn two_kinds_are_no_change() {
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}});
        assert_eq!(judge_change(&map, &job(false, &json!({}), &json!({}))), None);
        assert_eq!(judge_change(&map, &map), Some(Vec::new()));
    }

    #[test]
    fn an_image_without_a_tag_or_with_latest_is_always_pulled() {
        let policy = |image: &str| {
            let mut container = json!({"image": image});
            defaults::fill(Definitions::get(), "Container", &mut container);
            container["imagePullPolicy"].clone()
        };
        for image in ["a", "r.example:5000/a", "a:latest"] {
            assert_eq!(policy(image), "Always", "{image}");
        }
        for image in ["a:1", "r.example:5000/a:1", "a@sha256:00", "a:1@sha256:00"] {
            assert_eq!(policy(image), "IfNotPresent", "{image}");
        }
    }
}
