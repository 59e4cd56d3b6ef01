//! Versions as people write them, and the bounds that rows hold them against. The only user of `semver`.
//!
//! In: `4.20`, `4.20.4`, `v1.8.4`, `1.33.4+k3s1`. Out: an answer to "is this bound reached?", which may be "nobody can
//! tell without the last number". Pre-release and build parts are kept for showing and never compared: the OKD release
//! `4.20.0-okd-scos.5` has what 4.20.0 has.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::provenance::read_text;

/// What [`Version`] accepts, as a pattern that a schema can say.
pub const PATTERN: &str = concat!(
    r"^v?(0|[1-9][0-9]{0,4})\.(0|[1-9][0-9]{0,4})",
    r"(\.(0|[1-9][0-9]{0,4})",
    r"(-(0|[1-9][0-9]{0,9}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9][0-9]{0,9}|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?",
    r"(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?)?$"
);

/// The most digits that one number of a version may have.
const DIGITS: usize = 5;

/// A release of a product, by minor (`4.20`) or in full (`4.20.4`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    text: String,
    major: u64,
    minor: u64,
    patch: Option<u64>,
}

impl Version {
    /// The minor alone: `4.20` of `4.20.4`.
    pub fn minor(&self) -> Bound {
        Bound { major: self.major, minor: self.minor, patch: None }
    }

    /// The release in full, `1.10.1` of `1.10.1` and of `v1.10.1-rc.2`; none where only the minor is known.
    pub fn full(&self) -> Option<String> {
        self.patch.map(|patch| format!("{}.{}.{patch}", self.major, self.minor))
    }

    /// Whether this is the bound or newer. None where the bound lies inside the minor and only the minor is known.
    pub fn reaches(&self, bound: Bound) -> Option<bool> {
        let (ours, theirs) = ((self.major, self.minor), (bound.major, bound.minor));
        if ours != theirs {
            return Some(ours > theirs);
        }
        match (bound.patch, self.patch) {
            (None | Some(0), _) => Some(true),
            (Some(wanted), Some(given)) => Some(given >= wanted),
            (Some(_), None) => None,
        }
    }
}

impl FromStr for Version {
    type Err = String;

    /// # Errors
    /// The reason, lower case, with the text in backticks.
    fn from_str(text: &str) -> Result<Self, String> {
        let bare = text.strip_prefix('v').unwrap_or(text);
        let by_minor = bare.split('.').count() == 2;
        let full = if by_minor { Cow::Owned(format!("{bare}.0")) } else { Cow::Borrowed(bare) };
        let parsed = semver::Version::parse(&full).map_err(|_| refusal(text))?;
        // A minor alone has no pre-release part: `4.20-rc` would take the `.0` into it.
        let short = |number: u64| number.to_string().len() <= DIGITS;
        let plain = !by_minor || parsed.pre.is_empty() && parsed.build.is_empty();
        if !plain || ![parsed.major, parsed.minor, parsed.patch].into_iter().all(short) {
            return Err(refusal(text));
        }
        let patch = (!by_minor).then_some(parsed.patch);
        Ok(Version { text: text.to_owned(), major: parsed.major, minor: parsed.minor, patch })
    }
}

impl From<Bound> for Version {
    fn from(bound: Bound) -> Self {
        let Bound { major, minor, patch } = bound;
        Version { text: bound.to_string(), major, minor, patch }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn refusal(text: &str) -> String {
    format!("`{text}` is no version: write major.minor or major.minor.patch, as in \"4.20\" or \"4.20.4\"")
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "a version in quotes, as in \"4.20\"", str::parse)
    }
}

impl JsonSchema for Version {
    fn schema_name() -> Cow<'static, str> {
        "Version".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A release, in quotes: the minor alone (\"4.20\") or in full (\"4.20.4\").",
            "pattern": PATTERN,
        })
    }
}

/// A point in a product's history that a row names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bound {
    major: u64,
    minor: u64,
    patch: Option<u64>,
}

impl Bound {
    /// The whole minor: `1.62`.
    pub const fn minor(major: u64, minor: u64) -> Self {
        Bound { major, minor, patch: None }
    }

    /// One release of a minor: `1.63.1`.
    pub const fn patch(major: u64, minor: u64, patch: u64) -> Self {
        Bound { major, minor, patch: Some(patch) }
    }

    /// The number of the minor: 20 of `4.20`.
    pub const fn minor_number(self) -> u64 {
        self.minor
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        self.patch.map_or(Ok(()), |patch| write!(f, ".{patch}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCEPTED: &[&str] =
        &["4.20", "4.20.4", "v1.8.4", "1.33", "1.33.4+k3s1", "4.20.0-okd-scos.5", "0.18.3", "99999.0"];
    const REFUSED: &[&str] = &[
        "",
        "4",
        "4.",
        "v",
        "4.x",
        "4.20.",
        "04.20",
        "4.020",
        "4.20.4.1",
        "4.20-rc",
        "4.20+x",
        " 4.20",
        "4.20 ",
        "vv4.20",
        "4.20.0-",
        "4.20.0-01",
        "100000.1",
        "latest",
        "-1.2",
        "4.2\n",
    ];

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn versions_are_read_as_people_write_them() {
        for text in ACCEPTED {
            assert_eq!(version(text).to_string(), *text);
        }
    }

    #[test]
    fn what_is_no_version_is_refused_with_the_two_forms() {
        for text in REFUSED {
            let reason = text.parse::<Version>().expect_err(text);
            assert!(reason.contains(&format!("`{text}`")) && reason.contains("4.20.4"), "{reason}");
        }
    }

    #[test]
    fn the_pattern_of_the_schema_accepts_what_the_reader_accepts() {
        let pattern = regex::Regex::new(PATTERN).unwrap();
        assert!(ACCEPTED.iter().all(|text| pattern.is_match(text)));
        for text in REFUSED {
            assert!(!pattern.is_match(text), "{text:?}");
        }
    }

    #[test]
    fn a_minor_alone_reaches_every_bound_at_its_start() {
        assert_eq!(version("1.62").reaches(Bound::minor(1, 62)), Some(true));
        assert_eq!(version("1.62").reaches(Bound::patch(1, 62, 0)), Some(true));
        assert_eq!(version("1.61").reaches(Bound::minor(1, 62)), Some(false));
        assert_eq!(version("1.61").reaches(Bound::patch(1, 62, 3)), Some(false));
    }

    #[test]
    fn a_bound_inside_a_minor_needs_the_full_version() {
        assert_eq!(version("1.63").reaches(Bound::patch(1, 63, 1)), None);
        assert_eq!(version("1.63.0").reaches(Bound::patch(1, 63, 1)), Some(false));
        assert_eq!(version("1.63.1").reaches(Bound::patch(1, 63, 1)), Some(true));
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert_eq!(version("4.9").reaches(Bound::minor(4, 14)), Some(false));
        assert_eq!(version("5.0").reaches(Bound::minor(4, 14)), Some(true));
    }

    #[test]
    fn a_pre_release_has_what_its_release_has() {
        assert_eq!(version("4.20.0-okd-scos.5").reaches(Bound::patch(4, 20, 0)), Some(true));
    }
}
