//! What a Secret holds is shown nowhere: not in a report of any form, not in a difference, not in an explanation.

use std::fs;
use std::path::Path;

use crate::support::run;

const FORMATS: [&str; 6] = ["human", "json", "sarif", "junit", "markdown", "github"];

/// The values, which must not be seen; the number is what makes the API server refuse the Secret.
const VALUES: [&str; 3] = ["hunter2", "48151623", "c2VjcmV0"];

fn secret(password: &str, pin: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: login, namespace: images}}\ndata: {{token: c2VjcmV0}}\n\
         stringData:\n  password: {password}\n  pin: {pin}\n"
    )
}

fn fleet(folder: &Path, secret: &str) {
    let fleet =
        "apiVersion: goldsmith.dev/v1alpha1\nkind: Fleet\nspec: {goldsmith: '>=0.1', sites: [lyon.yaml]}\n";
    let site = "apiVersion: goldsmith.dev/v1alpha1\nkind: Site\nmetadata: {name: lyon}\nspec:\n  \
                platform: {kubernetes: '1.34', cdi: '1.63'}\n  extraManifests: {login: {path: login.yaml}}\n";
    fs::write(folder.join("fleet.yaml"), fleet).unwrap();
    fs::write(folder.join("lyon.yaml"), site).unwrap();
    fs::write(folder.join("login.yaml"), secret).unwrap();
}

/// Runs the program and tells all that it said, none of which may be a value.
fn told(folder: &Path, arguments: &[&str], code: i32) -> String {
    let (status, data, said) = run(folder, arguments);
    let told = format!("{data}{said}");
    assert_eq!(status, Some(code), "{arguments:?}: {told}");
    for value in VALUES {
        assert!(!told.contains(value), "{arguments:?} shows `{value}`: {told}");
    }
    told
}

#[test]
fn no_report_shows_what_a_refused_secret_holds() {
    let folder = tempfile::tempdir().unwrap();
    fleet(folder.path(), &secret("hunter2", "48151623"));
    for format in FORMATS {
        let named = told(folder.path(), &["validate", "login.yaml", "--output", format], 1);
        assert!(named.contains("stringData.pin"), "{named}");
        told(folder.path(), &["check", "--output", format], 1);
    }
    let human = told(folder.path(), &["check"], 1);
    assert!(human.contains("login.yaml:7:8") && human.contains("pin: ********"), "{human}");
    // Nor where the file cannot be read.
    fs::write(folder.path().join("login.yaml"), format!("{}  a: [\n", secret("hunter2", "48151623")))
        .unwrap();
    for format in FORMATS {
        told(folder.path(), &["validate", "login.yaml", "--output", format], 1);
        told(folder.path(), &["check", "--output", format], 1);
    }
}

#[test]
fn nor_does_one_that_is_an_old_version_or_lies_among_definitions() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("new.yaml"), secret("a", "'1'")).unwrap();
    // Told of by the place of a key that is there twice.
    let twice = format!("{}  password: again\n", secret("hunter2", "'48151623'"));
    for (path, option) in [("old.yaml", "--old"), ("crd.yaml", "--crds")] {
        fs::write(folder.path().join(path), &twice).unwrap();
        let named = told(folder.path(), &["validate", "new.yaml", option, path], 1);
        assert!(named.contains(&format!("{path}:8:3")), "{named}");
    }
    // A word may be written in many ways.
    let escaped = secret("hunter2", "48151623").replace("kind: Secret", "kind: \"\\x53ecret\"");
    fs::write(folder.path().join("escaped.yaml"), escaped).unwrap();
    told(folder.path(), &["validate", "escaped.yaml"], 1);
}

#[test]
fn a_difference_tells_that_a_value_changed_and_an_explanation_where_it_is_from() {
    let folder = tempfile::tempdir().unwrap();
    fleet(folder.path(), &secret("hunter2", "'48151623'"));
    told(folder.path(), &["render"], 0);
    let rendered =
        fs::read_to_string(folder.path().join("rendered/lyon/extra/images/secret-login.yaml")).unwrap();
    assert!(rendered.contains("hunter2"), "a person's own manifest is taken along as it is");

    fleet(folder.path(), &secret("correct-horse", "'48151623'"));
    let difference = told(folder.path(), &["diff"], 1);
    assert!(
        difference.contains("-  password: \"<hidden>, before\"\n+  password: \"<hidden>, after\"\n"),
        "{difference}"
    );
    assert!(
        difference.contains("   pin: \"<hidden>\"\n") && !difference.contains("correct-horse"),
        "{difference}"
    );

    fleet(folder.path(), &secret("hunter2", "'48151623'"));
    let file = told(folder.path(), &["explain", "lyon", "extra/images/secret-login.yaml"], 0);
    assert!(file.contains("stringData.password = \"<hidden>\"") && file.contains("login.yaml:6"), "{file}");
    told(folder.path(), &["explain", "lyon", "extra/images/secret-login.yaml:stringData.password"], 0);
    told(folder.path(), &["explain", "login.yaml:6"], 0);
}

/// As people write them into a proxy, a repository of sources, an image, a word of their own; refused or not.
#[test]
fn no_report_shows_a_password_before_a_host() {
    let folder = tempfile::tempdir().unwrap();
    fleet(folder.path(), "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a, namespace: b}\n");
    let site = fs::read_to_string(folder.path().join("lyon.yaml")).unwrap();
    for line in [
        "podVM: {work: {proxy: {http: 'http://me:hunter2@proxy.example:3128'}}}",
        "podVM: {image: {build: {source: {repository: 'https://hunter2@git.example/a'}}}}",
        "goldenImages: {images: {a: {registry: 'me:hunter2@registry.example/a:1'}}}",
        "lifecycle: https://me:hunter2@example.com",
        "unknown: [https://me:hunter2@example.com]",
    ] {
        fs::write(folder.path().join("lyon.yaml"), format!("{site}  {line}\n")).unwrap();
        for format in FORMATS {
            let shown = told(folder.path(), &["check", "--output", format], 1);
            assert!(shown.contains("GS-"), "{shown}");
        }
    }
    fs::write(folder.path().join("lyon.yaml"), &site).unwrap();
    told(folder.path(), &["check", "--set", "lifecycle=https://me:hunter2@example.com"], 1);
}
