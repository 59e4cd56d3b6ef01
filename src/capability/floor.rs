//! The oldest supported and the newest known release of each product: stated here and nowhere else.

use super::Product;
use super::version::Bound;

/// The supported range of one product.
#[derive(Debug, PartialEq, Eq)]
pub struct Range {
    /// The product.
    pub product: Product,
    /// The oldest supported release.
    pub lowest: Bound,
    /// Why no older one.
    pub reason: &'static str,
    /// The newest release that the table was written for; newer ones are taken for this one, with a warning.
    pub newest: Bound,
}

/// A range for each product, in the order of [`Product::ALL`].
///
/// OpenShift and SSP reach further down than the rest: OpenShift 4.12 for registry mirrors, SSP 0.17 for sites that run
/// SSP without HyperConverged.
pub static RANGES: [Range; 8] = [
    Range {
        product: Product::Kubernetes,
        lowest: Bound::minor(1, 27),
        reason: "it is the Kubernetes of OpenShift 4.14, so that one bound holds for both kinds of cluster",
        newest: Bound::minor(1, 36),
    },
    Range {
        product: Product::OpenShift,
        lowest: Bound::minor(4, 12),
        reason: "it is the last long-lived release whose mirrors are ImageContentSourcePolicies",
        newest: Bound::minor(4, 22),
    },
    Range {
        product: Product::Virtualization,
        lowest: Bound::minor(4, 14),
        reason: "it brings CDI 1.57, the first with empty schedules, snapshot sources and imports bound at once",
        newest: super::bundle::NEWEST_VIRTUALIZATION,
    },
    Range {
        product: Product::HyperConverged,
        lowest: Bound::minor(1, 10),
        reason: "it brings CDI 1.57, the first with empty schedules, snapshot sources and imports bound at once",
        newest: Bound::minor(1, 19),
    },
    Range {
        product: Product::Ssp,
        lowest: Bound::minor(0, 17),
        reason: "it is the last release that serves v1beta1 alone, kept for sites that run SSP without HyperConverged",
        newest: Bound::minor(0, 26),
    },
    Range {
        product: Product::Cdi,
        lowest: Bound::minor(1, 57),
        reason: "it is the first with empty schedules, snapshot sources and imports bound at once",
        newest: Bound::minor(1, 66),
    },
    Range {
        product: Product::KubeVirt,
        lowest: Bound::minor(1, 0),
        reason: "it is the KubeVirt of HyperConverged 1.10",
        newest: Bound::minor(1, 9),
    },
    Range {
        product: Product::SandboxedContainers,
        lowest: Bound::minor(1, 6),
        reason: "it is the first that builds pod VM images from a ConfigMap of each provider; before, a Job held the script itself",
        newest: Bound::minor(1, 14),
    },
];

/// The range of a product.
pub fn of(product: Product) -> &'static Range {
    &RANGES[product as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_product_has_its_range_at_its_place() {
        for product in Product::ALL {
            assert_eq!(of(product).product, product);
            assert!(of(product).lowest < of(product).newest, "{product:?}");
        }
    }
}
