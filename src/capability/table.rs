//! The capability table: which release of which product can do what, and what follows from it for the output.
//!
//! Data only; [`super::Platform::decide`] reads it. Several rows of one capability for one product are alternatives (one
//! must hold: a fix that reached three minors), rows of several products must all hold for the products in play.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Product;
use super::rules::UNAVAILABLE;
use super::version::Bound;
use crate::diagnostic::Rule;

/// One line of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// What can be done.
    pub capability: Capability,
    /// By which product.
    pub product: Product,
    /// The first release that can.
    pub since: Bound,
    /// The first release that no longer can.
    pub until: Option<Bound>,
    /// What follows for us.
    pub effect: Effect,
    /// Where that is known from: page and section of the fact sheets.
    pub source: &'static str,
}

/// What a row means for the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Rendered on both sides of the bound, and the outputs differ.
    Output,
    /// A spec that needs it is refused before the bound, by this rule.
    Refusal(&'static Rule),
    /// Every supported release has it: why the floor is not lower, or what lies below.
    Floor(&'static str),
    /// No output hangs on it: why.
    Note(&'static str),
}

macro_rules! capabilities {
    ($($(#[doc = $words:literal])+ $variant:ident = $name:literal,)+) => {
        /// What a component may ask a platform for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Capability {
            $($(#[doc = $words])+ #[serde(rename = $name)] $variant,)+
        }

        impl Capability {
            /// All of them, in the order of the table.
            pub const ALL: &[Capability] = &[$(Capability::$variant,)+];

            /// The name that `platform.capabilities` uses.
            pub const fn name(self) -> &'static str {
                match self { $(Capability::$variant => $name,)+ }
            }

            /// What it is, in one line.
            pub fn words(self) -> &'static str {
                match self { $(Capability::$variant => concat!($($words,)+).trim_start(),)+ }
            }
        }
    };
}

capabilities! {
    /// DataImportCrons that are worked on
    ImportCrons = "importCrons",
    /// the choice what happens to images when their DataImportCron goes
    RetentionPolicy = "retentionPolicy",
    /// DataImportCron templates in SSP and HyperConverged
    ImportCronTemplates = "importCronTemplates",
    /// an ImageStream with a tag as source
    ImageStreamTag = "imageStreamTag",
    /// a VolumeSnapshot as what a DataSource points at
    SnapshotDataSource = "snapshotDataSource",
    /// images kept as VolumeSnapshots
    SnapshotFormat = "snapshotFormat",
    /// an empty schedule: no polling
    EmptySchedule = "emptySchedule",
    /// imports that bind their volume at once without being told
    ImmediateBinding = "immediateBinding",
    /// schedules read as Kubernetes CronJobs read them
    StandardSchedules = "standardSchedules",
    /// a default storage class for virtual machines
    DefaultVirtStorageClass = "defaultVirtStorageClass",
    /// the choice of the VolumeSnapshotClass in a StorageProfile
    ProfileSnapshotClass = "profileSnapshotClass",
    /// images imported again when the default storage class changes
    StorageClassChange = "storageClassChange",
    /// DataVolumes that wait for a DataSource without a source
    WaitingConsumers = "waitingConsumers",
    /// a PersistentVolumeClaim as source of a DataImportCron
    PvcSource = "pvcSource",
    /// a check that a DataImportCron may clone from another namespace
    PvcSourceAuthorized = "pvcSourceAuthorized",
    /// the choice of the image's architecture
    RegistryPlatform = "registryPlatform",
    /// node pull that keeps poller and importer on nodes of the image's architecture
    NodePullArchitecture = "nodePullArchitecture",
    /// a DataSource that points at another DataSource
    PointerDataSource = "pointerDataSource",
    /// node pull that polls through the node as well
    NodePullPolling = "nodePullPolling",
    /// the service account that a DataImportCron clones with
    ImportServiceAccount = "importServiceAccount",
    /// ReadWriteOnce for imports, by annotation of the StorageProfile
    ProfileReadWriteOnce = "profileReadWriteOnce",
    /// the VolumeSnapshotClass of imported images, by annotation of the StorageProfile
    ProfileImportSnapshotClass = "profileImportSnapshotClass",
    /// the ClusterRole `cdi.kubevirt.io:clone-sourcer`
    CloneSourcerRole = "cloneSourcerRole",
    /// the metric `kubevirt_cdi_dataimportcron_outdated` without the suffix `_total`
    OutdatedMetricName = "outdatedMetricName",
    /// alerts that leave out imports waiting for a storage class
    OutdatedMetricPending = "outdatedMetricPending",
    /// the label `namespace`, not `ns`, on the metric of outdated imports
    OutdatedMetricNamespace = "outdatedMetricNamespace",
    /// the annotation that switches off one common boot image
    CommonImageSwitch = "commonImageSwitch",
    /// the effective templates in the status of HyperConverged
    TemplatesInStatus = "templatesInStatus",
    /// a namespace of its own for the common boot images
    CommonImageNamespace = "commonImageNamespace",
    /// the annotation that switches off one custom image
    CustomImageSwitch = "customImageSwitch",
    /// `enableCommonBootImageImport` as a field, no longer a feature gate
    CommonImagesField = "commonImagesField",
    /// annotations of an overridden common image that are kept
    OverrideAnnotations = "overrideAnnotations",
    /// images for several architectures
    MultiArchitecture = "multiArchitecture",
    /// HyperConverged v1
    HyperConvergedV1 = "hyperConvergedV1",
    /// HyperConverged that writes retention and imports to keep where a template has none
    InjectedRetention = "injectedRetention",
    /// multi-architecture as a field of HyperConverged v1, no longer a feature gate
    MultiArchitectureField = "multiArchitectureField",
    /// HyperConverged v1 as the stored version
    HyperConvergedV1Stored = "hyperConvergedV1Stored",
    /// SSP v1beta2
    SspV1beta2 = "sspV1beta2",
    /// SSP v1beta3 as the stored version
    SspV1beta3 = "sspV1beta3",
    /// virtual machines that boot through a pointing DataSource
    PointerInMachines = "pointerInMachines",
    /// ImageDigestMirrorSet and ImageTagMirrorSet
    ImageMirrorSets = "imageMirrorSets",
    /// pod VMs on libvirt
    PodVmOnLibvirt = "podVmOnLibvirt",
    /// pod VMs on Google Cloud
    PodVmOnGoogleCloud = "podVmOnGoogleCloud",
    /// the choice of the pause image that a built pod VM image embeds
    EmbeddedPauseImage = "embeddedPauseImage",
    /// an agent policy in a built pod VM image
    EmbeddedAgentPolicy = "embeddedAgentPolicy",
    /// the choice of the modules of cloud-init in a built pod VM image
    RestrictedCloudInit = "restrictedCloudInit",
    /// feature gates of sandboxed containers: `confidential` and `layeredImageDeployment`
    SandboxFeatureGates = "sandboxFeatureGates",
    /// the feature gate `deploymentMode`
    DeploymentModeGate = "deploymentModeGate",
    /// the feature gate `caaUpdateStrategy`
    AdaptorUpdateGate = "adaptorUpdateGate",
    /// pod VM images imported from a container image on Azure
    ArtifactOnAzure = "artifactOnAzure",
    /// pod VM images imported from a container image on AWS
    ArtifactOnAws = "artifactOnAws",
    /// pod VM images made of a bootable container image
    BootcArtifact = "bootcArtifact",
    /// a pod VM image that the release brings along
    ReleaseImage = "releaseImage",
    /// versions of pod VM images written in full, no longer by their first two numbers
    FullImageVersion = "fullImageVersion",
    /// versions of pod VM images that stay within 31 bits, whatever the id of the cluster
    ReducedImageVersion = "reducedImageVersion",
    /// the base image of a build on Azure by publisher and offer
    BaseImageByOffer = "baseImageByOffer",
    /// pool, volume and folder of libvirt in `peer-pods-cm`, no longer in the Secret
    LibvirtInConfig = "libvirtInConfig",
    /// the limit of peer pods a node in `peer-pods-cm`
    PeerPodsLimit = "peerPodsLimit",
    /// the choice whether keys of secure execution hosts are verified
    SecureExecutionVerify = "secureExecutionVerify",
    /// image Jobs that mount registry credentials and an SSH key
    ImageJobCredentials = "imageJobCredentials",
    /// image Jobs that are privileged, for bootable containers
    ImageJobPrivileged = "imageJobPrivileged",
    /// image Jobs that remove what a killed build leaves in the cloud
    ImageJobCleanup = "imageJobCleanup",
    /// image Jobs that pull as the node does: mirrors, policy, credentials
    ImageJobHostRegistries = "imageJobHostRegistries",
    /// the deletion of pod VM images on Google Cloud
    DeletionOnGoogleCloud = "deletionOnGoogleCloud",
    /// image Jobs that read the ConfigMap of IBM Cloud
    ImageJobIbmCloud = "imageJobIbmCloud",
    /// image Jobs with a token that clouds trust
    ImageJobToken = "imageJobToken",
    /// short-lived tokens for Azure
    AzureTokens = "azureTokens",
    /// short-lived tokens for AWS
    AwsTokens = "awsTokens",
    /// versions and ciphers of TLS that the operator sets for the adaptor
    AdaptorTls = "adaptorTls",
    /// initdata that the operator overwrites unless pods are confidential
    InitdataOverwritten = "initdataOverwritten",
    /// adaptors that are restarted when `peer-pods-cm` changes
    AdaptorReload = "adaptorReload",
}

impl Capability {
    /// The rows of this capability.
    pub fn rows(self) -> impl Iterator<Item = &'static Row> {
        ROWS.iter().filter(move |row| row.capability == self)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Row {
    /// The bound in words: `CDI 1.62 or newer`, `KubeVirt from 1.6.4 to before 1.7`.
    pub fn words(&self) -> String {
        let (name, since) = (self.product.name(), self.since);
        match self.until {
            None => format!("{name} {since} or newer"),
            Some(until) => format!("{name} from {since} to before {until}"),
        }
    }

    const fn until(mut self, until: Bound) -> Self {
        self.until = Some(until);
        self
    }
}

const REFUSED: Effect = Effect::Refusal(&UNAVAILABLE);
const OLDER: Effect = Effect::Floor("older than every supported release");
const SET_THE_FLOOR: Effect = Effect::Floor("one of the reasons why nothing older is supported");
const GATES: &str = "golden-images 4.7";

/// The table.
pub static ROWS: &[Row] = &[
    // Imports
    cdi(Capability::ImportCrons, (1, 41, 1), OLDER, GATES),
    cdi(Capability::RetentionPolicy, (1, 42, 0), OLDER, GATES),
    ssp(Capability::ImportCronTemplates, 13, OLDER, GATES),
    hco(Capability::ImportCronTemplates, 6, OLDER, GATES),
    cdi(Capability::ImageStreamTag, (1, 43, 2), OLDER, "golden-images 1.5"),
    cdi(Capability::SnapshotDataSource, (1, 56, 0), OLDER, "golden-images 2"),
    cdi(Capability::SnapshotFormat, (1, 57, 0), SET_THE_FLOOR, GATES),
    hco(Capability::SnapshotFormat, 10, SET_THE_FLOOR, GATES),
    cdi(Capability::EmptySchedule, (1, 57, 0), SET_THE_FLOOR, GATES),
    hco(Capability::EmptySchedule, 10, SET_THE_FLOOR, GATES),
    cdi(Capability::ImmediateBinding, (1, 57, 0), SET_THE_FLOOR, GATES),
    hco(Capability::ImmediateBinding, 10, SET_THE_FLOOR, GATES),
    cdi(
        Capability::StandardSchedules,
        (1, 59, 0),
        Effect::Note("only five plain fields are rendered, which both readers take the same way"),
        "golden-images 1.4",
    ),
    cdi(Capability::PvcSource, (1, 62, 0), REFUSED, GATES),
    hco(Capability::PvcSource, 15, REFUSED, GATES),
    cdi(Capability::PvcSourceAuthorized, (1, 64, 0), Effect::Output, GATES),
    cdi(Capability::RegistryPlatform, (1, 63, 0), REFUSED, GATES),
    ssp(Capability::RegistryPlatform, 24, REFUSED, "golden-images 3.2"),
    hco(Capability::RegistryPlatform, 16, REFUSED, GATES),
    cdi(
        Capability::NodePullArchitecture,
        (1, 63, 1),
        Effect::Note("1.63.0 places the importer alone; nothing that is rendered can place the poller"),
        "golden-images 1.2",
    ),
    cdi(Capability::NodePullPolling, (1, 63, 0), Effect::Output, GATES),
    hco(Capability::NodePullPolling, 16, Effect::Output, GATES),
    cdi(Capability::ImportServiceAccount, (1, 64, 0), REFUSED, GATES),
    ssp(Capability::ImportServiceAccount, 25, REFUSED, GATES),
    hco(Capability::ImportServiceAccount, 18, REFUSED, GATES),
    // DataSources and who uses them
    cdi(
        Capability::WaitingConsumers,
        (1, 60, 0),
        Effect::Note("consumers are ordered behind their image on every release"),
        "golden-images 6.1",
    ),
    cdi(Capability::PointerDataSource, (1, 63, 0), REFUSED, GATES),
    hco(Capability::PointerDataSource, 16, REFUSED, GATES),
    cdi(
        Capability::CloneSourcerRole,
        (1, 66, 0),
        Effect::Note("the rendered Role grants `datavolumes/source` by itself, which holds on both sides"),
        GATES,
    ),
    kube_virt(Capability::PointerInMachines, (1, 6, 4)).until(Bound::minor(1, 7)),
    kube_virt(Capability::PointerInMachines, (1, 7, 1)).until(Bound::minor(1, 8)),
    kube_virt(Capability::PointerInMachines, (1, 8, 0)),
    // Storage
    cdi(
        Capability::DefaultVirtStorageClass,
        (1, 58, 0),
        Effect::Note("the annotation of the class belongs to the storage administrator and is not rendered"),
        GATES,
    ),
    hco(
        Capability::DefaultVirtStorageClass,
        11,
        Effect::Note("the annotation of the class belongs to the storage administrator and is not rendered"),
        GATES,
    ),
    cdi(Capability::ProfileSnapshotClass, (1, 58, 0), REFUSED, "golden-images 1.8"),
    cdi(
        Capability::StorageClassChange,
        (1, 61, 0),
        Effect::Note("done by CDI alone; a pinned storage class is not concerned"),
        GATES,
    ),
    hco(
        Capability::StorageClassChange,
        14,
        Effect::Note("done by CDI alone; a pinned storage class is not concerned"),
        GATES,
    ),
    cdi(Capability::ProfileReadWriteOnce, (1, 65, 0), REFUSED, "golden-images 1.8"),
    cdi(Capability::ProfileImportSnapshotClass, (1, 65, 0), REFUSED, "golden-images 1.8"),
    // Alerts
    cdi(Capability::OutdatedMetricName, (1, 58, 0), Effect::Output, "golden-images 7"),
    cdi(Capability::OutdatedMetricPending, (1, 60, 0), Effect::Output, "golden-images 7"),
    cdi(Capability::OutdatedMetricNamespace, (1, 64, 0), Effect::Output, "golden-images 7"),
    // HyperConverged
    hco(Capability::CommonImageSwitch, 7, OLDER, GATES),
    hco(Capability::TemplatesInStatus, 7, OLDER, GATES),
    hco(Capability::CommonImageNamespace, 11, REFUSED, GATES),
    hco(
        Capability::CustomImageSwitch,
        13,
        Effect::Note("a custom image that is off is left out of the list"),
        GATES,
    ),
    hco(Capability::CommonImagesField, 15, Effect::Output, GATES),
    hco(
        Capability::OverrideAnnotations,
        16,
        Effect::Note(
            "an override needs no annotation of its own before it; HyperConverged adds the one that counts",
        ),
        GATES,
    ),
    hco(Capability::HyperConvergedV1, 18, Effect::Output, GATES),
    hco(
        Capability::InjectedRetention,
        18,
        Effect::Note("retention and imports to keep are always rendered, so there is nothing to inject"),
        GATES,
    ),
    hco(Capability::MultiArchitectureField, 19, Effect::Output, GATES),
    hco(
        Capability::HyperConvergedV1Stored,
        19,
        Effect::Note("v1 is rendered as soon as it is served"),
        GATES,
    ),
    // Several architectures
    cdi(Capability::MultiArchitecture, (1, 63, 0), REFUSED, "golden-images 4.6"),
    ssp(Capability::MultiArchitecture, 24, REFUSED, "golden-images 4.6"),
    hco(Capability::MultiArchitecture, 16, REFUSED, "golden-images 4.6"),
    // SSP: v1beta3 is served from 0.22 and stored from 0.24, where HyperConverged takes it too
    ssp(Capability::SspV1beta2, 18, Effect::Output, "golden-images 3.1"),
    ssp(Capability::SspV1beta3, 24, Effect::Output, "golden-images 3.1"),
    // Registries
    row(
        Capability::ImageMirrorSets,
        Product::OpenShift,
        Bound::minor(4, 13),
        Effect::Output,
        "os-layering 8",
    ),
    // Pod VMs: providers and where their images come from
    osc(Capability::PodVmOnLibvirt, 7, REFUSED, "podvm 0.2"),
    osc(Capability::PodVmOnGoogleCloud, 9, REFUSED, "podvm 0.2"),
    osc(Capability::ArtifactOnAzure, 8, REFUSED, "podvm 1.10"),
    osc(Capability::ArtifactOnAws, 9, REFUSED, "podvm 1.10"),
    osc(Capability::BootcArtifact, 9, REFUSED, "podvm 1.10"),
    osc(Capability::ReleaseImage, 10, REFUSED, "podvm 1.10"),
    osc(Capability::EmbeddedPauseImage, 7, REFUSED, "podvm 1.9"),
    osc(Capability::EmbeddedAgentPolicy, 7, REFUSED, "podvm 1.9"),
    osc(Capability::RestrictedCloudInit, 7, REFUSED, "podvm 1.9"),
    osc(Capability::SandboxFeatureGates, 7, REFUSED, "podvm 0.2"),
    osc(Capability::DeploymentModeGate, 11, REFUSED, "podvm 5"),
    osc(Capability::AdaptorUpdateGate, 14, REFUSED, "podvm 5"),
    osc(Capability::AzureTokens, 12, REFUSED, "podvm 2.3"),
    osc(Capability::AwsTokens, 13, REFUSED, "podvm 2.3"),
    // Pod VMs: ConfigMaps
    osc(Capability::FullImageVersion, 9, Effect::Output, "podvm 1.11"),
    osc(
        Capability::ReducedImageVersion,
        10,
        Effect::Output,
        "podvm 1.11: merged before 1.10, whether a 1.9.z has it is not known",
    ),
    osc(
        Capability::BaseImageByOffer,
        8,
        Effect::Output,
        "podvm 1.5: prepared for the 1.8 branch, read from a ConfigMap where it is older",
    ),
    osc(Capability::LibvirtInConfig, 9, Effect::Output, "podvm 1.2, 2.2"),
    osc(Capability::PeerPodsLimit, 9, REFUSED, "podvm 1.1"),
    osc(Capability::SecureExecutionVerify, 10, Effect::Output, "podvm 1.7"),
    osc(Capability::AdaptorTls, 14, Effect::Note("a rule tells it"), "podvm 1.1"),
    osc(Capability::InitdataOverwritten, 11, Effect::Note("a rule tells it"), "podvm 1.3"),
    osc(
        Capability::AdaptorReload,
        12,
        Effect::Note("told with a change of the ConfigMap, by `diff`"),
        "podvm 4.2",
    ),
    // Pod VMs: Jobs
    osc(Capability::ImageJobCredentials, 7, Effect::Output, "podvm 3.2"),
    osc(Capability::ImageJobPrivileged, 9, Effect::Output, "podvm 3.2"),
    osc(Capability::ImageJobCleanup, 10, Effect::Output, "podvm 3.2: in 1.9.z not known"),
    osc(Capability::ImageJobHostRegistries, 10, Effect::Output, "podvm 3.2"),
    osc(Capability::DeletionOnGoogleCloud, 10, Effect::Output, "podvm 3.2, 3.4"),
    osc(Capability::ImageJobIbmCloud, 12, Effect::Output, "podvm 3.2: the minor is not certain"),
    osc(Capability::ImageJobToken, 12, Effect::Output, "podvm 3.2: seen at the tag 1.11.1 of a file"),
];

const fn osc(capability: Capability, minor: u64, effect: Effect, source: &'static str) -> Row {
    row(capability, Product::SandboxedContainers, Bound::minor(1, minor), effect, source)
}

const fn cdi(capability: Capability, since: (u64, u64, u64), effect: Effect, source: &'static str) -> Row {
    row(capability, Product::Cdi, release(since), effect, source)
}

const fn ssp(capability: Capability, minor: u64, effect: Effect, source: &'static str) -> Row {
    row(capability, Product::Ssp, Bound::minor(0, minor), effect, source)
}

const fn hco(capability: Capability, minor: u64, effect: Effect, source: &'static str) -> Row {
    row(capability, Product::HyperConverged, Bound::minor(1, minor), effect, source)
}

const fn kube_virt(capability: Capability, since: (u64, u64, u64)) -> Row {
    let effect = Effect::Note("no virtual machine is rendered");
    row(capability, Product::KubeVirt, release(since), effect, GATES)
}

/// A release; the first of its minor is the minor itself.
const fn release((major, minor, patch): (u64, u64, u64)) -> Bound {
    if patch == 0 { Bound::minor(major, minor) } else { Bound::patch(major, minor, patch) }
}

const fn row(
    capability: Capability,
    product: Product,
    since: Bound,
    effect: Effect,
    source: &'static str,
) -> Row {
    Row { capability, product, since, until: None, effect, source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capability::{Version, floor};

    #[test]
    fn every_capability_has_a_row_and_a_name_of_its_own() {
        let mut names: Vec<_> = Capability::ALL.iter().map(|capability| capability.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Capability::ALL.len());
        for capability in Capability::ALL {
            assert!(capability.rows().next().is_some(), "{capability}");
        }
    }

    #[test]
    fn names_are_the_variants_in_camel_case() {
        for capability in Capability::ALL {
            let variant = format!("{capability:?}");
            assert!(variant.eq_ignore_ascii_case(capability.name()), "{variant} {capability}");
            assert!(capability.name().starts_with(|first: char| first.is_ascii_lowercase()));
            assert!(
                !capability.words().ends_with('.') && !capability.words().starts_with(' '),
                "{capability}"
            );
        }
    }

    #[test]
    fn a_row_that_changes_output_or_refuses_can_be_met_on_both_sides() {
        for row in ROWS {
            let lowest = Version::from(floor::of(row.product).lowest);
            let newest = Version::from(floor::of(row.product).newest);
            let old_side = lowest.reaches(row.since) == Some(false);
            if matches!(row.effect, Effect::Output | Effect::Refusal(_)) {
                assert!(old_side, "{} {}: no supported release is older", row.capability, row.words());
                assert_eq!(newest.reaches(row.since), Some(true), "{} {}", row.capability, row.words());
            }
        }
    }

    #[test]
    fn a_row_that_is_called_a_floor_lies_at_or_below_the_floor() {
        for row in ROWS.iter().filter(|row| matches!(row.effect, Effect::Floor(_))) {
            let lowest = Version::from(floor::of(row.product).lowest);
            assert_eq!(lowest.reaches(row.since), Some(true), "{} {}", row.capability, row.words());
        }
    }

    #[test]
    fn the_rows_say_what_the_sheet_says() {
        let bounds =
            |capability: Capability| capability.rows().map(Row::words).collect::<Vec<_>>().join(", ");
        for (capability, words) in [
            (Capability::ImportCrons, "CDI 1.41.1 or newer"),
            (Capability::RetentionPolicy, "CDI 1.42 or newer"),
            (Capability::ImportCronTemplates, "SSP 0.13 or newer, HyperConverged 1.6 or newer"),
            (Capability::CommonImageSwitch, "HyperConverged 1.7 or newer"),
            (Capability::TemplatesInStatus, "HyperConverged 1.7 or newer"),
            (Capability::CustomImageSwitch, "HyperConverged 1.13 or newer"),
            (Capability::OverrideAnnotations, "HyperConverged 1.16 or newer"),
            (Capability::SnapshotFormat, "CDI 1.57 or newer, HyperConverged 1.10 or newer"),
            (Capability::EmptySchedule, "CDI 1.57 or newer, HyperConverged 1.10 or newer"),
            (Capability::ImmediateBinding, "CDI 1.57 or newer, HyperConverged 1.10 or newer"),
            (Capability::DefaultVirtStorageClass, "CDI 1.58 or newer, HyperConverged 1.11 or newer"),
            (Capability::CommonImageNamespace, "HyperConverged 1.11 or newer"),
            (Capability::StorageClassChange, "CDI 1.61 or newer, HyperConverged 1.14 or newer"),
            (Capability::PvcSource, "CDI 1.62 or newer, HyperConverged 1.15 or newer"),
            (Capability::PvcSourceAuthorized, "CDI 1.64 or newer"),
            (Capability::CommonImagesField, "HyperConverged 1.15 or newer"),
            (
                Capability::RegistryPlatform,
                "CDI 1.63 or newer, SSP 0.24 or newer, HyperConverged 1.16 or newer",
            ),
            (Capability::PointerDataSource, "CDI 1.63 or newer, HyperConverged 1.16 or newer"),
            (Capability::NodePullPolling, "CDI 1.63 or newer, HyperConverged 1.16 or newer"),
            (
                Capability::ImportServiceAccount,
                "CDI 1.64 or newer, SSP 0.25 or newer, HyperConverged 1.18 or newer",
            ),
            (Capability::HyperConvergedV1, "HyperConverged 1.18 or newer"),
            (Capability::InjectedRetention, "HyperConverged 1.18 or newer"),
            (Capability::MultiArchitectureField, "HyperConverged 1.19 or newer"),
            (Capability::HyperConvergedV1Stored, "HyperConverged 1.19 or newer"),
            (
                Capability::PointerInMachines,
                "KubeVirt from 1.6.4 to before 1.7, KubeVirt from 1.7.1 to before 1.8, KubeVirt 1.8 or newer",
            ),
            (Capability::CloneSourcerRole, "CDI 1.66 or newer"),
        ] {
            assert_eq!(bounds(capability), words, "{capability}");
        }
    }
}
