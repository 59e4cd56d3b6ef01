//! Where the texts of a fleet repository come from: a folder on disk, a git revision, or memory.
//!
//! A path is relative to the repository's root and written with `/`; `.` and `..` are resolved in the text alone
//! ([`clean`]), and none of them leads outside. This module knows no disk.

use std::collections::BTreeMap;

use thiserror::Error;

/// The largest file that is read, in bytes: 16 MiB. A larger one is refused before it is read.
pub const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// A fleet repository as far as it can be read.
pub trait Files: Send + Sync {
    /// The bytes of a file, or none where there is no file of that name.
    /// Fails on a file above [`LARGEST_FILE`], a folder, a path that leads outside, and whatever the disk answers.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, FilesError>;

    /// The files of a folder (`""` is the root), as paths relative to the root, sorted; none where there is no such folder.
    /// Names that begin with a dot are left out, as in the globs of a shell.
    fn list(&self, folder: &str, depth: Depth) -> Result<Vec<String>, FilesError>;
}

/// How deep [`Files::list`] looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The folder alone.
    Folder,
    /// The folder and all below it; linked folders are not entered.
    Below,
}

/// Why a file could not be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FilesError {
    /// A path that begins with `/` or climbs above the root, or a link that does.
    #[error("`{0}` leads outside the repository: only files inside it are read")]
    Outside(String),
    /// A file above [`LARGEST_FILE`].
    #[error("`{path}` has {bytes} bytes, more than the {LARGEST_FILE} that are read: split it")]
    TooLarge {
        /// Relative to the root.
        path: String,
        /// Its size.
        bytes: u64,
    },
    /// A folder, pipe or device where a file is wanted.
    #[error("`{0}` is not a file")]
    NotFile(String),
    /// A link whose target does not exist.
    #[error("`{0}` is a link to nothing: its target is missing")]
    Dangling(String),
    /// A name that is no UTF-8 text; shown with the wrong bytes replaced.
    #[error("the name of `{0}` is not UTF-8 text: rename it")]
    Name(String),
    /// The system refused.
    #[error("could not {tried} `{path}`: {reason}")]
    System {
        /// What was tried: `read`.
        tried: &'static str,
        /// Relative to the root.
        path: String,
        /// In the system's words.
        reason: String,
    },
}

/// A path without `.`, `..` and empty parts; an error where it would leave the root. The root itself is `""`.
pub fn clean(path: &str) -> Result<String, FilesError> {
    let outside = || FilesError::Outside(path.to_owned());
    if path.starts_with('/') || path.contains('\0') {
        return Err(outside());
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop().ok_or_else(outside)?),
            name => parts.push(name),
        }
    }
    Ok(parts.join("/"))
}

/// A repository in memory: path -> bytes. For users without a disk, and for tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory(BTreeMap<String, Vec<u8>>);

impl Memory {
    /// Adds a file, or replaces it.
    pub fn add(&mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Result<(), FilesError> {
        self.0.insert(clean(path)?, bytes.into());
        Ok(())
    }
}

impl Files for Memory {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, FilesError> {
        let path = clean(path)?;
        let Some(bytes) = self.0.get(&path) else { return Ok(None) };
        let size = bytes.len() as u64;
        if size > LARGEST_FILE {
            Err(FilesError::TooLarge { path, bytes: size })
        } else {
            Ok(Some(bytes.clone()))
        }
    }

    fn list(&self, folder: &str, depth: Depth) -> Result<Vec<String>, FilesError> {
        let folder = clean(folder)?;
        let inside = |path: &&String| {
            let rest = if folder.is_empty() { Some(path.as_str()) } else { below(path, &folder) };
            rest.is_some_and(|rest| {
                (depth == Depth::Below || !rest.contains('/'))
                    && rest.split('/').all(|part| !part.starts_with('.'))
            })
        };
        Ok(self.0.keys().filter(inside).cloned().collect())
    }
}

/// The rest of a path below a folder.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    path.strip_prefix(folder)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository() -> Memory {
        let mut memory = Memory::default();
        for path in [
            "fleet.yaml",
            "sites/b.yaml",
            "sites/a.yaml",
            "sites/x/site.yaml",
            "sites/.a.swp",
            "sitesmore/c.yaml",
        ] {
            memory.add(path, path).unwrap();
        }
        memory
    }

    #[test]
    fn a_path_is_cleaned_in_the_text_alone() {
        assert_eq!(clean("sites/../overlays/./a.yaml").unwrap(), "overlays/a.yaml");
        assert_eq!(clean("").unwrap(), "");
    }

    #[test]
    fn a_path_that_climbs_above_the_root_is_refused() {
        for path in ["../a", "sites/../../a", "/etc/passwd", "a\0b"] {
            assert_eq!(clean(path), Err(FilesError::Outside(path.to_owned())));
        }
    }

    #[test]
    fn a_folder_lists_its_own_files_sorted_without_dotted_ones() {
        assert_eq!(repository().list("sites", Depth::Folder).unwrap(), ["sites/a.yaml", "sites/b.yaml"]);
    }

    #[test]
    fn a_deep_list_enters_folders() {
        let listed = repository().list("sites", Depth::Below).unwrap();
        assert_eq!(listed, ["sites/a.yaml", "sites/b.yaml", "sites/x/site.yaml"]);
        assert_eq!(repository().list("", Depth::Folder).unwrap(), ["fleet.yaml"]);
    }

    #[test]
    fn what_is_not_there_is_none_and_what_is_there_is_read() {
        assert_eq!(repository().read("sites/c.yaml").unwrap(), None);
        assert_eq!(repository().read("./fleet.yaml").unwrap(), Some(b"fleet.yaml".to_vec()));
    }
}
