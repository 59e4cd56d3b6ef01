//! What the API server would say of one object, without one.
//!
//! In: an object, and its old version if there is one. Out: a [`Judgement`]: what would be refused, and the rules of which
//! nobody knows. It knows nothing of sites, files and findings.

mod cel;
mod change;
mod embedded;
mod fields;
mod format;
mod lists;
mod metadata;
mod node;
mod number;
mod pattern;
mod prepare;
mod schema;
mod structure;

pub use metadata::metadata;
pub use schema::{Schema, Served};

/// One place of an object that the API server would not take.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// JSON pointer into the object.
    pub pointer: String,
    /// What is wrong, lower case, words of the object in backticks.
    pub message: String,
}

/// What is wrong with an object, and what nobody can tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// What the API server would not take.
    pub violations: Vec<Violation>,
    /// What it would take of a new object, and not in the place of the old version.
    pub fixed: Vec<Violation>,
    /// Rules that could not be evaluated here, each at its place: they may hold or not.
    pub not_evaluated: Vec<Violation>,
}

impl Judgement {
    fn sort(&mut self) {
        for list in [&mut self.violations, &mut self.fixed, &mut self.not_evaluated] {
            list.sort();
            list.dedup();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Twice as many items cost about twice as much: what grows with their square would not end here.
    #[test]
    fn a_long_list_map_is_compared_with_its_old_version_in_time() {
        let schema = json!({"type": "object", "properties": {"list": {
            "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
            "items": {"type": "object", "required": ["k"], "properties": {"k": {"type": "integer"}, "v": {"type": "integer"}},
                "x-kubernetes-validations": [{"rule": "self.v < 5"}]}}}});
        let schema = Schema::compile(schema, Served::default()).unwrap();
        let list = |range: std::ops::Range<u32>| {
            let items: Vec<Value> = range.map(|k| json!({"k": k, "v": 9})).collect();
            json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, "list": items})
        };
        let old = list(0..20_000);
        let mut new = list(0..20_000);
        new["list"].as_array_mut().unwrap().reverse();
        assert_eq!(schema.judge(&new, Some(&old)), Judgement::default());
        // Those that are new are held against the rule.
        assert_eq!(schema.judge(&list(10_000..30_000), Some(&old)).violations.len(), 10_000);
    }
}
