//! The rules of schedules.

use crate::diagnostic::Rule;

/// Every rule of this module.
pub static RULES: &[&Rule] = &[&NO_SCHEDULE, &UNEVEN_STEP, &BAD_WINDOW, &BAD_CRON, &NEVER_FIRES];

/// None of the alternatives.
pub static NO_SCHEDULE: Rule = Rule::error(
    "GS-SCHED-001",
    "a schedule says none of `every`, `daily`, `cron`, `never`",
    "each is a complete schedule, and a higher layer's choice displaces that of a lower one; none at all leaves \
     open what was meant. To keep the default, leave the whole schedule out",
);

/// A step that does not divide a day.
pub static UNEVEN_STEP: Rule = Rule::error(
    "GS-SCHED-002",
    "the step of `every` does not divide a day",
    "a cron field starts anew with each hour and each day, so a step of 5h would be 5, 5, 5, 5 and 4 hours. Steps \
     under an hour must divide the hour; below five minutes a registry is asked more often than pods start",
)
.source("robfig/cron v3 `ParseStandard` (golden-images 1.4)");

/// A window that is none.
pub static BAD_WINDOW: Rule = Rule::error(
    "GS-SCHED-003",
    "`daily.between` is no window of a day",
    "a window is two times of day, the first included, the second not: `01:00-05:00`. It may pass midnight: \
     `22:00-02:00`",
);

/// An expression that cannot be read.
pub static BAD_CRON: Rule = Rule::error(
    "GS-SCHED-004",
    "`cron` is no cron expression of five fields",
    "CDI and the Kubernetes CronJob read schedules with robfig/cron v3. Time zones and names \
     such as `@daily` are refused: CDI copies the text into a CronJob, which refuses time zones",
)
.source("robfig/cron v3 `ParseStandard`; Kubernetes: CronJob, time zones (golden-images 1.4)");

/// An expression that never fires.
pub static NEVER_FIRES: Rule = Rule::warning(
    "GS-SCHED-005",
    "the schedule is legal and never fires",
    "no date matches all fields, as the 31st of February. The image is imported once and never again",
)
.source("robfig/cron v3 `SpecSchedule.Next` (golden-images 1.4)");
