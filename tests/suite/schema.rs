//! What the schemas ask for is what `check` enforces: for every keyword of every schema a document that violates just it
//! is generated and refused at its place, and what we render and write ourselves fits.

mod violation;

use std::collections::BTreeMap;

use crate::support::policies;
use goldsmith::diagnostic::{Diagnostic, Severity};
use goldsmith::document::{Kind, schema};
use goldsmith::load::{CannotRun, Memory, NotLoaded, Options, load_fleet};
use goldsmith::pipeline::Pipeline;
use goldsmith::schema::{Compiled, REFUSED_BY};
use goldsmith::validate::crds::Crds;
use goldsmith::yaml::{Node, read};
use serde_json::{Value, json};
use violation::{Violation, violations};

const FLEET: &str = "fleet.yaml";
const SITE: &str = "sites/a.yaml";
const OVERLAY: &str = "overlays/a.yaml";

#[test]
fn every_keyword_of_the_fleet_is_enforced() {
    assert_enforced(Kind::Fleet, FLEET, 60);
}

#[test]
fn every_keyword_of_a_site_is_enforced() {
    assert_enforced(Kind::Site, SITE, 400);
}

#[test]
fn every_keyword_of_an_overlay_is_enforced() {
    assert_enforced(Kind::Overlay, OVERLAY, 400);
}

#[test]
fn every_default_and_example_fits_its_own_field() {
    for kind in Kind::ALL {
        each_schema(&schema(kind), &mut |field| {
            let compiled = Compiled::new(field).expect("a schema");
            let examples = field.get("examples").and_then(Value::as_array).into_iter().flatten();
            for value in examples.chain(field.get("default")) {
                assert!(compiled.is_valid(value), "{kind:?}: {value} does not fit {field}");
            }
        });
    }
}

#[test]
fn every_default_stands_in_the_text_of_its_field_as_well() {
    for kind in Kind::ALL {
        each_schema(&schema(kind), &mut |field| {
            let Some(default) = field.get("default") else { return };
            let text = field["description"].as_str().unwrap_or_default();
            let told = text.split("Default: ").nth(1).unwrap_or_else(|| panic!("no default in `{text}`"));
            let plain = default.to_string().replace('"', "").replace([':', ','], "$0 ").replace("$0", "");
            let squeezed = |text: &str| text.replace(['`', ' ', ':', ','], "");
            assert!(squeezed(told).starts_with(&squeezed(&plain)), "`{text}` does not tell {default}");
        });
    }
}

#[test]
fn every_rule_that_a_schema_names_is_in_the_registry() {
    let mut named = 0;
    for kind in Kind::ALL {
        each_schema(&schema(kind), &mut |field| {
            let Some(code) = field.get(REFUSED_BY).and_then(Value::as_str) else { return };
            assert!(goldsmith::registry::rule(code).is_some(), "{code}");
            named += 1;
        });
    }
    assert!(named > 3, "{named}");
}

#[test]
fn every_document_of_the_goldens_fits_its_schema() {
    let schemas = Kind::ALL.map(|kind| (kind.word(), Compiled::new(&schema(kind)).expect("a schema")));
    let mut held = 0;
    for fleet in crate::support::goldens() {
        for (path, bytes) in crate::support::files(&fleet) {
            let is_input = !path.starts_with("rendered") && path.extension().is_some_and(|end| end == "yaml");
            let text = String::from_utf8(bytes).expect("text");
            let document = is_input.then(|| read::strict(&text, 0, &mut Vec::new())).flatten();
            let Some(document) = document.map(Node::into_value) else { continue };
            if document["apiVersion"] != "goldsmith.dev/v1alpha1" {
                continue;
            }
            let Some((_, schema)) = schemas.iter().find(|(word, _)| document["kind"] == *word) else {
                continue;
            };
            assert_eq!(schema.violations(&document), [], "{}", fleet.join(&path).display());
            held += 1;
        }
    }
    assert!(held > 10, "{held}");
}

/// Holds every violation of a schema against what a run tells, with a sound repository around it.
fn assert_enforced(kind: Kind, path: &str, at_least: usize) {
    let schema = schema(kind);
    let sound = sound(kind);
    assert_eq!(
        told(&texts(&sound)).iter().map(|told| &told.title).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    let violations = violations(&schema, &sound[path]);
    assert!(violations.len() >= at_least, "only {} violations", violations.len());
    let compiled = Compiled::new(&schema).expect("a schema");
    let mut passed = Vec::new();
    for violation in violations {
        assert!(!compiled.is_valid(&violation.document), "{}: {}", violation.name, violation.document);
        if let Some(line) = refusal(&sound, path, &violation) {
            passed.push(line);
        }
    }
    assert!(passed.is_empty(), "{} are not refused:\n{}", passed.len(), passed.join("\n"));
}

/// None where a violation is refused at its place, else what was told instead.
fn refusal(sound: &BTreeMap<&str, Value>, path: &str, violation: &Violation) -> Option<String> {
    let mut files = texts(sound);
    let (text, lines) = violation.print();
    files.insert(path.to_owned(), text);
    let told = told(&files);
    let is_there = |told: &&Diagnostic| {
        let place = told.primary.as_ref().map(|label| &label.place);
        place.is_some_and(|place| place.source.path == path && lines.contains(&place.line_column().0))
    };
    let there: Vec<&Diagnostic> = told.iter().filter(is_there).collect();
    let wanted = violation.refused_by.as_deref();
    if there.iter().any(|told| wanted.is_none_or(|code| told.rule.code == code)) {
        // What a list that is too long holds may well be wrong too.
        let there = if violation.name.ends_with("Items") { &[] } else { there.as_slice() };
        return twice(there).map(|title| format!("{}: told twice: {title}", violation.name));
    }
    let all: Vec<String> = told.iter().map(|told| format!("{} {}", told.rule.code, told.title)).collect();
    Some(format!("{} (lines {lines:?}): {all:?}", violation.name))
}

/// A place that two findings point at.
fn twice(there: &[&Diagnostic]) -> Option<String> {
    let place = |told: &Diagnostic| told.primary.as_ref().map(|label| (label.place.start, label.place.end));
    let (first, second) = there.iter().enumerate().find_map(|(index, one)| {
        let other = there[index + 1..].iter().find(|other| place(other) == place(one))?;
        Some((one, other))
    })?;
    Some(format!("{}; {}", first.title, second.title))
}

/// Every error of a whole run over a repository.
fn told(files: &BTreeMap<String, String>) -> Vec<Diagnostic> {
    let mut memory = Memory::default();
    for (path, text) in files {
        memory.add(path, text.as_str()).expect("a path");
    }
    let fleet = match load_fleet(&memory, &Options::default()) {
        Ok(fleet) => fleet,
        Err(CannotRun::Version(finding)) => return vec![*finding],
        Err(other) => panic!("{other}"),
    };
    let mut findings: Vec<Diagnostic> = fleet.findings().iter().cloned().collect();
    for site in fleet.sites() {
        match fleet.load_site(site) {
            Ok(_) => {
                let outcome = Pipeline::new(&fleet, Crds::default(), policies()).run(site).expect("a run");
                findings.extend(outcome.findings.iter().cloned());
            }
            Err(NotLoaded::Findings(told)) => findings.extend(told.iter().cloned()),
            Err(NotLoaded::Files(error)) => panic!("{error}"),
        }
    }
    findings.retain(|finding| finding.rule.severity == Severity::Error);
    findings
}

/// A repository in which nothing is wrong. What the image `a` needs stands in another layer than the one that is tried.
fn sound(kind: Kind) -> BTreeMap<&'static str, Value> {
    let head = |kind: &str| json!({"apiVersion": "goldsmith.dev/v1alpha1", "kind": kind});
    let with = |kind: &str, key: &str, value: Value| {
        let mut document = head(kind);
        document[key] = value;
        document
    };
    let mut site = with("Site", "metadata", json!({"name": "a"}));
    site["spec"] = json!({"platform": {"openshift": "4.20", "virtualization": "4.20"}});
    let mut overlay = with("Overlay", "spec", json!({}));
    let other = if kind == Kind::Overlay { &mut site } else { &mut overlay };
    other["spec"]["goldenImages"] =
        json!({"images": {"a": {"registry": "registry.example/a:1", "size": "1Gi"}}});
    let fleet = json!({"goldsmith": ">=0.1", "overlays": [OVERLAY]});
    BTreeMap::from([(FLEET, with("Fleet", "spec", fleet)), (OVERLAY, overlay), (SITE, site)])
}

fn texts(documents: &BTreeMap<&str, Value>) -> BTreeMap<String, String> {
    documents.iter().map(|(path, document)| ((*path).to_owned(), document.to_string())).collect()
}

/// Calls back for the schema of every field.
fn each_schema(schema: &Value, call: &mut dyn FnMut(&Value)) {
    call(schema);
    let fields = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let inner = fields.map(|(_, field)| field);
    let free = ["additionalProperties", "items"].into_iter().filter_map(|keyword| schema.get(keyword));
    inner.chain(free).filter(|inner| inner.is_object()).for_each(|inner| each_schema(inner, call));
}
