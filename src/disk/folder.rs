//! An open folder.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use rustix::fs::{self, AtFlags, CWD, Dir, FileType, FlockOperation, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::{Cause, DiskError};

/// An open folder; all its methods take one name in it, never a path.
#[derive(Debug)]
pub struct Folder {
    pub(super) handle: OwnedFd,
    path: PathBuf,
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// As the file system has it.
    pub name: OsString,
    /// What it is.
    pub kind: Kind,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A pipe, a socket, a device.
    Other,
}

impl Folder {
    /// Opens a folder that a person named: links on the way to it are followed, but it must not be one itself.
    pub fn open(path: &Path) -> Result<Option<Self>, DiskError> {
        // A trailing slash would make the system follow the link after all.
        let path: PathBuf = path.components().collect();
        open(CWD, &path, path.clone(), OFlags::NOFOLLOW)
    }

    /// Opens a folder that a person named and that may be a link: one to read from, or the one around an output folder.
    pub fn open_linked(path: &Path) -> Result<Option<Self>, DiskError> {
        open(CWD, path, path.to_owned(), OFlags::empty())
    }

    /// Where it is, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a folder in it, if there is one of that name.
    pub fn child(&self, name: impl AsRef<Path>) -> Result<Option<Self>, DiskError> {
        open(&self.handle, name.as_ref(), self.path.join(&name), OFlags::NOFOLLOW)
    }

    /// Opens a folder in it and makes it if there is none.
    pub fn make(&self, name: impl AsRef<Path>) -> Result<Self, DiskError> {
        let name = name.as_ref();
        match fs::mkdirat(&self.handle, name, Mode::from_bits_truncate(0o777)) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(errno) => return Err(self.refused("make the folder", name, errno)),
        }
        self.child(name)?.ok_or_else(|| self.refused("open", name, Errno::NOENT))
    }

    /// All names in it, sorted.
    pub fn entries(&self) -> Result<Vec<Entry>, DiskError> {
        let refused = |errno| failure("list", self.path.clone(), errno);
        let mut entries = Vec::new();
        for entry in Dir::read_from(&self.handle).map_err(refused)? {
            let entry = entry.map_err(refused)?;
            let name = OsString::from_vec(entry.file_name().to_bytes().to_vec());
            if name == "." || name == ".." {
                continue;
            }
            let kind = match entry.file_type() {
                FileType::Unknown => self.kind(&name)?.unwrap_or(Kind::Other),
                known => Kind::of(known),
            };
            entries.push(Entry { name, kind });
        }
        entries.sort();
        Ok(entries)
    }

    /// What a name stands for, if anything.
    pub fn kind(&self, name: impl AsRef<Path>) -> Result<Option<Kind>, DiskError> {
        let stat = self.stat(name.as_ref())?;
        Ok(stat.map(|stat| Kind::of(FileType::from_raw_mode(stat.st_mode))))
    }

    /// Removes a folder in it if it is empty; tells whether it is gone.
    pub fn remove_empty(&self, name: impl AsRef<Path>) -> Result<bool, DiskError> {
        let name = name.as_ref();
        match fs::unlinkat(&self.handle, name, AtFlags::REMOVEDIR) {
            Ok(()) | Err(Errno::NOENT) => Ok(true),
            Err(Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR) => Ok(false),
            Err(errno) => Err(self.refused("remove", name, errno)),
        }
    }

    /// Removes a name and, where it is a folder, all below it. Links are removed, not followed.
    pub fn remove_all(&self, name: impl AsRef<Path>) -> Result<(), DiskError> {
        let name = name.as_ref();
        match self.kind(name)? {
            None => return Ok(()),
            Some(Kind::Folder) => {}
            Some(_) => return self.remove(name).map(drop),
        }
        if let Some(child) = self.child(name)? {
            for entry in child.entries()? {
                child.remove_all(&entry.name)?;
            }
        }
        self.remove_empty(name).map(drop)
    }

    /// Whether both are on one file system, so that a rename between them can work.
    pub fn shares_file_system(&self, other: &Folder) -> Result<bool, DiskError> {
        Ok(self.own_stat()?.st_dev == other.own_stat()?.st_dev)
    }

    /// Whether its path still leads to it.
    pub fn is_current(&self) -> Result<bool, DiskError> {
        let Some(now) = Folder::open(&self.path)? else { return Ok(false) };
        let (own, now) = (self.own_stat()?, now.own_stat()?);
        Ok(own.st_dev == now.st_dev && own.st_ino == now.st_ino)
    }

    /// Locks it against other processes for as long as it stays open; false where another one holds the lock.
    /// A file system without locks (some network ones) lets everybody through.
    pub fn lock(&self) -> Result<bool, DiskError> {
        match fs::flock(&self.handle, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) | Err(Errno::BADF | Errno::NOTSUP | Errno::NOLCK | Errno::NOSYS) => Ok(true),
            Err(Errno::WOULDBLOCK) => Ok(false),
            Err(errno) => Err(failure("lock", self.path.clone(), errno)),
        }
    }

    /// Waits until everything written to its file system is on the disk.
    pub fn sync_all(&self) -> Result<(), DiskError> {
        #[cfg(target_os = "linux")]
        let done = fs::syncfs(&self.handle);
        #[cfg(not(target_os = "linux"))]
        let done = {
            fs::sync();
            Ok(())
        };
        done.map_err(|errno| failure("sync", self.path.clone(), errno))
    }

    /// Waits until its names are on the disk.
    pub fn sync_names(&self) -> Result<(), DiskError> {
        fs::fsync(&self.handle).map_err(|errno| failure("sync", self.path.clone(), errno))
    }

    pub(super) fn refused(&self, tried: &'static str, name: &Path, errno: Errno) -> DiskError {
        failure(tried, self.path.join(name), errno)
    }

    fn stat(&self, name: &Path) -> Result<Option<Stat>, DiskError> {
        match fs::statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(stat)),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(self.refused("look at", name, errno)),
        }
    }

    fn own_stat(&self) -> Result<Stat, DiskError> {
        fs::fstat(&self.handle).map_err(|errno| failure("look at", self.path.clone(), errno))
    }
}

impl Kind {
    /// Our word for the system's.
    pub(super) fn of(kind: FileType) -> Self {
        match kind {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Folder,
            FileType::Symlink => Kind::Link,
            _ => Kind::Other,
        }
    }
}

/// Makes a folder that a person named, and those around it.
#[expect(clippy::disallowed_methods, reason = "this is the module that the others are sent to")]
pub fn create_all(path: &Path) -> Result<(), DiskError> {
    std::fs::create_dir_all(path).map_err(|error| DiskError {
        tried: "make the folder",
        path: path.to_owned(),
        cause: Cause::System(error),
    })
}

fn open(from: impl AsFd, name: &Path, path: PathBuf, links: OFlags) -> Result<Option<Folder>, DiskError> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | links;
    match fs::openat(&from, name, flags, Mode::empty()) {
        Ok(handle) => Ok(Some(Folder { handle, path })),
        Err(Errno::NOENT) => Ok(None),
        Err(Errno::NOTDIR | Errno::LOOP) => {
            Err(DiskError { tried: "open the folder", path, cause: in_the_way(from, name) })
        }
        Err(errno) => Err(failure("open the folder", path, errno)),
    }
}

/// What stands where a folder should: both systems answer alike for links and files.
fn in_the_way(from: impl AsFd, name: &Path) -> Cause {
    match fs::statat(from, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink => Cause::Link,
        _ => Cause::NotFolder,
    }
}

fn failure(tried: &'static str, path: PathBuf, errno: Errno) -> DiskError {
    DiskError { tried, path, cause: Cause::System(io::Error::from(errno)) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "tests look at the disk from outside")]

    use super::*;

    fn temporary() -> (tempfile::TempDir, Folder) {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap().unwrap();
        (place, folder)
    }

    #[test]
    fn a_link_is_told_from_a_file_and_neither_is_entered() {
        let (place, folder) = temporary();
        std::fs::create_dir(place.path().join("real")).unwrap();
        std::os::unix::fs::symlink("real", place.path().join("link")).unwrap();
        std::fs::write(place.path().join("file"), "").unwrap();
        assert!(matches!(folder.child("link").unwrap_err().cause, Cause::Link));
        assert!(matches!(folder.make("link").unwrap_err().cause, Cause::Link));
        assert!(matches!(folder.make("file").unwrap_err().cause, Cause::NotFolder));
        let message = folder.child("link").unwrap_err().to_string();
        assert!(message.contains("link`: it is a symbolic link"), "{message}");
    }

    #[test]
    fn removing_all_leaves_the_target_of_a_link_alone() {
        let (place, folder) = temporary();
        let kept = tempfile::tempdir().unwrap();
        std::fs::write(kept.path().join("file"), "kept").unwrap();
        std::fs::create_dir_all(place.path().join("a/b")).unwrap();
        std::os::unix::fs::symlink(kept.path(), place.path().join("a/b/link")).unwrap();
        folder.remove_all("a").unwrap();
        assert!(folder.entries().unwrap().is_empty());
        assert_eq!(std::fs::read_to_string(kept.path().join("file")).unwrap(), "kept");
    }

    #[test]
    fn a_second_opener_does_not_get_the_lock() {
        let (place, folder) = temporary();
        let second = Folder::open(place.path()).unwrap().unwrap();
        assert!(folder.lock().unwrap());
        assert!(!second.lock().unwrap());
        drop(folder);
        assert!(second.lock().unwrap());
    }

    #[test]
    fn a_replaced_folder_is_no_longer_current() {
        let (place, folder) = temporary();
        folder.make("out").unwrap();
        let out = folder.child("out").unwrap().unwrap();
        assert!(out.is_current().unwrap());
        folder.make("other").unwrap();
        std::fs::rename(place.path().join("other"), place.path().join("out")).unwrap();
        assert!(!out.is_current().unwrap());
    }
}
