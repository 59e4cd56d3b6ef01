//! JSON values as CEL sees them, by the structural schema of their place: the fourth step of a judgement needs them.
//!
//! Source: the package `schema/cel` of the API server. Fields get names that CEL can say, keys of maps stay what they
//! are; whole numbers are `int`, those of `type: number` are `double`; a text with a format is of the format's type.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use kube_cel::cel::objects::{Key, Map, Opaque};
use kube_cel::cel::{Context, Value as Cel};
use serde_json::{Number, Value};

use super::super::format;
use super::super::node::Kind;
use super::functions::FUNCTIONS;
use super::program::Program;

/// A value as CEL sees it at the place of this schema; where no schema describes it, by its look.
/// One that is not of the type of its schema is something that no function takes.
pub(super) fn value(json: &Value, schema: Option<&Value>) -> Cel {
    if schema.is_some_and(|schema| !is_readable(json, schema)) {
        return Cel::Opaque(Arc::new(Unreadable));
    }
    match json {
        Value::Null => Cel::Null,
        Value::Bool(value) => Cel::Bool(*value),
        Value::Number(value) => number(value, schema),
        Value::String(text) => formatted(text, schema),
        Value::Array(items) => {
            let schema = schema.and_then(|schema| schema.get("items"));
            Cel::List(Arc::new(items.iter().map(|item| value(item, schema)).collect()))
        }
        Value::Object(fields) => {
            let known = schema.and_then(|schema| schema.get("properties"));
            let others = schema.and_then(|schema| schema.get("additionalProperties"));
            let entry = |(name, json): (&String, &Value)| match others {
                Some(schema) => (key(name.clone()), value(json, Some(schema))),
                None => (key(escaped(name)), value(json, known.and_then(|known| known.get(name)))),
            };
            map(fields.iter().map(entry).collect())
        }
    }
}

/// A value that is not of the type that rules expect.
#[derive(Debug, PartialEq, Eq)]
struct Unreadable;

impl Opaque for Unreadable {
    fn runtime_type_name(&self) -> &'static str {
        "unreadable"
    }
}

/// The root of an object, of whose metadata a rule sees the names alone.
pub(super) fn root(object: &Value, schema: &Value) -> Cel {
    let Value::Object(fields) = object else { return value(object, Some(schema)) };
    let names = |metadata: &Value| {
        let name = |name: &str| Some((key(name.to_owned()), value(metadata.get(name)?, None)));
        map(["name", "generateName"].into_iter().filter_map(name).collect())
    };
    let known = schema.get("properties");
    let entry = |(name, json): (&String, &Value)| {
        let seen = if name == "metadata" {
            names(json)
        } else {
            value(json, known.and_then(|known| known.get(name)))
        };
        (key(escaped(name)), seen)
    };
    map(fields.iter().map(entry).collect())
}

/// The words that CEL keeps for itself.
const KEPT: &[&str] = &[
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// A field's name as a rule writes it: `a-b` is `a__dash__b`, `namespace` is `__namespace__`.
fn escaped(name: &str) -> String {
    if KEPT.contains(&name) {
        return format!("__{name}__");
    }
    let escapes = [("__", "__underscores__"), (".", "__dot__"), ("-", "__dash__"), ("/", "__slash__")];
    escapes.iter().fold(name.to_owned(), |name, (from, to)| {
        // The escapes bring underscores along that are not to be escaped again: theirs is the first turn.
        if name.contains(from) { name.replace(from, to) } else { name }
    })
}

fn key(name: String) -> Key {
    Key::String(Arc::new(name))
}

fn map(entries: HashMap<Key, Cel>) -> Cel {
    Cel::Map(Map { map: Arc::new(entries) })
}

fn number(number: &Number, schema: Option<&Value>) -> Cel {
    let is_double = schema.and_then(|schema| schema.get("type")).is_some_and(|kind| kind == "number");
    match (number.as_i64(), number.as_u64()) {
        (Some(whole), _) if !is_double => Cel::Int(whole),
        (None, Some(whole)) if !is_double => Cel::UInt(whole),
        _ => Cel::Float(number.as_f64().unwrap_or(f64::NAN)),
    }
}

/// How a text with a format is read, by the function of CEL that reads it.
static READERS: LazyLock<Vec<(&str, Option<Program>)>> = LazyLock::new(|| {
    let reader = |format, text: &str| (format, Program::compile(text).ok());
    vec![
        reader("date-time", "timestamp(text)"),
        reader("date", "timestamp(text + 'T00:00:00Z')"),
        reader("duration", "duration(text)"),
        reader("byte", "base64.decode(text)"),
    ]
});

fn formatted(text: &str, schema: Option<&Value>) -> Cel {
    let plain = || Cel::String(Arc::new(text.to_owned()));
    let Some(format) = schema.and_then(|schema| schema.get("format")).and_then(Value::as_str) else {
        return plain();
    };
    let reader = READERS.iter().find(|(known, _)| *known == format).and_then(|(_, reader)| reader.as_ref());
    let read = reader.and_then(|reader| {
        let mut scope = FUNCTIONS.new_inner_scope();
        scope.add_variable_from_value("text", plain());
        reader.execute(&scope).ok()
    });
    read.unwrap_or_else(plain)
}

/// What is left of a value without the fields that are not of the type that their schema has in CEL: a rule that needs one
/// fails. None where nothing is.
pub(super) fn readable(json: &Value, schema: &Value) -> Option<Value> {
    if !is_readable(json, schema) {
        return None;
    }
    let (known, others) = (schema.get("properties"), schema.get("additionalProperties"));
    let others = others.filter(|others| others.is_object());
    match json {
        Value::Object(fields) => {
            let mut left = serde_json::Map::new();
            for (name, json) in fields {
                if let Some(schema) = known.and_then(|known| known.get(name)) {
                    left.extend(readable(json, schema).map(|json| (name.clone(), json)));
                } else {
                    let json = others.map_or_else(|| Some(json.clone()), |schema| readable(json, schema));
                    left.insert(name.clone(), json?);
                }
            }
            Some(Value::Object(left))
        }
        Value::Array(items) => {
            let item = |json| {
                schema.get("items").map_or_else(|| Some(Value::clone(json)), |schema| readable(json, schema))
            };
            items.iter().map(item).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        other => Some(other.clone()),
    }
}

fn is_readable(json: &Value, schema: &Value) -> bool {
    let says = |name: &str| schema.get(name) == Some(&Value::Bool(true));
    if json.is_null() {
        return says("nullable") || schema.get("type").is_none() && !says("x-kubernetes-int-or-string");
    }
    if says("x-kubernetes-int-or-string") {
        return json.is_string() || json.is_i64();
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("object") => json.is_object(),
        Some("array") => json.is_array(),
        Some("boolean") => json.is_boolean(),
        Some("number") => json.is_number(),
        Some("integer") => json.is_i64(),
        Some("string") => json.as_str().is_some_and(|text| is_of_format(text, schema)),
        _ => true,
    }
}

fn is_of_format(text: &str, schema: &Value) -> bool {
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    let known = format::of(format, &[Kind::String])
        .filter(|known| matches!(known.name, "date" | "date-time" | "duration"));
    known.and_then(|known| known.check).is_none_or(|check| check(text))
}

/// A value whose sets and list-maps are in an order of their own, so that equal ones are equal.
pub(super) fn sorted(json: &Value, schema: &Value) -> Value {
    match json {
        Value::Object(fields) => {
            let inner = |name: &str| {
                let field = schema.get("properties").and_then(|known| known.get(name));
                field.or_else(|| schema.get("additionalProperties")).unwrap_or(&Value::Null)
            };
            fields.iter().map(|(name, json)| (name.clone(), sorted(json, inner(name)))).collect()
        }
        Value::Array(items) => {
            let inner = schema.get("items").unwrap_or(&Value::Null);
            let mut items: Vec<Value> = items.iter().map(|item| sorted(item, inner)).collect();
            if schema.get("x-kubernetes-list-type").is_some_and(|kind| kind == "set" || kind == "map") {
                items.sort_by_cached_key(|item| {
                    let mut item = item.clone();
                    item.sort_all_objects();
                    item.to_string()
                });
            }
            Value::Array(items)
        }
        other => other.clone(),
    }
}

/// The functions that rules may call, under a scope of their own.
pub(super) fn scope() -> Context<'static> {
    FUNCTIONS.new_inner_scope()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(rule: &str, json: &Value, schema: &Value) -> bool {
        let mut scope = scope();
        scope.add_variable_from_value("self", value(json, Some(schema)));
        Program::compile(rule).unwrap().execute(&scope).unwrap() == Cel::Bool(true)
    }

    #[test]
    fn a_field_has_a_name_that_a_rule_can_say() {
        for (name, said) in [
            ("a", "a"),
            ("a_b", "a_b"),
            ("a__b", "a__underscores__b"),
            ("a-b.c/d", "a__dash__b__dot__c__slash__d"),
            ("namespace", "__namespace__"),
        ] {
            assert_eq!(escaped(name), said);
        }
    }

    #[test]
    fn keys_of_a_map_are_data_and_stay_as_they_are() {
        let schema = json!({"type": "object", "additionalProperties": {"type": "string"}});
        assert!(holds("self['a-b'] == 'c'", &json!({"a-b": "c"}), &schema));
    }

    #[test]
    fn a_number_is_what_its_schema_says() {
        assert!(holds("self + 1 == 3 && self / 2 == 1", &json!(2), &json!({"type": "integer"})));
        assert!(holds("self * 1.5 == 3.0", &json!(2), &json!({"type": "number"})));
    }

    #[test]
    fn a_value_that_is_not_of_its_type_is_not_read() {
        let schema = json!({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "object", "additionalProperties": {"type": "string"}},
            "c": {"type": "string", "format": "date-time"}, "d": {"type": "array", "items": {"type": "boolean"}}}});
        let odd = json!({"a": 1.0, "b": {"x": 1}, "c": "yesterday", "d": [true, null]});
        assert_eq!(readable(&odd, &schema), Some(json!({})));
        let even = json!({"a": 1, "b": {"x": ""}, "c": "2026-01-02T03:04:05Z", "d": [true]});
        assert_eq!(readable(&even, &schema), Some(even));
        assert_eq!(readable(&json!("text"), &schema), None);
    }

    #[test]
    fn a_text_with_a_format_is_of_its_type() {
        let time = json!({"type": "string", "format": "date-time"});
        assert!(holds("self < timestamp('2026-01-02T00:00:00Z')", &json!("2026-01-01T00:00:00Z"), &time));
        assert!(holds(
            "self > duration('59m')",
            &json!("1h"),
            &json!({"type": "string", "format": "duration"})
        ));
        assert!(holds("self == b'hi'", &json!("aGk="), &json!({"type": "string", "format": "byte"})));
    }
}
