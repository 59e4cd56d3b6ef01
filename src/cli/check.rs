//! `goldsmith check`: the specs are sound and the tree is what they render to. Writes nothing.

use super::Exit;
use super::args::{CheckArgs, Format};
use super::console::Console;
use super::render::rows;
use super::session::{Repository, each_site};
use crate::pipeline::Pipeline;
use crate::report::{Report, human};
use crate::write::SiteTree;
use crate::write::check::{Check, Difference};

pub(super) fn run(args: &CheckArgs, console: &Console) -> anyhow::Result<Exit> {
    let repository = Repository::find(args.fleet.path.as_deref())?;
    let fleet = repository.load(&args.fleet.selection)?;
    let mut report = Report::new("check");
    report.findings.absorb(fleet.findings().clone());
    let crds = repository.crds(&args.fleet.selection.crds, &mut report.findings)?;
    let pipeline = Pipeline::new(&fleet, crds);
    let out = args.into.clone().unwrap_or_else(|| repository.output(&fleet));
    let check = Check::open(&out)?;
    report.findings.extend(check.interrupted()?);

    let compared = each_site(args.fleet.selection.threads, pipeline.sites(), |site| {
        let mut outcome = pipeline.run(site)?;
        let compared = match outcome.validated.take() {
            Some(validated) => {
                let tree = SiteTree::of(&validated)?;
                let (differences, change) = check.site(&tree)?;
                Some((differences, rows(&validated, &change), change.findings))
            }
            None => None,
        };
        Ok((outcome.findings, compared))
    })?;
    let mut differences: Vec<Difference> = Vec::new();
    for (findings, compared) in compared {
        report.findings.absorb(findings);
        if let Some((different, site, foreign)) = compared {
            differences.extend(different);
            report.findings.extend(foreign);
            report.sites.push(site);
        }
    }
    if let Some(everybody) = fleet.everybody() {
        differences.extend(check.leaving(&everybody)?);
    }
    tell(args.output, &report, &differences, console)
}

fn tell(
    format: Format,
    report: &Report,
    differences: &[Difference],
    console: &Console,
) -> anyhow::Result<Exit> {
    if format == Format::Json {
        console.json(report)?;
    } else {
        console.findings(report);
        for difference in differences {
            console.data(&format!("{:<10}  {}\n", difference.how.word(), difference.path))?;
        }
        let manifests: usize = report.sites.iter().map(|site| site.manifests.len()).sum();
        if report.findings.has_errors() {
            console.say("the specs have errors");
        } else if differences.is_empty() {
            console.say(&format!("{}: the tree is current", human::size(report.sites.len(), manifests)));
        } else {
            console.say(
                "the tree is not what the specs render to: run `goldsmith render` and commit what it writes",
            );
        }
    }
    let fine = !report.findings.has_errors() && differences.is_empty();
    Ok(if fine { Exit::Fine } else { Exit::Findings })
}
