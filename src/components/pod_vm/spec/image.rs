//! Where the image of pod VMs comes from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::provenance::{Setting, Sourced};
use crate::spec::{Architecture, ContainerImage};

/// The image: exactly one of `build`, `artifact` and `id`, and what it is called.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct ImageSpec {
    /// It is built on the cluster, from the sources that the release brings along. Not on Google Cloud. From 1.10 on the
    /// operator builds on s390x only, and takes the image of the release elsewhere: other runners build.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    build: Setting<BuildSpec>,

    /// It was built before and lies in a container image; it is imported into the cloud.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    artifact: Setting<ArtifactSpec>,

    /// It exists in the cloud: an AMI id, the ARM id of a gallery image version, the name of an image on Google Cloud, the
    /// name of a libvirt volume.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"ami-0123456789abcdef0", length(min = 1))]
    id: Setting<String>,

    /// What the name of the image begins with. Default: `podvm-image`. Not on libvirt.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "podvm-image"))]
    pub name: Setting<String>,

    /// Its version. From 1.9 on three numbers (`2.0.1`), by default made from the id of the cluster as the operator does it, with other runners
    /// the last number from the inputs;
    /// before, the first two (`1.0`), behind which the Job writes the day, by default `0.0`. Not on libvirt.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"2.0.1", regex(pattern = r"^[0-9]{1,10}(\.[0-9]{1,10}){1,2}$"))]
    pub version: Setting<String>,

    /// Whether the id of a new image is written into `peer-pods-cm`. Default: true. Without it pods keep the image that they
    /// have, and a failed build is told by nobody.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub record: Setting<bool>,
}

/// Where an image comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Image<'s> {
    /// Built on the cluster.
    Build(&'s Sourced<BuildSpec>),
    /// Imported from a container image.
    Artifact(&'s Sourced<ArtifactSpec>),
    /// In the cloud already.
    Id(&'s Sourced<String>),
}

impl ImageSpec {
    /// What is given.
    pub fn given(&self) -> Option<Image<'_>> {
        let build = self.build.get().map(Image::Build);
        build.or_else(|| self.artifact.get().map(Image::Artifact)).or_else(|| self.id.get().map(Image::Id))
    }
}

/// How an image is built on the cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct BuildSpec {
    /// The sources of the adaptor that goes into the image.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub source: Setting<SourceSpec>,

    /// Whether the sources are cloned anew, where the builder has others. Default: false. Needs a network that reaches them.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = false))]
    pub download_sources: Setting<bool>,

    /// Whether packages and programs are installed while building, not taken from the payload. Default: false. On AWS it fails
    /// up to 1.8.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = false))]
    pub install_packages: Setting<bool>,

    /// Whether cloud-init configures the machines. Default: false.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = false))]
    pub cloud_config: Setting<bool>,

    /// Whether cloud-init has only the modules that pod VMs need. Default: with `confidential`. Needs 1.7.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub restricted_cloud_init: Setting<bool>,

    /// The driver of NVIDIA GPUs in the image. Default: none. Not on libvirt.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub gpu: Setting<GpuSpec>,

    /// IBM Secure Execution, on libvirt with s390x. Default: off. Needs the key `HOST_KEY_CERTS` in `peer-pods-secret` and RHEL
    /// 9.4.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub secure_execution: Setting<SecureExecutionSpec>,

    /// The release of RHEL that a build on libvirt downloads. Default: `9.4`.
    #[serde(rename = "baseOSVersion", skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "9.4"), regex(pattern = r"^[0-9]{1,2}\.[0-9]{1,2}$"))]
    pub base_os_version: Setting<String>,
}

/// Sources in git.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct SourceSpec {
    /// The repository, without credentials: it is rendered into a ConfigMap. Default: the one of the adaptor.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"https://git.example/cloud-api-adaptor", regex(pattern = r"^https://[^@/\s]+(/\S*)?$"))]
    pub repository: Setting<String>,

    /// The branch, tag or commit. Default: that of the release.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(length(min = 1))]
    pub revision: Setting<String>,
}

/// The driver of NVIDIA GPUs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct GpuSpec {
    /// Whether it goes into the image. Default: true where the section is written.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub enabled: Setting<bool>,

    /// The branch of the driver. Default: `535`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "535"), regex(pattern = r"^[0-9]+(\.[0-9]+)*$"))]
    pub driver_version: Setting<String>,

    /// The version of the libraries and tools beside it. Default: `1.13.5-1`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "1.13.5-1"), regex(pattern = r"^[0-9]+(\.[0-9]+)*(-[0-9]+)?$"))]
    pub userspace_version: Setting<String>,
}

/// IBM Secure Execution.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct SecureExecutionSpec {
    /// Whether the image is encrypted for the hosts. Default: true where the section is written.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub enabled: Setting<bool>,

    /// Whether the keys of the hosts are verified with certificates that are downloaded. Default: true. Needs 1.10.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub verify: Setting<bool>,
}

/// An image that was built before: exactly one of `oci` and `bootc`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct ArtifactSpec {
    /// A container image that holds the disk image as a file.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"registry.example/podvm/rhel9:1.10")]
    oci: Setting<ContainerImage>,

    /// A bootable container image, which the Job makes a disk image of. Not on libvirt. Needs 1.9.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"registry.example/podvm/rhel9-bootc:1.10")]
    bootc: Setting<ContainerImage>,

    /// The file in the container image, from its root. Default: `/image/podvm.qcow2`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "/image/podvm.qcow2"), regex(pattern = r"^/\S+$"))]
    pub path: Setting<String>,

    /// A small file beside the spec that says what the four settings below it say, as whoever built the image wrote it: from the
    /// folder of `fleet.yaml`. What the spec says itself wins. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"artifacts/podvm-rhel9-1.10.yaml")]
    pub metadata: Setting<String>,

    /// SHA-256 of the file, verified before it is imported, where `work.images.import` is given. Default: not verified.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(
        regex(pattern = "^[0-9a-f]{64}$"),
        example = &"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
    )]
    pub sha256: Setting<String>,

    /// The architecture of the image. Default: `amd64`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "amd64"))]
    pub architecture: Setting<Architecture>,

    /// The format of the file. Default: what its first bytes say.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub format: Setting<DiskFormat>,

    /// The clouds that it was built for. Default: all.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub providers: Setting<Vec<super::Provider>>,

    /// The image that makes a disk image of a bootable container. Default: that of the release.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"registry.redhat.io/rhel9/bootc-image-builder:9.5")]
    pub bootc_builder: Setting<ContainerImage>,

    /// Configuration of that image, in TOML: users, sizes of file systems. Default: that of the release.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub bootc_config: Setting<String>,
}

/// The container image of an artifact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ArtifactImage<'s> {
    /// It holds the disk image as a file.
    Oci(&'s Sourced<ContainerImage>),
    /// It is bootable.
    Bootc(&'s Sourced<ContainerImage>),
}

impl ArtifactSpec {
    /// What is given.
    pub fn image(&self) -> Option<ArtifactImage<'_>> {
        self.oci.get().map(ArtifactImage::Oci).or_else(|| self.bootc.get().map(ArtifactImage::Bootc))
    }
}

impl<'s> ArtifactImage<'s> {
    /// The reference.
    pub fn reference(self) -> &'s Sourced<ContainerImage> {
        match self {
            ArtifactImage::Oci(image) | ArtifactImage::Bootc(image) => image,
        }
    }

    /// The word for it, in the spec and in `PODVM_IMAGE_URI`.
    pub fn word(self) -> &'static str {
        match self {
            ArtifactImage::Oci(_) => "oci",
            ArtifactImage::Bootc(_) => "bootc",
        }
    }
}

/// The format of a disk image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DiskFormat {
    /// QEMU's own.
    Qcow2,
    /// The bytes of the disk.
    Raw,
    /// The one that Azure takes.
    Vhd,
}
