//! Compares the files of a site with what is on the disk. Writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::inventory::{FILE_NAME, Inventory};
use super::removal::{self, is_yaml};
use super::rules::{FOREIGN_FILE, IN_THE_WAY};
use super::{FileState, Leaving, Removal, SiteChange, SiteTree, WriteError, split};
use crate::diagnostic::Diagnostic;
use crate::disk::{Cause, Cursor, DiskError, Folder, Held, Kind};

/// Compares a site with its folder in the tree and hands each file that is new or changed (path in the site, text) on.
/// What is in the way or foreign is a finding, not an error: all of it is told at once.
pub(super) fn compare(
    out: &Folder,
    tree: &SiteTree,
    mut differs: impl FnMut(&str, &str) -> Result<(), WriteError>,
) -> Result<SiteChange, WriteError> {
    let old = inventory(out, tree.site())?;
    let mut comparison = Comparison {
        tree,
        ours: old.files().map(|(path, _)| path).chain([FILE_NAME]).collect(),
        cursor: Cursor::new(out),
        out,
        blocked: BTreeSet::new(),
        change: SiteChange::default(),
    };
    let inventory = Inventory::of(tree).to_string();
    let mut buffer = Vec::new();
    for (path, text) in texts(tree, &inventory) {
        if let Some(state) = comparison.file(path, text, &mut buffer)? {
            if state != FileState::Same {
                differs(path, text)?;
            }
            comparison.change.files.insert(path.to_owned(), state);
        }
    }
    comparison.removals(removal::between(&old, tree))?;
    comparison.foreign()?;
    Ok(comparison.change)
}

/// All files of a site, the inventory last.
pub(super) fn texts<'t>(tree: &'t SiteTree, inventory: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> {
    let files = tree.files().iter().map(|(path, file)| (path.as_str(), file.text.as_str()));
    files.chain([(FILE_NAME, inventory)])
}

/// A path in the tree.
pub(super) fn join(site: &str, path: &str) -> String {
    if path.is_empty() { site.to_owned() } else { format!("{site}/{path}") }
}

/// Goes to a folder if the way to it is free: a link or a file on the way counts as nothing there.
pub(super) fn find_ours<'c>(
    cursor: &'c mut Cursor<'_>,
    folder: &str,
) -> Result<Option<&'c Folder>, DiskError> {
    match cursor.find(folder) {
        Err(DiskError { cause: Cause::Link | Cause::NotFolder, .. }) => Ok(None),
        other => other,
    }
}

struct Comparison<'t> {
    tree: &'t SiteTree,
    ours: BTreeSet<&'t str>,
    out: &'t Folder,
    cursor: Cursor<'t>,
    /// What was told to be in the way.
    blocked: BTreeSet<String>,
    change: SiteChange,
}

impl Comparison<'_> {
    /// The state of a file; none where something is in its way.
    fn file(
        &mut self,
        path: &str,
        text: &str,
        buffer: &mut Vec<u8>,
    ) -> Result<Option<FileState>, WriteError> {
        let (folder, name) = split(path);
        let held = match self.cursor.find(&join(self.tree.site(), folder)) {
            Ok(Some(folder)) => folder.compare(name, text.as_bytes(), buffer)?,
            Ok(None) => Held::Nothing,
            Err(error @ DiskError { cause: Cause::Link | Cause::NotFolder, .. }) => {
                self.in_the_way(error.path.display().to_string(), &error.cause.to_string());
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let state = match held {
            Held::Nothing => FileState::New,
            Held::Same => FileState::Same,
            Held::Different if self.ours.contains(path) => FileState::Changed,
            Held::Different => {
                self.in_the_way(self.shown(path), "goldsmith did not write it, and its content differs");
                return Ok(None);
            }
            Held::NotFile(kind) => {
                self.in_the_way(self.shown(path), not_a_file(kind));
                return Ok(None);
            }
        };
        Ok(Some(state))
    }

    /// Keeps of what leaves only the files that are there: what somebody replaced by a link or folder is not ours.
    fn removals(&mut self, removals: Vec<Removal>) -> Result<(), WriteError> {
        for mut removal in removals {
            let mut there = Vec::new();
            for path in removal.files {
                let (folder, name) = split(&path);
                let folder = find_ours(&mut self.cursor, &join(self.tree.site(), folder))?;
                if let Some(folder) = folder
                    && folder.kind(name)? == Some(Kind::File)
                {
                    self.change.files.insert(path.clone(), FileState::Removed);
                    there.push(path);
                }
            }
            removal.files = there;
            if !removal.files.is_empty() || matches!(removal.leaving, Leaving::Component(_)) {
                self.change.removals.push(removal);
            }
        }
        Ok(())
    }

    /// Warns about YAML files in our folders that are not ours.
    fn foreign(&mut self) -> Result<(), WriteError> {
        let folders: BTreeSet<_> = self.tree.files().keys().map(|path| split(path).0).collect();
        for folder in folders {
            let Some(open) = find_ours(&mut self.cursor, &join(self.tree.site(), folder))? else { continue };
            for entry in open.entries()? {
                let name = entry.name.to_string_lossy();
                let path = if folder.is_empty() { name.to_string() } else { format!("{folder}/{name}") };
                let known = self.tree.files().contains_key(&path) || self.ours.contains(path.as_str());
                if is_yaml(&name) && entry.kind != Kind::Folder && !known {
                    let title = format!("`{}` was not written by goldsmith", self.shown(&path));
                    let found = Diagnostic::new(&FOREIGN_FILE, title)
                        .note("no kustomization.yaml lists it, so it is not applied")
                        .help("take it along with `extraManifests`, or move it out of the output folder");
                    self.change.findings.push(found.site(self.tree.site()));
                }
            }
        }
        Ok(())
    }

    fn in_the_way(&mut self, path: String, reason: &str) {
        if self.blocked.contains(&path) {
            return;
        }
        let found = Diagnostic::new(&IN_THE_WAY, format!("`{path}` is in the way of a rendered file"))
            .note(reason)
            .help("move it out of the output folder or remove it, then render again");
        self.change.findings.push(found.site(self.tree.site()));
        self.blocked.insert(path);
    }

    fn shown(&self, path: &str) -> String {
        self.out.path().join(self.tree.site()).join(path).display().to_string()
    }
}

fn inventory(out: &Folder, site: &str) -> Result<Inventory, WriteError> {
    let mut cursor = Cursor::new(out);
    match find_ours(&mut cursor, site)? {
        Some(folder) => Ok(Inventory::read(folder)?.unwrap_or_default()),
        None => Ok(Inventory::default()),
    }
}

fn not_a_file(kind: Kind) -> &'static str {
    match kind {
        Kind::Folder => "it is a folder",
        Kind::Link => "it is a symbolic link, and links are not followed",
        Kind::File | Kind::Other => "it is no regular file",
    }
}

/// The states of a site of which nothing is on the disk.
pub(super) fn all_new(tree: &SiteTree) -> SiteChange {
    let paths = tree.files().keys().cloned().chain([FILE_NAME.to_owned()]);
    SiteChange {
        files: paths.map(|path| (path, FileState::New)).collect::<BTreeMap<_, _>>(),
        ..SiteChange::default()
    }
}
