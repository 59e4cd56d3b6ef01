//! The objects of golden images that others write to as well.

use crate::manifest::{Ownership, SharedObject};
use crate::provenance::DefaultRule;

/// Every row.
pub const SHARED: &[&SharedObject] = &[&HYPER_CONVERGED, &SSP, &STORAGE_PROFILE, &NAMESPACE];

/// The one object that configures all of virtualization.
pub static HYPER_CONVERGED: SharedObject = SharedObject {
    group: "hco.kubevirt.io",
    kind: "HyperConverged",
    name: None,
    others: "whoever configures virtualization, and the operator itself",
    default: Ownership::Fields,
    rule: DefaultRule {
        path: "goldenImages.ownership.hyperConverged",
        reason: "one object configures all of virtualization, so others write to it as well",
    },
    source: "golden-images 4.2: one CR for all of virtualization, its template list is atomic",
};

/// SSP where no HyperConverged makes it.
pub static SSP: SharedObject = SharedObject {
    group: "ssp.kubevirt.io",
    kind: "SSP",
    name: None,
    others: "whoever installs SSP without HyperConverged",
    default: Ownership::Fields,
    rule: DefaultRule {
        path: "goldenImages.ownership.ssp",
        reason: "who installs SSP writes to the object as well",
    },
    source: "golden-images 3.2",
};

/// What CDI knows of a StorageClass.
pub static STORAGE_PROFILE: SharedObject = SharedObject {
    group: "cdi.kubevirt.io",
    kind: "StorageProfile",
    name: None,
    others: "CDI, which creates one for each StorageClass, and the storage administrator",
    default: Ownership::Fields,
    rule: DefaultRule {
        path: "goldenImages.ownership.storageProfiles",
        reason: "CDI creates a StorageProfile for each StorageClass",
    },
    source: "golden-images 1.8",
};

/// The namespace of custom images.
pub static NAMESPACE: SharedObject = SharedObject {
    group: "",
    kind: "Namespace",
    name: None,
    others: "whoever labels and limits namespaces",
    default: Ownership::Fields,
    rule: DefaultRule {
        path: "goldenImages.ownership.namespace",
        reason: "others label and limit namespaces, and pruning one deletes all that is in it",
    },
    source: "gitops-delivery 3",
};
