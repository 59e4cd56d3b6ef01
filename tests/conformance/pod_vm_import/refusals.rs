//! What a run refuses before it makes anything.

use std::fs;
use std::process::Command;

use super::artifact::{artifact, disk};
use super::import::{Import, empty_cloud};
use super::registry::registry;
use super::{assert_done, assert_failed, assert_failed_and_left_no_trace};
use crate::tools::run;

#[test]
fn the_file_is_held_against_what_is_said_of_it() {
    let zeros = "0".repeat(64);
    let wrong = [
        ("qcow2", "ARTIFACT_SHA256", &*zeros, "the checksum of `/image/podvm.qcow2` is `"),
        ("qcow2", "ARTIFACT_FORMAT", "raw", "is `qcow2`, not `raw`"),
        ("raw", "ARTIFACT_FORMAT", "qcow2", "is `raw`, not `qcow2`"),
        ("vhd", "ARTIFACT_FORMAT", "raw", "is `vhd`, not `raw`"),
        ("s390x", "ARTIFACT_ARCHITECTURE", "amd64", "is for `s390x`, not for `amd64`"),
        ("qcow2", "ARTIFACT_PATH", "/image/none", "has no file `/image/none`"),
        ("qcow2", "ARTIFACT_PATH", "/image/../../../etc/passwd", "has no file `"),
        ("link", "ARTIFACT_PATH", "/image/podvm.qcow2", "leads out of"),
        ("folder", "ARTIFACT_PATH", "/image/podvm.qcow2", "is not a file"),
        ("backing", "ARTIFACT_FORMAT", "qcow2", "refers to another file"),
        ("data-file", "ARTIFACT_FORMAT", "qcow2", "refers to another file"),
        ("compressed", "ARTIFACT_FORMAT", "", "is compressed"),
        ("page", "ARTIFACT_FORMAT", "", "is no disk"),
        ("short", "ARTIFACT_FORMAT", "", "is no disk"),
        ("absent", "ARTIFACT_FORMAT", "", "manifest unknown"),
    ];
    for (name, variable, value, said) in wrong {
        let import = Import::new("libvirt").with("ARTIFACT_IMAGE", &artifact(name)).with(variable, value);
        assert_failed_and_left_no_trace(&import, &empty_cloud(), said);
    }
}

#[test]
fn the_right_checksum_and_format_are_accepted() {
    let import =
        Import::new("libvirt").with("ARTIFACT_IMAGE", &artifact("raw")).with("ARTIFACT_FORMAT", "raw");
    let raw = tempfile::NamedTempFile::new().unwrap();
    fs::write(raw.path(), disk()).unwrap();
    let sum = run(Command::new("sha256sum").arg(raw.path()), "");
    assert_done(&import.with("ARTIFACT_SHA256", &sum[..64]).run());
}

#[test]
fn all_that_is_missing_is_said_at_once() {
    let required = [
        ("aws", &["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "IMAGE_NAME"][..]),
        ("azure", &["IMAGE_VERSION", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "IMAGE_DEFINITION_OS_STATE"]),
        ("gcp", &["GCP_ZONE", "GCP_CREDENTIALS", "GCP_PROJECT_ID"]),
        ("libvirt", &["LIBVIRT_URI", "LIBVIRT_POOL", "LIBVIRT_VOL_NAME"]),
    ];
    let common = ["ARTIFACT_IMAGE", "ARTIFACT_ARCHITECTURE", "INPUTS_FINGERPRINT", "POD_NAMESPACE"];
    for (provider, own) in required {
        let names: Vec<&str> = common.iter().chain(own).copied().collect();
        let import = names.iter().fold(Import::new(provider), |import, name| import.without(name));
        let outcome = import.run();
        assert_failed(&outcome, "");
        assert!(outcome.calls.is_empty(), "{:?}", outcome.calls);
        for name in names {
            assert!(outcome.said.contains(&format!("error: {name} is missing")), "{name}: {}", outcome.said);
        }
    }
}

#[test]
fn a_variable_of_the_wrong_form_is_named() {
    let wrong = [
        ("CLOUD_PROVIDER", "ibmcloud"),
        ("ARTIFACT_PATH", "podvm.qcow2"),
        ("ARTIFACT_ARCHITECTURE", "x86_64"),
        ("ARTIFACT_SHA256", "sha256:00"),
        ("ARTIFACT_FORMAT", "vmdk"),
        ("INPUTS_FINGERPRINT", "one"),
        ("IMAGE_NAME", "pod vm"),
        ("STAGING_BUCKET", "s3://mine"),
    ];
    let import = wrong.iter().fold(Import::new("aws"), |import, (name, value)| import.with(name, value));
    let outcome = import.run();
    for (name, value) in wrong {
        assert_failed(&outcome, &format!("error: {name} is `{value}`"));
    }
}

#[test]
fn a_record_that_cannot_be_read_is_no_reason_to_begin() {
    let import = Import::new("aws");
    import.delete_record();
    let outcome = import.run();
    assert_failed(&outcome, "cannot read the ConfigMap `peer-pods-cm`");
    assert_eq!((outcome.calls.len(), import.cloud()), (1, empty_cloud()));
}

#[test]
fn a_registry_is_trusted_by_the_folder_of_authorities_alone() {
    let import = || Import::new("libvirt").on_a_distrustful_node();
    assert_failed_and_left_no_trace(&import(), &empty_cloud(), "certificate");
    let import = import().with_file("authority.crt", &registry().authority());
    assert_done(&import.with("REGISTRY_CERTIFICATES", "/goldsmith").run());
}

#[test]
fn a_registry_that_asks_for_a_password_gets_the_one_of_the_secret() {
    let import = Import::new("libvirt").with("REGISTRY_AUTH_FILE", "/none.json");
    assert_failed_and_left_no_trace(&import, &empty_cloud(), "authentication required");
}
