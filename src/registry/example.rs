//! The examples of rules: the cases of `golden/fails/`, brought along by the build.
//!
//! A rule names no example. Its failing one is a case that reports its code, and what passes is that case with the files
//! of its folder `passing/` laid over it; an empty file there takes one away. Tests run both.

use std::collections::{BTreeMap, BTreeSet};

/// The texts of all cases, by their path from `golden/fails/`, sorted.
static TEXTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/examples.rs"));

/// A case of `golden/fails/`.
#[derive(Debug, Default)]
pub struct Example {
    /// Its folder's name.
    pub case: &'static str,
    /// The files of the fleet repository, by path.
    pub files: BTreeMap<&'static str, &'static str>,
    /// What a person then sees: the command, its exit status, its findings.
    pub report: &'static str,
    /// The files that mend it; an empty one is taken away.
    pub passing: BTreeMap<&'static str, &'static str>,
    /// The arguments of the program, where they are what was mended.
    pub passing_arguments: Option<&'static str>,
}

/// The example of a code: the case that has least beside it.
pub fn example(code: &str) -> Option<Example> {
    let shows = |example: &Example| example.report.contains(&format!("[{code}]"));
    let beside = |example: &Example| (example.passing.is_empty(), example.codes().len());
    cases().into_values().filter(shows).min_by_key(beside)
}

/// All cases, by name.
pub fn cases() -> BTreeMap<&'static str, Example> {
    let mut cases: BTreeMap<&str, Example> = BTreeMap::new();
    for (path, text) in TEXTS {
        let Some((case, file)) = path.split_once('/') else { continue };
        let example = cases.entry(case).or_insert_with(|| Example { case, ..Example::default() });
        match (file, file.strip_prefix("passing/")) {
            ("report.txt", _) => example.report = text,
            ("command", _) => {}
            (_, Some("command")) => example.passing_arguments = Some(text.trim()),
            (_, Some(mended)) => drop(example.passing.insert(mended, text)),
            (_, None) => drop(example.files.insert(file, text)),
        }
    }
    cases
}

impl Example {
    /// The command line.
    pub fn command(&self) -> &'static str {
        self.report.lines().next().unwrap_or_default()
    }

    /// The codes that it reports.
    pub fn codes(&self) -> BTreeSet<&'static str> {
        let codes = self.report.lines().filter_map(|line| line.split_once('[')?.1.split_once("]: "));
        codes.map(|(code, _)| code).filter(|code| code.starts_with("GS-")).collect()
    }

    /// The first finding of a code, as it is printed.
    pub fn finding(&self, code: &str) -> &'static str {
        let begins = |line: &str| line.starts_with("error[GS-") || line.starts_with("warning[GS-");
        let mut offset = 0;
        let mut start = None;
        for line in self.report.split_inclusive('\n') {
            match start {
                None if begins(line) && line.contains(&format!("[{code}]")) => start = Some(offset),
                Some(start) if begins(line) => return self.report[start..offset].trim_end(),
                // The last finding ends with the paragraph that holds the help.
                Some(start) if line == "\n" && !self.report[offset + 1..].starts_with("help") => {
                    return self.report[start..offset].trim_end();
                }
                _ => {}
            }
            offset += line.len();
        }
        start.map_or("", |start| self.report[start..].trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_found_by_its_code_and_shows_its_finding_alone() {
        let example = example("GS-GOLD-003").unwrap();
        assert_eq!(example.case, "image-without-source-or-size");
        assert_eq!(example.command(), "$ goldsmith check");
        assert_eq!(example.codes(), ["GS-GOLD-002", "GS-GOLD-003"].into());
        let finding = example.finding("GS-GOLD-003");
        assert!(finding.starts_with("error[GS-GOLD-003]: "), "{finding}");
        assert!(finding.contains("= help: ") && finding.matches("[GS-").count() == 1, "{finding}");
    }

    #[test]
    fn every_rule_has_an_example_that_says_how_it_is_mended() {
        for rule in crate::registry::rules() {
            let example = example(rule.code).unwrap_or_else(|| panic!("{} has no case", rule.code));
            let mended = !example.passing.is_empty() || example.passing_arguments.is_some();
            assert!(mended, "golden/fails/{} has no folder `passing`: {}", example.case, rule.code);
            assert!(!example.finding(rule.code).is_empty(), "{}", rule.code);
        }
    }
}
