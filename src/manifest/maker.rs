//! How components make their drafts: one way to name, mark and own an object, whatever it is.

use serde::Serialize;

use super::{Because, CommonMetadata, Draft, Lifecycle, Metadata, Ownership, Sharing, marks};
use crate::provenance::Sourced;

/// What is the same for every object of a component, on all sites.
#[derive(Debug, PartialEq, Eq)]
pub struct Home {
    /// The spec key: `goldenImages`.
    pub component: &'static str,
    /// The label `app.kubernetes.io/component`: `golden-images`.
    pub label: &'static str,
    /// The folder of the tree: `golden-images`.
    pub folder: &'static str,
    /// The folder of what only patches an object of somebody else: a Kustomize component, which cannot be applied
    /// alone as the main folder is.
    pub patch_folder: &'static str,
    /// The namespace whose objects lie directly in its folders; those of others lie below a folder named after theirs.
    /// A constant, so that a path depends on its own object alone.
    pub namespace: &'static str,
}

/// Makes the drafts of one component on one site.
#[derive(Debug)]
pub struct Maker<'s, C> {
    /// The component, complete.
    pub component: &'s C,
    /// What is the same on all sites.
    pub home: &'static Home,
    /// What all objects of the site have in common.
    pub common: &'s CommonMetadata,
    /// Whether the component is there.
    pub lifecycle: &'s Sourced<Lifecycle>,
}

impl<'s, C> Maker<'s, C> {
    /// Whether only what cleans up is rendered.
    pub fn absent(&self) -> Sourced<bool> {
        self.lifecycle.clone().map(|lifecycle| lifecycle == Lifecycle::Absent)
    }

    /// Metadata of an object that is ours alone.
    pub fn own(&self, name: Sourced<String>, namespace: Option<Sourced<String>>) -> Metadata {
        let mut metadata = self.common.of(self.home.label, name, namespace);
        if self.lifecycle.value == Lifecycle::Orphan {
            metadata.stay_behind(&self.lifecycle.origin);
        }
        metadata
    }

    /// Metadata of an object that others write to as well.
    pub fn shared(
        &self,
        name: Sourced<String>,
        namespace: Option<Sourced<String>>,
        ownership: &Sourced<Ownership>,
    ) -> Metadata {
        match ownership.value {
            Ownership::Whole => self.own(name, namespace),
            Ownership::Fields => {
                let mut metadata = self.common.shared(name, namespace);
                marks::ours_are_fields(&mut metadata, &ownership.origin);
                metadata
            }
            // The owner's object keeps its own metadata: a patch adds what it must name itself by, and the site's words.
            Ownership::Patch => self.common.shared(name, namespace),
        }
    }

    /// A draft of an object that is ours alone.
    pub fn draft(
        &self,
        template: &'static str,
        context: impl Serialize + Send + Sync + 's,
        because: Because,
    ) -> Draft<'s> {
        Draft {
            component: self.home.component,
            folder: self.home.folder,
            home_namespace: self.home.namespace,
            template,
            context: Box::new(context),
            because,
            sharing: None,
            is_named_by_content: false,
        }
    }

    /// A draft of an object that others write to as well.
    pub fn shared_draft(
        &self,
        template: &'static str,
        context: impl Serialize + Send + Sync + 's,
        because: Because,
        sharing: Sharing,
    ) -> Draft<'s> {
        let is_patch = sharing.ownership == Ownership::Patch;
        let folder = if is_patch { self.home.patch_folder } else { self.home.folder };
        Draft { folder, sharing: Some(sharing), ..self.draft(template, context, because) }
    }
}
