//! [`Sourced`] and [`Setting`] in serde.
//!
//! Reading: both ask for a newtype of a name that only our own deserializer knows; it answers with two elements, the
//! location and the value, or with the location alone for a `null`. All other formats answer with the value.
//!
//! Writing: the plain value. Only while [`super::origins`] walks on this thread, the origin is laid down for it first
//! and the value is announced under the same name.
//!
//! Schema: a `Sourced` is what it holds, a `Setting` may be null as well, since `null` takes a value back.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeSeed, Deserializer, Error as _, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::{Origin, Setting, Sourced};
use crate::yaml::Loc;

/// The newtype name by which a value with a location is asked for and announced.
pub(super) const SOURCED: &str = "$goldsmith::Sourced";

/// The newtype name by which a type asks for text where it takes a mapping as well: what is neither lacks its quotes.
pub const TEXT_FIRST: &str = "$goldsmith::TextFirst";

/// A location as the one number that passes through any visitor.
pub(super) fn pack(loc: Loc) -> u128 {
    u128::from(loc.source) << 64 | u128::from(loc.start) << 32 | u128::from(loc.end)
}

fn unpack(packed: u128) -> Loc {
    #[expect(clippy::cast_possible_truncation, reason = "each part is 32 bits wide")]
    let part = |shift: u32| (packed >> shift) as u32;
    Loc { source: part(64), start: part(32), end: part(0) }
}

/// Asks for a location.
pub(super) struct LocSeed;

impl<'de> DeserializeSeed<'de> for LocSeed {
    type Value = Loc;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Loc, D::Error> {
        deserializer.deserialize_u128(self)
    }
}

impl Visitor<'_> for LocSeed {
    type Value = Loc;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a location")
    }

    fn visit_u128<E>(self, packed: u128) -> Result<Loc, E> {
        Ok(unpack(packed))
    }
}

struct SettingVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SettingVisitor<T> {
    type Value = Setting<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Setting<T>, A::Error> {
        let loc = parts
            .next_element_seed(LocSeed)?
            .ok_or_else(|| A::Error::custom("a value without a location"))?;
        Ok(match parts.next_element::<T>()? {
            Some(value) => Setting::Set(Sourced { value, origin: Origin::Written(loc) }),
            None => Setting::Removed(loc),
        })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Setting<T>, D::Error> {
        Ok(match Option::<T>::deserialize(deserializer)? {
            Some(value) => Setting::Set(Sourced { value, origin: Origin::Unknown }),
            None => Setting::Unset,
        })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Setting<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(SOURCED, SettingVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Sourced<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Setting::deserialize(deserializer)? {
            Setting::Set(sourced) => Ok(sourced),
            Setting::Unset | Setting::Removed(_) => Err(D::Error::invalid_type(Unexpected::Unit, &"a value")),
        }
    }
}

thread_local! {
    static WALKING: Cell<bool> = const { Cell::new(false) };
    static ANNOUNCED: RefCell<Option<Origin>> = const { RefCell::new(None) };
}

/// While this lives, values on this thread announce their origins.
pub(super) struct Walking {
    before: bool,
}

impl Walking {
    pub(super) fn start() -> Self {
        Walking { before: WALKING.replace(true) }
    }

    /// The origin of the value that is just announced.
    pub(super) fn announced() -> Option<Origin> {
        ANNOUNCED.take()
    }
}

impl Drop for Walking {
    fn drop(&mut self) {
        WALKING.set(self.before);
    }
}

impl<T: Serialize> Serialize for Sourced<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if WALKING.get() {
            ANNOUNCED.set(Some(self.origin.clone()));
            return serializer.serialize_newtype_struct(SOURCED, &self.value);
        }
        self.value.serialize(serializer)
    }
}

impl<T: Serialize> Serialize for Setting<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Setting::Set(sourced) => sourced.serialize(serializer),
            Setting::Unset | Setting::Removed(_) => serializer.serialize_none(),
        }
    }
}

impl<T: JsonSchema> JsonSchema for Sourced<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<T: JsonSchema> JsonSchema for Setting<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        Option::<T>::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_survives_its_packing() {
        let loc = Loc { source: u32::MAX, start: 1, end: u32::MAX - 1 };
        assert_eq!(unpack(pack(loc)), loc);
    }

    #[test]
    fn origins_cost_little() {
        assert_eq!(size_of::<Origin>(), 16);
        assert!(size_of::<Sourced<u32>>() <= 24);
        assert!(size_of::<Setting<u32>>() <= 24);
    }

    #[test]
    fn the_schema_of_a_setting_is_its_type_or_null() {
        let schema = schemars::schema_for!(Setting<bool>);
        assert_eq!(schema.get("type"), Some(&serde_json::json!(["boolean", "null"])));
        let schema = schemars::schema_for!(Sourced<bool>);
        assert_eq!(schema.get("type"), Some(&serde_json::json!("boolean")));
    }
}
