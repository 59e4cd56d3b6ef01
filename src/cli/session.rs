//! What every command that reads a fleet begins with: find it, load it, and work on its sites in parallel.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use rayon::prelude::*;

use super::args::SelectionArgs;
use crate::diagnostic::{Diagnostic, Findings};
use crate::disk::Folder;
use crate::load::{CannotRun, Depth, FLEET_FILE, Files, FleetLoader, Options, SiteRef, load_fleet};
use crate::validate::crds::Crds;

/// The folder of a fleet that holds what its clusters serve.
const CRDS: &str = "crds";

/// A finding that keeps a command from running at all.
#[derive(Debug)]
pub(super) struct Refused(pub(super) Diagnostic);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.title)
    }
}

impl std::error::Error for Refused {}

/// The fleet repository that a command works on.
pub(super) struct Repository {
    /// Its folder, as it is shown.
    pub(super) path: PathBuf,
    folder: Folder,
}

impl Repository {
    /// The fleet that a person named, or else the one that they stand in.
    pub(super) fn find(named: Option<&Path>) -> anyhow::Result<Self> {
        let path = match named {
            Some(path) if path.file_name().is_some_and(|name| name == FLEET_FILE) => path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .unwrap_or(Path::new("."))
                .to_owned(),
            Some(path) => path.to_owned(),
            None => above()?,
        };
        let Some(folder) = Folder::open_linked(&path)? else {
            bail!("there is no folder `{}`", path.display())
        };
        Ok(Repository { path, folder })
    }

    /// Reads the fleet and prepares its flow; `findings` takes what is wrong with the parts that sites share.
    pub(super) fn load(&self, selection: &SelectionArgs) -> anyhow::Result<FleetLoader<'_>> {
        let options = Options {
            overlays: selection.overlay.clone(),
            set: selection.set.clone(),
            sites: selection.site.clone(),
            groups: selection.group.clone(),
        };
        load_fleet(&self.folder, &options).map_err(|refusal| match refusal {
            CannotRun::NoFleet => anyhow::anyhow!(
                "there is no {FLEET_FILE} in `{}`: `goldsmith init` writes one",
                self.path.display()
            ),
            CannotRun::Version(finding) => Refused(*finding).into(),
            other @ CannotRun::Files(_) => other.into(),
        })
    }

    /// The folder that the fleet renders into.
    pub(super) fn output(&self, fleet: &FleetLoader<'_>) -> PathBuf {
        let folder = fleet.output();
        // The fleet that one stands in is shown without `./`, as a person would write it.
        if self.path == Path::new(".") { PathBuf::from(folder) } else { self.path.join(folder) }
    }

    /// The definitions that the command line names, or else those of the fleet.
    pub(super) fn crds(&self, named: &[PathBuf], findings: &mut Findings) -> anyhow::Result<Crds> {
        let mut crds = Crds::default();
        let mut told = Vec::new();
        if named.is_empty() {
            add_folder(&mut crds, &self.folder, CRDS, CRDS, &mut told)?;
        }
        for path in named {
            add_named(&mut crds, path, &mut told)?;
        }
        findings.extend(told);
        Ok(crds)
    }
}

/// The nearest folder with a fleet.yaml, from here upwards.
fn above() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir().context("cannot tell which folder this is")?;
    for folder in here.ancestors() {
        if Folder::open(folder)?.is_some_and(|folder| matches!(folder.kind(FLEET_FILE), Ok(Some(_)))) {
            let relative = if folder == here { PathBuf::from(".") } else { folder.to_owned() };
            return Ok(relative);
        }
    }
    bail!(
        "there is no {FLEET_FILE} here or in a folder above: name a fleet, or write one with `goldsmith init`"
    )
}

fn add_named(crds: &mut Crds, path: &Path, told: &mut Vec<Diagnostic>) -> anyhow::Result<()> {
    let shown = path.display().to_string();
    let is_file = path
        .extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml" || extension == "json");
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let open = if is_file { parent } else { path };
    let Some(folder) = Folder::open(open)? else { bail!("there is no `{shown}` to read definitions from") };
    if is_file {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        return add_file(crds, &folder, &name, &shown, told);
    }
    add_folder(crds, &folder, "", &shown, told)
}

fn add_folder(
    crds: &mut Crds,
    files: &dyn Files,
    folder: &str,
    shown: &str,
    told: &mut Vec<Diagnostic>,
) -> anyhow::Result<()> {
    for path in files.list(folder, Depth::Below)? {
        let name = path.strip_prefix(folder).unwrap_or(&path).trim_start_matches('/');
        if [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending)) {
            add_file(crds, files, &path, &format!("{shown}/{name}"), told)?;
        }
    }
    Ok(())
}

fn add_file(
    crds: &mut Crds,
    files: &dyn Files,
    path: &str,
    shown: &str,
    told: &mut Vec<Diagnostic>,
) -> anyhow::Result<()> {
    let Some(bytes) = files.read(path)? else { bail!("there is no `{shown}` to read definitions from") };
    let text = String::from_utf8(bytes).with_context(|| format!("`{shown}` is not UTF-8 text"))?;
    crds.add(shown, text, told);
    Ok(())
}

/// Works on every site in parallel, as many at a time as asked for, and keeps the answers in the order of the sites.
pub(super) fn each_site<T: Send>(
    threads: Option<u16>,
    sites: &[SiteRef],
    work: impl Fn(&SiteRef) -> anyhow::Result<T> + Sync,
) -> anyhow::Result<Vec<T>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.map_or(0, usize::from)).build();
    pool.context("cannot start threads")?.install(|| sites.par_iter().map(&work).collect())
}
