//! The CustomResourceDefinitions that manifests are held against: files and folders that a person names, or else the folder
//! of the fleet.

use std::path::PathBuf;

use super::yaml_files::{self, YamlFile};
use crate::diagnostic::Findings;
use crate::disk::Folder;
use crate::validate::crds::{Crds, Release};

/// The folder of a fleet that holds what its clusters serve.
const CRDS: &str = "crds";

/// The definitions that the command line names, or else those of the fleet.
pub(super) fn read(
    named: &[PathBuf],
    fleet: Option<&Folder>,
    findings: &mut Findings,
) -> anyhow::Result<Crds> {
    let mut crds = Crds::default();
    if let (Some(fleet), []) = (fleet, named) {
        add(&mut crds, fleet, &yaml_files::below(fleet, CRDS, CRDS)?, findings)?;
    }
    for path in named {
        let (folder, files) = yaml_files::named(path)?;
        add(&mut crds, &folder, &files, findings)?;
    }
    Ok(crds)
}

fn add(crds: &mut Crds, folder: &Folder, files: &[YamlFile], findings: &mut Findings) -> anyhow::Result<()> {
    for file in files {
        crds.add_of(Release::of_path(&file.within), &file.shown, file.read(folder)?, findings);
    }
    Ok(())
}
