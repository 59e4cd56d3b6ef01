//! What a Secret holds. Goldsmith renders none, but people bring their own along and have them judged: their values are
//! hidden wherever a manifest is shown.

use std::ops::Range;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::provenance::Source;
use crate::yaml::{Kind, Node};

/// The fields of a Secret that hold what is confidential; kubectl keeps the whole object in the last one.
const FIELDS: &[&[&str]] = &[
    &["data"],
    &["stringData"],
    &["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
];

/// What stands in the place of a value.
const HIDDEN: &str = "<hidden>";

/// Whether a field of an object is what a Secret holds, or lies in it.
pub fn is_confidential(object: &Value, pointer: &str) -> bool {
    let is_in = |field: &&[&str]| {
        let mut steps = pointer.split('/').skip(1).map(super::pointer::unescape);
        field.iter().all(|name| steps.next().is_some_and(|step| step == *name))
    };
    object.get("kind").is_some_and(|kind| kind == "Secret") && FIELDS.iter().any(is_in)
}

/// What is shown of a confidential value.
pub fn hidden() -> Value {
    json!(HIDDEN)
}

/// Two versions of an object as they are shown beside each other: of a hidden value it is seen whether it changed.
pub fn hide(old: &mut Value, new: &mut Value) {
    for field in FIELDS {
        match (of_secret(old, field), of_secret(new, field)) {
            (Some(old), Some(new)) => hide_both(old, new),
            (Some(one), None) | (None, Some(one)) => hide_all(one),
            (None, None) => {}
        }
    }
}

fn of_secret<'v>(object: &'v mut Value, field: &[&str]) -> Option<&'v mut Value> {
    let is_secret = object.get("kind").is_some_and(|kind| kind == "Secret");
    field.iter().try_fold(object, |value, name| value.get_mut(name)).filter(|_| is_secret)
}

fn hide_both(old: &mut Value, new: &mut Value) {
    if let (Value::Object(old), Value::Object(new)) = (&mut *old, &mut *new) {
        for (key, value) in old.iter_mut() {
            match new.get_mut(key) {
                Some(other) => hide_both(value, other),
                None => hide_all(value),
            }
        }
        new.iter_mut().filter(|(key, _)| !old.contains_key(*key)).for_each(|(_, value)| hide_all(value));
        return;
    }
    let is_same = old == new;
    hide_all(old);
    hide_all(new);
    if !is_same && old == new {
        *old = json!(format!("{HIDDEN}, before"));
        *new = json!(format!("{HIDDEN}, after"));
    }
}

fn hide_all(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(hide_all),
        value => *value = hidden(),
    }
}

/// Whether a text may hold a Secret at all: the word stands in it, or an escape that it could be written with.
pub fn may_be_in(text: &str) -> bool {
    text.contains("Secret") || text.contains('\\')
}

/// A text of manifests as findings show its lines: with stars for what its Secrets hold, each byte at its place. The text
/// itself where there is nothing to hide.
pub fn shown(source: &Arc<Source>, documents: &[Node<'_>], is_readable: bool) -> Arc<Source> {
    let mut ranges = Vec::new();
    if is_readable {
        documents.iter().for_each(|document| of_document(document, &mut ranges));
    } else if may_be_in(&source.text) {
        // What was not read, or read and dropped, may be a value.
        ranges.extend(behind_colons(&source.text));
    }
    if ranges.is_empty() {
        return Arc::clone(source);
    }
    let mut bytes = source.text.as_bytes().to_vec();
    for range in ranges {
        let hidden = bytes.get_mut(range).unwrap_or_default();
        hidden.iter_mut().filter(|byte| !byte.is_ascii_whitespace()).for_each(|byte| *byte = b'*');
    }
    // Ranges are of whole characters, so that this is text.
    let text = String::from_utf8(bytes).unwrap_or_default();
    Arc::new(Source { path: source.path.clone(), layer: source.layer.clone(), text })
}

fn of_document(node: &Node<'_>, ranges: &mut Vec<Range<usize>>) {
    if let Some(Kind::Seq(items)) = node.get("items").map(|items| &items.kind) {
        items.iter().for_each(|item| of_document(item, ranges));
    }
    if node.get("kind").and_then(Node::as_str) == Some("Secret") {
        for field in FIELDS {
            let value = field.iter().try_fold(node, |node, name| node.get(name));
            value.into_iter().for_each(|value| leaves(value, ranges));
        }
    }
}

fn leaves(node: &Node<'_>, ranges: &mut Vec<Range<usize>>) {
    match &node.kind {
        Kind::Map(entries) => entries.iter().for_each(|entry| leaves(&entry.value, ranges)),
        Kind::Seq(items) => items.iter().for_each(|item| leaves(item, ranges)),
        _ => ranges.push(node.loc.start as usize..node.loc.end as usize),
    }
}

/// Of each line what stands behind its first colon, or all of it.
fn behind_colons(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let from = start + line.find(": ").map_or(0, |colon| colon + 1);
        start += line.len();
        from..start
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::Layer;
    use crate::yaml::read;

    fn shown(text: &str) -> String {
        let source = Source { path: "a.yaml".to_owned(), layer: Layer::Other, text: text.to_owned() };
        let mut problems = Vec::new();
        let documents = read::foreign(text, 0, &mut problems);
        let shown = super::shown(&Arc::new(source), &documents, problems.is_empty());
        assert_eq!(shown.text.len(), text.len());
        shown.text.clone()
    }

    #[test]
    fn the_values_of_a_secret_are_stars_in_any_form() {
        for text in [
            "kind: Secret\nstringData:\n  a: hunter2\n  b: 4815\n",
            "kind: Secret\nstringData: {a: hunter2, b: [4815]}\n",
            "{\"kind\": \"Secret\", \"data\": {\"a\": \"hunter2\", \"b\": 4815}}",
            "kind: Secret\nstringData:\n  a: |\n    hunter2\n    4815\n",
            "kind: List\nitems:\n- kind: Secret\n  data: {a: hunter2, b: \"4815\"}\n",
            "x: &x {a: hunter2, b: 4815}\nkind: Secret\ndata: *x\n",
            "kind: \"\\x53ecret\"\ndata: {a: hunter2, b: 4815}\n",
            "kind: Secret\ndata: {a: hunter2\nb: 4815\n",
            "kind: Secret\ndata: {a: hunter2, a: 4815}\n",
            "{\"kind\":\"Secret\",\"data\":{\"a\":\"hunter2\",\"b\":4815",
        ] {
            let shown = shown(text);
            assert!(!shown.contains("hunter2") && !shown.contains("4815"), "{shown}");
            assert!(shown.contains('*'), "{shown}");
        }
    }

    #[test]
    fn all_else_is_shown_as_it_is() {
        for text in ["kind: ConfigMap\ndata: {a: hunter2}\n", "kind: Secret\ntype: Opaque\n", "a: [\n"] {
            assert_eq!(shown(text), text);
        }
        assert!(shown("kind: Secret\nmetadata: {name: é}\ndata: {é: hunter2}\n").contains("{é: *******}"));
    }

    #[test]
    fn a_change_of_a_hidden_value_is_seen_as_one() {
        let secret = |data: &Value| json!({"kind": "Secret", "data": data});
        let (mut old, mut new) =
            (secret(&json!({"a": "1", "b": "1", "c": "1"})), secret(&json!({"a": "1", "b": "2", "d": "1"})));
        hide(&mut old, &mut new);
        assert_eq!(old, secret(&json!({"a": "<hidden>", "b": "<hidden>, before", "c": "<hidden>"})));
        assert_eq!(new, secret(&json!({"a": "<hidden>", "b": "<hidden>, after", "d": "<hidden>"})));
        assert!(is_confidential(&old, "/data/a") && !is_confidential(&old, "/metadata/name"));
        assert!(!is_confidential(&json!({"kind": "ConfigMap"}), "/data/a"));
    }
}
