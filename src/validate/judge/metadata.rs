//! What the API server asks of the metadata of an object of a custom kind.

use serde_json::Value;

use super::Violation;
use crate::manifest::pointer::escape;
use crate::name;

/// Names, labels and annotations that it would not take.
pub fn metadata(object: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut refuse = |pointer: String, message: String| found.push(Violation { pointer, message });
    let Some(metadata) = object.get("metadata") else { return found };
    let text = |field: &str| metadata.get(field).and_then(Value::as_str);
    if let Some(Err(reason)) = text("name").map(name::dns_subdomain) {
        refuse("/metadata/name".to_owned(), reason);
    }
    if let Some(Err(reason)) = text("namespace").map(name::dns_label) {
        refuse("/metadata/namespace".to_owned(), reason);
    }
    for (field, with_value) in [("labels", true), ("annotations", false)] {
        let given = metadata.get(field).filter(|given| !given.is_null());
        if given.is_some_and(|given| !given.is_object()) {
            refuse(format!("/metadata/{field}"), "it must be a mapping of texts".to_owned());
        }
        for (key, value) in given.and_then(Value::as_object).into_iter().flatten() {
            if let Err(reason) = check_entry(key, value, with_value) {
                refuse(format!("/metadata/{field}/{}", escape(key)), reason);
            }
        }
    }
    found
}

fn check_entry(key: &str, value: &Value, is_label: bool) -> Result<(), String> {
    name::label_key(key)?;
    match value.as_str() {
        Some(text) if is_label => name::label_value(text),
        Some(_) => Ok(()),
        None => Err("it must be text".to_owned()),
    }
}
