//! What each product can do since when: versions are data. Components ask for a capability, never compare versions.
//!
//! [`table`] holds the rows, [`bundle`] what one product release brings along, [`floor`] the oldest and newest releases,
//! [`version`] and `version_range` are the only users of `semver`, [`Release`] is one of ours. [`platform`] puts them
//! together: in goes what a site says that it runs, out come answers that remember the row and the version that decided.

pub mod bundle;
mod decision;
pub mod floor;
pub mod platform;
mod release;
pub mod rules;
pub mod table;
pub mod version;
mod version_range;

pub use decision::Decision;
pub use platform::Platform;
pub use release::Release;
pub use table::Capability;
pub use version::Version;
pub use version_range::VersionRange;

/// A product whose version decides something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Product {
    /// Kubernetes itself.
    Kubernetes,
    /// OpenShift or OKD.
    OpenShift,
    /// OpenShift Virtualization.
    Virtualization,
    /// The HyperConverged Cluster Operator.
    HyperConverged,
    /// The scheduling, scale and performance operator.
    Ssp,
    /// The Containerized Data Importer.
    Cdi,
    /// KubeVirt.
    KubeVirt,
    /// OpenShift sandboxed containers.
    SandboxedContainers,
}

impl Product {
    /// All of them, from the outside in.
    pub const ALL: [Product; 8] = [
        Product::Kubernetes,
        Product::OpenShift,
        Product::Virtualization,
        Product::HyperConverged,
        Product::Ssp,
        Product::Cdi,
        Product::KubeVirt,
        Product::SandboxedContainers,
    ];

    /// The name that the field uses.
    pub const fn name(self) -> &'static str {
        match self {
            Product::Kubernetes => "Kubernetes",
            Product::OpenShift => "OpenShift",
            Product::Virtualization => "OpenShift Virtualization",
            Product::HyperConverged => "HyperConverged",
            Product::Ssp => "SSP",
            Product::Cdi => "CDI",
            Product::KubeVirt => "KubeVirt",
            Product::SandboxedContainers => "OpenShift sandboxed containers",
        }
    }

    /// The spec path that gives its version.
    pub const fn setting(self) -> &'static str {
        match self {
            Product::Kubernetes => "platform.kubernetes",
            Product::OpenShift => "platform.openshift",
            Product::Virtualization => "platform.virtualization",
            Product::HyperConverged => "platform.hyperConverged",
            Product::Ssp => "platform.ssp",
            Product::Cdi => "platform.cdi",
            Product::KubeVirt => "platform.kubeVirt",
            Product::SandboxedContainers => "platform.sandboxedContainers",
        }
    }
}
