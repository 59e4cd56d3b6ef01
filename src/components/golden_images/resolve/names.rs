//! Names: what fits the objects that CDI derives from them, and what two images must not share.

use std::collections::BTreeMap;

use super::asked::Resolving;
use super::carrier::Carrier;
use super::data_import_cron::ARCHITECTURES;
use super::pull::polled_by_pod;
use crate::components::golden_images::cron::{Cron, RegistryImage};
use crate::components::golden_images::hazards::{
    COMMON_CRON_NAME, COMMON_DATA_SOURCE, CRON_NAME_TOO_LONG, DATA_SOURCE_NAME_TOO_LONG, TWO_IMAGES,
};
use crate::components::golden_images::upstream::PLACEHOLDERS;
use crate::diagnostic::Diagnostic;
use crate::name::LABEL_MAX;
use crate::provenance::{Origin, Sourced};

/// The longest name from which CDI's CronJob and its first Job get names that Kubernetes accepts (golden-images 1.3).
const POLLED_MAX: usize = 42;

/// Checks the names of all DataImportCrons, before they are imported by architecture.
pub(super) fn check(resolving: &mut Resolving<'_, '_>, crons: &[Cron]) {
    for cron in crons {
        check_lengths(resolving, cron);
        check_common(resolving, cron);
    }
    check_data_sources(resolving, crons);
    check_crons(resolving, crons);
}

/// The architectures of the annotation.
pub(super) fn architectures(cron: &Cron) -> Vec<&str> {
    let list = cron.annotations.get(ARCHITECTURES);
    list.map(|list| list.value.split(',').map(str::trim).filter(|one| !one.is_empty()).collect())
        .unwrap_or_default()
}

fn check_lengths(resolving: &mut Resolving<'_, '_>, cron: &Cron) {
    let Some(spec) = &cron.spec else { return };
    let suffix = architectures(cron).iter().map(|one| one.len() + 1).max().unwrap_or(0);
    let polled = cron.registry().is_some_and(|registry| {
        matches!(registry.image, RegistryImage::Url(_)) && polled_by_pod(resolving, &registry.pull_method)
    });
    let most = if polled { POLLED_MAX } else { LABEL_MAX } - suffix;
    let length = cron.name.value.len();
    if length > most {
        let title =
            format!("the DataImportCron `{}` has {length} characters, and {most} fit", cron.name.value);
        let finding = Diagnostic::new(&CRON_NAME_TOO_LONG, title)
            .at(resolving.place(&cron.name.origin), "named after this");
        let why = if polled {
            "CDI polls with a CronJob and a Job that are named after it"
        } else {
            "its name becomes a label"
        };
        resolving.tell(finding.note(why).help("give a shorter `cronName`"));
    }
    let data_source = &spec.managed_data_source;
    if data_source.value.len() + suffix > LABEL_MAX {
        let title = format!("the DataSource `{}` leaves no room for its architecture", data_source.value);
        let finding = Diagnostic::new(&DATA_SOURCE_NAME_TOO_LONG, title)
            .at(resolving.place(&data_source.origin), "too long");
        resolving.tell(finding.help(format!("shorten it to {} characters", LABEL_MAX - suffix)));
    }
}

/// Names of images of one's own that are those of common images.
fn check_common(resolving: &mut Resolving<'_, '_>, cron: &Cron) {
    let Some(data_source) = cron.managed().cloned() else { return };
    let namespace = resolving.namespace_of(cron).value;
    if resolving.common_list.of_cron(&cron.name.value).is_some() && !is_override(resolving, cron) {
        let title = format!("`{}` is the DataImportCron of a common boot image", cron.name.value);
        let finding = Diagnostic::new(&COMMON_CRON_NAME, title)
            .at(resolving.place(&cron.name.origin), "an image of your own")
            .help("override the common image under `goldenImages.commonBootImages.images`, or give yours another `cronName`");
        resolving.tell(finding);
        return;
    }
    let taken = PLACEHOLDERS.contains(&data_source.value.as_str())
        || resolving.common_list.find(&data_source.value).is_some();
    if matches!(resolving.carrier, Carrier::Raw) && resolving.is_platforms(&namespace) && taken {
        let title = format!("the DataSource `{}` belongs to SSP", data_source.value);
        let finding = Diagnostic::new(&COMMON_DATA_SOURCE, title)
            .at(resolving.place(&data_source.origin), "a DataImportCron of your own")
            .help("rename the image, or give `goldenImages.namespace`");
        resolving.tell(finding);
    }
}

fn is_override(resolving: &Resolving<'_, '_>, cron: &Cron) -> bool {
    let images = resolving.common.images.get();
    let written = images.and_then(|images| images.value.get(cron.image.value.as_str()));
    written.and_then(|image| image.get()).is_some_and(|image| image.origin == cron.image.origin)
}

/// Two images of one DataSource: our own among each other, behind their architectures, and a common image that is kept.
fn check_data_sources(resolving: &mut Resolving<'_, '_>, crons: &[Cron]) {
    let mut taken: BTreeMap<(String, String), Sourced<String>> = kept_common(resolving, crons);
    for cron in crons {
        let Some(managed) = cron.managed() else { continue };
        let namespace = resolving.namespace_of(cron).value;
        for name in names_of(managed, cron) {
            if let Some(other) = taken.get(&(namespace.clone(), name.clone())) {
                let other = other.clone();
                two_images(resolving, &name, &managed.origin, &other);
                break;
            }
            taken.insert((namespace.clone(), name), managed.clone());
        }
    }
}

fn names_of(managed: &Sourced<String>, cron: &Cron) -> Vec<String> {
    let by_architecture = architectures(cron).into_iter().map(|one| format!("{}-{one}", managed.value));
    std::iter::once(managed.value.clone()).chain(by_architecture).collect()
}

/// The DataSources of common images that are neither dropped nor overridden; their origin is what keeps them.
fn kept_common(resolving: &Resolving<'_, '_>, crons: &[Cron]) -> BTreeMap<(String, String), Sourced<String>> {
    if !resolving.common_list.imported {
        return BTreeMap::new();
    }
    let namespace = resolving
        .common
        .namespace
        .get()
        .map_or_else(|| golden(resolving), |namespace| namespace.value.to_string());
    let named = |cron: &str| crons.iter().any(|known| known.name.value == cron);
    let kept = resolving.common_list.images.iter().filter(|image| !named(&image.cron.value));
    kept.map(|image| {
        let origin = image.cron.origin.clone();
        ((namespace.clone(), image.data_source.clone()), Sourced { value: image.data_source.clone(), origin })
    })
    .collect()
}

fn golden(resolving: &Resolving<'_, '_>) -> String {
    resolving.asked.platform.namespaces.boot_images.to_string()
}

fn two_images(resolving: &mut Resolving<'_, '_>, name: &str, origin: &Origin, other: &Sourced<String>) {
    let common = resolving.common_list.find(name).is_some();
    let is_common = |origin: &Origin| common && is_of_common(resolving, name, origin);
    let (own, other) = if is_common(origin) { (&other.origin, origin) } else { (origin, &other.origin) };
    let words = if common { "and this common boot image keeps the same name" } else { "and this one" };
    let finding = Diagnostic::new(&TWO_IMAGES, format!("two images manage the DataSource `{name}`"))
        .at(resolving.place(own), "this one")
        .with(resolving.place(other), words)
        .note("SSP keeps the last of two templates with one managedDataSource and drops the other silently");
    let help = if common {
        "rename it, or write it under `goldenImages.commonBootImages.images`"
    } else {
        "rename one"
    };
    resolving.tell(finding.help(help));
}

/// Whether an override of the common image of this name stands there.
fn is_of_common(resolving: &Resolving<'_, '_>, name: &str, origin: &Origin) -> bool {
    let images = resolving.common.images.get();
    let written = images.and_then(|images| images.value.get(name)).and_then(|image| image.get());
    written.is_some_and(|image| image.origin.written() == origin.written())
}

/// Two DataImportCrons of one name.
fn check_crons(resolving: &mut Resolving<'_, '_>, crons: &[Cron]) {
    for pair in crons.windows(2) {
        let [first, second] = pair else { continue };
        let is_common = resolving.common_list.of_cron(&first.name.value).is_some();
        if first.name.value == second.name.value && !is_common {
            let title = format!("two images have the DataImportCron `{}`", first.name.value);
            let finding = Diagnostic::new(&TWO_IMAGES, title)
                .at(resolving.place(&second.name.origin), "this one")
                .with(resolving.place(&first.name.origin), "and this one")
                .help("give one of them another `cronName`");
            resolving.tell(finding);
        }
    }
}
