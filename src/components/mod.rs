//! The components: the image systems that Goldsmith renders, each in a folder of its own with the same files in each.
//! This registry is the only place that names them all, beside the fields of a Site's spec.

pub mod golden_images;
pub mod pod_vm;
pub mod registries;
#[cfg(test)]
pub(crate) mod testing;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::capability::Platform;
use crate::diagnostic::trap::Trap;
use crate::diagnostic::{Findings, Rule};
use crate::manifest::model::Model;
use crate::manifest::order::Step;
use crate::manifest::remark::Remark;
use crate::manifest::{
    Changed, CommonMetadata, Consequence, Draft, Home, Lifecycle, RuntimeOwned, SharedObject,
};
use crate::provenance::{Setting, Sourced, Sources};
use crate::spec::Alternatives;
use crate::yaml::SourceId;
use golden_images::GoldenImages;
use golden_images::spec::GoldenImagesSpec;
use pod_vm::PodVm;
use pod_vm::spec::PodVmSpec;
use registries::Registries;
use registries::spec::RegistriesSpec;

/// All components, in the order they are rendered.
pub static COMPONENTS: &[Component] = &[registries::COMPONENT, golden_images::COMPONENT, pod_vm::COMPONENT];

/// The sections of all components, as people write them.
#[derive(Clone, Copy, Debug)]
pub struct Sections<'s> {
    /// `registries`.
    pub registries: &'s Setting<RegistriesSpec>,
    /// `goldenImages`.
    pub golden_images: &'s Setting<GoldenImagesSpec>,
    /// `podVM`.
    pub pod_vm: &'s Setting<PodVmSpec>,
}

/// The components of a site, complete.
#[derive(Debug)]
pub struct Components {
    /// Registries; empty where the site says nothing.
    pub registries: Registries,
    /// Golden images, where the site has them.
    pub golden_images: Option<GoldenImages>,
    /// Pod VMs, where the site has them.
    pub pod_vm: Option<PodVm>,
}

/// Completes all components, those that others ask first.
pub fn resolve(sections: Sections<'_>, basis: &Basis<'_>, findings: &mut Findings) -> Components {
    let node_pulls = golden_images::node_pulls(sections.golden_images);
    let registries = registries::complete(sections.registries, basis, &node_pulls, findings);
    let golden_images = golden_images::complete(sections.golden_images, basis, &registries, findings);
    let pod_vm = pod_vm::complete(sections.pod_vm, basis, findings);
    Components { registries, golden_images, pod_vm }
}

/// What components are completed from beside their own sections.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'b> {
    /// The site's name.
    pub site: &'b Sourced<String>,
    /// Whether the site is there.
    pub lifecycle: &'b Sourced<Lifecycle>,
    /// What the site runs on.
    pub platform: &'b Platform,
    /// The files that [`attachments`] names and that could be read, by their path as written.
    pub attachments: &'b BTreeMap<String, SourceId>,
    /// All texts.
    pub sources: &'b Sources,
}

/// What a component declares to the flow.
pub struct Component {
    /// Its key in the spec, its folders and its namespace.
    pub home: &'static Home,
    /// The keys of its section that exclude each other.
    pub alternatives: &'static [Alternatives],
    /// Its diagnostic rules.
    pub rules: &'static [&'static Rule],
    /// The traps that are known of its part of the cluster, and what becomes of each.
    pub traps: &'static [Trap],
    /// What is wrong with objects that reach one cluster, whoever wrote them.
    pub remarks: fn(&[&Value]) -> Vec<Remark>,
    /// The fields that something in the cluster writes.
    pub runtime_owned: &'static [RuntimeOwned],
    /// The custom kinds that it renders, as far as it does.
    pub models: &'static [Model],
    /// What of it comes first in a cluster.
    pub order: &'static [Step],
    /// The objects that others write to as well.
    pub shared: &'static [&'static SharedObject],
    /// The files of the repository that its section names, to be read before it is completed.
    pub attachments: for<'s> fn(Sections<'s>) -> Vec<&'s Sourced<String>>,
    /// Whether the component is there, on a site of this lifecycle; none where the site does not have it.
    pub lifecycle: fn(&Components, site: Lifecycle) -> Option<Lifecycle>,
    /// The manifests of a site, from what its objects have in common and its lifecycle.
    pub drafts:
        for<'s> fn(&'s Components, &'s CommonMetadata, site: &'s Sourced<Lifecycle>) -> Vec<Draft<'s>>,
    /// What follows in the cluster when the objects of a site change.
    pub consequences: fn(&[Changed<'_>]) -> Vec<Consequence>,
}

impl Components {
    /// Those that the site has, by their spec keys, and whether each is there.
    pub fn lifecycles(&self, site: Lifecycle) -> BTreeMap<&'static str, Lifecycle> {
        let there =
            |component: &Component| Some((component.home.component, (component.lifecycle)(self, site)?));
        COMPONENTS.iter().filter_map(there).collect()
    }

    /// Every manifest that they ask for, component by component.
    pub fn drafts<'s>(&'s self, common: &'s CommonMetadata, site: &'s Sourced<Lifecycle>) -> Vec<Draft<'s>> {
        COMPONENTS.iter().flat_map(|component| (component.drafts)(self, common, site)).collect()
    }
}

/// The files of the repository that the sections of all components name.
pub fn attachments(sections: Sections<'_>) -> impl Iterator<Item = &Sourced<String>> {
    COMPONENTS.iter().flat_map(move |component| (component.attachments)(sections))
}

/// The rows of all components: fields that something in the cluster writes.
pub fn runtime_owned() -> Vec<&'static RuntimeOwned> {
    COMPONENTS.iter().flat_map(|component| component.runtime_owned).collect()
}

/// The custom kinds that are rendered.
pub fn models() -> impl Iterator<Item = &'static Model> {
    COMPONENTS.iter().flat_map(|component| component.models)
}

/// What is wrong with objects that reach one cluster, whoever wrote them, as all components see it.
pub fn remarks(objects: &[&Value]) -> Vec<Remark> {
    COMPONENTS.iter().flat_map(|component| (component.remarks)(objects)).collect()
}

/// What follows in the cluster when the objects of a site change, as all components see it.
pub fn consequences(changes: &[Changed<'_>]) -> Vec<Consequence> {
    COMPONENTS.iter().flat_map(|component| (component.consequences)(changes)).collect()
}
