//! The kinds of mirror sets, as far as they are rendered. `tests/conformance/models.rs` holds them against the real definitions.

use crate::manifest::model::Holds::{Fields, List, Text, Word};
use crate::manifest::model::{Field, Model, optional, required};

/// Every custom kind of the component.
pub static MODELS: &[Model] = &[
    Model {
        group: "config.openshift.io",
        versions: &["v1"],
        kind: "ImageDigestMirrorSet",
        is_cluster_wide: true,
        fields: &[required("spec", Fields(&[optional("imageDigestMirrors", List(&Fields(MIRRORS)))]))],
    },
    Model {
        group: "config.openshift.io",
        versions: &["v1"],
        kind: "ImageTagMirrorSet",
        is_cluster_wide: true,
        fields: &[required("spec", Fields(&[optional("imageTagMirrors", List(&Fields(MIRRORS)))]))],
    },
    Model {
        group: "operator.openshift.io",
        versions: &["v1alpha1"],
        kind: "ImageContentSourcePolicy",
        is_cluster_wide: true,
        fields: &[required(
            "spec",
            Fields(&[optional(
                "repositoryDigestMirrors",
                List(&Fields(&[required("source", Text), optional("mirrors", List(&Text))])),
            )]),
        )],
    },
];

/// The mirrors of one source.
const MIRRORS: &[Field] = &[
    required("source", Text),
    optional("mirrors", List(&Text)),
    optional("mirrorSourcePolicy", Word(&["AllowContactingSource", "NeverContactSource"])),
];
