//! Kubernetes label selectors over the labels of sites.

use std::collections::BTreeMap;

use crate::document::{Operator, RequirementSpec, SelectorSpec};

/// The label that every site has without writing it: its name.
pub const SITE_LABEL: &str = "goldsmith.dev/site";

/// Whether a selector selects what has these labels; the empty one selects everything.
pub fn selects(selector: &SelectorSpec, labels: &BTreeMap<String, String>) -> bool {
    let mut pairs = selector.match_labels.get().into_iter().flat_map(|pairs| pairs.iter());
    let mut requirements = selector.match_expressions.get().into_iter().flat_map(|list| list.iter());
    pairs.all(|(key, value)| labels.get(key.as_str()).is_some_and(|given| given == value.as_str()))
        && requirements.all(|requirement| holds(requirement, labels))
}

/// A condition without key or operator holds for nobody; that it lacks them is a finding of its own.
fn holds(requirement: &RequirementSpec, labels: &BTreeMap<String, String>) -> bool {
    let (Some(key), Some(operator)) = (requirement.key.get(), requirement.operator.get()) else {
        return false;
    };
    let given = labels.get(key.as_str());
    let listed = || {
        let mut values = requirement.values.get().into_iter().flat_map(|values| values.iter());
        given.is_some_and(|given| values.any(|value| value.as_str() == given))
    };
    match operator.value {
        Operator::In => listed(),
        Operator::NotIn => !listed(),
        Operator::Exists => given.is_some(),
        Operator::DoesNotExist => given.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn selected(selector: serde_json::Value) -> bool {
        let selector: SelectorSpec = serde_json::from_value(selector).expect("a selector");
        let labels = [("ring", "canary"), (SITE_LABEL, "lab-1")];
        let labels = labels.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        selects(&selector, &labels)
    }

    #[test]
    fn labels_must_all_have_just_these_values() {
        assert!(selected(json!({"matchLabels": {"ring": "canary"}})));
        assert!(selected(json!({"matchLabels": {"ring": "canary", "goldsmith.dev/site": "lab-1"}})));
        assert!(!selected(json!({"matchLabels": {"ring": "canary", "region": "eu"}})));
        assert!(!selected(json!({"matchLabels": {"ring": "stable"}})));
    }

    #[test]
    fn each_operator_is_that_of_kubernetes() {
        for (key, operator, values, expected) in [
            ("ring", "In", json!(["canary", "stable"]), true),
            ("ring", "In", json!(["stable"]), false),
            ("region", "In", json!(["eu"]), false),
            ("ring", "NotIn", json!(["stable"]), true),
            ("ring", "NotIn", json!(["canary"]), false),
            ("region", "NotIn", json!(["eu"]), true),
            ("ring", "Exists", json!(null), true),
            ("region", "Exists", json!(null), false),
            ("ring", "DoesNotExist", json!(null), false),
            ("region", "DoesNotExist", json!(null), true),
            ("goldsmith.dev/site", "NotIn", json!(["lab-1", "lab-2"]), false),
        ] {
            let requirement = json!({"key": key, "operator": operator, "values": values});
            let selector = json!({"matchExpressions": [requirement]});
            assert_eq!(selected(selector), expected, "{requirement}");
        }
    }

    #[test]
    fn labels_and_expressions_must_both_hold() {
        let expressions = json!([{"key": "region", "operator": "Exists"}]);
        assert!(!selected(json!({"matchLabels": {"ring": "canary"}, "matchExpressions": expressions})));
    }

    #[test]
    fn the_empty_selector_selects_every_site() {
        assert!(selected(json!({})));
    }
}
