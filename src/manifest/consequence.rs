//! What a component says of a change beyond the change itself.

use crate::diagnostic::Diagnostic;

/// What follows in the cluster from a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Consequence {
    /// In words: ``DataImportCron `fedora` is deleted and created again, since its spec cannot change``.
    pub text: String,
    /// Set where the consequence destroys something.
    pub finding: Option<Diagnostic>,
}
