//! What a kubelet makes of the one container of a Job: its command, its environment, and what is mounted where.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A Job among the objects that it refers to.
pub(crate) struct Job<'a> {
    objects: &'a [Value],
    job: &'a Value,
}

/// A folder of this machine, where the container finds it.
pub(crate) struct Mount {
    pub(crate) folder: PathBuf,
    pub(crate) place: String,
    pub(crate) is_read_only: bool,
}

impl<'a> Job<'a> {
    /// The only Job of these objects.
    pub(crate) fn among(objects: &'a [Value]) -> Self {
        let mut jobs = objects.iter().filter(|object| object["kind"] == "Job");
        let job = jobs.next().expect("there is a Job");
        assert!(jobs.next().is_none(), "there is more than one Job");
        Self { objects, job }
    }

    pub(crate) fn namespace(&self) -> &'a str {
        text(&self.job["metadata"]["namespace"])
    }

    pub(crate) fn service_account(&self) -> &'a str {
        self.pod()["serviceAccountName"].as_str().unwrap_or("default")
    }

    pub(crate) fn has_read_only_root(&self) -> bool {
        self.container()["securityContext"]["readOnlyRootFilesystem"] == true
    }

    pub(crate) fn command(&self) -> Vec<&'a str> {
        let words = ["command", "args"].map(|name| list(&self.container()[name]).iter().map(expanded));
        words.into_iter().flatten().collect()
    }

    /// The variables: of whole objects first, each replacing those before it, and then one by one.
    pub(crate) fn environment(&self) -> BTreeMap<String, String> {
        let mut variables = BTreeMap::new();
        for source in list(&self.container()["envFrom"]) {
            let (kind, of) = match source {
                Value::Object(source) if source.contains_key("secretRef") => ("Secret", &source["secretRef"]),
                _ => ("ConfigMap", &source["configMapRef"]),
            };
            variables.extend(self.data(kind, &of["name"], of).unwrap_or_default());
        }
        for variable in list(&self.container()["env"]) {
            let value = self.value(variable);
            variables.extend(value.map(|value| (text(&variable["name"]).to_owned(), value)));
        }
        variables
    }

    /// Lays what the volumes hold into a folder, one folder each.
    pub(crate) fn mounts(&self, below: &Path) -> Vec<Mount> {
        let mounts = list(&self.container()["volumeMounts"]).iter();
        mounts
            .map(|mount| {
                assert!(mount["subPath"].is_null(), "a part of a volume is not mounted yet: {mount}");
                let folder = below.join(text(&mount["name"]));
                let is_kept = self.lay_out(text(&mount["name"]), &folder);
                let is_read_only = mount["readOnly"] == true || !is_kept;
                Mount { folder, place: text(&mount["mountPath"]).to_owned(), is_read_only }
            })
            .collect()
    }

    /// Lays a volume into a folder; whether the container may write there.
    fn lay_out(&self, name: &str, folder: &Path) -> bool {
        let volume = list(&self.pod()["volumes"]).iter().find(|volume| volume["name"] == name);
        let volume = volume.unwrap_or_else(|| panic!("there is no volume `{name}`"));
        let _ = fs::remove_dir_all(folder);
        fs::create_dir(folder).unwrap();
        if volume["emptyDir"].is_object() {
            return true;
        }
        let (source, files) = match volume {
            Value::Object(volume) if volume.contains_key("secret") => {
                let source = &volume["secret"];
                (source, self.data("Secret", &source["secretName"], source))
            }
            Value::Object(volume) if volume.contains_key("configMap") => {
                let source = &volume["configMap"];
                (source, self.data("ConfigMap", &source["name"], source))
            }
            _ => panic!("such a volume is not known: {volume}"),
        };
        let mode = source["defaultMode"].as_u64().unwrap_or(0o644).try_into().unwrap();
        for (name, content) in files.unwrap_or_default() {
            let file = folder.join(name);
            fs::write(&file, content).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        }
        false
    }

    fn value(&self, variable: &Value) -> Option<String> {
        let from = &variable["valueFrom"];
        if from.is_null() {
            return Some(expanded(&variable["value"]).to_owned());
        }
        if from["fieldRef"]["fieldPath"] == "metadata.namespace" {
            return Some(self.namespace().to_owned());
        }
        let (kind, of) = [("Secret", &from["secretKeyRef"]), ("ConfigMap", &from["configMapKeyRef"])]
            .into_iter()
            .find(|(_, of)| of.is_object())
            .unwrap_or_else(|| panic!("such a variable is not known: {variable}"));
        let value = self.data(kind, &of["name"], of)?.remove(text(&of["key"]));
        assert!(value.is_some() || of["optional"] == true, "{kind} has no {}", of["key"]);
        value
    }

    /// What an object holds; nothing where it is absent and may be.
    fn data(&self, kind: &str, name: &Value, reference: &Value) -> Option<BTreeMap<String, String>> {
        let object = self.objects.iter().find(|it| it["kind"] == kind && it["metadata"]["name"] == *name);
        assert!(object.is_some() || reference["optional"] == true, "there is no {kind} {name}");
        let object = object?;
        let held = if kind == "Secret" { &object["stringData"] } else { &object["data"] };
        let held = held.as_object().into_iter().flatten();
        Some(held.map(|(name, value)| (name.clone(), text(value).to_owned())).collect())
    }

    fn pod(&self) -> &'a Value {
        &self.job["spec"]["template"]["spec"]
    }

    fn container(&self) -> &'a Value {
        let containers = list(&self.pod()["containers"]);
        assert_eq!(containers.len(), 1, "the Job has one container");
        &containers[0]
    }
}

/// A text in which a kubelet would have nothing to replace.
fn expanded(value: &Value) -> &str {
    let value = text(value);
    assert!(!value.contains("$("), "a reference to a variable is not replaced yet: {value}");
    value
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
