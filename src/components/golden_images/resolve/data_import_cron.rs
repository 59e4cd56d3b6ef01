//! One DataImportCron from what its image wants: spec, labels and annotations.

use super::asked::{Resolving, text};
use super::image_defaults::{WantedImage, part};
use crate::components::golden_images::cron::{Cron, CronSpec, Keys, Source};
use crate::components::golden_images::hazards::{
    ARCHITECTURE_NOT_SERVED, ARCHITECTURE_UNSUPPORTED, IMAGES_GO_WITH_AN_EDIT, NO_SIZE,
};
use crate::components::golden_images::image::Retention;
use crate::diagnostic::Diagnostic;
use crate::provenance::{DefaultRule, Sourced};
use crate::spec::Architecture;

/// The annotation that SSP and HyperConverged read architectures from.
pub(super) const ARCHITECTURES: &str = "ssp.kubevirt.io/dict.architectures";

static IMMEDIATE: DefaultRule = DefaultRule {
    path: "goldenImages.images",
    reason: "imports bind their volume at once, also on storage classes that wait for a consumer",
};

/// Completes the image. `namespace` is that of the DataImportCron. None where findings leave none.
pub(super) fn complete(
    resolving: &mut Resolving<'_, '_>,
    wanted: &WantedImage<'_>,
    name: Sourced<String>,
    namespace: Option<Sourced<String>>,
    source: Source,
) -> Option<Cron> {
    let schedule = wanted.schedule(resolving);
    let (size, sized, service_account) = match &source {
        Source::Pvc(volume) => {
            (wanted.own_size(), true, super::pull::service_account(resolving, wanted, volume))
        }
        Source::Registry(_) => {
            let size = wanted.size(resolving);
            let sized = has_size(resolving, wanted, size.as_ref());
            (size, sized, None)
        }
    };
    let retention_policy = wanted.retention(resolving);
    warn_of_retention(resolving, &retention_policy);
    let annotations = annotations(resolving, wanted)?;
    let spec = CronSpec {
        schedule: schedule?,
        managed_data_source: wanted.name.clone(),
        garbage_collect: wanted.garbage_collect(resolving),
        imports_to_keep: wanted.keep(resolving),
        retention_policy,
        service_account,
        source,
        size,
        storage_class: wanted.storage_class(resolving),
    };
    sized.then(|| Cron {
        image: wanted.name.clone(),
        name,
        namespace,
        labels: labels(wanted),
        annotations,
        spec: Some(spec),
    })
}

/// The annotations that every DataImportCron has: never none, since CDI's poller cannot add to a map that is not there.
pub(super) fn immediate() -> Keys {
    let key = "cdi.kubevirt.io/storage.bind.immediate.requested".to_owned();
    Keys::from([(key, Sourced::default_of(&IMMEDIATE, "true".to_owned()))])
}

/// Whether the size is said where it must be: only a PVC brings its own along.
fn has_size(
    resolving: &mut Resolving<'_, '_>,
    wanted: &WantedImage<'_>,
    size: Option<&Sourced<String>>,
) -> bool {
    if size.is_some() {
        return true;
    }
    let title = format!("`{}` has no size", wanted.name.value);
    let finding = Diagnostic::new(&NO_SIZE, title).at(resolving.place(&wanted.name.origin), "this image");
    let help = format!("give `{}`, or `goldenImages.defaults.size` for all images", part(wanted, "size"));
    resolving.tell(finding.note("CDI refuses an import from a registry without one").help(help));
    false
}

fn labels(wanted: &WantedImage<'_>) -> Keys {
    if wanted.common.is_some() {
        return Keys::new();
    }
    let settings = [
        ("instancetype.kubevirt.io/default-instancetype", &wanted.spec.default_instancetype),
        ("instancetype.kubevirt.io/default-preference", &wanted.spec.default_preference),
    ];
    let given =
        settings.into_iter().filter_map(|(key, setting)| Some((key.to_owned(), text(setting.get()?))));
    given.collect()
}

fn annotations(resolving: &mut Resolving<'_, '_>, wanted: &WantedImage<'_>) -> Option<Keys> {
    let mut annotations = immediate();
    if !resolving.multi_architecture.value {
        return Some(annotations);
    }
    let common = wanted.common.and_then(|common| common.architectures.clone());
    let own = match wanted.spec.architectures.get() {
        Some(given) => Some(checked_architectures(resolving, wanted, given)?),
        None => None,
    };
    annotations.extend(own.or(common).map(|list| (ARCHITECTURES.to_owned(), list)));
    Some(annotations)
}

/// The list as the annotation has it: HyperConverged splits at each comma and does not trim.
fn checked_architectures(
    resolving: &mut Resolving<'_, '_>,
    wanted: &WantedImage<'_>,
    given: &Sourced<Vec<Architecture>>,
) -> Option<Sourced<String>> {
    let supported = |one: &Architecture| *one != Architecture::Ppc64le;
    if let Some(other) = given.value.iter().find(|one| !supported(one)) {
        let title = format!("`{}` lists `{other}`, which golden images do not support", wanted.name.value);
        let finding =
            Diagnostic::new(&ARCHITECTURE_UNSUPPORTED, title).at(resolving.place(&given.origin), "in here");
        resolving.tell(finding.help("list amd64, arm64 and s390x only"));
        return None;
    }
    let nodes = &resolving.asked.platform.architectures;
    if !given.value.iter().any(|one| nodes.value.contains(one)) {
        let title = format!("`{}` has no architecture of this cluster", wanted.name.value);
        let finding = Diagnostic::new(&ARCHITECTURE_NOT_SERVED, title)
            .at(resolving.place(&given.origin), "those of the image")
            .with(resolving.place(&nodes.origin), "those of the nodes")
            .help("drop the image from this site with `enabled: false`, or list the architecture in `platform.architectures`");
        resolving.tell(finding);
    }
    let names: Vec<&str> = given.value.iter().map(|one| one.name()).collect();
    Some(Sourced { value: names.join(","), origin: given.origin.clone() })
}

fn warn_of_retention(resolving: &mut Resolving<'_, '_>, retention: &Sourced<Retention>) {
    if retention.value == Retention::All || retention.origin.written().is_none() {
        return;
    }
    let title = "an edit of an image may delete all its imports";
    let finding = Diagnostic::new(&IMAGES_GO_WITH_AN_EDIT, title)
        .at(resolving.place(&retention.origin), "with this retention")
        .note("a DataImportCron cannot be changed: it is deleted and made again, and its imports go with it")
        .help("keep the retention `All`, and set `None` only before the image leaves for good");
    resolving.tell(finding);
}
