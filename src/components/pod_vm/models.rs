//! The custom kind of pod VMs, as far as it is rendered. `tests/conformance/models.rs` holds it against the real definition.

use crate::manifest::model::Holds::{Fields, Flag, Map, Text};
use crate::manifest::model::{Model, optional};

/// Every custom kind of the component.
pub static MODELS: &[Model] = &[Model {
    group: "kataconfiguration.openshift.io",
    versions: &["v1"],
    kind: "KataConfig",
    is_cluster_wide: true,
    fields: &[optional(
        "spec",
        Fields(&[
            optional("checkNodeEligibility", Flag),
            optional("enablePeerPods", Flag),
            optional("kataConfigPoolSelector", Fields(&[optional("matchLabels", Map(&Text))])),
            optional("logLevel", Text),
        ]),
    )],
}];
