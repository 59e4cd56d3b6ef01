//! What the API server does to an object of a custom kind before it judges it.

use serde_json::{Map, Value};

/// Sets defaults, also for nulls where the schema allows none, and drops the nulls that are left and that it does not
/// allow. Source: the packages `schema/defaulting` of the API server.
pub(super) fn prepare(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(fields) => prepare_fields(fields, schema),
        Value::Array(items) => {
            if let Some(schema) = schema.get("items") {
                for item in items {
                    if is_refused_null(item, schema)
                        && let Some(default) = schema.get("default")
                    {
                        *item = default.clone();
                    }
                    prepare(item, schema);
                }
            }
        }
        _ => {}
    }
}

fn prepare_fields(fields: &mut Map<String, Value>, schema: &Value) {
    let known = schema.get("properties").and_then(Value::as_object);
    let others = schema.get("additionalProperties");
    for (name, schema) in known.into_iter().flatten() {
        if let Some(default) = schema.get("default")
            && fields.get(name).is_none_or(|value| is_refused_null(value, schema))
        {
            fields.insert(name.clone(), default.clone());
        }
    }
    let schema_of = |name: &String| known.and_then(|known| known.get(name)).or(others);
    for (name, value) in fields.iter_mut() {
        if let Some(schema) = schema_of(name) {
            if others.is_some()
                && is_refused_null(value, schema)
                && let Some(default) = schema.get("default")
            {
                *value = default.clone();
            }
            prepare(value, schema);
        }
    }
    fields.retain(|name, value| schema_of(name).is_none_or(|schema| !is_refused_null(value, schema)));
}

fn is_refused_null(value: &Value, schema: &Value) -> bool {
    value.is_null() && schema.is_object() && schema.get("nullable") != Some(&Value::Bool(true))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn prepared(schema: &Value, mut object: Value) -> Value {
        prepare(&mut object, schema);
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
