//! The environment of the Jobs: variables one by one, and whole Secrets and ConfigMaps.

use serde::Serialize;

use super::{Act, Making, OF_RELEASE, OURS};
use crate::components::pod_vm::resolve::{Entry, Image, Work};
use crate::components::pod_vm::spec::Provider;
use crate::provenance::{Origin, Sourced};

/// An environment variable: a text, a key of `peer-pods-cm`, or a field of the pod.
#[derive(Serialize)]
pub(super) struct Variable {
    name: Sourced<String>,
    value: Option<Sourced<String>>,
    key: Option<Sourced<String>>,
    field: Option<Sourced<String>>,
}

/// A Secret or ConfigMap whose keys become environment variables.
#[derive(Serialize)]
pub(super) struct Source {
    secret: Option<Sourced<String>>,
    config_map: Option<Sourced<String>>,
    optional: Sourced<bool>,
}

/// The environment, in the order of upstream where upstream has it, each name once.
pub(super) fn variables(making: &Making<'_>, work: &Work, act: Act) -> Vec<Variable> {
    let pod_vm = making.component;
    let provider = pod_vm.provider.value;
    let text = |name: &str, value: Sourced<String>| Variable {
        name: Sourced::default_of(&OF_RELEASE, name.to_owned()),
        value: Some(value),
        key: None,
        field: None,
    };
    let mut all = Vec::new();
    // Deletions ask for them as well.
    let wanted = work.environment.iter().filter(|entry| act.makes() || entry.key != "PODVM_IMAGE_URI");
    all.extend(wanted.map(|Entry { key, value }| text(key, value.clone())));
    let is_checked = act == Act::Create && work.checks_result.value;
    if act == Act::Import || is_checked {
        all.push(text("INPUTS_FINGERPRINT", work.inputs.fingerprint.clone()));
    }
    if is_checked {
        let key = Sourced { value: provider.image_key().to_owned(), origin: pod_vm.provider.origin.clone() };
        all.push(text("IMAGE_KEY", key));
    }
    if act == Act::Import {
        all.extend(of_import(making).into_iter().map(|(name, value)| text(name, value)));
        let (name, field) = ("POD_NAMESPACE".to_owned(), "metadata.namespace".to_owned());
        let field = Some(Sourced::default_of(&OURS, field));
        all.push(Variable { name: Sourced::default_of(&OURS, name), value: None, key: None, field });
    }
    if act == Act::Delete {
        let known = [
            ("AMI_ID", Provider::Aws, true),
            ("IMAGE_ID", Provider::Azure, true),
            ("LIBVIRT_IMAGE_ID", Provider::Libvirt, work.knows_libvirt.value),
            ("IMAGE_NAME", Provider::Gcp, work.deletes_on_google.value || provider == Provider::Gcp),
        ];
        for (name, of, _) in known.into_iter().filter(|(.., wanted)| *wanted) {
            let name = Sourced::default_of(&OF_RELEASE, name.to_owned());
            let key =
                Sourced { value: provider.image_key().to_owned(), origin: pod_vm.provider.origin.clone() };
            let here = of == provider;
            let value = (!here).then(|| Sourced::default_of(&OF_RELEASE, String::new()));
            all.push(Variable { name, value, key: here.then_some(key), field: None });
        }
    }
    all.extend(work.proxy.iter().map(|Entry { key, value }| text(key, value.clone())));
    all
}

/// What the import of ours reads: `templates/pod-vm/import.sh` lists it.
fn of_import(making: &Making<'_>) -> Vec<(&'static str, Sourced<String>)> {
    let pod_vm = making.component;
    let Image::Artifact(artifact) = &pod_vm.image else { return Vec::new() };
    let of = |name: &str| Sourced::default_of(&OURS, name.to_owned());
    let mut all = vec![
        ("ARTIFACT_IMAGE", artifact.image.clone().map(|image| image.to_string())),
        ("ARTIFACT_PATH", artifact.path.clone()),
        ("ARTIFACT_ARCHITECTURE", artifact.architecture.clone().map(|one| one.to_string())),
        ("IMAGE_NAME", image_name(making)),
        ("WORK_FOLDER", of("/work")),
        ("REGISTRY_AUTH_FILE", of("/tmp/regauth/auth.json")),
    ];
    all.extend(artifact.sha256.clone().map(|sha256| ("ARTIFACT_SHA256", sha256)));
    let format = artifact.format.clone();
    all.extend(format.map(|format| ("ARTIFACT_FORMAT", format.map(|format| format.to_string()))));
    all.extend(pod_vm.security.iter().map(|Entry { key, value }| (*key, value.clone())));
    all.extend(pod_vm.image_config.get("BUCKET_NAME").map(|bucket| ("STAGING_BUCKET", bucket.clone())));
    // Of the ConfigMaps that the Job reads, a forgotten one of another cloud may say otherwise.
    let record = pod_vm.image_config.get("UPDATE_PEERPODS_CM");
    all.extend(record.map(|record| ("UPDATE_PEERPODS_CM", record.clone())));
    all
}

/// `<name>-<version>`, as the Jobs of the release put them together.
fn image_name(making: &Making<'_>) -> Sourced<String> {
    let data = &making.component.image_config;
    let first = |keys: [&str; 2]| keys.into_iter().find_map(|key| data.get(key)).cloned();
    let name = first(["AMI_BASE_NAME", "IMAGE_BASE_NAME"]);
    let version = first(["AMI_VERSION", "IMAGE_VERSION"]);
    match (name, version) {
        (Some(name), Some(version)) => Sourced::derived(
            format!("{}-{}", name.value, version.value),
            "image name: <name>-<version>",
            &[&name.origin, &version.origin],
        ),
        _ => making.component.peer_pods_config.get("LIBVIRT_VOL_NAME").cloned().unwrap_or_default(),
    }
}

/// Where the rest of the environment comes from, in the order of the release: later ones win.
pub(super) fn sources(work: &Work, act: Act) -> Vec<Source> {
    let source = |secret: Option<&str>, config_map: Option<&str>, optional: bool, origin: &Origin| {
        let named = |name: &str| Sourced { value: name.to_owned(), origin: origin.clone() };
        Source {
            secret: secret.map(named),
            config_map: config_map.map(named),
            optional: Sourced { value: optional, origin: origin.clone() },
        }
    };
    let always = Origin::Default(&OF_RELEASE);
    let mut all = vec![source(Some("peer-pods-secret"), None, false, &always)];
    if act == Act::Create && work.is_privileged.value {
        all.push(source(Some("peer-pods-image-creation-secret"), None, true, &work.is_privileged.origin));
    }
    let in_gallery = act != Act::DeleteGallery;
    let config_maps = [
        ("peer-pods-cm", true, &always),
        ("azure-podvm-image-cm", true, &always),
        ("aws-podvm-image-cm", true, &always),
        ("gcp-podvm-image-cm", work.knows_google.value && in_gallery, &work.knows_google.origin),
        ("ibmcloud-podvm-image-cm", work.reads_ibm_cloud.value && in_gallery, &work.reads_ibm_cloud.origin),
        ("libvirt-podvm-image-cm", work.knows_libvirt.value && in_gallery, &work.knows_libvirt.origin),
    ];
    let read = config_maps.into_iter().filter(|(_, wanted, _)| *wanted);
    all.extend(read.map(|(name, _, origin)| source(None, Some(name), true, origin)));
    all
}
