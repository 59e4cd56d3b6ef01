//! A text of manifests, ours or not, read as kubectl reads it.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, from_yaml};
use crate::manifest::confidential;
use crate::provenance::{Source, Sources};
use crate::yaml::read::Problem;
use crate::yaml::{Node, read};

/// What is in a text.
pub(super) struct Foreign<'s> {
    /// Its documents.
    pub(super) documents: Vec<Node<'s>>,
    /// What cannot be read, or only by some readers.
    pub(super) problems: Vec<Problem>,
    /// The text alone, as it is shown: without what Secrets hold.
    pub(super) sources: Sources,
}

impl<'s> Foreign<'s> {
    /// Reads a text.
    pub(super) fn read(source: &'s Arc<Source>) -> Self {
        let mut problems = Vec::new();
        // The one text of the table is the first.
        let documents = read::foreign(&source.text, 0, &mut problems);
        let mut sources = Sources::default();
        sources.add(confidential::shown(source, &documents, problems.is_empty()));
        Foreign { documents, problems, sources }
    }

    /// The problems as findings.
    pub(super) fn findings(&self) -> impl Iterator<Item = Diagnostic> {
        self.problems.iter().map(|problem| from_yaml(problem, &self.sources))
    }
}
