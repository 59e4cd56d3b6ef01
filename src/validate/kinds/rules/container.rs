//! Containers, those that run first included.

use serde_json::Value;

use super::super::field::{
    each, has, items, not_one_of, number, one_of, own_text, part, reads_as, required, text, unique,
};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::{ensure, port_name, port_number};
use super::pod::containers;
use crate::name::dns_label;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "Container",
        field: "name",
        words: "is a DNS label",
        source: "validateContainerCommon",
        check: |container, refuse| {
            if let Err(reason) = dns_label(text(container, "name")) {
                refuse("/name", reason);
            }
        },
        passes: &[r#"{"name":"a-1"}"#],
        fails: &[r#"{"name":"a.b"}"#, r#"{"name":null}"#],
    },
    Rule {
        of: "Container",
        field: "image",
        words: "is given",
        source: "validateContainerCommon",
        check: |container, refuse| required(container, "image", refuse),
        passes: &[r#"{"image":"registry.example/a:1"}"#],
        fails: &[r#"{"image":""}"#, r#"{"image":null}"#],
    },
    Rule {
        of: "Container",
        field: "imagePullPolicy",
        words: "is `Always`, `IfNotPresent` or `Never`",
        source: "validatePullPolicy",
        check: |container, refuse| {
            one_of(container, "imagePullPolicy", &["Always", "IfNotPresent", "Never"], refuse);
        },
        passes: &[r#"{"imagePullPolicy":"Never"}"#],
        fails: &[r#"{"imagePullPolicy":"Sometimes"}"#],
    },
    Rule {
        of: "Container",
        field: "terminationMessagePolicy",
        words: "is `File` or `FallbackToLogsOnError`",
        source: "validateContainerCommon",
        check: |container, refuse| {
            one_of(container, "terminationMessagePolicy", &["File", "FallbackToLogsOnError"], refuse);
        },
        passes: &[r#"{"terminationMessagePolicy":"FallbackToLogsOnError"}"#],
        fails: &[r#"{"terminationMessagePolicy":"Logs"}"#],
    },
    Rule {
        of: "Container",
        field: "ports[].name",
        words: "are different",
        source: "validateContainerPorts",
        check: |container, refuse| unique(container, "ports", "/name", refuse, |port| own_text(port, "name")),
        passes: &[r#"{"ports":[{"containerPort":1,"name":"a"},{"containerPort":2,"name":"b"}]}"#],
        fails: &[r#"{"ports":[{"containerPort":1,"name":"a"},{"containerPort":2,"name":"a"}]}"#],
    },
    Rule {
        of: "ContainerPort",
        field: "name",
        words: "is a name of a port",
        source: "validateContainerPorts",
        check: |port, refuse| reads_as(port, "name", port_name, refuse),
        passes: &[r#"{"name":"web-1"}"#],
        fails: &[r#"{"name":"8080"}"#],
    },
    Rule {
        of: "ContainerPort",
        field: "containerPort",
        words: "lies between 1 and 65535",
        source: "validateContainerPorts",
        check: |port, refuse| {
            if let Err(reason) = port_number(number(port, "containerPort").unwrap_or(0)) {
                refuse("/containerPort", reason);
            }
        },
        passes: &[r#"{"containerPort":65535}"#],
        fails: &[r#"{"containerPort":0}"#, r#"{"containerPort":65536}"#],
    },
    Rule {
        of: "ContainerPort",
        field: "hostPort",
        words: "lies between 1 and 65535",
        source: "validateContainerPorts",
        check: |port, refuse| {
            let given = number(port, "hostPort").filter(|number| *number != 0);
            if let Some(Err(reason)) = given.map(port_number) {
                refuse("/hostPort", reason);
            }
        },
        passes: &[r#"{"hostPort":0}"#],
        fails: &[r#"{"hostPort":-1}"#],
    },
    Rule {
        of: "ContainerPort",
        field: "protocol",
        words: "is `TCP`, `UDP` or `SCTP`",
        source: "validateContainerPorts",
        check: |port, refuse| one_of(port, "protocol", &["SCTP", "TCP", "UDP"], refuse),
        passes: &[r#"{"protocol":"SCTP"}"#],
        fails: &[r#"{"protocol":"tcp"}"#],
    },
    Rule {
        of: "Container",
        field: "restartPolicy",
        words: "is `Always`, `OnFailure` or `Never`, and given where there are rules",
        source: "validateContainerRestartPolicy",
        check: restart_policy,
        passes: &[r#"{"restartPolicy":"Never"}"#],
        fails: &[
            r#"{"restartPolicy":"Sometimes"}"#,
            r#"{"restartPolicyRules":[{"action":"Restart","exitCodes":{"operator":"In","values":[1]}}]}"#,
        ],
    },
    Rule {
        of: "Container",
        field: "restartPolicyRules[]",
        words: "have an action and exit codes",
        source: "validateContainerRestartPolicy",
        check: restart_rules,
        passes: &[
            r#"{"restartPolicy":"Never","restartPolicyRules":[{"action":"Restart","exitCodes":{"operator":"In","values":[1]}}]}"#,
        ],
        fails: &[
            r#"{"restartPolicy":"Never","restartPolicyRules":[{"action":"Stop","exitCodes":{"operator":"In","values":[1]}}]}"#,
            r#"{"restartPolicy":"Never","restartPolicyRules":[{"action":"Restart"}]}"#,
            r#"{"restartPolicy":"Never","restartPolicyRules":[{"action":"Restart","exitCodes":{"operator":"Is"}}]}"#,
        ],
    },
    Rule {
        of: "Container",
        field: "resizePolicy[]",
        words: "name `cpu` and `memory`, each once, with a policy",
        source: "validateResizePolicy",
        check: resize_policy,
        passes: &[r#"{"resizePolicy":[{"resourceName":"cpu","restartPolicy":"NotRequired"}]}"#],
        fails: &[
            r#"{"resizePolicy":[{"resourceName":"disk","restartPolicy":"NotRequired"}]}"#,
            r#"{"resizePolicy":[{"resourceName":"cpu","restartPolicy":"Never"}]}"#,
            r#"{"resizePolicy":[{"resourceName":"cpu","restartPolicy":"NotRequired"},{"resourceName":"cpu","restartPolicy":"NotRequired"}]}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "containers[].resizePolicy[].restartPolicy",
        words: "is `NotRequired` where the pod is never restarted",
        source: "validateResizePolicy",
        check: resize_of_pod,
        passes: &[
            r#"{"restartPolicy":"OnFailure","containers":[{"name":"a","image":"i","resizePolicy":[{"resourceName":"cpu","restartPolicy":"RestartContainer"}]}]}"#,
        ],
        fails: &[
            r#"{"restartPolicy":"Never","containers":[{"name":"a","image":"i","resizePolicy":[{"resourceName":"cpu","restartPolicy":"RestartContainer"}]}]}"#,
        ],
    },
];

fn restart_policy(container: &Value, refuse: &mut Refuse<'_>) {
    let words = ["Always", "Never", "OnFailure"];
    if has(container, "restartPolicy") && !words.contains(&text(container, "restartPolicy")) {
        refuse("/restartPolicy", not_one_of(&words));
    }
    if !has(container, "restartPolicy") && !items(container, "restartPolicyRules").is_empty() {
        refuse("/restartPolicy", "the rules need it".to_owned());
    }
}

fn restart_rules(container: &Value, refuse: &mut Refuse<'_>) {
    if items(container, "restartPolicyRules").len() > 20 {
        refuse("/restartPolicyRules", "there are 20 at most".to_owned());
    }
    each(container, "restartPolicyRules", refuse, |rule, refuse| {
        let codes = part(rule, "exitCodes");
        if !matches!(text(rule, "action"), "Restart" | "RestartAllContainers") {
            refuse("/action", not_one_of(&["Restart", "RestartAllContainers"]));
        }
        if codes.is_null() {
            refuse("/exitCodes", "it must be given".to_owned());
        } else if !matches!(text(codes, "operator"), "In" | "NotIn") {
            refuse("/exitCodes/operator", not_one_of(&["In", "NotIn"]));
        }
        if items(codes, "values").len() > 255 {
            refuse("/exitCodes/values", "there are 255 at most".to_owned());
        }
    });
}

fn resize_policy(container: &Value, refuse: &mut Refuse<'_>) {
    unique(container, "resizePolicy", "/resourceName", refuse, |policy| own_text(policy, "resourceName"));
    each(container, "resizePolicy", refuse, |policy, refuse| {
        for (field, words) in
            [("resourceName", ["cpu", "memory"]), ("restartPolicy", ["NotRequired", "RestartContainer"])]
        {
            if let Err(reason) = ensure(words.contains(&text(policy, field)), &not_one_of(&words)) {
                refuse(&format!("/{field}"), reason);
            }
        }
    });
}

fn resize_of_pod(pod: &Value, refuse: &mut Refuse<'_>) {
    if text(pod, "restartPolicy") != "Never" {
        return;
    }
    for (pointer, container) in containers(pod) {
        each(
            container,
            "resizePolicy",
            &mut |inner, reason| refuse(&format!("{pointer}{inner}"), reason),
            |policy, refuse| {
                if text(policy, "restartPolicy") != "NotRequired" {
                    refuse(
                        "/restartPolicy",
                        "it must be `NotRequired` in a pod that is never restarted".to_owned(),
                    );
                }
            },
        );
    }
}
