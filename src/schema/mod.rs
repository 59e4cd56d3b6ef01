//! JSON Schemas, made from types and held against values; what [`crate::document`], [`crate::report`] and the checks of
//! [`crate::load`] share.
//!
//! [`of`] makes the schema of a type as editors read it best. [`Compiled`] holds values against a schema and is the only
//! user of `jsonschema`: the rest of the crate knows [`Violation`]. Nothing here knows what a document means.

mod compiled;
mod generated;

pub use compiled::{Bound, Compiled, Violation, Wrong};
pub use generated::{DRAFT, REFUSED_BY, of};
