//! Groups of sites: a name, a label selector, overlays.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::name::{DnsLabel, LabelKey, LabelValue};
use crate::provenance::{Setting, Sourced};

/// Sites that share overlays, chosen by their labels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct GroupSpec {
    /// Name of the group, for `--group` and for reports. Required; no two groups have the same.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"canary")]
    pub name: Setting<DnsLabel>,

    /// Which sites belong to it. Required; the empty selector `{}` selects every site.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub selector: Setting<SelectorSpec>,

    /// Overlays of these sites, lowest first, as in the fleet's `overlays`. Default: none, a group for `--group` alone.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = serde_json::json!(["overlays/virt-4.21.yaml"]), length(max = 100))]
    pub overlays: Setting<Vec<Sourced<String>>>,
}

/// A Kubernetes label selector over the labels of sites; all that it lists must hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct SelectorSpec {
    /// Labels that a site has with just these values. Default: none asked for.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = serde_json::json!({"ring": "canary"}))]
    pub match_labels: Setting<BTreeMap<LabelKey, Sourced<LabelValue>>>,

    /// Conditions on labels. Default: none. The label `goldsmith.dev/site` is the site's name.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = serde_json::json!([{"key": "goldsmith.dev/site", "operator": "NotIn", "values": ["lab-1"]}]))]
    pub match_expressions: Setting<Vec<Sourced<RequirementSpec>>>,
}

/// One condition on a label.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct RequirementSpec {
    /// The label. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"ring")]
    pub key: Setting<LabelKey>,

    /// How it is held against the values. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub operator: Setting<Operator>,

    /// Values; required for `In` and `NotIn`, and not for the others.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = serde_json::json!(["lab-1", "lab-2"]))]
    pub values: Setting<Vec<LabelValue>>,
}

/// How a label is held against values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Operator {
    /// The label is there and has one of the values.
    In,
    /// The label has none of the values, or is not there.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is not there.
    DoesNotExist,
}
