//! What the command line adds to a repository, and why a run cannot begin.

use thiserror::Error;

use super::FilesError;
use crate::diagnostic::Diagnostic;

/// What the command line adds to a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `--overlay`: overlays above all sites, lowest first, named as in specs.
    pub overlays: Vec<String>,
    /// `--set`: values above everything else, lowest first, each `path=value`.
    pub set: Vec<String>,
    /// `--site`: only sites of these names, and those of `groups`. All sites where both are empty.
    pub sites: Vec<String>,
    /// `--group`: only sites of these groups, and those of `sites`.
    pub groups: Vec<String>,
}

/// Why a run cannot begin, other than by what people wrote: exit code 2.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum CannotRun {
    /// There is no `fleet.yaml`.
    #[error("there is no fleet.yaml here: `goldsmith init` writes one")]
    NoFleet,
    /// This goldsmith is outside the range that the fleet asks for (GS-FLEET-005).
    #[error("{}", .0.title)]
    Version(Box<Diagnostic>),
    /// A file could not be read.
    #[error(transparent)]
    Files(#[from] FilesError),
}
