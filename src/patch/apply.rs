//! Patches on what was rendered: each manifest that fits is changed, or left as it was with a finding.

use std::collections::BTreeMap;

use json_patch::PatchOperation;
use serde_json::Value;

use super::astray::without_target;
use super::rules::PATCH_FAILED;
use super::shadow::Shadow;
use super::{JsonOperation, Patch, PatchChange, PatchTarget};
use crate::diagnostic::{Diagnostic, Findings};
use crate::manifest::{Manifest, ManifestId};
use crate::provenance::Sources;
use crate::yaml::{Loc, write};

/// Applies patches in order, and tells which hit nothing or could not change what they hit.
pub fn apply(patches: &[Patch], manifests: &mut [Manifest], sources: &Sources, findings: &mut Findings) {
    let outcomes = outcomes(patches, manifests);
    for (patch, outcome) in patches.iter().zip(&outcomes) {
        if outcome.hits.is_empty() {
            findings.push(without_target(patch, manifests, sources));
        }
        findings.extend(outcome.failures.iter().map(|failure| failed(patch, failure, sources)));
    }
}

fn failed(patch: &Patch, failure: &PatchFailure, sources: &Sources) -> Diagnostic {
    let what = failure.operation.map_or_else(String::new, |index| format!("operation {} of ", index + 1));
    let title = format!("{what}the patch `{}` cannot change the {}", patch.name, failure.manifest);
    Diagnostic::new(&PATCH_FAILED, title)
        .at(sources.place(failure.loc), "this one")
        .note(failure.reason.clone())
        .help("`goldsmith render --stdout`, without the patch, shows the manifest as it is")
}

/// What became of a patch.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PatchOutcome {
    /// The manifests that its target fits, by index. None: the patch hits nothing.
    pub(super) hits: Vec<usize>,
    /// Those of them that it could not change; they are as they were.
    pub(super) failures: Vec<PatchFailure>,
}

/// A manifest that a patch could not change.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PatchFailure {
    /// The manifest.
    pub(super) manifest: ManifestId,
    /// The index of the operation that failed, from 0; none for a merge patch.
    pub(super) operation: Option<usize>,
    /// Where the operation, or the patch, is written.
    pub(super) loc: Loc,
    /// Why.
    pub(super) reason: String,
}

/// Applies patches in order. One outcome a patch.
pub(super) fn outcomes(patches: &[Patch], manifests: &mut [Manifest]) -> Vec<PatchOutcome> {
    let mut shadows: BTreeMap<usize, Shadow> = BTreeMap::new();
    let mut outcomes = Vec::with_capacity(patches.len());
    for patch in patches {
        let mut outcome = PatchOutcome::default();
        for (index, manifest) in manifests.iter_mut().enumerate() {
            if patch.target.fits(&manifest.id) {
                outcome.hits.push(index);
                let shadow = shadows.entry(index).or_insert_with(|| Shadow::of(&manifest.object));
                outcome.failures.extend(patch.change(manifest, shadow).err().map(|failure| *failure));
            }
        }
        outcomes.push(outcome);
    }
    for (index, shadow) in shadows {
        write::order(&mut manifests[index].object);
        manifests[index].patched = shadow.patched();
    }
    outcomes
}

impl PatchTarget {
    /// Whether an object fits.
    pub fn fits(&self, id: &ManifestId) -> bool {
        let fits = |wanted: &Option<String>, is: Option<&str>| wanted.is_none() || wanted.as_deref() == is;
        self.kind == id.kind
            && self.name == id.name
            && fits(&self.group, Some(id.group()))
            && fits(&self.version, Some(id.version()))
            && fits(&self.namespace, id.namespace.as_deref())
    }
}

impl Patch {
    /// Changes one manifest, or leaves it as it was.
    fn change(&self, manifest: &mut Manifest, shadow: &mut Shadow) -> Result<(), Box<PatchFailure>> {
        let failure = |operation, loc, reason| {
            Box::new(PatchFailure { manifest: manifest.id.clone(), operation, loc, reason })
        };
        let mut object = manifest.object.clone();
        let mut shade = shadow.clone();
        match &self.change {
            PatchChange::Merge(tree) => {
                json_patch::merge(&mut object, &tree.to_value());
                let marks = shade.written(&self.name, tree.node(), true);
                json_patch::merge(shade.marks(), &marks);
            }
            PatchChange::Json(operations) => {
                for (index, operation) in operations.iter().enumerate() {
                    let told = |(loc, reason)| failure(Some(index), loc, reason);
                    operation.apply(&self.name, &mut object, &mut shade).map_err(told)?;
                }
            }
        }
        if ManifestId::of(&object).as_ref() != Ok(&manifest.id) {
            let reason =
                "a patch cannot give an object another identity: its file and its deletion hang on it";
            return Err(failure(None, self.loc, reason.to_owned()));
        }
        manifest.object = object;
        *shadow = shade;
        Ok(())
    }
}

impl JsonOperation {
    /// Changes an object, or says what of the operation keeps it from that, and why.
    fn apply(&self, patch: &str, object: &mut Value, shadow: &mut Shadow) -> Result<(), (Loc, String)> {
        let done = json_patch::patch(object, std::slice::from_ref(&self.operation));
        done.map_err(|error| (self.written.node().locate(wrong_key(&error)), reason(&error)))?;
        let mut operation = self.operation.clone();
        let written = self.written.node().get("value");
        match (&mut operation, written) {
            (PatchOperation::Test(_), _) => return Ok(()),
            (PatchOperation::Add(add), Some(node)) => add.value = shadow.written(patch, node, false),
            (PatchOperation::Replace(replace), Some(node)) => {
                replace.value = shadow.written(patch, node, false);
            }
            _ => {}
        }
        let marked = json_patch::patch(shadow.marks(), &[operation]);
        marked.map_err(|error| (self.written.node().loc, error.to_string()))
    }
}

/// The key for whose sake an operation cannot be done, as a pointer into the operation.
fn wrong_key(error: &json_patch::PatchError) -> &'static str {
    match error.kind {
        json_patch::PatchErrorKind::TestFailed => "/value",
        json_patch::PatchErrorKind::InvalidFromPointer => "/from",
        _ => "/path",
    }
}

/// Why an operation cannot be done.
fn reason(error: &json_patch::PatchError) -> String {
    match error.kind {
        json_patch::PatchErrorKind::TestFailed => {
            format!("`{}` has another value than the test wants", error.path)
        }
        _ => format!("the manifest has no `{}`", error.path),
    }
}
