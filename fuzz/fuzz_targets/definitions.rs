//! A text as definitions of custom kinds: each is used, or refused with a reason, and an object of its kind gets one
//! verdict, the same each time.
#![no_main]

use std::collections::BTreeSet;

use goldsmith::diagnostic::Findings;
use goldsmith::validate::crds::Crds;
use goldsmith::validate::files::{Against, Judged, OldObjects, Verdict, judge_file};
use goldsmith::yaml::read;
use goldsmith_fuzz::assert_printable;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// How many kinds of a text are asked.
const KINDS: usize = 4;

fuzz_target!(|text: &str| {
    let (mut crds, mut findings) = (Crds::default(), Findings::default());
    crds.add("crd.yaml", text.to_owned(), &mut findings);
    assert_printable(&findings, Vec::new());
    for (api_version, kind) in kinds(text).into_iter().take(KINDS) {
        let Some(schema) = crds.schema((&api_version, &kind), None) else { continue };
        let is_usable = schema.is_ok();
        let verdict = judged(&crds, &api_version, &kind);
        assert!(is_usable || verdict == Verdict::Invalid || verdict == Verdict::Skipped, "{verdict:?}");
        assert_eq!(judged(&crds, &api_version, &kind), verdict);
    }
});

/// The kinds that a text defines, as somebody who only looks for the names would see them.
fn kinds(text: &str) -> BTreeSet<(String, String)> {
    let documents = read::foreign(text, 0, &mut Vec::new()).into_iter().map(|node| node.into_value());
    let definitions = documents.flat_map(|value| match value.get("items") {
        Some(Value::Array(items)) => items.clone(),
        _ => vec![value],
    });
    let mut kinds = BTreeSet::new();
    for definition in definitions {
        let text = |pointer: &str| definition.pointer(pointer).and_then(Value::as_str);
        let (Some(group), Some(kind)) = (text("/spec/group"), text("/spec/names/kind")) else { continue };
        let versions = definition.pointer("/spec/versions").and_then(Value::as_array);
        let names = versions.into_iter().flatten().filter_map(|version| version.get("name")?.as_str());
        kinds.extend(names.map(|name| (format!("{group}/{name}"), kind.to_owned())));
    }
    kinds
}

/// What is said of an object with a bit of everything.
fn judged(crds: &Crds, api_version: &str, kind: &str) -> Verdict {
    let object = json!({
        "apiVersion": api_version, "kind": kind, "metadata": {"name": "a", "namespace": "b"},
        "spec": {"a": null, "size": 3, "names": ["x", "x"], "schedule": "0 4 * * *", "template": {"spec": {}}},
        "status": {},
    });
    let mut findings = Findings::default();
    let against = Against { crds, old: &OldObjects::default(), strict: false };
    let judged: Vec<Judged> = judge_file("object.json", object.to_string(), &against, &mut findings);
    assert_eq!(judged.len(), 1);
    let verdict = judged[0].verdict;
    assert!(verdict != Verdict::Invalid || findings.has_errors(), "refused for no reason");
    assert_printable(&findings, judged);
    verdict
}
