//! What the API server would say of one object, without one.
//!
//! In: an object, and its old version if there is one. Out: a [`Judgement`]: what would be refused, and the rules of which
//! nobody knows. It knows nothing of sites, files and findings.

mod cel;
mod change;
mod embedded;
mod fields;
mod format;
mod lists;
mod metadata;
mod node;
mod number;
mod pattern;
mod prepare;
mod schema;
mod structure;

pub use metadata::metadata;
pub use schema::{Schema, Served};

/// One place of an object that the API server would not take.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// JSON pointer into the object.
    pub pointer: String,
    /// What is wrong, lower case, words of the object in backticks.
    pub message: String,
}

/// What is wrong with an object, and what nobody can tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// What the API server would not take.
    pub violations: Vec<Violation>,
    /// What it would take of a new object, and not in the place of the old version.
    pub fixed: Vec<Violation>,
    /// Rules that could not be evaluated here, each at its place: they may hold or not.
    pub not_evaluated: Vec<Violation>,
}

impl Judgement {
    fn sort(&mut self) {
        for list in [&mut self.violations, &mut self.fixed, &mut self.not_evaluated] {
            list.sort();
            list.dedup();
        }
    }
}
