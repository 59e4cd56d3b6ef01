//! What a run would remove: by site, by component, by single manifests.

use std::collections::BTreeSet;

use super::inventory::{FILE_NAME, Inventory};
use super::{SiteTree, WriteError, split};
use crate::disk::{Folder, Kind};
use crate::manifest::Lifecycle;

/// Files of one site that are removed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The site.
    pub site: String,
    /// What leaves.
    pub leaving: Leaving,
    /// The lifecycle that it was last rendered with.
    pub lifecycle: Lifecycle,
    /// Relative to the site's folder, sorted.
    pub files: Vec<String>,
}

/// What leaves the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// The whole site.
    Site,
    /// A whole component, by its spec key.
    Component(String),
    /// Single files of a component that stays, or of the site itself.
    Files(Option<String>),
}

impl Removal {
    /// How many manifests go: what Kustomize needs beside them is not counted.
    pub fn manifests(&self) -> usize {
        let is_manifest = |path: &&String| {
            let (_, name) = split(path);
            is_yaml(name) && name != "kustomization.yaml"
        };
        self.files.iter().filter(is_manifest).count()
    }

    /// The component, where it is about one.
    pub fn component(&self) -> Option<&str> {
        match &self.leaving {
            Leaving::Component(name) | Leaving::Files(Some(name)) => Some(name),
            Leaving::Site | Leaving::Files(None) => None,
        }
    }
}

/// What leaves a site between its last inventory and its files of today.
pub(super) fn between(old: &Inventory, new: &SiteTree) -> Vec<Removal> {
    let removal = |leaving, lifecycle, files: &BTreeSet<String>| Removal {
        site: new.site().to_owned(),
        leaving,
        lifecycle,
        files: files.iter().filter(|path| !new.files().contains_key(*path)).cloned().collect(),
    };
    let mut removals = vec![removal(Leaving::Files(None), old.site.lifecycle, &old.site.files)];
    for (name, part) in &old.components {
        let stays = new.components().contains_key(name);
        let leaving =
            if stays { Leaving::Files(Some(name.clone())) } else { Leaving::Component(name.clone()) };
        removals.push(removal(leaving, part.lifecycle, &part.files));
    }
    removals.retain(|removal| !removal.files.is_empty() || matches!(removal.leaving, Leaving::Component(_)));
    removals
}

/// The sites of a tree that are none of these. A folder without an inventory is not ours and no site.
pub(super) fn leaving(out: &Folder, sites: &BTreeSet<String>) -> Result<Vec<Removal>, WriteError> {
    let mut removals = Vec::new();
    for entry in out.entries()? {
        let Some(site) = entry.name.to_str().filter(|name| !sites.contains(*name)) else { continue };
        if entry.kind != Kind::Folder {
            continue;
        }
        let Some(folder) = out.child(site)? else { continue };
        let Some(inventory) = Inventory::read(&folder)? else { continue };
        let mut files: Vec<_> = inventory.files().map(|(path, _)| path.to_owned()).collect();
        files.sort();
        files.push(FILE_NAME.to_owned());
        let lifecycle = inventory.site.lifecycle;
        removals.push(Removal { site: site.to_owned(), leaving: Leaving::Site, lifecycle, files });
    }
    Ok(removals)
}

/// Whether Argo CD or Flux would take a file of this name for manifests.
pub(super) fn is_yaml(name: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(Option<&str>, &str)]) -> SiteTree {
        let mut tree = SiteTree::new("edge", Lifecycle::Present).unwrap();
        for (component, path) in files {
            tree.file(*component, *path, "").unwrap();
        }
        tree
    }

    #[test]
    fn a_file_of_a_component_that_stays_is_told_apart_from_a_component_that_leaves() {
        let old = tree(&[
            (Some("podVM"), "pod-vm/a.yaml"),
            (Some("registries"), "registries/a.yaml"),
            (Some("registries"), "registries/b.yaml"),
        ]);
        let removals = between(&Inventory::of(&old), &tree(&[(Some("registries"), "registries/a.yaml")]));
        let told: Vec<_> =
            removals.iter().map(|removal| (&removal.leaving, removal.files.join(" "))).collect();
        assert_eq!(
            told,
            [
                (&Leaving::Component("podVM".to_owned()), "pod-vm/a.yaml".to_owned()),
                (&Leaving::Files(Some("registries".to_owned())), "registries/b.yaml".to_owned()),
            ]
        );
    }

    #[test]
    fn a_file_that_moves_to_another_component_is_not_removed() {
        let old = Inventory::of(&tree(&[(Some("podVM"), "a.yaml"), (Some("registries"), "b.yaml")]));
        let new = tree(&[(Some("podVM"), "b.yaml"), (Some("registries"), "a.yaml")]);
        assert_eq!(between(&old, &new), []);
    }

    #[test]
    fn kustomizations_and_inventories_are_no_manifests() {
        let files =
            ["a/kustomization.yaml", "a/job-x.yaml", ".goldsmith-inventory"].map(str::to_owned).to_vec();
        let removal =
            Removal { site: "edge".to_owned(), leaving: Leaving::Site, lifecycle: Lifecycle::Present, files };
        assert_eq!(removal.manifests(), 1);
    }
}
