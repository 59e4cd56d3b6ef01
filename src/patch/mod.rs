//! Patches: a person's changes to what was rendered.
//!
//! [`resolve`](fn@resolve) completes the section `patches`; [`apply`](fn@apply) changes the manifests of a site, in the
//! order of the names of its patches. Each leaf that a patch wrote knows its line (`shadow`). Whether a patch may write
//! what it writes is the business of the stage that validates.

mod apply;
mod astray;
mod resolve;
pub mod rules;
mod shadow;

use json_patch::PatchOperation;

use crate::provenance::Tree;
use crate::yaml::Loc;
pub use apply::apply;
pub use resolve::resolve;

/// A patch, complete.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// Its name among the patches of the site.
    pub name: String,
    /// Where it is written.
    pub loc: Loc,
    /// Which manifests it changes.
    pub target: PatchTarget,
    /// The change.
    pub change: PatchChange,
}

/// Which manifests a patch changes: those that fit every field given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchTarget {
    /// The API group, empty for core; none fits any.
    pub group: Option<String>,
    /// The version inside the group; none fits any.
    pub version: Option<String>,
    /// The kind.
    pub kind: String,
    /// `metadata.name`, without the hash that some names end in: it is put there behind the patches.
    pub name: String,
    /// Where the name is written.
    pub name_loc: Option<Loc>,
    /// The namespace; none fits any.
    pub namespace: Option<String>,
}

/// What a patch does.
#[derive(Clone, Debug, PartialEq)]
pub enum PatchChange {
    /// The operations of a JSON Patch (RFC 6902), in order, all or none.
    Json(Vec<JsonOperation>),
    /// A JSON Merge Patch (RFC 7386).
    Merge(Tree),
}

/// One operation of a JSON Patch, and how it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonOperation {
    operation: PatchOperation,
    written: Tree,
}

#[cfg(test)]
mod tests;
