//! The fields of golden images that something in the cluster writes: never rendered, ignored by GitOps, left out of
//! live diffs.

use crate::manifest::{RuntimeOwned, Which};

/// Every row, by kind.
pub const RUNTIME_OWNED: &[RuntimeOwned] = &[
    // DataImportCron has no status subresource: CDI keeps its state in status and annotations by plain updates.
    cdi("DataImportCron", "/status", "CDI", "golden-images 1.10"),
    cdi(
        "DataImportCron",
        "/metadata/annotations/cdi.kubevirt.io~1storage.import.sourceDesiredDigest",
        POLLER,
        "golden-images 1.5",
    ),
    cdi(
        "DataImportCron",
        "/metadata/annotations/cdi.kubevirt.io~1storage.import.imageStreamDockerRef",
        "CDI",
        "golden-images 1.5",
    ),
    cdi(
        "DataImportCron",
        "/metadata/annotations/cdi.kubevirt.io~1storage.import.nextCronTime",
        POLLER,
        "golden-images 1.5",
    ),
    cdi(
        "DataImportCron",
        "/metadata/annotations/cdi.kubevirt.io~1storage.import.lastCronTime",
        POLLER,
        "golden-images 1.5",
    ),
    cdi(
        "DataImportCron",
        "/metadata/annotations/cdi.kubevirt.io~1storage.import.storageClass",
        "CDI",
        "golden-images 1.7",
    ),
    // A DataSource that a DataImportCron manages is repointed with each import; others keep the source we render.
    managed("/spec/source/pvc", "golden-images 2"),
    managed("/spec/source/snapshot", "golden-images 2"),
    managed("/metadata/labels/cdi.kubevirt.io~1dataImportCron.cleanup", "golden-images 1.7"),
    cdi("DataSource", "/status", "CDI", "golden-images 2"),
    cdi(
        "DataSource",
        "/metadata/labels/instancetype.kubevirt.io~1default-instancetype",
        IMAGE,
        "golden-images 1.7",
    ),
    cdi(
        "DataSource",
        "/metadata/labels/instancetype.kubevirt.io~1default-instancetype-kind",
        IMAGE,
        "golden-images 1.7",
    ),
    cdi(
        "DataSource",
        "/metadata/labels/instancetype.kubevirt.io~1default-preference",
        IMAGE,
        "golden-images 1.7",
    ),
    cdi(
        "DataSource",
        "/metadata/labels/instancetype.kubevirt.io~1default-preference-kind",
        IMAGE,
        "golden-images 1.7",
    ),
    cdi(
        "DataSource",
        "/metadata/labels/kubevirt.io~1dynamic-credentials-support",
        IMAGE,
        "golden-images 1.7",
    ),
    // CDI's webhook and controller complete a DataVolume.
    cdi("DataVolume", "/status", "CDI", "golden-images 6.1"),
    cdi(
        "DataVolume",
        "/metadata/annotations/cdi.kubevirt.io~1storage.clone.token",
        "the CDI webhook",
        "golden-images 6.1",
    ),
    cdi("StorageProfile", "/status", "CDI", "golden-images 1.8"),
    hco("/status", "golden-images 4.2"),
    hco("/metadata/annotations/hco.kubevirt.io~1v1-only-fields", "golden-images 4.1"),
    ssp("/status", "golden-images 3"),
];

const POLLER: &str = "CDI and its poller";
const IMAGE: &str = "CDI, from the image";

/// The label that tells a DataSource which DataImportCron manages it.
pub const MANAGED_BY_CRON: &str = "cdi.kubevirt.io/dataImportCron";

const fn cdi(
    kind: &'static str,
    pointer: &'static str,
    writer: &'static str,
    source: &'static str,
) -> RuntimeOwned {
    RuntimeOwned { group: "cdi.kubevirt.io", kind, which: Which::All, pointer, writer, unless: None, source }
}

const fn managed(pointer: &'static str, source: &'static str) -> RuntimeOwned {
    RuntimeOwned { which: Which::Labelled(MANAGED_BY_CRON), ..cdi("DataSource", pointer, "CDI", source) }
}

const fn hco(pointer: &'static str, source: &'static str) -> RuntimeOwned {
    let writer = "HyperConverged";
    RuntimeOwned {
        group: "hco.kubevirt.io",
        kind: "HyperConverged",
        which: Which::All,
        pointer,
        writer,
        unless: None,
        source,
    }
}

const fn ssp(pointer: &'static str, source: &'static str) -> RuntimeOwned {
    let writer = "SSP";
    RuntimeOwned {
        group: "ssp.kubevirt.io",
        kind: "SSP",
        which: Which::All,
        pointer,
        writer,
        unless: None,
        source,
    }
}
