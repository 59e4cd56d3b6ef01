//! An existing tree: only what changed is staged, and put in place by a journal.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::compare::{compare, join};
use super::journal::{self, Step};
use super::{FileState, Removal, SiteChange, SiteTree, WORK, WriteError};
use crate::disk::Folder;

/// The changes of a run, staged. Dropped without [`Existing::commit`], they are removed again.
#[derive(Debug)]
pub(super) struct Existing {
    out: Folder,
    /// Made with the first change: a tree that is up to date is not written to at all.
    stage: Mutex<Option<Arc<Folder>>>,
    steps: Mutex<Vec<Step>>,
    staged: AtomicUsize,
    blocked: AtomicBool,
}

impl Existing {
    /// Begins a run on a tree.
    pub(super) fn begin(out: Folder) -> Self {
        Existing {
            out,
            stage: Mutex::default(),
            steps: Mutex::default(),
            staged: AtomicUsize::new(0),
            blocked: AtomicBool::new(false),
        }
    }

    /// The tree.
    pub(super) fn folder(&self) -> &Folder {
        &self.out
    }

    /// Compares a site and stages its changes.
    pub(super) fn site(&self, tree: &SiteTree) -> Result<SiteChange, WriteError> {
        let mut steps = Vec::new();
        let change = compare(&self.out, tree, |path, text| {
            steps.push(self.stage(join(tree.site(), path), text)?);
            Ok(())
        })?;
        let removed = change.files.iter().filter(|(_, state)| **state == FileState::Removed);
        steps.extend(removed.map(|(path, _)| Step::Remove { path: join(tree.site(), path) }));
        if change.findings.has_errors() {
            self.blocked.store(true, Ordering::Relaxed);
        }
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).extend(steps);
        Ok(change)
    }

    /// Puts all changes in place.
    pub(super) fn commit(self, leaving: &[Removal]) -> Result<(), WriteError> {
        if self.blocked.load(Ordering::Relaxed) {
            return Err(WriteError::Blocked(self.out.path().to_owned()));
        }
        let mut steps = std::mem::take(&mut *self.steps.lock().unwrap_or_else(PoisonError::into_inner));
        for removal in leaving {
            steps.extend(removal.files.iter().map(|path| Step::Remove { path: join(&removal.site, path) }));
        }
        if steps.is_empty() {
            return Ok(());
        }
        let work = self.out.make(WORK)?;
        work.sync_all()?;
        journal::write(&work, &mut steps)?;
        journal::finish(&self.out, &work, &steps)
    }

    fn stage(&self, path: String, text: &str) -> Result<Step, WriteError> {
        let staged = self.staged.fetch_add(1, Ordering::Relaxed);
        self.stage_folder()?.create(staged.to_string(), text.as_bytes())?;
        Ok(Step::Replace { path, staged })
    }

    fn stage_folder(&self) -> Result<Arc<Folder>, WriteError> {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = &*stage {
            return Ok(Arc::clone(folder));
        }
        let folder = Arc::new(self.out.make(WORK)?.make(journal::STAGE)?);
        *stage = Some(Arc::clone(&folder));
        Ok(folder)
    }
}

impl Drop for Existing {
    /// Best effort: what stays is dropped by the next run. A journal stays, to be finished.
    fn drop(&mut self) {
        let _ = journal::drop_unfinished(&self.out);
    }
}
