//! The printer for CI systems that show tests: JUnit XML, as Jenkins and GitLab read it.
//!
//! A suite is a site, and one more holds the files that sites share. A case is a file with findings, or a manifest, which
//! fails where the tree does not hold it as it should. There are no times in it: the same fleet gives the same report.

mod xml;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{How, Report, human};
use crate::diagnostic::{Diagnostic, Severity, words};
use crate::provenance::Layer;

/// The suite of the files that sites share; no site can have this name.
const SHARED: &str = "files of the fleet";

/// The case of what is about no file.
const NO_FILE: &str = "the run";

/// The report as JUnit XML.
pub fn print(report: &Report) -> String {
    let suites = suites(report);
    let cases = || suites.values().flat_map(BTreeMap::values);
    let (tests, failures) = (cases().count(), cases().filter(|case| case.fails()).count());
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let name = xml::attribute(&format!("goldsmith {}", report.command));
    let _ = writeln!(out, "<testsuites name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\">");
    for (name, cases) in &suites {
        suite(&mut out, name, cases);
    }
    out.push_str("</testsuites>\n");
    out
}

/// The cases of each suite, by their names.
type Suites<'r> = BTreeMap<&'r str, Cases<'r>>;
type Cases<'r> = BTreeMap<&'r str, Case<'r>>;

/// What is known of a file. Readers show one failure a case, so all errors of a file are one.
#[derive(Default)]
struct Case<'r> {
    errors: Vec<&'r Diagnostic>,
    /// Told beside the verdict: a warning fails no run.
    warnings: Vec<&'r Diagnostic>,
    difference: Option<How>,
}

impl Case<'_> {
    fn fails(&self) -> bool {
        !self.errors.is_empty() || self.difference.is_some()
    }
}

fn suites(report: &Report) -> Suites<'_> {
    let mut suites = Suites::new();
    for site in &report.sites {
        let cases = suites.entry(site.name.as_str()).or_default();
        cases.extend(site.manifests.iter().map(|manifest| (manifest.path.as_str(), Case::default())));
    }
    for difference in &report.differences {
        let (site, path) = difference.path.split_once('/').unwrap_or((SHARED, &difference.path));
        suites.entry(site).or_default().entry(path).or_default().difference = Some(difference.how);
    }
    for finding in report.findings.told() {
        let case = suites.entry(suite_of(finding)).or_default().entry(file_of(finding)).or_default();
        match finding.severity {
            Severity::Error => case.errors.push(finding),
            Severity::Warning => case.warnings.push(finding),
        }
    }
    suites
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

fn suite(out: &mut String, name: &str, cases: &Cases<'_>) {
    let failures = cases.values().filter(|case| case.fails()).count();
    let shown = xml::attribute(name);
    let _ = writeln!(out, "  <testsuite name=\"{shown}\" tests=\"{}\" failures=\"{failures}\">", cases.len());
    for (file, case) in cases {
        let _ = write!(out, "    <testcase classname=\"{shown}\" name=\"{}\"", xml::attribute(file));
        let told = told(case);
        if told.is_empty() {
            out.push_str("/>\n");
        } else {
            let _ = writeln!(out, ">\n{told}    </testcase>");
        }
    }
    out.push_str("  </testsuite>\n");
}

/// The failure of a case, then its warnings.
fn told(case: &Case<'_>) -> String {
    let mut out = String::new();
    if let Some((kind, message)) = failure(case) {
        let (kind, message) = (xml::attribute(kind), xml::attribute(&message));
        let text = xml::text(&findings(&case.errors));
        let _ = writeln!(out, "      <failure type=\"{kind}\" message=\"{message}\">{text}</failure>");
    }
    if !case.warnings.is_empty() {
        let _ = writeln!(out, "      <system-out>{}</system-out>", xml::text(&findings(&case.warnings)));
    }
    out
}

/// What a case fails by, and in one line how: the first error, and how many more there are.
fn failure<'c>(case: &'c Case<'_>) -> Option<(&'c str, String)> {
    match (case.errors.as_slice(), case.difference) {
        ([], None) => None,
        ([], Some(how)) => {
            Some((how.word(), "not what the specs render to: run `goldsmith render`".to_owned()))
        }
        ([only], _) => Some((only.rule.code, only.title.clone())),
        ([first, more @ ..], _) => {
            let more = words::count(more.len(), "more error");
            Some((first.rule.code, format!("{} ({more})", first.title)))
        }
    }
}

/// Findings as people see them.
fn findings(findings: &[&Diagnostic]) -> String {
    let told: Vec<String> =
        findings.iter().map(|finding| human::finding(finding, human::Colour::Never)).collect();
    told.join("\n")
}

#[cfg(test)]
mod tests;
