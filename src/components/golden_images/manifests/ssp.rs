//! The SSP that HyperConverged does not own.

use serde::Serialize;

use super::Making;
use super::crons::expects;
use crate::components::golden_images::cron::Cron;
use crate::components::golden_images::ownership::SSP;
use crate::components::golden_images::resolve::Ssp;
use crate::manifest::{Because, Draft, Metadata};
use crate::provenance::Sourced;
use crate::spec::Architecture;

/// What the template sees.
#[derive(Serialize)]
struct Context<'s> {
    metadata: Metadata,
    api_version: &'s Sourced<String>,
    templates_namespace: &'s Sourced<String>,
    architectures: Option<&'s Sourced<Vec<Architecture>>>,
    crons: &'s [Cron],
    no_crons: Sourced<bool>,
}

pub(super) fn drafts<'s>(making: &Making<'s>, carrier: &'s Ssp, absent: bool) -> Vec<Draft<'s>> {
    let golden = making.component;
    let mut metadata =
        making.shared(carrier.name.clone(), Some(carrier.namespace.clone()), &carrier.ownership);
    if !absent {
        expects(making, &mut metadata);
    }
    let several = golden.multi_architecture.as_ref().is_some_and(|wanted| wanted.value) && !absent;
    let context = Context {
        metadata,
        api_version: &carrier.api_version,
        templates_namespace: &carrier.templates_namespace,
        architectures: several.then_some(&golden.architectures),
        crons: if absent { &[] } else { &golden.crons },
        no_crons: making.absent(),
    };
    let reason = if absent {
        Because::new("the templates of golden images are taken away", &[&golden.lifecycle.origin])
    } else {
        Because::new("SSP carries the images of this site", &[&carrier.api_version.origin])
    };
    vec![making.shared_draft(
        "golden-images/ssp.yaml.j2",
        context,
        reason,
        SSP.rendered_as(&carrier.ownership),
    )]
}
