//! Patches from their YAML to the changed manifest.

use std::collections::BTreeMap;

use serde_json::json;

use super::apply::{PatchOutcome, outcomes};
use super::resolve::Incomplete;
use super::*;
use crate::manifest::{Because, Manifest, ManifestId, Patched};
use crate::provenance::decode::decode;
use crate::spec::PatchSpec;
use crate::yaml::read;

fn manifest() -> Manifest {
    let object = json!({"apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataImportCron",
        "metadata": {"name": "fedora", "namespace": "images"}, "spec": {"keep": 2, "list": ["a", "b"]}});
    Manifest {
        sharing: None,
        id: ManifestId::of(&object).unwrap(),
        path: String::new(),
        folder: "golden-images",
        component: "goldenImages",
        draft: None,
        because: Because { reason: String::new(), from: vec![] },
        object,
        patched: BTreeMap::new(),
    }
}

/// A patch of the manifest above from its `json` or `merge`.
fn read_patch(change: &str) -> Result<Patch, Incomplete> {
    let text = format!("target: {{kind: DataImportCron, name: fedora}}\n{change}");
    let mut problems = vec![];
    let tree = read::strict(&text, 0, &mut problems).unwrap();
    let (spec, mismatches) = decode::<PatchSpec>(&tree);
    assert_eq!((problems, mismatches), (vec![], vec![]));
    Patch::of("mine", Loc::default(), &spec)
}

fn patched(change: &str) -> (Manifest, PatchOutcome) {
    let mut manifests = [manifest()];
    let outcome = outcomes(&[read_patch(change).unwrap()], &mut manifests).remove(0);
    let [manifest] = manifests;
    (manifest, outcome)
}

/// The text at the place that a patched leaf names.
fn written(change: &str, manifest: &Manifest, pointer: &str) -> String {
    let Some(Patched::Written { loc, .. }) = manifest.patched.get(pointer) else { return String::new() };
    let text = format!("target: {{kind: DataImportCron, name: fedora}}\n{change}");
    text[loc.start as usize..loc.end as usize].trim().to_owned()
}

#[test]
fn a_merge_patch_merges_removes_and_knows_its_lines() {
    let change = "merge: {spec: {keep: null, new: {a: [1, null]}}}";
    let (manifest, outcome) = patched(change);
    assert_eq!(manifest.object["spec"], json!({"list": ["a", "b"], "new": {"a": [1, null]}}));
    assert_eq!((outcome.hits, outcome.failures), (vec![0], vec![]));
    assert_eq!(manifest.patched.len(), 2);
    assert_eq!(written(change, &manifest, "/spec/new/a/0"), "1");
    assert_eq!(written(change, &manifest, "/spec/new/a/1"), "null");
}

#[test]
fn what_an_insertion_moves_keeps_where_it_was_rendered() {
    let change =
        "json:\n- {op: add, path: /spec/list/0, value: x}\n- {op: add, path: /spec/list/-, value: z}\n";
    let (manifest, _) = patched(change);
    assert_eq!(manifest.object["spec"]["list"], json!(["x", "a", "b", "z"]));
    assert_eq!(written(change, &manifest, "/spec/list/0"), "x");
    assert_eq!(manifest.patched["/spec/list/2"], Patched::Moved { from: "/spec/list/1".into() });
    assert_eq!(written(change, &manifest, "/spec/list/3"), "z");
}

#[test]
fn an_operation_that_fails_undoes_those_before_it() {
    let change = "json:\n- {op: replace, path: /spec/keep, value: 9}\n- {op: remove, path: /spec/nothing}\n";
    let (manifest, outcome) = patched(change);
    assert_eq!((manifest.object, manifest.patched), (self::manifest().object, BTreeMap::new()));
    assert_eq!(outcome.failures[0].operation, Some(1));
    assert_eq!(outcome.failures[0].reason, "the manifest has no `/spec/nothing`");
}

#[test]
fn a_failed_test_fails_the_patch() {
    let (_, outcome) = patched("json: [{op: test, path: /spec/keep, value: 3}]");
    assert_eq!(outcome.failures[0].reason, "`/spec/keep` has another value than the test wants");
}

#[test]
fn a_patch_cannot_rename_an_object() {
    let (manifest, outcome) = patched("merge: {metadata: {name: other}}");
    assert_eq!(manifest.object, self::manifest().object);
    assert!(outcome.failures[0].reason.contains("identity"));
}

#[test]
fn a_later_patch_sees_what_an_earlier_one_did() {
    let first = read_patch("merge: {spec: {new: {}}}").unwrap();
    let second = read_patch("json: [{op: copy, from: /spec/keep, path: /spec/new/keep}]").unwrap();
    let mut manifests = [manifest()];
    outcomes(&[first, second], &mut manifests);
    assert_eq!(manifests[0].object["spec"]["new"], json!({"keep": 2}));
    assert_eq!(manifests[0].patched["/spec/new/keep"], Patched::Moved { from: "/spec/keep".into() });
}

#[test]
fn keys_that_a_patch_adds_go_to_their_place() {
    let (manifest, _) = patched("merge: {metadata: {annotations: {b: x}, labels: {z: x, a: x}}}");
    let metadata = manifest.object["metadata"].to_string();
    let expected =
        r#"{"name":"fedora","namespace":"images","labels":{"a":"x","z":"x"},"annotations":{"b":"x"}}"#;
    assert_eq!(metadata, expected);
}

#[test]
fn a_target_fits_by_every_field_it_gives() {
    let target = read_patch("merge: {}").unwrap().target;
    let id = manifest().id;
    assert!(target.fits(&id));
    assert!(PatchTarget { group: Some("cdi.kubevirt.io".into()), ..target.clone() }.fits(&id));
    assert!(!PatchTarget { group: Some(String::new()), ..target.clone() }.fits(&id));
    assert!(!PatchTarget { version: Some("v1".into()), ..target.clone() }.fits(&id));
    assert!(!PatchTarget { namespace: Some("other".into()), ..target }.fits(&id));
}

#[test]
fn a_patch_that_fits_nothing_hits_nothing() {
    let mut patch = read_patch("merge: {spec: {keep: 3}}").unwrap();
    patch.target.name = "other".into();
    assert_eq!(outcomes(&[patch], &mut [manifest()]), [PatchOutcome::default()]);
}

#[test]
fn an_incomplete_patch_says_what_it_lacks() {
    assert_eq!(read_patch("").unwrap_err(), Incomplete::NoChange);
    assert!(matches!(read_patch("merge: [1]"), Err(Incomplete::NoMapping(_))));
    assert!(matches!(read_patch("json: {}"), Err(Incomplete::NoList(_))));
    let wrong = read_patch("json: [{op: remove, path: /a}, {op: delete, path: /a}]");
    assert!(matches!(wrong, Err(Incomplete::Operation { index: 1, .. })));
    let nameless = Patch::of("mine", Loc::default(), &PatchSpec::default());
    assert_eq!(nameless.unwrap_err(), Incomplete::Missing("target"));
}
