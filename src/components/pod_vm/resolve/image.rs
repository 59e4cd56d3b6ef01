//! Where the image comes from, and whether this release, this cloud and this runner can have it from there.

use super::artifact::{self, Artifact};
use super::asked::Resolving;
use crate::capability::Capability;
use crate::components::pod_vm::hazards::{
    BUILD_TAKEN_OVER, DELETES_IMAGE_OF_OTHERS, FIELD_MISSING, NO_IMAGE, NOT_AN_IMAGE_ID, NOT_BUILT_THERE,
    NOT_RECORDED,
};
use crate::components::pod_vm::spec::{self, BuildSpec, Provider};
use crate::diagnostic::Diagnostic;
use crate::provenance::{DefaultRule, Origin, Sourced};
use crate::spec::Architecture;

/// Where the image comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Image {
    /// Built on the cluster.
    Build(Sourced<BuildSpec>),
    /// Imported from a container image.
    Artifact(Artifact),
    /// In the cloud already.
    Id(Sourced<String>),
    /// The one that the release brings along, and who decided that.
    OfRelease(Origin),
}

static OF_RELEASE: DefaultRule =
    DefaultRule { path: "podVM.image", reason: "the operator imports the image of its release" };

impl Image {
    /// Where it was asked for.
    pub fn origin(&self) -> &Origin {
        match self {
            Image::Build(build) => &build.origin,
            Image::Artifact(artifact) => &artifact.image.origin,
            Image::Id(id) => &id.origin,
            Image::OfRelease(origin) => origin,
        }
    }

    /// Whether the Job of ours imports it; else those of the release make it.
    pub fn is_imported_by_us(&self) -> bool {
        matches!(self, Image::Artifact(artifact) if artifact.is_imported_by_us)
    }

    /// How it is built, where it is.
    pub fn build(&self) -> Option<&Sourced<BuildSpec>> {
        match self {
            Image::Build(build) => Some(build),
            _ => None,
        }
    }
}

/// The image; what cannot be had is told, and taken for had.
pub(super) fn resolve(resolving: &mut Resolving<'_, '_>) -> Image {
    let section = resolving.spec.image.section();
    let given = section.given();
    if let (Some(record), true) = (section.record.get(), resolving.by_operator())
        && !record.value
    {
        let finding =
            Diagnostic::new(&NOT_RECORDED, "the operator would wait for ever for the id of the image")
                .at(resolving.place(&record.origin), "the id is written nowhere")
                .help("leave out `podVM.image.record`, or let another runner make the image");
        resolving.tell(finding);
    }
    match given {
        Some(spec::Image::Build(build)) => {
            built(resolving, build);
            Image::Build(build.clone())
        }
        Some(spec::Image::Artifact(given)) => match given.image() {
            Some(image) => Image::Artifact(artifact::resolve(resolving, given, image)),
            None => nameless(resolving, &given.origin),
        },
        Some(spec::Image::Id(id)) => {
            existing(resolving, id);
            Image::Id(id.clone())
        }
        None => of_release(resolving),
    }
}

/// An artifact that does not say which.
fn nameless(resolving: &mut Resolving<'_, '_>, artifact: &Origin) -> Image {
    let finding = Diagnostic::new(&FIELD_MISSING, "the artifact has no container image")
        .at(resolving.place(artifact), "neither `oci` nor `bootc` in here")
        .help("give one of `podVM.image.artifact.oci` and `podVM.image.artifact.bootc`");
    resolving.tell(finding);
    Image::OfRelease(artifact.clone())
}

fn built(resolving: &mut Resolving<'_, '_>, build: &Sourced<BuildSpec>) {
    if resolving.provider.value == Provider::Gcp {
        let finding = Diagnostic::new(&NOT_BUILT_THERE, "no image is built for Google Cloud on a cluster")
            .at(resolving.place(&build.origin), "asks for a build")
            .with(resolving.place(&resolving.provider.origin), "the cloud")
            .help("build it elsewhere, and import it: `podVM.image.artifact`");
        return resolving.tell(finding);
    }
    let architectures = &resolving.platform.architectures;
    if resolving.provider.value != Provider::Libvirt && !architectures.value.contains(&Architecture::Amd64) {
        let finding =
            Diagnostic::new(&NOT_BUILT_THERE, "a build makes an image for `amd64`, which no node has")
                .at(resolving.place(&build.origin), "asks for a build")
                .with(resolving.place(&architectures.origin), "the architectures of the nodes")
                .help("build it elsewhere, and import it: `podVM.image.artifact`");
        return resolving.tell(finding);
    }
    let release = resolving.can(Capability::ReleaseImage);
    let is_s390x = architectures.value.contains(&Architecture::S390x);
    if !resolving.by_operator() || !release.available || is_s390x {
        return;
    }
    let finding = Diagnostic::new(&BUILD_TAKEN_OVER, "the operator imports the image of its release and builds none")
        .at(resolving.place(&build.origin), "asks for a build")
        .with(resolving.place(&release.origin), "this decides")
        .note(format!("{}: {}", release.capability.words(), release.words))
        .help("leave `podVM.image` out to have the image of the release, or import one of your own: `podVM.image.artifact`")
        .help("or let another runner build it: `podVM.runner: gitops`");
    resolving.tell(finding);
}

fn existing(resolving: &mut Resolving<'_, '_>, id: &Sourced<String>) {
    let provider = resolving.provider.value;
    let (is_one, form) = form_of_id(provider, &id.value);
    if !is_one {
        let title = format!("`{}` is no image on {}", id.value, provider.name());
        let finding = Diagnostic::new(&NOT_AN_IMAGE_ID, title)
            .at(resolving.place(&id.origin), "any text here counts as an image")
            .note("the operator makes no image where this is not empty, and pods fail to start from it")
            .help(format!("write {form}"));
        resolving.tell(finding);
    }
    if super::kata_config::is_managed(resolving) {
        let title = "the operator deletes this image together with its KataConfig";
        let finding = Diagnostic::new(&DELETES_IMAGE_OF_OTHERS, title)
            .at(resolving.place(&id.origin), "an image that it did not make")
            .note("it deletes whatever id stands in `peer-pods-cm` and does not ask whose it is")
            .help(
                "protect the image in the cloud: a lock on the gallery, deregistration protection of the AMI",
            )
            .help("or give this cluster a copy of its own");
        resolving.tell(finding);
    }
}

/// Whether a text can be the id of an image, and what one looks like.
fn form_of_id(provider: Provider, id: &str) -> (bool, &'static str) {
    let word = |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_ascii_graphic());
    match provider {
        Provider::Aws => {
            let hex = id.strip_prefix("ami-").unwrap_or_default();
            let digits = hex.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
            ((8..=17).contains(&hex.len()) && digits, "the id of an AMI: `ami-0123456789abcdef0`")
        }
        Provider::Azure => {
            let of_gallery =
                id.starts_with("/subscriptions/") && id.contains("/galleries/") && id.contains("/versions/");
            (
                word(id) && (of_gallery || id.starts_with("/CommunityGalleries/")),
                "the ARM id of an image version of a gallery: `/subscriptions/.../galleries/.../images/.../versions/1.0.0`",
            )
        }
        Provider::Gcp => {
            let name = id.rsplit('/').next().unwrap_or_default();
            (
                word(id) && super::names::is_google_name(name),
                "the name of an image, or `projects/PROJECT/global/images/NAME`",
            )
        }
        Provider::Libvirt => (word(id), "the name of a volume of the pool"),
    }
}

fn of_release(resolving: &mut Resolving<'_, '_>) -> Image {
    let origin = resolving.spec.image.origin_or(&OF_RELEASE);
    let release = resolving.can(Capability::ReleaseImage);
    let s390x = resolving.platform.architectures.value.contains(&Architecture::S390x);
    let reason = if !resolving.by_operator() {
        Some((&resolving.runner.origin, "only the operator knows the image of its release".to_owned()))
    } else if !release.available {
        Some((&release.origin, format!("{}: needs {}", release.capability.words(), release.words)))
    } else if s390x {
        let origin = &resolving.platform.architectures.origin;
        Some((origin, "the image of the release is for amd64; on s390x the operator takes none".to_owned()))
    } else {
        None
    };
    if let Some((decided, reason)) = reason {
        let finding = Diagnostic::new(&NO_IMAGE, "the site does not say where the pod VM image comes from")
            .at(resolving.place(&resolving.spec.origin), "neither `build`, `artifact` nor `id` in here")
            .with(resolving.place(decided), "this decides")
            .note(reason)
            .help(match resolving.provider.value {
                Provider::Gcp => "give one of `podVM.image.artifact` and `podVM.image.id`",
                _ => "give one of `podVM.image.build`, `podVM.image.artifact` and `podVM.image.id`",
            });
        resolving.tell(finding);
    }
    Image::OfRelease(Origin::derived(
        "podVM.image: the image that the release brings along",
        &[&origin, &release.origin],
    ))
}
