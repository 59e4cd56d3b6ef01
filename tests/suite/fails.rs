//! Fleets that are refused: each folder of `golden/fails` is a small fleet repository with one mistake, or several that
//! belong together, and `report.txt` is everything that a person then sees.
//!
//! A file `command` holds the arguments of the program, on one line; without it they are `check`. The folder `passing`
//! holds the files of the same fleet, mended (an empty one is taken away): then nothing is found. To write the reports anew,
//! after reading them: `SNAPSHOTS=overwrite cargo test --test suite fails`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use goldsmith::registry;

/// What of a case is not part of its repository.
const BESIDE: [&str; 3] = ["command", "report.txt", "passing/"];

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
fn nothing_is_found_in_what_is_mended() {
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| case.join("passing").is_dir()) {
        let home = tempfile::tempdir().unwrap();
        let repository = copy(case, home.path());
        for (path, bytes) in files(&case.join("passing")) {
            let mended = repository.join(&path);
            if path.ends_with('/') {
                fs::create_dir_all(mended).unwrap();
            } else if bytes.is_empty() {
                fs::remove_file(&mended).unwrap();
                let empty = mended.ancestors().skip(1).take_while(|folder| fs::remove_dir(folder).is_ok());
                empty.for_each(drop);
            } else if path != "command" {
                fs::write(mended, bytes).unwrap();
            }
        }
        let instead = fs::read_to_string(case.join("passing/command"));
        let arguments = instead.map_or_else(|_| arguments(case), |text| text.trim().to_owned());
        let told = shown(&arguments, &run(&arguments, &repository));
        if told.contains("[GS-") || told.contains("exit status 2") {
            wrong.push(format!("{}\n{told}", name(case)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
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
    let repository = copy(case, home.path());
    let before = files(&repository);
    let arguments = arguments(case);
    let output = run(&arguments, &repository);
    assert!(files(&repository) == before, "{}: something was written", name(case));
    let told = shown(&arguments, &output);
    let folder = home.path().to_str().unwrap();
    assert!(!told.contains(folder), "{}: a path of this machine shows\n{told}", name(case));
    told
}

/// The repository of a case, in a folder.
fn copy(case: &Path, folder: &Path) -> PathBuf {
    let repository = folder.join("fleet");
    fs::create_dir(&repository).unwrap();
    for (path, bytes) in files(case) {
        let copy = repository.join(&path);
        if BESIDE.iter().any(|beside| path.starts_with(beside)) {
            continue;
        }
        if path.ends_with('/') {
            fs::create_dir_all(copy).unwrap();
        } else {
            fs::write(copy, bytes).unwrap();
        }
    }
    repository
}

fn arguments(case: &Path) -> String {
    fs::read_to_string(case.join("command"))
        .map_or_else(|_| "check".to_owned(), |text| text.trim().to_owned())
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
