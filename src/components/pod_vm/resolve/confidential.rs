//! Confidential virtual machines: which clouds have which technology.

use super::asked::Resolving;
use super::config_data::Entry;
use super::image::Image;
use crate::capability::Capability;
use crate::components::pod_vm::hazards::{CONFIDENTIAL_SIZE, INITDATA_LOST, NOT_CONFIDENTIAL_THERE};
use crate::components::pod_vm::spec::{Confidential, Provider, VmGeneration};
use crate::diagnostic::Diagnostic;
use crate::provenance::Sourced;

/// The technology, where it is asked for.
pub(super) fn resolve(resolving: &mut Resolving<'_, '_>, image: &Image) -> Option<Sourced<Confidential>> {
    let Some(technology) = resolving.spec.confidential.get() else {
        initdata_lost(resolving);
        return None;
    };
    resolving.require(Capability::SandboxFeatureGates, "podVM.confidential", &technology.origin);
    match (resolving.provider.value, technology.value) {
        (Provider::Aws, Confidential::Tdx) | (Provider::Libvirt, _) => {
            let title = format!(
                "no pod VM on {} is confidential by `{}`",
                resolving.provider.value.name(),
                technology.value.word()
            );
            let finding = Diagnostic::new(&NOT_CONFIDENTIAL_THERE, title)
                .at(resolving.place(&technology.origin), "asked for here")
                .with(resolving.place(&resolving.provider.origin), "the cloud")
                .help(match resolving.provider.value {
                    Provider::Aws => "AWS has `snp`",
                    _ => "on libvirt there is secure execution on IBM Z: `podVM.image.build.secureExecution`",
                });
            resolving.tell(finding);
        }
        (Provider::Azure, _) => on_azure(resolving, technology, image),
        _ => {}
    }
    Some(technology.clone())
}

/// The default size has SEV-SNP, and only machines of the second generation are confidential.
fn on_azure(resolving: &mut Resolving<'_, '_>, technology: &Sourced<Confidential>, image: &Image) {
    let azure = resolving.spec.azure.section();
    if technology.value == Confidential::Tdx && azure.instance_size.is_unset() {
        let finding = Diagnostic::new(&CONFIDENTIAL_SIZE, "the size that pods get by default has no `tdx`")
            .at(resolving.place(&technology.origin), "asks for TDX")
            .note("the adaptor takes `Standard_DC2as_v5`, which has SEV-SNP")
            .help("give one that has it: `podVM.azure.instanceSize: Standard_DC2es_v5`");
        resolving.tell(finding);
    }
    let definition = azure.gallery.section().definition.section();
    if let Some(first) = definition.vm_generation.get().filter(|given| given.value == VmGeneration::V1) {
        let finding =
            Diagnostic::new(&NOT_CONFIDENTIAL_THERE, "machines of generation `V1` are not confidential")
                .at(resolving.place(&first.origin), "the generation of the definition")
                .with(resolving.place(&technology.origin), "asked for here")
                .note(match image {
                    Image::Build(_) => {
                        "the build takes V2 all the same, and the definition is made before it"
                    }
                    _ => "the image belongs to this definition",
                })
                .help("leave it out: `V2` is the default");
        resolving.tell(finding);
    }
}

/// What a cloud has to be told of an image that confidential machines boot from.
pub(super) fn of_image(resolving: &Resolving<'_, '_>, technology: &Sourced<Confidential>) -> Vec<Entry> {
    let entry = |key, value: &str| Entry {
        key,
        value: Sourced { value: value.to_owned(), origin: technology.origin.clone() },
    };
    match (resolving.provider.value, technology.value) {
        (Provider::Azure, _) => vec![entry("IMAGE_DEFINITION_SECURITY_TYPE", "ConfidentialVmSupported")],
        (Provider::Gcp, Confidential::Snp) => {
            vec![entry("GUEST_OS_FEATURES", "UEFI_COMPATIBLE,SEV_SNP_CAPABLE")]
        }
        (Provider::Gcp, Confidential::Tdx) => vec![entry("GUEST_OS_FEATURES", "UEFI_COMPATIBLE,TDX_CAPABLE")],
        _ => Vec::new(),
    }
}

fn initdata_lost(resolving: &mut Resolving<'_, '_>) {
    let Some(initdata) = resolving.spec.initdata.get() else { return };
    let overwritten = resolving.can(Capability::InitdataOverwritten);
    if !overwritten.available {
        return;
    }
    let finding = Diagnostic::new(&INITDATA_LOST, "the operator overwrites this initdata")
        .at(resolving.place(&initdata.origin), "written into `peer-pods-cm`")
        .with(resolving.place(&overwritten.origin), "this decides")
        .note("unless pods are confidential it writes one of its own with each reconcile, and GitOps writes this one back")
        .help("leave it out, or ask for confidential machines: `podVM.confidential`")
        .help("a pod brings its own by the annotation `io.katacontainers.config.hypervisor.cc_init_data`");
    resolving.tell(finding);
}
