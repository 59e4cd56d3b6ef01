//! `goldsmith render`: the whole flow, into the tree or onto standard output.

use std::path::Path;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use super::Exit;
use super::args::{Format, RenderArgs};
use super::console::Console;
use super::rows;
use super::session::{Session, over_fleet};
use crate::document::FleetSpec;
use crate::manifest::file;
use crate::pipeline::Pipeline;
use crate::provenance::Setting;
use crate::report::{Report, human};
use crate::write::brakes::{self, Allowed, Limits};
use crate::write::{Recovery, Removal, SiteTree, Write};

/// Sites above which a person wants to see how far it is.
const MANY: usize = 50;

pub(super) fn run(args: &RenderArgs, console: &Console) -> anyhow::Result<Exit> {
    let fleet = &args.fleet;
    over_fleet("render", fleet.path.as_deref(), &fleet.selection, |mut session| {
        let pipeline = session.pipeline()?;
        if args.stdout {
            stream(session, &pipeline, console)
        } else {
            write(session, &pipeline, args, console)
        }
    })
}

fn write(
    mut session: Session<'_>,
    pipeline: &Pipeline<'_>,
    args: &RenderArgs,
    console: &Console,
) -> anyhow::Result<Exit> {
    let out = session.tree(args.into.as_deref());
    let allowed = allowed(args)?;
    let write = Write::open(&out).with_context(|| format!("cannot write to `{}`", out.display()))?;
    tell_recovery(write.recovery(), console);

    let mut removals = stage(&mut session, pipeline, &write, console)?;
    let Session { fleet, mut report, .. } = session;
    let leaving = match fleet.everybody() {
        Some(everybody) => write.leaving(&everybody)?,
        None => Vec::new(),
    };
    removals.extend(leaving.iter().cloned());
    // What leaves because of an error, as with a pattern that matches no site, is nobody's wish: no help to allow it.
    if !report.findings.has_errors() {
        brakes::check(&removals, limits(fleet.fleet()), &allowed, &mut report.findings);
    }
    let sound = !report.findings.has_errors();
    if sound {
        write.commit(&leaving).with_context(|| format!("cannot write to `{}`", out.display()))?;
    }
    tell(args.output, &report, sound, &out, console)
}

/// Stages every site that is sound, and tells what would leave with that.
fn stage(
    session: &mut Session<'_>,
    pipeline: &Pipeline<'_>,
    write: &Write,
    console: &Console,
) -> anyhow::Result<Vec<Removal>> {
    let bar = progress(pipeline.sites().len(), console);
    let staged = session.each_sound_site(pipeline, |validated, _| {
        let change = write.site(&SiteTree::of(validated)?)?;
        bar.inc(1);
        // What became of each file is in the rows, and a fleet has many.
        Ok((rows::written(validated, &change), change.removals, change.findings))
    });
    bar.finish_and_clear();
    let mut removals = Vec::new();
    for (site, leaving, findings) in staged? {
        removals.extend(leaving);
        session.report.findings.absorb(findings);
        session.report.sites.push(site);
    }
    Ok(removals)
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
    console.report(report, format)?;
    if format == Format::Human && written {
        let changes = human::changes(report);
        if changes.lines().count() <= LINES {
            console.data(&changes)?;
        }
        console.say(&human::tally(report, &out.display().to_string()));
    } else if format == Format::Human {
        console.say("nothing was written");
    }
    Ok(if written { Exit::Fine } else { Exit::Findings })
}

/// All manifests as one stream on standard output, site by site, each document in its canonical form. Twice through the
/// flow: nothing is printed where anything is wrong, and no fleet is held in memory.
fn stream(mut session: Session<'_>, pipeline: &Pipeline<'_>, console: &Console) -> anyhow::Result<Exit> {
    session.each_sound_site(pipeline, |_, _| Ok(()))?;
    console.findings(&session.report);
    if session.report.findings.has_errors() {
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
