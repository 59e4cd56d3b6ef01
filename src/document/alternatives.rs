//! The alternatives of all sections of a Site, gathered.

use crate::components::COMPONENTS;
use crate::spec::{Alternatives, patches, platform};

/// All mappings of a Site's `spec` with keys that exclude each other.
pub fn alternatives() -> Vec<Alternatives> {
    let of_components = COMPONENTS.iter().flat_map(|component| component.alternatives).copied();
    [platform::ALTERNATIVES, patches::ALTERNATIVES].concat().into_iter().chain(of_components).collect()
}
