//! What several targets ask: a fleet of one site, a set of definitions, and what must hold of all findings.

use goldsmith::diagnostic::{Diagnostic, Findings, Help};
use goldsmith::load::{FleetLoader, Memory, Options, load_fleet};
use goldsmith::policy::Basis;
use goldsmith::provenance::Place;
use goldsmith::report::{Report, github, human, json, junit, markdown, sarif};
use goldsmith::validate::crds::Crds;
use goldsmith::validate::files::Judged;

const FLEET: &str = "apiVersion: goldsmith.dev/v1alpha1\nkind: Fleet\nspec: {goldsmith: '>=0.1', sites: [site.yaml], overlays: [overlay.yaml]}\n";

const NO_OVERLAY: &str =
    "apiVersion: goldsmith.dev/v1alpha1\nkind: Overlay\nmetadata: {name: overlay}\nspec: {}\n";

const EXTRA: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra, namespace: a}\n";

/// A kind with a bit of everything that a definition can say.
const WIDGETS: &str = include_str!("widgets.yaml");

/// A fleet of one site, above an overlay if there is one. What they name and is not there is refused.
pub fn repository(site: &str, overlay: Option<&str>) -> Memory {
    let mut files = Memory::default();
    let texts = [
        ("fleet.yaml", FLEET),
        ("overlay.yaml", overlay.unwrap_or(NO_OVERLAY)),
        ("site.yaml", site),
        ("extra.yaml", EXTRA),
    ];
    for (path, text) in texts {
        files.add(path, text).expect("the paths are inside");
    }
    files
}

/// The fleet of a repository that has a `fleet.yaml`.
pub fn fleet(files: &Memory) -> FleetLoader<'_> {
    load_fleet(files, &Options::default()).expect("the fleet file is ours")
}

/// Policies of a day that stays the same.
pub fn policies() -> Basis {
    Basis {
        today: "2026-01-01".parse().expect("a day"),
        release: goldsmith::capability::Release::ours(),
        rule: goldsmith::registry::rule,
        baseline: std::sync::Arc::default(),
    }
}

/// Definitions of `Widget`, `HyperConverged` and such, to judge manifests by.
pub fn definitions() -> Crds {
    let (mut crds, mut findings) = (Crds::default(), Findings::default());
    crds.add("widgets.yaml", WIDGETS.to_owned(), &mut findings);
    assert!(findings.is_empty(), "{findings:?}");
    crds
}

/// Findings point into texts, at whole characters, and every printer can print them.
pub fn assert_printable(findings: &Findings, objects: Vec<Judged>) {
    for finding in findings.iter() {
        places(finding).for_each(|place| assert!(place.text().is_some(), "{finding:?}"));
        assert!(!finding.title.is_empty() && !finding.title.contains('\n'), "{finding:?}");
    }
    let report = Report { findings: findings.clone(), objects, ..Report::new("fuzz") };
    let text = human::findings(&report, human::Colour::Never);
    assert_eq!(text.is_empty(), findings.is_empty());
    assert!(markdown::print(&report).chars().count() <= 65_536);
    github::print(&report);
    junit::print(&report);
    for text in [json::print(&report), sarif::print(&report)] {
        let text = text.expect("a report can be printed");
        serde_json::from_str::<serde_json::Value>(&text).expect("a report is JSON");
    }
}

fn places(finding: &Diagnostic) -> impl Iterator<Item = &Place> {
    let edits = finding.help.iter().filter_map(|help| match help {
        Help::Edit { place, .. } => Some(place),
        Help::Text(_) => None,
    });
    finding.primary.iter().chain(&finding.context).map(|label| &label.place).chain(edits)
}
