//! FIPS mode of the guest, which operator and build understand differently (podvm 4.7, W4 and W24).

use super::asked::Resolving;
use super::image::Image;
use crate::components::pod_vm::hazards::{FIPS_NOT_REACHED, URI_NOT_FILLED};
use crate::components::pod_vm::spec::Provider;
use crate::diagnostic::Diagnostic;
use crate::provenance::Sourced;

/// Whether a built image boots in FIPS mode: as given, else as the nodes do.
pub(super) fn resolve(resolving: &mut Resolving<'_, '_>, image: &Image) -> Sourced<bool> {
    let nodes = &resolving.platform.fips;
    let derived = || Sourced::derived(nodes.value, "podVM.fips: as the nodes do", &[&nodes.origin]);
    let fips = resolving.spec.fips.get().cloned().unwrap_or_else(derived);
    if !nodes.value || !resolving.by_operator() {
        return fips;
    }
    if matches!(image, Image::Build(_)) && fips.value && resolving.provider.value != Provider::Gcp {
        let finding = Diagnostic::new(&FIPS_NOT_REACHED, "the image that the operator builds does not boot in FIPS mode")
            .at(resolving.place(image.origin()), "builds here")
            .with(resolving.place(&nodes.origin), "on nodes in FIPS mode")
            .note("the operator writes `BOOT_FIPS: \"true\"` there, over any other value, and the build asks for `yes`")
            .help("let another runner build it, whose Job says `yes` by itself: `podVM.runner: gitops`")
            .help("or import an image that was built for FIPS: `podVM.image.artifact`");
        resolving.tell(finding);
    }
    if matches!(image, Image::OfRelease(_)) {
        let finding = Diagnostic::new(
            &URI_NOT_FILLED,
            "on nodes in FIPS mode the operator may build, and not take the image of its release",
        )
        .at(resolving.place(&nodes.origin), "nodes in FIPS mode")
        .note("it stops before it fills `PODVM_IMAGE_URI` where `BOOT_FIPS` is `true` already")
        .help("say which image: `podVM.image.artifact`");
        resolving.tell(finding);
    }
    fips
}
