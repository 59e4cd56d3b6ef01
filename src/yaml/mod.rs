//! Bytes to trees and back. Knows nothing of Goldsmith; the only module that names the YAML crate.
//!
//! In: [`read`], strict for specs and our own template output, foreign for manifests that others wrote (read as Go
//! YAML, and so kubectl, reads them). Out: [`write`](mod@write), one canonical printed form.

mod node;
pub mod pointer;
pub mod read;
pub mod scalar;
mod scan;
mod tree;
mod value;
pub mod write;

pub use node::{Entry, Kind, Loc, Node, SourceId};
