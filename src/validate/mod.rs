//! The stage `Rendered -> Validated`: what `write` and the new side of `diff` take has passed here.
//!
//! In: the manifests of one site, patched. Out: the same manifests, or findings. [`tree`] holds what the tree asks of
//! every manifest; what the API server would say of an object is said by [`judge`] for custom kinds, whose definitions are
//! in [`crds`] or, in part, in [`models`], and by [`kinds`] for native ones. It changes nothing and reads nothing.

mod answer;
pub mod crds;
pub mod files;
mod foreign;
pub mod judge;
pub mod kinds;
pub mod models;
mod refusal;
pub mod rules;
mod tree;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::capability::Platform;
use crate::components;
use crate::diagnostic::Findings;
use crate::manifest::{Lifecycle, Manifest};
use crate::provenance::Place;
use crate::render::Rendered;
use crate::yaml::read;
use answer::{Answer, ask};
use crds::Crds;
use judge::Judgement;
use refusal::Subject;
use rules::AGAINST_SCHEMA;

/// What manifests are held against.
pub struct Checks<'c> {
    /// The definitions that are at hand; may be empty.
    pub crds: &'c Crds,
    /// What the site runs on: of definitions that are there for several releases, its own is chosen.
    pub platform: &'c Platform,
    /// Where people wrote what a field of a manifest was made from, what a finding points at first: asked only when there is
    /// something to tell.
    pub locate: &'c dyn Fn(&Manifest, &str) -> Vec<Place>,
    /// How bad each finding is to the site, told before it is asked whether one is an error.
    pub settle: &'c dyn Fn(&mut Findings),
}

impl Checks<'_> {
    /// What a finding about a field points at.
    fn place(&self, manifest: &Manifest, pointer: &str) -> Option<Place> {
        (self.locate)(manifest, pointer).into_iter().next()
    }
}

/// The manifests of one site, fit to be written. Only [`validate`] makes one.
#[derive(Debug)]
pub struct Validated {
    rendered: Rendered,
}

impl Validated {
    /// The site's name.
    pub fn site(&self) -> &str {
        self.rendered.site()
    }

    /// Whether the site is there.
    pub fn lifecycle(&self) -> Lifecycle {
        self.rendered.lifecycle()
    }

    /// The components of the site by their spec keys, and whether each is there.
    pub fn components(&self) -> &BTreeMap<&'static str, Lifecycle> {
        self.rendered.components()
    }

    /// The manifests, sorted by path.
    pub fn manifests(&self) -> &[Manifest] {
        self.rendered.manifests()
    }
}

/// Holds the manifests of one site against all checks. None where a finding is an error; warnings do not stop.
pub fn validate(rendered: Rendered, checks: &Checks<'_>, findings: &mut Findings) -> Option<Validated> {
    let mut told = Findings::default();
    tree::unique(rendered.manifests(), checks, &mut told);
    let runtime_owned = tree::by_kind(&components::runtime_owned());
    for manifest in rendered.manifests() {
        tree::runtime_owned(manifest, &runtime_owned, checks, &mut told);
        judged(manifest, None, checks, &mut told);
    }
    remarks(rendered.manifests(), checks, &mut told);
    let mut told = told.of_site(rendered.site());
    (checks.settle)(&mut told);
    let sound = !told.has_errors();
    findings.absorb(told);
    sound.then_some(Validated { rendered })
}

/// Tells what the API server would take as a new object and refuses in the place of the one that is there: rules about changes,
/// fields that stay as they are. `before` holds the texts of what is there by their paths; what is no manifest is passed over.
pub fn changes(
    validated: &Validated,
    before: &[(String, String)],
    checks: &Checks<'_>,
    findings: &mut Findings,
) {
    let before: BTreeMap<&str, &str> =
        before.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let mut told = Findings::default();
    for manifest in validated.manifests() {
        let old = before.get(manifest.path.as_str()).and_then(|text| read::output(text).ok());
        if let Some(old) = old.filter(|old| *old != manifest.object) {
            judged(manifest, Some(&old), checks, &mut told);
        }
    }
    let mut told = told.of_site(validated.site());
    (checks.settle)(&mut told);
    findings.absorb(told);
}

/// What people brought along or patched is looked at like manifests of others; what was rendered was judged by its spec.
fn remarks(manifests: &[Manifest], checks: &Checks<'_>, findings: &mut Findings) {
    if manifests.iter().all(|manifest| manifest.draft.is_some() && manifest.patched.is_empty()) {
        return;
    }
    let objects: Vec<&Value> = manifests.iter().map(|manifest| &manifest.object).collect();
    let remarks = components::remarks(&objects).into_iter();
    let of_people = remarks
        .filter(|remark| remark.spots().any(|spot| is_of_people(&manifests[spot.object], &spot.pointer)));
    findings.extend(
        of_people.map(|remark| remark.finding(|spot| checks.place(&manifests[spot.object], &spot.pointer))),
    );
}

/// Whether a field, or a part of it, is not what was rendered.
fn is_of_people(manifest: &Manifest, pointer: &str) -> bool {
    let is_below = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_part = |patched: &str| is_below(patched, pointer) || is_below(pointer, patched);
    manifest.draft.is_none() || manifest.patched.keys().any(|patched| is_part(patched))
}

/// What the API server would say of a manifest, in the place of an old version if there is one.
fn judged(manifest: &Manifest, old: Option<&Value>, checks: &Checks<'_>, findings: &mut Findings) {
    let asked = (manifest.id.api_version.as_str(), manifest.id.kind.as_str());
    let judgement = match ask((checks.crds, Some(checks.platform)), asked, &manifest.object, old) {
        Answer::Judged(judgement) => judgement,
        Answer::Partly(violations) => Judgement { violations, ..Judgement::default() },
        Answer::Unusable(unusable) => return findings.push(*unusable),
        // Names and labels are the same for every kind.
        Answer::Unknown => {
            Judgement { violations: judge::metadata(&manifest.object), ..Judgement::default() }
        }
    };
    let subject = Subject {
        shown: manifest.path.as_str(),
        object: &manifest.object,
        locate: &|pointer| locate(manifest, pointer, checks),
        label: "this set it",
    };
    let is_custom = checks.crds.schema(asked, Some(checks.platform)).is_some();
    findings.extend(refusal::findings(judgement, &subject).map(|found| match found.rule.code {
        code if code != AGAINST_SCHEMA.code => found,
        _ if is_custom => found.help(
            "set it otherwise; or, where the cluster serves another definition, take that one into `crds/`",
        ),
        _ => found.help("set it otherwise"),
    }));
}

/// Where a field was written; of one that is not there, what is nearest around it.
fn locate(manifest: &Manifest, pointer: &str, checks: &Checks<'_>) -> Vec<Place> {
    let around = std::iter::successors(Some(pointer), |pointer| Some(pointer.rsplit_once('/')?.0));
    let places =
        around.filter(|pointer| !pointer.is_empty()).map(|pointer| (checks.locate)(manifest, pointer));
    places.into_iter().find(|places| !places.is_empty()).unwrap_or_default()
}
