//! The goldens: each folder of `golden/` but `fails` is a whole fleet repository that shows one thing. What it renders
//! to is compared byte for byte, both ways, and held against its handwritten `claims.yaml`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use similar::TextDiff;

const HOW_TO_BLESS: &str = "where the change is meant: `SNAPSHOTS=overwrite cargo test --test suite`, read the diff as you read code, \
     and say it in CHANGELOG.md under \"Rendered output changes\"";

/// Files of a folder by their path in it, `/` between parts.
pub(crate) type Tree = BTreeMap<String, String>;

/// One example, and what this binary renders it to.
pub(crate) struct Golden {
    /// The name of its folder.
    pub(crate) name: String,
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// What it renders to now, or why it does not.
    pub(crate) rendered: Result<Tree, String>,
}

/// All examples, in the order of their names; rendered once for all tests of this binary.
pub(crate) static GOLDENS: LazyLock<Vec<Golden>> = LazyLock::new(|| {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut goldens: Vec<Golden> = fs::read_dir(golden)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir() && entry.file_name() != "fails")
        .map(|entry| {
            let folder = entry.path();
            let name = entry.file_name().into_string().unwrap();
            Golden { rendered: render(&folder), name, folder }
        })
        .collect();
    goldens.sort_by(|one, other| one.name.cmp(&other.name));
    goldens
});

/// Every file below a folder; empty where there is no such folder.
pub(crate) fn tree(folder: &Path) -> Tree {
    let files = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let parts = entry.path().strip_prefix(folder).unwrap().components();
            let parts: Vec<_> = parts.map(|part| part.as_os_str().to_str().unwrap()).collect();
            (parts.join("/"), fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

fn render(folder: &Path) -> Result<Tree, String> {
    let scratch = tempfile::tempdir().unwrap();
    let into = scratch.path().join("rendered");
    goldsmith(&["render", "--into", into.to_str().unwrap()], folder)?;
    Ok(tree(&into))
}

/// Runs the built binary on a fleet. An error is all that it said.
fn goldsmith(arguments: &[&str], fleet: &Path) -> Result<(), String> {
    let run = Command::new(env!("CARGO_BIN_EXE_goldsmith"))
        .args(arguments)
        .arg(fleet)
        .env_clear()
        .output()
        .unwrap();
    if run.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&run.stderr) + String::from_utf8_lossy(&run.stdout);
    Err(format!("`goldsmith {}` ended with {}\n{told}", arguments.join(" "), run.status))
}

/// What differs between two trees; empty where nothing does.
fn differences(committed: &Tree, rendered: &Tree) -> String {
    let mut told = String::new();
    for path in committed.keys().filter(|path| !rendered.contains_key(*path)) {
        let _ = writeln!(told, "missing: {path} is committed and no longer rendered");
    }
    for (path, new) in rendered {
        match committed.get(path) {
            None => {
                let _ = writeln!(told, "unexpected: {path} is rendered and not committed");
            }
            Some(old) if old != new => {
                let diff = TextDiff::from_lines(old.as_str(), new.as_str());
                let _ = writeln!(told, "{}", diff.unified_diff().header(path, path));
            }
            Some(_) => {}
        }
    }
    told
}

impl Golden {
    /// Writes the rendered tree of the example anew, where it is not what it renders to.
    fn bless(&self) -> Result<(), String> {
        let rendered = self.folder.join("rendered");
        if self.rendered.as_ref().is_ok_and(|now| *now != tree(&rendered)) {
            // The brakes of `render` are for people's trees; what is committed here can be read again from git.
            let _ = fs::remove_dir_all(&rendered);
            goldsmith(&["render"], &self.folder)?;
        }
        Ok(())
    }

    /// Holds the example against what is committed of it.
    fn compare(&self) -> Result<(), String> {
        let differences =
            differences(&tree(&self.folder.join("rendered")), self.rendered.as_ref().map_err(Clone::clone)?);
        if differences.is_empty() { goldsmith(&["check"], &self.folder) } else { Err(differences) }
    }
}

#[test]
fn every_golden_renders_to_the_tree_that_is_committed_and_check_says_so() {
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|snapshots| snapshots == "overwrite");
    let mut told = String::new();
    for golden in GOLDENS.iter() {
        let blessed = if overwrite { golden.bless() } else { Ok(()) };
        if let Err(why) = blessed.and_then(|()| golden.compare()) {
            let _ = writeln!(told, "golden/{}\n{why}", golden.name);
        }
    }
    assert!(told.is_empty(), "{told}\n{HOW_TO_BLESS}");
    assert!(GOLDENS.len() > 30, "only {} goldens", GOLDENS.len());
}

#[test]
fn trees_are_compared_both_ways() {
    let of = |files: &[(&str, &str)]| -> Tree {
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    };
    let told = differences(&of(&[("a", "1\n"), ("b", "2\n")]), &of(&[("b", "3\n"), ("c", "4\n")]));
    assert!(told.contains("missing: a is"), "{told}");
    assert!(told.contains("unexpected: c is"), "{told}");
    assert!(told.contains("-2\n+3\n"), "{told}");
    assert_eq!(differences(&of(&[("a", "1")]), &of(&[("a", "1")])), "");
}
