//! What readers of others make of our reports: SARIF Multitool, with the rules of GitHub's code scanning, and junitparser.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use crate::tools;

/// Prints what junitparser reads in the files that it is told on standard input, a line of JSON each.
const READ_JUNIT: &str = "
import json, sys
from junitparser import JUnitXml
for path in sys.stdin.read().splitlines():
    suites = JUnitXml.fromfile(path)
    print(json.dumps({
        'tests': suites.tests,
        'failures': suites.failures,
        'suites': [{'name': suite.name, 'tests': suite.tests, 'failures': suite.failures, 'cases': [
            {'name': case.name, 'failures': [[f.type, f.message, f.text] for f in case.result], 'out': case.system_out}
            for case in suite]} for suite in suites],
    }))
";

#[test]
fn every_sarif_log_is_what_code_scanning_takes() {
    let folder = tempfile::tempdir().unwrap();
    let mut logs = Vec::new();
    for (name, text) in reports("sarif") {
        let log = folder.path().join(format!("{name}.sarif"));
        fs::write(&log, text).unwrap();
        logs.push(log);
    }
    tools::assert_at_least(80, logs.len(), "logs");
    assert_eq!(refused(&logs), Vec::<String>::new());
}

#[test]
fn a_sarif_log_that_is_not_sound_would_be_refused() {
    let folder = tempfile::tempdir().unwrap();
    let log = report(&tools::repository().join("golden/fails/many-files-at-once"), "sarif");
    let broken = [
        ("index", log.replacen("\"ruleIndex\": 0", "\"ruleIndex\": 77", 1), "SARIF1009"),
        ("address", log.replacen("/fleet.yaml\"", "/a b\\\\c\"", 1), "SARIF1002"),
        ("places", log.replace("\"locations\": [", "\"locations\": [], \"others\": ["), "GH"),
    ];
    for (name, text, rule) in broken {
        let path = folder.path().join(format!("{name}.sarif"));
        fs::write(&path, text).unwrap();
        let told = refused(&[path]);
        assert!(told.iter().any(|line| line.contains(rule)), "{name}: {told:?}");
    }
}

#[test]
fn every_junit_report_reads_back_as_what_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let reports = (reports("json"), reports("junit"));
    let mut paths = Vec::new();
    for (name, text) in &reports.1 {
        let path = folder.path().join(format!("{name}.xml"));
        fs::write(&path, text).unwrap();
        paths.push(path.to_str().unwrap().to_owned());
    }
    let read = tools::run(tools::junitparser().args(["-c", READ_JUNIT]), &paths.join("\n"));
    let read: Vec<JUnit> = read.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read.len(), reports.0.len());
    let mut errors = 0;
    for ((name, report), junit) in reports.0.iter().zip(read) {
        junit.assert_adds_up(name);
        let told = junit.texts();
        let report: Value = serde_json::from_str(report).unwrap();
        let told_ones =
            report["findings"].as_array().unwrap().iter().filter(|finding| finding.get("waived").is_none());
        for finding in told_ones {
            let head = format!("{}[{}]: ", text(&finding["severity"]), text(&finding["code"]));
            assert!(told.contains(&head), "{name}: {head}is not told");
            errors += usize::from(finding["severity"] == "error");
        }
    }
    tools::assert_at_least(100, errors, "errors");
}

#[test]
fn nasty_names_and_texts_are_read_as_they_are() {
    let fleet = tempfile::tempdir().unwrap();
    let site = "sites/a b#1 é%20 ]]>&'\"<.yaml";
    fs::create_dir(fleet.path().join("sites")).unwrap();
    let header = "apiVersion: goldsmith.dev/v1alpha1\nkind:";
    fs::write(fleet.path().join("fleet.yaml"), format!("{header} Fleet\nspec: {{sites: [sites/*.yaml]}}\n"))
        .unwrap();
    let nasty = "\"]]> </failure> ``` [x](y) {0} é𝄞\\u0007\"";
    let spec = format!("{header} Site\nmetadata: {{name: a}}\nspec:\n  {nasty}: 1\n");
    fs::write(fleet.path().join(site), spec).unwrap();

    let log = fleet.path().join("log.sarif");
    fs::write(&log, report(fleet.path(), "sarif")).unwrap();
    assert_eq!(refused(std::slice::from_ref(&log)), Vec::<String>::new());
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("\"sites/a%20b%231%20%C3%A9%2520%20%5D%5D%3E%26%27%22%3C.yaml\""), "{log}");

    let path = fleet.path().join("report.xml");
    fs::write(&path, report(fleet.path(), "junit")).unwrap();
    let read = tools::run(tools::junitparser().args(["-c", READ_JUNIT]), path.to_str().unwrap());
    let junit: JUnit = serde_json::from_str(&read).unwrap();
    assert!(junit.suites.iter().flat_map(|suite| &suite.cases).any(|case| case.name == site), "{read}");
    assert!(junit.texts().contains("]]> </failure> ``` [x](y) {0} é𝄞"), "{read}");
}

/// What junitparser reads in a report.
#[derive(Deserialize)]
struct JUnit {
    tests: usize,
    failures: usize,
    suites: Vec<Suite>,
}

#[derive(Deserialize)]
struct Suite {
    name: String,
    tests: usize,
    failures: usize,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    /// Type, message and text of each.
    failures: Vec<(String, String, Option<String>)>,
    out: Option<String>,
}

impl JUnit {
    fn assert_adds_up(&self, of: &str) {
        assert_eq!(self.tests, self.suites.iter().map(|suite| suite.tests).sum::<usize>(), "{of}");
        assert_eq!(self.failures, self.suites.iter().map(|suite| suite.failures).sum::<usize>(), "{of}");
        for Suite { name, tests, failures, cases } in &self.suites {
            assert_eq!(*tests, cases.len(), "{of}: {name}");
            assert_eq!(
                *failures,
                cases.iter().filter(|case| !case.failures.is_empty()).count(),
                "{of}: {name}"
            );
            let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
            assert_eq!(names.len(), cases.len(), "{of}: a case of {name} is there twice");
        }
    }

    /// All that is told in it.
    fn texts(&self) -> String {
        let cases = self.suites.iter().flat_map(|suite| &suite.cases);
        let texts = cases.flat_map(|case| {
            let failures = case.failures.iter().filter_map(|(_, _, text)| text.as_deref());
            failures.chain(case.out.as_deref())
        });
        texts.collect::<Vec<_>>().join("\n")
    }
}

/// What SARIF Multitool objects to.
fn refused(logs: &[PathBuf]) -> Vec<String> {
    let mut validate = tools::sarif_multitool();
    validate.arg("validate").args(logs).args(["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"]);
    let told = tools::run(&mut validate, "");
    assert!(told.contains("Analysis completed successfully."), "{told}");
    told.lines()
        .filter(|line| line.contains(": error ") || line.contains(": warning "))
        .map(str::to_owned)
        .collect()
}

/// What `check` reports of each example fleet, those that are refused included, by name.
fn reports(format: &str) -> BTreeMap<String, String> {
    let golden = tools::repository().join("golden");
    let folders =
        |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let all = folders(&golden).into_iter().chain(folders(&golden.join("fails")));
    let fleets = all.filter(|fleet| fleet.join("fleet.yaml").is_file());
    let name = |fleet: &Path| fleet.file_name().unwrap().to_str().unwrap().to_owned();
    let reports = fleets.map(|fleet| (name(&fleet), report(&fleet, format)));
    reports.filter(|(_, report)| !report.is_empty()).collect()
}

/// What `check` reports of a fleet; nothing where it refuses to run.
fn report(fleet: &Path, format: &str) -> String {
    let mut goldsmith = Command::new(env!("CARGO_BIN_EXE_goldsmith"));
    let output = goldsmith.arg("check").arg(fleet).args(["--output", format]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
