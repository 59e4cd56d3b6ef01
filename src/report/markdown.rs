//! The printer for comments on pull requests: Markdown as GitHub reads it, never longer than GitHub takes, and honest about
//! what is cut.

mod escape;
mod page;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::document::Summary;
use super::{Manifest, Report, checkout, human};
use crate::diagnostic::{Diagnostic, Severity, words};
use escape::{fenced, html_line};
use page::Page;

/// How many characters GitHub takes. In the text of a pull request it counts those of Unicode, whatever their bytes; a
/// comment may have four times as many bytes, which so many characters never exceed.
const MOST: usize = 65_536;

/// How many of them are kept for the word about what is cut.
const LAST_WORD: usize = 400;

/// The report as Markdown.
pub fn print(report: &Report) -> String {
    let summary = Summary::of(report);
    let rules = rules(report);
    let mut page = Page::of(MOST - LAST_WORD);
    page.add(&heading(report, &summary));
    page.add(&table(&rules));
    let mut cut = Vec::new();
    for (severity, total) in [(Severity::Error, summary.errors), (Severity::Warning, summary.warnings)] {
        let counted = words::count(total, noun(severity));
        let shown = findings(&mut page, report, &rules, severity, &counted);
        cut.extend(left_out(shown, &counted, total));
    }
    let (title, files) = files(report);
    let shown = list(&mut page, &title, &files);
    cut.extend(left_out(shown, &words::count(files.len(), "file"), files.len()));
    page.finish(&last_word(&cut))
}

/// The findings of each rule: errors first, then by code.
type Rules<'r> = BTreeMap<(Severity, &'static str), Vec<&'r Diagnostic>>;

fn rules(report: &Report) -> Rules<'_> {
    let mut rules = Rules::new();
    for finding in report.findings.told() {
        rules.entry((finding.severity, finding.rule.code)).or_default().push(finding);
    }
    rules
}

/// The verdict as a heading, then what was looked at.
fn heading(report: &Report, summary: &Summary) -> String {
    // What is omitted is told by the last word, together with what is cut.
    let mut found = human::numbers(&Summary { omitted: 0, ..*summary });
    if found.is_empty() {
        "no findings".clone_into(&mut found);
    }
    let mut out = format!("### goldsmith {}: {found}\n", report.command);
    let states = summary.manifests;
    if !report.sites.is_empty() {
        let size = human::size(report.sites.len(), states.new + states.changed + states.same);
        let _ = writeln!(out, "\n{size}");
    }
    if !report.objects.is_empty() {
        let _ = write!(out, "\n{}", fenced(&human::verdicts(report)));
    }
    if let Some(stale) = report.stale() {
        let _ = writeln!(out, "\n{stale}");
    }
    out
}

/// A line a rule.
fn table(rules: &Rules<'_>) -> String {
    if rules.is_empty() {
        return String::new();
    }
    let mut out = String::from("\n| | code | rule | findings |\n| --- | --- | --- | ---: |\n");
    for ((severity, code), findings) in rules {
        let summary = findings.first().map_or("", |finding| finding.rule.summary).replace('|', "\\|");
        let _ = writeln!(out, "| {} | {code} | {summary} | {} |", noun(*severity), findings.len());
    }
    out
}

/// The findings of one severity, as many as have room; how many these are.
fn findings(page: &mut Page, report: &Report, rules: &Rules<'_>, severity: Severity, counted: &str) -> usize {
    let mut shown = 0;
    let mut heading = format!("\n#### {counted}\n");
    for ((_, code), findings) in rules.iter().filter(|((of, _), _)| *of == severity) {
        let summary = findings.first().map_or("", |finding| finding.rule.summary);
        let mut rule = format!("\n**{code}**: {summary}\n");
        for finding in findings {
            // A heading comes with the first finding below it that has room.
            if page.add(&format!("{heading}{rule}{}", details(report, finding))) {
                heading.clear();
                rule.clear();
                shown += 1;
            }
        }
    }
    shown
}

/// A finding, folded: its place and title, then all that a person is shown.
fn details(report: &Report, finding: &Diagnostic) -> String {
    let mut title = html_line(&finding.title);
    if let Some(label) = &finding.primary {
        let place = match checkout::place(report, &label.place) {
            Some(place) => format!("{}:{}:{}", place.path, place.line, place.column),
            None => label.place.to_string(),
        };
        title = format!("{} {title}", escape::code(&place));
    }
    folded(&title, &human::finding(finding, human::Colour::Never))
}

/// The files that `check` found different, or else those that were or would be written, each with its state.
fn files(report: &Report) -> (String, Vec<String>) {
    let lines = |text: String| text.lines().map(str::to_owned).collect::<Vec<_>>();
    if report.differences.is_empty() {
        let changes = lines(human::changes(report));
        let is_replaced = |manifest: &Manifest| manifest.replaces.is_some();
        let replaced = report.sites.iter().flat_map(|site| &site.manifests).any(is_replaced);
        let states = if replaced { "new, changed, replaced or removed" } else { "new, changed or removed" };
        return (format!("{} {states}", words::count(changes.len(), "manifest")), changes);
    }
    let differences = report.differences.iter();
    let told = differences.map(|difference| format!("{:<10}  {}", difference.how.word(), difference.path));
    let told: Vec<String> = told.collect();
    (words::count(told.len(), "file") + " of the tree", told)
}

/// Lines, folded, as many as have room; how many these are.
fn list(page: &mut Page, title: &str, lines: &[String]) -> usize {
    let (mut text, mut shown) = (String::new(), 0);
    let frame = page::size(&folded(title, &lines.concat())) - page::size(&lines.concat());
    let mut room = page.room().saturating_sub(frame);
    for line in lines {
        let size = page::size(line) + 1;
        if size > room {
            break;
        }
        room -= size;
        shown += 1;
        let _ = writeln!(text, "{line}");
    }
    if shown > 0 {
        page.add(&folded(title, &text));
    }
    shown
}

/// A text that is shown when a reader opens it. The empty lines end and begin the HTML around the Markdown.
fn folded(title: &str, text: &str) -> String {
    format!("\n<details><summary>{title}</summary>\n\n{}\n</details>\n", fenced(text))
}

fn noun(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// `12 of 40 errors`, unless all are shown.
fn left_out(shown: usize, counted: &str, total: usize) -> Option<String> {
    (shown < total).then(|| format!("{} of {counted}", total - shown))
}

fn last_word(cut: &[String]) -> String {
    if cut.is_empty() {
        return String::new();
    }
    format!("\nNot shown here, for GitHub takes no more than {MOST} characters: {}.\n", cut.join(", "))
}

#[cfg(test)]
mod tests;
