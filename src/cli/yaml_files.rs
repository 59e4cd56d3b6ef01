//! YAML and JSON files that a person names, one by one or as a folder.

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::disk::Folder;
use crate::load::{Depth, Files};

const ENDINGS: [&str; 3] = [".yaml", ".yml", ".json"];

/// A file of an open folder.
pub(super) struct YamlFile {
    /// Its path in the folder.
    path: String,
    /// Its path as a person would write it here.
    pub(super) shown: String,
    /// Its path below the folder that was named.
    pub(super) within: String,
}

impl YamlFile {
    /// Its text.
    pub(super) fn read(&self, folder: &dyn Files) -> anyhow::Result<String> {
        let Some(bytes) = folder.read(&self.path)? else { bail!("there is no `{}`", self.shown) };
        String::from_utf8(bytes).with_context(|| format!("`{}` is not UTF-8 text", self.shown))
    }
}

/// The files that a path names, sorted: that file, or all below that folder.
pub(super) fn named(path: &Path) -> anyhow::Result<(Folder, Vec<YamlFile>)> {
    let shown = path.display().to_string();
    if !has_ending(&shown) {
        let Some(folder) = Folder::open_linked(path)? else { bail!("there is no folder `{shown}`") };
        let files = below(&folder, "", &shown)?;
        return Ok((folder, files));
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(folder) = Folder::open_linked(parent)? else { bail!("there is no file `{shown}`") };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((folder, vec![YamlFile { within: name.clone(), path: name, shown }]))
}

/// The files below a folder of an open one.
pub(super) fn below(folder: &Folder, path: &str, shown: &str) -> anyhow::Result<Vec<YamlFile>> {
    let files = folder.list(path, Depth::Below)?.into_iter().filter(|file| has_ending(file));
    let named = |file: String| {
        let within = file.strip_prefix(path).unwrap_or(&file).trim_start_matches('/').to_owned();
        let shown =
            if shown == "." { within.clone() } else { format!("{}/{within}", shown.trim_end_matches('/')) };
        YamlFile { path: file, shown, within }
    };
    Ok(files.map(named).collect())
}

fn has_ending(path: &str) -> bool {
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}
