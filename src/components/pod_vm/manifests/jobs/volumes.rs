//! The volumes of the Jobs, and where their containers see them.

use serde::Serialize;

use super::super::scripts;
use super::{Act, OF_RELEASE, OURS};
use crate::components::pod_vm::resolve::Work;
use crate::provenance::{Origin, Sourced};

/// A volume, and where the container sees it.
#[derive(Serialize)]
pub(super) struct Volume {
    name: Sourced<String>,
    /// Where the container sees it.
    path: Sourced<String>,
    read_only: Sourced<bool>,
    /// A Secret of which everything is mounted.
    secret: Option<Sourced<String>>,
    /// A Secret that may be missing, of which one key is mounted, for its owner alone.
    key: Option<Key>,
    /// A ConfigMap of scripts.
    scripts: Option<Sourced<String>>,
    /// A file or folder of the node.
    host: Option<Host>,
    /// The audience of a token.
    audience: Option<Sourced<String>>,
}

#[derive(Serialize)]
struct Key {
    secret: Sourced<String>,
    key: Sourced<String>,
}

#[derive(Serialize)]
struct Host {
    path: Sourced<String>,
    kind: Sourced<String>,
}

/// All of a Job, in the order of the release.
pub(super) fn of(work: &Work, act: Act, has_script: &Sourced<bool>) -> Sourced<Vec<Volume>> {
    let (is_create, is_import) = (act == Act::Create, act == Act::Import);
    let of_release = Origin::Default(&OF_RELEASE);
    let ours = Origin::Default(&OURS);
    let mut all = Vec::new();
    if is_create {
        all.push(Volume::new("payload", "/payload", &of_release));
    }
    if is_import || is_create && work.has_credentials.value {
        all.push(
            Volume::new("regauth", "/tmp/regauth", &work.has_credentials.origin).secret("auth-json-secret"),
        );
    }
    if is_import || act != Act::DeleteGallery && work.has_credentials.value {
        let volume = Volume::new("ssh-key-secret", "/root/.ssh/", &work.has_credentials.origin);
        all.push(volume.key("ssh-key-secret", "id_rsa"));
    }
    if is_create && work.is_privileged.value {
        all.push(Volume::new("store-volume", "/store", &work.is_privileged.origin));
    }
    if is_create && work.pulls_as_host.value {
        all.extend(HOST.iter().map(|(name, path, on_host, kind)| {
            Volume::new(name, path, &work.pulls_as_host.origin).host(on_host, kind)
        }));
    }
    if work.has_token.value {
        let path = "/var/run/secrets/openshift/serviceaccount";
        all.push(Volume::new("bound-sa-token", path, &work.has_token.origin).token("openshift"));
    }
    if has_script.value {
        all.push(Volume::new("goldsmith", "/goldsmith", &has_script.origin).scripts(scripts::NAME));
    }
    if is_import {
        all.push(Volume::new("work", "/work", &ours));
    }
    Sourced { value: all, origin: of_release }
}

/// Files of the node that say how it pulls: name, path in the container, path on the node, type.
const HOST: &[(&str, &str, &str, &str)] = &[
    ("registries-conf", "/etc/containers/registries.conf", "/etc/containers/registries.conf", "FileOrCreate"),
    (
        "registries-conf-d",
        "/etc/containers/registries.conf.d",
        "/etc/containers/registries.conf.d",
        "DirectoryOrCreate",
    ),
    ("containers-auth", "/root/.config/containers/auth.json", "/var/lib/kubelet/config.json", "File"),
    ("containers-policy", "/etc/containers/policy.json", "/etc/containers/policy.json", "FileOrCreate"),
];

impl Volume {
    /// An empty folder.
    fn new(name: &str, path: &str, origin: &Origin) -> Self {
        let text = |text: &str| Sourced { value: text.to_owned(), origin: origin.clone() };
        Volume {
            name: text(name),
            path: text(path),
            read_only: Sourced { value: false, origin: origin.clone() },
            secret: None,
            key: None,
            scripts: None,
            host: None,
            audience: None,
        }
    }

    fn text(&self, text: &str) -> Sourced<String> {
        Sourced { value: text.to_owned(), origin: self.name.origin.clone() }
    }

    fn read_only(mut self) -> Self {
        self.read_only.value = true;
        self
    }

    fn secret(self, name: &str) -> Self {
        Volume { secret: Some(self.text(name)), ..self }
    }

    fn key(self, secret: &str, key: &str) -> Self {
        let key = Key { secret: self.text(secret), key: self.text(key) };
        Volume { key: Some(key), ..self }.read_only()
    }

    fn scripts(self, name: &str) -> Self {
        Volume { scripts: Some(self.text(name)), ..self }.read_only()
    }

    fn host(self, path: &str, kind: &str) -> Self {
        let host = Host { path: self.text(path), kind: self.text(kind) };
        Volume { host: Some(host), ..self }.read_only()
    }

    fn token(self, audience: &str) -> Self {
        Volume { audience: Some(self.text(audience)), ..self }.read_only()
    }
}
