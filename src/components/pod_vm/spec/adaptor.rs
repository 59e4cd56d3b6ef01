//! The adaptor that starts the virtual machines of pods: the keys of `peer-pods-cm` that all clouds share.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::provenance::{Setting, Sourced};
use crate::spec::ContainerImage;

/// The adaptor. What is not given is not written: then the adaptor's own default holds, which differs between releases.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct AdaptorSpec {
    /// How long the adaptor waits for the agent in the guest. Default: `5m`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"5m", regex(pattern = "^([0-9]+(h|m|s))+$"))]
    pub proxy_timeout: Setting<String>,

    /// The UDP port of the tunnel between pod and virtual machine. Default: 4789; where the cluster's own network uses that,
    /// another, as 9000.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(range(min = 1, max = 65535))]
    pub vxlan_port: Setting<u16>,

    /// The kind of tunnel. Default: `vxlan`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"vxlan")]
    pub tunnel_type: Setting<String>,

    /// The port in the guest that forwards the agent's protocol. Default: 15150.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(range(min = 1, max = 65535))]
    pub forwarder_port: Setting<u16>,

    /// Peer pods that a node runs at most. Default: 10. Needs 1.9: before, it is a field of an object of the operator.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(range(min = 1, max = 1000))]
    pub peer_pods_per_node: Setting<u32>,

    /// The size of a virtual machine's root disk in GiB. Default: 30 on AWS, 10 on Google Cloud, the image's on Azure.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(range(min = 1, max = 16384))]
    pub root_volume_size: Setting<u32>,

    /// Tags of the virtual machines, by key. On Google Cloud they must exist in the project. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub tags: Setting<BTreeMap<String, Setting<String>>>,

    /// Whether the adaptor reaches virtual machines by their public address. Default: false. On AWS, Azure and Google Cloud.
    #[serde(rename = "usePublicIP", skip_serializing_if = "Setting::is_unset")]
    pub use_public_ip: Setting<bool>,

    /// The pause image that pods run with, where it is not the embedded one. Default: the embedded one.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub pause_image: Setting<ContainerImage>,

    /// Whether the guest verifies its configuration. Default: false.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub verify_cloud_config: Setting<bool>,

    /// Whether each guest has an encrypted scratch disk. Default: false.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub scratch_space: Setting<bool>,

    /// TLS between adaptor and guest.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub tls: Setting<TlsSpec>,

    /// The socket by which the kata shim reaches the adaptor. Default: `/run/peerpod/hypervisor.sock`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(regex(pattern = r"^/\S+$"))]
    pub hypervisor_socket: Setting<String>,

    /// The folder of the adaptor's state. Default: `/run/peerpod/pods`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(regex(pattern = r"^/\S+$"))]
    pub pods_folder: Setting<String>,

    /// Whether pods reach the outside through their virtual machine, not through the node. Default: false.
    #[serde(rename = "externalNetworkViaPodVM", skip_serializing_if = "Setting::is_unset")]
    pub external_network_via_pod_vm: Setting<bool>,

    /// The networks of pods, which then stay in the tunnel; the list replaces that of a lower layer. Default: none.
    #[serde(rename = "podSubnetCIDRs", skip_serializing_if = "Setting::is_unset")]
    pub pod_subnet_cidrs: Setting<Vec<Sourced<String>>>,
}

/// TLS between adaptor and guest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct TlsSpec {
    /// Whether certificates are left unverified. Default: false.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub skip_verify: Setting<bool>,

    /// The path of the authority's certificate. Default: made for each pod.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(regex(pattern = r"^/\S+$"))]
    pub ca_file: Setting<String>,

    /// The path of the adaptor's certificate. Default: made for each pod.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(regex(pattern = r"^/\S+$"))]
    pub certificate_file: Setting<String>,

    /// The path of its key. Default: made for each pod.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(regex(pattern = r"^/\S+$"))]
    pub key_file: Setting<String>,

    /// The oldest version of TLS. Default: that of the adaptor. The operator sets it itself from 1.14 on, and wins.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"1.3")]
    pub min_version: Setting<String>,

    /// The cipher suites; the list replaces that of a lower layer. Default: those of the adaptor. The operator sets them itself
    /// from 1.14 on, and wins.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub cipher_suites: Setting<Vec<Sourced<String>>>,
}
