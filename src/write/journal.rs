//! The journal: what a run is about to do to an existing tree, so that a killed run can be finished.
//!
//! It comes into being complete, by a rename, after all that it names is on the disk. From then on the write will
//! happen: each step may be repeated, so it does not matter how many of them a killed run had done. The order is:
//! files, removals, inventories; then the journal goes, then the rest of the work folder.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::compare::find_ours;
use super::inventory::FILE_NAME;
use super::{WORK, WriteError, split, tree};
use crate::disk::{Cause, Cursor, DiskError, Folder, Kind};

/// The folder of staged files in the work folder, each named by a number.
pub(super) const STAGE: &str = "stage";

const JOURNAL: &str = "journal";
const UNFINISHED: &str = "journal.new";
const HEADER: &str = "goldsmith journal 1";

/// What became of a killed run's write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// It had been decided, and was finished.
    Finished,
    /// It had not, and was dropped: the tree is as before it.
    Dropped,
}

/// One change, which may be done again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Puts a staged file in its place.
    Replace {
        /// Relative to the tree.
        path: String,
        /// Its number in the staging folder.
        staged: usize,
    },
    /// Removes a file.
    Remove {
        /// Relative to the tree.
        path: String,
    },
}

/// Writes the journal, sorting the steps into the order of their doing.
pub(super) fn write(work: &Folder, steps: &mut [Step]) -> Result<(), WriteError> {
    steps.sort_by_cached_key(Step::order);
    let mut text = format!("{HEADER}\n");
    for step in &*steps {
        let _ = match step {
            Step::Replace { path, staged } => writeln!(text, "replace {staged} {path}"),
            Step::Remove { path } => writeln!(text, "remove {path}"),
        };
    }
    work.create_synced(UNFINISHED, text.as_bytes())?;
    work.rename(UNFINISHED, work, JOURNAL)?;
    Ok(work.sync_names()?)
}

/// Does all steps that are still to be done, and clears away.
pub(super) fn finish(out: &Folder, work: &Folder, steps: &[Step]) -> Result<(), WriteError> {
    let stage = work.make(STAGE)?;
    let mut cursor = Cursor::new(out);
    let mut emptied = BTreeSet::new();
    for step in steps {
        match step {
            Step::Replace { path, staged } => replace(&mut cursor, path, &stage, *staged)?,
            Step::Remove { path } => {
                remove(&mut cursor, path)?;
                emptied.insert(split(path).0.to_owned());
            }
        }
    }
    drop(cursor);
    prune(out, &emptied)?;
    work.remove(JOURNAL)?;
    Ok(out.remove_all(WORK)?)
}

/// Finishes or drops what a killed run left, if anything.
pub(super) fn recover(out: &Folder) -> Result<Option<Recovery>, WriteError> {
    let Some(work) = out.child(WORK)? else { return Ok(None) };
    let Some(bytes) = work.content(JOURNAL)? else {
        out.remove_all(WORK)?;
        return Ok(Some(Recovery::Dropped));
    };
    let path = || work.path().join(JOURNAL);
    let steps =
        parse(&String::from_utf8_lossy(&bytes)).map_err(|line| WriteError::Journal { path: path(), line })?;
    finish(out, &work, &steps)?;
    Ok(Some(Recovery::Finished))
}

/// Removes what was staged, unless a journal says that it will be needed.
pub(super) fn drop_unfinished(out: &Folder) -> Result<(), DiskError> {
    match out.child(WORK)? {
        Some(work) if work.kind(JOURNAL)?.is_none() => out.remove_all(WORK),
        _ => Ok(()),
    }
}

impl Step {
    /// Files, then removals, then inventories; each by path.
    fn order(&self) -> (u8, String) {
        let (rank, path) = match self {
            Step::Replace { path, .. } => (0, path),
            Step::Remove { path } => (1, path),
        };
        let is_inventory = split(path).1 == FILE_NAME;
        (if is_inventory { 2 } else { rank }, path.clone())
    }
}

/// Reads a journal; the error is the line, from 1, that is none. Paths are checked again: a journal may be committed
/// to git by mistake, and must not lead out of the tree even if somebody wrote it by hand.
fn parse(text: &str) -> Result<Vec<Step>, usize> {
    let mut lines = text.lines().enumerate();
    if lines.next().is_none_or(|(_, line)| line != HEADER) {
        return Err(1);
    }
    lines.map(|(index, line)| parse_step(line).ok_or(index + 1)).collect()
}

fn parse_step(line: &str) -> Option<Step> {
    let (verb, rest) = line.split_once(' ')?;
    let step = match verb {
        "replace" => {
            let (staged, path) = rest.split_once(' ')?;
            Step::Replace { path: path.to_owned(), staged: staged.parse().ok()? }
        }
        "remove" => Step::Remove { path: rest.to_owned() },
        _ => return None,
    };
    let (Step::Replace { path, .. } | Step::Remove { path }) = &step;
    let (folder, name) = split(path);
    (tree::is_path(folder) && (name == FILE_NAME || tree::is_path(name))).then_some(step)
}

/// A staged file that is gone was put in its place before the kill.
fn replace(cursor: &mut Cursor<'_>, path: &str, stage: &Folder, staged: usize) -> Result<(), WriteError> {
    let staged = staged.to_string();
    let (folder, name) = split(path);
    if stage.kind(&staged)?.is_some() {
        stage.rename(&staged, cursor.make(folder)?, name)?;
    }
    Ok(())
}

/// What is no file any more is not ours: it stays.
fn remove(cursor: &mut Cursor<'_>, path: &str) -> Result<(), WriteError> {
    let (folder, name) = split(path);
    if let Some(folder) = find_ours(cursor, folder)?
        && folder.kind(name)? == Some(Kind::File)
    {
        folder.remove(name)?;
    }
    Ok(())
}

/// Removes folders that became empty, and those around them that then are; never the tree itself.
fn prune(out: &Folder, emptied: &BTreeSet<String>) -> Result<(), DiskError> {
    for folder in emptied.iter().rev() {
        let mut path = folder.as_str();
        while !path.is_empty() {
            let (around, name) = split(path);
            match Cursor::new(out).find(around) {
                Ok(Some(open)) if !open.remove_empty(name)? => break,
                Ok(_) => path = around,
                Err(DiskError { cause: Cause::Link | Cause::NotFolder, .. }) => break,
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replace(path: &str, staged: usize) -> Step {
        Step::Replace { path: path.to_owned(), staged }
    }

    fn remove(path: &str) -> Step {
        Step::Remove { path: path.to_owned() }
    }

    #[test]
    fn inventories_come_last_and_the_journal_is_read_back() {
        let place = tempfile::tempdir().unwrap();
        let work = Folder::open(place.path()).unwrap().unwrap();
        let mut steps = [
            remove("b/.goldsmith-inventory"),
            remove("b/x.yaml"),
            replace("a/.goldsmith-inventory", 1),
            replace("a/with blank.yaml", 0),
        ];
        write(&work, &mut steps).unwrap();
        let text = String::from_utf8(work.content(JOURNAL).unwrap().unwrap()).unwrap();
        let expected = [
            replace("a/with blank.yaml", 0),
            remove("b/x.yaml"),
            replace("a/.goldsmith-inventory", 1),
            remove("b/.goldsmith-inventory"),
        ];
        assert_eq!(parse(&text).unwrap(), expected);
    }

    #[test]
    fn a_journal_that_leads_out_of_the_tree_is_refused() {
        for line in
            ["remove ../x", "remove /etc/passwd", "replace 0 a/../../x", "replace x a/b", "remove x", "what"]
        {
            assert_eq!(parse(&format!("{HEADER}\n{line}\n")), Err(2), "{line}");
        }
        assert_eq!(parse(""), Err(1));
    }
}
