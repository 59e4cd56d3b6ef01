//! The stage `Rendered -> Validated`: what `write` and the new side of `diff` take has passed here.
//!
//! In: the manifests of one site, patched. Out: the same manifests, or findings. [`native`] holds what the tree and the
//! API server ask of every object, [`crds`] and [`schema`] what a CustomResourceDefinition asks of its own. It changes
//! nothing and reads nothing.

pub mod crds;
pub mod kinds;
mod native;
mod schema;

use std::collections::BTreeMap;

use crate::components;
use crate::diagnostic::{Diagnostic, Severity, rules};
use crate::manifest::pointer::dotted;
use crate::manifest::{Lifecycle, Manifest};
use crate::provenance::Place;
use crate::render::Rendered;
use crds::Crds;

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
pub fn validate(rendered: Rendered, checks: &Checks<'_>) -> (Option<Validated>, Vec<Diagnostic>) {
    let mut findings = native::unique(rendered.manifests(), checks);
    let runtime_owned = native::by_kind(&components::runtime_owned());
    for manifest in rendered.manifests() {
        findings.extend(native::metadata(manifest, checks));
        findings.extend(native::runtime_owned(manifest, &runtime_owned, checks));
        findings.extend(fits_crd(manifest, checks));
    }
    let findings: Vec<Diagnostic> =
        findings.into_iter().map(|finding| finding.site(rendered.site())).collect();
    let sound = findings.iter().all(|finding| finding.rule.severity != Severity::Error);
    (sound.then_some(Validated { rendered }), findings)
}

fn fits_crd(manifest: &Manifest, checks: &Checks<'_>) -> Vec<Diagnostic> {
    let id = &manifest.id;
    let schema = match checks.crds.schema(&id.api_version, &id.kind) {
        None => return Vec::new(),
        Some(Err(unusable)) => return vec![*unusable],
        Some(Ok(schema)) => schema,
    };
    let violations = schema.check(&manifest.object).into_iter();
    violations
        .map(|violation| {
            let title =
                format!("`{}` of {} does not fit its definition", dotted(&violation.pointer), manifest.path);
            Diagnostic::new(&rules::AGAINST_SCHEMA, title)
                .at((checks.locate)(manifest, &violation.pointer), "this set it")
                .note(format!("{}: {}", id.kind, violation.message))
                .help("set it otherwise; or, where the cluster serves another definition, take that one into `crds/`")
        })
        .collect()
}
