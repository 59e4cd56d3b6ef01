//! Common boot images dropped or overridden: `goldenImages.commonBootImages.images`.
//!
//! HyperConverged replaces the whole spec of a common image, so an override is completed whole: from its own words, the
//! defaults of all images, and the upstream list or the snapshot.

use super::asked::{Resolving, text};
use super::common_boot_images::CommonImage;
use super::custom_images::is_enabled;
use super::data_import_cron;
use super::image_defaults::{WantedImage, part};
use super::pull;
use crate::components::golden_images::cron::{Cron, Keys, RegistryImage, RegistrySource, Source};
use crate::components::golden_images::hazards::{
    INCOMPLETE_OVERRIDE, LABELS_OF_OVERRIDE, NO_COMMON_IMAGES, OVERRIDE_NEVER_POLLED, OVERRIDE_WHILE_OFF,
    UNKNOWN_COMMON_IMAGE,
};
use crate::components::golden_images::image::{CommonImageSpec, ImageSource, Pull};
use crate::components::golden_images::resolve::carrier::Carrier;
use crate::diagnostic::{Diagnostic, words};
use crate::name::DnsLabel;
use crate::provenance::decode::similar;
use crate::provenance::{DefaultRule, Sourced};
use crate::spec::ImageReference;

static COMMON_PULL: DefaultRule = DefaultRule {
    path: "goldenImages.commonBootImages.images.*.pull",
    reason: "CDI pulls by pod where an image does not say",
};

/// One template for each common image that the site drops or overrides.
pub(super) fn resolve(resolving: &mut Resolving<'_, '_>) -> Vec<Cron> {
    let images = resolving.common.images.section();
    let named = images.iter().filter_map(|(name, image)| Some((name, image.get()?)));
    named.filter_map(|(name, image)| entry(resolving, name, image)).collect()
}

fn entry(
    resolving: &mut Resolving<'_, '_>,
    name: &DnsLabel,
    spec: &Sourced<CommonImageSpec>,
) -> Option<Cron> {
    let name = Sourced { value: name.to_string(), origin: spec.origin.clone() };
    let drops = !is_enabled(&spec.enabled);
    if !matches!(resolving.carrier, Carrier::HyperConverged(_)) {
        return if drops { None } else { refuse_without_common(resolving, &name) };
    }
    if !resolving.common_list.imported {
        return if drops { None } else { refuse_while_off(resolving, &name) };
    }
    let Some(common) = resolving.common_list.find(&name.value).cloned() else {
        return if resolving.common_list.unknown { None } else { refuse_unknown(resolving, &name, spec) };
    };
    if drops {
        return Some(dropped(&name, &common, spec));
    }
    overridden(resolving, &name, &common, spec)
}

/// A template that switches its common image off needs no spec.
fn dropped(name: &Sourced<String>, common: &CommonImage, spec: &CommonImageSpec) -> Cron {
    let key = "dataimportcrontemplate.kubevirt.io/enable".to_owned();
    let origin = spec.enabled.get().map_or_else(|| name.origin.clone(), |enabled| enabled.origin.clone());
    // HyperConverged adds the annotation of all imports to this entry as well: left out, Git and cluster would differ.
    let mut annotations = data_import_cron::immediate();
    annotations.insert(key, Sourced { value: "false".to_owned(), origin });
    Cron {
        image: name.clone(),
        name: common.cron.clone(),
        namespace: None,
        labels: Keys::new(),
        annotations,
        spec: None,
    }
}

fn overridden(
    resolving: &mut Resolving<'_, '_>,
    name: &Sourced<String>,
    common: &CommonImage,
    spec: &Sourced<CommonImageSpec>,
) -> Option<Cron> {
    let path = format!("goldenImages.commonBootImages.images.{}", name.value);
    let wanted = WantedImage { name, path, spec: &spec.value, common: Some(common) };
    warn_of_labels(resolving, &wanted);
    if wanted.schedule(resolving).is_some_and(|schedule| schedule.value.is_empty())
        && says_never(resolving, &wanted)
    {
        return refuse_never(resolving, &wanted);
    }
    let source = source(resolving, &wanted, common)?;
    if matches!(source, Source::Registry(_))
        && wanted.size(resolving).is_none()
        && resolving.common_list.names_only
    {
        return refuse_incomplete(resolving, &wanted, "its size");
    }
    let namespace = namespace(resolving, common);
    data_import_cron::complete(resolving, &wanted, common.cron.clone(), namespace, source)
}

/// HyperConverged does not move an override to `commonBootImages.namespace`, so it names the namespace itself.
fn namespace(resolving: &Resolving<'_, '_>, common: &CommonImage) -> Option<Sourced<String>> {
    let moved = resolving.common.namespace.get().map(text).or_else(|| common.namespace.clone());
    moved.filter(|namespace| namespace.value != resolving.asked.platform.namespaces.boot_images.as_str())
}

fn source(
    resolving: &mut Resolving<'_, '_>,
    wanted: &WantedImage<'_>,
    common: &CommonImage,
) -> Option<Source> {
    match wanted.spec.source() {
        Some(given) => pull::source(resolving, wanted, given),
        None => inherited(resolving, wanted, common).map(Source::Registry),
    }
}

/// The common image's own source, behind our mirrors where a pod pulls it.
fn inherited(
    resolving: &mut Resolving<'_, '_>,
    wanted: &WantedImage<'_>,
    common: &CommonImage,
) -> Option<RegistrySource> {
    let said = || {
        common
            .pull
            .clone()
            .unwrap_or_else(|| Sourced { value: Pull::Pod, origin: wanted.spec.pull.origin_or(&COMMON_PULL) })
    };
    let pull = wanted.spec.pull.get().cloned().unwrap_or_else(said);
    if let Some(stream) = &common.image_stream {
        return Some(RegistrySource::new(RegistryImage::ImageStream(stream.clone()), pull));
    }
    let Some(url) = &common.url else {
        return refuse_incomplete(resolving, wanted, "its source");
    };
    let reference: Option<ImageReference> =
        url.value.strip_prefix("docker://").and_then(|image| image.parse().ok());
    let Some(value) = reference else {
        return Some(RegistrySource::new(RegistryImage::Url(url.clone()), pull));
    };
    let image = Sourced { value, origin: url.origin.clone() };
    let mut registry = pull::registry(resolving, wanted, &image, pull);
    registry.secret = registry.secret.or_else(|| common.secret.clone());
    registry.certificates = registry.certificates.or_else(|| common.certificates.clone());
    Some(registry)
}

fn says_never(resolving: &Resolving<'_, '_>, wanted: &WantedImage<'_>) -> bool {
    wanted.spec.schedule.get().is_some() || resolving.schedule.is_some()
}

fn warn_of_labels(resolving: &mut Resolving<'_, '_>, wanted: &WantedImage<'_>) {
    let labels = [
        ("defaultInstancetype", &wanted.spec.default_instancetype),
        ("defaultPreference", &wanted.spec.default_preference),
    ];
    for (field, setting) in labels {
        let Some(given) = setting.get() else { continue };
        let title = format!("`{}` has no effect on a common boot image", part(wanted, field));
        let finding =
            Diagnostic::new(&LABELS_OF_OVERRIDE, title).at(resolving.place(&given.origin), "not used");
        resolving.tell(finding.help("drop the common image and write one of your own under another name"));
    }
}

fn refuse_without_common<T>(resolving: &mut Resolving<'_, '_>, name: &Sourced<String>) -> Option<T> {
    let title = format!("`{}` overrides a common boot image, and this site has none", name.value);
    let finding = Diagnostic::new(&NO_COMMON_IMAGES, title).at(resolving.place(&name.origin), "an override");
    let through = resolving.asked.spec.through.get().map(|through| resolving.place(&through.origin));
    let finding = finding.with(through.flatten(), "images go this way");
    resolving.tell(finding.help("write it under `goldenImages.images`, with source and size"));
    None
}

fn refuse_while_off<T>(resolving: &mut Resolving<'_, '_>, name: &Sourced<String>) -> Option<T> {
    let title = format!("`{}` is overridden while all common boot images are off", name.value);
    let off = resolving.common.enabled.get().and_then(|enabled| resolving.place(&enabled.origin));
    let finding = Diagnostic::new(&OVERRIDE_WHILE_OFF, title)
        .at(resolving.place(&name.origin), "this override")
        .with(off, "all of them are off")
        .help("switch the others off one by one with `enabled: false`, or write this one under `goldenImages.images` with a `cronName` of its own");
    resolving.tell(finding);
    None
}

fn refuse_unknown<T>(
    resolving: &mut Resolving<'_, '_>,
    name: &Sourced<String>,
    spec: &CommonImageSpec,
) -> Option<T> {
    let list = &resolving.common_list;
    let title = format!("there is no common boot image `{}`", name.value);
    let mut finding =
        Diagnostic::new(&UNKNOWN_COMMON_IMAGE, title).at(resolving.place(&name.origin), "not one of them");
    let known: Vec<&str> = list.names().collect();
    let place = resolving.place(&name.origin);
    if !known.is_empty() {
        finding = finding.note(format!("known are {}", words::all_of(&known)));
    }
    if let Some(near) = similar(&name.value, known) {
        finding = finding.edit(format!("one of a similar name is `{near}`"), place, near);
    } else if list.names_only {
        finding = finding.help(SNAPSHOT);
    } else if matches!(spec.source(), Some(ImageSource::Registry(_))) {
        finding = finding.help("an image of your own belongs under `goldenImages.images`");
    }
    resolving.tell(finding);
    None
}

fn refuse_never<T>(resolving: &mut Resolving<'_, '_>, wanted: &WantedImage<'_>) -> Option<T> {
    let origin = wanted
        .spec
        .schedule
        .get()
        .or(resolving.defaults.schedule.get())
        .map(|schedule| schedule.origin.clone());
    let title = format!("`{}` shall not be polled, which an override cannot say", wanted.name.value);
    let finding = Diagnostic::new(&OVERRIDE_NEVER_POLLED, title)
        .at(origin.as_ref().and_then(|origin| resolving.place(origin)), "never")
        .with(resolving.place(&wanted.name.origin), "a common boot image")
        .help("give it a schedule, or drop it and write an image of your own");
    resolving.tell(finding);
    None
}

fn refuse_incomplete<T>(
    resolving: &mut Resolving<'_, '_>,
    wanted: &WantedImage<'_>,
    what: &str,
) -> Option<T> {
    let title = format!("the override of `{}` does not say {what}, and nothing else does", wanted.name.value);
    let finding = Diagnostic::new(&INCOMPLETE_OVERRIDE, title)
        .at(resolving.place(&wanted.name.origin), "this override")
        .note("HyperConverged replaces the whole spec, and the values of OpenShift Virtualization are not guessed")
        .help(format!("give the override a source and a `size`; or {SNAPSHOT}"));
    resolving.tell(finding);
    None
}

const SNAPSHOT: &str = "take a snapshot with `oc get hyperconverged kubevirt-hyperconverged -n openshift-cnv -o yaml`, put it below \
                        `snapshots/` and name it in `goldenImages.commonBootImages.snapshot`";
