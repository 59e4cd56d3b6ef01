//! The section `goldenImages`, complete: in goes what people wrote, the platform and the registries; out comes all that
//! manifests are made of, each value with its origin, and findings for what no admission would refuse.
//!
//! Reads no file: a snapshot of the common boot images is a text that was read before.

mod alerts;
mod asked;
mod by_architecture;
mod carrier;
mod common_boot_images;
mod consumers;
mod custom_images;
mod data_import_cron;
mod data_sources;
mod expected;
mod image_defaults;
mod names;
mod overrides;
mod pull;
mod snapshot;
mod storage_limit;
mod storage_profiles;

use crate::components::Basis;
use crate::components::registries::Registries;
use crate::diagnostic::Findings;
use crate::manifest::{Lifecycle, Ownership};
use crate::provenance::{DefaultRule, Setting, Sourced};
use crate::spec::Architecture;

pub use alerts::{Alerts, Expression};
pub use asked::Asked;
pub use carrier::{Carrier, HyperConverged, Ssp};
pub use consumers::{CloneRight, Consumer, DataVolume};
pub use custom_images::node_pulls;
pub use data_sources::{DataSource, Onto};
pub use expected::{Certificates, Expected};
pub use pull::ImportRight;
pub use storage_profiles::StorageProfile;

use super::cron::Cron;
use super::ownership;
use super::spec::GoldenImagesSpec;
use asked::Resolving;

/// Golden images of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldenImages {
    /// Whether they are there.
    pub lifecycle: Sourced<Lifecycle>,
    /// What carries them to the cluster.
    pub carrier: Carrier,
    /// The namespace of the custom images.
    pub namespace: Sourced<String>,
    /// How the Namespace object is rendered; none where it is not ours.
    pub namespace_object: Option<Sourced<Ownership>>,
    /// Storage that all PVCs of that namespace may request together.
    pub storage_limit: Option<Sourced<String>>,
    /// The switch for several architectures; none where it is off and nobody asked.
    pub multi_architecture: Option<Sourced<bool>>,
    /// The architectures of the nodes that run workloads.
    pub architectures: Sourced<Vec<Architecture>>,
    /// The DataImportCrons, sorted by name: templates of the carrier, or objects of their own.
    pub crons: Vec<Cron>,
    /// DataSources that no DataImportCron makes, and pointers.
    pub data_sources: Vec<DataSource>,
    /// How imports are kept on storage classes.
    pub storage_profiles: Vec<StorageProfile>,
    /// How StorageProfiles are rendered.
    pub storage_profile_ownership: Sourced<Ownership>,
    /// Who may clone from which namespace.
    pub clone_rights: Vec<CloneRight>,
    /// Service accounts that clone volumes of other namespaces for imports.
    pub import_rights: Vec<ImportRight>,
    /// DataVolumes that follow a DataSource.
    pub data_volumes: Vec<DataVolume>,
    /// Certificates rendered into every namespace that pulls by pod.
    pub certificates: Option<Certificates>,
    /// Secrets, ConfigMaps and ImageStreams that must be there, sorted.
    pub expected: Vec<Expected>,
    /// Alerts, where they are on.
    pub alerts: Option<Alerts>,
}

static LIFECYCLE: DefaultRule =
    DefaultRule { path: "goldenImages.lifecycle", reason: "what the site asks for is there" };

/// Completes the section of a site, where it has one.
pub fn complete(
    section: &Setting<GoldenImagesSpec>,
    basis: &Basis<'_>,
    registries: &Registries,
    findings: &mut Findings,
) -> Option<GoldenImages> {
    let Basis { site, lifecycle, platform, attachments, sources } = *basis;
    let spec = section.get()?;
    let snapshot = spec.snapshot().and_then(|path| attachments.get(&path.value).copied());
    resolve(&Asked { site, spec, lifecycle, platform, registries, snapshot, sources }, findings)
}

/// Completes the section. None where findings leave nothing to render.
pub fn resolve(asked: &Asked<'_>, findings: &mut Findings) -> Option<GoldenImages> {
    let carrier = carrier::resolve(asked, findings)?;
    let mut resolving = Resolving::new(asked, &carrier, findings)?;
    let mut crons = overrides::resolve(&mut resolving);
    crons.extend(custom_images::resolve(&mut resolving));
    crons.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    names::check(&mut resolving, &crons);
    let pointers = by_architecture::pointers(&resolving, &crons);
    let crons = by_architecture::expand(&mut resolving, crons);
    let data_sources = data_sources::resolve(&mut resolving, &crons, pointers);
    let data_volumes = consumers::data_volumes(&mut resolving, &crons, &data_sources);
    let expected = expected::of(&resolving, &crons);
    let wanted = asked.spec.ownership.section();
    carrier::warn_of_gates(&mut resolving);
    Some(GoldenImages {
        lifecycle: Lifecycle::of_component(asked.lifecycle, &asked.spec.lifecycle, &LIFECYCLE),
        namespace_object: resolving
            .namespace_object()
            .then(|| ownership::NAMESPACE.ownership(&wanted.namespace)),
        storage_limit: storage_limit::resolve(&mut resolving),
        storage_profiles: storage_profiles::resolve(&mut resolving),
        storage_profile_ownership: ownership::STORAGE_PROFILE.ownership(&wanted.storage_profiles),
        clone_rights: consumers::clone_rights(&resolving, &crons, &data_sources, &data_volumes),
        import_rights: pull::import_rights(&resolving, &crons),
        certificates: expected::certificates(&resolving, &crons),
        alerts: alerts::resolve(&mut resolving, &crons),
        multi_architecture: Some(resolving.multi_architecture.clone())
            .filter(|wanted| wanted.value || !asked.spec.multi_architecture.is_unset()),
        architectures: asked.platform.architectures.clone(),
        namespace: resolving.namespace.clone(),
        carrier,
        crons,
        data_sources,
        data_volumes,
        expected,
    })
}
