//! The section `platform`: what a site runs on, as people write it, and how it becomes a [`Platform`](crate::capability::Platform).
//!
//! In: versions by product, each optional. Out: a version for every product that the site has, given or implied, and
//! findings for what is missing, too old, or cannot be true together.

mod resolve;
pub mod rules;

use crate::spec::Alternatives;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use rules::UNKNOWN_CAPABILITY;

use super::VersionSpec;
use crate::capability::platform::{Architecture, Topology};
use crate::capability::{Capability, Product};
use crate::name::{ClusterId, Namespace};
use crate::provenance::{Setting, Sourced};
use crate::schema::REFUSED_BY;

/// What the site runs on. Exactly one of `openshift` and `kubernetes` is required; the other versions say which
/// operators are installed. What a version implies need not be written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct PlatformSpec {
    /// The version of OpenShift or OKD, in quotes; the minor is enough unless a finding asks for more. From 4.12.
    /// Excludes `kubernetes`. No default.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"4.20")]
    openshift: Setting<VersionSpec>,
    /// The version of a Kubernetes that is not OpenShift, in quotes. From 1.27. Excludes `openshift`. No default.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"1.34")]
    kubernetes: Setting<VersionSpec>,
    /// The version of OpenShift Virtualization, in quotes. From 4.14, on OpenShift only, at most as new as `openshift`.
    /// Implies HyperConverged, SSP, CDI and KubeVirt: 4.20 brings HyperConverged 1.16. Default: not installed.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"4.20")]
    pub virtualization: Setting<VersionSpec>,
    /// The version of the upstream HyperConverged Cluster Operator, in quotes. From 1.10. Implies CDI and KubeVirt, and
    /// SSP on OpenShift or OKD. Default: what `virtualization` implies, else not installed.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"1.16")]
    pub hyper_converged: Setting<VersionSpec>,
    /// The version of the SSP operator, in quotes. From 0.17. Default: what HyperConverged implies, else not installed.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"0.24.1")]
    pub ssp: Setting<VersionSpec>,
    /// The version of the Containerized Data Importer, in quotes. From 1.57. Default: what HyperConverged implies, else
    /// not installed.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"1.63.1")]
    pub cdi: Setting<VersionSpec>,
    /// The version of KubeVirt, in quotes. From 1.0. Default: what HyperConverged implies, else not installed.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"v1.8.4")]
    pub kube_virt: Setting<VersionSpec>,
    /// The version of OpenShift sandboxed containers, in quotes. From 1.6, on OpenShift only. Default: not installed.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"1.10")]
    pub sandboxed_containers: Setting<VersionSpec>,
    /// The id of the cluster: `oc get clusterversion version -o jsonpath='{.spec.clusterID}'`. Names that must differ
    /// between clusters are made from its first eight characters. Default: unset; asked for where a name needs it.
    #[serde(rename = "clusterID", skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"8c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55")]
    pub cluster_id: Setting<ClusterId>,
    /// Whether the nodes run in FIPS mode. Default: false.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = false))]
    pub fips: Setting<bool>,
    /// The shape of the cluster: `standalone`, `compact` (three nodes that are control plane and workers), `singleNode`,
    /// `hosted` (the control plane runs in another cluster; what needs machine pools is refused there).
    /// Default: `standalone`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "standalone"), example = &"compact")]
    pub topology: Setting<Topology>,
    /// The processor architectures of the nodes that run workloads. A list, so a higher layer replaces it.
    /// Default: `[amd64]`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = ["amd64"]), example = serde_json::json!(["amd64", "arm64"]))]
    pub architectures: Setting<Vec<Architecture>>,
    /// The namespaces of the operators, where they differ from those of their own installers.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub namespaces: Setting<NamespacesSpec>,
    /// Answers of the capability table that this site knows better, by name: `true` for a backport, `false` for a feature
    /// that is switched off. Shown wherever they decide. Default: the table answers.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(schema_with = "capabilities_schema")]
    pub capabilities: Setting<BTreeMap<String, Setting<bool>>>,
}

/// The namespaces that the installation of the operators decides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct NamespacesSpec {
    /// Where the HyperConverged lies; one in another namespace is ignored by its operator.
    /// Default: `openshift-cnv` with OpenShift Virtualization, else `kubevirt-hyperconverged` (golden-images 4).
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"openshift-cnv")]
    pub hyper_converged: Setting<Namespace>,
    /// Where the SSP lies. Default: that of HyperConverged; without HyperConverged `kubevirt`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"kubevirt")]
    pub ssp: Setting<Namespace>,
    /// Where CDI runs, and with it the pods that poll registries. Default: that of HyperConverged; without HyperConverged
    /// `cdi` (golden-images 1.5).
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"cdi")]
    pub cdi: Setting<Namespace>,
    /// Where SSP keeps the common boot images, a constant of its build. Default: `openshift-virtualization-os-images` with
    /// OpenShift Virtualization, else `kubevirt-os-images` (golden-images 3.3).
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"kubevirt-os-images")]
    pub boot_images: Setting<Namespace>,
}

impl PlatformSpec {
    /// What the cluster itself is, and its version.
    pub fn cluster(&self) -> Option<(Product, &Sourced<VersionSpec>)> {
        let openshift = self.openshift.get().map(|version| (Product::OpenShift, version));
        openshift.or_else(|| self.kubernetes.get().map(|version| (Product::Kubernetes, version)))
    }

    /// What is written for a product.
    pub fn written(&self, product: Product) -> Option<&Sourced<VersionSpec>> {
        let of_cluster =
            || self.cluster().filter(|(cluster, _)| *cluster == product).map(|(_, version)| version);
        match product {
            Product::Kubernetes | Product::OpenShift => of_cluster(),
            Product::Virtualization => self.virtualization.get(),
            Product::HyperConverged => self.hyper_converged.get(),
            Product::Ssp => self.ssp.get(),
            Product::Cdi => self.cdi.get(),
            Product::KubeVirt => self.kube_virt.get(),
            Product::SandboxedContainers => self.sandboxed_containers.get(),
        }
    }
}

fn capabilities_schema(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<_> = Capability::ALL.iter().map(|capability| capability.name()).collect();
    json_schema!({
        "type": ["object", "null"],
        "propertyNames": { "enum": names },
        REFUSED_BY: UNKNOWN_CAPABILITY.code,
        "additionalProperties": { "type": ["boolean", "null"] },
    })
}

/// The keys of the section that exclude each other.
pub const ALTERNATIVES: &[Alternatives] =
    &[Alternatives { path: "platform", keys: &["openshift", "kubernetes"] }];
