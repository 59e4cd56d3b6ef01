//! The CustomResourceDefinitions that a cluster serves, as the fleet's `crds/` folder or `--crds` gives them.

mod bare;
mod definition;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::judge::{Schema, Served};
use super::rules::{DEFINITION_TWICE, UNUSABLE_DEFINITION};
use crate::diagnostic::{Diagnostic, Findings};
use crate::provenance::{Layer, Place, Source, Sources};
use crate::yaml::{Kind, Node, read};

/// Schemas by `group/version` and kind. Each is read and compiled when it is first asked for.
#[derive(Debug, Default)]
pub struct Crds {
    entries: BTreeMap<(String, String), Entry>,
}

#[derive(Debug)]
struct Entry {
    /// As JSON.
    schema: String,
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
        for document in &documents {
            let definitions = match document.get("items").map(|items| &items.kind) {
                Some(Kind::Seq(items)) => items,
                _ => std::slice::from_ref(document),
            };
            for definition in definitions {
                self.add_definition(definition, &source, findings);
            }
        }
    }

    fn add_definition(&mut self, definition: &Node<'_>, source: &Arc<Source>, findings: &mut Findings) {
        let start = definition.loc.start;
        for version in definition::versions(definition) {
            let place = Place { source: Arc::clone(source), start, end: start };
            let definition::Version { names, schema, served } = version;
            if let Some(first) = self.entries.get(&names) {
                findings.push(twice(&names, place, first));
                continue;
            }
            self.entries.insert(names, Entry { schema, served, compiled: OnceLock::new(), place });
        }
    }

    /// The schema of a kind; none where no definition is known, and a finding where it cannot be used.
    pub fn schema(&self, api_version: &str, kind: &str) -> Option<Result<&Schema, Box<Diagnostic>>> {
        let entry = self.entries.get(&(api_version.to_owned(), kind.to_owned()))?;
        let compile = || {
            let schema = serde_json::from_str(&entry.schema).map_err(anyhow::Error::from);
            let schema = schema.and_then(|schema| Schema::compile(schema, entry.served.clone()));
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

fn twice((api_version, kind): &(String, String), again: Place, first: &Entry) -> Diagnostic {
    Diagnostic::new(&DEFINITION_TWICE, format!("`{kind}` of `{api_version}` is defined twice"))
        .at(Some(again), "again here")
        .with(Some(first.place.clone()), "first here")
        .help("keep the file that the cluster serves")
}
