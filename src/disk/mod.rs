//! The disk: the only user of `std::fs` and `rustix`.
//!
//! [`Folder`] is an open folder: everything below it is reached by name from its handle, one part at a time, and a link
//! is never followed, so that no name leads out of a tree. [`Cursor`] walks sorted paths with few opens. A folder is
//! a fleet repository too: [`Folder`] is one of the [`crate::load::Files`]. Nothing here knows what the files mean.

mod cursor;
mod file;
mod files;
mod folder;

use std::io;
use std::path::PathBuf;

use thiserror::Error;

pub use cursor::Cursor;
pub use file::Held;
pub use folder::{Entry, Folder, Kind, create_all};

/// What the disk refused: always with the path and what was tried.
#[derive(Debug, Error)]
#[error("could not {tried} `{}`: {cause}", path.display())]
pub struct DiskError {
    /// What was tried: `open`, `write`.
    pub tried: &'static str,
    /// On what.
    pub path: PathBuf,
    /// Why not.
    pub cause: Cause,
}

/// Why the disk refused.
#[derive(Debug, Error)]
pub enum Cause {
    /// A symbolic link stands in the way.
    #[error("it is a symbolic link, and links are not followed")]
    Link,
    /// A file or another thing stands where a folder is wanted.
    #[error("it is not a folder")]
    NotFolder,
    /// The system's own words.
    #[error("{0}")]
    System(io::Error),
}

impl DiskError {
    /// The kind of the system's answer, if it was the system's.
    pub fn kind(&self) -> Option<io::ErrorKind> {
        match &self.cause {
            Cause::System(error) => Some(error.kind()),
            Cause::Link | Cause::NotFolder => None,
        }
    }
}
