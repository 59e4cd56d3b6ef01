//! What is a suite and what is a case.
//!
//! Of a fleet, a suite is a site, and one more holds the files that sites share; a case is a file with findings, or a
//! manifest, which fails where the tree does not hold it as it should. Of manifests that `validate` judged, a suite is a
//! file and a case is an object.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Severity};
use crate::provenance::{Layer, Place};
use crate::report::{How, Report};
use crate::validate::files::{Judged, Verdict};

/// The suite of the files that sites share; no site can have this name.
const SHARED: &str = "files of the fleet";

/// The case of what is about no file.
const NO_FILE: &str = "the run";

/// The cases of each suite, by their names.
pub(super) type Suites<'r> = BTreeMap<&'r str, Cases<'r>>;
pub(super) type Cases<'r> = BTreeMap<Cow<'r, str>, Case<'r>>;

/// What is known of a file or an object. Readers show one failure a case, so all errors of it are one.
#[derive(Default)]
pub(super) struct Case<'r> {
    pub(super) errors: Vec<&'r Diagnostic>,
    /// Told beside the verdict: a warning fails no run.
    pub(super) warnings: Vec<&'r Diagnostic>,
    pub(super) difference: Option<How>,
    skipped: bool,
}

impl Case<'_> {
    pub(super) fn fails(&self) -> bool {
        !self.errors.is_empty() || self.difference.is_some()
    }

    /// Whether it is an object of which nobody knows, and nothing else failed it.
    pub(super) fn is_skipped(&self) -> bool {
        self.skipped && !self.fails()
    }
}

pub(super) fn suites(report: &Report) -> Suites<'_> {
    let mut suites = Suites::new();
    for site in &report.sites {
        let cases = suites.entry(site.name.as_str()).or_default();
        let paths = site.manifests.iter().map(|manifest| manifest.path.as_str());
        cases.extend(paths.map(|path| (path.into(), Case::default())));
    }
    for difference in &report.differences {
        let (site, path) = difference.path.split_once('/').unwrap_or((SHARED, &difference.path));
        suites.entry(site).or_default().entry(path.into()).or_default().difference = Some(difference.how);
    }
    let mut objects: BTreeMap<&str, Vec<&Judged>> = BTreeMap::new();
    for object in &report.objects {
        let case = suites.entry(&object.path).or_default().entry(name_of(object)).or_default();
        case.skipped = object.verdict == Verdict::Skipped;
        objects.entry(&object.path).or_default().push(object);
    }
    for finding in report.findings.told() {
        let (suite, name) = match object_of(finding, &objects) {
            Some(object) => (object.path.as_str(), name_of(object)),
            None => (suite_of(finding), file_of(finding).into()),
        };
        let case = suites.entry(suite).or_default().entry(name).or_default();
        match finding.severity {
            Severity::Error => case.errors.push(finding),
            Severity::Warning => case.warnings.push(finding),
        }
    }
    suites
}

/// What a person calls an object; what has no name, by its line.
fn name_of(object: &Judged) -> Cow<'_, str> {
    if object.name.kind.is_empty() {
        format!("line {}", object.line).into()
    } else {
        object.name.to_string().into()
    }
}

/// The object that a finding is in: the last that begins before it.
fn object_of<'r>(finding: &Diagnostic, objects: &BTreeMap<&str, Vec<&'r Judged>>) -> Option<&'r Judged> {
    let place: &Place = &finding.primary.as_ref()?.place;
    let of_file = objects.get(place.source.path.as_str())?;
    let (line, _) = place.line_column();
    let after = of_file.partition_point(|object| object.line <= line);
    of_file.get(after.saturating_sub(1)).copied()
}

/// The site, where a finding is in its own file or about it alone.
fn suite_of(finding: &Diagnostic) -> &str {
    let is_shared = finding.primary.as_ref().is_some_and(|label| label.place.source.layer != Layer::Site);
    match finding.sites.first() {
        Some(site) if finding.sites.len() == 1 && !is_shared => site,
        _ => SHARED,
    }
}

fn file_of(finding: &Diagnostic) -> &str {
    finding.primary.as_ref().map_or(NO_FILE, |label| &label.place.source.path)
}
