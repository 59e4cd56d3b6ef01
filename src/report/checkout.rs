//! Places as CI systems know them: ranges in files of the checkout.

use super::{Report, document};
use crate::provenance::Place;

/// The place in the checkout, without label; none for what is in no file of it, as a `--set`, an overlay that goldsmith
/// brings along, or a file that lies elsewhere.
pub(super) fn place(report: &Report, place: &Place) -> Option<document::Place> {
    let path = path(report, is_file(place).then_some(place.source.path.as_str())?)?;
    Some(document::Place { path, ..document::Place::of(place, "") })
}

/// A path from the folder of the report, from the root of the checkout; none for what lies outside.
pub(super) fn path(report: &Report, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    for name in report.folder.split('/').chain(path.split('/')) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()?),
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

/// Where a place is that is in no file of the checkout, in words.
pub(super) fn elsewhere(report: &Report, place: &Place) -> Option<String> {
    self::place(report, place).is_none().then(|| format!("at {place}"))
}

/// Names in angle brackets stand for what is in no file.
fn is_file(place: &Place) -> bool {
    !place.source.path.starts_with('<')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::report;

    #[test]
    fn a_path_is_one_of_the_checkout_or_none() {
        let mut report = report([]);
        "sub/fleet".clone_into(&mut report.folder);
        for (given, expected) in [
            ("a.yaml", Some("sub/fleet/a.yaml")),
            ("./a.yaml", Some("sub/fleet/a.yaml")),
            ("../../a.yaml", Some("a.yaml")),
            ("../../../a.yaml", None),
            ("/tmp/a.yaml", None),
        ] {
            assert_eq!(path(&report, given).as_deref(), expected, "{given}");
        }
    }
}
