//! Where a finding stands: in fleets that render, one value at a time is changed, and what is then found must point at
//! the line of that change.
//!
//! The first proof makes changes that are wrong in one way or another. The second makes changes that a spec takes, beside
//! definitions that take nothing but what was rendered before: what the API server would then say of a manifest must
//! stand on the changed line of the spec.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use goldsmith::diagnostic::{Diagnostic, Findings};
use goldsmith::manifest::Manifest;
use goldsmith::validate::crds::Crds;
use goldsmith::validate::rules::{AGAINST_SCHEMA, BAD_OBJECT_NAME};
use goldsmith::yaml::Node;
use serde_json::{Value, json};

use crate::changes::{Change, Fleet, Run, another};
use crate::perturbation::leaves;
use crate::support::{goldens, home};

/// Of so many changes one is tried: numbers that have no divisor in common with the changes of one value, so that each
/// kind of change has its turn. `EVERY_CHANGE=1` tries all, in about two minutes.
const ONE_OF: [usize; 2] = [5, 2];

/// What each value is replaced by in the first proof, beside another of its type.
const WRONG: [&str; 8] =
    ["[unheard-of]", "{unheardOf: 1}", "unheard-of", "\"Not ? fit\"", "\"\"", "-7", "true", "null"];

/// Rules whose findings may stand on what encloses a change, although something else than before is said there.
const WITHIN: [(&str, &str); 2] = [
    ("GS-TREE-005", "no manifest fits the target of a patch as a whole: no line of it is wrong alone"),
    ("GS-TREE-006", "an operation of a JSON Patch that is none, as a whole"),
];

/// Findings that stand elsewhere: their rule, the file and the keys of the change, and why that is right.
const ELSEWHERE: [(&str, &str, &str, &str); 14] = [
    (
        "GS-PODVM-025",
        "",
        "spec.podVM.kataConfig.",
        "a KataConfig of ours endangers an image that is told where it is named",
    ),
    ("GS-PODVM-001", "", "spec.platform.", "what a platform lacks is told where pod VMs need it"),
    ("GS-PODVM-010", "", "spec.platform.", "what a platform lacks is told where pod VMs need it"),
    ("GS-PODVM-003", "", "spec.platform.", "what a platform lacks is told where pod VMs need it"),
    ("GS-GOLD-017", "", "spec.platform.", "what a platform lacks is told where images need it"),
    ("GS-GOLD-003", "", "spec.goldenImages.defaults.", "a default that is gone is missed by each image"),
    ("GS-GOLD-003", "snapshots/", "", "what the snapshot of a cluster does not say is asked of the site"),
    ("GS-GOLD-010", "snapshots/", "", "what the snapshot of a cluster lacks is told where the site wants it"),
    ("GS-GOLD-012", "snapshots/", "", "a snapshot that is none is told where the site names it"),
    ("GS-TREE-006", "", "spec.patches.", "an operation undone by one before it is the one that fails"),
    ("GS-TREE-007", "", "metadata.name", "a minute hashed from the names is of its schedule"),
    ("GS-TREE-007", "", "metadata.labels", "what a group says stands in its overlays"),
    ("GS-TREE-007", "", "spec.groups.", "what a group says stands in its overlays"),
    (
        "GS-TREE-007",
        "",
        "spec.registries.mirrors.",
        "what a mirror says stands in it, whoever decides that it is ours",
    ),
];

#[test]
fn what_is_found_stands_on_the_line_that_was_changed() {
    let mut tally = Tally::default();
    for fleet in fleets() {
        let before = names(&fleet.run(None, Crds::default()).findings);
        tally.add(&fleet, &sample(wrong_changes(&fleet), ONE_OF[0]), |change| {
            let run = fleet.run(Some(change), Crds::default());
            let new = run.findings.iter().filter(|finding| !before.contains(&name(finding)));
            Standing::of(change, &new.collect::<Vec<_>>(), run.stopped)
        });
    }
    tally.assert_standing(2000);
}

#[test]
fn what_is_said_of_a_manifest_stands_on_the_line_of_the_spec_that_was_changed() {
    let mut tally = Tally::default();
    for fleet in fleets() {
        let before = fleet.run(None, Crds::default());
        let changes = fleet.files.iter().flat_map(|(path, text)| Change::of_values(path, text, &another));
        tally.add(&fleet, &sample(changes.collect(), ONE_OF[1]), |change| refused(&fleet, &before, change));
    }
    tally.assert_standing(50);
}

#[test]
fn a_value_made_of_two_points_at_one_and_names_the_other() {
    let fleet = Fleet::read(&home().join("golden/disconnected-pod-pull"));
    let before = fleet.run(None, Crds::default());
    let changes = fleet.files.iter().flat_map(|(path, text)| Change::of_values(path, text, &another));
    let mirror = changes.into_iter().find(|change| change.keys.ends_with("containerdisks.to")).unwrap();
    assert_eq!(refused(&fleet, &before, &mirror), Standing::Named);
}

/// What is said of a change by definitions that take nothing but what was there before.
fn refused(fleet: &Fleet, before: &Run, change: &Change) -> Standing {
    let rendered = fleet.run(Some(change), Crds::default());
    let Some(definitions) = taking_only(&before.manifests, &rendered.manifests) else {
        return Standing::Silent;
    };
    let judged = fleet.run(Some(change), definitions);
    let is_refused =
        |finding: &&Diagnostic| [AGAINST_SCHEMA.code, BAD_OBJECT_NAME.code].contains(&finding.rule.code);
    let refused: Vec<&Diagnostic> = judged.findings.iter().filter(is_refused).collect();
    Standing::of(change, &refused, Some("taken, whatever the definition says".to_owned()))
}

fn fleets() -> impl Iterator<Item = Fleet> {
    goldens().into_iter().map(|folder| Fleet::read(&folder))
}

fn wrong_changes(fleet: &Fleet) -> Vec<Change> {
    let wrong =
        |value: &Node<'_>| WRONG.iter().map(|text| (*text).to_owned()).chain(another(value)).collect();
    let mut changes = Vec::new();
    for (path, text) in &fleet.files {
        changes.extend(Change::of_values(path, text, &wrong));
        changes.extend(Change::of_keys(path, text, &["unheardOf", "\"Not ? fit\""]));
        changes.extend(Change::of_lines(path, text, &|_| "unheardOf: 1".to_owned()));
        changes.extend(Change::of_lines(path, text, &|key| format!("{key}: 1")));
    }
    changes
}

fn sample(changes: Vec<Change>, one_of: usize) -> Vec<Change> {
    let step = if std::env::var_os("EVERY_CHANGE").is_some() { 1 } else { one_of };
    changes.into_iter().step_by(step).collect()
}

/// What findings are called by: those of the fleet as it is are not the change's.
fn names(findings: &Findings) -> BTreeSet<(String, String)> {
    findings.iter().map(name).collect()
}

fn name(finding: &Diagnostic) -> (String, String) {
    (finding.rule.code.to_owned(), finding.title.clone())
}

/// Where the findings of a change stand: the best of them counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// On the changed line.
    There,
    /// Elsewhere, and the changed line is named beside it.
    Named,
    /// On what encloses the change, by a row of [`WITHIN`] or since the change takes something away.
    Within,
    /// Elsewhere, by a row of [`ELSEWHERE`].
    Excused,
    /// Nothing was found.
    Silent,
    /// Elsewhere, without an excuse: what was found.
    Wrong(String),
}

impl Standing {
    fn of(change: &Change, found: &[&Diagnostic], stopped: Option<String>) -> Standing {
        let best = found.iter().map(|finding| Standing::of_one(change, finding)).min();
        best.unwrap_or_else(|| stopped.map_or(Standing::Silent, Standing::Wrong))
    }

    fn of_one(change: &Change, finding: &Diagnostic) -> Standing {
        let code = finding.rule.code;
        if change.is_blamed(finding) {
            Standing::There
        } else if change.is_named(finding) {
            Standing::Named
        } else if change.is_within(finding) && (change.takes_away || WITHIN.iter().any(|row| row.0 == code)) {
            Standing::Within
        } else if ELSEWHERE
            .iter()
            .any(|row| row.0 == code && change.path.starts_with(row.1) && change.keys.starts_with(row.2))
        {
            Standing::Excused
        } else {
            let place = finding.primary.as_ref().map(|label| label.place.to_string()).unwrap_or_default();
            Standing::Wrong(format!("{code} {place} {}", finding.title))
        }
    }
}

/// How many changes found their line.
#[derive(Default)]
struct Tally {
    standing: BTreeMap<&'static str, usize>,
    wrong: Vec<String>,
}

impl Tally {
    /// Looks at changes of a fleet, on all processors.
    fn add(&mut self, fleet: &Fleet, changes: &[Change], stands: impl Fn(&Change) -> Standing + Sync) {
        let next = AtomicUsize::new(0);
        let work = || {
            let taken = std::iter::from_fn(|| changes.get(next.fetch_add(1, Ordering::Relaxed)));
            taken.map(|change| (change, stands(change))).collect::<Vec<_>>()
        };
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let all = thread::scope(|scope| {
            let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            running.into_iter().flat_map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
        });
        all.into_iter().for_each(|(change, standing)| self.count(fleet, change, standing));
    }

    fn count(&mut self, fleet: &Fleet, change: &Change, standing: Standing) {
        let kind = match standing {
            Standing::There => "on the line",
            Standing::Named => "the line named",
            Standing::Within => "around it",
            Standing::Excused => "elsewhere, with a reason",
            Standing::Silent => "nothing found",
            Standing::Wrong(found) => {
                self.wrong.push(format!("{}/{} {}: {found}", fleet.name, change.path, change.what));
                "elsewhere"
            }
        };
        *self.standing.entry(kind).or_default() += 1;
    }

    /// None stands elsewhere without a reason, and so many stand on the line.
    fn assert_standing(&self, at_least: usize) {
        assert!(self.wrong.is_empty(), "{:?}\n{}", self.standing, self.wrong.join("\n"));
        assert!(self.standing["on the line"] >= at_least, "{:?}", self.standing);
    }
}

/// Definitions of the custom kinds of these manifests that take, wherever something changed, nothing but what was there
/// before. None where nothing changed that a definition can speak of.
fn taking_only(before: &[Manifest], after: &[Manifest]) -> Option<Crds> {
    let (old, new) = (values(before), values(after));
    let mut schemas: BTreeMap<(&str, &str), Value> = BTreeMap::new();
    for (field, values) in &new {
        let Some(known) = old.get(field) else { continue };
        let is_free = field.pointer.starts_with("/metadata/") && field.pointer != "/metadata/name";
        if values.iter().all(|value| known.contains(value)) || is_free || !field.api_version.contains('.') {
            continue;
        }
        let schema = schemas.entry((field.api_version, field.kind)).or_insert_with(anything);
        restrict(schema, &field.pointer, known);
    }
    let is_anything_changed = !schemas.is_empty();
    let mut crds = Crds::default();
    for ((api_version, kind), schema) in schemas {
        let (group, version) = api_version.split_once('/').unwrap();
        let definition = json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "spec": {"group": group, "names": {"kind": kind}, "versions": [
                {"name": version, "served": true, "schema": {"openAPIV3Schema": schema}}]},
        });
        let mut findings = Findings::default();
        crds.add("definition.json", definition.to_string(), &mut findings);
        assert!(findings.is_empty());
    }
    is_anything_changed.then_some(crds)
}

/// The step of every item of a list.
const EACH: &str = "*";

/// A field of a kind; all items of a list are one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Field<'m> {
    api_version: &'m str,
    kind: &'m str,
    pointer: String,
}

fn values(manifests: &[Manifest]) -> BTreeMap<Field<'_>, Vec<Value>> {
    let mut all: BTreeMap<Field<'_>, Vec<Value>> = BTreeMap::new();
    for manifest in manifests {
        for (pointer, value) in leaves(&manifest.object) {
            let steps =
                pointer.split('/').map(|step| if step.parse::<usize>().is_ok() { EACH } else { step });
            let pointer = steps.collect::<Vec<_>>().join("/");
            let field = Field { api_version: &manifest.id.api_version, kind: &manifest.id.kind, pointer };
            all.entry(field).or_default().push(value);
        }
    }
    all
}

/// Lets a field be one of some values, in a schema that takes everything else.
fn restrict(schema: &mut Value, pointer: &str, values: &[Value]) {
    let mut at = schema;
    for step in pointer.split('/').skip(1) {
        let is_new = at.is_null();
        at = match step {
            EACH if is_new => {
                *at = json!({"type": "array", "items": null});
                &mut at["items"]
            }
            EACH => &mut at["items"],
            key => {
                if is_new {
                    *at = anything();
                }
                &mut at["properties"][key.replace("~1", "/").replace("~0", "~")]
            }
        };
    }
    let mut known: Vec<&Value> = Vec::new();
    for value in values {
        if !known.contains(&value) {
            known.push(value);
        }
    }
    *at = json!({"type": type_of(&values[0]), "enum": known});
}

fn anything() -> Value {
    json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true})
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) | Value::Null => "object",
    }
}
