//! PersistentVolumeClaims, and the claims that pods bring along.

use serde_json::Value;

use super::super::field::{
    each_reads_as, given_word, has, inside, items, not_one_of, part, reads_as, required, text, texts,
};
use super::super::quantity::Quantity;
use super::super::rule::{Refuse, Rule};
use super::super::syntax::ensure;
use crate::name::dns_subdomain;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "PersistentVolumeClaimSpec",
        field: "accessModes",
        words: "are given",
        source: "ValidatePersistentVolumeClaimSpec",
        check: |spec, refuse| {
            if items(spec, "accessModes").is_empty() {
                refuse("/accessModes", "a mode must be given".to_owned());
            }
        },
        passes: &["{}"],
        fails: &[r#"{"accessModes":null}"#],
    },
    Rule {
        of: "PersistentVolumeClaimSpec",
        field: "accessModes[]",
        words: "are modes that there are",
        source: "ValidatePersistentVolumeClaimSpec",
        check: |spec, refuse| {
            let known = |mode: &str| ensure(MODES.contains(&mode), &not_one_of(&MODES));
            each_reads_as(spec, "accessModes", known, refuse);
        },
        passes: &[r#"{"accessModes":["ReadWriteMany"]}"#],
        fails: &[r#"{"accessModes":["ReadWrite"]}"#],
    },
    Rule {
        of: "PersistentVolumeClaimSpec",
        field: "accessModes",
        words: "are one where it is `ReadWriteOncePod`",
        source: "ValidatePersistentVolumeClaimSpec",
        check: |spec, refuse| {
            let others =
                texts(spec, "accessModes").any(|mode| mode != "ReadWriteOncePod" && MODES.contains(&mode));
            if others && texts(spec, "accessModes").any(|mode| mode == "ReadWriteOncePod") {
                refuse("/accessModes", "`ReadWriteOncePod` stands alone".to_owned());
            }
        },
        passes: &[r#"{"accessModes":["ReadWriteOncePod"]}"#],
        fails: &[r#"{"accessModes":["ReadWriteOncePod","ReadWriteOnce"]}"#],
    },
    Rule {
        of: "PersistentVolumeClaimSpec",
        field: "resources.requests.storage",
        words: "is given, and more than nothing",
        source: "ValidatePersistentVolumeClaimSpec",
        check: storage,
        passes: &[r#"{"resources":{"requests":{"storage":"1Gi"}}}"#],
        fails: &[r#"{"resources":null}"#, r#"{"resources":{"requests":{"storage":"0"}}}"#],
    },
    Rule {
        of: "PersistentVolumeClaimSpec",
        field: "storageClassName",
        words: "is a DNS subdomain, or empty",
        source: "ValidatePersistentVolumeClaimSpec",
        check: |spec, refuse| reads_as(spec, "storageClassName", dns_subdomain, refuse),
        passes: &[r#"{"storageClassName":""}"#],
        fails: &[r#"{"storageClassName":"Fast"}"#],
    },
    Rule {
        of: "PersistentVolumeClaimSpec",
        field: "volumeMode",
        words: "is `Block` or `Filesystem`",
        source: "ValidatePersistentVolumeClaimSpec",
        check: |spec, refuse| given_word(spec, "volumeMode", &["Block", "Filesystem"], refuse),
        passes: &[r#"{"volumeMode":"Block"}"#],
        fails: &[r#"{"volumeMode":"File"}"#],
    },
    Rule {
        of: "PersistentVolumeClaimSpec",
        field: "volumeAttributesClassName",
        words: "is a DNS subdomain, or empty",
        source: "ValidatePersistentVolumeClaimSpec",
        check: |spec, refuse| reads_as(spec, "volumeAttributesClassName", dns_subdomain, refuse),
        passes: &[r#"{"volumeAttributesClassName":"gold"}"#],
        fails: &[r#"{"volumeAttributesClassName":"Gold"}"#],
    },
    Rule {
        of: "PersistentVolumeClaimSpec",
        field: "dataSource",
        words: "names an object, a PersistentVolumeClaim where no group is given",
        source: "validateDataSource",
        check: |spec, refuse| {
            if counts(spec, "dataSource") {
                inside(spec, "dataSource", refuse, source);
            }
        },
        passes: &[r#"{"dataSource":{"kind":"PersistentVolumeClaim","name":"a"}}"#],
        fails: &[r#"{"dataSource":{"kind":"PersistentVolumeClaim","name":""}}"#],
    },
    Rule {
        of: "PersistentVolumeClaimSpec",
        field: "dataSourceRef",
        words: "names an object, a PersistentVolumeClaim where no group is given",
        source: "validateDataSourceRef",
        check: |spec, refuse| {
            if counts(spec, "dataSourceRef") {
                inside(spec, "dataSourceRef", refuse, source);
            }
        },
        passes: &[
            r#"{"dataSourceRef":{"apiGroup":"cdi.kubevirt.io","kind":"VolumeImportSource","name":"a"}}"#,
        ],
        fails: &[
            r#"{"dataSourceRef":{"kind":"VolumeImportSource","name":"a"}}"#,
            r#"{"dataSourceRef":{"apiGroup":"CDI","kind":"VolumeImportSource","name":"a"}}"#,
        ],
    },
    Rule {
        of: "PersistentVolumeClaimSpec",
        field: "dataSource",
        words: "is what `dataSourceRef` is, where both are given",
        source: "ValidatePersistentVolumeClaimSpec",
        check: sources_agree,
        passes: &[
            r#"{"dataSource":{"kind":"PersistentVolumeClaim","name":"a"},"dataSourceRef":{"kind":"PersistentVolumeClaim","name":"a"}}"#,
        ],
        fails: &[
            r#"{"dataSource":{"kind":"PersistentVolumeClaim","name":"a"},"dataSourceRef":{"kind":"PersistentVolumeClaim","name":"b"}}"#,
        ],
    },
];

const MODES: [&str; 4] = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

fn storage(spec: &Value, refuse: &mut Refuse<'_>) {
    let amount = part(part(part(spec, "resources"), "requests"), "storage");
    if Quantity::of(amount).is_none_or(|amount| amount <= Quantity::ZERO) {
        refuse("/resources/requests/storage", "more than nothing must be asked for".to_owned());
    }
}

/// The server drops a `dataSourceRef` into another namespace, which waits for a feature gate, and without that field a
/// `dataSource` that is no claim and no snapshot.
fn counts(spec: &Value, field: &str) -> bool {
    let has_reference =
        has(spec, "dataSourceRef") && text(part(spec, "dataSourceRef"), "namespace").is_empty();
    let source = part(spec, "dataSource");
    let of_old = match text(source, "apiGroup") {
        "" => text(source, "kind") == "PersistentVolumeClaim",
        group => group == "snapshot.storage.k8s.io" && text(source, "kind") == "VolumeSnapshot",
    };
    has_reference || field == "dataSource" && of_old
}

fn source(source: &Value, refuse: &mut Refuse<'_>) {
    required(source, "name", refuse);
    required(source, "kind", refuse);
    reads_as(source, "apiGroup", dns_subdomain, refuse);
    if text(source, "apiGroup").is_empty() && text(source, "kind") != "PersistentVolumeClaim" {
        refuse("/kind", "without an `apiGroup` it must be `PersistentVolumeClaim`".to_owned());
    }
}

fn sources_agree(spec: &Value, refuse: &mut Refuse<'_>) {
    let (one, other) = (part(spec, "dataSource"), part(spec, "dataSourceRef"));
    let differ = ["apiGroup", "kind", "name"].into_iter().any(|field| one.get(field) != other.get(field));
    let both =
        !one.is_null() && counts(spec, "dataSource") && !other.is_null() && counts(spec, "dataSourceRef");
    if both && differ {
        refuse("/dataSource", "it must be what `dataSourceRef` is".to_owned());
    }
}
