//! `patches` as written to [`Patch`]es: complete as far as they can be without a manifest.

use std::collections::BTreeMap;

use super::rules::{NO_CHANGE, PATCH_FAILED};
use super::{JsonOperation, Patch, PatchChange, PatchTarget};
use crate::diagnostic::rules::{MISSING_FIELD, WRONG_TYPE};
use crate::diagnostic::{Diagnostic, Findings};
use crate::name::DnsLabel;
use crate::provenance::{Origin, Setting, Sources, Tree};
use crate::spec::{PatchChangeSpec, PatchSpec, PatchTargetSpec};
use crate::yaml::{Kind, Loc, Node};

/// The patches of a site in the order of their names; what keeps one from being used is told.
pub fn resolve(
    written: &Setting<BTreeMap<DnsLabel, Setting<PatchSpec>>>,
    sources: &Sources,
    findings: &mut Findings,
) -> Vec<Patch> {
    let mut patches = Vec::new();
    for (name, spec) in written.section() {
        let Some(spec) = spec.get() else { continue };
        let Some(loc) = spec.origin.written() else { continue };
        match Patch::of(name.as_str(), loc, &spec.value) {
            Ok(patch) => patches.push(patch),
            Err(incomplete) => findings.push(unusable(name.as_str(), loc, &incomplete, sources)),
        }
    }
    patches
}

fn unusable(name: &str, loc: Loc, incomplete: &Incomplete, sources: &Sources) -> Diagnostic {
    let place = |loc| sources.place(loc);
    let finding = |rule, text: &str| Diagnostic::new(rule, format!("{text} in the patch `{name}`"));
    match incomplete {
        Incomplete::Missing(field) => {
            finding(&MISSING_FIELD, &format!("`{field}` is missing")).at(place(loc), "this patch")
        }
        Incomplete::NoChange => finding(&NO_CHANGE, "neither `json` nor `merge` is given")
            .at(place(loc), "this patch")
            .help("write `merge` with the fields to change, or `json` with the operations of RFC 6902"),
        Incomplete::NoList(loc) => {
            finding(&WRONG_TYPE, "`json` is no list").at(place(*loc), "a list is wanted")
        }
        Incomplete::NoMapping(loc) => finding(&WRONG_TYPE, "`merge` is no mapping")
            .at(place(*loc), "a mapping is wanted")
            .note("anything else would replace the whole manifest"),
        Incomplete::Operation { index, loc, reason } => {
            finding(&PATCH_FAILED, &format!("operation {} is none", index + 1))
                .at(place(*loc), "this one")
                .note(reason.clone())
        }
    }
}

/// Why a patch cannot be used at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Incomplete {
    /// A required field is not given: `target.kind`.
    Missing(&'static str),
    /// Neither `json` nor `merge` is given.
    NoChange,
    /// `json` is no list.
    NoList(Loc),
    /// `merge` is no mapping: as a merge patch it would replace the whole manifest.
    NoMapping(Loc),
    /// An operation is none.
    Operation {
        /// Its index, from 0.
        index: usize,
        /// Where it is written.
        loc: Loc,
        /// Why, in the reader's words.
        reason: String,
    },
}

impl Patch {
    /// The patch that a person wrote, checked as far as it can be without a manifest.
    pub(super) fn of(name: &str, loc: Loc, spec: &PatchSpec) -> Result<Self, Incomplete> {
        let target = spec.target.get().ok_or(Incomplete::Missing("target"))?;
        let target = PatchTarget::of(&target.value)?;
        let change = match spec.change() {
            Some(PatchChangeSpec::Json(json)) => PatchChange::Json(operations(json.node())?),
            Some(PatchChangeSpec::Merge(merge)) if matches!(merge.node().kind, Kind::Map(_)) => {
                PatchChange::Merge(merge.value.clone())
            }
            Some(PatchChangeSpec::Merge(merge)) => return Err(Incomplete::NoMapping(merge.node().loc)),
            None => return Err(Incomplete::NoChange),
        };
        Ok(Patch { name: name.to_owned(), loc, target, change })
    }
}

impl PatchTarget {
    fn of(spec: &PatchTargetSpec) -> Result<Self, Incomplete> {
        let text = |setting: &Setting<String>| setting.get().map(|text| text.value.clone());
        Ok(PatchTarget {
            group: text(&spec.group),
            version: text(&spec.version),
            kind: text(&spec.kind).ok_or(Incomplete::Missing("target.kind"))?,
            name: text(&spec.name).ok_or(Incomplete::Missing("target.name"))?,
            name_loc: spec.name.origin().and_then(Origin::written),
            namespace: text(&spec.namespace),
        })
    }
}

fn operations(node: &Node<'static>) -> Result<Vec<JsonOperation>, Incomplete> {
    let Kind::Seq(items) = &node.kind else {
        return Err(Incomplete::NoList(node.loc));
    };
    let operation = |(index, item): (usize, &Node<'static>)| {
        let written = Tree::from(item.clone());
        let told = |error: serde_json::Error| Incomplete::Operation {
            index,
            loc: item.loc,
            reason: error.to_string(),
        };
        let operation = serde_json::from_value(written.to_value()).map_err(told)?;
        Ok(JsonOperation { operation, written })
    };
    items.iter().enumerate().map(operation).collect()
}
