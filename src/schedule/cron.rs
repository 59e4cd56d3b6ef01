//! Cron expressions of five fields, read as robfig/cron v3 `ParseStandard` reads them, which CDI and the Kubernetes
//! CronJob use.
//!
//! In: text. Out: bit sets, or every wrong field with its bytes. Refused beyond `ParseStandard`: `TZ=`, `CRON_TZ=` and
//! `@...`, since the text becomes the schedule of a CronJob; and names of days with letters outside ASCII, which it
//! folds. `tests/data/cron.json` holds its verdicts.

use std::ops::Range;

/// Set where a field was written with `*` or `?`, as robfig/cron keeps it: such a field does not restrict the day.
const STAR: u64 = 1 << 63;

/// A schedule: one bit for each value that a field allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cron {
    /// Bits 0 to 59.
    pub minutes: u64,
    /// Bits 0 to 23.
    pub hours: u64,
    /// Bits 1 to 31.
    pub days: u64,
    /// Bits 1 to 12.
    pub months: u64,
    /// Bits 0 (Sunday) to 6.
    pub weekdays: u64,
}

/// What is wrong, and where in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The bytes of the expression.
    pub range: Range<usize>,
    /// The reason, lower case.
    pub reason: String,
    /// The plain form to write instead, where there is one.
    pub instead: Option<String>,
}

impl Cron {
    /// Reads an expression.
    ///
    /// # Errors
    /// Every wrong field, in order.
    pub fn parse(text: &str) -> Result<Self, Vec<Wrong>> {
        if let Some(wrong) = refused_form(text) {
            return Err(vec![wrong]);
        }
        let words = words(text);
        let [minutes, hours, days, months, weekdays] = words[..] else {
            return Err(vec![Wrong::whole(
                text,
                format!("a schedule has five fields, this has {}", words.len()),
            )]);
        };
        let mut wrong = Vec::new();
        let mut field = |word, field| read_field(word, field).map_err(|found| wrong.push(found)).unwrap_or(0);
        let cron = Cron {
            minutes: field(minutes, &MINUTE),
            hours: field(hours, &HOUR),
            days: field(days, &DAY),
            months: field(months, &MONTH),
            weekdays: field(weekdays, &WEEKDAY),
        };
        if wrong.is_empty() { Ok(cron) } else { Err(wrong) }
    }

    /// Whether no date ever matches, as in `0 0 31 2 *`: legal, and never fires.
    pub fn never_fires(&self) -> bool {
        let values = |bits: u64| bits & !STAR;
        let empty = [self.minutes, self.hours, self.months].into_iter().any(|bits| values(bits) == 0);
        // With both days restricted either may match; with one of them a star, both must.
        let either = self.days & STAR == 0 && self.weekdays & STAR == 0;
        let weekday = values(self.weekdays) != 0;
        let day = (1..=12).filter(|month| self.months & (1 << month) != 0).any(|month| {
            let days_of_month = (1 << (days_in(month) + 1)) - 1;
            self.days & days_of_month != 0
        });
        empty || if either { !weekday && !day } else { !(weekday && day) }
    }
}

impl Wrong {
    fn whole(text: &str, reason: String) -> Self {
        Wrong { range: 0..text.len(), reason, instead: None }
    }
}

/// One of the five fields.
struct Field {
    name: &'static str,
    least: u64,
    most: u64,
    /// Names of values, from the least on.
    names: &'static [&'static str],
}

const MINUTE: Field = Field { name: "minute", least: 0, most: 59, names: &[] };
const HOUR: Field = Field { name: "hour", least: 0, most: 23, names: &[] };
const DAY: Field = Field { name: "day of month", least: 1, most: 31, names: &[] };
const MONTH: Field = Field {
    name: "month",
    least: 1,
    most: 12,
    names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
const WEEKDAY: Field = Field {
    name: "day of week",
    least: 0,
    most: 6,
    names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};

/// The forms that `ParseStandard` takes and a CronJob, or we, do not.
fn refused_form(text: &str) -> Option<Wrong> {
    if text.starts_with("TZ=") || text.starts_with("CRON_TZ=") {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let rest = text.get(end..).unwrap_or_default().trim();
        let instead = Some(if rest.is_empty() { "0 4 * * *" } else { rest }.to_owned());
        let reason =
            "a CronJob takes no time zone; the hours are those of the cluster, mostly UTC".to_owned();
        return Some(Wrong { range: 0..end, reason, instead });
    }
    text.starts_with('@').then(|| Wrong {
        range: 0..text.len(),
        reason: "a schedule has five fields, no name".to_owned(),
        instead: plain_form(text).map(str::to_owned),
    })
}

fn plain_form(name: &str) -> Option<&'static str> {
    match name {
        "@yearly" | "@annually" => Some("0 0 1 1 *"),
        "@monthly" => Some("0 0 1 * *"),
        "@weekly" => Some("0 0 * * 0"),
        "@daily" | "@midnight" => Some("0 0 * * *"),
        "@hourly" => Some("0 * * * *"),
        _ => None,
    }
}

/// The words of a text, each with its first byte.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut behind = 0;
    for word in text.split_whitespace() {
        let start = behind + text.get(behind..).and_then(|rest| rest.find(word)).unwrap_or(0);
        behind = start + word.len();
        words.push((start, word));
    }
    words
}

/// A list of ranges; empty parts are skipped, and a field of nothing else allows no value at all.
fn read_field((start, word): (usize, &str), field: &Field) -> Result<u64, Wrong> {
    let mut bits = 0;
    let mut at = start;
    for part in word.split(',') {
        if !part.is_empty() {
            bits |= read_range(part, field).map_err(|reason| Wrong {
                range: at..at + part.len(),
                reason: format!("in the {}: {reason}", field.name),
                instead: None,
            })?;
        }
        at += part.len() + 1;
    }
    Ok(bits)
}

/// `number`, `low-high`, `*` or `?`, each perhaps with `/step`. Behind `*-` anything may stand, unread.
fn read_range(part: &str, field: &Field) -> Result<u64, String> {
    let mut slashes = part.split('/');
    let (span, step, more) = (slashes.next().unwrap_or_default(), slashes.next(), slashes.next());
    let hyphens: Vec<&str> = span.split('-').collect();
    let star = matches!(hyphens[0], "*" | "?");
    let (low, mut high) = match hyphens[..] {
        _ if star => (field.least, field.most),
        [one] => (value(one, field)?, value(one, field)?),
        [low, high] => (value(low, field)?, value(high, field)?),
        _ => return Err(format!("`{part}` has more than one `-`")),
    };
    let by = match (step, more) {
        (_, Some(_)) => return Err(format!("`{part}` has more than one `/`")),
        (None, None) => 1,
        (Some(step), None) => {
            // A single value with a step means from there to the end.
            high = if hyphens.len() == 1 { field.most } else { high };
            number(step)?
        }
    };
    check(part, (low, high, by), field)?;
    let every = usize::try_from(by).unwrap_or(usize::MAX);
    let bits = (low..=high).step_by(every).fold(0, |bits, value| bits | 1 << value);
    Ok(if star && by == 1 { bits | STAR } else { bits })
}

fn check(part: &str, (low, high, by): (u64, u64, u64), field: &Field) -> Result<(), String> {
    let Field { least, most, .. } = field;
    if low < *least || high > *most {
        return Err(format!("`{part}` lies outside {least} to {most}"));
    }
    if low > high {
        return Err(format!("`{part}` ends before it begins"));
    }
    if by == 0 {
        return Err(format!("`{part}` has a step of 0"));
    }
    Ok(())
}

fn value(text: &str, field: &Field) -> Result<u64, String> {
    let named = (field.least..).zip(field.names).find(|(_, name)| name.eq_ignore_ascii_case(text));
    named.map_or_else(|| number(text), |(value, _)| Ok(value))
}

fn number(text: &str) -> Result<u64, String> {
    // As Go's Atoi: a sign is fine, the range is that of a signed number.
    let number: i64 = text.parse().map_err(|_| format!("`{text}` is no number that can stand here"))?;
    u64::try_from(number).map_err(|_| format!("`{text}` is negative"))
}

/// The most days that a month can have.
fn days_in(month: u32) -> u32 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Row {
        expression: String,
        accepted: bool,
        #[serde(default)]
        fields: Vec<String>,
    }

    fn table() -> Vec<Row> {
        serde_json::from_str(include_str!("../../tests/data/cron.json")).unwrap()
    }

    fn sets(cron: &Cron) -> Vec<String> {
        [cron.minutes, cron.hours, cron.days, cron.months, cron.weekdays]
            .map(|bits| format!("{bits:x}"))
            .to_vec()
    }

    /// Taken by robfig/cron and refused here, with the reason in the head of this file.
    fn ours_alone(expression: &str) -> bool {
        expression.starts_with('@')
            || expression.starts_with("TZ=")
            || expression.starts_with("CRON_TZ=")
            || !expression.is_ascii() && expression.to_lowercase().contains("fri\u{307}")
    }

    #[test]
    fn expressions_are_read_as_robfig_cron_reads_them() {
        let table = table();
        assert!(table.len() >= 100);
        for row in table {
            match Cron::parse(&row.expression) {
                Ok(cron) => {
                    assert_eq!((true, sets(&cron)), (row.accepted, row.fields), "{:?}", row.expression);
                }
                Err(wrong) => {
                    assert!(!row.accepted || ours_alone(&row.expression), "{:?} {wrong:?}", row.expression);
                }
            }
        }
    }

    #[test]
    fn the_table_holds_both_verdicts_many_times() {
        let (accepted, refused): (Vec<_>, Vec<_>) = table().into_iter().partition(|row| row.accepted);
        assert!(accepted.len() > 50 && refused.len() > 50, "{} {}", accepted.len(), refused.len());
    }

    #[test]
    fn every_wrong_field_is_told_with_its_bytes() {
        let text = " 60\t4 * 1,13-14  mon-x";
        let wrong = Cron::parse(text).unwrap_err();
        let told: Vec<_> =
            wrong.iter().map(|wrong| (&text[wrong.range.clone()], wrong.reason.as_str())).collect();
        assert_eq!(
            told,
            [
                ("60", "in the minute: `60` lies outside 0 to 59"),
                ("13-14", "in the month: `13-14` lies outside 1 to 12"),
                ("mon-x", "in the day of week: `x` is no number that can stand here"),
            ]
        );
    }

    #[test]
    fn refused_forms_come_with_their_plain_form() {
        let instead = |text: &str| Cron::parse(text).unwrap_err().remove(0).instead;
        assert_eq!(instead("@daily").as_deref(), Some("0 0 * * *"));
        assert_eq!(instead("@weekly").as_deref(), Some("0 0 * * 0"));
        assert_eq!(instead("CRON_TZ=Europe/Berlin 0 4 * * 1").as_deref(), Some("0 4 * * 1"));
        assert_eq!(instead("TZ=UTC").as_deref(), Some("0 4 * * *"));
        assert_eq!(instead("@every 6h"), None);
    }

    #[test]
    fn plain_forms_can_be_read() {
        for name in ["@yearly", "@monthly", "@weekly", "@daily", "@hourly"] {
            assert!(Cron::parse(plain_form(name).unwrap()).is_ok(), "{name}");
        }
    }

    #[test]
    fn dates_that_do_not_exist_never_fire() {
        let never = |text: &str| Cron::parse(text).unwrap().never_fires();
        for text in [
            "0 0 31 2 *",
            "0 0 30 feb ?",
            "0 0 31 4,6,9,11 *",
            ", * * * *",
            "* * , * *",
            "* * * * ,",
            "0 0 31 2 */1",
        ] {
            assert!(never(text), "{text}");
        }
        // With both days restricted, either is enough; February has a 29th now and then.
        for text in [
            "0 0 31 2 1",
            "0 0 29 2 *",
            "0 0 31 * *",
            "0 0 31 2,3 *",
            "0 4 * * 1",
            "* * , * 1",
            "0 0 31 2 */2",
        ] {
            assert!(!never(text), "{text}");
        }
    }
}
