//! The sections `rules` and `waivers`: what a fleet wants to be told, and what it has decided to live with. What becomes
//! of them: [`crate::policy`].

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::provenance::{Setting, read_text};

/// How bad findings of a rule are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleLevel {
    /// They are not told. (Not `off`, which YAML 1.1 reads as a boolean.)
    Silent,
    /// They are told; the run goes on.
    Warning,
    /// Nothing is written; exit 1.
    Error,
}

/// A finding that somebody has looked at and decided to live with, for a while or for good. It is counted, and told where
/// a report has a place for it, but stops nothing. A waiver that nothing needs, has ended or will soon end is told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct WaiverSpec {
    /// The code of the rule. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"GS-GOLD-021", regex(pattern = r"^GS-[A-Z]+-[0-9]{3}$"))]
    pub rule: Setting<String>,

    /// Only findings about this: an image, a manifest, a field, by its name in the finding or in the spec. Default: all
    /// findings of the rule.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"fedora", length(min = 1, max = 253))]
    pub about: Setting<String>,

    /// Why it is right to live with it; who reads the report next year will ask. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"the registry signs from March on", length(min = 1, max = 1000))]
    pub reason: Setting<String>,

    /// The last day on which it holds, or `never` for one that does not end. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub until: Setting<Until>,
}

/// When a waiver ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// It does not.
    Never,
    /// Behind this day.
    Day(Date),
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// What the schema states; that the day exists is more than a pattern can say.
    pub const PATTERN: &'static str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";

    /// The day of a time, given in seconds since the beginning of 1970, in UTC.
    pub fn of_seconds(seconds: u64) -> Self {
        let mut left = i64::try_from(seconds / 86_400).unwrap_or(i64::MAX);
        let mut date = Date { year: 1970, month: 1, day: 1 };
        while left >= days_of_year(date.year) && date.year < 9999 {
            left -= days_of_year(date.year);
            date.year += 1;
        }
        while left >= i64::from(days_of_month(date.year, date.month)) {
            left -= i64::from(days_of_month(date.year, date.month));
            date.month += 1;
        }
        date.day += u8::try_from(left).unwrap_or_default();
        date
    }

    /// How many days it is from another day to this one.
    pub fn days_since(self, other: Date) -> i64 {
        self.number() - other.number()
    }

    /// Days since the beginning of the year 0.
    fn number(self) -> i64 {
        let years: i64 = (0..self.year).map(days_of_year).sum();
        let months: i64 = (1..self.month).map(|month| i64::from(days_of_month(self.year, month))).sum();
        years + months + i64::from(self.day)
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of_year(year: u16) -> i64 {
    365 + i64::from(is_leap(year))
}

fn days_of_month(year: u16, month: u8) -> u8 {
    match month {
        2 => 28 + u8::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl FromStr for Date {
    type Err = String;

    /// # Errors
    /// The text in backticks, the reason and the way out.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no day: write it as in \"2026-12-31\"");
        let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] else { return Err(wrong()) };
        let is_number =
            |part: &str, digits| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(year, 4) || !is_number(month, 2) || !is_number(day, 2) {
            return Err(wrong());
        }
        let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse(), day.parse()) else {
            return Err(wrong());
        };
        let date = Date { year, month, day };
        let exists = (1..=12).contains(&month) && (1..=days_of_month(year, month)).contains(&day);
        if exists { Ok(date) } else { Err(format!("`{text}` is no day of the calendar")) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Until {
    type Err = String;

    /// # Errors
    /// The text in backticks, the reason and the way out.
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "never" { Ok(Until::Never) } else { text.parse().map(Until::Day) }
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Until::Never => f.write_str("never"),
            Until::Day(date) => date.fmt(f),
        }
    }
}

impl Serialize for Until {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Until {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "a day in quotes, as in \"2026-12-31\", or `never`", str::parse)
    }
}

impl JsonSchema for Until {
    fn schema_name() -> Cow<'static, str> {
        "Until".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": format!("^(never|{})$", Date::PATTERN), "examples": ["2026-12-31", "never"]})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_read_if_the_calendar_has_it() {
        assert_eq!(date("2024-02-29").to_string(), "2024-02-29");
        for wrong in
            ["2026-02-29", "2026-13-01", "2026-1-1", "26-01-01", "2026-00-10", "tomorrow", "2026-01-01-01"]
        {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn days_are_counted_over_the_ends_of_months_and_years() {
        assert_eq!(date("2024-03-01").days_since(date("2024-02-28")), 2);
        assert_eq!(date("2027-01-01").days_since(date("2026-12-31")), 1);
        assert_eq!(date("2026-01-01").days_since(date("2026-01-08")), -7);
    }

    #[test]
    fn a_time_is_on_its_day_in_utc() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (1_795_000_000, "2026-11-18"),
        ] {
            assert_eq!(Date::of_seconds(seconds).to_string(), day);
        }
    }

    #[test]
    fn a_waiver_ends_on_a_day_or_never() {
        assert_eq!("never".parse(), Ok(Until::Never));
        assert_eq!("2026-12-31".parse(), Ok(Until::Day(date("2026-12-31"))));
        assert!("some day".parse::<Until>().is_err());
    }
}
