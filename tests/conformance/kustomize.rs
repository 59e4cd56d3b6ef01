//! `kubectl kustomize` of every folder of every golden.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::tools::{assert_at_least, attempt, kubectl};
use crate::trees::{documents, folders, id, parse};

/// How many folders the goldens have at least, and how many of them are components. Raise them as goldens are added.
const FOLDERS: usize = 60;
const COMPONENTS: usize = 1;

#[test]
fn kustomize_builds_every_folder_with_every_object_of_its_files() {
    let (mut built, mut wrong) = (0, Vec::new());
    for (folder, kustomization) in folders().iter().filter(|(_, content)| !is_component(content)) {
        built += 1;
        match objects(kubectl().arg("kustomize").arg(folder)) {
            Err(said) => wrong.push(format!("{}: {said}", folder.display())),
            Ok(found) => wrong.extend(lost(folder, kustomization, &found)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_at_least(FOLDERS, built, "folders");
}

#[test]
fn a_component_patches_the_object_of_the_folder_that_includes_it() {
    let (mut built, mut wrong) = (0, Vec::new());
    for (folder, component) in folders().iter().filter(|(_, content)| is_component(content)) {
        built += 1;
        wrong.extend(included(folder, component).err().map(|said| format!("{}: {said}", folder.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_at_least(COMPONENTS, built, "components");
}

fn is_component(kustomization: &Value) -> bool {
    kustomization["kind"] == "Component"
}

fn objects(command: &mut Command) -> Result<Vec<Value>, String> {
    parse(&attempt(command, "")?).map_err(|why| why.to_string())
}

/// The objects of a folder's own files that kustomize did not print.
fn lost(folder: &Path, kustomization: &Value, found: &[Value]) -> Vec<String> {
    let found: BTreeSet<String> = found.iter().map(id).collect();
    let resources = kustomization["resources"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let files = resources.map(|resource| folder.join(resource)).filter(|path| path.is_file());
    let objects = files.flat_map(|path| documents(&path)).map(|object| id(&object));
    objects.filter(|id| !found.contains(id)).map(|id| format!("{}: {id} is lost", folder.display())).collect()
}

/// Builds a small folder of the owner's, with the bare objects that the component's patches are for, and compares the
/// result: each object must have changed.
fn included(folder: &Path, component: &Value) -> Result<(), String> {
    let owner = tempfile::tempdir().map_err(|why| why.to_string())?;
    copy(folder, &owner.path().join("component"))?;
    let patches = component["patches"].as_array().into_iter().flatten();
    let bare: Vec<Value> = patches.map(|patch| bare_object(folder, patch)).collect::<Result<_, _>>()?;
    if bare.is_empty() {
        return Err("the component has no patches".to_owned());
    }
    let objects_there = json!({"apiVersion": "v1", "kind": "List", "items": bare});
    let kustomization = json!({"resources": ["owned.json"], "components": ["component"]});
    write(&owner.path().join("owned.json"), &objects_there)?;
    write(&owner.path().join("kustomization.yaml"), &kustomization)?;

    let built = objects(kubectl().arg("kustomize").arg(owner.path()))?;
    let unchanged: Vec<String> = bare.iter().filter(|object| built.contains(object)).map(id).collect();
    if !unchanged.is_empty() {
        return Err(format!("the patches change nothing of {unchanged:?}"));
    }
    let missing: Vec<String> =
        bare.iter().map(id).filter(|wanted| !built.iter().any(|object| id(object) == *wanted)).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("the build lacks {missing:?}")) }
}

/// The object that a patch is for, with nothing but its name: by the patch's target, or by the patch itself.
fn bare_object(folder: &Path, patch: &Value) -> Result<Value, String> {
    let text = |value: &Value, field| value[field].as_str().map(str::to_owned);
    if let Some(target) = patch.get("target") {
        let version = text(target, "version").unwrap_or_default();
        let api_version = text(target, "group").map_or(version.clone(), |group| format!("{group}/{version}"));
        let metadata = json!({"name": target["name"], "namespace": target.get("namespace")});
        return Ok(
            json!({"apiVersion": api_version, "kind": target["kind"], "metadata": without_nulls(metadata)}),
        );
    }
    let documents = match (patch["path"].as_str(), patch["patch"].as_str()) {
        (Some(file), _) => documents(&folder.join(file)),
        (None, Some(inline)) => parse(inline).map_err(|why| why.to_string())?,
        (None, None) => Vec::new(),
    };
    let object = documents.first().ok_or("a patch has neither a path nor a text")?;
    let metadata =
        json!({"name": object["metadata"]["name"], "namespace": object["metadata"].get("namespace")});
    Ok(
        json!({"apiVersion": object["apiVersion"], "kind": object["kind"], "metadata": without_nulls(metadata)}),
    )
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    value
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.map_err(|why| why.to_string())?;
        let target = to.join(entry.path().strip_prefix(from).map_err(|why| why.to_string())?);
        let done = if entry.file_type().is_dir() {
            std::fs::create_dir_all(&target)
        } else {
            std::fs::copy(entry.path(), &target).map(|_| ())
        };
        done.map_err(|why| format!("{}: {why}", target.display()))?;
    }
    Ok(())
}

fn write(path: &Path, value: &Value) -> Result<(), String> {
    std::fs::write(path, value.to_string()).map_err(|why| format!("{}: {why}", path.display()))
}

#[test]
fn a_component_that_patches_nothing_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let patch = |content: Value| json!({"apiVersion": "example.com/v1", "kind": "Shared", "metadata": {"name": "it"}, "spec": content});
    let component = json!({
        "apiVersion": "kustomize.config.k8s.io/v1alpha1",
        "kind": "Component",
        "patches": [{"path": "patch.yaml"}],
    });
    write(&folder.path().join("kustomization.yaml"), &component).unwrap();

    write(&folder.path().join("patch.yaml"), &patch(json!({"ours": "1"}))).unwrap();
    assert_eq!(included(folder.path(), &component), Ok(()));
    write(&folder.path().join("patch.yaml"), &patch(Value::Null)).unwrap();
    assert!(included(folder.path(), &component).is_err());
}
