//! Where pods may run: tolerations and how they spread.

use serde_json::Value;

use super::super::field::{
    between, each_reads_as, given_word, has, items, number, one_of, reads_as, required, text, unique,
};
use super::super::rule::{Refuse, Rule};
use crate::name::{label_key, label_value};

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "Toleration",
        field: "key",
        words: "is a label key, or empty with `operator: Exists`",
        source: "ValidateTolerations",
        check: toleration_key,
        passes: &[r#"{"key":"","operator":"Exists"}"#],
        fails: &[r#"{"key":"a b"}"#, r#"{"key":""}"#],
    },
    Rule {
        of: "Toleration",
        field: "operator",
        words: "is `Equal` or `Exists`",
        source: "ValidateTolerations",
        check: toleration_operator,
        passes: &[r#"{"operator":"Exists"}"#],
        fails: &[r#"{"operator":"In"}"#, r#"{"operator":"Gt","value":"1"}"#],
    },
    Rule {
        of: "Toleration",
        field: "value",
        words: "is a label value, and empty for `Exists`",
        source: "ValidateTolerations",
        check: toleration_value,
        passes: &[r#"{"value":"a"}"#],
        fails: &[r#"{"value":"a b"}"#, r#"{"operator":"Exists","value":"a"}"#],
    },
    Rule {
        of: "Toleration",
        field: "effect",
        words: "is `NoSchedule`, `PreferNoSchedule` or `NoExecute`",
        source: "validateTaintEffect",
        check: |toleration, refuse| {
            one_of(toleration, "effect", &["NoSchedule", "PreferNoSchedule", "NoExecute"], refuse);
        },
        passes: &[r#"{"effect":"NoSchedule"}"#],
        fails: &[r#"{"effect":"NoRun"}"#],
    },
    Rule {
        of: "Toleration",
        field: "effect",
        words: "is `NoExecute` where `tolerationSeconds` is given",
        source: "ValidateTolerations",
        check: |toleration, refuse| {
            if has(toleration, "tolerationSeconds") && text(toleration, "effect") != "NoExecute" {
                refuse("/effect", "`tolerationSeconds` needs `NoExecute`".to_owned());
            }
        },
        passes: &[r#"{"effect":"NoExecute","tolerationSeconds":5}"#],
        fails: &[r#"{"tolerationSeconds":5}"#],
    },
    Rule {
        of: "TopologySpreadConstraint",
        field: "maxSkew",
        words: "is more than 0",
        source: "validateTopologySpreadConstraints",
        check: |spread, refuse| {
            if number(spread, "maxSkew").unwrap_or(0) < 1 {
                refuse("/maxSkew", "it must be at least 1".to_owned());
            }
        },
        passes: &[r#"{"maxSkew":2}"#],
        fails: &[r#"{"maxSkew":0}"#, r#"{"maxSkew":null}"#],
    },
    Rule {
        of: "TopologySpreadConstraint",
        field: "topologyKey",
        words: "is given",
        source: "ValidateTopologyKey",
        check: |spread, refuse| required(spread, "topologyKey", refuse),
        passes: &[r#"{"topologyKey":"zone"}"#],
        fails: &[r#"{"topologyKey":""}"#],
    },
    Rule {
        of: "TopologySpreadConstraint",
        field: "whenUnsatisfiable",
        words: "is `DoNotSchedule` or `ScheduleAnyway`",
        source: "ValidateWhenUnsatisfiable",
        check: |spread, refuse| {
            required(spread, "whenUnsatisfiable", refuse);
            one_of(spread, "whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"], refuse);
        },
        passes: &[r#"{"whenUnsatisfiable":"DoNotSchedule"}"#],
        fails: &[r#"{"whenUnsatisfiable":"Wait"}"#, r#"{"whenUnsatisfiable":null}"#],
    },
    Rule {
        of: "TopologySpreadConstraint",
        field: "minDomains",
        words: "is more than 0, for `DoNotSchedule` only",
        source: "validateMinDomains",
        check: min_domains,
        passes: &[r#"{"whenUnsatisfiable":"DoNotSchedule","minDomains":1}"#],
        fails: &[r#"{"whenUnsatisfiable":"DoNotSchedule","minDomains":0}"#, r#"{"minDomains":1}"#],
    },
    Rule {
        of: "TopologySpreadConstraint",
        field: "nodeAffinityPolicy and nodeTaintsPolicy",
        words: "are `Honor` or `Ignore`",
        source: "validateNodeInclusionPolicy",
        check: |spread, refuse| {
            for field in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
                given_word(spread, field, &["Honor", "Ignore"], refuse);
            }
        },
        passes: &[r#"{"nodeTaintsPolicy":"Honor"}"#],
        fails: &[r#"{"nodeAffinityPolicy":"Obey"}"#],
    },
    Rule {
        of: "TopologySpreadConstraint",
        field: "matchLabelKeys[]",
        words: "are label keys, and stand beside a selector",
        source: "validateLabelKeys",
        check: |spread, refuse| label_keys(spread, "matchLabelKeys", refuse),
        passes: &[r#"{"labelSelector":{},"matchLabelKeys":["pod-template-hash"]}"#],
        fails: &[r#"{"matchLabelKeys":["a"]}"#, r#"{"labelSelector":{},"matchLabelKeys":["a b"]}"#],
    },
    Rule {
        of: "PodSpec",
        field: "topologySpreadConstraints[]",
        words: "differ in key or in what happens without a place",
        source: "ValidateSpreadConstraintNotRepeat",
        check: |pod, refuse| {
            unique(pod, "topologySpreadConstraints", "", refuse, |spread| {
                Some([text(spread, "topologyKey").to_owned(), text(spread, "whenUnsatisfiable").to_owned()])
            });
        },
        passes: &[
            r#"{"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"a","whenUnsatisfiable":"DoNotSchedule"},{"maxSkew":1,"topologyKey":"a","whenUnsatisfiable":"ScheduleAnyway"}]}"#,
        ],
        fails: &[
            r#"{"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"a","whenUnsatisfiable":"DoNotSchedule"},{"maxSkew":2,"topologyKey":"a","whenUnsatisfiable":"DoNotSchedule"}]}"#,
        ],
    },
];

/// Label keys whose values a pod adds to a selector of its own.
pub(super) fn label_keys(value: &Value, field: &str, refuse: &mut Refuse<'_>) {
    if items(value, field).is_empty() {
        return;
    }
    if !has(value, "labelSelector") {
        return refuse(&format!("/{field}"), "a `labelSelector` must be given beside it".to_owned());
    }
    each_reads_as(value, field, label_key, refuse);
}

fn toleration_key(toleration: &Value, refuse: &mut Refuse<'_>) {
    reads_as(toleration, "key", label_key, refuse);
    if text(toleration, "key").is_empty() && text(toleration, "operator") != "Exists" {
        refuse("/operator", "without a `key` it must be `Exists`".to_owned());
    }
}

/// `Lt` and `Gt` wait for a feature gate.
fn toleration_operator(toleration: &Value, refuse: &mut Refuse<'_>) {
    one_of(toleration, "operator", &["Equal", "Exists"], refuse);
}

fn toleration_value(toleration: &Value, refuse: &mut Refuse<'_>) {
    match text(toleration, "operator") {
        "Exists" if !text(toleration, "value").is_empty() => {
            refuse("/value", "`Exists` takes no value".to_owned());
        }
        "" | "Equal" => reads_as(toleration, "value", label_value, refuse),
        _ => {}
    }
}

fn min_domains(spread: &Value, refuse: &mut Refuse<'_>) {
    between(spread, "minDomains", 1, i64::MAX, refuse);
    if has(spread, "minDomains") && text(spread, "whenUnsatisfiable") != "DoNotSchedule" {
        refuse("/minDomains", "it is for `whenUnsatisfiable: DoNotSchedule` only".to_owned());
    }
}
