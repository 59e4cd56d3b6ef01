//! The section `patches`: changes to what is rendered, by name. What becomes of them: [`crate::patch`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Alternatives;
use crate::provenance::{Setting, Sourced, Tree};

/// What excludes each other in a patch.
pub const ALTERNATIVES: &[Alternatives] = &[Alternatives { path: "patches.*", keys: &["json", "merge"] }];

/// A change to rendered manifests, made after everything else. Reaches fields that Goldsmith does not know, where the
/// CustomResourceDefinitions have them. One that hits no manifest, or writes a field that belongs to something in the
/// cluster, is an error. Exactly one of `json` and `merge` is required.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct PatchSpec {
    /// Which manifests. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub target: Setting<PatchTargetSpec>,
    /// A JSON Patch (RFC 6902): a list of operations in order; if one fails, none is done. A list, so a higher layer
    /// replaces it. Excludes `merge`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(with = "Setting<Vec<OperationSpec>>")]
    json: Setting<Tree>,
    /// A JSON Merge Patch (RFC 7386): mappings merge, `null` removes a field, everything else replaces, lists included.
    /// A `null` is only what the patch says when no other layer gives the same field. Excludes `json`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(with = "Setting<serde_json::Map<String, serde_json::Value>>")]
    merge: Setting<Tree>,
}

/// The change that a patch makes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PatchChangeSpec<'s> {
    /// A JSON Patch.
    Json(&'s Sourced<Tree>),
    /// A JSON Merge Patch.
    Merge(&'s Sourced<Tree>),
}

impl PatchSpec {
    /// The change that is given.
    pub fn change(&self) -> Option<PatchChangeSpec<'_>> {
        let json = self.json.get().map(PatchChangeSpec::Json);
        json.or_else(|| self.merge.get().map(PatchChangeSpec::Merge))
    }
}

/// Which manifests a patch changes: all that fit every field given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct PatchTargetSpec {
    /// The API group, empty for core. Default: any.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"cdi.kubevirt.io")]
    pub group: Setting<String>,
    /// The version inside the group. Default: any.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"v1beta1")]
    pub version: Setting<String>,
    /// The kind. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"DataImportCron")]
    pub kind: Setting<String>,
    /// The object's name. Required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"fedora-image-cron")]
    pub name: Setting<String>,
    /// The object's namespace. Default: any, and none for cluster-scoped objects.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"golden-images")]
    pub namespace: Setting<String>,
}

/// One operation of a JSON Patch, for the schema alone: the patch is read whole, so that a `null` stays one.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what is read as a tree")]
struct OperationSpec {
    /// What is done at `path`.
    op: OperationKind,
    /// A JSON pointer into the manifest; `-` behind a list stands for its end.
    #[schemars(example = &"/spec/importsToKeep")]
    path: String,
    /// The JSON pointer that `move` and `copy` take the value from.
    from: Option<String>,
    /// The value of `add`, `replace` and `test`.
    value: Option<serde_json::Value>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes what is read as a tree")]
enum OperationKind {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test,
}
