//! Registries: mirrors told to the cluster, references rewritten where mirrors do not reach, credentials and
//! certificates by reference. A shared section: the other components ask [`Registries`] for what they pull.

pub mod hazards;
pub mod location;
pub mod manifest_hazards;
pub mod manifests;
pub mod models;
pub mod resolve;
pub mod spec;
pub mod traps;

use crate::components::{Basis, Component};
use crate::diagnostic::Findings;
use crate::manifest::order::Step;
use crate::provenance::{Setting, Sourced};
use crate::spec::ImageReference;
pub use resolve::Registries;
use spec::RegistriesSpec;

/// What the flow knows of this component.
pub const COMPONENT: Component = Component {
    home: &manifests::HOME,
    alternatives: &[],
    rules: hazards::RULES,
    traps: traps::TRAPS,
    remarks: manifest_hazards::remarks,
    // Nothing in the cluster writes to mirror sets: their status is empty.
    runtime_owned: &[],
    models: models::MODELS,
    order: &[Step {
        what: "mirror sets",
        folders: &["registries-mirrors"],
        why: "nodes drain one after the other, before anything pulls",
    }],
    // Mirror sets of several owners live side by side and are merged on the node, so ours are ours alone.
    shared: &[],
    attachments: |_| Vec::new(),
    lifecycle: |components, site| (!components.registries.is_empty()).then_some(site),
    drafts: |components, common, site| manifests::drafts(&components.registries, common, site),
    consequences: |_| Vec::new(),
};

/// Completes the section of a site, and tells what is wrong with it.
pub fn complete(
    section: &Setting<RegistriesSpec>,
    basis: &Basis<'_>,
    node_pulls: &[Sourced<ImageReference>],
    findings: &mut Findings,
) -> Registries {
    let spec = section.section();
    let registries = resolve::resolve(&spec, resolve::MirrorForm::on(basis.platform), node_pulls);
    hazards::check(&spec, &registries, basis.sources, findings);
    registries
}
