//! What each cloud needs to know.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::provenance::{Setting, Sourced};

/// Amazon Web Services.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct AwsSpec {
    /// The region; required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"eu-central-1", regex(pattern = r"^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$"))]
    pub region: Setting<String>,

    /// The VPC; required.
    #[serde(rename = "vpcID", skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"vpc-0123456789abcdef0", regex(pattern = "^vpc-[0-9a-f]{8,17}$"))]
    pub vpc_id: Setting<String>,

    /// The subnet of the virtual machines; required.
    #[serde(rename = "subnetID", skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"subnet-0123456789abcdef0", regex(pattern = "^subnet-[0-9a-f]{8,17}$"))]
    pub subnet_id: Setting<String>,

    /// The security groups of the virtual machines; required; the list replaces that of a lower layer.
    #[serde(rename = "securityGroupIDs", skip_serializing_if = "Setting::is_unset")]
    #[schemars(length(min = 1), inner(regex(pattern = "^sg-[0-9a-f]{8,17}$")))]
    pub security_group_ids: Setting<Vec<Sourced<String>>>,

    /// The instance type of pods that ask for none. Default: that of the adaptor.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"m6a.large")]
    pub instance_type: Setting<String>,

    /// The instance types that pods may ask for; the list replaces that of a lower layer. Default: none but the one above.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub instance_types: Setting<Vec<Sourced<String>>>,

    /// A launch template that the virtual machines are started by. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub launch_template: Setting<LaunchTemplateSpec>,

    /// The name of a key pair for SSH. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub key_pair: Setting<String>,

    /// The instance type that builds the image. Default: `c4.xlarge`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "c4.xlarge"))]
    pub build_instance_type: Setting<String>,

    /// The size of the image's volume in GiB. Default: 30.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = 30), range(min = 1, max = 16384))]
    pub image_volume_size: Setting<u32>,

    /// The S3 bucket that an import goes through. Default: one for each run. From 1.10 on the Job of the release empties and
    /// deletes it, whosever it is.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(regex(pattern = "^[a-z0-9][-.a-z0-9]{1,61}[a-z0-9]$"))]
    pub staging_bucket: Setting<String>,
}

/// A launch template.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct LaunchTemplateSpec {
    /// Whether it is used. Default: true where the section is written.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub enabled: Setting<bool>,

    /// Its name. Default: `kata`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "kata"))]
    pub name: Setting<String>,
}

/// Microsoft Azure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct AzureSpec {
    /// The resource group of the virtual machines and the gallery; required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"peer-pods", length(min = 1, max = 90))]
    pub resource_group: Setting<String>,

    /// The region; required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"germanywestcentral", regex(pattern = "^[a-z0-9]+$"))]
    pub region: Setting<String>,

    /// The ARM id of the subnet of the virtual machines; required.
    #[serde(rename = "subnetID", skip_serializing_if = "Setting::is_unset")]
    #[schemars(regex(
        pattern = "^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Network/virtualNetworks/[^/]+/subnets/[^/]+$"
    ))]
    pub subnet_id: Setting<String>,

    /// The ARM id of the network security group of the virtual machines. Default: that of the subnet.
    #[serde(rename = "networkSecurityGroupID", skip_serializing_if = "Setting::is_unset")]
    #[schemars(regex(
        pattern = "^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Network/networkSecurityGroups/[^/]+$"
    ))]
    pub network_security_group_id: Setting<String>,

    /// The size of the machines of pods that ask for none. Default: that of the adaptor, `Standard_DC2as_v5`, which is
    /// confidential (snp).
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"Standard_D2as_v5")]
    pub instance_size: Setting<String>,

    /// The sizes that pods may ask for; the list replaces that of a lower layer. Default: none but the one above.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub instance_sizes: Setting<Vec<Sourced<String>>>,

    /// Whether the machines boot with secure boot. Default: that of the adaptor, false.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub secure_boot: Setting<bool>,

    /// The user that builds log in as, and the one of the machines. Default: `peerpod`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub ssh_user: Setting<String>,

    /// The gallery and the definition that images belong to.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub gallery: Setting<AzureGallerySpec>,

    /// The size of the machine that builds the image. Default: `Standard_D2as_v5`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "Standard_D2as_v5"))]
    pub build_size: Setting<String>,

    /// The marketplace image that a build starts from.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub base_image: Setting<AzureBaseImageSpec>,
}

/// A compute gallery.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct AzureGallerySpec {
    /// Its name: unique in the subscription, at most 80 letters, digits, `_` and `.`, a letter or digit at both ends.
    /// Default: `PodVMGallery_` and the first eight characters of `platform.clusterID`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"peer_pods.frankfurt")]
    pub name: Setting<String>,

    /// Whether it goes with the image. Default: true. A gallery that no Job made stays in any case.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = true))]
    pub delete: Setting<bool>,

    /// The definition of the images in it.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub definition: Setting<AzureDefinitionSpec>,
}

/// An image definition of a gallery.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct AzureDefinitionSpec {
    /// Its name. Default: `podvm-image`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "podvm-image"))]
    pub name: Setting<String>,

    /// Its publisher. Default: `RedHat`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "RedHat"))]
    pub publisher: Setting<String>,

    /// Its offer. Default: `OSC-PodVM`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "OSC-PodVM"))]
    pub offer: Setting<String>,

    /// Its SKU. Default: `OSC-PodVM`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "OSC-PodVM"))]
    pub sku: Setting<String>,

    /// The generation of its machines. Default: `V2`. Confidential machines are `V2`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "V2"))]
    pub vm_generation: Setting<VmGeneration>,
}

/// The generation of a machine on Azure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum VmGeneration {
    /// Booted by a BIOS.
    V1,
    /// Booted by UEFI.
    V2,
}

/// A marketplace image.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct AzureBaseImageSpec {
    /// Its publisher. Default: `redhat`. Needs 1.8.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "redhat"))]
    pub publisher: Setting<String>,

    /// Its offer. Default: `RHEL`. Needs 1.8.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(extend("default" = "RHEL"))]
    pub offer: Setting<String>,

    /// Its SKU. Default: `94_gen2`; up to 1.7 `93_gen2`, and none with `confidential`, whose own image is taken then.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"94_gen2")]
    pub sku: Setting<String>,
}

/// Google Cloud.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct GcpSpec {
    /// The id of the project; required.
    #[serde(rename = "projectID", skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"corp-peer-pods", regex(pattern = "^[a-z][-a-z0-9]{4,28}[a-z0-9]$"))]
    pub project_id: Setting<String>,

    /// The zone of the virtual machines; required. The region is what stands before its last `-`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"europe-west3-b", regex(pattern = "^[a-z]+-[a-z]+[0-9]+-[a-z]$"))]
    pub zone: Setting<String>,

    /// The VPC network; required.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"default", length(min = 1))]
    pub network: Setting<String>,

    /// The subnetwork, which a network in custom mode needs. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub subnetwork: Setting<String>,

    /// The machine type of pods that ask for none. Default: that of the adaptor.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"n2d-standard-2")]
    pub machine_type: Setting<String>,

    /// The machine types that pods may ask for; the list replaces that of a lower layer. Default: none but the one above.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub machine_types: Setting<Vec<Sourced<String>>>,

    /// The type of the root disk. Default: that of the adaptor, `pd-standard`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub disk_type: Setting<DiskType>,
}

/// A type of disk on Google Cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DiskType {
    /// Hard disks.
    PdStandard,
    /// Solid state disks.
    PdSsd,
    /// Between the two.
    PdBalanced,
    /// The quickest.
    PdExtreme,
}

/// A hypervisor that libvirt manages. Its address, `LIBVIRT_URI`, is a key of `peer-pods-secret`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct LibvirtSpec {
    /// The storage pool; required from 1.9 on. Before, it is a key of `peer-pods-secret`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"peer-pods")]
    pub pool: Setting<String>,

    /// The volume that the image is written to; required from 1.9 on. Before, it is a key of `peer-pods-secret`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"podvm.qcow2")]
    pub volume: Setting<String>,

    /// The folder of the pool on the host, where the Job makes the pool; required from 1.9 on.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"/var/lib/libvirt/images/peer-pods", regex(pattern = r"^/\S+$"))]
    pub directory: Setting<String>,

    /// The network of the virtual machines. Default: that of the adaptor, `default`.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    pub network: Setting<String>,

    /// Processors of a virtual machine. Default: that of the adaptor, 2.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(range(min = 1, max = 512))]
    pub cpu: Setting<u32>,

    /// Memory of a virtual machine in MiB. Default: that of the adaptor, 8192.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(range(min = 256))]
    pub memory: Setting<u32>,

    /// The processors of the host that virtual machines run on, as in `0-3,8`. Default: all.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(regex(pattern = r"^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$"))]
    pub cpu_set: Setting<String>,

    /// The size of the root disk in GiB. Default: that of the adaptor, 10.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(range(min = 1))]
    pub root_disk_size: Setting<u32>,

    /// The path of the UEFI firmware on the host. Default: that of OVMF. None on s390x.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(regex(pattern = r"^/\S+$"))]
    pub efi_firmware: Setting<String>,

    /// The launch security of the virtual machines: `s390-pv` with secure execution. Default: none.
    #[serde(skip_serializing_if = "Setting::is_unset")]
    #[schemars(example = &"s390-pv")]
    pub launch_security: Setting<String>,
}
