//! DataSources that no DataImportCron makes.

use serde::Serialize;

use super::Making;
use crate::components::golden_images::cron::VolumeReference;
use crate::components::golden_images::resolve::Onto;
use crate::manifest::{Because, Draft, Metadata};

/// What the template sees.
#[derive(Serialize)]
struct Context<'s> {
    metadata: Metadata,
    pvc: Option<&'s VolumeReference>,
    snapshot: Option<&'s VolumeReference>,
    data_source: Option<&'s VolumeReference>,
}

pub(super) fn drafts<'s>(making: &Making<'s>) -> Vec<Draft<'s>> {
    let sources = making.component.data_sources.iter();
    sources
        .map(|source| {
            let mut metadata = making.own(source.name.clone(), Some(source.namespace.clone()));
            metadata.labels.extend(source.labels.clone());
            let nothing = Context { metadata, pvc: None, snapshot: None, data_source: None };
            let context = match &source.onto {
                Onto::Pvc(pvc) => Context { pvc: Some(pvc), ..nothing },
                Onto::Snapshot(snapshot) => Context { snapshot: Some(snapshot), ..nothing },
                Onto::DataSource(other) => Context { data_source: Some(other), ..nothing },
                Onto::LastImport => nothing,
            };
            let reason = Because::new(source.reason.clone(), &[&source.name.origin]);
            making.draft("golden-images/data-source.yaml.j2", context, reason)
        })
        .collect()
}
