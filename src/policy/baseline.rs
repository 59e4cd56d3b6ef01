//! A baseline: the findings that were there on the day a repository took up Goldsmith. Only new ones stop it.
//!
//! A file of one line a finding, sorted, without line numbers: it reads well in a review, and an edit above a finding does
//! not make it new.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Findings};

/// The first line of a baseline, by which one is known.
pub const HEAD: &str =
    "# Findings that goldsmith knew when this was recorded. Take a line out when it is mended.";

/// The findings of a baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeSet<String>);

impl Baseline {
    /// Everything that was found.
    pub fn of(findings: &Findings) -> Self {
        Baseline(findings.iter().map(line).collect())
    }

    /// Reads a baseline; none if the text is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let lines = text.strip_prefix(HEAD)?.lines().map(str::trim);
        Some(Baseline(
            lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect(),
        ))
    }

    /// Whether a finding was there.
    pub fn knows(&self, finding: &Diagnostic) -> bool {
        !self.0.is_empty() && self.0.contains(&line(finding))
    }

    /// How many of its findings are no longer among these.
    pub fn gone(&self, findings: &Findings) -> usize {
        self.0.difference(&Baseline::of(findings).0).count()
    }
}

impl std::fmt::Display for Baseline {
    /// The file.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{HEAD}")?;
        self.0.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

fn line(finding: &Diagnostic) -> String {
    let path = finding.primary.as_ref().map_or("-", |label| label.place.source.path.as_str());
    // A title is one line, yet holds a person's words.
    format!("{} {path} {}", finding.rule.code, finding.title.replace(['\n', '\r'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Rule;

    static HAZARD: Rule = Rule::warning("GS-TEST-001", "a hazard", "for tests");

    #[test]
    fn what_was_recorded_is_known_and_what_is_new_is_not() {
        let [old, new] = ["old", "new\nline"].map(|title| Diagnostic::new(&HAZARD, title));
        let recorded = Baseline::of(&[old.clone(), new.clone()].into_iter().collect()).to_string();
        assert_eq!(recorded, format!("{HEAD}\nGS-TEST-001 - new line\nGS-TEST-001 - old\n"));
        let shorter = recorded.replace("GS-TEST-001 - new line\n", "");
        let baseline = Baseline::parse(&shorter).unwrap();
        assert!(baseline.knows(&old) && !baseline.knows(&new));
        assert_eq!(baseline.gone(&Findings::default()), 1);
        assert_eq!(baseline.to_string(), shorter);
    }

    #[test]
    fn another_file_is_no_baseline() {
        assert_eq!(Baseline::parse("kind: Site\n"), None);
    }
}
