//! The stage `Rendered -> Validated`: what `write` and the new side of `diff` take has passed here.
//!
//! In: the manifests of one site, patched. Out: the same manifests, or findings. [`native`] holds what the tree and the
//! API server ask of every object, [`crds`] the definitions of custom kinds, and [`judge`] says of one object what the
//! API server would. It changes nothing and reads nothing.

pub mod crds;
pub mod files;
pub mod judge;
mod native;
pub mod rules;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::components;
use crate::diagnostic::{Diagnostic, Findings};
use crate::manifest::pointer::dotted;
use crate::manifest::{Lifecycle, Manifest};
use crate::provenance::Place;
use crate::render::Rendered;
use crds::Crds;
use rules::{AGAINST_SCHEMA, RULE_NOT_EVALUATED};

/// What manifests are held against.
pub struct Checks<'c> {
    /// The definitions that the cluster serves; may be empty.
    pub crds: &'c Crds,
    /// Where the field of a manifest was written: asked only when there is something to tell.
    pub locate: &'c dyn Fn(&Manifest, &str) -> Option<Place>,
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
    native::unique(rendered.manifests(), checks, &mut told);
    let runtime_owned = native::by_kind(&components::runtime_owned());
    for manifest in rendered.manifests() {
        native::metadata(manifest, checks, &mut told);
        native::runtime_owned(manifest, &runtime_owned, checks, &mut told);
        fits_crd(manifest, checks, &mut told);
    }
    remarks(rendered.manifests(), checks, &mut told);
    let sound = !told.has_errors();
    findings.absorb(told.of_site(rendered.site()));
    sound.then_some(Validated { rendered })
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
        of_people
            .map(|remark| remark.finding(|spot| (checks.locate)(&manifests[spot.object], &spot.pointer))),
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

fn fits_crd(manifest: &Manifest, checks: &Checks<'_>, findings: &mut Findings) {
    let id = &manifest.id;
    let schema = match checks.crds.schema(&id.api_version, &id.kind) {
        None => return,
        Some(Err(unusable)) => return findings.push(*unusable),
        Some(Ok(schema)) => schema,
    };
    let judgement = schema.judge(&manifest.object, None);
    findings.extend(judgement.violations.into_iter().map(|violation| {
        let title =
            format!("`{}` of {} does not fit its definition", dotted(&violation.pointer), manifest.path);
        Diagnostic::new(&AGAINST_SCHEMA, title)
            .at((checks.locate)(manifest, &violation.pointer), "this set it")
            .note(format!("{}: {}", id.kind, violation.message))
            .help("set it otherwise; or, where the cluster serves another definition, take that one into `crds/`")
    }));
    findings.extend(judgement.not_evaluated.into_iter().map(|rule| {
        let title = format!("a rule for {} could not be asked", manifest.path);
        Diagnostic::new(&RULE_NOT_EVALUATED, title)
            .at((checks.locate)(manifest, &rule.pointer), "for this")
            .note(format!("{}: {}", id.kind, rule.message))
            .help("the API server will ask it: `kubectl apply --dry-run=server`")
    }));
}
