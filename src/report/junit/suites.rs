//! What is a suite and what is a case.
//!
//! Of a fleet, a suite is a site, and one more holds the files that sites share; a case is a file with findings, or a
//! manifest, which fails where the tree does not hold it as it should. Of manifests that `validate` judged, a suite is a
//! file and a case is an object.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Severity};
use crate::provenance::Layer;
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
    /// Of an object, what the API server would say of it.
    verdict: Option<Verdict>,
}

impl Case<'_> {
    pub(super) fn fails(&self) -> bool {
        !self.errors.is_empty() || self.difference.is_some() || self.is_refused()
    }

    /// Whether it is an object that could not be judged, and nothing else failed it.
    pub(super) fn is_skipped(&self) -> bool {
        self.verdict == Some(Verdict::Skipped) && !self.fails()
    }

    /// Whether it is an object that is refused, be the finding among those that are told or not.
    pub(super) fn is_refused(&self) -> bool {
        matches!(self.verdict, Some(Verdict::Invalid | Verdict::Error))
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
    let objects = objects(report);
    for (path, objects) in &objects {
        let cases = suites.entry(path).or_default();
        for (object, name) in objects {
            cases.insert(name.clone(), Case { verdict: Some(object.verdict), ..Case::default() });
        }
    }
    for finding in report.findings.told() {
        let (suite, name) = case_of(finding, &objects);
        let case = suites.entry(suite).or_default().entry(name).or_default();
        match finding.severity {
            Severity::Error => case.errors.push(finding),
            Severity::Warning => case.warnings.push(finding),
        }
    }
    suites
}

/// The objects of each file in their order, with the names of their cases: no two of a file have one name.
type Objects<'r> = BTreeMap<&'r str, Vec<(&'r Judged, Cow<'r, str>)>>;

fn objects(report: &Report) -> Objects<'_> {
    let mut objects = Objects::new();
    let mut seen = BTreeSet::new();
    for object in &report.objects {
        let Judged { name, path, line, range, .. } = object;
        let mut shown = if name.kind.is_empty() { format!("line {line}") } else { name.to_string() };
        if !seen.insert((path, shown.clone())) {
            shown = format!("{shown} (line {line}, byte {})", range.start);
        }
        objects.entry(path.as_str()).or_default().push((object, shown.into()));
    }
    objects
}

/// The object that a finding is in; of what is in none, the file.
fn case_of<'r>(finding: &'r Diagnostic, objects: &Objects<'r>) -> (&'r str, Cow<'r, str>) {
    let in_an_object = || {
        let place = &finding.primary.as_ref()?.place;
        let (path, of_file) = objects.get_key_value(place.source.path.as_str())?;
        let after = of_file.partition_point(|(object, _)| object.range.start <= place.start);
        let (_, name) = of_file.get(after.checked_sub(1)?)?;
        Some((*path, name.clone()))
    };
    in_an_object().unwrap_or_else(|| (suite_of(finding), file_of(finding).into()))
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
