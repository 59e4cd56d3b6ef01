//! The schema of a type, in the form that editors show best.
//!
//! It is JSON Schema draft-07 without a single reference. yaml-language-server took that draft in all its releases and
//! 2020-12 only from 1.20 on; it drops what stands beside a `$ref` in draft-07 and merges it in 2020-12; and of an `anyOf`
//! with "or null" it shows the descriptions of all branches in a row. So every type is written out where it is used, null
//! is one of the types of a value, and words with their texts are an `enum` with `enumDescriptions`.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The draft that the schemas are written in.
pub const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// The keyword that names the rule which refuses what does not fit, where a component has better words than a schema.
pub const REFUSED_BY: &str = "x-refused-by";

/// Where the schemas are known by.
const HOME: &str = "https://goldsmith.dev/schemas/v1alpha1/";

/// The text of `null` among the words of an `enum`.
const NULL_TEXT: &str = "Gives the value back to its default.";

/// The schema of a type, with the name of its file.
pub fn of<T: JsonSchema>(file: &str) -> Value {
    let mut settings = SchemaSettings::draft07();
    settings.inline_subschemas = true;
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    tidy(&mut schema);
    let mut out = Map::new();
    out.insert("$schema".to_owned(), json!(DRAFT));
    out.insert("$id".to_owned(), json!(format!("{HOME}{file}")));
    if let Value::Object(keywords) = schema {
        for (keyword, value) in keywords {
            out.entry(keyword).or_insert(value);
        }
    }
    in_order(&mut out);
    Value::Object(out)
}

/// Tidies a schema, the innermost parts first.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            keywords.iter_mut().filter(|(keyword, _)| !is_data(keyword)).for_each(|(_, value)| tidy(value));
            tidy_one(keywords);
        }
        Value::Array(schemas) => schemas.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// Keywords whose values are data, not schemas.
fn is_data(keyword: &str) -> bool {
    matches!(keyword, "const" | "default" | "enum" | "examples" | "required" | "type")
}

fn tidy_one(schema: &mut Map<String, Value>) {
    let of_rust = |format: &str| format.starts_with("uint") || format.starts_with("int");
    if schema.get("format").and_then(Value::as_str).is_some_and(of_rust) {
        schema.shift_remove("format");
    }
    // A missing value is none, not null.
    if schema.get("default").is_some_and(Value::is_null) {
        schema.shift_remove("default");
    }
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
    words_as_enum(schema);
    null_as_type(schema);
    keys_by_name(schema);
    in_order(schema);
}

/// `oneOf` of constants with texts -> `enum` with `enumDescriptions`.
fn words_as_enum(schema: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = schema.get("oneOf") else { return };
    let words: Option<Vec<Value>> = branches.iter().map(|branch| branch.get("const").cloned()).collect();
    let Some(words) = words else { return };
    let texts: Vec<Value> = branches
        .iter()
        .map(|branch| branch.get("description").cloned().unwrap_or_else(|| json!("")))
        .collect();
    schema.shift_remove("oneOf");
    schema.insert("type".to_owned(), json!("string"));
    schema.insert("enum".to_owned(), Value::Array(words));
    schema.insert("enumDescriptions".to_owned(), Value::Array(texts));
}

/// `anyOf` a schema and null -> that schema with one type more; what already stands beside the `anyOf` wins.
fn null_as_type(schema: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = schema.get("anyOf") else { return };
    let [Value::Object(one), null] = branches.as_slice() else { return };
    if *null != json!({"type": "null"}) {
        return;
    }
    let mut one = one.clone();
    schema.shift_remove("anyOf");
    match one.get_mut("type") {
        Some(Value::Array(types)) => types.push(json!("null")),
        Some(kind) => *kind = json!([kind.take(), "null"]),
        None => {}
    }
    if let Some(Value::Array(words)) = one.get_mut("enum") {
        words.push(Value::Null);
    }
    if let Some(Value::Array(texts)) = one.get_mut("enumDescriptions") {
        texts.push(json!(NULL_TEXT));
    }
    for (keyword, value) in one {
        schema.entry(keyword).or_insert(value);
    }
}

/// Keys by pattern -> any key, held against the pattern: an editor then tells why a key is wrong.
fn keys_by_name(schema: &mut Map<String, Value>) {
    let Some(Value::Object(patterns)) = schema.get("patternProperties") else { return };
    let mut patterns = patterns.iter();
    let (Some((pattern, values)), None) = (patterns.next(), patterns.next()) else { return };
    if schema.get("additionalProperties") != Some(&Value::Bool(false)) {
        return;
    }
    let (names, values) = (json!({"pattern": pattern}), values.clone());
    schema.shift_remove("patternProperties");
    schema.insert("propertyNames".to_owned(), names);
    schema.insert("additionalProperties".to_owned(), values);
}

/// First what a person reads.
fn in_order(schema: &mut Map<String, Value>) {
    const FIRST: [&str; 8] =
        ["$schema", "$id", "title", "description", "type", "default", "examples", "required"];
    const LAST: [&str; 2] = ["properties", "additionalProperties"];
    let rank = |keyword: &str| {
        let first = FIRST.iter().position(|known| *known == keyword);
        let last = LAST.iter().position(|known| *known == keyword);
        first.or(last.map(|at| FIRST.len() + 1 + at)).unwrap_or(FIRST.len())
    };
    let mut keywords: Vec<(String, Value)> = std::mem::take(schema).into_iter().collect();
    keywords.sort_by_key(|(keyword, _)| rank(keyword));
    schema.extend(keywords);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(mut schema: Value) -> Value {
        tidy(&mut schema);
        schema
    }

    #[test]
    fn words_keep_their_texts_and_null_gets_one() {
        let schema = json!({
            "anyOf": [{"oneOf": [{"type": "string", "const": "a", "description": "A."}]}, {"type": "null"}],
            "description": "Which.",
        });
        let expected = json!({
            "description": "Which.", "type": ["string", "null"],
            "enum": ["a", null], "enumDescriptions": ["A.", NULL_TEXT],
        });
        assert_eq!(tidied(schema), expected);
    }

    #[test]
    fn the_text_of_a_field_wins_over_that_of_its_type() {
        let schema = json!({"anyOf": [{"type": "object", "description": "type"}, {"type": "null"}], "description": "field"});
        assert_eq!(tidied(schema), json!({"description": "field", "type": ["object", "null"]}));
    }

    #[test]
    fn keys_with_a_pattern_are_held_against_it() {
        let schema = json!({"patternProperties": {"^a$": true}, "additionalProperties": false});
        assert_eq!(
            tidied(schema),
            json!({"propertyNames": {"pattern": "^a$"}, "additionalProperties": true})
        );
    }

    #[test]
    fn examples_stay_as_they_are() {
        let schema = json!({"examples": [{"format": "uint32", "default": null}]});
        assert_eq!(tidied(schema.clone()), schema);
    }
}
