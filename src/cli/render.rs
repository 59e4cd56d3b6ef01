//! `goldsmith render`: the whole flow, into the tree or onto standard output.

use std::path::Path;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use super::Exit;
use super::args::{Format, RenderArgs};
use super::console::Console;
use super::session::{Repository, each_site};
use crate::document::FleetSpec;
use crate::manifest::file;
use crate::pipeline::{Outcome, Pipeline};
use crate::provenance::Setting;
use crate::report::{Manifest, Report, Site, State, human};
use crate::validate::Validated;
use crate::write::brakes::{self, Allowed, Limits};
use crate::write::inventory;
use crate::write::{FileState, Recovery, SiteChange, SiteTree, Write};

/// Sites above which a person wants to see how far it is.
const MANY: usize = 50;

pub(super) fn run(args: &RenderArgs, console: &Console) -> anyhow::Result<Exit> {
    let repository = Repository::find(args.fleet.path.as_deref())?;
    let fleet = repository.load(&args.fleet.selection)?;
    let mut report = Report::new("render");
    report.findings.absorb(fleet.findings().clone());
    let crds = repository.crds(&args.fleet.selection.crds, &mut report.findings)?;
    let pipeline = Pipeline::new(&fleet, crds);
    if args.stdout {
        return stream(args, &pipeline, report, console);
    }
    let out = args.into.clone().unwrap_or_else(|| repository.output(&fleet));
    let allowed = allowed(args)?;
    let write = Write::open(&out).with_context(|| format!("cannot write to `{}`", out.display()))?;
    tell_recovery(write.recovery(), console);

    let staged = stage(args, &pipeline, &write, console)?;
    let mut removals = Vec::new();
    for (outcome, change) in staged {
        report.findings.absorb(outcome.findings);
        if let Some((site, change)) = change {
            removals.extend(change.removals);
            report.findings.extend(change.findings);
            report.sites.push(site);
        }
    }
    let leaving = match fleet.everybody() {
        Some(everybody) => write.leaving(&everybody)?,
        None => Vec::new(),
    };
    removals.extend(leaving.iter().cloned());
    // What leaves because of an error, as with a pattern that matches no site, is nobody's wish: no help to allow it.
    if !report.findings.has_errors() {
        report.findings.extend(brakes::check(&removals, limits(fleet.fleet()), &allowed));
    }
    let sound = !report.findings.has_errors();
    if sound {
        write.commit(&leaving).with_context(|| format!("cannot write to `{}`", out.display()))?;
    }
    tell(args.output, &report, sound, &out, console)
}

/// A site's outcome, and what is staged of it.
type Staged = (Outcome, Option<(Site, SiteChange)>);

fn stage(
    args: &RenderArgs,
    pipeline: &Pipeline<'_>,
    write: &Write,
    console: &Console,
) -> anyhow::Result<Vec<Staged>> {
    let bar = progress(pipeline.sites().len(), console);
    let staged = each_site(args.fleet.selection.threads, pipeline.sites(), |site| {
        let mut outcome = pipeline.run(site)?;
        let staged = match outcome.validated.take() {
            Some(validated) => {
                let tree = SiteTree::of(&validated)?;
                let change = write.site(&tree)?;
                Some((rows(&validated, &change), change))
            }
            None => None,
        };
        bar.inc(1);
        Ok((outcome, staged))
    });
    bar.finish_and_clear();
    staged
}

fn progress(sites: usize, console: &Console) -> ProgressBar {
    if sites < MANY || !console.is_watched() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(sites as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} sites") {
        bar.set_style(style);
    }
    bar
}

/// What became of each manifest of a site.
pub(super) fn rows(validated: &Validated, change: &SiteChange) -> Site {
    let of = |manifest: &crate::manifest::Manifest| {
        let state = change.files.get(&manifest.path).copied().unwrap_or(FileState::Same);
        Manifest::new(&manifest.id, manifest.path.as_str(), shown(state))
    };
    let mut manifests: Vec<Manifest> = validated.manifests().iter().map(of).collect();
    let removed = change.files.iter().filter(|(_, state)| **state == FileState::Removed);
    manifests.extend(
        removed.filter(|(path, _)| *path != inventory::FILE_NAME).map(|(path, _)| Manifest::gone(path)),
    );
    manifests.sort_by(|one, other| one.path.cmp(&other.path));
    Site { name: validated.site().to_owned(), manifests }
}

fn shown(state: FileState) -> State {
    match state {
        FileState::New => State::New,
        FileState::Changed => State::Changed,
        FileState::Same => State::Same,
        FileState::Removed => State::Removed,
    }
}

fn allowed(args: &RenderArgs) -> anyhow::Result<Vec<Allowed>> {
    args.allow_removal.iter().map(|text| text.parse().context("--allow-removal")).collect()
}

/// How much one run may take away, as the fleet says.
fn limits(fleet: &FleetSpec) -> Limits {
    let default = Limits::default();
    let spec = fleet.limits.get();
    let number = |setting: Option<&Setting<u32>>, default: usize| {
        setting.and_then(Setting::get).and_then(|given| usize::try_from(given.value).ok()).unwrap_or(default)
    };
    Limits {
        removed_sites: number(spec.map(|limits| &limits.removed_sites), default.removed_sites),
        removed_manifests: number(spec.map(|limits| &limits.removed_manifests), default.removed_manifests),
    }
}

fn tell_recovery(recovery: Option<Recovery>, console: &Console) {
    match recovery {
        Some(Recovery::Finished) => console.say("finished the write that an earlier run left"),
        Some(Recovery::Dropped) => {
            console.say("dropped the write that an earlier run left; the tree was as before it");
        }
        None => {}
    }
}

/// Lines above which a list of files is no longer read.
const LINES: usize = 40;

fn tell(
    format: Format,
    report: &Report,
    written: bool,
    out: &Path,
    console: &Console,
) -> anyhow::Result<Exit> {
    if format == Format::Json {
        console.json(report)?;
    } else {
        console.findings(report);
        if written {
            let changes = human::changes(report);
            if changes.lines().count() <= LINES {
                console.data(&changes)?;
            }
            console.say(&human::tally(report, &out.display().to_string()));
        } else {
            console.say("nothing was written");
        }
    }
    Ok(if written { Exit::Fine } else { Exit::Findings })
}

/// All manifests as one stream on standard output, site by site, each document in its canonical form. Twice through the
/// flow: nothing is printed where anything is wrong, and no fleet is held in memory.
fn stream(
    args: &RenderArgs,
    pipeline: &Pipeline<'_>,
    mut report: Report,
    console: &Console,
) -> anyhow::Result<Exit> {
    let findings =
        each_site(args.fleet.selection.threads, pipeline.sites(), |site| Ok(pipeline.run(site)?.findings))?;
    findings.into_iter().for_each(|findings| report.findings.absorb(findings));
    console.findings(&report);
    if report.findings.has_errors() {
        return Ok(Exit::Findings);
    }
    for site in pipeline.sites() {
        let Some(validated) = pipeline.run(site)?.validated else { continue };
        for manifest in validated.manifests() {
            console.data(&format!("---\n{}", file::text(validated.site(), &manifest.object)))?;
        }
    }
    Ok(Exit::Fine)
}
