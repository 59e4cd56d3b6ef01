//! What the cases are made for: one version of a kind, as one file of definitions has it.

use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::trees::documents;

/// The version that takes everything, beside the real one of an open definition.
pub(crate) const LAX: &str = "v0";

/// One served version of a kind.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    /// What its file of verdicts is called.
    pub(crate) name: String,
    /// The whole CustomResourceDefinition.
    pub(crate) crd: Value,
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) kind: String,
    pub(crate) structural: Value,
    /// Whether a status that somebody writes is dropped.
    pub(crate) drops_status: bool,
    /// Whether objects may be stored that the schema does not allow, and the status counts: see [`open`].
    pub(crate) is_open: bool,
}

impl Definition {
    pub(crate) fn api_version(&self) -> String {
        format!("{}/{}", self.group, self.version)
    }

    /// A short form of the version's schema, by which a change of the file shows.
    pub(crate) fn digest(&self) -> String {
        let digest = Sha256::digest(self.structural.to_string());
        digest.iter().take(6).fold(String::new(), |digest, byte| digest + &format!("{byte:02x}"))
    }
}

/// The versions that a file serves, each as it is and opened.
pub(crate) fn definitions_of(file: &Path) -> Vec<Definition> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let crds = documents(file).into_iter().filter(|crd| crd["kind"] == "CustomResourceDefinition");
    crds.flat_map(|crd| {
        let closed = versions(&stem, &crd, false);
        let opened = closed.iter().flat_map(|it| versions(&stem, &open(&stem, &crd, &it.version), true));
        opened.chain(closed.clone()).collect::<Vec<_>>()
    })
    .collect()
}

fn versions(stem: &str, crd: &Value, is_open: bool) -> Vec<Definition> {
    let text = |pointer| crd.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let served = crd["spec"]["versions"].as_array().into_iter().flatten();
    let served = served.filter(|version| version["served"] == true && version["name"] != LAX);
    served
        .map(|version| {
            let name = version["name"].as_str().unwrap_or_default().to_owned();
            Definition {
                name: format!("{stem}.{name}{}", if is_open { ".open" } else { "" }),
                crd: crd.clone(),
                group: text("/spec/group"),
                version: name,
                kind: text("/spec/names/kind"),
                structural: version["schema"]["openAPIV3Schema"].clone(),
                drops_status: version.pointer("/subresources/status").is_some(),
                is_open,
            }
        })
        .collect()
}

/// One version of a definition under a group of its own, whose status is no subresource, so that rules for the status can
/// be asked; and beside it a version that takes everything, so that an object can be stored that was never valid.
fn open(stem: &str, crd: &Value, version: &str) -> Value {
    let mut crd = crd.clone();
    let label = format!("{stem}-{version}").replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let group = format!("{label}.example.com");
    let plural = crd["spec"]["names"]["plural"].as_str().unwrap_or_default();
    crd["metadata"] = json!({"name": format!("{plural}.{group}")});
    crd["spec"]["group"] = json!(group);
    if let Some(crd) = crd.as_object_mut() {
        crd.remove("status");
    }
    let Some(versions) = crd["spec"]["versions"].as_array_mut() else { return crd };
    versions.retain(|other| other["name"] == version);
    for version in versions.iter_mut() {
        version["storage"] = json!(true);
        if let Some(version) = version.as_object_mut() {
            version.remove("subresources");
        }
    }
    let anything = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    versions.push(
        json!({"name": LAX, "served": true, "storage": false, "schema": {"openAPIV3Schema": anything}}),
    );
    crd
}
