//! A fresh tree: built beside its place, put there by one rename.
//!
//! It is not synced, as a copy is not: after a power cut the next run compares, and writes again what was lost.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;

use super::compare::{all_new, join, texts};
use super::inventory::Inventory;
use super::{SiteChange, SiteTree, WriteError, split};
use crate::disk::{Cursor, DiskError, Folder};

/// A tree being built. Dropped without [`Fresh::commit`], it is removed again.
#[derive(Debug)]
pub(super) struct Fresh {
    place: Place,
    staging: Folder,
    /// The empty output folder, which holds the lock.
    out: Folder,
    /// Whether this run made the output folder, and so removes it when it writes nothing.
    made: bool,
    committed: bool,
}

/// Where a tree is built: the output folder's parent, with the names there.
#[derive(Debug)]
pub(super) struct Place {
    parent: Folder,
    out: OsString,
    staging: OsString,
}

impl Place {
    /// The place beside an output folder. None where a rename from there cannot work: the folder has no parent by
    /// name, or is a mount of its own.
    pub(super) fn beside(out: &Folder) -> Result<Option<Self>, WriteError> {
        let path = out.path();
        let (Some(name), Some(parent)) = (path.file_name(), path.parent()) else { return Ok(None) };
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        let Some(parent) = Folder::open_linked(parent)? else { return Ok(None) };
        if !parent.shares_file_system(out)? {
            return Ok(None);
        }
        let mut staging = OsString::from(".");
        staging.push(name);
        staging.push(".goldsmith-staging");
        Ok(Some(Place { parent, out: name.to_owned(), staging }))
    }

    /// Makes the folder to build in, if there can be one. A folder that was there (`made` is false) may be all that
    /// we are allowed to write to, as in a container: then it is written as an existing tree.
    pub(super) fn stage(out: &Folder, made: bool) -> Result<Option<(Self, Folder)>, WriteError> {
        let Some(place) = Place::beside(out)? else { return Ok(None) };
        match place.parent.make(&place.staging) {
            Ok(staging) => Ok(Some((place, staging))),
            Err(error) if !made && is_refusal(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a killed run left its tree here.
    pub(super) fn has_leftover(&self) -> Result<bool, DiskError> {
        Ok(self.parent.kind(&self.staging)?.is_some())
    }
}

/// Removes the tree that a killed run was building; the caller holds the lock.
pub(super) fn drop_leftover(out: &Folder) -> Result<bool, WriteError> {
    match Place::beside(out)? {
        Some(place) if place.has_leftover()? => {
            place.parent.remove_all(&place.staging)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

impl Fresh {
    /// Begins a tree.
    pub(super) fn begin(out: Folder, made: bool, place: Place, staging: Folder) -> Self {
        Fresh { place, staging, out, made, committed: false }
    }

    /// Writes a site into the tree being built.
    pub(super) fn site(&self, tree: &SiteTree) -> Result<SiteChange, WriteError> {
        let inventory = Inventory::of(tree).to_string();
        let mut cursor = Cursor::new(&self.staging);
        for (path, text) in texts(tree, &inventory) {
            let (folder, name) = split(path);
            cursor.make(&join(tree.site(), folder))?.create(name, text.as_bytes())?;
        }
        Ok(all_new(tree))
    }

    /// Puts the tree in its place: a rename over the empty folder, which fails if it is no longer empty.
    pub(super) fn commit(mut self) -> Result<(), WriteError> {
        if !self.place.parent.rename(&self.place.staging, &self.place.parent, &self.place.out)? {
            return Err(WriteError::Vanished(self.place.parent.path().join(&self.place.staging)));
        }
        self.committed = true;
        Ok(())
    }
}

impl Drop for Fresh {
    /// Best effort: what stays is dropped by the next run.
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        let _ = self.place.parent.remove_all(&self.place.staging);
        if self.made && self.out.is_current().unwrap_or(false) {
            let _ = self.place.parent.remove_empty(&self.place.out);
        }
    }
}

fn is_refusal(error: &DiskError) -> bool {
    matches!(error.kind(), Some(ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem))
}
