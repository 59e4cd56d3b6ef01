//! Manifests: identity, place in the tree, and what components declare about them.

pub mod confidential;
mod consequence;
pub mod content;
mod draft;
pub mod file;
mod id;
mod maker;
pub mod marks;
mod metadata;
pub mod model;
pub mod order;
pub mod path;
pub mod pointer;
pub mod remark;
mod tables;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::provenance::Origin;
use crate::yaml::Loc;
pub use consequence::{Changed, Consequence};
pub use draft::Draft;
pub use maker::{Home, Maker};
pub use metadata::{CommonMetadata, Metadata, STAYS_BEHIND, stays_behind};
pub use tables::{Lifecycle, Ownership, RuntimeOwned, SharedObject, Sharing, Which};

/// What names an object in a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ManifestId {
    /// `cdi.kubevirt.io/v1beta1`.
    pub api_version: String,
    /// `DataImportCron`.
    pub kind: String,
    /// None for cluster-scoped objects.
    pub namespace: Option<String>,
    /// `metadata.name`.
    pub name: String,
}

/// Why a manifest exists: a rule in words and the values that asked for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Because {
    /// In words: `goldenImages.images.rhel9-corp is a custom image`.
    pub reason: String,
    /// The values that asked for it.
    pub from: Vec<Origin>,
}

impl Because {
    /// A reason, and the values that asked for it.
    pub fn new(reason: impl Into<String>, from: &[&Origin]) -> Self {
        Because { reason: reason.into(), from: from.iter().map(|origin| (*origin).clone()).collect() }
    }
}

/// One rendered manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// What names it in the cluster.
    pub id: ManifestId,
    /// Relative to the site's folder: `golden-images/dataimportcron-fedora.yaml`.
    pub path: String,
    /// The folder of the tree that it lies in: `golden-images`.
    pub folder: &'static str,
    /// Its component's spec key: `goldenImages`; `extraManifests` for a user's own.
    pub component: &'static str,
    /// Which of the site's drafts it was rendered from; none for a user's own manifest.
    pub draft: Option<usize>,
    /// Why it exists.
    pub because: Because,
    /// How it is shared, where others write to it as well.
    pub sharing: Option<Sharing>,
    /// The object, in canonical key order.
    pub object: Value,
    /// The leaves of the object that are not what was rendered at their place, by JSON pointer.
    pub patched: BTreeMap<String, Patched>,
}

/// How a leaf got where it is after its manifest was rendered.
#[derive(Clone, Debug, PartialEq)]
pub enum Patched {
    /// The patch wrote it.
    Written {
        /// The patch's name.
        patch: String,
        /// Where the value is written.
        loc: Loc,
    },
    /// A rule of ours wrote it into a user's own manifest.
    Ruled(Origin),
    /// It was rendered at another place: a patch moved or copied it, or inserted something before it.
    Moved {
        /// The JSON pointer that it was rendered at.
        from: String,
    },
}
