//! What the tests of components share: a small site as YAML, read, resolved and rendered by the real thing.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::{Basis, Components, resolve};
use crate::diagnostic::{Diagnostic, Findings};
use crate::document::SiteSpec;
use crate::manifest::{CommonMetadata, Lifecycle};
use crate::provenance::decode::decode;
use crate::provenance::{Layer, Origin, Source, Sourced, Sources};
use crate::render::Engine;
use crate::yaml::read::strict;

/// A site named `paris`, as far as components go.
pub(crate) struct Outcome {
    pub(crate) components: Components,
    pub(crate) findings: Vec<Diagnostic>,
}

/// Resolves the `spec` of a site, with the files beside it that it names, by path and text.
pub(crate) fn site(text: &str, files: &[(&str, &str)]) -> Outcome {
    let mut sources = Sources::default();
    let mut add = |path: &str, text: &str| {
        sources.add(Arc::new(Source { path: path.to_owned(), layer: Layer::Site, text: text.to_owned() }))
    };
    let id = add("sites/paris.yaml", text);
    let attachments: BTreeMap<String, _> =
        files.iter().map(|(path, text)| ((*path).to_owned(), add(path, text))).collect();
    let mut problems = Vec::new();
    let tree = strict(text, id, &mut problems).unwrap();
    assert_eq!(problems, []);
    let (spec, mismatches): (SiteSpec, _) = decode(&tree);
    assert_eq!(mismatches, []);
    let mut findings = Findings::default();
    let platform = spec.platform.get().unwrap().value.resolve(&Origin::Unknown, &sources, &mut findings);
    let platform = platform.unwrap_or_else(|| panic!("{findings:?}"));
    let unknown = |value| Sourced { value, origin: Origin::Unknown };
    let basis = Basis {
        site: &unknown("paris".to_owned()),
        lifecycle: &Sourced { value: Lifecycle::Present, origin: Origin::Unknown },
        platform: &platform,
        attachments: &attachments,
        sources: &sources,
    };
    let components = resolve(spec.sections(), &basis, &mut findings);
    Outcome { components, findings: findings.iter().cloned().collect() }
}

impl Outcome {
    /// Every manifest; fails where there is any finding.
    pub(crate) fn manifests(&self) -> Vec<Value> {
        assert_eq!(self.codes(), [""; 0], "{:#?}", self.findings);
        let site = Sourced { value: "paris".to_owned(), origin: Origin::Unknown };
        let common = CommonMetadata { site, ..CommonMetadata::default() };
        let engine = Engine::new();
        let drafts =
            self.components.drafts(&common, &Sourced { value: Lifecycle::Present, origin: Origin::Unknown });
        drafts.iter().map(|draft| engine.render_draft(draft).unwrap()).collect()
    }

    /// The one manifest of a kind whose name begins so.
    pub(crate) fn manifest(&self, kind: &str, name: &str) -> Value {
        let mut found = self.manifests();
        let begins = |manifest: &Value| manifest["metadata"]["name"].as_str().unwrap().starts_with(name);
        found.retain(|manifest| manifest["kind"] == kind && begins(manifest));
        assert_eq!(found.len(), 1, "{kind} {name}");
        found.remove(0)
    }

    /// `Kind name` of every manifest, in the order they are rendered.
    pub(crate) fn names(&self) -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let name =
            |manifest: &Value| format!("{} {}", text(&manifest["kind"]), text(&manifest["metadata"]["name"]));
        self.manifests().iter().map(name).collect()
    }

    /// The codes of all findings, in the order they were found.
    pub(crate) fn codes(&self) -> Vec<&'static str> {
        self.findings.iter().map(|finding| finding.rule.code).collect()
    }

    /// The one finding of a code, as its title, with the lines it points at.
    pub(crate) fn finding(&self, code: &str) -> (&str, Vec<usize>) {
        let found: Vec<_> = self.findings.iter().filter(|finding| finding.rule.code == code).collect();
        assert_eq!(found.len(), 1, "{code}: {:#?}", self.findings);
        let labels = found[0].primary.iter().chain(&found[0].context);
        (&found[0].title, labels.map(|label| label.place.line_column().0).collect())
    }
}
