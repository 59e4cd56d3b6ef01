//! CronJobs.

use serde_json::Value;

use super::super::field::{flag, has, not_negative, one_of, part, text};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::{ensure, time_zone};
use crate::schedule::cron::Cron;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "CronJob",
        field: "metadata.name",
        words: "has at most 52 characters, since its Jobs add eleven",
        source: "ValidateCronJobCreate",
        check: |object, refuse| {
            if text(part(object, "metadata"), "name").len() > NAME_MAX {
                refuse(
                    "/metadata/name",
                    format!("it has at most {NAME_MAX} characters: the names of Jobs add eleven"),
                );
            }
        },
        passes: &[r#"{"metadata":{"name":"a234567890123456789012345678901234567890123456789012"}}"#],
        fails: &[r#"{"metadata":{"name":"a2345678901234567890123456789012345678901234567890123"}}"#],
    },
    Rule {
        of: "CronJobSpec",
        field: "schedule",
        words: "is a cron expression of five fields, or a name as `@daily`, without a time zone",
        source: "validateScheduleFormat",
        check: schedule,
        passes: &[
            r#"{"schedule":"*/5 4 * * mon-fri"}"#,
            r#"{"schedule":"@daily"}"#,
            r#"{"schedule":"@every 1h30m"}"#,
        ],
        fails: &[
            r#"{"schedule":""}"#,
            r#"{"schedule":null}"#,
            r#"{"schedule":"0 0 4 * * *"}"#,
            r#"{"schedule":"61 * * * *"}"#,
            r#"{"schedule":"@fortnightly"}"#,
            r#"{"schedule":"@every soon"}"#,
            r#"{"schedule":"CRON_TZ=UTC 0 4 * * *"}"#,
        ],
    },
    Rule {
        of: "CronJobSpec",
        field: "timeZone",
        words: "is the name of a time zone",
        source: "validateTimeZone",
        check: |spec, refuse| {
            let verdict = time_zone(text(spec, "timeZone"));
            if has(spec, "timeZone")
                && let Err(reason) = verdict
            {
                refuse("/timeZone", reason);
            }
        },
        passes: &[r#"{"timeZone":"Europe/Berlin"}"#],
        fails: &[r#"{"timeZone":""}"#, r#"{"timeZone":"Local"}"#, r#"{"timeZone":"/Berlin"}"#],
    },
    Rule {
        of: "CronJobSpec",
        field: "concurrencyPolicy",
        words: "is `Allow`, `Forbid` or `Replace`",
        source: "validateConcurrencyPolicy",
        check: |spec, refuse| one_of(spec, "concurrencyPolicy", &["Allow", "Forbid", "Replace"], refuse),
        passes: &[r#"{"concurrencyPolicy":"Replace"}"#],
        fails: &[r#"{"concurrencyPolicy":"Queue"}"#],
    },
    Rule {
        of: "CronJobSpec",
        field: "startingDeadlineSeconds, successfulJobsHistoryLimit and failedJobsHistoryLimit",
        words: "are not negative",
        source: "validateCronJobSpec",
        check: |spec, refuse| {
            for field in ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"] {
                not_negative(spec, field, refuse);
            }
        },
        passes: &[r#"{"successfulJobsHistoryLimit":0}"#],
        fails: &[
            r#"{"startingDeadlineSeconds":-1}"#,
            r#"{"successfulJobsHistoryLimit":-1}"#,
            r#"{"failedJobsHistoryLimit":-1}"#,
        ],
    },
    Rule {
        of: "JobTemplateSpec",
        field: "spec.selector and spec.manualSelector",
        words: "are left to the server",
        source: "ValidateJobTemplateSpec",
        check: |template, refuse| {
            let spec = part(template, "spec");
            if has(spec, "selector") {
                refuse("/spec/selector", "the server makes it".to_owned());
            }
            if flag(spec, "manualSelector") {
                refuse("/spec/manualSelector", "the server makes the selector".to_owned());
            }
        },
        passes: &[r#"{"spec":{"manualSelector":false}}"#],
        fails: &[r#"{"spec":{"selector":{}}}"#, r#"{"spec":{"manualSelector":true}}"#],
    },
];

const NAME_MAX: usize = 52;

fn schedule(spec: &Value, refuse: &mut Refuse<'_>) {
    let text = text(spec, "schedule");
    let verdict = match text.strip_prefix('@') {
        _ if text.is_empty() => Err("it must be given".to_owned()),
        Some(name) => named_schedule(name),
        None => Cron::parse(text)
            .map(drop)
            .map_err(|wrong| wrong.into_iter().map(|wrong| wrong.reason).collect::<Vec<_>>().join("; ")),
    };
    if let Err(reason) = verdict {
        refuse("/schedule", reason);
    }
}

/// The names that a CronJob takes and our own schedules do not.
fn named_schedule(name: &str) -> Result<(), String> {
    let known = ["yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly"].contains(&name);
    let every = name.strip_prefix("every ").is_some_and(is_duration);
    ensure(known || every, "it is no name of a schedule, as in `@daily` or `@every 6h`")
}

/// As Go reads durations: `1h30m`.
fn is_duration(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut rest = unsigned;
    while !rest.is_empty() {
        let digits =
            rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
        let (number, behind) = rest.split_at(digits);
        let unit =
            behind.find(|letter: char| letter.is_ascii_digit() || letter == '.').unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(unit);
        let counts = number.bytes().any(|digit| digit.is_ascii_digit()) && number.matches('.').count() < 2;
        if !counts || !matches!(unit, "ns" | "us" | "\u{b5}s" | "\u{3bc}s" | "ms" | "s" | "m" | "h") {
            return unsigned == "0";
        }
        rest = behind;
    }
    !unsigned.is_empty()
}
