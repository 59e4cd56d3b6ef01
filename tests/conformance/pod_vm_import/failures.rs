//! What is left of a run that fails, wherever it does: nothing.

use serde_json::Value;

use super::import::{Failure, Import, empty_cloud};
use super::{assert_done, assert_failed};
use crate::tools::assert_at_least;

/// What is said where something could not be removed.
const LEFT: &str = "failed: remove what has the tag";

#[test]
fn a_disk_that_the_cloud_refuses_leaves_nothing_behind() {
    for (provider, said) in
        [("aws", "Disk validation failed"), ("azure", "is `Failed`"), ("gcp", "not a valid image")]
    {
        let import = Import::new(provider);
        let mut cloud = empty_cloud();
        cloud[provider]["refuses_disks"] = true.into();
        import.set_cloud(&cloud);
        assert_failed(&import.run(), said);
        assert_eq!(living(&import.cloud()), cloud);
    }
}

#[test]
fn a_cloud_that_does_not_end_is_given_up() {
    let slow = [
        ("aws", "0", "AWS has not imported the snapshot after 0 seconds"),
        ("gcp", "1", "the cloud is not done after 1 seconds"),
    ];
    for (provider, seconds, said) in slow {
        let import = slow_import(provider).with("CLOUD_SECONDS", seconds);
        let (cloud, record) = (import.cloud(), import.record());
        assert_failed(&import.run(), said);
        assert_eq!((living(&import.cloud()), import.record()), (cloud, record));
    }
}

#[test]
fn aws_takes_back_all_when_any_call_fails() {
    every_call_fails_once(|| Import::new("aws"), Failure::Refused);
}

#[test]
fn azure_takes_back_all_when_any_call_fails() {
    every_call_fails_once(|| Import::new("azure"), Failure::Refused);
}

#[test]
fn google_cloud_takes_back_all_when_any_call_fails() {
    every_call_fails_once(|| Import::new("gcp"), Failure::Refused);
}

#[test]
fn libvirt_takes_back_all_when_any_call_fails() {
    every_call_fails_once(|| Import::new("libvirt"), Failure::Refused);
}

#[test]
fn aws_takes_back_all_when_any_answer_is_lost() {
    every_call_fails_once(|| Import::new("aws"), Failure::Lost);
}

#[test]
fn azure_takes_back_all_when_any_answer_is_lost() {
    every_call_fails_once(|| Import::new("azure"), Failure::Lost);
}

#[test]
fn google_cloud_takes_back_all_when_any_answer_is_lost() {
    every_call_fails_once(|| Import::new("gcp"), Failure::Lost);
}

#[test]
fn a_removal_that_fails_is_tried_again() {
    for how in [Failure::Refused, Failure::Lost] {
        let import = Import::new("aws");
        let (cloud, record) = (import.cloud(), import.record());
        let registration = registration();
        let removals = import.run_with_failures(&[registration], how).calls.len() - registration;
        assert_at_least(5, removals, "removals");
        for removal in 1..=removals {
            let outcome = import.run_with_failures(&[registration, registration + removal], how);
            assert_failed(&outcome, "register the image");
            assert!(!outcome.said.contains(LEFT), "{}", outcome.said);
            assert_eq!(
                (living(&import.cloud()), import.record()),
                (cloud.clone(), record.clone()),
                "{}",
                outcome.said
            );
        }
    }
}

#[test]
fn an_image_that_may_be_recorded_is_kept() {
    let record = Import::new("aws").run().calls.len();
    let import = Import::new("aws");
    let outcome = import.run_with_failures(&[record, record + 1], Failure::Lost);
    assert_failed(&outcome, "cannot tell whether `ami-");
    let recorded = &import.record().unwrap()["data"]["PODVM_AMI_ID"];
    assert!(
        import.cloud()["aws"]["images"][recorded.as_str().unwrap()].is_object(),
        "it is recorded, and gone"
    );
}

#[test]
fn what_cannot_be_removed_is_said_and_does_not_hide_the_first_error() {
    let registration = registration();
    let failing: Vec<usize> = (registration..registration + 100).collect();
    let outcome = Import::new("aws").run_with_failures(&failing, Failure::Refused);
    assert_failed(&outcome, "error: failed to register the image `podvm-image-1.0.1`");
    assert_failed(
        &outcome,
        "aws_remove_image aws_remove_snapshot aws_remove_object aws_remove_bucket failed",
    );
    assert_failed(&outcome, &format!("{LEFT} `goldsmith-run` = `r"));
}

/// Which call of an import into AWS registers the image.
fn registration() -> usize {
    let calls = Import::new("aws").run().calls;
    calls.iter().position(|call| call.contains("register-image")).unwrap() + 1
}

/// Lets each call fail that a run makes, one after the other. What fails ends the run, with the cloud and the record as
/// they were; only where the record was made and the answer lost is all done.
pub(super) fn every_call_fails_once(import: impl Fn() -> Import, how: Failure) {
    let calls = {
        let import = import();
        let outcome = import.run();
        assert_done(&outcome);
        outcome.calls
    };
    assert_at_least(10, calls.len(), "calls");
    let mut tried = import();
    let (cloud, record) = (tried.cloud(), tried.record());
    for (number, call) in (1..).zip(&calls) {
        let outcome = tried.run_with_failures(&[number], how);
        if how == Failure::Lost && call.contains(" patch configmap ") {
            assert_done(&outcome);
            tried = import();
            continue;
        }
        let told = format!("call {number}, `{call}`: {}", outcome.said);
        assert!(outcome.code.is_some_and(|code| code != 0), "{told}");
        assert!(!outcome.said.contains(LEFT), "{told}");
        assert_eq!(living(&tried.cloud()), cloud, "{told}");
        assert_eq!(tried.record().unwrap()["data"], record.as_ref().unwrap()["data"], "{told}");
        assert_eq!(tried.record(), record, "{told}");
    }
}

/// An import into a cloud that never ends.
pub(super) fn slow_import(provider: &str) -> Import {
    let import = Import::new(provider);
    let mut cloud = empty_cloud();
    cloud[provider]["slow"] = true.into();
    import.set_cloud(&cloud);
    import
}

/// A cloud without the tasks that are over, which it lists for a while.
pub(super) fn living(cloud: &Value) -> Value {
    let mut cloud = cloud.clone();
    let tasks = cloud["aws"]["tasks"].as_object_mut().unwrap();
    tasks.retain(|_, task| task["SnapshotTaskDetail"]["Status"] == "active");
    cloud
}
