//! The files of one site, as they are to be.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use thiserror::Error;

use crate::manifest::{Lifecycle, file};
use crate::validate::Validated;

/// All files of a site's folder. Paths are relative to it and checked on entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteTree {
    site: String,
    lifecycle: Lifecycle,
    components: BTreeMap<String, Lifecycle>,
    files: BTreeMap<String, File>,
}

/// A file and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// None: the site's own, as its `kustomization.yaml` is.
    pub(super) component: Option<String>,
    pub(super) text: String,
}

/// A name or path that the tree does not take.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TreeError {
    /// A site or component name that is no plain folder name.
    #[error(
        "`{0}` cannot name a site or component: it must be one word without `/` that does not begin with a dot"
    )]
    Name(String),
    /// A path that leads elsewhere, begins a name with a dot, or has control characters.
    #[error(
        "`{path}` of site `{site}` is no path for a file of the tree: names must not be empty, begin with a dot or hold control characters"
    )]
    Path {
        /// The site.
        site: String,
        /// As given.
        path: String,
    },
    /// Two files of one path.
    #[error("`{path}` of site `{site}` is rendered twice")]
    Twice {
        /// The site.
        site: String,
        /// The path.
        path: String,
    },
}

impl SiteTree {
    /// The files of a validated site: its manifests, and the list of each folder. Errors: a name that the tree does not
    /// take, which the stages before refuse.
    pub fn of(validated: &Validated) -> Result<Self, TreeError> {
        let site = validated.site();
        let mut tree = SiteTree::new(site, validated.lifecycle())?;
        for (component, lifecycle) in validated.components() {
            tree.component(component, *lifecycle)?;
        }
        // A user's own manifests belong to the site itself: they have no lifecycle of their own.
        let ours = |component| validated.components().contains_key(component).then_some(component);
        for manifest in validated.manifests() {
            tree.file(ours(manifest.component), manifest.path.as_str(), file::text(site, &manifest.object))?;
        }
        for (path, component, list) in file::kustomizations(validated.manifests()) {
            tree.file(ours(component), path, file::text(site, &list))?;
        }
        Ok(tree)
    }

    /// A site without files. Its folder has its name.
    pub(super) fn new(site: &str, lifecycle: Lifecycle) -> Result<Self, TreeError> {
        is_word(site).then_some(()).ok_or_else(|| TreeError::Name(site.to_owned()))?;
        Ok(SiteTree { site: site.to_owned(), lifecycle, components: BTreeMap::new(), files: BTreeMap::new() })
    }

    /// Names a component by its spec key (`goldenImages`), also one that has no files: its lifecycle is remembered.
    pub(super) fn component(&mut self, component: &str, lifecycle: Lifecycle) -> Result<(), TreeError> {
        is_word(component).then_some(()).ok_or_else(|| TreeError::Name(component.to_owned()))?;
        self.components.insert(component.to_owned(), lifecycle);
        Ok(())
    }

    /// Adds a file of a component, or of the site itself. A component that was not named is present.
    pub(super) fn file(
        &mut self,
        component: Option<&str>,
        path: impl Into<String>,
        text: impl Into<String>,
    ) -> Result<(), TreeError> {
        let path = path.into();
        if !is_path(&path) {
            return Err(TreeError::Path { site: self.site.clone(), path });
        }
        if let Some(component) = component.filter(|component| !self.components.contains_key(*component)) {
            self.component(component, Lifecycle::Present)?;
        }
        match self.files.entry(path) {
            Entry::Occupied(entry) => {
                Err(TreeError::Twice { site: self.site.clone(), path: entry.key().clone() })
            }
            Entry::Vacant(entry) => {
                entry.insert(File { component: component.map(ToOwned::to_owned), text: text.into() });
                Ok(())
            }
        }
    }

    /// The site's name, and its folder's.
    pub fn site(&self) -> &str {
        &self.site
    }

    pub(super) fn lifecycle(&self) -> Lifecycle {
        self.lifecycle
    }

    pub(super) fn components(&self) -> &BTreeMap<String, Lifecycle> {
        &self.components
    }

    pub(super) fn files(&self) -> &BTreeMap<String, File> {
        &self.files
    }
}

/// Whether a text can name a site or a component.
pub(super) fn is_word(text: &str) -> bool {
    is_name(text) && !text.contains(['/', ' '])
}

/// Whether a text is a path of the tree: it stays below its folder, and a line can hold it.
pub(super) fn is_path(text: &str) -> bool {
    text.split('/').all(is_name) && text.trim() == text
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leads_elsewhere_is_refused() {
        let mut tree = SiteTree::new("edge", Lifecycle::Present).unwrap();
        for path in ["../a.yaml", "/a.yaml", "a//b.yaml", "a/./b", ".goldsmith/journal", "a\nb", ""] {
            let error = tree.file(None, path, "").unwrap_err();
            assert_eq!(error, TreeError::Path { site: "edge".to_owned(), path: path.to_owned() });
        }
    }

    #[test]
    fn a_site_named_like_a_path_is_refused() {
        for name in ["", "..", "a/b", ".git", "a b"] {
            assert_eq!(SiteTree::new(name, Lifecycle::Present), Err(TreeError::Name(name.to_owned())));
        }
    }

    #[test]
    fn two_files_of_one_path_are_refused() {
        let mut tree = SiteTree::new("edge", Lifecycle::Present).unwrap();
        tree.file(Some("podVM"), "pod-vm/a.yaml", "1").unwrap();
        assert!(matches!(tree.file(None, "pod-vm/a.yaml", "2"), Err(TreeError::Twice { .. })));
    }
}
