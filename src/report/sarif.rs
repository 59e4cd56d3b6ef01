//! The printer for code scanning: SARIF 2.1.0, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>.
//!
//! Locations are those of the specs, where a finding is mended, never of rendered files. A tree that is stale is no
//! finding of a spec: it is told as a notification of the run.

mod fingerprint;
mod location;

use serde_json::{Map, Value, json};

use super::{Report, plain};
use crate::diagnostic::{Diagnostic, Help, Rule, Severity};
use fingerprint::Fingerprints;

/// The report as SARIF, final line break included.
pub fn print(report: &Report) -> serde_json::Result<String> {
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [run(report)],
    });
    let mut text = serde_json::to_string_pretty(&log)?;
    text.push('\n');
    Ok(text)
}

fn run(report: &Report) -> Value {
    let rules = rules(report);
    let mut fingerprints = Fingerprints::default();
    let results = report.findings.iter().map(|finding| result(report, finding, &rules, &mut fingerprints));
    let results: Vec<Value> = results.collect();
    json!({
        "tool": {"driver": {
            "name": "goldsmith",
            "version": report.goldsmith,
            "informationUri": "https://goldsmith.dev",
            "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
        }},
        "invocations": [invocation(report)],
        "originalUriBaseIds": {location::ROOT: {"description": {"text": "The root of the checkout."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    })
}

/// The rules that have findings, sorted by code. All others would be the larger part of nearly every report, and a rule
/// without a result is shown nowhere.
fn rules(report: &Report) -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = report.findings.iter().map(|finding| finding.rule).collect();
    rules.sort_by_key(|rule| rule.code);
    rules.dedup_by_key(|rule| rule.code);
    rules
}

fn descriptor(rule: &Rule) -> Value {
    let why = text(rule.explanation);
    let source = rule.source.map(|source| format!("\n\nSource: {}", text(source)));
    let help = format!("{why}{}", source.unwrap_or_default());
    json!({
        "id": rule.code,
        "shortDescription": {"text": text(rule.summary)},
        "fullDescription": {"text": why},
        // Explanations read as Markdown as they are: their words of the spec stand in backticks.
        "help": {"text": help, "markdown": help},
        "defaultConfiguration": {"level": level(rule.severity)},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// How the run went: what it has to tell that is no finding of a spec.
fn invocation(report: &Report) -> Value {
    let omitted = match report.findings.omitted() {
        0 => None,
        omitted => Some(format!("{omitted} more findings are left out")),
    };
    let told = report.stale().into_iter().chain(omitted);
    let notifications: Vec<Value> =
        told.map(|told| json!({"level": "warning", "message": {"text": text(&told)}})).collect();
    json!({"executionSuccessful": true, "toolExecutionNotifications": notifications})
}

fn result<'f>(
    report: &Report,
    finding: &'f Diagnostic,
    rules: &[&Rule],
    fingerprints: &mut Fingerprints<'f>,
) -> Value {
    let mut result = json!({
        "ruleId": finding.rule.code,
        "ruleIndex": rules.iter().position(|rule| rule.code == finding.rule.code),
        "level": level(finding.severity),
        "message": {"text": text(&plain::words(report, finding))},
        "locations": [location::of(report, finding)],
        "partialFingerprints": {fingerprint::NAME: fingerprints.of(finding)},
    });
    if let Some(waived) = &finding.waived {
        let why = format!("{}: {} (until {})", waived.name, waived.reason, waived.until);
        result["suppressions"] = json!([{"kind": "external", "justification": text(&why)}]);
    }
    let related = location::related(report, finding);
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    let fixes: Vec<Value> = finding.help.iter().filter_map(|help| fix(report, help)).collect();
    if !fixes.is_empty() {
        result["fixes"] = fixes.into();
    }
    result
}

fn fix(report: &Report, help: &Help) -> Option<Value> {
    let Help::Edit { title, place, with } = help else { return None };
    let mut change: Map<String, Value> = Map::new();
    let physical = location::physical(report, place)?;
    change.insert("artifactLocation".to_owned(), physical["artifactLocation"].clone());
    let replacement = json!({"deletedRegion": physical["region"], "insertedContent": {"text": with}});
    change.insert("replacements".to_owned(), json!([replacement]));
    Some(json!({"description": {"text": text(title)}, "artifactChanges": [change]}))
}

/// A text as SARIF reads it: braces are placeholders unless they are doubled (section 3.11.5), and a bracket before a
/// parenthesis begins the target of a link (3.11.6), so that a user's words could become one.
fn text(words: &str) -> String {
    words.replace('{', "{{").replace('}', "}}").replace("](", "] (")
}

#[cfg(test)]
mod tests;
