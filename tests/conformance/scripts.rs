//! The shell scripts of the repository, held against shellcheck.

use std::fs;
use std::path::{Path, PathBuf};

use crate::tools::{assert_at_least, attempt, git, repository, run, shellcheck};

/// How many scripts there are at least. Raise it as scripts are added.
const SCRIPTS: usize = 12;

#[test]
fn shellcheck_accepts_every_script() {
    let scripts = scripts();
    assert_at_least(SCRIPTS, scripts.len(), "scripts");
    assert_eq!(attempt(checked().args(&scripts), ""), Ok(String::new()));
}

#[test]
fn shellcheck_accepts_what_jobs_run_without_an_exception() {
    let templates = repository().join("templates");
    let scripts: Vec<PathBuf> =
        scripts().into_iter().filter(|script| script.starts_with(&templates)).collect();
    assert_at_least(1, scripts.len(), "scripts of Jobs");
    assert_eq!(attempt(shellcheck().args(&scripts), ""), Ok(String::new()));
    for script in scripts {
        let text = fs::read_to_string(&script).unwrap();
        assert!(!text.contains("shellcheck disable"), "{} makes an exception", script.display());
        assert!(!text.contains("{{"), "{} is no template", script.display());
    }
}

#[test]
fn shellcheck_refuses_a_word_that_may_be_split() {
    assert!(attempt(checked().arg("-"), "#!/bin/sh\ncat $1\n").is_err());
}

fn scripts() -> Vec<PathBuf> {
    let mut files = git(repository());
    files.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let files = run(&mut files, "");
    let files = files.split_terminator('\0').map(|file| repository().join(file));
    files.filter(|file| is_script(file)).collect()
}

fn checked() -> std::process::Command {
    let mut command = shellcheck();
    // Backticks in messages stand around names, in single quotes so that nothing runs them.
    command.arg("--exclude=SC2016");
    command
}

fn is_script(path: &Path) -> bool {
    let text = fs::read(path).unwrap_or_default();
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    first.starts_with(b"#!") && first.ends_with(b"sh") || path.extension().is_some_and(|end| end == "sh")
}
