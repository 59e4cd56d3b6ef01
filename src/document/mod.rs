//! The documents as people write them: kinds `Fleet`, `Site` and `Overlay` of `goldsmith.dev/v1alpha1`, put together
//! from the sections of the components, and their JSON Schemas.
//!
//! Every field is optional here, since a layer may say as little as it likes; what a whole Site must have is a finding
//! of `resolve`. Each field's text is the description that editors show.

mod alternatives;
mod extra;
mod fleet;
mod group;
mod header;
mod schema;
mod site;

pub use alternatives::alternatives;
pub use extra::{CommonMetadataSpec, ExtraManifestSpec};
pub use fleet::{Fleet, FleetSpec, LimitsSpec};
pub use group::{GroupSpec, Operator, RequirementSpec, SelectorSpec};
pub use header::{API_VERSION, Kind, Metadata, OverlayMetadata};
pub use schema::{schema, schemas};
pub use site::{Overlay, Site, SiteSpec};
