//! What every command that reads a fleet begins with: find it, load it, and work on its sites in parallel.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use rayon::prelude::*;

use super::args::SelectionArgs;
use super::{Exit, baseline, checkout, definitions};
use crate::capability::Release;
use crate::diagnostic::Diagnostic;
use crate::disk::Folder;
use crate::load::{CannotRun, FLEET_FILE, FleetLoader, Options, SiteRef, load_fleet};
use crate::pipeline::Pipeline;
use crate::policy::{self, Policy, baseline::Baseline};
use crate::registry;
use crate::report::Report;
use crate::spec::policy::Date;
use crate::validate::Validated;

/// The fleet that a command works on, and what it has to say about it.
pub(super) struct Session<'s> {
    pub(super) fleet: &'s FleetLoader<'s>,
    /// The report of the command; what is wrong with the parts that sites share is in it from the beginning.
    pub(super) report: Report,
    repository: &'s Repository,
    selection: &'s SelectionArgs,
    /// The findings that are known.
    pub(super) baseline: Arc<Baseline>,
}

/// Finds and loads a fleet and lets a command work on it. The work is a function, since all that it works with borrows
/// from the folder that is opened here.
pub(super) fn over_fleet(
    command: &'static str,
    path: Option<&Path>,
    selection: &SelectionArgs,
    work: impl FnOnce(Session<'_>) -> anyhow::Result<Exit>,
) -> anyhow::Result<Exit> {
    let repository = Repository::find(path)?;
    let fleet = repository.load(selection)?;
    let baseline = Arc::new(baseline::read(selection.baseline.as_deref())?);
    let mut report = Report { folder: checkout::below(&repository.path)?, ..Report::new(command) };
    report.findings.absorb(fleet.findings().clone());
    work(Session { fleet: &fleet, report, repository: &repository, selection, baseline })
}

impl<'s> Session<'s> {
    /// The flow, with the definitions that the command line names, or else those of the fleet.
    pub(super) fn pipeline(&mut self) -> anyhow::Result<Pipeline<'s>> {
        let crds = definitions::read(
            &self.selection.crds,
            Some(&self.repository.folder),
            &mut self.report.findings,
        )?;
        Ok(Pipeline::new(self.fleet, crds, policies(self.selection, &self.baseline)))
    }

    /// The tree that the command is about: the one that a person named, or else that of the fleet.
    pub(super) fn tree(&self, named: Option<&Path>) -> PathBuf {
        named.map_or_else(|| self.repository.output(self.fleet), Path::to_owned)
    }

    /// Works on every site in parallel, as many at a time as asked for, and keeps the answers in the order of the sites.
    pub(super) fn each_site<T: Send>(
        &self,
        work: impl Fn(&SiteRef) -> anyhow::Result<T> + Sync,
    ) -> anyhow::Result<Vec<T>> {
        let sites = self.fleet.sites();
        self.selection.threads.start()?.install(|| sites.par_iter().map(&work).collect())
    }

    /// Takes every site through the flow, and each that comes out sound on to the work of the command, with how bad findings
    /// are to it. What was found on the way is in the report afterwards.
    pub(super) fn each_sound_site<T: Send>(
        &mut self,
        pipeline: &Pipeline<'_>,
        work: impl Fn(&Validated, &Policy) -> anyhow::Result<T> + Sync,
    ) -> anyhow::Result<Vec<T>> {
        let worked = self.each_site(|site| {
            let outcome = pipeline.run(site)?;
            let sound = outcome.validated.as_ref().zip(outcome.policy.as_ref());
            let answer = sound.map(|(validated, policy)| work(validated, policy)).transpose()?;
            Ok((outcome.findings, outcome.waivers, answer))
        })?;
        let (mut answers, mut all_waivers) = (Vec::new(), Vec::new());
        for (findings, waivers, answer) in worked {
            self.report.findings.absorb(findings);
            all_waivers.extend(waivers);
            answers.extend(answer);
        }
        // A site that was left out, or that did not come through, may need what no other does.
        if self.fleet.everybody().is_some() && !self.report.findings.has_errors() {
            self.report.findings.extend(policy::unused(&all_waivers).cloned());
        }
        Ok(answers)
    }
}

/// What the policies of sites are made with: the rules that there are, the day of the run, and this release.
pub(super) fn policies(selection: &SelectionArgs, baseline: &Arc<Baseline>) -> policy::Basis {
    #[expect(
        clippy::disallowed_methods,
        reason = "the day of the run is read here, once, and given to the flow"
    )]
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let today = selection.today.unwrap_or_else(|| Date::of_seconds(now.map_or(0, |since| since.as_secs())));
    policy::Basis { today, release: Release::ours(), rule: registry::rule, baseline: Arc::clone(baseline) }
}

/// A finding that keeps a command from running at all.
#[derive(Debug)]
pub(super) struct Refused(pub(super) Diagnostic);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.title)
    }
}

impl std::error::Error for Refused {}

/// A fleet repository.
struct Repository {
    /// Its folder, as it is shown.
    path: PathBuf,
    folder: Folder,
}

impl Repository {
    /// The fleet that a person named, or else the one that they stand in.
    fn find(named: Option<&Path>) -> anyhow::Result<Self> {
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

    fn load(&self, selection: &SelectionArgs) -> anyhow::Result<FleetLoader<'_>> {
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
    fn output(&self, fleet: &FleetLoader<'_>) -> PathBuf {
        let folder = fleet.output();
        // The fleet that one stands in is shown without `./`, as a person would write it.
        if self.path == Path::new(".") { PathBuf::from(folder) } else { self.path.join(folder) }
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
