//! A free part of a spec: any YAML, with the location of every node kept.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::Sourced;
use super::serde::LocSeed;
use crate::yaml::pointer::unescape;
use crate::yaml::{Entry, Kind, Loc, Node};

/// The newtype name by which a node with the locations of all its parts is asked for.
pub(super) const TREE: &str = "$goldsmith::Tree";

/// Any YAML, for patches: what it says is the business of the object that it patches.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree(Node<'static>);

impl Tree {
    /// The node itself.
    pub fn node(&self) -> &Node<'static> {
        &self.0
    }

    /// The value without its locations; what a higher layer removed is null.
    pub fn to_value(&self) -> Value {
        self.0.clone().into_value()
    }

    /// Where the value of a JSON pointer is written, or the nearest value around it that is written.
    /// None for a pointer that does not start with `/`.
    pub fn loc_at(&self, pointer: &str) -> Option<Loc> {
        if pointer.is_empty() {
            return Some(self.0.loc);
        }
        let mut node = &self.0;
        for step in pointer.strip_prefix('/')?.split('/') {
            let step = unescape(step);
            let inner = match &node.kind {
                Kind::Seq(items) => step.parse::<usize>().ok().and_then(|at| items.get(at)),
                _ => node.get(&step),
            };
            match inner {
                Some(inner) => node = inner,
                None => break,
            }
        }
        Some(node.loc)
    }
}

impl Default for Tree {
    fn default() -> Self {
        Tree(Node { kind: Kind::Null, loc: Loc::default() })
    }
}

impl From<Node<'_>> for Tree {
    fn from(node: Node<'_>) -> Self {
        Tree(node.into_owned())
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(TREE, TreeVisitor)
    }
}

impl JsonSchema for Tree {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Tree".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Schema::from(true)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Tree, A::Error> {
        let without = || A::Error::custom("a value without a location");
        let loc = parts.next_element_seed(LocSeed)?.ok_or_else(without)?;
        let kind = parts.next_element_seed(KindVisitor)?.ok_or_else(without)?;
        Ok(Tree(Node { kind, loc }))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        Value::deserialize(deserializer).map(|value| Tree(Node::from_value(value)))
    }
}

/// What a node is, its parts as trees again.
struct KindVisitor;

impl<'de> DeserializeSeed<'de> for KindVisitor {
    type Value = Kind<'static>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind<'static>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for KindVisitor {
    type Value = Kind<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Kind<'static>, E> {
        Ok(Kind::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Kind<'static>, E> {
        Ok(Kind::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Kind<'static>, E> {
        Ok(Kind::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Kind<'static>, E> {
        Ok(i64::try_from(value).map_or(Kind::Unsigned(value), Kind::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Kind<'static>, E> {
        Ok(Kind::Float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Kind<'static>, E> {
        Ok(Kind::Str(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Kind<'static>, A::Error> {
        let mut items = Vec::new();
        while let Some(Tree(item)) = parts.next_element()? {
            items.push(item);
        }
        Ok(Kind::Seq(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut parts: A) -> Result<Kind<'static>, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, Tree(value))) = parts.next_entry::<Sourced<String>, Tree>()? {
            let key_loc = key.origin.written().unwrap_or(value.loc);
            entries.push(Entry { key: Cow::Owned(key.value), key_loc, value });
        }
        Ok(Kind::Map(entries))
    }
}
