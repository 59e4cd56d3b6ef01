//! Strings that YAML readers disagree about, printed by us as value, item, nested value and key: each reader must find
//! what was there.

use serde_json::{Map, Value, json};

use crate::tools::{kubectl, python, run};

/// Reads YAML, refuses keys that are no text (which JSON would turn into text), and prints JSON.
const PYTHON: &str = "
import json, sys, yaml
def check(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                sys.exit('the key %r is a %s' % (key, type(key).__name__))
            check(inner)
    elif isinstance(value, list):
        for inner in value:
            check(inner)
    return value
json.dump(check(yaml.safe_load(sys.stdin.buffer)), sys.stdout, default=lambda value: {'no JSON': repr(value)})
";

fn strings() -> Vec<String> {
    let strings: Vec<String> = serde_json::from_str(include_str!("../data/nasty-strings.json")).unwrap();
    assert!(strings.len() >= 300, "the seed has shrunk to {}", strings.len());
    strings
}

fn object() -> Value {
    let strings = strings();
    let values: Map<String, Value> =
        strings.iter().enumerate().map(|(at, text)| (format!("v{at}"), json!(text))).collect();
    let nested: Vec<_> =
        strings.iter().map(|text| json!({"name": text, "inner": {"list": [text, [text]]}})).collect();
    let keys: Map<String, Value> = strings.iter().map(|text| (text.clone(), json!(text))).collect();
    json!({
        "apiVersion": "example.com/v1",
        "kind": "Nasty",
        "metadata": {"name": "nasty"},
        "values": values,
        "list": strings,
        "nested": nested,
        "keys": keys,
    })
}

fn printed() -> String {
    let mut text = String::new();
    goldsmith::yaml::write::canonical(&mut text, &object());
    text
}

#[track_caller]
fn assert_read_back(mut found: Value, reader: &str) {
    if let Some(metadata) = found["metadata"].as_object_mut() {
        metadata.remove("labels");
    }
    let wrong = differences("", &object(), &found);
    assert!(wrong.is_empty(), "{reader} reads {} texts otherwise:\n{}", wrong.len(), wrong.join("\n"));
}

fn differences(path: &str, ours: &Value, theirs: &Value) -> Vec<String> {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let missing = ours.iter().filter(|(key, _)| !theirs.contains_key(*key));
            let extra = theirs.keys().filter(|key| !ours.contains_key(*key));
            let inner = ours.iter().filter_map(|(key, value)| Some((key, value, theirs.get(key)?)));
            missing
                .map(|(key, _)| format!("{path}: the key {key:?} is lost"))
                .chain(extra.map(|key| format!("{path}: the key {key:?} is new")))
                .chain(
                    inner.flat_map(|(key, ours, theirs)| differences(&format!("{path}/{key}"), ours, theirs)),
                )
                .collect()
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            let pairs = ours.iter().zip(theirs).enumerate();
            pairs
                .flat_map(|(at, (ours, theirs))| differences(&format!("{path}/{at}"), ours, theirs))
                .collect()
        }
        _ if ours == theirs => Vec::new(),
        _ => vec![format!("{path}: {ours} became {theirs}")],
    }
}

#[test]
fn kubectl_reads_back_what_we_print() {
    let mut label = kubectl();
    label.args(["label", "--local", "--filename=-", "--output=json", "read=back"]);
    assert_read_back(serde_json::from_str(&run(&mut label, &printed())).unwrap(), "kubectl");
}

#[test]
fn pyyaml_reads_back_what_we_print() {
    let json = run(python().args(["-c", PYTHON]), &printed());
    assert_read_back(serde_json::from_str(&json).unwrap(), "PyYAML");
}

#[test]
fn yaml_serde_reads_back_what_we_print() {
    assert_read_back(yaml_serde::from_str(&printed()).unwrap(), "yaml_serde");
}
