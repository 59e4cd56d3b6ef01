//! Ranges of versions of goldsmith itself: `>=0.1, <0.2`.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::provenance::read_text;

/// Comparisons joined by commas that all must hold, as Cargo reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRange {
    text: String,
    range: semver::VersionReq,
}

impl VersionRange {
    /// Reads a range. Every part must say how it compares: a bare `0.1` means another thing to each reader.
    ///
    /// # Errors
    /// The reason, and a way out in a line of its own.
    pub fn new(text: &str) -> Result<Self, String> {
        let compares = |part: &str| part.trim_start().starts_with(['<', '>', '=', '~', '^']);
        match semver::VersionReq::parse(text) {
            Ok(range) if text.split(',').all(compares) => Ok(VersionRange { text: text.to_owned(), range }),
            _ => Err(format!(
                "`{text}` is no range of versions\nwrite comparisons joined by commas, as in `>=0.1, <0.2`"
            )),
        }
    }

    /// Whether a version lies in the range; what is no version does not.
    pub fn holds(&self, version: &str) -> bool {
        semver::Version::parse(version).is_ok_and(|version| self.range.matches(&version))
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for VersionRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for VersionRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "a range of versions in quotes, as in \">=0.1, <0.2\"", VersionRange::new)
    }
}

impl JsonSchema for VersionRange {
    fn schema_name() -> Cow<'static, str> {
        "VersionRange".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let one = r"\s*(<|<=|>|>=|=|~|\^)\s*[0-9]+(\.[0-9]+){0,2}\s*";
        json_schema!({
            "type": "string",
            "description": "Comparisons joined by commas that all must hold: `>=0.1, <0.2`.",
            "pattern": format!("^{one}(,{one})*$"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_comparisons_must_hold() {
        let range = VersionRange::new(">=0.1, <0.2").expect("a range");
        for (version, inside) in
            [("0.1.0", true), ("0.1.9", true), ("0.2.0", false), ("0.0.9", false), ("x", false)]
        {
            assert_eq!(range.holds(version), inside, "{version}");
        }
    }

    #[test]
    fn what_does_not_say_how_it_compares_is_refused() {
        for text in ["0.1", ">=0.1, 0.2", "", "*", "latest", ">=0.1 <0.2"] {
            assert!(VersionRange::new(text).is_err(), "{text}");
        }
    }
}
