//! A version as a spec gives it: one release, or a window while a cluster upgrades.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::capability::Version;
use crate::provenance::{Setting, TEXT_FIRST};

/// One release, or a window.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum VersionSpec {
    /// One release: `"4.20"`, `"4.20.4"`.
    One(Version),
    /// From one release to another.
    Window(WindowSpec),
}

/// A version window, for the time of an upgrade. Refused for now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WindowSpec {
    /// The release that the cluster leaves.
    #[serde(default, skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"4.18.15")]
    pub from: Setting<Version>,
    /// The release that the cluster goes to.
    #[serde(default, skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"4.20.4")]
    pub to: Setting<Version>,
}

impl<'de> Deserialize<'de> for VersionSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(TEXT_FIRST, SpecVisitor)
    }
}

struct SpecVisitor;

impl<'de> de::Visitor<'de> for SpecVisitor {
    type Value = VersionSpec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a version in quotes, as in \"4.20\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<VersionSpec, E> {
        text.parse().map(VersionSpec::One).map_err(E::custom)
    }

    /// Formats that do not know [`TEXT_FIRST`] say themselves what they hold.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<VersionSpec, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<VersionSpec, A::Error> {
        WindowSpec::deserialize(MapAccessDeserializer::new(map)).map(VersionSpec::Window)
    }
}

impl JsonSchema for VersionSpec {
    fn schema_name() -> Cow<'static, str> {
        "VersionSpec".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        // Text or a mapping: keywords about the one say nothing about the other, so both stand side by side.
        let (mut one, window) = (Version::json_schema(generator), WindowSpec::json_schema(generator));
        for (keyword, value) in window.as_object().into_iter().flatten() {
            if !matches!(keyword.as_str(), "type" | "description") {
                one.insert(keyword.clone(), value.clone());
            }
        }
        one.insert("type".to_owned(), serde_json::json!(["string", "object"]));
        one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_quoted_text() {
        let one: VersionSpec = serde_json::from_str("\"4.20.4\"").unwrap();
        assert_eq!(one, VersionSpec::One("4.20.4".parse().unwrap()));
        // Unquoted, 4.20 is the number 4.2.
        let error = serde_json::from_str::<VersionSpec>("4.20").unwrap_err().to_string();
        assert!(error.contains("in quotes"), "{error}");
    }

    #[test]
    fn a_window_is_read_so_that_it_can_be_refused_with_a_code() {
        let window: VersionSpec = serde_json::from_str(r#"{"from": "4.18.15", "to": "4.20.4"}"#).unwrap();
        assert!(matches!(window, VersionSpec::Window(_)));
        assert!(serde_json::from_str::<VersionSpec>(r#"{"from": "4.18.15", "till": "4.20.4"}"#).is_err());
    }
}
