//! Taking up goldsmith in an old repository: what is known stops nothing, what is new does.

use std::fs;

use crate::support::run;

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
    assert!(told.contains("`--record-baseline known.txt` writes one"), "{told}");

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
    assert!(told.contains("1 of the baseline are no longer found"), "{told}");
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
