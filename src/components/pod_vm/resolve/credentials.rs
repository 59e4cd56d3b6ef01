//! Secrets that pod VMs need: named with their keys, never rendered (podvm 2).

use std::fmt;

use super::asked::Resolving;
use super::image::Image;
use crate::capability::Capability;
use crate::components::pod_vm::hazards::{CREDENTIALS_TOO_LATE, NO_TOKENS_THERE};
use crate::components::pod_vm::spec::{Credentials, Provider};
use crate::diagnostic::Diagnostic;
use crate::provenance::{DefaultRule, Sourced};

/// A Secret that must be there, and its keys.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedSecret {
    /// Its name.
    pub name: &'static str,
    /// The keys that are asked for, sorted.
    pub keys: Vec<&'static str>,
    /// Who asked for it.
    pub asked: Sourced<Credentials>,
}

impl fmt::Display for ExpectedSecret {
    /// `Secret openshift-sandboxed-containers-operator/peer-pods-secret (GCP_CREDENTIALS)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespace = crate::components::pod_vm::manifests::HOME.namespace;
        write!(f, "Secret {namespace}/{} ({})", self.name, self.keys.join(" "))
    }
}

static FROM_SECRET: DefaultRule = DefaultRule {
    path: "podVM.credentials",
    reason: "the one form that every release and every cloud takes",
};

/// The way out that every cloud has.
const SECRET_INSTEAD: &str = "put them into the Secret `peer-pods-secret`: `podVM.credentials: secret`";

/// The Secrets, sorted by name.
pub(super) fn resolve(resolving: &mut Resolving<'_, '_>, image: &Image) -> Vec<ExpectedSecret> {
    let mode = resolving.spec.credentials.or(&FROM_SECRET, || Credentials::Secret);
    let provider = resolving.provider.value;
    served(resolving, &mode);
    bootable_by_token(resolving, image, &mode);
    let mut expected = registry_credentials(resolving, image, &mode);
    if mode.value == Credentials::Operator || mode.value == Credentials::Token && resolving.by_operator() {
        return expected;
    }
    let mut keys = match (provider, mode.value == Credentials::Token) {
        (Provider::Aws, false) => vec!["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
        (Provider::Aws, true) => vec!["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"],
        (Provider::Azure, false) => {
            vec!["AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_SUBSCRIPTION_ID", "AZURE_TENANT_ID"]
        }
        (Provider::Azure, true) => {
            vec!["AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_SUBSCRIPTION_ID", "AZURE_TENANT_ID"]
        }
        (Provider::Gcp, _) => vec!["GCP_CREDENTIALS"],
        (Provider::Libvirt, _) => of_libvirt(resolving, image),
    };
    keys.sort_unstable();
    expected.push(ExpectedSecret { name: "peer-pods-secret", keys, asked: mode.clone() });
    if provider == Provider::Libvirt {
        expected.push(ExpectedSecret { name: "ssh-key-secret", keys: vec!["id_rsa"], asked: mode });
    }
    expected
}

/// A copy of the cluster's pull secret, which the operator makes when there is a KataConfig: too late for a Job of ours.
fn registry_credentials(
    resolving: &Resolving<'_, '_>,
    image: &Image,
    mode: &Sourced<Credentials>,
) -> Vec<ExpectedSecret> {
    let mounted = image.is_imported_by_us() || resolving.can(Capability::ImageJobCredentials).available;
    if resolving.by_operator() || matches!(image, Image::Id(_)) || !mounted {
        return Vec::new();
    }
    vec![ExpectedSecret { name: "auth-json-secret", keys: vec!["auth.json"], asked: mode.clone() }]
}

/// The builder is registered with Red Hat by two keys, which are no less secret for standing in a ConfigMap upstream.
fn of_libvirt(resolving: &Resolving<'_, '_>, image: &Image) -> Vec<&'static str> {
    let mut keys = vec!["ACTIVATION_KEY", "CLOUD_PROVIDER", "LIBVIRT_URI", "ORG_ID"];
    if !resolving.can(Capability::LibvirtInConfig).available {
        keys.extend(["LIBVIRT_POOL", "LIBVIRT_VOL_NAME"]);
    }
    if let Some(build) = image.build() {
        keys.push("REDHAT_OFFLINE_TOKEN");
        let secure =
            build.secure_execution.get().map(|secure| secure.enabled.get().is_none_or(|on| on.value));
        keys.extend(secure.filter(|on| *on).map(|_| "HOST_KEY_CERTS"));
    }
    keys
}

/// bootc-image-builder uploads an AMI itself, and knows keys alone.
fn bootable_by_token(resolving: &mut Resolving<'_, '_>, image: &Image, mode: &Sourced<Credentials>) {
    let Image::Artifact(artifact) = image else { return };
    let on_aws = resolving.provider.value == Provider::Aws;
    if !artifact.is_bootc || !on_aws || mode.value != Credentials::Token {
        return;
    }
    let title = "a bootable container does not become an AMI by `token`";
    let finding = Diagnostic::new(&NO_TOKENS_THERE, title)
        .at(resolving.place(&mode.origin), "asked for here")
        .with(resolving.place(&artifact.image.origin), "made by bootc-image-builder, which knows keys alone")
        .help(SECRET_INSTEAD)
        .help("or import a disk image that was made before: `podVM.image.artifact.oci`");
    resolving.tell(finding);
}

fn served(resolving: &mut Resolving<'_, '_>, mode: &Sourced<Credentials>) {
    let provider = resolving.provider.value;
    if mode.value == Credentials::Operator && !resolving.by_operator() {
        let title = "the operator asks for the credentials after the Job that needs them";
        let finding = Diagnostic::new(&CREDENTIALS_TOO_LATE, title)
            .at(resolving.place(&mode.origin), "asked for when a KataConfig is there")
            .with(resolving.place(&resolving.runner.origin), "makes the image before that")
            .help(SECRET_INSTEAD);
        return resolving.tell(finding);
    }
    let capability = match (mode.value, provider) {
        (Credentials::Token, Provider::Azure) => Some(Capability::AzureTokens),
        (Credentials::Token, Provider::Aws) => Some(Capability::AwsTokens),
        (Credentials::Operator, Provider::Aws | Provider::Azure) | (Credentials::Secret, _) => return,
        (Credentials::Operator, Provider::Gcp) => Some(Capability::PodVmOnGoogleCloud),
        _ => None,
    };
    if let Some(capability) = capability {
        resolving.require(capability, "podVM.credentials", &mode.origin);
        return;
    }
    let words = if mode.value == Credentials::Token { "token" } else { "operator" };
    let title = format!("credentials for {} do not come by `{words}`", provider.name());
    let finding = Diagnostic::new(&NO_TOKENS_THERE, title)
        .at(resolving.place(&mode.origin), "asked for here")
        .with(resolving.place(&resolving.provider.origin), "the cloud")
        .help(SECRET_INSTEAD);
    resolving.tell(finding);
}
