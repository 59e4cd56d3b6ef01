//! Taking up goldsmith in an old repository: what is known stops nothing, what is new does.

use std::fs;

use crate::support::{files, home, put, run};

const CRD: &str = "\
kind: CustomResourceDefinition
spec:
  group: example.com
  names: {kind: Widget}
  versions:
  - {name: v1, served: true, schema: {openAPIV3Schema: {type: object, properties: {size: {type: integer}}}}}
";

fn widget(name: &str) -> String {
    format!("apiVersion: example.com/v1\nkind: Widget\nmetadata: {{name: {name}}}\nsize: large\n")
}

#[test]
fn what_was_recorded_stops_nothing_and_what_is_new_does() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(file("crd.yaml"), CRD).unwrap();
    fs::write(file("a.yaml"), widget("old")).unwrap();
    let validate = |more: &[&str]| {
        let mut arguments = vec!["validate", "a.yaml", "--crds", "crd.yaml"];
        arguments.extend(more);
        run(folder.path(), &arguments)
    };
    assert_eq!(validate(&[]).0, Some(1));
    let (code, _, told) = validate(&["--baseline", "known.txt"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("`--record-baseline known.txt` of `check` or `validate` writes one"), "{told}");

    validate(&["--record-baseline", "known.txt"]);
    let (code, _, told) = validate(&["--baseline", "known.txt"]);
    assert_eq!((code, told.as_str()), (Some(0), "1 waived in 1 file\n1 object: 1 invalid\n"));

    // It moved, and another one came.
    fs::write(file("a.yaml"), format!("# moved\n\n{}---\n{}", widget("old"), widget("new"))).unwrap();
    let (code, _, told) = validate(&["--baseline", "known.txt"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("Widget new") && !told.contains("Widget old"), "{told}");

    fs::write(file("a.yaml"), widget("other").replace("large", "1")).unwrap();
    let (code, _, told) = validate(&["--baseline", "known.txt"]);
    assert_eq!(code, Some(0));
    // A run over a part cannot know what is mended elsewhere.
    assert!(!told.contains("no longer found"), "{told}");
}

#[test]
fn a_fleet_is_rendered_and_checked_with_what_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let repository = folder.path().join("fleet");
    put(&repository, &files(&home().join("golden/fails/against-the-definition")));
    let exit = |arguments: &[&str]| run(&repository, arguments).0;
    assert_eq!(exit(&["render"]), Some(1));
    exit(&["check", "--record-baseline", "known.txt"]);
    assert_eq!(exit(&["render", "--baseline", "known.txt"]), Some(0));
    assert_eq!(exit(&["check", "--baseline", "known.txt"]), Some(0));
    assert_eq!(exit(&["check"]), Some(1));

    let crd = repository.join("crds/cdi.yaml");
    let mended = fs::read_to_string(&crd).unwrap().replace(", maximum: 2", "");
    fs::write(crd, mended).unwrap();
    let (_, _, told) = run(&repository, &["check", "--baseline", "known.txt"]);
    assert!(told.contains("1 of the baseline are no longer found"), "{told}");
}

#[test]
fn a_file_that_cannot_be_read_is_never_known() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), b"a: \xff\n").unwrap();
    run(folder.path(), &["validate", "--record-baseline", "known.txt"]);
    assert_eq!(run(folder.path(), &["validate", "--baseline", "known.txt"]).0, Some(1));
}

#[test]
fn a_file_that_is_no_baseline_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    fs::write(&file, "mine\n").unwrap();
    let (code, _, told) = run(folder.path(), &["validate", "--record-baseline", "notes.txt"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("`notes.txt` is no baseline, and is left as it is"), "{told}");
    assert_eq!(fs::read_to_string(file).unwrap(), "mine\n");
}

/// A DataImportCron that gets another name leaves its DataSource behind: what `diff` alone can find.
#[test]
fn what_a_change_destroys_is_as_bad_as_each_site_says() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &files(&home().join("golden/fails/import-cron-renamed")));
    let site = folder.path().join("sites/paris.yaml");
    let spec = fs::read_to_string(&site).unwrap();
    let diff = |policy: &str| {
        fs::write(&site, format!("{spec}{policy}")).unwrap();
        let (_, report, _) = run(folder.path(), &["diff", "--output", "json", "--today", "2026-01-01"]);
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        report["findings"].as_array().unwrap().clone()
    };
    let found = diff("");
    assert_eq!(
        (found.len(), &found[0]["code"], &found[0]["sites"][0]),
        (1, &"GS-GOLD-040".into(), &"paris".into())
    );
    assert_eq!(diff("  rules: {GS-GOLD-040: error}\n")[0]["severity"], "error");
    assert!(diff("  rules: {GS-GOLD-040: silent}\n").is_empty());
    let waiver =
        "  waivers: {renamed: {rule: GS-GOLD-040, reason: the old one goes by hand, until: never}}\n";
    assert_eq!(diff(waiver)[0]["waived"]["name"], "renamed");
    let (_, _, told) = run(folder.path(), &["check", "--today", "2026-01-01"]);
    assert!(!told.contains("nothing needs the waiver"), "only a diff can tell whether it is needed: {told}");
}
