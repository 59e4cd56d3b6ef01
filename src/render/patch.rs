//! Patches: a person's changes to what was rendered.
//!
//! In: the patches of a site in the order of their names, and its manifests. Out: the manifests, changed and in
//! canonical order again, each leaf that a patch wrote with its line; and for each patch what became of it. Whether
//! a patch may write what it writes is the business of the stage that validates.

use std::collections::BTreeMap;

use json_patch::PatchOperation;
use serde_json::Value;

use super::shadow::Shadow;
use crate::manifest::{Manifest, ManifestId};
use crate::provenance::{Setting, Tree};
use crate::spec::{PatchChangeSpec, PatchSpec, PatchTargetSpec};
use crate::yaml::{Kind, Loc, Node, write};

/// A patch, complete.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// Its name among the patches of the site.
    pub name: String,
    /// Where it is written.
    pub loc: Loc,
    /// Which manifests it changes.
    pub target: PatchTarget,
    /// The change.
    pub change: PatchChange,
}

/// Which manifests a patch changes: those that fit every field given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchTarget {
    /// The API group, empty for core; none fits any.
    pub group: Option<String>,
    /// The version inside the group; none fits any.
    pub version: Option<String>,
    /// The kind.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// The namespace; none fits any.
    pub namespace: Option<String>,
}

/// What a patch does.
#[derive(Clone, Debug, PartialEq)]
pub enum PatchChange {
    /// The operations of a JSON Patch (RFC 6902), in order, all or none.
    Json(Vec<JsonOperation>),
    /// A JSON Merge Patch (RFC 7386).
    Merge(Tree),
}

/// One operation of a JSON Patch, and how it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonOperation {
    operation: PatchOperation,
    written: Tree,
}

/// Why a patch cannot be used at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// A required field is not given: `target.kind`.
    Missing(&'static str),
    /// Neither `json` nor `merge` is given.
    NoChange,
    /// `json` is no list.
    NoList(Loc),
    /// `merge` is no mapping: as a merge patch it would replace the whole manifest.
    NoMapping(Loc),
    /// An operation is none.
    Operation {
        /// Its index, from 0.
        index: usize,
        /// Where it is written.
        loc: Loc,
        /// Why, in the reader's words.
        reason: String,
    },
}

/// What became of a patch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PatchOutcome {
    /// The manifests that its target fits, by index. None: the patch hits nothing.
    pub hits: Vec<usize>,
    /// Those of them that it could not change; they are as they were.
    pub failures: Vec<PatchFailure>,
}

/// A manifest that a patch could not change.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchFailure {
    /// The manifest.
    pub manifest: ManifestId,
    /// The index of the operation that failed, from 0; none for a merge patch.
    pub operation: Option<usize>,
    /// Where the operation, or the patch, is written.
    pub loc: Loc,
    /// Why.
    pub reason: String,
}

impl Patch {
    /// The patch that a person wrote, checked as far as it can be without a manifest.
    pub fn of(name: &str, loc: Loc, spec: &PatchSpec) -> Result<Self, Incomplete> {
        let target = spec.target.get().ok_or(Incomplete::Missing("target"))?;
        let target = PatchTarget::of(&target.value)?;
        let change = match spec.change() {
            Some(PatchChangeSpec::Json(json)) => PatchChange::Json(operations(json.node())?),
            Some(PatchChangeSpec::Merge(merge)) if matches!(merge.node().kind, Kind::Map(_)) => {
                PatchChange::Merge(merge.value.clone())
            }
            Some(PatchChangeSpec::Merge(merge)) => return Err(Incomplete::NoMapping(merge.node().loc)),
            None => return Err(Incomplete::NoChange),
        };
        Ok(Patch { name: name.to_owned(), loc, target, change })
    }
}

impl PatchTarget {
    fn of(spec: &PatchTargetSpec) -> Result<Self, Incomplete> {
        let text = |setting: &Setting<String>| setting.get().map(|text| text.value.clone());
        Ok(PatchTarget {
            group: text(&spec.group),
            version: text(&spec.version),
            kind: text(&spec.kind).ok_or(Incomplete::Missing("target.kind"))?,
            name: text(&spec.name).ok_or(Incomplete::Missing("target.name"))?,
            namespace: text(&spec.namespace),
        })
    }

    /// Whether an object fits.
    pub fn fits(&self, id: &ManifestId) -> bool {
        let fits = |wanted: &Option<String>, is: Option<&str>| wanted.is_none() || wanted.as_deref() == is;
        self.kind == id.kind
            && self.name == id.name
            && fits(&self.group, Some(id.group()))
            && fits(&self.version, Some(id.version()))
            && fits(&self.namespace, id.namespace.as_deref())
    }
}

/// Applies patches in order. One outcome a patch.
pub fn apply(patches: &[Patch], manifests: &mut [Manifest]) -> Vec<PatchOutcome> {
    let mut shadows: BTreeMap<usize, Shadow> = BTreeMap::new();
    let mut outcomes = Vec::with_capacity(patches.len());
    for patch in patches {
        let mut outcome = PatchOutcome::default();
        for (index, manifest) in manifests.iter_mut().enumerate() {
            if patch.target.fits(&manifest.id) {
                outcome.hits.push(index);
                let shadow = shadows.entry(index).or_insert_with(|| Shadow::of(&manifest.object));
                outcome.failures.extend(patch.change(manifest, shadow).err().map(|failure| *failure));
            }
        }
        outcomes.push(outcome);
    }
    for (index, shadow) in shadows {
        write::order(&mut manifests[index].object);
        manifests[index].patched = shadow.patched();
    }
    outcomes
}

impl Patch {
    /// Changes one manifest, or leaves it as it was.
    fn change(&self, manifest: &mut Manifest, shadow: &mut Shadow) -> Result<(), Box<PatchFailure>> {
        let failure = |operation, loc, reason| {
            Box::new(PatchFailure { manifest: manifest.id.clone(), operation, loc, reason })
        };
        let mut object = manifest.object.clone();
        let mut shade = shadow.clone();
        match &self.change {
            PatchChange::Merge(tree) => {
                json_patch::merge(&mut object, &tree.to_value());
                let marks = shade.written(&self.name, tree.node(), true);
                json_patch::merge(shade.marks(), &marks);
            }
            PatchChange::Json(operations) => {
                for (index, operation) in operations.iter().enumerate() {
                    let told = |reason| failure(Some(index), operation.written.node().loc, reason);
                    operation.apply(&self.name, &mut object, &mut shade).map_err(told)?;
                }
            }
        }
        if ManifestId::of(&object).as_ref() != Ok(&manifest.id) {
            let reason =
                "a patch cannot give an object another identity: its file and its deletion hang on it";
            return Err(failure(None, self.loc, reason.to_owned()));
        }
        manifest.object = object;
        *shadow = shade;
        Ok(())
    }
}

impl JsonOperation {
    fn apply(&self, patch: &str, object: &mut Value, shadow: &mut Shadow) -> Result<(), String> {
        let done = json_patch::patch(object, std::slice::from_ref(&self.operation));
        done.map_err(|error| reason(&error))?;
        let mut operation = self.operation.clone();
        let written = self.written.node().get("value");
        match (&mut operation, written) {
            (PatchOperation::Test(_), _) => return Ok(()),
            (PatchOperation::Add(add), Some(node)) => add.value = shadow.written(patch, node, false),
            (PatchOperation::Replace(replace), Some(node)) => {
                replace.value = shadow.written(patch, node, false);
            }
            _ => {}
        }
        json_patch::patch(shadow.marks(), &[operation]).map_err(|error| error.to_string())
    }
}

/// Why an operation cannot be done.
fn reason(error: &json_patch::PatchError) -> String {
    match error.kind {
        json_patch::PatchErrorKind::TestFailed => {
            format!("`{}` has another value than the test wants", error.path)
        }
        _ => format!("the manifest has no `{}`", error.path),
    }
}

fn operations(node: &Node<'static>) -> Result<Vec<JsonOperation>, Incomplete> {
    let Kind::Seq(items) = &node.kind else {
        return Err(Incomplete::NoList(node.loc));
    };
    let operation = |(index, item): (usize, &Node<'static>)| {
        let written = Tree::from(item.clone());
        let told = |error: serde_json::Error| Incomplete::Operation {
            index,
            loc: item.loc,
            reason: error.to_string(),
        };
        let operation = serde_json::from_value(written.to_value()).map_err(told)?;
        Ok(JsonOperation { operation, written })
    };
    items.iter().enumerate().map(operation).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::manifest::{Because, Patched};
    use crate::provenance::decode::decode;
    use crate::yaml::read;

    fn manifest() -> Manifest {
        let object = json!({"apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataImportCron",
            "metadata": {"name": "fedora", "namespace": "images"}, "spec": {"keep": 2, "list": ["a", "b"]}});
        Manifest {
            ownership: None,
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
        let outcome = apply(&[read_patch(change).unwrap()], &mut manifests).remove(0);
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
        let change =
            "json:\n- {op: replace, path: /spec/keep, value: 9}\n- {op: remove, path: /spec/nothing}\n";
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
        apply(&[first, second], &mut manifests);
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
        assert_eq!(apply(&[patch], &mut [manifest()]), [PatchOutcome::default()]);
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
}
