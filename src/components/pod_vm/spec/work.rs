//! The Jobs that make and delete images, where the runner is not the operator.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::name::DnsLabel;
use crate::provenance::{Setting, Sourced};
use crate::spec::{ContainerImage, Quantity};

/// The Jobs. They are those of the release; what is added to them is listed in `docs/pod-vm.md`, with its
/// switches.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct WorkSpec {
    /// The container images of the Jobs.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub images: Setting<WorkImagesSpec>,

    /// Whether the Job that builds looks at its result: it ends at once where the image of its inputs is there, and fails where the
    /// builder failed and says nothing. Where a KataConfig has the operator make the image, it waits for that one. Default: true.
    /// False runs the command of the release as it is.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub check_result: Setting<bool>,

    /// Seconds after which a Job is given up; 0 for never. Default: 7200, since the Jobs of the release wait for a missing
    /// Secret for ever.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = 7200), range(min = 0, max = 604_800))]
    pub deadline_seconds: Setting<u32>,

    /// What a Job asks of its node. Default: processor 500m, memory 2Gi, ephemeral storage 40Gi, since the image is held several
    /// times while it is converted.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub resources: Setting<ResourcesSpec>,

    /// The service account of the Jobs. Default: `goldsmith-pod-vm` with the least rights, rendered beside them; `default`, that
    /// of the operator, with `credentials: token`, since the cloud trusts no other, and for imports on AWS from 1.10 on by the Job
    /// of the release, which asks for credentials of its own. Another name is expected to be there, with the rights that
    /// `docs/pod-vm.md` lists.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub service_account: Setting<DnsLabel>,

    /// The NetworkPolicy of the Jobs.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub network_policy: Setting<NetworkPolicySpec>,

    /// The proxy that the Jobs reach clouds and registries by. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub proxy: Setting<ProxySpec>,
}

/// The container images of the Jobs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct WorkImagesSpec {
    /// The builder. Default: `registry.redhat.io/openshift-sandboxed-containers/osc-podvm-builder-rhel9` with the full version of
    /// the release as tag.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub builder: Setting<ContainerImage>,

    /// The programs that a built image gets. Default: `.../osc-podvm-payload-rhel9` with the same tag.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub payload: Setting<ContainerImage>,

    /// An image with bash, GNU coreutils, sed, skopeo, umoci, qemu-img, kubectl and the command line of the cloud, as
    /// `docs/pod-vm.md` has it. Given: an artifact is imported by a Job of Goldsmith, which verifies it, tags what it makes and
    /// cleans up. Default: by that of the release, which verifies nothing and downloads its tools while it runs.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub import: Setting<ContainerImage>,
}

/// What a container asks of its node.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct ResourcesSpec {
    /// Whether anything is asked. Default: true.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub enabled: Setting<bool>,

    /// Processor time. Default: `500m`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "500m"), regex(pattern = r"^([0-9]{1,4}(\.[0-9]{1,3})?|[0-9]{1,6}m)$"))]
    pub cpu: Setting<String>,

    /// Memory. Default: `2Gi`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "2Gi"))]
    pub memory: Setting<Quantity>,

    /// Disk space of the node. Default: `40Gi`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "40Gi"))]
    pub ephemeral_storage: Setting<Quantity>,
}

/// The NetworkPolicy of the Jobs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct NetworkPolicySpec {
    /// Whether it is rendered: nothing reaches the Jobs, they reach everything. Default: true.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub enabled: Setting<bool>,
}

/// A proxy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct ProxySpec {
    /// For HTTP. No credentials: they would stand in Git. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"http://proxy.example:3128", regex(pattern = r"^https?://[^@\s]+$"))]
    pub http: Setting<String>,

    /// For HTTPS. No credentials. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"http://proxy.example:3128", regex(pattern = r"^https?://[^@\s]+$"))]
    pub https: Setting<String>,

    /// Hosts and networks that are reached directly; the list replaces that of a lower layer. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub except: Setting<Vec<Sourced<String>>>,
}
