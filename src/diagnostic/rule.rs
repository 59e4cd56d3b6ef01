//! A rule: the stable part of a finding.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is written; exit 1.
    Error,
    /// Told; the run goes on.
    Warning,
}

/// A rule: a `static` beside the code that raises it.
///
/// Its failing example is the case of `golden/fails/` that reports its code, and its passing one the folder `passing/` of
/// that case: what a rule does is shown by what is tested, not told twice.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable code: `GS-GOLD-007`.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// One line, general: `two images manage one DataSource`.
    pub summary: &'static str,
    /// Why it matters.
    pub explanation: &'static str,
    /// Where that is known from: upstream files, standards, sections of the fact sheets. None for what is Goldsmith's own.
    pub source: Option<&'static str>,
    /// The versions for which it holds.
    pub holds: &'static str,
    /// The first goldsmith that has it.
    pub since: &'static str,
    /// Whether a fleet may lower or waive it: so are all warnings, and the errors that leave something sound to render.
    pub adjustable: bool,
    /// Whether it is about a change, so that only who compares with what was there can find it: `diff`.
    pub of_changes: bool,
}

impl Rule {
    /// A rule whose findings stop the run.
    pub const fn error(code: &'static str, summary: &'static str, explanation: &'static str) -> Self {
        Rule::new(code, Severity::Error, summary, explanation)
    }

    /// A rule whose findings are told and do not stop the run.
    pub const fn warning(code: &'static str, summary: &'static str, explanation: &'static str) -> Self {
        Rule::new(code, Severity::Warning, summary, explanation)
    }

    const fn new(
        code: &'static str,
        severity: Severity,
        summary: &'static str,
        explanation: &'static str,
    ) -> Self {
        let holds = "all supported versions";
        let adjustable = matches!(severity, Severity::Warning);
        Rule {
            code,
            severity,
            summary,
            explanation,
            source: None,
            holds,
            since: "0.1.0",
            adjustable,
            of_changes: false,
        }
    }

    /// The same rule, as one about changes.
    #[must_use]
    pub const fn of_changes(self) -> Self {
        Rule { of_changes: true, ..self }
    }

    /// The same rule, of which a fleet may say that it lives with what is found.
    #[must_use]
    pub const fn or_waived(self) -> Self {
        Rule { adjustable: true, ..self }
    }

    /// Where it is known from.
    #[must_use]
    pub const fn source(self, source: &'static str) -> Self {
        Rule { source: Some(source), ..self }
    }

    /// The versions for which it holds, where those are not all.
    #[must_use]
    pub const fn holds(self, holds: &'static str) -> Self {
        Rule { holds, ..self }
    }

    /// The release that brings it, where that is not the first one.
    #[must_use]
    pub const fn since(self, since: &'static str) -> Self {
        Rule { since, ..self }
    }

    /// Words for a serde error that shall become a finding of this rule: `GS-SPEC-009: ...`.
    ///
    /// The code travels in the text because `serde::de::Error::custom` takes nothing but a text.
    /// [`super::from_mismatch`] takes it apart again, by the codes of [`super::rules`] alone; further lines of the text
    /// become ways out.
    pub fn words(&self, text: impl std::fmt::Display) -> String {
        format!("{}: {text}", self.code)
    }
}
