//! The rendered trees of all goldens: their folders and their manifests.

use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use serde_json::Value;
use walkdir::WalkDir;

use crate::tools::repository;

/// One manifest of a golden.
pub(crate) struct Manifest {
    /// The file.
    pub(crate) path: PathBuf,
    /// The object, as an independent reader finds it.
    pub(crate) object: Value,
}

/// What names an object: apiVersion, kind, namespace, name.
pub(crate) fn id(object: &Value) -> String {
    let text = |pointer| object.pointer(pointer).and_then(Value::as_str).unwrap_or("-");
    let parts = [text("/apiVersion"), text("/kind"), text("/metadata/namespace"), text("/metadata/name")];
    parts.join(" ")
}

/// The folders that a `kustomization.yaml` lies in, with its content.
pub(crate) fn folders() -> Vec<(PathBuf, Value)> {
    let files = files().filter(|path| is_kustomization(path));
    files.map(|path| (parent(&path).to_owned(), documents(&path).remove(0))).collect()
}

/// Every manifest of every golden.
pub(crate) fn manifests() -> Vec<Manifest> {
    files().filter(|path| !is_kustomization(path)).flat_map(|path| manifests_of(&path)).collect()
}

/// Every document of a file.
pub(crate) fn documents(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    parse(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// Every document of a text that is not empty.
pub(crate) fn parse(text: &str) -> Result<Vec<Value>, yaml_serde::Error> {
    let documents = yaml_serde::Deserializer::from_str(text).map(Value::deserialize);
    documents.filter(|document| !matches!(document, Ok(Value::Null))).collect()
}

fn manifests_of(path: &Path) -> Vec<Manifest> {
    let documents = documents(path).into_iter().filter(|object| object.get("kind").is_some());
    documents.map(|object| Manifest { path: path.to_owned(), object }).collect()
}

/// The YAML files below `golden/<example>/rendered/`, sorted. What is meant to fail renders nothing.
fn files() -> impl Iterator<Item = PathBuf> {
    let below = |path: &Path| path.components().nth(1).is_some_and(|part| part.as_os_str() == "rendered");
    let goldens = repository().join("golden");
    let entries = WalkDir::new(&goldens).sort_by_file_name().into_iter().filter_map(Result::ok);
    entries.map(walkdir::DirEntry::into_path).filter(move |path| {
        path.extension().is_some_and(|extension| extension == "yaml")
            && path.strip_prefix(&goldens).is_ok_and(below)
    })
}

fn is_kustomization(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "kustomization.yaml")
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}
