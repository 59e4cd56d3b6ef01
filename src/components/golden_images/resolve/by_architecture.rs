//! Several architectures: one DataImportCron each where nobody does that for us, and a pointer that picks the cluster's
//! own.
//!
//! SSP expands templates by itself. Its pointers always lie in the platform's golden namespace, so a namespace of one's
//! own gets pointers from us (golden-images 4.6).

use super::asked::Resolving;
use super::data_import_cron::ARCHITECTURES;
use super::data_sources::{DataSource, Onto};
use super::names::architectures;
use crate::capability::Capability;
use crate::components::golden_images::cron::{Cron, Keys, Source, VolumeReference};
use crate::components::golden_images::resolve::Carrier;
use crate::provenance::{Origin, Sourced};

/// Where CDI and consoles find the architecture of a DataSource, and the name it goes by.
const ARCHITECTURE: &str = "template.kubevirt.io/architecture";
const DATA_SOURCE_NAME: &str = "cdi.kubevirt.io/storage.import.datasource-name";

/// One DataImportCron for each architecture that image and cluster share; others stay as they are.
pub(super) fn expand(resolving: &mut Resolving<'_, '_>, crons: Vec<Cron>) -> Vec<Cron> {
    if !matches!(resolving.carrier, Carrier::Raw) {
        return crons;
    }
    crons.into_iter().flat_map(|cron| by_architecture(resolving, cron)).collect()
}

/// A DataSource of the image's name onto that of the cluster's own architecture, where SSP makes none.
pub(super) fn pointers(resolving: &Resolving<'_, '_>, crons: &[Cron]) -> Vec<DataSource> {
    let ours = |cron: &&Cron| {
        cron.namespace.as_ref().is_some_and(|namespace| {
            !resolving.is_platforms(&namespace.value) || matches!(resolving.carrier, Carrier::Raw)
        })
    };
    let pointed = crons.iter().filter(ours).filter_map(|cron| pointer(resolving, cron));
    pointed.collect()
}

fn by_architecture(resolving: &Resolving<'_, '_>, mut cron: Cron) -> Vec<Cron> {
    let shared = shared(resolving, &cron);
    let Some(list) = cron.annotations.remove(ARCHITECTURES) else {
        return vec![cron];
    };
    shared.iter().map(|one| of_architecture(&cron, one, &list.origin)).collect()
}

fn of_architecture(cron: &Cron, architecture: &str, list: &Origin) -> Cron {
    let suffixed = |name: &Sourced<String>, what: &str| {
        let rule = format!("{what} of one architecture: <name>-<architecture>");
        Sourced::derived(format!("{}-{architecture}", name.value), rule, &[&name.origin, list])
    };
    let named = Sourced { value: architecture.to_owned(), origin: list.clone() };
    let mut one = cron.clone();
    one.name = suffixed(&cron.name, "DataImportCron");
    one.labels.insert(ARCHITECTURE.to_owned(), named.clone());
    if let Some(spec) = &mut one.spec {
        one.labels.insert(DATA_SOURCE_NAME.to_owned(), spec.managed_data_source.clone());
        spec.managed_data_source = suffixed(&spec.managed_data_source, "DataSource");
        if let Source::Registry(registry) = &mut spec.source {
            registry.architecture = Some(named);
        }
    }
    one
}

fn pointer(resolving: &Resolving<'_, '_>, cron: &Cron) -> Option<DataSource> {
    let decision = resolving.can(Capability::PointerDataSource);
    let shared = shared(resolving, cron);
    let (managed, first) = (cron.managed()?, shared.first().filter(|_| decision.available)?);
    let nodes = &resolving.asked.platform.architectures.origin;
    let rule = "pointer: onto the first architecture of the nodes that the image has";
    let name = Sourced::derived(
        format!("{}-{first}", managed.value),
        rule,
        &[&managed.origin, nodes, &decision.origin],
    );
    let namespace = cron.namespace.clone()?;
    Some(DataSource {
        name: managed.clone(),
        namespace: namespace.clone(),
        labels: Keys::new(),
        onto: Onto::DataSource(VolumeReference { namespace, name }),
        reason: format!("`{}` is imported for several architectures", managed.value),
    })
}

/// The architectures of an image that nodes have, in the order of the platform.
fn shared(resolving: &Resolving<'_, '_>, cron: &Cron) -> Vec<String> {
    let image = architectures(cron);
    let nodes = resolving.asked.platform.architectures.value.iter().map(|one| one.name());
    nodes.filter(|one| image.contains(one)).map(str::to_owned).collect()
}
