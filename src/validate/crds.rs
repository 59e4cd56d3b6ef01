//! The CustomResourceDefinitions that a cluster serves, as the fleet's `crds/` folder or `--crds` gives them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::judge::{Schema, Served};
use super::rules::{DEFINITION_TWICE, UNUSABLE_DEFINITION};
use crate::diagnostic::{Diagnostic, Findings};
use crate::provenance::{Layer, Place, Source, Sources};
use crate::yaml::{Node, read};

/// Schemas by `group/version` and kind. Each is compiled when it is first asked for.
#[derive(Debug, Default)]
pub struct Crds {
    entries: BTreeMap<(String, String), Entry>,
}

#[derive(Debug)]
struct Entry {
    structural: Value,
    served: Served,
    compiled: OnceLock<Result<Schema, String>>,
    place: Place,
}

impl Crds {
    /// Reads the definitions out of a text (what `kubectl get crd -o yaml` prints, lists included); other kinds are
    /// passed over. What cannot be read and what is there twice is told.
    pub fn add(&mut self, path: &str, text: String, findings: &mut Findings) {
        let source = Arc::new(Source { path: path.to_owned(), layer: Layer::Other, text });
        let mut sources = Sources::default();
        let id = sources.add(Arc::clone(&source));
        let mut problems = Vec::new();
        let documents = read::foreign(&source.text, id, &mut problems);
        findings.extend(problems.iter().map(|problem| crate::diagnostic::from_yaml(problem, &sources)));
        for document in documents {
            let place =
                Place { source: Arc::clone(&source), start: document.loc.start, end: document.loc.start };
            self.add_document(document, &place, findings);
        }
    }

    fn add_document(&mut self, document: Node<'_>, place: &Place, findings: &mut Findings) {
        let value = document.into_value();
        if let Some(Value::Array(items)) = value.get("items") {
            items.iter().for_each(|item| self.add_definition(item, place, findings));
        } else {
            self.add_definition(&value, place, findings);
        }
    }

    fn add_definition(&mut self, definition: &Value, place: &Place, findings: &mut Findings) {
        if definition.get("kind").and_then(Value::as_str) != Some("CustomResourceDefinition") {
            return;
        }
        let text = |pointer: &str| {
            definition.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let (group, kind) = (text("/spec/group"), text("/spec/names/kind"));
        let versions = definition.pointer("/spec/versions").and_then(Value::as_array);
        for version in versions.into_iter().flatten() {
            if version.get("served") == Some(&Value::Bool(false)) {
                continue;
            }
            let name = version.get("name").and_then(Value::as_str).unwrap_or_default();
            let Some(structural) = version.pointer("/schema/openAPIV3Schema") else { continue };
            let key = (format!("{group}/{name}"), kind.clone());
            self.add_version(key, (structural, served(definition, version)), place, findings);
        }
    }

    fn add_version(
        &mut self,
        key: (String, String),
        (structural, served): (&Value, Served),
        place: &Place,
        findings: &mut Findings,
    ) {
        if let Some(first) = self.entries.get(&key) {
            let title = format!("`{}` of `{}` is defined twice", key.1, key.0);
            findings.push(
                Diagnostic::new(&DEFINITION_TWICE, title)
                    .at(Some(place.clone()), "again here")
                    .with(Some(first.place.clone()), "first here")
                    .help("keep the file that the cluster serves"),
            );
            return;
        }
        let entry =
            Entry { structural: structural.clone(), served, compiled: OnceLock::new(), place: place.clone() };
        self.entries.insert(key, entry);
    }

    /// The schema of a kind; none where no definition is known, and a finding where it cannot be used.
    pub fn schema(&self, api_version: &str, kind: &str) -> Option<Result<&Schema, Box<Diagnostic>>> {
        let entry = self.entries.get(&(api_version.to_owned(), kind.to_owned()))?;
        let compile = || {
            let schema = Schema::compile(entry.structural.clone(), entry.served.clone());
            schema.map_err(|error| format!("{error:#}"))
        };
        let unusable = |reason: &String| {
            let title = format!("the definition of `{kind}` of `{api_version}` cannot be used");
            let finding =
                Diagnostic::new(&UNUSABLE_DEFINITION, title).at(Some(entry.place.clone()), "this one");
            Box::new(
                finding
                    .note(reason.clone())
                    .help("take it from the cluster again: `kubectl get crd -o yaml`"),
            )
        };
        Some(entry.compiled.get_or_init(compile).as_ref().map_err(unusable))
    }
}

/// What a definition says of a version beside its schema.
fn served(definition: &Value, version: &Value) -> Served {
    let replicas = ["specReplicasPath", "statusReplicasPath"].into_iter().filter_map(|path| {
        let path = version.pointer("/subresources/scale")?.get(path)?.as_str()?;
        crate::manifest::pointer::parse(path.strip_prefix('.').unwrap_or(path))
    });
    Served {
        drops_status: version.pointer("/subresources/status").is_some_and(|status| !status.is_null()),
        is_cluster_wide: definition.pointer("/spec/scope").is_some_and(|scope| scope == "Cluster"),
        replicas: replicas.collect(),
    }
}
