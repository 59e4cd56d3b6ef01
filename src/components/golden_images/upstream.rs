//! The common boot images that HyperConverged brings along upstream, by release: what an override is completed from.
//!
//! They are files inside the operator's image (assets/dataImportCronTemplates/dataImportCronTemplates.yaml), the same
//! for every cluster of a release (golden-images 5.1). The product brings others, which only a snapshot tells.

use crate::capability::Version;
use crate::capability::version::Bound;

/// One common boot image of some releases of HyperConverged.
#[derive(Debug, PartialEq, Eq)]
pub struct UpstreamImage {
    /// The DataSource.
    pub data_source: &'static str,
    /// The DataImportCron.
    pub cron: &'static str,
    /// The image, without a scheme.
    pub image: &'static str,
    /// The virtual size.
    pub size: &'static str,
    /// The architectures, where the release says so (from 1.16).
    pub architectures: &'static [&'static str],
    since: Bound,
    until: Option<Bound>,
}

/// The images of one release.
pub fn images(hyper_converged: &Version) -> impl Iterator<Item = &'static UpstreamImage> {
    let reached = |bound: Bound| hyper_converged.reaches(bound) == Some(true);
    IMAGES.iter().filter(move |image| reached(image.since) && !image.until.is_some_and(reached))
}

/// DataSources of the product, known from its documentation; nothing but the names is known (golden-images 5.2).
pub const PRODUCT_NAMES: &[&str] =
    &["rhel8", "rhel9", "rhel10", "centos-stream9", "centos-stream10", "fedora"];

/// DataSources that SSP makes for its VM templates: placeholders until an image or a PVC of their name is there
/// (golden-images 3.3).
pub const PLACEHOLDERS: &[&str] = &[
    "centos-stream9",
    "centos6",
    "fedora",
    "opensuse",
    "rhel7",
    "rhel8",
    "rhel9",
    "ubuntu",
    "win10",
    "win11",
    "win2k16",
    "win2k19",
    "win2k22",
    "win2k25",
];

/// Every architecture that HyperConverged and SSP know.
const ALL: &[&str] = &["amd64", "arm64", "s390x"];
const MULTI: Bound = Bound::minor(1, 16);
const FIRST: Bound = Bound::minor(1, 6);

#[rustfmt::skip]
const IMAGES: &[UpstreamImage] = &[
    row("centos-stream8", "quay.io/containerdisks/centos-stream:8", "10Gi").until(Bound::minor(1, 13)),
    row("centos-stream9", "quay.io/containerdisks/centos-stream:9", "10Gi").until(MULTI),
    row("centos-stream9", "quay.io/containerdisks/centos-stream:9", "10Gi").since(MULTI).everywhere(),
    row("centos-stream10", "quay.io/containerdisks/centos-stream:10", "10Gi").since(Bound::minor(1, 14)).until(MULTI),
    row("centos-stream10", "quay.io/containerdisks/centos-stream:10", "10Gi").since(MULTI).everywhere(),
    row("centos7", "quay.io/containerdisks/centos:7-2009", "10Gi").until(Bound::minor(1, 13)),
    row("fedora", "quay.io/containerdisks/fedora:latest", "5Gi").until(MULTI),
    row("fedora", "quay.io/containerdisks/fedora:latest", "5Gi").since(MULTI).everywhere(),
];

const fn row(data_source: &'static str, image: &'static str, size: &'static str) -> UpstreamImage {
    UpstreamImage {
        data_source,
        cron: cron_of(data_source),
        image,
        size,
        architectures: &[],
        since: FIRST,
        until: None,
    }
}

/// The name of its DataImportCron; a `match`, since constants cannot join text.
const fn cron_of(data_source: &'static str) -> &'static str {
    match data_source.as_bytes() {
        b"centos-stream8" => "centos-stream8-image-cron",
        b"centos-stream9" => "centos-stream9-image-cron",
        b"centos-stream10" => "centos-stream10-image-cron",
        b"centos7" => "centos-7-image-cron",
        _ => "fedora-image-cron",
    }
}

impl UpstreamImage {
    const fn since(mut self, since: Bound) -> Self {
        self.since = since;
        self
    }

    const fn until(mut self, until: Bound) -> Self {
        self.until = Some(until);
        self
    }

    const fn everywhere(mut self) -> Self {
        self.architectures = ALL;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(version: &str) -> Vec<&'static str> {
        images(&version.parse().unwrap()).map(|image| image.data_source).collect()
    }

    #[test]
    fn each_release_has_the_images_of_its_file() {
        assert_eq!(names("1.10"), ["centos-stream8", "centos-stream9", "centos7", "fedora"]);
        assert_eq!(names("1.13.0"), ["centos-stream9", "fedora"]);
        for version in ["1.14", "1.15.2", "1.16", "1.18.1", "1.19"] {
            assert_eq!(names(version), ["centos-stream9", "centos-stream10", "fedora"], "{version}");
        }
    }

    #[test]
    fn architectures_are_said_from_1_16_on() {
        let of = |version: &str| {
            images(&version.parse().unwrap()).next().map(|image| image.architectures).unwrap()
        };
        assert_eq!(of("1.15"), [""; 0]);
        assert_eq!(of("1.16"), ["amd64", "arm64", "s390x"]);
    }

    #[test]
    fn the_cron_is_named_after_the_data_source_but_for_centos_7() {
        for image in IMAGES {
            let regular = format!("{}-image-cron", image.data_source);
            assert!(image.cron == regular || image.data_source == "centos7", "{}", image.cron);
        }
    }
}
