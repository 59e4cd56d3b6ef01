//! The reports that programs read, as the built program prints them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use goldsmith::report::schema;
use goldsmith::schema::Compiled;
use serde_json::Value;

use crate::support::{assert_snapshot, files, goldens, home, put, run, with_a_changed_job};

/// The fleets whose reports are committed, in every format: what has a place and what has none, edits, several files,
/// warnings, a rendered tree that is in the way, and nothing at all.
const TOLD: &[&str] = &[
    "fails/ambiguous-scalars",
    "fails/bad-set",
    "fails/duplicate-keys",
    "fails/foreign-files-in-the-way",
    "fails/many-files-at-once",
    "fails/images-at-risk",
    "common-off",
];

/// The formats, each with the ending of its files.
const FORMATS: &[(&str, &str)] = &[
    ("json", "json"),
    ("sarif", "sarif"),
    ("junit", "junit.xml"),
    ("markdown", "md"),
    ("github", "github.txt"),
];

#[test]
fn every_report_fits_the_schema_that_is_published() {
    let schema = Compiled::new(&schema()).unwrap();
    let mut printed = 0;
    for (fleet, arguments) in fleets() {
        let out = report(&fleet, &arguments, "json");
        // Where the command line or the version is refused, there was no run and there is no report.
        if out.is_empty() {
            continue;
        }
        let wrong = schema.violations(&serde_json::from_str(&out).unwrap());
        assert!(wrong.is_empty(), "{}: {wrong:?}", fleet.display());
        printed += 1;
    }
    assert!(printed > 80, "only {printed} reports were looked at");
}

#[test]
fn these_fleets_are_told_like_this() {
    for fleet in TOLD {
        let (folder, name) = (home().join("golden").join(fleet), fleet.rsplit('/').next().unwrap());
        for (format, ending) in FORMATS {
            let told = report(&folder, &arguments(&folder), format);
            assert_snapshot(
                &format!("report/{name}.{ending}"),
                &told.replace(env!("CARGO_PKG_VERSION"), "0.0.0"),
            );
        }
    }
}

#[test]
fn every_field_of_the_report_says_what_it_is() {
    each_field(&schema(), "report", &mut |path, field| {
        assert!(field["description"].is_string(), "`{path}` says nothing");
    });
}

#[test]
fn what_makes_a_check_fail_is_in_its_report() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &files(&home().join("golden/common-off")));
    let rendered = folder.path().join("rendered/linz");
    fs::remove_dir_all(rendered.join("golden-images")).unwrap();
    let (code, out, err) = run(folder.path(), &["check", "--output", "json"]);
    assert_eq!((code, err.as_str()), (Some(1), ""));
    let report: Value = serde_json::from_str(&out).unwrap();
    let missing: BTreeMap<&str, &str> = report["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|difference| (difference["path"].as_str().unwrap(), difference["how"].as_str().unwrap()))
        .collect();
    assert_eq!(missing["linz/golden-images/kustomization.yaml"], "missing");
}

#[test]
fn the_report_says_where_the_fleet_lies_in_the_checkout() {
    let checkout = tempfile::tempdir().unwrap();
    let fleet = checkout.path().join("clusters/a b");
    put(&fleet, &files(&home().join("golden/common-off")));
    let folder = |stand: &Path, arguments: &[&str]| -> Value {
        let (code, out, err) = run(stand, &[&["check", "--output", "json"], arguments].concat());
        assert_eq!((code, err.as_str()), (Some(0), ""));
        serde_json::from_str::<Value>(&out).unwrap()["folder"].clone()
    };
    assert_eq!(folder(checkout.path(), &["clusters/a b"]), "clusters/a b");
    assert_eq!(folder(&fleet, &[]), Value::Null);
    assert_eq!(folder(&fleet.join("sites"), &[]), Value::Null);
    fs::create_dir(checkout.path().join(".git")).unwrap();
    assert_eq!(folder(&fleet, &[]), "clusters/a b");
    assert_eq!(folder(&fleet.join("sites"), &[]), "clusters/a b");
}

#[test]
fn a_diff_tells_programs_what_would_become_of_each_manifest() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &files(&home().join("golden/storage-limit")));
    let changed = "golden-images/golden-images/resourcequota-golden-images.yaml";
    let path = folder.path().join("rendered/ghent").join(changed);
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("storage", "other")).unwrap();
    let (code, out, err) = run(folder.path(), &["diff", "--output", "json"]);
    assert_eq!((code, err.as_str()), (Some(1), ""));
    let report: Value = serde_json::from_str(&out).unwrap();
    let manifests = report["sites"][0]["manifests"].as_array().unwrap();
    assert!(manifests.len() > 1);
    for manifest in manifests {
        let state = if manifest["path"] == changed { "changed" } else { "same" };
        assert_eq!(manifest["state"], state, "{manifest}");
    }
}

#[test]
fn a_job_that_is_named_by_its_content_is_shown_as_one_change() {
    let folder = with_a_changed_job();
    let (code, shown, told) = run(folder.path(), &["diff"]);
    assert_eq!(code, Some(1), "{told}");
    assert_eq!(told.lines().last(), Some("0 created, 0 configured, 0 deleted, 1 replaced"));
    let lines: Vec<&str> = shown.lines().collect();
    let heading = "replaced: gitops: Job openshift-sandboxed-containers-operator/osc-podvm-image-creation-";
    assert!(lines[0].starts_with(heading) && lines[0].contains(" -> osc-podvm-image-creation-"), "{shown}");
    assert_eq!(lines[1], "# the sync starts it: one pod VM image, unless the one of these inputs is there");
    let changed: Vec<&&str> = lines[2..].iter().filter(|line| line.starts_with(['-', '+'])).collect();
    assert_eq!(changed, [&"-  backoffLimit: 1", &"+  backoffLimit: 7"], "{shown}");
}

#[test]
fn programs_are_told_which_file_takes_the_place_of_which() {
    let folder = with_a_changed_job();
    let (_, out, _) = run(folder.path(), &["diff", "--output", "json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(Compiled::new(&schema()).unwrap().violations(&report), []);
    let counted = &report["summary"]["manifests"];
    assert_eq!(
        (&counted["new"], &counted["removed"], &counted["replaced"]),
        (&1.into(), &1.into(), &1.into())
    );
    let sites = report["sites"].as_array().unwrap().iter();
    let rows: Vec<&Value> = sites.flat_map(|site| site["manifests"].as_array().unwrap()).collect();
    let new = rows.iter().find(|row| row["state"] == "new").unwrap();
    let removed = rows.iter().find(|row| row["state"] == "removed").unwrap();
    assert_eq!(new["replaces"], removed["path"]);

    let (_, page, _) = run(folder.path(), &["diff", "--output", "markdown"]);
    let line =
        format!("replaced gitops/{} -> {}", removed["path"].as_str().unwrap(), new["path"].as_str().unwrap());
    assert!(
        page.contains(&format!(
            "1 manifest new, changed, replaced or removed</summary>\n\n```text\n{line}\n"
        )),
        "{page}"
    );
}

/// Every example fleet, with the arguments of the program: those that render, and those that are refused.
fn fleets() -> Vec<(PathBuf, String)> {
    let refused = fs::read_dir(home().join("golden/fails")).unwrap().map(|entry| entry.unwrap().path());
    goldens().into_iter().chain(refused).map(|fleet| (fleet.clone(), arguments(&fleet))).collect()
}

/// The arguments that a refused fleet is run with.
fn arguments(fleet: &Path) -> String {
    fs::read_to_string(fleet.join("command")).unwrap_or_else(|_| "check".to_owned()).trim().to_owned()
}

/// What a run in a copy of a fleet prints in a format.
fn report(fleet: &Path, arguments: &str, format: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &files(fleet));
    let arguments: Vec<&str> = arguments.split_whitespace().chain(["--output", format]).collect();
    run(folder.path(), &arguments).1
}

/// Every property of a schema and of what lies below it, with its path.
fn each_field(schema: &Value, path: &str, look: &mut impl FnMut(&str, &Value)) {
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        look(&path, field);
        each_field(field, &path, look);
    }
    if let Some(items) = schema.get("items") {
        each_field(items, path, look);
    }
}

#[test]
fn it_is_told_how_many_objects_were_judged_as_changes_and_where_none_was() {
    let folder = tempfile::tempdir().unwrap();
    let map = |namespace: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: {namespace}}}\n")
    };
    std::fs::write(folder.path().join("old.yaml"), map("shop")).unwrap();
    for (namespace, told) in [
        ("shop", "1 object: 1 valid; 1 judged as changes\n"),
        (
            "store",
            "no object is in `--old`, by group, kind, namespace and name: all were judged as new ones\n1 object: 1 valid\n",
        ),
    ] {
        std::fs::write(folder.path().join("new.yaml"), map(namespace)).unwrap();
        let (code, _, said) =
            crate::support::run(folder.path(), &["validate", "new.yaml", "--old", "old.yaml"]);
        assert_eq!((code, said.as_str()), (Some(0), told));
    }
}
