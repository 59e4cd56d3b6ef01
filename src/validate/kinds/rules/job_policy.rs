//! What Jobs may say about pods that fail, and about when they are done.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::field::{between, each, has, items, one_of, part, required, text};
use super::super::rule::{Refuse, Rule};
use super::job::{completions, is_indexed};
use super::pod::containers;
use crate::name::label_key;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "JobSpec",
        field: "podFailurePolicy.rules[].action",
        words: "is `FailJob`, `FailIndex`, `Ignore` or `Count`",
        source: "validatePodFailurePolicyRule",
        check: failure_actions,
        passes: &[
            r#"{"podFailurePolicy":{"rules":[{"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget"}]}]}}"#,
        ],
        fails: &[
            r#"{"podFailurePolicy":{"rules":[{"action":"Stop","onPodConditions":[{"type":"DisruptionTarget"}]}]}}"#,
            r#"{"podFailurePolicy":{"rules":[{"action":"FailIndex","onPodConditions":[{"type":"DisruptionTarget"}]}]}}"#,
        ],
    },
    Rule {
        of: "JobSpec",
        field: "podFailurePolicy.rules",
        words: "are 20 at most",
        source: "validatePodFailurePolicy",
        check: |spec, refuse| {
            if items(part(spec, "podFailurePolicy"), "rules").len() > 20 {
                refuse("/podFailurePolicy/rules", "there are 20 at most".to_owned());
            }
        },
        passes: &[r#"{"podFailurePolicy":{"rules":[]}}"#],
        fails: &[],
    },
    Rule {
        of: "PodFailurePolicyRule",
        field: "onExitCodes and onPodConditions",
        words: "are one",
        source: "validatePodFailurePolicyRule",
        check: |rule, refuse| {
            if has(rule, "onExitCodes") != items(rule, "onPodConditions").is_empty() {
                refuse("", "one of `onExitCodes` and `onPodConditions` must be given".to_owned());
            }
        },
        passes: &[r#"{"onPodConditions":null,"onExitCodes":{"operator":"In","values":[1]}}"#],
        fails: &[r#"{"onPodConditions":[]}"#, r#"{"onExitCodes":{"operator":"In","values":[1]}}"#],
    },
    Rule {
        of: "PodFailurePolicyRule",
        field: "onPodConditions[]",
        words: "are 20 at most, with a label key and `True`, `False` or `Unknown`",
        source: "validatePodFailurePolicyRuleOnPodConditions",
        check: conditions,
        passes: &[r#"{"onPodConditions":[{"type":"DisruptionTarget","status":"False"}]}"#],
        fails: &[
            r#"{"onPodConditions":[{"type":"a b"}]}"#,
            r#"{"onPodConditions":[{"type":"A","status":"No"}]}"#,
        ],
    },
    Rule {
        of: "PodFailurePolicyOnExitCodesRequirement",
        field: "operator",
        words: "is `In` or `NotIn`",
        source: "validatePodFailurePolicyRuleOnExitCodes",
        check: |codes, refuse| {
            required(codes, "operator", refuse);
            one_of(codes, "operator", &["In", "NotIn"], refuse);
        },
        passes: &[r#"{"operator":"NotIn"}"#],
        fails: &[r#"{"operator":"Is"}"#, r#"{"operator":null}"#],
    },
    Rule {
        of: "PodFailurePolicyOnExitCodesRequirement",
        field: "values",
        words: "rise, are 255 at most, and are not 0 for `In`",
        source: "validatePodFailurePolicyRuleOnExitCodes",
        check: exit_codes,
        passes: &[r#"{"operator":"NotIn","values":[0,1]}"#],
        fails: &[
            r#"{"values":[]}"#,
            r#"{"operator":"In","values":[0,1]}"#,
            r#"{"values":[2,1]}"#,
            r#"{"values":[1,1]}"#,
        ],
    },
    Rule {
        of: "JobSpec",
        field: "podFailurePolicy.rules[].onExitCodes.containerName",
        words: "is a container of the pod",
        source: "validatePodFailurePolicyRuleOnExitCodes",
        check: failed_container,
        passes: &[
            r#"{"podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"containerName":"main","operator":"In","values":[1]}}]}}"#,
        ],
        fails: &[
            r#"{"podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"containerName":"other","operator":"In","values":[1]}}]}}"#,
        ],
    },
    Rule {
        of: "JobSpec",
        field: "successPolicy.rules",
        words: "are 1 to 20, each with a count or indexes of the Job",
        source: "validateSuccessPolicy",
        check: success_policy,
        passes: &[
            r#"{"completionMode":"Indexed","completions":5,"successPolicy":{"rules":[{"succeededIndexes":"0,2-4","succeededCount":2}]}}"#,
        ],
        fails: &[
            r#"{"completionMode":"Indexed","completions":5,"successPolicy":{"rules":[]}}"#,
            r#"{"completionMode":"Indexed","completions":5,"successPolicy":{"rules":[{}]}}"#,
            r#"{"completionMode":"Indexed","completions":5,"successPolicy":{"rules":[{"succeededIndexes":"5"}]}}"#,
            r#"{"completionMode":"Indexed","completions":5,"successPolicy":{"rules":[{"succeededCount":6}]}}"#,
            r#"{"completionMode":"Indexed","completions":5,"successPolicy":{"rules":[{"succeededIndexes":"0,2","succeededCount":3}]}}"#,
        ],
    },
];

fn each_failure_rule(spec: &Value, refuse: &mut Refuse<'_>, check: impl Fn(&Value, &mut Refuse<'_>)) {
    let policy = part(spec, "podFailurePolicy");
    each(policy, "rules", &mut |inner, reason| refuse(&format!("/podFailurePolicy{inner}"), reason), check);
}

fn failure_actions(spec: &Value, refuse: &mut Refuse<'_>) {
    each_failure_rule(spec, refuse, |rule, refuse| {
        required(rule, "action", refuse);
        one_of(rule, "action", &["Count", "FailIndex", "FailJob", "Ignore"], refuse);
        if text(rule, "action") == "FailIndex" && !has(spec, "backoffLimitPerIndex") {
            refuse("/action", "`FailIndex` needs `backoffLimitPerIndex`".to_owned());
        }
    });
}

fn failed_container(spec: &Value, refuse: &mut Refuse<'_>) {
    let pod = part(part(spec, "template"), "spec");
    let names: BTreeSet<&str> = containers(pod).map(|(_, container)| text(container, "name")).collect();
    each_failure_rule(spec, refuse, |rule, refuse| {
        let codes = part(rule, "onExitCodes");
        if has(codes, "containerName") && !names.contains(text(codes, "containerName")) {
            refuse("/onExitCodes/containerName", "the pod has no such container".to_owned());
        }
    });
}

fn conditions(rule: &Value, refuse: &mut Refuse<'_>) {
    if items(rule, "onPodConditions").len() > 20 {
        refuse("/onPodConditions", "there are 20 at most".to_owned());
    }
    each(rule, "onPodConditions", refuse, |condition, refuse| {
        if let Err(reason) = label_key(text(condition, "type")) {
            refuse("/type", reason);
        }
        one_of(condition, "status", &["False", "True", "Unknown"], refuse);
    });
}

fn exit_codes(codes: &Value, refuse: &mut Refuse<'_>) {
    let values: Vec<i64> = items(codes, "values").iter().filter_map(Value::as_i64).collect();
    if values.is_empty() || values.len() > 255 {
        refuse("/values", "there are 1 to 255".to_owned());
    }
    if !values.is_sorted_by(|one, next| one < next) {
        refuse("/values", "they must rise".to_owned());
    }
    if text(codes, "operator") == "In" && values.contains(&0) {
        refuse("/values", "0 is no failure".to_owned());
    }
}

fn success_policy(spec: &Value, refuse: &mut Refuse<'_>) {
    let Some(policy) = spec.get("successPolicy").filter(|_| is_indexed(spec)) else { return };
    if !(1..=20).contains(&items(policy, "rules").len()) {
        refuse("/successPolicy/rules", "there are 1 to 20".to_owned());
    }
    let all = completions(spec).unwrap_or(0);
    each(
        policy,
        "rules",
        &mut |inner, reason| refuse(&format!("/successPolicy{inner}"), reason),
        |rule, refuse| {
            if !has(rule, "succeededCount") && !has(rule, "succeededIndexes") {
                refuse("", "one of `succeededCount` and `succeededIndexes` must be given".to_owned());
            }
            let mut most = all;
            if has(rule, "succeededIndexes") {
                most = most.min(indexes(text(rule, "succeededIndexes"), all).unwrap_or(0));
                if indexes(text(rule, "succeededIndexes"), all).is_none() {
                    refuse(
                        "/succeededIndexes",
                        "they must rise and be below `completions`, as in `0,2-4`".to_owned(),
                    );
                }
            }
            between(rule, "succeededCount", 0, most, refuse);
        },
    );
}

/// How many indexes a list holds, if it rises and all are below a bound.
fn indexes(text: &str, bound: i64) -> Option<i64> {
    let mut last = -1;
    let mut count = 0;
    for interval in text.split(',').filter(|_| !text.is_empty()) {
        let (first, end) =
            interval.split_once('-').map_or((interval, None), |(first, end)| (first, Some(end)));
        let first: i64 = first.parse().ok()?;
        let end: i64 = end.map_or(Some(first), |end| end.parse().ok().filter(|end| *end > first))?;
        if first <= last || end >= bound {
            return None;
        }
        count += end - first + 1;
        last = end;
    }
    Some(count)
}
