//! The rules of the section `platform`.

use crate::diagnostic::Rule;

/// Every rule of this module.
pub static RULES: &[&Rule] = &[
    &NO_CLUSTER,
    &TOO_OLD,
    &NEWER_THAN_KNOWN,
    &PRODUCT_NOT_SERVED,
    &VERSIONS_DISAGREE,
    &VIRTUALIZATION_AHEAD,
    &WINDOW,
    &UNKNOWN_CAPABILITY,
    &IMPORTER_UNKNOWN,
];

/// Neither OpenShift nor Kubernetes is given.
pub static NO_CLUSTER: Rule = Rule::error(
    "GS-PLAT-001",
    "the site does not say which cluster it is",
    "what is rendered depends on the version of the cluster, and no version is safe to guess: one of \
     `platform.openshift` and `platform.kubernetes` is required. OpenShift and OKD contain a Kubernetes of \
     their own; `platform.kubernetes` is for clusters that are neither",
);

/// Below the floor.
pub static TOO_OLD: Rule = Rule::error(
    "GS-PLAT-002",
    "a version is older than the lowest supported one",
    "nothing is known to work below the floors, and manifests for releases that nobody can test would be \
     guesses. Each floor is stated with its reason beside the capability table",
);

/// Newer than the table.
pub static NEWER_THAN_KNOWN: Rule = Rule::warning(
    "GS-PLAT-003",
    "a version is newer than this goldsmith knows",
    "the newest known row is taken. What the release changed is not known here, so look at the first diff with \
     care, or take a newer goldsmith",
);

/// A product where it does not run.
pub static PRODUCT_NOT_SERVED: Rule = Rule::error(
    "GS-PLAT-004",
    "a product for OpenShift on a cluster that is not OpenShift",
    "OpenShift Virtualization and OpenShift sandboxed containers are products for OpenShift. For virtual machines, plain \
     Kubernetes runs the upstream operators: HyperConverged (`platform.hyperConverged`), or KubeVirt and CDI by \
     themselves",
)
.source("golden-images 4.1, 5.2");

/// Two versions that cannot both be true.
pub static VERSIONS_DISAGREE: Rule = Rule::error(
    "GS-PLAT-005",
    "two versions contradict each other",
    "OpenShift Virtualization 4.N contains HyperConverged 1.(N-4), and HyperConverged deploys one minor of \
     KubeVirt, CDI and SSP. Another minor beside it cannot be what the cluster runs",
)
.source("HyperConverged hack/config, at each tag (golden-images 4.1)");

/// Virtualization newer than its cluster.
pub static VIRTUALIZATION_AHEAD: Rule = Rule::error(
    "GS-PLAT-006",
    "OpenShift Virtualization is newer than the OpenShift under it",
    "OpenShift is upgraded first; OpenShift Virtualization 4.N is only offered on OpenShift 4.N and may lag \
     behind it, never the other way round",
)
.source("golden-images 4.1");

/// A window.
pub static WINDOW: Rule = Rule::error(
    "GS-PLAT-007",
    "a version window is not supported yet",
    "a window `{from, to}` asks for output that is valid on both sides of an upgrade. This goldsmith renders \
     for one version: give the one that the cluster runs now, and change it after the upgrade",
);

/// An unknown capability is forced.
pub static UNKNOWN_CAPABILITY: Rule = Rule::error(
    "GS-PLAT-009",
    "a forced capability has a name that nothing asks for",
    "`platform.capabilities` overrides rows of the capability table by name; another name would have no effect",
);

/// SSP without CDI.
pub static IMPORTER_UNKNOWN: Rule = Rule::error(
    "GS-PLAT-010",
    "SSP is given, but not the CDI that imports for it",
    "SSP writes DataImportCrons and CDI works on them. Without HyperConverged nothing tells which CDI that is, so \
     `platform.cdi` has to",
)
.source("golden-images 3.4");
