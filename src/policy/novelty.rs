//! New rules: what a release learns to find was there before, and must stop nobody on the day of an update.

use crate::capability::Release;
use crate::diagnostic::{Diagnostic, Rule, Severity};

/// Whether the errors of a rule are warnings in a release, unless a fleet gives the rule a level: for the minor release
/// that brings the rule. Never where nothing sound would be left to render.
pub fn is_softened(rule: &Rule, release: Release) -> bool {
    rule.adjustable && rule.severity == Severity::Error && release.is_new(rule.since)
}

/// Makes an error of such a rule a warning that says so. Doing it twice changes nothing.
pub fn soften(finding: &mut Diagnostic, release: Release) {
    if finding.severity == Severity::Error && is_softened(finding.rule, release) {
        finding.severity = Severity::Warning;
        finding.notes.push(format!(
            "the rule is new in goldsmith {release}: from the next minor release on this is an error"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static ADJUSTABLE: Rule = Rule::error("GS-TEST-001", "a hazard", "for tests").since("0.2.1").or_waived();
    static STRUCTURAL: Rule = Rule::error("GS-TEST-002", "a refusal", "for tests").since("0.2.1");
    static WARNING: Rule = Rule::warning("GS-TEST-003", "a warning", "for tests").since("0.2.1");

    fn told(rule: &'static Rule, release: &str) -> Diagnostic {
        let mut finding = Diagnostic::new(rule, "wrong");
        let release = Release::of(release).unwrap();
        soften(&mut finding, release);
        let once = finding.clone();
        soften(&mut finding, release);
        assert_eq!(finding, once, "softened twice");
        finding
    }

    #[test]
    fn a_new_error_is_a_warning_that_says_when_it_will_be_one() {
        let finding = told(&ADJUSTABLE, "0.2.4");
        assert_eq!(finding.severity, Severity::Warning);
        assert_eq!(
            finding.notes,
            ["the rule is new in goldsmith 0.2: from the next minor release on this is an error"]
        );
    }

    #[test]
    fn from_the_next_minor_release_on_it_is_an_error() {
        assert_eq!(told(&ADJUSTABLE, "0.3.0"), Diagnostic::new(&ADJUSTABLE, "wrong"));
    }

    #[test]
    fn a_new_refusal_or_warning_is_what_it_is() {
        for rule in [&STRUCTURAL, &WARNING] {
            assert_eq!(told(rule, "0.2.1"), Diagnostic::new(rule, "wrong"), "{}", rule.code);
        }
    }
}
