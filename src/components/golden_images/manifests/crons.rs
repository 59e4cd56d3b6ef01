//! DataImportCrons as objects of their own, and what all carriers expect to find in the cluster.

use serde::Serialize;

use super::Making;
use crate::components::golden_images::cron::Cron;
use crate::components::golden_images::image::Retention;
use crate::manifest::{Because, Draft, Metadata, marks};
use crate::provenance::Origin;

/// What the template sees.
#[derive(Serialize)]
struct Context<'s> {
    metadata: Metadata,
    cron: &'s Cron,
}

pub(super) fn drafts<'s>(making: &Making<'s>) -> Vec<Draft<'s>> {
    making.component.crons.iter().map(|cron| cron_draft(making, cron)).collect()
}

fn cron_draft<'s>(making: &Making<'s>, cron: &'s Cron) -> Draft<'s> {
    let mut metadata = making.own(cron.name.clone(), cron.namespace.clone());
    metadata.labels.extend(cron.labels.clone());
    metadata.annotations.extend(cron.annotations.clone());
    if let Some(retention) =
        cron.spec.as_ref().map(|spec| &spec.retention_policy).filter(|kept| kept.value == Retention::All)
    {
        marks::recreated(&mut metadata, &retention.origin);
    }
    expects_of(making, &mut metadata, |used_by| used_by.contains(&cron.name.value));
    let reason = format!("`goldenImages.images.{}` is imported by a DataImportCron", cron.image.value);
    making.draft(
        "golden-images/data-import-cron.yaml.j2",
        Context { metadata, cron },
        Because::new(reason, &[&cron.image.origin]),
    )
}

/// Notes on the carrier what its templates expect.
pub(super) fn expects(making: &Making<'_>, metadata: &mut Metadata) {
    expects_of(making, metadata, |_| true);
}

fn expects_of(making: &Making<'_>, metadata: &mut Metadata, concerns: impl Fn(&[String]) -> bool) {
    let expected: Vec<_> =
        making.component.expected.iter().filter(|expected| concerns(&expected.used_by)).collect();
    let origins: Vec<&Origin> =
        expected.iter().flat_map(|expected| [&expected.name.origin, &expected.namespace.origin]).collect();
    marks::expects(metadata, &expected, &origins);
}
