//! What makes a finding the same one in the next run, although lines have shifted.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::diagnostic::Diagnostic;
use crate::diagnostic::words::hex;
use crate::provenance::Place;

/// The name of the fingerprint; its number rises when it is made otherwise.
pub(super) const NAME: &str = "goldsmith/v1";

/// How many bytes of the digest are told.
const LENGTH: usize = 16;

/// The fingerprints of a run.
///
/// One is made of the code, the title and the line of the place, without its indentation, and so neither of line numbers
/// nor of other lines: text may come and go around it. It does not tell the file, which readers compare themselves. Equal
/// ones of a file are numbered from the top.
#[derive(Default)]
pub(super) struct Fingerprints<'f> {
    seen: BTreeMap<(&'f str, String), usize>,
}

impl<'f> Fingerprints<'f> {
    /// The fingerprint of the next finding: `0f3a..:1`.
    pub(super) fn of(&mut self, finding: &'f Diagnostic) -> String {
        let place = finding.primary.as_ref().map(|label| &label.place);
        let mut hash = Sha256::new();
        for part in [finding.rule.code, &finding.title, place.map(line).unwrap_or_default()] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let digest = hex(&hash.finalize()[..LENGTH]);
        let path = place.map(|place| place.source.path.as_str()).unwrap_or_default();
        let number = self.seen.entry((path, digest.clone())).or_default();
        *number += 1;
        format!("{digest}:{number}")
    }
}

/// The line on which a place begins.
fn line(place: &Place) -> &str {
    let text = &place.source.text;
    let start = (place.start as usize).min(text.len());
    let (Some(before), Some(behind)) = (text.get(..start), text.get(start..)) else { return "" };
    let first = before.rfind('\n').map_or(0, |at| at + 1);
    let last = behind.find('\n').map_or(text.len(), |at| start + at);
    text[first..last].trim()
}
