//! What all documents begin with.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::name::{LabelKey, LabelValue, SiteName};
use crate::provenance::{Setting, Sourced};

/// The one version of the documents so far.
pub const API_VERSION: &str = "goldsmith.dev/v1alpha1";

/// The kinds of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The repository: which sites there are, and what groups of them share.
    Fleet,
    /// One cluster.
    Site,
    /// A part of a Site that several share.
    Overlay,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 3] = [Kind::Fleet, Kind::Site, Kind::Overlay];

    /// As `kind` says it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Fleet => "Fleet",
            Kind::Site => "Site",
            Kind::Overlay => "Overlay",
        }
    }
}

/// Name and labels of a Site. The labels are for the groups of the fleet; what rendered objects carry is
/// `spec.commonMetadata`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Metadata {
    /// Name of the cluster: the folder it is rendered into and the label `goldsmith.dev/site` of its objects. Required.
    /// A DNS label: at most 63 of `a-z`, `0-9` and `-`, beginning and ending with a letter or digit. No two sites of a
    /// fleet have the same.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"edge-frankfurt")]
    pub name: Setting<SiteName>,

    /// Labels that the groups of the fleet select by, as Kubernetes labels. Default: none. The label
    /// `goldsmith.dev/site` is the site's name and always there; the prefix `goldsmith.dev/` is kept for it.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = serde_json::json!({"region": "eu-central", "ring": "canary"}))]
    pub labels: Setting<BTreeMap<LabelKey, Sourced<LabelValue>>>,
}

/// Name of an Overlay or a Fleet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct OverlayMetadata {
    /// A name for people; overlays are referred to by their file. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"company", length(min = 1, max = 253))]
    pub name: Setting<String>,
}
