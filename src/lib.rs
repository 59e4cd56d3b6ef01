//! Goldsmith renders the image-lifecycle manifests of a fleet: one high-level [`document`] per cluster goes in, a
//! reviewed git tree of Kubernetes manifests comes out.
//!
//! The flow is the architecture; each step is a module and has a type of its own:
//!
//! ```text
//! fleet.yaml, sites/, overlays/ --load--> Loaded --resolve--> Site --render--> Rendered --validate--> Validated
//!                                                                                          |--> write (git tree)
//!                                                                                          |--> diff  (ChangeSet)
//! ```
//!
//! `resolve`, `render`, `validate` and `diff` are plain functions of their arguments: no clock, no environment, no
//! network, no hash order. The same input gives the same bytes on every machine. The world is met at both ends only:
//! [`load`] reads through the [`load::Files`] trait, [`write`](mod@write) and the command line live behind the feature `cli`.
//!
//! Every value remembers where it came from ([`provenance`]): a field of a manifest can be traced through its template
//! to the line of the file, the default or the rule that set it, and every [`diagnostic`] points at that line.

pub mod capability;
#[cfg(feature = "cli")]
pub mod cli;
pub mod components;
pub mod diagnostic;
pub mod diff;
#[cfg(feature = "cli")]
pub mod disk;
pub mod document;
pub mod explain;
pub mod load;
pub mod manifest;
pub mod name;
pub mod patch;
pub mod pipeline;
pub mod policy;
pub mod provenance;
pub mod registry;
pub mod render;
pub mod report;
pub mod resolve;
pub mod schedule;
pub mod schema;
pub mod site;
pub mod spec;
pub mod validate;
#[cfg(feature = "cli")]
pub mod write;
pub mod yaml;
