//! `Validated` -> git tree: written completely or not at all.
//!
//! In goes one [`SiteTree`] a site: all files of the site's folder. A run is [`Write::open`], [`Write::site`] for each
//! site (from many threads), the brakes ([`brakes`]), then [`Write::commit`] or nothing: a run that is dropped before
//! leaves the tree as it was.
//!
//! - A **fresh** tree is built beside its place and gets there by one rename ([`fresh`]).
//! - In an **existing** tree each file is compared ([`compare`]); equal ones stay untouched, changed ones are staged
//!   inside the tree, synced once, and renamed over their targets from a [`journal`]. After a kill each file is old or
//!   new, and the next run finishes the journal or drops the staging.
//!
//! The [`inventory`] of a site says which files are ours: only those are ever replaced or removed. [`check`] compares
//! and writes nothing. Below [`SiteTree`] nothing knows of manifests: files are
//! texts, and components are names.

pub mod brakes;
pub mod check;
mod compare;
mod error;
mod existing;
mod fresh;
pub mod inventory;
mod journal;
pub mod present;
pub mod removal;
pub mod rules;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use check::Check;
pub use error::WriteError;
pub use journal::Recovery;
pub use removal::{Leaving, Removal};
pub use tree::{SiteTree, TreeError};

use crate::diagnostic::Findings;
use crate::disk::{self, Folder};
use existing::Existing;
use fresh::Fresh;

/// The folder inside an existing tree that holds a write in progress; it is there only during one, or after a kill.
const WORK: &str = ".goldsmith";

/// What happens to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileState {
    /// It was not there.
    New,
    /// It was there with other bytes.
    Changed,
    /// It is there with these bytes and stays untouched.
    Same,
    /// It is ours and no longer rendered.
    Removed,
}

/// What a run does to a site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteChange {
    /// Each file, relative to the site's folder, the inventory among them.
    pub files: BTreeMap<String, FileState>,
    /// What is removed, by component; the brakes decide on it.
    pub removals: Vec<Removal>,
    /// Foreign files in the way (errors) or in our folders (warnings).
    pub findings: Findings,
}

/// A write in progress. It holds the lock of the output folder; dropped without [`Write::commit`], it changes nothing.
#[derive(Debug)]
pub struct Write {
    target: Target,
    recovery: Option<Recovery>,
}

#[derive(Debug)]
enum Target {
    Fresh(Fresh),
    Existing(Existing),
}

impl Write {
    /// Locks the output folder, finishes or drops what a killed run left, and makes ready to stage.
    /// Fails where another run holds the lock, a link stands in the way, or the folder cannot be written.
    pub fn open(out: &Path) -> Result<Self, WriteError> {
        let (folder, made) = lock(out)?;
        let dropped = fresh::drop_leftover(&folder)?.then_some(Recovery::Dropped);
        if folder.entries()?.is_empty()
            && let Some((place, staging)) = fresh::Place::stage(&folder, made)?
        {
            let fresh = Fresh::begin(folder, made, place, staging);
            return Ok(Write { target: Target::Fresh(fresh), recovery: dropped });
        }
        let recovery = journal::recover(&folder)?.or(dropped);
        Ok(Write { target: Target::Existing(Existing::begin(folder)), recovery })
    }

    /// What became of the write that a killed run left, if one did.
    pub fn recovery(&self) -> Option<Recovery> {
        self.recovery
    }

    /// Compares a site and stages what changed. Each site once; from as many threads as there are.
    pub fn site(&self, tree: &SiteTree) -> Result<SiteChange, WriteError> {
        match &self.target {
            Target::Fresh(fresh) => fresh.site(tree),
            Target::Existing(existing) => existing.site(tree),
        }
    }

    /// The sites of the tree that are none of these: every site of the fleet, rendered in this run or not.
    pub fn leaving(&self, sites: &BTreeSet<String>) -> Result<Vec<Removal>, WriteError> {
        match &self.target {
            Target::Fresh(_) => Ok(Vec::new()),
            Target::Existing(existing) => removal::leaving(existing.folder(), sites),
        }
    }

    /// Puts everything in place, and removes the sites that leave. A narrowed run passes none.
    pub fn commit(self, leaving: &[Removal]) -> Result<(), WriteError> {
        match self.target {
            Target::Fresh(fresh) => fresh.commit(),
            Target::Existing(existing) => existing.commit(leaving),
        }
    }
}

/// Opens the output folder, made if it is not there, and locks it; tells whether it was made.
/// A fresh tree replaces the folder that its writer locked, so the lock counts only while the path leads to it.
fn lock(out: &Path) -> Result<(Folder, bool), WriteError> {
    for _ in 0..8 {
        let found = Folder::open(out)?;
        let made = found.is_none();
        if made {
            disk::create_all(out)?;
        }
        let Some(folder) = found.map_or_else(|| Folder::open(out), |folder| Ok(Some(folder)))? else {
            continue;
        };
        if !folder.lock()? {
            return Err(WriteError::Locked(out.to_owned()));
        }
        if folder.is_current()? {
            return Ok((folder, made));
        }
    }
    Err(WriteError::Locked(out.to_owned()))
}

/// A path's folder and its last name.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

#[cfg(test)]
mod tests;
