//! One OpenAPI structural schema of a CustomResourceDefinition, as a JSON Schema that is compiled by [`crate::schema`].
//!
//! The API server judges an object after it dropped nulls that no schema allows and set defaults, and it refuses
//! fields that the schema does not know. JSON Schema has none of the three, nor list-maps and sets, so the schema is
//! rewritten once and the object is prepared before each check.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::manifest::pointer::escape;
use crate::schema::{self, Compiled, Wrong};

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    compiled: Compiled,
    structural: Value,
}

/// One place of an object that the schema does not allow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// JSON pointer into the object.
    pub pointer: String,
    /// What is wrong, lower case, words of the object in backticks.
    pub message: String,
}

impl Schema {
    /// Compiles an `openAPIV3Schema`. Errors: the schema itself is not valid.
    pub fn compile(structural: Value) -> anyhow::Result<Self> {
        let compiled = Compiled::new(&rewrite(&structural, Position::Root))?;
        Ok(Schema { compiled, structural })
    }

    /// Everything in an object that the schema does not allow, sorted by place.
    pub fn check(&self, object: &Value) -> Vec<Violation> {
        let mut prepared = object.clone();
        prepare(&mut prepared, &self.structural);
        let mut violations: Vec<Violation> =
            self.compiled.violations(&prepared).into_iter().map(Violation::from).collect();
        duplicates(&prepared, &self.structural, &mut String::new(), &mut violations);
        violations.sort();
        violations.dedup();
        violations
    }
}

/// Where in a schema a subschema stands: unknown fields are refused in structure, never inside a junctor.
#[derive(Clone, Copy, PartialEq)]
enum Position {
    Root,
    Structure,
    Junctor,
}

/// OpenAPI v3 as CRDs use it -> JSON Schema 2020-12 that refuses unknown fields.
fn rewrite(schema: &Value, position: Position) -> Value {
    let Value::Object(fields) = schema else { return schema.clone() };
    let mut out = Map::new();
    for (key, value) in fields {
        match key.as_str() {
            "properties" => {
                out.insert(key.clone(), rewrite_each(value, position.inside()));
            }
            "items" | "additionalProperties" => {
                out.insert(key.clone(), rewrite(value, position.inside()));
            }
            "not" => {
                out.insert(key.clone(), rewrite(value, Position::Junctor));
            }
            "allOf" | "anyOf" | "oneOf" => {
                let parts = value.as_array().into_iter().flatten();
                out.insert(key.clone(), parts.map(|part| rewrite(part, Position::Junctor)).collect());
            }
            "type" | "enum" | "pattern" | "required" | "minimum" | "maximum" | "minLength" | "maxLength"
            | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "multipleOf" | "uniqueItems" => {
                out.insert(key.clone(), value.clone());
            }
            _ => {}
        }
    }
    rewrite_bounds(fields, &mut out);
    rewrite_type(fields, &mut out);
    if position != Position::Junctor {
        close(fields, &mut out, position);
    }
    Value::Object(out)
}

impl Position {
    fn inside(self) -> Self {
        if self == Position::Junctor { Position::Junctor } else { Position::Structure }
    }
}

fn rewrite_each(properties: &Value, position: Position) -> Value {
    let entries = properties.as_object().into_iter().flatten();
    Value::Object(entries.map(|(name, schema)| (name.clone(), rewrite(schema, position))).collect())
}

/// Draft 4 booleans beside `minimum` and `maximum`, and the integer formats that the server turns into bounds.
fn rewrite_bounds(fields: &Map<String, Value>, out: &mut Map<String, Value>) {
    for (flag, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if fields.get(flag) == Some(&Value::Bool(true))
            && let Some(value) = out.remove(bound)
        {
            out.insert(flag.to_owned(), value);
        }
    }
    if fields.get("format").and_then(Value::as_str) == Some("int32") {
        out.entry("minimum").or_insert_with(|| json!(i32::MIN));
        out.entry("maximum").or_insert_with(|| json!(i32::MAX));
    }
}

fn rewrite_type(fields: &Map<String, Value>, out: &mut Map<String, Value>) {
    if flag(fields, "x-kubernetes-int-or-string") {
        out.remove("anyOf");
        out.insert("type".to_owned(), json!(["integer", "string"]));
    }
    if flag(fields, "nullable") {
        if let Some(Value::String(single)) = out.get("type").cloned() {
            out.insert("type".to_owned(), json!([single, "null"]));
        }
        if let Some(Value::Array(words)) = out.get_mut("enum") {
            words.push(Value::Null);
        }
    }
}

/// Refuses fields that the schema does not know, as strict field validation does.
fn close(fields: &Map<String, Value>, out: &mut Map<String, Value>, position: Position) {
    let embedded = position == Position::Root || flag(fields, "x-kubernetes-embedded-resource");
    if embedded {
        let properties = out.entry("properties").or_insert_with(|| json!({}));
        if let Value::Object(properties) = properties {
            properties.insert("apiVersion".to_owned(), json!({"type": "string"}));
            properties.insert("kind".to_owned(), json!({"type": "string"}));
            properties.insert("metadata".to_owned(), json!({"type": "object"}));
        }
    }
    let open =
        flag(fields, "x-kubernetes-preserve-unknown-fields") || out.contains_key("additionalProperties");
    if out.get("type") == Some(&json!("object")) && !open {
        out.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
}

fn flag(fields: &Map<String, Value>, name: &str) -> bool {
    fields.get(name) == Some(&Value::Bool(true))
}

/// Drops nulls that the schema does not allow, then sets defaults, as the server does before it validates.
fn prepare(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(fields) => prepare_object(fields, schema),
        Value::Array(items) => {
            if let Some(schema) = schema.get("items") {
                items.iter_mut().for_each(|item| prepare(item, schema));
            }
        }
        _ => {}
    }
}

fn prepare_object(fields: &mut Map<String, Value>, schema: &Value) {
    if let Some(Value::Object(properties)) = schema.get("properties") {
        fields.retain(|name, value| {
            !value.is_null()
                || properties.get(name).is_none_or(|known| known.get("nullable") == Some(&Value::Bool(true)))
        });
        for (name, known) in properties {
            if let Some(default) = known.get("default")
                && !fields.contains_key(name)
            {
                fields.insert(name.clone(), default.clone());
            }
            if let Some(value) = fields.get_mut(name) {
                prepare(value, known);
            }
        }
    } else if let Some(additional) = schema.get("additionalProperties") {
        fields.values_mut().for_each(|value| prepare(value, additional));
    }
}

/// Two items of a set, or two of a list-map with one key.
fn duplicates(value: &Value, schema: &Value, pointer: &mut String, out: &mut Vec<Violation>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let known = schema
                    .get("properties")
                    .and_then(|p| p.get(name))
                    .or_else(|| schema.get("additionalProperties"));
                if let Some(known) = known {
                    below(pointer, name, |pointer| duplicates(inner, known, pointer, out));
                }
            }
        }
        Value::Array(items) => {
            let mut seen = BTreeSet::new();
            for (index, item) in items.iter().enumerate() {
                below(pointer, &index.to_string(), |pointer| {
                    if let Some(identity) = identity(item, schema)
                        && !seen.insert(identity.clone())
                    {
                        let message = format!("`{identity}` is there twice, and the list holds each once");
                        out.push(Violation { pointer: pointer.clone(), message });
                    }
                    if let Some(known) = schema.get("items") {
                        duplicates(item, known, pointer, out);
                    }
                });
            }
        }
        _ => {}
    }
}

fn below(pointer: &mut String, key: &str, then: impl FnOnce(&mut String)) {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&escape(key));
    then(pointer);
    pointer.truncate(length);
}

/// What makes an item unique in its list, if the list says so.
fn identity(item: &Value, schema: &Value) -> Option<String> {
    match schema.get("x-kubernetes-list-type")?.as_str()? {
        "set" => Some(item.to_string()),
        "map" => {
            let keys = schema.get("x-kubernetes-list-map-keys")?.as_array()?;
            let values = keys.iter().filter_map(Value::as_str).map(|key| match item.get(key) {
                Some(Value::String(text)) => format!("{key}: {text}"),
                other => format!("{key}: {}", other.unwrap_or(&Value::Null)),
            });
            Some(values.collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}

impl From<schema::Violation> for Violation {
    fn from(violation: schema::Violation) -> Self {
        let message = match violation.wrong {
            Wrong::UnknownField(field) => format!("`{field}` is no field that the CRD knows"),
            wrong @ (Wrong::Missing(_) | Wrong::Other(_)) => wrong.to_string(),
            wrong => format!("it {wrong}"),
        };
        Violation { pointer: violation.pointer, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(text: Value) -> Schema {
        Schema::compile(text).unwrap()
    }

    fn told(schema: &Schema, object: &Value) -> Vec<String> {
        schema.check(object).into_iter().map(|v| format!("{}: {}", v.pointer, v.message)).collect()
    }

    #[test]
    fn a_field_that_the_schema_does_not_know_is_told_at_its_own_place() {
        let schema = schema(
            json!({"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}),
        );
        let object = json!({"kind": "K", "spec": {"a": "x", "b/c": 1}});
        assert_eq!(told(&schema, &object), ["/spec/b~1c: `b/c` is no field that the CRD knows"]);
    }

    #[test]
    fn unknown_fields_are_kept_where_the_schema_preserves_them() {
        let schema = schema(json!({"type": "object", "properties": {
            "spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {"a": {"type": "string"}}}}}));
        assert!(schema.check(&json!({"spec": {"anything": {"goes": true}}})).is_empty());
    }

    #[test]
    fn an_object_without_fields_of_its_own_takes_none() {
        let schema = schema(json!({"type": "object", "properties": {"spec": {"type": "object"}}}));
        assert_eq!(
            told(&schema, &json!({"spec": {"x": 1}})),
            ["/spec/x: `x` is no field that the CRD knows"]
        );
    }

    #[test]
    fn a_null_is_dropped_and_a_default_set_before_required_fields_are_asked_for() {
        let schema = schema(json!({"type": "object", "required": ["mode", "size"], "properties": {
            "mode": {"type": "string", "default": "fast"}, "size": {"type": "string"}}}));
        assert_eq!(told(&schema, &json!({"mode": null, "size": null})), [": `size` is required"]);
    }

    #[test]
    fn integers_or_strings_take_both_and_nothing_else() {
        let schema = schema(json!({"type": "object", "properties": {"size": {
            "x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]}}}));
        assert!(schema.check(&json!({"size": "10Gi"})).is_empty());
        assert!(schema.check(&json!({"size": 10})).is_empty());
        assert_eq!(told(&schema, &json!({"size": true})), ["/size: it must be of type integer or string"]);
    }

    #[test]
    fn sets_and_list_maps_hold_each_item_once_after_defaults() {
        let schema = schema(json!({"type": "object", "properties": {
            "tags": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
            "ports": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["port", "protocol"],
                "items": {"type": "object", "properties": {"port": {"type": "integer"}, "protocol": {"type": "string", "default": "TCP"}}}}}}));
        let object = json!({"tags": ["a", "b", "a"], "ports": [{"port": 1}, {"port": 1, "protocol": "TCP"}, {"port": 1, "protocol": "UDP"}]});
        assert_eq!(
            told(&schema, &object),
            [
                "/ports/1: `port: 1, protocol: TCP` is there twice, and the list holds each once",
                "/tags/2: `\"a\"` is there twice, and the list holds each once"
            ]
        );
    }
}
