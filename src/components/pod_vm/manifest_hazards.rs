//! What is wrong with manifests of pod VMs and shows in them alone, whoever wrote them: the ConfigMaps in the namespace of the
//! operator.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::hazards::{
    GALLERY_NAME, INCOMPLETE_CONFIG, KEY_OF_AUTOMATION, NOT_IMAGE_URI, OTHER_CLOUD, REPLACED,
    TWO_IMAGE_CONFIGS, WRONG_DIALECT,
};
use super::manifests::HOME;
use super::resolve::{gallery_help, image_uri, is_gallery_name};
use super::runtime_owned::PEER_PODS_CONFIG;
use super::spec::Provider;
use crate::manifest::pointer::escape;
use crate::manifest::remark::{Remark, text_at};

/// Everything that is found in objects that reach one cluster.
pub fn remarks(objects: &[&Value]) -> Vec<Remark> {
    let configs: Vec<Config<'_>> =
        objects.iter().enumerate().filter_map(|(at, object)| Config::of(at, object)).collect();
    let mut told = Vec::new();
    two_image_configs(&configs, &mut told);
    other_cloud(&configs, &mut told);
    for config in &configs {
        if config.name == PEER_PODS_CONFIG {
            of_automation(config, &mut told);
            replaced(config, &mut told);
            without_cloud(config, &mut told);
        }
        if let Some(provider) = config.provider() {
            incomplete(config, provider, &mut told);
            uri(config, &mut told);
            gallery(config, &mut told);
        }
        dialects(config, &mut told);
    }
    told
}

static NO_DATA: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

/// A ConfigMap of pod VMs.
struct Config<'v> {
    at: usize,
    object: &'v Value,
    name: &'v str,
    data: &'v Map<String, Value>,
}

impl<'v> Config<'v> {
    fn of(at: usize, object: &'v Value) -> Option<Self> {
        let name = text_at(object, "/metadata/name")?;
        let namespace = text_at(object, "/metadata/namespace")?;
        let is_config = object["apiVersion"] == "v1" && object["kind"] == "ConfigMap";
        let is_known =
            name == PEER_PODS_CONFIG || Provider::ALL.iter().any(|known| known.image_config() == name);
        let data = object.get("data").and_then(Value::as_object).unwrap_or(&NO_DATA);
        (is_config && is_known && namespace == HOME.namespace).then_some(Config { at, object, name, data })
    }

    /// The cloud whose image it describes.
    fn provider(&self) -> Option<Provider> {
        Provider::ALL.into_iter().find(|provider| provider.image_config() == self.name)
    }

    fn text(&self, key: &str) -> Option<&'v str> {
        self.data.get(key).and_then(Value::as_str)
    }

    fn spot(&self, key: &str) -> (usize, String) {
        (self.at, format!("/data/{}", escape(key)))
    }

    fn named(&self) -> (usize, &'static str) {
        (self.at, "/metadata/name")
    }
}

fn two_image_configs(configs: &[Config<'_>], told: &mut Vec<Remark>) {
    let mut of_images = configs.iter().filter(|config| config.provider().is_some());
    let Some(first) = of_images.next() else { return };
    for second in of_images.filter(|second| second.name != first.name) {
        let title = format!("`{}` and `{}` are in one cluster", first.name, second.name);
        let remark = Remark::new(&TWO_IMAGE_CONFIGS, title, second.named(), "a second one")
            .with(first.named(), "beside this one")
            .note("each Job reads all of them, and of a key that several have the last one counts")
            .help("keep the one of the cluster's own cloud");
        told.push(remark);
    }
}

fn other_cloud(configs: &[Config<'_>], told: &mut Vec<Remark>) {
    let Some(peer) = configs.iter().find(|config| config.name == PEER_PODS_CONFIG) else { return };
    let Some(cloud) = peer.text("CLOUD_PROVIDER") else { return };
    for config in configs {
        let Some(provider) = config.provider().filter(|provider| provider.word() != cloud) else { continue };
        let title =
            format!("`{}` belongs to {}, and `CLOUD_PROVIDER` is `{cloud}`", config.name, provider.name());
        let remark =
            Remark::new(&OTHER_CLOUD, title, peer.spot("CLOUD_PROVIDER"), "the Job branches by this")
                .with(config.named(), "and reads its keys from here")
                .help(format!("write `{}`, or the ConfigMap of that cloud", provider.word()));
        told.push(remark);
    }
}

/// What operator and Jobs write; an image id that is none of an image is an order to build.
fn of_automation(config: &Config<'_>, told: &mut Vec<Remark>) {
    for provider in Provider::ALL {
        let key = provider.image_key();
        if config.text(key) == Some("") {
            let title = format!("`{key}` is set to nothing");
            let remark =
                Remark::new(&KEY_OF_AUTOMATION, title, config.spot(key), "each sync takes the image away")
                    .note("the Job writes the image here; an empty key makes the operator build another")
                    .help("leave the key out");
            told.push(remark);
        }
    }
    if config.data.contains_key("DISABLECVM") {
        let remark = Remark::new(
            &KEY_OF_AUTOMATION,
            "`DISABLECVM` is the operator's",
            config.spot("DISABLECVM"),
            "written over with each reconcile",
        )
        .help("leave it out, and set the feature gate `confidential` in `osc-feature-gates`");
        told.push(remark);
    }
    let annotations = config.object.pointer("/metadata/annotations").and_then(Value::as_object);
    let written = annotations
        .into_iter()
        .flatten()
        .filter(|(key, _)| key.starts_with("LATEST_") || key.as_str() == "IMAGE_GALLERY_NAME");
    for (key, _) in written {
        let spot = (config.at, format!("/metadata/annotations/{}", escape(key)));
        let title = format!("the annotation `{key}` is written by Jobs");
        let remark = Remark::new(&KEY_OF_AUTOMATION, title, spot, "what a Job last made")
            .note("a Job that does not find its own image here deletes it")
            .help("leave it out");
        told.push(remark);
    }
}

fn replaced(config: &Config<'_>, told: &mut Vec<Remark>) {
    let spot = "/metadata/annotations/argocd.argoproj.io~1sync-options";
    let Some(options) = text_at(config.object, spot) else { return };
    if !options.split(',').any(|option| option.trim() == "Replace=true") {
        return;
    }
    let remark = Remark::new(
        &REPLACED,
        "`peer-pods-cm` is replaced with each sync",
        (config.at, spot),
        "`Replace=true`",
    )
    .note("the annotations of the Jobs go: the next one takes the image for foreign and deletes it")
    .help("apply it by server-side apply: `ServerSideApply=true`");
    told.push(remark);
}

/// Without data the operator panics, and without the cloud no Job knows its branch (podvm 4.7, W11).
fn without_cloud(config: &Config<'_>, told: &mut Vec<Remark>) {
    if config.text("CLOUD_PROVIDER").is_some_and(|cloud| !cloud.is_empty()) {
        return;
    }
    let title = "`peer-pods-cm` does not say the cloud";
    let remark = Remark::new(&INCOMPLETE_CONFIG, title, config.named(), "no `CLOUD_PROVIDER` in it")
        .note("a ConfigMap without data makes the operator panic")
        .help("write `CLOUD_PROVIDER`: aws, azure, gcp or libvirt");
    told.push(remark);
}

/// Keys whose empty value fails the Job (podvm 1.4 to 1.7); what the operator writes is not among them.
fn required(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::Aws => &[
            "AMI_BASE_NAME",
            "AMI_VOLUME_SIZE",
            "CAA_REF",
            "CAA_SRC",
            "DISABLE_CLOUD_CONFIG",
            "DOWNLOAD_SOURCES",
            "ENABLE_NVIDIA_GPU",
            "INSTALL_PACKAGES",
            "INSTANCE_TYPE",
            "PODVM_DISTRO",
        ],
        Provider::Azure => &[
            "CAA_REF",
            "CAA_SRC",
            "DISABLE_CLOUD_CONFIG",
            "DOWNLOAD_SOURCES",
            "ENABLE_NVIDIA_GPU",
            "IMAGE_BASE_NAME",
            "IMAGE_DEFINITION_ARCHITECTURE",
            "IMAGE_DEFINITION_NAME",
            "IMAGE_DEFINITION_OFFER",
            "IMAGE_DEFINITION_OS_STATE",
            "IMAGE_DEFINITION_OS_TYPE",
            "IMAGE_DEFINITION_PUBLISHER",
            "IMAGE_DEFINITION_SKU",
            "IMAGE_DEFINITION_VM_GENERATION",
            "IMAGE_GALLERY_NAME",
            "INSTALL_PACKAGES",
            "PODVM_DISTRO",
            "VM_SIZE",
        ],
        Provider::Gcp => &["DISABLE_CLOUD_CONFIG", "IMAGE_BASE_NAME", "INSTALL_PACKAGES"],
        Provider::Libvirt => &["DOWNLOAD_SOURCES"],
    }
}

fn incomplete(config: &Config<'_>, provider: Provider, told: &mut Vec<Remark>) {
    let missing: Vec<&str> =
        required(provider).iter().copied().filter(|key| config.text(key).is_none_or(str::is_empty)).collect();
    if missing.is_empty() {
        return;
    }
    let names = missing.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    let title = format!("`{}` lacks what its Jobs ask for", config.name);
    let remark = Remark::new(&INCOMPLETE_CONFIG, title, config.named(), "not completed by anybody")
        .note(format!("without a value: {names}"))
        .help("write all of them, also for a Job that only deletes");
    told.push(remark);
}

/// Compared exactly, in lower case (podvm 1.0).
const YES_OR_NO: &[&str] = &[
    "BOOT_FIPS",
    "CONFIDENTIAL_COMPUTE_ENABLED",
    "DOWNLOAD_SOURCES",
    "ENABLE_NVIDIA_GPU",
    "INSTALL_PACKAGES",
    "UPDATE_PEERPODS_CM",
];
const TRUE_OR_FALSE: &[&str] = &[
    "CLOUD_CONFIG_VERIFY",
    "DISABLE_CLOUD_CONFIG",
    "ENABLE_SCRATCH_SPACE",
    "ENABLE_SECURE_BOOT",
    "EXTERNAL_NETWORK_VIA_PODVM",
    "SE_BOOT",
    "SE_VERIFY",
    "TLS_SKIP_VERIFY",
    "USE_PODVM_LAUNCHTEMPLATE",
    "USE_PUBLIC_IP",
];

fn dialects(config: &Config<'_>, told: &mut Vec<Remark>) {
    for (keys, words) in [(YES_OR_NO, ["yes", "no"]), (TRUE_OR_FALSE, ["true", "false"])] {
        for key in keys {
            let Some(value) = config.text(key).filter(|value| !value.is_empty() && !words.contains(value))
            else {
                continue;
            };
            let title =
                format!("`{key}` is `{value}`, and only `{}` and `{}` are understood", words[0], words[1]);
            let remark = Remark::new(&WRONG_DIALECT, title, config.spot(key), "counts as off")
                .help(format!("write `\"{}\"` or `\"{}\"`, in quotes", words[0], words[1]));
            told.push(remark);
        }
    }
}

fn uri(config: &Config<'_>, told: &mut Vec<Remark>) {
    let Some(uri) = config.text("PODVM_IMAGE_URI").filter(|uri| !uri.is_empty()) else { return };
    let Err(reason) = image_uri(uri) else { return };
    let title = format!("no Job can read the image `{uri}`");
    let remark = Remark::new(&NOT_IMAGE_URI, title, config.spot("PODVM_IMAGE_URI"), reason)
        .note("it is `type::repository[:tag][::path]`, with a digest in the place of the tag")
        .help("write it as in `oci::registry.example/podvm/rhel9:1.10::/image/podvm.qcow2`");
    told.push(remark);
}

fn gallery(config: &Config<'_>, told: &mut Vec<Remark>) {
    let Some(name) = config.text("IMAGE_GALLERY_NAME").filter(|name| !name.is_empty()) else { return };
    if !is_gallery_name(name) {
        let title = format!("`{name}` cannot be the name of a gallery");
        let remark = Remark::new(&GALLERY_NAME, title, config.spot("IMAGE_GALLERY_NAME"), "Azure refuses it")
            .note(
                "it is at most 80 letters, digits, `_` and `.`, with a letter or digit at both ends: no `-`",
            )
            .help(gallery_help(name));
        told.push(remark);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config(name: &str, data: &Value) -> Value {
        let namespace = "openshift-sandboxed-containers-operator";
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data})
    }

    fn codes(objects: &[Value]) -> Vec<&'static str> {
        let objects: Vec<&Value> = objects.iter().collect();
        remarks(&objects).iter().map(Remark::code).collect()
    }

    #[test]
    fn an_image_config_is_complete_and_in_the_words_of_its_keys() {
        let good = json!({"DISABLE_CLOUD_CONFIG": "true", "IMAGE_BASE_NAME": "a", "IMAGE_VERSION": "0-0-1", "INSTALL_PACKAGES": "no"});
        assert_eq!(codes(&[config("gcp-podvm-image-cm", &good)]), [""; 0]);
        let mut other = good;
        other["INSTALL_PACKAGES"] = json!("False");
        assert_eq!(codes(&[config("gcp-podvm-image-cm", &other)]), ["GS-PODVM-045"]);
        other["INSTALL_PACKAGES"] = json!("");
        assert_eq!(codes(&[config("gcp-podvm-image-cm", &other)]), ["GS-PODVM-044"]);
    }

    #[test]
    fn a_second_image_config_and_one_of_another_cloud_are_told() {
        let peer = config("peer-pods-cm", &json!({"CLOUD_PROVIDER": "aws"}));
        let libvirt = config("libvirt-podvm-image-cm", &json!({"DOWNLOAD_SOURCES": "no"}));
        assert_eq!(codes(&[peer, libvirt]), ["GS-PODVM-041"]);
    }

    #[test]
    fn the_same_names_elsewhere_are_none_of_ours() {
        let mut elsewhere = config("peer-pods-cm", &json!({"CLOUD_PROVIDER": "aws", "PODVM_AMI_ID": ""}));
        assert_eq!(codes(&[elsewhere.clone()]), ["GS-PODVM-042"]);
        elsewhere["metadata"]["namespace"] = json!("elsewhere");
        assert_eq!(codes(&[elsewhere]), [""; 0]);
    }
}
