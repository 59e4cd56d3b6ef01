//! The leaves of a manifest, each with its causes.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde_json::Value;

use super::{Cause, Explainer};
use crate::manifest::pointer::escape;
use crate::manifest::{Manifest, ManifestId, Patched, confidential};
use crate::patch::PatchChange;
use crate::provenance::Origin;
use crate::provenance::origins::Origins;
use crate::render::{LeafTrace, TemplatePlace, trace};
use crate::site::ExtraManifest;
use crate::yaml::pointer::push_step;
use crate::yaml::{Kind, Loc, Node, read};

/// One value of a manifest that holds no other, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// JSON pointer into the object.
    pub pointer: String,
    /// Its value.
    pub value: Value,
    /// What its value comes from; empty for literal text of a template.
    pub data: Vec<Cause>,
    /// What decided that it is there.
    pub control: Vec<Cause>,
    /// Where the template wrote it.
    pub printed: Vec<TemplatePlace>,
    /// Where it is literal text of the template.
    pub literal: Vec<TemplatePlace>,
}

impl Leaf {
    /// A leaf that one place says alone.
    fn said_by(pointer: &str, value: &Value, cause: Cause) -> Self {
        Leaf {
            pointer: pointer.to_owned(),
            value: value.clone(),
            data: vec![cause],
            control: Vec::new(),
            printed: Vec::new(),
            literal: Vec::new(),
        }
    }

    /// The places that people wrote and its value comes from, each once.
    pub(super) fn written(&self) -> Vec<Loc> {
        let mut locs = Vec::new();
        for loc in self.data.iter().flat_map(Cause::written) {
            if !locs.contains(&loc) {
                locs.push(loc);
            }
        }
        locs
    }

    /// Whether somebody's word stands behind it: a cause, or a line of a template.
    pub fn is_answered(&self) -> bool {
        let said = !self.data.is_empty() || !self.literal.is_empty();
        said && !self.data.iter().chain(&self.control).any(Cause::is_unknown)
    }
}

impl Explainer<'_> {
    /// Every leaf of a manifest, in the order of their pointers.
    pub fn leaves(&self, manifest: &Manifest) -> anyhow::Result<Vec<Leaf>> {
        let rendered = match manifest.draft {
            Some(index) => self.traced(manifest, index)?,
            None => self.copied(manifest),
        };
        let mut leaves: BTreeMap<String, Leaf> = BTreeMap::new();
        for (pointer, leaf) in &rendered {
            if let Some(value) = manifest.object.pointer(pointer) {
                leaves.insert(pointer.clone(), Leaf { value: value.clone(), ..leaf.clone() });
            }
        }
        for (pointer, patched) in &manifest.patched {
            let Some(value) = manifest.object.pointer(pointer) else { continue };
            let leaf = match patched {
                Patched::Written { patch, loc } => self.written_by_patch(pointer, value, patch, *loc),
                Patched::Ruled(origin) => Leaf::said_by(pointer, value, self.cause(origin)),
                Patched::Moved { from } => match rendered.get(from) {
                    Some(leaf) => Leaf { pointer: pointer.clone(), value: value.clone(), ..leaf.clone() },
                    None => continue,
                },
            };
            leaves.insert(pointer.clone(), leaf);
        }
        self.emptied(manifest, &manifest.object, &mut String::new(), &mut leaves);
        leaves.retain(|pointer, leaf| is_leaf(&leaf.value) || manifest.patched.contains_key(pointer));
        for (pointer, leaf) in &mut leaves {
            if confidential::is_confidential(&manifest.object, pointer) {
                leaf.value = confidential::hidden();
            }
        }
        Ok(leaves.into_values().collect())
    }

    /// Lists and mappings that a patch left empty, or made so: nothing in them could tell which line did it, so that the
    /// last patch of the manifest answers.
    fn emptied(
        &self,
        manifest: &Manifest,
        value: &Value,
        pointer: &mut String,
        leaves: &mut BTreeMap<String, Leaf>,
    ) {
        let mut inside = |key: &str, inner: &Value| {
            let length = pointer.len();
            push_step(pointer, key);
            self.emptied(manifest, inner, pointer, leaves);
            pointer.truncate(length);
        };
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                fields.iter().for_each(|(key, inner)| inside(key, inner));
            }
            Value::Array(items) if !items.is_empty() => {
                items.iter().enumerate().for_each(|(index, inner)| inside(&index.to_string(), inner));
            }
            Value::Object(_) | Value::Array(_) if !leaves.contains_key(pointer) => {
                let patch = self.site.patches.iter().rfind(|patch| patch.target.fits(&manifest.id));
                let leaf = patch.map(|patch| self.written_by_patch(pointer, value, &patch.name, patch.loc));
                leaves.extend(leaf.map(|leaf| (pointer.clone(), leaf)));
            }
            _ => {}
        }
    }

    fn traced(&self, manifest: &Manifest, index: usize) -> anyhow::Result<BTreeMap<String, Leaf>> {
        let draft = self.drafts.get(index).context("the manifest belongs to another site")?;
        let trace = trace(self.engine, draft).with_context(|| format!("cannot trace `{}`", manifest.path))?;
        let origins = Origins::of(&draft.context);
        let leaf = |(pointer, trace): (&String, &LeafTrace)| {
            let value = manifest.object.pointer(pointer).cloned().unwrap_or_default();
            (pointer.clone(), self.joined(pointer, value, trace, &origins))
        };
        Ok(trace.leaves.iter().map(leaf).collect())
    }

    fn joined(&self, pointer: &str, value: Value, trace: &LeafTrace, origins: &Origins) -> Leaf {
        let unknown = Origin::Unknown;
        let causes = |paths: &[String]| -> Vec<Cause> {
            self.causes(paths.iter().map(|path| origins.get(path).unwrap_or(&unknown)))
        };
        let mut control = causes(&trace.control);
        control.extend(causes(&trace.key));
        // That a list was gone through says nothing: its items and the manifest itself say why they are there.
        control.retain(|cause| *cause != Cause::Unknown);
        let data = causes(&trace.data);
        control.retain(|cause| !data.contains(cause));
        Leaf {
            pointer: pointer.to_owned(),
            value,
            data,
            control,
            printed: trace.emitted.clone(),
            literal: trace.literal.clone(),
        }
    }

    /// A user's own manifest: each leaf stands in its file.
    fn copied(&self, manifest: &Manifest) -> BTreeMap<String, Leaf> {
        let mut leaves = BTreeMap::new();
        for document in self.documents(manifest) {
            self.collect(&document, &mut String::new(), &mut leaves);
        }
        leaves
    }

    /// A user's own manifest as its file has it. Two files may hold one object, which is a mistake that is told by the
    /// place of each.
    fn documents<'e>(&'e self, manifest: &'e Manifest) -> impl Iterator<Item = Node<'e>> {
        let brought = |extra: &&ExtraManifest| manifest.because.from.contains(&extra.path.origin);
        let read =
            |extra: &'e ExtraManifest| read::foreign(&extra.source.text, extra.source_id, &mut Vec::new());
        let is_it =
            |document: &Node<'_>| ManifestId::of(&document.clone().into_value()).as_ref() == Ok(&manifest.id);
        let extras = self.site.extra_manifests.iter().filter(|_| manifest.draft.is_none());
        extras.filter(brought).flat_map(read).filter(is_it)
    }

    /// Where a patch wrote a pointer, or something in it.
    pub(super) fn patched(&self, manifest: &Manifest, pointer: &str) -> Option<Loc> {
        let inside = |written: &str| written == pointer || written.starts_with(&format!("{pointer}/"));
        let mut patched = manifest.patched.iter().filter(|(written, _)| inside(written));
        patched.find_map(|(written, patched)| match patched {
            Patched::Written { patch, loc } if written != pointer => {
                Some(self.merged(patch, pointer).unwrap_or(*loc))
            }
            Patched::Written { loc, .. } => Some(*loc),
            Patched::Ruled(origin) => origin.written(),
            Patched::Moved { .. } => None,
        })
    }

    /// The key of a mapping or list in a merge patch, which looks like the manifest.
    fn merged(&self, patch: &str, pointer: &str) -> Option<Loc> {
        let patch = self.site.patches.iter().find(|candidate| candidate.name == patch)?;
        match &patch.change {
            PatchChange::Merge(tree) => Some(tree.node().locate(pointer)),
            PatchChange::Json(_) => None,
        }
    }

    /// Where a field of a user's own manifest stands in its file.
    pub(super) fn brought(&self, manifest: &Manifest, pointer: &str) -> Option<Loc> {
        let has_it = |document: &Node<'_>| document.clone().into_value().pointer(pointer).is_some();
        self.documents(manifest).find(has_it).map(|document| document.locate(pointer))
    }

    fn collect(&self, node: &Node<'_>, pointer: &mut String, leaves: &mut BTreeMap<String, Leaf>) {
        let length = pointer.len();
        match &node.kind {
            Kind::Map(entries) if !entries.is_empty() => {
                for entry in entries {
                    pointer.push('/');
                    pointer.push_str(&escape(&entry.key));
                    self.collect(&entry.value, pointer, leaves);
                    pointer.truncate(length);
                }
            }
            Kind::Seq(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    pointer.push('/');
                    pointer.push_str(&index.to_string());
                    self.collect(item, pointer, leaves);
                    pointer.truncate(length);
                }
            }
            _ => {
                let value = node.clone().into_value();
                leaves.insert(pointer.clone(), self.of_file(pointer, &value, node.loc));
            }
        }
    }

    fn of_file(&self, pointer: &str, value: &Value, loc: Loc) -> Leaf {
        let cause = self.site.sources.place(loc).map_or(Cause::Unknown, |place| Cause::Copied { place, loc });
        Leaf::said_by(pointer, value, cause)
    }

    fn written_by_patch(&self, pointer: &str, value: &Value, patch: &str, loc: Loc) -> Leaf {
        let cause = match self.site.sources.place(loc) {
            Some(place) => Cause::Patched { patch: patch.to_owned(), place, loc },
            None => Cause::Unknown,
        };
        Leaf::said_by(pointer, value, cause)
    }
}

/// Whether a value holds no others.
fn is_leaf(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    }
}
