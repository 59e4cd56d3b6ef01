//! Where a fleet lies in its checkout: CI systems know files by their path from there.

use std::path::Path;

use anyhow::Context as _;

use crate::disk::Folder;

/// The path of a folder from the root of its checkout, with `/`. The root is the nearest folder upwards with a `.git`, or
/// else the one that we stand in; empty for the root itself, and for what lies outside.
pub(super) fn below(folder: &Path) -> anyhow::Result<String> {
    let shown = folder.display();
    let folder = folder.canonicalize().with_context(|| format!("cannot tell where `{shown}` is"))?;
    let here = std::env::current_dir().context("cannot tell which folder this is")?;
    let root = folder.ancestors().find(|above| has_git(above)).unwrap_or(&here);
    let below = folder.strip_prefix(root).unwrap_or(Path::new(""));
    let names = below.components().map(|name| name.as_os_str().to_string_lossy());
    Ok(names.collect::<Vec<_>>().join("/"))
}

/// A folder that we may not look into is not ours.
fn has_git(folder: &Path) -> bool {
    let opened = Folder::open(folder).ok().flatten();
    opened.is_some_and(|opened| matches!(opened.kind(".git"), Ok(Some(_))))
}
