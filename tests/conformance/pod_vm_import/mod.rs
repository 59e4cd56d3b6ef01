//! The import of a pod VM image, `templates/pod-vm/import.sh`, as a Job runs it: with real disks, a real registry, real
//! skopeo, umoci, qemu-img and kubectl, a real API server, and clouds that are folders.

mod artifact;
mod failures;
mod import;
mod job;
mod ownership;
mod proxy;
mod refusals;
mod registry;
mod results;
mod signals;

use serde_json::Value;

use import::{Import, Outcome};

#[track_caller]
fn assert_done(outcome: &Outcome) {
    assert_eq!(outcome.code, Some(0), "{}\n{:#?}", outcome.said, outcome.calls);
}

#[track_caller]
fn assert_failed(outcome: &Outcome, said: &str) {
    assert_eq!(outcome.code, Some(1), "{}\n{:#?}", outcome.said, outcome.calls);
    assert!(outcome.said.contains(said), "`{said}` is not said: {}", outcome.said);
}

#[track_caller]
fn assert_failed_and_left_no_trace(import: &Import, cloud: &Value, said: &str) {
    let record = import.record();
    assert_failed(&import.run(), said);
    assert_eq!((&import.cloud(), import.record()), (cloud, record));
}

/// Whether a value has all that another has.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(key, part)| whole.get(key).is_some_and(|whole| contains(whole, part)))
        }
        _ => whole == part,
    }
}
