//! PodDisruptionBudgets.

use super::super::field::{given_word, has, number_or_percent};
use super::super::rule::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "PodDisruptionBudgetSpec",
        field: "minAvailable and maxUnavailable",
        words: "are not both given",
        source: "ValidatePodDisruptionBudgetSpec",
        check: |spec, refuse| {
            if has(spec, "minAvailable") && has(spec, "maxUnavailable") {
                refuse("/maxUnavailable", "`minAvailable` is given already".to_owned());
            }
        },
        passes: &[r#"{"maxUnavailable":1}"#],
        fails: &[r#"{"maxUnavailable":1,"minAvailable":1}"#],
    },
    Rule {
        of: "PodDisruptionBudgetSpec",
        field: "minAvailable and maxUnavailable",
        words: "are numbers, or percentages up to 100%",
        source: "ValidatePodDisruptionBudgetSpec",
        check: |spec, refuse| {
            for field in ["minAvailable", "maxUnavailable"] {
                number_or_percent(spec, field, 100, refuse);
            }
        },
        passes: &[r#"{"minAvailable":"100%"}"#],
        fails: &[r#"{"minAvailable":-1}"#, r#"{"maxUnavailable":"101%"}"#, r#"{"minAvailable":"most"}"#],
    },
    Rule {
        of: "PodDisruptionBudgetSpec",
        field: "unhealthyPodEvictionPolicy",
        words: "is `IfHealthyBudget` or `AlwaysAllow`",
        source: "ValidatePodDisruptionBudgetSpec",
        check: |spec, refuse| {
            given_word(spec, "unhealthyPodEvictionPolicy", &["AlwaysAllow", "IfHealthyBudget"], refuse);
        },
        passes: &[r#"{"unhealthyPodEvictionPolicy":"AlwaysAllow"}"#],
        fails: &[r#"{"unhealthyPodEvictionPolicy":"Never"}"#],
    },
];
