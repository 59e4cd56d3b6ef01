//! Puts the parser's events together to trees: an explicit stack, so that no text exhausts the program's own.
//!
//! The only place that knows what the two dialects do about tags, keys, duplicates and merges.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use granit_parser::{Event, ScalarStyle, Tag};

use super::read::{DEEPEST, Problem, too_deep};
use super::scalar::{self, Reading};
use super::{Entry, Kind, Loc, Node};

/// Whose rules a text is read by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Ours.
    Strict,
    /// Go YAML's, and so kubectl's.
    Go,
}

/// What an event led to.
pub(super) enum Step<'a> {
    /// A document is not complete yet.
    Inside,
    /// A document is complete.
    Document(Node<'a>),
    /// A limit was reached; its problem is noted.
    Stop,
}

/// The unfinished tree of one text.
pub(super) struct Tree<'a, 'p> {
    dialect: Dialect,
    problems: &'p mut Vec<Problem>,
    stack: Vec<Frame<'a>>,
    anchors: BTreeMap<usize, Anchor<'a>>,
    /// How many more nodes may be read.
    nodes_left: usize,
    /// How much more weight anchors and aliases may add.
    weight_left: usize,
}

/// An unfinished list or mapping.
struct Frame<'a> {
    start: Loc,
    anchor: usize,
    content: Content<'a>,
}

enum Content<'a> {
    List(Vec<Node<'a>>),
    Map(Mapping<'a>),
}

/// A value that aliases may repeat.
struct Anchor<'a> {
    node: Node<'a>,
    weight: usize,
    depth: usize,
}

#[derive(Default)]
struct Mapping<'a> {
    entries: Vec<Entry<'a>>,
    /// Key to position; kept only for mappings too large to be searched.
    positions: HashMap<Cow<'a, str>, usize>,
    /// Where entries stand that came by a merge key: what is written wins over them.
    merged: BTreeSet<usize>,
    /// The key that waits for its value.
    key: Option<Key<'a>>,
}

struct Key<'a> {
    text: Cow<'a, str>,
    loc: Loc,
    role: Role,
}

/// What becomes of the value behind a key.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    /// A new entry.
    Entry,
    /// The entry that was there before takes this value.
    Replace(usize),
    /// `<<`: its entries are taken over.
    Merge,
    /// The key was refused, and its value goes with it.
    Drop,
}

/// How many values a text may hold.
pub(super) const MOST_NODES: usize = 2_000_000;
const MOST_WEIGHT: usize = 500_000;
const SEARCHED: usize = 16;

impl<'a, 'p> Tree<'a, 'p> {
    pub(super) fn new(dialect: Dialect, problems: &'p mut Vec<Problem>) -> Self {
        Tree {
            dialect,
            problems,
            stack: Vec::with_capacity(8),
            anchors: BTreeMap::new(),
            nodes_left: MOST_NODES,
            weight_left: MOST_WEIGHT,
        }
    }

    /// Notes a problem.
    pub(super) fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Notes that something may not be used.
    pub(super) fn refuse(&mut self, loc: Loc, what: &'static str, instead: &'static str) {
        self.report(Problem::Refused { loc, what, instead });
    }

    /// Notes that there is more of something than may be read.
    fn stop(&mut self, loc: Loc, what: &'static str, instead: &'static str) {
        self.report(Problem::Beyond { loc, what, instead });
    }

    /// Takes the next event.
    pub(super) fn take(&mut self, event: Event<'a>, loc: Loc) -> Step<'a> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let by_look = self.is_read_by_look(style == ScalarStyle::Plain, tag.as_deref(), loc);
                if self.waits_for_key() {
                    return self.scalar_key(text, by_look, anchor, loc);
                }
                let kind = if by_look { self.unquoted(text, loc) } else { Kind::Str(text) };
                self.finish(Node { kind, loc }, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.check_collection_tag(tag.as_deref(), loc);
                self.open(Frame { start: loc, anchor, content: Content::List(Vec::new()) })
            }
            Event::MappingStart(_, anchor, tag) => {
                self.check_collection_tag(tag.as_deref(), loc);
                self.open(Frame { start: loc, anchor, content: Content::Map(Mapping::default()) })
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(loc),
            Event::Alias(id) => self.alias(id, loc),
            _ => Step::Inside,
        }
    }

    fn open(&mut self, frame: Frame<'a>) -> Step<'a> {
        if self.stack.len() == DEEPEST {
            self.report(too_deep(frame.start));
            return Step::Stop;
        }
        self.stack.push(frame);
        Step::Inside
    }

    fn close(&mut self, end: Loc) -> Step<'a> {
        let Some(Frame { start, anchor, content }) = self.stack.pop() else { return Step::Inside };
        let (kind, last) = match content {
            Content::List(items) => {
                let last = items.last().map(|item| item.loc.end);
                (Kind::Seq(items), last)
            }
            Content::Map(mapping) => {
                let last = mapping.entries.last().map(|entry| entry.value.loc.end.max(entry.key_loc.end));
                (Kind::Map(mapping.entries), last)
            }
        };
        // The end of a block collection is empty and stands at the next token, wherever that is.
        let end = if end.end > end.start { end.end } else { last.unwrap_or(end.end) };
        let loc = Loc { end: end.max(start.start), ..start };
        self.finish(Node { kind, loc }, anchor)
    }

    /// Keeps a complete node for its aliases and puts it where it belongs.
    fn finish(&mut self, node: Node<'a>, anchor: usize) -> Step<'a> {
        self.nodes_left = self.nodes_left.saturating_sub(1);
        if self.nodes_left == 0 {
            self.stop(node.loc, "more than two million values", "split the file");
            return Step::Stop;
        }
        if anchor != 0 && !self.keep(anchor, &node) {
            return Step::Stop;
        }
        self.place(node)
    }

    fn keep(&mut self, anchor: usize, node: &Node<'a>) -> bool {
        let (weight, depth) = measure(node);
        let Some(left) = self.weight_left.checked_sub(weight) else {
            self.stop(node.loc, "anchors at this much text", "repeat only small values");
            return false;
        };
        self.weight_left = left;
        self.anchors.insert(anchor, Anchor { node: node.clone(), weight, depth });
        true
    }

    fn alias(&mut self, id: usize, loc: Loc) -> Step<'a> {
        let Some(anchor) = self.anchors.get(&id) else {
            self.refuse(loc, "an alias inside the value it repeats", "write the value out");
            return self.place(Node { kind: Kind::Null, loc });
        };
        if self.stack.len() + anchor.depth > DEEPEST {
            self.report(too_deep(loc));
            return Step::Stop;
        }
        let Some(left) = self.weight_left.checked_sub(anchor.weight) else {
            self.stop(loc, "aliases that expand this far", "write the values out");
            return Step::Stop;
        };
        self.weight_left = left;
        let node = anchor.node.clone();
        self.place(node)
    }

    fn place(&mut self, node: Node<'a>) -> Step<'a> {
        if self.waits_for_key() {
            let key = self.node_key(node);
            self.set_key(key);
            return Step::Inside;
        }
        match self.stack.last_mut().map(|frame| &mut frame.content) {
            None => return Step::Document(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map(mapping)) => {
                let loc = node.loc;
                if let Some(key) = mapping.key.take()
                    && !mapping.put(key, node, self.dialect)
                {
                    self.refuse(loc, "a merge key without a mapping", "give it an alias of a mapping");
                }
            }
        }
        Step::Inside
    }

    fn waits_for_key(&self) -> bool {
        matches!(self.stack.last(), Some(Frame { content: Content::Map(Mapping { key: None, .. }), .. }))
    }

    fn set_key(&mut self, key: Key<'a>) {
        if let Some(Frame { content: Content::Map(mapping), .. }) = self.stack.last_mut() {
            mapping.key = Some(key);
        }
    }

    fn scalar_key(&mut self, text: Cow<'a, str>, by_look: bool, anchor: usize, loc: Loc) -> Step<'a> {
        if anchor != 0 && !self.keep(anchor, &Node { kind: Kind::Str(text.clone()), loc }) {
            return Step::Stop;
        }
        let key = if by_look { self.unquoted_key(text, loc) } else { self.text_key(text, loc) };
        self.set_key(key);
        Step::Inside
    }

    fn unquoted_key(&mut self, text: Cow<'a, str>, loc: Loc) -> Key<'a> {
        if text == "<<" {
            if self.dialect == Dialect::Strict {
                self.refuse(loc, "a merge key", "write the fields out");
            }
            return Key { text, loc, role: Role::Merge };
        }
        // The parser calls a key that is not there `~`, but gives it no bytes.
        if loc.start == loc.end {
            return self.refused_key(loc);
        }
        match self.dialect {
            Dialect::Strict => {
                if let Some(reads_as) = other_key(&text) {
                    let fixes = vec![scalar::quoted(&text)];
                    self.report(Problem::Ambiguous { loc, text: text.to_string(), reads_as, fixes });
                }
                self.text_key(text, loc)
            }
            Dialect::Go => match scalar::go(&text) {
                None => self.text_key(text, loc),
                Some(Kind::Null) => self.refused_key(loc),
                Some(kind) => self.text_key(Cow::Owned(go_key(&kind)), loc),
            },
        }
    }

    fn node_key(&mut self, node: Node<'a>) -> Key<'a> {
        match node.kind {
            Kind::Str(text) => self.text_key(text, node.loc),
            _ => self.refused_key(node.loc),
        }
    }

    fn refused_key(&mut self, loc: Loc) -> Key<'a> {
        self.refuse(loc, "a key that is not text", "keys are words or quoted texts");
        Key { text: Cow::Borrowed(""), loc, role: Role::Drop }
    }

    fn text_key(&mut self, text: Cow<'a, str>, loc: Loc) -> Key<'a> {
        let Some(Frame { content: Content::Map(mapping), .. }) = self.stack.last_mut() else {
            return Key { text, loc, role: Role::Drop };
        };
        let role = match mapping.position(&text) {
            None => Role::Entry,
            Some(at) if mapping.merged.remove(&at) => Role::Replace(at),
            Some(at) => {
                let first = mapping.entries[at].key_loc;
                self.report(Problem::Duplicate { key: text.to_string(), first, second: loc });
                if self.dialect == Dialect::Go { Role::Replace(at) } else { Role::Drop }
            }
        };
        Key { text, loc, role }
    }

    fn unquoted(&mut self, text: Cow<'a, str>, loc: Loc) -> Kind<'a> {
        match self.dialect {
            Dialect::Strict => match scalar::strict(&text) {
                Reading::Text => Kind::Str(text),
                Reading::Value(kind) => kind,
                Reading::Ambiguous { reads_as, likely, fixes } => {
                    self.report(Problem::Ambiguous { loc, text: text.to_string(), reads_as, fixes });
                    likely.unwrap_or(Kind::Str(text))
                }
            },
            Dialect::Go => {
                let kind = scalar::go(&text).unwrap_or(Kind::Str(text));
                if matches!(kind, Kind::Float(value) if !value.is_finite()) {
                    self.refuse(
                        loc,
                        "a number that is not finite",
                        "JSON, and so Kubernetes, has no such number",
                    );
                }
                kind
            }
        }
    }

    /// Whether a scalar's look decides what it is; notes the tags that may not be used.
    fn is_read_by_look(&mut self, plain: bool, tag: Option<&Tag>, loc: Loc) -> bool {
        let Some(tag) = tag else { return plain };
        match (tag.core_suffix(), self.dialect) {
            (Some("str"), _) => false,
            (_, Dialect::Strict) => {
                self.refuse(loc, "a tag", "leave it out; quotes make a text, none a number or a boolean");
                plain
            }
            (Some("bool" | "int" | "float" | "null"), Dialect::Go) => true,
            (Some("binary"), Dialect::Go) => {
                self.refuse(loc, "a binary value", "write the text itself");
                false
            }
            (_, Dialect::Go) => false,
        }
    }

    fn check_collection_tag(&mut self, tag: Option<&Tag>, loc: Loc) {
        if tag.is_some() && self.dialect == Dialect::Strict {
            self.refuse(loc, "a tag", "leave it out");
        }
    }
}

impl<'a> Mapping<'a> {
    fn position(&mut self, key: &str) -> Option<usize> {
        if self.entries.len() <= SEARCHED {
            return self.entries.iter().position(|entry| entry.key == key);
        }
        for at in self.positions.len()..self.entries.len() {
            self.positions.insert(self.entries[at].key.clone(), at);
        }
        self.positions.get(key).copied()
    }

    /// Puts a value where its key says; false if a merge key was given something else than mappings.
    fn put(&mut self, key: Key<'a>, value: Node<'a>, dialect: Dialect) -> bool {
        match key.role {
            Role::Drop => {}
            Role::Entry => self.entries.push(Entry { key: key.text, key_loc: key.loc, value }),
            Role::Replace(at) => self.entries[at] = Entry { key: key.text, key_loc: key.loc, value },
            Role::Merge => return self.merge(value, dialect),
        }
        true
    }

    fn merge(&mut self, value: Node<'a>, dialect: Dialect) -> bool {
        match value.kind {
            Kind::Map(entries) => {
                for entry in entries {
                    self.take_over(entry, dialect);
                }
                true
            }
            // The first of several mappings wins; Go YAML gets there by taking them from behind.
            Kind::Seq(items) if dialect == Dialect::Go => {
                items.into_iter().rev().all(|item| self.merge_item(item, dialect))
            }
            Kind::Seq(items) => items.into_iter().all(|item| self.merge_item(item, dialect)),
            _ => false,
        }
    }

    fn merge_item(&mut self, item: Node<'a>, dialect: Dialect) -> bool {
        matches!(item.kind, Kind::Map(_)) && self.merge(item, dialect)
    }

    /// Go YAML lets a merged entry win over one that was written before it.
    fn take_over(&mut self, entry: Entry<'a>, dialect: Dialect) {
        match self.position(&entry.key) {
            None => {
                self.merged.insert(self.entries.len());
                self.entries.push(entry);
            }
            Some(at) if dialect == Dialect::Go => self.entries[at] = entry,
            Some(_) => {}
        }
    }
}

/// What an unquoted key is that is not text for all readers.
fn other_key(text: &str) -> Option<&'static str> {
    match scalar::strict(text) {
        Reading::Text => None,
        Reading::Value(Kind::Null) => Some("a null"),
        Reading::Value(Kind::Bool(_)) => Some("a boolean"),
        Reading::Value(_) => Some("a number"),
        Reading::Ambiguous { reads_as, .. } => Some(reads_as),
    }
}

/// The text that a key of another type becomes on the way to JSON.
fn go_key(kind: &Kind<'_>) -> String {
    match kind {
        Kind::Bool(value) => value.to_string(),
        Kind::Int(value) => value.to_string(),
        Kind::Unsigned(value) => value.to_string(),
        Kind::Float(value) if value.is_nan() => ".nan".to_owned(),
        Kind::Float(value) if value.is_infinite() => if *value > 0.0 { "+.inf" } else { "-.inf" }.to_owned(),
        Kind::Float(value) => value.to_string(),
        _ => String::new(),
    }
}

/// How much a value costs when repeated, and how deep it nests.
fn measure(node: &Node<'_>) -> (usize, usize) {
    let text_weight = |text: &str| text.len() / 16;
    let children: (usize, usize) = match &node.kind {
        Kind::Str(text) => return (1 + text_weight(text), 0),
        Kind::Seq(items) => items.iter().map(measure).fold((0, 0), add),
        Kind::Map(entries) => entries
            .iter()
            .map(|entry| (measure(&entry.value), text_weight(&entry.key)))
            .map(|((weight, depth), key)| (weight + key + 1, depth))
            .fold((0, 0), add),
        _ => return (1, 0),
    };
    (1 + children.0, 1 + children.1)
}

fn add(left: (usize, usize), right: (usize, usize)) -> (usize, usize) {
    (left.0 + right.0, left.1.max(right.1))
}
