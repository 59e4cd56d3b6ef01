//! Text to JSON straight from the scanner's events, without a tree of places in between: the short way of
//! [`super::read::output`], for texts like those that our own templates print.
//!
//! In: a text. Out: the value that reading it strictly gives; none where the strict reader must decide: whatever the
//! scanner does not take, and whatever the strict reader has a word about. It tells nothing.

use std::borrow::Cow;

use granit_parser::{Event, ScalarStyle};
use serde_json::{Map, Value};

use super::scalar::{self, Reading};
use super::scan::scan;
use super::tree::MOST_NODES;

/// Reads one document. An empty text is a null.
pub(super) fn read(text: &str) -> Option<Value> {
    // Every value takes a byte or more, so that a shorter text cannot hold too many.
    if text.len() >= MOST_NODES {
        return None;
    }
    let mut building = Building { root: None, open: Vec::with_capacity(8) };
    scan(text, |event, _| building.take(event))?;
    Some(building.root.unwrap_or_default())
}

/// A value under way.
struct Building {
    root: Option<Value>,
    open: Vec<Open>,
}

/// A list or mapping that is not complete.
enum Open {
    List(Vec<Value>),
    /// With the key that waits for its value.
    Map(Map<String, Value>, Option<String>),
}

impl Building {
    /// Takes the next event; none where the strict reader must decide.
    fn take(&mut self, event: Event<'_>) -> Option<()> {
        match event {
            Event::Scalar(text, style, 0, None) => {
                let is_plain = style == ScalarStyle::Plain;
                match self.open.last_mut() {
                    Some(Open::Map(_, key @ None)) => *key = Some(key_of(text, is_plain)?),
                    _ => self.put(value_of(text, is_plain)?)?,
                }
            }
            Event::SequenceStart(_, 0, None) => self.open.push(Open::List(Vec::new())),
            Event::MappingStart(_, 0, None) => self.open.push(Open::Map(Map::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop()? {
                Open::List(items) => self.put(Value::Array(items))?,
                Open::Map(entries, _) => self.put(Value::Object(entries))?,
            },
            Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..) | Event::Alias(_) => {
                return None;
            }
            _ => {}
        }
        Some(())
    }

    /// Puts a complete value where it belongs. None for a second document, a key that is no text and a key given twice.
    fn put(&mut self, value: Value) -> Option<()> {
        let before = match self.open.last_mut() {
            None => self.root.replace(value),
            Some(Open::Map(entries, key)) => entries.insert(key.take()?, value),
            Some(Open::List(items)) => {
                items.push(value);
                None
            }
        };
        before.is_none().then_some(())
    }
}

fn key_of(text: Cow<'_, str>, is_plain: bool) -> Option<String> {
    let is_text = !is_plain || text != "<<" && scalar::strict(&text) == Reading::Text;
    is_text.then(|| text.into_owned())
}

fn value_of(text: Cow<'_, str>, is_plain: bool) -> Option<Value> {
    if !is_plain {
        return Some(Value::String(text.into_owned()));
    }
    match scalar::strict(&text) {
        Reading::Text => Some(Value::String(text.into_owned())),
        Reading::Value(kind) => Some(kind.into_value()),
        Reading::Ambiguous { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::read::{self as reader, DEEPEST};
    use super::super::{Node, write};
    use super::*;

    fn shortly(text: &str) -> Option<Value> {
        read(text)
    }

    /// What the strict reader makes of a text that it has no word about.
    fn strictly(text: &str) -> Option<Value> {
        let mut problems = Vec::new();
        let root = reader::strict(text, 0, &mut problems).map(Node::into_value);
        root.filter(|_| problems.is_empty())
    }

    fn value() -> impl Strategy<Value = Value> {
        let text = "[-a0-9 \t\n:#,.?&*!|>%@'\"{}\\[\\]\\\\~=<yYnNoOeExX_+\u{85}é]{0,8}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            text.prop_map(Value::from)
        ];
        leaf.prop_recursive(5, 40, 5, move |inner| {
            let list = proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Array);
            let entries = proptest::collection::vec((text, inner), 0..5);
            prop_oneof![list, entries.prop_map(|entries| Value::Object(entries.into_iter().collect()))]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_the_short_way(value in value()) {
            let mut text = String::new();
            write::canonical(&mut text, &value);
            prop_assert!(shortly(&text).is_none_or(|read| read == value));
            prop_assert!(shortly(&value.to_string()).is_none_or(|read| read == value));
        }

        #[test]
        fn the_short_way_never_reads_what_the_strict_one_refuses(
            text in "([-?:,\\[\\]{}#&*!%'\"|> \n\t]|a|b|: |- |&a |\\*a|!!str |!x |%YAML 1.2\n|---\n){0,24}"
        ) {
            if let Some(value) = shortly(&text) {
                prop_assert_eq!(strictly(&text), Some(value));
            }
        }
    }

    #[test]
    fn nasty_strings_are_the_same_on_both_ways() {
        let nasty: Vec<String> =
            serde_json::from_str(include_str!("../../tests/data/nasty-strings.json")).unwrap();
        for text in &nasty {
            for written in
                [text.clone(), format!("a: {text}\n"), format!("{text}: a\n"), format!("- {text}\n")]
            {
                let short = shortly(&written);
                assert!(short.is_none() || short == strictly(&written), "{written:?}: {short:?}");
            }
        }
    }

    #[test]
    fn an_empty_text_is_a_null() {
        assert_eq!(shortly("# nothing\n"), Some(Value::Null));
    }

    #[test]
    fn what_the_strict_reader_decides_is_left_to_it() {
        let deep = "[".repeat(DEEPEST + 1) + &"]".repeat(DEEPEST + 1);
        for text in [
            "a: 1\na: 2\n",
            "a: yes\n",
            "a: &x 1\n",
            "a: !!str 1\n",
            "a: 1\n---\nb: 1\n",
            "? [a]\n: 1\n",
            &deep,
        ] {
            assert_eq!(shortly(text), None, "{text}");
        }
    }

    #[test]
    fn nesting_may_be_as_deep_as_for_the_strict_reader() {
        let deep = "[".repeat(DEEPEST) + &"]".repeat(DEEPEST);
        assert!(strictly(&deep).is_some());
        assert_eq!(shortly(&deep), strictly(&deep));
    }
}
