//! The types of the tables that each component declares: runtime-owned fields and ownership.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Manifest;
use crate::provenance::{DefaultRule, Setting, Sourced};

/// A field that something in the cluster writes at run time: never rendered, ignored by GitOps, left out of live diffs.
#[derive(Debug, PartialEq, Eq)]
pub struct RuntimeOwned {
    /// API group of the object, empty for core.
    pub group: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// Which objects of the kind.
    pub which: Which,
    /// The field as a JSON pointer; everything below it belongs to it. `*` stands for one key or index, and at the end
    /// of a key for the rest of it: `LATEST_*`.
    pub pointer: &'static str,
    /// Who writes it.
    pub writer: &'static str,
    /// When it is rendered all the same: where a person decides it (`podVM.image.id` is given), or a release does not write it.
    pub unless: Option<&'static str>,
    /// Where that is known from.
    pub source: &'static str,
}

/// Which objects of a kind a row speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// The one of this name.
    Named(&'static str),
    /// Those that carry this label, whatever its value.
    Labelled(&'static str),
}

/// How an object that others write to as well is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Ownership {
    /// The object is ours alone.
    Whole,
    /// Only our fields, by server-side apply; the object is marked never to be pruned or deleted.
    Fields,
    /// A Kustomize component that the owner's folder includes.
    Patch,
}

impl Ownership {
    /// What it means, for people.
    pub fn words(self) -> &'static str {
        match self {
            Ownership::Whole => "ours alone",
            Ownership::Fields => "our fields only, never pruned or deleted",
            Ownership::Patch => "a patch that the owner's folder includes",
        }
    }
}

/// Whether a site or a component is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Lifecycle {
    /// Rendered.
    #[default]
    Present,
    /// Only what cleans up is rendered; afterwards it may leave the tree.
    Absent,
    /// Rendered, but marked never to be pruned or deleted; afterwards it may leave the tree and stays in the cluster.
    Orphan,
}

impl Lifecycle {
    /// As specs and inventories write it.
    pub fn word(self) -> &'static str {
        match self {
            Lifecycle::Present => "present",
            Lifecycle::Absent => "absent",
            Lifecycle::Orphan => "orphan",
        }
    }

    /// That of a component: a site that leaves takes its components along, else the component says it itself.
    pub fn of_component(
        site: &Sourced<Lifecycle>,
        own: &Setting<Lifecycle>,
        default: &'static DefaultRule,
    ) -> Sourced<Lifecycle> {
        match site.value {
            Lifecycle::Present => own.or(default, || Lifecycle::Present),
            Lifecycle::Absent | Lifecycle::Orphan => site.clone(),
        }
    }

    /// The lifecycle of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        [Lifecycle::Present, Lifecycle::Absent, Lifecycle::Orphan]
            .into_iter()
            .find(|known| known.word() == word)
    }
}

impl fmt::Display for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// An object that others write to as well.
#[derive(Debug, PartialEq, Eq)]
pub struct SharedObject {
    /// API group of the object, empty for core.
    pub group: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// Its name, where it has always the same.
    pub name: Option<&'static str>,
    /// Who else writes to it.
    pub others: &'static str,
    /// The ownership a site gets that says nothing.
    pub default: Ownership,
    /// The spec path that changes it, and why the default is that.
    pub rule: DefaultRule,
    /// Where that is known from.
    pub source: &'static str,
}

impl SharedObject {
    /// How a site has the object rendered, by its own word or by default.
    pub fn ownership(&'static self, setting: &Setting<Ownership>) -> Sourced<Ownership> {
        setting.or(&self.rule, || self.default)
    }

    /// The object as a site has it rendered.
    pub fn rendered_as(&'static self, ownership: &Sourced<Ownership>) -> Sharing {
        Sharing { object: self, ownership: ownership.value }
    }
}

/// An object that others write to as well, as one site has it rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// The row that tells who the others are.
    pub object: &'static SharedObject,
    /// How it is rendered.
    pub ownership: Ownership,
}

impl RuntimeOwned {
    /// Whether a step of a row's pointer stands for a key: `*` for any, `LATEST_*` for those that begin so.
    pub fn names(step: &str, key: &str) -> bool {
        match step.strip_suffix('*') {
            Some(begins) => key.starts_with(begins),
            None => step == key,
        }
    }

    /// Whether the row speaks of the object of a manifest.
    pub fn covers(&self, manifest: &Manifest) -> bool {
        self.kind == manifest.id.kind
            && self.group == manifest.id.group()
            && match self.which {
                Which::All => true,
                Which::Named(name) => manifest.id.name == name,
                Which::Labelled(label) => {
                    let labels = manifest.object.get("metadata").and_then(|metadata| metadata.get("labels"));
                    labels.is_some_and(|labels| labels.get(label).is_some())
                }
            }
    }
}
