//! Claims: what must be true of a golden, written by hand from the facts and never blessed, so that a golden cannot be
//! wrong together with the code.

use std::fmt::Write as _;
use std::fs;

use goldsmith::manifest::pointer;
use serde::Deserialize;
use serde_json::Value;

use crate::golden::{GOLDENS, Golden, Tree};

/// Claims that each example has at least.
const ENOUGH: usize = 3;

/// Where a claim may be known from: the fact sheets that the code cites, a standard, or what the spec promises of itself.
const SOURCES: &[&str] = &["golden-images ", "os-layering ", "podvm ", "gitops-delivery ", "RFC ", "spec "];

/// One line of `claims.yaml`: a field that holds a value, or a field or a whole file that is not there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    /// A file of the rendered tree: `amsterdam/golden-images/namespace-images.yaml`.
    file: String,
    /// The field, as `explain` writes it.
    field: Option<String>,
    /// What it holds.
    value: Option<Value>,
    /// That it is not there.
    #[serde(default)]
    absent: bool,
    /// Where that is known from.
    source: String,
}

impl Claim {
    /// Why it does not hold; none where it does.
    fn refuted(&self, rendered: &Tree) -> Option<String> {
        if !SOURCES.iter().any(|known| self.source.starts_with(known)) {
            return Some(format!("`{}` is none of the known sources: {SOURCES:?}", self.source));
        }
        let file = rendered.get(&self.file);
        match (&self.field, &self.value, self.absent) {
            (None, None, true) => file.map(|_| "the file is there".to_owned()),
            (Some(field), None, true) => match file {
                None => Some("there is no such file".to_owned()),
                Some(text) => found(text, field).map(|value| format!("it is there: {value}")),
            },
            (Some(field), Some(value), false) => match file.and_then(|text| found(text, field)) {
                None => Some("it is not there".to_owned()),
                Some(found) if found != *value => Some(format!("it is {found}")),
                Some(_) => None,
            },
            _ => Some("a claim has a `field` with a `value`, or says `absent: true`".to_owned()),
        }
    }
}

/// A field of a manifest, read by a YAML reader that is not ours.
fn found(text: &str, field: &str) -> Option<Value> {
    let object: Value = yaml_serde::from_str(text).unwrap();
    object.pointer(&pointer::parse(field)?).cloned()
}

fn claims(golden: &Golden) -> Result<Vec<Claim>, String> {
    let text = fs::read_to_string(golden.folder.join("claims.yaml")).map_err(|error| error.to_string())?;
    yaml_serde::from_str(&text).map_err(|error| error.to_string())
}

#[test]
fn every_golden_has_claims_and_every_claim_holds() {
    let mut told = String::new();
    for golden in GOLDENS.iter() {
        let claims = claims(golden).unwrap_or_else(|error| {
            let _ = writeln!(told, "golden/{}/claims.yaml: {error}", golden.name);
            Vec::new()
        });
        let Ok(rendered) = &golden.rendered else { continue };
        for claim in &claims {
            if let Some(why) = claim.refuted(rendered) {
                let _ = writeln!(told, "golden/{}: {claim:?}: {why}", golden.name);
            }
        }
        if claims.len() < ENOUGH {
            let _ = writeln!(told, "golden/{}: {} claims, fewer than {ENOUGH}", golden.name, claims.len());
        }
    }
    assert!(told.is_empty(), "{told}\na claim is never blessed: either the code is wrong, or the claim is");
}

#[test]
fn a_claim_that_does_not_hold_is_told() {
    let rendered = Tree::from([("a.yaml".to_owned(), "spec: {keep: 2, of: null}\n".to_owned())]);
    let refuted = |text: &str| {
        let claim: Claim = yaml_serde::from_str(text).unwrap();
        claim.refuted(&rendered)
    };
    assert_eq!(refuted("{file: a.yaml, field: spec.keep, value: 2, source: golden-images 1}"), None);
    assert_eq!(refuted("{file: a.yaml, field: spec.keep.more, absent: true, source: golden-images 1}"), None);
    assert_eq!(refuted("{file: b.yaml, absent: true, source: golden-images 1}"), None);
    for wrong in [
        "{file: a.yaml, field: spec.keep, value: '2', source: golden-images 1}",
        "{file: a.yaml, field: spec.keep, value: 2, source: somebody}",
        "{file: a.yaml, field: spec.keep, absent: true, source: golden-images 1}",
        "{file: a.yaml, field: spec.of, absent: true, source: golden-images 1}",
        "{file: a.yaml, absent: true, source: golden-images 1}",
        "{file: b.yaml, field: spec.keep, absent: true, source: golden-images 1}",
        "{file: b.yaml, field: spec.keep, value: 2, source: golden-images 1}",
        "{file: a.yaml, source: golden-images 1}",
    ] {
        assert!(refuted(wrong).is_some(), "{wrong}");
    }
}
