//! The rules of native kinds keep to their examples.

use std::collections::BTreeSet;

use goldsmith::validate::kinds::{FIXED, judge, judge_change, rules};

use crate::example_objects as examples;

/// Rules whose examples would have to be too large to be read; tests of their own stand in for them.
const WITHOUT_FAILING_EXAMPLE: [&str; 3] = [
    "data and binaryData of ConfigMap",
    "data and stringData of Secret",
    "podFailurePolicy.rules of JobSpec",
];

#[test]
fn a_job_has_at_most_20_rules_about_failed_pods() {
    let told = |count: usize| {
        let rule = serde_json::json!({"action": "FailJob", "onExitCodes": {"operator": "In", "values": [1]}});
        judge(
            &serde_json::json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a", "namespace": "b"}, "spec": {
            "podFailurePolicy": {"rules": vec![rule; count]},
            "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a"}]}}}}),
        )
    };
    assert_eq!(told(20), Some(Vec::new()));
    let pointers: Vec<String> = told(21).unwrap().into_iter().map(|violation| violation.pointer).collect();
    assert_eq!(pointers, ["/spec/podFailurePolicy/rules"]);
}

#[test]
fn every_rule_takes_its_good_examples() {
    let mut wrong = Vec::new();
    for rule in rules() {
        assert!(!rule.passes.is_empty(), "{} of {}", rule.field, rule.of);
        for example in rule.passes {
            let object = examples::object(rule, example);
            let told = judge(&object).unwrap();
            if !told.is_empty() {
                wrong.push(format!("{} of {}: {object}: {told:?}", rule.field, rule.of));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_refuses_its_bad_examples_itself() {
    let mut wrong = Vec::new();
    for rule in rules() {
        for example in rule.fails {
            let object = examples::object(rule, example);
            let mut own = Vec::new();
            let value = object.pointer(examples::home(rule.of).1).unwrap();
            (rule.check)(value, &mut |_, message| own.push(message));
            let told: BTreeSet<String> =
                judge(&object).unwrap().into_iter().map(|told| told.message).collect();
            if own.is_empty() || !own.iter().all(|message| told.contains(message)) {
                wrong.push(format!("{} of {}: {object}: {own:?} {told:?}", rule.field, rule.of));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_bad_example() {
    let without =
        rules().filter(|rule| rule.fails.is_empty()).map(|rule| format!("{} of {}", rule.field, rule.of));
    assert_eq!(without.collect::<Vec<_>>(), WITHOUT_FAILING_EXAMPLE);
}

#[test]
fn no_two_rules_say_the_same() {
    let mut seen = BTreeSet::new();
    for rule in rules() {
        assert!(seen.insert((rule.of, rule.field, rule.words)), "{} of {}", rule.field, rule.of);
    }
}

#[test]
fn what_stays_as_it_is_keeps_to_its_examples() {
    let mut wrong = Vec::new();
    for row in FIXED {
        let old = examples::old_version(row);
        for (changes, refused) in [(row.passes, false), (row.fails, true)] {
            assert!(!changes.is_empty(), "{} of {}", row.pointer, row.kind);
            for example in changes {
                let new = examples::new_version(row, example);
                assert_eq!(judge(&new), Some(Vec::new()), "{new}");
                let told = judge_change(&new, &old).unwrap();
                let pointers: Vec<&str> = told.iter().map(|violation| violation.pointer.as_str()).collect();
                let expected: &[&str] = if refused { &[row.pointer] } else { &[] };
                if pointers != expected {
                    wrong.push(format!("{} of {}, {example}: {told:?}", row.pointer, row.kind));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
