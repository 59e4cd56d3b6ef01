//! Text to [`Node`] trees.
//!
//! In: the text of a file and its index among the sources. Out: trees whose every node and key knows its bytes, and the
//! list of [`Problem`]s. No meaning: which fields there are is the business of [`crate::provenance::decode`].
//!
//! No text makes the reader slow or the tree huge: nesting ends at 128 levels, a text may hold two million values, and
//! what aliases repeat is counted by nodes and by length of text.

use granit_parser::{ErrorKind, Event, Marker, Options, Parser, ScalarStyle, ScanError};

use super::scan::scan;
use super::tree::{Dialect, Step, Tree};
use super::{Kind, Loc, Node, SourceId, value};

/// How deep lists and mappings may nest.
pub const DEEPEST: usize = 128;

/// What is wrong with a text, before anybody asks what it means.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// Not YAML; reading ended here.
    Syntax {
        /// Where the reader stopped.
        loc: Loc,
        /// The reader's own words, lower case.
        text: String,
    },
    /// A key given twice. Read strictly the first one stays, read as Go YAML the second one does.
    Duplicate {
        /// The key.
        key: String,
        /// The key where it is given first.
        first: Loc,
        /// The key where it is given again.
        second: Loc,
    },
    /// An unquoted scalar that readers disagree about.
    Ambiguous {
        /// The scalar.
        loc: Loc,
        /// As written.
        text: String,
        /// What it looks like to some readers, for "reads as ..." (for instance `a boolean`, `an octal number`).
        reads_as: &'static str,
        /// Replacements, most likely first.
        fixes: Vec<Fix>,
    },
    /// YAML that may not be used: tags, merge keys, keys that are lists, directives, a second document. A directive
    /// ends the reading, the rest does not.
    Refused {
        /// Where.
        loc: Loc,
        /// What, as a noun phrase: `a tag`, `a merge key`.
        what: &'static str,
        /// The way out.
        instead: &'static str,
    },
    /// More than may be read: nesting, values, anchors and aliases beyond the limits. Reading ended here.
    Beyond {
        /// Where.
        loc: Loc,
        /// What, as a noun phrase: `nesting deeper than 128 levels`.
        what: &'static str,
        /// The way out.
        instead: &'static str,
    },
}

/// A replacement of an ambiguous scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the scalar then is.
    pub purpose: Purpose,
    /// What to write: `true`, `420`, `"0644"`.
    pub text: String,
}

/// What a replacement makes of an ambiguous scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The boolean that some readers see.
    Boolean,
    /// The number that some readers see.
    Number,
    /// The text as it stands, quoted.
    Text,
}

impl Problem {
    /// Where it is; of a key given twice the second one.
    pub fn loc(&self) -> Loc {
        match self {
            Problem::Duplicate { second, .. } => *second,
            Problem::Syntax { loc, .. }
            | Problem::Ambiguous { loc, .. }
            | Problem::Refused { loc, .. }
            | Problem::Beyond { loc, .. } => *loc,
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Problem::Syntax { text, .. } => write!(f, "not YAML: {text}"),
            Problem::Duplicate { key, .. } => write!(f, "`{key}` is given twice"),
            Problem::Ambiguous { text, reads_as, .. } => {
                write!(f, "`{text}` without quotes reads as {reads_as} to some readers")
            }
            Problem::Refused { what, instead, .. } | Problem::Beyond { what, instead, .. } => {
                write!(f, "{what} cannot be used here: {instead}")
            }
        }
    }
}

/// Reads one document strictly: specs, overlays and what our templates print. All problems are collected; only a
/// syntax error, a directive or a limit ends the reading (`None`). Reading goes on with the likely meaning (`yes` as
/// true, the first of two equal keys, merge keys merged), so that a decoder does not complain a second time. An empty
/// text is a null.
pub fn strict<'a>(text: &'a str, source: SourceId, problems: &mut Vec<Problem>) -> Option<Node<'a>> {
    let (mut documents, ended) = read(text, source, Dialect::Strict, problems);
    let null = Node { kind: Kind::Null, loc: Loc { source, start: 0, end: 0 } };
    ended.then(|| if documents.is_empty() { null } else { documents.swap_remove(0) })
}

/// Reads all documents as kubectl (Go YAML) does: the last of two equal keys wins (and is a problem of its own),
/// `yes` is true, `0777` is octal, keys are turned into text. Documents without a value are left out. Only a syntax
/// error or a limit ends the reading; the documents before it are kept.
pub fn foreign<'a>(text: &'a str, source: SourceId, problems: &mut Vec<Problem>) -> Vec<Node<'a>> {
    let (mut documents, _) = read(text, source, Dialect::Go, problems);
    documents.retain(|document| document.kind != Kind::Null);
    documents
}

/// Reads what our own templates print: strictly, and the first problem is an error.
pub fn output(text: &str) -> Result<serde_json::Value, Problem> {
    if let Some(value) = value::read(text) {
        return Ok(value);
    }
    let mut problems = Vec::new();
    let root = strict(text, 0, &mut problems);
    match problems.into_iter().next() {
        Some(problem) => Err(problem),
        None => Ok(root.map_or(serde_json::Value::Null, Node::into_value)),
    }
}

/// The documents, and whether the text was read to its end.
fn read<'a>(
    text: &'a str,
    source: SourceId,
    dialect: Dialect,
    problems: &mut Vec<Problem>,
) -> (Vec<Node<'a>>, bool) {
    match shortly(text, source, dialect) {
        Some(documents) => (documents, true),
        None => parsed(text, source, dialect, problems),
    }
}

/// The documents of a text that the scanner takes and that has no problem; none where the parser must have a look.
pub(super) fn shortly(text: &str, source: SourceId, dialect: Dialect) -> Option<Vec<Node<'_>>> {
    let mut problems = Vec::new();
    let mut tree = Tree::new(dialect, &mut problems);
    let mut documents = Vec::new();
    scan(text, |event, range| {
        if matches!(event, Event::DocumentStart(..)) && dialect == Dialect::Strict && !documents.is_empty() {
            return None;
        }
        let loc = place(text, source, &event, range.start, range.end);
        match tree.take(event, loc) {
            Step::Inside => {}
            Step::Document(node) => documents.push(node),
            Step::Stop => return None,
        }
        Some(())
    })?;
    problems.is_empty().then_some(documents)
}

/// The documents as the parser crate reads them.
pub(super) fn parsed<'a>(
    text: &'a str,
    source: SourceId,
    dialect: Dialect,
    problems: &mut Vec<Problem>,
) -> (Vec<Node<'a>>, bool) {
    let mut tree = Tree::new(dialect, problems);
    let mut documents = Vec::new();
    for item in Parser::new_from_str_with_options(text, options(dialect)) {
        let (event, span) = match item {
            Ok(item) => item,
            Err(error) => {
                tree.report(scan_problem(&error, text, source));
                return (documents, false);
            }
        };
        let at = |mark: Marker| mark.byte_offset().unwrap_or(text.len());
        let loc = place(text, source, &event, at(span.start), at(span.end));
        if matches!(event, Event::DocumentStart(..)) && dialect == Dialect::Strict && !documents.is_empty() {
            tree.refuse(loc, "a second document", "put it into a file of its own");
            break;
        }
        match tree.take(event, loc) {
            Step::Inside => {}
            Step::Document(node) => documents.push(node),
            Step::Stop => return (documents, false),
        }
    }
    (documents, true)
}

/// How the parser is set up for a dialect.
fn options(dialect: Dialect) -> Options {
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.disallow_directives = dialect == Dialect::Strict;
    options.flow_nesting_limit = DEEPEST;
    options.block_nesting_limit = DEEPEST;
    options
}

fn scan_problem(error: &ScanError, text: &str, source: SourceId) -> Problem {
    let at = offset(error.marker().byte_offset()).min(offset(Some(text.len())));
    let loc = Loc { source, start: at, end: at };
    match error.kind() {
        ErrorKind::DirectiveDisallowed => {
            Problem::Refused { loc, what: "a directive", instead: "leave the line out" }
        }
        ErrorKind::RecursionLimitExceeded => too_deep(loc),
        _ => Problem::Syntax { loc, text: error.info().to_lowercase() },
    }
}

/// Nesting beyond the limit, at this place.
pub(super) fn too_deep(loc: Loc) -> Problem {
    Problem::Beyond { loc, what: "nesting deeper than 128 levels", instead: "nest less" }
}

/// Where an event lies. Of a block scalar only the lines that have something count, not the way to the next token.
fn place(text: &str, source: SourceId, event: &Event<'_>, start: usize, end: usize) -> Loc {
    let is_block = matches!(event, Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..));
    let written = text.get(start..end).filter(|_| is_block);
    let end = written.map_or(end, |written| start + written.trim_end_matches([' ', '\n']).len());
    Loc { source, start: offset(Some(start)), end: offset(Some(end)) }
}

fn offset(byte: Option<usize>) -> u32 {
    byte.and_then(|byte| u32::try_from(byte).ok()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use serde_json::{Value, json};

    use super::*;

    fn strictly(text: &str) -> (Value, Vec<String>) {
        let mut problems = Vec::new();
        let value = strict(text, 0, &mut problems).map_or(json!("nothing"), Node::into_value);
        (value, problems.iter().map(ToString::to_string).collect())
    }

    fn as_go(text: &str) -> (Vec<Value>, Vec<String>) {
        let mut problems = Vec::new();
        let values = foreign(text, 0, &mut problems).into_iter().map(Node::into_value).collect();
        (values, problems.iter().map(ToString::to_string).collect())
    }

    fn piece(text: &str, loc: Loc) -> &str {
        &text[loc.start as usize..loc.end as usize]
    }

    #[test]
    fn a_spec_is_read_with_every_value_in_its_type() {
        let text = "a: 1\nb: [true, null, ~, 1.10, \"yes\"]\nc:\n- x\n- z: {}\nd:\n";
        let expected = json!({"a": 1, "b": [true, null, null, 1.1, "yes"], "c": ["x", {"z": {}}], "d": null});
        assert_eq!(strictly(text), (expected, vec![]));
    }

    #[test]
    fn an_empty_text_is_a_null() {
        for text in ["", "# only a comment\n", "---\n", "\u{FEFF}"] {
            assert_eq!(strictly(text), (Value::Null, vec![]), "{text:?}");
        }
    }

    #[test]
    fn nodes_and_keys_know_their_bytes() {
        let text = "top:\n  - one\n  - {two: \"2\"}\nnext: é\n";
        let root = strict(text, 7, &mut Vec::new()).expect("yaml");
        let top = root.entry("top").expect("top");
        assert_eq!(top.key_loc, Loc { source: 7, start: 0, end: 3 });
        assert_eq!(piece(text, top.value.loc), "- one\n  - {two: \"2\"}");
        let Kind::Seq(items) = &top.value.kind else { panic!("no list") };
        assert_eq!(piece(text, items[1].loc), "{two: \"2\"}");
        assert_eq!(piece(text, items[1].get("two").expect("two").loc), "\"2\"");
        assert_eq!(piece(text, root.get("next").expect("next").loc), "é");
    }

    #[test]
    fn a_duplicate_key_keeps_the_first_value_in_a_spec() {
        let mut problems = Vec::new();
        let root = strict("a: 1\nb: 2\na: 3\n", 0, &mut problems).expect("yaml");
        assert_eq!(root.into_value(), json!({"a": 1, "b": 2}));
        let loc = |start| Loc { source: 0, start, end: start + 1 };
        assert_eq!(problems, [Problem::Duplicate { key: "a".to_owned(), first: loc(0), second: loc(10) }]);
    }

    #[test]
    fn a_duplicate_key_keeps_the_last_value_for_go() {
        let (values, problems) = as_go("a: 1\nb: 2\na: 3\n");
        assert_eq!(values, [json!({"a": 3, "b": 2})]);
        assert_eq!(problems, ["`a` is given twice"]);
    }

    #[test]
    fn a_duplicate_is_found_in_a_large_mapping_too() {
        let mut text = (0..50).map(|at| format!("key{at}: {at}\n")).collect::<Vec<_>>().concat();
        text.push_str("key40: again\n");
        let (value, problems) = strictly(&text);
        assert_eq!(value["key40"], 40);
        assert_eq!(problems, ["`key40` is given twice"]);
    }

    #[test]
    fn reading_goes_on_behind_an_ambiguous_scalar_with_its_likely_meaning() {
        let (value, problems) = strictly("a: yes\nb: 0644\nc: 1e3\nd: <<\n");
        assert_eq!(value, json!({"a": true, "b": 420, "c": 1000, "d": "<<"}));
        assert_eq!(problems.len(), 4);
    }

    #[test]
    fn a_spec_refuses_what_it_does_not_need() {
        let table = [
            ("a: !foo 1\n", "a tag"),
            ("a: !!int 1\n", "a tag"),
            ("a: !!map {}\n", "a tag"),
            ("a: 1\n---\nb: 2\n", "a second document"),
            ("%YAML 1.2\n---\na: 1\n", "a directive"),
            ("? [a]\n: 1\n", "a key that is not text"),
            (": 1\n", "a key that is not text"),
            ("b: &b {x: 1}\na:\n  <<: *b\n", "a merge key"),
            ("a: &a [*a]\n", "an alias inside the value it repeats"),
        ];
        for (text, what) in table {
            let mut problems = Vec::new();
            strict(text, 0, &mut problems);
            assert!(
                matches!(&problems[..], [Problem::Refused { what: found, .. }] if *found == what),
                "{text:?}: {problems:?}"
            );
        }
    }

    #[test]
    fn an_unquoted_key_that_is_no_text_is_ambiguous() {
        for key in ["on", "1", "1.0", "true", "null", "~", "0777", "y"] {
            let mut problems = Vec::new();
            let text = format!("{key}: x\n");
            let root = strict(&text, 0, &mut problems).expect("yaml");
            let [Problem::Ambiguous { fixes, .. }] = &problems[..] else { panic!("{key}: {problems:?}") };
            assert_eq!(fixes, &[Fix { purpose: Purpose::Text, text: format!("\"{key}\"") }]);
            assert_eq!(root.into_value(), json!({ key: "x" }));
        }
    }

    #[test]
    fn a_string_tag_makes_a_text() {
        assert_eq!(strictly("a: !!str 1\n"), (json!({"a": "1"}), vec![]));
    }

    #[test]
    fn an_alias_repeats_a_value() {
        let text = "a: &a {x: 1}\nb: *a\nc: [*a]\n";
        assert_eq!(strictly(text), (json!({"a": {"x": 1}, "b": {"x": 1}, "c": [{"x": 1}]}), vec![]));
    }

    #[test]
    fn what_is_written_wins_over_what_is_merged() {
        let (value, problems) = strictly("b: &b {x: 1, w: 1}\na:\n  x: 2\n  <<: *b\n");
        assert_eq!(value["a"], json!({"x": 2, "w": 1}));
        assert_eq!(problems.len(), 1);
        let (value, problems) = strictly("b: &b {x: 1, w: 1}\na:\n  <<: *b\n  x: 2\n");
        assert_eq!(value["a"], json!({"x": 2, "w": 1}));
        assert_eq!(problems.len(), 1, "{problems:?}");
    }

    #[test]
    fn go_merges_without_a_word() {
        let (values, problems) =
            as_go("b: &b {x: 1, w: 1}\nc: &c {w: 2, z: 2}\na:\n  <<: [*b, *c]\n  z: 3\n");
        assert_eq!(values[0]["a"], json!({"x": 1, "w": 1, "z": 3}));
        assert!(problems.is_empty(), "{problems:?}");
    }

    #[test]
    fn go_turns_keys_into_text() {
        let (values, _) = as_go("on: 1\n0777: 2\n1.0: 3\nx: 4\n");
        assert_eq!(values, [json!({"true": 1, "511": 2, "1": 3, "x": 4})]);
    }

    #[test]
    fn go_reads_all_documents_and_passes_over_empty_ones() {
        let text = "---\na: 1\n---\n# nothing\n---\nb: 2\n...\n---\nnull\n";
        assert_eq!(as_go(text), (vec![json!({"a": 1}), json!({"b": 2})], vec![]));
    }

    #[test]
    fn go_reads_tags_by_their_meaning() {
        let (values, problems) = as_go("a: !!int \"3\"\nb: !!str 3\nc: !foo 3\n");
        assert_eq!(values, [json!({"a": 3, "b": "3", "c": "3"})]);
        assert!(problems.is_empty());
    }

    #[test]
    fn documents_before_a_syntax_error_are_kept() {
        let (values, problems) = as_go("a: 1\n---\nb: [\n");
        assert_eq!(values, [json!({"a": 1})]);
        assert!(problems[0].starts_with("not YAML: "), "{problems:?}");
    }

    #[test]
    fn a_syntax_error_says_where_and_why() {
        let mut problems = Vec::new();
        assert_eq!(strict("a: 1\nb: \"x\n", 0, &mut problems), None);
        let [Problem::Syntax { loc, text }] = &problems[..] else { panic!("{problems:?}") };
        assert!(loc.start >= 8, "{loc:?}");
        assert!(!text.is_empty());
    }

    #[test]
    fn a_hostile_text_is_refused_soon() {
        let steps = |first: &str, step: fn(usize) -> String| {
            first.to_owned() + &(1..1000).map(step).collect::<Vec<_>>().concat()
        };
        let bomb = steps("a0: &a0 [x, x, x, x]\n", |at| {
            format!("a{at}: &a{at} [{}]\n", vec![format!("*a{}", at - 1); 9].join(", "))
        });
        let staircase = steps("a0: &a0 [[[[[[[[x]]]]]]]]\n", |at| {
            format!("a{at}: &a{at} [[[[[[[[*a{}]]]]]]]]\n", at - 1)
        });
        let huge = format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(100_000), "*a, ".repeat(20_000));
        let nested_anchors = format!("{}{}", "&a [".repeat(100), "x, ".repeat(20_000));
        let texts = [
            ("aliases of aliases", bomb),
            ("a huge text repeated", huge),
            ("aliases that nest", staircase),
            ("brackets", "[".repeat(100_000)),
            ("braces", "{a: ".repeat(100_000)),
            ("dashes", "- ".repeat(20_000)),
            ("questions", "? ".repeat(20_000)),
            ("anchors", nested_anchors),
        ];
        for (name, text) in texts {
            #[expect(clippy::disallowed_methods, reason = "the test measures time")]
            let start = Instant::now();
            let mut problems = Vec::new();
            strict(&text, 0, &mut problems);
            assert!(!problems.is_empty(), "{name}");
            problems.clear();
            foreign(&text, 0, &mut problems);
            assert!(!problems.is_empty(), "{name}");
            assert!(start.elapsed() < Duration::from_secs(5), "{name}: {:?}", start.elapsed());
        }
    }

    #[test]
    fn nesting_up_to_the_limit_is_read() {
        let (_, problems) = strictly(&format!("{}x{}", "[".repeat(120), "]".repeat(120)));
        assert!(problems.is_empty(), "{problems:?}");
        let (_, problems) = strictly(&format!("{}x{}", "[".repeat(129), "]".repeat(129)));
        assert!(problems[0].starts_with("nesting deeper than 128 levels"), "{problems:?}");
    }

    #[test]
    fn what_a_text_has_too_much_of_is_told_apart_from_what_it_may_not_use() {
        let repeated = format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(100_000), "*a, ".repeat(200));
        let anchors = format!("{}x{}", "&a [".repeat(100), "]".repeat(100));
        for text in ["[".repeat(129), repeated, anchors.replace('x', &"x, ".repeat(20_000))] {
            let mut problems = Vec::new();
            assert_eq!(strict(&text, 0, &mut problems), None);
            assert!(matches!(problems.last(), Some(Problem::Beyond { .. })), "{problems:?}");
        }
    }

    #[test]
    fn output_is_a_value_or_its_first_problem() {
        assert_eq!(output("a: [1, \"x\"]\n"), Ok(json!({"a": [1, "x"]})));
        assert!(matches!(output("a: yes\na: no\n"), Err(Problem::Ambiguous { text, .. }) if text == "yes"));
    }

    fn assert_locations_lie_in(text: &str, node: &Node<'_>) {
        assert!(text.get(node.loc.start as usize..node.loc.end as usize).is_some(), "{node:?} in {text:?}");
        match &node.kind {
            Kind::Seq(items) => items.iter().for_each(|item| assert_locations_lie_in(text, item)),
            Kind::Map(entries) => {
                for entry in entries {
                    assert_locations_lie_in(text, &entry.value);
                }
            }
            _ => {}
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_text_says_it_is_read_or_refused(
            text in "(a: |- |b:|\n|  |\\[|\\]|\\{|\\}|, |&x |\\*x|<<: |'|\"|\\||>|#|é|!t |0x1|yes|---\n|\t|\u{FEFF}|\u{85}|\r){0,24}"
        ) {
            let mut problems = Vec::new();
            match strict(&text, 0, &mut problems) {
                Some(root) => assert_locations_lie_in(&text, &root),
                None => assert!(!problems.is_empty()),
            }
            for document in foreign(&text, 0, &mut problems) {
                assert_locations_lie_in(&text, &document);
            }
            for problem in &problems {
                let loc = problem.loc();
                assert!(text.get(loc.start as usize..loc.end as usize).is_some(), "{problem:?}");
            }
        }
    }
}
