//! The components: the image systems that Goldsmith renders, each in a folder of its own with the same files in each.
//! This registry is the only place that names them all.

pub mod golden_images;
pub mod registries;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostic::Rule;
use crate::manifest::{Consequence, Draft, Lifecycle, RuntimeOwned, SharedObject};
use crate::site::Site;
use crate::spec::Alternatives;

/// What a component declares to the flow.
pub struct Component {
    /// Its key in the spec: `goldenImages`.
    pub key: &'static str,
    /// The folders of the tree that may hold its manifests, the main one first.
    pub folders: &'static [&'static str],
    /// The keys of its section that exclude each other.
    pub alternatives: &'static [Alternatives],
    /// Its diagnostic rules.
    pub rules: &'static [&'static Rule],
    /// The fields that something in the cluster writes.
    pub runtime_owned: &'static [RuntimeOwned],
    /// The objects that others write to as well.
    pub shared: &'static [&'static SharedObject],
    /// The namespace whose objects lie directly in its folders; those of others lie below a folder named after theirs.
    /// A constant, so that a path depends on its own object alone.
    pub home_namespace: &'static str,
    /// Whether the component is there; none where the site does not have it.
    pub lifecycle: fn(&Site) -> Option<Lifecycle>,
    /// The manifests of a site.
    pub drafts: for<'s> fn(&'s Site) -> Vec<Draft<'s>>,
    /// What follows in the cluster when one object of an old side becomes that of a new side.
    pub consequences: fn(old: &Value, new: &Value) -> Vec<Consequence>,
}

/// All components, in the order they are rendered.
pub static COMPONENTS: &[Component] = &[registries::COMPONENT, golden_images::COMPONENT];

/// The components that a site has, by their spec keys, and whether each is there.
pub fn of(site: &Site) -> BTreeMap<&'static str, Lifecycle> {
    let there = |component: &Component| Some((component.key, (component.lifecycle)(site)?));
    COMPONENTS.iter().filter_map(there).collect()
}

/// Every manifest that a site asks for, component by component.
pub fn drafts(site: &Site) -> Vec<Draft<'_>> {
    COMPONENTS.iter().flat_map(|component| (component.drafts)(site)).collect()
}

/// The rows of all components: fields that something in the cluster writes.
pub fn runtime_owned() -> Vec<&'static RuntimeOwned> {
    COMPONENTS.iter().flat_map(|component| component.runtime_owned).collect()
}

/// What follows in the cluster when an object changes, as all components see it.
pub fn consequences(old: &Value, new: &Value) -> Vec<Consequence> {
    COMPONENTS.iter().flat_map(|component| (component.consequences)(old, new)).collect()
}
