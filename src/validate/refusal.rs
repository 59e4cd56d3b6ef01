//! What the API server would say of an object, as findings: one wording for manifests of a fleet and for those of others.

use serde_json::Value;

use super::judge::{Judgement, Violation};
use super::rules::{AGAINST_SCHEMA, BAD_OBJECT_NAME, FIXED_FIELD, RULE_NOT_EVALUATED};
use crate::diagnostic::{Diagnostic, Rule};
use crate::manifest::pointer::dotted;
use crate::provenance::Place;

/// An object that was judged, as findings speak of it.
pub(super) struct Subject<'s> {
    /// What a person calls it: the path of its file, or its kind and name.
    pub(super) shown: &'s str,
    /// The object.
    pub(super) object: &'s Value,
    /// Where people wrote what a field of it, or what is nearest around it, was made from, by JSON pointer.
    pub(super) locate: &'s dyn Fn(&str) -> Vec<Place>,
    /// What is said at that place: `here`.
    pub(super) label: &'static str,
}

/// The findings of a judgement; what is refused comes first, and has no way out yet.
pub(super) fn findings(judgement: Judgement, subject: &Subject<'_>) -> impl Iterator<Item = Diagnostic> {
    let Judgement { violations, fixed, not_evaluated } = judgement;
    let refused = violations.into_iter().map(|violation| refused(violation, subject));
    let fixed = fixed.into_iter().map(|Violation { pointer, message }| {
        told(&FIXED_FIELD, "cannot change", &pointer, subject).help(message)
    });
    let unknown = not_evaluated.into_iter().map(|rule| self::not_evaluated(rule, subject));
    refused.chain(fixed).chain(unknown)
}

fn refused(Violation { pointer, message }: Violation, subject: &Subject<'_>) -> Diagnostic {
    let found = if pointer.starts_with("/metadata/") {
        told(&BAD_OBJECT_NAME, "is not valid", &pointer, subject)
    } else {
        told(&AGAINST_SCHEMA, "does not fit its definition", &pointer, subject)
    };
    found.note(message)
}

fn told(rule: &'static Rule, what: &str, pointer: &str, subject: &Subject<'_>) -> Diagnostic {
    let field = if pointer.is_empty() { "the root".to_owned() } else { format!("`{}`", dotted(pointer)) };
    let is_there = subject.object.pointer(pointer).is_some();
    let mut places = (subject.locate)(pointer).into_iter();
    let found = Diagnostic::new(rule, format!("{field} of {} {what}", subject.shown))
        .at(places.next(), if is_there { subject.label } else { "it is not in here" });
    // Any of them may be the one to change.
    places.fold(found, |found, place| found.with(Some(place), "made from this, too"))
}

fn not_evaluated(rule: Violation, subject: &Subject<'_>) -> Diagnostic {
    Diagnostic::new(&RULE_NOT_EVALUATED, format!("a rule for {} could not be asked", subject.shown))
        .at((subject.locate)(&rule.pointer).into_iter().next(), "for this")
        .note(rule.message)
        .help("the API server will ask it: `kubectl apply --dry-run=server`")
}
