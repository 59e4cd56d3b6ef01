//! `platform` as written to [`Platform`]: implied versions, defaults, contradictions.

use std::collections::BTreeMap;

use super::PlatformSpec;
use super::rules::{
    IMPORTER_UNKNOWN, NEWER_THAN_KNOWN, NO_CLUSTER, PRODUCT_NOT_SERVED, TOO_OLD, UNKNOWN_CAPABILITY,
    VERSIONS_DISAGREE, VIRTUALIZATION_AHEAD, WINDOW,
};
use crate::capability::platform::{Architecture, Namespaces, Platform, Topology};
use crate::capability::version::Bound;
use crate::capability::{Capability, Product, Version, bundle, floor};
use crate::diagnostic::{Diagnostic, Findings};
use crate::name::Namespace;
use crate::provenance::decode::similar;
use crate::provenance::{DefaultRule, Origin, Place, Setting, Sourced, Sources};
use crate::spec::{VersionSpec, WindowSpec};

type Versions = BTreeMap<Product, Sourced<Version>>;

static TOPOLOGY: DefaultRule =
    DefaultRule { path: "platform.topology", reason: "control plane and workers on nodes of their own" };
static ARCHITECTURES: DefaultRule =
    DefaultRule { path: "platform.architectures", reason: "most clusters are amd64 alone" };
static FIPS: DefaultRule = DefaultRule {
    path: "platform.fips",
    reason: "a cluster is installed with FIPS only where it is asked for",
};
static PRODUCT_NAMESPACE: DefaultRule = DefaultRule {
    path: "platform.namespaces.hyperConverged",
    reason: "OpenShift Virtualization is installed in `openshift-cnv`",
};
static UPSTREAM_NAMESPACE: DefaultRule = DefaultRule {
    path: "platform.namespaces.hyperConverged",
    reason: "upstream HyperConverged is installed in `kubevirt-hyperconverged`",
};
static SSP_NAMESPACE: DefaultRule =
    DefaultRule { path: "platform.namespaces.ssp", reason: "SSP by itself is installed in `kubevirt`" };
static CDI_NAMESPACE: DefaultRule =
    DefaultRule { path: "platform.namespaces.cdi", reason: "CDI by itself is installed in `cdi`" };
static PRODUCT_IMAGES: DefaultRule = DefaultRule {
    path: "platform.namespaces.bootImages",
    reason: "the SSP of OpenShift Virtualization is built with `openshift-virtualization-os-images`",
};
static UPSTREAM_IMAGES: DefaultRule = DefaultRule {
    path: "platform.namespaces.bootImages",
    reason: "upstream SSP is built with `kubevirt-os-images`",
};

impl PlatformSpec {
    /// Resolves the section. `section` is where the section is (or its default), for what is missing as a whole. None
    /// where a finding leaves no platform to speak of; warnings leave one.
    pub fn resolve(&self, section: &Origin, sources: &Sources, findings: &mut Findings) -> Option<Platform> {
        let mut told = Findings::default();
        let mut resolving = Resolving { sources, findings: &mut told };
        resolving.kind_of_cluster(self, section);
        let mut versions = resolving.given(self);
        imply(&mut versions, self);
        resolving.consistent(&versions);
        let forced = resolving.forced(self);
        let sound = !told.has_errors();
        findings.absorb(told);
        sound.then(|| Platform {
            topology: self.topology.or(&TOPOLOGY, Topology::default),
            architectures: self.architectures.or(&ARCHITECTURES, || vec![Architecture::Amd64]),
            namespaces: namespaces(self, &versions),
            cluster_id: self.cluster_id.get().cloned(),
            fips: self.fips.or(&FIPS, || false),
            versions,
            forced,
        })
    }
}

/// A cluster runs the lower end of its window until the upgrade is done.
fn now(window: &WindowSpec) -> String {
    match window.from.get() {
        Some(from) => {
            format!("give the version that the cluster runs now: `\"{}\"` until it is upgraded", from.value)
        }
        None => "give the version that the cluster runs now".to_owned(),
    }
}

struct Resolving<'r> {
    sources: &'r Sources,
    findings: &'r mut Findings,
}

impl Resolving<'_> {
    fn kind_of_cluster(&mut self, spec: &PlatformSpec, section: &Origin) {
        if spec.cluster().is_some() {
            return;
        }
        let finding = Diagnostic::new(&NO_CLUSTER, "the site does not say which cluster it is")
            .at(self.place(section), "no version of the cluster in here")
            .help("give one of `platform.openshift: \"4.20\"` and `platform.kubernetes: \"1.34\"`");
        self.findings.push(finding);
    }

    /// The versions that are written, each within the supported range.
    fn given(&mut self, spec: &PlatformSpec) -> Versions {
        let mut versions = Versions::new();
        for product in Product::ALL {
            let Some(written) = spec.written(product) else { continue };
            match &written.value {
                VersionSpec::One(version) => {
                    let version = Sourced { value: version.clone(), origin: written.origin.clone() };
                    self.in_range(product, &version);
                    versions.insert(product, version);
                }
                VersionSpec::Window(window) => self.findings.push(
                    Diagnostic::new(
                        &WINDOW,
                        format!("`{}` is a window, which is not supported yet", product.setting()),
                    )
                    .at(self.place(&written.origin), "two versions")
                    .help(now(window)),
                ),
            }
        }
        versions
    }

    fn in_range(&mut self, product: Product, version: &Sourced<Version>) {
        let (range, name) = (floor::of(product), product.name());
        if version.reaches(range.lowest) == Some(false) {
            let title =
                format!("{name} `{}` is too old: {} is the lowest supported", version.value, range.lowest);
            let finding = Diagnostic::new(&TOO_OLD, title)
                .at(self.place(&version.origin), "older than supported")
                .note(format!("why {}: {}", range.lowest, range.reason))
                .help("upgrade the cluster first, or leave it out of the fleet");
            self.findings.push(finding);
        }
        if version.minor() > range.newest {
            let title = format!("{name} `{}` is newer than this goldsmith knows", version.value);
            let finding = Diagnostic::new(&NEWER_THAN_KNOWN, title)
                .at(self.place(&version.origin), format!("taken for {}", range.newest))
                .help("look at the first diff with care, or take a newer goldsmith");
            self.findings.push(finding);
        }
    }

    fn consistent(&mut self, versions: &Versions) {
        self.product_needs_openshift(versions);
        self.virtualization_ahead(versions);
        self.bundles_agree(versions);
        if let (Some(ssp), None) = (versions.get(&Product::Ssp), versions.get(&Product::Cdi)) {
            let finding =
                Diagnostic::new(&IMPORTER_UNKNOWN, "`platform.ssp` is given without `platform.cdi`")
                    .at(self.place(&ssp.origin), "SSP without HyperConverged")
                    .help("give the version of CDI beside it: `platform.cdi: \"1.57.0\"`");
            self.findings.push(finding);
        }
    }

    fn product_needs_openshift(&mut self, versions: &Versions) {
        let Some(kubernetes) = versions.get(&Product::Kubernetes) else { return };
        for (product, way_out) in [
            (
                Product::Virtualization,
                "for the upstream operators give `platform.hyperConverged`, or `platform.cdi` and `platform.kubeVirt`",
            ),
            (
                Product::SandboxedContainers,
                "leave it out: the upstream operator of peer pods is not known here",
            ),
        ] {
            let Some(version) = versions.get(&product) else { continue };
            let title = format!("{} runs on OpenShift only", product.name());
            let finding = Diagnostic::new(&PRODUCT_NOT_SERVED, title)
                .at(self.place(&version.origin), "the product")
                .with(self.place(&kubernetes.origin), "on plain Kubernetes")
                .help(way_out);
            self.findings.push(finding);
        }
    }

    fn virtualization_ahead(&mut self, versions: &Versions) {
        let (Some(product), Some(openshift)) =
            (versions.get(&Product::Virtualization), versions.get(&Product::OpenShift))
        else {
            return;
        };
        if product.minor() > openshift.minor() {
            let title = format!(
                "OpenShift Virtualization `{}` does not run on OpenShift `{}`",
                product.value, openshift.value
            );
            let finding = Diagnostic::new(&VIRTUALIZATION_AHEAD, title)
                .at(self.place(&product.origin), "newer than its cluster")
                .with(self.place(&openshift.origin), "the cluster")
                .help("upgrade OpenShift first; OpenShift Virtualization follows");
            self.findings.push(finding);
        }
    }

    /// A written version beside one that implies it must be of the implied minor, unless the outer one is newer than
    /// the table, which then knows no better.
    fn bundles_agree(&mut self, versions: &Versions) {
        for (outer, inner, implied) in implied_pairs(versions) {
            let (Some(by), Some(given)) = (versions.get(&outer), versions.get(&inner)) else { continue };
            if by.minor() > floor::of(outer).newest || given.minor() == Version::from(implied).minor() {
                continue;
            }
            let title = format!(
                "{} `{}` contains {} {}, not `{}`",
                outer.name(),
                by.value,
                inner.name(),
                Version::from(implied).minor(),
                given.value
            );
            let finding = Diagnostic::new(&VERSIONS_DISAGREE, title)
                .at(self.place(&given.origin), "another minor")
                .with(self.place(&by.origin), format!("brings {} {implied}", inner.name()))
                .help(format!("leave `{}` out: it is implied", inner.setting()));
            self.findings.push(finding);
        }
    }

    fn forced(&mut self, spec: &PlatformSpec) -> BTreeMap<Capability, Sourced<bool>> {
        let mut forced = BTreeMap::new();
        for (name, setting) in spec.capabilities.get().into_iter().flat_map(|given| &given.value) {
            let Some(answer) = setting.get() else { continue };
            match Capability::ALL.iter().find(|capability| capability.name() == name) {
                Some(capability) => drop(forced.insert(*capability, answer.clone())),
                None => self.unknown_capability(name, &answer.origin),
            }
        }
        forced
    }

    fn unknown_capability(&mut self, name: &str, origin: &Origin) {
        let value = self.place(origin);
        let place = value.as_ref().and_then(|place| place.word_before(name)).or(value);
        let finding = Diagnostic::new(&UNKNOWN_CAPABILITY, format!("`{name}` is no capability"))
            .at(place.clone(), "forced here");
        let names = Capability::ALL.iter().map(|capability| capability.name());
        self.findings.push(match similar(name, names) {
            Some(capability) => {
                finding.edit(format!("a capability of a similar name is `{capability}`"), place, capability)
            }
            None => finding.help("the schema of `platform.capabilities` lists the names"),
        });
    }

    fn place(&self, origin: &Origin) -> Option<Place> {
        self.sources.place_of(origin)
    }
}

/// Adds what the given versions bring along, unless it is written.
fn imply(versions: &mut Versions, spec: &PlatformSpec) {
    // HyperConverged is implied first, since it implies the rest.
    for _ in 0..2 {
        for (outer, inner, implied) in implied_pairs(versions) {
            let Some(by) = versions.get(&outer).filter(|_| spec.written(inner).is_none()) else { continue };
            let rule = format!("{} {} brings {} {implied}", outer.name(), by.value, inner.name());
            let version = Sourced::derived(Version::from(implied), rule, &[&by.origin]);
            versions.entry(inner).or_insert(version);
        }
    }
}

/// Who implies what: (outer product, inner product, version inside).
fn implied_pairs(versions: &Versions) -> Vec<(Product, Product, Bound)> {
    let mut pairs = Vec::new();
    if let Some(inside) =
        versions.get(&Product::Virtualization).and_then(|version| bundle::of_virtualization(version))
    {
        pairs.push((Product::Virtualization, Product::HyperConverged, inside));
    }
    let Some(bundle) =
        versions.get(&Product::HyperConverged).and_then(|version| bundle::of_hyper_converged(version))
    else {
        return pairs;
    };
    pairs.push((Product::HyperConverged, Product::Cdi, bundle.cdi));
    pairs.push((Product::HyperConverged, Product::KubeVirt, bundle.kube_virt));
    // HyperConverged deploys SSP on OpenShift and OKD only.
    if versions.contains_key(&Product::OpenShift) {
        pairs.push((Product::HyperConverged, Product::Ssp, bundle.ssp));
    }
    pairs
}

fn namespaces(spec: &PlatformSpec, versions: &Versions) -> Namespaces {
    let given = spec.namespaces.section();
    let product = versions.contains_key(&Product::Virtualization);
    let (home, images) = if product {
        ((&PRODUCT_NAMESPACE, "openshift-cnv"), (&PRODUCT_IMAGES, "openshift-virtualization-os-images"))
    } else {
        ((&UPSTREAM_NAMESPACE, "kubevirt-hyperconverged"), (&UPSTREAM_IMAGES, "kubevirt-os-images"))
    };
    let hyper_converged = or_constant(&given.hyper_converged, home.0, home.1);
    let beside =
        |setting: &Setting<Namespace>, operator: &str, rule: &'static DefaultRule, alone: &'static str| {
            if versions.contains_key(&Product::HyperConverged) && setting.is_unset() {
                let rule = format!("{operator} runs in the namespace of its HyperConverged");
                return Sourced::derived(hyper_converged.value.clone(), rule, &[&hyper_converged.origin]);
            }
            or_constant(setting, rule, alone)
        };
    Namespaces {
        ssp: beside(&given.ssp, "SSP", &SSP_NAMESPACE, "kubevirt"),
        cdi: beside(&given.cdi, "CDI", &CDI_NAMESPACE, "cdi"),
        boot_images: or_constant(&given.boot_images, images.0, images.1),
        hyper_converged,
    }
}

fn or_constant(
    setting: &Setting<Namespace>,
    rule: &'static DefaultRule,
    name: &'static str,
) -> Sourced<Namespace> {
    setting.or(rule, || Namespace::constant(name))
}

#[cfg(test)]
mod tests;
