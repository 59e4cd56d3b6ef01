//! What the tests of this component share: a small site as YAML, read, resolved and rendered by the real thing.

use serde_json::Value;

use super::{GoldenImages, drafts};
use crate::components::testing;
use crate::diagnostic::Diagnostic;
use crate::manifest::CommonMetadata;
use crate::provenance::{Origin, Sourced};
use crate::render::Engine;

/// A site, as far as this component goes.
pub(super) struct Outcome {
    pub(super) golden: Option<GoldenImages>,
    pub(super) findings: Vec<Diagnostic>,
}

/// Resolves the `spec` of a site named `paris`.
pub(super) fn site(text: &str) -> Outcome {
    site_with_snapshot(text, None)
}

/// The same, with the text of the snapshot that it names.
pub(super) fn site_with_snapshot(text: &str, snapshot: Option<&str>) -> Outcome {
    let snapshot = snapshot.map(|text| ("snapshots/live.yaml", text));
    let testing::Outcome { components, mut findings } = testing::site(text, snapshot.as_slice());
    // How mirrors are told to the cluster concerns no image.
    findings.retain(|finding| !finding.rule.code.starts_with("GS-REG-"));
    Outcome { golden: components.golden_images, findings }
}

impl Outcome {
    /// Every manifest; fails where there is any finding.
    pub(super) fn manifests(&self) -> Vec<Value> {
        assert_eq!(self.codes(), [""; 0], "{:#?}", self.findings);
        self.rendered()
    }

    /// Every manifest, whatever the findings.
    pub(super) fn rendered(&self) -> Vec<Value> {
        let common = CommonMetadata {
            site: Sourced { value: "paris".to_owned(), origin: Origin::Unknown },
            ..CommonMetadata::default()
        };
        let engine = Engine::new();
        let golden = self.golden.as_ref().unwrap();
        drafts(golden, &common).iter().map(|draft| engine.render_draft(draft).unwrap()).collect()
    }

    /// The one manifest of a kind and name.
    pub(super) fn manifest(&self, kind: &str, name: &str) -> Value {
        let mut found = self.manifests();
        found.retain(|manifest| manifest["kind"] == kind && manifest["metadata"]["name"] == name);
        assert_eq!(found.len(), 1, "{kind} {name}");
        found.remove(0)
    }

    /// `Kind namespace/name` of every manifest, in the order they are rendered.
    pub(super) fn names(&self) -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let name = |manifest: &Value| {
            let metadata = &manifest["metadata"];
            format!(
                "{} {}/{}",
                text(&manifest["kind"]),
                text(&metadata["namespace"]),
                text(&metadata["name"])
            )
        };
        self.manifests().iter().map(name).collect()
    }

    /// The folder of every manifest, in the order they are rendered, each named once in a row.
    pub(super) fn folders(&self) -> Vec<&'static str> {
        let common = CommonMetadata::default();
        let golden = self.golden.as_ref().unwrap();
        let mut folders: Vec<_> = drafts(golden, &common).iter().map(|draft| draft.folder).collect();
        folders.dedup();
        folders
    }

    /// The codes of all findings, in the order they were found.
    pub(super) fn codes(&self) -> Vec<&'static str> {
        self.findings.iter().map(|finding| finding.rule.code).collect()
    }

    /// The one finding, as `code: title`, with the lines it points at.
    pub(super) fn finding(&self) -> (String, Vec<usize>) {
        assert_eq!(self.findings.len(), 1, "{:#?}", self.findings);
        let finding = &self.findings[0];
        let labels = finding.primary.iter().chain(&finding.context);
        let lines = labels.map(|label| label.place.line_column().0).collect();
        (format!("{}: {}", finding.rule.code, finding.title), lines)
    }
}

/// A site on OpenShift with OpenShift Virtualization.
pub(super) fn product(version: &str, golden_images: &str) -> String {
    format!(
        "platform: {{openshift: \"{version}\", virtualization: \"{version}\"}}\ngoldenImages:\n{}",
        indented(golden_images)
    )
}

/// A site on OKD with the upstream HyperConverged.
pub(super) fn upstream(version: &str, golden_images: &str) -> String {
    format!(
        "platform: {{openshift: \"4.20\", hyperConverged: \"{version}\"}}\ngoldenImages:\n{}",
        indented(golden_images)
    )
}

/// A site on plain Kubernetes with CDI.
pub(super) fn plain(cdi: &str, golden_images: &str) -> String {
    format!("platform: {{kubernetes: \"1.34\", cdi: \"{cdi}\"}}\ngoldenImages:\n{}", indented(golden_images))
}

/// An image of one's own that is complete.
pub(super) const RHEL: &str =
    "images:\n  rhel9-corp: {registry: registry.example/images/rhel9:latest, size: 30Gi}\n";

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |indented, line| indented + "  " + line + "\n")
}
