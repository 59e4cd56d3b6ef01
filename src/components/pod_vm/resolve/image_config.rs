//! The data of `<provider>-podvm-image-cm`: how the image is made.
//!
//! Written completely, since nobody fills a ConfigMap that is there already: an empty key fails the Job, also the one that
//! deletes (podvm 1.4 to 1.9). What the operator writes is left to it.

use super::artifact::Artifact;
use super::asked::Resolving;
use super::config_data::{ConfigData, text, yes_or_no};
use super::image::Image;
use super::{names, policy};
use crate::capability::Capability;
use crate::components::pod_vm::hazards::{
    BUCKET_GOES, BUCKET_MISSING, INSTALLS_NOTHING, NO_EFFECT, NOT_S390X, OTHER_GENERATION, SOURCE_MISSING,
};
use crate::components::pod_vm::spec::{self, BuildSpec, Confidential, Provider, VmGeneration};
use crate::diagnostic::Diagnostic;
use crate::provenance::{DefaultRule, Origin, Setting, Sourced};
use crate::spec::Architecture;

const OF_RELEASE: &str = "as the ConfigMap of the release has it";

macro_rules! of_release {
    ($($name:ident = $path:literal,)+) => {
        $(static $name: DefaultRule = DefaultRule { path: $path, reason: OF_RELEASE };)+
    };
}

of_release! {
    RECORD = "podVM.image.record",
    DOWNLOAD = "podVM.image.build.downloadSources",
    INSTALL = "podVM.image.build.installPackages",
    CLOUD_CONFIG = "podVM.image.build.cloudConfig",
    GPU = "podVM.image.build.gpu",
    DRIVER = "podVM.image.build.gpu.driverVersion",
    USERSPACE = "podVM.image.build.gpu.userspaceVersion",
    REPOSITORY = "podVM.image.build.source.repository",
    REVISION = "podVM.image.build.source.revision",
    VOLUME_SIZE = "podVM.aws.imageVolumeSize",
    BUILD_INSTANCE = "podVM.aws.buildInstanceType",
    BUILD_SIZE = "podVM.azure.buildSize",
    DEFINITION = "podVM.azure.gallery.definition.name",
    PUBLISHER = "podVM.azure.gallery.definition.publisher",
    OFFER = "podVM.azure.gallery.definition.offer",
    SKU = "podVM.azure.gallery.definition.sku",
    GENERATION = "podVM.azure.gallery.definition.vmGeneration",
    BASE_PUBLISHER = "podVM.azure.baseImage.publisher",
    BASE_OFFER = "podVM.azure.baseImage.offer",
    BASE_SKU = "podVM.azure.baseImage.sku",
    BASE_OS = "podVM.image.build.baseOSVersion",
    VERIFY = "podVM.image.build.secureExecution.verify",
}

static NO_SECURE_EXECUTION: DefaultRule = DefaultRule {
    path: "podVM.image.build.secureExecution",
    reason: "only s390x has it, and the ConfigMap of the release switches it on everywhere",
};
static GPU_WANTED: DefaultRule =
    DefaultRule { path: "podVM.image.build.gpu.enabled", reason: "the section is written" };
static SECURE_WANTED: DefaultRule =
    DefaultRule { path: "podVM.image.build.secureExecution.enabled", reason: "the section is written" };
static UPSTREAM: DefaultRule = DefaultRule {
    path: "podVM.image.build.source.repository",
    reason: "asked for by the Job, and read only where sources are downloaded",
};

/// All of it but name and version of the image, which come last.
pub(super) fn resolve(
    resolving: &mut Resolving<'_, '_>,
    image: &Image,
    fips: &Sourced<bool>,
    confidential: Option<&Sourced<Confidential>>,
) -> ConfigData {
    let mut data = ConfigData::default();
    let build = image.build().map(|build| build.value.clone()).unwrap_or_default();
    common(resolving, &build, fips, &mut data);
    match resolving.provider.value {
        Provider::Aws => aws(resolving, image, &build, &mut data),
        Provider::Azure => azure(resolving, image, &build, confidential, &mut data),
        Provider::Gcp => {
            data.put("INSTALL_PACKAGES", constant("no"));
            data.put("DISABLE_CLOUD_CONFIG", constant("true"));
        }
        Provider::Libvirt => libvirt(resolving, &build, &mut data),
    }
    embedded(resolving, image, &build, &mut data);
    unread(resolving, image);
    if let Image::Artifact(artifact) = image {
        imported(artifact, &mut data);
    }
    data
}

/// A key without a setting: the scripts know one value.
fn constant(value: &str) -> Sourced<String> {
    Sourced::derived(value.to_owned(), format!("always so: {OF_RELEASE}"), &[])
}

/// What all providers have.
fn common(resolving: &mut Resolving<'_, '_>, build: &BuildSpec, fips: &Sourced<bool>, data: &mut ConfigData) {
    let provider = resolving.provider.value;
    let record = resolving.spec.image.section().record.or(&RECORD, || true);
    data.put("UPDATE_PEERPODS_CM", yes_or_no(&record));
    let source = build.source.section();
    let (repository, revision) = match provider {
        Provider::Aws | Provider::Azure => (&UPSTREAM, "v0.8.0-1.6"),
        Provider::Gcp => (&REPOSITORY, "main"),
        Provider::Libvirt => (&REPOSITORY, "v0.8.2"),
    };
    let upstream = "https://github.com/confidential-containers/cloud-api-adaptor";
    data.put_or("CAA_SRC", &source.repository, repository, upstream);
    data.put_or("CAA_REF", &source.revision, &REVISION, revision);
    if provider != Provider::Gcp {
        data.put("PODVM_DISTRO", constant("rhel"));
        let download = build.download_sources.or(&DOWNLOAD, || false);
        sources_named(resolving, build, &download);
        data.put("DOWNLOAD_SOURCES", yes_or_no(&download));
    }
    // The operator writes the other two: on FIPS nodes, and from 1.7 on by its feature gate.
    if provider != Provider::Libvirt && !resolving.platform.fips.value {
        data.put("BOOT_FIPS", yes_or_no(fips));
    }
    let gates = resolving.can(Capability::SandboxFeatureGates);
    if provider != Provider::Gcp && !gates.available {
        let off = Sourced { value: false, origin: gates.origin };
        data.put("CONFIDENTIAL_COMPUTE_ENABLED", yes_or_no(&off));
    }
}

fn sources_named(resolving: &mut Resolving<'_, '_>, build: &BuildSpec, download: &Sourced<bool>) {
    let source = build.source.section();
    let is_internal = matches!(resolving.provider.value, Provider::Aws | Provider::Azure);
    if !download.value || !is_internal || !source.repository.is_unset() && !source.revision.is_unset() {
        return;
    }
    let finding = Diagnostic::new(&SOURCE_MISSING, "sources are downloaded, and nobody says which")
        .at(resolving.place(&download.origin), "downloads them anew")
        .note("the release names a repository of its makers, which clusters do not reach")
        .help("give both `podVM.image.build.source.repository` and `podVM.image.build.source.revision`");
    resolving.tell(finding);
}

/// Switches of a build that AWS and Azure share.
fn switches(build: &BuildSpec, data: &mut ConfigData) {
    data.put("INSTALL_PACKAGES", yes_or_no(&build.install_packages.or(&INSTALL, || false)));
    let configured = build.cloud_config.or(&CLOUD_CONFIG, || false);
    data.put("DISABLE_CLOUD_CONFIG", text(&configured.map(|configured| !configured)));
    let gpu = build.gpu.section();
    let wanted = if build.gpu.is_unset() {
        Sourced { value: false, origin: build.gpu.origin_or(&GPU) }
    } else {
        gpu.enabled.or(&GPU_WANTED, || true)
    };
    data.put("ENABLE_NVIDIA_GPU", yes_or_no(&wanted));
    data.put_or("NVIDIA_DRIVER_VERSION", &gpu.driver_version, &DRIVER, "535");
    data.put_or("NVIDIA_USERSPACE_VERSION", &gpu.userspace_version, &USERSPACE, "1.13.5-1");
}

fn aws(resolving: &mut Resolving<'_, '_>, image: &Image, build: &BuildSpec, data: &mut ConfigData) {
    let aws = resolving.spec.aws.section();
    switches(build, data);
    data.put_or("AMI_VOLUME_SIZE", &aws.image_volume_size, &VOLUME_SIZE, "30");
    data.put_or("INSTANCE_TYPE", &aws.build_instance_type, &BUILD_INSTANCE, "c4.xlarge");
    data.put_given("BUCKET_NAME", &aws.staging_bucket);
    if let Some(install) = build.install_packages.get().filter(|install| install.value) {
        let fixed = resolving.can(Capability::FullImageVersion);
        if !fixed.available {
            let finding =
                Diagnostic::new(&INSTALLS_NOTHING, "a build on AWS cannot install packages in this release")
                    .at(resolving.place(&install.origin), "the Job fails at it")
                    .with(resolving.place(&resolving.release.origin), "the release")
                    .help("leave it out: the payload of the release has them");
            resolving.tell(finding);
        }
    }
    if let Image::Artifact(artifact) = image {
        bucket(resolving, artifact, &aws.staging_bucket);
    }
}

/// Who makes the bucket that an import goes through, and who deletes it.
fn bucket(resolving: &mut Resolving<'_, '_>, artifact: &Artifact, bucket: &Setting<String>) {
    if artifact.is_imported_by_us {
        return;
    }
    let by_job = resolving.can(Capability::ReleaseImage);
    match bucket.get() {
        None if !by_job.available => {
            let finding = Diagnostic::new(&BUCKET_MISSING, "the import has no bucket to go through")
                .at(resolving.place(&artifact.image.origin), "imported by way of S3")
                .with(resolving.place(&resolving.release.origin), "this release makes none")
                .help("make a bucket and the role `vmimport`, and give `podVM.aws.stagingBucket`");
            resolving.tell(finding);
        }
        Some(bucket) if by_job.available => {
            let title = format!("the Job empties and deletes the bucket `{}`", bucket.value);
            let finding = Diagnostic::new(&BUCKET_GOES, title)
                .at(resolving.place(&bucket.origin), "whosever it is")
                .help("leave it out: then the Job makes one for the run")
                .help("or let the Job of Goldsmith import the image: `podVM.work.images.import`");
            resolving.tell(finding);
        }
        _ => {}
    }
}

fn azure(
    resolving: &mut Resolving<'_, '_>,
    image: &Image,
    build: &BuildSpec,
    confidential: Option<&Sourced<Confidential>>,
    data: &mut ConfigData,
) {
    let azure = resolving.spec.azure.section();
    let gallery = azure.gallery.section();
    let definition = gallery.definition.section();
    switches(build, data);
    data.put("IMAGE_GALLERY_NAME", names::gallery(resolving, image, &gallery));
    data.put_or("IMAGE_DEFINITION_NAME", &definition.name, &DEFINITION, "podvm-image");
    data.put_or("IMAGE_DEFINITION_PUBLISHER", &definition.publisher, &PUBLISHER, "RedHat");
    data.put_or("IMAGE_DEFINITION_OFFER", &definition.offer, &OFFER, "OSC-PodVM");
    data.put_or("IMAGE_DEFINITION_SKU", &definition.sku, &SKU, "OSC-PodVM");
    data.put_or("IMAGE_DEFINITION_VM_GENERATION", &definition.vm_generation, &GENERATION, "V2");
    data.put("IMAGE_DEFINITION_OS_TYPE", constant("Linux"));
    data.put("IMAGE_DEFINITION_OS_STATE", constant("Generalized"));
    data.put("IMAGE_DEFINITION_ARCHITECTURE", definition_architecture(image));
    data.put_or("VM_SIZE", &azure.build_size, &BUILD_SIZE, "Standard_D2as_v5");
    data.put_given("SSH_USERNAME", &azure.ssh_user);
    base_image(resolving, confidential, data);
}

/// A build makes an image for amd64.
fn definition_architecture(image: &Image) -> Sourced<String> {
    let arm = |artifact: &&Artifact| artifact.architecture.value == Architecture::Arm64;
    match image {
        Image::Artifact(artifact) if arm(&artifact) => {
            Sourced { value: "Arm64".to_owned(), origin: artifact.architecture.origin.clone() }
        }
        _ => constant("x64"),
    }
}

/// The marketplace image of a build. Up to 1.7 the script knows that of confidential machines, and takes it where none is given.
fn base_image(
    resolving: &mut Resolving<'_, '_>,
    confidential: Option<&Sourced<Confidential>>,
    data: &mut ConfigData,
) {
    let base = resolving.spec.azure.section().base_image.section();
    let by_offer = resolving.can(Capability::BaseImageByOffer);
    if by_offer.available {
        data.put_or("BASE_IMAGE_PUBLISHER", &base.publisher, &BASE_PUBLISHER, "redhat");
        data.put_or("BASE_IMAGE_OFFER", &base.offer, &BASE_OFFER, "RHEL");
        of_generation(resolving, &base.sku);
        return data.put_or("BASE_IMAGE_SKU", &base.sku, &BASE_SKU, "94_gen2");
    }
    for (setting, path) in
        [(&base.publisher, "podVM.azure.baseImage.publisher"), (&base.offer, "podVM.azure.baseImage.offer")]
    {
        if let Some(given) = setting.get() {
            resolving.require(Capability::BaseImageByOffer, path, &given.origin);
        }
    }
    let Some(technology) = confidential else {
        let snp = Sourced { value: "snp".to_owned(), origin: by_offer.origin };
        data.put("CONFIDENTIAL_COMPUTE_TYPE", snp);
        return data.put_or("BASE_IMAGE_SKU", &base.sku, &BASE_SKU, "93_gen2");
    };
    data.put("CONFIDENTIAL_COMPUTE_TYPE", text(&technology.clone().map(Confidential::word)));
    let rule = "base image: none, so that the one of confidential machines is taken";
    let none = Sourced::derived(String::new(), rule, &[&technology.origin]);
    data.put("BASE_IMAGE_SKU", base.sku.get().map_or(none, text));
}

/// The SKU of the base image and the definition are of one generation.
fn of_generation(resolving: &mut Resolving<'_, '_>, sku: &Setting<String>) {
    let definition = resolving.spec.azure.section().gallery.section().definition.section();
    let first = definition.vm_generation.get().filter(|given| given.value == VmGeneration::V1);
    let Some(first) = first.filter(|_| {
        sku.is_unset() && matches!(resolving.spec.image.section().given(), Some(spec::Image::Build(_)))
    }) else {
        return;
    };
    let finding = Diagnostic::new(
        &OTHER_GENERATION,
        "the base image is of the second generation, the definition of the first",
    )
    .at(resolving.place(&first.origin), "machines of this definition")
    .note("the build takes `94_gen2` where nothing is said")
    .help("give a SKU of that generation: `podVM.azure.baseImage.sku`")
    .help("or leave the generation out: `V2` is the default");
    resolving.tell(finding);
}

fn libvirt(resolving: &mut Resolving<'_, '_>, build: &BuildSpec, data: &mut ConfigData) {
    data.put_or("BASE_OS_VERSION", &build.base_os_version, &BASE_OS, "9.4");
    let secure = build.secure_execution.section();
    let wanted = if build.secure_execution.is_unset() {
        Sourced { value: false, origin: build.secure_execution.origin_or(&NO_SECURE_EXECUTION) }
    } else {
        secure.enabled.or(&SECURE_WANTED, || true)
    };
    if let Some(section) = build.secure_execution.get().filter(|_| wanted.value) {
        if !resolving.platform.architectures.value.contains(&Architecture::S390x) {
            not_s390x(resolving, &section.origin);
        }
        too_old_for_secure_execution(resolving, build, &section.origin);
    }
    data.put("SE_BOOT", text(&wanted));
    let verify = resolving.can(Capability::SecureExecutionVerify);
    if let Some(given) = secure.verify.get().filter(|_| !verify.available) {
        let path = "podVM.image.build.secureExecution.verify";
        resolving.require(Capability::SecureExecutionVerify, path, &given.origin);
    } else if verify.available {
        data.put_or("SE_VERIFY", &secure.verify, &VERIFY, "true");
    }
}

fn not_s390x(resolving: &mut Resolving<'_, '_>, asked: &Origin) {
    let finding = Diagnostic::new(&NOT_S390X, "secure execution needs IBM Z")
        .at(resolving.place(asked), "asked for here")
        .with(resolving.place(&resolving.platform.architectures.origin), "the architectures of the nodes")
        .help("leave it out, or add `s390x` to `platform.architectures`");
    resolving.tell(finding);
}

fn too_old_for_secure_execution(resolving: &mut Resolving<'_, '_>, build: &BuildSpec, asked: &Origin) {
    let Some(version) = build.base_os_version.get() else { return };
    let number = |part: Option<&str>| part.and_then(|text| text.parse::<u32>().ok()).unwrap_or_default();
    let mut parts = version.value.split('.');
    if (number(parts.next()), number(parts.next())) >= (9, 4) {
        return;
    }
    let finding =
        Diagnostic::new(&NOT_S390X, format!("secure execution needs RHEL 9.4, not `{}`", version.value))
            .at(resolving.place(&version.origin), "older than that")
            .with(resolving.place(asked), "asked for here")
            .help("leave it out: `9.4` is the default");
    resolving.tell(finding);
}

/// What goes into a built image, and into no other.
fn embedded(resolving: &mut Resolving<'_, '_>, image: &Image, build: &BuildSpec, data: &mut ConfigData) {
    let spec = resolving.spec;
    if image.build().is_none() {
        let given = [
            ("podVM.pauseImage", spec.pause_image.origin()),
            ("podVM.agentPolicy", spec.agent_policy.origin()),
            ("podVM.fips", spec.fips.origin()),
        ];
        for (path, origin) in given.into_iter().filter_map(|(path, origin)| Some((path, origin?))) {
            let finding = Diagnostic::new(
                &NO_EFFECT,
                format!("`{path}` has no effect on an image that is not built here"),
            )
            .at(resolving.place(origin), "goes into a built image")
            .with(resolving.place(image.origin()), "and this one is not")
            .help("leave it out, and have it in the image from the start");
            resolving.tell(finding);
        }
        return;
    }
    if let Some(pause) = spec.pause_image.get() {
        resolving.require(Capability::EmbeddedPauseImage, "podVM.pauseImage", &pause.origin);
        resolving.pinned(pause, "podVM.pauseImage");
        let (repository, version) = match (pause.digest(), pause.tag()) {
            (Some(digest), _) => (format!("{}@sha256", pause.repository()), digest.to_owned()),
            (None, tag) => (pause.repository().to_owned(), tag.unwrap_or("latest").to_owned()),
        };
        data.put("PAUSE_IMAGE_REPO", Sourced { value: repository, origin: pause.origin.clone() });
        data.put("PAUSE_IMAGE_VERSION", Sourced { value: version, origin: pause.origin.clone() });
    }
    if let Some(policy) = policy::encoded(resolving) {
        data.put("AGENT_POLICY", policy);
    }
    if let Some(restricted) = build.restricted_cloud_init.get() {
        let path = "podVM.image.build.restrictedCloudInit";
        resolving.require(Capability::RestrictedCloudInit, path, &restricted.origin);
        data.put("CUSTOM_CLOUD_INIT_MODULES", yes_or_no(restricted));
    }
    misplaced(resolving, build);
}

/// What an image that is in the cloud already is not called anew, and a volume is never called.
fn unread(resolving: &mut Resolving<'_, '_>, image: &Image) {
    let section = resolving.spec.image.section();
    let is_there = matches!(image, Image::Id(_));
    let on_libvirt = resolving.provider.value == Provider::Libvirt;
    let given = [
        ("podVM.image.name", section.name.origin(), is_there || on_libvirt),
        ("podVM.image.version", section.version.origin(), is_there || on_libvirt),
        ("podVM.image.record", section.record.origin(), is_there),
    ];
    for (path, origin, is_unread) in given {
        let Some(origin) = origin.filter(|_| is_unread) else { continue };
        let (title, decides, why) = if is_there {
            (format!("`{path}` has no effect beside `podVM.image.id`"), image.origin(), "there already")
        } else {
            let title = format!("`{path}` has no effect on {}", resolving.provider.value.name());
            (title, &resolving.provider.origin, "the cloud")
        };
        resolving.no_effect(title, (origin, "nothing is called by it"), (decides, why));
    }
}

/// Parts of a build that this cloud does not know.
fn misplaced(resolving: &mut Resolving<'_, '_>, build: &BuildSpec) {
    let on_libvirt = resolving.provider.value == Provider::Libvirt;
    let given = [
        ("podVM.fips", resolving.spec.fips.origin(), !on_libvirt),
        ("podVM.image.build.gpu", build.gpu.origin(), !on_libvirt),
        ("podVM.image.build.installPackages", build.install_packages.origin(), !on_libvirt),
        ("podVM.image.build.cloudConfig", build.cloud_config.origin(), !on_libvirt),
        ("podVM.image.build.secureExecution", build.secure_execution.origin(), on_libvirt),
        ("podVM.image.build.baseOSVersion", build.base_os_version.origin(), on_libvirt),
    ];
    for (path, origin, is_known) in given {
        let Some(origin) = origin.filter(|_| !is_known) else { continue };
        let title = format!("`{path}` has no effect on {}", resolving.provider.value.name());
        let cloud = &resolving.provider.origin;
        resolving.no_effect(title, (origin, "the build does not read it"), (cloud, "the cloud"));
    }
}

fn imported(artifact: &Artifact, data: &mut ConfigData) {
    if let Some(uri) = &artifact.uri {
        data.put("PODVM_IMAGE_URI", uri.clone());
    }
    if artifact.is_bootc {
        data.put_given("BIB_IMAGE", &artifact.bootc_builder);
        data.put_given("BOOTC_BUILD_CONFIG", &artifact.bootc_config);
    }
}
