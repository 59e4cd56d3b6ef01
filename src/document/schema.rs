//! The JSON Schemas of the documents, as `schemas/` holds them, editors read them and [`crate::load`] enforces them.

use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::{Fleet, Kind, Overlay, Site, alternatives};
use crate::schema;
use crate::spec::Alternatives;

/// Every document's schema with the name of its file, sorted by it.
pub fn schemas() -> Vec<(&'static str, Value)> {
    [("fleet.json", Kind::Fleet), ("overlay.json", Kind::Overlay), ("site.json", Kind::Site)]
        .map(|(file, kind)| (file, schema(kind)))
        .into()
}

/// The schema of one kind of document.
///
/// A Site file is as partial as an Overlay, since its overlays may give the rest: both schemas ask for the document's
/// head alone and refuse two alternatives beside each other.
pub fn schema(kind: Kind) -> Value {
    match kind {
        Kind::Fleet => fleet(),
        Kind::Site => layer::<Site>("site.json", &["apiVersion", "kind", "metadata"]),
        Kind::Overlay => layer::<Overlay>("overlay.json", &["apiVersion", "kind", "spec"]),
    }
}

fn fleet() -> Value {
    let mut fleet = schema::of::<Fleet>("fleet.json");
    require(&mut fleet, &[], &["apiVersion", "kind", "spec"]);
    require(&mut fleet, &["spec"], &["goldsmith"]);
    require(&mut fleet, &["spec", "groups", "*"], &["name", "selector"]);
    require(&mut fleet, &["spec", "groups", "*", "selector", "matchExpressions", "*"], &["key", "operator"]);
    fleet
}

fn layer<T: JsonSchema>(file: &str, head: &[&str]) -> Value {
    let mut layer = schema::of::<T>(file);
    require(&mut layer, &[], head);
    if head.contains(&"metadata") {
        require(&mut layer, &["metadata"], &["name"]);
    }
    exclude(&mut layer, &alternatives());
    layer
}

/// Makes fields of the mapping under a path required; there a `null` is no longer a value.
fn require(schema: &mut Value, path: &[&str], fields: &[&str]) {
    let Some(pointer) = locate(schema, path) else { return };
    let Some(Value::Object(object)) = schema.pointer_mut(&pointer) else { return };
    object.insert("required".to_owned(), json!(fields));
    let Some(Value::Object(properties)) = object.get_mut("properties") else { return };
    for field in fields {
        if let Some(Value::Object(property)) = properties.get_mut(*field) {
            forbid_null(property);
        }
    }
}

fn forbid_null(property: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            property["type"] = only.clone();
        }
    }
    if let Some(Value::Array(words)) = property.get_mut("enum") {
        words.retain(|word| !word.is_null());
        let left = words.len();
        if let Some(Value::Array(texts)) = property.get_mut("enumDescriptions") {
            texts.truncate(left);
        }
    }
}

/// Refuses two alternatives beside each other, wherever the table has them.
fn exclude(schema: &mut Value, table: &[Alternatives]) {
    for row in table {
        let path: Vec<&str> = std::iter::once("spec").chain(row.path.split('.')).collect();
        let Some(pointer) = locate(schema, &path) else { continue };
        if let Some(Value::Object(object)) = schema.pointer_mut(&pointer) {
            object.insert("oneOf".to_owned(), at_most_one(row.keys));
        }
    }
}

/// One branch a key, and one for none of them: at most one may hold.
fn at_most_one(keys: &[&str]) -> Value {
    let given = |key: &&str| json!({"required": [key], "properties": {(*key): {"not": {"type": "null"}}}});
    let mut branches: Vec<Value> = keys.iter().map(given).collect();
    branches.push(json!({"not": {"anyOf": branches.clone()}}));
    Value::Array(branches)
}

/// The JSON pointer of the schema of a mapping: through properties, and through items and values of free keys (`*`).
fn locate(root: &Value, path: &[&str]) -> Option<String> {
    let mut pointer = String::new();
    for key in path {
        let schema = root.pointer(&pointer)?;
        let step: &[&str] = match *key {
            "*" if schema.get("items").is_some() => &["/items"],
            "*" => &["/additionalProperties"],
            key => &["/properties/", key],
        };
        pointer.extend(step.iter().copied());
    }
    root.pointer(&pointer).map(|_| pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Value {
        schemas().into_iter().find(|(file, _)| *file == name).expect("a schema of this name").1
    }

    fn accepts(schema: &Value, document: &Value) -> bool {
        schema::Compiled::new(schema).expect("a valid schema").is_valid(document)
    }

    fn site(spec: &Value) -> Value {
        json!({"apiVersion": "goldsmith.dev/v1alpha1", "kind": "Site", "metadata": {"name": "a"}, "spec": spec})
    }

    #[test]
    fn every_schema_names_its_draft_its_home_and_what_it_is() {
        for (file, schema) in schemas() {
            assert_eq!(schema["$schema"], schema::DRAFT, "{file}");
            assert_eq!(schema["$id"], format!("https://goldsmith.dev/schemas/v1alpha1/{file}"));
            assert!(schema["title"].is_string() && schema["description"].is_string(), "{file}");
        }
    }

    #[test]
    fn no_schema_tells_of_our_integers_or_of_missing_values() {
        for (file, schema) in schemas() {
            let text = schema.to_string();
            assert!(!text.contains("\"format\":\"uint"), "{file}");
            assert!(!text.contains("\"default\":null"), "{file}");
        }
    }

    #[test]
    fn every_field_of_every_schema_has_a_description() {
        for (file, schema) in schemas() {
            let mut mute = Vec::new();
            collect_mute(&schema, "", &mut mute);
            assert!(mute.is_empty(), "{file}: {mute:#?}");
        }
    }

    /// Collects the fields of our structs, which refuse unknown ones, that say nothing.
    fn collect_mute(schema: &Value, at: &str, mute: &mut Vec<String>) {
        let Value::Object(object) = schema else { return };
        if let (Some(Value::Object(fields)), true) = (object.get("properties"), object.contains_key("type")) {
            let silent = |field: &&String| fields[*field].get("description").is_none();
            mute.extend(fields.keys().filter(silent).map(|field| format!("{at}/{field}")));
        }
        for (key, value) in object {
            collect_mute(value, &format!("{at}/{key}"), mute);
        }
    }

    #[test]
    fn a_site_must_name_itself_and_its_kind() {
        let schema = named("site.json");
        let good = site(&json!({}));
        assert!(accepts(&schema, &good));
        for missing in ["apiVersion", "kind", "metadata"] {
            let mut bad = good.clone();
            bad.as_object_mut().expect("an object").remove(missing);
            assert!(!accepts(&schema, &bad), "{missing}");
            bad[missing] = Value::Null;
            assert!(!accepts(&schema, &bad), "{missing}: null");
        }
        let mut other = good.clone();
        other["kind"] = json!("Overlay");
        assert!(!accepts(&schema, &other));
    }

    #[test]
    fn a_null_is_legal_wherever_a_default_can_come_back() {
        assert!(accepts(&named("site.json"), &site(&json!({"commonMetadata": {"labels": {"a": null}}}))));
        assert!(accepts(&named("site.json"), &site(&json!({"commonMetadata": null}))));
    }

    #[test]
    fn a_group_must_have_a_name_and_a_selector() {
        let fleet = |group: Value| {
            let spec = json!({"goldsmith": ">=0.1", "groups": [group]});
            json!({"apiVersion": "goldsmith.dev/v1alpha1", "kind": "Fleet", "spec": spec})
        };
        let schema = named("fleet.json");
        assert!(accepts(&schema, &fleet(json!({"name": "a", "selector": {}}))));
        assert!(!accepts(&schema, &fleet(json!({"name": "a"}))));
        assert!(!accepts(
            &schema,
            &fleet(json!({"name": "a", "selector": {"matchExpressions": [{"key": "k"}]}}))
        ));
    }

    #[test]
    fn of_alternatives_a_schema_takes_one_or_none_and_counts_no_null() {
        let mut map = json!({"type": "object"});
        map["oneOf"] = at_most_one(&["every", "cron"]);
        for (document, legal) in [
            (json!({}), true),
            (json!({"every": "12h"}), true),
            (json!({"every": "12h", "cron": null}), true),
            (json!({"every": "12h", "cron": "0 4 * * *"}), false),
        ] {
            assert_eq!(accepts(&map, &document), legal, "{document}");
        }
    }

    #[test]
    fn every_row_of_the_table_of_alternatives_is_found_in_the_schema() {
        let schema = named("site.json");
        for row in alternatives() {
            let path: Vec<&str> = std::iter::once("spec").chain(row.path.split('.')).collect();
            let pointer = locate(&schema, &path).unwrap_or_else(|| panic!("{} is nowhere", row.path));
            for key in row.keys {
                let property = format!("{pointer}/properties/{key}");
                assert!(schema.pointer(&property).is_some(), "{}.{key} is nowhere", row.path);
            }
        }
    }
}
