//! What a run has to tell, and its printers.
//!
//! In: [`Report`], the findings of a run and what became of each manifest. Out: [`human`] text for people, [`json`] for
//! programs, in the versioned form of [`document`], and what CI systems read: [`sarif`], [`junit`], [`markdown`],
//! [`github`]. A printer tells nothing of a spec that [`human`] does not tell. Printers return text; where it goes is the command line's matter.

mod checkout;
pub mod document;
pub mod github;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
mod plain;
pub mod sarif;
#[cfg(test)]
mod testing;

pub use document::{Difference, How, Manifest, Site, State};

use crate::diagnostic::{Findings, words};
use crate::validate::files::Judged;

/// Everything that a run tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The version of the goldsmith that ran.
    pub goldsmith: String,
    /// The command: `render`.
    pub command: String,
    /// The folder that paths are from, from the root of the checkout, with `/`; empty where it is that root. A CI system
    /// knows files by their path from there.
    pub folder: String,
    /// What is wrong.
    pub findings: Findings,
    /// What became of each site's manifests; empty for commands that write and compare nothing.
    pub sites: Vec<Site>,
    /// What the API server would say of each object; empty for all commands but `validate`.
    pub objects: Vec<Judged>,
    /// The files of the tree that are not what the specs render to: what `check` looks for.
    pub differences: Vec<Difference>,
}

impl Report {
    /// An empty report of this goldsmith.
    pub fn new(command: impl Into<String>) -> Self {
        Report {
            goldsmith: env!("CARGO_PKG_VERSION").to_owned(),
            command: command.into(),
            folder: String::new(),
            findings: Findings::default(),
            sites: Vec::new(),
            objects: Vec::new(),
            differences: Vec::new(),
        }
    }

    /// That the tree is not what the specs render to, in words; none where it is, or where nobody looked.
    fn stale(&self) -> Option<String> {
        let files = match self.differences.len() {
            0 => return None,
            1 => "1 file is".to_owned(),
            many => format!("{} are", words::count(many, "file")),
        };
        Some(format!(
            "{files} not what the specs render to: run `goldsmith render` and commit what it writes"
        ))
    }
}

/// The JSON Schema of the report's JSON form.
pub fn schema() -> serde_json::Value {
    crate::schema::of::<document::Document>("report.json")
}
