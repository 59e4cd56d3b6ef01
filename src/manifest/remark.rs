//! What is wrong with manifests and shows in them alone: no spec is asked.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Rule};
use crate::provenance::Place;

/// A finding whose places are still fields of objects: whoever has the objects knows where those are written.
#[derive(Clone, Debug, PartialEq)]
pub struct Remark {
    rule: &'static Rule,
    title: String,
    at: Spot,
    with: Vec<Spot>,
    notes: Vec<String>,
    help: Vec<String>,
}

/// A field of one of the objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// Which object, by its place in the list.
    pub object: usize,
    /// The field, as a JSON pointer.
    pub pointer: String,
    /// The words under its caret.
    text: String,
}

impl Remark {
    /// A remark on a field of one of the objects.
    pub fn new(
        rule: &'static Rule,
        title: impl Into<String>,
        (object, pointer): (usize, impl Into<String>),
        text: impl Into<String>,
    ) -> Self {
        let at = Spot { object, pointer: pointer.into(), text: text.into() };
        Remark { rule, title: title.into(), at, with: Vec::new(), notes: Vec::new(), help: Vec::new() }
    }

    /// Points at another field that explains it.
    #[must_use]
    pub fn with(mut self, (object, pointer): (usize, impl Into<String>), text: impl Into<String>) -> Self {
        self.with.push(Spot { object, pointer: pointer.into(), text: text.into() });
        self
    }

    /// Adds a reason.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a way out.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// The code of its rule.
    pub fn code(&self) -> &'static str {
        self.rule.code
    }

    /// All fields that it is about, the one that is wrong first.
    pub fn spots(&self) -> impl Iterator<Item = &Spot> {
        std::iter::once(&self.at).chain(&self.with)
    }

    /// As a finding, by whoever knows where fields are written.
    pub fn finding(self, locate: impl Fn(&Spot) -> Option<Place>) -> Diagnostic {
        let mut finding = Diagnostic::new(self.rule, self.title).at(locate(&self.at), self.at.text);
        for spot in self.with {
            finding = finding.with(locate(&spot), spot.text);
        }
        finding = self.notes.into_iter().fold(finding, Diagnostic::note);
        self.help.into_iter().fold(finding, Diagnostic::help)
    }
}

/// The text of a field.
pub fn text_at<'v>(object: &'v Value, pointer: &str) -> Option<&'v str> {
    object.pointer(pointer).and_then(Value::as_str)
}
