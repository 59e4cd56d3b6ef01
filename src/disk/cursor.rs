//! Goes from folder to folder in the order of sorted paths, keeping open what the next path shares.

use super::{DiskError, Folder};

/// Open folders from a root down to where the last path was.
#[derive(Debug)]
pub struct Cursor<'f> {
    root: &'f Folder,
    open: Vec<(String, Folder)>,
}

impl<'f> Cursor<'f> {
    /// Stands at a root.
    pub fn new(root: &'f Folder) -> Self {
        Cursor { root, open: Vec::new() }
    }

    /// Goes to a folder (`""` is the root), if it is there. Fails where a link or a file takes the place of a folder.
    pub fn find(&mut self, folder: &str) -> Result<Option<&Folder>, DiskError> {
        for part in self.missing(folder) {
            let Some(child) = self.here().child(part)? else { return Ok(None) };
            self.open.push((part.to_owned(), child));
        }
        Ok(Some(self.here()))
    }

    /// Goes to a folder and makes it, with those around it, where it is not there.
    pub fn make(&mut self, folder: &str) -> Result<&Folder, DiskError> {
        for part in self.missing(folder) {
            let child = self.here().make(part)?;
            self.open.push((part.to_owned(), child));
        }
        Ok(self.here())
    }

    /// Closes what the folder does not lie in, and answers the parts that are still to be entered.
    fn missing<'p>(&mut self, folder: &'p str) -> impl Iterator<Item = &'p str> + use<'p> {
        let parts = || folder.split('/').filter(|part| !part.is_empty());
        let shared = parts().zip(&self.open).take_while(|(part, (name, _))| part == name).count();
        self.open.truncate(shared);
        parts().skip(shared)
    }

    fn here(&self) -> &Folder {
        self.open.last().map_or(self.root, |(_, folder)| folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_makes_folders_and_finds_them_again() {
        let place = tempfile::tempdir().unwrap();
        let root = Folder::open(place.path()).unwrap().unwrap();
        let mut cursor = Cursor::new(&root);
        for folder in ["a/b", "a", "a/c/d", ""] {
            let path = cursor.make(folder).unwrap().path().to_owned();
            assert_eq!(
                path,
                if folder.is_empty() { place.path().to_owned() } else { place.path().join(folder) }
            );
        }
        assert!(place.path().join("a/c/d").is_dir());
        assert!(cursor.find("a/b").unwrap().is_some());
        assert!(cursor.find("a/x/y").unwrap().is_none());
        assert!(cursor.find("a/c").unwrap().is_some());
    }
}
