//! Who wrote which leaf of a patched object.
//!
//! A shadow has the shape of the object; its leaves are marks: a text is the pointer that the leaf was rendered at, a
//! number the writing that put it there. The same patches are applied to both, so insertions, moves and copies carry the
//! marks along, and nothing has to know what they do.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::manifest::Patched;
use crate::yaml::pointer::push_step;
use crate::yaml::{Kind, Node};

/// The shadow of one object.
#[derive(Clone, Debug)]
pub(super) struct Shadow {
    marks: Value,
    writings: Vec<Patched>,
}

impl Shadow {
    /// The shadow of an object that no patch has touched.
    pub(super) fn of(object: &Value) -> Self {
        let mut marks = object.clone();
        each_leaf(&mut marks, &mut String::new(), &mut |pointer, leaf| *leaf = pointer.into());
        Shadow { marks, writings: Vec::new() }
    }

    /// The shadow itself, for a patch to be applied to.
    pub(super) fn marks(&mut self) -> &mut Value {
        &mut self.marks
    }

    /// The shadow of a value that a patch writes. With `removing`, a null of a mapping stays one, as merge patches have
    /// it; inside a list it is a value like others.
    pub(super) fn written(&mut self, patch: &str, node: &Node<'_>, removing: bool) -> Value {
        match &node.kind {
            Kind::Map(entries) if !entries.is_empty() => {
                let entry = |entry: &crate::yaml::Entry<'_>| {
                    (entry.key.to_string(), self.written(patch, &entry.value, removing))
                };
                Value::Object(entries.iter().map(entry).collect())
            }
            Kind::Seq(items) if !items.is_empty() => {
                items.iter().map(|item| self.written(patch, item, false)).collect()
            }
            Kind::Map(_) => Value::Object(serde_json::Map::new()),
            Kind::Seq(_) => Value::Array(Vec::new()),
            Kind::Null | Kind::Removed if removing => Value::Null,
            _ => {
                self.writings.push(Patched::Written { patch: patch.to_owned(), loc: node.loc });
                Value::from(self.writings.len() - 1)
            }
        }
    }

    /// Every leaf that is not what was rendered at its place.
    pub(super) fn patched(mut self) -> BTreeMap<String, Patched> {
        let mut patched = BTreeMap::new();
        let writings = self.writings;
        each_leaf(&mut self.marks, &mut String::new(), &mut |pointer, leaf| {
            let number = leaf.as_u64().and_then(|number| usize::try_from(number).ok());
            let written = number.and_then(|number| writings.get(number)).cloned();
            let moved = leaf.as_str().filter(|from| *from != pointer);
            let moved = moved.map(|from| Patched::Moved { from: from.to_owned() });
            patched.extend(written.or(moved).map(|entry| (pointer.to_owned(), entry)));
        });
        patched
    }
}

/// Visits all that is neither a list nor a mapping.
fn each_leaf(value: &mut Value, pointer: &mut String, visit: &mut impl FnMut(&str, &mut Value)) {
    let length = pointer.len();
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                push_step(pointer, key);
                each_leaf(inner, pointer, visit);
                pointer.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter_mut().enumerate() {
                push_step(pointer, &index.to_string());
                each_leaf(inner, pointer, visit);
                pointer.truncate(length);
            }
        }
        leaf => visit(pointer, leaf),
    }
}
