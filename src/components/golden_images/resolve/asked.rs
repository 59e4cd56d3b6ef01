//! What is asked of the resolution, and what all of its parts share while it runs.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::capability::{Capability, Decision, Platform, Product};
use crate::components::golden_images::cron::Cron;
use crate::components::golden_images::image::ImageDefaults;
use crate::components::golden_images::resolve::carrier::Carrier;
use crate::components::golden_images::resolve::common_boot_images::CommonList;
use crate::components::golden_images::spec::{CommonBootImagesSpec, GoldenImagesSpec};
use crate::components::registries::Registries;
use crate::diagnostic::{Diagnostic, Findings};
use crate::manifest::Lifecycle;
use crate::provenance::{DefaultRule, Origin, Place, Sourced, Sources};
use crate::schedule::Schedule;
use crate::yaml::SourceId;

/// All that the resolution reads.
pub struct Asked<'a> {
    /// The site's name.
    pub site: &'a Sourced<String>,
    /// What people wrote, all layers merged.
    pub spec: &'a Sourced<GoldenImagesSpec>,
    /// Whether the site itself is there.
    pub lifecycle: &'a Sourced<Lifecycle>,
    /// What the site runs on.
    pub platform: &'a Platform,
    /// Mirrors, credentials and certificates.
    pub registries: &'a Registries,
    /// The text that `commonBootImages.snapshot` names, if it could be read.
    pub snapshot: Option<SourceId>,
    /// All texts.
    pub sources: &'a Sources,
}

impl Asked<'_> {
    /// Where a value was written.
    pub fn place(&self, origin: &Origin) -> Option<Place> {
        self.sources.place_of(origin)
    }
}

/// A resolution under way.
pub(super) struct Resolving<'a, 'f> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) carrier: &'a Carrier,
    pub(super) defaults: ImageDefaults,
    /// The schedule of images that do not say otherwise, where `defaults` has one.
    pub(super) schedule: Option<Schedule>,
    pub(super) common: CommonBootImagesSpec,
    pub(super) common_list: CommonList,
    /// Of the custom images.
    pub(super) namespace: Sourced<String>,
    /// Whether each architecture is imported by itself.
    pub(super) multi_architecture: Sourced<bool>,
    pub(super) findings: &'f mut Findings,
    /// What the platform said so far: each image asks the same.
    decided: RefCell<BTreeMap<Capability, Rc<Decision>>>,
}

static NAMESPACE: DefaultRule = DefaultRule {
    path: "goldenImages.namespace",
    reason: "the platform's own, where consoles and templates look",
};
static ONE_ARCHITECTURE: DefaultRule =
    DefaultRule { path: "goldenImages.multiArchitecture", reason: "the platform has one architecture" };
static MANAGED: DefaultRule = DefaultRule {
    path: "goldenImages.manageNamespace",
    reason: "a namespace of one's own has to be made by somebody",
};

impl<'a, 'f> Resolving<'a, 'f> {
    pub(super) fn new(
        asked: &'a Asked<'a>,
        carrier: &'a Carrier,
        findings: &'f mut Findings,
    ) -> Option<Self> {
        let defaults = asked.spec.defaults.section();
        let common = asked.spec.common_boot_images.section();
        let schedule = if let Some(given) = defaults.schedule.get() {
            Some(given.value.resolve(&given.origin, asked.sources, findings)?)
        } else {
            None
        };
        let common_list = CommonList::of(asked, carrier, &common, findings);
        let namespace = namespace(asked);
        let multi_architecture = multi_architecture(asked, carrier, findings);
        Some(Resolving {
            asked,
            carrier,
            defaults,
            schedule,
            common,
            common_list,
            namespace,
            multi_architecture,
            findings,
            decided: RefCell::default(),
        })
    }

    pub(super) fn place(&self, origin: &Origin) -> Option<Place> {
        self.asked.place(origin)
    }

    pub(super) fn tell(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Whether all products between the spec and the import can do something.
    pub(super) fn can(&self, capability: Capability) -> Rc<Decision> {
        let decide = || Rc::new(self.asked.platform.decide(capability, self.carrier.products()));
        Rc::clone(self.decided.borrow_mut().entry(capability).or_insert_with(decide))
    }

    /// The same, and a finding where they cannot. `wanted` is the spec path that asks for it.
    pub(super) fn require(&mut self, capability: Capability, wanted: &str, origin: &Origin) -> bool {
        let decision = self.can(capability);
        self.findings.extend(decision.refusal(wanted, origin, self.asked.sources));
        decision.available
    }

    /// Whether the platform's own operator made this namespace and lets everybody clone from it.
    pub(super) fn is_platforms(&self, namespace: &str) -> bool {
        namespace == self.asked.platform.namespaces.boot_images.as_str()
            && self.asked.platform.has(Product::Ssp)
    }

    /// Where a DataImportCron is: a template that names no namespace stays in the platform's golden one, whatever that of
    /// the custom images is.
    pub(super) fn namespace_of(&self, cron: &Cron) -> Sourced<String> {
        let golden = &self.asked.platform.namespaces.boot_images;
        // Where both are one, the custom images' own setting says who decided it.
        let unnamed =
            || if self.namespace.value == golden.as_str() { self.namespace.clone() } else { text(golden) };
        cron.namespace.clone().unwrap_or_else(unnamed)
    }

    /// Whether the Namespace object of the custom images is ours.
    pub(super) fn namespace_object(&self) -> bool {
        !self.is_platforms(&self.namespace) && self.asked.spec.manage_namespace.or(&MANAGED, || true).value
    }
}

/// A checked value as text of the same origin.
pub(super) fn text(name: &Sourced<impl std::fmt::Display>) -> Sourced<String> {
    Sourced { value: name.value.to_string(), origin: name.origin.clone() }
}

/// The namespace of custom images: as given, else the golden namespace of the platform with what decided that.
fn namespace(asked: &Asked<'_>) -> Sourced<String> {
    if let Some(given) = asked.spec.namespace.get() {
        return text(given);
    }
    let boot_images = &asked.platform.namespaces.boot_images;
    let origin = match &boot_images.origin {
        Origin::Default(_) | Origin::Unknown => asked.spec.namespace.origin_or(&NAMESPACE),
        given => given.clone(),
    };
    Sourced { value: boot_images.to_string(), origin }
}

fn multi_architecture(asked: &Asked<'_>, carrier: &Carrier, findings: &mut Findings) -> Sourced<bool> {
    let decision = asked.platform.decide(Capability::MultiArchitecture, carrier.products());
    let setting = &asked.spec.multi_architecture;
    if let Some(given) = setting.get() {
        if given.value {
            findings.extend(decision.refusal("goldenImages.multiArchitecture", &given.origin, asked.sources));
        }
        return given.clone();
    }
    if asked.platform.architectures.value.len() < 2 {
        return Sourced { value: false, origin: setting.origin_or(&ONE_ARCHITECTURE) };
    }
    let rule =
        "goldenImages.multiArchitecture: on where the platform has several architectures and can import each";
    Sourced::derived(decision.available, rule, &[&asked.platform.architectures.origin, &decision.origin])
}
