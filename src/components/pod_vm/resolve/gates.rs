//! Feature gates, and the image of the operating system that one of them asks for.

use super::asked::Resolving;
use super::config_data::{ConfigData, joined, text};
use crate::capability::Capability;
use crate::components::pod_vm::hazards::FIELD_MISSING;
use crate::components::pod_vm::spec::{Confidential, DeploymentMode};
use crate::diagnostic::Diagnostic;
use crate::provenance::Sourced;

/// The data of `osc-feature-gates`.
pub(super) fn resolve(
    resolving: &mut Resolving<'_, '_>,
    confidential: Option<&Sourced<Confidential>>,
) -> ConfigData {
    let mut data = ConfigData::default();
    let on = || "true".to_owned();
    if let Some(technology) = confidential {
        let rule = "feature gate: on where `podVM.confidential` is given";
        data.put("confidential", Sourced::derived(on(), rule, &[&technology.origin]));
    }
    if let Some(layered) = resolving.spec.layered_image.get() {
        resolving.require(Capability::SandboxFeatureGates, "podVM.layeredImage", &layered.origin);
        let rule = "feature gate: on where `podVM.layeredImage` is given";
        data.put("layeredImageDeployment", Sourced::derived(on(), rule, &[&layered.origin]));
    }
    let gates = resolving.spec.feature_gates.section();
    if let Some(mode) = gates.deployment_mode.get() {
        resolving.require(Capability::DeploymentModeGate, "podVM.featureGates.deploymentMode", &mode.origin);
        data.put("deploymentMode", text(mode));
        if let Some(layered) =
            resolving.spec.layered_image.get().filter(|_| mode.value == DeploymentMode::DaemonSet)
        {
            let title = "`podVM.layeredImage` has no effect where a DaemonSet installs kata".to_owned();
            resolving.no_effect(title, (&layered.origin, "not read"), (&mode.origin, "this decides"));
        }
    }
    if let Some(strategy) = gates.caa_update_strategy.get() {
        resolving.require(
            Capability::AdaptorUpdateGate,
            "podVM.featureGates.caaUpdateStrategy",
            &strategy.origin,
        );
        data.put("caaUpdateStrategy", text(strategy));
    }
    data
}

/// The data of `layered-image-deploy-cm`: the operator reads it once, when the KataConfig is new.
pub(super) fn layered_image(resolving: &mut Resolving<'_, '_>) -> ConfigData {
    let mut data = ConfigData::default();
    let Some(layered) = resolving.spec.layered_image.get() else { return data };
    if let Some(image) = layered.os_image_url.get() {
        data.put("osImageURL", text(image));
    } else {
        let finding = Diagnostic::new(&FIELD_MISSING, "`podVM.layeredImage.osImageURL` is missing")
            .at(resolving.place(&layered.origin), "it belongs in here")
            .note("the operator installs nothing without it")
            .help("give the image, or leave the section out");
        resolving.tell(finding);
    }
    if let Some(arguments) = layered.kernel_arguments.get() {
        data.put("kernelArguments", joined(arguments, " "));
    }
    data
}
