//! What a person says about golden disk images (the console calls them boot sources): the section `goldenImages`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::image::{self, CommonImageSpec, ImageDefaults, ImageSpec};
use crate::manifest::{Lifecycle, Ownership};
use crate::name::{DnsLabel, DnsSubdomain};
use crate::provenance::{Setting, Sourced};
use crate::schedule;
use crate::spec::{Alternatives, Quantity};

/// Golden disk images: which images a cluster keeps fresh, from where, how often, and who may clone them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct GoldenImagesSpec {
    /// Which object carries the images to the cluster. Default: `hyperConverged` where OpenShift and HyperConverged
    /// are given, `ssp` where SSP runs alone, else `raw` (HyperConverged deploys SSP on OpenShift only, so on plain
    /// Kubernetes its fields would do nothing). Source: HCO controllers/operandhandler/operandHandler.go.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub through: Setting<Through>,

    /// Namespace of the custom images. Default: the platform's golden namespace
    /// (`openshift-virtualization-os-images`, upstream `kubevirt-os-images`). Another namespace gets its own
    /// clone RBAC; the common boot images stay where the console looks.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"golden-images")]
    pub namespace: Setting<DnsLabel>,

    /// Whether Goldsmith renders the Namespace object of a namespace of your own. Default: true; never for the
    /// platform's golden namespace, which its operator creates.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub manage_namespace: Setting<bool>,

    /// Storage that all PVCs of this namespace may request together, imports under way and their scratch space included:
    /// a ResourceQuota. Default: none. With retention `All` the imports of an image that left stay until somebody
    /// deletes them; beyond the limit no import starts, and the one in use stays. Only for a namespace of your own, since
    /// in the platform's golden namespace it would stop the product's imports.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = "500Gi")]
    pub storage_limit: Setting<Quantity>,

    /// The boot images that the product brings along.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub common_boot_images: Setting<CommonBootImagesSpec>,

    /// What images share that do not say otherwise.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub defaults: Setting<ImageDefaults>,

    /// Your own images, by the name of the DataSource that virtual machines boot from.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub images: Setting<BTreeMap<DnsLabel, Setting<ImageSpec>>>,

    /// Import one copy of each image for every architecture it lists, and a pointer that picks the cluster's own.
    /// Default: true where the platform has more than one architecture, else false. Needs HyperConverged 1.16, SSP
    /// 0.24 or CDI 1.63.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub multi_architecture: Setting<bool>,

    /// DataSources that no image of this section manages, by name: onto a PVC or snapshot that exists, or a pointer
    /// to another DataSource of the same namespace.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub data_sources: Setting<BTreeMap<DnsLabel, Setting<DataSourceSpec>>>,

    /// How imports are kept on a storage class, by the name of the StorageClass.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub storage_profiles: Setting<BTreeMap<DnsSubdomain, Setting<StorageProfileSpec>>>,

    /// Namespaces whose service accounts may clone the custom images, by name. Virtual machines clone as a service
    /// account of their own namespace, so granting people is not enough (kubevirt#10011).
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub cloneable_from: Setting<BTreeMap<DnsLabel, Setting<CloneableFromSpec>>>,

    /// DataVolumes that follow a DataSource by `sourceRef`, by name.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub data_volumes: Setting<BTreeMap<DnsLabel, Setting<DataVolumeSpec>>>,

    /// The SSP object, where images go through an SSP that HyperConverged does not own.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub ssp: Setting<SspSpec>,

    /// Alerts on imports that fail or go stale, as a PrometheusRule.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub alerts: Setting<AlertsSpec>,

    /// How objects are rendered that others write to as well.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub ownership: Setting<OwnershipSpec>,

    /// Whether the component is there. Default: `present`. A component leaves the tree only after it was rendered
    /// once as `absent` or `orphan`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "present"))]
    pub lifecycle: Setting<Lifecycle>,
}

impl GoldenImagesSpec {
    /// The file with a snapshot of the common boot images.
    pub fn snapshot(&self) -> Option<&Sourced<String>> {
        self.common_boot_images.get()?.snapshot.get()
    }
}

/// Which object carries images to the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Through {
    /// `dataImportCronTemplates` of the HyperConverged CR.
    HyperConverged,
    /// `dataImportCronTemplates` of an SSP CR that HyperConverged does not own.
    Ssp,
    /// DataImportCron objects.
    Raw,
}

/// The boot images that the product brings along.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct CommonBootImagesSpec {
    /// Whether they are imported at all. Default: true. False also makes HyperConverged delete its ImageStreams; with
    /// retention `All` the volumes already imported stay and must be deleted by hand.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub enabled: Setting<bool>,

    /// Namespace of the common images that are not overridden. Default: unset, the platform's golden namespace, the
    /// only one where the console's templates look. Needs HyperConverged 1.11.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub namespace: Setting<DnsLabel>,

    /// A snapshot of `status.dataImportCronTemplates` of a live HyperConverged, as a file of the repository below
    /// `snapshots/`. Overrides of product images are completed from it, since product values are never guessed.
    /// Take one with `oc get hyperconverged kubevirt-hyperconverged -n openshift-cnv -o yaml`. Default: the upstream
    /// list of the HyperConverged release.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = "snapshots/virt-4.20.yaml")]
    pub snapshot: Setting<String>,

    /// Images to drop or override, by the name of their DataSource. What an override does not say comes whole from
    /// the snapshot or the upstream list: HyperConverged replaces the spec, it never merges. An empty override
    /// (`fedora: {}`) pulls the same image through the mirrors of `registries`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub images: Setting<BTreeMap<DnsLabel, Setting<CommonImageSpec>>>,
}

/// A DataSource that no image manages; exactly one of `pvc`, `snapshot`, `dataSource`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct DataSourceSpec {
    /// Namespace of the DataSource. Default: that of the custom images.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub namespace: Setting<DnsLabel>,

    /// A PVC that exists. Never one that a DataImportCron made: CDI would delete the DataSource with the import.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pvc: Setting<ObjectReference>,

    /// A VolumeSnapshot that exists.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    snapshot: Setting<ObjectReference>,

    /// Another DataSource of the same namespace. Needs CDI 1.63.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    data_source: Setting<DnsLabel>,

    /// Let CDI keep this DataSource up to date from the named image of this section: writes the label that makes a
    /// DataImportCron adopt a DataSource that exists already. Then none of the three sources is given.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    adopted_by: Setting<DnsLabel>,
}

/// What gives a DataSource its content.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DataSourceContent<'s> {
    /// A PVC that exists.
    Pvc(&'s Sourced<ObjectReference>),
    /// A VolumeSnapshot that exists.
    Snapshot(&'s Sourced<ObjectReference>),
    /// Another DataSource.
    DataSource(&'s Sourced<DnsLabel>),
    /// The DataImportCron of an image.
    AdoptedBy(&'s Sourced<DnsLabel>),
}

impl DataSourceSpec {
    /// What is given.
    pub fn content(&self) -> Option<DataSourceContent<'_>> {
        let pvc = self.pvc.get().map(DataSourceContent::Pvc);
        pvc.or_else(|| self.snapshot.get().map(DataSourceContent::Snapshot))
            .or_else(|| self.data_source.get().map(DataSourceContent::DataSource))
            .or_else(|| self.adopted_by.get().map(DataSourceContent::AdoptedBy))
    }
}

/// An object by namespace and name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct ObjectReference {
    /// Namespace. Default: that of the object that refers to it.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub namespace: Setting<DnsLabel>,

    /// Name; required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub name: Setting<DnsLabel>,
}

/// How imports are kept on a storage class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct StorageProfileSpec {
    /// Keep each import as a `snapshot` or as a `pvc`. Default: what CDI detects from the provisioner. Going from
    /// snapshot to pvc imports every image again (CDI 1.60).
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub import_format: Setting<ImportFormat>,

    /// VolumeSnapshotClass for import snapshots. Default: CDI's choice. Needs CDI 1.58.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub snapshot_class: Setting<String>,

    /// How clones are made: `copy`, `snapshot` or `csi-clone`. Default: CDI's choice.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub clone_strategy: Setting<CloneStrategy>,
}

/// The form that an import is kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImportFormat {
    /// A VolumeSnapshot; the PVC goes once it is ready.
    Snapshot,
    /// A PersistentVolumeClaim.
    Pvc,
}

/// How a clone is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CloneStrategy {
    /// By copying bytes.
    Copy,
    /// From a snapshot.
    Snapshot,
    /// By the storage driver.
    CsiClone,
}

/// Who of a namespace may clone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct CloneableFromSpec {
    /// Service accounts of that namespace; the list replaces that of a lower layer. Default: all of them.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub service_accounts: Setting<Vec<DnsLabel>>,
}

/// A DataVolume that follows a DataSource.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct DataVolumeSpec {
    /// Namespace of the DataVolume; required. It gets the right to clone.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub namespace: Setting<DnsLabel>,

    /// The DataSource: an image, a common boot image or a DataSource of this section; required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub from: Setting<DnsLabel>,

    /// Size of the volume. Default: that of the source.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = "30Gi")]
    pub size: Setting<Quantity>,

    /// StorageClass. Default: the cluster's default for virtual machines.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub storage_class: Setting<String>,
}

/// An SSP that HyperConverged does not own; a cluster has one at most.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct SspSpec {
    /// Its name. Default: `ssp`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "ssp"))]
    pub name: Setting<DnsLabel>,

    /// Namespace of its VM templates, a field that SSP requires. Default: `openshift` on OpenShift, else that of SSP.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub templates_namespace: Setting<DnsLabel>,
}

/// Alerts on imports.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct AlertsSpec {
    /// Whether the PrometheusRule is rendered. Default: false; CDI brings `CDIDataImportCronOutdated` of its own.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = false))]
    pub enabled: Setting<bool>,

    /// Namespace of the PrometheusRule. Default: that of the custom images.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub namespace: Setting<DnsLabel>,

    /// How long an image may be outdated before the alert fires, in minutes (`30m`) or hours (`6h`). Default: `2h`,
    /// since an import takes minutes and CDI's own alert already fires after 15.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "2h"), example = "2h", regex(pattern = "^[1-9][0-9]{0,3}[mh]$"))]
    pub outdated_after: Setting<String>,

    /// Severity label of the alerts. Default: `warning`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "warning"))]
    pub severity: Setting<AlertSeverity>,
}

/// The severities that OpenShift's alert routing knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AlertSeverity {
    /// Somebody is woken.
    Critical,
    /// Somebody looks in working hours.
    Warning,
    /// For the record.
    Info,
}

/// How shared objects are rendered: `whole` (ours alone), `fields` (only our fields, by server-side apply, never
/// pruned), `patch` (a Kustomize component that the owner's folder includes).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct OwnershipSpec {
    /// The HyperConverged CR. Default: `fields`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "fields"))]
    pub hyper_converged: Setting<Ownership>,

    /// The SSP CR. Default: `fields`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "fields"))]
    pub ssp: Setting<Ownership>,

    /// StorageProfiles, which CDI creates. Default: `fields`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "fields"))]
    pub storage_profiles: Setting<Ownership>,

    /// The Namespace of the custom images. Default: `fields`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "fields"))]
    pub namespace: Setting<Ownership>,
}

/// Keys that exclude each other.
pub const ALTERNATIVES: &[Alternatives] = &[
    Alternatives { path: "goldenImages.images.*", keys: image::SOURCES },
    Alternatives { path: "goldenImages.images.*.schedule", keys: schedule::ALTERNATIVES },
    Alternatives { path: "goldenImages.defaults.schedule", keys: schedule::ALTERNATIVES },
    Alternatives { path: "goldenImages.commonBootImages.images.*", keys: image::SOURCES },
    Alternatives { path: "goldenImages.commonBootImages.images.*.schedule", keys: schedule::ALTERNATIVES },
    Alternatives {
        path: "goldenImages.dataSources.*",
        keys: &["pvc", "snapshot", "dataSource", "adoptedBy"],
    },
];
