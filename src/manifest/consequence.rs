//! What a component says of a change beyond the change itself.

use serde_json::Value;

use crate::diagnostic::Diagnostic;

/// An object that differs between two sides of a site.
#[derive(Clone, Copy, Debug)]
pub struct Changed<'s> {
    /// None where the object is created.
    pub old: Option<&'s Value>,
    /// None where it is deleted.
    pub new: Option<&'s Value>,
}

/// What follows in the cluster from a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Consequence {
    /// Which change it follows from, by its place in the list.
    pub change: usize,
    /// In words: ``DataImportCron `fedora` is deleted and created again, since its spec cannot change``.
    pub text: String,
    /// Set where the consequence destroys something.
    pub finding: Option<Diagnostic>,
}
