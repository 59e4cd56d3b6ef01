//! Lists that are maps or sets for the API server: which items are one, and which item of an old list is meant.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Violation;
use super::node::{List, Node};
use crate::manifest::pointer::escape;

/// Two items of a set, or two of a list-map with one key, anywhere in a value. Source: `listtype` of the API server.
pub(super) fn duplicates(value: &Value, node: &Node) -> Vec<Violation> {
    let mut walk = Walk { pointer: String::new(), found: Vec::new() };
    walk.value(value, node);
    walk.found
}

/// For each item of a list, the item of the old list that it is the new version of: the first with the same keys, of which
/// none is missing.
pub(super) fn correlated<'o>(items: &[Value], old: &'o Value, keys: &[String]) -> Vec<Option<&'o Value>> {
    let mut by_keys = BTreeMap::new();
    for old in old.as_array().into_iter().flatten() {
        if let Some(key) = key_of(old, keys) {
            by_keys.entry(key).or_insert(old);
        }
    }
    items.iter().map(|item| by_keys.get(&key_of(item, keys)?).copied()).collect()
}

/// The values of the keys of an item, as JSON; none where one is missing or has parts.
fn key_of(item: &Value, keys: &[String]) -> Option<Vec<String>> {
    let of_key = |key: &String| {
        let value = item.get(key)?;
        (!value.is_array() && !value.is_object() && !value.is_null()).then(|| value.to_string())
    };
    if keys.is_empty() { None } else { keys.iter().map(of_key).collect() }
}

struct Walk {
    pointer: String,
    found: Vec<Violation>,
}

impl Walk {
    fn value(&mut self, value: &Value, node: &Node) {
        match value {
            Value::Object(fields) => {
                for (name, inner) in fields {
                    if let Some(node) = node.field(name) {
                        self.below(name, |walk| walk.value(inner, node));
                    }
                }
            }
            Value::Array(items) => self.items(items, node),
            _ => {}
        }
    }

    fn items(&mut self, items: &[Value], node: &Node) {
        // The server reads the items of a list-map as mappings and looks no further where one is none.
        let other = |item: &Value| !item.is_object() && !item.is_null();
        if let (List::Map(_), Some(index)) = (&node.list, items.iter().position(other)) {
            self.below(&index.to_string(), |walk| {
                walk.tell("an item of this list must be a mapping".to_owned());
            });
        } else {
            self.twice(items, node);
        }
        if let Some(inner) = &node.items {
            for (index, item) in items.iter().enumerate() {
                self.below(&index.to_string(), |walk| walk.value(item, inner));
            }
        }
    }

    /// Tells of the second of several that are one.
    fn twice(&mut self, items: &[Value], node: &Node) {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (index, item) in items.iter().enumerate() {
            let Some(identity) = identity(item, &node.list) else { return };
            let times = seen.entry(identity.to_string()).or_default();
            *times += 1;
            if *times == 2 {
                let shown = shown(&identity, &node.list);
                let message = format!("`{shown}` is there twice, and the list holds each once");
                self.below(&index.to_string(), |walk| walk.tell(message));
            }
        }
    }

    fn tell(&mut self, message: String) {
        self.found.push(Violation { pointer: self.pointer.clone(), message });
    }

    fn below(&mut self, key: &str, then: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&escape(key));
        then(self);
        self.pointer.truncate(length);
    }
}

/// What makes an item unique in its list, if the list says so: itself, or its keys. A key that is missing is none.
fn identity(item: &Value, list: &List) -> Option<Value> {
    let sorted = |value: &Value| {
        let mut value = value.clone();
        value.sort_all_objects();
        value
    };
    match list {
        List::Atomic => None,
        List::Set => Some(sorted(item)),
        List::Map(keys) => {
            let keys = keys.iter().filter_map(|key| Some((key.clone(), sorted(item.get(key)?))));
            Some(Value::Object(keys.collect::<Map<_, _>>()))
        }
    }
}

fn shown(identity: &Value, list: &List) -> String {
    let (List::Map(keys), Value::Object(fields)) = (list, identity) else { return identity.to_string() };
    let values = keys.iter().map(|key| match fields.get(key) {
        Some(Value::String(text)) => format!("{key}: {text}"),
        other => format!("{key}: {}", other.unwrap_or(&Value::Null)),
    });
    values.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(schema: &Value, list: &Value) -> Vec<String> {
        let found = duplicates(list, &Node::read(schema).unwrap());
        found.into_iter().map(|violation| format!("{}: {}", violation.pointer, violation.message)).collect()
    }

    fn map() -> Value {
        json!({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["a", "b"]})
    }

    #[test]
    fn an_item_that_is_there_thrice_is_told_once() {
        let told = told(&json!({"x-kubernetes-list-type": "set"}), &json!(["a", "a", "a"]));
        assert_eq!(told, ["/1: `\"a\"` is there twice, and the list holds each once"]);
    }

    #[test]
    fn items_without_keys_are_one() {
        assert_eq!(
            told(&map(), &json!([{"a": 1}, {"a": 1, "b": 1}, {"a": 1}])),
            ["/2: `a: 1, b: null` is there twice, and the list holds each once"]
        );
    }

    #[test]
    fn an_item_of_a_list_map_is_a_mapping() {
        assert_eq!(
            told(&map(), &json!([{"a": 1}, 1, {"a": 1}])),
            ["/1: an item of this list must be a mapping"]
        );
    }

    #[test]
    fn an_item_without_all_its_keys_is_the_new_version_of_none() {
        let keys = ["a".to_owned(), "b".to_owned()];
        let old = json!([{"a": 1}, {"a": 1, "b": 2}]);
        let new = [json!({"a": 1, "b": 2, "c": 3}), json!({"a": 1})];
        assert_eq!(correlated(&new, &old, &keys), [Some(&old[1]), None]);
    }
}
