//! Volumes of pods: what each source must say. Those that are older than CSI are in [`super::external_volume`].

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::field::{
    between, flag, has, inside, items, number, one_of, own_text, part, reads_as, required, text, unique,
};
use super::super::quantity::Quantity;
use super::super::rule::{Refuse, Rule};
use super::super::syntax::{driver_name, path_in_volume, path_without_steps_back};
use super::environment::{IN_FILES, field_of, resource_of};
use crate::name::{dns_label, dns_subdomain};

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "PodSpec",
        field: "volumes[].name",
        words: "are different",
        source: "ValidateVolumes",
        check: |pod, refuse| unique(pod, "volumes", "/name", refuse, |volume| own_text(volume, "name")),
        passes: &[r#"{"volumes":[{"name":"a"},{"name":"b"}]}"#],
        fails: &[r#"{"volumes":[{"name":"a"},{"name":"a"}]}"#],
    },
    Rule {
        of: "Volume",
        field: "name",
        words: "is a DNS label",
        source: "ValidateVolumes",
        check: |volume, refuse| {
            if let Err(reason) = dns_label(text(volume, "name")) {
                refuse("/name", reason);
            }
        },
        passes: &[r#"{"name":"a-1"}"#],
        fails: &[r#"{"name":"a.b"}"#, r#"{"name":null}"#],
    },
    Rule {
        of: "Volume",
        field: "emptyDir, configMap and other sources",
        words: "are one at most; without one it is an emptyDir",
        source: "validateVolumeSource",
        check: one_source,
        passes: &[r#"{"configMap":{"name":"a"}}"#],
        fails: &[r#"{"configMap":{"name":"a"},"emptyDir":{}}"#],
    },
    Rule {
        of: "EmptyDirVolumeSource",
        field: "sizeLimit",
        words: "is not negative",
        source: "validateVolumeSource",
        check: |source, refuse| {
            if source.get("sizeLimit").and_then(Quantity::of).is_some_and(|limit| limit < Quantity::ZERO) {
                refuse("/sizeLimit", "it must not be negative".to_owned());
            }
        },
        passes: &[r#"{"sizeLimit":"1Gi"}"#],
        fails: &[r#"{"sizeLimit":"-1"}"#],
    },
    Rule {
        of: "HostPathVolumeSource",
        field: "path",
        words: "is given, and does not climb",
        source: "validateHostPathVolumeSource",
        check: |source, refuse| {
            required(source, "path", refuse);
            reads_as(source, "path", path_without_steps_back, refuse);
        },
        passes: &[r#"{"path":"relative"}"#],
        fails: &[r#"{"path":""}"#, r#"{"path":"/a/../b"}"#],
    },
    Rule {
        of: "HostPathVolumeSource",
        field: "type",
        words: "is a type that there is",
        source: "validateHostPathType",
        check: |source, refuse| one_of(source, "type", &HOST_PATHS, refuse),
        passes: &[r#"{"type":"Directory"}"#],
        fails: &[r#"{"type":"Folder"}"#],
    },
    Rule {
        of: "ConfigMapVolumeSource",
        field: "name",
        words: "is given",
        source: "validateConfigMapVolumeSource",
        check: |source, refuse| required(source, "name", refuse),
        passes: &[r#"{"name":"a"}"#],
        fails: &[r#"{"name":""}"#],
    },
    Rule {
        of: "SecretVolumeSource",
        field: "secretName",
        words: "is given",
        source: "validateSecretVolumeSource",
        check: |source, refuse| required(source, "secretName", refuse),
        passes: &[r#"{"secretName":"a"}"#],
        fails: &[r#"{"secretName":null}"#],
    },
    Rule {
        of: "ConfigMapVolumeSource",
        field: "defaultMode",
        words: "lies between 0 and 511, which is 0777",
        source: "validateConfigMapVolumeSource",
        check: mode,
        passes: &[r#"{"defaultMode":511}"#],
        fails: &[r#"{"defaultMode":512}"#],
    },
    Rule {
        of: "SecretVolumeSource",
        field: "defaultMode",
        words: "lies between 0 and 511, which is 0777",
        source: "validateSecretVolumeSource",
        check: mode,
        passes: &[r#"{"defaultMode":256}"#],
        fails: &[r#"{"defaultMode":-1}"#],
    },
    Rule {
        of: "DownwardAPIVolumeSource",
        field: "defaultMode",
        words: "lies between 0 and 511, which is 0777",
        source: "validateDownwardAPIVolumeSource",
        check: mode,
        passes: &[r#"{"defaultMode":256}"#],
        fails: &[r#"{"defaultMode":512}"#],
    },
    Rule {
        of: "ProjectedVolumeSource",
        field: "defaultMode",
        words: "lies between 0 and 511, which is 0777",
        source: "validateProjectedVolumeSource",
        check: mode,
        passes: &[r#"{"defaultMode":256}"#],
        fails: &[r#"{"defaultMode":512}"#],
    },
    Rule {
        of: "KeyToPath",
        field: "key and path",
        words: "are given, and the path stays in the volume",
        source: "validateKeyToPath",
        check: |item, refuse| {
            required(item, "key", refuse);
            required(item, "path", refuse);
            reads_as(item, "path", path_in_volume, refuse);
        },
        passes: &[r#"{"path":"a/b"}"#],
        fails: &[r#"{"key":""}"#, r#"{"path":""}"#, r#"{"path":"/a"}"#, r#"{"path":"..a"}"#],
    },
    Rule {
        of: "KeyToPath",
        field: "mode",
        words: "lies between 0 and 511, which is 0777",
        source: "validateKeyToPath",
        check: |item, refuse| between(item, "mode", 0, MODE_MAX, refuse),
        passes: &[r#"{"mode":0}"#],
        fails: &[r#"{"mode":512}"#],
    },
    Rule {
        of: "DownwardAPIVolumeFile",
        field: "path",
        words: "is given, and stays in the volume",
        source: "validateDownwardAPIVolumeFile",
        check: |file, refuse| {
            required(file, "path", refuse);
            reads_as(file, "path", path_in_volume, refuse);
        },
        passes: &[r#"{"path":"a/b"}"#],
        fails: &[r#"{"path":""}"#, r#"{"path":"../a"}"#],
    },
    Rule {
        of: "DownwardAPIVolumeFile",
        field: "mode",
        words: "lies between 0 and 511, which is 0777",
        source: "validateDownwardAPIVolumeFile",
        check: |file, refuse| between(file, "mode", 0, MODE_MAX, refuse),
        passes: &[r#"{"mode":0}"#],
        fails: &[r#"{"mode":512}"#],
    },
    Rule {
        of: "DownwardAPIVolumeFile",
        field: "fieldRef and resourceFieldRef",
        words: "are one, and can be read",
        source: "validateDownwardAPIVolumeFile",
        check: downward_file,
        passes: &[r#"{"fieldRef":null,"resourceFieldRef":{"containerName":"main","resource":"limits.cpu"}}"#],
        fails: &[
            r#"{"fieldRef":null}"#,
            r#"{"resourceFieldRef":{"containerName":"main","resource":"limits.cpu"}}"#,
            r#"{"fieldRef":{"fieldPath":"spec.nodeName"}}"#,
            r#"{"fieldRef":null,"resourceFieldRef":{"resource":"limits.cpu"}}"#,
        ],
    },
    Rule {
        of: "VolumeProjection",
        field: "secret, configMap and other sources",
        words: "are one at most",
        source: "validateProjectionSources",
        check: |projection, refuse| {
            // Others wait for a feature gate, and are dropped.
            let sources = ["secret", "configMap", "downwardAPI", "serviceAccountToken"];
            if sources.into_iter().filter(|source| has(projection, source)).count() > 1 {
                refuse("", "one source is enough".to_owned());
            }
        },
        passes: &[r#"{"secret":{"name":"a"}}"#],
        fails: &[r#"{"secret":{"name":"a"},"configMap":{"name":"a"}}"#],
    },
    Rule {
        of: "SecretProjection",
        field: "name",
        words: "is given",
        source: "validateProjectionSources",
        check: |source, refuse| required(source, "name", refuse),
        passes: &[r#"{"name":"a"}"#],
        fails: &[r#"{"name":""}"#],
    },
    Rule {
        of: "ConfigMapProjection",
        field: "name",
        words: "is given",
        source: "validateProjectionSources",
        check: |source, refuse| required(source, "name", refuse),
        passes: &[r#"{"name":"a"}"#],
        fails: &[r#"{"name":null}"#],
    },
    Rule {
        of: "ServiceAccountTokenProjection",
        field: "path",
        words: "is given, and stays in the volume",
        source: "validateProjectionSources",
        check: |source, refuse| {
            required(source, "path", refuse);
            reads_as(source, "path", path_in_volume, refuse);
        },
        passes: &[r#"{"path":"token"}"#],
        fails: &[r#"{"path":""}"#, r#"{"path":"/token"}"#],
    },
    Rule {
        of: "ServiceAccountTokenProjection",
        field: "expirationSeconds",
        words: "lies between 600 and 4294967296",
        source: "validateProjectionSources",
        check: |source, refuse| between(source, "expirationSeconds", 600, 1 << 32, refuse),
        passes: &[r#"{"expirationSeconds":600}"#],
        fails: &[r#"{"expirationSeconds":599}"#],
    },
    Rule {
        of: "ProjectedVolumeSource",
        field: "sources[]",
        words: "give different paths",
        source: "validateProjectionSources",
        check: projected_paths,
        passes: &[
            r#"{"sources":[{"secret":{"name":"a","items":[{"key":"a","path":"a"},{"key":"a","path":"b"}]}}]}"#,
        ],
        fails: &[
            r#"{"sources":[{"secret":{"name":"a","items":[{"key":"a","path":"a"}]}},{"configMap":{"name":"a","items":[{"key":"a","path":"a"}]}}]}"#,
        ],
    },
    Rule {
        of: "PersistentVolumeClaimVolumeSource",
        field: "claimName",
        words: "is given",
        source: "validatePersistentClaimVolumeSource",
        check: |source, refuse| required(source, "claimName", refuse),
        passes: &[r#"{"claimName":"A"}"#],
        fails: &[r#"{"claimName":""}"#],
    },
    Rule {
        of: "EphemeralVolumeSource",
        field: "volumeClaimTemplate",
        words: "is given",
        source: "validateEphemeralVolumeSource",
        check: |source, refuse| {
            if !has(source, "volumeClaimTemplate") {
                refuse("/volumeClaimTemplate", "it must be given".to_owned());
            }
        },
        passes: &["{}"],
        fails: &[r#"{"volumeClaimTemplate":null}"#],
    },
    Rule {
        of: "NFSVolumeSource",
        field: "server and path",
        words: "are given, and the path is absolute",
        source: "validateNFSVolumeSource",
        check: |source, refuse| {
            required(source, "server", refuse);
            if !text(source, "path").starts_with('/') {
                refuse("/path", "it must be an absolute path".to_owned());
            }
        },
        passes: &[r#"{"path":"/"}"#],
        fails: &[r#"{"server":""}"#, r#"{"path":"a"}"#],
    },
    Rule {
        of: "CSIVolumeSource",
        field: "driver",
        words: "is a DNS subdomain of at most 63 characters, case aside",
        source: "ValidateCSIDriverName",
        check: |source, refuse| {
            if let Err(reason) = driver_name(text(source, "driver")) {
                refuse("/driver", reason);
            }
        },
        passes: &[r#"{"driver":"Csi.example"}"#],
        fails: &[r#"{"driver":""}"#, r#"{"driver":"a_b"}"#],
    },
    Rule {
        of: "CSIVolumeSource",
        field: "nodePublishSecretRef.name",
        words: "is a name of a Secret",
        source: "validateCSIVolumeSource",
        check: |source, refuse| {
            inside(source, "nodePublishSecretRef", refuse, |secret, refuse| {
                required(secret, "name", refuse);
                reads_as(secret, "name", dns_subdomain, refuse);
            });
        },
        passes: &[r#"{"nodePublishSecretRef":{"name":"a"}}"#],
        fails: &[r#"{"nodePublishSecretRef":{}}"#, r#"{"nodePublishSecretRef":{"name":"A"}}"#],
    },
    Rule {
        of: "ISCSIVolumeSource",
        field: "targetPortal and iqn",
        words: "are given, and the name is one of iSCSI",
        source: "validateISCSIVolumeSource",
        check: iscsi,
        passes: &["{}"],
        fails: &[r#"{"targetPortal":""}"#, r#"{"iqn":""}"#, r#"{"iqn":"a"}"#],
    },
    Rule {
        of: "ISCSIVolumeSource",
        field: "lun",
        words: "lies between 0 and 255",
        source: "validateISCSIVolumeSource",
        check: |source, refuse| between(source, "lun", 0, 255, refuse),
        passes: &[r#"{"lun":255}"#],
        fails: &[r#"{"lun":256}"#],
    },
    Rule {
        of: "ISCSIVolumeSource",
        field: "secretRef",
        words: "is given for authentication by CHAP",
        source: "validateISCSIVolumeSource",
        check: |source, refuse| {
            let by_chap = flag(source, "chapAuthDiscovery") || flag(source, "chapAuthSession");
            if by_chap && !has(source, "secretRef") {
                refuse("/secretRef", "CHAP needs it".to_owned());
            }
        },
        passes: &[r#"{"chapAuthSession":true,"secretRef":{"name":"a"}}"#],
        fails: &[r#"{"chapAuthSession":true}"#],
    },
    Rule {
        of: "FCVolumeSource",
        field: "targetWWNs and wwids",
        words: "are given the one or the other, with a `lun` for the first",
        source: "validateFCVolumeSource",
        check: fibre_channel,
        passes: &[r#"{"targetWWNs":["5"],"wwids":null,"lun":0}"#],
        fails: &[
            r#"{"wwids":null}"#,
            r#"{"targetWWNs":["5"],"wwids":null}"#,
            r#"{"targetWWNs":["5"],"lun":0,"wwids":["3"]}"#,
            r#"{"targetWWNs":["5"],"wwids":null,"lun":256}"#,
        ],
    },
    Rule {
        of: "ImageVolumeSource",
        field: "pullPolicy",
        words: "is `Always`, `IfNotPresent` or `Never`",
        source: "validateImageVolumeSource",
        check: |source, refuse| one_of(source, "pullPolicy", &["Always", "IfNotPresent", "Never"], refuse),
        passes: &[r#"{"pullPolicy":"Always"}"#],
        fails: &[r#"{"pullPolicy":"Sometimes"}"#],
    },
];

const MODE_MAX: i64 = 0o777;

const HOST_PATHS: [&str; 7] =
    ["DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"];

fn one_source(volume: &Value, refuse: &mut Refuse<'_>) {
    let sources = volume.as_object().into_iter().flatten().filter(|(field, _)| *field != "name");
    for (field, _) in sources.skip(1) {
        refuse(&format!("/{field}"), "the volume has a source already".to_owned());
    }
}

fn mode(source: &Value, refuse: &mut Refuse<'_>) {
    between(source, "defaultMode", 0, MODE_MAX, refuse);
}

fn downward_file(file: &Value, refuse: &mut Refuse<'_>) {
    if has(file, "fieldRef") == has(file, "resourceFieldRef") {
        refuse("", "one of `fieldRef` and `resourceFieldRef` must be given".to_owned());
    }
    field_of(file, "/fieldRef", &IN_FILES, refuse);
    if !has(file, "fieldRef") {
        resource_of(file, "/resourceFieldRef", true, refuse);
    }
}

fn projected_paths(source: &Value, refuse: &mut Refuse<'_>) {
    let mut seen = BTreeSet::new();
    each_source_item(source, &mut |pointer, item| {
        let path = text(item, "path").to_owned();
        if !path.is_empty() && !seen.insert(path) {
            refuse(&format!("{pointer}/path"), "another source gives it as well".to_owned());
        }
    });
}

fn each_source_item(source: &Value, then: &mut dyn FnMut(String, &Value)) {
    for (index, projection) in items(source, "sources").iter().enumerate() {
        for field in ["secret", "configMap", "downwardAPI"] {
            for (at, item) in items(part(projection, field), "items").iter().enumerate() {
                then(format!("/sources/{index}/{field}/items/{at}"), item);
            }
        }
    }
}

fn iscsi(source: &Value, refuse: &mut Refuse<'_>) {
    required(source, "targetPortal", refuse);
    required(source, "iqn", refuse);
    for field in ["iqn", "initiatorName"] {
        reads_as(source, field, iscsi_name, refuse);
    }
}

/// `iqn.2001-04.example.com:storage`, or the hexadecimal forms.
fn iscsi_name(text: &str) -> Result<(), String> {
    let digits =
        |text: &str, count: usize| text.len() == count && text.bytes().all(|digit| digit.is_ascii_digit());
    let hexadecimal = |text: &str, count: usize| {
        text.len() == count && text.bytes().all(|digit| digit.is_ascii_alphanumeric())
    };
    let dated = |text: &str| {
        let (date, rest) = text.split_once('.')?;
        let (year, month) = date.split_once('-')?;
        let (authority, name) = rest.split_once(':')?;
        let allowed = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'.');
        let named = !name.is_empty()
            && !name.contains([',', ';', '*', '&', '$', '|'])
            && !name.contains(char::is_whitespace);
        let holds = digits(year, 4)
            && digits(month, 2)
            && !authority.is_empty()
            && authority.bytes().all(allowed)
            && named;
        holds.then_some(())
    };
    let holds = match text.split_once('.') {
        Some(("iqn", rest)) => dated(rest).is_some(),
        Some(("eui", rest)) => hexadecimal(rest, 16),
        Some(("naa", rest)) => hexadecimal(rest, 32),
        _ => false,
    };
    super::super::syntax::ensure(holds, "it is no name of iSCSI, as in `iqn.2001-04.example.com:storage`")
}

fn fibre_channel(source: &Value, refuse: &mut Refuse<'_>) {
    let (targets, ids) = (items(source, "targetWWNs"), items(source, "wwids"));
    if targets.is_empty() == ids.is_empty() {
        refuse("/targetWWNs", "it must be given, or `wwids`, not both".to_owned());
    }
    if !targets.is_empty() && !number(source, "lun").is_some_and(|lun| (0..=255).contains(&lun)) {
        refuse("/lun", "it must lie between 0 and 255".to_owned());
    }
}
