//! Probes and handlers of containers.

use serde_json::Value;

use super::super::field::{
    between, each, has, items, not_negative, number, one_of, part, port_number_or_name, text,
};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::header_name;
use super::pod::containers;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "Probe",
        field: "exec, httpGet, tcpSocket and grpc",
        words: "are one",
        source: "validateHandler",
        check: |probe, refuse| one_handler(probe, &["exec", "httpGet", "tcpSocket", "grpc"], refuse),
        passes: &["{}"],
        fails: &[r#"{"exec":null}"#, r#"{"httpGet":{"port":80}}"#],
    },
    Rule {
        of: "LifecycleHandler",
        field: "exec, httpGet, tcpSocket and sleep",
        words: "are one",
        source: "validateHandler",
        check: |handler, refuse| one_handler(handler, &["exec", "httpGet", "tcpSocket", "sleep"], refuse),
        passes: &["{}"],
        fails: &[r#"{"exec":null}"#, r#"{"sleep":{"seconds":1}}"#],
    },
    Rule {
        of: "Probe",
        field: "initialDelaySeconds, timeoutSeconds, periodSeconds, successThreshold and failureThreshold",
        words: "are not negative",
        source: "validateProbe",
        check: |probe, refuse| {
            for field in TIMES {
                not_negative(probe, field, refuse);
            }
        },
        passes: &[r#"{"periodSeconds":0}"#],
        fails: &[r#"{"periodSeconds":-1}"#],
    },
    Rule {
        of: "Probe",
        field: "terminationGracePeriodSeconds",
        words: "is more than 0",
        source: "validateProbe",
        check: |probe, refuse| between(probe, "terminationGracePeriodSeconds", 1, i64::MAX, refuse),
        passes: &[r#"{"terminationGracePeriodSeconds":1}"#],
        fails: &[r#"{"terminationGracePeriodSeconds":0}"#],
    },
    Rule {
        of: "Container",
        field: "livenessProbe.successThreshold and startupProbe.successThreshold",
        words: "are 1",
        source: "validateLivenessProbe and validateStartupProbe",
        check: success_once,
        passes: &[r#"{"livenessProbe":{"exec":{"command":["true"]},"successThreshold":0}}"#],
        fails: &[
            r#"{"livenessProbe":{"exec":{"command":["true"]},"successThreshold":2}}"#,
            r#"{"startupProbe":{"exec":{"command":["true"]},"successThreshold":2}}"#,
        ],
    },
    Rule {
        of: "Container",
        field: "readinessProbe.terminationGracePeriodSeconds",
        words: "is not given",
        source: "validateReadinessProbe",
        check: |container, refuse| {
            if has(part(container, "readinessProbe"), "terminationGracePeriodSeconds") {
                refuse("/readinessProbe/terminationGracePeriodSeconds", "this probe ends nothing".to_owned());
            }
        },
        passes: &[r#"{"readinessProbe":{"exec":{"command":["true"]}}}"#],
        fails: &[r#"{"readinessProbe":{"exec":{"command":["true"]},"terminationGracePeriodSeconds":5}}"#],
    },
    Rule {
        of: "ExecAction",
        field: "command",
        words: "is given",
        source: "validateExecAction",
        check: |exec, refuse| {
            if items(exec, "command").is_empty() {
                refuse("/command", "it must be given".to_owned());
            }
        },
        passes: &[r#"{"command":["true"]}"#],
        fails: &[r#"{"command":[]}"#],
    },
    Rule {
        of: "HTTPGetAction",
        field: "port",
        words: "is a number or a name of a port",
        source: "validateHTTPGetAction",
        check: port,
        passes: &[r#"{"port":"web"}"#],
        fails: &[r#"{"port":0}"#, r#"{"port":"8080"}"#, r#"{"port":null}"#],
    },
    Rule {
        of: "HTTPGetAction",
        field: "scheme",
        words: "is `HTTP` or `HTTPS`",
        source: "validateHTTPGetAction",
        check: |get, refuse| one_of(get, "scheme", &["HTTP", "HTTPS"], refuse),
        passes: &[r#"{"scheme":"HTTPS"}"#],
        fails: &[r#"{"scheme":"https"}"#],
    },
    Rule {
        of: "HTTPGetAction",
        field: "httpHeaders[].name",
        words: "is a name of a header",
        source: "validateHTTPGetAction",
        check: |get, refuse| {
            each(get, "httpHeaders", refuse, |header, refuse| {
                if let Err(reason) = header_name(text(header, "name")) {
                    refuse("/name", reason);
                }
            });
        },
        passes: &[r#"{"httpHeaders":[{"name":"X-Probe","value":"1"}]}"#],
        fails: &[r#"{"httpHeaders":[{"name":"X Probe"}]}"#],
    },
    Rule {
        of: "TCPSocketAction",
        field: "port",
        words: "is a number or a name of a port",
        source: "validateTCPSocketAction",
        check: port,
        passes: &[r#"{"port":65535}"#],
        fails: &[r#"{"port":65536}"#],
    },
    Rule {
        of: "GRPCAction",
        field: "port",
        words: "lies between 1 and 65535",
        source: "validateGRPCAction",
        check: port,
        passes: &[r#"{"port":65535}"#],
        fails: &[r#"{"port":0}"#],
    },
    Rule {
        of: "PodSpec",
        field: "containers[].lifecycle",
        words: "sleeps no longer than the pod has to end",
        source: "validateSleepAction",
        check: sleep,
        passes: &[
            r#"{"terminationGracePeriodSeconds":10,"containers":[{"name":"a","image":"i","lifecycle":{"preStop":{"sleep":{"seconds":10}}}}]}"#,
        ],
        fails: &[
            r#"{"containers":[{"name":"a","image":"i","lifecycle":{"preStop":{"sleep":{"seconds":31}}}}]}"#,
            r#"{"containers":[{"name":"a","image":"i","lifecycle":{"postStart":{"sleep":{"seconds":-1}}}}]}"#,
        ],
    },
];

const TIMES: [&str; 5] =
    ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];

fn one_handler(value: &Value, handlers: &[&str], refuse: &mut Refuse<'_>) {
    let given: Vec<&&str> = handlers.iter().filter(|handler| has(value, handler)).collect();
    match given[..] {
        [] => refuse("", format!("one of `{}` must be given", handlers.join("`, `"))),
        [_] => {}
        [first, ..] => refuse("", format!("beside `{first}` nothing may be given")),
    }
}

fn success_once(container: &Value, refuse: &mut Refuse<'_>) {
    for field in ["livenessProbe", "startupProbe"] {
        if !matches!(number(part(container, field), "successThreshold"), None | Some(0 | 1)) {
            refuse(&format!("/{field}/successThreshold"), "it must be 1".to_owned());
        }
    }
}

fn port(action: &Value, refuse: &mut Refuse<'_>) {
    match action.get("port") {
        Some(port) => port_number_or_name(port, &mut |_, reason| refuse("/port", reason)),
        None => refuse("/port", "it must be given".to_owned()),
    }
}

fn sleep(pod: &Value, refuse: &mut Refuse<'_>) {
    let most = number(pod, "terminationGracePeriodSeconds").unwrap_or(30);
    for (pointer, container) in containers(pod) {
        for field in ["postStart", "preStop"] {
            let Some(sleep) = part(part(container, "lifecycle"), field).get("sleep") else { continue };
            let seconds = number(sleep, "seconds").unwrap_or(0);
            if seconds < 0 || seconds > most {
                let pointer = format!("{pointer}/lifecycle/{field}/sleep/seconds");
                refuse(&pointer, format!("it must lie between 0 and {most}, when the pod is ended"));
            }
        }
    }
}
