//! A schema without what it says to people: in a real CustomResourceDefinition most of the bytes.

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::yaml::{Entry, Kind, Node};

/// A schema that is written without descriptions.
pub(super) struct Bare<'n, 'a>(pub(super) &'n Node<'a>);

impl Bare<'_, '_> {
    /// The text.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a tree with texts for keys is JSON")
    }
}

/// Schemas by name.
struct Named<'n, 'a>(&'n Node<'a>);

/// Schemas one behind the other.
struct Several<'n, 'a>(&'n [Node<'a>]);

/// A value that is no schema: whatever it holds, all of it counts.
struct Plain<'n, 'a>(&'n Node<'a>);

impl Serialize for Bare<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Kind::Map(entries) = &self.0.kind else { return Plain(self.0).serialize(serializer) };
        let mut map = serializer.serialize_map(None)?;
        for Entry { key, value, .. } in entries {
            match (key.as_ref(), &value.kind) {
                ("description" | "title" | "example" | "externalDocs", _) => {}
                ("properties", _) => map.serialize_entry(key, &Named(value))?,
                ("items" | "additionalProperties" | "not", _) => map.serialize_entry(key, &Bare(value))?,
                ("allOf" | "anyOf" | "oneOf", Kind::Seq(schemas)) => {
                    map.serialize_entry(key, &Several(schemas))?;
                }
                _ => map.serialize_entry(key, &Plain(value))?,
            }
        }
        map.end()
    }
}

impl Serialize for Named<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Kind::Map(entries) = &self.0.kind else { return Plain(self.0).serialize(serializer) };
        serializer.collect_map(entries.iter().map(|entry| (&entry.key, Bare(&entry.value))))
    }
}

impl Serialize for Several<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Bare))
    }
}

impl Serialize for Plain<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.kind {
            Kind::Null | Kind::Removed => serializer.serialize_unit(),
            Kind::Bool(value) => serializer.serialize_bool(*value),
            Kind::Int(value) => serializer.serialize_i64(*value),
            Kind::Unsigned(value) => serializer.serialize_u64(*value),
            Kind::Float(value) => serializer.serialize_f64(*value),
            Kind::Str(text) => serializer.serialize_str(text),
            Kind::Seq(items) => serializer.collect_seq(items.iter().map(Plain)),
            Kind::Map(entries) => {
                serializer.collect_map(entries.iter().map(|entry| (&entry.key, Plain(&entry.value))))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn bare(schema: Value) -> Value {
        serde_json::to_value(Bare(&Node::from_value(schema))).unwrap()
    }

    #[test]
    fn what_is_said_to_people_goes_at_every_depth() {
        let schema = |words: Value| {
            let mut inner = json!({"type": "string", "format": "date", "minLength": 1});
            inner.as_object_mut().unwrap().extend(words.as_object().unwrap().clone());
            json!({"properties": {"a": inner}, "additionalProperties": inner, "items": inner, "not": inner,
                "allOf": [inner], "anyOf": [inner], "oneOf": [{"items": inner}]})
        };
        let words = json!({"description": "d", "title": "t", "example": 1, "externalDocs": {"url": "u"}});
        assert_eq!(bare(schema(words)), schema(json!({})));
    }

    #[test]
    fn a_field_that_is_called_like_what_is_said_to_people_stays() {
        let schema = json!({"properties": {"description": {"type": "string"}, "title": {"type": "string"}},
            "required": ["description"], "default": {"description": "d"}, "enum": [{"title": "t"}]});
        assert_eq!(bare(schema.clone()), schema);
    }

    #[test]
    fn what_is_no_schema_stays_as_it_is() {
        for odd in
            [json!("text"), json!([1, {"description": 2}]), json!({"properties": [1], "allOf": {"a": 1.5}})]
        {
            assert_eq!(bare(odd.clone()), odd);
        }
        for odd in [json!(null), json!(true), json!(-1), json!(u64::MAX), json!({"items": true})] {
            assert_eq!(bare(odd.clone()), odd);
        }
    }

    proptest::proptest! {
        #[test]
        fn a_number_is_the_same_when_it_is_read_again(number in proptest::num::f64::NORMAL) {
            let written = Bare(&Node::from_value(json!({"maximum": number}))).to_json();
            let read: Value = serde_json::from_str(&written).unwrap();
            proptest::prop_assert_eq!(read["maximum"].as_f64(), Some(number));
        }
    }
}
