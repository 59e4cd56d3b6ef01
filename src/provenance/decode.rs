//! serde over [`Node`]: decode, cut what failed, decode again, until every error is known.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::de::DeserializeOwned;

use super::deserializer::{Failure, NodeDeserializer};
use crate::yaml::{Kind, Loc, Node};

/// One thing that does not fit its type.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// What is wrong.
    pub cause: Cause,
    /// Where: the value, or the key for an unknown field.
    pub loc: Loc,
    /// Where in the tree, as a person writes it: `goldenImages.images.fedora.size`.
    pub path: String,
}

/// Why a value does not fit.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// A field that is not one here.
    UnknownField {
        /// As written.
        field: String,
        /// All that are.
        expected: Vec<&'static str>,
        /// The nearest of them, if one is near.
        similar: Option<&'static str>,
    },
    /// A word that is none of the allowed ones.
    UnknownVariant {
        /// As written.
        variant: String,
        /// All that are.
        expected: Vec<&'static str>,
        /// The nearest of them, if one is near.
        similar: Option<&'static str>,
    },
    /// Another type than wanted, both in our words (`a whole number, 0 or more`, `the text `many``).
    Type {
        /// What stands there.
        found: String,
        /// What is wanted.
        expected: String,
        /// The same for programs: what an edit has to make of it.
        wants: Wants,
    },
    /// A required field is not given; `loc` is the mapping that lacks it (its key, where it has one).
    Missing(&'static str),
    /// A type's own words.
    Other(String),
}

/// What a value of another type is wanted to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Text, whatever its form.
    Text,
    /// A boolean.
    Boolean,
    /// A number.
    Number,
    /// A list.
    List,
    /// Something that no scalar becomes by quotes or brackets.
    Else,
}

/// Decodes a tree and tells everything that does not fit, sorted by location, at most 100.
/// What did not fit is left out of the value.
pub fn decode<T: DeserializeOwned + Default>(root: &Node<'_>) -> (T, Vec<Mismatch>) {
    match T::deserialize(NodeDeserializer::of(root)) {
        Ok(value) => (value, Vec::new()),
        Err(first) => decode_rest(root.clone(), first),
    }
}

/// The nearest of several words to a wrong one, if near enough to ask "did you mean": Damerau-Levenshtein on lower
/// case, at most a quarter of the length and one more.
pub fn similar<'w>(wrong: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let wrong = wrong.to_lowercase();
    let farthest = 1 + wrong.chars().count() / 4;
    words
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&wrong, &word.to_lowercase()), word))
        .filter(|(distance, _)| *distance <= farthest)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

const MOST: usize = 100;

/// What is known after some failures: the mismatches, and where something was cut out because of them.
#[derive(Default)]
struct Known {
    mismatches: Vec<Mismatch>,
    cut_from: BTreeSet<String>,
}

fn decode_rest<T: DeserializeOwned + Default>(mut tree: Node<'_>, first: Failure) -> (T, Vec<Mismatch>) {
    let mut known = Known::default();
    let mut failure = first;
    let value = loop {
        failure.steps.reverse();
        let steps = std::mem::take(&mut failure.steps);
        known.add(failure, &tree, &steps);
        if known.mismatches.len() == MOST || !cut(&mut tree, &steps) {
            break T::default();
        }
        match T::deserialize(NodeDeserializer::of(&tree)) {
            Ok(value) => break value,
            Err(next) => failure = next,
        }
    };
    known.mismatches.sort_by(|left, right| (left.loc, &left.path).cmp(&(right.loc, &right.path)));
    (value, known.mismatches)
}

impl Known {
    fn add(&mut self, failure: Failure, tree: &Node<'_>, steps: &[usize]) {
        let path = path_of(tree, steps);
        if !self.is_consequence(&failure.cause, &path) {
            let loc = failure.loc.unwrap_or(tree.loc);
            self.mismatches.push(Mismatch { cause: failure.cause, loc, path: path.clone() });
        }
        let around = &steps[..steps.len().saturating_sub(1)];
        self.cut_from.insert(path_of(tree, around));
    }

    /// A value out of which something was cut may fail for that alone. A field that is still missing is news, unless
    /// it is the one that was misspelt.
    fn is_consequence(&self, cause: &Cause, path: &str) -> bool {
        if !self.cut_from.contains(path) {
            return false;
        }
        match cause {
            Cause::Missing(field) => self.mismatches.iter().any(|known| known.meant(field, path)),
            Cause::UnknownField { .. } => false,
            _ => true,
        }
    }
}

impl Mismatch {
    /// Whether this is the field, in this mapping, misspelt or with a value that did not fit.
    fn meant(&self, field: &str, mapping: &str) -> bool {
        let inside = |name: &str| self.path == join(mapping, name);
        match &self.cause {
            Cause::UnknownField { field: written, similar, .. } => *similar == Some(field) && inside(written),
            _ => inside(field),
        }
    }
}

/// Takes a node away. An entry goes as a whole; an item stays as a mark, so that those behind it keep their numbers.
fn cut(node: &mut Node<'_>, steps: &[usize]) -> bool {
    let Some((&step, rest)) = steps.split_first() else { return false };
    match &mut node.kind {
        Kind::Map(entries) if step < entries.len() => {
            if rest.is_empty() {
                entries.remove(step);
                return true;
            }
            cut(&mut entries[step].value, rest)
        }
        Kind::Seq(items) if step < items.len() => {
            if rest.is_empty() {
                items[step].kind = Kind::Removed;
                return true;
            }
            cut(&mut items[step], rest)
        }
        _ => false,
    }
}

/// The steps as a person writes them.
fn path_of(root: &Node<'_>, steps: &[usize]) -> String {
    let mut path = String::new();
    let mut node = root;
    for &step in steps {
        node = match &node.kind {
            Kind::Map(entries) if step < entries.len() => {
                path = join(&path, &entries[step].key);
                &entries[step].value
            }
            Kind::Seq(items) if step < items.len() => {
                let _ = write!(path, "[{step}]");
                &items[step]
            }
            _ => break,
        };
    }
    path
}

fn join(path: &str, key: &str) -> String {
    let is_word = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    match (is_word, path.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{path}.{key}"),
        (false, _) => format!("{path}[{key:?}]"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::super::{Origin, Setting, Tree};
    use super::*;
    use crate::yaml::read;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default, deny_unknown_fields, rename_all = "camelCase")]
    struct Spec {
        images: BTreeMap<String, Image>,
        keep: Setting<u32>,
        debug: Setting<bool>,
        version: Setting<String>,
        source: Setting<From>,
        names: Setting<Vec<String>>,
        rules: Vec<Rule>,
        patch: Setting<Tree>,
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default, deny_unknown_fields, rename_all = "camelCase")]
    struct Image {
        size: Setting<String>,
        instance_type: Setting<String>,
        schedule: Setting<Schedule>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "camelCase")]
    enum Schedule {
        Daily,
        Weekly,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "camelCase")]
    enum From {
        Prebuilt { image: Setting<String> },
        Build(Setting<String>),
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Rule {
        name: String,
    }

    fn decoded(text: &str) -> (Spec, Vec<Mismatch>) {
        let mut problems = Vec::new();
        let root = read::strict(text, 3, &mut problems).expect("yaml");
        assert!(problems.is_empty(), "{problems:?}");
        decode(&root)
    }

    fn told(text: &str) -> Vec<(String, Cause)> {
        decoded(text).1.into_iter().map(|mismatch| (mismatch.path, mismatch.cause)).collect()
    }

    fn type_cause(found: &str, expected: &str) -> Cause {
        let wants = match expected {
            "text" => Wants::Text,
            "a list" => Wants::List,
            "`true` or `false`" => Wants::Boolean,
            number if number.contains("number") => Wants::Number,
            _ => Wants::Else,
        };
        Cause::Type { found: found.to_owned(), expected: expected.to_owned(), wants }
    }

    #[test]
    fn a_value_knows_where_it_was_written() {
        let (spec, mismatches) = decoded("keep: 3\ndebug:\nsource:\n  prebuilt:\n    image: a/b\n");
        assert!(mismatches.is_empty(), "{mismatches:?}");
        let keep = spec.keep.get().expect("keep");
        assert_eq!((keep.value, &keep.origin), (3, &Origin::Written(Loc { source: 3, start: 6, end: 7 })));
        assert!(matches!(spec.debug, Setting::Removed(Loc { source: 3, .. })));
        assert_eq!(spec.names, Setting::Unset);
        let Some(From::Prebuilt { image }) = spec.source.get().map(|source| &source.value) else { panic!() };
        assert_eq!(image.get().expect("image").origin.written().map(|loc| loc.start), Some(46));
    }

    #[test]
    fn a_mapping_is_seen_by_its_key() {
        let (spec, _) = decoded("source:\n  prebuilt:\n    image: a/b\nnames: [a]\n");
        let at = |origin: &Origin| origin.written().map(|loc| (loc.start, loc.end));
        assert_eq!(spec.source.get().and_then(|source| at(&source.origin)), Some((0, 6)));
        assert_eq!(spec.names.get().and_then(|names| at(&names.origin)), Some((42, 45)));
    }

    #[test]
    fn nine_mistakes_of_one_file_are_told_at_once_in_order() {
        let text = "\
images:
  fedora:
    size: 30
    instancetype: m6a.large
    schedule: dayly
  rhel: [1]
keep: many
debug: \"true\"
version: 1.1
names: [a, 2, b, 3.5]
";
        let paths: Vec<_> = told(text).into_iter().map(|(path, _)| path).collect();
        assert_eq!(
            paths,
            [
                "images.fedora.size",
                "images.fedora.instancetype",
                "images.fedora.schedule",
                "images.rhel",
                "keep",
                "debug",
                "version",
                "names[1]",
                "names[3]"
            ]
        );
        let (spec, mismatches) = decoded(text);
        assert_eq!(spec.names.get().expect("names").value, ["a", "b"]);
        assert!(mismatches.is_sorted_by_key(|mismatch| mismatch.loc));
    }

    #[test]
    fn a_mismatch_speaks_our_words() {
        let table = [
            ("version: 1.1\n", type_cause("the number `1.1`", "text")),
            ("version: true\n", type_cause("the boolean `true`", "text")),
            ("version: [a]\n", type_cause("a list", "text")),
            ("keep: many\n", type_cause("the text `many`", "a whole number, 0 or more")),
            ("keep: -1\n", type_cause("the number `-1`", "a whole number, 0 or more")),
            ("keep: 1.5\n", type_cause("the number `1.5`", "a whole number, 0 or more")),
            ("keep: 4294967296\n", type_cause("the number `4294967296`", "a whole number, 0 or more")),
            ("debug: 1\n", type_cause("the number `1`", "`true` or `false`")),
            ("names: a\n", type_cause("the text `a`", "a list")),
            ("images: a\n", type_cause("the text `a`", "a mapping")),
            ("source: 1\n", type_cause("the number `1`", "one of `prebuilt`, `build`")),
            ("source: {}\n", type_cause("a mapping", "exactly one of `prebuilt`, `build`")),
        ];
        for (text, cause) in table {
            let causes: Vec<_> = told(text).into_iter().map(|(_, cause)| cause).collect();
            assert_eq!(causes, [cause], "{text}");
        }
    }

    #[test]
    fn an_unknown_field_points_at_its_key_and_names_a_near_one() {
        let (_, mismatches) = decoded("images:\n  a:\n    instancetype: x\n");
        let [Mismatch { cause: Cause::UnknownField { field, similar, expected }, loc, path }] =
            &mismatches[..]
        else {
            panic!("{mismatches:?}")
        };
        assert_eq!((field.as_str(), *similar), ("instancetype", Some("instanceType")));
        assert_eq!(expected, &["size", "instanceType", "schedule"]);
        assert_eq!((loc.start, loc.end, path.as_str()), (17, 29, "images.a.instancetype"));
    }

    #[test]
    fn an_unknown_alternative_is_told_once() {
        let causes = told("source:\n  prebuild: {}\n");
        assert!(
            matches!(&causes[..], [(_, Cause::UnknownVariant { similar: Some("prebuilt"), .. })]),
            "{causes:?}"
        );
    }

    #[test]
    fn a_missing_field_is_told_unless_it_was_only_misspelt() {
        assert_eq!(told("rules:\n- {}\n"), [("rules[0]".to_owned(), Cause::Missing("name"))]);
        let causes = told("rules:\n- nmae: x\n- name: 1\n");
        assert!(
            matches!(&causes[..], [
                (_, Cause::UnknownField { similar: Some("name"), .. }),
                (path, Cause::Type { .. })
            ] if path == "rules[1].name"),
            "{causes:?}"
        );
    }

    #[test]
    fn a_taken_back_alternative_leaves_the_other() {
        let mut root =
            read::strict("source:\n  build: x\n  prebuilt: {}\n", 0, &mut Vec::new()).expect("yaml");
        let Kind::Map(entries) = &mut root.kind else { panic!() };
        let Kind::Map(alternatives) = &mut entries[0].value.kind else { panic!() };
        alternatives[1].value.kind = Kind::Removed;
        let (spec, mismatches) = decode::<Spec>(&root);
        assert!(mismatches.is_empty(), "{mismatches:?}");
        assert!(matches!(spec.source.get().map(|source| &source.value), Some(From::Build(_))));
    }

    #[test]
    fn a_free_tree_keeps_every_location() {
        let text = "patch:\n  spec:\n    a/b: [1, null, x]\n";
        let (spec, mismatches) = decoded(text);
        assert!(mismatches.is_empty(), "{mismatches:?}");
        let patch = &spec.patch.get().expect("patch").value;
        assert_eq!(patch.to_value(), serde_json::json!({"spec": {"a/b": [1, null, "x"]}}));
        let written = |pointer: &str| {
            let loc = patch.loc_at(pointer).expect("a place");
            &text[loc.start as usize..loc.end as usize]
        };
        assert_eq!(written("/spec/a~1b/2"), "x");
        assert_eq!(written("/spec/a~1b/7"), "[1, null, x]");
        assert_eq!(written("/spec/none/deeper"), "a/b: [1, null, x]");
        let entry = patch.node().get("spec").and_then(|spec| spec.entry("a/b")).expect("entry");
        assert_eq!(&text[entry.key_loc.start as usize..entry.key_loc.end as usize], "a/b");
    }

    #[test]
    fn a_hundred_mismatches_are_enough() {
        let text = (0..150).map(|at| format!("field{at}: 1\n")).collect::<Vec<_>>().concat();
        assert_eq!(told(&text).len(), 100);
    }

    #[test]
    fn other_formats_have_no_origins() {
        let spec: Spec = serde_json::from_str(r#"{"keep": 3, "debug": null, "patch": {"a": 1}}"#).unwrap();
        assert_eq!(spec.keep.get().expect("keep").origin, Origin::Unknown);
        assert_eq!(spec.debug, Setting::Unset);
        assert_eq!(spec.patch.get().expect("patch").value.to_value(), serde_json::json!({"a": 1}));
    }

    #[test]
    fn a_path_is_written_as_a_person_would() {
        assert_eq!(told("images:\n  a.b:\n    size: 1\n")[0].0, "images[\"a.b\"].size");
    }

    #[test]
    fn a_word_is_similar_only_when_it_is_near() {
        assert_eq!(similar("nmae", ["size", "name"]), Some("name"));
        assert_eq!(similar("colour", ["size", "name"]), None);
    }
}
