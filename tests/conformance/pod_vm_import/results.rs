//! What each cloud gets, and what is recorded of it.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::artifact::{artifact, disk};
use super::import::{INPUTS, Import, empty_cloud};
use super::{assert_done, assert_failed_and_left_no_trace, contains};
use crate::tools::{qemu_img, run};

/// The tag that images of these inputs have: as much of it as a label of Google Cloud holds.
const TAG: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde";

#[test]
fn aws_gets_a_raw_disk_behind_an_image_that_boots_by_uefi() {
    for name in ["qcow2", "raw", "vhd", "fixed-vhd", "inner-link"] {
        let import = Import::new("aws").with("ARTIFACT_IMAGE", &artifact(name));
        assert_done(&import.run());
        let cloud = &import.cloud()["aws"];
        assert_eq!(cloud["buckets"], empty_cloud()["aws"]["buckets"]);
        let (id, image) = only(&cloud["images"]);
        assert_eq!(image["Name"], "podvm-image-1.0.1");
        assert_eq!(image["State"], "available");
        assert_eq!(
            [&image["Architecture"], &image["BootMode"], &image["TpmSupport"], &image["VirtualizationType"]],
            ["x86_64", "uefi", "v2.0", "hvm"]
        );
        let (snapshot, content) = only(&cloud["snapshots"]);
        assert_eq!(image["snapshot"], snapshot);
        assert_eq!(content["tags"]["goldsmith-inputs"], TAG);
        assert_begins_with_disk(&fs::read(import.bytes(&content["bytes"])).unwrap());
        assert_recorded(&import, &json!({"PODVM_AMI_ID": id}), &json!({"LATEST_AMI_ID": id}));
    }
}

#[test]
fn azure_gets_a_fixed_vhd_of_whole_mebibytes() {
    for name in ["qcow2", "raw", "vhd", "long-vhd", "fixed-vhd"] {
        let import = Import::new("azure").with("ARTIFACT_IMAGE", &artifact(name));
        assert_done(&import.run());
        let cloud = &import.cloud()["azure"];
        assert_eq!(cloud["accounts"], json!({}));
        let (_, gallery) = only(&cloud["galleries"]);
        let (_, definition) = only(&gallery["definitions"]);
        assert_eq!(
            definition["identifier"],
            json!({"publisher": "RedHat", "offer": "OSC-PodVM", "sku": "OSC-PodVM"})
        );
        let security = json!([{"name": "SecurityType", "value": "ConfidentialVmSupported"}]);
        assert_eq!(definition["features"], security);
        let (_, version) = only(&definition["versions"]);
        assert_eq!(version["tags"]["goldsmith-inputs"], TAG);
        assert_is_fixed_vhd(&import.bytes(&version["bytes"]));
        let id = &version["id"];
        let annotations = json!({"LATEST_IMAGE_ID": id, "IMAGE_GALLERY_NAME": "PodVMGallery_0123abcd"});
        assert_recorded(&import, &json!({"AZURE_IMAGE_ID": id}), &annotations);
    }
}

#[test]
fn google_cloud_gets_an_archive_with_a_raw_disk_of_whole_gibibytes() {
    for name in ["qcow2", "raw", "vhd"] {
        let import = Import::new("gcp").with("ARTIFACT_IMAGE", &artifact(name));
        assert_done(&import.run());
        let cloud = &import.cloud()["gcp"];
        assert_eq!(cloud["buckets"], empty_cloud()["gcp"]["buckets"]);
        let (_, image) = only(&cloud["images"]);
        assert_eq!(image["architecture"], "X86_64");
        assert_eq!(image["guestOsFeatures"], json!(["UEFI_COMPATIBLE"]));
        assert_eq!(image["storageLocations"], json!(["us-east1"]));
        assert_is_archive(&import.bytes(&image["bytes"]));
        let name = "podvm-image-1-0-1";
        assert_recorded(&import, &json!({"PODVM_IMAGE_NAME": name}), &json!({"LATEST_IMAGE_ID": name}));
    }
}

#[test]
fn libvirt_gets_a_qcow2_and_a_volume_that_says_what_it_was_made_from() {
    for name in ["qcow2", "raw", "vhd"] {
        let import = Import::new("libvirt").with("ARTIFACT_IMAGE", &artifact(name));
        assert_done(&import.run());
        let pool = &import.cloud()["libvirt"]["pools"]["podvm"];
        let names: Vec<&String> = pool.as_object().unwrap().keys().collect();
        let mark = format!("podvm-base.qcow2.goldsmith-inputs-{TAG}");
        assert_eq!(names, ["podvm-base.qcow2", &mark, "theirs"]);
        let volume = &pool["podvm-base.qcow2"];
        assert_eq!(volume["capacity"], disk().len());
        let raw = tempfile::NamedTempFile::new().unwrap();
        let mut convert = qemu_img();
        convert
            .args(["convert", "-f", "qcow2", "-O", "raw"])
            .arg(import.bytes(&volume["bytes"]))
            .arg(raw.path());
        run(&mut convert, "");
        assert_begins_with_disk(&fs::read(raw.path()).unwrap());
        assert_recorded(&import, &json!({"LIBVIRT_IMAGE_ID": "podvm-base.qcow2"}), &json!({}));
    }
}

#[test]
fn azure_takes_a_token_for_a_secret() {
    let import = Import::new("azure").without("AZURE_CLIENT_SECRET").with_file("token", "the-token");
    assert_done(&import.with("AZURE_FEDERATED_TOKEN_FILE", "/goldsmith/token").run());
}

#[test]
fn an_image_of_s390x_is_one_for_libvirt() {
    let import = Import::new("libvirt").with("ARTIFACT_IMAGE", &artifact("s390x"));
    assert_done(&import.with("ARTIFACT_ARCHITECTURE", "s390x").run());
    for provider in ["aws", "azure", "gcp"] {
        let import = Import::new(provider).with("ARTIFACT_ARCHITECTURE", "s390x");
        assert_failed_and_left_no_trace(&import, &empty_cloud(), "has none");
    }
}

/// The record has these keys and annotations, and the fingerprint.
#[track_caller]
fn assert_recorded(import: &Import, data: &Value, annotations: &Value) {
    let mut annotations = annotations.clone();
    // The inputs, and the image that was made from them: another image in the key is none of these inputs.
    let image = data.as_object().unwrap().values().next().and_then(Value::as_str).unwrap();
    annotations["goldsmith.dev/pod-vm-inputs"] = format!("{INPUTS} {image}").into();
    let record = import.record().unwrap();
    assert!(contains(&record["data"], data), "{record:#}");
    assert!(contains(&record["metadata"]["annotations"], &annotations), "{record:#}");
    assert!(!record["data"]["CLOUD_PROVIDER"].is_null(), "a key is lost: {record:#}");
}

#[track_caller]
fn assert_begins_with_disk(content: &[u8]) {
    let disk = disk();
    assert!(content.starts_with(&disk), "it is not the disk that was published");
    assert!(content[disk.len()..].iter().all(|byte| *byte == 0), "there is something behind the disk");
}

#[track_caller]
fn assert_is_fixed_vhd(file: &Path) {
    let content = fs::read(file).unwrap();
    let (disk, footer) = content.split_at(content.len() - 512);
    assert_eq!((&footer[..8], &footer[60..64]), (&b"conectix"[..], &[0, 0, 0, 2][..]));
    assert_eq!(u64::from_be_bytes(footer[48..56].try_into().unwrap()), disk.len() as u64);
    assert_eq!(disk.len() % (1024 * 1024), 0);
    assert_begins_with_disk(disk);
}

#[track_caller]
fn assert_is_archive(file: &Path) {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new("tar").arg("-xzSf").arg(file).arg("-C").arg(folder.path()), "");
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["disk.raw"]);
    let disk = folder.path().join("disk.raw");
    assert_eq!(fs::metadata(&disk).unwrap().len(), 1024 * 1024 * 1024);
    assert_begins_with_disk(&fs::read(disk).unwrap());
}

/// The only entry of an object, and its name.
#[track_caller]
fn only(object: &Value) -> (&str, &Value) {
    let object = object.as_object().unwrap();
    assert_eq!(object.len(), 1, "{object:#?}");
    let (name, value) = object.iter().next().unwrap();
    (name, value)
}
