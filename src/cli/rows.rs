//! What became, or would become, of each manifest of a site: the rows of a report.

use std::collections::BTreeMap;

use crate::diff::{Action, Change, ChangeSet};
use crate::manifest;
use crate::report::{Manifest, Site, State};
use crate::validate::Validated;
use crate::write::{FileState, SiteChange, inventory};

/// What a write, or a comparison with the tree, made of them.
pub(super) fn written(validated: &Validated, change: &SiteChange) -> Site {
    let state = |path: &str| match change.files.get(path) {
        Some(FileState::New) => State::New,
        Some(FileState::Changed) => State::Changed,
        Some(FileState::Removed) => State::Removed,
        Some(FileState::Same) | None => State::Same,
    };
    let removed = change.files.iter().filter(|(_, state)| **state == FileState::Removed);
    let gone = removed.map(|(path, _)| path.as_str()).filter(|path| *path != inventory::FILE_NAME);
    site(validated.site(), validated.manifests(), state, gone)
}

/// What a render would make of them; of a site that leaves, everything goes. An object that replaces another is a new file and a
/// removed one, as a render would write them.
pub(super) fn compared(validated: Option<&Validated>, set: &ChangeSet) -> Site {
    let (gone, there): (Vec<&Change>, Vec<&Change>) =
        set.changes.iter().partition(|change| change.action == Action::Deleted);
    let replaced: BTreeMap<&str, &str> = there
        .iter()
        .filter_map(|change| Some((change.path.as_str(), change.replaces.as_ref()?.path.as_str())))
        .collect();
    let there: BTreeMap<&str, &Action> =
        there.into_iter().map(|change| (change.path.as_str(), &change.action)).collect();
    let state = |path: &str| match there.get(path) {
        Some(Action::Created | Action::Replaced) => State::New,
        Some(_) => State::Changed,
        None => State::Same,
    };
    let manifests = validated.map(Validated::manifests).unwrap_or_default();
    let gone = gone.iter().map(|change| change.path.as_str()).chain(replaced.values().copied());
    let mut site = site(&set.site, manifests, state, gone);
    for row in &mut site.manifests {
        row.replaces = replaced.get(row.path.as_str()).map(|&old| old.to_owned());
    }
    site
}

fn site<'p>(
    name: &str,
    manifests: &[manifest::Manifest],
    state: impl Fn(&str) -> State,
    gone: impl Iterator<Item = &'p str>,
) -> Site {
    let of = |manifest: &manifest::Manifest| {
        Manifest::new(&manifest.id, manifest.path.as_str(), state(manifest.path.as_str()))
    };
    let mut rows: Vec<Manifest> = manifests.iter().map(of).chain(gone.map(Manifest::gone)).collect();
    rows.sort_by(|one, other| one.path.cmp(&other.path));
    Site { name: name.to_owned(), manifests: rows }
}
