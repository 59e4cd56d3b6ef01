//! Sections of the documents that are shared by all components, as people write them.
//!
//! Each section decodes from a partial document (every field may be missing) and resolves to a complete type of its own.

mod alternatives;
mod container_image;
mod image_reference;
pub mod patches;
pub mod platform;
pub mod policy;
mod quantity;
mod version;

pub use crate::capability::platform::Architecture;
pub use alternatives::Alternatives;
pub use container_image::ContainerImage;
pub use image_reference::ImageReference;
pub use patches::{PatchChangeSpec, PatchSpec, PatchTargetSpec};
pub use platform::PlatformSpec;
pub use quantity::Quantity;
pub use version::{VersionSpec, WindowSpec};
