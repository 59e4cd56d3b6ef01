//! What a person says about one golden image.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::spec::ObjectReference;
use crate::name::{DnsLabel, LabelValue};
use crate::provenance::{Setting, Sourced};
use crate::schedule::ScheduleSpec;
use crate::spec::{Architecture, ImageReference, Quantity};

/// What images share that do not say otherwise.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct ImageDefaults {
    /// When images are polled. Default: `{every: 12h}`; minute and hour come from a hash of site and image, so that
    /// a fleet spreads over the window.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = {"every": "12h"}))]
    pub schedule: Setting<ScheduleSpec>,

    /// Imports kept of each image, the one in use included. Default: 2, so that a bad image can be rolled back
    /// without a new import. Always written, since CDI keeps 3 and HyperConverged 1.18 keeps 1.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = 2), range(min = 1, max = 100))]
    pub keep: Setting<u32>,

    /// What happens to imports when the image leaves: `All` stay, or `None` stays. Default: `All`. Always written,
    /// since HyperConverged 1.18 injects `None`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "All"))]
    pub retention: Setting<Retention>,

    /// Whether older imports are removed: `Outdated` (down to `keep`) or `Never`. Default: `Outdated`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "Outdated"))]
    pub garbage_collect: Setting<GarbageCollect>,

    /// StorageClass of the imports. Default: unset, the cluster's default for virtual machines. Pin it: a default
    /// that changes deletes the imports and starts again (CDI 1.61).
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(length(min = 1, max = 253))]
    pub storage_class: Setting<String>,

    /// Who pulls: a `pod` that talks to the registry itself, or the `node`, which honours registry mirrors and node
    /// credentials. Default: `pod`; ImageStreams are always pulled by the node. Polling by the node needs CDI 1.63.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "pod"))]
    pub pull: Setting<Pull>,

    /// Virtual size of the imported disk. Default: none; an image without one must say it itself.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = "30Gi")]
    pub size: Setting<Quantity>,
}

/// One image of your own; exactly one of `registry`, `imageStream`, `pvc`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct ImageSpec {
    /// Whether the image is there. Default: true. False takes away what a lower layer adds.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub enabled: Setting<bool>,

    /// A containerDisk in a registry: host, repository and one tag (default `latest`). No scheme, and no digest: CDI
    /// follows a tag and appends the digest itself, a second one makes the import fail
    /// (containerized-data-importer#2689).
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = "registry.example/images/rhel9:latest")]
    registry: Setting<ImageReference>,

    /// An ImageStream of the image's namespace, `name` or `name:tag`. OpenShift only; pulled by the node.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(
        example = "rhel9-guest:latest",
        regex(pattern = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[\\w][\\w.-]{0,127})?$")
    )]
    image_stream: Setting<String>,

    /// A PVC that is cloned whenever it is created anew. Needs CDI 1.62 (HyperConverged 1.15).
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pvc: Setting<ObjectReference>,

    /// Virtual size of the imported disk, as a quantity of at least 1Mi. Required for registry and ImageStream
    /// sources, here or in `defaults`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = "30Gi")]
    pub size: Setting<Quantity>,

    /// When the image is polled. Default: `goldenImages.defaults.schedule`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub schedule: Setting<ScheduleSpec>,

    /// Imports kept. Default: `goldenImages.defaults.keep`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(range(min = 1, max = 100))]
    pub keep: Setting<u32>,

    /// What happens to imports when the image leaves. Default: `goldenImages.defaults.retention`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub retention: Setting<Retention>,

    /// Whether older imports are removed. Default: `goldenImages.defaults.garbageCollect`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub garbage_collect: Setting<GarbageCollect>,

    /// StorageClass of the imports. Default: `goldenImages.defaults.storageClass`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(length(min = 1, max = 253))]
    pub storage_class: Setting<String>,

    /// Who pulls. Default: `goldenImages.defaults.pull`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub pull: Setting<Pull>,

    /// Architectures that the image has; the list replaces that of a lower layer. Default: unset, one import of
    /// whatever the registry serves. Needs HyperConverged 1.16, SSP 0.24 or CDI 1.63.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = serde_json::json!(["amd64", "arm64"]))]
    pub architectures: Setting<Vec<Architecture>>,

    /// Secret with the keys `accessKeyId` and `secretKey` for a pull by pod, expected in the image's namespace and in
    /// CDI's. Default: `registries.credentials.<host>.cdi`. A pull secret of type dockerconfigjson does not serve.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"corp-cdi")]
    pub secret: Setting<DnsLabel>,

    /// ConfigMap with PEM certificates for a pull by pod, expected in the image's namespace and in CDI's. Default:
    /// `registries.trustedCA`, for registries that are listed in `registries`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"corp-ca")]
    pub certificates: Setting<DnsLabel>,

    /// Service account that may read a PVC of another namespace. Default: a service account of our own with that
    /// right, for PVC sources of another namespace. Needs CDI 1.64 and, through HyperConverged, 1.18.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"image-importer")]
    pub service_account: Setting<DnsLabel>,

    /// Name of the DataImportCron. Default: `<image>-image-cron`. Keep it: a new name orphans the imports and the
    /// DataSource is no longer moved on. At most 42 characters for a pull by pod, 6 less with architectures.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"rhel9-image-cron")]
    pub cron_name: Setting<DnsLabel>,

    /// Instance type that virtual machines of this image get by default, `instancetype.kubevirt.io`. Default: what the
    /// image itself says.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = "u1.medium", length(min = 1, max = 63))]
    pub default_instancetype: Setting<LabelValue>,

    /// Preference that virtual machines of this image get by default. Default: what the image itself says.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = "rhel.9", length(min = 1, max = 63))]
    pub default_preference: Setting<LabelValue>,
}

/// The source of an image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ImageSource<'s> {
    /// A containerDisk in a registry.
    Registry(&'s Sourced<ImageReference>),
    /// An ImageStream of the image's namespace.
    ImageStream(&'s Sourced<String>),
    /// A PVC.
    Pvc(&'s Sourced<ObjectReference>),
}

/// The keys that give the source of an image, of which a layer gives one at most.
pub(super) const SOURCES: &[&str] = &["registry", "imageStream", "pvc"];

impl ImageSpec {
    /// The source that is given.
    pub fn source(&self) -> Option<ImageSource<'_>> {
        let registry = self.registry.get().map(ImageSource::Registry);
        let image_stream = || self.image_stream.get().map(ImageSource::ImageStream);
        registry.or_else(image_stream).or_else(|| self.pvc.get().map(ImageSource::Pvc))
    }
}

/// A common boot image dropped or overridden; at most one of `registry`, `imageStream`, `pvc`.
pub type CommonImageSpec = ImageSpec;

/// What happens to imports when their image leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Retention {
    /// All imports and the DataSource stay.
    All,
    /// All imports and the DataSource go.
    None,
}

/// Whether older imports are removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum GarbageCollect {
    /// Down to `keep`, the most recently used stay.
    Outdated,
    /// Never.
    Never,
}

/// Who pulls an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Pull {
    /// A pod of CDI, which talks to the registry itself; node mirrors do not reach it.
    Pod,
    /// The node, by its own pull secret, certificates and mirrors.
    Node,
}
