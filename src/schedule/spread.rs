//! A checked schedule, and the cron expression that one image of one site gets from it.
//!
//! The minute comes from a hash of both names: stable, and even over many images. Each expression remembers its setting.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::provenance::{Origin, Sourced};

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

/// A schedule without mistakes.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// At a steady step through the day.
    Every(Sourced<Step>),
    /// Once a day, within a window.
    Daily(Sourced<Window>),
    /// As an expression says.
    Cron(Sourced<String>),
    /// Not at all; the origin is the setting that says so.
    Never(Origin),
}

impl Schedule {
    /// The cron expression for one image; empty for never.
    pub fn expression(&self, site: &str, image: &str) -> Sourced<String> {
        let rule = |setting: String| {
            format!("{setting}, its start taken from sha256 of site `{site}` and image `{image}`")
        };
        match self {
            Schedule::Every(step) => {
                let rule = rule(format!("every {}", step.value));
                Sourced::derived(step.value.expression(site, image), rule, &[&step.origin])
            }
            Schedule::Daily(window) => {
                let rule = rule(format!("daily between {}", window.value));
                Sourced::derived(window.value.expression(site, image), rule, &[&window.origin])
            }
            Schedule::Cron(expression) => expression.clone(),
            Schedule::Never(origin) => {
                Sourced::derived(String::new(), "never: an empty schedule polls nothing", &[origin])
            }
        }
    }
}

/// A step that divides a day evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    minutes: u32,
}

impl Step {
    /// The steps that are allowed, as people write them.
    pub const ALLOWED: &[&str] =
        &["5m", "6m", "10m", "12m", "15m", "20m", "30m", "1h", "2h", "3h", "4h", "6h", "8h", "12h", "24h"];

    fn expression(self, site: &str, image: &str) -> String {
        let start = pick(self.minutes, site, image);
        let (hour, minute, step) = (start / HOUR, start % HOUR, self.minutes / HOUR);
        match step {
            0 => format!("{minute}/{} * * * *", self.minutes),
            1 => format!("{minute} * * * *"),
            24 => format!("{minute} {hour} * * *"),
            step => format!("{minute} {hour}/{step} * * *"),
        }
    }
}

impl FromStr for Step {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let allowed = Self::ALLOWED.iter().find(|allowed| **allowed == text).ok_or(())?;
        let (number, unit) = allowed.split_at(allowed.len() - 1);
        let number: u32 = number.parse().map_err(drop)?;
        Ok(Step { minutes: if unit == "h" { number * HOUR } else { number } })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.minutes < HOUR {
            write!(f, "{}m", self.minutes)
        } else {
            write!(f, "{}h", self.minutes / HOUR)
        }
    }
}

/// A part of the day, which may pass midnight. Minutes of the day; the end is not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    start: u32,
    end: u32,
}

impl Window {
    /// What a window looks like, as a pattern that the schema says.
    pub const PATTERN: &str = "^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$";

    fn minutes(self) -> u32 {
        match self.end.checked_sub(self.start) {
            Some(minutes) if minutes > 0 => minutes,
            _ => self.end + DAY - self.start,
        }
    }

    fn expression(self, site: &str, image: &str) -> String {
        let minute = (self.start + pick(self.minutes(), site, image)) % DAY;
        format!("{} {} * * *", minute % HOUR, minute / HOUR)
    }
}

impl FromStr for Window {
    type Err = String;

    /// # Errors
    /// The reason, lower case.
    fn from_str(text: &str) -> Result<Self, String> {
        let shape = || format!("`{text}` is no window: write two times of day, as in \"01:00-05:00\"");
        let (start, end) = text.split_once('-').ok_or_else(shape)?;
        let start = time_of_day(start).filter(|minute| *minute < DAY).ok_or_else(shape)?;
        let end = time_of_day(end).ok_or_else(shape)?;
        if start == end % DAY && end != DAY {
            return Err(format!(
                "`{text}` begins and ends at the same minute; for the whole day write \"00:00-24:00\""
            ));
        }
        Ok(Window { start, end })
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Window { start, end } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", start / HOUR, start % HOUR, end / HOUR, end % HOUR)
    }
}

/// Minutes of the day; 24:00 is the end of it.
fn time_of_day(text: &str) -> Option<u32> {
    let two = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok()).flatten()
    };
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let time = hours * HOUR + minutes;
    (minutes < HOUR && time <= DAY).then_some(time)
}

/// A number below a bound, from the names alone.
fn pick(bound: u32, site: &str, image: &str) -> u32 {
    let digest = Sha256::new().chain_update(site).chain_update([0]).chain_update(image).finalize();
    let number = digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
    u32::try_from(number % u64::from(bound.max(1))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::cron::Cron;

    fn every(step: &str, image: &str) -> String {
        step.parse::<Step>().unwrap().expression("edge-1", image)
    }

    fn daily(window: &str, image: &str) -> String {
        window.parse::<Window>().unwrap().expression("edge-1", image)
    }

    /// Hour and minute of a daily expression, as minutes of the day.
    fn minute_of(expression: &str) -> u32 {
        let mut fields = expression.split(' ').map(str::parse::<u32>);
        let minute = fields.next().unwrap().unwrap();
        fields.next().unwrap().unwrap() * HOUR + minute
    }

    #[test]
    fn the_start_is_the_same_from_run_to_run() {
        // The rule, written out a second time: the first eight bytes of sha256, both names with a zero byte between.
        let digest = Sha256::digest(b"edge-1\0fedora");
        let number = u64::from_be_bytes(digest[..8].try_into().unwrap());
        let start = u32::try_from(number % 720).unwrap();
        assert_eq!(every("12h", "fedora"), format!("{} {}/12 * * *", start % 60, start / 60));
        assert_eq!(every("12h", "fedora"), every("12h", "fedora"));
    }

    #[test]
    fn site_and_image_both_count_and_do_not_run_into_each_other() {
        assert_ne!(pick(DAY, "edge-1", "fedora"), pick(DAY, "edge-2", "fedora"));
        assert_ne!(pick(DAY, "edge-1", "fedora"), pick(DAY, "edge-1", "rhel9"));
        assert_ne!(pick(DAY, "a", "bc"), pick(DAY, "ab", "c"));
    }

    #[test]
    fn a_step_fires_as_often_as_it_says() {
        for step in Step::ALLOWED {
            let parsed: Step = step.parse().unwrap();
            assert_eq!(parsed.to_string(), *step);
            for image in 0..200 {
                let expression = every(step, &format!("image-{image}"));
                let cron = Cron::parse(&expression).unwrap();
                let times = (cron.minutes << 1 >> 1).count_ones() * (cron.hours << 1 >> 1).count_ones();
                assert_eq!(times, DAY / parsed.minutes, "{step} {expression}");
            }
        }
    }

    #[test]
    fn steps_that_do_not_divide_a_day_are_no_steps() {
        for step in [
            "5h", "7h", "9h", "0h", "48h", "7m", "45m", "60m", "90m", "1m", "12", "h", "1d", "12H", " 12h",
            "+1h", "1h30m",
        ] {
            assert!(step.parse::<Step>().is_err(), "{step}");
        }
    }

    #[test]
    fn a_daily_start_lies_in_its_window_and_may_pass_midnight() {
        for image in 0..500 {
            let image = format!("image-{image}");
            let night = minute_of(&daily("01:00-05:00", &image));
            assert!((60..300).contains(&night), "{night}");
            let late = minute_of(&daily("22:00-02:00", &image));
            assert!(!(2 * 60..22 * 60).contains(&late), "{late}");
        }
    }

    #[test]
    fn a_window_of_one_minute_leaves_no_choice() {
        assert_eq!(daily("04:30-04:31", "fedora"), "30 4 * * *");
        assert_eq!(daily("23:59-00:00", "fedora"), "59 23 * * *");
        assert_eq!(daily("23:59-24:00", "fedora"), "59 23 * * *");
    }

    #[test]
    fn many_images_spread_evenly_over_a_window() {
        let mut hours = [0_u32; 4];
        for image in 0..4000 {
            let minute = minute_of(&daily("01:00-05:00", &format!("image-{image}")));
            hours[(minute / HOUR - 1) as usize] += 1;
        }
        assert!(hours.iter().all(|count| (850..1150).contains(count)), "{hours:?}");
    }

    #[test]
    fn windows_are_two_times_of_day() {
        for window in ["00:00-24:00", "00:00-00:01", "22:00-02:00", "23:59-00:00", "00:01-00:00"] {
            assert_eq!(window.parse::<Window>().unwrap().to_string(), window);
        }
        for window in [
            "",
            "-",
            "1:00-5:00",
            "01:00",
            "24:00-01:00",
            "01:00-24:01",
            "01:60-02:00",
            "01:00-05:00 ",
            "+1:00-05:00",
            "01:00–05:00",
        ] {
            assert!(window.parse::<Window>().unwrap_err().contains("two times"), "{window}");
        }
        assert!("03:00-03:00".parse::<Window>().unwrap_err().contains("same minute"));
        assert!("00:00-00:00".parse::<Window>().unwrap_err().contains("00:00-24:00"));
    }

    #[test]
    fn an_expression_remembers_its_setting() {
        let written = Origin::Written(crate::yaml::Loc { source: 3, start: 1, end: 4 });
        let step = Sourced { value: "12h".parse().unwrap(), origin: written.clone() };
        let expression = Schedule::Every(step).expression("edge-1", "fedora");
        assert_eq!(expression.origin.written(), written.written());
        let Origin::Derived(derived) = expression.origin else { panic!("not derived") };
        assert_eq!(
            derived.rule,
            "every 12h, its start taken from sha256 of site `edge-1` and image `fedora`"
        );
        assert_eq!(Schedule::Never(written).expression("edge-1", "fedora").value, "");
    }
}
