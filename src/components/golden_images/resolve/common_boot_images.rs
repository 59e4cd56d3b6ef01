//! The common boot images of the site: the upstream list of its HyperConverged, or the fleet's own snapshot.

use super::asked::Asked;
use super::carrier::Carrier;
use super::snapshot;
use crate::capability::Product;
use crate::components::golden_images::image::Pull;
use crate::components::golden_images::spec::CommonBootImagesSpec;
use crate::components::golden_images::upstream::{self, PRODUCT_NAMES, UpstreamImage};
use crate::diagnostic::Findings;
use crate::provenance::{Origin, Sourced};

/// One common boot image, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CommonImage {
    pub(super) data_source: String,
    pub(super) cron: Sourced<String>,
    pub(super) namespace: Option<Sourced<String>>,
    /// `docker://...`
    pub(super) url: Option<Sourced<String>>,
    pub(super) image_stream: Option<Sourced<String>>,
    pub(super) pull: Option<Sourced<Pull>>,
    pub(super) secret: Option<Sourced<String>>,
    pub(super) certificates: Option<Sourced<String>>,
    pub(super) size: Option<Sourced<String>>,
    pub(super) storage_class: Option<Sourced<String>>,
    /// As the annotation has it: comma separated.
    pub(super) architectures: Option<Sourced<String>>,
}

/// All common boot images of a site.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct CommonList {
    pub(super) images: Vec<CommonImage>,
    /// Whether only names are known, because the product's values are in no public file.
    pub(super) names_only: bool,
    /// Whether nothing is known, since the snapshot cannot be used, which is told.
    pub(super) unknown: bool,
    /// Whether there are any: HyperConverged serves, and they are not switched off.
    pub(super) imported: bool,
}

impl CommonList {
    pub(super) fn of(
        asked: &Asked<'_>,
        carrier: &Carrier,
        common: &CommonBootImagesSpec,
        findings: &mut Findings,
    ) -> CommonList {
        let Carrier::HyperConverged(hyper_converged) = carrier else {
            return CommonList::default();
        };
        let imported = hyper_converged.common_images.value;
        if let Some(path) = common.snapshot.get() {
            let read = snapshot::read(asked, path, findings);
            let unknown = read.is_none();
            return CommonList {
                images: read.unwrap_or_default(),
                unknown,
                imported,
                ..CommonList::default()
            };
        }
        if asked.platform.has(Product::Virtualization) {
            return CommonList { images: product_names(), names_only: true, unknown: false, imported };
        }
        CommonList { images: upstream_images(asked), names_only: false, unknown: false, imported }
    }

    /// The image of a DataSource.
    pub(super) fn find(&self, data_source: &str) -> Option<&CommonImage> {
        self.images.iter().find(|image| image.data_source == data_source)
    }

    /// The image of a DataImportCron.
    pub(super) fn of_cron(&self, cron: &str) -> Option<&CommonImage> {
        self.images.iter().find(|image| image.cron.value == cron)
    }

    /// All names, for "did you mean".
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.images.iter().map(|image| image.data_source.as_str())
    }
}

impl CommonImage {
    /// An image of which only the names are known.
    pub(super) fn named(data_source: &str, cron: Sourced<String>) -> CommonImage {
        CommonImage {
            data_source: data_source.to_owned(),
            cron,
            namespace: None,
            url: None,
            image_stream: None,
            pull: None,
            secret: None,
            certificates: None,
            size: None,
            storage_class: None,
            architectures: None,
        }
    }
}

fn product_names() -> Vec<CommonImage> {
    let rule = "common boot images of OpenShift Virtualization: <image>-image-cron";
    let named =
        |name: &&str| CommonImage::named(name, Sourced::derived(format!("{name}-image-cron"), rule, &[]));
    PRODUCT_NAMES.iter().map(named).collect()
}

fn upstream_images(asked: &Asked<'_>) -> Vec<CommonImage> {
    let Some(version) = asked.platform.version(Product::HyperConverged) else {
        return Vec::new();
    };
    let rule = format!("common boot images of HyperConverged {}", version.value.minor());
    let origin = Origin::derived(rule, &[&version.origin]);
    upstream::images(&version.value).map(|image| of_upstream(image, &origin)).collect()
}

fn of_upstream(image: &UpstreamImage, origin: &Origin) -> CommonImage {
    let say = |text: String| Sourced { value: text, origin: origin.clone() };
    let architectures = image.architectures.join(",");
    CommonImage {
        url: Some(say(format!("docker://{}", image.image))),
        size: Some(say(image.size.to_owned())),
        architectures: (!architectures.is_empty()).then(|| say(architectures)),
        ..CommonImage::named(image.data_source, say(image.cron.to_owned()))
    }
}
