//! Lists that are maps or sets for the API server: which items are one, and which item of an old list is meant.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Violation;
use crate::manifest::pointer::escape;

/// Two items of a set, or two of a list-map with one key, anywhere in a value. Source: `listtype` of the API server.
pub(super) fn duplicates(value: &Value, schema: &Value) -> Vec<Violation> {
    let mut walk = Walk { pointer: String::new(), found: Vec::new() };
    walk.value(value, schema);
    walk.found
}

/// The item of an old list that an item is the new version of; of lists that are no maps none is.
pub(super) fn correlated<'o>(item: &Value, old: &'o Value, schema: &Value) -> Option<&'o Value> {
    let keys = map_keys(schema)?;
    let is_same = |other: &&Value| keys.iter().all(|key| key_of(item, key) == key_of(other, key));
    old.as_array()?.iter().find(is_same)
}

struct Walk {
    pointer: String,
    found: Vec<Violation>,
}

impl Walk {
    fn value(&mut self, value: &Value, schema: &Value) {
        match value {
            Value::Object(fields) => {
                let known = schema.get("properties");
                let others = schema.get("additionalProperties");
                for (name, inner) in fields {
                    if let Some(schema) = known.and_then(|known| known.get(name)).or(others) {
                        self.below(name, |walk| walk.value(inner, schema));
                    }
                }
            }
            Value::Array(items) => self.items(items, schema),
            _ => {}
        }
    }

    fn items(&mut self, items: &[Value], schema: &Value) {
        let mut seen = BTreeSet::new();
        for (index, item) in items.iter().enumerate() {
            self.below(&index.to_string(), |walk| {
                if let Some(identity) = identity(item, schema)
                    && !seen.insert(identity.clone())
                {
                    let message = format!("`{identity}` is there twice, and the list holds each once");
                    walk.found.push(Violation { pointer: walk.pointer.clone(), message });
                }
                if let Some(schema) = schema.get("items") {
                    walk.value(item, schema);
                }
            });
        }
    }

    fn below(&mut self, key: &str, then: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&escape(key));
        then(self);
        self.pointer.truncate(length);
    }
}

/// What makes an item unique in its list, if the list says so.
fn identity(item: &Value, schema: &Value) -> Option<String> {
    if schema.get("x-kubernetes-list-type")? == "set" {
        return Some(item.to_string());
    }
    let values = map_keys(schema)?.into_iter().map(|key| match item.get(key) {
        Some(Value::String(text)) => format!("{key}: {text}"),
        other => format!("{key}: {}", other.unwrap_or(&Value::Null)),
    });
    Some(values.collect::<Vec<_>>().join(", "))
}

fn map_keys(schema: &Value) -> Option<Vec<&str>> {
    let is_map = schema.get("x-kubernetes-list-type")? == "map";
    let keys = schema.get("x-kubernetes-list-map-keys")?.as_array()?;
    is_map.then(|| keys.iter().filter_map(Value::as_str).collect())
}

fn key_of<'i>(item: &'i Value, key: &str) -> &'i Value {
    item.get(key).unwrap_or(&Value::Null)
}
