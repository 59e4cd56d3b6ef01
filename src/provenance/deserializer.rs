//! serde's `Deserializer` over [`Node`]. Its errors know where they happened: the innermost location wins, the steps
//! from the root build up on the way out.

use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::decode::{Cause, Wants};
use super::serde::{SOURCED, TEXT_FIRST, pack};
use super::tree::TREE;
use super::words;
use crate::yaml::{Entry, Kind, Loc, Node};

/// The first thing in a tree that does not fit.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) cause: Cause,
    pub(super) loc: Option<Loc>,
    /// Positions of entries and items from the failing node up to the root.
    pub(super) steps: Vec<usize>,
}

impl Failure {
    fn new(cause: Cause) -> Self {
        Failure { cause, loc: None, steps: Vec::new() }
    }

    /// At a node, unless it is known to be inside of it.
    fn at(mut self, node: &Node<'_>) -> Self {
        if self.loc.is_none() {
            self.loc = Some(node.loc);
            if let Cause::Type { found, .. } = &mut self.cause {
                *found = node.describe();
            }
        }
        self
    }

    fn at_key(mut self, loc: Loc) -> Self {
        self.loc.get_or_insert(loc);
        self
    }

    fn under(mut self, step: usize) -> Self {
        self.steps.push(step);
        self
    }

    /// A mapping that lacks a field is shown by its key.
    fn under_entry(mut self, entry: &Entry<'_>, step: usize) -> Self {
        if self.steps.is_empty() && matches!(self.cause, Cause::Missing(_)) {
            self.loc = Some(entry.key_loc);
        }
        self.at(&entry.value).under(step)
    }

    fn mismatch(found: &impl fmt::Display, expected: &dyn de::Expected) -> Self {
        let (expected, wants) = words::expected(&expected.to_string());
        Failure::new(Cause::Type { found: found.to_string(), expected, wants })
    }

    /// A type that reads itself from text says in its own words what text; any of them goes into quotes.
    fn wanting_text(mut self) -> Self {
        if let Cause::Type { wants, .. } = &mut self.cause
            && self.steps.is_empty()
        {
            *wants = Wants::Text;
        }
        self
    }

    /// None of the alternatives there are.
    fn no_choice(expected: String) -> Self {
        Failure::new(Cause::Type { found: String::new(), expected, wants: Wants::Else })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.cause)
    }
}

impl std::error::Error for Failure {}

impl de::Error for Failure {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Failure::new(Cause::Other(message.to_string()))
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Failure::mismatch(&found, expected)
    }

    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Failure::mismatch(&found, expected)
    }

    fn invalid_length(length: usize, expected: &dyn de::Expected) -> Self {
        Failure::mismatch(&format_args!("{length} items"), expected)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let similar = super::decode::similar(field, expected.iter().copied());
        Failure::new(Cause::UnknownField { field: field.to_owned(), expected: expected.to_vec(), similar })
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let similar = super::decode::similar(variant, expected.iter().copied());
        Failure::new(Cause::UnknownVariant {
            variant: variant.to_owned(),
            expected: expected.to_vec(),
            similar,
        })
    }

    fn missing_field(field: &'static str) -> Self {
        Failure::new(Cause::Missing(field))
    }
}

/// Reads a value from a node.
pub(super) struct NodeDeserializer<'n, 'a> {
    node: &'n Node<'a>,
    /// The key of the entry whose value it is.
    key: Option<Loc>,
}

impl<'n, 'a> NodeDeserializer<'n, 'a> {
    /// Reads a root or an item of a list.
    pub(super) fn of(node: &'n Node<'a>) -> Self {
        NodeDeserializer { node, key: None }
    }

    fn of_entry(entry: &'n Entry<'a>) -> Self {
        NodeDeserializer { node: &entry.value, key: Some(entry.key_loc) }
    }

    /// Where a person sees the value: a mapping by its key, since its own text is all that it holds.
    fn seen(&self) -> Loc {
        match self.node.kind {
            Kind::Map(_) => self.key.unwrap_or(self.node.loc),
            _ => self.node.loc,
        }
    }
}

impl<'de, 'n: 'de> Deserializer<'de> for NodeDeserializer<'n, '_> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let node = self.node;
        match &node.kind {
            Kind::Null | Kind::Removed => visitor.visit_unit(),
            Kind::Bool(value) => visitor.visit_bool(*value),
            Kind::Int(value) => match u64::try_from(*value) {
                Ok(value) => visitor.visit_u64(value),
                Err(_) => visitor.visit_i64(*value),
            },
            Kind::Unsigned(value) => visitor.visit_u64(*value),
            Kind::Float(value) => visitor.visit_f64(*value),
            Kind::Str(text) => visitor.visit_borrowed_str(text),
            Kind::Seq(items) => visitor.visit_seq(Items { items, next: 0 }),
            Kind::Map(entries) => visitor.visit_map(Entries::of(entries)),
        }
        .map_err(|failure| failure.at(node))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.node.kind {
            Kind::Null | Kind::Removed => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let node = self.node;
        let is_null = matches!(node.kind, Kind::Null | Kind::Removed);
        let (loc, value) = match name {
            SOURCED => (self.seen(), Some(NodeDeserializer::of(node)).filter(|_| !is_null)),
            TREE => (node.loc, Some(NodeDeserializer::of(node))),
            TEXT_FIRST => return self.deserialize_str(visitor),
            _ => return visitor.visit_newtype_struct(self),
        };
        visitor.visit_seq(Located { loc: Some(loc), value }).map_err(|failure| failure.at(node))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let node = self.node;
        let result = match &node.kind {
            Kind::Str(text) => visitor.visit_enum(text.as_ref().into_deserializer()),
            Kind::Map(entries) => match only_alternative(entries) {
                Some(entries) => visitor.visit_enum(MapAccessDeserializer::new(entries)),
                None => Err(Failure::no_choice(words::one_key_of(variants))),
            },
            _ => Err(Failure::no_choice(words::one_of(variants))),
        };
        result.map_err(|failure| failure.at(node))
    }

    /// A derived struct would take a list as well, field by field.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.node.kind {
            Kind::Map(_) => self.deserialize_any(visitor),
            _ => Err(Failure::mismatch(&"", &"a map").at(self.node)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_map(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_any(visitor).map_err(Failure::wanting_text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf
        unit unit_struct seq tuple tuple_struct identifier ignored_any
    }
}

/// Of a mapping that chooses one of several alternatives, the one that was not taken back.
fn only_alternative<'n, 'a>(entries: &'n [Entry<'a>]) -> Option<Entries<'n, 'a>> {
    let is_given = |entry: &Entry<'_>| entry.value.kind != Kind::Removed;
    let at = entries.iter().position(is_given)?;
    let more = entries[at + 1..].iter().any(is_given);
    (!more).then(|| Entries { all: &entries[..=at], next: at, waiting: None })
}

/// A location, then the value that is written there.
struct Located<D> {
    loc: Option<Loc>,
    value: Option<D>,
}

impl<'de, D: Deserializer<'de, Error = Failure>> SeqAccess<'de> for Located<D> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Failure> {
        if let Some(loc) = self.loc.take() {
            return seed.deserialize(pack(loc).into_deserializer()).map(Some);
        }
        self.value.take().map(|value| seed.deserialize(value)).transpose()
    }
}

/// The items of a list. One that was cut out after it failed is passed over.
struct Items<'n, 'a> {
    items: &'n [Node<'a>],
    next: usize,
}

impl<'de, 'n: 'de> SeqAccess<'de> for Items<'n, '_> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Failure> {
        while let Some(item) = self.items.get(self.next) {
            let at = self.next;
            self.next += 1;
            if item.kind != Kind::Removed {
                let value = seed.deserialize(NodeDeserializer::of(item));
                return value.map(Some).map_err(|failure| failure.at(item).under(at));
            }
        }
        Ok(None)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() - self.next)
    }
}

/// The entries of a mapping.
struct Entries<'n, 'a> {
    all: &'n [Entry<'a>],
    next: usize,
    waiting: Option<(usize, &'n Entry<'a>)>,
}

impl<'n, 'a> Entries<'n, 'a> {
    fn of(entries: &'n [Entry<'a>]) -> Self {
        Entries { all: entries, next: 0, waiting: None }
    }
}

impl<'de, 'n: 'de> MapAccess<'de> for Entries<'n, '_> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Failure> {
        let Some(entry) = self.all.get(self.next) else { return Ok(None) };
        let at = self.next;
        self.next += 1;
        self.waiting = Some((at, entry));
        let key = seed.deserialize(KeyDeserializer { text: &entry.key, loc: entry.key_loc });
        key.map(Some).map_err(|failure| failure.at_key(entry.key_loc).under(at))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Failure> {
        let Some((at, entry)) = self.waiting.take() else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        let value = seed.deserialize(NodeDeserializer::of_entry(entry));
        value.map_err(|failure| failure.under_entry(entry, at))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.all.len() - self.next)
    }
}

struct KeyDeserializer<'n> {
    text: &'n str,
    loc: Loc,
}

impl<'de, 'n: 'de> Deserializer<'de> for KeyDeserializer<'n> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        if name == SOURCED {
            let value = BorrowedStrDeserializer::new(self.text);
            return visitor.visit_seq(Located { loc: Some(self.loc), value: Some(value) });
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_enum(self.text.into_deserializer())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
