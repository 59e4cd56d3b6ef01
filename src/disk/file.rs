//! Files in an open folder.

use std::io::{self, Read, Write};
use std::path::Path;

use rustix::fs::{self, AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::{Cause, DiskError, Folder, Kind};

/// How a file compares with what it should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// There is nothing of that name.
    Nothing,
    /// It holds just that.
    Same,
    /// It holds something else.
    Different,
    /// It is no regular file.
    NotFile(Kind),
}

impl Folder {
    /// The bytes of a file, if there is one; a link is an error.
    pub fn content(&self, name: impl AsRef<Path>) -> Result<Option<Vec<u8>>, DiskError> {
        let name = name.as_ref();
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let handle = match fs::openat(&self.handle, name, flags, Mode::empty()) {
            Ok(handle) => handle,
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP) => {
                return Err(DiskError { tried: "read", path: self.path().join(name), cause: Cause::Link });
            }
            Err(errno) => return Err(self.refused("open", name, errno)),
        };
        let mut bytes = Vec::new();
        match std::fs::File::from(handle).read_to_end(&mut bytes) {
            Ok(_) => Ok(Some(bytes)),
            Err(error) => Err(self.system("read", name, error)),
        }
    }

    /// Compares a file with what it should hold: its length first, then one read into the buffer.
    pub fn compare(&self, name: &str, bytes: &[u8], buffer: &mut Vec<u8>) -> Result<Held, DiskError> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let handle = match fs::openat(&self.handle, name, flags, Mode::empty()) {
            Ok(handle) => handle,
            Err(Errno::NOENT) => return Ok(Held::Nothing),
            Err(Errno::LOOP) => return Ok(Held::NotFile(Kind::Link)),
            Err(Errno::NXIO) => return Ok(Held::NotFile(Kind::Other)),
            Err(errno) => return Err(self.refused("open", name.as_ref(), errno)),
        };
        let stat = fs::fstat(&handle).map_err(|errno| self.refused("look at", name.as_ref(), errno))?;
        match Kind::of(FileType::from_raw_mode(stat.st_mode)) {
            Kind::File => {}
            other => return Ok(Held::NotFile(other)),
        }
        if u64::try_from(stat.st_size) != Ok(bytes.len() as u64) {
            return Ok(Held::Different);
        }
        buffer.resize(bytes.len(), 0);
        match std::fs::File::from(handle).read_exact(buffer) {
            Ok(()) if buffer == bytes => Ok(Held::Same),
            Ok(()) => Ok(Held::Different),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Held::Different),
            Err(error) => Err(self.system("read", name.as_ref(), error)),
        }
    }

    /// Writes a file that must not be there yet. It is not synced: see [`Folder::sync_all`].
    pub fn create(&self, name: impl AsRef<Path>, bytes: &[u8]) -> Result<(), DiskError> {
        self.write_new(name.as_ref(), bytes).map(drop)
    }

    /// Writes a file that must not be there yet and waits until it is on the disk.
    pub fn create_synced(&self, name: impl AsRef<Path>, bytes: &[u8]) -> Result<(), DiskError> {
        let name = name.as_ref();
        let file = self.write_new(name, bytes)?;
        file.sync_all().map_err(|error| self.system("sync", name, error))
    }

    /// Renames a file or an empty or new folder over a name of another folder; false where there is nothing to rename.
    pub fn rename(
        &self,
        name: impl AsRef<Path>,
        to: &Folder,
        to_name: impl AsRef<Path>,
    ) -> Result<bool, DiskError> {
        match fs::renameat(&self.handle, name.as_ref(), &to.handle, to_name.as_ref()) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(to.refused("rename the new one to", to_name.as_ref(), errno)),
        }
    }

    /// Removes a file or a link; false where there is none.
    pub fn remove(&self, name: impl AsRef<Path>) -> Result<bool, DiskError> {
        let name = name.as_ref();
        match fs::unlinkat(&self.handle, name, AtFlags::empty()) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(self.refused("remove", name, errno)),
        }
    }

    fn write_new(&self, name: &Path, bytes: &[u8]) -> Result<std::fs::File, DiskError> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let handle = fs::openat(&self.handle, name, flags, Mode::from_bits_truncate(0o666))
            .map_err(|errno| self.refused("create", name, errno))?;
        let mut file = std::fs::File::from(handle);
        file.write_all(bytes).map_err(|error| self.system("write", name, error))?;
        Ok(file)
    }

    fn system(&self, tried: &'static str, name: &Path, error: io::Error) -> DiskError {
        DiskError { tried, path: self.path().join(name), cause: Cause::System(error) }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "tests look at the disk from outside")]

    use super::*;

    fn held(folder: &Folder, name: &str, bytes: &[u8]) -> Held {
        folder.compare(name, bytes, &mut Vec::new()).unwrap()
    }

    #[test]
    fn a_file_is_compared_by_length_and_bytes() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap().unwrap();
        folder.create("a", b"one").unwrap();
        assert_eq!(held(&folder, "a", b"one"), Held::Same);
        assert_eq!(held(&folder, "a", b"two"), Held::Different);
        assert_eq!(held(&folder, "a", b"three"), Held::Different);
        assert_eq!(held(&folder, "b", b""), Held::Nothing);
    }

    #[test]
    fn links_folders_and_pipes_are_no_files() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap().unwrap();
        folder.create("a", b"one").unwrap();
        folder.make("folder").unwrap();
        std::os::unix::fs::symlink("a", place.path().join("link")).unwrap();
        rustix::fs::mknodat(&folder.handle, "pipe", FileType::Fifo, Mode::from_bits_truncate(0o600), 0)
            .unwrap();
        assert_eq!(held(&folder, "link", b"one"), Held::NotFile(Kind::Link));
        assert_eq!(held(&folder, "folder", b"one"), Held::NotFile(Kind::Folder));
        assert_eq!(held(&folder, "pipe", b""), Held::NotFile(Kind::Other));
        assert!(matches!(folder.content("link").unwrap_err().cause, Cause::Link));
    }

    #[test]
    fn a_file_that_is_there_is_not_created_over() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap().unwrap();
        folder.create("a", b"one").unwrap();
        let error = folder.create("a", b"two").unwrap_err();
        assert_eq!(error.kind(), Some(io::ErrorKind::AlreadyExists));
        assert!(error.to_string().starts_with("could not create `"), "{error}");
        assert_eq!(std::fs::read(place.path().join("a")).unwrap(), b"one");
    }
}
