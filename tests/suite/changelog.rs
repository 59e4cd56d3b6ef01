//! What reaches clusters is told: an example that renders to something else than in the last release is named in
//! CHANGELOG.md under "Rendered output changes".
//!
//! `golden/released.txt` holds a digest an example, recorded with `SNAPSHOTS=released` when a release is made and never
//! in between. Examples that are new since then need no word.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::golden::{GOLDENS, Tree};

const HEADING: &str = "### Rendered output changes";

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Example -> the digest of all that it renders to.
fn rendered() -> BTreeMap<String, String> {
    let sound =
        GOLDENS.iter().filter_map(|golden| Some((golden.name.clone(), golden.rendered.as_ref().ok()?)));
    sound.map(|(name, tree)| (name, digest(tree))).collect()
}

fn digest(tree: &Tree) -> String {
    let mut all = Sha256::new();
    for part in tree.iter().flat_map(|(path, text)| [path, text]) {
        all.update(part.len().to_le_bytes());
        all.update(part);
    }
    all.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Example -> digest, as the file has them.
fn released(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter_map(|line| line.split_once("  "));
    lines.map(|(digest, name)| (name.to_owned(), digest.to_owned())).collect()
}

/// What the changelog says of rendered output since the last release.
fn told(changelog: &str) -> &str {
    let unreleased = changelog.split("\n## ").find(|part| part.starts_with("Unreleased")).unwrap_or_default();
    let section = unreleased.split_once(HEADING).map_or("", |(_, section)| section);
    section.split("\n### ").next().unwrap_or_default()
}

/// The examples that changed and are not named.
fn untold(released: &BTreeMap<String, String>, now: &BTreeMap<String, String>, told: &str) -> Vec<String> {
    let changed = released.iter().filter(|(name, digest)| now.get(*name) != Some(digest));
    changed.map(|(name, _)| format!("`{name}`")).filter(|name| !told.contains(name)).collect()
}

#[test]
fn a_golden_that_changed_since_the_release_is_named_in_the_changelog() {
    let recorded = file("golden/released.txt");
    if std::env::var("SNAPSHOTS").is_ok_and(|snapshots| snapshots == "released") {
        let text = rendered().into_iter().fold(String::new(), |mut text, (name, digest)| {
            let _ = writeln!(text, "{digest}  {name}");
            text
        });
        fs::write(&recorded, text).unwrap();
    }
    let recorded = fs::read_to_string(recorded).unwrap();
    let changelog = fs::read_to_string(file("CHANGELOG.md")).unwrap();
    let untold = untold(&released(&recorded), &rendered(), told(&changelog));
    assert!(untold.is_empty(), "not named in CHANGELOG.md under \"{HEADING}\": {}", untold.join(", "));
}

#[test]
fn what_changed_or_went_must_be_named_and_what_is_new_need_not() {
    let of = |examples: &[(&str, &str)]| -> BTreeMap<String, String> {
        examples.iter().map(|(name, digest)| ((*name).to_owned(), (*digest).to_owned())).collect()
    };
    let (before, now) = (
        of(&[("same", "1"), ("other", "2"), ("gone", "3")]),
        of(&[("same", "1"), ("other", "4"), ("new", "5")]),
    );
    let changelog = |line: &str| {
        format!(
            "# Changelog\n\n## Unreleased\n\n{HEADING}\n\n{line}\n\n### Fixed\n\n- `gone`\n\n## 0.1.0\n\n{HEADING}\n\n- `gone`\n"
        )
    };
    let untold = |line: &str| untold(&before, &now, told(&changelog(line)));
    assert_eq!(untold("- None."), ["`gone`", "`other`"]);
    assert_eq!(untold("- `other`: the keys come in another order."), ["`gone`"]);
    assert_eq!(untold("- `other`, `gone`: so."), [""; 0]);
}
