//! What holds whatever is rendered: the same bytes everywhere, nothing touched that did not change, no input that
//! panics.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use goldsmith::load::{Memory, Options, load_fleet, merge, nothing};
use goldsmith::pipeline::Pipeline;
use goldsmith::validate::crds::Crds;
use goldsmith::write::SiteTree;
use goldsmith::yaml::Node;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use serde_json::{Value, json};

use crate::support::{files, goldsmith, home, policies, put, run};

type Files = Vec<(std::path::PathBuf, Vec<u8>)>;

fn fleet() -> Files {
    let mut files = files(&home().join("golden/fleet"));
    files.retain(|(path, _)| !path.starts_with("rendered"));
    files
}

/// What a run over a fleet in some folder renders.
fn rendered(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Files {
    let arguments: Vec<&str> = ["render"].iter().chain(arguments).copied().collect();
    let output = goldsmith(folder, &arguments).envs(environment.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    files(&folder.join("rendered"))
}

fn here(fleet: &Files) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), fleet);
    folder
}

#[test]
fn the_same_fleet_gives_the_same_bytes_everywhere() {
    let fleet = fleet();
    let first = rendered(here(&fleet).path(), &[], &[]);
    assert!(first.len() >= 40, "{} files", first.len());
    let same = |name: &str, now: Files| assert!(now == first, "{name} gives other bytes");
    same("another folder", rendered(here(&fleet).path(), &[], &[]));
    same("one thread", rendered(here(&fleet).path(), &["--threads", "1"], &[]));
    same("eight threads", rendered(here(&fleet).path(), &["--threads", "8"], &[]));
    let backwards: Files = fleet.iter().rev().cloned().collect();
    same("another order of files", rendered(here(&backwards).path(), &[], &[]));
    for (name, value) in [
        ("LC_ALL", "tr_TR.UTF-8"),
        ("TZ", "Pacific/Apia"),
        ("LANG", "C"),
        ("LC_ALL", "ja_JP.SJIS"),
        ("HOME", "/"),
    ] {
        same(name, rendered(here(&fleet).path(), &[], &[(name, value)]));
    }
}

#[test]
fn a_second_render_changes_nothing_and_diff_and_check_say_so() {
    let fleet = here(&fleet());
    let folder = fleet.path();
    let first = rendered(folder, &[], &[]);
    let times = |files: &Files| -> Vec<SystemTime> {
        files.iter().map(|(path, _)| modified(&folder.join("rendered").join(path))).collect()
    };
    let before = times(&first);
    let second = rendered(folder, &[], &[]);
    assert!(first == second);
    assert_eq!(before, times(&second));
    assert_eq!(run(folder, &["diff"]).0, Some(0));
    assert_eq!(run(folder, &["diff"]).1, "");
    assert_eq!(run(folder, &["check"]).0, Some(0));
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

#[test]
fn a_file_that_somebody_else_put_into_the_tree_stays() {
    let fleet = here(&fleet());
    rendered(fleet.path(), &[], &[]);
    let foreign = fleet.path().join("rendered/jena/golden-images/notes.txt");
    fs::write(&foreign, "ours").unwrap();
    rendered(fleet.path(), &["--set", "goldenImages.defaults.keep=9"], &[]);
    assert_eq!(fs::read_to_string(&foreign).unwrap(), "ours");
}

#[test]
fn the_stream_holds_every_manifest_of_the_tree() {
    let fleet = here(&fleet());
    let tree = rendered(fleet.path(), &[], &[]);
    let (code, stream, _) = run(fleet.path(), &["render", "--stdout"]);
    assert_eq!(code, Some(0));
    let sorted = |objects: Vec<Value>| {
        let mut texts: Vec<String> = objects.iter().map(Value::to_string).collect();
        texts.sort();
        texts
    };
    let is_manifest = |path: &Path| {
        path.extension().is_some_and(|is| is == "yaml") && !path.ends_with("kustomization.yaml")
    };
    let of_tree = tree.iter().filter(|(path, _)| is_manifest(path));
    let of_tree = of_tree.flat_map(|(_, bytes)| objects(std::str::from_utf8(bytes).unwrap())).collect();
    assert_eq!(sorted(objects(&stream)), sorted(of_tree));
}

/// The objects of a stream, as a reader sees them that is not ours.
fn objects(text: &str) -> Vec<Value> {
    use serde::Deserialize as _;
    yaml_serde::Deserializer::from_str(text).map(|document| Value::deserialize(document).unwrap()).collect()
}

#[test]
fn the_report_fits_its_schema() {
    let fleet = here(&fleet());
    let (_, schema, _) = run(fleet.path(), &["schema", "report"]);
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let broken = json!({"apiVersion": "goldsmith.dev/v1alpha1", "kind": "Site", "spec": {"platfrom": 1}});
    for arguments in [&["render", "--output", "json"][..], &["check", "--output", "json"]] {
        let (_, report, _) = run(fleet.path(), arguments);
        let errors: Vec<String> = schema
            .iter_errors(&serde_json::from_str(&report).unwrap())
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{arguments:?}");
        fs::write(fleet.path().join("sites/broken.yaml"), broken.to_string()).unwrap();
    }
}

const FLEET: &str =
    "apiVersion: goldsmith.dev/v1alpha1\nkind: Fleet\nspec: {goldsmith: \">=0.1\", sites: [site.yaml]}\n";

/// Renders a site in memory: its files as text, or the titles of what is wrong with it.
fn in_memory(spec: &Value) -> Result<Vec<String>, Vec<String>> {
    let site = json!({"apiVersion": "goldsmith.dev/v1alpha1", "kind": "Site", "metadata": {"name": "s"}, "spec": spec});
    let mut files = Memory::default();
    files.add("fleet.yaml", FLEET).unwrap();
    files.add("site.yaml", site.to_string()).unwrap();
    let fleet = load_fleet(&files, &Options::default()).unwrap();
    let outcome = Pipeline::new(&fleet, Crds::default(), policies()).run(&fleet.sites()[0]).unwrap();
    let titles: Vec<String> = outcome.findings.iter().map(|finding| finding.title.clone()).collect();
    let validated = outcome.validated.as_ref().ok_or(titles)?;
    let texts =
        validated.manifests().iter().map(|manifest| format!("{}\n{}", manifest.path, manifest.object));
    let built = SiteTree::of(validated);
    assert!(built.is_ok(), "{:?}", built.err());
    Ok(texts.collect())
}

/// Each given or not.
fn fields(fields: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let start = Just(serde_json::Map::new()).boxed();
    let all = fields.into_iter().fold(start, |all, (key, value)| {
        let with = (all, proptest::option::weighted(0.5, value));
        with.prop_map(move |(mut map, value)| {
            map.extend(value.map(|value| (key.to_owned(), value)));
            map
        })
        .boxed()
    });
    all.prop_map(Value::Object).boxed()
}

fn one_of(values: &'static [&'static str]) -> BoxedStrategy<Value> {
    proptest::sample::select(values)
        .prop_map(|text| serde_json::from_str(text).unwrap_or_else(|_| json!(text)))
        .boxed()
}

fn schedule() -> BoxedStrategy<Value> {
    one_of(&[
        r#"{"every": "12h"}"#,
        r#"{"every": "7h"}"#,
        r#"{"daily": {"between": "23:00-01:00"}}"#,
        r#"{"never": {}}"#,
        r#"{"cron": "0 4 * * *"}"#,
        r#"{"cron": "@daily"}"#,
        "{}",
        r#"{"every": "1h", "never": {}}"#,
        "null",
    ])
}

fn settings() -> Vec<(&'static str, BoxedStrategy<Value>)> {
    vec![
        ("schedule", schedule()),
        ("keep", one_of(&["1", "3", "0", "-1", "null", "\"2\""])),
        ("retention", one_of(&["All", "None", "Some"])),
        ("pull", one_of(&["pod", "node", "null"])),
        ("storageClass", one_of(&["fast", "", "A b", "null"])),
        ("architectures", one_of(&[r#"["amd64"]"#, r#"["amd64", "arm64"]"#, "[]", r#"["vax"]"#])),
    ]
}

fn image() -> BoxedStrategy<Value> {
    let mut all = settings();
    all.extend([
        (
            "registry",
            one_of(&["quay.io/a/b:1", "quay.io/a/b", "b", "docker://quay.io/a", "", "quay.io/a@sha256:1"]),
        ),
        ("imageStream", one_of(&[r#"{"name": "a"}"#, "{}", "a"])),
        ("pvc", one_of(&[r#"{"name": "a", "namespace": "b"}"#, "{}"])),
        ("size", one_of(&["30Gi", "1", "x", "-1Gi", "null"])),
        ("enabled", one_of(&["true", "false"])),
    ]);
    fields(all)
}

fn spec() -> BoxedStrategy<Value> {
    let images = proptest::collection::btree_map("[a-z]{1,8}|fedora|a{64}|[A-Z.]{1,4}", image(), 0..4);
    let golden = fields(vec![
        ("defaults", fields(settings())),
        ("images", images.prop_map(|images| json!(images)).boxed()),
        ("namespace", one_of(&["images", "openshift-cnv", "A", "null"])),
        (
            "commonBootImages",
            one_of(&[r#"{"enabled": false}"#, r#"{"images": {"fedora": {"enabled": false}}}"#, "{}"]),
        ),
        ("cloneableFrom", one_of(&[r#"{"team-a": {}}"#, r#"{"A": {}}"#, "null"])),
        ("lifecycle", one_of(&["present", "absent", "orphan"])),
    ]);
    let platform = fields(vec![
        ("openshift", one_of(&["\"4.20\"", "\"4.14\"", "\"4.9\"", "\"5.0\"", "4.20"])),
        ("virtualization", one_of(&["\"4.20\"", "\"4.14\"", "\"4.22\"", "null"])),
        ("kubernetes", one_of(&["\"1.34\"", "\"1\""])),
        ("cdi", one_of(&["\"1.65\"", "\"1.50\""])),
        ("topology", one_of(&["standalone", "hosted", "compact"])),
    ]);
    let sound = one_of(&[
        r#"{"openshift": "4.20", "virtualization": "4.20"}"#,
        r#"{"kubernetes": "1.34", "cdi": "1.65"}"#,
    ]);
    let registries = one_of(&[
        r#"{"mirrors": {"quay.io": {"to": ["registry.corp.example/quay"]}}}"#,
        r#"{"trustedCA": {"configMap": "ca"}}"#,
        "{}",
    ]);
    fields(vec![
        ("platform", prop_oneof![3 => sound, 1 => platform].boxed()),
        ("goldenImages", golden),
        ("registries", registries),
        (
            "commonMetadata",
            one_of(&[
                r#"{"labels": {"a": "b"}}"#,
                r#"{"labels": {"a b": "c"}}"#,
                r#"{"annotations": {"a/b": "yes"}}"#,
            ]),
        ),
        ("lifecycle", one_of(&["present", "absent", "orphan"])),
        (
            "patches",
            one_of(&[
                r#"{"p": {"target": {"kind": "Namespace", "name": "images"}, "merge": {"metadata": {"labels": {"x": "y"}}}}}"#,
            ]),
        ),
    ])
}

/// A spec-like tree for merging: maps by name, lists, scalars, nulls.
fn layer() -> BoxedStrategy<Value> {
    let leaf = one_of(&["1", "\"x\"", "true", "[1, 2]", "null"]);
    let tree = leaf.prop_recursive(3, 12, 3, |inner| {
        proptest::collection::btree_map("[abc]", inner, 0..3).prop_map(|map| json!(map)).boxed()
    });
    proptest::collection::btree_map("[abc]", tree, 0..3).prop_map(|map| json!(map)).boxed()
}

fn merged(layers: &[&Value]) -> Node<'static> {
    let mut below = nothing();
    for layer in layers {
        merge(&mut below, Node::from_value((*layer).clone()), &[]);
    }
    below
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_spec_panics_and_each_renders_to_the_same_or_is_refused_for_the_same(spec in spec()) {
        prop_assert_eq!(in_memory(&spec), in_memory(&spec));
    }

    #[test]
    fn a_layer_that_is_laid_twice_counts_once(below in layer(), above in layer()) {
        let once = merged(&[&below, &above]).into_value();
        prop_assert_eq!(merged(&[&below, &above, &above]).into_value(), once);
    }

    #[test]
    fn an_empty_layer_changes_nothing(layer in layer()) {
        let alone = merged(&[&layer]).into_value();
        prop_assert_eq!(merged(&[&json!({}), &layer]).into_value(), alone.clone());
        prop_assert_eq!(merged(&[&layer, &json!({})]).into_value(), alone);
    }

    #[test]
    fn a_null_gives_the_value_back_whatever_lies_below(below in layer(), key in "[abc]") {
        let above = json!({ key.as_str(): null });
        let merged = merged(&[&below, &above]).into_value();
        prop_assert_eq!(merged.get(&key), Some(&Value::Null));
    }

    #[test]
    fn what_the_highest_layer_says_is_said(below in layer(), value in one_of(&["1", "[1]", "\"x\""])) {
        let merged = merged(&[&below, &json!({"a": value})]).into_value();
        prop_assert_eq!(merged.get("a"), Some(&value));
    }
}

#[test]
fn some_generated_specs_render_and_some_are_refused() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut sound, mut refused) = (0, 0);
    for _ in 0..200 {
        match in_memory(&spec().new_tree(&mut runner).unwrap().current()) {
            Ok(_) => sound += 1,
            Err(_) => refused += 1,
        }
    }
    assert!(sound > 5 && refused > 20, "{sound} render, {refused} are refused");
}
