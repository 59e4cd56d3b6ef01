//! A patch that hits nothing: what there is instead, as patches know it.

use std::collections::BTreeSet;

use super::rules::PATCH_WITHOUT_TARGET;
use super::{Patch, PatchTarget};
use crate::diagnostic::{Diagnostic, words};
use crate::manifest::{Manifest, content};
use crate::provenance::Sources;
use crate::provenance::decode::similar;

/// How many manifests of a kind are named.
const MOST: usize = 5;

/// Tells a patch that hits none of these manifests.
pub(super) fn without_target(patch: &Patch, manifests: &[Manifest], sources: &Sources) -> Diagnostic {
    let PatchTarget { kind, name, .. } = &patch.target;
    let wanted = format!("no manifest of this site is the {kind} `{name}`");
    let finding = Diagnostic::new(&PATCH_WITHOUT_TARGET, format!("the patch `{}` hits nothing", patch.name))
        .at(sources.place(patch.loc), wanted);
    let known: Vec<&Manifest> = manifests.iter().filter(|manifest| manifest.id.kind == *kind).collect();
    let names: BTreeSet<&str> = known.iter().map(|manifest| manifest.id.name.as_str()).collect();
    if names.is_empty() {
        return of_another_kind(finding, kind, manifests);
    }
    if names.contains(name.as_str()) {
        return elsewhere(finding, known.into_iter().filter(|manifest| manifest.id.name == *name));
    }
    let finding = by_another_name(finding, patch, &names, sources);
    finding.note(format!("patches know these of the kind {kind}: {}", words::some_of(names, MOST)))
}

/// The kinds that there are, where there is no manifest of the one that is wanted.
fn of_another_kind(finding: Diagnostic, wanted: &str, manifests: &[Manifest]) -> Diagnostic {
    let kinds: BTreeSet<&str> = manifests.iter().map(|manifest| manifest.id.kind.as_str()).collect();
    let near = similar(wanted, kinds.iter().copied());
    let finding = match near {
        Some(near) => finding.help(format!("a similar kind is `{near}`")),
        None => finding,
    };
    match kinds.len() {
        0 => finding.note("this site has no manifests"),
        1 => finding.note(format!("the only kind of this site is {}", words::all_of(kinds))),
        _ => finding.note(format!("the kinds of this site are {}", words::all_of(kinds))),
    }
}

/// The objects of that name, which a target with fewer fields would hit.
fn elsewhere<'m>(finding: Diagnostic, named: impl Iterator<Item = &'m Manifest>) -> Diagnostic {
    let finding = named.fold(finding, |finding, manifest| {
        finding.note(format!("there is {} of `{}`", manifest.id, manifest.id.api_version))
    });
    finding.help("`group`, `version` and `namespace` of a target have to fit as well, where they are given")
}

/// The name without the hash that is put behind the patches, or one that is similar.
fn by_another_name(
    finding: Diagnostic,
    patch: &Patch,
    names: &BTreeSet<&str>,
    sources: &Sources,
) -> Diagnostic {
    let PatchTarget { kind, name, name_loc, .. } = &patch.target;
    let place = name_loc.and_then(|loc| sources.place(loc));
    let plain = content::plain(name);
    if let Some(plain) = plain.filter(|plain| names.contains(plain)) {
        return finding
            .note("the hash at the end of a name is put there behind the patches, since they change it")
            .edit("a patch names it without the hash", place, plain);
    }
    let near = similar(plain.unwrap_or(name), names.iter().copied());
    let Some(near) = near.or_else(|| similar(name, names.iter().copied())) else { return finding };
    finding.edit(format!("a {kind} of a similar name is `{near}`"), place, near)
}
