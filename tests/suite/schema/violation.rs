//! Documents that violate one keyword of a schema each.

use std::ops::RangeInclusive;

use goldsmith::schema::REFUSED_BY;
use serde_json::{Map, Value, json};

/// A document with one thing wrong.
pub(super) struct Violation {
    /// Where and what: `/spec/goldenImages/defaults/keep: minimum`.
    pub(super) name: String,
    /// The document.
    pub(super) document: Value,
    /// The code of the rule that the schema names for it.
    pub(super) refused_by: Option<String>,
    /// The keys and numbers that lead to what is wrong.
    path: Vec<String>,
}

/// A violation of every keyword of a schema, each in a copy of a sound document.
pub(super) fn violations(schema: &Value, sound: &Value) -> Vec<Violation> {
    let mut walk = Walk { root: schema, sound, found: Vec::new() };
    walk.schema(schema, &mut Vec::new());
    walk.found
}

struct Walk<'s> {
    root: &'s Value,
    sound: &'s Value,
    found: Vec<Violation>,
}

impl Walk<'_> {
    fn schema(&mut self, schema: &Value, path: &mut Vec<String>) {
        for (keyword, argument) in schema.as_object().into_iter().flatten() {
            match keyword.as_str() {
                "properties" => {
                    for (name, field) in argument.as_object().into_iter().flatten() {
                        self.below(field, name, path);
                    }
                }
                "additionalProperties" if argument.is_object() => {
                    let word = schema.pointer("/propertyNames/enum/0").and_then(Value::as_str);
                    let is_common = path.len() > 1 && path[path.len() - 2] == "commonBootImages";
                    self.below(argument, word.unwrap_or(if is_common { "fedora" } else { "a" }), path);
                }
                "items" => self.below(argument, "0", path),
                "required" => {
                    for field in argument.as_array().into_iter().flatten().filter_map(Value::as_str) {
                        self.without(schema, field, path);
                    }
                }
                _ => self.keyword(schema, keyword, argument, path),
            }
        }
        if schema.get("additionalProperties") == Some(&json!(false)) {
            self.key(schema, "additionalProperties", "noSuchField", json!(1), path);
        }
    }

    fn below(&mut self, schema: &Value, step: &str, path: &mut Vec<String>) {
        path.push(step.to_owned());
        self.schema(schema, path);
        path.pop();
    }

    fn keyword(&mut self, schema: &Value, keyword: &str, argument: &Value, path: &[String]) {
        let number = argument.as_i64().unwrap_or_default();
        let size = usize::try_from(number).unwrap_or_default();
        let value = match keyword {
            "type" => of_another_type(argument),
            "const" | "enum" => json!("noSuchWord"),
            "pattern" => json!(against(argument.as_str().unwrap_or_default())),
            "minLength" => json!("a".repeat(size - 1)),
            "maxLength" => json!("a".repeat(size + 1)),
            "minimum" => json!(number - 1),
            "maximum" => json!(number + 1),
            "minItems" => Value::Array(vec![minimal(&schema["items"]); size - 1]),
            "maxItems" => Value::Array(vec![minimal(&schema["items"]); size + 1]),
            "oneOf" => first_two(argument, schema),
            "propertyNames" => {
                let values = schema.get("additionalProperties").map(minimal).unwrap_or_default();
                return self.key(schema, keyword, "no such key!", values, path);
            }
            "$schema"
            | "$id"
            | "title"
            | "description"
            | "default"
            | "examples"
            | "enumDescriptions"
            | "additionalProperties"
            | REFUSED_BY => return,
            other => panic!("{other} is a keyword that this test does not know"),
        };
        self.add(schema, keyword, path.to_vec(), value);
    }

    /// A mapping with one key too many.
    fn key(&mut self, schema: &Value, keyword: &str, key: &str, value: Value, path: &[String]) {
        let path = path.iter().cloned().chain([key.to_owned()]).collect();
        self.add(schema, keyword, path, value);
    }

    /// A mapping without a field.
    fn without(&mut self, schema: &Value, field: &str, path: &[String]) {
        let mut mapping = minimal(schema);
        if path.is_empty() {
            mapping = self.sound.clone();
        }
        if let Value::Object(fields) = &mut mapping {
            fields.shift_remove(field);
        }
        self.add(schema, &format!("required {field}"), path.to_vec(), mapping);
    }

    fn add(&mut self, schema: &Value, keyword: &str, path: Vec<String>, value: Value) {
        let mut document = self.sound.clone();
        set(&mut document, self.root, &path, value);
        let by_rule = matches!(keyword, "enum" | "pattern" | "propertyNames");
        let code = schema.get(REFUSED_BY).and_then(Value::as_str).filter(|_| by_rule);
        let name = format!("/{}: {keyword}", path.join("/"));
        self.found.push(Violation { name, document, refused_by: code.map(str::to_owned), path });
    }
}

impl Violation {
    /// The document as text, and the lines of what is wrong, its key included.
    pub(super) fn print(&self) -> (String, RangeInclusive<usize>) {
        let mut printer = Printer { out: String::new(), lines: 1..=1 };
        printer.print(&self.document, Some(&self.path), 0);
        (printer.out, printer.lines)
    }
}

/// Prints JSON, which is YAML, a value a line.
struct Printer {
    out: String,
    lines: RangeInclusive<usize>,
}

impl Printer {
    fn print(&mut self, value: &Value, target: Option<&[String]>, depth: usize) {
        let first = self.line();
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                let entries = fields.iter().map(|(key, value)| (key.clone(), value));
                self.block(['{', '}'], entries.collect(), true, target, depth);
            }
            Value::Array(items) if !items.is_empty() => {
                let entries = items.iter().enumerate().map(|(index, value)| (index.to_string(), value));
                self.block(['[', ']'], entries.collect(), false, target, depth);
            }
            other => self.out += &other.to_string(),
        }
        if target.is_some_and(<[String]>::is_empty) {
            self.lines = first..=self.line();
        }
    }

    fn block(
        &mut self,
        [open, close]: [char; 2],
        entries: Vec<(String, &Value)>,
        keyed: bool,
        target: Option<&[String]>,
        depth: usize,
    ) {
        self.out.push(open);
        for (index, (key, value)) in entries.into_iter().enumerate() {
            self.out += if index == 0 { "\n" } else { ",\n" };
            self.out += &"  ".repeat(depth + 1);
            if keyed {
                self.out.push_str(&json!(key).to_string());
                self.out.push_str(": ");
            }
            let inner = target.and_then(|path| path.split_first()).filter(|(step, _)| **step == key);
            self.print(value, inner.map(|(_, rest)| rest), depth + 1);
        }
        self.out += "\n";
        self.out += &"  ".repeat(depth);
        self.out.push(close);
    }

    fn line(&self) -> usize {
        self.out.matches('\n').count() + 1
    }
}

/// Sets a value, with sound mappings and lists around it where there are none.
fn set(document: &mut Value, schema: &Value, path: &[String], value: Value) {
    let Some((step, rest)) = path.split_first() else {
        *document = value;
        return;
    };
    let inner = [format!("/properties/{step}"), "/items".to_owned(), "/additionalProperties".to_owned()];
    let inner = inner.iter().find_map(|pointer| schema.pointer(pointer)).unwrap_or(&Value::Null);
    match document {
        Value::Array(items) => set(&mut items[0], inner, rest, value),
        Value::Object(fields) => {
            set(fields.entry(step.clone()).or_insert_with(|| around(inner)), inner, rest, value);
        }
        // A version may be text or a mapping.
        other => {
            *other = json!({});
            set(other, schema, path, value);
        }
    }
}

/// The least that can stand around something: a list has an item.
fn around(schema: &Value) -> Value {
    match minimal(schema) {
        Value::Array(_) => json!([minimal(&schema["items"])]),
        other if allows(schema, "object") && !other.is_object() => json!({}),
        other => other,
    }
}

/// The least that fits a schema.
fn minimal(schema: &Value) -> Value {
    if let Some(value) = schema.get("const").or_else(|| schema.pointer("/enum/0")) {
        return value.clone();
    }
    if allows(schema, "object") && !allows(schema, "string") {
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let names = required.filter_map(Value::as_str);
        let fields: Map<String, Value> =
            names.map(|name| (name.to_owned(), minimal(&schema["properties"][name]))).collect();
        return Value::Object(fields);
    }
    if allows(schema, "array") {
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
        return (0..least).map(|_| minimal(&schema["items"])).collect();
    }
    let example = schema.pointer("/examples/0").cloned();
    let number = schema.get("minimum").cloned();
    let boolean = allows(schema, "boolean").then_some(json!(true));
    example.or(number).or(boolean).unwrap_or(json!("a"))
}

fn allows(schema: &Value, kind: &str) -> bool {
    match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|known| known == kind),
        Some(one) => one == kind,
        None => false,
    }
}

fn of_another_type(kinds: &Value) -> Value {
    let schema = json!({"type": kinds});
    let candidates = [("boolean", json!(true)), ("string", json!("text")), ("array", json!([]))];
    let other = candidates.into_iter().find(|(kind, _)| !allows(&schema, kind));
    other.expect("a type that is not allowed").1
}

fn against(pattern: &str) -> &'static str {
    let regex = regex::Regex::new(pattern).expect("a pattern");
    ["no!", "-", ""].into_iter().find(|text| !regex.is_match(text)).expect("a text that does not fit")
}

/// A mapping with the first two alternatives.
fn first_two(branches: &Value, schema: &Value) -> Value {
    let keys = branches.as_array().into_iter().flatten();
    let keys = keys.filter_map(|branch| branch.pointer("/required/0")?.as_str()).take(2);
    let fields: Map<String, Value> =
        keys.map(|key| (key.to_owned(), minimal(&schema["properties"][key]))).collect();
    Value::Object(fields)
}
