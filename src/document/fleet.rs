//! The kind `Fleet`: `fleet.yaml`, one a repository.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{GroupSpec, OverlayMetadata};
use crate::capability::VersionRange;
use crate::provenance::{Setting, Sourced};

/// A repository of sites: where they lie, what they share, and how much one run may take away.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Fleet {
    /// `goldsmith.dev/v1alpha1`. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("const" = "goldsmith.dev/v1alpha1"))]
    pub api_version: Setting<String>,

    /// `Fleet`. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("const" = "Fleet"))]
    pub kind: Setting<String>,

    /// A name for people.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub metadata: Setting<OverlayMetadata>,

    /// What the fleet says. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub spec: Setting<FleetSpec>,
}

/// What a fleet says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct FleetSpec {
    /// The versions of goldsmith that may render this fleet, so that laptop, CI and cluster agree: comparisons joined
    /// by commas. Required. Another goldsmith ends with exit code 2 and changes nothing.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = ">=0.1, <0.2")]
    pub goldsmith: Setting<VersionRange>,

    /// Where the Site files lie: paths from the folder of `fleet.yaml`. `*` and `?` stand for any text and any one
    /// character inside a name, `**` for any number of folders. Default: `[sites/*.yaml, sites/*/site.yaml]`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = ["sites/*.yaml", "sites/*/site.yaml"]), example = serde_json::json!(["sites/*.yaml"]), length(min = 1, max = 100))]
    pub sites: Setting<Vec<Sourced<String>>>,

    /// Overlays of all sites, lowest first: built-in ones by name, files by their path from the folder of
    /// `fleet.yaml`. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = serde_json::json!(["overlays/company.yaml"]), length(max = 100))]
    pub overlays: Setting<Vec<Sourced<String>>>,

    /// Groups of sites. The overlays of a group lie above those of the fleet and of the groups before it. Default:
    /// none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(length(max = 1000))]
    pub groups: Setting<Vec<Sourced<GroupSpec>>>,

    /// How much one run may take away. What goes beyond writes nothing and exits 1, until it is allowed by name with
    /// `--allow-removal`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub limits: Setting<LimitsSpec>,

    /// The folder that is rendered into, inside the folder of `fleet.yaml`. Default: `rendered`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "rendered"), example = &"rendered", length(min = 1, max = 253))]
    pub output: Setting<String>,
}

/// How much one run may take away.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct LimitsSpec {
    /// Sites whose folder leaves the tree. Default: 0, so that a pattern that matches too little removes nothing.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = 0), range(max = 1_000_000))]
    pub removed_sites: Setting<u32>,

    /// Manifests that leave the tree, over all sites of the run. Default: 20.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = 20), range(max = 100_000_000))]
    pub removed_manifests: Setting<u32>,
}
