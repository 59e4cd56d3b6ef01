//! The CustomResourceDefinitions that manifests are held against: files and folders that a person names, or else the folder
//! of the fleet.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::diagnostic::Findings;
use crate::disk::Folder;
use crate::load::{Depth, Files};
use crate::validate::crds::Crds;

/// The folder of a fleet that holds what its clusters serve.
const CRDS: &str = "crds";

/// The definitions that the command line names, or else those of the fleet.
pub(super) fn read(named: &[PathBuf], fleet: &Folder, findings: &mut Findings) -> anyhow::Result<Crds> {
    let mut crds = Crds::default();
    if named.is_empty() {
        add_folder(&mut crds, fleet, CRDS, CRDS, findings)?;
    }
    for path in named {
        add_named(&mut crds, path, findings)?;
    }
    Ok(crds)
}

fn add_named(crds: &mut Crds, path: &Path, findings: &mut Findings) -> anyhow::Result<()> {
    let shown = path.display().to_string();
    let is_file = path
        .extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml" || extension == "json");
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let open = if is_file { parent } else { path };
    let Some(folder) = Folder::open(open)? else { bail!("there is no `{shown}` to read definitions from") };
    if is_file {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        return add_file(crds, &folder, &name, &shown, findings);
    }
    add_folder(crds, &folder, "", &shown, findings)
}

fn add_folder(
    crds: &mut Crds,
    files: &dyn Files,
    folder: &str,
    shown: &str,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    for path in files.list(folder, Depth::Below)? {
        let name = path.strip_prefix(folder).unwrap_or(&path).trim_start_matches('/');
        if [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending)) {
            add_file(crds, files, &path, &format!("{shown}/{name}"), findings)?;
        }
    }
    Ok(())
}

fn add_file(
    crds: &mut Crds,
    files: &dyn Files,
    path: &str,
    shown: &str,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let Some(bytes) = files.read(path)? else { bail!("there is no `{shown}` to read definitions from") };
    let text = String::from_utf8(bytes).with_context(|| format!("`{shown}` is not UTF-8 text"))?;
    crds.add(shown, text, findings);
    Ok(())
}
