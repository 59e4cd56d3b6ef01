//! The hooks of `.pre-commit-hooks.yaml`, run by pre-commit in a repository with a fleet: those of an installed goldsmith.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::pages::pages;
use crate::tools::{self, repository};

const HOOKS: &str = ".pre-commit-hooks.yaml";

#[test]
fn a_current_fleet_passes_whatever_was_changed() {
    let place = Place::with_the_example();
    fs::write(place.repository().join("notes.txt"), "x\n").unwrap();
    place.git(&["add", "notes.txt"]);
    let (code, told) = place.try_hook("goldsmith-check-system", &[]);
    assert!(code == Some(0) && told.contains("Passed"), "{told}");
    assert!(told.contains("12 sites, 16 manifests: the tree is current"), "{told}");
}

#[test]
fn a_tree_that_is_not_current_fails_with_our_report() {
    let place = Place::with_the_example();
    place.edit("overlays/canary.yaml", "keep: 2", "keep: 4");
    let (code, told) = place.try_hook("goldsmith-check-system", &[]);
    assert!(code == Some(1) && told.contains("Failed"), "{told}");
    assert!(told.contains("the tree is not what the specs render to"), "{told}");
}

#[test]
fn a_wrong_spec_fails_with_its_line() {
    let place = Place::with_the_example();
    place.edit("sites/graz.yaml", "openshift:", "openshit:");
    let (code, told) = place.try_hook("goldsmith-check-system", &[]);
    assert_eq!(code, Some(1));
    assert!(told.contains("error[GS-SPEC-001]") && told.contains("--> sites/graz.yaml:"), "{told}");
}

#[test]
fn a_commit_that_only_removes_a_manifest_is_looked_at() {
    let place = Place::with_the_example();
    place.git(&["rm", "--quiet", "-r", "rendered/graz"]);
    let (code, told) = place.try_hook("goldsmith-check-system", &[]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("missing"), "{told}");
}

#[test]
fn a_commit_is_stopped_by_what_is_staged_alone() {
    let place = Place::with_the_example();
    let configured = format!(
        "repos:\n- repo: {}\n  rev: {}\n  hooks: [{{id: goldsmith-check-system}}]\n",
        place.hooks().display(),
        place.head_of_hooks()
    );
    fs::write(place.repository().join(".pre-commit-config.yaml"), configured).unwrap();
    place.git(&["add", "."]);
    let installed = place.pre_commit(&["install"]);
    assert!(installed.status.success(), "{installed:?}");
    let sound = fs::read(place.repository().join("sites/graz.yaml")).unwrap();
    place.edit("sites/graz.yaml", "openshift:", "openshit:");
    assert!(!place.commit(), "a commit with a wrong spec went through");
    fs::write(place.repository().join("sites/graz.yaml"), sound).unwrap();
    place.git(&["add", "."]);
    fs::write(place.repository().join("overlays/company.yaml"), "not: an overlay\n").unwrap();
    assert!(place.commit(), "what was not staged stopped a commit");
}

#[test]
fn manifests_of_a_commit_are_judged() {
    let place = Place::with_the_example();
    let manifests = place.repository().join("manifests");
    fs::create_dir(&manifests).unwrap();
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n";
    fs::write(manifests.join("sound.yaml"), namespace).unwrap();
    place.git(&["add", "."]);
    let only = ["--files", "manifests/sound.yaml"];
    let (code, told) = place.try_hook("goldsmith-validate-system", &only);
    assert!(code == Some(0) && told.contains("1 object: 1 valid"), "{told}");
    fs::write(manifests.join("wrong.yaml"), namespace.replace("name: a", "name: A")).unwrap();
    place.git(&["add", "."]);
    let (code, told) = place
        .try_hook("goldsmith-validate-system", &["--files", "manifests/sound.yaml", "manifests/wrong.yaml"]);
    assert_eq!(code, Some(1));
    assert!(
        told.contains("--> manifests/wrong.yaml:3:") && told.contains("2 objects: 1 valid, 1 invalid"),
        "{told}"
    );
}

#[test]
fn pre_commit_takes_our_hooks_and_the_configuration_of_the_page() {
    let place = Place::with_the_example();
    let manifest = repository().join(HOOKS);
    let taken = place.pre_commit(&["validate-manifest", manifest.to_str().unwrap()]);
    assert!(taken.status.success(), "{taken:?}");
    let hooks: Value = yaml_serde::from_str(&fs::read_to_string(manifest).unwrap()).unwrap();
    let ids: BTreeSet<&str> =
        hooks.as_array().unwrap().iter().map(|hook| hook["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 6);

    let page = pages().into_iter().find(|page| page.path.ends_with("docs/ci.md")).unwrap();
    let shown = page.blocks_of("yaml pre-commit")[0].text;
    let file = place.repository().join("shown.yaml");
    fs::write(&file, shown).unwrap();
    let taken = place.pre_commit(&["validate-config", file.to_str().unwrap()]);
    assert!(taken.status.success() && taken.stderr.is_empty(), "{taken:?}");
    let shown: Value = yaml_serde::from_str(shown).unwrap();
    for hook in shown["repos"][0]["hooks"].as_array().unwrap() {
        assert!(ids.contains(hook["id"].as_str().unwrap()), "{hook}");
    }
    for id in ids {
        assert!(page.text.contains(&format!("`{id}`")), "docs/ci.md does not tell `{id}`");
    }
}

#[test]
fn the_image_is_built_with_the_toolchain_of_the_repository() {
    let read = |name: &str| fs::read_to_string(repository().join(name)).unwrap();
    let toolchain = read("rust-toolchain.toml");
    let version = toolchain.split("channel = \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let dockerfile = read("Dockerfile");
    for line in
        [format!("FROM rust:{version}-slim-bookworm AS build\n"), format!("ENV RUSTUP_TOOLCHAIN={version}\n")]
    {
        assert!(dockerfile.contains(&line), "Dockerfile lacks {line}");
    }
}

/// A repository with the example fleet, one with our hooks, and what pre-commit keeps.
struct Place(TempDir);

impl Place {
    fn with_the_example() -> Self {
        let place = Place(tempfile::tempdir().unwrap());
        let example = repository().join("golden/fleet");
        let copied = Command::new("cp").arg("-r").arg(example).arg(place.repository()).status().unwrap();
        assert!(copied.success());
        fs::create_dir(place.hooks()).unwrap();
        fs::copy(repository().join(HOOKS), place.hooks().join(HOOKS)).unwrap();
        for folder in [place.repository(), place.hooks()] {
            for arguments in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "-m", "all"]] {
                tools::run(tools::git(&folder).args(arguments), "");
            }
        }
        place
    }

    fn repository(&self) -> PathBuf {
        self.0.path().join("repository")
    }

    fn hooks(&self) -> PathBuf {
        self.0.path().join("hooks")
    }

    fn head_of_hooks(&self) -> String {
        tools::run(tools::git(&self.hooks()).args(["rev-parse", "HEAD"]), "").trim().to_owned()
    }

    fn git(&self, arguments: &[&str]) {
        tools::run(tools::git(&self.repository()).args(arguments), "");
    }

    /// Changes a file, and stages it.
    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.repository().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file}: {text}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
        self.git(&["add", file]);
    }

    /// Whether git takes what is staged as a commit.
    fn commit(&self) -> bool {
        let mut git = tools::git(&self.repository());
        git.args(["commit", "--quiet", "-m", "change"]);
        self.with_program(&mut git).output().unwrap().status.success()
    }

    /// What becomes of a hook, and what is shown.
    fn try_hook(&self, hook: &str, more: &[&str]) -> (Option<i32>, String) {
        let hooks = self.hooks();
        let mut arguments = vec!["try-repo", "--verbose", hooks.to_str().unwrap(), hook];
        arguments.extend(more);
        let Output { status, stdout, stderr } = self.pre_commit(&arguments);
        (status.code(), String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
    }

    fn pre_commit(&self, arguments: &[&str]) -> Output {
        let mut pre_commit = tools::pre_commit(&self.repository());
        self.with_program(pre_commit.args(arguments)).output().unwrap()
    }

    /// With the goldsmith that was built as the installed one, and a folder for what pre-commit keeps.
    fn with_program<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let built = Path::new(env!("CARGO_BIN_EXE_goldsmith")).parent().unwrap().to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths([built].into_iter().chain(std::env::split_paths(&path))).unwrap();
        command.env("PATH", path).env("PRE_COMMIT_HOME", self.0.path().join("kept"))
    }
}
