//! Sections of a Site that belong to no component: what all objects carry, and a user's own manifests.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::name::{LabelKey, LabelValue};
use crate::provenance::Setting;

/// What every rendered object carries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct CommonMetadataSpec {
    /// Labels of every object, but never of pod templates or selectors, so that a label starts no build. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = serde_json::json!({"owner": "platform"}))]
    pub labels: Setting<BTreeMap<LabelKey, Setting<LabelValue>>>,

    /// Annotations of every object. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = serde_json::json!({"contact": "platform@example.com"}))]
    pub annotations: Setting<BTreeMap<LabelKey, Setting<String>>>,
}

/// Manifests of your own that are listed, validated and explained with those we render.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct ExtraManifestSpec {
    /// A YAML file of the repository, from the folder of `fleet.yaml`; one or more manifests. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = "extra/storage-quota.yaml", length(min = 1, max = 253))]
    pub path: Setting<String>,

    /// Whether it is there. Default: true. False takes away what a lower layer adds.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub enabled: Setting<bool>,
}
