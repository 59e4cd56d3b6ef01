//! What a person says about pod VM images: the section `podVM`.

mod adaptor;
mod image;
mod providers;
mod work;

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use adaptor::{AdaptorSpec, TlsSpec};
pub use image::{
    ArtifactImage, ArtifactSpec, BuildSpec, DiskFormat, GpuSpec, Image, ImageSpec, SecureExecutionSpec,
    SourceSpec,
};
pub use providers::{
    AwsSpec, AzureBaseImageSpec, AzureDefinitionSpec, AzureGallerySpec, AzureSpec, DiskType, GcpSpec,
    LaunchTemplateSpec, LibvirtSpec, VmGeneration,
};
pub use work::{NetworkPolicySpec, ProxySpec, ResourcesSpec, WorkImagesSpec, WorkSpec};

use crate::manifest::{Lifecycle, Ownership};
use crate::name::{DnsSubdomain, LabelKey, LabelValue};
use crate::provenance::{Setting, Sourced};
use crate::spec::{Alternatives, ContainerImage};

/// Pod VM images: what the virtual machines of peer pods boot from, where that comes from, and who makes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct PodVmSpec {
    /// The cloud that runs the virtual machines; required. The section of the same name belongs to it, those of others are
    /// unused. `gcp` needs OpenShift sandboxed containers 1.9, `libvirt` 1.7.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"azure")]
    pub provider: Setting<Provider>,

    /// Who makes the image. `operator`: the operator of OpenShift sandboxed containers, as soon as a KataConfig is there and
    /// no image is known. `gitops`: Jobs in Git, started by the sync. `executor`: the same Jobs as templates of suspended
    /// CronJobs, started by a program in the cluster, which Goldsmith does not bring yet, or by hand. Default: `operator`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "operator"))]
    pub runner: Setting<Runner>,

    /// Where the image comes from: exactly one of `build`, `artifact` and `id` below it. Default: the image that the release
    /// brings along, from 1.10 on, with the runner `operator`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub image: Setting<ImageSpec>,

    /// The pause image whose content a built image embeds. By a tag that stays, or a digest. Default: that of
    /// the release. Needs 1.7.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"registry.example/openshift/pause:4.20")]
    pub pause_image: Setting<ContainerImage>,

    /// File with the agent policy in Rego, from the folder of `fleet.yaml`: what the guest lets the host do. Embedded in a built
    /// image. Default: everything is allowed; with `confidential` everything but reading output and running commands. Needs 1.7.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"policies/agent.rego")]
    pub agent_policy: Setting<String>,

    /// Confidential virtual machines, by the technology of the processor. Sets the feature gate; switch it on before the first
    /// image exists, since neither the image nor its definition is changed afterwards. Default: plain ones. Needs 1.7.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"snp")]
    pub confidential: Setting<Confidential>,

    /// Whether a built image boots in FIPS mode. Default: as the nodes do (`platform.fips`).
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub fips: Setting<bool>,

    /// Data that every pod's guest is initialized with: gzip, then base64. Default: none. From 1.11 on the operator overwrites
    /// it unless `confidential` is given.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(regex(pattern = "^[A-Za-z0-9+/]+={0,2}$"))]
    pub initdata: Setting<String>,

    /// Amazon Web Services.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub aws: Setting<AwsSpec>,

    /// Microsoft Azure.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub azure: Setting<AzureSpec>,

    /// Google Cloud.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub gcp: Setting<GcpSpec>,

    /// A hypervisor that libvirt manages.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub libvirt: Setting<LibvirtSpec>,

    /// Where the credentials of the cloud come from. Secrets are expected, never rendered. Default: `secret`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "secret"))]
    pub credentials: Setting<Credentials>,

    /// The adaptor that starts the virtual machines.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub adaptor: Setting<AdaptorSpec>,

    /// The KataConfig, which installs everything.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub kata_config: Setting<KataConfigSpec>,

    /// Installs the kata runtime by an image of the operating system, not by an extension. Default: by extension. Needs 1.7.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub layered_image: Setting<LayeredImageSpec>,

    /// Feature gates beside those that other settings imply.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub feature_gates: Setting<FeatureGatesSpec>,

    /// The Jobs that make and delete images, where the runner is not `operator`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub work: Setting<WorkSpec>,

    /// Any text: another one has the image made again from the same inputs. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"2026-11", length(min = 1, max = 63))]
    pub generation: Setting<LabelValue>,

    /// How objects are rendered that others write to as well.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub ownership: Setting<OwnershipSpec>,

    /// Whether pod VMs are there. Default: `present`. `absent`: the KataConfig goes, the ConfigMaps that deleting the image
    /// needs stay. `orphan`: everything stays in the cluster.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "present"))]
    pub lifecycle: Setting<Lifecycle>,
}

/// A cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// Google Cloud.
    Gcp,
    /// A hypervisor that libvirt manages.
    Libvirt,
}

/// Who makes images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Runner {
    /// The operator of OpenShift sandboxed containers.
    Operator,
    /// Jobs in Git, started by the sync.
    Gitops,
    /// The executor, from the templates of suspended CronJobs.
    Executor,
}

/// What keeps a guest's memory from its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidential {
    /// AMD SEV-SNP.
    Snp,
    /// Intel TDX.
    Tdx,
}

/// Where the credentials of a cloud come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Credentials {
    /// The Secret `peer-pods-secret`, made by people or by what they trust with secrets.
    Secret,
    /// The operator asks the cloud credential operator for them.
    Operator,
    /// Short-lived tokens of a service account that the cloud trusts.
    Token,
}

/// The KataConfig.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct KataConfigSpec {
    /// Whether Goldsmith renders it. Default: true. A cluster takes one only.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub managed: Setting<bool>,

    /// Its name. Default: `cluster-kataconfig`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "cluster-kataconfig"))]
    pub name: Setting<DnsSubdomain>,

    /// Labels of the nodes that run kata pods. Default: all workers. Nodes reboot when it changes.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub node_selector: Setting<BTreeMap<LabelKey, Setting<LabelValue>>>,

    /// Whether only nodes are taken that node feature discovery found able. Default: false; with peer pods it means a label
    /// and nothing else.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = false))]
    pub check_node_eligibility: Setting<bool>,

    /// How much CRI-O logs on these nodes. Default: `info`. Nodes reboot when it changes.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "info"))]
    pub log_level: Setting<LogLevel>,
}

/// How much CRI-O logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Only what ends it.
    Fatal,
    /// The same, where CRI-O panics.
    Panic,
    /// Errors.
    Error,
    /// Warnings as well.
    Warn,
    /// What happens.
    Info,
    /// For developers.
    Debug,
    /// Everything.
    Trace,
}

/// The operating system image with the kata runtime.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct LayeredImageSpec {
    /// The image; required.
    #[serde(rename = "osImageURL", skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"registry.example/os/rhcos-kata:4.20")]
    pub os_image_url: Setting<ContainerImage>,

    /// Kernel arguments, none with blanks in it; the list replaces that of a lower layer. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(inner(regex(pattern = r"^\S+$")))]
    pub kernel_arguments: Setting<Vec<Sourced<String>>>,
}

/// Feature gates.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct FeatureGatesSpec {
    /// How kata gets onto the nodes. Default: the operator's own. Needs 1.11.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub deployment_mode: Setting<DeploymentMode>,

    /// Whether a changed `peer-pods-cm` restarts the adaptors at once. `OnDelete` keeps them, and with them the pods that they
    /// run. Default: the operator's own, `RollingUpdate`. Needs 1.14.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub caa_update_strategy: Setting<CaaUpdateStrategy>,
}

/// How kata gets onto the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DeploymentMode {
    /// By MachineConfigs.
    MachineConfig,
    /// By a DaemonSet.
    DaemonSet,
    /// By MachineConfigs where there are any, else by a DaemonSet.
    DaemonSetFallback,
}

/// When adaptors are restarted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CaaUpdateStrategy {
    /// At once, node by node.
    RollingUpdate,
    /// When somebody deletes them.
    OnDelete,
}

/// How shared objects are rendered: `whole` (ours alone), `fields` (only our fields, by server-side apply, never
/// pruned), `patch` (a Kustomize component that the owner's folder includes).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct OwnershipSpec {
    /// The ConfigMap `peer-pods-cm`, into which the operator and the Jobs write. Default: `fields`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "fields"))]
    pub peer_pods_config: Setting<Ownership>,
}

impl PodVmSpec {
    /// The files of the repository that the section names.
    pub fn files(&self) -> impl Iterator<Item = &Sourced<String>> {
        let image = self.image.get().and_then(|image| image.given());
        let metadata = match image {
            Some(Image::Artifact(artifact)) => artifact.metadata.get(),
            _ => None,
        };
        self.agent_policy.get().into_iter().chain(metadata)
    }
}

/// Keys that exclude each other.
pub const ALTERNATIVES: &[Alternatives] = &[
    Alternatives { path: "podVM.image", keys: &["build", "artifact", "id"] },
    Alternatives { path: "podVM.image.artifact", keys: &["oci", "bootc"] },
];

impl Provider {
    /// All of them.
    pub const ALL: [Provider; 4] = [Provider::Aws, Provider::Azure, Provider::Gcp, Provider::Libvirt];

    /// As specs, scripts and names of ConfigMaps write it.
    pub const fn word(self) -> &'static str {
        match self {
            Provider::Aws => "aws",
            Provider::Azure => "azure",
            Provider::Gcp => "gcp",
            Provider::Libvirt => "libvirt",
        }
    }

    /// As people say it.
    pub const fn name(self) -> &'static str {
        match self {
            Provider::Aws => "AWS",
            Provider::Azure => "Azure",
            Provider::Gcp => "Google Cloud",
            Provider::Libvirt => "libvirt",
        }
    }

    /// The key of `peer-pods-cm` that holds the image.
    pub const fn image_key(self) -> &'static str {
        match self {
            Provider::Aws => "PODVM_AMI_ID",
            Provider::Azure => "AZURE_IMAGE_ID",
            Provider::Gcp => "PODVM_IMAGE_NAME",
            Provider::Libvirt => "LIBVIRT_IMAGE_ID",
        }
    }

    /// The ConfigMap that says how its image is made.
    pub const fn image_config(self) -> &'static str {
        match self {
            Provider::Aws => "aws-podvm-image-cm",
            Provider::Azure => "azure-podvm-image-cm",
            Provider::Gcp => "gcp-podvm-image-cm",
            Provider::Libvirt => "libvirt-podvm-image-cm",
        }
    }
}

/// Words that the cluster reads as specs write them: serde has their names already.
macro_rules! displayed_as_written {
    ($($word:ident),+) => {
        $(impl fmt::Display for $word {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.serialize(f)
            }
        })+
    };
}
displayed_as_written!(CaaUpdateStrategy, DeploymentMode, DiskFormat, DiskType, VmGeneration);

impl Confidential {
    /// As specs write it.
    pub const fn word(self) -> &'static str {
        match self {
            Confidential::Snp => "snp",
            Confidential::Tdx => "tdx",
        }
    }
}
