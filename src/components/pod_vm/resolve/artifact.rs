//! An image that was built before: the container image that holds it, and what is known of it.

use serde::Deserialize;

use super::asked::Resolving;
use crate::capability::Capability;
use crate::components::pod_vm::hazards::{
    ARTIFACT_FOR_ANOTHER, BOOTC_ON_LIBVIRT, CHECKSUM_UNVERIFIED, METADATA_UNREADABLE, PORT_AND_VERSION,
    PORT_UNTESTED, QCOW2_BECOMES_RAW,
};
use crate::components::pod_vm::spec::{ArtifactImage, ArtifactSpec, DiskFormat, Provider};
use crate::diagnostic::{Diagnostic, from_mismatch, from_yaml};
use crate::provenance::decode::decode;
use crate::provenance::{DefaultRule, Setting, Sourced};
use crate::spec::{Architecture, ContainerImage};
use crate::yaml::read::strict;

/// An image that was built before.
#[derive(Clone, Debug, PartialEq)]
pub struct Artifact {
    /// The container image.
    pub image: Sourced<ContainerImage>,
    /// Whether it is bootable, and not the carrier of a file.
    pub is_bootc: bool,
    /// Whether the Job of ours imports it, and verifies what is told of it.
    pub is_imported_by_us: bool,
    /// The file in it.
    pub path: Sourced<String>,
    /// All of it as the Jobs of the release read it; none where that cannot be written, and they do not import it.
    pub uri: Option<Sourced<String>>,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: Option<Sourced<String>>,
    /// The architecture of the image.
    pub architecture: Sourced<Architecture>,
    /// The format of the file, where it is told.
    pub format: Option<Sourced<DiskFormat>>,
    /// The image that makes disk images of bootable containers.
    pub bootc_builder: Setting<ContainerImage>,
    /// Its configuration.
    pub bootc_config: Setting<String>,
}

/// The metadata beside an artifact, as whoever built it wrote it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Metadata {
    sha256: Setting<String>,
    architecture: Setting<Architecture>,
    format: Setting<DiskFormat>,
    providers: Setting<Vec<Provider>>,
}

static PATH: DefaultRule = DefaultRule {
    path: "podVM.image.artifact.path",
    reason: "where the images of the project keep the file",
};
static ARCHITECTURE: DefaultRule =
    DefaultRule { path: "podVM.image.artifact.architecture", reason: "most clusters are amd64 alone" };

/// Completes an artifact, and tells what cannot be.
pub(super) fn resolve(
    resolving: &mut Resolving<'_, '_>,
    given: &ArtifactSpec,
    image: ArtifactImage<'_>,
) -> Artifact {
    let metadata = metadata(resolving, &given.metadata);
    let path = given.path.or(&PATH, || "/image/podvm.qcow2".to_owned());
    let is_imported_by_us = is_imported_by_us(resolving, image);
    served(resolving, image);
    let uri = uri(image, &given.path);
    let is_writable = image_uri(&uri.value).is_ok();
    // The import of ours takes a reference as it is.
    if !is_imported_by_us {
        writable(resolving, image);
    }
    // Behind a port the release has no place for a version, which is told.
    if is_imported_by_us || !image.reference().value.host().contains(':') {
        resolving.pinned(image.reference(), &format!("podVM.image.artifact.{}", image.word()));
    }
    unread(resolving, image, given);
    let artifact = Artifact {
        uri: Some(uri).filter(|_| is_writable || !is_imported_by_us),
        is_bootc: matches!(image, ArtifactImage::Bootc(_)),
        is_imported_by_us,
        sha256: given.sha256.get().or(metadata.sha256.get()).cloned(),
        architecture: either(&given.architecture, &metadata.architecture)
            .or(&ARCHITECTURE, || Architecture::Amd64),
        format: given.format.get().or(metadata.format.get()).cloned(),
        bootc_builder: given.bootc_builder.clone(),
        bootc_config: given.bootc_config.clone(),
        image: image.reference().clone(),
        path,
    };
    fits(resolving, &artifact, either(&given.providers, &metadata.providers).get());
    readable(resolving, &artifact);
    artifact
}

/// The Job of ours takes files. What is bootable goes the way of the release.
fn is_imported_by_us(resolving: &Resolving<'_, '_>, image: ArtifactImage<'_>) -> bool {
    let images = resolving.spec.work.section().images.section();
    !resolving.by_operator() && !images.import.is_unset() && matches!(image, ArtifactImage::Oci(_))
}

/// Settings of the other kind of artifact.
fn unread(resolving: &mut Resolving<'_, '_>, image: ArtifactImage<'_>, given: &ArtifactSpec) {
    let is_bootc = matches!(image, ArtifactImage::Bootc(_));
    let settings = [
        ("path", given.path.origin(), !is_bootc),
        ("format", given.format.origin(), !is_bootc),
        ("bootcBuilder", given.bootc_builder.origin(), is_bootc),
        ("bootcConfig", given.bootc_config.origin(), is_bootc),
    ];
    for (name, origin, is_read) in settings {
        let Some(origin) = origin.filter(|_| !is_read) else { continue };
        let title = format!("`podVM.image.artifact.{name}` has no effect beside `{}`", image.word());
        resolving.no_effect(title, (origin, "not read"), (&image.reference().origin, "the artifact"));
    }
}

fn either<'s, T>(given: &'s Setting<T>, beside: &'s Setting<T>) -> &'s Setting<T> {
    if given.is_unset() { beside } else { given }
}

fn metadata(resolving: &mut Resolving<'_, '_>, named: &Setting<String>) -> Metadata {
    let Some(path) = named.get() else { return Metadata::default() };
    let Some((id, text)) = resolving.text_of(path) else { return Metadata::default() };
    let mut problems = Vec::new();
    let tree = strict(text, id, &mut problems);
    let (metadata, mismatches) = match &tree {
        Some(tree) => decode::<Metadata>(tree),
        None => Default::default(),
    };
    let wrong = problems.iter().map(|problem| from_yaml(problem, resolving.sources));
    let wrong: Vec<_> =
        wrong.chain(mismatches.iter().map(|mismatch| from_mismatch(mismatch, resolving.sources))).collect();
    for one in wrong {
        let title = format!("the metadata `{}` cannot be used: {}", path.value, one.title);
        let mut finding = Diagnostic::new(&METADATA_UNREADABLE, title)
            .help("it is YAML with `sha256`, `architecture`, `format` and `providers`, all optional, and nothing else");
        finding.primary = one.primary;
        let named = resolving.place(&path.origin);
        resolving.tell(finding.with(named, "named here"));
    }
    metadata
}

/// The release imports such an artifact on this cloud.
fn served(resolving: &mut Resolving<'_, '_>, image: ArtifactImage<'_>) {
    let path = "podVM.image.artifact";
    let origin = &image.reference().origin;
    match resolving.provider.value {
        Provider::Aws => drop(resolving.require(Capability::ArtifactOnAws, path, origin)),
        Provider::Azure => drop(resolving.require(Capability::ArtifactOnAzure, path, origin)),
        Provider::Gcp | Provider::Libvirt => {}
    }
    let ArtifactImage::Bootc(bootc) = image else { return };
    if resolving.provider.value == Provider::Libvirt {
        let finding = Diagnostic::new(&BOOTC_ON_LIBVIRT, "no bootable container becomes an image on libvirt")
            .at(resolving.place(&bootc.origin), "a bootable container")
            .with(resolving.place(&resolving.provider.origin), "the cloud")
            .help("make a disk image of it elsewhere, and carry that in a container image: `podVM.image.artifact.oci`");
        resolving.tell(finding);
    } else {
        resolving.require(Capability::BootcArtifact, "podVM.image.artifact.bootc", &bootc.origin);
    }
}

/// `PODVM_IMAGE_URI` can say the reference: one expression takes it apart, at colons.
fn writable(resolving: &mut Resolving<'_, '_>, image: ArtifactImage<'_>) {
    let reference = image.reference();
    let (value, place) = (&reference.value, resolving.place(&reference.origin));
    let Some((host, port)) = value.host().split_once(':') else { return };
    let version = match (value.tag(), value.digest()) {
        (Some(_), _) => "a tag",
        (_, Some(_)) => "a digest",
        _ => {
            if let ArtifactImage::Oci(_) = image {
                let title =
                    format!("nobody has tried `{value}`, a registry with a port, for an image in a file");
                resolving.tell(
                    Diagnostic::new(&PORT_UNTESTED, title)
                        .at(place, "a port")
                        .note("what stands behind it is read as the tag, and is put together again")
                        .help(format!("reach the registry on its standard port: `{host}/...`")),
                );
            }
            return;
        }
    };
    let title = format!("a registry with a port and an image with {version} cannot be written together");
    let finding = Diagnostic::new(&PORT_AND_VERSION, title)
        .at(place, format!("`{port}` and {version}"))
        .note("`PODVM_IMAGE_URI` is taken apart at its colons, and has none left for this one: the Job fails")
        .help(format!("reach the registry on its standard port: `{host}/...`"));
    resolving.tell(finding);
}

/// The exact form that the scripts read (podvm 1.10): `type::repository[:tag or :hex of a digest][::path]`.
fn uri(image: ArtifactImage<'_>, path: &Setting<String>) -> Sourced<String> {
    let reference = image.reference();
    let mut uri = format!("{}::{}", image.word(), reference.value);
    let mut origins = vec![&reference.origin];
    if let Some(path) = path.get() {
        uri += "::";
        uri += &path.value;
        origins.push(&path.origin);
    }
    Sourced::derived(uri, "PODVM_IMAGE_URI: type, container image and path", &origins)
}

/// Whether the scripts read such a text, and read what was meant (podvm 1.10): parts between colons, of which a port takes one.
///
/// # Errors
/// What is wrong with it.
pub fn image_uri(uri: &str) -> Result<(), &'static str> {
    let (kind, rest) = uri.split_once("::").ok_or("without `::` behind a type")?;
    if !matches!(kind, "oci" | "bootc") {
        return Err("another type than `oci` and `bootc`");
    }
    let (image, path) = rest.split_once("::").map_or((rest, None), |(image, path)| (image, Some(path)));
    if path.is_some_and(|path| !path.starts_with('/')) {
        return Err("a path that does not begin with `/`");
    }
    let parts: Vec<&str> = image.split(':').collect();
    let (first, last) = (parts[0], parts[parts.len() - 1]);
    if first.is_empty() || last.is_empty() {
        return Err("an empty part");
    }
    if last.starts_with('/') {
        return Err("a scheme");
    }
    if parts.len() > 2 { Err("more colons than it can take apart") } else { Ok(()) }
}

/// The artifact was made for this cloud and this cluster.
fn fits(resolving: &mut Resolving<'_, '_>, artifact: &Artifact, providers: Option<&Sourced<Vec<Provider>>>) {
    let provider = resolving.provider;
    if let Some(made_for) = providers.filter(|made_for| !made_for.value.contains(&provider.value)) {
        let names = made_for.value.iter().map(|made_for| made_for.word()).collect::<Vec<_>>().join(", ");
        let finding = Diagnostic::new(
            &ARTIFACT_FOR_ANOTHER,
            format!("the artifact was not made for {}", provider.value.name()),
        )
        .at(resolving.place(&made_for.origin), format!("made for {names}"))
        .with(resolving.place(&provider.origin), "the cloud")
        .help("take the artifact that was built for this cloud");
        resolving.tell(finding);
    }
    runs_there(resolving, artifact);
    let wants_vhd = provider.value == Provider::Azure;
    if let Some(format) =
        artifact.format.as_ref().filter(|format| format.value == DiskFormat::Vhd && !wants_vhd)
    {
        let finding =
            Diagnostic::new(&ARTIFACT_FOR_ANOTHER, format!("{} takes no VHD", provider.value.name()))
                .at(resolving.place(&format.origin), "the format of Azure")
                .with(resolving.place(&provider.origin), "the cloud")
                .help("carry the image as qcow2 or raw");
        resolving.tell(finding);
    }
}

/// Machines of the cloud, and nodes of the site, have the architecture of the artifact.
fn runs_there(resolving: &mut Resolving<'_, '_>, artifact: &Artifact) {
    let (architecture, provider) = (&artifact.architecture, resolving.provider);
    let architectures = &resolving.platform.architectures;
    let own = resolving.place(&architecture.origin).or_else(|| resolving.place(&artifact.image.origin));
    let finding = |title: String| {
        Diagnostic::new(&ARTIFACT_FOR_ANOTHER, title).at(own, "the architecture of the image")
    };
    if architecture.value == Architecture::S390x && provider.value != Provider::Libvirt {
        let finding = finding(format!("{} has no machines of `s390x`", provider.value.name()))
            .with(resolving.place(&provider.origin), "the cloud")
            .help("pod VMs on IBM Z run by libvirt: `podVM.provider: libvirt`");
        resolving.tell(finding);
    } else if !architectures.value.contains(&architecture.value) {
        let title = format!("the artifact is for `{}`, which no node of the site has", architecture.value);
        let finding = finding(title)
            .with(resolving.place(&architectures.origin), "those of the nodes")
            .help("pod VMs have the architecture of the node that their pod runs on: take the artifact that was built for it");
        resolving.tell(finding);
    }
}

/// The Job that will read it verifies what is told of it, and reads its format.
fn readable(resolving: &mut Resolving<'_, '_>, artifact: &Artifact) {
    if artifact.is_imported_by_us {
        return;
    }
    if let Some(sha256) = &artifact.sha256 {
        let finding = Diagnostic::new(&CHECKSUM_UNVERIFIED, "nobody verifies this checksum")
            .at(resolving.place(&sha256.origin), "the Job of the release prints it, and compares nothing")
            .help("pin the container image by its digest, which is verified when it is pulled")
            .help("or let the Job of Goldsmith import it: `podVM.runner: gitops` and `podVM.work.images.import`");
        resolving.tell(finding);
    }
    let fixed = resolving.can(Capability::BootcArtifact);
    let on_azure = resolving.provider.value == Provider::Azure;
    if on_azure
        && !fixed.available
        && artifact.format.as_ref().is_none_or(|format| format.value == DiskFormat::Qcow2)
    {
        let finding = Diagnostic::new(&QCOW2_BECOMES_RAW, "this release takes every file for a raw image")
            .at(resolving.place(&artifact.image.origin), "a qcow2 in it becomes a broken disk")
            .with(resolving.place(&resolving.release.origin), "the release")
            .help("carry a VHD, with a `path` that ends in `.vhd`, or a raw image, and say so: `podVM.image.artifact.format`");
        resolving.tell(finding);
    }
}
