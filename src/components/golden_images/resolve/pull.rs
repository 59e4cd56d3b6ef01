//! Where the bytes of an import come from and who fetches them: registry references behind mirrors, the Secrets and
//! ConfigMaps that a pod needs, and the rights to clone a PVC.

use super::asked::{Resolving, text};
use super::image_defaults::{WantedImage, part};
use crate::capability::Capability;
use crate::capability::Product;
use crate::components::golden_images::cron::{Cron, RegistryImage, RegistrySource, Source, VolumeReference};
use crate::components::golden_images::hazards::{
    FIELD_MISSING, NODE_PULL_IGNORES, STREAM_PULLED_BY_POD, STREAM_WITHOUT_OPENSHIFT,
};
use crate::components::golden_images::image::{ImageSource, Pull};
use crate::components::golden_images::spec::ObjectReference;
use crate::diagnostic::Diagnostic;
use crate::provenance::{DefaultRule, Origin, Sourced};
use crate::spec::ImageReference;

/// A service account that clones volumes of another namespace for imports.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRight {
    /// Where the volumes are.
    pub source_namespace: Sourced<String>,
    /// Where the service account is: with the DataImportCron.
    pub namespace: Sourced<String>,
    /// Its name.
    pub account: Sourced<String>,
    /// Whether we render the service account.
    pub managed: bool,
}

/// The service account of imports, where the spec names none.
const ACCOUNT: &str = "golden-image-import";

static STREAM_BY_NODE: DefaultRule = DefaultRule {
    path: "goldenImages.images.*.pull",
    reason: "CDI accepts an ImageStream pulled by the node only",
};
static DEFAULT_ACCOUNT: DefaultRule = DefaultRule {
    path: "goldenImages.images.*.serviceAccount",
    reason: "before CDI lets a DataImportCron name one, it clones as `default`",
};

/// The source that an image gives; none where a finding leaves none.
pub(super) fn source(
    resolving: &mut Resolving<'_, '_>,
    wanted: &WantedImage<'_>,
    given: ImageSource<'_>,
) -> Option<Source> {
    match given {
        ImageSource::Registry(image) => {
            let pull = wanted.pull(resolving);
            Some(Source::Registry(registry(resolving, wanted, image, pull)))
        }
        ImageSource::ImageStream(stream) => image_stream(resolving, wanted, stream).map(Source::Registry),
        ImageSource::Pvc(volume) => pvc(resolving, wanted, volume).map(Source::Pvc),
    }
}

/// An image of a registry, as CDI shall pull it.
pub(super) fn registry(
    resolving: &mut Resolving<'_, '_>,
    wanted: &WantedImage<'_>,
    image: &Sourced<ImageReference>,
    pull: Sourced<Pull>,
) -> RegistrySource {
    if !polled_by_pod(resolving, &pull) {
        warn_of_what_the_node_ignores(resolving, wanted, &pull);
        return RegistrySource::new(url_of(image.clone()), pull);
    }
    let registries = resolving.asked.registries;
    let mirrored = registries.rewrite(image);
    let is_mirrored = mirrored.is_some();
    let reached = mirrored.unwrap_or_else(|| image.clone());
    let credentials = registries.credentials(reached.value.host());
    let secret = credentials.and_then(|credentials| credentials.cdi.as_ref());
    let is_ours = is_mirrored || credentials.is_some();
    let trusted = registries.trusted_ca.as_ref().filter(|_| is_ours).map(|trusted| &trusted.config_map);
    RegistrySource {
        secret: wanted.spec.secret.get().or(secret).map(text),
        certificates: wanted.spec.certificates.get().or(trusted).map(text),
        ..RegistrySource::new(url_of(reached), pull)
    }
}

/// Whether a pod asks the registry for news: always with a pull by pod, and with a pull by node before CDI 1.63.
pub(super) fn polled_by_pod(resolving: &Resolving<'_, '_>, pull: &Sourced<Pull>) -> bool {
    pull.value == Pull::Pod || !resolving.can(Capability::NodePullPolling).available
}

/// An ImageStream of the image's namespace.
fn image_stream(
    resolving: &mut Resolving<'_, '_>,
    wanted: &WantedImage<'_>,
    stream: &Sourced<String>,
) -> Option<RegistrySource> {
    let place = resolving.place(&stream.origin);
    if !resolving.asked.platform.has(Product::OpenShift) {
        let title =
            format!("`{}` is pulled from an ImageStream, and the site is no OpenShift", wanted.name.value);
        let finding = Diagnostic::new(&STREAM_WITHOUT_OPENSHIFT, title).at(place, "an ImageStream");
        resolving.tell(finding.help("name the image itself with `registry`"));
        return None;
    }
    if let Some(pull) = wanted.spec.pull.get().filter(|pull| pull.value == Pull::Pod) {
        let title = format!("the ImageStream of `{}` is to be pulled by a pod", wanted.name.value);
        let finding =
            Diagnostic::new(&STREAM_PULLED_BY_POD, title).at(resolving.place(&pull.origin), "by a pod");
        resolving.tell(finding.with(place, "an ImageStream").help("leave `pull` out, or write `pull: node`"));
        return None;
    }
    let by_node = Sourced { value: Pull::Node, origin: wanted.spec.pull.origin_or(&STREAM_BY_NODE) };
    warn_of_what_the_node_ignores(resolving, wanted, &by_node);
    Some(RegistrySource::new(RegistryImage::ImageStream(stream.clone()), by_node))
}

/// A PVC, in the namespace of the image unless it names another.
fn pvc(
    resolving: &mut Resolving<'_, '_>,
    wanted: &WantedImage<'_>,
    pvc: &Sourced<ObjectReference>,
) -> Option<VolumeReference> {
    let path = part(wanted, "pvc");
    if !resolving.require(Capability::PvcSource, &path, &pvc.origin) {
        return None;
    }
    volume(resolving, &path, pvc, &resolving.namespace.clone())
}

/// A volume by reference; none, with a finding, without a name.
pub(super) fn volume(
    resolving: &mut Resolving<'_, '_>,
    path: &str,
    reference: &Sourced<ObjectReference>,
    home: &Sourced<String>,
) -> Option<VolumeReference> {
    let Some(name) = reference.name.get() else {
        resolving.missing(&format!("{path}.name"), &reference.origin);
        return None;
    };
    let namespace = reference.namespace.get().map_or_else(
        || {
            Sourced::derived(
                home.value.clone(),
                format!("{path}.namespace: that of what refers to it"),
                &[&home.origin],
            )
        },
        text,
    );
    Some(VolumeReference { namespace, name: text(name) })
}

/// The service account that an import from a PVC clones with, where CDI asks for one.
pub(super) fn service_account(
    resolving: &mut Resolving<'_, '_>,
    wanted: &WantedImage<'_>,
    volume: &VolumeReference,
) -> Option<Sourced<String>> {
    if let Some(given) = wanted.spec.service_account.get() {
        let path = part(wanted, "serviceAccount");
        return resolving
            .require(Capability::ImportServiceAccount, &path, &given.origin)
            .then(|| text(given));
    }
    let decision = resolving.can(Capability::ImportServiceAccount);
    let foreign = volume.namespace.value != resolving.namespace.value;
    let rule = "a PVC of another namespace is cloned by a service account of our own";
    (foreign && decision.available)
        .then(|| Sourced::derived(ACCOUNT.to_owned(), rule, &[&volume.namespace.origin, &decision.origin]))
}

/// The rights that imports from volumes of other namespaces need, where CDI checks them.
pub(super) fn import_rights(resolving: &Resolving<'_, '_>, crons: &[Cron]) -> Vec<ImportRight> {
    let mut rights: Vec<ImportRight> = Vec::new();
    if !resolving.can(Capability::PvcSourceAuthorized).available {
        return rights;
    }
    for cron in crons {
        let Some(spec) = &cron.spec else { continue };
        let Source::Pvc(volume) = &spec.source else { continue };
        let namespace = resolving.namespace_of(cron);
        if volume.namespace.value == namespace.value {
            continue;
        }
        let unnamed = || Sourced::default_of(&DEFAULT_ACCOUNT, "default".to_owned());
        let account = spec.service_account.clone().unwrap_or_else(unnamed);
        let managed = matches!(account.origin, Origin::Derived(_)) && account.value == ACCOUNT;
        let right = ImportRight { source_namespace: volume.namespace.clone(), namespace, account, managed };
        let same = |known: &ImportRight| {
            known.source_namespace.value == right.source_namespace.value
                && known.account.value == right.account.value
        };
        if !rights.iter().any(same) {
            rights.push(right);
        }
    }
    rights
}

impl Resolving<'_, '_> {
    /// Tells that a required field is not given.
    pub(super) fn missing(&mut self, path: &str, around: &Origin) {
        let finding = Diagnostic::new(&FIELD_MISSING, format!("`{path}` is not given"));
        let finding = finding.at(self.place(around), "required in here");
        self.tell(finding.help(format!("give `{path}`")));
    }
}

fn url_of(image: Sourced<ImageReference>) -> RegistryImage {
    RegistryImage::Url(image.map(|image| format!("docker://{image}")))
}

fn warn_of_what_the_node_ignores(
    resolving: &mut Resolving<'_, '_>,
    wanted: &WantedImage<'_>,
    pull: &Sourced<Pull>,
) {
    let given = [("secret", wanted.spec.secret.get()), ("certificates", wanted.spec.certificates.get())];
    for (field, name) in given {
        let Some(name) = name else { continue };
        let title = format!("`{}` has no effect on a pull by the node", part(wanted, field));
        let finding = Diagnostic::new(&NODE_PULL_IGNORES, title)
            .at(resolving.place(&name.origin), "not used")
            .with(resolving.place(&pull.origin), "pulled by the node")
            .help("give the node a pull secret (`registries.credentials.<host>.node`), or pull by pod");
        resolving.tell(finding);
    }
}
