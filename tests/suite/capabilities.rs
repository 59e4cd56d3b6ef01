//! Every row of the capability table that says it changes the output: one spec, rendered on both sides of the bound.

use std::fs;
use std::process::Command;

use goldsmith::capability::Product;
use goldsmith::capability::table::{Capability, Effect, ROWS, Row};
use goldsmith::capability::version::Version;

/// A spec that shows what a row decides, and the releases on both sides of its bound.
struct Pair {
    capability: Capability,
    product: Product,
    /// The last release before the bound, and the first at it.
    releases: [&'static str; 2],
    /// The platform without the release of the product, which stands for `{}`.
    platform: &'static str,
    /// The other sections.
    sections: &'static str,
}

const UPSTREAM: &str = "openshift: '4.20', hyperConverged: '{}'";
const PLAIN: &str = "kubernetes: '1.30', cdi: '{}'";
const ALONE: &str = "kubernetes: '1.30', cdi: '1.63', ssp: '{}'";
const IMAGE: &str = "goldenImages: {images: {alma: {registry: registry.example/alma:9, size: 8Gi}}}\n";
const ALERTS: &str = "goldenImages: {images: {alma: {registry: registry.example/alma:9, size: 8Gi}}, alerts: {enabled: true}}\n";
const FOREIGN_PVC: &str = "goldenImages: {images: {built: {pvc: {namespace: builds, name: latest}}}}\n";
const SEVERAL: &str = "goldenImages: {images: {alma: {registry: registry.example/alma:9, size: 8Gi, architectures: [amd64, arm64]}}}\n";
const BY_NODE: &str = "registries: {credentials: {registry.example: {cdi: login}}}\n\
     goldenImages: {images: {alma: {registry: registry.example/alma:9, size: 8Gi, pull: node}}}\n";
const MIRROR: &str = "registries: {mirrors: {quay.io: {to: [mirror.example/quay]}}}\n";

#[rustfmt::skip]
const PAIRS: &[Pair] = &[
    pair(Capability::PvcSourceAuthorized, Product::Cdi, ["1.63", "1.64"], PLAIN, FOREIGN_PVC),
    pair(Capability::NodePullPolling, Product::Cdi, ["1.62", "1.63"], PLAIN, BY_NODE),
    pair(Capability::NodePullPolling, Product::HyperConverged, ["1.15", "1.16"], UPSTREAM, BY_NODE),
    pair(Capability::OutdatedMetricName, Product::Cdi, ["1.57", "1.58"], PLAIN, ALERTS),
    pair(Capability::OutdatedMetricPending, Product::Cdi, ["1.59", "1.60"], PLAIN, ALERTS),
    pair(Capability::OutdatedMetricNamespace, Product::Cdi, ["1.63", "1.64"], PLAIN, ALERTS),
    pair(Capability::CommonImagesField, Product::HyperConverged, ["1.14", "1.15"], UPSTREAM, IMAGE),
    pair(Capability::HyperConvergedV1, Product::HyperConverged, ["1.17", "1.18"], UPSTREAM, IMAGE),
    pair(Capability::MultiArchitectureField, Product::HyperConverged, ["1.18", "1.19"],
        "openshift: '4.22', architectures: [amd64, arm64], hyperConverged: '{}'", SEVERAL),
    pair(Capability::SspV1beta2, Product::Ssp, ["0.17", "0.18"], ALONE, IMAGE),
    pair(Capability::SspV1beta3, Product::Ssp, ["0.23", "0.24"], ALONE, IMAGE),
    pair(Capability::ImageMirrorSets, Product::OpenShift, ["4.12", "4.13"], "openshift: '{}'", MIRROR),
    pair(Capability::FullImageVersion, Product::SandboxedContainers, ["1.8.0", "1.9.0"], SANDBOX, ON_AWS),
    pair(Capability::ReducedImageVersion, Product::SandboxedContainers, ["1.9.0", "1.10.0"], SANDBOX, BY_EXECUTOR),
    pair(Capability::BaseImageByOffer, Product::SandboxedContainers, ["1.7.0", "1.8.0"], SANDBOX, ON_AZURE),
    pair(Capability::LibvirtInConfig, Product::SandboxedContainers, ["1.8.0", "1.9.0"], SANDBOX, ON_LIBVIRT),
    pair(Capability::SecureExecutionVerify, Product::SandboxedContainers, ["1.9.0", "1.10.0"], SANDBOX, ON_LIBVIRT),
    pair(Capability::ImageJobCredentials, Product::SandboxedContainers, ["1.6.0", "1.7.0"], SANDBOX, BY_EXECUTOR),
    pair(Capability::ImageJobPrivileged, Product::SandboxedContainers, ["1.8.0", "1.9.0"], SANDBOX, BY_EXECUTOR),
    pair(Capability::ImageJobCleanup, Product::SandboxedContainers, ["1.9.0", "1.10.0"], SANDBOX, BY_EXECUTOR),
    pair(Capability::ImageJobHostRegistries, Product::SandboxedContainers, ["1.9.0", "1.10.0"], SANDBOX, BY_EXECUTOR),
    pair(Capability::DeletionOnGoogleCloud, Product::SandboxedContainers, ["1.9.0", "1.10.0"], SANDBOX, BY_EXECUTOR),
    pair(Capability::ImageJobIbmCloud, Product::SandboxedContainers, ["1.11.0", "1.12.0"], SANDBOX, BY_EXECUTOR),
    pair(Capability::ImageJobToken, Product::SandboxedContainers, ["1.11.0", "1.12.0"], SANDBOX, BY_EXECUTOR),
];

/// A site with pod VMs, by the release.
const SANDBOX: &str = "openshift: '4.18', sandboxedContainers: '{}', clusterID: 8c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55, architectures: [amd64, s390x]";
const ON_AWS: &str = "podVM: {provider: aws, image: {build: {}}, aws: {region: eu-central-1, vpcID: vpc-01234567, subnetID: subnet-01234567, securityGroupIDs: [sg-01234567]}}\n";
const BY_EXECUTOR: &str = "podVM: {provider: aws, runner: executor, image: {build: {}}, aws: {region: eu-central-1, vpcID: vpc-01234567, subnetID: subnet-01234567, securityGroupIDs: [sg-01234567]}}\n";
const ON_AZURE: &str = "podVM: {provider: azure, image: {build: {}}, azure: {region: westeurope, resourceGroup: pods, subnetID: /subscriptions/s/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets/n}}\n";
const ON_LIBVIRT: &str = "podVM: {provider: libvirt, image: {build: {}}, libvirt: {pool: pods, volume: a.qcow2, directory: /var/lib/pods}}\n";

const fn pair(
    capability: Capability,
    product: Product,
    releases: [&'static str; 2],
    platform: &'static str,
    sections: &'static str,
) -> Pair {
    Pair { capability, product, releases, platform, sections }
}

impl Pair {
    fn is_of(&self, row: &Row) -> bool {
        (self.capability, self.product) == (row.capability, row.product)
    }

    /// All manifests on one release, with the answers that the site forces.
    fn render(&self, release: &str, forced: &str) -> String {
        let platform = self.platform.replace("{}", release);
        let site = format!(
            "apiVersion: goldsmith.dev/v1alpha1\nkind: Site\nmetadata: {{name: a}}\nspec:\n  platform: {{{platform}{forced}}}\n  {}",
            self.sections.replace('\n', "\n  ")
        );
        let fleet =
            "apiVersion: goldsmith.dev/v1alpha1\nkind: Fleet\nspec: {goldsmith: '>=0.1', sites: [a.yaml]}\n";
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("fleet.yaml"), fleet).unwrap();
        fs::write(folder.path().join("a.yaml"), site).unwrap();
        let mut goldsmith = Command::new(env!("CARGO_BIN_EXE_goldsmith"));
        let run = goldsmith.args(["render", "--stdout"]).arg(folder.path()).env_clear().output().unwrap();
        assert!(
            run.status.success(),
            "{} {release}: {}",
            self.capability,
            String::from_utf8_lossy(&run.stderr)
        );
        String::from_utf8(run.stdout).unwrap()
    }
}

fn rows() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(|row| row.effect == Effect::Output)
}

#[test]
fn every_row_with_an_output_has_one_pair_right_at_its_bound() {
    for row in rows() {
        let pairs: Vec<_> = PAIRS.iter().filter(|pair| pair.is_of(row)).collect();
        assert_eq!(pairs.len(), 1, "{}: {}", row.capability, row.words());
        let [before, since] = pairs[0].releases.map(|release| release.parse::<Version>().unwrap());
        assert_eq!(
            (before.reaches(row.since), since.reaches(row.since)),
            (Some(false), Some(true)),
            "{}",
            row.words()
        );
        assert_eq!(before.minor().minor_number() + 1, since.minor().minor_number(), "{}", row.words());
    }
    assert_eq!(PAIRS.len(), rows().count(), "a pair has no row");
}

#[test]
fn the_output_differs_across_the_bound_of_each_row() {
    for pair in PAIRS {
        let [before, since] = pair.releases.map(|release| pair.render(release, ""));
        assert!(!before.is_empty() && before != since, "{}: {since}", pair.capability);
    }
}

/// Two rows may share a bound; then another row could be all that differs.
#[test]
fn it_is_the_row_that_makes_the_difference() {
    for pair in PAIRS {
        let off = format!(", capabilities: {{{}: false}}", pair.capability);
        let since = pair.releases[1];
        assert_ne!(pair.render(since, ""), pair.render(since, &off), "{}", pair.capability);
    }
}
