//! Pod VMs against `tests/facts/pod-vm/`: tables that were written by hand from the facts, release by release and cloud by cloud, and
//! never from the code. What is rendered otherwise on purpose is named here, with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use goldsmith::components::pod_vm::builders::{self, Actor, Event, ImageKey};
use goldsmith::components::pod_vm::inputs::of_image_config;
use goldsmith::components::pod_vm::manifest_hazards::image_uri;
use goldsmith::components::pod_vm::resolve::is_gallery_name;
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::golden::GOLDENS;
use crate::support::{home, rendered_sites};

const RELEASES: [u32; 9] = [6, 7, 8, 9, 10, 11, 12, 13, 14];
const CLUSTER: &str = "1c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55";

fn facts(path: &str) -> Value {
    let path: PathBuf = home().join("tests/facts/pod-vm").join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::to_value(yaml_serde::from_str::<yaml_serde::Value>(&text).unwrap()).unwrap()
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
    ["aws", "azure", "gcp", "libvirt"]
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

/// What is rendered otherwise than the release's own ConfigMap has it: provider or `*`, key, and why.
const OTHERWISE: &[(&str, &str, &str)] = &[
    ("azure", "IMAGE_GALLERY_NAME", "made from the id of the cluster, as the operator does it"),
    ("*", "IMAGE_VERSION", "made from the id of the cluster, as the operator does it"),
    ("aws", "AMI_VERSION", "made from the id of the cluster, as the operator does it"),
    ("libvirt", "ORG_ID", "in the Secret: it registers machines"),
    ("libvirt", "ACTIVATION_KEY", "in the Secret: it registers machines"),
    ("libvirt", "SE_BOOT", "off unless asked for: only s390x has it"),
    ("libvirt", "PODVM_IMAGE_URI", "empty as well as absent means: build"),
    ("*", "PODVM_IMAGE_URI", "that of the site"),
    ("*", "CAA_SRC", "the facts do not give the text"),
];

fn is_otherwise(provider: &str, key: &str) -> bool {
    OTHERWISE.iter().any(|(of, known, _)| (*of == "*" || *of == provider) && *known == key)
}

#[test]
fn image_configs_have_the_keys_and_defaults_of_each_release() {
    let table = facts("image-config-maps.yaml");
    let mut wrong = Vec::new();
    let sites = everywhere(|release, provider| source(release, provider).to_owned());
    for (release, provider) in all() {
        let objects = &sites[&named(release, provider)];
        let data = &object(objects, "ConfigMap", &format!("{provider}-podvm-image-cm"))["data"];
        let rows: Vec<&Value> = list(&table, provider).iter().filter(|row| holds(row, release)).collect();
        for row in &rows {
            let key = row["key"].as_str().unwrap();
            let found = data[key].as_str();
            match expected(row, release) {
                _ if is_otherwise(provider, key) => {}
                Some(default) if found != Some(default) => {
                    wrong.push(format!("1.{release} {provider} {key}: {found:?}, not `{default}`"));
                }
                None if found.is_some() => {
                    wrong.push(format!("1.{release} {provider} {key} is there: {found:?}"));
                }
                _ => {}
            }
        }
        let known: BTreeSet<&str> = rows.iter().filter_map(|row| row["key"].as_str()).collect();
        let strange = data.as_object().unwrap().keys().filter(|key| !known.contains(key.as_str()));
        wrong.extend(strange.map(|key| format!("1.{release} {provider} {key} is no key of this release")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the facts say that a ConfigMap of ours holds; none where the operator writes the key, or nobody gives it.
fn expected(row: &Value, release: u32) -> Option<&str> {
    let by_gate = row["key"] == "CONFIDENTIAL_COMPUTE_ENABLED";
    if by_gate && minor(&row["writtenSince"]).is_none_or(|since| since <= release) {
        return None;
    }
    match &row["default"] {
        Value::String(text) => Some(text),
        Value::Array(ranges) => ranges.iter().find(|range| holds(range, release))?["value"].as_str(),
        _ => None,
    }
}

#[test]
fn keys_that_the_jobs_ask_for_are_never_empty() {
    let table = facts("image-config-maps.yaml");
    let sites = everywhere(|release, provider| source(release, provider).to_owned());
    for (release, provider) in all() {
        let objects = &sites[&named(release, provider)];
        let data = &object(objects, "ConfigMap", &format!("{provider}-podvm-image-cm"))["data"];
        let rows = list(&table, provider).iter().filter(|row| holds(row, release) && row["required"] == true);
        for row in rows {
            let key = row["key"].as_str().unwrap();
            let by_secret = matches!(key, "ORG_ID" | "ACTIVATION_KEY");
            let by_operator = key == "CONFIDENTIAL_COMPUTE_ENABLED" && release > 6;
            let filled = data[key].as_str().is_some_and(|text| !text.is_empty());
            assert!(filled || by_secret || by_operator, "1.{release} {provider} {key}");
        }
    }
}

/// Everything that is added to the Jobs, switched off.
const BARE: &str = "runner: gitops\n  work: {checkResult: false, deadlineSeconds: 0, resources: {enabled: false}, \
                    networkPolicy: {enabled: false}, serviceAccount: default}";

/// The Job of ours as the release would have it, for what the facts know of it.
fn as_upstream(job: &Value, key: &str) -> Value {
    let mut job = json!({"apiVersion": job["apiVersion"], "kind": job["kind"], "spec": job["spec"]});
    let template = &mut job["spec"]["template"];
    // Ours have a label, since their names carry a hash, and say whose account it is.
    assert_eq!(template["metadata"], json!({"labels": {"goldsmith.dev/work": "pod-vm"}}));
    template.as_object_mut().unwrap().remove("metadata");
    assert_eq!(template["spec"]["serviceAccountName"], "default");
    template["spec"].as_object_mut().unwrap().remove("serviceAccountName");
    let container = template["spec"]["containers"][0].as_object_mut().unwrap();
    let added =
        ["BOOT_FIPS", "CONFIDENTIAL_COMPUTE_ENABLED", "PODVM_IMAGE_URI", "INPUTS_FINGERPRINT", "IMAGE_KEY"];
    if let Some(env) = container.get_mut("env").and_then(Value::as_array_mut) {
        env.retain(|variable| !added.contains(&variable["name"].as_str().unwrap()));
        for variable in env.iter_mut() {
            if let Some(reference) = variable.as_object_mut().unwrap().remove("valueFrom") {
                assert_eq!(
                    reference,
                    json!({"configMapKeyRef": {"name": "peer-pods-cm", "key": key, "optional": true}})
                );
                variable["value"] = json!("<image-id>");
            }
        }
    }
    if container.get("env").is_some_and(|env| env.as_array().unwrap().is_empty()) {
        container.remove("env");
    }
    job
}

/// A Job of the facts without what the names of ours make another.
fn of_facts(path: &str) -> Value {
    let mut job = facts(path);
    job.as_object_mut().unwrap().remove("metadata");
    job["spec"]["template"]["metadata"].take();
    job["spec"]["template"].as_object_mut().unwrap().remove("metadata");
    job
}

/// The same, with what the lists of volumes and mounts are, whatever their order.
fn sorted(mut job: Value) -> Value {
    let spec = &mut job["spec"]["template"]["spec"];
    let by_name = |list: &mut Value| {
        if let Some(list) = list.as_array_mut() {
            list.sort_by_key(|item| item["name"].as_str().unwrap_or_default().to_owned());
        }
    };
    by_name(&mut spec["volumes"]);
    by_name(&mut spec["containers"][0]["volumeMounts"]);
    if spec["volumes"].is_null() {
        spec.as_object_mut().unwrap().remove("volumes");
    }
    let container = spec["containers"][0].as_object_mut().unwrap();
    if container["volumeMounts"].is_null() {
        container.remove("volumeMounts");
    }
    job
}

#[test]
fn jobs_that_make_images_are_those_of_each_release() {
    let sites = everywhere(|release, provider| format!("{}\n  {BARE}", made(release, provider)));
    for (release, provider) in all() {
        let ours =
            as_upstream(object(&sites[&named(release, provider)], "Job", "osc-podvm-image-creation"), "");
        let theirs = of_facts(&format!("jobs/1.{release}/create.yaml"));
        assert_eq!(sorted(ours), sorted(theirs), "1.{release} {provider}");
    }
}

#[test]
fn jobs_that_delete_images_are_those_of_each_release() {
    let keys = facts("peer-pods-config.yaml")["imageKeys"].clone();
    let sites = everywhere(|release, provider| {
        format!(
            "{}\n  lifecycle: absent\n  kataConfig: {{managed: false}}\n  {BARE}",
            made(release, provider)
        )
    });
    for (release, provider) in all() {
        let objects = &sites[&named(release, provider)];
        let key = keys[provider].as_str().unwrap();
        let ours = as_upstream(object(objects, "Job", "osc-podvm-image-deletion"), key);
        let mut theirs = of_facts(&format!("jobs/1.{release}/delete-{provider}.yaml"));
        if (release, provider) == (9, "gcp") {
            // The operator of 1.9 gives the id in a variable that nobody reads, and no deletion works. Ours is the one of 1.10.
            let env = "/spec/template/spec/containers/0/env";
            let mended = of_facts("jobs/1.10/delete-gcp.yaml").pointer(env).cloned();
            *theirs.pointer_mut(env).unwrap() = mended.unwrap();
        }
        assert_eq!(sorted(ours), sorted(theirs), "1.{release} {provider}");
    }
}

#[test]
fn jobs_that_delete_galleries_are_those_of_each_release() {
    let bare = BARE.replace("gitops", "executor");
    let sites = everywhere(|release, provider| format!("{}\n  {bare}", made(release, provider)));
    for (release, provider) in all().filter(|(_, provider)| *provider == "azure") {
        let template = object(&sites[&named(release, provider)], "CronJob", "pod-vm-gallery-delete");
        let job =
            json!({"apiVersion": "batch/v1", "kind": "Job", "spec": template["spec"]["jobTemplate"]["spec"]});
        let theirs = of_facts(&format!("jobs/1.{release}/gallery-delete.yaml"));
        assert_eq!(sorted(as_upstream(&job, "")), sorted(theirs), "1.{release}");
    }
}

#[test]
fn names_and_versions_are_those_that_the_operator_makes() {
    let names = facts("names.yaml");
    let is_id =
        |id: &&str| id.len() == 36 && id.bytes().all(|byte| matches!(byte, b'-' | b'0'..=b'9' | b'a'..=b'f'));
    let (mut specs, mut wanted) = (BTreeMap::new(), Vec::new());
    for cluster in list(&names, "clusters") {
        let Some(id) = cluster["clusterID"].as_str().filter(is_id) else { continue };
        for range in list(cluster, "versions") {
            let served = all().filter(|(release, provider)| {
                let refuses = list(range, "refusedBy").iter().any(|refusing| refusing == provider);
                *release >= 9 && holds(range, *release) && *provider != "libvirt" && !refuses
            });
            for (release, provider) in served {
                let name = format!("{}-{}", named(release, provider), &id[..8]);
                let spec = site(release, provider, source(release, provider)).replace(CLUSTER, id);
                specs.insert(name.clone(), spec);
                wanted.push((name, provider, &range[provider], &cluster["gallery"]));
            }
        }
    }
    assert!(wanted.len() > 100, "{}", wanted.len());
    let sites = rendered_sites(&specs);
    for (name, provider, version, gallery) in wanted {
        let data = &object(&sites[&name], "ConfigMap", &format!("{provider}-podvm-image-cm"))["data"];
        let key = if provider == "aws" { "AMI_VERSION" } else { "IMAGE_VERSION" };
        assert_eq!(&data[key], version, "{name}");
        assert!(provider != "azure" || data["IMAGE_GALLERY_NAME"] == *gallery, "{name}");
    }
}

#[test]
fn galleries_are_called_as_azure_takes_it() {
    let names = facts("names.yaml");
    for name in list(&names["galleryNames"], "valid") {
        assert!(is_gallery_name(name.as_str().unwrap()), "{name}");
    }
    for case in list(&names["galleryNames"], "invalid") {
        assert!(!is_gallery_name(case["name"].as_str().unwrap()), "{case}");
    }
}

#[test]
fn image_uris_are_taken_as_the_scripts_take_them() {
    for case in list(&facts("image-uri.yaml"), "cases") {
        let answer = image_uri(case["uri"].as_str().unwrap());
        assert_eq!(answer.is_ok(), case["verdict"] == "accept", "{case}: {answer:?}");
    }
}

/// Keys that nothing writes, and why.
const NOT_SETTABLE: &[(&str, &str)] = &[
    ("DISABLECVM", "the operator's, by its gate"),
    ("CONFIDENTIAL_COMPUTE_ENABLED", "the operator's, by its gate, and in the environment of Jobs of ours"),
    ("AZURE_SUBSCRIPTION_ID", "in the Secret"),
    ("ORG_ID", "in the Secret"),
    ("ACTIVATION_KEY", "in the Secret"),
    ("IMAGE_TYPE", "set by the scripts over any value"),
    ("PAUSE_IMAGE_REPO_AUTH_FILE", "set by the scripts over any value"),
    ("CLUSTER_PULL_SECRET_AUTH_FILE", "set by the scripts over any value"),
    ("DEBUG", "its trace shows credentials"),
];

#[test]
fn every_key_of_the_facts_is_written_in_some_example() {
    let mut written = BTreeSet::new();
    for golden in GOLDENS.iter() {
        for text in golden.rendered.as_ref().unwrap().values() {
            for document in yaml_serde::Deserializer::from_str(text) {
                let value = serde_json::to_value(yaml_serde::Value::deserialize(document).unwrap()).unwrap();
                let keys = value["data"].as_object().into_iter().flat_map(serde_json::Map::keys).cloned();
                written.extend(keys);
            }
        }
    }
    // 1.6 writes the switch itself, since its operator does not.
    let never = NOT_SETTABLE.iter().map(|(key, _)| *key).filter(|key| *key != "CONFIDENTIAL_COMPUTE_ENABLED");
    assert_eq!(never.filter(|key| written.contains(*key)).collect::<Vec<_>>(), [""; 0]);
    let (images, peer) = (facts("image-config-maps.yaml"), facts("peer-pods-config.yaml"));
    let mut wanted: BTreeMap<String, &str> = BTreeMap::new();
    for (table, groups) in [
        (&images, vec!["aws", "azure", "gcp", "libvirt", "optional"]),
        (&peer, vec!["common", "aws", "azure", "gcp", "libvirt"]),
    ] {
        for group in groups {
            wanted.extend(
                list(table, group).iter().map(|row| (row["key"].as_str().unwrap().to_owned(), group)),
            );
        }
    }
    let missing: Vec<String> = wanted
        .into_iter()
        .filter(|(key, _)| !written.contains(key) && NOT_SETTABLE.iter().all(|(known, _)| known != key))
        .map(|(key, group)| format!("{group}: {key}"))
        .collect();
    assert!(missing.is_empty(), "no example writes\n{}", missing.join("\n"));
}

#[test]
fn secrets_are_expected_with_the_keys_that_must_be_there() {
    let table = facts("secrets.yaml");
    let sites = everywhere(|release, provider| source(release, provider).to_owned());
    for (release, provider) in all() {
        let peer = object(&sites[&named(release, provider)], "ConfigMap", "peer-pods-cm");
        let told = peer["metadata"]["annotations"]["goldsmith.dev/expects"].as_str().unwrap();
        let modes = list(&table["peerPodsSecret"], provider);
        let by_key = modes.iter().find(|mode| mode["mode"] != "token" && holds(mode, release)).unwrap();
        let wanted = list(by_key, "keys").iter().filter(|key| key["required"] == true && holds(key, release));
        for key in wanted {
            let key = key["key"].as_str().unwrap();
            assert!(told.contains(key), "1.{release} {provider}: {key} is not in {told}");
        }
    }
}

#[test]
fn jobs_of_ours_expect_the_registry_credentials_that_they_mount() {
    let table = facts("secrets.yaml");
    let row = list(&table, "secrets").iter().find(|row| row["name"] == "auth-json-secret").unwrap();
    let sites = everywhere(|release, provider| format!("{}\n  {BARE}", made(release, provider)));
    for (release, provider) in all() {
        let peer = object(&sites[&named(release, provider)], "ConfigMap", "peer-pods-cm");
        let told = peer["metadata"]["annotations"]["goldsmith.dev/expects"].as_str().unwrap();
        assert_eq!(told.contains("auth-json-secret"), holds(row, release), "1.{release} {provider}: {told}");
    }
}

#[test]
fn what_has_no_effect_on_an_import_is_no_input_of_one() {
    let table = facts("image-config-maps.yaml");
    for key in list(&table, "noEffectWhenPreBuilt") {
        assert!(!of_image_config(key.as_str().unwrap(), true), "{key}");
        assert!(of_image_config(key.as_str().unwrap(), false), "{key}");
    }
}

/// The table of who makes an image when, as the page shows it: an empty key is as none, a placeholder as an image.
#[test]
fn the_page_shows_who_makes_an_image_when() {
    let word = |actor| match actor {
        Actor::Operator => "operator",
        Actor::Job => "Job",
        Actor::Executor => "executor",
        Actor::Nobody => "nobody",
    };
    let rows = builders::rows();
    let mut table = String::from(
        "| runner | image key | KataConfig | first sync | self-heal | result lost |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    let states: BTreeSet<_> = rows
        .iter()
        .map(|row| (format!("{:?}", row.runner).to_lowercase(), row.key, row.kata_config))
        .filter(|(_, key, _)| matches!(key, ImageKey::Absent | ImageKey::Image))
        .collect();
    for (runner, key, kata_config) in states {
        let actor = |event| {
            let of_state = |row: &&builders::Row| {
                format!("{:?}", row.runner).to_lowercase() == runner
                    && row.key == key
                    && row.kata_config == kata_config
            };
            let row = rows.iter().filter(of_state).find(|row| row.event == event);
            row.map_or("", |row| word(row.actor))
        };
        let held = if key == ImageKey::Image { "an image, or any text" } else { "absent or empty" };
        let there = if kata_config { "there" } else { "absent" };
        let acts = [Event::FirstSync, Event::SelfHeal, Event::LostResult].map(actor).join(" | ");
        let _ = writeln!(table, "| `{runner}` | {held} | {there} | {} |", acts.trim_end());
    }
    let path = home().join("docs/pod-vm.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, behind) = page.split_once("<!-- builders -->\n\n").unwrap();
    let (shown, after) = behind.split_once("\n\n").unwrap();
    if std::env::var("SNAPSHOTS").is_ok_and(|how| how == "overwrite") {
        fs::write(&path, format!("{before}<!-- builders -->\n\n{table}\n{after}")).unwrap();
        return;
    }
    assert_eq!(format!("{shown}\n"), table);
}
