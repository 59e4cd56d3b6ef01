//! The fields of pod VMs that something in the cluster writes (podvm 1.3): not rendered unless somebody decides them, ignored by
//! GitOps, left out of live diffs, and all that the executor may write.

use crate::manifest::{RuntimeOwned, Which};

/// Every row, by object.
pub const RUNTIME_OWNED: &[RuntimeOwned] = &[
    config("/metadata/annotations/LATEST_*", JOBS, None),
    config("/metadata/annotations/IMAGE_GALLERY_NAME", JOBS, None),
    config(
        "/metadata/annotations/goldsmith.dev~1pod-vm-inputs",
        "the Jobs of Goldsmith and the executor",
        None,
    ),
    config("/data/PODVM_AMI_ID", JOBS, BY_ID),
    config("/data/AZURE_IMAGE_ID", JOBS, BY_ID),
    config("/data/PODVM_IMAGE_NAME", JOBS, BY_ID),
    config("/data/LIBVIRT_IMAGE_ID", JOBS, BY_ID),
    // From 1.9 on the Job writes what it was given.
    config("/data/LIBVIRT_POOL", JOBS, Some("`podVM.libvirt.pool` is given")),
    config("/data/LIBVIRT_VOL_NAME", JOBS, Some("`podVM.libvirt.volume` is given")),
    config("/data/DISABLECVM", GATE, None),
    config("/data/INITDATA", GATE, Some("`podVM.initdata` is given")),
    config("/data/PEERPODS_LIMIT_PER_NODE", MIGRATION, Some("`podVM.adaptor.peerPodsPerNode` is given")),
    image("aws-podvm-image-cm", "/data/CONFIDENTIAL_COMPUTE_ENABLED", GATE, OLD),
    image("aws-podvm-image-cm", "/data/BOOT_FIPS", FIPS, NO_FIPS),
    image("aws-podvm-image-cm", "/data/PODVM_IMAGE_URI", OF_RELEASE, BY_ARTIFACT),
    image("aws-podvm-image-cm", "/data/AMI_VERSION", CREATION, THERE),
    image("aws-podvm-image-cm", "/data/BUCKET_NAME", JOBS, Some("`podVM.aws.stagingBucket` is given")),
    image("azure-podvm-image-cm", "/data/CONFIDENTIAL_COMPUTE_ENABLED", GATE, OLD),
    image("azure-podvm-image-cm", "/data/BOOT_FIPS", FIPS, NO_FIPS),
    image("azure-podvm-image-cm", "/data/PODVM_IMAGE_URI", OF_RELEASE, BY_ARTIFACT),
    image("azure-podvm-image-cm", "/data/IMAGE_VERSION", CREATION, THERE),
    image("azure-podvm-image-cm", "/data/IMAGE_GALLERY_NAME", CREATION, THERE),
    image("gcp-podvm-image-cm", "/data/CONFIDENTIAL_COMPUTE_ENABLED", GATE, None),
    image("gcp-podvm-image-cm", "/data/BOOT_FIPS", FIPS, NO_FIPS),
    image("gcp-podvm-image-cm", "/data/PODVM_IMAGE_URI", OF_RELEASE, BY_ARTIFACT),
    image("gcp-podvm-image-cm", "/data/IMAGE_VERSION", CREATION, THERE),
    image("libvirt-podvm-image-cm", "/data/CONFIDENTIAL_COMPUTE_ENABLED", GATE, OLD),
    image("libvirt-podvm-image-cm", "/data/BOOT_FIPS", FIPS, None),
    image("libvirt-podvm-image-cm", "/data/PODVM_IMAGE_URI", OF_RELEASE, BY_ARTIFACT),
    kata_config("/status"),
    kata_config("/metadata/finalizers"),
];

const JOBS: &str = "the Jobs that make and delete images";
const GATE: &str = "the operator, by its feature gate `confidential`";
const FIPS: &str = "the operator, on nodes in FIPS mode";
const MIGRATION: &str = "the operator, when it is upgraded to 1.9";
const OF_RELEASE: &str = "the operator, where it is empty, from 1.10 on";
const CREATION: &str = "the operator, when it creates the ConfigMap";

const BY_ID: Option<&str> = Some("`podVM.image.id` is given");
const BY_ARTIFACT: Option<&str> = Some("`podVM.image.artifact` is given");
const OLD: Option<&str> = Some("the release is 1.6, which does not write it");
const NO_FIPS: Option<&str> = Some("`platform.fips` is false");
const THERE: Option<&str> = Some("the ConfigMap is ours, and there before the operator would make it");

/// The object that operator and Jobs write into.
pub const PEER_PODS_CONFIG: &str = "peer-pods-cm";

const fn config(pointer: &'static str, writer: &'static str, unless: Option<&'static str>) -> RuntimeOwned {
    image(PEER_PODS_CONFIG, pointer, writer, unless)
}

const fn image(
    name: &'static str,
    pointer: &'static str,
    writer: &'static str,
    unless: Option<&'static str>,
) -> RuntimeOwned {
    let which = Which::Named(name);
    RuntimeOwned { group: "", kind: "ConfigMap", which, pointer, writer, unless, source: "podvm 1.3" }
}

const fn kata_config(pointer: &'static str) -> RuntimeOwned {
    RuntimeOwned {
        group: "kataconfiguration.openshift.io",
        kind: "KataConfig",
        which: Which::All,
        pointer,
        writer: "the operator",
        unless: None,
        source: "podvm 5",
    }
}
