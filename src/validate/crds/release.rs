//! Definitions that only some sites serve: those of a folder that is named after a release.
//!
//! `crds/cdi-1.62/` is for sites with CDI 1.62, and for those with a later one up to the next such folder. The product is
//! named as `platform` names it, the release by its minor; the definitions of any other folder are for all sites.

use crate::capability::platform::Platform;
use crate::capability::version::Bound;
use crate::capability::{Product, Version};

/// A minor release of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    pub(super) product: Product,
    minor: Bound,
}

impl Release {
    /// The release that a folder of a path is named after; none where there is no such folder.
    pub fn of_path(path: &str) -> Option<Self> {
        let (folders, _) = path.rsplit_once('/')?;
        folders.split('/').rev().find_map(Release::of_folder)
    }

    fn of_folder(name: &str) -> Option<Self> {
        let (key, version) = name.split_once('-')?;
        let product = Product::ALL.into_iter().find(|product| key_of(*product) == key)?;
        let minor = version.parse::<Version>().ok()?.minor();
        Some(Release { product, minor })
    }

    /// Whether a site has this release or a later one.
    pub(super) fn is_reached_by(self, platform: &Platform) -> bool {
        platform.version(self.product).is_some_and(|version| version.reaches(self.minor) == Some(true))
    }
}

fn key_of(product: Product) -> &'static str {
    product.setting().trim_start_matches("platform.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(path: &str) -> Option<String> {
        Release::of_path(path).map(|release| format!("{} {}", release.product.name(), release.minor))
    }

    #[test]
    fn a_release_is_a_product_and_its_minor() {
        for (path, name) in [
            ("cdi-1.62/a.yaml", "CDI 1.62"),
            ("openshift-4.20/network/a.yaml", "OpenShift 4.20"),
            ("all/hyperConverged-v1.16.2/a.yaml", "HyperConverged 1.16"),
        ] {
            assert_eq!(release(path).as_deref(), Some(name), "{path}");
        }
    }

    #[test]
    fn any_other_folder_is_for_all() {
        for path in
            ["a.yaml", "cdi-1.62.yaml", "cdi/a.yaml", "cdi-new/a.yaml", "ocp-4.20/a.yaml", "CDI-1.62/a.yaml"]
        {
            assert_eq!(release(path), None, "{path}");
        }
    }

    #[test]
    fn of_two_releases_the_later_minor_is_the_greater() {
        let of = |name: &str| Release::of_folder(name).unwrap();
        assert!(of("openshift-4.9") < of("openshift-4.12"));
    }
}
