//! Pod VMs against `tests/facts/pod-vm/`: tables that were written by hand from the facts, release by release and cloud by cloud, and
//! never from the code. What is rendered otherwise on purpose is named here, with the reason.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use goldsmith::document::{Kind, schema};
use serde_json::Value;

use crate::support::{home, rendered_sites};

mod artifacts;
mod config_maps;
mod gates;
mod image_settings;
mod jobs;
mod names;
mod peer_pods;
mod secrets;
mod switches;

const PROVIDERS: [&str; 4] = ["aws", "azure", "gcp", "libvirt"];
const RELEASES: [u32; 9] = [6, 7, 8, 9, 10, 11, 12, 13, 14];
const CLUSTER: &str = "1c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55";

fn facts(path: &str) -> Value {
    let path: PathBuf = home().join("tests/facts/pod-vm").join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    tree(&text)
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The number of a minor that the facts write as text: 10 of `1.10`.
fn minor(value: &Value) -> Option<u32> {
    value.as_str().map(|text| text.strip_prefix("1.").unwrap().parse().unwrap())
}

/// Whether a row holds in a release.
fn holds(row: &Value, release: u32) -> bool {
    minor(&row["since"]).is_none_or(|since| since <= release)
        && minor(&row["until"]).is_none_or(|until| release < until)
}

/// The clouds that a release serves.
fn providers(release: u32) -> Vec<&'static str> {
    let since = facts("peer-pods-config.yaml");
    PROVIDERS
        .into_iter()
        .filter(|provider| minor(&since["providersSince"][provider]).unwrap() <= release)
        .collect()
}

/// A site of one cloud, with nothing but what it needs.
fn site(release: u32, provider: &str, more: &str) -> String {
    let section = match provider {
        "aws" => {
            "aws: {region: eu-central-1, vpcID: vpc-01234567, subnetID: subnet-01234567, securityGroupIDs: [sg-01234567]}"
        }
        "azure" => {
            "azure: {region: westeurope, resourceGroup: pods, subnetID: /subscriptions/s/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets/n}"
        }
        "gcp" => "gcp: {projectID: corp-pods, zone: europe-west3-b, network: default}",
        _ if release < 9 => "libvirt: {}",
        _ => "libvirt: {pool: pods, volume: podvm.qcow2, directory: /var/lib/pods}",
    };
    // The operator builds on s390x alone from 1.10 on.
    let architecture = if provider == "libvirt" { "s390x" } else { "amd64" };
    format!(
        "platform: {{openshift: \"4.18\", sandboxedContainers: \"1.{release}.0\", clusterID: {CLUSTER}, architectures: [{architecture}]}}\n\
         podVM:\n  provider: {provider}\n  {section}\n  {more}\n"
    )
}

/// A text of YAML as a tree.
fn tree(text: &str) -> Value {
    serde_json::to_value(yaml_serde::from_str::<yaml_serde::Value>(text).unwrap()).unwrap()
}

/// Gives a setting below `podVM` a value.
fn give(site: &mut Value, setting: &str, value: &Value) {
    let place = setting.split('.').fold(&mut site["podVM"], |place, key| &mut place[key]);
    *place = value.clone();
}

/// A site as text, one setting a line.
fn written(site: &Value) -> String {
    serde_json::to_string_pretty(site).unwrap()
}

/// The schema of a setting below `podVM`.
fn schema_of(setting: &str) -> Value {
    let schema = schema(Kind::Site);
    let section = &schema["properties"]["spec"]["properties"]["podVM"];
    setting.split('.').fold(section, |schema, key| &schema["properties"][key]).clone()
}

/// Where the image comes from with the runner `operator`, by what the release and the cloud have.
fn source(release: u32, provider: &str) -> &'static str {
    match (provider, release) {
        ("gcp", _) | ("aws" | "azure", 10..) => "image: {artifact: {oci: quay.io/corp/podvm:1}}",
        _ => "image: {build: {}}",
    }
}

/// Every release with every cloud that it serves.
fn all() -> impl Iterator<Item = (u32, &'static str)> {
    RELEASES
        .into_iter()
        .flat_map(|release| providers(release).into_iter().map(move |provider| (release, provider)))
}

fn named(release: u32, provider: &str) -> String {
    format!("{provider}-{release}")
}

/// The objects of a site for each release and cloud, from what its section has beside the least.
fn everywhere(more: impl Fn(u32, &str) -> String) -> BTreeMap<String, Vec<Value>> {
    let specs = all().map(|(release, provider)| {
        (named(release, provider), site(release, provider, &more(release, provider)))
    });
    rendered_sites(&specs.collect())
}

/// The image of a site whose Jobs are ours: built where that can be.
fn made(release: u32, provider: &str) -> &'static str {
    if provider == "gcp" { source(release, provider) } else { "image: {build: {}}" }
}

fn object<'v>(objects: &'v [Value], kind: &str, name: &str) -> &'v Value {
    let is = |object: &&Value| {
        object["kind"] == kind
            && object["metadata"]["name"].as_str().is_some_and(|found| found.starts_with(name))
    };
    objects.iter().find(is).unwrap_or_else(|| panic!("no {kind} {name}"))
}

/// Everything that is added to the Jobs, switched off.
const BARE: &str = "runner: gitops\n  work: {checkResult: false, deadlineSeconds: 0, resources: {enabled: false}, \
                    networkPolicy: {enabled: false}, serviceAccount: default}";
