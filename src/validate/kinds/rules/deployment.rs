//! Deployments.

use serde_json::Value;

use super::super::field::{
    entries, has, items, not_negative, number, number_or_percent, one_of, part, text, text_or,
};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::percent;
use super::labels::{label_of, selects};

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "DeploymentSpec",
        field: "replicas, minReadySeconds, revisionHistoryLimit and progressDeadlineSeconds",
        words: "are not negative",
        source: "ValidateDeploymentSpec",
        check: |spec, refuse| {
            for field in ["replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"] {
                not_negative(spec, field, refuse);
            }
        },
        passes: &[r#"{"replicas":0}"#],
        fails: &[r#"{"replicas":-1}"#, r#"{"revisionHistoryLimit":-1}"#],
    },
    Rule {
        of: "DeploymentSpec",
        field: "selector",
        words: "is given, and asks for something",
        source: "ValidateDeploymentSpec",
        check: selector,
        passes: &[r#"{"selector":{"matchExpressions":[{"key":"app","operator":"Exists"}]}}"#],
        fails: &[r#"{"selector":null}"#, r#"{"selector":{"matchLabels":null}}"#],
    },
    Rule {
        of: "DeploymentSpec",
        field: "template.metadata.labels",
        words: "are what `selector` takes",
        source: "ValidatePodTemplateSpecForReplicaSet",
        check: |spec, refuse| {
            let labels = part(part(part(spec, "template"), "metadata"), "labels");
            if !selects(part(spec, "selector"), label_of(labels)) {
                refuse("/template/metadata/labels", "`selector` does not match them".to_owned());
            }
        },
        passes: &[r#"{"template":{"metadata":{"labels":{"app":"example","more":""}}}}"#],
        fails: &[r#"{"template":{"metadata":{"labels":{"app":"other"}}}}"#],
    },
    Rule {
        of: "DeploymentSpec",
        field: "template.spec.restartPolicy",
        words: "is `Always`",
        source: "ValidatePodTemplateSpecForReplicaSet",
        check: |spec, refuse| {
            if text_or(part(part(spec, "template"), "spec"), "restartPolicy", "Always") != "Always" {
                refuse("/template/spec/restartPolicy", "it must be `Always`".to_owned());
            }
        },
        passes: &[r#"{"template":{"spec":{"restartPolicy":"Always"}}}"#],
        fails: &[r#"{"template":{"spec":{"restartPolicy":"Never"}}}"#],
    },
    Rule {
        of: "DeploymentSpec",
        field: "template.spec.activeDeadlineSeconds",
        words: "is not given",
        source: "ValidatePodTemplateSpecForReplicaSet",
        check: |spec, refuse| {
            if has(part(part(spec, "template"), "spec"), "activeDeadlineSeconds") {
                refuse(
                    "/template/spec/activeDeadlineSeconds",
                    "the pods of a Deployment do not end".to_owned(),
                );
            }
        },
        passes: &["{}"],
        fails: &[r#"{"template":{"spec":{"activeDeadlineSeconds":5}}}"#],
    },
    Rule {
        of: "DeploymentSpec",
        field: "strategy.type",
        words: "is `RollingUpdate` or `Recreate`",
        source: "ValidateDeploymentStrategy",
        check: |spec, refuse| {
            let strategy = part(spec, "strategy");
            one_of(strategy, "type", &["Recreate", "RollingUpdate"], &mut |inner, reason| {
                refuse(&format!("/strategy{inner}"), reason);
            });
        },
        passes: &[r#"{"strategy":{"type":"Recreate"}}"#],
        fails: &[r#"{"strategy":{"type":"Rolling"}}"#],
    },
    Rule {
        of: "DeploymentSpec",
        field: "strategy.rollingUpdate",
        words: "is not given for `Recreate`",
        source: "ValidateDeploymentStrategy",
        check: |spec, refuse| {
            let strategy = part(spec, "strategy");
            if text(strategy, "type") == "Recreate" && has(strategy, "rollingUpdate") {
                refuse("/strategy/rollingUpdate", "it is for the type `RollingUpdate` only".to_owned());
            }
        },
        passes: &[r#"{"strategy":{"rollingUpdate":{}}}"#],
        fails: &[r#"{"strategy":{"type":"Recreate","rollingUpdate":{}}}"#],
    },
    Rule {
        of: "DeploymentSpec",
        field: "strategy.rollingUpdate",
        words: "has numbers or percentages, and lets something move",
        source: "ValidateRollingUpdateDeployment",
        check: rolling_update,
        passes: &[r#"{"strategy":{"rollingUpdate":{"maxUnavailable":0,"maxSurge":"150%"}}}"#],
        fails: &[
            r#"{"strategy":{"rollingUpdate":{"maxUnavailable":0,"maxSurge":"0%"}}}"#,
            r#"{"strategy":{"rollingUpdate":{"maxSurge":-1}}}"#,
            r#"{"strategy":{"rollingUpdate":{"maxUnavailable":"101%"}}}"#,
            r#"{"strategy":{"rollingUpdate":{"maxSurge":"a few"}}}"#,
        ],
    },
    Rule {
        of: "DeploymentSpec",
        field: "progressDeadlineSeconds",
        words: "is more than `minReadySeconds`",
        source: "ValidateDeploymentSpec",
        check: |spec, refuse| {
            let deadline = number(spec, "progressDeadlineSeconds").unwrap_or(600);
            if deadline <= number(spec, "minReadySeconds").unwrap_or(0) {
                refuse("/progressDeadlineSeconds", "it must be more than `minReadySeconds`".to_owned());
            }
        },
        passes: &[r#"{"minReadySeconds":599}"#],
        fails: &[r#"{"minReadySeconds":600}"#, r#"{"progressDeadlineSeconds":0}"#],
    },
];

fn selector(spec: &Value, refuse: &mut Refuse<'_>) {
    let selector = part(spec, "selector");
    if entries(selector, "matchLabels").next().is_none() && items(selector, "matchExpressions").is_empty() {
        refuse("/selector", "it must be given, and ask for something".to_owned());
    }
}

fn rolling_update(spec: &Value, refuse: &mut Refuse<'_>) {
    let strategy = part(spec, "strategy");
    if text_or(strategy, "type", "RollingUpdate") != "RollingUpdate" {
        return;
    }
    let update = part(strategy, "rollingUpdate");
    let mut refuse = |inner: &str, reason| refuse(&format!("/strategy/rollingUpdate{inner}"), reason);
    number_or_percent(update, "maxUnavailable", 100, &mut refuse);
    number_or_percent(update, "maxSurge", u64::MAX, &mut refuse);
    let is_nothing = |field: &str| match update.get(field) {
        Some(Value::String(text)) => percent(text) == Some(0),
        Some(number) => number.as_i64() == Some(0),
        None => false,
    };
    if is_nothing("maxUnavailable") && is_nothing("maxSurge") {
        refuse("/maxUnavailable", "with `maxSurge: 0` nothing could move".to_owned());
    }
}
