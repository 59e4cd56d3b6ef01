//! Where a finding is: the place in a file of the checkout, and the sites.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::text;
use crate::diagnostic::Diagnostic;
use crate::load::FLEET_FILE;
use crate::provenance::Place;
use crate::report::{Report, checkout, document};

/// What paths are relative to: the root of the checkout, by the name that viewers agree on.
pub(super) const ROOT: &str = "%SRCROOT%";

/// The location of a finding. In a fleet, one that is in no file of the checkout points at the first line of fleet.yaml:
/// GitHub refuses a whole log for one result without a file. Its message tells the real place.
pub(super) fn of(report: &Report, finding: &Diagnostic) -> Value {
    let physical = finding.primary.as_ref().and_then(|label| physical(report, &label.place));
    // Where manifests are judged, nobody knows of a fleet.
    let fleet = || {
        let path = checkout::path(report, FLEET_FILE).filter(|_| report.command != "validate")?;
        Some(json!({"artifactLocation": artifact(&path), "region": {"startLine": 1}}))
    };
    let mut location = json!({});
    if let Some(physical) = physical.or_else(fleet) {
        location["physicalLocation"] = physical;
    }
    let sites: Vec<Value> = finding
        .sites
        .iter()
        .map(|site| json!({"name": site, "fullyQualifiedName": site, "kind": "site"}))
        .collect();
    if !sites.is_empty() {
        location["logicalLocations"] = sites.into();
    }
    location
}

/// The other places that explain a finding, with what is said there.
pub(super) fn related(report: &Report, finding: &Diagnostic) -> Vec<Value> {
    let mut related = Vec::new();
    for (id, label) in finding.context.iter().enumerate() {
        let mut told = label.text.clone();
        if let Some(elsewhere) = checkout::elsewhere(report, &label.place) {
            let _ = write!(told, " ({elsewhere})");
        }
        let mut location = json!({"id": id, "message": {"text": text(&told)}});
        if let Some(physical) = physical(report, &label.place) {
            location["physicalLocation"] = physical;
        }
        related.push(location);
    }
    related
}

/// A range of a file; none for what is in no file.
pub(super) fn physical(report: &Report, place: &Place) -> Option<Value> {
    let document::Place { path, line, column, end_line, end_column, .. } = checkout::place(report, place)?;
    let region =
        json!({"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column});
    Some(json!({"artifactLocation": artifact(&path), "region": region}))
}

fn artifact(path: &str) -> Value {
    json!({"uri": uri(path), "uriBaseId": ROOT})
}

/// A path as a relative reference (RFC 3986): all but what is unreserved is percent-encoded, `:` included, which would end
/// a scheme.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
