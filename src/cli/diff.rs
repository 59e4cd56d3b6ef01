//! `goldsmith diff`: what a render would change. Writes nothing.

use anyhow::bail;

use super::Exit;
use super::args::{DiffArgs, Format};
use super::console::Console;
use super::rows;
use super::session::{Session, over_fleet};
use crate::diagnostic::Findings;
use crate::diff::{Action, Change, ChangeSet, Side, diff, gone, unified};
use crate::manifest::ManifestId;
use crate::write::present::{Manifests, Present};

pub(super) fn run(args: &DiffArgs, console: &Console) -> anyhow::Result<Exit> {
    let fleet = &args.fleet;
    over_fleet("diff", fleet.path.as_deref(), &fleet.selection, |session| compare(session, args, console))
}

fn compare(mut session: Session<'_>, args: &DiffArgs, console: &Console) -> anyhow::Result<Exit> {
    let out = session.tree(args.against.as_deref());
    let old = Present::open(&out)?;
    let before = |site: &str| old.site(site).map_err(anyhow::Error::from);
    let pipeline = session.pipeline()?.beside(&before);
    if !old.exists() && args.against.is_some() {
        bail!("there is no folder `{}` to compare with", out.display());
    }
    session.report.findings.extend(old.interrupted()?);
    let compared = session.each_sound_site(&pipeline, |validated, policy| {
        let set = diff(sides(old.site(validated.site())?), validated);
        let mut destroyed = destroyed(&set);
        policy.settle(&mut destroyed);
        Ok((rows::compared(Some(validated), &set), set, destroyed))
    })?;
    let mut sets = Vec::new();
    for (site, set, destroyed) in compared {
        session.report.sites.push(site);
        session.report.findings.absorb(destroyed);
        sets.push(set);
    }
    if let Some(everybody) = session.fleet.everybody() {
        for site in old.leaving(&everybody)? {
            let set = gone(&site, sides(old.site(&site)?));
            session.report.sites.push(rows::compared(None, &set));
            session.report.findings.absorb(destroyed(&set));
            sets.push(set);
        }
    }
    if args.output == Format::Human {
        print(&sets, console)?;
    }
    console.report(&session.report, args.output)?;
    let same = sets.iter().all(|set| set.changes.is_empty());
    Ok(if same && !session.report.findings.has_errors() { Exit::Fine } else { Exit::Findings })
}

fn sides(manifests: Manifests) -> Vec<Side> {
    manifests.into_iter().map(|(path, text)| Side { path, text }).collect()
}

/// What the changes of a site destroy, as findings.
fn destroyed(set: &ChangeSet) -> Findings {
    let consequences = set.changes.iter().flat_map(|change| &change.consequences);
    let mut findings = Findings::default();
    findings.extend(consequences.filter_map(|consequence| consequence.finding.clone()));
    findings.of_site(&set.site)
}

fn print(sets: &[ChangeSet], console: &Console) -> anyhow::Result<()> {
    for set in sets {
        for change in &set.changes {
            console.data(&heading(&set.site, change))?;
            for consequence in &change.consequences {
                console.data(&format!("# {}\n", consequence.text))?;
            }
            console.data(&unified(change, console.colours_data()))?;
        }
    }
    console.say(&tally(sets));
    Ok(())
}

/// `0 created, 1 configured, 0 deleted`. Replaced ones come behind, and only where there are any: the line stays what it was for
/// those that read it.
fn tally(sets: &[ChangeSet]) -> String {
    let count =
        |action| sets.iter().flat_map(|set| &set.changes).filter(|change| change.action == action).count();
    let (created, configured, deleted, replaced) =
        (count(Action::Created), count(Action::Configured), count(Action::Deleted), count(Action::Replaced));
    match (created + configured + deleted, replaced) {
        (0, 0) => "no differences".to_owned(),
        (_, 0) => format!("{created} created, {configured} configured, {deleted} deleted"),
        _ => format!("{created} created, {configured} configured, {deleted} deleted, {replaced} replaced"),
    }
}

/// An object a heading: `configured: edge-paris: DataImportCron golden-images/rhel9 (golden-images/..yaml)`.
fn heading(site: &str, change: &Change) -> String {
    let action = match change.action {
        Action::Created => "created",
        Action::Configured => "configured",
        Action::Replaced => "replaced",
        Action::Deleted => "deleted",
    };
    let object = match (&change.id, &change.replaces) {
        (Some(id), Some(old)) => {
            format!("{} -> {}", ManifestId { name: old.name.clone(), ..id.clone() }, id.name)
        }
        (Some(id), None) => id.to_string(),
        (None, _) => change.path.clone(),
    };
    format!("{action}: {site}: {object} ({})\n", change.path)
}
