//! A schedule as people write it, and the checks that make it a [`Schedule`].

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::cron::{Cron, Wrong};
use super::rules::{BAD_CRON, BAD_WINDOW, NEVER_FIRES, NO_SCHEDULE, UNEVEN_STEP};
use super::spread::{Schedule, Step, Window};
use crate::diagnostic::{Diagnostic, Findings};
use crate::provenance::{Origin, Place, Setting, Sourced, Sources};
use crate::schema::REFUSED_BY;

/// The keys of a schedule, of which exactly one is given; a higher layer's displaces a lower layer's.
pub const ALTERNATIVES: &[&str] = &["every", "daily", "cron", "never"];

/// When an image is polled: exactly one of `every`, `daily`, `cron`, `never`. Hours are those of the cluster's controllers,
/// which is UTC almost everywhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct ScheduleSpec {
    /// At this step through the day: `5m` to `30m`, `1h` to `24h`, each a divisor of the hour or the day. When it begins
    /// comes from the names of site and image, so that a fleet spreads.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"12h", schema_with = "step_schema")]
    every: Setting<String>,
    /// Once a day within a window; the minute comes from the names of site and image.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    daily: Setting<DailySpec>,
    /// A cron expression of five fields, as Kubernetes CronJobs read it; no time zone, no `@daily`. Not spread.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"0 4 * * *")]
    cron: Setting<String>,
    /// Never: the image is imported when something else asks for it. Takes no fields: `never: {}`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    never: Setting<NeverSpec>,
}

/// Once a day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct DailySpec {
    /// The window, two times of day: the first included, the second not. It may pass midnight. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"01:00-05:00", schema_with = "window_schema")]
    pub between: Setting<String>,
}

/// Never: takes no fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NeverSpec {}

/// A schedule as it is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GivenSchedule<'s> {
    /// At a step through the day.
    Every(&'s Sourced<String>),
    /// Once a day within a window.
    Daily(&'s Sourced<DailySpec>),
    /// A cron expression.
    Cron(&'s Sourced<String>),
    /// Never.
    Never(&'s Sourced<NeverSpec>),
}

impl ScheduleSpec {
    /// The alternative that is given.
    pub fn given(&self) -> Option<GivenSchedule<'_>> {
        let every = self.every.get().map(GivenSchedule::Every);
        every
            .or_else(|| self.daily.get().map(GivenSchedule::Daily))
            .or_else(|| self.cron.get().map(GivenSchedule::Cron))
            .or_else(|| self.never.get().map(GivenSchedule::Never))
    }

    /// Checks the schedule, once however many images use it. `section` is where it is. None where a finding leaves none.
    pub fn resolve(&self, section: &Origin, sources: &Sources, findings: &mut Findings) -> Option<Schedule> {
        let checking = Checking { sources, findings };
        match self.given() {
            Some(GivenSchedule::Every(step)) => checking.step(step),
            Some(GivenSchedule::Daily(daily)) => checking.window(daily),
            Some(GivenSchedule::Cron(text)) => checking.cron(text),
            Some(GivenSchedule::Never(never)) => Some(Schedule::Never(never.origin.clone())),
            None => checking.nothing(section),
        }
    }
}

struct Checking<'c> {
    sources: &'c Sources,
    findings: &'c mut Findings,
}

impl Checking<'_> {
    fn nothing(self, section: &Origin) -> Option<Schedule> {
        let finding = Diagnostic::new(&NO_SCHEDULE, "the schedule is empty")
            .at(self.place(section), "nothing in here")
            .help("give exactly one of `every`, `daily`, `cron`, `never`");
        self.findings.push(finding);
        None
    }

    fn step(self, step: &Sourced<String>) -> Option<Schedule> {
        if let Ok(value) = step.value.parse() {
            return Some(Schedule::Every(Sourced { value, origin: step.origin.clone() }));
        }
        let finding = Diagnostic::new(&UNEVEN_STEP, format!("`every: {}` does not divide a day", step.value))
            .at(self.place(&step.origin), "not an allowed step")
            .help(format!("allowed are {}", Step::ALLOWED.join(", ")));
        self.findings.push(finding);
        None
    }

    fn window(self, daily: &Sourced<DailySpec>) -> Option<Schedule> {
        let finding = match daily.between.get() {
            None => Diagnostic::new(&BAD_WINDOW, "`daily` has no `between`")
                .at(self.place(&daily.origin), "no window"),
            Some(between) => match between.value.parse::<Window>() {
                Ok(value) => return Some(Schedule::Daily(Sourced { value, origin: between.origin.clone() })),
                Err(reason) => {
                    Diagnostic::new(&BAD_WINDOW, reason).at(self.place(&between.origin), "not a window")
                }
            },
        };
        self.findings.push(finding.help("write `daily: {between: \"01:00-05:00\"}`"));
        None
    }

    fn cron(self, text: &Sourced<String>) -> Option<Schedule> {
        match Cron::parse(&text.value) {
            Ok(cron) => {
                if cron.never_fires() {
                    let finding = Diagnostic::new(&NEVER_FIRES, format!("`{}` never fires", text.value))
                        .at(self.place(&text.origin), "no such date")
                        .help("if that is meant, write `never: {}`");
                    self.findings.push(finding);
                }
                Some(Schedule::Cron(text.clone()))
            }
            Err(wrong) => {
                let findings = wrong.iter().map(|wrong| self.bad_cron(text, wrong)).collect::<Vec<_>>();
                self.findings.extend(findings);
                None
            }
        }
    }

    fn bad_cron(&self, text: &Sourced<String>, wrong: &Wrong) -> Diagnostic {
        let place = self.place(&text.origin);
        let inside = place.clone().map(|place| narrowed(place, &text.value, wrong));
        let finding =
            Diagnostic::new(&BAD_CRON, format!("`{}` is no schedule: {}", text.value, wrong.reason));
        let finding = finding.at(inside, "");
        match &wrong.instead {
            Some(instead) => finding.edit("in five fields, write", place, format!("\"{instead}\"")),
            None => {
                finding.help("five fields: minute, hour, day of month, month, day of week; or `every: 6h`")
            }
        }
    }

    fn place(&self, origin: &Origin) -> Option<Place> {
        self.sources.place_of(origin)
    }
}

/// The bytes of one field, where the source has the expression letter for letter; else the whole value.
fn narrowed(place: Place, text: &str, wrong: &Wrong) -> Place {
    let (start, end) = (place.start as usize, place.end as usize);
    let Some(offset) = place.source.text.get(start..end).and_then(|written| written.find(text)) else {
        return place;
    };
    let byte = |inside: usize| u32::try_from(start + offset + inside);
    match (byte(wrong.range.start), byte(wrong.range.end)) {
        (Ok(start), Ok(end)) => Place { start, end, ..place },
        _ => place,
    }
}

fn step_schema(_: &mut SchemaGenerator) -> Schema {
    let mut allowed: Vec<_> = Step::ALLOWED.iter().map(|step| Some(*step)).collect();
    allowed.push(None);
    json_schema!({ "type": ["string", "null"], "enum": allowed, REFUSED_BY: UNEVEN_STEP.code })
}

fn window_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "pattern": Window::PATTERN, REFUSED_BY: BAD_WINDOW.code })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::provenance::{Layer, Source};
    use crate::yaml::Loc;

    /// A source with this text, and an origin that spans a part of it.
    fn written(text: &str, part: &str) -> (Sources, Origin) {
        let mut sources = Sources::default();
        let source = Source { path: "site.yaml".into(), layer: Layer::Site, text: text.into() };
        let source = sources.add(Arc::new(source));
        let start = text.find(part).unwrap();
        let [start, end] = [start, start + part.len()].map(|byte| u32::try_from(byte).unwrap());
        (sources, Origin::Written(Loc { source, start, end }))
    }

    fn set<T>(value: T, origin: &Origin) -> Setting<T> {
        Setting::Set(Sourced { value, origin: origin.clone() })
    }

    fn resolve(
        spec: &ScheduleSpec,
        origin: &Origin,
        sources: &Sources,
    ) -> (Option<Schedule>, Vec<Diagnostic>) {
        let mut findings = Findings::default();
        let schedule = spec.resolve(origin, sources, &mut findings);
        (schedule, findings.iter().cloned().collect())
    }

    #[test]
    fn a_wrong_field_is_pointed_at_inside_the_text() {
        let text = "cron: \"0 25 * * *\"\n";
        let (sources, origin) = written(text, "\"0 25 * * *\"");
        let spec = ScheduleSpec { cron: set("0 25 * * *".into(), &origin), ..ScheduleSpec::default() };
        let (schedule, findings) = resolve(&spec, &origin, &sources);
        assert_eq!(schedule, None);
        let place = &findings[0].primary.as_ref().unwrap().place;
        assert_eq!(&text[place.start as usize..place.end as usize], "25");
        assert!(
            findings[0].title.contains("in the hour: `25` lies outside 0 to 23"),
            "{}",
            findings[0].title
        );
    }

    #[test]
    fn a_text_with_escapes_is_pointed_at_as_a_whole() {
        let text = r#"cron: "0 \x3205 * * *""#;
        let (sources, origin) = written(text, r#""0 \x3205 * * *""#);
        let spec = ScheduleSpec { cron: set("0 205 * * *".into(), &origin), ..ScheduleSpec::default() };
        let (_, findings) = resolve(&spec, &origin, &sources);
        let place = &findings[0].primary.as_ref().unwrap().place;
        assert_eq!((place.start, place.end as usize), (6, text.len()));
    }

    #[test]
    fn a_named_schedule_is_refused_with_an_edit() {
        let (sources, origin) = written("cron: '@daily'\n", "'@daily'");
        let spec = ScheduleSpec { cron: set("@daily".into(), &origin), ..ScheduleSpec::default() };
        let (_, findings) = resolve(&spec, &origin, &sources);
        let edits = findings[0].help.iter().filter(
            |help| matches!(help, crate::diagnostic::Help::Edit { with, .. } if with == "\"0 0 * * *\""),
        );
        assert_eq!(edits.count(), 1);
    }

    #[test]
    fn an_empty_schedule_is_a_finding() {
        let (sources, origin) = written("schedule: {}\n", "{}");
        let (schedule, findings) = resolve(&ScheduleSpec::default(), &origin, &sources);
        assert_eq!((schedule, findings[0].rule.code), (None, "GS-SCHED-001"));
    }

    #[test]
    fn a_step_that_does_not_divide_a_day_is_refused_with_the_allowed_ones() {
        let (sources, origin) = written("every: 5h\n", "5h");
        let spec = ScheduleSpec { every: set("5h".into(), &origin), ..ScheduleSpec::default() };
        let (_, findings) = resolve(&spec, &origin, &sources);
        assert_eq!(findings[0].rule.code, "GS-SCHED-002");
        let help = format!("{:?}", findings[0].help);
        assert!(help.contains("4h, 6h") && !help.contains("5h"), "{help}");
    }

    #[test]
    fn daily_needs_its_window() {
        let (sources, origin) = written("daily: {}\n", "{}");
        let spec = ScheduleSpec { daily: set(DailySpec::default(), &origin), ..ScheduleSpec::default() };
        assert_eq!(resolve(&spec, &origin, &sources).1[0].title, "`daily` has no `between`");
    }

    #[test]
    fn a_schedule_that_never_fires_is_taken_with_a_warning() {
        let (sources, origin) = written("cron: 0 0 31 2 *\n", "0 0 31 2 *");
        let spec = ScheduleSpec { cron: set("0 0 31 2 *".into(), &origin), ..ScheduleSpec::default() };
        let (schedule, findings) = resolve(&spec, &origin, &sources);
        assert!(schedule.is_some());
        assert_eq!(findings[0].rule.code, "GS-SCHED-005");
    }

    #[test]
    fn never_takes_no_fields() {
        assert!(serde_json::from_str::<ScheduleSpec>(r#"{"never": {}}"#).is_ok());
        assert!(serde_json::from_str::<ScheduleSpec>(r#"{"never": {"ever": 1}}"#).is_err());
    }

    #[test]
    fn the_schema_accepts_the_windows_that_the_reader_accepts() {
        let pattern = regex::Regex::new(Window::PATTERN).unwrap();
        for text in [
            "01:00-05:00",
            "22:00-02:00",
            "00:00-24:00",
            "24:00-01:00",
            "1:00-2:00",
            "01:60-02:00",
            "01:00-24:01",
        ] {
            assert_eq!(pattern.is_match(text), text.parse::<Window>().is_ok(), "{text}");
        }
    }
}
