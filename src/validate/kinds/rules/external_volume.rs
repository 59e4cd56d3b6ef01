//! Volumes that clouds and storage systems keep, by the sources that are older than CSI.

use serde_json::Value;

use super::super::field::{between, each_entry, given_word, inside, items, reads_as, required, text};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::{ensure, path_below};
use crate::name::dns_label;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "AWSElasticBlockStoreVolumeSource",
        field: "volumeID",
        words: "is given",
        source: "validateAWSElasticBlockStoreVolumeSource",
        check: |source, refuse| all_given(source, &["volumeID"], refuse),
        passes: &["{}"],
        fails: &[r#"{"volumeID":null}"#],
    },
    Rule {
        of: "AWSElasticBlockStoreVolumeSource",
        field: "partition",
        words: "lies between 0 and 255",
        source: "validateAWSElasticBlockStoreVolumeSource",
        check: |source, refuse| between(source, "partition", 0, 255, refuse),
        passes: &[r#"{"partition":255}"#],
        fails: &[r#"{"partition":256}"#],
    },
    Rule {
        of: "GCEPersistentDiskVolumeSource",
        field: "pdName",
        words: "is given",
        source: "validateGCEPersistentDiskVolumeSource",
        check: |source, refuse| all_given(source, &["pdName"], refuse),
        passes: &["{}"],
        fails: &[r#"{"pdName":null}"#],
    },
    Rule {
        of: "GCEPersistentDiskVolumeSource",
        field: "partition",
        words: "lies between 0 and 255",
        source: "validateGCEPersistentDiskVolumeSource",
        check: |source, refuse| between(source, "partition", 0, 255, refuse),
        passes: &[r#"{"partition":255}"#],
        fails: &[r#"{"partition":-1}"#],
    },
    Rule {
        of: "AzureFileVolumeSource",
        field: "secretName and shareName",
        words: "are given",
        source: "validateAzureFile",
        check: |source, refuse| all_given(source, &["secretName", "shareName"], refuse),
        passes: &["{}"],
        fails: &[r#"{"secretName":null}"#, r#"{"shareName":null}"#],
    },
    Rule {
        of: "AzureDiskVolumeSource",
        field: "diskName and diskURI",
        words: "are given",
        source: "validateAzureDisk",
        check: |source, refuse| all_given(source, &["diskName", "diskURI"], refuse),
        passes: &["{}"],
        fails: &[r#"{"diskName":null}"#, r#"{"diskURI":null}"#],
    },
    Rule {
        of: "AzureDiskVolumeSource",
        field: "cachingMode",
        words: "is `None`, `ReadOnly` or `ReadWrite`",
        source: "validateAzureDisk",
        check: |source, refuse| given_word(source, "cachingMode", &["None", "ReadOnly", "ReadWrite"], refuse),
        passes: &[r#"{"cachingMode":"None"}"#],
        fails: &[r#"{"cachingMode":"Some"}"#],
    },
    Rule {
        of: "AzureDiskVolumeSource",
        field: "kind",
        words: "is `Shared`, `Dedicated` or `Managed`, and fits the `diskURI`",
        source: "validateAzureDisk",
        check: azure_kind,
        passes: &[r#"{"kind":"Managed","diskURI":"/subscriptions/a"}"#],
        fails: &[r#"{"kind":"Own"}"#, r#"{"kind":"Managed"}"#, r#"{"diskURI":"/subscriptions/a"}"#],
    },
    Rule {
        of: "CephFSVolumeSource",
        field: "monitors",
        words: "is given",
        source: "validateCephFSVolumeSource",
        check: |source, refuse| all_given(source, &["monitors"], refuse),
        passes: &["{}"],
        fails: &[r#"{"monitors":null}"#],
    },
    Rule {
        of: "CinderVolumeSource",
        field: "volumeID",
        words: "is given",
        source: "validateCinderVolumeSource",
        check: |source, refuse| all_given(source, &["volumeID"], refuse),
        passes: &["{}"],
        fails: &[r#"{"volumeID":null}"#],
    },
    Rule {
        of: "CinderVolumeSource",
        field: "secretRef.name",
        words: "is given",
        source: "validateCinderVolumeSource",
        check: |source, refuse| {
            inside(source, "secretRef", refuse, |secret, refuse| required(secret, "name", refuse));
        },
        passes: &[r#"{"secretRef":{"name":"a"}}"#],
        fails: &[r#"{"secretRef":{}}"#],
    },
    Rule {
        of: "GlusterfsVolumeSource",
        field: "endpoints and path",
        words: "are given",
        source: "validateGlusterfsVolumeSource",
        check: |source, refuse| all_given(source, &["endpoints", "path"], refuse),
        passes: &["{}"],
        fails: &[r#"{"endpoints":null}"#, r#"{"path":null}"#],
    },
    Rule {
        of: "RBDVolumeSource",
        field: "monitors and image",
        words: "are given",
        source: "validateRBDVolumeSource",
        check: |source, refuse| all_given(source, &["monitors", "image"], refuse),
        passes: &["{}"],
        fails: &[r#"{"monitors":null}"#, r#"{"image":null}"#],
    },
    Rule {
        of: "FlexVolumeSource",
        field: "driver",
        words: "is given",
        source: "validateFlexVolumeSource",
        check: |source, refuse| all_given(source, &["driver"], refuse),
        passes: &["{}"],
        fails: &[r#"{"driver":null}"#],
    },
    Rule {
        of: "FlexVolumeSource",
        field: "options",
        words: "are not those of Kubernetes",
        source: "validateFlexVolumeSource",
        check: flex_options,
        passes: &[r#"{"options":{"corp.example/a":"b"}}"#],
        fails: &[r#"{"options":{"kubernetes.io/a":"b"}}"#, r#"{"options":{"A.K8s.io":"b"}}"#],
    },
    Rule {
        of: "VsphereVirtualDiskVolumeSource",
        field: "volumePath",
        words: "is given",
        source: "validateVsphereVolumeSource",
        check: |source, refuse| all_given(source, &["volumePath"], refuse),
        passes: &["{}"],
        fails: &[r#"{"volumePath":null}"#],
    },
    Rule {
        of: "PhotonPersistentDiskVolumeSource",
        field: "pdID",
        words: "is given",
        source: "validatePhotonPersistentDiskVolumeSource",
        check: |source, refuse| all_given(source, &["pdID"], refuse),
        passes: &["{}"],
        fails: &[r#"{"pdID":null}"#],
    },
    Rule {
        of: "PortworxVolumeSource",
        field: "volumeID",
        words: "is given",
        source: "validatePortworxVolumeSource",
        check: |source, refuse| all_given(source, &["volumeID"], refuse),
        passes: &["{}"],
        fails: &[r#"{"volumeID":null}"#],
    },
    Rule {
        of: "ScaleIOVolumeSource",
        field: "gateway, system and volumeName",
        words: "are given",
        source: "validateScaleIOVolumeSource",
        check: |source, refuse| all_given(source, &["gateway", "system", "volumeName"], refuse),
        passes: &["{}"],
        fails: &[r#"{"gateway":null}"#, r#"{"system":null}"#, r#"{"volumeName":null}"#],
    },
    Rule {
        of: "StorageOSVolumeSource",
        field: "volumeName and volumeNamespace",
        words: "are DNS labels, the first of them given",
        source: "validateStorageOSVolumeSource",
        check: |source, refuse| {
            if let Err(reason) = dns_label(text(source, "volumeName")) {
                refuse("/volumeName", reason);
            }
            reads_as(source, "volumeNamespace", dns_label, refuse);
        },
        passes: &[r#"{"volumeNamespace":"a"}"#],
        fails: &[r#"{"volumeName":""}"#, r#"{"volumeName":"A"}"#, r#"{"volumeNamespace":"A"}"#],
    },
    Rule {
        of: "StorageOSVolumeSource",
        field: "secretRef.name",
        words: "is given",
        source: "validateStorageOSVolumeSource",
        check: |source, refuse| {
            inside(source, "secretRef", refuse, |secret, refuse| required(secret, "name", refuse));
        },
        passes: &[r#"{"secretRef":{"name":"a"}}"#],
        fails: &[r#"{"secretRef":{}}"#],
    },
    Rule {
        of: "FlockerVolumeSource",
        field: "datasetName and datasetUUID",
        words: "are one, and the name holds no slash",
        source: "validateFlockerVolumeSource",
        check: flocker,
        passes: &[r#"{"datasetName":null,"datasetUUID":"a"}"#],
        fails: &[r#"{"datasetName":null}"#, r#"{"datasetUUID":"a"}"#, r#"{"datasetName":"a/b"}"#],
    },
    Rule {
        of: "QuobyteVolumeSource",
        field: "registry and volume",
        words: "are given",
        source: "validateQuobyteVolumeSource",
        check: |source, refuse| all_given(source, &["registry", "volume"], refuse),
        passes: &["{}"],
        fails: &[r#"{"registry":null}"#, r#"{"volume":null}"#],
    },
    Rule {
        of: "QuobyteVolumeSource",
        field: "registry",
        words: "is pairs of host and port",
        source: "validateQuobyteVolumeSource",
        check: quobyte,
        passes: &[r#"{"registry":"a:1,[::1]:2"}"#],
        fails: &[r#"{"registry":"a"}"#, r#"{"registry":"a:1:2"}"#],
    },
    Rule {
        of: "QuobyteVolumeSource",
        field: "tenant",
        words: "has at most 64 characters",
        source: "validateQuobyteVolumeSource",
        check: |source, refuse| {
            if text(source, "tenant").len() > 64 && !text(source, "registry").is_empty() {
                refuse("/tenant", "it has at most 64 characters".to_owned());
            }
        },
        passes: &[r#"{"tenant":"a"}"#],
        fails: &[r#"{"tenant":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#],
    },
    Rule {
        of: "GitRepoVolumeSource",
        field: "repository",
        words: "is given",
        source: "validateGitRepoVolumeSource",
        check: |source, refuse| all_given(source, &["repository"], refuse),
        passes: &["{}"],
        fails: &[r#"{"repository":null}"#],
    },
    Rule {
        of: "GitRepoVolumeSource",
        field: "directory",
        words: "is a path below the volume",
        source: "validateGitRepoVolumeSource",
        check: |source, refuse| reads_as(source, "directory", path_below, refuse),
        passes: &[r#"{"directory":"a"}"#],
        fails: &[r#"{"directory":"../a"}"#],
    },
];

fn all_given(source: &Value, fields: &[&str], refuse: &mut Refuse<'_>) {
    let absent =
        fields.iter().filter(|field| items(source, field).is_empty() && text(source, field).is_empty());
    absent.for_each(|field| refuse(&format!("/{field}"), "it must be given".to_owned()));
}

fn azure_kind(source: &Value, refuse: &mut Refuse<'_>) {
    given_word(source, "kind", &["Dedicated", "Managed", "Shared"], refuse);
    let begins = if text(source, "kind") == "Managed" { "/subscriptions/" } else { "https://" };
    if !text(source, "diskURI").starts_with(begins) {
        refuse("/diskURI", format!("it must begin with `{begins}` for this `kind`"));
    }
}

fn flex_options(source: &Value, refuse: &mut Refuse<'_>) {
    each_entry(source, "options", refuse, |key, _| {
        let domain = format!(".{}", key.split('/').next().unwrap_or_default().to_ascii_lowercase());
        let reserved = domain.ends_with(".kubernetes.io") || domain.ends_with(".k8s.io");
        ensure(!reserved, "`kubernetes.io` and `k8s.io` are for Kubernetes")
    });
}

fn flocker(source: &Value, refuse: &mut Refuse<'_>) {
    if text(source, "datasetName").is_empty() == text(source, "datasetUUID").is_empty() {
        refuse("", "one of `datasetName` and `datasetUUID` must be given".to_owned());
    }
    if text(source, "datasetName").contains('/') {
        refuse("/datasetName", "it must not hold `/`".to_owned());
    }
}

fn quobyte(source: &Value, refuse: &mut Refuse<'_>) {
    let is_pair = |pair: &str| match pair.rsplit_once(':') {
        Some((host, _)) => !host.contains(':') || host.starts_with('[') && host.ends_with(']'),
        None => false,
    };
    let registry = text(source, "registry");
    // A tenant that is too long hides it.
    if !registry.is_empty() && text(source, "tenant").len() < 65 && !registry.split(',').all(is_pair) {
        refuse("/registry", "it must be pairs of host and port, as in `a:1,b:2`".to_owned());
    }
}
