//! What a schema asks of a value: the types, words, patterns, bounds and required fields, as the API server asks them.
//!
//! Source: the package `validate` of kube-openapi with the ratcheting of the API server, oddities included: a list passes for
//! a text that has a format, of several wrong branches of an `anyOf` the one with most that fits is told, and what is wrong in
//! a branch is never let pass.

use serde_json::Value;

use super::change::Change;
use super::format::Format;
use super::node::{Kind, Node};
use super::{Violation, number};
use crate::diagnostic::words::count;
use crate::manifest::pointer::escape;

/// Something wrong at a place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) violation: Violation,
    pub(super) weight: Weight,
}

/// What follows from a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// The object is refused.
    Wrong,
    /// And its rules are not asked.
    Blocks,
    /// Nobody knows whether it is refused.
    Unknown,
}

/// Everything in a value that its schema does not allow; of a changed value, what was not there before.
pub(super) fn wrong(value: &Value, node: &Node, change: Option<Change<'_>>) -> Vec<Found> {
    let mut walk = Walk { pointer: String::new() };
    walk.changed(value, node, change).found
}

/// What was found, and how many checks held: by that the API server chooses the branch that it tells of.
#[derive(Default)]
struct Outcome {
    found: Vec<Found>,
    held: usize,
}

impl Outcome {
    fn take(&mut self, other: Outcome) {
        self.found.extend(other.found);
        self.held += other.held;
    }
}

struct Walk {
    pointer: String,
}

impl Walk {
    /// Checks a value, and lets pass what is wrong where nothing changed.
    fn changed(&mut self, value: &Value, node: &Node, change: Option<Change<'_>>) -> Outcome {
        let mut outcome = self.check(value, node, change);
        if !outcome.found.is_empty() && change.is_some_and(Change::is_none) {
            outcome.found.clear();
        }
        outcome
    }

    fn check(&mut self, value: &Value, node: &Node, change: Option<Change<'_>>) -> Outcome {
        let mut outcome = Outcome::default();
        let asks_type = !node.types.is_empty() || node.format.is_some();
        if let (true, Some(found)) = (asks_type, self.wrong_type(value, node)) {
            outcome.found.push(found);
        } else if asks_type {
            outcome.held += 1;
        }
        if value.is_null() {
            outcome.found.extend(self.wrong_word(value, node));
            return outcome;
        }
        self.junctors(value, node, &mut outcome);
        match value {
            Value::String(text) => self.text(text, node, &mut outcome),
            Value::Number(number) => {
                let wrong = number::wrong(number, node);
                outcome.found.extend(wrong.into_iter().map(|message| self.found(Weight::Wrong, message)));
                outcome.held += 2;
            }
            Value::Array(items) => self.items(items, node, change, &mut outcome),
            Value::Object(_) => self.fields(value, node, change, &mut outcome),
            _ => {}
        }
        outcome.found.extend(self.wrong_word(value, node));
        // Those that always apply, and the whole.
        outcome.held += 3 + usize::from(asks_type);
        outcome
    }

    fn found(&self, weight: Weight, message: impl Into<String>) -> Found {
        Found { violation: Violation { pointer: self.pointer.clone(), message: message.into() }, weight }
    }

    fn below<T>(&mut self, step: &str, then: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&escape(step));
        let out = then(self);
        self.pointer.truncate(length);
        out
    }

    fn wrong_type(&self, value: &Value, node: &Node) -> Option<Found> {
        let kind = Kind::of(value);
        let has = |kind: Kind| node.types.contains(&kind);
        let fits = match value {
            Value::Null => node.types.is_empty() || node.nullable,
            // Where a text with a format is asked for, the API server looks at the format only.
            Value::String(_) | Value::Array(_)
                if node.format.is_some() && !has(Kind::Integer) && !has(Kind::Number) =>
            {
                true
            }
            Value::Number(number) => {
                has(kind) || has(Kind::Number) || has(Kind::Integer) && number::is_whole(number)
            }
            _ => has(kind),
        };
        if fits {
            return None;
        }
        let names: Vec<&str> = node.types.iter().map(|kind| kind.name()).collect();
        let asked = if names.is_empty() { "string".to_owned() } else { names.join(" or ") };
        Some(self.found(Weight::Blocks, format!("it must be of type {asked}")))
    }

    fn wrong_word(&self, value: &Value, node: &Node) -> Option<Found> {
        let words = node.words.as_ref().filter(|words| !words.is_empty())?;
        if words.iter().any(|word| is_word(value, word)) {
            return None;
        }
        let listed: Vec<String> = words.iter().filter(|word| !word.is_null()).map(in_backticks).collect();
        Some(self.found(Weight::Blocks, format!("it must be one of {}", listed.join(", "))))
    }

    /// The first thing that is wrong with a text, and its format.
    fn text(&self, text: &str, node: &Node, outcome: &mut Outcome) {
        let length = text.chars().count() as u64;
        let characters = |number: u64| count(usize::try_from(number).unwrap_or(usize::MAX), "character");
        let wrong = if let Some(most) = node.characters.most.filter(|most| length > *most) {
            Some((Weight::Blocks, format!("it must have at most {}", characters(most))))
        } else if let Some(least) = node.characters.least.filter(|least| length < *least) {
            Some((Weight::Wrong, format!("it must have at least {}", characters(least))))
        } else {
            node.pattern.as_ref().and_then(|pattern| match pattern.matches(text) {
                Some(true) => None,
                Some(false) => Some((Weight::Wrong, format!("it must match `{}`", pattern.text))),
                None => {
                    Some((Weight::Unknown, format!("the pattern `{}` cannot be read here", pattern.text)))
                }
            })
        };
        outcome.found.extend(wrong.map(|(weight, message)| self.found(weight, message)));
        outcome.held += 1;
        if let Some(Format { name, check: Some(check) }) = node.format {
            if !check(text) {
                outcome.found.push(self.found(Weight::Blocks, format!("it must be of the format `{name}`")));
            }
            outcome.held += 1;
        }
    }

    fn items(&mut self, items: &[Value], node: &Node, change: Option<Change<'_>>, outcome: &mut Outcome) {
        if let Some(inner) = &node.items {
            let changes = change.map_or_else(|| vec![None; items.len()], Change::items);
            for (index, (item, change)) in items.iter().zip(changes).enumerate() {
                outcome.take(self.below(&index.to_string(), |walk| walk.changed(item, inner, change)));
            }
        }
        let length = items.len() as u64;
        let items = |number: u64| count(usize::try_from(number).unwrap_or(usize::MAX), "item");
        if let Some(least) = node.items_count.least.filter(|least| length < *least) {
            outcome.found.push(self.found(Weight::Wrong, format!("it must have at least {}", items(least))));
        }
        if let Some(most) = node.items_count.most.filter(|most| length > *most) {
            outcome.found.push(self.found(Weight::Blocks, format!("it must have at most {}", items(most))));
        }
        outcome.held += 2;
    }

    fn fields(&mut self, value: &Value, node: &Node, change: Option<Change<'_>>, outcome: &mut Outcome) {
        let Value::Object(fields) = value else { return };
        let length = fields.len() as u64;
        let entries = |number: u64| count(usize::try_from(number).unwrap_or(usize::MAX), "field");
        if let Some(least) = node.fields_count.least.filter(|least| length < *least) {
            outcome
                .found
                .push(self.found(Weight::Wrong, format!("it must have at least {}", entries(least))));
        }
        if let Some(most) = node.fields_count.most.filter(|most| length > *most) {
            outcome.found.push(self.found(Weight::Blocks, format!("it must have at most {}", entries(most))));
        }
        for (name, inner) in fields {
            let Some(known) = node.field(name) else { continue };
            // Of these two, the old version always says what the new one says.
            let is_fixed = self.pointer.is_empty() && (name == "apiVersion" || name == "kind");
            let change = change.filter(|_| !is_fixed).and_then(|change| change.field(name));
            outcome.take(self.below(name, |walk| walk.changed(inner, known, change)));
        }
        for name in node.required.iter().filter(|name| !fields.contains_key(*name)) {
            outcome.found.push(self.found(Weight::Blocks, format!("`{name}` is required")));
        }
        outcome.held += 1;
    }

    fn junctors(&mut self, value: &Value, node: &Node, outcome: &mut Outcome) {
        if !node.any.is_empty() {
            let branches = self.branches(value, &node.any);
            if branches.iter().all(|branch| !branch.found.is_empty()) {
                outcome.found.push(self.found(Weight::Wrong, "it must fit at least one of several forms"));
            }
            outcome.take(chosen(branches));
        }
        if !node.one.is_empty() {
            let branches = self.branches(value, &node.one);
            match branches.iter().filter(|branch| branch.found.is_empty()).count() {
                1 => outcome.take(chosen(branches)),
                0 => {
                    outcome
                        .found
                        .push(self.found(Weight::Wrong, "it must fit one of several forms, and fits none"));
                    outcome.take(chosen(branches));
                }
                several => outcome.found.push(self.found(
                    Weight::Wrong,
                    format!("it must fit one of several forms alone, and fits {several}"),
                )),
            }
        }
        for branch in self.branches(value, &node.all) {
            if !branch.found.is_empty() {
                outcome.found.push(self.found(Weight::Wrong, "it must fit all of several forms"));
            }
            outcome.take(branch);
        }
        if let Some(not) = &node.not
            && self.check(value, not, None).found.is_empty()
        {
            outcome.found.push(self.found(Weight::Wrong, "it must not fit a form that it fits"));
        }
        outcome.held += 1;
    }

    fn branches(&mut self, value: &Value, nodes: &[Node]) -> Vec<Outcome> {
        nodes.iter().map(|node| self.check(value, node, None)).collect()
    }
}

/// The first branch that holds, else the first of those with most that does.
fn chosen(branches: Vec<Outcome>) -> Outcome {
    let mut best: Option<Outcome> = None;
    for branch in branches {
        if branch.found.is_empty() {
            return branch;
        }
        if best.as_ref().is_none_or(|best| branch.held > best.held) {
            best = Some(branch);
        }
    }
    best.unwrap_or_default()
}

/// Whether a value is a word of an enum, in the conversions of Go: a number is cut to the word's kind, and a whole number is
/// also the text of that character. A null is no word.
fn is_word(value: &Value, word: &Value) -> bool {
    match (value, word) {
        (Value::Null, _) => false,
        (Value::Number(value), Value::Number(word)) => number::is_word(value, word),
        (Value::Number(value), Value::String(word)) => {
            let character = value.as_i64().and_then(|code| u32::try_from(code).ok()).and_then(char::from_u32);
            character.is_some_and(|character| word.chars().eq([character]))
        }
        (value, word) => value == word,
    }
}

fn in_backticks(word: &Value) -> String {
    word.as_str().map_or_else(|| format!("`{word}`"), |text| format!("`{text}`"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(schema: &Value, value: &Value, old: Option<&Value>) -> Vec<String> {
        let node = Node::read(schema).unwrap();
        let change = old.map(|old| Change { new: value, old, node: &node });
        let found = wrong(value, &node, change).into_iter();
        found.map(|found| format!("{}: {}", found.violation.pointer, found.violation.message)).collect()
    }

    #[test]
    fn a_list_passes_for_a_text_that_has_a_format() {
        let schema = json!({"type": "string", "format": "date-time"});
        assert!(told(&schema, &json!([1]), None).is_empty());
        assert_eq!(told(&schema, &json!({}), None), [": it must be of type string"]);
        assert_eq!(told(&schema, &json!("now"), None), [": it must be of the format `date-time`"]);
    }

    #[test]
    fn a_null_is_no_word_even_where_it_is_listed() {
        let schema = json!({"type": "string", "nullable": true, "enum": ["a", null]});
        assert_eq!(told(&schema, &json!(null), None), [": it must be one of `a`"]);
    }

    #[test]
    fn a_number_is_the_word_that_it_is_cut_to() {
        assert!(told(&json!({"enum": [1]}), &json!(1.5), None).is_empty());
        assert!(told(&json!({"enum": ["a"]}), &json!(97), None).is_empty());
        assert_eq!(told(&json!({"enum": [1]}), &json!(2), None).len(), 1);
    }

    #[test]
    fn of_a_text_the_first_thing_that_is_wrong_is_told() {
        let schema = json!({"type": "string", "maxLength": 2, "pattern": "^b"});
        assert_eq!(told(&schema, &json!("aaa"), None), [": it must have at most 2 characters"]);
    }

    #[test]
    fn of_wrong_branches_the_one_with_most_that_fits_is_told() {
        let schema = json!({"type": "object", "anyOf": [
            {"required": ["a"]},
            {"properties": {"b": {"maximum": 2}, "c": {"maximum": 2}}}]});
        assert_eq!(
            told(&schema, &json!({"b": 3, "c": 1}), None),
            [": it must fit at least one of several forms", "/b: it must be at most 2"]
        );
    }

    #[test]
    fn what_was_wrong_and_is_as_it_was_is_let_pass() {
        let schema = json!({"type": "object", "properties": {"a": {"type": "string", "maxLength": 1}, "b": {"type": "string"},
            "c": {"type": "object", "required": ["d"], "properties": {"d": {"type": "string"}, "e": {"type": "string"}}}}});
        let old = json!({"a": "long", "c": {}});
        assert!(told(&schema, &json!({"a": "long", "c": {}, "b": "new"}), Some(&old)).is_empty());
        assert_eq!(told(&schema, &json!({"a": "longer"}), Some(&old)).len(), 1);
        // A field that is missing is the fault of the mapping around it, which changed.
        assert_eq!(told(&schema, &json!({"c": {"e": "new"}}), Some(&old)), ["/c: `d` is required"]);
    }

    #[test]
    fn items_are_let_pass_by_their_keys_or_with_the_whole_list() {
        let list = |kind: &str| {
            json!({"type": "array", "x-kubernetes-list-type": kind, "x-kubernetes-list-map-keys": ["k"], "items": {
            "type": "object", "properties": {"k": {"type": "string"}, "a": {"type": "integer"}}}})
        };
        let old = json!([{"k": "x", "a": "wrong"}]);
        let new = json!([{"k": "y"}, {"k": "x", "a": "wrong"}]);
        assert!(told(&list("map"), &new, Some(&old)).is_empty());
        assert_eq!(told(&list("atomic"), &new, Some(&old)), ["/1/a: it must be of type integer"]);
        assert!(told(&list("atomic"), &old, Some(&old)).is_empty());
    }

    #[test]
    fn what_is_wrong_in_a_branch_is_let_pass_with_its_place_only() {
        let schema = json!({"type": "object", "properties": {"x": {"type": "string"}, "o": {"type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
            "allOf": [{"properties": {"a": {"pattern": "^x"}}}]}}});
        let old = json!({"o": {"a": "y"}});
        assert!(told(&schema, &json!({"o": {"a": "y"}, "x": ""}), Some(&old)).is_empty());
        assert_eq!(told(&schema, &json!({"o": {"a": "y", "b": ""}}), Some(&old)).len(), 2);
    }
}
