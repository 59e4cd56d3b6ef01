//! What a real API server says to every definition of the folder, and to every object that the goldens render.

use std::path::Path;

use serde_json::{Value, json};

use crate::control_plane::{ControlPlane, Object};
use crate::definitions::NOT_THERE;
use crate::servers::{servers, sets};
use crate::tools::assert_at_least;
use crate::trees::{documents, manifests};

/// How many definitions are installed at least.
const DEFINITIONS: usize = 10;

/// How many objects of the goldens are judged at least, and how many of them are parts. Raise them as goldens are added.
const OBJECTS: usize = 120;
const PARTS: usize = 3;

#[test]
fn every_definition_is_established() {
    let (mut installed, mut wrong) = (0, Vec::new());
    for (server, files) in servers().iter().zip(sets()) {
        for definition in files.iter().flat_map(|file| Object::all_of(file)) {
            installed += 1;
            let stored = server.read(&definition).unwrap_or_default();
            if !holds(&stored, "Established") || holds(&stored, "NonStructuralSchema") {
                wrong.push(format!("{}: {}", definition.name(), stored["status"]["conditions"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_at_least(DEFINITIONS, installed, "definitions");
}

#[test]
fn every_rendered_object_is_accepted() {
    let (mut judged, mut parts, mut wrong) = (0, 0, Vec::new());
    for manifest in manifests() {
        let object = Object::from(std::fs::read_to_string(&manifest.path).unwrap().as_str());
        let listed = |(version, kind, _): &(&str, &str, &str)| {
            *version == object.api_version() && *kind == object.kind()
        };
        if serving(&object).next().is_none() && NOT_THERE.iter().any(listed) {
            continue;
        }
        let partial = is_partial(&manifest.path, &manifest.object);
        judged += 1;
        parts += usize::from(partial);
        wrong.extend(fault(&object, partial).map(|fault| format!("{}: {fault}", manifest.path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_at_least(OBJECTS, judged, "objects");
    assert_at_least(PARTS, parts, "parts of objects");
}

#[test]
fn an_object_that_no_server_takes_is_found_out() {
    let set = |source: &str| {
        Object::from(&json!({
            "apiVersion": "config.openshift.io/v1",
            "kind": "ImageDigestMirrorSet",
            "metadata": {"name": "goldsmith"},
            "spec": {"imageDigestMirrors": [{"source": source, "mirrors": ["m.example"]}]},
        }))
    };
    for partial in [false, true] {
        assert_eq!(fault(&set("r.example/a"), partial), None);
        let fault = fault(&set("https://r.example/a"), partial).expect("it has a scheme");
        assert!(fault.contains("spec.imageDigestMirrors[0].source"), "{fault}");
    }
}

/// What the servers say to an object; none where one of those that have a definition of its kind takes it.
fn fault(object: &Object, partial: bool) -> Option<String> {
    let judge = |server: &ControlPlane| {
        let verdict = if partial {
            server.apply_dry_run(object.clone())
        } else {
            server.create_dry_run(object.clone())
        };
        verdict.accepted().err().map(|refusal| refusal.to_string())
    };
    let faults: Vec<_> = serving(object).map(judge).collect();
    if faults.is_empty() {
        return Some(format!("no server serves {} {}", object.api_version(), object.kind()));
    }
    faults.into_iter().collect::<Option<Vec<_>>>().map(|faults| faults.join("; or: "))
}

fn serving(object: &Object) -> impl Iterator<Item = &'static ControlPlane> {
    servers().iter().filter(|server| server.serves(object.api_version(), object.kind()))
}

/// Whether a manifest is a part of an object that somebody else owns: meant for server-side apply, as its annotation
/// says to Flux, or for the patches of a Kustomize component.
fn is_partial(path: &Path, object: &Value) -> bool {
    let merged = object["metadata"]["annotations"]["kustomize.toolkit.fluxcd.io/ssa"] == "Merge";
    let kustomization = path.with_file_name("kustomization.yaml");
    merged || kustomization.is_file() && documents(&kustomization)[0]["kind"] == "Component"
}

fn holds(stored: &Value, condition: &str) -> bool {
    let conditions = stored["status"]["conditions"].as_array().into_iter().flatten();
    conditions.filter(|found| found["type"] == condition).any(|found| found["status"] == "True")
}
