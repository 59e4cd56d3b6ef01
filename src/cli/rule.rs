//! `goldsmith explain GS-GOLD-003`: a rule as a person reads it, with a fleet that it refuses and how that is mended.

use std::fmt::Write as _;

use anyhow::bail;

use crate::capability::Release;
use crate::diagnostic::{Rule, Severity};
use crate::diff::hunks;
use crate::policy::novelty;
use crate::provenance::decode::similar;
use crate::registry;
use crate::registry::example::{Example, example};

/// How wide prose may be.
const WIDTH: usize = 110;
/// The longest file of an example that is shown whole, in lines.
const LONGEST_FILE: usize = 40;

/// Whether a word is meant as a code: no site has a name in upper case.
pub(super) fn is_code(word: &str) -> bool {
    word.starts_with("GS-")
}

/// All that is known of a rule.
pub(super) fn text(code: &str) -> anyhow::Result<String> {
    let Some(rule) = registry::rule(code) else {
        let near = similar(code, registry::rules().map(|rule| rule.code));
        let near = near.map_or_else(String::new, |near| format!(": did you mean `{near}`?"));
        bail!("there is no rule `{code}`{near}");
    };
    let mut out = head(rule, Release::ours());
    if let Some(example) = example(code) {
        out += &failing(rule, &example);
        out += &passing(&example);
    }
    Ok(out)
}

fn head(rule: &Rule, release: Release) -> String {
    let severity = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut out = format!("{severity}[{}]: {}\n\n", rule.code, rule.summary);
    let is_softened = novelty::is_softened(rule, release);
    let until = if is_softened { "; a warning until the next minor release" } else { "" };
    let since = format!("goldsmith {}{until}", rule.since);
    let in_a_fleet = if rule.adjustable {
        "may be lowered or waived, with a reason"
    } else {
        "can be neither lowered nor waived: nothing sound would be left to render"
    };
    let rows =
        [("why", rule.explanation), ("holds for", rule.holds), ("since", &since), ("in fleets", in_a_fleet)];
    let source = rule.source.map(|source| ("source", source));
    for (name, text) in rows.into_iter().chain(source) {
        for (index, line) in wrapped(text, WIDTH - 11).iter().enumerate() {
            let _ = writeln!(out, "{:<9}  {line}", if index == 0 { name } else { "" });
        }
    }
    out
}

/// The files that the finding names, and the finding.
fn failing(rule: &Rule, example: &Example) -> String {
    let finding = example.finding(rule.code);
    let mut out = format!("\nThis fails (golden/fails/{}):\n", example.case);
    for (path, text) in &example.files {
        let is_named = finding.contains(&format!("> {path}:")) || finding.contains(&format!(": {path}:"));
        if is_named && text.lines().count() <= LONGEST_FILE {
            let _ = write!(out, "\n  # {path}\n{}", indented(text));
        }
    }
    let _ = write!(out, "\n  {}\n{}", example.command(), indented(finding));
    out
}

/// What is changed until nothing is found.
fn passing(example: &Example) -> String {
    let mut out = String::from("\nThis passes:\n");
    if let Some(arguments) = example.passing_arguments {
        let _ = write!(out, "\n  $ goldsmith {arguments}\n");
    }
    for (path, new) in &example.passing {
        let old = example.files.get(path).copied().unwrap_or_default();
        let (before, after) = match (old, *new) {
            ("", _) => ("/dev/null", *path),
            (_, "") => (*path, "/dev/null"),
            _ => (*path, *path),
        };
        let _ = write!(out, "\n  --- {before}\n  +++ {after}\n{}", indented(&hunks(old, new, false)));
    }
    out
}

fn indented(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") };
    text.lines().map(line).collect()
}

/// Text in lines of a width; a longer word has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_between_words() {
        assert_eq!(wrapped("a bb  ccc", 4), ["a bb", "ccc"]);
        assert_eq!(wrapped("longer than", 3), ["longer", "than"]);
    }

    #[test]
    fn a_new_rule_is_told_to_be_a_warning_for_now() {
        static NEW: Rule = Rule::error("GS-TEST-001", "new", "for tests").since("0.2.0").or_waived();
        let since = |release: &str| {
            let head = head(&NEW, Release::of(release).unwrap());
            head.lines().find_map(|line| line.strip_prefix("since")).unwrap().trim().to_owned()
        };
        assert_eq!(since("0.2.1"), "goldsmith 0.2.0; a warning until the next minor release");
        assert_eq!(since("0.3.0"), "goldsmith 0.2.0");
    }

    #[test]
    fn an_unknown_code_is_told_with_a_similar_one() {
        let told = text("GS-GOLD-0O3").unwrap_err().to_string();
        assert_eq!(told, "there is no rule `GS-GOLD-0O3`: did you mean `GS-GOLD-003`?");
        assert_eq!(text("GS-NONE").unwrap_err().to_string(), "there is no rule `GS-NONE`");
    }
}
