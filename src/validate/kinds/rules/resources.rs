//! Resources that containers and pods ask for.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::field::{each_entry, entries, inside, items, part, text};
use super::super::quantity::Quantity;
use super::super::resource;
use super::super::rule::{Refuse, Rule};
use super::super::syntax::Verdict;
use super::pod::containers;
use crate::manifest::pointer::escape;
use crate::name::dns_label;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "Container",
        field: "resources",
        words: "name resources that a container can ask for",
        source: "validateContainerResourceName",
        check: |container, refuse| {
            inside(container, "resources", refuse, |resources, refuse| {
                names(resources, resource::of_container, refuse);
            });
        },
        passes: &[r#"{"resources":{"limits":{"corp.example/card":1}}}"#],
        fails: &[
            r#"{"resources":{"limits":{"storage":"1Gi"}}}"#,
            r#"{"resources":{"requests":{"gpu":"1"}}}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "resources",
        words: "name resources that a pod can ask for, and no claims",
        source: "validatePodResources",
        check: of_pod,
        passes: &[r#"{"resources":{"limits":{"cpu":"1"}}}"#],
        fails: &[r#"{"resources":{"limits":{"ephemeral-storage":"1Gi"}}}"#],
    },
    Rule {
        of: "PodSpec",
        field: "resources.requests",
        words: "are at least what the containers ask for together, and limits at least what each may have",
        source: "validatePodResourceConsistency",
        check: pod_is_enough,
        passes: &[
            r#"{"resources":{"requests":{"cpu":"1"}},"containers":[{"name":"a","image":"i","resources":{"requests":{"cpu":"1"}}}]}"#,
        ],
        fails: &[
            r#"{"resources":{"requests":{"cpu":"1"}},"containers":[{"name":"a","image":"i","resources":{"requests":{"cpu":"600m"}}},{"name":"b","image":"i","resources":{"requests":{"cpu":"600m"}}}]}"#,
            r#"{"resources":{"limits":{"cpu":"1"}},"containers":[{"name":"a","image":"i","resources":{"limits":{"cpu":"2"}}}]}"#,
        ],
    },
    Rule {
        of: "ResourceRequirements",
        field: "limits and requests",
        words: "are not negative, and whole where devices are counted",
        source: "ValidateResourceQuantityValue",
        check: |resources, refuse| {
            for field in ["limits", "requests"] {
                each_entry(resources, field, refuse, resource::amount);
            }
        },
        passes: &[r#"{"limits":{"cpu":0.5}}"#],
        fails: &[r#"{"limits":{"cpu":"-1"}}"#, r#"{"limits":{"corp.example/card":"1500m"}}"#],
    },
    Rule {
        of: "ResourceRequirements",
        field: "requests",
        words: "are at most the limits, and equal to them where nothing can be promised twice",
        source: "validateResourceRequirements",
        check: requests,
        passes: &[r#"{"limits":{"memory":"1Gi"},"requests":{"memory":"1024Mi"}}"#],
        fails: &[
            r#"{"limits":{"memory":"1Gi"},"requests":{"memory":"2Gi"}}"#,
            r#"{"limits":{"corp.example/card":"2"},"requests":{"corp.example/card":"1"}}"#,
            r#"{"requests":{"corp.example/card":"1"}}"#,
        ],
    },
    Rule {
        of: "ResourceRequirements",
        field: "limits and requests",
        words: "of huge pages are whole pages, beside cpu or memory",
        source: "validateResourceRequirements",
        check: huge_pages,
        passes: &[r#"{"limits":{"hugepages-2Mi":"4Mi","memory":"1Gi"}}"#],
        fails: &[
            r#"{"limits":{"hugepages-2Mi":"3Mi","memory":"1Gi"}}"#,
            r#"{"limits":{"hugepages-2Mi":"4Mi"}}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "containers[].resources.claims[].name",
        words: "is a claim of the pod, each once",
        source: "validateResourceClaimNames",
        check: claims,
        passes: &[
            r#"{"resourceClaims":[{"name":"card","resourceClaimName":"a"}],"containers":[{"name":"a","image":"i","resources":{"claims":[{"name":"card"}]}}]}"#,
        ],
        fails: &[
            r#"{"containers":[{"name":"a","image":"i","resources":{"claims":[{"name":"card"}]}}]}"#,
            r#"{"resourceClaims":[{"name":"card","resourceClaimName":"a"}],"containers":[{"name":"a","image":"i","resources":{"claims":[{"name":"card"},{"name":"card"}]}}]}"#,
        ],
    },
];

fn names(resources: &Value, check: fn(&str) -> Verdict, refuse: &mut Refuse<'_>) {
    for field in ["limits", "requests"] {
        each_entry(resources, field, refuse, |name, _| check(name));
    }
}

fn of_pod(pod: &Value, refuse: &mut Refuse<'_>) {
    inside(pod, "resources", refuse, |resources, refuse| {
        names(resources, resource::of_pod, refuse);
        if resources.get("claims").is_some() {
            refuse("/claims", "containers ask for claims, not the pod".to_owned());
        }
        let windows = text(part(pod, "os"), "name") == "windows";
        if windows {
            refuse("", "a pod for Windows has none".to_owned());
        }
    });
}

fn amount(resources: &Value, field: &str, name: &str) -> Option<Quantity> {
    Quantity::of(part(resources, field).get(name)?)
}

/// What the containers of a pod ask for together: those that run on, or the greatest of those that run before.
fn together(pod: &Value, field: &str, name: &str) -> Quantity {
    let of = |container: &Value| amount(part(container, "resources"), field, name).unwrap_or(Quantity::ZERO);
    let mut most = Quantity::ZERO;
    let mut sidecars = Quantity::ZERO;
    for container in items(pod, "initContainers") {
        if text(container, "restartPolicy") == "Always" {
            sidecars = sidecars + of(container);
            most = most.max(sidecars);
        } else {
            most = most.max(sidecars + of(container));
        }
    }
    let running = items(pod, "containers").iter().fold(sidecars, |sum, container| sum + of(container));
    most.max(running)
}

fn pod_is_enough(pod: &Value, refuse: &mut Refuse<'_>) {
    let resources = part(pod, "resources");
    for (name, _) in entries(resources, "requests") {
        if amount(resources, "requests", name).is_some_and(|whole| together(pod, "requests", name) > whole) {
            let reason = "the containers ask for more together".to_owned();
            refuse(&format!("/resources/requests/{}", escape(name)), reason);
        }
    }
    for (name, _) in entries(resources, "limits") {
        let Some(whole) = amount(resources, "limits", name) else { continue };
        if resource::is_huge_page(name) && together(pod, "limits", name) > whole {
            refuse(
                &format!("/resources/limits/{}", escape(name)),
                "the containers have more together".to_owned(),
            );
        }
        for (index, container) in items(pod, "containers").iter().enumerate() {
            if amount(part(container, "resources"), "limits", name).is_some_and(|limit| limit > whole) {
                let pointer = format!("/containers/{index}/resources/limits/{}", escape(name));
                refuse(&pointer, "it must not be more than the pod may have".to_owned());
            }
        }
    }
}

fn requests(resources: &Value, refuse: &mut Refuse<'_>) {
    for (name, _) in entries(resources, "requests") {
        let pointer = format!("/requests/{}", escape(name));
        let (request, limit) = (amount(resources, "requests", name), amount(resources, "limits", name));
        match limit {
            None if !resource::can_be_overcommitted(name) => {
                refuse(
                    &format!("/limits/{}", escape(name)),
                    "it must be given beside the request".to_owned(),
                );
            }
            Some(_) if request != limit && !resource::can_be_overcommitted(name) => {
                refuse(&pointer, "it must be the limit, since nobody else can use the rest".to_owned());
            }
            Some(limit) if request.is_some_and(|request| request > limit) => {
                refuse(&pointer, "it must not be more than the limit".to_owned());
            }
            _ => {}
        }
    }
}

fn huge_pages(resources: &Value, refuse: &mut Refuse<'_>) {
    let mut names = BTreeSet::new();
    for field in ["limits", "requests"] {
        each_entry(resources, field, refuse, resource::whole_pages);
        names.extend(entries(resources, field).map(|(name, _)| name.as_str()));
    }
    let alone = !names.contains("cpu") && !names.contains("memory");
    if alone && names.iter().any(|name| resource::is_huge_page(name)) {
        refuse("", "huge pages need cpu or memory beside them".to_owned());
    }
}

fn claims(pod: &Value, refuse: &mut Refuse<'_>) {
    let of_pod: BTreeSet<&str> =
        items(pod, "resourceClaims").iter().map(|claim| text(claim, "name")).collect();
    for (pointer, container) in containers(pod) {
        let claims = items(part(container, "resources"), "claims");
        for (index, claim) in claims.iter().enumerate() {
            let pointer = format!("{pointer}/resources/claims/{index}");
            if !of_pod.contains(text(claim, "name")) {
                refuse(&format!("{pointer}/name"), "the pod has no such claim".to_owned());
            }
            if let Some(Err(reason)) =
                Some(text(claim, "request")).filter(|text| !text.is_empty()).map(dns_label)
            {
                refuse(&format!("{pointer}/request"), reason);
            }
            // A claim as a whole covers each request in it.
            let covers = |one: &Value| {
                let requests = [text(one, "request"), text(claim, "request")];
                text(one, "name") == text(claim, "name")
                    && (requests[0] == requests[1] || requests.contains(&""))
            };
            if claims[..index].iter().any(covers) {
                refuse(&pointer, "it is there twice".to_owned());
            }
        }
    }
}
