//! A user's own manifests: read from the files that the spec names, and put beside what is rendered.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::rules::BAD_EXTRA_MANIFEST;
use crate::diagnostic::{Diagnostic, Findings, from_yaml};
use crate::manifest::pointer::escape;
use crate::manifest::{Because, Lifecycle, Manifest, ManifestId, Patched, STAYS_BEHIND, path, stays_behind};
use crate::provenance::Sources;
use crate::site::{ExtraManifest, Site};
use crate::yaml::{Loc, Node, read, write};

/// The folder of the tree that takes them.
const FOLDER: &str = "extra";

/// Every object of every file, in the order of their names in the spec; what is no object is told. None where the site
/// is absent.
pub(super) fn manifests(site: &Site, findings: &mut Findings) -> Vec<Manifest> {
    let mut manifests = Vec::new();
    if site.lifecycle.value == Lifecycle::Absent {
        return manifests;
    }
    for extra in &site.extra_manifests {
        let mut problems = Vec::new();
        let documents = read::foreign(&extra.source.text, extra.source_id, &mut problems);
        findings.extend(problems.iter().map(|problem| from_yaml(problem, &site.sources)));
        if documents.is_empty() && problems.is_empty() {
            findings.push(unusable(extra, "holds no manifest", None, &site.sources));
        }
        for document in documents {
            match manifest(extra, &document) {
                Ok(manifest) => manifests.push(manifest),
                Err((reason, loc)) => findings.push(unusable(extra, &reason, Some(loc), &site.sources)),
            }
        }
    }
    manifests
}

/// Marks the manifests of a site that leaves its cluster alone, as components mark theirs. After the patches, so that none
/// of them takes the marks away.
pub(super) fn mark_orphans(site: &Site, manifests: &mut [Manifest]) {
    if site.lifecycle.value != Lifecycle::Orphan {
        return;
    }
    for manifest in manifests.iter_mut().filter(|manifest| manifest.draft.is_none()) {
        let metadata = manifest.object.get_mut("metadata").and_then(Value::as_object_mut);
        let annotations = metadata.map(|metadata| metadata.entry("annotations").or_insert_with(|| json!({})));
        // What is no mapping is for the stage that validates to refuse.
        let Some(Value::Object(annotations)) = annotations else { continue };
        for (key, value) in STAYS_BEHIND {
            annotations.insert((*key).to_owned(), json!(value));
            let pointer = format!("/metadata/annotations/{}", escape(key));
            manifest.patched.insert(pointer, Patched::Ruled(stays_behind(&site.lifecycle.origin)));
        }
        write::order(&mut manifest.object);
    }
}

/// An object as a manifest, or what is wrong with it and where.
fn manifest(extra: &ExtraManifest, document: &Node<'_>) -> Result<Manifest, (String, Loc)> {
    let mut object = document.clone().into_value();
    if !object.is_object() {
        return Err((format!("holds {} where an object is wanted", document.describe()), document.loc));
    }
    let id = match ManifestId::of(&object) {
        Ok(id) => id,
        Err(pointer) => {
            let field = crate::manifest::pointer::dotted(pointer);
            return Err((format!("holds an object without `{field}`"), document.locate(pointer)));
        }
    };
    write::order(&mut object);
    Ok(Manifest {
        path: path::path(FOLDER, "", &id),
        id,
        folder: FOLDER,
        component: "extraManifests",
        draft: None,
        because: Because {
            reason: format!("`extraManifests.{}` takes it along", extra.name),
            from: vec![extra.path.origin.clone()],
        },
        sharing: None,
        object,
        patched: BTreeMap::new(),
    })
}

fn unusable(extra: &ExtraManifest, reason: &str, loc: Option<Loc>, sources: &Sources) -> Diagnostic {
    let named = sources.place_of(&extra.path.origin);
    let finding = Diagnostic::new(&BAD_EXTRA_MANIFEST, format!("`{}` {reason}", extra.path.value));
    match loc.and_then(|loc| sources.place(loc)) {
        Some(place) => finding.at(Some(place), "here").with(named, "named here"),
        None => finding.at(named, "named here"),
    }
    .help("a manifest has `apiVersion`, `kind` and `metadata.name`")
}
