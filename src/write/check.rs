//! Compares a tree with what would be rendered, and writes nothing: no lock, no repair.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::compare::{all_new, compare, join};
use super::rules::INTERRUPTED_WRITE;
use super::{FileState, SiteChange, SiteTree, WORK, WriteError, fresh, removal};
use crate::diagnostic::Diagnostic;
use crate::disk::Folder;
use crate::report::{Difference, How};

/// A tree to compare with.
#[derive(Debug)]
pub struct Check {
    out: Option<Folder>,
    path: PathBuf,
}

impl Check {
    /// Opens a tree; one that is not there misses every file.
    pub fn open(out: &Path) -> Result<Self, WriteError> {
        Ok(Check { out: Folder::open(out)?, path: out.to_owned() })
    }

    /// A write that was interrupted, or is going on.
    pub fn interrupted(&self) -> Result<Option<Diagnostic>, WriteError> {
        let Some(out) = &self.out else { return Ok(None) };
        let beside = match fresh::Place::beside(out)? {
            Some(place) => place.has_leftover()?,
            None => false,
        };
        if !beside && out.kind(WORK)?.is_none() {
            return Ok(None);
        }
        let title = format!("a write to `{}` was interrupted, or is going on", self.path.display());
        let found = Diagnostic::new(&INTERRUPTED_WRITE, title).note("each file is old or new as a whole");
        Ok(Some(found.help("`goldsmith render` finishes or drops it")))
    }

    /// Compares a site: the differences, and the findings and removals as a run would have them.
    pub fn site(&self, tree: &SiteTree) -> Result<(Vec<Difference>, SiteChange), WriteError> {
        let change = match &self.out {
            Some(out) => compare(out, tree, |_, _| Ok(()))?,
            None => all_new(tree),
        };
        let difference = |(path, state): (&String, &FileState)| {
            Some(Difference { path: join(tree.site(), path), how: how(*state)? })
        };
        Ok((change.files.iter().filter_map(difference).collect(), change))
    }

    /// The files of sites that are none of these; not for a narrowed run.
    pub fn leaving(&self, sites: &BTreeSet<String>) -> Result<Vec<Difference>, WriteError> {
        let Some(out) = &self.out else { return Ok(Vec::new()) };
        let removals = removal::leaving(out, sites)?;
        let unexpected = |path: String| Difference { path, how: How::Unexpected };
        let paths =
            removals.iter().flat_map(|removal| removal.files.iter().map(|path| join(&removal.site, path)));
        Ok(paths.map(unexpected).collect())
    }
}

/// How the file of a state differs from what would be rendered.
fn how(state: FileState) -> Option<How> {
    match state {
        FileState::New => Some(How::Missing),
        FileState::Changed => Some(How::Different),
        FileState::Removed => Some(How::Unexpected),
        FileState::Same => None,
    }
}
