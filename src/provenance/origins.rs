//! A walk over a serializable value that collects the origin of each [`super::Sourced`] in it.
//!
//! The walk is a serde serializer that keeps nothing but where it is. Pointers name fields as they are serialized, which
//! is how templates and manifests see them.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, ser};

use super::Origin;
use super::serde::{SOURCED, Walking};
use crate::yaml::pointer::push_step;

/// JSON pointer into the value -> origin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origins(BTreeMap<String, Origin>);

impl Origins {
    /// The origins of all sourced values inside a value. One that fails to serialize has those found until then.
    pub fn of(value: &dyn erased_serde::Serialize) -> Self {
        let _walking = Walking::start();
        let mut walk = Walk { origins: BTreeMap::new(), pointer: String::new() };
        let _ = erased_serde::serialize(value, &mut walk);
        Origins(walk.origins)
    }

    /// The origin of a pointer: its own, or that of the nearest value around it.
    pub fn get(&self, pointer: &str) -> Option<&Origin> {
        let mut pointer = pointer;
        loop {
            if let Some(origin) = self.0.get(pointer) {
                return Some(origin);
            }
            pointer = &pointer[..pointer.rfind('/')?];
        }
    }

    /// All of them, by pointer.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Origin)> {
        self.0.iter().map(|(pointer, origin)| (pointer.as_str(), origin))
    }
}

struct Walk {
    origins: BTreeMap<String, Origin>,
    pointer: String,
}

impl Walk {
    fn step<T: Serialize + ?Sized>(&mut self, step: &str, value: &T) -> Result<(), Failed> {
        let length = self.pointer.len();
        push_step(&mut self.pointer, step);
        let result = value.serialize(&mut *self);
        self.pointer.truncate(length);
        result
    }
}

/// The value refused to be serialized.
#[derive(Debug)]
struct Failed(String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}

impl ser::Error for Failed {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Failed(message.to_string())
    }
}

/// A list or mapping being walked, and the step of its next child.
struct Children<'w> {
    walk: &'w mut Walk,
    index: usize,
    key: String,
    /// How long the pointer is again once it is left.
    length: usize,
}

impl<'w> Children<'w> {
    fn inside(walk: &'w mut Walk) -> Self {
        Children { index: 0, key: String::new(), length: walk.pointer.len(), walk }
    }

    /// An alternative is written as a mapping of one key.
    fn inside_variant(walk: &'w mut Walk, variant: &str) -> Self {
        let length = walk.pointer.len();
        push_step(&mut walk.pointer, variant);
        Children { index: 0, key: String::new(), length, walk }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        let step = self.index.to_string();
        self.index += 1;
        self.walk.step(&step, value)
    }

    fn leave(self) {
        self.walk.pointer.truncate(self.length);
    }
}

macro_rules! leaves {
    ($($method:ident: $type:ty),* $(,)?) => {
        $(fn $method(self, _: $type) -> Result<(), Failed> {
            Ok(())
        })*
    };
}

impl<'w> ser::Serializer for &'w mut Walk {
    type Ok = ();
    type Error = Failed;
    type SerializeSeq = Children<'w>;
    type SerializeTuple = Children<'w>;
    type SerializeTupleStruct = Children<'w>;
    type SerializeTupleVariant = Children<'w>;
    type SerializeMap = Children<'w>;
    type SerializeStruct = Children<'w>;
    type SerializeStructVariant = Children<'w>;

    leaves! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_u128: u128, serialize_f32: f32, serialize_f64: f64, serialize_char: char, serialize_str: &str,
        serialize_bytes: &[u8], serialize_unit_struct: &'static str,
    }

    fn serialize_none(self) -> Result<(), Failed> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failed> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Failed> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Failed> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        if name == SOURCED
            && let Some(origin) = Walking::announced()
        {
            self.origins.insert(self.pointer.clone(), origin);
        }
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        self.step(variant, value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Children<'w>, Failed> {
        Ok(Children::inside(self))
    }

    fn serialize_tuple(self, _: usize) -> Result<Children<'w>, Failed> {
        Ok(Children::inside(self))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Children<'w>, Failed> {
        Ok(Children::inside(self))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Children<'w>, Failed> {
        Ok(Children::inside_variant(self, variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Children<'w>, Failed> {
        Ok(Children::inside(self))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Children<'w>, Failed> {
        Ok(Children::inside(self))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Children<'w>, Failed> {
        Ok(Children::inside_variant(self, variant))
    }
}

macro_rules! items {
    ($($trait:ident $method:ident),*) => {
        $(impl ser::$trait for Children<'_> {
            type Ok = ();
            type Error = Failed;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
                self.item(value)
            }

            fn end(self) -> Result<(), Failed> {
                self.leave();
                Ok(())
            }
        })*
    };
}

items! {
    SerializeSeq serialize_element, SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field, SerializeTupleVariant serialize_field
}

macro_rules! fields {
    ($($trait:ident),*) => {
        $(impl ser::$trait for Children<'_> {
            type Ok = ();
            type Error = Failed;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, field: &'static str, value: &T) -> Result<(), Failed> {
                self.walk.step(field, value)
            }

            fn end(self) -> Result<(), Failed> {
                self.leave();
                Ok(())
            }
        })*
    };
}

fields! { SerializeStruct, SerializeStructVariant }

impl ser::SerializeMap for Children<'_> {
    type Ok = ();
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failed> {
        self.key = match serde_json::to_value(key).map_err(ser::Error::custom)? {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        // A key may be sourced as well; what it announced is not the origin of its value.
        Walking::announced();
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        self.walk.step(&self.key, value)
    }

    fn end(self) -> Result<(), Failed> {
        self.leave();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DefaultRule, Setting, Sourced};
    use super::*;
    use crate::yaml::Loc;

    static RULE: DefaultRule = DefaultRule { path: "keep", reason: "two imports" };

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Context {
        keep_last: Sourced<u32>,
        names: Vec<Sourced<String>>,
        labels: BTreeMap<String, Sourced<String>>,
        free: Sourced<Inner>,
        choice: Choice,
        unset: Setting<u32>,
        plain: u32,
    }

    #[derive(Serialize)]
    struct Inner {
        deep: u32,
        own: Sourced<bool>,
    }

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    enum Choice {
        Named { name: Sourced<String> },
    }

    fn written<T>(value: T, start: u32) -> Sourced<T> {
        Sourced { value, origin: at(start) }
    }

    fn at(start: u32) -> Origin {
        Origin::Written(Loc { source: 0, start, end: start + 1 })
    }

    fn context() -> Context {
        Context {
            keep_last: Sourced::default_of(&RULE, 2),
            names: vec![written("a".to_owned(), 1), written("b".to_owned(), 2)],
            labels: BTreeMap::from([("a/b~c".to_owned(), written("x".to_owned(), 3))]),
            free: written(Inner { deep: 1, own: written(true, 5) }, 4),
            choice: Choice::Named { name: written("n".to_owned(), 6) },
            unset: Setting::Unset,
            plain: 1,
        }
    }

    #[test]
    fn every_sourced_value_is_found_under_its_pointer() {
        let origins = Origins::of(&context());
        let pointers: Vec<_> = origins.iter().map(|(pointer, _)| pointer).collect();
        let expected = [
            "/choice/named/name",
            "/free",
            "/free/own",
            "/keepLast",
            "/labels/a~1b~0c",
            "/names/0",
            "/names/1",
        ];
        assert_eq!(pointers, expected);
        assert_eq!(origins.get("/names/1"), Some(&at(2)));
        assert_eq!(origins.get("/keepLast"), Some(&Origin::Default(&RULE)));
    }

    #[test]
    fn a_pointer_without_an_origin_has_that_of_the_value_around_it() {
        let origins = Origins::of(&context());
        assert_eq!(origins.get("/free/deep"), Some(&at(4)));
        assert_eq!(origins.get("/plain"), None);
        assert_eq!(origins.get(""), None);
    }

    #[test]
    fn a_sourced_value_serializes_as_the_plain_one() {
        let _ = Origins::of(&context());
        let plain = serde_json::to_value(context()).unwrap();
        assert_eq!(plain["keepLast"], 2);
        assert_eq!(plain["unset"], serde_json::Value::Null);
        assert_eq!(plain["free"], serde_json::json!({"deep": 1, "own": true}));
    }
}
