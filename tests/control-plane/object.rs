//! What is sent: an object as JSON, or a text of YAML word for word, which the server then reads itself.

use std::path::Path;

use serde::Deserialize as _;
use serde_json::Value;

/// An object, and the text that it is sent as.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    format: &'static str,
    text: String,
    /// As an independent reader finds it: for its names, never for its verdict.
    value: Value,
}

impl From<&Value> for Object {
    fn from(value: &Value) -> Self {
        Self { format: "application/json", text: value.to_string(), value: value.clone() }
    }
}

impl From<&str> for Object {
    fn from(text: &str) -> Self {
        let value = yaml_serde::from_str(text).unwrap_or_else(|why| panic!("{why}: {text}"));
        Self { format: "application/yaml", text: text.to_owned(), value }
    }
}

impl Object {
    /// The objects of a file.
    pub(crate) fn all_of(file: &Path) -> Vec<Self> {
        let text = std::fs::read_to_string(file).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
        let documents = yaml_serde::Deserializer::from_str(&text).map(Value::deserialize);
        let documents = documents.map(|it| it.unwrap_or_else(|why| panic!("{}: {why}", file.display())));
        documents.filter(|value| !value.is_null()).map(|value| Self::from(&value)).collect()
    }

    pub(crate) fn format(&self) -> &'static str {
        self.format
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn api_version(&self) -> &str {
        self.field("/apiVersion").unwrap_or_default()
    }

    pub(crate) fn kind(&self) -> &str {
        self.field("/kind").unwrap_or_default()
    }

    pub(crate) fn name(&self) -> &str {
        self.field("/metadata/name").unwrap_or_default()
    }

    pub(crate) fn namespace(&self) -> Option<&str> {
        self.field("/metadata/namespace")
    }

    /// The apiVersions that a CustomResourceDefinition serves, each with the kind.
    pub(crate) fn served_kinds(&self) -> Vec<(String, String)> {
        let group = self.field("/spec/group").unwrap_or_default();
        let kind = self.field("/spec/names/kind").unwrap_or_default();
        let versions = self.value["spec"]["versions"].as_array().into_iter().flatten();
        let served = versions.filter(|version| version["served"] == true);
        let names = served.filter_map(|version| version["name"].as_str());
        names.map(|version| (format!("{group}/{version}"), kind.to_owned())).collect()
    }

    fn field(&self, pointer: &str) -> Option<&str> {
        self.value.pointer(pointer).and_then(Value::as_str)
    }
}
