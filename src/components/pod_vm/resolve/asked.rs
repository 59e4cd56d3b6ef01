//! What all parts of the resolution share while it runs.

use std::collections::BTreeMap;

use crate::capability::{Capability, Decision, Platform, Product, Version};
use crate::components::Basis;
use crate::components::pod_vm::hazards::{FIELD_MISSING, NO_EFFECT, NOT_INSTALLED, TAG_MOVES};
use crate::components::pod_vm::spec::{PodVmSpec, Provider, Runner};
use crate::diagnostic::{Diagnostic, Findings};
use crate::manifest::Lifecycle;
use crate::provenance::{Origin, Place, Setting, Sourced, Sources};
use crate::spec::ContainerImage;
use crate::yaml::SourceId;

/// A resolution under way.
pub(super) struct Resolving<'a, 'f> {
    pub(super) spec: &'a Sourced<PodVmSpec>,
    pub(super) platform: &'a Platform,
    /// The version of OpenShift sandboxed containers.
    pub(super) release: &'a Sourced<Version>,
    pub(super) provider: &'a Sourced<Provider>,
    pub(super) runner: &'a Sourced<Runner>,
    pub(super) lifecycle: &'a Sourced<Lifecycle>,
    attachments: &'a BTreeMap<String, SourceId>,
    pub(super) sources: &'a Sources,
    pub(super) findings: &'f mut Findings,
}

impl<'a, 'f> Resolving<'a, 'f> {
    /// None where it is not even known what is asked.
    pub(super) fn new(
        spec: &'a Sourced<PodVmSpec>,
        basis: &Basis<'a>,
        runner: &'a Sourced<Runner>,
        lifecycle: &'a Sourced<Lifecycle>,
        findings: &'f mut Findings,
    ) -> Option<Self> {
        let release = basis.platform.version(Product::SandboxedContainers);
        if release.is_none() {
            let finding = Diagnostic::new(&NOT_INSTALLED, "the site does not have sandboxed containers")
                .at(basis.sources.place_of(&spec.origin), "pod VMs are asked for here")
                .help("give the version that is installed: `platform.sandboxedContainers: \"1.10\"`");
            findings.push(finding);
        }
        let provider = spec.provider.get();
        if provider.is_none() {
            findings.push(
                Diagnostic::new(&FIELD_MISSING, "`podVM.provider` is missing")
                    .at(basis.sources.place_of(&spec.origin), "no provider in here")
                    .help("give one of `aws`, `azure`, `gcp` and `libvirt`"),
            );
        }
        Some(Resolving {
            release: release?,
            provider: provider?,
            spec,
            platform: basis.platform,
            runner,
            lifecycle,
            attachments: basis.attachments,
            sources: basis.sources,
            findings,
        })
    }

    pub(super) fn place(&self, origin: &Origin) -> Option<Place> {
        self.sources.place_of(origin)
    }

    pub(super) fn tell(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Whether the installed release can do something.
    pub(super) fn can(&self, capability: Capability) -> Decision {
        self.platform.decide(capability, &[Product::SandboxedContainers])
    }

    /// The same, and a finding where it cannot. `wanted` is the spec path that asks for it.
    pub(super) fn require(&mut self, capability: Capability, wanted: &str, origin: &Origin) -> bool {
        let decision = self.can(capability);
        self.findings.extend(decision.refusal(wanted, origin, self.sources));
        decision.available
    }

    /// A setting that nothing goes without; told where it is missing. `within` is the section that it belongs to.
    pub(super) fn required<'s, T>(
        &mut self,
        setting: &'s Setting<T>,
        path: &str,
        within: &Origin,
    ) -> Option<&'s Sourced<T>> {
        let given = setting.get();
        if given.is_none() {
            let place = self.place(within).or_else(|| self.place(&self.spec.origin));
            let finding = Diagnostic::new(&FIELD_MISSING, format!("`{path}` is missing"))
                .at(place, "it belongs in here")
                .note(format!("pod VMs on {} do not start without it", self.provider.value.name()));
            self.tell(finding);
        }
        given
    }

    /// Tells a setting that nothing reads, with the words for its place, and what decides that.
    pub(super) fn no_effect(
        &mut self,
        title: String,
        (setting, words): (&Origin, &str),
        (decides, why): (&Origin, &str),
    ) {
        let finding = Diagnostic::new(&NO_EFFECT, title)
            .at(self.place(setting), words)
            .with(self.place(decides), why)
            .help("leave it out");
        self.tell(finding);
    }

    /// Tells an image without a tag that stays.
    pub(super) fn pinned(&mut self, image: &Sourced<ContainerImage>, path: &str) {
        if image.digest().is_some() || image.tag().is_some_and(|tag| tag != "latest") {
            return;
        }
        let title = format!("`{path}` has no tag that stays");
        let finding = Diagnostic::new(&TAG_MOVES, title)
            .at(self.place(&image.origin), "another image on another day")
            .help("name a version, or a digest");
        self.tell(finding);
    }

    /// The text of a file that the section names; none where it could not be read, which was told.
    pub(super) fn text_of(&self, path: &Sourced<String>) -> Option<(SourceId, &'a str)> {
        let id = *self.attachments.get(&path.value)?;
        Some((id, self.sources.get(id)?.text.as_str()))
    }

    /// Whether the operator makes the image.
    pub(super) fn by_operator(&self) -> bool {
        self.runner.value == Runner::Operator
    }
}
