//! DataSources that no DataImportCron makes.

use serde::Serialize;

use super::{Making, because, draft};
use crate::components::golden_images::cron::VolumeReference;
use crate::manifest::{Draft, Metadata};

/// What the template sees.
#[derive(Serialize)]
struct Context<'s> {
    metadata: Metadata,
    pvc: Option<&'s VolumeReference>,
    snapshot: Option<&'s VolumeReference>,
    data_source: Option<&'s VolumeReference>,
}

pub(super) fn drafts<'s>(making: &Making<'s>) -> Vec<Draft<'s>> {
    let sources = making.golden.data_sources.iter();
    sources
        .map(|source| {
            let mut metadata = making.own(source.name.clone(), Some(source.namespace.clone()));
            metadata.labels.extend(source.labels.clone());
            let context = Context {
                metadata,
                pvc: source.pvc.as_ref(),
                snapshot: source.snapshot.as_ref(),
                data_source: source.data_source.as_ref(),
            };
            let reason = because(source.reason.clone(), &[&source.name.origin]);
            draft("golden-images/data-source.yaml.j2", context, reason)
        })
        .collect()
}
