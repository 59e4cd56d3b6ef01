//! A difference tells what the cluster that holds the old tree would refuse, at the line that changed it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::run;

const CRD: &str = "\
kind: CustomResourceDefinition
spec:
  group: example.com
  names: {kind: Widget}
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: integer, x-kubernetes-validations: [{rule: self >= oldSelf, message: it only grows}]}
";

fn fleet(folder: &Path, image: &str, size: u8, policy: &str) {
    let fleet =
        "apiVersion: goldsmith.dev/v1alpha1\nkind: Fleet\nspec: {goldsmith: '>=0.1', sites: [lyon.yaml]}\n";
    let spec = format!(
        "apiVersion: goldsmith.dev/v1alpha1\nkind: Site\nmetadata: {{name: lyon}}\nspec:\n  \
         platform: {{kubernetes: '1.34', cdi: '1.63'}}\n  extraManifests: {{mine: {{path: mine.yaml}}}}\n{policy}"
    );
    let mine = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: once, namespace: a}}\nspec:\n  template:\n    spec:\n      \
         restartPolicy: Never\n      containers:\n      - name: once\n        image: {image}\n---\n\
         apiVersion: example.com/v1\nkind: Widget\nmetadata: {{name: w, namespace: a}}\nspec:\n  size: {size}\n"
    );
    fs::create_dir_all(folder.join("crds")).unwrap();
    for (path, text) in
        [("fleet.yaml", fleet), ("lyon.yaml", &spec), ("mine.yaml", &mine), ("crds/widget.yaml", CRD)]
    {
        fs::write(folder.join(path), text).unwrap();
    }
}

/// Code, line and severity of each finding of a difference.
fn found(folder: &Path) -> Vec<(String, u64, String)> {
    let (_, report, _) = run(folder, &["diff", "--output", "json", "--today", "2026-01-01"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|found| {
            assert_eq!((&found["place"]["path"], &found["sites"][0]), (&"mine.yaml".into(), &"lyon".into()));
            let waived = found["waived"]["name"].as_str().map(|name| format!("waived by {name}"));
            let severity = waived.unwrap_or_else(|| text(&found["severity"]));
            (text(&found["code"]), found["place"]["line"].as_u64().unwrap(), severity)
        })
        .collect()
}

#[test]
fn what_cannot_change_is_told_where_it_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    fleet(folder.path(), "registry.example/a:1", 3, "");
    let (code, _, told) = run(folder.path(), &["render"]);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(found(folder.path()), []);

    fleet(folder.path(), "registry.example/a:2", 2, "");
    let error = "error".to_owned();
    let of_job = ("GS-TREE-016".to_owned(), 5, error.clone());
    assert_eq!(found(folder.path()), [of_job, ("GS-TREE-007".to_owned(), 16, error)]);
    // The difference is shown all the same.
    let (code, shown, _) = run(folder.path(), &["diff"]);
    assert!(code == Some(1) && shown.contains("+        image: registry.example/a:2\n"), "{shown}");

    fleet(folder.path(), "registry.example/a:1", 4, "");
    assert_eq!(found(folder.path()), []);

    let policy = "  waivers: {again: {rule: GS-TREE-016, about: extra/a/job-once.yaml, reason: it is deleted by hand, until: never}}\n";
    fleet(folder.path(), "registry.example/a:2", 4, policy);
    assert_eq!(found(folder.path()), [("GS-TREE-016".to_owned(), 5, "waived by again".to_owned())]);
}
