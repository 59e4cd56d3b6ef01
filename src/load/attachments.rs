//! The other files that a spec names: snapshots of boot images, a user's own manifests. Read here, understood later.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::FilesError;
use super::rules::{FILE_NOT_FOUND, OUTSIDE_REPOSITORY};
use super::shelf::Shelf;
use super::text::utf8;
use crate::components;
use crate::diagnostic::{Diagnostic, words};
use crate::document::{ExtraManifestSpec, SiteSpec};
use crate::provenance::{Layer, Source, Sourced};
use crate::yaml::SourceId;

/// Reads every file that the spec of a site names; what is not there or leads outside is told.
pub(super) fn read(shelf: &mut Shelf<'_>, spec: &SiteSpec) -> Result<BTreeMap<String, SourceId>, FilesError> {
    let mut read = BTreeMap::new();
    for path in named(spec) {
        if read.contains_key(&path.value) {
            continue;
        }
        if let Some(id) = read_one(shelf, path)? {
            read.insert(path.value.clone(), id);
        }
    }
    Ok(read)
}

fn named(spec: &SiteSpec) -> Vec<&Sourced<String>> {
    let extra = spec.extra_manifests.get().into_iter().flat_map(|extra| extra.values());
    let enabled = |extra: &&ExtraManifestSpec| extra.enabled.get().is_none_or(|enabled| enabled.value);
    let extra = extra.filter_map(|extra| extra.get().map(|extra| &extra.value)).filter(enabled);
    components::attachments(spec.sections()).chain(extra.filter_map(|extra| extra.path.get())).collect()
}

fn read_one(shelf: &mut Shelf<'_>, path: &Sourced<String>) -> Result<Option<SourceId>, FilesError> {
    let told = match shelf.files().read(&path.value) {
        Ok(Some(bytes)) => match utf8(&path.value, bytes) {
            Ok(text) => {
                let source = Source { path: path.value.clone(), layer: Layer::Other, text };
                return Ok(Some(shelf.sources.add(Arc::new(source))));
            }
            Err(finding) => *finding,
        },
        Ok(None) => {
            Diagnostic::new(&FILE_NOT_FOUND, format!("there is no file {}", words::quoted(&path.value)))
                .help("paths are written from the folder of fleet.yaml")
        }
        Err(FilesError::Outside(_)) => Diagnostic::new(
            &OUTSIDE_REPOSITORY,
            format!("{} leads outside the repository", words::quoted(&path.value)),
        )
        .help("paths are written from the folder of fleet.yaml"),
        Err(other) => return Err(other),
    };
    let place = shelf.sources.place_of(&path.origin);
    shelf.findings.push(if told.primary.is_none() { told.at(place, "named here") } else { told });
    Ok(None)
}
