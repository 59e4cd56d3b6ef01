//! A folder as a fleet repository.
//!
//! Links inside the repository are followed, since people share files by them; what they lead to must lie inside as
//! well. Nothing is written here, so it is enough to ask where a path ends before it is opened.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

#[cfg(target_os = "linux")]
use rustix::fs::ResolveFlags;
use rustix::fs::{self, Mode, OFlags};

use super::{Cause, Folder, Kind};
use crate::load::files::{Depth, Files, FilesError, LARGEST_FILE, clean};

/// Without blocking, so that a pipe is told and not waited for.
const READ: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

impl Files for Folder {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, FilesError> {
        let path = clean(path)?;
        let Some(file) = self.open_inside(&path)? else { return Ok(None) };
        let about = file.metadata().map_err(|error| system("look at", &path, &error))?;
        if !about.is_file() {
            return Err(FilesError::NotFile(path));
        }
        if about.len() > LARGEST_FILE {
            return Err(FilesError::TooLarge { path, bytes: about.len() });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or_default() + 1);
        // A file may grow while it is read: the limit holds all the same.
        file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| system("read", &path, &error))?;
        let size = bytes.len() as u64;
        if size > LARGEST_FILE { Err(FilesError::TooLarge { path, bytes: size }) } else { Ok(Some(bytes)) }
    }

    fn list(&self, folder: &str, depth: Depth) -> Result<Vec<String>, FilesError> {
        let folder = clean(folder)?;
        let mut listed = Vec::new();
        if let Some(real) = self.real(&folder)? {
            collect(&folder, &real, depth, &mut listed)?;
        }
        listed.sort();
        Ok(listed)
    }
}

impl Folder {
    /// Opens whatever a path leads to inside the repository; none where nothing is there.
    fn open_inside(&self, path: &str) -> Result<Option<File>, FilesError> {
        if let Some(file) = self.open_without_links(path) {
            return Ok(Some(file));
        }
        let Some(real) = self.real(path)? else { return Ok(None) };
        let handle = fs::open(real, READ, Mode::empty());
        handle.map(|handle| Some(handle.into())).map_err(|errno| system("open", path, &errno.into()))
    }

    /// The short way: one call of the system opens a path that has no link on it, as nearly all have none.
    #[cfg(target_os = "linux")]
    fn open_without_links(&self, path: &str) -> Option<File> {
        let inside = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        fs::openat2(&self.handle, path, READ, Mode::empty(), inside).ok().map(File::from)
    }

    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, reason = "other systems have no such call")]
    fn open_without_links(&self, _path: &str) -> Option<File> {
        None
    }

    /// Where a path ends, all links followed; none where nothing is there.
    fn real(&self, path: &str) -> Result<Option<PathBuf>, FilesError> {
        let root = self.path().canonicalize().map_err(|error| system("find", path, &error))?;
        let named = root.join(path);
        match named.canonicalize() {
            Ok(real) if real.starts_with(&root) => Ok(Some(real)),
            Ok(_) => Err(FilesError::Outside(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match named.symlink_metadata() {
                Ok(_) => Err(FilesError::Dangling(path.to_owned())),
                Err(_) => Ok(None),
            },
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(None),
            Err(error) => Err(system("find", path, &error)),
        }
    }
}

fn collect(folder: &str, real: &Path, depth: Depth, listed: &mut Vec<String>) -> Result<(), FilesError> {
    let Some(open) = Folder::open(real).map_err(|error| disk(folder, error))? else { return Ok(()) };
    for entry in open.entries().map_err(|error| disk(folder, error))? {
        let Some(name) = entry.name.to_str() else {
            return Err(FilesError::Name(format!("{folder}/{}", entry.name.to_string_lossy())));
        };
        if name.starts_with('.') {
            continue;
        }
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        match entry.kind {
            Kind::File => listed.push(path),
            Kind::Folder if depth == Depth::Below => collect(&path, &real.join(name), depth, listed)?,
            // One that leads nowhere or outside is listed, so that reading it says so.
            Kind::Link if !real.join(name).is_dir() => listed.push(path),
            Kind::Folder | Kind::Link | Kind::Other => {}
        }
    }
    Ok(())
}

fn disk(path: &str, error: super::DiskError) -> FilesError {
    let reason = match error.cause {
        Cause::System(error) => error.to_string(),
        cause => cause.to_string(),
    };
    FilesError::System { tried: error.tried, path: path.to_owned(), reason }
}

fn system(tried: &'static str, path: &str, error: &io::Error) -> FilesError {
    FilesError::System { tried, path: path.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "tests look at the disk from outside")]

    use super::*;

    fn repository() -> (tempfile::TempDir, Folder) {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("fleet");
        std::fs::create_dir_all(root.join("sites/deep")).unwrap();
        std::fs::write(root.join("sites/b.yaml"), "b").unwrap();
        std::fs::write(root.join("sites/a.yaml"), "a").unwrap();
        std::fs::write(root.join("sites/.a.swp"), "").unwrap();
        std::fs::write(root.join("sites/deep/c.yaml"), "c").unwrap();
        std::fs::write(place.path().join("secret"), "outside").unwrap();
        let folder = Folder::open(&root).unwrap().unwrap();
        (place, folder)
    }

    #[test]
    fn files_are_listed_sorted_as_in_memory() {
        let (_place, folder) = repository();
        assert_eq!(folder.list("sites", Depth::Folder).unwrap(), ["sites/a.yaml", "sites/b.yaml"]);
        assert_eq!(folder.list("", Depth::Below).unwrap().len(), 3);
        assert!(folder.list("nowhere", Depth::Below).unwrap().is_empty());
    }

    #[test]
    fn a_link_inside_is_followed_and_one_that_leads_out_is_refused() {
        let (place, folder) = repository();
        let sites = place.path().join("fleet/sites");
        std::os::unix::fs::symlink("a.yaml", sites.join("inside.yaml")).unwrap();
        std::os::unix::fs::symlink("../../secret", sites.join("outside.yaml")).unwrap();
        std::os::unix::fs::symlink("gone.yaml", sites.join("dangling.yaml")).unwrap();
        let read = |path| folder.read(path);
        assert_eq!(read("sites/inside.yaml").unwrap(), Some(b"a".to_vec()));
        assert_eq!(read("sites/outside.yaml"), Err(FilesError::Outside("sites/outside.yaml".to_owned())));
        assert_eq!(read("sites/dangling.yaml"), Err(FilesError::Dangling("sites/dangling.yaml".to_owned())));
        assert_eq!(folder.list("sites", Depth::Folder).unwrap().len(), 5);
    }

    #[test]
    fn a_large_file_is_refused_before_it_is_read() {
        let (place, folder) = repository();
        let large = std::fs::File::create(place.path().join("fleet/large")).unwrap();
        large.set_len(LARGEST_FILE + 1).unwrap();
        let error = folder.read("large").unwrap_err();
        assert_eq!(error, FilesError::TooLarge { path: "large".to_owned(), bytes: LARGEST_FILE + 1 });
    }

    #[test]
    fn a_folder_is_no_file_and_a_missing_file_is_none() {
        let (_place, folder) = repository();
        assert_eq!(folder.read("sites"), Err(FilesError::NotFile("sites".to_owned())));
        assert_eq!(folder.read("sites/a.yaml/x").unwrap(), None);
        assert_eq!(folder.read("nothing").unwrap(), None);
    }
}
