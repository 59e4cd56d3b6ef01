//! StorageProfiles: which CDI creates, and of which the site decides a few fields.

use serde::Serialize;

use super::Making;
use crate::components::golden_images::ownership::STORAGE_PROFILE;
use crate::components::golden_images::spec::{CloneStrategy, ImportFormat};
use crate::manifest::{Because, Draft, Metadata};
use crate::provenance::Sourced;

/// What the template sees.
#[derive(Serialize)]
struct Context<'s> {
    metadata: Metadata,
    import_format: Option<&'s Sourced<ImportFormat>>,
    snapshot_class: Option<&'s Sourced<String>>,
    clone_strategy: Option<&'s Sourced<CloneStrategy>>,
}

pub(super) fn drafts<'s>(making: &Making<'s>) -> Vec<Draft<'s>> {
    let ownership = &making.component.storage_profile_ownership;
    let profiles = making.component.storage_profiles.iter();
    profiles
        .map(|profile| {
            let context = Context {
                metadata: making.shared(profile.name.clone(), None, ownership),
                import_format: profile.import_format.as_ref(),
                snapshot_class: profile.snapshot_class.as_ref(),
                clone_strategy: profile.clone_strategy.as_ref(),
            };
            let reason =
                format!("`goldenImages.storageProfiles.{}` decides fields of it", profile.name.value);
            let reason = Because::new(reason, &[&profile.name.origin]);
            making.shared_draft(
                "golden-images/storage-profile.yaml.j2",
                context,
                reason,
                STORAGE_PROFILE.rendered_as(ownership),
            )
        })
        .collect()
}
