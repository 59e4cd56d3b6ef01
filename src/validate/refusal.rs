//! What the API server would say of an object, as findings: one wording for manifests of a fleet and for those of others.

use super::judge::{Judgement, Violation};
use super::rules::{AGAINST_SCHEMA, BAD_OBJECT_NAME, RULE_NOT_EVALUATED};
use crate::diagnostic::Diagnostic;
use crate::manifest::pointer::dotted;
use crate::provenance::Place;

/// An object that was judged, as findings speak of it.
pub(super) struct Subject<'s> {
    /// What a person calls it: the path of its file, or its kind and name.
    pub(super) shown: &'s str,
    /// Where a field of it was written, by JSON pointer.
    pub(super) locate: &'s dyn Fn(&str) -> Option<Place>,
    /// What is said at that place: `here`.
    pub(super) label: &'static str,
}

/// The findings of a judgement; what is refused comes first, and has no way out yet.
pub(super) fn findings(judgement: Judgement, subject: &Subject<'_>) -> impl Iterator<Item = Diagnostic> {
    let refused = judgement.violations.into_iter().map(|violation| refused(violation, subject));
    let unknown = judgement.not_evaluated.into_iter().map(|rule| not_evaluated(rule, subject));
    refused.chain(unknown)
}

fn refused(Violation { pointer, message }: Violation, subject: &Subject<'_>) -> Diagnostic {
    let field = if pointer.is_empty() { "the root".to_owned() } else { format!("`{}`", dotted(&pointer)) };
    let (rule, what) = if pointer.starts_with("/metadata/") {
        (&BAD_OBJECT_NAME, "is not valid")
    } else {
        (&AGAINST_SCHEMA, "does not fit its definition")
    };
    Diagnostic::new(rule, format!("{field} of {} {what}", subject.shown))
        .at((subject.locate)(&pointer), subject.label)
        .note(message)
}

fn not_evaluated(rule: Violation, subject: &Subject<'_>) -> Diagnostic {
    Diagnostic::new(&RULE_NOT_EVALUATED, format!("a rule for {} could not be asked", subject.shown))
        .at((subject.locate)(&rule.pointer), "for this")
        .note(rule.message)
        .help("the API server will ask it: `kubectl apply --dry-run=server`")
}
