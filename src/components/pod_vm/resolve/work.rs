//! The Jobs that make and delete images, where the runner is not the operator: what they are made of.

use super::asked::Resolving;
use super::config_data::{Entry, joined, text, text_or, yes_or_no};
use super::image::Image;
use super::names;
use crate::capability::Capability;
use crate::components::pod_vm::hazards::RELEASE_NOT_FULL;
use crate::components::pod_vm::inputs::Inputs;
use crate::components::pod_vm::spec::{
    Confidential, Credentials, Provider, ResourcesSpec, WorkImagesSpec, WorkSpec,
};
use crate::diagnostic::Diagnostic;
use crate::provenance::{DefaultRule, Setting, Sourced};
use crate::spec::ContainerImage;

/// What the Jobs are made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// What the image is made from.
    pub inputs: Inputs,
    /// The container image of the builder.
    pub builder: Sourced<String>,
    /// The container image with the programs of a built image; none where the Job of ours imports one.
    pub payload: Option<Sourced<String>>,
    /// The container image that imports artifacts in our way; none where the release does it.
    pub import: Option<Sourced<String>>,
    /// Environment of the Jobs that make an image: what ConfigMaps cannot say, since the operator writes over it.
    pub environment: Vec<Entry>,
    /// The proxy, in the environment of all Jobs.
    pub proxy: Vec<Entry>,
    /// Seconds after which a Job is given up; none for never.
    pub deadline: Option<Sourced<u32>>,
    /// What a Job asks of its node.
    pub resources: Option<Resources>,
    /// The service account.
    pub service_account: Sourced<String>,
    /// Whether that is ours.
    pub is_account_ours: bool,
    /// Whether nothing reaches the Jobs.
    pub is_isolated: Sourced<bool>,
    /// Whether the Job that builds looks at its result.
    pub checks_result: Sourced<bool>,
    /// Whether the gallery goes with the image.
    pub deletes_gallery: Sourced<bool>,
    /// Whether the Jobs mount registry credentials and an SSH key.
    pub has_credentials: Sourced<bool>,
    /// Whether those that make an image are privileged.
    pub is_privileged: Sourced<bool>,
    /// Whether a killed build is cleaned up.
    pub cleans_up: Sourced<bool>,
    /// Whether they pull as the node does.
    pub pulls_as_host: Sourced<bool>,
    /// Whether the release has Google Cloud, whose ConfigMap the Jobs then read.
    pub knows_google: Sourced<bool>,
    /// Whether the release has libvirt, whose ConfigMap the Jobs then read.
    pub knows_libvirt: Sourced<bool>,
    /// Whether the deletion knows the variable of Google Cloud.
    pub deletes_on_google: Sourced<bool>,
    /// Whether they read the ConfigMap of IBM Cloud.
    pub reads_ibm_cloud: Sourced<bool>,
    /// Whether they mount a token that clouds trust.
    pub has_token: Sourced<bool>,
}

impl Work {
    /// Whether the Job that makes the image runs a script of ours: the import, or the one around the builder.
    pub fn runs_script(&self) -> bool {
        self.import.is_some() || self.checks_result.value
    }
}

/// What a Job asks of its node.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Resources {
    /// Processor time.
    pub cpu: Sourced<String>,
    /// Memory.
    pub memory: Sourced<String>,
    /// Disk space.
    pub ephemeral_storage: Sourced<String>,
}

/// The account that the Jobs get, unless the cloud trusts only that of the operator.
pub(super) const OWN_ACCOUNT: &str = "goldsmith-pod-vm";
const REGISTRY: &str = "registry.redhat.io/openshift-sandboxed-containers";

static DEADLINE: DefaultRule = DefaultRule {
    path: "podVM.work.deadlineSeconds",
    reason: "a Job that lacks a Secret would wait for ever, and no image takes two hours",
};
static ENABLED: DefaultRule = DefaultRule {
    path: "podVM.work.resources.enabled",
    reason: "an image is held several times while it is converted, and a full node evicts its pods",
};
static CPU: DefaultRule = DefaultRule {
    path: "podVM.work.resources.cpu",
    reason: "most of the time is spent waiting for the cloud",
};
static MEMORY: DefaultRule =
    DefaultRule { path: "podVM.work.resources.memory", reason: "images are converted in small pieces" };
static STORAGE: DefaultRule = DefaultRule {
    path: "podVM.work.resources.ephemeralStorage",
    reason: "compressed, unpacked, raw and converted, of an image of 10 GiB",
};
static ACCOUNT: DefaultRule = DefaultRule {
    path: "podVM.work.serviceAccount",
    reason: "the account of the operator may write every Secret of the cluster",
};
static ISOLATED: DefaultRule = DefaultRule {
    path: "podVM.work.networkPolicy.enabled",
    reason: "nothing has to reach a Job that holds the credentials of a cloud",
};
static CHECKED: DefaultRule = DefaultRule {
    path: "podVM.work.checkResult",
    reason: "the builder succeeds where its cloud scripts failed, and takes the image before for the new one",
};
static GALLERY: DefaultRule = DefaultRule {
    path: "podVM.azure.gallery.delete",
    reason: "the operator deletes it with the image as well",
};

/// The Jobs of a site; none where the operator makes the image, or there is none to make.
pub(super) fn resolve(
    resolving: &mut Resolving<'_, '_>,
    image: &Image,
    fips: &Sourced<bool>,
    confidential: Option<&Sourced<Confidential>>,
    inputs: impl Fn(&[Entry]) -> Inputs,
) -> Option<Work> {
    let spec = resolving.spec.work.section();
    let images = spec.images.section();
    unread(resolving, image, (&spec, &images));
    if resolving.by_operator() || matches!(image, Image::Id(_)) {
        return None;
    }
    let import = images.import.get().filter(|_| image.is_imported_by_us());
    let builder = release_image(resolving, &images.builder, "builder");
    let payload = import.is_none().then(|| release_image(resolving, &images.payload, "payload"));
    release_in_full(resolving, &images, import.is_some());
    for (image, path) in [
        (&images.builder, "podVM.work.images.builder"),
        (&images.payload, "podVM.work.images.payload"),
        (&images.import, "podVM.work.images.import"),
    ] {
        if let Some(image) = image.get() {
            resolving.pinned(image, path);
        }
    }
    let environment = environment(resolving, image, fips, confidential);
    let inputs = inputs(&more_inputs(resolving, image, (&builder, payload.as_ref()), &environment));
    let (service_account, is_account_ours) = account(resolving, &spec, image, import.is_some());
    let can = |capability| resolving.can(capability).sourced();
    Some(Work {
        inputs,
        builder,
        payload,
        import: import.map(text),
        environment,
        proxy: proxy(&spec),
        deadline: Some(spec.deadline_seconds.or(&DEADLINE, || 7200)).filter(|deadline| deadline.value > 0),
        resources: resources(&spec.resources.section()),
        service_account,
        is_account_ours,
        is_isolated: spec.network_policy.section().enabled.or(&ISOLATED, || true),
        checks_result: spec.check_result.or(&CHECKED, || true),
        deletes_gallery: resolving.spec.azure.section().gallery.section().delete.or(&GALLERY, || true),
        has_credentials: can(Capability::ImageJobCredentials),
        is_privileged: can(Capability::ImageJobPrivileged),
        cleans_up: can(Capability::ImageJobCleanup),
        pulls_as_host: can(Capability::ImageJobHostRegistries),
        knows_google: can(Capability::PodVmOnGoogleCloud),
        knows_libvirt: can(Capability::PodVmOnLibvirt),
        deletes_on_google: can(Capability::DeletionOnGoogleCloud),
        reads_ibm_cloud: can(Capability::ImageJobIbmCloud),
        has_token: can(Capability::ImageJobToken),
    })
}

/// Settings of Jobs that are not there.
fn unread(resolving: &mut Resolving<'_, '_>, image: &Image, (work, images): (&WorkSpec, &WorkImagesSpec)) {
    let spec = resolving.spec;
    let (decides, why) = if resolving.by_operator() {
        (&resolving.runner.origin, "the operator makes the image")
    } else {
        (image.origin(), "there is no image to make")
    };
    let no_work = resolving.by_operator() || matches!(image, Image::Id(_));
    let by_us = image.is_imported_by_us();
    let not_ours = "the Job of Goldsmith imports it";
    let is_in_a_file = matches!(image, Image::Artifact(artifact) if !artifact.is_bootc);
    let settings = [
        ("podVM.work", spec.work.origin(), no_work, decides, why),
        ("podVM.generation", spec.generation.origin(), no_work, decides, why),
        (
            "podVM.work.images.import",
            images.import.origin(),
            !no_work && !is_in_a_file,
            image.origin(),
            "no file is imported",
        ),
        ("podVM.work.images.payload", images.payload.origin(), by_us, image.origin(), not_ours),
        ("podVM.work.checkResult", work.check_result.origin(), by_us, image.origin(), not_ours),
    ];
    for (path, origin, is_unread, decides, why) in settings {
        let Some(origin) = origin.filter(|_| is_unread) else { continue };
        resolving.no_effect(format!("`{path}` has no effect here"), (origin, "not read"), (decides, why));
    }
}

/// An image of the release by its full version, never a tag that moves.
fn release_image(
    resolving: &Resolving<'_, '_>,
    given: &Setting<ContainerImage>,
    name: &str,
) -> Sourced<String> {
    if let Some(given) = given.get() {
        return text(given);
    }
    let release = resolving.release;
    let version = release.full().unwrap_or_else(|| release.to_string());
    let rule = format!("{name} image: osc-podvm-{name}-rhel9 with the version of the release");
    Sourced::derived(format!("{REGISTRY}/osc-podvm-{name}-rhel9:{version}"), rule, &[&release.origin])
}

fn release_in_full(resolving: &mut Resolving<'_, '_>, images: &WorkImagesSpec, by_us: bool) {
    let release = resolving.release;
    let by_release = images.builder.is_unset() || !by_us && images.payload.is_unset();
    if release.full().is_some() || !by_release {
        return;
    }
    let finding = Diagnostic::new(
        &RELEASE_NOT_FULL,
        "the images of the Jobs have the full version of the release as their tag",
    )
    .at(resolving.place(&release.origin), "only the minor is known")
    .help(format!("give the full version: `platform.sandboxedContainers: \"{}.1\"`", release.minor()))
    .help("or the images: `podVM.work.images.builder` and `podVM.work.images.payload`");
    resolving.tell(finding);
}

/// What the operator writes over in the ConfigMap stands here, where it wins (podvm 1.0, W4).
fn environment(
    resolving: &Resolving<'_, '_>,
    image: &Image,
    fips: &Sourced<bool>,
    confidential: Option<&Sourced<Confidential>>,
) -> Vec<Entry> {
    let gates = resolving.can(Capability::SandboxFeatureGates);
    let confidential = match confidential {
        Some(technology) => Sourced::derived(
            true,
            "CONFIDENTIAL_COMPUTE_ENABLED: podVM.confidential is given",
            &[&technology.origin],
        ),
        None => Sourced { value: false, origin: gates.origin },
    };
    let mut all = vec![
        Entry { key: "BOOT_FIPS", value: yes_or_no(fips) },
        Entry { key: "CONFIDENTIAL_COMPUTE_ENABLED", value: yes_or_no(&confidential) },
    ];
    let built =
        || Sourced::derived(String::new(), "PODVM_IMAGE_URI: empty, the image is built", &[image.origin()]);
    let uri = if let Image::Artifact(artifact) = image { artifact.uri.clone() } else { Some(built()) };
    all.extend(uri.map(|value| Entry { key: "PODVM_IMAGE_URI", value }));
    all
}

/// Inputs that stand in no ConfigMap.
fn more_inputs(
    resolving: &Resolving<'_, '_>,
    image: &Image,
    (builder, payload): (&Sourced<String>, Option<&Sourced<String>>),
    environment: &[Entry],
) -> Vec<Entry> {
    let mut all = environment.to_vec();
    if let Image::Artifact(artifact) = image {
        if artifact.uri.is_none() {
            all.push(Entry { key: "artifact.oci", value: text(&artifact.image) });
            all.push(Entry { key: "artifact.path", value: artifact.path.clone() });
        }
        all.extend(artifact.sha256.clone().map(|value| Entry { key: "artifact.sha256", value }));
        all.push(Entry { key: "artifact.architecture", value: text(&artifact.architecture) });
    } else {
        all.push(Entry { key: "builder", value: builder.clone() });
        all.extend(payload.map(|payload| Entry { key: "payload", value: payload.clone() }));
    }
    all.extend(names::inputs(resolving));
    let generation = resolving.spec.generation.get();
    all.extend(generation.map(|generation| Entry { key: "generation", value: text(generation) }));
    all
}

fn account(
    resolving: &Resolving<'_, '_>,
    spec: &WorkSpec,
    image: &Image,
    by_us: bool,
) -> (Sourced<String>, bool) {
    if let Some(given) = spec.service_account.get() {
        return (text(given), given.value.as_str() == OWN_ACCOUNT);
    }
    let token = resolving.spec.credentials.get().filter(|mode| mode.value == Credentials::Token);
    if let Some(token) = token {
        let rule = "service account: that of the operator, since the cloud trusts no other";
        return (Sourced::derived("default".to_owned(), rule, &[&token.origin]), false);
    }
    let asks = resolving.can(Capability::ReleaseImage);
    let imported_by_release = matches!(image, Image::Artifact(_)) && !by_us;
    if imported_by_release && asks.available && resolving.provider.value == Provider::Aws {
        let rule = "service account: that of the operator, since the import asks for credentials of its own";
        let origins = [&asks.origin, image.origin()];
        return (Sourced::derived("default".to_owned(), rule, &origins), false);
    }
    let origin = spec.service_account.origin_or(&ACCOUNT);
    (Sourced { value: OWN_ACCOUNT.to_owned(), origin }, true)
}

fn resources(spec: &ResourcesSpec) -> Option<Resources> {
    if !spec.enabled.or(&ENABLED, || true).value {
        return None;
    }
    Some(Resources {
        cpu: text_or(&spec.cpu, &CPU, "500m"),
        memory: text_or(&spec.memory, &MEMORY, "2Gi"),
        ephemeral_storage: text_or(&spec.ephemeral_storage, &STORAGE, "40Gi"),
    })
}

fn proxy(spec: &WorkSpec) -> Vec<Entry> {
    let proxy = spec.proxy.section();
    let mut all = Vec::new();
    all.extend(proxy.http.get().map(|value| Entry { key: "HTTP_PROXY", value: value.clone() }));
    all.extend(proxy.https.get().map(|value| Entry { key: "HTTPS_PROXY", value: value.clone() }));
    all.extend(proxy.except.get().map(|list| Entry { key: "NO_PROXY", value: joined(list, ",") }));
    all
}
