//! An amount of storage, as Kubernetes writes it.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::provenance::read_text;

/// An amount of storage of at least 1Mi: digits, perhaps a fraction of up to three digits, and a unit of 1024 (`Mi`,
/// `Gi`, `Ti`, `Pi`) or of 1000 (`M`, `G`, `T`, `P`), or bytes without a unit. Kept as written, compared by size.
#[derive(Clone, Debug)]
pub struct Quantity {
    text: String,
    /// Thousandths of a byte, so that a fraction is exact.
    thousandths: u128,
}

/// The units and how many bytes each stands for; the empty one comes last, since every text ends with it.
const UNITS: &[(&str, u128)] = &[
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
    ("Pi", 1 << 50),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
    ("P", 1_000_000_000_000_000),
    ("", 1),
];

/// The least that CDI imports into.
const LEAST: u128 = (1 << 20) * 1000;

impl Quantity {
    /// What the schema states; only the lower bound is more than a pattern can say.
    pub const PATTERN: &'static str = r"^[0-9]{1,15}(\.[0-9]{1,3})?([MGTP]i?)?$";

    /// As written: `30Gi`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Quantity {
    type Err = String;

    /// # Errors
    /// The text in backticks, the reason and the way out.
    fn from_str(text: &str) -> Result<Self, String> {
        let thousandths = parse(text).ok_or_else(|| {
            format!("`{text}` is no amount of storage: write a number with Mi, Gi or Ti, as in \"30Gi\"")
        })?;
        if thousandths < LEAST {
            return Err(format!(
                "`{text}` is less than 1Mi, the least that CDI accepts: did you mean \"{text}Gi\"?"
            ));
        }
        Ok(Quantity { text: text.to_owned(), thousandths })
    }
}

fn parse(text: &str) -> Option<u128> {
    let (unit, bytes) = UNITS.iter().find(|(unit, _)| text.ends_with(unit))?;
    let number = text.strip_suffix(unit)?;
    let (whole, fraction) =
        number.split_once('.').map_or((number, None), |(whole, fraction)| (whole, Some(fraction)));
    let whole = digits(whole, 15)?;
    let fraction = fraction.map_or(Some(0), |fraction| {
        let missing = 3_u32.checked_sub(u32::try_from(fraction.len()).ok()?)?;
        Some(digits(fraction, 3)? * 10_u128.pow(missing))
    })?;
    Some((whole * 1000 + fraction) * bytes)
}

fn digits(text: &str, most: usize) -> Option<u128> {
    let plain = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.thousandths == other.thousandths
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.thousandths.cmp(&other.thousandths)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "an amount of storage, as in \"30Gi\"", str::parse)
    }
}

impl JsonSchema for Quantity {
    fn schema_name() -> Cow<'static, str> {
        "Quantity".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "An amount of storage of at least 1Mi, as in \"30Gi\".",
            "pattern": Quantity::PATTERN,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(text: &str) -> Quantity {
        text.parse().unwrap()
    }

    #[test]
    fn amounts_are_compared_by_size_whatever_their_unit() {
        assert_eq!(quantity("1024Mi"), quantity("1Gi"));
        assert_eq!(quantity("1.5Gi"), quantity("1536Mi"));
        assert!(quantity("30G") < quantity("30Gi"));
        assert!(quantity("1048576") < quantity("1.001Mi"));
    }

    #[test]
    fn an_amount_is_printed_as_it_was_written() {
        for text in ["30Gi", "1.5Ti", "010Gi", "5368709120"] {
            assert_eq!(quantity(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_with_an_example() {
        for text in [
            "",
            "Gi",
            "30gi",
            "30 Gi",
            "-1Gi",
            "1e9",
            "30GiB",
            "1.2345Gi",
            "1.Gi",
            "30Ki",
            "1234567890123456Gi",
        ] {
            let reason = text.parse::<Quantity>().expect_err(text);
            assert!(reason.contains("30Gi"), "{reason}");
        }
    }

    #[test]
    fn less_than_a_mebibyte_is_most_likely_a_forgotten_unit() {
        assert!("30".parse::<Quantity>().unwrap_err().contains("\"30Gi\""));
        assert!("0Gi".parse::<Quantity>().is_err());
        assert!("1Mi".parse::<Quantity>().is_ok());
    }

    #[test]
    fn the_pattern_of_the_schema_accepts_what_the_reader_accepts() {
        let pattern = regex::Regex::new(Quantity::PATTERN).unwrap();
        for text in ["30Gi", "1.5Ti", "5368709120", "1P", "0.5Gi"] {
            assert!(pattern.is_match(text) && text.parse::<Quantity>().is_ok(), "{text}");
        }
        for text in ["", "30gi", "1e9", "30GiB", "1.2345Gi", "30Ki", "-1Gi"] {
            assert!(!pattern.is_match(text) && text.parse::<Quantity>().is_err(), "{text}");
        }
    }
}
