//! Fields that a schema does not know: strict decoding refuses them, and nothing sees them afterwards.
//!
//! Source: the package `schema/pruning` of the API server.

use serde_json::{Map, Value};

use super::Violation;
use super::node::{Node, Others};
use crate::manifest::pointer::escape;

/// Takes the fields out of an object that its schema does not know, and says which they were.
pub(super) fn prune(object: &mut Value, root: &Node) -> Vec<Violation> {
    let mut walk = Walk { pointer: String::new(), found: Vec::new() };
    if let Value::Object(fields) = object {
        walk.fields(fields, root, true, root.is_open);
    }
    walk.found
}

struct Walk {
    pointer: String,
    found: Vec<Violation>,
}

impl Walk {
    fn value(&mut self, value: &mut Value, node: Option<&Node>) {
        match (value, node) {
            (Value::Object(fields), Some(node)) => self.fields(fields, node, node.is_embedded, node.is_open),
            (Value::Object(fields), None) => fields.retain(|name, _| self.refuse(name)),
            (Value::Array(items), node) => self.items(items, node),
            _ => {}
        }
    }

    fn items(&mut self, items: &mut [Value], node: Option<&Node>) {
        let inner = node.and_then(|node| node.items.as_deref());
        // What is kept whatever it is, is kept in items of which nothing is said as well.
        if inner.is_none() && node.is_some_and(|node| node.is_open) {
            return;
        }
        for (index, item) in items.iter_mut().enumerate() {
            self.below(&index.to_string(), |walk| walk.value(item, inner));
        }
    }

    fn fields(&mut self, fields: &mut Map<String, Value>, node: &Node, is_object: bool, is_open: bool) {
        fields.retain(|name, value| {
            if is_object && matches!(name.as_str(), "apiVersion" | "kind" | "metadata") {
                return true;
            }
            match (node.known(name), &node.others) {
                (Some(inner), _) => self.below(name, |walk| walk.value(value, Some(inner))),
                (None, Some(Others::Of(inner))) => self.below(name, |walk| walk.value(value, Some(inner))),
                (None, Some(Others::Any)) => self.below(name, |walk| walk.value(value, None)),
                (None, None) if is_open => {}
                (None, None) => return self.refuse(name),
            }
            true
        });
    }

    /// Tells of a field; false, since it is not kept.
    fn refuse(&mut self, name: &str) -> bool {
        let pointer = format!("{}/{}", self.pointer, escape(name));
        self.found.push(Violation { pointer, message: format!("`{name}` is no field that the CRD knows") });
        false
    }

    fn below(&mut self, step: &str, then: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&escape(step));
        then(self);
        self.pointer.truncate(length);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(schema: &Value, mut object: Value) -> Vec<String> {
        let found = prune(&mut object, &Node::read(schema).unwrap());
        found.into_iter().map(|violation| violation.pointer).collect()
    }

    #[test]
    fn a_null_is_a_field_like_any_other() {
        assert_eq!(told(&json!({"properties": {"a": {}}}), json!({"a": null, "b": null})), ["/b"]);
    }

    #[test]
    fn what_a_kept_mapping_holds_is_not_looked_at_but_for_what_is_known() {
        let schema = json!({"properties": {"o": {"x-kubernetes-preserve-unknown-fields": true,
            "properties": {"known": {"properties": {}}}}}});
        assert_eq!(told(&schema, json!({"o": {"known": {"a": 1}, "other": {"b": 1}}})), ["/o/known/a"]);
    }

    #[test]
    fn the_values_of_any_map_have_no_fields() {
        let schema = json!({"properties": {"m": {"additionalProperties": true}}});
        assert_eq!(told(&schema, json!({"m": {"a": "text", "b": {"c": 1}}})), ["/m/b/c"]);
    }

    #[test]
    fn an_object_inside_has_a_kind_and_metadata() {
        let schema = json!({"properties": {"e": {"x-kubernetes-embedded-resource": true, "properties": {"spec": {}}}}});
        let object = json!({"e": {"apiVersion": "v1", "kind": "K", "metadata": {}, "spec": 1, "data": 1}});
        assert_eq!(told(&schema, object), ["/e/data"]);
    }
}
