//! The tests that see Goldsmith from outside, one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(
    clippy::disallowed_methods,
    reason = "tests read the repository and write into folders of their own"
)]

mod baseline;
mod capabilities;
mod changelog;
mod changes;
mod claims;
mod dependencies;
#[path = "../kinds/mod.rs"]
mod example_objects;
mod explain;
mod facts;
mod fails;
mod generated;
mod golden;
mod hazards;
mod help;
mod init;
mod kinds;
mod kubernetes;
mod layout;
mod models;
#[path = "../pages/mod.rs"]
mod pages;
mod perturbation;
mod places;
mod properties;
mod readme;
mod refused_changes;
mod report;
mod reverts;
mod schema;
mod secrets;
mod support;
