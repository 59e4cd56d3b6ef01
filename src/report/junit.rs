//! The printer for CI systems that show tests: JUnit XML, as Jenkins and GitLab read it.
//!
//! What is a suite and what a case, [`mod@suites`] tells. There are no times in it: the same fleet gives the same report.

mod suites;
mod xml;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Report, human};
use crate::diagnostic::{Diagnostic, words};
use suites::{Case, Cases, suites};

/// The report as JUnit XML.
pub fn print(report: &Report) -> String {
    let suites = suites(report);
    let cases = || suites.values().flat_map(BTreeMap::values);
    let (tests, failures) = (cases().count(), cases().filter(|case| case.fails()).count());
    let skipped = cases().filter(|case| case.is_skipped()).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let name = xml::attribute(&format!("goldsmith {}", report.command));
    let _ = writeln!(
        out,
        "<testsuites name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\"{}>",
        skipped_of(skipped)
    );
    for (name, cases) in &suites {
        suite(&mut out, name, cases);
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(out: &mut String, name: &str, cases: &Cases<'_>) {
    let failures = cases.values().filter(|case| case.fails()).count();
    let skipped = skipped_of(cases.values().filter(|case| case.is_skipped()).count());
    let shown = xml::attribute(name);
    let tests = cases.len();
    let _ =
        writeln!(out, "  <testsuite name=\"{shown}\" tests=\"{tests}\" failures=\"{failures}\"{skipped}>");
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

/// The attribute that counts skipped cases, where there are any.
fn skipped_of(number: usize) -> String {
    if number == 0 { String::new() } else { format!(" skipped=\"{number}\"") }
}

/// The failure of a case, then its warnings.
fn told(case: &Case<'_>) -> String {
    let mut out = String::new();
    if let Some((kind, message)) = failure(case) {
        let (kind, message) = (xml::attribute(kind), xml::attribute(&message));
        let text = xml::text(&findings(&case.errors));
        let _ = writeln!(out, "      <failure type=\"{kind}\" message=\"{message}\">{text}</failure>");
    }
    if case.is_skipped() {
        out.push_str("      <skipped message=\"not judged\"/>\n");
    }
    if !case.warnings.is_empty() {
        let _ = writeln!(out, "      <system-out>{}</system-out>", xml::text(&findings(&case.warnings)));
    }
    out
}

/// What a case fails by, and in one line how: the first error, and how many more there are.
fn failure<'c>(case: &'c Case<'_>) -> Option<(&'c str, String)> {
    match (case.errors.as_slice(), case.difference) {
        ([], None) if case.is_refused() => {
            Some(("refused", "its finding is not among those that are kept".to_owned()))
        }
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
