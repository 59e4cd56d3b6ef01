//! What carries images to the cluster: templates of HyperConverged or SSP, or DataImportCrons of our own.

use super::asked::{Asked, Resolving, text};
use crate::capability::{Capability, Product};
use crate::components::golden_images::hazards::{
    CARRIER_MISSING, GATES_REPLACED, HYPER_CONVERGED_ON_KUBERNETES,
};
use crate::components::golden_images::ownership;
use crate::components::golden_images::spec::Through;
use crate::diagnostic::{Diagnostic, Findings};
use crate::manifest::Ownership;
use crate::provenance::{DefaultRule, Sourced};

/// What carries images, in the form that its release reads.
#[derive(Clone, Debug, PartialEq)]
pub enum Carrier {
    /// `dataImportCronTemplates` of the HyperConverged.
    HyperConverged(HyperConverged),
    /// `dataImportCronTemplates` of an SSP.
    Ssp(Ssp),
    /// DataImportCron objects.
    Raw,
}

/// The HyperConverged and its form.
#[derive(Clone, Debug, PartialEq)]
pub struct HyperConverged {
    /// Its name, which its operator prescribes.
    pub name: Sourced<String>,
    /// The namespace of its operator; in another one it is ignored.
    pub namespace: Sourced<String>,
    /// How it is rendered.
    pub ownership: Sourced<Ownership>,
    /// Whether it is written as v1, from HyperConverged 1.18 on.
    pub v1: Sourced<bool>,
    /// In v1beta1: whether the switch of the common images is a field, from 1.15 on, and not a feature gate.
    pub common_images_field: Sourced<bool>,
    /// In v1: whether the switch for several architectures is a field, from 1.19 on, and not a feature gate.
    pub multi_architecture_field: Sourced<bool>,
    /// Whether common images are imported.
    pub common_images: Sourced<bool>,
    /// Where they are, if not in the platform's golden namespace.
    pub common_namespace: Option<Sourced<String>>,
}

/// The SSP and its form.
#[derive(Clone, Debug, PartialEq)]
pub struct Ssp {
    /// Its name.
    pub name: Sourced<String>,
    /// Its namespace.
    pub namespace: Sourced<String>,
    /// How it is rendered.
    pub ownership: Sourced<Ownership>,
    /// `ssp.kubevirt.io/v1beta1` to `v1beta3`.
    pub api_version: Sourced<String>,
    /// Where its VM templates lie, a required field.
    pub templates_namespace: Sourced<String>,
}

impl Carrier {
    /// The products between the spec and the import: each must be able to do what is asked for.
    pub fn products(&self) -> &'static [Product] {
        match self {
            Carrier::HyperConverged(_) => &[Product::HyperConverged, Product::Ssp, Product::Cdi],
            Carrier::Ssp(_) => &[Product::Ssp, Product::Cdi],
            Carrier::Raw => &[Product::Cdi],
        }
    }
}

static NAME: DefaultRule = DefaultRule {
    path: "goldenImages.through",
    reason: "HyperConverged ignores an object of another name than `kubevirt-hyperconverged`",
};
static SSP_NAME: DefaultRule =
    DefaultRule { path: "goldenImages.ssp.name", reason: "a cluster has one SSP at most" };
static TEMPLATES: DefaultRule = DefaultRule {
    path: "goldenImages.ssp.templatesNamespace",
    reason: "where the VM templates of OpenShift are; elsewhere beside SSP",
};
static COMMON_ON: DefaultRule = DefaultRule {
    path: "goldenImages.commonBootImages.enabled",
    reason: "HyperConverged imports them unless told otherwise, from 1.6 on",
};

/// Finds the carrier; none, with a finding, where the site has no fitting one.
pub(super) fn resolve(asked: &Asked<'_>, findings: &mut Findings) -> Option<Carrier> {
    let has = |product| asked.platform.has(product);
    let openshift = has(Product::OpenShift);
    let given = asked.spec.through.get().map(|through| through.value);
    let served = openshift && has(Product::HyperConverged);
    let refusal = match given {
        None | Some(Through::HyperConverged) if served => return Some(hyper_converged(asked, findings)),
        Some(Through::Ssp) if served => missing(
            "the SSP of this site belongs to HyperConverged, which reverts every change",
            "write `through: hyperConverged`, or leave `through` out",
        ),
        None | Some(Through::Ssp) if has(Product::Ssp) => return Some(ssp(asked)),
        None | Some(Through::Raw) if has(Product::Cdi) => return Some(Carrier::Raw),
        None => missing(
            "the site has neither HyperConverged, SSP nor CDI",
            "give `platform.virtualization`, or the version of what is installed",
        ),
        Some(Through::HyperConverged) if !openshift => on_kubernetes(),
        Some(Through::HyperConverged) => missing(
            "the site has no HyperConverged",
            "give `platform.virtualization` or `platform.hyperConverged`",
        ),
        Some(Through::Ssp) => missing("the site has no SSP", "give `platform.ssp`"),
        Some(Through::Raw) => missing("the site has no CDI", "give `platform.cdi`"),
    };
    let origin = asked.spec.through.get().map_or(&asked.spec.origin, |through| &through.origin);
    findings.push(refusal.at(asked.place(origin), "asked for here"));
    None
}

fn missing(reason: &str, way_out: &str) -> Diagnostic {
    Diagnostic::new(&CARRIER_MISSING, format!("golden images have no way to the cluster: {reason}"))
        .help(way_out)
}

fn on_kubernetes() -> Diagnostic {
    Diagnostic::new(
        &HYPER_CONVERGED_ON_KUBERNETES,
        "HyperConverged does not serve images on plain Kubernetes",
    )
    .note("it deploys SSP, which makes the DataImportCrons, on OpenShift and OKD only")
    .help("write `through: raw`, or leave `through` out: DataImportCrons are then rendered as objects")
}

fn hyper_converged(asked: &Asked<'_>, findings: &mut Findings) -> Carrier {
    let decide = |capability| asked.platform.decide(capability, &[Product::HyperConverged]);
    let wanted = asked.spec.ownership.section();
    let common = asked.spec.common_boot_images.section();
    if let Some(given) = common.namespace.get() {
        let decision = decide(Capability::CommonImageNamespace);
        findings.extend(decision.refusal(
            "goldenImages.commonBootImages.namespace",
            &given.origin,
            asked.sources,
        ));
    }
    Carrier::HyperConverged(HyperConverged {
        name: Sourced::default_of(&NAME, "kubevirt-hyperconverged".to_owned()),
        namespace: text(&asked.platform.namespaces.hyper_converged),
        ownership: ownership::HYPER_CONVERGED.ownership(&wanted.hyper_converged),
        v1: decide(Capability::HyperConvergedV1).sourced(),
        common_images_field: decide(Capability::CommonImagesField).sourced(),
        multi_architecture_field: decide(Capability::MultiArchitectureField).sourced(),
        common_images: common.enabled.or(&COMMON_ON, || true),
        common_namespace: common.namespace.get().map(text),
    })
}

/// Warns of the one release whose switch for several architectures is an item of a list that others may fill.
pub(super) fn warn_of_gates(resolving: &mut Resolving<'_, '_>) {
    let Carrier::HyperConverged(carrier) = resolving.carrier else { return };
    let listed = carrier.v1.value && !carrier.multi_architecture_field.value;
    if !listed || carrier.ownership.value == Ownership::Whole || !resolving.multi_architecture.value {
        return;
    }
    let finding = Diagnostic::new(&GATES_REPLACED, "the feature gates of HyperConverged are replaced by ours alone")
        .at(resolving.place(&resolving.multi_architecture.origin), "this needs a gate")
        .with(resolving.place(&carrier.v1.origin), "where gates are a list")
        .note("in v1 of this release the feature gates are a list, and a list has one owner")
        .help("write `platform.capabilities: {hyperConvergedV1: false}` to render v1beta1, where each gate is a field")
        .help("or own the whole object: `goldenImages.ownership.hyperConverged: whole`");
    resolving.tell(finding);
}

fn ssp(asked: &Asked<'_>) -> Carrier {
    let wanted = asked.spec.ownership.section();
    let spec = asked.spec.ssp.section();
    let namespace = text(&asked.platform.namespaces.ssp);
    let elsewhere = || {
        if asked.platform.has(Product::OpenShift) { "openshift".to_owned() } else { namespace.value.clone() }
    };
    let templates_namespace = match spec.templates_namespace.get() {
        Some(given) => text(given),
        None => Sourced { value: elsewhere(), origin: spec.templates_namespace.origin_or(&TEMPLATES) },
    };
    let name = match spec.name.get() {
        Some(given) => text(given),
        None => Sourced { value: "ssp".to_owned(), origin: spec.name.origin_or(&SSP_NAME) },
    };
    Carrier::Ssp(Ssp {
        name,
        ownership: ownership::SSP.ownership(&wanted.ssp),
        api_version: ssp_version(asked),
        templates_namespace,
        namespace,
    })
}

/// The stored version of the release (golden-images 3.1).
fn ssp_version(asked: &Asked<'_>) -> Sourced<String> {
    let decide = |capability| asked.platform.decide(capability, &[Product::Ssp]);
    let newest = decide(Capability::SspV1beta3);
    let middle = decide(Capability::SspV1beta2);
    let (version, decision) = match (newest.available, middle.available) {
        (true, _) => ("v1beta3", newest),
        (false, true) => ("v1beta2", newest),
        (false, false) => ("v1beta1", middle),
    };
    Sourced { value: format!("ssp.kubevirt.io/{version}"), origin: decision.origin }
}
