//! The other way round: what a line of a spec or overlay reaches.

use std::ops::Range;

use super::{Cause, Explainer, Leaf};
use crate::load::Reason;
use crate::manifest::Manifest;
use crate::provenance::{Place, Source, Sourced, Sources};
use crate::yaml::{Kind, Loc, Node, SourceId, read};

/// A field of a manifest that a line has to do with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reached {
    /// The manifest, relative to the site's folder.
    pub manifest: String,
    /// JSON pointer of the field; empty where the line decides that the manifest exists.
    pub pointer: String,
}

/// A line of a file.
#[derive(Clone, Copy, Debug)]
pub struct Line<'l> {
    /// The file, as places show it.
    pub path: &'l str,
    /// From 1.
    pub line: usize,
}

/// What a line stands for: its own bytes, and the values of the keys in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    path: String,
    ranges: Vec<Range<u32>>,
}

impl Extent {
    /// The extent of a line; none where no text of the table has it.
    pub fn of(line: Line<'_>, sources: &Sources) -> Option<Self> {
        let ids = 0..SourceId::try_from(sources.len()).unwrap_or(SourceId::MAX);
        let (id, source) =
            ids.filter_map(|id| Some((id, sources.get(id)?))).find(|(_, source)| source.path == line.path)?;
        let own = bytes(&source.text, line.line)?;
        let mut ranges = Vec::from([own.clone()]);
        for document in read::foreign(&source.text, id, &mut Vec::new()) {
            below(&document, &own, &mut ranges);
        }
        Some(Extent { path: source.path.clone(), ranges })
    }

    /// A whole text.
    fn whole(source: &Source) -> Self {
        Extent { path: source.path.clone(), ranges: std::iter::once(0..u32::MAX).collect() }
    }

    fn holds(&self, place: &Place) -> bool {
        place.source.path == self.path && self.ranges.iter().any(|range| range.contains(&place.start))
    }
}

/// The bytes of a line, without its end.
fn bytes(text: &str, line: usize) -> Option<Range<u32>> {
    let mut start = 0;
    let mut lines = text.split_inclusive('\n').map(|line| {
        let range = start..start + line.len();
        start = range.end;
        range
    });
    let range = lines.nth(line.checked_sub(1)?)?;
    Some(u32::try_from(range.start).ok()?..u32::try_from(range.end).ok()?)
}

/// The values of all keys that begin in a range.
fn below(node: &Node<'_>, line: &Range<u32>, ranges: &mut Vec<Range<u32>>) {
    match &node.kind {
        Kind::Map(entries) => {
            for entry in entries {
                if line.contains(&entry.key_loc.start) {
                    ranges.push(entry.key_loc.start..end_of(&entry.value).max(entry.key_loc.end));
                } else {
                    below(&entry.value, line, ranges);
                }
            }
        }
        Kind::Seq(items) => items.iter().for_each(|item| below(item, line, ranges)),
        _ => {}
    }
}

/// The first byte behind a value and all in it.
fn end_of(node: &Node<'_>) -> u32 {
    let Loc { end, .. } = node.loc;
    match &node.kind {
        Kind::Map(entries) => entries.iter().map(|entry| end_of(&entry.value)).fold(end, u32::max),
        Kind::Seq(items) => items.iter().map(end_of).fold(end, u32::max),
        _ => end.max(node.loc.start + 1),
    }
}

impl Explainer<'_> {
    /// What a line stands for at this site: where it lists overlays that the site has, also all that they say.
    pub fn extents(&self, line: Line<'_>, listed: &[Sourced<String>]) -> Vec<Extent> {
        let Some(own) = Extent::of(line, &self.site.sources) else { return Vec::new() };
        let place = |name: &Sourced<String>| self.site.sources.place(name.origin.written()?);
        let is_named = |name: &&Sourced<String>| place(name).is_some_and(|place| own.holds(&place));
        let mut names: Vec<&str> = listed.iter().filter(is_named).map(|name| name.as_str()).collect();
        let mut extents = vec![own.clone()];
        // A layer that another lists lies below it, so that going downwards finds all of them.
        for layer in self.layers.iter().rev() {
            let is_listed = match &layer.layer.reason {
                Reason::ListedBy(other) => names.contains(&other.as_str()),
                _ => false,
            };
            if is_listed || names.contains(&layer.layer.name.as_str()) {
                names.push(&layer.layer.name);
                extents.extend(self.site.sources.get(layer.layer.source).map(|source| Extent::whole(source)));
            }
        }
        extents
    }

    /// The fields of these manifests that have to do with some text: as their value, or as what decided that they are
    /// there.
    pub fn reached(&self, manifests: &[Manifest], extents: &[Extent]) -> anyhow::Result<Vec<Reached>> {
        let holds = |place: &Place| extents.iter().any(|extent| extent.holds(place));
        self.fields(manifests, &mut |cause| match cause {
            Cause::Written { place, .. } | Cause::Patched { place, .. } | Cause::Copied { place, .. } => {
                holds(place)
            }
            Cause::Default { removed, .. } => removed.as_ref().is_some_and(&holds),
            Cause::Derived { .. } | Cause::Unknown => false,
        })
    }

    /// The other fields that what a person wrote for a field reaches as well.
    pub fn also(
        &self,
        manifests: &[Manifest],
        manifest: &Manifest,
        leaf: &Leaf,
    ) -> anyhow::Result<Vec<Reached>> {
        let locs: Vec<Loc> = leaf.data.iter().filter_map(|cause| cause.written().first().copied()).collect();
        let is_written = |cause: &Cause| matches!(cause, Cause::Written { loc, .. } if locs.contains(loc));
        let mut fields = self.fields(manifests, &mut |cause| is_written(cause))?;
        fields.retain(|field| field.manifest != manifest.path || field.pointer != leaf.pointer);
        Ok(fields)
    }

    /// The fields of these manifests that have one of some causes. An empty field is the manifest's being there.
    pub(super) fn fields(
        &self,
        manifests: &[Manifest],
        holds: &mut impl FnMut(&Cause) -> bool,
    ) -> anyhow::Result<Vec<Reached>> {
        let mut reached = Vec::new();
        for manifest in manifests {
            let mut add = |pointer: &str| {
                reached.push(Reached { manifest: manifest.path.clone(), pointer: pointer.to_owned() });
            };
            if self.because(manifest).iter().any(|cause| cause.any(holds)) {
                add("");
            }
            for leaf in self.leaves(manifest)? {
                if leaf.data.iter().chain(&leaf.control).any(|cause| cause.any(holds)) {
                    add(&leaf.pointer);
                }
            }
        }
        Ok(reached)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::provenance::Layer;

    const TEXT: &str = "a:\n  b: 1\n  c:\n  - d: 2\n    e: 3\nf: 4\n";

    fn stands_for(line: usize) -> Option<Vec<&'static str>> {
        let mut sources = Sources::default();
        let source = Source { path: "a.yaml".into(), layer: Layer::Site, text: TEXT.into() };
        let source = Arc::new(source);
        sources.add(Arc::clone(&source));
        let extent = Extent::of(Line { path: "a.yaml", line }, &sources)?;
        let is_in = |value: &&&str| {
            let start = TEXT.find(**value).and_then(|start| u32::try_from(start).ok()).unwrap();
            extent.holds(&Place { source: Arc::clone(&source), start, end: start + 1 })
        };
        Some(["1", "2", "3", "4"].iter().filter(is_in).copied().collect())
    }

    #[test]
    fn a_line_stands_for_itself_and_for_all_below_its_keys() {
        assert_eq!(stands_for(1).unwrap(), ["1", "2", "3"]);
        assert_eq!(stands_for(2).unwrap(), ["1"]);
        assert_eq!(stands_for(3).unwrap(), ["2", "3"]);
        assert_eq!(stands_for(4).unwrap(), ["2"]);
        assert_eq!(stands_for(6).unwrap(), ["4"]);
    }

    #[test]
    fn a_line_that_is_not_there_stands_for_nothing() {
        assert_eq!(stands_for(7), None);
        assert_eq!(stands_for(0), None);
    }
}
