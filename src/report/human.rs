//! The printer for people: each finding with its lines of source, the reason and the way out, then one line of numbers.

mod excerpt;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use annotate_snippets::{Group, Level, Message, Renderer};

use super::document::Summary;
use super::{Manifest, Report, State};
use crate::diagnostic::{Diagnostic, Help, Severity, words};
use crate::provenance::Layer;
use crate::validate::files::{Judged, Verdict};

/// How many sites a finding names before it only counts.
const SITES_NAMED: usize = 3;

/// Whether to print with terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Never,
    /// With terminal colours.
    Always,
}

/// The findings of a report with blank lines between them, then the line of numbers; nothing where nothing was found.
pub fn findings(report: &Report, colour: Colour) -> String {
    if report.findings.is_empty() {
        return String::new();
    }
    let mut out = String::new();
    for finding in report.findings.told() {
        out.push_str(&self::finding(finding, colour));
        out.push('\n');
    }
    out.push_str(&numbers(&Summary::of(report)));
    out.push('\n');
    out
}

/// One finding, final line break included.
pub fn finding(finding: &Diagnostic, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Never => Renderer::plain(),
        Colour::Always => Renderer::styled(),
    };
    let mut groups = vec![main_group(finding)];
    groups.extend(finding.help.iter().filter_map(edit_group));
    let mut text = renderer.render(&groups);
    text.push('\n');
    text
}

/// The manifests that are not as they were, a line each with their state: `changed  edge-paris/golden-images/ns.yaml`. Of two
/// of which one takes the place of the other, the line of the new one tells both.
pub fn changes(report: &Report) -> String {
    let mut lines = Vec::new();
    for site in &report.sites {
        let replaced: BTreeSet<&str> =
            site.manifests.iter().filter_map(|manifest| manifest.replaces.as_deref()).collect();
        let is_told = |manifest: &&Manifest| {
            manifest.state != State::Same && !replaced.contains(manifest.path.as_str())
        };
        let changed = site.manifests.iter().filter(is_told);
        lines.extend(changed.map(|manifest| (&site.name, &manifest.path, manifest)));
    }
    lines.sort_by_key(|(site, path, manifest)| (*site, *path, manifest.state));
    let mut out = String::new();
    for (site, path, manifest) in lines {
        let _ = match &manifest.replaces {
            None => writeln!(out, "{:<7}  {site}/{path}", word(manifest.state)),
            Some(old) => writeln!(out, "replaced {site}/{old} -> {path}"),
        };
    }
    out
}

/// What a render did, in one line: `12 sites, 98 manifests in rendered: 3 changed, 95 same`.
pub fn tally(report: &Report, folder: &str) -> String {
    let states = Summary::of(report).manifests;
    let there = states.new + states.changed + states.same;
    let counts = [
        (states.new, "new"),
        (states.changed, "changed"),
        (states.same, "same"),
        (states.removed, "removed"),
    ];
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let told = if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) };
    format!("{} in {folder}{told}", size(report.sites.len(), there))
}

/// `12 objects: 10 valid, 1 invalid, 1 skipped`, and a line for each kind that was skipped, with the reason.
pub fn verdicts(report: &Report) -> String {
    let verdicts = Summary::of(report).objects;
    let counts = [
        (verdicts.valid, "valid"),
        (verdicts.invalid, "invalid"),
        (verdicts.skipped, "skipped"),
        (verdicts.error, "unreadable"),
    ];
    let told = counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    let told = told.collect::<Vec<_>>().join(", ");
    let mut text = format!("{}: {told}", words::count(report.objects.len(), "object"));
    let changes = report.objects.iter().filter(|object| object.is_change).count();
    if changes > 0 {
        let _ = write!(text, "; {changes} judged as changes");
    }
    for (is_known, why) in [(false, "no definition"), (true, "a rule could not be asked")] {
        let skipped = |object: &&Judged| object.verdict == Verdict::Skipped && object.is_known == is_known;
        let skipped = report.objects.iter().filter(skipped);
        let kinds: BTreeSet<_> =
            skipped.map(|object| (&object.name.kind, &object.name.api_version)).collect();
        for (kind, version) in kinds {
            let _ = write!(text, "\n{why}: {kind} of {version}");
        }
    }
    text
}

/// `12 sites, 98 manifests`.
pub fn size(sites: usize, manifests: usize) -> String {
    format!("{}, {}", words::count(sites, "site"), words::count(manifests, "manifest"))
}

fn word(state: State) -> &'static str {
    match state {
        State::New => "new",
        State::Changed => "changed",
        State::Same => "same",
        State::Removed => "removed",
    }
}

/// `2 errors, 1 warning in 3 files`, and how much of it was not told.
pub(super) fn numbers(summary: &Summary) -> String {
    let found = [(summary.errors, "error"), (summary.warnings, "warning")];
    let found = found.iter().filter(|(number, _)| *number > 0);
    let waived = Some(format!("{} waived", summary.waived)).filter(|_| summary.waived > 0);
    let told = found.map(|(number, noun)| words::count(*number, noun)).chain(waived);
    let mut line = told.collect::<Vec<_>>().join(", ");
    if summary.files > 0 {
        let _ = write!(line, " in {}", words::count(summary.files, "file"));
    }
    if summary.omitted > 0 {
        let _ = write!(line, "; {} of them not shown", summary.omitted);
    }
    line
}

fn main_group(finding: &Diagnostic) -> Group<'_> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(finding.title.as_str()).id(finding.rule.code);
    Group::with_title(title)
        .elements(excerpt::of(finding))
        .elements(finding.notes.iter().map(|note| remark(note)))
        .elements(sites(finding).map(|text| remark(&text)))
        .elements(finding.help.iter().filter_map(advice))
}

/// A line behind `=`.
fn remark<'a>(text: &str) -> Message<'a> {
    Level::NOTE.no_name().message(annotate_snippets::normalize_untrusted_str(text))
}

fn advice<'a>(help: &Help) -> Option<Message<'a>> {
    match help {
        Help::Text(text) => Some(Level::HELP.message(annotate_snippets::normalize_untrusted_str(text))),
        Help::Edit { .. } => None,
    }
}

fn edit_group(help: &Help) -> Option<Group<'_>> {
    match help {
        Help::Text(_) => None,
        Help::Edit { title, place, with } => {
            let title = Level::HELP.secondary_title(annotate_snippets::normalize_untrusted_str(title));
            Some(title.element(excerpt::edit(place, with)))
        }
    }
}

/// Names the sites, unless the finding points into a site's own file.
pub(super) fn sites(finding: &Diagnostic) -> Option<String> {
    let in_own_file = finding.primary.as_ref().is_some_and(|label| label.place.source.layer == Layer::Site);
    match finding.sites.len() {
        0 => None,
        _ if in_own_file => None,
        1 => Some(format!("in the site {}", words::all_of(&finding.sites))),
        many => Some(format!("in {many} sites: {}", words::some_of(&finding.sites, SITES_NAMED))),
    }
}

#[cfg(test)]
mod tests;
