//! A value and what it was before: which old value is meant, and whether they are one.
//!
//! Source: `CorrelatedObject` of the API server. What is wrong and as it was is let pass ("ratcheting").

use serde_json::Value;

use super::lists::correlated;
use super::node::{List, Node};

/// A value, its old version, and their schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change<'c> {
    pub(super) new: &'c Value,
    pub(super) old: &'c Value,
    pub(super) node: &'c Node,
}

impl Change<'_> {
    /// The change of a field that both have and the schema knows.
    pub(super) fn field(self, name: &str) -> Option<Self> {
        let (new, old) = (self.new.as_object()?.get(name)?, self.old.as_object()?.get(name)?);
        Some(Change { new, old, node: self.node.field(name)? })
    }

    /// The change of each item; only those of list-maps have old selves.
    pub(super) fn items(self) -> Vec<Option<Self>> {
        let items = self.new.as_array().map(Vec::as_slice).unwrap_or_default();
        let (List::Map(keys), Some(node)) = (&self.node.list, self.node.items.as_deref()) else {
            return vec![None; items.len()];
        };
        let old = correlated(items, self.old, keys);
        items.iter().zip(old).map(|(new, old)| Some(Change { new, old: old?, node })).collect()
    }

    /// Whether nothing changed, as far as the API server looks: of a field that the schema does not know, it cannot tell.
    pub(super) fn is_none(self) -> bool {
        match (self.new, self.old) {
            (Value::Object(new), Value::Object(old)) => {
                new.len() == old.len() && new.keys().all(|name| self.field(name).is_some_and(Change::is_none))
            }
            (Value::Array(new), Value::Array(old)) => {
                let is_map = matches!(self.node.list, List::Map(_));
                let each = || self.items().into_iter().all(|item| item.is_some_and(Change::is_none));
                new.len() == old.len() && if is_map { each() } else { new == old }
            }
            (new, old) => new == old,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is_none(schema: &Value, new: &Value, old: &Value) -> bool {
        Change { new, old, node: &Node::read(schema).unwrap() }.is_none()
    }

    #[test]
    fn fields_that_the_schema_does_not_know_count_as_changed() {
        let schema =
            json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {"a": {}}});
        assert!(is_none(&schema, &json!({"a": 1}), &json!({"a": 1})));
        assert!(!is_none(&schema, &json!({"b": 1}), &json!({"b": 1})));
    }

    #[test]
    fn items_of_a_list_map_may_change_their_places() {
        let list = |kind: &str| json!({"x-kubernetes-list-type": kind, "x-kubernetes-list-map-keys": ["k"], "items": {"properties": {"k": {}, "v": {}}}});
        let (one, other) = (json!([{"k": 1}, {"k": 2}]), json!([{"k": 2}, {"k": 1}]));
        assert!(is_none(&list("map"), &one, &other));
        assert!(!is_none(&list("atomic"), &one, &other));
        assert!(!is_none(&list("map"), &json!([{"v": 1}]), &json!([{"v": 1}])));
    }
}
