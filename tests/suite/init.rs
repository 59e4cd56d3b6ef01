//! `init`: a fleet repository that works, is understood from its texts, and never overwrites anything.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use goldsmith::document::{Kind, schema};
use goldsmith::schema::Compiled;
use goldsmith::yaml::read;

#[test]
fn what_init_writes_is_rendered_and_checks_without_a_finding() {
    let folder = initialised();
    let check = goldsmith(folder.path(), &["check"]);
    assert_eq!(check.status.code(), Some(0), "{check:?}");
    assert!(folder.path().join("rendered/example/golden-images/kustomization.yaml").is_file());
}

#[test]
fn init_in_a_folder_that_is_not_empty_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    let before = files(folder.path());
    let init = goldsmith(folder.path(), &["init", "."]);
    assert_eq!(init.status.code(), Some(2), "{init:?}");
    assert!(String::from_utf8_lossy(&init.stderr).contains("notes.txt"), "{init:?}");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_second_init_is_refused_and_changes_nothing() {
    let folder = initialised();
    let before = files(folder.path());
    assert_eq!(goldsmith(folder.path(), &["init", "."]).status.code(), Some(2));
    assert_eq!(files(folder.path()), before);
}

#[test]
fn every_document_names_a_schema_that_is_there_and_fits_it() {
    let folder = initialised();
    for (path, kind) in DOCUMENTS {
        let text = fs::read_to_string(folder.path().join(path)).unwrap();
        let modeline = text.lines().find_map(|line| line.strip_prefix("# yaml-language-server: $schema="));
        let named = folder.path().join(path).parent().unwrap().join(modeline.expect(path));
        let named: serde_json::Value = serde_json::from_slice(&fs::read(named).unwrap()).unwrap();
        assert_eq!(named, schema(*kind), "{path}");
        let document = read::strict(&text, 0, &mut Vec::new()).expect(path).into_value();
        let told = Compiled::new(&named).unwrap().violations(&document);
        assert!(told.is_empty(), "{path}: {told:?}");
    }
}

#[test]
fn an_image_is_added_by_taking_out_the_comment_signs() {
    let folder = initialised();
    let path = folder.path().join("sites/example.yaml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("# To add an image"), "{text}");
    let uncommented = |line: &str| match line.strip_prefix("#     ") {
        Some(rest) => format!("      {rest}\n"),
        None => format!("{line}\n"),
    };
    fs::write(&path, text.lines().map(uncommented).collect::<String>()).unwrap();
    let render = goldsmith(folder.path(), &["render"]);
    assert_eq!(render.status.code(), Some(0), "{render:?}");
    let carrier = "rendered/example/golden-images/hyperconverged-kubevirt-hyperconverged.yaml";
    assert!(fs::read_to_string(folder.path().join(carrier)).unwrap().contains("rhel9-corp"));
}

const DOCUMENTS: &[(&str, Kind)] = &[
    ("fleet.yaml", Kind::Fleet),
    ("overlays/company.yaml", Kind::Overlay),
    ("sites/example.yaml", Kind::Site),
];

fn initialised() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let init = goldsmith(folder.path(), &["init", "."]);
    assert!(init.status.success(), "{init:?}");
    folder
}

fn goldsmith(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goldsmith"));
    command.args(arguments).current_dir(folder).env_clear().output().unwrap()
}

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().to_owned(), fs::read(entry.path()).unwrap())).collect()
}
