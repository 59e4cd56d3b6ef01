//! `goldsmith check`: the specs are sound and the tree is what they render to. Writes nothing.

use super::args::{CheckArgs, Format};
use super::console::Console;
use super::rows;
use super::session::{Session, over_fleet};
use super::{Exit, baseline};
use crate::report::{Report, human};
use crate::write::SiteTree;
use crate::write::check::Check;

pub(super) fn run(args: &CheckArgs, console: &Console) -> anyhow::Result<Exit> {
    let fleet = &args.fleet;
    over_fleet("check", fleet.path.as_deref(), &fleet.selection, |session| check(session, args, console))
}

fn check(mut session: Session<'_>, args: &CheckArgs, console: &Console) -> anyhow::Result<Exit> {
    let pipeline = session.pipeline()?;
    let check = Check::open(&session.tree(args.into.as_deref()))?;
    session.report.findings.extend(check.interrupted()?);
    let compared = session.each_sound_site(&pipeline, |validated, _| {
        let (differences, change) = check.site(&SiteTree::of(validated)?)?;
        Ok((differences, rows::written(validated, &change), change.findings))
    })?;
    for (different, site, foreign) in compared {
        session.report.differences.extend(different);
        session.report.findings.absorb(foreign);
        session.report.sites.push(site);
    }
    if let Some(everybody) = session.fleet.everybody() {
        session.report.differences.extend(check.leaving(&everybody)?);
    }
    baseline::record(args.record_baseline.as_deref(), &session.report, console)?;
    if session.fleet.everybody().is_some() {
        baseline::tell_mended(&session.baseline, &session.report, console);
    }
    tell(args.output, &session.report, console)
}

fn tell(format: Format, report: &Report, console: &Console) -> anyhow::Result<Exit> {
    console.report(report, format)?;
    if format == Format::Human {
        for difference in &report.differences {
            console.data(&format!("{:<10}  {}\n", difference.how.word(), difference.path))?;
        }
        let manifests: usize = report.sites.iter().map(|site| site.manifests.len()).sum();
        if report.findings.has_errors() {
            console.say("the specs have errors");
        } else if report.differences.is_empty() {
            console.say(&format!("{}: the tree is current", human::size(report.sites.len(), manifests)));
        } else {
            console.say(
                "the tree is not what the specs render to: run `goldsmith render` and commit what it writes",
            );
        }
    }
    let fine = !report.findings.has_errors() && report.differences.is_empty();
    Ok(if fine { Exit::Fine } else { Exit::Findings })
}
