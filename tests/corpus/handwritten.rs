//! What people wrote: a valid object of each kind, cases that no operator finds, and what the goldens render.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};

use super::Case;
use super::definition::Definition;
use super::place::{put, without};
use crate::tools::repository;
use crate::trees::{documents, manifests};

/// What the goldens render, by paths below them.
pub(crate) struct Rendered(Vec<(String, Value)>);

/// One case, as a change of an object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    case: String,
    /// Which object, from 0.
    #[serde(default)]
    object: usize,
    /// Values by pointer; the old version has them too.
    #[serde(default)]
    given: BTreeMap<String, Value>,
    #[serde(default)]
    set: BTreeMap<String, Value>,
    #[serde(default)]
    unset: Vec<String>,
    /// What the old version has; without it there is none.
    was: Option<BTreeMap<String, Value>>,
}

impl Rendered {
    pub(crate) fn read() -> Self {
        let rendered = manifests().into_iter().map(|manifest| {
            let path = manifest.path.strip_prefix(repository().join("golden")).unwrap_or(&manifest.path);
            (path.display().to_string().replace("/rendered", ""), manifest.object)
        });
        let mut rendered: Vec<(String, Value)> = rendered.collect();
        // What many goldens share is one case.
        let mut seen = std::collections::BTreeSet::new();
        rendered.retain(|(_, object)| seen.insert(object.to_string()));
        Self(rendered)
    }

    /// The rendered manifests of a kind, by their paths below the goldens.
    pub(crate) fn of(&self, definition: &Definition) -> Vec<(String, Value)> {
        let of_kind = |(_, object): &&(String, Value)| {
            object["apiVersion"] == definition.api_version() && object["kind"] == definition.kind
        };
        let mut rendered: Vec<(String, Value)> = self.0.iter().filter(of_kind).cloned().collect();
        rendered.sort_by_cached_key(|(name, _)| super::seed::rank(name));
        rendered.truncate(6);
        rendered
    }
}

/// The handwritten objects of a kind.
pub(crate) fn objects(definition: &Definition) -> Vec<Value> {
    let path = own("objects", definition).unwrap_or_else(|| {
        panic!("tests/corpus/objects has no {}.{}.yaml", definition.kind, definition.version)
    });
    let mut objects = documents(&path);
    objects.iter_mut().for_each(|object| belong(definition, object));
    objects
}

/// The handwritten cases of a kind: those about changes and about the status go to its open form.
pub(crate) fn cases(definition: &Definition, objects: &[Value]) -> Vec<Case> {
    let Some(path) = own("rules", definition) else { return Vec::new() };
    let text = std::fs::read_to_string(&path).unwrap();
    let written: Vec<Written> =
        yaml_serde::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let cases = written.into_iter().filter(|written| written.is_of(definition));
    cases.map(|written| written.case_of(objects)).collect()
}

impl Written {
    fn is_of(&self, definition: &Definition) -> bool {
        let pointers = self.given.keys().chain(self.set.keys()).chain(&self.unset);
        let of_status = pointers.into_iter().any(|pointer| pointer.starts_with("/status"));
        definition.is_open == (self.was.is_some() || of_status && has_status(definition))
    }

    fn case_of(self, objects: &[Value]) -> Case {
        let mut base = objects[self.object].clone();
        self.given.into_iter().for_each(|(pointer, value)| put(&mut base, &pointer, value));
        let old = self.was.map(|was| {
            let mut old = base.clone();
            was.into_iter().for_each(|(pointer, value)| put(&mut old, &pointer, value));
            old
        });
        self.set.into_iter().for_each(|(pointer, value)| put(&mut base, &pointer, value));
        let object = self.unset.iter().fold(base, |object, pointer| without(&object, pointer));
        Case { name: format!("by hand: {}", self.case), object, old }
    }
}

/// Whether the closed form of a definition drops the status.
fn has_status(definition: &Definition) -> bool {
    definition.is_open || definition.drops_status
}

/// The file of a definition in a folder: of this release of it, or of its kind.
fn own(folder: &str, definition: &Definition) -> Option<PathBuf> {
    let folder = repository().join("tests/corpus").join(folder);
    let release = definition.name.trim_end_matches(".open");
    let kind = format!("{}.{}", definition.kind.to_lowercase(), definition.version);
    let files = [release.to_owned(), kind].map(|name| folder.join(format!("{name}.yaml")));
    files.into_iter().find(|path: &PathBuf| Path::is_file(path))
}

fn belong(definition: &Definition, object: &mut Value) {
    object["apiVersion"] = json!(definition.api_version());
    object["kind"] = json!(definition.kind);
}
