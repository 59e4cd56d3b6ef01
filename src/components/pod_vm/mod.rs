//! Pod VM images: what the virtual machines of peer pods boot from. The ConfigMaps that adaptor and operator read, the
//! KataConfig that installs them, and the Jobs that make and delete images where somebody else than the operator does.
//!
//! [`spec`] is what people write, [`resolve`](mod@resolve) completes it, [`manifests`] renders it. Tables: [`runtime_owned`] and
//! [`ownership`] of what others write, [`inputs`] of what an image is made from, [`order`] of what comes first, [`builders`] of who
//! builds when. [`hazards`] is what is wrong with a spec, [`manifest_hazards`] what shows in manifests alone, [`traps`] what
//! becomes of each known trap, [`models`] what is known of the KataConfig, [`consequences`] what a change does in the cluster.

pub mod builders;
pub mod consequences;
pub mod hazards;
pub mod inputs;
pub mod manifest_hazards;
pub mod manifests;
pub mod models;
pub mod order;
pub mod ownership;
pub mod resolve;
pub mod runtime_owned;
pub mod spec;
pub mod traps;

use crate::components::Component;
pub use resolve::{PodVm, complete};

/// What the flow knows of this component.
pub const COMPONENT: Component = Component {
    home: &manifests::HOME,
    alternatives: spec::ALTERNATIVES,
    rules: hazards::RULES,
    traps: traps::TRAPS,
    remarks: manifest_hazards::remarks,
    runtime_owned: runtime_owned::RUNTIME_OWNED,
    models: models::MODELS,
    order: order::STEPS,
    shared: ownership::SHARED,
    attachments: |sections| sections.pod_vm.get().into_iter().flat_map(|pod_vm| pod_vm.files()).collect(),
    lifecycle: |components, _| components.pod_vm.as_ref().map(|pod_vm| pod_vm.lifecycle.value),
    drafts: |components, common, _| {
        components.pod_vm.iter().flat_map(|pod_vm| manifests::drafts(pod_vm, common)).collect()
    },
    consequences: consequences::of,
};
