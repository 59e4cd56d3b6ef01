//! Fleets that are refused: each folder of `golden/fails` is a small fleet repository with one mistake, or several that
//! belong together, and `report.txt` is everything that a person then sees.
//!
//! A file `command` holds the arguments of the program, on one line; without it they are `check`. To write the reports
//! anew, after reading them: `SNAPSHOTS=overwrite cargo test --test suite fails`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use goldsmith::registry;

/// The files of a case that are not part of its repository.
const BESIDE: [&str; 2] = ["command", "report.txt"];

/// How many cases a code may speak for.
const CASES_OF_A_CODE: usize = 2;

#[test]
fn every_refused_fleet_has_its_complete_report() {
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|how| how == "overwrite");
    let mut different = Vec::new();
    for case in cases() {
        let told = report(&case);
        let snapshot = case.join("report.txt");
        if overwrite {
            fs::write(&snapshot, &told).unwrap();
        }
        let expected = fs::read_to_string(&snapshot).unwrap_or_default();
        if told != expected {
            different.push(format!("{}\nexpected:\n{expected}\ntold:\n{told}", name(&case)));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n\n"));
}

#[test]
fn every_code_has_a_fleet_that_it_refuses() {
    let reports = reports();
    let missing: Vec<&str> = registry::rules()
        .map(|rule| rule.code)
        .filter(|code| !reports.values().any(|report| report.contains(&format!("[{code}]"))))
        .collect();
    assert!(missing.is_empty(), "no case in golden/fails reports {}", missing.join(", "));
}

#[test]
fn at_least_35_refused_fleets_show_something_of_their_own() {
    let mut cases_of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut counting = 0;
    for report in reports().values() {
        let codes =
            registry::rules().map(|rule| rule.code).filter(|code| report.contains(&format!("[{code}]")));
        let codes: Vec<&str> =
            codes.filter(|code| cases_of.get(code).is_none_or(|cases| *cases < CASES_OF_A_CODE)).collect();
        counting += usize::from(!codes.is_empty());
        for code in codes {
            *cases_of.entry(code).or_default() += 1;
        }
    }
    assert!(counting >= 35, "{counting} cases count");
}

/// What a run in a copy of the case prints and how it ends; the copy must be as it was.
fn report(case: &Path) -> String {
    let home = tempfile::tempdir().unwrap();
    let repository = home.path().join("fleet");
    fs::create_dir(&repository).unwrap();
    for (path, bytes) in files(case) {
        let copy = repository.join(&path);
        if path.ends_with('/') {
            fs::create_dir_all(copy).unwrap();
        } else if !BESIDE.contains(&path.as_str()) {
            fs::write(copy, bytes).unwrap();
        }
    }
    let before = files(&repository);
    let arguments = fs::read_to_string(case.join("command")).unwrap_or_else(|_| "check".to_owned());
    let output = run(arguments.trim(), &repository);
    assert!(files(&repository) == before, "{}: something was written", name(case));
    let told = shown(arguments.trim(), &output);
    let folder = home.path().to_str().unwrap();
    assert!(!told.contains(folder), "{}: a path of this machine shows\n{told}", name(case));
    told
}

fn run(arguments: &str, repository: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_goldsmith"))
        .args(arguments.split_whitespace())
        .current_dir(repository)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

fn shown(arguments: &str, output: &Output) -> String {
    let status = output.status.code().map_or("none".to_owned(), |code| code.to_string());
    let mut told = format!("$ goldsmith {arguments}\nexit status {status}\n");
    for (name, bytes) in [("error", &output.stderr), ("output", &output.stdout)] {
        let text = std::str::from_utf8(bytes).unwrap();
        if !text.is_empty() {
            told += &["\nstandard ", name, ":\n\n", text].concat();
        }
    }
    told
}

/// The cases, in the order of their names.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/fails");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// The reports as they are in the repository, by case.
fn reports() -> BTreeMap<String, String> {
    let read = |case: &PathBuf| fs::read_to_string(case.join("report.txt")).unwrap_or_default();
    cases().iter().map(|case| (name(case).to_owned(), read(case))).collect()
}

fn name(case: &Path) -> &str {
    case.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// Every file below a folder, by its path from there; a folder ends with `/`.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            let shown = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                all.insert(format!("{shown}/"), Vec::new());
                open.push(path);
            } else {
                all.insert(shown, fs::read(&path).unwrap());
            }
        }
    }
    all
}
