//! Custom images: `goldenImages.images`.

use super::asked::{Resolving, text};
use super::data_import_cron;
use super::image_defaults::WantedImage;
use super::pull;
use crate::components::golden_images::cron::{Cron, Source};
use crate::components::golden_images::hazards::NO_SOURCE;
use crate::components::golden_images::image::{ImageSource, ImageSpec, Pull};
use crate::components::golden_images::spec::GoldenImagesSpec;
use crate::diagnostic::Diagnostic;
use crate::name::DnsLabel;
use crate::provenance::{DefaultRule, Setting, Sourced};
use crate::spec::ImageReference;

static ENABLED: DefaultRule =
    DefaultRule { path: "goldenImages.images.*.enabled", reason: "what is declared is there" };

/// One DataImportCron for each image that is there.
pub(super) fn resolve(resolving: &mut Resolving<'_, '_>) -> Vec<Cron> {
    let images = images(resolving.asked.spec);
    images.into_iter().filter_map(|(name, spec)| image(resolving, name, spec)).collect()
}

/// The references, as written, that nodes pull by tag: what `registries` mirrors by tag.
pub fn node_pulls(section: &Setting<GoldenImagesSpec>) -> Vec<Sourced<ImageReference>> {
    let Some(spec) = section.get() else { return Vec::new() };
    let common = spec.common_boot_images.get().and_then(|common| common.images.get());
    let common = common
        .into_iter()
        .flat_map(|images| &images.value)
        .filter_map(|(_, image)| Some(&image.get()?.value));
    let own = images(spec).into_iter().map(|(_, image)| &image.value);
    let defaults = spec.defaults.get().and_then(|defaults| defaults.pull.get());
    let by_node =
        |image: &&ImageSpec| image.pull.get().or(defaults).is_some_and(|pull| pull.value == Pull::Node);
    let there = |image: &&ImageSpec| image.enabled.or(&ENABLED, || true).value;
    let from_registry = |image: &ImageSpec| match image.source() {
        Some(ImageSource::Registry(reference)) => Some(reference.clone()),
        _ => None,
    };
    own.chain(common).filter(there).filter(by_node).filter_map(from_registry).collect()
}

fn images(spec: &GoldenImagesSpec) -> Vec<(&DnsLabel, &Sourced<ImageSpec>)> {
    let written = spec.images.get().into_iter().flat_map(|images| &images.value);
    let there = |image: &Sourced<ImageSpec>| image.enabled.or(&ENABLED, || true).value;
    written.filter_map(|(name, image)| Some((name, image.get()?))).filter(|(_, image)| there(image)).collect()
}

fn image(resolving: &mut Resolving<'_, '_>, name: &DnsLabel, spec: &Sourced<ImageSpec>) -> Option<Cron> {
    let name = Sourced { value: name.to_string(), origin: spec.origin.clone() };
    let path = format!("goldenImages.images.{}", name.value);
    let wanted = WantedImage { name: &name, path, spec: &spec.value, common: None };
    let source = source(resolving, &wanted)?;
    let cron = cron_name(&name, spec);
    data_import_cron::complete(resolving, &wanted, cron, namespace(resolving), source)
}

/// The name that is given, or the one that HyperConverged's own images follow.
fn cron_name(name: &Sourced<String>, spec: &ImageSpec) -> Sourced<String> {
    let derived = || {
        Sourced::derived(
            format!("{}-image-cron", name.value),
            "DataImportCron: <image>-image-cron",
            &[&name.origin],
        )
    };
    spec.cron_name.get().map_or_else(derived, text)
}

/// None for a template that stays in the platform's golden namespace.
fn namespace(resolving: &Resolving<'_, '_>) -> Option<Sourced<String>> {
    let raw = matches!(resolving.carrier, super::Carrier::Raw);
    let elsewhere = resolving.namespace.value != resolving.asked.platform.namespaces.boot_images.as_str();
    (raw || elsewhere).then(|| resolving.namespace.clone())
}

fn source(resolving: &mut Resolving<'_, '_>, wanted: &WantedImage<'_>) -> Option<Source> {
    if let Some(given) = wanted.spec.source() {
        return pull::source(resolving, wanted, given);
    }
    let title = format!("`{}` has no source", wanted.name.value);
    let finding = Diagnostic::new(&NO_SOURCE, title).at(resolving.place(&wanted.name.origin), "this image");
    resolving.tell(finding.help("give one of `registry`, `imageStream`, `pvc`"));
    None
}

/// Whether a setting is there for an image, by its own word or by default.
pub(super) fn is_enabled(setting: &Setting<bool>) -> bool {
    setting.or(&ENABLED, || true).value
}
