//! A run that is the first process of its container, and is asked to end.

use std::net::TcpListener;
use std::process::Child;
use std::time::{Duration, Instant};

use super::assert_done;
use super::failures::{living, slow_import};
use super::import::{Failure, Import, Outcome, empty_cloud};
use crate::servers::with_peer_pods;
use crate::tools::stop;

/// How long to wait for what a run does at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// Within what time a run ends that has nothing to take back.
const AT_ONCE: Duration = Duration::from_secs(2);

#[test]
fn a_run_that_is_stopped_takes_back_what_it_made() {
    let import = slow_import("aws").with("POLL_SECONDS", "60");
    let (cloud, record) = (import.cloud(), import.record());
    let child = import.start(&[], Failure::Refused);
    wait_until(|| import.calls().iter().any(|call| call.contains("describe-import-snapshot-tasks")));
    let (outcome, took) = stopped(&import, child);
    assert_eq!(outcome.code, Some(143), "{}", outcome.said);
    assert!(took < Duration::from_secs(30), "it did not end before its next look at the cloud");
    assert_eq!((living(&import.cloud()), import.record()), (cloud, record), "{}", outcome.said);
}

#[test]
fn a_run_that_waits_for_the_operator_ends_at_once() {
    let import = Import::on(with_peer_pods(), "aws").with("POLL_SECONDS", "60");
    let record = import.record();
    let child = import.start(&[], Failure::Refused);
    wait_until(|| import.calls().iter().any(|call| call.contains("kataconfigs")));
    let (outcome, took) = stopped(&import, child);
    assert_eq!(outcome.code, Some(143), "{}", outcome.said);
    assert!(outcome.said.contains("so the operator makes one: waiting for it"), "{}", outcome.said);
    assert!(took < AT_ONCE, "it ended after {took:?}: {}", outcome.said);
    assert_eq!((import.cloud(), import.record()), (empty_cloud(), record));
}

#[test]
fn a_run_that_gets_no_answer_of_the_api_server_ends_at_once() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let import = Import::new("aws").with("KUBERNETES_SERVICE_PORT", &port.to_string());
    let child = import.start(&[], Failure::Refused);
    wait_until(|| !import.calls().is_empty());
    let (outcome, took) = stopped(&import, child);
    assert_eq!(outcome.code, Some(143), "{}", outcome.said);
    assert!(took < AT_ONCE, "it ended after {took:?}: {}", outcome.said);
}

#[test]
fn an_image_is_kept_whose_record_is_being_written() {
    let calls = Import::new("aws").run().calls;
    let patch = calls.iter().position(|call| call.contains(" patch configmap ")).unwrap() + 1;
    let import = Import::new("aws");
    let recorded =
        || import.record().unwrap()["data"]["PODVM_AMI_ID"].as_str().unwrap_or_default().to_owned();
    let child = import.start(&[patch], Failure::Slow);
    wait_until(|| !recorded().is_empty());
    stop(&child);
    let outcome = import.finish(child);
    assert_done(&outcome);
    assert!(import.cloud()["aws"]["images"][recorded()].is_object(), "it is recorded, and gone");
}

/// Stops a run once it waits, and how long it then takes.
fn stopped(import: &Import, child: Child) -> (Outcome, Duration) {
    std::thread::sleep(Duration::from_secs(1));
    stop(&child);
    let stopped = Instant::now();
    let outcome = import.finish(child);
    (outcome, stopped.elapsed())
}

#[track_caller]
fn wait_until(is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "it does not come to that");
        std::thread::sleep(Duration::from_millis(50));
    }
}
