//! The versioned form of a report: what programs read. Fields are only ever added to a version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Report;
use crate::diagnostic::{self, Diagnostic, Help, Label, Severity};
use crate::manifest::ManifestId;
use crate::provenance;
use crate::validate::files::{Judged, ObjectName, Verdict};

/// The report of one run of goldsmith.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Goldsmith report")]
pub struct Document {
    /// The version of this form.
    pub report: Version,
    /// The version of the goldsmith that ran.
    pub goldsmith: String,
    /// The command that ran: `render`.
    pub command: String,
    /// The folder that paths of findings are from, from the root of the checkout, with `/`; absent where it is that root. It
    /// is the fleet's, or for `validate` the one that it ran in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub folder: String,
    /// The numbers.
    pub summary: Summary,
    /// What is wrong, sorted by path, line, column, code and title.
    pub findings: Vec<Finding>,
    /// What became of each site's manifests, sorted by name.
    pub sites: Vec<Site>,
    /// What the API server would say of each object, in the order of paths and lines; `validate` alone tells it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Object>,
    /// The files of the tree that are not what the specs render to, sorted by path: what `check` looks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
}

/// The versions of this form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Version {
    /// The first.
    #[serde(rename = "goldsmith.dev/report/v1alpha1")]
    V1Alpha1,
}

/// The numbers of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// How many errors there are, omitted ones included.
    pub errors: usize,
    /// How many warnings there are, omitted ones included.
    pub warnings: usize,
    /// How many findings a fleet lives with: they are neither errors nor warnings.
    #[serde(default, skip_serializing_if = "is_none")]
    pub waived: usize,
    /// How many files they point at.
    pub files: usize,
    /// How many of them are left out of `findings`, which holds a thousand at most.
    pub omitted: usize,
    /// How many manifests there are in each state.
    pub manifests: States,
    /// How many objects have each verdict; `validate` alone tells it.
    #[serde(default, skip_serializing_if = "Verdicts::is_empty")]
    pub objects: Verdicts,
}

/// How many objects have each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verdicts {
    /// The API server would take them.
    pub valid: usize,
    /// It would not.
    pub invalid: usize,
    /// Nobody knows: there is no definition of their kind, or a rule of it could not be evaluated.
    pub skipped: usize,
    /// They cannot be read.
    pub error: usize,
}

/// What the API server would say of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    /// The file it lies in.
    pub path: String,
    /// The line it begins in, from 1.
    pub line: usize,
    /// Its `apiVersion`; empty where it has none.
    pub api_version: String,
    /// Its kind; empty where it has none.
    pub kind: String,
    /// Its namespace; empty where it has none.
    pub namespace: String,
    /// `metadata.name`, or `metadata.generateName`; empty where it has neither.
    pub name: String,
    /// What the API server would say.
    pub verdict: Verdict,
}

/// How many manifests there are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct States {
    /// Not in the tree before.
    pub new: usize,
    /// In the tree with other content.
    pub changed: usize,
    /// In the tree as it should be.
    pub same: usize,
    /// In the tree, no longer rendered.
    pub removed: usize,
    /// How many of the new ones take the place of a removed one: they are counted there, both. `diff` alone tells it.
    #[serde(default, skip_serializing_if = "is_none")]
    pub replaced: usize,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The stable code of its rule: `GS-GOLD-007`.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// The waiver that covers it: it stops nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Waived>,
    /// What is wrong.
    pub title: String,
    /// The sites it was found in; empty where it is about a file alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<String>,
    /// The place that is wrong, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Other places that explain it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<Place>,
    /// Why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The ways out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub help: Vec<WayOut>,
}

/// A waiver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Waived {
    /// Its name in the spec.
    pub name: String,
    /// Why it is right to live with the finding.
    pub reason: String,
    /// Its last day, or `never`.
    pub until: String,
}

/// A range in a file. Lines and columns count from 1, columns in characters; the end is the first behind the range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The file, from the root of the repository.
    pub path: String,
    /// Line of the first character.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column of the end.
    pub end_column: usize,
    /// What to say there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

/// A way out, in words or as an edit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WayOut {
    /// In words; with an edit, what it does.
    pub text: String,
    /// The edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
}

/// A replacement of a range by a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Edit {
    /// What is replaced.
    pub place: Place,
    /// By what.
    pub with: String,
}

/// What became of the manifests of one site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Site {
    /// The name of the site.
    pub name: String,
    /// Its manifests, sorted by path.
    pub manifests: Vec<Manifest>,
}

/// What became of one manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// `cdi.kubevirt.io/v1beta1`. Absent, as kind and name are, for a removed file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// `DataImportCron`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Absent for cluster-scoped objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// `metadata.name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The file, from the site's folder.
    pub path: String,
    /// What became of it.
    pub state: State,
    /// The file whose object this new one takes the place of, from the site's folder: an object that is named by its content
    /// changes by being replaced. That file has a row of its own, as removed. `diff` alone tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
}

/// What became of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Not in the tree before.
    New,
    /// In the tree with other content.
    Changed,
    /// In the tree as it should be.
    Same,
    /// In the tree, no longer rendered.
    Removed,
}

/// A file of the tree that is not as it would be rendered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// The file, from the folder of the tree: `edge/golden-images/dataimportcron-fedora.yaml`.
    pub path: String,
    /// How it differs.
    pub how: How,
}

/// How a file of the tree differs from what would be rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// It is not there.
    Missing,
    /// It has other bytes.
    Different,
    /// It is ours and no longer rendered.
    Unexpected,
}

impl Document {
    /// The versioned form of a report.
    pub fn of(report: &Report) -> Self {
        let mut sites = report.sites.clone();
        sites.sort_by(|a, b| a.name.cmp(&b.name));
        for site in &mut sites {
            site.manifests.sort_by(|a, b| a.path.cmp(&b.path));
        }
        let mut differences = report.differences.clone();
        differences.sort();
        Document {
            report: Version::V1Alpha1,
            goldsmith: report.goldsmith.clone(),
            command: report.command.clone(),
            folder: report.folder.clone(),
            summary: Summary::of(report),
            findings: report.findings.iter().map(Finding::of).collect(),
            sites,
            objects: report.objects.iter().map(Object::of).collect(),
            differences,
        }
    }
}

impl Object {
    fn of(judged: &Judged) -> Self {
        let ObjectName { api_version, kind, namespace, name } = judged.name.clone();
        let (path, line, verdict) = (judged.path.clone(), judged.line, judged.verdict);
        Object { path, line, api_version, kind, namespace, name, verdict }
    }
}

impl Verdicts {
    fn is_empty(&self) -> bool {
        *self == Verdicts::default()
    }

    fn of(objects: &[Judged]) -> Self {
        let count = |verdict| objects.iter().filter(|object| object.verdict == verdict).count();
        Verdicts {
            valid: count(Verdict::Valid),
            invalid: count(Verdict::Invalid),
            skipped: count(Verdict::Skipped),
            error: count(Verdict::Error),
        }
    }
}

impl Summary {
    /// The numbers of a report.
    pub fn of(report: &Report) -> Self {
        let findings = &report.findings;
        Summary {
            errors: findings.count(Severity::Error),
            warnings: findings.count(Severity::Warning),
            waived: findings.waived(),
            files: findings.files(),
            omitted: findings.omitted(),
            manifests: States::of(report.sites.iter().flat_map(|site| &site.manifests)),
            objects: Verdicts::of(&report.objects),
        }
    }
}

impl How {
    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            How::Missing => "missing",
            How::Different => "different",
            How::Unexpected => "unexpected",
        }
    }
}

impl States {
    fn of<'m>(manifests: impl IntoIterator<Item = &'m Manifest>) -> Self {
        let mut states = States::default();
        for manifest in manifests {
            *match manifest.state {
                State::New => &mut states.new,
                State::Changed => &mut states.changed,
                State::Same => &mut states.same,
                State::Removed => &mut states.removed,
            } += 1;
            states.replaced += usize::from(manifest.replaces.is_some());
        }
        states
    }
}

impl Manifest {
    /// What became of the manifest of an object.
    pub fn new(id: &ManifestId, path: impl Into<String>, state: State) -> Self {
        Manifest {
            api_version: Some(id.api_version.clone()),
            kind: Some(id.kind.clone()),
            namespace: id.namespace.clone(),
            name: Some(id.name.clone()),
            path: path.into(),
            state,
            replaces: None,
        }
    }

    /// A file of the tree that is no longer rendered: nobody asks it any more what it held.
    pub fn gone(path: impl Into<String>) -> Self {
        let path = path.into();
        Manifest {
            api_version: None,
            kind: None,
            namespace: None,
            name: None,
            path,
            state: State::Removed,
            replaces: None,
        }
    }
}

impl Finding {
    fn of(finding: &Diagnostic) -> Self {
        Finding {
            code: finding.rule.code.to_owned(),
            severity: finding.severity,
            waived: finding.waived.as_ref().map(Waived::of),
            title: finding.title.clone(),
            sites: finding.sites.iter().cloned().collect(),
            place: finding.primary.as_ref().map(Place::labelled),
            context: finding.context.iter().map(Place::labelled).collect(),
            notes: finding.notes.clone(),
            help: finding.help.iter().map(WayOut::of).collect(),
        }
    }
}

impl Waived {
    fn of(waived: &diagnostic::Waived) -> Self {
        let diagnostic::Waived { name, reason, until } = waived.clone();
        Waived { name, reason, until }
    }
}

impl WayOut {
    fn of(help: &Help) -> Self {
        match help {
            Help::Text(text) => WayOut { text: text.clone(), edit: None },
            Help::Edit { title, place, with } => {
                let edit = Edit { place: Place::of(place, ""), with: with.clone() };
                WayOut { text: title.clone(), edit: Some(edit) }
            }
        }
    }
}

impl Place {
    fn labelled(label: &Label) -> Self {
        Place::of(&label.place, &label.text)
    }

    pub(super) fn of(place: &provenance::Place, label: &str) -> Self {
        let (line, column) = place.line_column();
        let end = provenance::Place { start: place.end, ..place.clone() };
        let (end_line, end_column) = end.line_column();
        Place { path: place.source.path.clone(), line, column, end_line, end_column, label: label.to_owned() }
    }
}

/// serde asks for a reference.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde calls")]
fn is_none(count: &usize) -> bool {
    *count == 0
}
