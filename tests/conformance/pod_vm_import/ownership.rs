//! What a run finds in the cloud: its own, which it uses, and what is of others, which it leaves alone.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::failures::every_call_fails_once;
use super::import::{Failure, INPUTS, Import, empty_cloud};
use super::{assert_done, assert_failed, assert_failed_and_left_no_trace, contains};
use crate::servers::{with_peer_pods, without_kata_configs, without_peer_pods};

/// How long to wait for what a run does at once.
const PATIENCE: Duration = Duration::from_secs(60);

const PROVIDERS: &[&str] = &["aws", "azure", "gcp", "libvirt"];

/// The key that each records an image as.
const KEYS: &[(&str, &str)] = &[
    ("aws", "PODVM_AMI_ID"),
    ("azure", "AZURE_IMAGE_ID"),
    ("gcp", "PODVM_IMAGE_NAME"),
    ("libvirt", "LIBVIRT_IMAGE_ID"),
];

#[test]
fn what_is_recorded_is_not_imported_again() {
    for provider in PROVIDERS {
        let import = Import::new(provider);
        assert_done(&import.run());
        let (cloud, record) = (import.cloud(), import.record());
        let outcome = import.run();
        assert_done(&outcome);
        assert!(outcome.said.contains("nothing to do"), "{}", outcome.said);
        assert_eq!(outcome.calls.len(), 1, "{:?}", outcome.calls);
        assert_eq!((import.cloud(), import.record()), (cloud, record));
    }
}

#[test]
fn what_is_recorded_is_known_to_a_bash_that_keeps_texts_in_files() {
    // As all do before 5.1. The only folder that can be written to is the one for work.
    for provider in PROVIDERS {
        let import = Import::new(provider).with("BASH_COMPAT", "4.4");
        assert_done(&import.run());
        let outcome = import.run();
        assert!(outcome.said.contains("nothing to do"), "{}", outcome.said);
        assert!(
            !outcome.said.contains("temporary file") && !outcome.said.contains("temp file"),
            "{}",
            outcome.said
        );
    }
}

#[test]
fn what_pods_are_not_to_use_yet_is_recorded_beside_the_key_and_not_imported_again() {
    for provider in PROVIDERS {
        let key = KEYS.iter().find(|(of, _)| of == provider).unwrap().1;
        let import = Import::new(provider);
        import.patch_record(&json!({"data": {key: "the-image-before"}}));
        let before = import.record().unwrap();
        let import = import.with("UPDATE_PEERPODS_CM", "no");
        let outcome = import.run();
        assert_done(&outcome);
        assert!(outcome.said.contains(&format!("where {key} stays as it is")), "{}", outcome.said);
        let (cloud, record) = (import.cloud(), import.record().unwrap());
        assert_eq!(record["data"], before["data"]);
        let recorded = record["metadata"]["annotations"]["goldsmith.dev/pod-vm-inputs"].as_str().unwrap();
        let (_, image) = recorded.split_once(' ').unwrap();
        assert!(recorded.starts_with(INPUTS), "{recorded}");

        let outcome = import.run();
        assert_done(&outcome);
        assert!(!outcome.calls.iter().any(|call| call.starts_with("skopeo")), "{:?}", outcome.calls);
        assert_eq!((&import.cloud(), &import.record().unwrap()), (&cloud, &record));

        // Whoever writes it into the key, or asks for that, has it recorded as one of these inputs.
        import.patch_record(&json!({"data": {key: image}}));
        assert!(import.run().said.contains("nothing to do"));
        import.patch_record(&json!({"data": {key: "the-image-before"}}));
        let import = import.without("UPDATE_PEERPODS_CM");
        assert_done(&import.run());
        assert_eq!((&import.record().unwrap()["data"][key], import.cloud()), (&json!(image), cloud));
    }
}

#[test]
fn the_lost_answer_to_a_record_beside_the_key_is_no_failure() {
    let import = || Import::new("aws").with("UPDATE_PEERPODS_CM", "no");
    let patch = import().run().calls.len();
    let import = import();
    assert_done(&import.run_with_failures(&[patch], Failure::Lost));
    assert_eq!(import.record().unwrap()["data"].get("PODVM_AMI_ID"), None);
    let import = import.with("IMAGE_NAME", "another");
    assert_failed(&import.run_with_failures(&[patch], Failure::Refused), "cannot record");
}

#[test]
fn what_was_imported_but_not_recorded_is_recorded_and_not_imported_again() {
    for provider in PROVIDERS {
        let import = Import::new(provider);
        let before = import.record().unwrap();
        assert_done(&import.run());
        let (cloud, record) = (import.cloud(), import.record().unwrap());
        import.patch_record(&json!({"data": emptied(&before, &record), "metadata": {"annotations": null}}));
        let outcome = import.run();
        assert_done(&outcome);
        assert!(!outcome.calls.iter().any(|call| call.starts_with("skopeo")), "{:?}", outcome.calls);
        assert_eq!(import.cloud(), cloud);
        let again = import.record().unwrap();
        assert_eq!(again["data"], record["data"]);
        // Those of the manifest are gone with the others.
        let of_run = |record: &Value| {
            let mut annotations = record["metadata"]["annotations"].as_object().unwrap().clone();
            annotations.retain(|key, _| before["metadata"]["annotations"].get(key).is_none());
            annotations
        };
        assert_eq!(of_run(&again), of_run(&record));
    }
}

#[test]
fn an_image_of_another_fingerprint_is_replaced_where_it_is_recorded_but_never_in_the_cloud() {
    for provider in PROVIDERS {
        let import = Import::new(provider);
        assert_done(&import.run());
        let (cloud, record) = (import.cloud(), import.record());
        let import = import.with("INPUTS_FINGERPRINT", "fedcba9876543210");
        assert_failed(&import.run(), "was not made from these inputs");
        assert_eq!((import.cloud(), import.record()), (cloud.clone(), record));

        let import = import.with("IMAGE_NAME", "another").with("IMAGE_VERSION", "2.0.0");
        let import = import.with("LIBVIRT_VOL_NAME", "another.qcow2");
        assert_done(&import.run());
        let annotations = &import.record().unwrap()["metadata"]["annotations"];
        let made_from = annotations["goldsmith.dev/pod-vm-inputs"].as_str().unwrap();
        assert!(made_from.starts_with("fedcba9876543210 "), "{made_from}");
        assert!(contains(&import.cloud(), &cloud), "something of another run is gone: {:#}", import.cloud());
    }
}

#[test]
fn an_image_without_a_tag_is_left_alone() {
    let untagged = [
        (
            "aws",
            "/aws/images/ami-9",
            json!({"ImageId": "ami-9", "Name": "podvm-image-1.0.1", "State": "available"}),
        ),
        ("gcp", "/gcp/images/podvm-image-1-0-1", json!({"name": "podvm-image-1-0-1", "status": "READY"})),
        ("libvirt", "/libvirt/pools/podvm/podvm-base.qcow2", json!({"capacity": 0, "format": "qcow2"})),
    ];
    for (provider, pointer, image) in untagged {
        let import = Import::new(provider);
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut cloud = empty_cloud();
        cloud.pointer_mut(parent).unwrap()[name] = image;
        import.set_cloud(&cloud);
        assert_failed_and_left_no_trace(&import, &cloud, "was not made from these inputs");
    }
}

#[test]
fn an_image_that_is_still_made_is_waited_for_by_the_next_run() {
    let import = Import::new("azure");
    assert_done(&import.run());
    let mut cloud = import.cloud();
    let version =
        "/azure/galleries/PodVMGallery_0123abcd/definitions/podvm-image/versions/1.0.1/provisioningState";
    *cloud.pointer_mut(version).unwrap() = "Creating".into();
    import.set_cloud(&cloud);
    import.patch_record(&json!({"data": {"AZURE_IMAGE_ID": ""}}));
    assert_failed(&import.run(), "but is `Creating`");
    assert_eq!(import.cloud(), cloud);
}

#[test]
fn a_gallery_of_the_users_is_used_in_any_case_and_not_recorded_as_ours() {
    let import = Import::new("azure");
    let mut cloud = empty_cloud();
    let gallery = json!({"name": "podvmgallery_0123ABCD", "tags": null, "definitions": {}});
    cloud["azure"]["galleries"]["PodVMGallery_0123abcd"] = gallery;
    import.set_cloud(&cloud);
    assert_done(&import.run());
    assert!(import.record().unwrap()["metadata"]["annotations"]["IMAGE_GALLERY_NAME"].is_null());
}

#[test]
fn a_definition_for_other_machines_is_not_used() {
    for (there, wanted) in [
        ("ConfidentialVM", "Standard"),
        ("TrustedLaunch", "Standard"),
        ("Standard", "ConfidentialVmSupported"),
        ("TrustedLaunchSupported", "ConfidentialVmSupported"),
        ("ConfidentialVmSupported", "TrustedLaunchSupported"),
        ("TrustedLaunchAndConfidentialVmSupported", "ConfidentialVM"),
    ] {
        let import = beside_a_definition("V2", there).with("IMAGE_DEFINITION_SECURITY_TYPE", wanted);
        let said = format!("`Linux Generalized V2 x64 {there}`, not for `Linux Generalized V2 x64 {wanted}`");
        assert_failed_and_left_no_trace(&import, &import.cloud(), &said);
    }
    let import = beside_a_definition("V1", "Standard").with("IMAGE_DEFINITION_SECURITY_TYPE", "Standard");
    assert_failed_and_left_no_trace(&import, &import.cloud(), "`Linux Generalized V1 x64 Standard`, not for");
}

#[test]
fn a_definition_that_supports_more_than_what_is_wanted_is_used() {
    for (there, wanted) in [
        ("Standard", "standard"),
        ("TrustedLaunchSupported", "Standard"),
        ("ConfidentialVMSupported", "Standard"),
        ("TrustedLaunchAndConfidentialVmSupported", "Standard"),
        ("TrustedLaunchAndConfidentialVMSupported", "ConfidentialVmSupported"),
        ("TrustedLaunchAndConfidentialVmSupported", "TrustedLaunchSupported"),
        ("ConfidentialVM", "ConfidentialVm"),
    ] {
        let import = beside_a_definition("v2", there).with("IMAGE_DEFINITION_SECURITY_TYPE", wanted);
        let before = import.cloud();
        assert_done(&import.run());
        let version = "/azure/galleries/PodVMGallery_0123abcd/definitions/podvm-image/versions/1.0.1";
        assert!(import.cloud().pointer(version).is_some_and(Value::is_object), "{there}, {wanted}");
        assert_eq!(without_versions(&import.cloud()), before);
    }
}

#[test]
fn a_definition_is_made_for_what_is_wanted_and_nothing_else() {
    for (generation, wanted, features) in [
        ("V1", "Standard", Value::Null),
        ("V2", "Standard", Value::Null),
        (
            "V2",
            "TrustedLaunchSupported",
            json!([{"name": "SecurityType", "value": "TrustedLaunchSupported"}]),
        ),
    ] {
        let import = Import::new("azure").with("IMAGE_DEFINITION_VM_GENERATION", generation);
        let import = import.with("IMAGE_DEFINITION_SECURITY_TYPE", wanted);
        assert_done(&import.run());
        let definition = "/azure/galleries/PodVMGallery_0123abcd/definitions/podvm-image/features";
        assert_eq!(import.cloud().pointer(definition), Some(&features), "{generation}, {wanted}");
    }
}

/// An import beside a definition of the user's with the name that the import asks for.
fn beside_a_definition(generation: &str, security: &str) -> Import {
    let import = Import::new("azure");
    let mut cloud = empty_cloud();
    let features = json!([{"name": "SecurityType", "value": security}]);
    let definition = json!({
        "name": "podvm-image", "osType": "Linux", "osState": "Generalized", "hyperVGeneration": generation,
        "architecture": "x64", "features": if security == "Standard" { Value::Null } else { features },
        "tags": null, "versions": {},
    });
    let gallery =
        json!({"name": "PodVMGallery_0123abcd", "tags": null, "definitions": {"podvm-image": definition}});
    cloud["azure"]["galleries"]["PodVMGallery_0123abcd"] = gallery;
    import.set_cloud(&cloud);
    import
}

fn without_versions(cloud: &Value) -> Value {
    let mut cloud = cloud.clone();
    cloud["azure"]["galleries"]["PodVMGallery_0123abcd"]["definitions"]["podvm-image"]["versions"] =
        json!({});
    cloud
}

#[test]
fn a_bucket_of_the_users_stays_with_all_that_is_theirs() {
    for provider in ["aws", "gcp"] {
        let import = Import::new(provider).with("STAGING_BUCKET", "the-bucket");
        assert_done(&import.run());
        assert_eq!(import.cloud()[provider]["buckets"], empty_cloud()[provider]["buckets"]);
        every_call_fails_once(
            || Import::new(provider).with("STAGING_BUCKET", "the-bucket"),
            Failure::Refused,
        );
    }
}

#[test]
fn the_mark_of_a_volume_that_is_gone_does_not_speak_for_the_next_one() {
    let import = Import::new("libvirt");
    assert_done(&import.run());
    let mut cloud = import.cloud();
    cloud["libvirt"]["pools"]["podvm"].as_object_mut().unwrap().remove("podvm-base.qcow2");
    import.set_cloud(&cloud);
    let import = import.with("INPUTS_FINGERPRINT", "fedcba9876543210");
    assert_done(&import.run());
    let pool = &import.cloud()["libvirt"]["pools"]["podvm"];
    assert!(pool["podvm-base.qcow2"]["bytes"].is_string());
    let marks = pool.as_object().unwrap().keys().filter(|name| name.contains(".goldsmith-inputs-"));
    assert_eq!(marks.collect::<Vec<_>>(), ["podvm-base.qcow2.goldsmith-inputs-fedcba9876543210"]);
}

#[test]
fn libvirt_leaves_a_volume_alone_that_somebody_else_may_have_made() {
    let import = Import::new("libvirt");
    let calls = Import::new("libvirt").run().calls;
    let creation = calls.iter().position(|call| call.contains("vol-create-as")).unwrap() + 1;
    assert_failed(&import.run_with_failures(&[creation], Failure::Lost), "");
    assert!(import.cloud()["libvirt"]["pools"]["podvm"]["podvm-base.qcow2"].is_object());
    assert_failed(&import.run(), "remove it, or choose another name");
}

/// The keys that one record has and an earlier one has not, each with nothing in it.
fn emptied(before: &Value, after: &Value) -> serde_json::Map<String, Value> {
    let keys = after["data"].as_object().unwrap().keys();
    keys.filter(|key| before["data"][key].is_null()).map(|key| (key.clone(), "".into())).collect()
}

#[test]
fn the_image_of_the_operator_is_waited_for() {
    let import = Import::on(with_peer_pods(), "aws").with("POLL_SECONDS", "1");
    let child = import.start(&[], Failure::Refused);
    let started = Instant::now();
    let looks = |call: &&String| call.contains("get configmap");
    while import.calls().iter().filter(looks).count() < 2 {
        assert!(started.elapsed() < PATIENCE, "it does not wait: {:?}", import.calls());
        std::thread::sleep(Duration::from_millis(50));
    }
    import.patch_record(&json!({"data": {"PODVM_AMI_ID": "ami-of-the-operator"}}));
    let record = import.record();
    let outcome = import.finish(child);
    assert_done(&outcome);
    assert!(
        outcome.said.contains("nothing to do: the operator has made `ami-of-the-operator`"),
        "{}",
        outcome.said
    );
    assert_eq!((import.cloud(), import.record()), (empty_cloud(), record));
    // Whoever has an image gets another of ours: nobody else makes one then.
    assert_done(&import.run());
    assert_ne!(import.record().unwrap()["data"]["PODVM_AMI_ID"], "ami-of-the-operator");
}

#[test]
fn without_a_kata_config_that_asks_for_peer_pods_the_run_imports() {
    for server in [without_peer_pods(), without_kata_configs()] {
        let import = Import::on(server, "libvirt");
        assert_done(&import.run());
        assert_ne!(import.cloud(), empty_cloud());
    }
}
