//! Objects inside of objects (`x-kubernetes-embedded-resource`): each has a kind, and metadata like any other.
//!
//! Source: the package `schema/objectmeta` of the API server.

use serde_json::Value;

use super::Violation;
use super::metadata::{self, Naming};
use super::node::Node;
use super::structure::{Found, Weight};
use crate::manifest::pointer::escape;
use crate::name;

/// What is wrong with the objects inside of an object.
pub(super) fn wrong(object: &Value, root: &Node) -> Vec<Found> {
    let mut walk = Walk { pointer: String::new(), found: Vec::new() };
    walk.below_of(object, root);
    walk.found
}

struct Walk {
    pointer: String,
    found: Vec<Found>,
}

impl Walk {
    fn value(&mut self, value: &Value, node: &Node) {
        if node.is_embedded && value.is_object() {
            self.embedded(value);
        }
        self.below_of(value, node);
    }

    fn below_of(&mut self, value: &Value, node: &Node) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    if let Some(node) = node.field(name) {
                        self.below(name, |walk| walk.value(value, node));
                    }
                }
            }
            Value::Array(items) => {
                if let Some(node) = &node.items {
                    for (index, item) in items.iter().enumerate() {
                        self.below(&index.to_string(), |walk| walk.value(item, node));
                    }
                }
            }
            _ => {}
        }
    }

    fn embedded(&mut self, object: &Value) {
        for (field, check) in [("apiVersion", api_version as fn(&str) -> Result<(), String>), ("kind", kind)]
        {
            match object.get(field) {
                None => self.tell("", Weight::Blocks, format!("`{field}` is required")),
                Some(Value::String(text)) => {
                    if let Err(reason) = check(text) {
                        self.tell(field, Weight::Wrong, reason);
                    }
                }
                Some(_) => self.tell(field, Weight::Wrong, "it must be text".to_owned()),
            }
        }
        if let Some(metadata) = object.get("metadata") {
            for Violation { pointer, message } in metadata::wrong(metadata, Naming::Embedded) {
                let pointer = format!("{}/metadata{pointer}", self.pointer);
                self.found.push(Found { violation: Violation { pointer, message }, weight: Weight::Wrong });
            }
        }
    }

    fn tell(&mut self, field: &str, weight: Weight, message: String) {
        let pointer =
            if field.is_empty() { self.pointer.clone() } else { format!("{}/{field}", self.pointer) };
        self.found.push(Found { violation: Violation { pointer, message }, weight });
    }

    fn below(&mut self, step: &str, then: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&escape(step));
        then(self);
        self.pointer.truncate(length);
    }
}

fn api_version(text: &str) -> Result<(), String> {
    match text.matches('/').count() {
        _ if text.is_empty() => Err("it must not be empty".to_owned()),
        0 | 1 => Ok(()),
        _ => Err("it must be a version, or a group and a version with a `/` between them".to_owned()),
    }
}

fn kind(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("it must not be empty".to_owned());
    }
    let text = text.to_lowercase();
    let starts_with_letter = text.starts_with(|first: char| first.is_ascii_lowercase());
    name::dns_label(&text)?;
    if starts_with_letter { Ok(()) } else { Err("it must begin with a letter".to_owned()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(inner: &Value) -> Vec<String> {
        let schema = json!({"properties": {"e": {"x-kubernetes-embedded-resource": true}}});
        let found = wrong(&json!({"e": inner}), &Node::read(&schema).unwrap()).into_iter();
        found.map(|found| format!("{}: {}", found.violation.pointer, found.violation.message)).collect()
    }

    #[test]
    fn an_object_inside_needs_a_kind_and_may_go_without_a_name() {
        assert!(
            told(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "a"}}))
                .is_empty()
        );
        assert_eq!(told(&json!({})), ["/e: `apiVersion` is required", "/e: `kind` is required"]);
        assert_eq!(told(&json!({"apiVersion": "a/b/c", "kind": "Mixed.Case"})).len(), 2);
        assert_eq!(
            told(&json!({"apiVersion": 1, "kind": ""})),
            ["/e/apiVersion: it must be text", "/e/kind: it must not be empty"]
        );
    }

    #[test]
    fn its_metadata_is_read_like_any_other_and_its_name_is_a_part_of_a_path() {
        let of = |metadata: Value| told(&json!({"apiVersion": "v1", "kind": "K", "metadata": metadata}));
        assert!(of(json!({"name": "A_"})).is_empty());
        assert_eq!(of(json!({"name": "a/b"})).len(), 1);
        assert_eq!(of(json!({"other": 1})), ["/e/metadata/other: `other` is no field of metadata"]);
        assert_eq!(of(json!({"labels": {"a": 1}})), ["/e/metadata/labels/a: it must be text"]);
    }
}
