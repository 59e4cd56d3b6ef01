//! A baseline: the findings that were there on the day a repository took up Goldsmith. Only new ones stop it.
//!
//! A file of one line a finding, sorted, without line numbers: it reads well in a review, and an edit above a finding does
//! not make it new.

use std::collections::BTreeSet;

use crate::diagnostic::{Findings, Name, Waived};

/// The first line of a baseline, by which one is known.
pub const HEAD: &str =
    "# Findings that goldsmith knew when this was recorded. Take a line out when it is mended.";

/// The findings of a baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeSet<String>);

impl Baseline {
    /// Everything that was found and that one may live with.
    pub fn of(findings: &Findings) -> Self {
        Baseline(findings.names().filter(|name| name.rule.adjustable).map(line).collect())
    }

    /// Reads a baseline; none if the text is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let lines = text.strip_prefix(HEAD)?.lines().map(str::trim);
        Some(Baseline(
            lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect(),
        ))
    }

    /// Whether a finding was there. What leaves nothing sound to render is never known: nobody can live with it.
    pub fn knows(&self, name: Name<'_>) -> bool {
        name.rule.adjustable && !self.0.is_empty() && self.0.contains(&line(name))
    }

    /// How many of its findings are no longer among these.
    pub fn gone(&self, findings: &Findings) -> usize {
        self.0.difference(&Baseline::of(findings).0).count()
    }

    /// Marks the findings that were there.
    pub fn mark(&self, findings: &mut Findings) {
        findings.rewrite(|finding| {
            if self.knows(finding.name()) {
                finding.waived.get_or_insert_with(Waived::by_baseline);
            }
            true
        });
        findings.forget(|name| self.knows(name));
    }
}

impl std::fmt::Display for Baseline {
    /// The file.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{HEAD}")?;
        self.0.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

fn line(name: Name<'_>) -> String {
    let path = if name.path.is_empty() { "-" } else { name.path };
    format!("{} {path} {}", name.rule.code, name.title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Diagnostic, Rule, Severity};

    static HAZARD: Rule = Rule::warning("GS-TEST-001", "a hazard", "for tests");

    #[test]
    fn what_was_recorded_is_known_and_what_is_new_is_not() {
        let [old, new] = ["old", "new\nline"].map(|title| Diagnostic::new(&HAZARD, title));
        let recorded = Baseline::of(&[old.clone(), new.clone()].into_iter().collect()).to_string();
        assert_eq!(recorded, format!("{HEAD}\nGS-TEST-001 - new\\nline\nGS-TEST-001 - old\n"));
        let shorter = recorded.replace("GS-TEST-001 - new\\nline\n", "");
        let baseline = Baseline::parse(&shorter).unwrap();
        assert!(baseline.knows(old.name()) && !baseline.knows(new.name()));
        assert_eq!(baseline.gone(&Findings::default()), 1);
        assert_eq!(baseline.to_string(), shorter);
    }

    #[test]
    fn all_findings_are_recorded_and_known_however_many_there_are() {
        static WAIVABLE: Rule = Rule::error("GS-TEST-002", "an error to live with", "for tests").or_waived();
        let of = |numbers: std::ops::Range<usize>| -> Findings {
            numbers.map(|number| Diagnostic::new(&WAIVABLE, format!("number {number}"))).collect()
        };
        let baseline = Baseline::of(&of(0..1500));
        let mut findings = of(0..1501);
        baseline.mark(&mut findings);
        assert_eq!(findings.count(Severity::Error), 1);
    }

    #[test]
    fn nobody_lives_with_what_leaves_nothing_sound() {
        static FIXED: Rule = Rule::error("GS-TEST-003", "an error", "for tests");
        let mut findings: Findings = [Diagnostic::new(&FIXED, "broken")].into_iter().collect();
        let text = format!("{HEAD}\nGS-TEST-003 - broken\n");
        Baseline::parse(&text).unwrap().mark(&mut findings);
        assert!(findings.has_errors());
        assert_eq!(Baseline::of(&findings), Baseline::default());
    }

    #[test]
    fn another_file_is_no_baseline() {
        assert_eq!(Baseline::parse("kind: Site\n"), None);
    }
}
