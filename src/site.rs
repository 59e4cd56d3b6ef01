//! One site, complete: every default set, every reference checked. The sole input of `render`.

use std::sync::Arc;

use crate::capability::Platform;
use crate::components::Components;
use crate::manifest::{CommonMetadata, Draft, Lifecycle};
use crate::patch::Patch;
use crate::provenance::{Source, Sourced, Sources};
use crate::yaml::SourceId;

/// A resolved site.
#[derive(Debug)]
pub struct Site {
    /// Its name, which is the name of its folder.
    pub name: Sourced<String>,
    /// What it runs on.
    pub platform: Platform,
    /// What all its objects have in common.
    pub metadata: CommonMetadata,
    /// Whether it is there.
    pub lifecycle: Sourced<Lifecycle>,
    /// Its components.
    pub components: Components,
    /// Changes to what is rendered, in the order of their names.
    pub patches: Vec<Patch>,
    /// A user's own manifests, in the order of their names.
    pub extra_manifests: Vec<ExtraManifest>,
    /// The texts that all of this was read from, as they are shown: without what Secrets hold.
    pub sources: Sources,
}

impl Site {
    /// Every manifest that the site asks for, component by component.
    pub fn drafts(&self) -> Vec<Draft<'_>> {
        self.components.drafts(&self.metadata, &self.lifecycle)
    }
}

/// A file of a user's own manifests.
#[derive(Clone, Debug)]
pub struct ExtraManifest {
    /// Its name in the spec.
    pub name: String,
    /// Its path in the repository, as the spec gives it.
    pub path: Sourced<String>,
    /// The file.
    pub source: Arc<Source>,
    /// Its number among the site's texts.
    pub source_id: SourceId,
}
