//! DataVolumes that follow a DataSource.

use serde::Serialize;

use super::Making;
use crate::components::golden_images::cron::VolumeReference;
use crate::manifest::{Because, Draft, Metadata};
use crate::provenance::Sourced;

/// What the template sees.
#[derive(Serialize)]
struct Context<'s> {
    metadata: Metadata,
    source: &'s VolumeReference,
    size: Option<&'s Sourced<String>>,
    storage_class: Option<&'s Sourced<String>>,
}

pub(super) fn drafts<'s>(making: &Making<'s>) -> Vec<Draft<'s>> {
    let volumes = making.component.data_volumes.iter();
    volumes
        .map(|volume| {
            let context = Context {
                metadata: making.own(volume.name.clone(), Some(volume.namespace.clone())),
                source: &volume.source,
                size: volume.size.as_ref(),
                storage_class: volume.storage_class.as_ref(),
            };
            let reason = format!("`goldenImages.dataVolumes.{}` asks for it", volume.name.value);
            making.draft(
                "golden-images/data-volume.yaml.j2",
                context,
                Because::new(reason, &[&volume.name.origin]),
            )
        })
        .collect()
}
