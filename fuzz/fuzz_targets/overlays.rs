//! Two texts, parted by a line of three dashes, as an overlay and the site above it: merging keeps its four rules, and
//! every value of the result lies in the text that gave it.
#![no_main]

use std::sync::LazyLock;

use goldsmith::document::alternatives;
use goldsmith::load::{NotLoaded, conflicts, merge, nothing};
use goldsmith::spec::Alternatives;
use goldsmith::yaml::{Kind, Node, read};
use goldsmith_fuzz::{assert_printable, fleet, repository};
use libfuzzer_sys::fuzz_target;

static ALTERNATIVES: LazyLock<Vec<Alternatives>> = LazyLock::new(alternatives);

fuzz_target!(|text: &str| {
    let Some((overlay, site)) = text.split_once("\n---\n") else { return };
    if let (Some(below), Some(above)) = (spec(overlay, 1), spec(site, 2)) {
        rules_hold(&below, &above);
    }
    let files = repository(site, Some(overlay));
    let fleet = fleet(&files);
    assert_printable(fleet.findings(), Vec::new());
    match fleet.load_site(&fleet.sites()[0]) {
        Ok(loaded) => assert!(loaded.layers.len() <= 2),
        Err(NotLoaded::Findings(findings)) => assert_printable(&findings, Vec::new()),
        Err(NotLoaded::Files(error)) => panic!("{error}"),
    }
});

/// The `spec` of a text that has no problem.
fn spec(text: &str, source: u32) -> Option<Node<'_>> {
    let mut problems = Vec::new();
    let root = read::strict(text, source, &mut problems)?;
    let spec = root.get("spec")?.clone();
    (problems.is_empty() && matches!(spec.kind, Kind::Map(_)) && conflicts(&spec, &ALTERNATIVES).is_empty())
        .then_some(spec)
}

fn rules_hold(below: &Node<'_>, above: &Node<'_>) {
    let once = merged(&[below, above]);
    assert_eq!(merged(&[below, above, above]), once, "a layer that is laid twice counts once");
    assert_eq!(merged(&[below, &nothing(), above]), once, "an empty layer changes nothing");
    assert_eq!(conflicts(&once, &ALTERNATIVES), [], "of alternatives, one is left");
    said(above, &once);
    placed(&once, [below, above]);
}

fn merged<'a>(layers: &[&Node<'a>]) -> Node<'a> {
    layers.iter().fold(nothing(), |mut all, layer| {
        merge(&mut all, (*layer).clone(), &ALTERNATIVES);
        all
    })
}

/// What the higher layer says is said.
fn said(above: &Node<'_>, merged: &Node<'_>) {
    match &above.kind {
        Kind::Map(entries) => {
            for entry in entries {
                let below = merged.entry(&entry.key).unwrap_or_else(|| panic!("`{}` is lost", entry.key));
                assert_eq!(below.key_loc, entry.key_loc);
                said(&entry.value, &below.value);
            }
        }
        Kind::Null => assert_eq!(merged.kind, Kind::Removed),
        _ => assert_eq!(merged, above),
    }
}

/// Every value of a merged tree is where its location says.
fn placed(merged: &Node<'_>, layers: [&Node<'_>; 2]) {
    match &merged.kind {
        Kind::Map(entries) => entries.iter().for_each(|entry| placed(&entry.value, layers)),
        _ => assert!(layers.iter().any(|layer| holds(layer, merged)), "{merged:?} stands nowhere"),
    }
}

fn holds(layer: &Node<'_>, value: &Node<'_>) -> bool {
    let same = layer.kind == value.kind || (layer.kind == Kind::Null && value.kind == Kind::Removed);
    let inside = match &layer.kind {
        Kind::Map(entries) => entries.iter().any(|entry| holds(&entry.value, value)),
        _ => false,
    };
    inside || (same && layer.loc == value.loc)
}
