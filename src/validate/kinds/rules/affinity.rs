//! Which nodes and which neighbours pods want.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::field::{each_reads_as, entries, items, number, part, text, texts};
use super::super::rule::{Refuse, Rule};
use super::scheduling::label_keys;
use crate::name::{dns_label, label_key};

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "PreferredSchedulingTerm",
        field: "weight",
        words: "lies between 1 and 100",
        source: "ValidatePreferredSchedulingTerms",
        check: weight,
        passes: &[r#"{"weight":100}"#],
        fails: &[r#"{"weight":0}"#, r#"{"weight":101}"#, r#"{"weight":null}"#],
    },
    Rule {
        of: "WeightedPodAffinityTerm",
        field: "weight",
        words: "lies between 1 and 100",
        source: "validateWeightedPodAffinityTerms",
        check: weight,
        passes: &[r#"{"weight":1}"#],
        fails: &[r#"{"weight":0}"#, r#"{"weight":101}"#],
    },
    Rule {
        of: "PodAffinityTerm",
        field: "topologyKey",
        words: "is a label key",
        source: "validatePodAffinityTerm",
        check: |term, refuse| {
            if let Err(reason) = label_key(text(term, "topologyKey")) {
                refuse("/topologyKey", reason);
            }
        },
        passes: &[r#"{"topologyKey":"kubernetes.io/hostname"}"#],
        fails: &[r#"{"topologyKey":""}"#, r#"{"topologyKey":"a b"}"#],
    },
    Rule {
        of: "PodAffinityTerm",
        field: "namespaces[]",
        words: "are DNS labels",
        source: "validatePodAffinityTerm",
        check: |term, refuse| each_reads_as(term, "namespaces", dns_label, refuse),
        passes: &[r#"{"namespaces":["a"]}"#],
        fails: &[r#"{"namespaces":["a.b"]}"#],
    },
    Rule {
        of: "PodAffinityTerm",
        field: "matchLabelKeys[] and mismatchLabelKeys[]",
        words: "are label keys, and stand beside a selector",
        source: "validateLabelKeys",
        check: |term, refuse| {
            label_keys(term, "matchLabelKeys", refuse);
            label_keys(term, "mismatchLabelKeys", refuse);
        },
        passes: &[r#"{"labelSelector":{},"matchLabelKeys":["pod-template-hash"]}"#],
        fails: &[r#"{"matchLabelKeys":["a"]}"#, r#"{"labelSelector":{},"mismatchLabelKeys":["a b"]}"#],
    },
    Rule {
        of: "PodAffinityTerm",
        field: "matchLabelKeys[]",
        words: "are not in `mismatchLabelKeys`",
        source: "ValidateMatchLabelKeysAndMismatchLabelKeys",
        check: in_both,
        passes: &[r#"{"labelSelector":{},"matchLabelKeys":["a"],"mismatchLabelKeys":["b"]}"#],
        fails: &[r#"{"labelSelector":{},"matchLabelKeys":["a"],"mismatchLabelKeys":["a"]}"#],
    },
    Rule {
        of: "PodAffinityTerm",
        field: "matchLabelKeys[]",
        words: "are in the selector once at most",
        source: "ValidateMatchLabelKeysAndMismatchLabelKeys",
        check: selected_twice,
        passes: &[r#"{"labelSelector":{"matchLabels":{"a":"b"}},"matchLabelKeys":["a"]}"#],
        fails: &[
            r#"{"labelSelector":{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"a","operator":"Exists"}]},"matchLabelKeys":["a"]}"#,
        ],
    },
    Rule {
        of: "TopologySpreadConstraint",
        field: "matchLabelKeys[]",
        words: "are in the selector once at most",
        source: "ValidateMatchLabelKeysAndMismatchLabelKeys",
        check: selected_twice,
        passes: &[r#"{"labelSelector":{"matchLabels":{"a":"b"}},"matchLabelKeys":["a"]}"#],
        fails: &[
            r#"{"labelSelector":{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"a","operator":"Exists"}]},"matchLabelKeys":["a"]}"#,
        ],
    },
];

fn weight(term: &Value, refuse: &mut Refuse<'_>) {
    if !(1..=100).contains(&number(term, "weight").unwrap_or(0)) {
        refuse("/weight", "it must lie between 1 and 100".to_owned());
    }
}

fn in_both(term: &Value, refuse: &mut Refuse<'_>) {
    let others: BTreeSet<&str> = texts(term, "mismatchLabelKeys").collect();
    for (index, _) in texts(term, "matchLabelKeys").enumerate().filter(|(_, key)| others.contains(key)) {
        refuse(&format!("/matchLabelKeys/{index}"), "it is in `mismatchLabelKeys` as well".to_owned());
    }
}

/// The server adds such a key to the selector, which then may hold it once and no more.
fn selected_twice(term: &Value, refuse: &mut Refuse<'_>) {
    let selector = part(term, "labelSelector");
    let labels = entries(selector, "matchLabels").map(|(key, _)| key.as_str());
    let expressions = items(selector, "matchExpressions").iter().map(|requirement| text(requirement, "key"));
    let keys: Vec<&str> = labels.chain(expressions).collect();
    for (index, own) in texts(term, "matchLabelKeys").enumerate() {
        if keys.iter().filter(|key| **key == own).count() > 1 {
            refuse(&format!("/matchLabelKeys/{index}"), "the selector asks for it more than once".to_owned());
        }
    }
}
