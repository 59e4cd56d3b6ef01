//! Places as CI systems know them: ranges in files of the checkout.

use super::{Report, document};
use crate::provenance::Place;

/// The place in the checkout, without label; none for what is in no file, as a `--set` or an overlay that goldsmith brings
/// along.
pub(super) fn place(report: &Report, place: &Place) -> Option<document::Place> {
    if !is_file(place) {
        return None;
    }
    let mut place = document::Place::of(place, "");
    place.path = path(report, &place.path);
    Some(place)
}

/// A path of the fleet repository from the root of the checkout.
pub(super) fn path(report: &Report, path: &str) -> String {
    if report.folder.is_empty() { path.to_owned() } else { format!("{}/{path}", report.folder) }
}

/// Where a place is that is in no file, in words.
pub(super) fn elsewhere(place: &Place) -> Option<String> {
    (!is_file(place)).then(|| format!("at {place}"))
}

/// Names in angle brackets stand for what is in no file.
fn is_file(place: &Place) -> bool {
    !place.source.path.starts_with('<')
}
