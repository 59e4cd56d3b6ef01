//! Container images with a disk in them, made and published once.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use super::registry::registry;
use crate::tools::{qemu_img, run, skopeo, umoci};

/// Not a whole MiB, so that a cloud that wants one has something to add.
const SIZE: usize = 3 * 1024 * 1024 + 64 * 1024;

static PUBLISHED: LazyLock<()> = LazyLock::new(publish_all);

/// The reference of a published image: `qcow2`, `raw`, `vhd` (dynamic), `long-vhd` (likewise), `fixed-vhd`, `inner-link` and
/// `s390x` hold [`disk`]; the others are wrong in the way that they are called.
pub(crate) fn artifact(name: &str) -> String {
    LazyLock::force(&PUBLISHED);
    format!("registry.example.com/podvm/{name}:1.0")
}

/// What the disk holds: a boot record, something in the middle, and something at the end.
pub(crate) fn disk() -> Vec<u8> {
    let mut disk = vec![0; SIZE];
    disk[510..512].copy_from_slice(&[0x55, 0xaa]);
    disk[1024 * 1024..][..16].copy_from_slice(b"a pod VM's disk.");
    disk[SIZE - 8..].copy_from_slice(b"the end.");
    disk
}

fn publish_all() {
    let work = tempfile::tempdir().unwrap();
    let raw = work.path().join("disk.raw");
    fs::write(&raw, disk()).unwrap();
    let file = |folder: &Path| folder.join("podvm.qcow2");
    publish("raw", "amd64", |folder| copy(&raw, &file(folder)));
    for (name, format) in [("qcow2", "qcow2"), ("s390x", "qcow2")] {
        let architecture = if name == "s390x" { "s390x" } else { "amd64" };
        publish(name, architecture, |folder| convert(&raw, format, None, &file(folder)));
    }
    publish("vhd", "amd64", |folder| convert(&raw, "vpc", Some("force_size=on"), &file(folder)));
    publish("fixed-vhd", "amd64", |folder| {
        let larger = work.path().join("larger.raw");
        let mut content = disk();
        content.resize(4 * 1024 * 1024, 0);
        fs::write(&larger, content).unwrap();
        convert(&larger, "vpc", Some("subformat=fixed,force_size=on"), &file(folder));
    });
    publish("long-vhd", "amd64", |folder| {
        // A dynamic one, which can only be told from a fixed one of whole MiB by what its footer says.
        convert(&raw, "vpc", Some("force_size=on"), &file(folder));
        let mut content = fs::read(file(folder)).unwrap();
        let footer = content.split_off(content.len() - 512);
        content.resize(content.len().next_multiple_of(1024 * 1024), 0);
        content.extend(footer);
        fs::write(file(folder), content).unwrap();
    });
    publish("link", "amd64", |folder| symlink("/etc/passwd", file(folder)).unwrap());
    publish("inner-link", "amd64", |folder| {
        copy(&raw, &folder.join("the-disk"));
        symlink("the-disk", file(folder)).unwrap();
    });
    publish("backing", "amd64", |folder| {
        let options = "backing_file=/etc/passwd,backing_fmt=raw,size=1M";
        run(qemu_img().args(["create", "-u", "-f", "qcow2", "-o", options]).arg(file(folder)), "");
    });
    publish("data-file", "amd64", |folder| {
        let elsewhere = folder.join("elsewhere.raw");
        let options = format!("data_file={},data_file_raw=on", elsewhere.display());
        run(qemu_img().args(["create", "-f", "qcow2", "-o", &options]).arg(file(folder)).arg("1M"), "");
        fs::remove_file(elsewhere).unwrap();
    });
    publish("compressed", "amd64", |folder| {
        copy(&raw, &folder.join("podvm"));
        run(Command::new("gzip").arg(folder.join("podvm")), "");
        fs::rename(folder.join("podvm.gz"), file(folder)).unwrap();
    });
    publish("page", "amd64", |folder| fs::write(file(folder), "<p>Not found</p>\n".repeat(512)).unwrap());
    publish("short", "amd64", |folder| fs::write(file(folder), "nothing\n").unwrap());
    publish("folder", "amd64", |folder| fs::create_dir(file(folder)).unwrap());
}

fn copy(from: &Path, to: &Path) {
    fs::copy(from, to).unwrap();
}

fn convert(from: &Path, format: &str, options: Option<&str>, to: &Path) {
    let mut convert = qemu_img();
    convert.args(["convert", "-f", "raw", "-O", format]);
    if let Some(options) = options {
        convert.args(["-o", options]);
    }
    run(convert.arg(from).arg(to), "");
}

/// Publishes an image from scratch with one folder in it, `/image`.
fn publish(name: &str, architecture: &str, fill: impl Fn(&Path)) {
    let work = tempfile::tempdir().unwrap();
    let (folder, layout) = (work.path().join("image"), work.path().join("layout"));
    fs::create_dir(&folder).unwrap();
    fill(&folder);
    let tagged = format!("{}:image", layout.display());
    run(umoci().arg("init").arg("--layout").arg(&layout), "");
    run(umoci().args(["new", "--image", &tagged]), "");
    run(umoci().args(["config", "--image", &tagged, "--os", "linux", "--architecture", architecture]), "");
    run(umoci().args(["insert", "--rootless", "--image", &tagged]).arg(&folder).arg("/image"), "");
    push(&tagged, name, &work.path().join("trust"));
}

fn push(tagged: &str, name: &str, trust: &PathBuf) {
    fs::create_dir(trust).unwrap();
    fs::write(trust.join("authority.crt"), registry().authority()).unwrap();
    let mut push = skopeo();
    push.args(["copy", "--quiet", "--dest-creds=user:password", "--dest-cert-dir"]).arg(trust);
    push.arg(format!("oci:{tagged}")).arg(format!("docker://{}/podvm/{name}:1.0", registry().address()));
    run(&mut push, "");
}
