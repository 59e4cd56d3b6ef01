//! The custom kinds of golden images, as far as they are rendered. `tests/conformance/models.rs` holds them against the real
//! definitions.

use crate::manifest::model::Holds::{Fields, Flag, List, Map, Number, Text, TextOrNumber, Word};
use crate::manifest::model::{Field, Model, optional, required};

const CDI: &str = "cdi.kubevirt.io";
const HYPER_CONVERGED: &str = "hco.kubevirt.io";
const SSP: &str = "ssp.kubevirt.io";

/// Every custom kind of the component.
pub static MODELS: &[Model] = &[
    Model {
        group: CDI,
        versions: &["v1beta1"],
        kind: "DataImportCron",
        is_cluster_wide: false,
        fields: &[required("spec", Fields(CRON))],
    },
    Model {
        group: CDI,
        versions: &["v1beta1"],
        kind: "DataSource",
        is_cluster_wide: false,
        fields: &[required(
            "spec",
            Fields(&[required(
                "source",
                Fields(&[
                    optional("pvc", Fields(OBJECT)),
                    optional("snapshot", Fields(OBJECT)),
                    optional("dataSource", Fields(OBJECT)),
                ]),
            )]),
        )],
    },
    Model {
        group: CDI,
        versions: &["v1beta1"],
        kind: "DataVolume",
        is_cluster_wide: false,
        fields: &[required(
            "spec",
            Fields(&[
                optional(
                    "sourceRef",
                    Fields(&[required("kind", Text), optional("namespace", Text), required("name", Text)]),
                ),
                optional("storage", Fields(STORAGE)),
            ]),
        )],
    },
    Model {
        group: CDI,
        versions: &["v1beta1"],
        kind: "StorageProfile",
        is_cluster_wide: true,
        fields: &[required(
            "spec",
            Fields(&[
                optional("dataImportCronSourceFormat", Text),
                optional("snapshotClass", Text),
                optional("cloneStrategy", Text),
            ]),
        )],
    },
    Model {
        group: HYPER_CONVERGED,
        versions: &["v1beta1"],
        kind: "HyperConverged",
        is_cluster_wide: false,
        fields: &[optional(
            "spec",
            Fields(&[
                optional(
                    "featureGates",
                    Fields(&[
                        optional("enableCommonBootImageImport", Flag),
                        optional("enableMultiArchBootImageImport", Flag),
                    ]),
                ),
                optional("enableCommonBootImageImport", Flag),
                optional("commonBootImageNamespace", Text),
                optional("dataImportCronTemplates", List(&Fields(TEMPLATE))),
            ]),
        )],
    },
    Model {
        group: HYPER_CONVERGED,
        versions: &["v1"],
        kind: "HyperConverged",
        is_cluster_wide: false,
        fields: &[optional(
            "spec",
            Fields(&[
                optional(
                    "featureGates",
                    List(&Fields(&[
                        required("name", Text),
                        optional("state", Word(&["Enabled", "Disabled"])),
                    ])),
                ),
                optional(
                    "workloadSources",
                    Fields(&[
                        optional("enableCommonBootImageImport", Flag),
                        optional("enableMultiArchBootImageImport", Flag),
                        optional("commonBootImageNamespace", Text),
                        optional("dataImportCronTemplates", List(&Fields(TEMPLATE))),
                    ]),
                ),
            ]),
        )],
    },
    Model {
        group: SSP,
        versions: &["v1beta1", "v1beta2"],
        kind: "SSP",
        is_cluster_wide: false,
        fields: &[optional("spec", Fields(&[COMMON_TEMPLATES]))],
    },
    Model {
        group: SSP,
        versions: &["v1beta3"],
        kind: "SSP",
        is_cluster_wide: false,
        fields: &[optional(
            "spec",
            Fields(&[
                optional("enableMultipleArchitectures", Flag),
                optional("cluster", Fields(&[optional("workloadArchitectures", List(&Text))])),
                COMMON_TEMPLATES,
            ]),
        )],
    },
    Model {
        group: "monitoring.coreos.com",
        versions: &["v1"],
        kind: "PrometheusRule",
        is_cluster_wide: false,
        fields: &[required("spec", Fields(&[optional("groups", List(&Fields(ALERTS)))]))],
    },
];

/// What a DataImportCron does.
const CRON: &[Field] = &[
    required("schedule", Text),
    required("managedDataSource", Text),
    optional("garbageCollect", Text),
    optional("importsToKeep", Number),
    optional("retentionPolicy", Text),
    optional("serviceAccountName", Text),
    required(
        "template",
        Fields(&[required(
            "spec",
            Fields(&[optional("source", Fields(SOURCE)), optional("storage", Fields(STORAGE))]),
        )]),
    ),
];

/// Where a DataImportCron imports from.
const SOURCE: &[Field] = &[
    optional("pvc", Fields(OBJECT)),
    optional(
        "registry",
        Fields(&[
            optional("url", Text),
            optional("imageStream", Text),
            optional("pullMethod", Text),
            optional("secretRef", Text),
            optional("certConfigMap", Text),
            optional("platform", Fields(&[optional("architecture", Text)])),
        ]),
    ),
];

/// What a volume asks for.
const STORAGE: &[Field] = &[
    optional("storageClassName", Text),
    optional("resources", Fields(&[optional("requests", Map(&TextOrNumber))])),
];

/// Another object, by its name.
const OBJECT: &[Field] = &[required("namespace", Text), required("name", Text)];

/// What HyperConverged and SSP make a DataImportCron of.
const TEMPLATE: &[Field] = &[
    optional(
        "metadata",
        Fields(&[
            optional("name", Text),
            optional("namespace", Text),
            optional("labels", Map(&Text)),
            optional("annotations", Map(&Text)),
        ]),
    ),
    optional("spec", Fields(CRON)),
];

/// Where SSP keeps its templates of machines, and what it imports for them.
const COMMON_TEMPLATES: Field = required(
    "commonTemplates",
    Fields(&[required("namespace", Text), optional("dataImportCronTemplates", List(&Fields(TEMPLATE)))]),
);

/// A group of alerts.
const ALERTS: &[Field] = &[
    required("name", Text),
    optional(
        "rules",
        List(&Fields(&[
            optional("alert", Text),
            required("expr", TextOrNumber),
            optional("for", Text),
            optional("labels", Map(&Text)),
            optional("annotations", Map(&Text)),
        ])),
    ),
];
