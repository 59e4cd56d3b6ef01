//! What several tests share: the built program, copies of folders, texts that are compared with committed ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize as _;
use serde_json::Value;

/// The folder of the crate.
pub(crate) fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The example fleets that render, in the order of their names.
pub(crate) fn goldens() -> Vec<PathBuf> {
    let folders = fs::read_dir(home().join("golden")).unwrap().map(|entry| entry.unwrap().path());
    let mut goldens: Vec<PathBuf> = folders.filter(|folder| folder.join("fleet.yaml").is_file()).collect();
    goldens.sort();
    goldens
}

/// The built program, to be run in a folder, with nothing of this environment.
pub(crate) fn goldsmith(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goldsmith"));
    command.args(arguments).current_dir(folder).env_clear();
    command
}

/// Runs the program; both outputs are text.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = goldsmith(folder, arguments).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// A fleet of sites by their names, from their specs, with an agent policy beside them.
fn fleet_of(specs: &BTreeMap<String, String>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let fleet = "apiVersion: goldsmith.dev/v1alpha1\nkind: Fleet\nspec: {goldsmith: '>=0.1', sites: [sites/*.yaml]}\n";
    fs::create_dir(folder.path().join("sites")).unwrap();
    fs::write(folder.path().join("fleet.yaml"), fleet).unwrap();
    fs::write(folder.path().join("agent.rego"), "package agent_policy\n").unwrap();
    for (name, spec) in specs {
        let spec = spec.replace('\n', "\n  ");
        let site = format!(
            "apiVersion: goldsmith.dev/v1alpha1\nkind: Site\nmetadata: {{name: {name}}}\nspec:\n  {spec}\n"
        );
        fs::write(folder.path().join(format!("sites/{name}.yaml")), &site).unwrap();
    }
    folder
}

/// A fleet whose Job, which is named by its spec, was rendered before a patch of it.
pub(crate) fn with_a_changed_job() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &files(&home().join("golden/pod-vm-runners")));
    let site = folder.path().join("sites/gitops.yaml");
    let patch = "  patches:\n    retry:\n      target: {kind: Job, name: osc-podvm-image-creation}\n      merge: {spec: {backoffLimit: 7}}\n";
    fs::write(&site, fs::read_to_string(&site).unwrap() + patch).unwrap();
    folder
}

/// The objects of sites by their names, from their specs: no finding may stop them.
pub(crate) fn rendered_sites(specs: &BTreeMap<String, String>) -> BTreeMap<String, Vec<Value>> {
    let folder = fleet_of(specs);
    let (code, rendered, told) = run(folder.path(), &["render", "--stdout"]);
    assert_eq!(code, Some(0), "{told}");
    let mut sites = BTreeMap::new();
    for document in yaml_serde::Deserializer::from_str(&rendered) {
        let object = serde_json::to_value(yaml_serde::Value::deserialize(document).unwrap()).unwrap();
        let site = object["metadata"]["labels"]["goldsmith.dev/site"].as_str().map(str::to_owned);
        sites.entry(site.unwrap_or_default()).or_insert_with(Vec::new).push(object);
    }
    sites
}

/// What is found in sites, by their names: the code, and the line that it is found on.
pub(crate) fn found_in_sites(specs: &BTreeMap<String, String>) -> BTreeMap<String, Vec<(String, String)>> {
    let folder = fleet_of(specs);
    let (_, report, told) = run(folder.path(), &["check", "--output", "json"]);
    let report: Value = serde_json::from_str(&report).unwrap_or_else(|_| panic!("{told}"));
    assert_eq!(report["summary"]["omitted"], 0);
    let mut found = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let place = &finding["place"];
        let path = place["path"].as_str().unwrap();
        let text = fs::read_to_string(folder.path().join(path)).unwrap();
        let number = usize::try_from(place["line"].as_u64().unwrap()).unwrap();
        let line = text.lines().nth(number - 1).unwrap().trim().to_owned();
        let site = path.trim_start_matches("sites/").trim_end_matches(".yaml").to_owned();
        let code = finding["code"].as_str().unwrap().to_owned();
        found.entry(site).or_insert_with(Vec::new).push((code, line));
    }
    found
}

/// Every file below a folder: its path from there, and its bytes.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.unwrap());
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| (entry.path().strip_prefix(folder).unwrap().to_owned(), fs::read(entry.path()).unwrap()))
        .collect()
}

/// Writes files below a folder, in the order they are given.
pub(crate) fn put<'f>(folder: &Path, files: impl IntoIterator<Item = &'f (PathBuf, Vec<u8>)>) {
    for (path, bytes) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// Holds a text against the committed one; with `SNAPSHOTS=overwrite` commits it.
pub(crate) fn assert_snapshot(path: &str, told: &str) {
    let path = home().join("tests/suite").join(path);
    if std::env::var("SNAPSHOTS").is_ok_and(|how| how == "overwrite") {
        fs::write(&path, told).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let diff = similar::TextDiff::from_lines(expected.as_str(), told);
    assert!(expected == told, "{}\n{}", path.display(), diff.unified_diff().header("committed", "now"));
}

/// What policies are made with in tests, on a day that stays the same.
pub(crate) fn policies() -> goldsmith::policy::Basis {
    let today = "2026-01-01".parse().unwrap();
    goldsmith::policy::Basis {
        today,
        release: goldsmith::capability::Release::ours(),
        rule: goldsmith::registry::rule,
        baseline: std::sync::Arc::default(),
    }
}
