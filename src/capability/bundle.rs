//! What one release brings along: OpenShift Virtualization a HyperConverged, HyperConverged its operators.
//!
//! In: the version of the outer product. Out: the versions it implies. Source: golden-images 4.1, which read the
//! manifests of each release; the step from OpenShift Virtualization to HyperConverged is known to the field only.

use super::version::{Bound, Version};

/// What one minor of HyperConverged deploys.
#[derive(Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The minor of HyperConverged.
    pub hyper_converged: Bound,
    /// KubeVirt.
    pub kube_virt: Bound,
    /// The Containerized Data Importer.
    pub cdi: Bound,
    /// The scheduling, scale and performance operator; deployed on OpenShift and OKD only.
    pub ssp: Bound,
}

/// Every supported minor, oldest first.
pub const BUNDLES: &[Bundle] = &[
    bundle(10, (1, 0, 1), (57, 0), (18, 3)),
    bundle(11, (1, 1, 1), (58, 1), (19, 0)),
    bundle(12, (1, 2, 2), (59, 0), (20, 0)),
    bundle(13, (1, 3, 1), (60, 3), (21, 1)),
    bundle(14, (1, 4, 0), (61, 1), (22, 2)),
    bundle(15, (1, 5, 2), (62, 0), (23, 1)),
    bundle(16, (1, 6, 2), (63, 1), (24, 1)),
    bundle(17, (1, 7, 1), (64, 0), (24, 1)),
    bundle(18, (1, 8, 4), (65, 0), (25, 0)),
    bundle(19, (1, 9, 0), (66, 0), (26, 0)),
];

/// The newest OpenShift Virtualization of the table.
pub const NEWEST_VIRTUALIZATION: Bound = Bound::minor(4, 22);

/// What a HyperConverged brings along. None before the first row; behind the last one, the last.
pub fn of_hyper_converged(version: &Version) -> Option<&'static Bundle> {
    BUNDLES.iter().rev().find(|bundle| version.reaches(bundle.hyper_converged) == Some(true))
}

/// The HyperConverged inside an OpenShift Virtualization 4.N: 1.(N-4). None before the first row; behind the newest
/// known release, that of the newest.
pub fn of_virtualization(version: &Version) -> Option<Bound> {
    let newer = version.reaches(NEWEST_VIRTUALIZATION) == Some(true);
    let minor = if newer { NEWEST_VIRTUALIZATION } else { version.minor() };
    let inside = Bound::minor(1, minor.minor_number().checked_sub(4)?);
    BUNDLES.iter().any(|bundle| bundle.hyper_converged == inside).then_some(inside)
}

const fn bundle(minor: u64, kube_virt: (u64, u64, u64), cdi: (u64, u64), ssp: (u64, u64)) -> Bundle {
    Bundle {
        hyper_converged: Bound::minor(1, minor),
        kube_virt: Bound::patch(kube_virt.0, kube_virt.1, kube_virt.2),
        cdi: Bound::patch(1, cdi.0, cdi.1),
        ssp: Bound::patch(0, ssp.0, ssp.1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(virtualization: &str) -> Option<String> {
        of_virtualization(&virtualization.parse().unwrap()).map(|bound| bound.to_string())
    }

    #[test]
    fn each_virtualization_brings_its_hyper_converged() {
        for (virtualization, hyper_converged) in [
            ("4.14", "1.10"),
            ("4.18.7", "1.14"),
            ("4.19", "1.15"),
            ("4.20", "1.16"),
            ("4.21", "1.17"),
            ("4.22", "1.18"),
        ] {
            assert_eq!(inside(virtualization).as_deref(), Some(hyper_converged), "{virtualization}");
        }
    }

    #[test]
    fn a_virtualization_newer_than_the_table_brings_what_the_newest_brings() {
        assert_eq!(inside("4.30").as_deref(), Some("1.18"));
        assert_eq!(inside("5.1").as_deref(), Some("1.18"));
    }

    #[test]
    fn a_virtualization_older_than_the_table_brings_nothing() {
        assert_eq!(inside("4.13"), None);
        assert_eq!(inside("4.1"), None);
    }

    #[test]
    fn hyper_converged_brings_the_operators_of_its_minor() {
        let row = |text: &str| {
            let bundle = of_hyper_converged(&text.parse().unwrap()).unwrap();
            [bundle.kube_virt, bundle.cdi, bundle.ssp].map(|bound| bound.to_string())
        };
        assert_eq!(row("1.10"), ["1.0.1", "1.57.0", "0.18.3"]);
        assert_eq!(row("1.14.3"), ["1.4.0", "1.61.1", "0.22.2"]);
        assert_eq!(row("1.17"), ["1.7.1", "1.64.0", "0.24.1"]);
        assert_eq!(row("1.18.1"), ["1.8.4", "1.65.0", "0.25.0"]);
        assert_eq!(row("1.25"), ["1.9.0", "1.66.0", "0.26.0"], "newer than the table");
        assert_eq!(of_hyper_converged(&"1.9".parse().unwrap()), None);
    }
}
