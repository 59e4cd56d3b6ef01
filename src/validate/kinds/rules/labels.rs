//! Labels, and what selects by them.

use serde_json::Value;

use super::super::field::{each, each_entry, each_reads_as, entries, items, not_one_of, text, texts};
use super::super::rule::{Refuse, Rule};
use crate::name::{dns_subdomain, label_key, label_value};

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "LabelSelector",
        field: "matchLabels",
        words: "have label keys and label values",
        source: "ValidateLabelSelector",
        check: |selector, refuse| map(selector, "matchLabels", refuse),
        passes: &[r#"{"matchLabels":{"app":"web"}}"#],
        fails: &[r#"{"matchLabels":{"app":"web site"}}"#],
    },
    Rule {
        of: "LabelSelectorRequirement",
        field: "key",
        words: "is a label key",
        source: "ValidateLabelSelectorRequirement",
        check: key,
        passes: &[r#"{"key":"corp.example/ring"}"#],
        fails: &[r#"{"key":""}"#, r#"{"key":"ring!"}"#],
    },
    Rule {
        of: "LabelSelectorRequirement",
        field: "operator",
        words: "is `In`, `NotIn`, `Exists` or `DoesNotExist`",
        source: "ValidateLabelSelectorRequirement",
        check: |requirement, refuse| {
            operator(requirement, &["In", "NotIn", "Exists", "DoesNotExist"], refuse);
        },
        passes: &[r#"{"operator":"NotIn"}"#],
        fails: &[r#"{"operator":"Equals"}"#, r#"{"operator":null}"#],
    },
    Rule {
        of: "LabelSelectorRequirement",
        field: "values",
        words: "are given for `In` and `NotIn`, and only for them",
        source: "ValidateLabelSelectorRequirement",
        check: values,
        passes: &[r#"{"operator":"Exists","values":[]}"#],
        fails: &[r#"{"operator":"In","values":[]}"#, r#"{"operator":"Exists","values":["a"]}"#],
    },
    Rule {
        of: "LabelSelectorRequirement",
        field: "values[]",
        words: "are label values",
        source: "ValidateLabelSelectorRequirement",
        check: label_values,
        passes: &[r#"{"values":["a",""]}"#],
        fails: &[r#"{"values":["a b"]}"#],
    },
    Rule {
        of: "NodeSelector",
        field: "nodeSelectorTerms",
        words: "are one at least",
        source: "ValidateNodeSelector",
        check: |selector, refuse| {
            if items(selector, "nodeSelectorTerms").is_empty() {
                refuse("/nodeSelectorTerms", "it must hold a term".to_owned());
            }
        },
        passes: &["{}"],
        fails: &[r#"{"nodeSelectorTerms":[]}"#],
    },
    Rule {
        of: "NodeSelector",
        field: "nodeSelectorTerms[].matchExpressions[].values[]",
        words: "are label values",
        source: "ValidateNodeSelectorRequirement",
        check: required_values,
        passes: &[
            r#"{"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"In","values":["b"]}]}]}"#,
        ],
        fails: &[
            r#"{"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"In","values":["b c"]}]}]}"#,
        ],
    },
    Rule {
        of: "NodeSelectorTerm",
        field: "matchExpressions[]",
        words: "have a label key, an operator and the values that it needs",
        source: "ValidateNodeSelectorRequirement",
        check: |term, refuse| each(term, "matchExpressions", refuse, node_requirement),
        passes: &[r#"{"matchExpressions":[{"key":"a","operator":"Gt","values":["1"]}]}"#],
        fails: &[
            r#"{"matchExpressions":[{"key":"a","operator":"Gt","values":["1","2"]}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"Is"}]}"#,
            r#"{"matchExpressions":[{"key":"a!","operator":"Exists"}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"Exists","values":["b"]}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"In"}]}"#,
        ],
    },
    Rule {
        of: "NodeSelectorTerm",
        field: "matchFields[]",
        words: "compare `metadata.name` with one value",
        source: "ValidateNodeFieldSelectorRequirement",
        check: |term, refuse| each(term, "matchFields", refuse, node_field),
        passes: &[r#"{"matchFields":[{"key":"metadata.name","operator":"In","values":["node-1"]}]}"#],
        fails: &[
            r#"{"matchFields":[{"key":"metadata.uid","operator":"In","values":["a"]}]}"#,
            r#"{"matchFields":[{"key":"metadata.name","operator":"Exists"}]}"#,
            r#"{"matchFields":[{"key":"metadata.name","operator":"In","values":["a","b"]}]}"#,
        ],
    },
];

/// Label keys and label values.
pub(super) fn map(value: &Value, field: &str, refuse: &mut Refuse<'_>) {
    each_entry(value, field, refuse, |key, value| {
        label_key(key)?;
        label_value(value.as_str().unwrap_or_default())
    });
}

/// Whether a label selector takes these labels; one without requirements takes all.
pub(super) fn selects(selector: &Value, label: impl Fn(&str) -> Option<String>) -> bool {
    let same = entries(selector, "matchLabels").all(|(key, value)| label(key).as_deref() == value.as_str());
    same && items(selector, "matchExpressions").iter().all(|requirement| {
        let label = label(text(requirement, "key"));
        let among =
            label.as_deref().is_some_and(|label| texts(requirement, "values").any(|value| value == label));
        match text(requirement, "operator") {
            "In" => among,
            "NotIn" => !among,
            "Exists" => label.is_some(),
            _ => label.is_none(),
        }
    })
}

/// The label of a map of labels.
pub(super) fn label_of(labels: &Value) -> impl Fn(&str) -> Option<String> {
    |key| labels.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn key(requirement: &Value, refuse: &mut Refuse<'_>) {
    if let Err(reason) = label_key(text(requirement, "key")) {
        refuse("/key", reason);
    }
}

fn operator(requirement: &Value, words: &[&str], refuse: &mut Refuse<'_>) {
    if !words.contains(&text(requirement, "operator")) {
        refuse("/operator", not_one_of(words));
    }
}

fn values(requirement: &Value, refuse: &mut Refuse<'_>) {
    let given = items(requirement, "values").len();
    match text(requirement, "operator") {
        "In" | "NotIn" if given == 0 => refuse("/values", "`In` and `NotIn` need a value".to_owned()),
        "Exists" | "DoesNotExist" if given > 0 => {
            refuse("/values", "`Exists` and `DoesNotExist` take no values".to_owned());
        }
        "Gt" | "Lt" if given != 1 => refuse("/values", "`Gt` and `Lt` take one value".to_owned()),
        _ => {}
    }
}

fn label_values(requirement: &Value, refuse: &mut Refuse<'_>) {
    each_reads_as(requirement, "values", label_value, refuse);
}

fn node_requirement(requirement: &Value, refuse: &mut Refuse<'_>) {
    key(requirement, refuse);
    operator(requirement, &["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"], refuse);
    values(requirement, refuse);
}

/// Only of what a pod needs of its node; what it prefers is not looked at so closely.
fn required_values(selector: &Value, refuse: &mut Refuse<'_>) {
    each(selector, "nodeSelectorTerms", refuse, |term, refuse| {
        each(term, "matchExpressions", refuse, label_values);
    });
}

fn node_field(requirement: &Value, refuse: &mut Refuse<'_>) {
    operator(requirement, &["In", "NotIn"], refuse);
    if items(requirement, "values").len() != 1 {
        refuse("/values", "a field of a node is compared with one value".to_owned());
    }
    if text(requirement, "key") == "metadata.name" {
        each_reads_as(requirement, "values", dns_subdomain, refuse);
    } else {
        refuse("/key", "`metadata.name` is the one field of a node to select by".to_owned());
    }
}
