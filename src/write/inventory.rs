//! The inventory of a site: a plain list of the files that are ours, with the lifecycle they were last rendered with.
//!
//! It lies in the site's folder under a name that Argo CD, Flux and Kustomize do not read, and is a function of the
//! rendered files alone: sorted, one file a line, so that git merges it well.
//!
//! ```text
//! # Files that goldsmith wrote for this site. Generated: do not edit.
//! site present
//!   kustomization.yaml
//! component goldenImages present
//!   golden-images/dataimportcron-fedora.yaml
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::tree::{is_path, is_word};
use super::{SiteTree, WriteError};
use crate::disk::Folder;
use crate::manifest::Lifecycle;

/// Its name in the site's folder.
pub const FILE_NAME: &str = ".goldsmith-inventory";

const HEADER: &str = "# Files that goldsmith wrote for this site. Generated: do not edit.";

/// The files of a site that are ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The site's own, with its lifecycle.
    pub site: Part,
    /// By component.
    pub components: BTreeMap<String, Part>,
}

/// The files of the site itself or of one component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// As it was last rendered.
    pub lifecycle: Lifecycle,
    /// Relative to the site's folder.
    pub files: BTreeSet<String>,
}

impl Inventory {
    /// The inventory of a site's files.
    pub fn of(tree: &SiteTree) -> Self {
        let part = |lifecycle| Part { lifecycle, files: BTreeSet::new() };
        let mut inventory = Inventory {
            site: part(tree.lifecycle()),
            components: tree
                .components()
                .iter()
                .map(|(name, lifecycle)| (name.clone(), part(*lifecycle)))
                .collect(),
        };
        for (path, file) in tree.files() {
            let part = match &file.component {
                Some(component) => inventory.components.entry(component.clone()).or_default(),
                None => &mut inventory.site,
            };
            part.files.insert(path.clone());
        }
        inventory
    }

    /// Reads an inventory; the error is the line (from 1) and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut inventory = Inventory::default();
        let mut part = &mut inventory.site;
        for (index, line) in text.lines().enumerate() {
            let wrong = |reason: &str| (index + 1, format!("{reason} `{line}`"));
            if let Some(path) = line.strip_prefix("  ") {
                is_path(path).then_some(()).ok_or_else(|| wrong("not a path of the tree"))?;
                part.files.insert(path.to_owned());
                continue;
            }
            let words: Vec<_> = line.split(' ').collect();
            let lifecycle = words.last().and_then(|word| Lifecycle::of_word(word));
            match (words.as_slice(), lifecycle) {
                (["#", ..], _) => {}
                (["site", _], Some(lifecycle)) => {
                    part = &mut inventory.site;
                    part.lifecycle = lifecycle;
                }
                (["component", name, _], Some(lifecycle)) if is_word(name) => {
                    part = inventory.components.entry((*name).to_owned()).or_default();
                    part.lifecycle = lifecycle;
                }
                _ => return Err(wrong("not a line of an inventory:")),
            }
        }
        Ok(inventory)
    }

    /// Reads the inventory of a site's folder; empty where there is none.
    pub(super) fn read(site: &Folder) -> Result<Option<Self>, WriteError> {
        let Some(bytes) = site.content(FILE_NAME)? else { return Ok(None) };
        let text = String::from_utf8_lossy(&bytes);
        let parsed = Inventory::parse(&text);
        parsed.map(Some).map_err(|(line, reason)| WriteError::Inventory {
            path: site.path().join(FILE_NAME),
            line,
            reason,
        })
    }

    /// All files, with the component each belongs to.
    pub fn files(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let own = self.site.files.iter().map(|path| (path.as_str(), None));
        let rest = self.components.iter();
        own.chain(
            rest.flat_map(|(name, part)| part.files.iter().map(|path| (path.as_str(), Some(name.as_str())))),
        )
    }
}

impl fmt::Display for Inventory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\nsite {}", self.site.lifecycle)?;
        self.site.files.iter().try_for_each(|path| writeln!(f, "  {path}"))?;
        for (name, part) in &self.components {
            writeln!(f, "component {name} {}", part.lifecycle)?;
            part.files.iter().try_for_each(|path| writeln!(f, "  {path}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> SiteTree {
        let mut tree = SiteTree::new("edge", Lifecycle::Present).unwrap();
        tree.component("podVM", Lifecycle::Absent).unwrap();
        tree.file(Some("goldenImages"), "golden-images/b c.yaml", "").unwrap();
        tree.file(Some("goldenImages"), "golden-images/a.yaml", "").unwrap();
        tree.file(None, "kustomization.yaml", "").unwrap();
        tree
    }

    #[test]
    fn it_is_sorted_and_remembers_components_without_files() {
        let expected = format!(
            "{HEADER}\nsite present\n  kustomization.yaml\ncomponent goldenImages present\n  golden-images/a.yaml\n  \
             golden-images/b c.yaml\ncomponent podVM absent\n"
        );
        assert_eq!(Inventory::of(&tree()).to_string(), expected);
    }

    #[test]
    fn what_is_printed_is_read_back() {
        let inventory = Inventory::of(&tree());
        assert_eq!(Inventory::parse(&inventory.to_string()), Ok(inventory));
    }

    #[test]
    fn a_conflict_or_a_path_out_of_the_tree_is_told_with_its_line() {
        for line in ["<<<<<<< HEAD", "  ../../etc/passwd", "component podVM gone", "  .git/config"] {
            let (number, reason) = Inventory::parse(&format!("{HEADER}\n{line}\n")).unwrap_err();
            assert_eq!(number, 2);
            assert!(reason.contains(line), "{reason}");
        }
    }
}
