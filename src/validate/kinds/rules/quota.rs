//! ResourceQuotas.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::field::{each_entry, entries, has, items, part, text, texts};
use super::super::resource;
use super::super::rule::{Refuse, Rule};

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "ResourceQuotaSpec",
        field: "hard",
        words: "limits resources that a quota can limit",
        source: "ValidateResourceQuotaResourceName",
        check: |spec, refuse| each_entry(spec, "hard", refuse, |name, _| resource::of_quota(name)),
        passes: &[
            r#"{"hard":{"requests.storage":"1Gi","count/jobs.batch":"3","gold.storageclass.storage.k8s.io/requests.storage":"1Gi"}}"#,
        ],
        fails: &[r#"{"hard":{"storage":"1Gi"}}"#, r#"{"hard":{"disk":"1Gi"}}"#],
    },
    Rule {
        of: "ResourceQuotaSpec",
        field: "hard",
        words: "has amounts that are not negative, and whole where objects are counted",
        source: "ValidateResourceQuantityValue",
        check: |spec, refuse| each_entry(spec, "hard", refuse, resource::amount),
        passes: &[r#"{"hard":{"pods":"2","cpu":0.5}}"#],
        fails: &[r#"{"hard":{"pods":"1500m"}}"#, r#"{"hard":{"requests.storage":"-1Gi"}}"#],
    },
    Rule {
        of: "ResourceQuotaSpec",
        field: "scopes[]",
        words: "are scopes that there are",
        source: "validateResourceQuotaScopes",
        check: |spec, refuse| {
            for (index, scope) in
                texts(spec, "scopes").enumerate().filter(|(_, scope)| !SCOPES.contains(scope))
            {
                refuse(&format!("/scopes/{index}"), format!("`{scope}` is no scope"));
            }
        },
        passes: &[r#"{"scopes":["BestEffort"]}"#],
        fails: &[r#"{"scopes":["Cheap"]}"#],
    },
    Rule {
        of: "ResourceQuotaSpec",
        field: "scopes",
        words: "do not exclude each other",
        source: "validateResourceQuotaScopes",
        check: |spec, refuse| conflicting(&texts(spec, "scopes").collect(), "/scopes", refuse),
        passes: &[r#"{"scopes":["NotBestEffort","Terminating"]}"#],
        fails: &[
            r#"{"scopes":["BestEffort","NotBestEffort"]}"#,
            r#"{"scopes":["Terminating","NotTerminating"]}"#,
        ],
    },
    Rule {
        of: "ResourceQuotaSpec",
        field: "scopes[]",
        words: "fit every resource of `hard`",
        source: "validateResourceQuotaScopes",
        check: |spec, refuse| {
            for (index, scope) in texts(spec, "scopes").enumerate() {
                fits(spec, scope, &format!("/scopes/{index}"), refuse);
            }
        },
        passes: &[r#"{"hard":{"pods":"1"},"scopes":["BestEffort"]}"#],
        fails: &[
            r#"{"hard":{"cpu":"1"},"scopes":["BestEffort"]}"#,
            r#"{"hard":{"requests.storage":"1Gi"},"scopes":["Terminating"]}"#,
        ],
    },
    Rule {
        of: "ResourceQuotaSpec",
        field: "scopeSelector.matchExpressions[]",
        words: "name scopes that there are and that fit every resource of `hard`",
        source: "validateScopedResourceSelectorRequirement",
        check: selector_scopes,
        passes: &[
            r#"{"hard":{"pods":"1"},"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In","values":["high"]}]}}"#,
        ],
        fails: &[
            r#"{"scopeSelector":{"matchExpressions":[{"scopeName":"Cheap","operator":"Exists"}]}}"#,
            r#"{"hard":{"secrets":"1"},"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"Exists"}]}}"#,
        ],
    },
    Rule {
        of: "ResourceQuotaSpec",
        field: "scopeSelector.matchExpressions",
        words: "do not exclude each other",
        source: "validateScopedResourceSelectorRequirement",
        check: selector_conflicts,
        passes: &[
            r#"{"scopeSelector":{"matchExpressions":[{"scopeName":"NotBestEffort","operator":"Exists"}]}}"#,
        ],
        fails: &[
            r#"{"scopeSelector":{"matchExpressions":[{"scopeName":"BestEffort","operator":"Exists"},{"scopeName":"NotBestEffort","operator":"Exists"}]}}"#,
        ],
    },
    Rule {
        of: "ScopedResourceSelectorRequirement",
        field: "operator",
        words: "is one that the scope takes",
        source: "validateScopedResourceSelectorRequirement",
        check: scope_operator,
        passes: &[r#"{"scopeName":"PriorityClass","operator":"In","values":["high"]}"#],
        fails: &[
            r#"{"scopeName":"PriorityClass","operator":"Is"}"#,
            r#"{"scopeName":"Terminating","operator":"In","values":["a"]}"#,
        ],
    },
    Rule {
        of: "ScopedResourceSelectorRequirement",
        field: "values",
        words: "are given for `In` and `NotIn`, and only for them",
        source: "validateScopedResourceSelectorRequirement",
        check: scope_values,
        passes: &[r#"{"scopeName":"PriorityClass","operator":"In","values":["high"]}"#],
        fails: &[
            r#"{"scopeName":"PriorityClass","operator":"In","values":[]}"#,
            r#"{"scopeName":"PriorityClass","operator":"Exists","values":["high"]}"#,
        ],
    },
];

const SCOPES: [&str; 7] = [
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "CrossNamespacePodAffinity",
    "VolumeAttributesClass",
];

fn conflicting(scopes: &BTreeSet<&str>, pointer: &str, refuse: &mut Refuse<'_>) {
    for [one, other] in [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]] {
        if scopes.contains(one) && scopes.contains(other) {
            refuse(pointer, format!("`{one}` and `{other}` exclude each other"));
        }
    }
}

/// A scope limits only some resources; names with a domain fit all.
fn fits(spec: &Value, scope: &str, pointer: &str, refuse: &mut Refuse<'_>) {
    let of_scope: &[&str] = match scope {
        "BestEffort" => &["pods"],
        "VolumeAttributesClass" => &["persistentvolumeclaims", "requests.storage"],
        scope if SCOPES.contains(&scope) => {
            &["pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"]
        }
        _ => return,
    };
    let hard = entries(spec, "hard").map(|(name, _)| name.as_str());
    for name in hard.filter(|name| resource::is_standard_of_quota(name) && !of_scope.contains(name)) {
        refuse(pointer, format!("the scope `{scope}` does not limit `{name}`"));
    }
}

fn selector_scopes(spec: &Value, refuse: &mut Refuse<'_>) {
    for (index, requirement) in items(part(spec, "scopeSelector"), "matchExpressions").iter().enumerate() {
        let pointer = format!("/scopeSelector/matchExpressions/{index}/scopeName");
        let scope = text(requirement, "scopeName");
        if SCOPES.contains(&scope) {
            fits(spec, scope, &pointer, refuse);
        } else {
            refuse(&pointer, format!("`{scope}` is no scope"));
        }
    }
}

fn selector_conflicts(spec: &Value, refuse: &mut Refuse<'_>) {
    let requirements = items(part(spec, "scopeSelector"), "matchExpressions");
    let scopes = requirements.iter().map(|requirement| text(requirement, "scopeName")).collect();
    conflicting(&scopes, "/scopeSelector/matchExpressions", refuse);
}

fn scope_operator(requirement: &Value, refuse: &mut Refuse<'_>) {
    let (scope, operator) = (text(requirement, "scopeName"), text(requirement, "operator"));
    if !matches!(operator, "In" | "NotIn" | "Exists" | "DoesNotExist") {
        refuse("/operator", "it must be `In`, `NotIn`, `Exists` or `DoesNotExist`".to_owned());
    } else if SCOPES.contains(&scope)
        && !matches!(scope, "PriorityClass" | "VolumeAttributesClass")
        && operator != "Exists"
    {
        refuse("/operator", format!("the scope `{scope}` takes `Exists` only"));
    }
}

fn scope_values(requirement: &Value, refuse: &mut Refuse<'_>) {
    let given = has(requirement, "values") && !items(requirement, "values").is_empty();
    match text(requirement, "operator") {
        "In" | "NotIn" if !given => refuse("/values", "`In` and `NotIn` need a value".to_owned()),
        "Exists" | "DoesNotExist" if given => {
            refuse("/values", "`Exists` and `DoesNotExist` take no values".to_owned());
        }
        _ => {}
    }
}
