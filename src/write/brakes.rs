//! The brakes: which removals a run may make. Pure: the caller asks before it commits.

use std::str::FromStr;

use super::rules::{BEYOND_REMOVAL_LIMITS, LEAVES_UNANNOUNCED};
use super::tree::is_word;
use super::{Leaving, Removal, TreeError};
use crate::diagnostic::words::count;
use crate::diagnostic::{Diagnostic, Findings};
use crate::manifest::Lifecycle;

/// How much a run may remove unasked, `limits` of the fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Whole sites. Default 0.
    pub removed_sites: usize,
    /// Manifests of sites that stay. Default 20.
    pub removed_manifests: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { removed_sites: 0, removed_manifests: 20 }
    }
}

/// A removal that a person allowed by name: `--allow-removal SITE[/COMPONENT]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The site.
    pub site: String,
    /// One component of it, by its spec key; none for the site and all in it.
    pub component: Option<String>,
}

impl FromStr for Allowed {
    type Err = TreeError;

    fn from_str(text: &str) -> Result<Self, TreeError> {
        let (site, component) = match text.split_once('/') {
            Some((site, component)) => (site, Some(component)),
            None => (text, None),
        };
        let word = |word: &str| {
            if is_word(word) { Ok(word.to_owned()) } else { Err(TreeError::Name(word.to_owned())) }
        };
        Ok(Allowed { site: word(site)?, component: component.map(word).transpose()? })
    }
}

impl Allowed {
    /// Whether it covers a removal.
    pub fn covers(&self, removal: &Removal) -> bool {
        let component = self.component.as_deref();
        self.site == removal.site && (component.is_none() || component == removal.component())
    }
}

/// Tells what is wrong with removing this much: nothing when the run may go on. Removals allowed by name count nowhere,
/// and what leaves unannounced is told for itself.
pub fn check(removals: &[Removal], limits: Limits, allowed: &[Allowed], findings: &mut Findings) {
    let counted: Vec<_> =
        removals.iter().filter(|removal| !allowed.iter().any(|allowed| allowed.covers(removal))).collect();
    let mut announced = Vec::new();
    for removal in counted {
        match without_lifecycle(removal) {
            Some(finding) => findings.push(finding),
            None => announced.push(removal),
        }
    }
    findings.extend(too_many_sites(&announced, limits.removed_sites));
    findings.extend(too_many_manifests(&announced, limits.removed_manifests));
}

fn without_lifecycle(removal: &Removal) -> Option<Diagnostic> {
    let (what, name) = match &removal.leaving {
        Leaving::Site => (format!("site `{}`", removal.site), removal.site.clone()),
        Leaving::Component(component) => {
            (format!("`{component}` of site `{}`", removal.site), format!("{}/{component}", removal.site))
        }
        Leaving::Files(_) => return None,
    };
    (removal.lifecycle == Lifecycle::Present).then(|| {
        Diagnostic::new(
            &LEAVES_UNANNOUNCED,
            format!("{what} would leave the tree, but was last rendered as `present`"),
        )
        .note(format!(
            "{} would be removed; what becomes of it in the cluster must be said first",
            count(removal.manifests(), "manifest")
        ))
        .help("render it once with `lifecycle: absent` or `lifecycle: orphan`, then remove it")
        .help(format!("or, where the cluster is gone already, allow it: `--allow-removal {name}`"))
        .site(&removal.site)
    })
}

fn too_many_sites(removals: &[&Removal], limit: usize) -> Option<Diagnostic> {
    let sites: Vec<_> = removals.iter().filter(|removal| removal.leaving == Leaving::Site).collect();
    (sites.len() > limit).then(|| {
        let title =
            format!("{} would be removed, `limits.removedSites` is {limit}", count(sites.len(), "site"));
        let shown = shorten(sites.iter().map(|removal| removal.site.clone()));
        Diagnostic::new(&BEYOND_REMOVAL_LIMITS, title)
            .note(format!("leaving: {shown}"))
            .help(allow(sites.iter().map(|removal| removal.site.clone()), "SITE"))
    })
}

fn too_many_manifests(removals: &[&Removal], limit: usize) -> Option<Diagnostic> {
    let parts: Vec<_> = removals.iter().filter(|removal| removal.leaving != Leaving::Site).collect();
    let removed = parts.iter().map(|removal| removal.manifests()).sum();
    (removed > limit).then(|| {
        let title =
            format!("{} would be removed, `limits.removedManifests` is {limit}", count(removed, "manifest"));
        let shown = shorten(
            parts
                .iter()
                .filter(|removal| removal.manifests() > 0)
                .map(|removal| format!("{} of {}", removal.manifests(), named(removal))),
        );
        Diagnostic::new(&BEYOND_REMOVAL_LIMITS, title).note(format!("leaving: {shown}")).help(allow(
            parts.iter().filter(|removal| removal.manifests() > 0).map(|removal| named(removal)),
            "SITE/COMPONENT",
        ))
    })
}

fn named(removal: &Removal) -> String {
    let component = removal.component().map(|name| format!("/{name}")).unwrap_or_default();
    format!("{}{component}", removal.site)
}

/// The options that let removals go, ready to be pasted where they are few.
fn allow(names: impl Iterator<Item = String>, placeholder: &str) -> String {
    let names: Vec<_> = names.collect();
    let options: Vec<_> = match names.len() {
        1..=SHOWN => names.iter().map(|name| format!("--allow-removal {name}")).collect(),
        _ => vec![format!("--allow-removal {placeholder}")],
    };
    format!("if that is wanted, allow each by name: `{}`", options.join(" "))
}

/// How many removals are named before they are only counted.
const SHOWN: usize = 8;

/// The first of many, and how many more.
fn shorten(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<_> = items.collect();
    let more = items.len().saturating_sub(SHOWN);
    items.truncate(SHOWN);
    let shown = items.join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removal(site: &str, leaving: Leaving, lifecycle: Lifecycle, manifests: usize) -> Removal {
        let files = (0..manifests).map(|number| format!("pod-vm/{number}.yaml")).collect();
        Removal { site: site.to_owned(), leaving, lifecycle, files }
    }

    fn pod_vm() -> Leaving {
        Leaving::Component("podVM".to_owned())
    }

    fn told(removals: &[Removal], limits: Limits, allowed: &[Allowed]) -> Findings {
        let mut findings = Findings::default();
        check(removals, limits, allowed, &mut findings);
        findings
    }

    fn codes(removals: &[Removal], allowed: &[&str]) -> Vec<&'static str> {
        let allowed: Vec<_> = allowed.iter().map(|text| text.parse().unwrap()).collect();
        told(removals, Limits::default(), &allowed).iter().map(|found| found.rule.code).collect()
    }

    #[test]
    fn twenty_manifests_may_go_and_one_more_may_not() {
        let files =
            |number| [removal("edge", Leaving::Files(Some("podVM".to_owned())), Lifecycle::Present, number)];
        assert!(codes(&files(20), &[]).is_empty());
        assert_eq!(codes(&files(21), &[]), ["GS-WRITE-001"]);
        assert!(codes(&files(21), &["edge/podVM"]).is_empty());
    }

    #[test]
    fn manifests_are_counted_over_all_sites() {
        let files = |site| removal(site, Leaving::Files(None), Lifecycle::Present, 11);
        assert_eq!(codes(&[files("a"), files("b")], &[]), ["GS-WRITE-001"]);
    }

    #[test]
    fn a_component_leaves_only_after_absent_or_orphan() {
        assert_eq!(codes(&[removal("edge", pod_vm(), Lifecycle::Present, 1)], &[]), ["GS-WRITE-002"]);
        for lifecycle in [Lifecycle::Absent, Lifecycle::Orphan] {
            assert!(codes(&[removal("edge", pod_vm(), lifecycle, 1)], &[]).is_empty());
        }
    }

    #[test]
    fn a_site_counts_as_one_however_many_manifests_it_has() {
        let site = removal("edge", Leaving::Site, Lifecycle::Absent, 500);
        let limits = Limits { removed_sites: 1, removed_manifests: 0 };
        assert!(told(std::slice::from_ref(&site), limits, &[]).is_empty());
        assert_eq!(codes(&[site], &[]), ["GS-WRITE-001"]);
    }

    #[test]
    fn a_name_allows_its_own_and_nothing_else() {
        let leaving = |site| removal(site, Leaving::Site, Lifecycle::Present, 1);
        assert!(codes(&[leaving("edge")], &["edge"]).is_empty());
        assert_eq!(codes(&[leaving("edge")], &["edge/podVM"]), ["GS-WRITE-002"]);
        assert_eq!(codes(&[leaving("edge")], &["other"]), ["GS-WRITE-002"]);
        assert!(codes(&[removal("edge", pod_vm(), Lifecycle::Present, 30)], &["edge"]).is_empty());
    }

    #[test]
    fn few_removals_are_allowed_by_a_line_to_paste() {
        let site = |name| removal(name, Leaving::Site, Lifecycle::Absent, 1);
        let found = told(&[site("a"), site("b")], Limits::default(), &[]);
        let help = format!("{:?}", found.iter().next().unwrap().help);
        assert!(help.contains("`--allow-removal a --allow-removal b`"), "{help}");
    }

    #[test]
    fn a_name_that_is_a_path_is_refused() {
        for text in ["", "a/", "a/b/c", "../x"] {
            assert!(text.parse::<Allowed>().is_err(), "{text}");
        }
    }
}
