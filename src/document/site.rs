//! The kinds `Site` and `Overlay`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CommonMetadataSpec, ExtraManifestSpec, Metadata, OverlayMetadata};
use crate::components::Sections;
use crate::components::golden_images::spec::GoldenImagesSpec;
use crate::components::pod_vm::spec::PodVmSpec;
use crate::components::registries::spec::RegistriesSpec;
use crate::manifest::Lifecycle;
use crate::name::DnsLabel;
use crate::provenance::{Setting, Sourced};
use crate::spec::policy::{RuleLevel, WaiverSpec};
use crate::spec::{PatchSpec, PlatformSpec};

/// One cluster: what it runs and which images it keeps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Site {
    /// `goldsmith.dev/v1alpha1`. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("const" = "goldsmith.dev/v1alpha1"))]
    pub api_version: Setting<String>,

    /// `Site`. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("const" = "Site"))]
    pub kind: Setting<String>,

    /// Name and labels. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub metadata: Setting<Metadata>,

    /// What the cluster runs and which images it keeps. Default: what its overlays say.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub spec: Setting<SiteSpec>,
}

/// A part of a Site that several sites share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Overlay {
    /// `goldsmith.dev/v1alpha1`. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("const" = "goldsmith.dev/v1alpha1"))]
    pub api_version: Setting<String>,

    /// `Overlay`. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("const" = "Overlay"))]
    pub kind: Setting<String>,

    /// A name for people.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub metadata: Setting<OverlayMetadata>,

    /// Any part of a Site's spec. Higher layers win: mappings merge, lists replace, `null` gives a value back to its
    /// default.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub spec: Setting<SiteSpec>,
}

/// What a cluster runs and which images it keeps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct SiteSpec {
    /// Overlays that lie below this file, lowest first: built-in ones by name, files by their path from the folder of
    /// `fleet.yaml`. Default: none. An overlay that is named more than once counts at its first place.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = serde_json::json!(["disconnected", "overlays/company.yaml"]), length(max = 100))]
    pub overlays: Setting<Vec<Sourced<String>>>,

    /// What the cluster runs on: versions, shape, architectures. They decide the form of what is rendered.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub platform: Setting<PlatformSpec>,

    /// Registries: mirrors, credentials by reference, certificates.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub registries: Setting<RegistriesSpec>,

    /// Golden disk images: which ones the cluster keeps fresh, from where, how often, and who may clone them.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub golden_images: Setting<GoldenImagesSpec>,

    /// Pod VM images: what the virtual machines of peer pods boot from, where that comes from, and who makes it.
    #[serde(rename = "podVM", skip_serializing_if = "Setting::is_unset")]
    pub pod_vm: Setting<PodVmSpec>,

    /// What every rendered object carries.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub common_metadata: Setting<CommonMetadataSpec>,

    /// Changes to what is rendered, by name, made in the order of their names. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub patches: Setting<BTreeMap<DnsLabel, Setting<PatchSpec>>>,

    /// Manifests of your own, by name; they are copied into the folder `extra`. They go where the site is `absent`, and are
    /// marked never to be pruned where it is `orphan`. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub extra_manifests: Setting<BTreeMap<DnsLabel, Setting<ExtraManifestSpec>>>,

    /// How bad findings of a rule are, by its code. Default: as the rule says. A rule whose findings leave nothing sound to
    /// render can be neither lowered nor waived.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = serde_json::json!({"GS-GOLD-021": "error"}))]
    pub rules: Setting<BTreeMap<String, Setting<RuleLevel>>>,

    /// Findings that somebody has decided to live with, by name. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub waivers: Setting<BTreeMap<DnsLabel, Setting<WaiverSpec>>>,

    /// Whether the site is there. Default: `present`. A site leaves the tree only after it was rendered once as
    /// `absent` (only what cleans up) or `orphan` (everything stays in the cluster, marked never to be pruned). A
    /// component has a `lifecycle` of its own in its section.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "present"))]
    pub lifecycle: Setting<Lifecycle>,
}

impl SiteSpec {
    /// The sections of the components.
    pub fn sections(&self) -> Sections<'_> {
        Sections { registries: &self.registries, golden_images: &self.golden_images, pod_vm: &self.pod_vm }
    }
}
