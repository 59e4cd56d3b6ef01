//! What an image is made from. The fingerprint of the inputs stands on the work and on its
//! result, so that the same image is not made twice, and nothing else makes it anew: no label, no limit, no new goldsmith.

use sha2::{Digest, Sha256};

use super::resolve::{ConfigData, Entry};
use crate::diagnostic::words::hex;
use crate::provenance::{Origin, Sourced};

/// The annotation of the work that names its inputs.
pub const NAMES: &str = "goldsmith.dev/inputs";
/// The annotation of the work with their fingerprint.
pub const FINGERPRINT: &str = "goldsmith.dev/inputs-fingerprint";
/// The annotation of `peer-pods-cm` with the fingerprint of what its image was made from, a blank, and that image. The work writes it.
pub const RESULT: &str = "goldsmith.dev/pod-vm-inputs";

/// The keys of `peer-pods-cm` that decide where an image lies. All others concern the virtual machines, not their image.
pub const OF_PEER_PODS_CONFIG: &[&str] = &[
    "AWS_REGION",
    "AZURE_REGION",
    "AZURE_RESOURCE_GROUP",
    "CLOUD_PROVIDER",
    "GCP_PROJECT_ID",
    "GCP_ZONE",
    "LIBVIRT_DIR_NAME",
    "LIBVIRT_POOL",
    "LIBVIRT_VOL_NAME",
];

/// The keys of the image ConfigMap that decide nothing about the image: where its id goes, and the machine that builds it.
pub const NOT_OF_IMAGE_CONFIG: &[&str] =
    &["BUCKET_NAME", "INSTANCE_TYPE", "SSH_USERNAME", "UPDATE_PEERPODS_CM", "VM_SIZE"];

/// The keys of the image ConfigMap that only a build reads: an image that is imported does not depend on them (podvm 1.9).
pub const OF_A_BUILD: &[&str] = &[
    "AGENT_POLICY",
    "BASE_IMAGE_OFFER",
    "BASE_IMAGE_PUBLISHER",
    "BASE_IMAGE_SKU",
    "BASE_OS_VERSION",
    "BOOT_FIPS",
    "CAA_REF",
    "CAA_SRC",
    "CUSTOM_CLOUD_INIT_MODULES",
    "DISABLE_CLOUD_CONFIG",
    "DOWNLOAD_SOURCES",
    "ENABLE_NVIDIA_GPU",
    "INSTALL_PACKAGES",
    "NVIDIA_DRIVER_VERSION",
    "NVIDIA_USERSPACE_VERSION",
    "PAUSE_IMAGE_REPO",
    "PAUSE_IMAGE_VERSION",
    "PODVM_DISTRO",
    "SE_BOOT",
    "SE_VERIFY",
];

/// Whether a key of the image ConfigMap decides about the image, which is imported or not.
pub fn of_image_config(key: &str, is_imported: bool) -> bool {
    !(NOT_OF_IMAGE_CONFIG.contains(&key) || is_imported && OF_A_BUILD.contains(&key))
}

/// The inputs of an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    /// SHA-256 over names and values, the first half, in hexadecimal.
    pub fingerprint: Sourced<String>,
    /// Their names, sorted, joined by blanks.
    pub names: Sourced<String>,
}

impl Inputs {
    /// The inputs of an image, which is imported or not, from the data of both ConfigMaps and what the Jobs add.
    pub fn of(
        (peer_pods_config, image_config): (&ConfigData, &ConfigData),
        more: &[Entry],
        is_imported: bool,
    ) -> Self {
        let placed =
            peer_pods_config.entries().iter().filter(|entry| OF_PEER_PODS_CONFIG.contains(&entry.key));
        let is_said_again = |key: &str| more.iter().any(|entry| entry.key == key);
        let made = image_config
            .entries()
            .iter()
            .filter(|entry| of_image_config(entry.key, is_imported) && !is_said_again(entry.key));
        let mut all: Vec<&Entry> = placed.chain(made).chain(more).collect();
        all.retain(|entry| !(is_imported && OF_A_BUILD.contains(&entry.key)));
        all.sort_by_key(|entry| entry.key);
        let mut hash = Sha256::new();
        for entry in &all {
            // Lengths keep neighbours apart: no name or value can take a part of the next.
            for text in [entry.key, &entry.value.value] {
                hash.update((text.len() as u64).to_le_bytes());
                hash.update(text);
            }
        }
        let digest = hex(&hash.finalize()[..16]);
        let names = all.iter().map(|entry| entry.key).collect::<Vec<_>>().join(" ");
        let origins: Vec<&Origin> = all.iter().map(|entry| &entry.value.origin).collect();
        Inputs {
            fingerprint: Sourced::derived(
                digest,
                "inputs: the fingerprint of all that the image is made from",
                &origins,
            ),
            names: Sourced::derived(names, "inputs: the names of all that the image is made from", &origins),
        }
    }

    /// A number of 31 bits that stands for the fingerprint, never 0.
    pub fn number(&self) -> u32 {
        let bits = self.fingerprint.value.get(..8).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        (bits.unwrap_or_default() & i32::MAX as u32).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(entries: &[(&'static str, &str)]) -> ConfigData {
        let mut data = ConfigData::default();
        for (key, value) in entries {
            data.put(key, Sourced { value: (*value).to_owned(), ..Sourced::default() });
        }
        data
    }

    fn fingerprint(peer: &[(&'static str, &str)], image: &[(&'static str, &str)]) -> String {
        Inputs::of((&data(peer), &data(image)), &[], false).fingerprint.value
    }

    #[test]
    fn what_concerns_the_machines_is_no_input() {
        let region = ("AWS_REGION", "eu-central-1");
        let alone = fingerprint(&[region], &[("AMI_BASE_NAME", "a")]);
        let more = &[region, ("PODVM_INSTANCE_TYPE", "m6a.large"), ("PROXY_TIMEOUT", "5m")];
        assert_eq!(fingerprint(more, &[("AMI_BASE_NAME", "a"), ("UPDATE_PEERPODS_CM", "no")]), alone);
        assert_ne!(fingerprint(&[("AWS_REGION", "eu-west-1")], &[("AMI_BASE_NAME", "a")]), alone);
    }

    #[test]
    fn values_do_not_run_into_each_other() {
        assert_ne!(fingerprint(&[], &[("A", "1"), ("B", "")]), fingerprint(&[], &[("A", ""), ("B", "1")]));
    }
}
