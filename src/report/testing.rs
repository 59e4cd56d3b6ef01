//! Reports for the tests of the printers.

use std::sync::Arc;

use super::Report;
use crate::diagnostic::{Diagnostic, Rule, rules};
use crate::provenance::{Layer, Place, Source};

/// A rule whose findings stop nothing.
pub(super) static WARNING: Rule = Rule::warning("GS-TEST-001", "what may go wrong", "for tests");

/// A report of `check` with these findings.
pub(super) fn report(findings: impl IntoIterator<Item = Diagnostic>) -> Report {
    let mut report = Report::new("check");
    "0.0.0".clone_into(&mut report.goldsmith);
    report.findings.extend(findings);
    report
}

/// An unknown field: a word of a text, at the first place where it stands.
pub(super) fn at(path: &str, text: &str, word: &str) -> Diagnostic {
    let title = format!("unknown field `{}`", word.lines().next().unwrap_or_default());
    Diagnostic::new(&rules::UNKNOWN_FIELD, title).at(place(path, text, word), "here")
}

/// So many warnings in one file.
pub(super) fn warnings(number: usize) -> Vec<Diagnostic> {
    let warning = |number| {
        Diagnostic::new(&WARNING, format!("warning {number:04}"))
            .at(place("fleet.yaml", "kind: Fleet\n", "Fleet"), "")
    };
    (0..number).map(warning).collect()
}

/// Where a word first stands in a text, whose layer its path tells.
pub(super) fn place(path: &str, text: &str, word: &str) -> Option<Place> {
    let start = text.find(word)?;
    let layer = match path.split('/').next() {
        Some("overlays") => Layer::Overlay(path.to_owned()),
        Some("fleet.yaml") => Layer::Fleet,
        Some(name) if name.starts_with('<') => Layer::Set,
        _ => Layer::Site,
    };
    let source = Source { path: path.to_owned(), layer, text: text.to_owned() };
    let byte = |at: usize| u32::try_from(at).ok();
    Some(Place { source: Arc::new(source), start: byte(start)?, end: byte(start + word.len())? })
}
