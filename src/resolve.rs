//! The second step: [`Loaded`] -> [`Site`]. Defaults, versions, cross-references, and what one section asks of another.
//!
//! In: one site's layers, merged and typed, and the texts that its spec names. Out: a complete [`Site`], or findings.
//! Pure: it reads nothing.

use std::sync::Arc;

use crate::components::{self, Basis};
use crate::diagnostic::{Diagnostic, Findings, rules};
use crate::document::CommonMetadataSpec;
use crate::load::Loaded;
use crate::manifest::{CommonMetadata, Lifecycle, confidential};
use crate::patch;
use crate::provenance::{DefaultRule, Setting, Sourced};
use crate::site::{ExtraManifest, Site};
use crate::yaml::read;

static LIFECYCLE: DefaultRule = DefaultRule { path: "lifecycle", reason: "what the fleet lists is there" };
static EXTRA_ENABLED: DefaultRule =
    DefaultRule { path: "extraManifests.*.enabled", reason: "what is declared is there" };

/// Completes one site. None where a finding is an error.
pub fn resolve(loaded: &Loaded, findings: &mut Findings) -> Option<Site> {
    let mut told = Findings::default();
    let site = complete(loaded, &mut told);
    findings.absorb(told.of_site(loaded.name.as_str()));
    site.filter(|_| !findings.has_errors())
}

fn complete(loaded: &Loaded, findings: &mut Findings) -> Option<Site> {
    let spec = &loaded.spec;
    let name = loaded.name.clone().map(|name| name.to_string());
    let patches = patch::resolve(&spec.patches, &loaded.sources, findings);
    let extra_manifests = extra_manifests(loaded, findings);
    let mut sources = loaded.sources.clone();
    for ExtraManifest { source, source_id, .. } in &extra_manifests {
        if confidential::may_be_in(&source.text) {
            let mut problems = Vec::new();
            let documents = read::foreign(&source.text, *source_id, &mut problems);
            sources.show_as(*source_id, confidential::shown(source, &documents, problems.is_empty()));
        }
    }
    let platform = spec.platform.section();
    // A site without the section is shown by its name.
    let section_at = spec.platform.get().map_or(&loaded.name.origin, |platform| &platform.origin);
    let platform = platform.resolve(section_at, &loaded.sources, findings)?;
    let lifecycle = spec.lifecycle.or(&LIFECYCLE, || Lifecycle::Present);
    let basis = Basis {
        site: &name,
        lifecycle: &lifecycle,
        platform: &platform,
        attachments: &loaded.attachments,
        sources: &loaded.sources,
    };
    let components = components::resolve(spec.sections(), &basis, findings);
    Some(Site {
        metadata: common_metadata(&name, &spec.common_metadata),
        name,
        platform,
        lifecycle,
        components,
        patches,
        extra_manifests,
        sources,
    })
}

fn common_metadata(site: &Sourced<String>, spec: &Setting<CommonMetadataSpec>) -> CommonMetadata {
    let spec = spec.section();
    let mut metadata = CommonMetadata { site: site.clone(), ..CommonMetadata::default() };
    for (key, value) in spec.labels.section() {
        metadata
            .labels
            .extend(value.get().map(|value| (key.to_string(), value.clone().map(|text| text.to_string()))));
    }
    for (key, value) in spec.annotations.section() {
        metadata.annotations.extend(value.get().map(|value| (key.to_string(), value.clone())));
    }
    metadata
}

fn extra_manifests(loaded: &Loaded, findings: &mut Findings) -> Vec<ExtraManifest> {
    let mut extra = Vec::new();
    for (name, spec) in loaded.spec.extra_manifests.section() {
        let Some(spec) = spec.get() else { continue };
        if !spec.enabled.or(&EXTRA_ENABLED, || true).value {
            continue;
        }
        let Some(path) = spec.path.get() else {
            let title = format!("`path` is missing in the extra manifest `{name}`");
            let place = loaded.sources.place_of(&spec.origin);
            findings.push(Diagnostic::new(&rules::MISSING_FIELD, title).at(place, "this one"));
            continue;
        };
        let Some(source_id) = loaded.attachments.get(&path.value).copied() else { continue };
        let Some(source) = loaded.sources.get(source_id) else { continue };
        extra.push(ExtraManifest {
            name: name.to_string(),
            path: path.clone(),
            source: Arc::clone(source),
            source_id,
        });
    }
    extra
}
