//! Tests against tools that we did not write: what kubectl, kustomize, PyYAML, promtool, git, pre-commit, actionlint, the
//! real CustomResourceDefinitions and a real API server make of our output, and what our scripts make of skopeo, umoci
//! and qemu-img.
//!
//! Run: `cargo test --features conformance --test conformance`. A missing tool is a failure that names it, never a skip.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(
    clippy::disallowed_methods,
    reason = "tests read the repository and write into folders of their own"
)]

mod action;
mod api_server;
mod branches;
#[path = "../control-plane/mod.rs"]
mod control_plane;
#[path = "../corpus/mod.rs"]
mod corpus;
mod cron;
mod definitions;
mod editor;
#[path = "../kinds/mod.rs"]
mod example_objects;
mod judge;
mod kustomize;
mod lifecycle;
mod models;
mod nasty_strings;
mod native_kinds;
#[path = "../pages/mod.rs"]
mod pages;
mod pod_vm;
mod pod_vm_build;
mod pod_vm_import;
mod pre_commit;
mod rendering;
mod reports;
mod rules;
mod scripts;
mod servers;
mod tools;
mod trees;
mod verdicts;
