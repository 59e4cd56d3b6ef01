//! The CustomResourceDefinitions that a cluster serves, as the fleet's `crds/` folder or `--crds` gives them.

mod bare;
mod definition;
mod release;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::foreign::Foreign;
use super::judge::{Schema, Served};
use super::rules::{DEFINITION_TWICE, UNUSABLE_DEFINITION};
use crate::capability::Platform;
use crate::diagnostic::{Diagnostic, Findings};
use crate::provenance::{Layer, Place, Source, Sources};
use crate::yaml::{Kind, Loc, Node};
pub use release::Release;

/// Schemas by `group/version` and kind. Each is read and compiled when it is first asked for.
#[derive(Debug, Default)]
pub struct Crds {
    entries: BTreeMap<(String, String), Vec<Entry>>,
}

#[derive(Debug)]
struct Entry {
    /// The first release whose sites serve it; none: every site does.
    release: Option<Release>,
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
        self.add_of(None, path, text, findings);
    }

    /// The same with definitions that only sites with a release serve.
    pub fn add_of(&mut self, release: Option<Release>, path: &str, text: String, findings: &mut Findings) {
        let source = Arc::new(Source { path: path.to_owned(), layer: Layer::Other, text });
        let foreign = Foreign::read(&source);
        findings.extend(foreign.findings());
        for document in &foreign.documents {
            let definitions = match document.get("items").map(|items| &items.kind) {
                Some(Kind::Seq(items)) => items,
                _ => std::slice::from_ref(document),
            };
            for definition in definitions {
                self.add_definition(definition, release, &foreign.sources, findings);
            }
        }
    }

    fn add_definition(
        &mut self,
        definition: &Node<'_>,
        release: Option<Release>,
        sources: &Sources,
        findings: &mut Findings,
    ) {
        let begin = Loc { end: definition.loc.start, ..definition.loc };
        for version in definition::versions(definition) {
            let Some(place) = sources.place(begin) else { continue };
            let definition::Version { names, schema, served } = version;
            let entries = self.entries.entry(names.clone()).or_default();
            if let Some(first) = entries.iter().find(|first| is_one_too_many(first.release, release)) {
                findings.push(twice(&names, (release, place), first));
                continue;
            }
            entries.push(Entry { release, schema, served, compiled: OnceLock::new(), place });
        }
    }

    /// Whether a kind is defined, for whatever site.
    pub fn defines(&self, (api_version, kind): (&str, &str)) -> bool {
        self.entries.contains_key(&(api_version.to_owned(), kind.to_owned()))
    }

    /// The schema of a kind on a site; none where no definition is known, and a finding where it cannot be used. Of a
    /// manifest of no site it is known where there is one definition alone.
    pub fn schema(
        &self,
        (api_version, kind): (&str, &str),
        platform: Option<&Platform>,
    ) -> Option<Result<&Schema, Box<Diagnostic>>> {
        let entries = self.entries.get(&(api_version.to_owned(), kind.to_owned()))?;
        let entry = match (platform, entries.as_slice()) {
            (None, [entry]) => entry,
            (None, _) => return None,
            (Some(platform), _) => {
                let is_served = |entry: &&Entry| entry.release.is_none_or(|it| it.is_reached_by(platform));
                entries.iter().filter(is_served).max_by_key(|entry| entry.release)?
            }
        };
        Some(entry.schema().map_err(|reason| {
            let title = format!("the definition of `{kind}` of `{api_version}` cannot be used");
            let found =
                Diagnostic::new(&UNUSABLE_DEFINITION, title).at(Some(entry.place.clone()), "this one");
            let help = "take it from the cluster again: `kubectl get crd -o yaml`";
            Box::new(found.note(reason.clone()).help(help))
        }))
    }
}

impl Entry {
    fn schema(&self) -> Result<&Schema, &String> {
        let compile = || {
            let schema = serde_json::from_str(&self.schema).map_err(anyhow::Error::from);
            let schema = schema.and_then(|schema| Schema::compile(schema, self.served.clone()));
            schema.map_err(|error| format!("{error:#}"))
        };
        self.compiled.get_or_init(compile).as_ref()
    }
}

/// Whether two definitions of one kind leave open which of them a site serves: those of one release, and those of two
/// products, of which a site may have both.
fn is_one_too_many(first: Option<Release>, again: Option<Release>) -> bool {
    match (first, again) {
        (Some(first), Some(again)) => first == again || first.product != again.product,
        (first, again) => first == again,
    }
}

fn twice(
    (api_version, kind): &(String, String),
    again: (Option<Release>, Place),
    first: &Entry,
) -> Diagnostic {
    let (release, again) = again;
    let found = Diagnostic::new(&DEFINITION_TWICE, format!("`{kind}` of `{api_version}` is defined twice"))
        .at(Some(again), "again here")
        .with(Some(first.place.clone()), "first here");
    match (first.release, release) {
        (Some(first), Some(again)) if first.product != again.product => {
            let [first, again] = [first, again].map(|release| release.product.name());
            found
                .note(format!("a site may have both {first} and {again}, and serves one of the two"))
                .help("name all folders that hold the kind after one product")
        }
        _ => found.help("keep the file that the cluster serves").help(
            "for clusters that serve different ones, name a folder after the release: `crds/cdi-1.62/`",
        ),
    }
}
