//! Golden disk images (boot sources): which images a cluster keeps fresh, from where, how often, and who may clone them.
//!
//! What people write ([`spec`], [`image`]) becomes [`GoldenImages`] by [`mod@resolve`]; [`manifests`] says which manifests
//! follow from it and what each template sees. [`hazards`] holds the rules of what is refused or warned about, [`manifest_hazards`] finds what shows in manifests alone,
//! [`models`] is what is known of the custom kinds, [`runtime_owned`] and [`ownership`] the tables of what others write, [`order`] of what comes first, [`consequences`] what a change does in the
//! cluster.

pub mod consequences;
pub mod cron;
pub mod hazards;
pub mod image;
pub mod manifest_hazards;
pub mod manifests;
pub mod models;
pub mod order;
pub mod ownership;
pub mod resolve;
pub mod runtime_owned;
pub mod spec;
#[cfg(test)]
mod testing;
pub mod traps;
pub mod upstream;

use crate::components::Component;
pub use manifests::drafts;
pub use resolve::{Asked, GoldenImages, complete, node_pulls, resolve};

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
    attachments: |sections| {
        sections.golden_images.get().and_then(|golden| golden.snapshot()).into_iter().collect()
    },
    lifecycle: |components, _| components.golden_images.as_ref().map(|golden| golden.lifecycle.value),
    drafts: |components, common, _| {
        components.golden_images.iter().flat_map(|golden| drafts(golden, common)).collect()
    },
    consequences: consequences::of,
};
