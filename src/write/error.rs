//! What stops a write: nothing of the tree is lost by any of it.

use std::path::PathBuf;

use thiserror::Error;

use super::TreeError;
use crate::disk::DiskError;

/// Why the tree could not be written or compared.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The disk refused.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A name that the tree does not take.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// Two runs at once.
    #[error("another goldsmith is writing to `{}`: wait until it is done", .0.display())]
    Locked(PathBuf),
    /// An inventory that was edited or left in conflict.
    #[error("`{}`, line {line}: {reason}: take either side's version of the file from git and render again", path.display())]
    Inventory {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A journal that no goldsmith of this version wrote.
    #[error("`{}`, line {line}: not a line of a journal: remove the folder around it and render again", path.display())]
    Journal {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
    /// A commit in spite of files in the way.
    #[error("nothing was written to `{}`: foreign files are in the way", .0.display())]
    Blocked(PathBuf),
    /// Somebody removed the tree while it was built.
    #[error("`{}` vanished while it was written: render again", .0.display())]
    Vanished(PathBuf),
}
