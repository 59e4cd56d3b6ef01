//! Registries: mirrors told to the cluster, references rewritten where mirrors do not reach, credentials and
//! certificates by reference. A shared section: the other components ask [`Registries`] for what they pull.

pub mod hazards;
pub mod location;
pub mod manifests;
pub mod resolve;
pub mod spec;

use crate::components::Component;
pub use resolve::Registries;

/// What the flow knows of this component.
pub const COMPONENT: Component = Component {
    key: "registries",
    folders: &["registries-mirrors"],
    alternatives: &[],
    rules: hazards::RULES,
    // Nothing in the cluster writes to mirror sets: their status is empty.
    runtime_owned: &[],
    // Mirror sets of several owners live side by side and are merged on the node, so ours are ours alone.
    shared: &[],
    // Everything of it is cluster-scoped.
    home_namespace: "",
    lifecycle: |site| (!site.registries.is_empty()).then_some(site.lifecycle.value),
    drafts: |site| manifests::drafts(&site.registries, &site.metadata, &site.lifecycle),
    consequences: |_, _| Vec::new(),
};
