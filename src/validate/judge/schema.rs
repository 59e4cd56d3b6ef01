//! One OpenAPI structural schema of a CustomResourceDefinition, and how the API server judges an object by it.
//!
//! In: an object as written, and its old version if there is one. Out: a [`Judgement`]. The order is the server's, since
//! each step changes what the next one sees: nulls and defaults ([`prepare`]), structure and unknown fields (a JSON
//! Schema that [`crate::schema`] compiles, rewritten once), lists that hold an item once ([`lists`]), and rules in CEL
//! ([`cel`]) where the structure is sound enough to ask them.

use serde_json::{Map, Value, json};

use super::cel::Rules;
use super::format::FORMATS;
use super::prepare::prepare;
use super::{Judgement, Violation, lists};
use crate::schema::{self, Bound, Compiled, Wrong};

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    compiled: Compiled,
    structural: Value,
    rules: Rules,
}

impl Schema {
    /// Compiles an `openAPIV3Schema`. Errors: the schema itself is not valid.
    pub fn compile(structural: Value) -> anyhow::Result<Self> {
        let compiled = Compiled::with_formats(&rewrite(&structural, Position::Root), FORMATS)?;
        let rules = Rules::compile(&structural);
        Ok(Schema { compiled, structural, rules })
    }

    /// Everything in an object that the API server would not take, sorted by place: when the object is created, or,
    /// with its old version, when it is changed.
    pub fn judge(&self, object: &Value, old: Option<&Value>) -> Judgement {
        let prepared = |object: &Value| {
            let mut prepared = object.clone();
            prepare(&mut prepared, &self.structural);
            prepared
        };
        let object = prepared(object);
        let old = old.map(prepared);
        let wrong =
            if self.compiled.is_valid(&object) { Vec::new() } else { self.compiled.violations(&object) };
        let may_ask_rules = !wrong.iter().any(|violation| hides_rules(&violation.wrong));
        let mut judgement = Judgement {
            violations: wrong.into_iter().map(Violation::from).collect(),
            ..Judgement::default()
        };
        judgement.violations.extend(lists::duplicates(&object, &self.structural));
        if may_ask_rules {
            self.ask_rules(&object, old.as_ref(), &mut judgement);
        }
        if let Some(old) = &old {
            judgement.violations.retain(|violation| !self.was_there(&violation.pointer, &object, old));
        }
        judgement.sort();
        judgement
    }

    fn ask_rules(&self, object: &Value, old: Option<&Value>, judgement: &mut Judgement) {
        for broken in self.rules.broken(&self.structural, object, old) {
            let violation = Violation { pointer: broken.pointer, message: broken.message };
            let list =
                if broken.evaluated { &mut judgement.violations } else { &mut judgement.not_evaluated };
            list.push(violation);
        }
    }

    /// Whether a value is what it was: the API server lets pass what was wrong before a change (ratcheting).
    fn was_there(&self, pointer: &str, object: &Value, old: &Value) -> bool {
        let (mut new, mut old, mut schema) = (object, old, Some(&self.structural));
        for step in pointer.split('/').skip(1).map(crate::manifest::pointer::unescape) {
            let below = schema.and_then(|schema| below(schema, &step));
            let next = match new {
                Value::Array(items) => {
                    let item = step.parse().ok().and_then(|index: usize| items.get(index));
                    item.zip(item.zip(schema).and_then(|(item, schema)| lists::correlated(item, old, schema)))
                }
                _ => new.get(step.as_ref()).zip(old.get(step.as_ref())),
            };
            // A field that is missing was missing before if the mapping around it is as it was.
            let Some(next) = next else { return pointer.ends_with(step.as_ref()) && new == old };
            (new, old) = next;
            schema = below;
        }
        new == old && !pointer.is_empty()
    }
}

fn below<'s>(schema: &'s Value, step: &str) -> Option<&'s Value> {
    let field = || schema.get("properties").and_then(|known| known.get(step));
    field().or_else(|| schema.get("additionalProperties")).or_else(|| schema.get("items"))
}

/// Whether the API server does not ask the rules of an object in which this is wrong (`hasBlockingErr`).
fn hides_rules(wrong: &Wrong) -> bool {
    matches!(
        wrong,
        Wrong::Missing(_)
            | Wrong::Type(_)
            | Wrong::Words(_)
            | Wrong::Length(Bound::Max(_))
            | Wrong::Items(Bound::Max(_))
    )
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
            "format" if is_known_format(value) => {
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
    let (least, most) = match fields.get("format").and_then(Value::as_str) {
        Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        Some("int64") => (i64::MIN, i64::MAX),
        _ => return,
    };
    out.entry("minimum").or_insert_with(|| json!(least));
    out.entry("maximum").or_insert_with(|| json!(most));
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
            let metadata = fields.get("properties").and_then(|known| known.get("metadata"));
            properties.insert("metadata".to_owned(), metadata_schema(metadata));
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

fn is_known_format(value: &Value) -> bool {
    FORMATS.iter().any(|(name, _)| value == name)
}

/// What a definition may ask of metadata: something of the two names. The rest is the API server's own.
fn metadata_schema(written: Option<&Value>) -> Value {
    let asked = written.and_then(|written| written.get("properties")).and_then(Value::as_object);
    let names =
        asked.into_iter().flatten().filter(|(name, _)| matches!(name.as_str(), "name" | "generateName"));
    let names: Map<String, Value> =
        names.map(|(name, schema)| (name.clone(), rewrite(schema, Position::Structure))).collect();
    json!({"type": "object", "properties": names})
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
        schema
            .judge(object, None)
            .violations
            .into_iter()
            .map(|v| format!("{}: {}", v.pointer, v.message))
            .collect()
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
        assert!(told(&schema, &json!({"spec": {"anything": {"goes": true}}})).is_empty());
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
        assert!(told(&schema, &json!({"size": "10Gi"})).is_empty());
        assert!(told(&schema, &json!({"size": 10})).is_empty());
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
