//! What a tree holds now: the old side of a diff. Reads by the same rules as `check` and the next render go by, so that
//! all three mean the same files.

use std::collections::BTreeSet;
use std::path::Path;

use super::inventory::Inventory;
use super::{Check, WriteError, removal, split};
use crate::diagnostic::Diagnostic;
use crate::disk::{Cursor, Folder, Kind};
use crate::manifest::file::is_manifest;

/// A tree as it is on disk, to be read.
#[derive(Debug)]
pub struct Present {
    out: Option<Folder>,
    check: Check,
}

/// The manifests of one site: path relative to the site's folder, and text.
pub type Manifests = Vec<(String, String)>;

impl Present {
    /// Opens a tree; one that is not there holds nothing.
    pub fn open(out: &Path) -> Result<Self, WriteError> {
        Ok(Present { out: Folder::open(out)?, check: Check::open(out)? })
    }

    /// Whether there is a folder at all.
    pub fn exists(&self) -> bool {
        self.out.is_some()
    }

    /// A write that was interrupted, or is going on: then what is read is neither the old nor the new tree.
    pub fn interrupted(&self) -> Result<Option<Diagnostic>, WriteError> {
        self.check.interrupted()
    }

    /// The manifests of a site: those of its inventory, or, where another tool wrote the folder, all that are there.
    pub fn site(&self, site: &str) -> Result<Manifests, WriteError> {
        let Some(out) = &self.out else { return Ok(Vec::new()) };
        let Some(folder) = out.child(site)? else { return Ok(Vec::new()) };
        let paths: BTreeSet<String> = match Inventory::read(&folder)? {
            Some(inventory) => inventory.files().map(|(path, _)| path.to_owned()).collect(),
            None => files(&folder, "")?,
        };
        let mut cursor = Cursor::new(&folder);
        let mut manifests = Vec::new();
        for path in paths.into_iter().filter(|path| is_manifest(path)) {
            let (parent, name) = split(&path);
            let Some(bytes) = cursor.find(parent)?.map(|parent| parent.content(name)).transpose()?.flatten()
            else {
                continue;
            };
            manifests.push((path, String::from_utf8_lossy(&bytes).into_owned()));
        }
        Ok(manifests)
    }

    /// The names of our sites that are none of these, sorted.
    pub fn leaving(&self, sites: &BTreeSet<String>) -> Result<Vec<String>, WriteError> {
        let Some(out) = &self.out else { return Ok(Vec::new()) };
        Ok(removal::leaving(out, sites)?.into_iter().map(|removal| removal.site).collect())
    }
}

/// The regular files below a folder. Links are not followed, and names that begin with a dot are left out.
fn files(folder: &Folder, prefix: &str) -> Result<BTreeSet<String>, WriteError> {
    let mut found = BTreeSet::new();
    for entry in folder.entries()? {
        let Some(name) = entry.name.to_str().filter(|name| !name.starts_with('.')) else { continue };
        let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
        match entry.kind {
            Kind::File => drop(found.insert(path)),
            Kind::Folder => {
                if let Some(child) = folder.child(name)? {
                    found.extend(files(&child, &path)?);
                }
            }
            Kind::Link | Kind::Other => {}
        }
    }
    Ok(found)
}
