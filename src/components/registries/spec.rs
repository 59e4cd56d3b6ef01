//! What a person says about registries: the section `registries`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::name::DnsLabel;
use crate::provenance::{Setting, Sourced};

/// Registries: mirrors, credentials by reference, certificates.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct RegistriesSpec {
    /// Mirrors by the source that they stand in for: `host[:port][/path]` without scheme, tag or digest, or `*.host`.
    /// Rendered as ImageDigestMirrorSet and ImageTagMirrorSet; where `platform.capabilities` says
    /// `imageMirrorSets: false`, for a cluster that still keeps to it, as ImageContentSourcePolicy.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub mirrors: Setting<BTreeMap<String, Setting<MirrorSpec>>>,

    /// Credentials by registry host, in the forms that their readers want. Secrets are named, never rendered.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub credentials: Setting<BTreeMap<String, Setting<CredentialsSpec>>>,

    /// Certificates of registries that no public authority signed.
    #[serde(rename = "trustedCA", skip_serializing_if = "Setting::is_unset")]
    pub trusted_ca: Setting<TrustedCaSpec>,
}

/// The mirrors of one source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct MirrorSpec {
    /// Mirrors in the order they are tried, each `host[:port][/path]` without scheme, tag or digest; required; the
    /// list replaces that of a lower layer. Pods, which do not ask a node's mirrors, are given the first one.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(length(min = 1), example = serde_json::json!(["registry.example/mirror"]))]
    pub to: Setting<Vec<Sourced<String>>>,

    /// Whether the source itself may be asked when no mirror answers. Default: `AllowContactingSource`, always
    /// written. An ImageContentSourcePolicy cannot say otherwise.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "AllowContactingSource"))]
    pub source_policy: Setting<SourcePolicy>,

    /// Which pulls by nodes are mirrored. Default: `digest`, and `both` for sources that a golden image is pulled from
    /// by node, since polling pulls a tag. A tag mirror drains nodes when it is added, any mirror when it is removed;
    /// neither reboots them. Tags need ImageTagMirrorSet.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub pulls: Setting<Pulls>,

    /// Whether Goldsmith renders the mirror set. Default: true. False for mirrors that the cluster has already: they
    /// are used to rewrite references and not rendered.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub managed: Setting<bool>,

    /// Whether this mirror is there. Default: true. False takes away what a lower layer adds.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub enabled: Setting<bool>,
}

/// Whether the source may be asked when no mirror answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SourcePolicy {
    /// Only the mirrors.
    NeverContactSource,
    /// The mirrors first, then the source.
    AllowContactingSource,
}

/// Which pulls are mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Pulls {
    /// Pulls by digest: ImageDigestMirrorSet.
    Digest,
    /// Pulls by tag: ImageTagMirrorSet.
    Tag,
    /// Both.
    Both,
}

/// The credentials of one registry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct CredentialsSpec {
    /// Secret of type `kubernetes.io/dockerconfigjson`, for pulls by nodes and pods. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"corp-pull")]
    pub node: Setting<DnsLabel>,

    /// Secret with the keys `accessKeyId` and `secretKey`, for CDI's pulls by pod. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"corp-cdi")]
    pub cdi: Setting<DnsLabel>,
}

/// Certificates of registries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct TrustedCaSpec {
    /// ConfigMap with the certificates; required. It is expected in every namespace that pulls by pod, unless
    /// `certificates` is given.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"corp-ca")]
    pub config_map: Setting<DnsLabel>,

    /// PEM certificates (public, so they may stand in Git). Given: the ConfigMap is rendered into every namespace that
    /// needs it. Default: unset, the ConfigMap is expected to be there.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub certificates: Setting<String>,
}
