//! The objects of pod VMs that others write to as well.

use super::runtime_owned;
use crate::manifest::{Ownership, SharedObject};
use crate::provenance::DefaultRule;

/// Every row.
pub const SHARED: &[&SharedObject] = &[&PEER_PODS_CONFIG];

/// The ConfigMap that adaptor, operator and Jobs share.
pub static PEER_PODS_CONFIG: SharedObject = SharedObject {
    group: "",
    kind: "ConfigMap",
    name: Some(runtime_owned::PEER_PODS_CONFIG),
    others: "the operator and the Jobs that make images, which keep the image there",
    default: Ownership::Fields,
    rule: DefaultRule {
        path: "podVM.ownership.peerPodsConfig",
        reason: "operator and Jobs write into it, and without it a KataConfig cannot be deleted",
    },
    source: "podvm 1.3, 4.4",
};
