//! The section `podVM`, complete: in goes what people wrote and the platform; out comes all that manifests are made of, each
//! value with its origin, and findings for what no admission would refuse.
//!
//! Reads no file: a policy and the metadata of an artifact are texts that were read before.

mod artifact;
mod asked;
mod confidential;
mod config_data;
mod credentials;
mod fips;
mod gates;
mod image;
mod image_config;
mod kata_config;
mod names;
mod peer_pods_config;
mod policy;
mod work;

use crate::components::Basis;
use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::manifest::{Lifecycle, Ownership};
use crate::provenance::{DefaultRule, Setting, Sourced};

pub use artifact::{Artifact, image_uri};
pub use config_data::{ConfigData, Entry};
pub use credentials::ExpectedSecret;
pub use image::Image;
pub use kata_config::KataConfig;
pub use names::{gallery_help, is_gallery_name};
pub use work::{Resources, Work};

use super::inputs::Inputs;
use super::ownership;
use super::spec::{PodVmSpec, Provider, Runner};
use asked::Resolving;

/// Pod VM images of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct PodVm {
    /// Whether they are there.
    pub lifecycle: Sourced<Lifecycle>,
    /// The cloud.
    pub provider: Sourced<Provider>,
    /// Who makes images.
    pub runner: Sourced<Runner>,
    /// Where the image comes from.
    pub image: Image,
    /// The data of `peer-pods-cm`.
    pub peer_pods_config: ConfigData,
    /// How `peer-pods-cm` is rendered.
    pub peer_pods_config_ownership: Sourced<Ownership>,
    /// The data of `<provider>-podvm-image-cm`.
    pub image_config: ConfigData,
    /// The data of `osc-feature-gates`; empty where nothing asks for a gate.
    pub gates: ConfigData,
    /// The data of `layered-image-deploy-cm`; empty where kata is installed as an extension.
    pub layered_image: ConfigData,
    /// The KataConfig, where it is ours.
    pub kata_config: Option<KataConfig>,
    /// Secrets that must be there, sorted by name.
    pub expected: Vec<ExpectedSecret>,
    /// What the import of ours tells the cloud of the image, beside the ConfigMap: that machines from it are confidential.
    pub security: Vec<Entry>,
    /// What the Jobs are made of, where the runner is not the operator and there is an image to make.
    pub work: Option<Work>,
}

static LIFECYCLE: DefaultRule =
    DefaultRule { path: "podVM.lifecycle", reason: "what the site asks for is there" };

static RUNNER: DefaultRule = DefaultRule {
    path: "podVM.runner",
    reason: "the operator builds by itself where it is installed, and two builders would build twice",
};

/// Completes the section of a site, where it has one. None where findings leave nothing to render.
pub fn complete(section: &Setting<PodVmSpec>, basis: &Basis<'_>, findings: &mut Findings) -> Option<PodVm> {
    let spec = section.get()?;
    let runner = spec.runner.or(&RUNNER, || Runner::Operator);
    let lifecycle = Lifecycle::of_component(basis.lifecycle, &spec.lifecycle, &LIFECYCLE);
    let mut told = Findings::default();
    let mut resolving = Resolving::new(spec, basis, &runner, &lifecycle, &mut told);
    let resolved = resolving.as_mut().and_then(resolve);
    findings.absorb(told);
    resolved
}

fn resolve(resolving: &mut Resolving<'_, '_>) -> Option<PodVm> {
    let image = image::resolve(resolving);
    let confidential = confidential::resolve(resolving, &image);
    let fips = fips::resolve(resolving, &image);
    let gates = gates::resolve(resolving, confidential.as_ref());
    let peer_pods_config = peer_pods_config::resolve(resolving, &image, confidential.as_ref());
    let mut image_config = image_config::resolve(resolving, &image, &fips, confidential.as_ref());
    let layered_image = gates::layered_image(resolving);
    let expected = credentials::resolve(resolving, &image);
    let kata_config = kata_config::resolve(resolving);
    let security = confidential.as_ref().filter(|_| image.is_imported_by_us());
    let security =
        security.map(|technology| confidential::of_image(resolving, technology)).unwrap_or_default();
    let work = work::resolve(resolving, &image, &fips, confidential.as_ref(), |more| {
        let is_imported = matches!(image, Image::Artifact(_));
        let more = [more, &security].concat();
        Inputs::of((&peer_pods_config, &image_config), &more, is_imported)
    });
    names::put(resolving, &image, work.as_ref().map(|work| &work.inputs), &mut image_config);
    let spec = resolving.spec;
    let is_fatal =
        |finding: &Diagnostic| finding.rule.severity == Severity::Error && !finding.rule.adjustable;
    let is_sound = !resolving.findings.iter().any(is_fatal);
    is_sound.then(|| PodVm {
        lifecycle: resolving.lifecycle.clone(),
        provider: resolving.provider.clone(),
        runner: resolving.runner.clone(),
        peer_pods_config_ownership: ownership::PEER_PODS_CONFIG
            .ownership(&spec.ownership.section().peer_pods_config),
        image,
        peer_pods_config,
        image_config,
        gates,
        layered_image,
        kata_config,
        expected,
        security,
        work,
    })
}
