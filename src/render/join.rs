//! Who wrote which range of the text, joined with the places of the tree that was read from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::instrument::Site;
use super::marks::Run;
use super::record::{Chosen, Mark, Reads};
use super::trace::{Decision, LeafTrace, TemplatePlace};
use crate::yaml::pointer::push_step;
use crate::yaml::{Kind, Loc, Node};

/// All that is known of one traced run.
pub(super) struct Join<'t> {
    pub(super) clean: &'t str,
    pub(super) runs: &'t [Run],
    pub(super) marks: &'t [Mark],
    pub(super) sites: &'t [Site],
    pub(super) literals: &'t [TemplatePlace],
}

impl Join<'_> {
    /// Every leaf of a tree.
    pub(super) fn leaves(&self, tree: &Node<'_>) -> BTreeMap<String, LeafTrace> {
        let mut walk = Walk { join: self, pointer: String::new(), keys: Vec::new(), leaves: BTreeMap::new() };
        walk.node(tree, None);
        walk.leaves
    }

    /// Every branch and loop.
    pub(super) fn decisions(&self, chosen: &[Chosen]) -> Vec<Decision> {
        let decision = |chosen: &Chosen| {
            let site = &self.sites[chosen.site];
            let mut control = Vec::new();
            add_paths(&mut control, &chosen.control);
            Decision { place: site.place.clone(), keys: site.keys.clone(), control }
        };
        chosen.iter().map(decision).collect()
    }

    /// The container that a single `{{ }}` printed here.
    fn container(&self, node: &Node<'_>) -> Option<Arc<str>> {
        let run = self.covering(node.loc).next().filter(|run| run.start == node.loc.start as usize)?;
        match self.marks.get(run.print?) {
            Some(Mark::Print { container, .. }) => container.clone(),
            _ => None,
        }
    }

    fn covering(&self, loc: Loc) -> impl Iterator<Item = &Run> + Clone {
        let from = self.runs.partition_point(|run| run.end <= loc.start as usize);
        self.runs[from..].iter().take_while(move |run| run.start < loc.end as usize)
    }

    /// Adds all that wrote a range.
    fn cover(&self, loc: Loc, leaf: &mut LeafTrace) {
        let printed = self.covering(loc).any(|run| run.print.is_some());
        for run in self.covering(loc) {
            match run.print {
                Some(number) => self.cover_printed(number, leaf),
                None if printed && self.is_frame(run, loc) => {}
                None => self.cover_literal(run, leaf),
            }
        }
    }

    /// Commas and brackets around a printed value are no text of the template's, unless they are all there is.
    fn is_frame(&self, run: &Run, loc: Loc) -> bool {
        let (start, end) = (run.start.max(loc.start as usize), run.end.min(loc.end as usize));
        let text = self.clean.get(start..end).unwrap_or_default();
        text.chars().all(|letter| letter.is_whitespace() || "\"'|>-+,".contains(letter))
    }

    fn cover_literal(&self, run: &Run, leaf: &mut LeafTrace) {
        if let Some(place) = run.literal.and_then(|number| self.literals.get(number)) {
            add(&mut leaf.literal, place.clone());
        }
        if let Some(Mark::Control(control)) = run.control.and_then(|number| self.marks.get(number)) {
            add_paths(&mut leaf.control, control);
        }
    }

    fn cover_printed(&self, number: usize, leaf: &mut LeafTrace) {
        let Some(Mark::Print { site, data, control, .. }) = self.marks.get(number) else { return };
        for read in data.iter() {
            add(if read.of_key { &mut leaf.key } else { &mut leaf.data }, read.path.to_string());
        }
        add_paths(&mut leaf.control, control);
        add(&mut leaf.emitted, self.sites[*site].place.clone());
    }
}

struct Walk<'j, 't> {
    join: &'j Join<'t>,
    pointer: String,
    /// Where the keys on the way stand.
    keys: Vec<Loc>,
    leaves: BTreeMap<String, LeafTrace>,
}

/// A container of the context that was printed whole: its path, and where in the object it stands.
#[derive(Clone)]
struct Base {
    path: Arc<str>,
    depth: usize,
    keys: usize,
}

impl Walk<'_, '_> {
    fn node(&mut self, node: &Node<'_>, base: Option<Base>) {
        let here = |path| Base { path, depth: self.pointer.len(), keys: self.keys.len() };
        let base = base.or_else(|| self.join.container(node).map(here));
        match &node.kind {
            Kind::Map(entries) if !entries.is_empty() => {
                for entry in entries {
                    self.keys.push(entry.key_loc);
                    self.child(&entry.key, &entry.value, base.clone());
                    self.keys.pop();
                }
            }
            Kind::Seq(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    self.child(&index.to_string(), item, base.clone());
                }
            }
            _ => self.leaf(node, base),
        }
    }

    fn child(&mut self, key: &str, value: &Node<'_>, base: Option<Base>) {
        let length = self.pointer.len();
        push_step(&mut self.pointer, key);
        self.node(value, base);
        self.pointer.truncate(length);
    }

    fn leaf(&mut self, node: &Node<'_>, base: Option<Base>) {
        let mut leaf = LeafTrace::default();
        let unwritten = node.loc.start == node.loc.end;
        let place = self.keys.last().copied().filter(|_| unwritten).unwrap_or(node.loc);
        self.join.cover(place, &mut leaf);
        let own_keys = base.as_ref().map_or(self.keys.len(), |base| base.keys);
        for key in &self.keys[..own_keys] {
            let mut printed = LeafTrace::default();
            self.join.cover(*key, &mut printed);
            printed.data.into_iter().chain(printed.key).for_each(|path| add(&mut leaf.key, path));
        }
        if let Some(base) = base {
            leaf.data = vec![format!("{}{}", base.path, &self.pointer[base.depth..])];
        }
        self.leaves.insert(self.pointer.clone(), leaf);
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn add_paths(list: &mut Vec<String>, reads: &Reads) {
    reads.iter().for_each(|read| add(list, read.path.to_string()));
}
