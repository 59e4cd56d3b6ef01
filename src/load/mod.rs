//! The first step: files to [`Loaded`] sites.
//!
//! In: a repository behind [`Files`], and what the command line adds ([`Options`]). [`load_fleet`] reads `fleet.yaml`, the
//! overlays, and the head of each Site file; [`FleetLoader::load_site`] reads one site whole, lays its layers over each
//! other and types the result. Sites are loaded one by one, from as many threads as the caller likes; nothing of a site
//! stays behind.
//!
//! Out: a [`Loaded`] whose every value knows its place, or findings: each file is checked alone, so that all problems of
//! all files are told, those of an overlay once. This step knows no defaults and no references: that is `resolve`.

mod attachments;
pub mod files;
mod fit;
mod fleet;
mod glob;
mod head;
mod merge;
mod narrow;
mod options;
pub mod rules;
mod selector;
mod set;
mod shelf;
mod shift;
mod site;
mod stack;
mod text;

pub use files::{Depth, Files, FilesError, LARGEST_FILE, Memory, clean};
pub use fleet::{FLEET_FILE, FleetLoader, load_fleet};
pub use merge::{Conflict, conflicts, merge, nothing};
pub use narrow::SiteRef;
pub use options::{CannotRun, Options};
pub use selector::{SITE_LABEL, selects};
pub use shelf::BUILT_IN;
pub use site::{AppliedLayer, Loaded, NotLoaded, Reason, SpecLayer};
pub use text::LARGEST_DOCUMENT;

#[cfg(test)]
mod tests;
