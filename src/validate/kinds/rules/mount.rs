//! Volumes that containers mount.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::field::{
    each, flag, given_word, has, items, own_text, part, reads_as, required, text, unique,
};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::{path_below, path_without_steps_back};
use super::pod::containers;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "PodSpec",
        field: "containers[].volumeMounts[].name",
        words: "is a volume of the pod",
        source: "ValidateVolumeMounts",
        check: |pod, refuse| mounted(pod, "volumeMounts", refuse),
        passes: &[
            r#"{"volumes":[{"name":"a"}],"containers":[{"name":"a","image":"i","volumeMounts":[{"name":"a","mountPath":"/a"}]}]}"#,
        ],
        fails: &[
            r#"{"containers":[{"name":"a","image":"i","volumeMounts":[{"name":"a","mountPath":"/a"}]}]}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "containers[].volumeDevices[].name",
        words: "is a volume of the pod",
        source: "ValidateVolumeDevices",
        check: |pod, refuse| mounted(pod, "volumeDevices", refuse),
        passes: &[
            r#"{"volumes":[{"name":"a","persistentVolumeClaim":{"claimName":"a"}}],"containers":[{"name":"a","image":"i","volumeDevices":[{"name":"a","devicePath":"/dev/a"}]}]}"#,
        ],
        fails: &[
            r#"{"containers":[{"name":"a","image":"i","volumeDevices":[{"name":"a","devicePath":"/dev/a"}]}]}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "containers[].volumeDevices[].name",
        words: "is a volume of a claim",
        source: "ValidateVolumeDevices",
        check: devices_of_claims,
        passes: &[
            r#"{"volumes":[{"name":"a","persistentVolumeClaim":{"claimName":"a"}}],"containers":[{"name":"a","image":"i","volumeDevices":[{"name":"a","devicePath":"/dev/a"}]}]}"#,
        ],
        fails: &[
            r#"{"volumes":[{"name":"a","emptyDir":{}}],"containers":[{"name":"a","image":"i","volumeDevices":[{"name":"a","devicePath":"/dev/a"}]}]}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "containers[].env[].valueFrom.fileKeyRef.volumeName",
        words: "is a volume of type `emptyDir`",
        source: "validateFileKeyRefVolumes",
        check: file_volumes,
        passes: &[
            r#"{"volumes":[{"name":"a","emptyDir":{}}],"containers":[{"name":"a","image":"i","env":[{"name":"A","valueFrom":{"fileKeyRef":{"key":"A","volumeName":"a","path":"env"}}}]}]}"#,
        ],
        fails: &[
            r#"{"containers":[{"name":"a","image":"i","env":[{"name":"A","valueFrom":{"fileKeyRef":{"key":"A","volumeName":"a","path":"env"}}}]}]}"#,
        ],
    },
    Rule {
        of: "VolumeMount",
        field: "mountPath",
        words: "is given",
        source: "ValidateVolumeMounts",
        check: |mount, refuse| required(mount, "mountPath", refuse),
        passes: &[r#"{"mountPath":"relative"}"#],
        fails: &[r#"{"mountPath":""}"#, r#"{"mountPath":null}"#],
    },
    Rule {
        of: "Container",
        field: "volumeMounts[].mountPath",
        words: "are different",
        source: "ValidateVolumeMounts",
        check: mount_paths,
        passes: &[
            r#"{"volumeMounts":[{"name":"scratch","mountPath":"/a"},{"name":"scratch","mountPath":"/b"}]}"#,
        ],
        fails: &[
            r#"{"volumeMounts":[{"name":"scratch","mountPath":"/a"},{"name":"scratch","mountPath":"/a"}]}"#,
        ],
    },
    Rule {
        of: "Container",
        field: "volumeMounts[] and volumeDevices[]",
        words: "share no name and no path",
        source: "ValidateVolumeMounts and ValidateVolumeDevices",
        check: mounts_and_devices,
        passes: &[
            r#"{"volumeMounts":[{"name":"scratch","mountPath":"/a"}],"volumeDevices":[{"name":"claim","devicePath":"/dev/a"}]}"#,
        ],
        fails: &[
            r#"{"volumeMounts":[{"name":"claim","mountPath":"/a"}],"volumeDevices":[{"name":"claim","devicePath":"/dev/a"}]}"#,
            r#"{"volumeMounts":[{"name":"scratch","mountPath":"/a"}],"volumeDevices":[{"name":"claim","devicePath":"/a"}]}"#,
        ],
    },
    Rule {
        of: "Container",
        field: "volumeDevices[]",
        words: "have different names and paths, which do not climb",
        source: "ValidateVolumeDevices",
        check: devices,
        passes: &[r#"{"volumeDevices":[{"name":"claim","devicePath":"/dev/a"}]}"#],
        fails: &[
            r#"{"volumeDevices":[{"name":"claim","devicePath":"/dev/../a"}]}"#,
            r#"{"volumeDevices":[{"name":"claim"}]}"#,
            r#"{"volumeDevices":[{"name":"claim","devicePath":"/dev/a"},{"name":"claim","devicePath":"/dev/b"}]}"#,
        ],
    },
    Rule {
        of: "VolumeMount",
        field: "subPath",
        words: "is a path below the volume",
        source: "ValidateVolumeMounts",
        check: |mount, refuse| reads_as(mount, "subPath", path_below, refuse),
        passes: &[r#"{"subPath":"a/b"}"#],
        fails: &[r#"{"subPath":"/a"}"#, r#"{"subPath":"a/../b"}"#],
    },
    Rule {
        of: "VolumeMount",
        field: "subPathExpr",
        words: "is a path below the volume, and stands without `subPath`",
        source: "ValidateVolumeMounts",
        check: sub_path_expression,
        passes: &[r#"{"subPathExpr":"$(NAME)"}"#],
        fails: &[r#"{"subPathExpr":"/a"}"#, r#"{"subPathExpr":"a","subPath":"a"}"#],
    },
    Rule {
        of: "VolumeMount",
        field: "mountPropagation",
        words: "is `None`, `HostToContainer` or `Bidirectional`",
        source: "validateMountPropagation",
        check: |mount, refuse| {
            given_word(mount, "mountPropagation", &["Bidirectional", "HostToContainer", "None"], refuse);
        },
        passes: &[r#"{"mountPropagation":"HostToContainer"}"#],
        fails: &[r#"{"mountPropagation":"Both"}"#],
    },
    Rule {
        of: "Container",
        field: "volumeMounts[].mountPropagation",
        words: "is `Bidirectional` in a privileged container only",
        source: "validateMountPropagation",
        check: propagation,
        passes: &[
            r#"{"securityContext":{"privileged":true},"volumeMounts":[{"name":"scratch","mountPath":"/a","mountPropagation":"Bidirectional"}]}"#,
        ],
        fails: &[
            r#"{"volumeMounts":[{"name":"scratch","mountPath":"/a","mountPropagation":"Bidirectional"}]}"#,
        ],
    },
    Rule {
        of: "VolumeMount",
        field: "recursiveReadOnly",
        words: "is for mounts that are read only and spread nothing",
        source: "validateMountRecursiveReadOnly",
        check: recursive_read_only,
        passes: &[r#"{"readOnly":true,"recursiveReadOnly":"Enabled"}"#],
        fails: &[
            r#"{"recursiveReadOnly":"Enabled"}"#,
            r#"{"readOnly":true,"recursiveReadOnly":"Always"}"#,
            r#"{"readOnly":true,"recursiveReadOnly":"Enabled","mountPropagation":"HostToContainer"}"#,
        ],
    },
];

/// The volumes of a pod by their names.
fn volumes(pod: &Value) -> BTreeMap<&str, &Value> {
    let named = items(pod, "volumes").iter().map(|volume| (text(volume, "name"), volume));
    named.filter(|(name, _)| !name.is_empty()).collect()
}

fn mounted(pod: &Value, field: &str, refuse: &mut Refuse<'_>) {
    let volumes = volumes(pod);
    for (pointer, container) in containers(pod) {
        for (index, mount) in items(container, field).iter().enumerate() {
            let name = text(mount, "name");
            let reason = match name {
                "" => "it must be given".to_owned(),
                name if volumes.contains_key(name) => continue,
                name => format!("the pod has no volume `{name}`"),
            };
            refuse(&format!("{pointer}/{field}/{index}/name"), reason);
        }
    }
}

fn devices_of_claims(pod: &Value, refuse: &mut Refuse<'_>) {
    let volumes = volumes(pod);
    for (pointer, container) in containers(pod) {
        for (index, device) in items(container, "volumeDevices").iter().enumerate() {
            let volume = volumes.get(text(device, "name"));
            let claimed = |volume: &&Value| has(volume, "persistentVolumeClaim") || has(volume, "ephemeral");
            if volume.is_some_and(|volume| !claimed(volume)) {
                let pointer = format!("{pointer}/volumeDevices/{index}/name");
                refuse(&pointer, "only a volume of a claim can be a device".to_owned());
            }
        }
    }
}

fn file_volumes(pod: &Value, refuse: &mut Refuse<'_>) {
    let volumes = volumes(pod);
    for (pointer, container) in containers(pod) {
        for (index, variable) in items(container, "env").iter().enumerate() {
            let Some(selector) = part(variable, "valueFrom").get("fileKeyRef") else { continue };
            let volume = volumes.get(text(selector, "volumeName"));
            // One without a source becomes an emptyDir.
            let is_empty_dir = |volume: &&Value| {
                has(volume, "emptyDir") || volume.as_object().is_some_and(|of| of.len() == 1)
            };
            if !volume.is_some_and(is_empty_dir) {
                let pointer = format!("{pointer}/env/{index}/valueFrom/fileKeyRef/volumeName");
                refuse(&pointer, "it must be a volume of type `emptyDir`".to_owned());
            }
        }
    }
}

fn mount_paths(container: &Value, refuse: &mut Refuse<'_>) {
    let mut seen = BTreeSet::new();
    for (index, mount) in items(container, "volumeMounts").iter().enumerate() {
        if !seen.insert(text(mount, "mountPath")) {
            refuse(
                &format!("/volumeMounts/{index}/mountPath"),
                "something is mounted there already".to_owned(),
            );
        }
    }
}

fn mounts_and_devices(container: &Value, refuse: &mut Refuse<'_>) {
    for (index, device) in items(container, "volumeDevices").iter().enumerate() {
        for mount in items(container, "volumeMounts") {
            for (field, of_mount) in [("name", "name"), ("devicePath", "mountPath")] {
                if text(device, field) == text(mount, of_mount) {
                    refuse(&format!("/volumeDevices/{index}/{field}"), "a mount has it as well".to_owned());
                }
            }
        }
    }
}

fn devices(container: &Value, refuse: &mut Refuse<'_>) {
    for field in ["name", "devicePath"] {
        unique(container, "volumeDevices", &format!("/{field}"), refuse, |device| own_text(device, field));
    }
    each(container, "volumeDevices", refuse, |device, refuse| {
        required(device, "devicePath", refuse);
        reads_as(device, "devicePath", path_without_steps_back, refuse);
    });
}

fn sub_path_expression(mount: &Value, refuse: &mut Refuse<'_>) {
    reads_as(mount, "subPathExpr", path_below, refuse);
    if !text(mount, "subPathExpr").is_empty() && !text(mount, "subPath").is_empty() {
        refuse("/subPathExpr", "`subPath` is given already".to_owned());
    }
}

fn propagation(container: &Value, refuse: &mut Refuse<'_>) {
    let privileged = flag(part(container, "securityContext"), "privileged");
    each(container, "volumeMounts", refuse, |mount, refuse| {
        if text(mount, "mountPropagation") == "Bidirectional" && !privileged {
            refuse("/mountPropagation", "`Bidirectional` needs a privileged container".to_owned());
        }
    });
}

fn recursive_read_only(mount: &Value, refuse: &mut Refuse<'_>) {
    given_word(mount, "recursiveReadOnly", &["Disabled", "Enabled", "IfPossible"], refuse);
    if !matches!(text(mount, "recursiveReadOnly"), "Enabled" | "IfPossible") {
        return;
    }
    if !flag(mount, "readOnly") {
        refuse("/recursiveReadOnly", "it is for mounts that are read only".to_owned());
    }
    if !matches!(text(mount, "mountPropagation"), "" | "None") {
        refuse("/recursiveReadOnly", "it is for mounts that spread nothing".to_owned());
    }
}
