//! The table: what the API server refuses in native kinds and no schema holds.
//!
//! A row belongs to a definition of the schemas and is asked wherever such a value stands. A file is about one noun: its
//! rows first, the checks that do not fit into a line below them. The examples of a row are held against this table by
//! the tests, and can be held against a real server.

mod affinity;
mod budget;
mod config;
mod container;
mod cron_job;
mod deployment;
mod environment;
mod external_volume;
mod job;
mod job_policy;
mod labels;
mod lease;
mod limit_range;
mod metadata;
mod mount;
mod network_policy;
mod pod;
mod probe;
mod quota;
mod rbac;
mod resources;
mod scheduling;
pub(super) mod secret;
mod security;
mod service;
mod volume;
mod volume_claim;
mod windows;

use super::rule::Rule;

/// All rows, a file after the other.
pub(super) const ALL: &[&[Rule]] = &[
    metadata::RULES,
    labels::RULES,
    config::RULES,
    secret::RULES,
    quota::RULES,
    limit_range::RULES,
    service::RULES,
    volume_claim::RULES,
    pod::RULES,
    container::RULES,
    environment::RULES,
    mount::RULES,
    probe::RULES,
    resources::RULES,
    security::RULES,
    windows::RULES,
    scheduling::RULES,
    affinity::RULES,
    volume::RULES,
    external_volume::RULES,
    job::RULES,
    job_policy::RULES,
    cron_job::RULES,
    deployment::RULES,
    rbac::RULES,
    network_policy::RULES,
    budget::RULES,
    lease::RULES,
];
