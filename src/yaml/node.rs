//! The tree that YAML is read into: every node and every key knows its bytes.

use std::borrow::Cow;

use serde_json::{Number, Value};

use super::pointer::unescape;

/// Which text a location lies in: an index into [`crate::provenance::Sources`].
pub type SourceId = u32;

/// A byte range in one source. Line and column are computed only when shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Loc {
    /// The text that the range lies in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// First byte behind the range; equal to `start` where nothing is written (a null value).
    pub end: u32,
}

/// One value of a tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'a> {
    /// What the value is.
    pub kind: Kind<'a>,
    /// Where it is written.
    pub loc: Loc,
}

/// The kinds of value.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind<'a> {
    /// Nothing, or `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number above `i64::MAX`, as Go YAML keeps it.
    Unsigned(u64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Str(Cow<'a, str>),
    /// A list.
    Seq(Vec<Node<'a>>),
    /// A mapping, in the order it was written.
    Map(Vec<Entry<'a>>),
    /// A higher layer said `null`: the value goes back to its default; the location is that null's.
    Removed,
}

/// One entry of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'a> {
    /// The key; keys are always text.
    pub key: Cow<'a, str>,
    /// Where the key is written.
    pub key_loc: Loc,
    /// The value.
    pub value: Node<'a>,
}

impl<'a> Node<'a> {
    /// The value under a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of a key, if this is a mapping that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry<'a>> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The text, if this is text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Where to point for the value at a JSON pointer: at the value itself or, if that is a list or a mapping, at its key
    /// or its first one. What is not there is pointed at where it would be.
    pub fn locate(&self, pointer: &str) -> Loc {
        let (mut node, mut key) = (self, None);
        for step in pointer.split('/').skip(1).map(unescape) {
            let below = match &node.kind {
                Kind::Seq(items) => {
                    step.parse().ok().and_then(|index: usize| items.get(index)).map(|item| (item, None))
                }
                _ => node.entry(&step).map(|entry| (&entry.value, Some(entry.key_loc))),
            };
            let Some(below) = below else { break };
            (node, key) = below;
        }
        match (&node.kind, key) {
            (Kind::Map(_) | Kind::Seq(_), Some(key)) => key,
            (Kind::Map(entries), None) => entries.first().map_or(node.loc, |entry| entry.key_loc),
            // A null that is not written has no bytes of its own.
            (_, Some(key)) if node.loc.start == node.loc.end => key,
            _ => node.loc,
        }
    }

    /// What this is, in a person's words: ``the number `1.1` ``, `a list`.
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::Null | Kind::Removed => "null".to_owned(),
            Kind::Bool(value) => format!("the boolean `{value}`"),
            Kind::Int(value) => format!("the number `{value}`"),
            Kind::Unsigned(value) => format!("the number `{value}`"),
            Kind::Float(value) => format!("the number `{value:?}`"),
            Kind::Str(text) => format!("the text `{}`", shortened(text)),
            Kind::Seq(_) => "a list".to_owned(),
            Kind::Map(_) => "a mapping".to_owned(),
        }
    }

    /// The tree as JSON, without its locations. What was removed is null, and so is a number that is not finite.
    pub fn into_value(self) -> Value {
        self.kind.into_value()
    }

    /// A tree of JSON, written nowhere: all its locations are those of the start of the first text.
    pub fn from_value(value: Value) -> Node<'static> {
        let kind = match value {
            Value::Null => Kind::Null,
            Value::Bool(value) => Kind::Bool(value),
            Value::Number(number) => from_number(&number),
            Value::String(text) => Kind::Str(Cow::Owned(text)),
            Value::Array(items) => Kind::Seq(items.into_iter().map(Node::from_value).collect()),
            Value::Object(entries) => Kind::Map(entries.into_iter().map(Entry::from_value).collect()),
        };
        Node { kind, loc: Loc::default() }
    }

    /// The same tree, with texts of its own.
    pub fn into_owned(self) -> Node<'static> {
        let kind = match self.kind {
            Kind::Null => Kind::Null,
            Kind::Bool(value) => Kind::Bool(value),
            Kind::Int(value) => Kind::Int(value),
            Kind::Unsigned(value) => Kind::Unsigned(value),
            Kind::Float(value) => Kind::Float(value),
            Kind::Str(text) => Kind::Str(Cow::Owned(text.into_owned())),
            Kind::Seq(items) => Kind::Seq(items.into_iter().map(Node::into_owned).collect()),
            Kind::Map(entries) => Kind::Map(entries.into_iter().map(Entry::into_owned).collect()),
            Kind::Removed => Kind::Removed,
        };
        Node { kind, loc: self.loc }
    }
}

impl Kind<'_> {
    /// The value as JSON, as [`Node::into_value`] has it.
    pub(super) fn into_value(self) -> Value {
        match self {
            Kind::Null | Kind::Removed => Value::Null,
            Kind::Bool(value) => Value::Bool(value),
            Kind::Int(value) => Value::from(value),
            Kind::Unsigned(value) => Value::from(value),
            Kind::Float(value) => Value::from(value),
            Kind::Str(text) => Value::String(text.into_owned()),
            Kind::Seq(items) => Value::Array(items.into_iter().map(Node::into_value).collect()),
            Kind::Map(entries) => Value::Object(
                entries.into_iter().map(|entry| (entry.key.into_owned(), entry.value.into_value())).collect(),
            ),
        }
    }
}

impl Entry<'_> {
    fn from_value((key, value): (String, Value)) -> Entry<'static> {
        Entry { key: Cow::Owned(key), key_loc: Loc::default(), value: Node::from_value(value) }
    }

    fn into_owned(self) -> Entry<'static> {
        Entry {
            key: Cow::Owned(self.key.into_owned()),
            key_loc: self.key_loc,
            value: self.value.into_owned(),
        }
    }
}

fn from_number(number: &Number) -> Kind<'static> {
    let signed = number.as_i64().map(Kind::Int);
    let whole = signed.or_else(|| number.as_u64().map(Kind::Unsigned));
    whole.unwrap_or_else(|| Kind::Float(number.as_f64().unwrap_or(f64::NAN)))
}

/// One line of a text, short enough for a message.
fn shortened(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 40;
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}...", &line[..at]).into(),
        None if line.len() < text.len() => format!("{line}...").into(),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_of_json_is_that_json_again() {
        let value = serde_json::json!({"a": [1, -1, 1.5, null, true, "x", u64::MAX], "b": {}});
        assert_eq!(Node::from_value(value.clone()).into_value(), value);
    }

    #[test]
    fn a_long_text_is_described_by_its_beginning() {
        let node = Node::from_value(Value::from("x".repeat(50)));
        assert_eq!(node.describe(), format!("the text `{}...`", "x".repeat(40)));
    }

    #[test]
    fn a_node_stays_small() {
        assert!(size_of::<Node<'_>>() <= 48, "{}", size_of::<Node<'_>>());
    }
}
