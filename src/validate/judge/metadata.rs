//! What the API server asks of the metadata of every object.
//!
//! Source: `ObjectMeta` and the package `api/validation` of apimachinery. First each field must be of its type, else nothing of
//! the object is read; then names, labels and the rest must be fit.

use serde_json::{Map, Value};

use super::Violation;
use super::format;
use crate::manifest::pointer::escape;
use crate::name;

/// How large the annotations of an object may be together, in bytes.
const ANNOTATIONS: usize = 256 * 1024;

/// How much of a `generateName` goes into the name that is made of it.
const GENERATED: usize = 58;

/// Names, labels, annotations, owners and finalizers of a custom kind that it would not take.
pub fn metadata(object: &Value) -> Vec<Violation> {
    let empty = Value::Object(Map::new());
    let given = object.get("metadata").filter(|given| !given.is_null()).unwrap_or(&empty);
    let mut found = wrong(given, Naming::Subdomain);
    found.iter_mut().for_each(|violation| violation.pointer.insert_str(0, "/metadata"));
    found
}

/// What a name must be.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Naming {
    /// A DNS subdomain.
    Subdomain,
    /// A segment of a path, of an object inside of another, which may also go without.
    Embedded,
}

/// What is wrong with metadata; pointers are from it.
pub(super) fn wrong(metadata: &Value, naming: Naming) -> Vec<Violation> {
    let mut walk = Walk { found: Vec::new() };
    match metadata {
        Value::Null => {}
        Value::Object(fields) => {
            walk.fields(fields, "", FIELDS);
            walk.names(fields, naming);
            walk.entries(fields, "labels", label);
            walk.entries(fields, "annotations", annotation);
            walk.owners(fields);
            walk.finalizers(fields);
        }
        _ => walk.tell("", "it must be a mapping".to_owned()),
    }
    walk.found
}

/// The name that an object has, or that would be made of its `generateName`.
pub(super) fn name_of(metadata: &Value) -> Option<String> {
    let text = |field: &str| metadata.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    let generated = || Some(text("generateName")?.chars().take(GENERATED).chain("bcdfg".chars()).collect());
    text("name").map(str::to_owned).or_else(generated)
}

/// The type of a field.
#[derive(Clone, Copy)]
enum Type {
    Text,
    Whole,
    Truth,
    Time,
    Texts,
    Map,
    Objects(&'static [(&'static str, Type)]),
    Any,
}

const FIELDS: &[(&str, Type)] = &[
    ("name", Type::Text),
    ("generateName", Type::Text),
    ("namespace", Type::Text),
    ("selfLink", Type::Text),
    ("uid", Type::Text),
    ("resourceVersion", Type::Text),
    ("generation", Type::Whole),
    ("creationTimestamp", Type::Time),
    ("deletionTimestamp", Type::Time),
    ("deletionGracePeriodSeconds", Type::Whole),
    ("labels", Type::Map),
    ("annotations", Type::Map),
    ("ownerReferences", Type::Objects(OWNER)),
    ("finalizers", Type::Texts),
    ("managedFields", Type::Objects(MANAGED)),
];

const OWNER: &[(&str, Type)] = &[
    ("apiVersion", Type::Text),
    ("kind", Type::Text),
    ("name", Type::Text),
    ("uid", Type::Text),
    ("controller", Type::Truth),
    ("blockOwnerDeletion", Type::Truth),
];

const MANAGED: &[(&str, Type)] = &[
    ("manager", Type::Text),
    ("operation", Type::Text),
    ("apiVersion", Type::Text),
    ("time", Type::Time),
    ("fieldsType", Type::Text),
    ("fieldsV1", Type::Any),
    ("subresource", Type::Text),
];

struct Walk {
    found: Vec<Violation>,
}

impl Walk {
    fn tell(&mut self, pointer: &str, message: String) {
        self.found.push(Violation { pointer: pointer.to_owned(), message });
    }

    fn fields(&mut self, fields: &Map<String, Value>, at: &str, known: &[(&str, Type)]) {
        for (name, value) in fields {
            let pointer = format!("{at}/{}", escape(name));
            match known.iter().find(|(known, _)| known == name) {
                Some((_, kind)) => self.of_type(value, &pointer, *kind),
                None => self.tell(&pointer, format!("`{name}` is no field of metadata")),
            }
        }
    }

    /// Tells of a value that is not of its type; a null is of every type.
    fn of_type(&mut self, value: &Value, pointer: &str, kind: Type) {
        let wrong = match (kind, value) {
            (_, Value::Null)
            | (Type::Any, _)
            | (Type::Text, Value::String(_))
            | (Type::Truth, Value::Bool(_)) => None,
            (Type::Text, _) => Some("it must be text"),
            (Type::Truth, _) => Some("it must be true or false"),
            (Type::Whole, Value::Number(number)) if super::number::is_whole(number) => None,
            (Type::Whole, _) => Some("it must be a whole number"),
            (Type::Time, Value::String(text)) if format::is_time(text) => None,
            (Type::Time, _) => Some("it must be a time as `2026-01-02T03:04:05Z`"),
            (Type::Texts | Type::Objects(_), Value::Array(items)) => {
                let each = if let Type::Objects(_) = kind { None } else { Some(Type::Text) };
                for (index, item) in items.iter().enumerate() {
                    let pointer = format!("{pointer}/{index}");
                    match (each, kind, item) {
                        (Some(each), ..) => self.of_type(item, &pointer, each),
                        (None, Type::Objects(known), Value::Object(fields)) => {
                            self.fields(fields, &pointer, known);
                        }
                        (.., Value::Null) => {}
                        _ => self.tell(&pointer, "it must be a mapping".to_owned()),
                    }
                }
                None
            }
            (Type::Texts | Type::Objects(_), _) => Some("it must be a list"),
            (Type::Map, Value::Object(entries)) => {
                for (key, value) in entries {
                    self.of_type(value, &format!("{pointer}/{}", escape(key)), Type::Text);
                }
                None
            }
            (Type::Map, _) => Some("it must be a mapping of texts"),
        };
        if let Some(wrong) = wrong {
            self.tell(pointer, wrong.to_owned());
        }
    }

    fn names(&mut self, fields: &Map<String, Value>, naming: Naming) {
        let text = |field: &str| fields.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
        let is_text =
            |field: &str| fields.get(field).is_none_or(|value| value.is_string() || value.is_null());
        if let Some(Err(reason)) = text("generateName").map(|prefix| check_prefix(naming, prefix)) {
            self.tell("/generateName", reason);
        }
        match text("name") {
            Some(name) => {
                if let Err(reason) = check_name(naming, name) {
                    self.tell("/name", reason);
                }
            }
            None if naming == Naming::Embedded || text("generateName").is_some() || !is_text("name") => {}
            None => self.tell("", "`name` is required".to_owned()),
        }
        if let Some(Err(reason)) = text("namespace").map(name::dns_label) {
            self.tell("/namespace", reason);
        }
        let is_negative = fields.get("generation").and_then(Value::as_f64).is_some_and(|number| number < 0.0);
        if naming == Naming::Embedded && is_negative {
            self.tell("/generation", "it must not be negative".to_owned());
        }
    }

    fn entries(
        &mut self,
        fields: &Map<String, Value>,
        field: &str,
        check: fn(&str, &str) -> Result<(), String>,
    ) {
        let entries = fields.get(field).and_then(Value::as_object);
        let mut size = 0;
        for (key, value) in entries.into_iter().flatten() {
            let value = value.as_str().unwrap_or_default();
            size += key.len() + value.len();
            if let Err(reason) = check(key, value) {
                self.tell(&format!("/{field}/{}", escape(key)), reason);
            }
        }
        if field == "annotations" && size > ANNOTATIONS {
            self.tell(
                "/annotations",
                format!("all keys and values together must be at most {ANNOTATIONS} bytes"),
            );
        }
    }

    fn owners(&mut self, fields: &Map<String, Value>) {
        let owners = fields.get("ownerReferences").and_then(Value::as_array);
        for (index, owner) in owners.into_iter().flatten().enumerate() {
            let text = |field: &str| owner.get(field).and_then(Value::as_str).unwrap_or_default();
            for field in ["apiVersion", "kind", "name", "uid"] {
                if text(field).is_empty()
                    && owner.get(field).is_none_or(|value| value.is_null() || value.is_string())
                {
                    self.tell(
                        &format!("/ownerReferences/{index}/{field}"),
                        "it must not be empty".to_owned(),
                    );
                }
            }
            // What is no version of a group is read as no version at all.
            if text("apiVersion").matches('/').count() > 1 || text("apiVersion").ends_with('/') {
                let pointer = format!("/ownerReferences/{index}/apiVersion");
                self.tell(
                    &pointer,
                    "it must be a version, or a group and a version with a `/` between them".to_owned(),
                );
            }
            if text("apiVersion") == "v1" && text("kind") == "Event" {
                self.tell(&format!("/ownerReferences/{index}"), "an Event cannot own".to_owned());
            }
        }
        // Of owners that are there twice, the server takes one.
        let mut controllers: Vec<&Value> = owners.into_iter().flatten().collect();
        controllers.retain(|owner| owner.get("controller") == Some(&Value::Bool(true)));
        controllers.dedup();
        if controllers.len() > 1 {
            self.tell("/ownerReferences", "only one owner can be the controller".to_owned());
        }
    }

    fn finalizers(&mut self, fields: &Map<String, Value>) {
        let finalizers = fields.get("finalizers").and_then(Value::as_array);
        let finalizers: Vec<&Value> = finalizers.into_iter().flatten().collect();
        for (index, finalizer) in finalizers.iter().enumerate() {
            let text = finalizer.as_str().unwrap_or_default();
            if let (true, Err(reason)) = (finalizer.is_string() || finalizer.is_null(), name::label_key(text))
            {
                self.tell(&format!("/finalizers/{index}"), reason);
            }
        }
        let has = |name: &str| finalizers.iter().any(|finalizer| *finalizer == name);
        if has("orphan") && has("foregroundDeletion") {
            self.tell("/finalizers", "`orphan` and `foregroundDeletion` exclude each other".to_owned());
        }
    }
}

fn label(key: &str, value: &str) -> Result<(), String> {
    name::label_key(key)?;
    name::label_value(value)
}

/// Upper case is no matter here.
fn annotation(key: &str, _: &str) -> Result<(), String> {
    name::label_key(&key.to_lowercase())
}

fn check_name(naming: Naming, text: &str) -> Result<(), String> {
    match naming {
        Naming::Embedded => path_segment(text),
        Naming::Subdomain => name::dns_subdomain(text),
    }
}

/// A beginning may end in a dash.
fn check_prefix(naming: Naming, text: &str) -> Result<(), String> {
    match naming {
        Naming::Embedded if text == "." || text == ".." => Ok(()),
        Naming::Subdomain => match text.strip_suffix('-') {
            Some(masked) if !masked.is_empty() => check_name(naming, &format!("{masked}a")),
            _ => check_name(naming, text),
        },
        Naming::Embedded => check_name(naming, text),
    }
}

/// What is asked of a name inside (Kubernetes: path segment names).
fn path_segment(text: &str) -> Result<(), String> {
    if text.is_empty() || text == "." || text == ".." || text.contains(['/', '%']) {
        return Err("a name must not be `.` or `..`, nor hold `/` or `%`".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(fields: &Value) -> Vec<String> {
        let mut given = json!({"name": "a"});
        given.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        metadata(&json!({"metadata": given})).into_iter().map(|violation| violation.pointer).collect()
    }

    #[test]
    fn each_field_is_of_its_type_and_a_null_is_of_every_type() {
        let nulls = FIELDS
            .iter()
            .map(|(name, _)| ((*name).to_owned(), Value::Null))
            .filter(|(name, _)| name != "name");
        assert!(told(&Value::Object(nulls.collect())).is_empty());
        for (field, wrong) in [
            ("uid", json!(1)),
            ("generation", json!("1")),
            ("generation", json!(1.5)),
            ("creationTimestamp", json!("now")),
            ("finalizers", json!("a")),
            ("ownerReferences", json!({})),
            ("labels", json!([])),
            ("managedFields", json!("a")),
            ("Labels", json!({})),
        ] {
            assert_eq!(told(&json!({field: wrong})), [format!("/metadata/{field}")]);
        }
        assert!(told(&json!({"generation": 1.0, "labels": {"a": null}})).is_empty());
    }

    #[test]
    fn a_name_is_there_or_made() {
        assert_eq!(metadata(&json!({})).len(), 1);
        assert!(metadata(&json!({"metadata": {"generateName": "a-"}})).is_empty());
        assert_eq!(metadata(&json!({"metadata": {"generateName": "A_"}})).len(), 1);
        assert_eq!(name_of(&json!({"generateName": "a-"})).unwrap(), "a-bcdfg");
    }

    #[test]
    fn upper_case_is_no_matter_in_the_key_of_an_annotation() {
        assert!(told(&json!({"annotations": {"A.example/B": ""}})).is_empty());
        assert_eq!(told(&json!({"labels": {"A.example/B": ""}})), ["/metadata/labels/A.example~1B"]);
    }

    #[test]
    fn annotations_have_a_size_together() {
        assert_eq!(told(&json!({"annotations": {"a": "a".repeat(ANNOTATIONS)}})), ["/metadata/annotations"]);
    }

    #[test]
    fn an_owner_is_named_and_one_alone_controls() {
        let owner = |name: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "name": name, "uid": "u", "controller": true});
        assert!(told(&json!({"ownerReferences": [owner("a"), owner("a")]})).is_empty());
        assert_eq!(
            told(&json!({"ownerReferences": [owner("a"), owner("b")]})),
            ["/metadata/ownerReferences"]
        );
        assert_eq!(told(&json!({"ownerReferences": [owner("")]})), ["/metadata/ownerReferences/0/name"]);
    }

    #[test]
    fn finalizers_are_qualified_names_and_two_exclude_each_other() {
        assert_eq!(told(&json!({"finalizers": ["a b"]})), ["/metadata/finalizers/0"]);
        assert_eq!(told(&json!({"finalizers": ["orphan", "foregroundDeletion"]})), ["/metadata/finalizers"]);
    }
}
