//! Who uses the images: DataVolumes by `sourceRef`, and the rights to clone across namespaces.
//!
//! CDI asks in the namespace of the volume that is cloned, for the service accounts of the namespace that it is cloned
//! into (golden-images 6.2). In the platform's golden namespace everybody may.

use std::collections::BTreeMap;

use super::asked::{Resolving, text};
use super::data_sources::DataSource;
use crate::components::golden_images::cron::{Cron, VolumeReference};
use crate::components::golden_images::hazards::{SMALLER_THAN_ITS_SOURCE, UNKNOWN_DATA_SOURCE};
use crate::components::golden_images::spec::DataVolumeSpec;
use crate::components::golden_images::upstream::PLACEHOLDERS;
use crate::diagnostic::Diagnostic;
use crate::name::DnsLabel;
use crate::provenance::Sourced;
use crate::provenance::decode::similar;
use crate::spec::Quantity;

/// A DataVolume that follows a DataSource.
#[derive(Clone, Debug, PartialEq)]
pub struct DataVolume {
    /// Its name.
    pub name: Sourced<String>,
    /// Its namespace.
    pub namespace: Sourced<String>,
    /// The DataSource.
    pub source: VolumeReference,
    /// Where the volumes behind the DataSource are.
    pub volume_namespace: String,
    /// Its size; none for that of the source.
    pub size: Option<Sourced<String>>,
    /// Its storage class; none for the cluster's default.
    pub storage_class: Option<Sourced<String>>,
}

/// Who may clone from one namespace.
#[derive(Clone, Debug, PartialEq)]
pub struct CloneRight {
    /// Where the volumes are.
    pub namespace: Sourced<String>,
    /// Who may, sorted by namespace; never empty.
    pub consumers: Vec<Consumer>,
}

/// Service accounts of one namespace.
#[derive(Clone, Debug, PartialEq)]
pub struct Consumer {
    /// The namespace that is cloned into.
    pub namespace: Sourced<String>,
    /// Its service accounts; none for all of them.
    pub accounts: Option<Vec<Sourced<String>>>,
}

/// The DataVolumes of the section.
pub(super) fn data_volumes(
    resolving: &mut Resolving<'_, '_>,
    crons: &[Cron],
    sources: &[DataSource],
) -> Vec<DataVolume> {
    let written = resolving.asked.spec.data_volumes.get().into_iter().flat_map(|volumes| &volumes.value);
    let named = written.filter_map(|(name, volume)| Some((name, volume.get()?)));
    named.filter_map(|(name, spec)| data_volume(resolving, name, spec, crons, sources)).collect()
}

/// Who may clone from where: the namespaces that are listed from all of ours, those of DataVolumes from their source's.
pub(super) fn clone_rights(
    resolving: &Resolving<'_, '_>,
    crons: &[Cron],
    sources: &[DataSource],
    volumes: &[DataVolume],
) -> Vec<CloneRight> {
    let listed = resolving.asked.spec.cloneable_from.get().into_iter().flat_map(|from| &from.value);
    let listed: Vec<Consumer> =
        listed.filter_map(|(name, spec)| Some(listed_consumer(name, spec.get()?))).collect();
    let from = source_namespaces(resolving, crons, sources);
    let rights = from.into_values().map(|namespace| {
        let mut consumers: BTreeMap<String, Consumer> = BTreeMap::new();
        let of_volumes = volumes.iter().filter(|volume| volume.volume_namespace == namespace.value);
        let of_volumes =
            of_volumes.map(|volume| Consumer { namespace: volume.namespace.clone(), accounts: None });
        for consumer in listed.iter().cloned().chain(of_volumes) {
            consumers.entry(consumer.namespace.value.clone()).or_insert(consumer);
        }
        consumers.remove(&namespace.value);
        CloneRight { namespace, consumers: consumers.into_values().collect() }
    });
    rights.filter(|right| !right.consumers.is_empty()).collect()
}

fn listed_consumer(
    name: &DnsLabel,
    spec: &Sourced<crate::components::golden_images::spec::CloneableFromSpec>,
) -> Consumer {
    let namespace = Sourced { value: name.to_string(), origin: spec.origin.clone() };
    let accounts = spec.service_accounts.get().map(|accounts| {
        let origin = &accounts.origin;
        accounts
            .value
            .iter()
            .map(|account| Sourced { value: account.to_string(), origin: origin.clone() })
            .collect()
    });
    Consumer { namespace, accounts }
}

/// The namespaces with volumes that are cloned and that not everybody may clone.
fn source_namespaces(
    resolving: &Resolving<'_, '_>,
    crons: &[Cron],
    sources: &[DataSource],
) -> BTreeMap<String, Sourced<String>> {
    let imported = crons.iter().filter(|cron| cron.spec.is_some());
    let of_crons = imported.map(|cron| resolving.namespace_of(cron));
    let of_sources = sources.iter().filter_map(DataSource::volume).map(|volume| volume.namespace.clone());
    let moved = resolving.common.namespace.get().filter(|_| resolving.common_list.imported).map(text);
    let all = of_crons.chain(of_sources).chain(moved);
    let mut namespaces = BTreeMap::new();
    for namespace in all.filter(|namespace| !resolving.is_platforms(&namespace.value)) {
        namespaces.entry(namespace.value.clone()).or_insert(namespace);
    }
    namespaces
}

fn data_volume(
    resolving: &mut Resolving<'_, '_>,
    name: &DnsLabel,
    spec: &Sourced<DataVolumeSpec>,
    crons: &[Cron],
    sources: &[DataSource],
) -> Option<DataVolume> {
    let path = format!("goldenImages.dataVolumes.{name}");
    let Some(namespace) = spec.namespace.get().map(text) else {
        resolving.missing(&format!("{path}.namespace"), &spec.origin);
        return None;
    };
    let Some(from) = spec.from.get() else {
        resolving.missing(&format!("{path}.from"), &spec.origin);
        return None;
    };
    let (source, volume_namespace) = followed(resolving, from, sources)?;
    if let Some(size) = spec.size.get() {
        check_size(resolving, size, &source, crons);
    }
    Some(DataVolume {
        name: Sourced { value: name.to_string(), origin: spec.origin.clone() },
        namespace,
        source,
        volume_namespace,
        size: spec.size.get().map(text),
        storage_class: spec.storage_class.get().cloned(),
    })
}

/// An image of this site is known by its size; what else a DataSource points at is not.
fn check_size(
    resolving: &mut Resolving<'_, '_>,
    size: &Sourced<Quantity>,
    source: &VolumeReference,
    crons: &[Cron],
) {
    let is_followed = |cron: &&Cron| {
        cron.image.value == source.name.value && resolving.namespace_of(cron).value == source.namespace.value
    };
    let image = crons.iter().find(is_followed).and_then(|cron| cron.spec.as_ref()?.size.clone());
    let Some(image) = image else { return };
    if image.value.parse::<Quantity>().is_ok_and(|least| size.value < least) {
        let title = format!("`{}` does not hold the {} of `{}`", size.value, image.value, source.name.value);
        let finding = Diagnostic::new(&SMALLER_THAN_ITS_SOURCE, title)
            .at(resolving.place(&size.origin), "this size")
            .with(resolving.place(&image.origin), "the size of the image");
        resolving.tell(finding.help(format!("write at least `{}`, or leave `size` out", image.value)));
    }
}

/// The DataSource of a name, and the namespace of the volumes behind it.
fn followed(
    resolving: &mut Resolving<'_, '_>,
    from: &Sourced<DnsLabel>,
    sources: &[DataSource],
) -> Option<(VolumeReference, String)> {
    let name = text(from);
    let home = resolving.namespace.clone();
    if is_image(resolving, &name.value) {
        return Some((VolumeReference { namespace: home.clone(), name }, home.value));
    }
    if let Some(source) = sources.iter().find(|source| source.name.value == name.value) {
        let volumes = source.volume().map_or(&source.namespace, |volume| &volume.namespace);
        return Some((VolumeReference { namespace: source.namespace.clone(), name }, volumes.value.clone()));
    }
    let golden = text(&resolving.asked.platform.namespaces.boot_images);
    if resolving.common_list.find(&name.value).is_some()
        || resolving.is_platforms(&golden.value) && PLACEHOLDERS.contains(&name.value.as_str())
    {
        let namespace = resolving.common.namespace.get().map_or(golden, text);
        return Some((VolumeReference { namespace: namespace.clone(), name }, namespace.value));
    }
    refuse_unknown(resolving, &name, sources);
    None
}

fn is_image(resolving: &Resolving<'_, '_>, name: &str) -> bool {
    let images = resolving.asked.spec.images.get();
    images
        .and_then(|images| images.value.get(name))
        .and_then(|image| image.get())
        .is_some_and(|image| super::custom_images::is_enabled(&image.enabled))
}

fn refuse_unknown(resolving: &mut Resolving<'_, '_>, name: &Sourced<String>, sources: &[DataSource]) {
    let images = resolving.asked.spec.images.get().into_iter().flat_map(|images| images.value.keys());
    let known: Vec<String> = images
        .map(ToString::to_string)
        .chain(sources.iter().map(|source| source.name.value.clone()))
        .chain(resolving.common_list.names().map(str::to_owned))
        .collect();
    let finding = Diagnostic::new(&UNKNOWN_DATA_SOURCE, format!("there is no DataSource `{}`", name.value));
    let finding = finding.at(resolving.place(&name.origin), "not an image or DataSource of this site");
    let near = similar(&name.value, known.iter().map(String::as_str));
    let help = near.map_or_else(
        || "name an image of `goldenImages.images`, a common boot image, or one of `goldenImages.dataSources`".to_owned(),
        |near| format!("one with a similar name is `{near}`"),
    );
    resolving.tell(finding.help(help));
}
