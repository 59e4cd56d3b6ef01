//! Jobs, and the templates of Jobs.

use serde_json::Value;

use super::super::field::{flag, given_word, has, not_negative, number, part, text, text_or};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::{ensure, path_with_domain};
use super::labels::{label_of, selects};
use crate::name::{dns_label, label_value};

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "JobSpec",
        field: "template.spec.restartPolicy",
        words: "is `OnFailure` or `Never`, and `Never` with a `podFailurePolicy`",
        source: "validateJobSpec",
        check: restart_policy,
        passes: &[r#"{"template":{"spec":{"restartPolicy":"OnFailure"}}}"#],
        fails: &[
            r#"{"template":{"spec":{"restartPolicy":null}}}"#,
            r#"{"template":{"spec":{"restartPolicy":"Always"}}}"#,
            r#"{"podFailurePolicy":{"rules":[]},"template":{"spec":{"restartPolicy":"OnFailure"}}}"#,
        ],
    },
    Rule {
        of: "JobSpec",
        field: "parallelism, completions, backoffLimit, activeDeadlineSeconds and other numbers",
        words: "are not negative",
        source: "validateJobSpec",
        check: |spec, refuse| {
            for field in NUMBERS {
                not_negative(spec, field, refuse);
            }
        },
        passes: &[r#"{"parallelism":0,"ttlSecondsAfterFinished":0}"#],
        fails: &[
            r#"{"parallelism":-1}"#,
            r#"{"completions":-1}"#,
            r#"{"backoffLimit":-1}"#,
            r#"{"activeDeadlineSeconds":-1}"#,
            r#"{"ttlSecondsAfterFinished":-1}"#,
        ],
    },
    Rule {
        of: "JobSpec",
        field: "completionMode",
        words: "is `NonIndexed` or `Indexed`",
        source: "validateJobSpec",
        check: |spec, refuse| given_word(spec, "completionMode", &["NonIndexed", "Indexed"], refuse),
        passes: &[r#"{"completionMode":"NonIndexed"}"#],
        fails: &[r#"{"completionMode":"Counted"}"#],
    },
    Rule {
        of: "JobSpec",
        field: "completions",
        words: "are given for indexes",
        source: "validateJobSpec",
        check: indexed_completions,
        passes: &[r#"{"completionMode":"Indexed","completions":3}"#],
        fails: &[r#"{"completionMode":"Indexed","parallelism":3}"#],
    },
    Rule {
        of: "JobSpec",
        field: "backoffLimitPerIndex, maxFailedIndexes and successPolicy",
        words: "are given for indexes only",
        source: "validateJobSpec",
        check: only_indexed,
        passes: &[r#"{"completionMode":"Indexed","completions":1,"backoffLimitPerIndex":1}"#],
        fails: &[r#"{"backoffLimitPerIndex":1}"#, r#"{"successPolicy":{"rules":[{"succeededCount":1}]}}"#],
    },
    Rule {
        of: "JobSpec",
        field: "maxFailedIndexes",
        words: "is at most `completions`, beside a `backoffLimitPerIndex`",
        source: "validateJobSpec",
        check: failed_indexes,
        passes: &[
            r#"{"completionMode":"Indexed","completions":1,"backoffLimitPerIndex":1,"maxFailedIndexes":1}"#,
        ],
        fails: &[
            r#"{"completionMode":"Indexed","completions":1,"backoffLimitPerIndex":1,"maxFailedIndexes":2}"#,
            r#"{"completionMode":"Indexed","completions":1,"maxFailedIndexes":1}"#,
        ],
    },
    Rule {
        of: "JobSpec",
        field: "parallelism, completions and maxFailedIndexes",
        words: "are few enough to count indexes",
        source: "validateJobSpec",
        check: few_indexes,
        passes: &[
            r#"{"completionMode":"Indexed","completions":100001,"backoffLimitPerIndex":1,"maxFailedIndexes":10000,"parallelism":10000}"#,
        ],
        fails: &[
            r#"{"completionMode":"Indexed","completions":1,"parallelism":100001}"#,
            r#"{"completionMode":"Indexed","completions":100001,"backoffLimitPerIndex":1}"#,
            r#"{"completionMode":"Indexed","completions":100001,"backoffLimitPerIndex":1,"maxFailedIndexes":10000,"parallelism":10001}"#,
        ],
    },
    Rule {
        of: "JobSpec",
        field: "managedBy",
        words: "is a domain and a path, at most 63 characters",
        source: "validateJobSpec",
        check: |spec, refuse| {
            let verdict = path_with_domain(text(spec, "managedBy"))
                .and_then(|()| ensure(text(spec, "managedBy").len() <= 63, "it has at most 63 characters"));
            if let Err(reason) =
                verdict.or_else(|reason| if has(spec, "managedBy") { Err(reason) } else { Ok(()) })
            {
                refuse("/managedBy", reason);
            }
        },
        passes: &[r#"{"managedBy":"corp.example/queue"}"#],
        fails: &[r#"{"managedBy":"queue"}"#],
    },
    Rule {
        of: "JobSpec",
        field: "podReplacementPolicy",
        words: "is `TerminatingOrFailed` or `Failed`, and `Failed` with a `podFailurePolicy`",
        source: "validatePodReplacementPolicy",
        check: replacement_policy,
        passes: &[r#"{"podReplacementPolicy":"TerminatingOrFailed"}"#],
        fails: &[
            r#"{"podReplacementPolicy":"Always"}"#,
            r#"{"podReplacementPolicy":"TerminatingOrFailed","podFailurePolicy":{"rules":[]}}"#,
        ],
    },
    Rule {
        of: "Job",
        field: "spec.selector",
        words: "is left to the server, unless `manualSelector` is given",
        source: "validateGeneratedSelector",
        check: selector,
        passes: &[
            r#"{"spec":{"manualSelector":true,"selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"a"}}}}}"#,
        ],
        fails: &[
            r#"{"spec":{"selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"a"}}}}}"#,
            r#"{"spec":{"manualSelector":true,"template":{"metadata":{"labels":{"app":"a"}}}}}"#,
            r#"{"spec":{"manualSelector":true,"selector":{"matchLabels":{"app":"a"}}}}"#,
        ],
    },
    Rule {
        of: "Job",
        field: "spec.template.metadata.labels",
        words: "leave those to the server that it sets",
        source: "validateGeneratedSelector",
        check: generated_labels,
        passes: &[
            r#"{"spec":{"template":{"metadata":{"labels":{"batch.kubernetes.io/job-name":"example"}}}}}"#,
        ],
        fails: &[
            r#"{"spec":{"template":{"metadata":{"labels":{"job-name":"other"}}}}}"#,
            r#"{"spec":{"template":{"metadata":{"labels":{"controller-uid":"1"}}}}}"#,
        ],
    },
    Rule {
        of: "Job",
        field: "metadata.name",
        words: "can be the label of its pods",
        source: "validateGeneratedSelector and ValidatePodTemplateSpec",
        check: |job, refuse| {
            let name = text(part(job, "metadata"), "name");
            if !flag(part(job, "spec"), "manualSelector")
                && let Err(reason) = label_value(name)
            {
                refuse("/metadata/name", format!("the label `job-name` of its pods: {reason}"));
            }
        },
        passes: &[
            r#"{"metadata":{"name":"a23456789012345678901234567890123456789012345678901234567890123"}}"#,
        ],
        fails: &[
            r#"{"metadata":{"name":"a234567890123456789012345678901234567890123456789012345678901234"}}"#,
        ],
    },
    Rule {
        of: "Job",
        field: "metadata.name",
        words: "leaves room for the last index in a DNS label",
        source: "ValidateJob",
        check: indexed_name,
        passes: &[r#"{"metadata":{"name":"a"},"spec":{"completionMode":"Indexed","completions":3}}"#],
        fails: &[r#"{"metadata":{"name":"a.b"},"spec":{"completionMode":"Indexed","completions":3}}"#],
    },
];

const NUMBERS: [&str; 7] = [
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
];

pub(super) fn is_indexed(spec: &Value) -> bool {
    text(spec, "completionMode") == "Indexed"
}

/// Left out, one stands for one pod that must end well, unless there is a number of pods at a time.
pub(super) fn completions(spec: &Value) -> Option<i64> {
    number(spec, "completions").or(if has(spec, "parallelism") { None } else { Some(1) })
}

fn restart_policy(spec: &Value, refuse: &mut Refuse<'_>) {
    let policy = text_or(part(part(spec, "template"), "spec"), "restartPolicy", "Always");
    let reason = match policy {
        "Always" => "a Job needs `OnFailure` or `Never`; left out it is `Always`",
        "OnFailure" if has(spec, "podFailurePolicy") => "with a `podFailurePolicy` it must be `Never`",
        _ => return,
    };
    refuse("/template/spec/restartPolicy", reason.to_owned());
}

fn indexed_completions(spec: &Value, refuse: &mut Refuse<'_>) {
    if is_indexed(spec) && completions(spec).is_none() {
        refuse("/completions", "indexes need a number of them".to_owned());
    }
}

fn only_indexed(spec: &Value, refuse: &mut Refuse<'_>) {
    let given = ["backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"]
        .into_iter()
        .filter(|field| has(spec, field));
    for field in given.filter(|_| !is_indexed(spec)) {
        refuse(&format!("/{field}"), "it is for `completionMode: Indexed` only".to_owned());
    }
}

fn failed_indexes(spec: &Value, refuse: &mut Refuse<'_>) {
    let Some(failed) = number(spec, "maxFailedIndexes") else { return };
    if !has(spec, "backoffLimitPerIndex") {
        refuse("/backoffLimitPerIndex", "`maxFailedIndexes` needs it".to_owned());
    }
    if is_indexed(spec) && completions(spec).is_some_and(|all| failed > all) {
        refuse("/maxFailedIndexes", "it must not be more than `completions`".to_owned());
    }
}

fn few_indexes(spec: &Value, refuse: &mut Refuse<'_>) {
    const MOST: i64 = 100_000;
    const MOST_OF_MANY: i64 = 10_000;
    if !is_indexed(spec) {
        return;
    }
    let many = completions(spec).is_some_and(|all| all > MOST) && has(spec, "backoffLimitPerIndex");
    let most = if many { MOST_OF_MANY } else { MOST };
    for field in ["parallelism", "maxFailedIndexes"] {
        if number(spec, field).is_some_and(|number| number > most) {
            refuse(&format!("/{field}"), format!("it must not be more than {most}"));
        }
    }
    if many && !has(spec, "maxFailedIndexes") {
        refuse("/maxFailedIndexes", format!("more than {MOST} indexes need it"));
    }
}

fn replacement_policy(spec: &Value, refuse: &mut Refuse<'_>) {
    let words: &[&str] =
        if has(spec, "podFailurePolicy") { &["Failed"] } else { &["Failed", "TerminatingOrFailed"] };
    given_word(spec, "podReplacementPolicy", words, refuse);
}

/// The labels that the server gives a pod of a Job by itself: its name and an identity that nobody knows beforehand.
const OF_NAME: [&str; 2] = ["job-name", "batch.kubernetes.io/job-name"];
const OF_IDENTITY: [&str; 2] = ["controller-uid", "batch.kubernetes.io/controller-uid"];
const UNKNOWN: &str = "\0";

fn generated(job: &Value, key: &str) -> Option<String> {
    let name = text(part(job, "metadata"), "name");
    let of_identity = OF_IDENTITY.contains(&key).then_some(UNKNOWN);
    OF_NAME.contains(&key).then_some(name).or(of_identity).map(str::to_owned)
}

fn selector(job: &Value, refuse: &mut Refuse<'_>) {
    let spec = part(job, "spec");
    let labels = part(part(part(spec, "template"), "metadata"), "labels");
    match (flag(spec, "manualSelector"), spec.get("selector")) {
        (true, None) => refuse("/spec/selector", "`manualSelector` needs it".to_owned()),
        (true, Some(selector)) if !selects(selector, label_of(labels)) => {
            refuse("/spec/template/metadata/labels", "`selector` does not match them".to_owned());
        }
        (false, Some(selector)) if !selects(selector, |key| generated(job, key)) => {
            refuse(
                "/spec/selector",
                "the server makes it; one's own needs `manualSelector: true`".to_owned(),
            );
        }
        _ => {}
    }
}

fn generated_labels(job: &Value, refuse: &mut Refuse<'_>) {
    let spec = part(job, "spec");
    let labels = part(part(part(spec, "template"), "metadata"), "labels");
    for key in OF_NAME.into_iter().chain(OF_IDENTITY).filter(|_| !flag(spec, "manualSelector")) {
        let own = labels.get(key).and_then(Value::as_str);
        if own.is_some_and(|own| Some(own) != generated(job, key).as_deref()) {
            let pointer = format!("/spec/template/metadata/labels/{}", key.replace('/', "~1"));
            refuse(&pointer, "the server sets it to another value".to_owned());
        }
    }
}

fn indexed_name(job: &Value, refuse: &mut Refuse<'_>) {
    let spec = part(job, "spec");
    let Some(all) = completions(spec).filter(|all| is_indexed(spec) && *all > 0) else { return };
    let last = format!("{}-{}", text(part(job, "metadata"), "name"), all - 1);
    if let Err(reason) = dns_label(&last) {
        refuse("/metadata/name", format!("the pod of the last index would be `{last}`: {reason}"));
    }
}
