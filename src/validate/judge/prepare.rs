//! What the API server does to an object of a custom kind before it judges it: it drops nulls and sets defaults.

use serde_json::{Map, Value};

use super::node::{Node, Others};

/// Drops the nulls that mean nothing: where the schema allows none and has no default. Source: `prunenulls.go` of the package
/// `schema/defaulting` of the API server.
pub(super) fn drop_nulls(value: &mut Value, node: &Node) {
    match value {
        Value::Object(fields) => {
            let is_kept = |node: Option<&Node>, value: &Value| {
                node.is_none_or(|node| !node.drops(value) || node.default.is_some())
            };
            fields.retain(|name, value| is_kept(node.field(name), value));
            for (name, value) in fields.iter_mut() {
                if let Some(node) = node.field(name) {
                    drop_nulls(value, node);
                }
            }
        }
        Value::Array(items) => {
            if let Some(node) = &node.items {
                items.iter_mut().for_each(|item| drop_nulls(item, node));
            }
        }
        _ => {}
    }
}

/// Sets defaults, also for nulls where the schema allows none. Source: `algorithm.go` there.
pub(super) fn set_defaults(value: &mut Value, node: &Node) {
    match value {
        Value::Object(fields) => set_in_fields(fields, node),
        Value::Array(items) => {
            if let Some(node) = &node.items {
                for item in items {
                    set_for_null(item, node);
                    set_defaults(item, node);
                }
            }
        }
        _ => {}
    }
}

fn set_in_fields(fields: &mut Map<String, Value>, node: &Node) {
    for (name, inner) in &node.fields {
        if let Some(default) = &inner.default
            && fields.get(name).is_none_or(|value| inner.drops(value))
        {
            fields.insert(name.clone(), default.clone());
        }
    }
    for (name, value) in fields.iter_mut() {
        match (node.known(name), &node.others) {
            (Some(inner), _) => set_defaults(value, inner),
            (None, Some(Others::Of(inner))) => {
                set_for_null(value, inner);
                set_defaults(value, inner);
            }
            _ => {}
        }
    }
}

fn set_for_null(value: &mut Value, node: &Node) {
    if let Some(default) = &node.default
        && node.drops(value)
    {
        *value = default.clone();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn prepared(schema: &Value, mut object: Value) -> Value {
        let node = Node::read(schema).unwrap();
        drop_nulls(&mut object, &node);
        set_defaults(&mut object, &node);
        object
    }

    #[test]
    fn a_null_is_dropped_or_becomes_the_default() {
        let schema = json!({"properties": {"a": {"type": "string"}, "b": {"default": 1}, "c": {"nullable": true},
            "d": {"additionalProperties": {"type": "string"}}}});
        let object = json!({"a": null, "b": null, "c": null, "d": {"e": null, "f": "g"}, "unknown": null});
        assert_eq!(prepared(&schema, object), json!({"b": 1, "c": null, "d": {"f": "g"}, "unknown": null}));
    }

    #[test]
    fn defaults_are_set_inside_of_defaults_and_of_items() {
        let inner = json!({"properties": {"x": {"default": 1}}});
        let schema = json!({"properties": {"a": {"default": {}, "properties": {"x": {"default": 1}}}, "l": {"items": inner}}});
        assert_eq!(
            prepared(&schema, json!({"l": [{}, {"x": 2}]})),
            json!({"l": [{"x": 1}, {"x": 2}], "a": {"x": 1}})
        );
    }
}
