//! ConfigMaps of images: their keys and defaults, release by release.

use std::collections::{BTreeMap, BTreeSet};

use goldsmith::components::pod_vm::inputs::of_image_config;
use serde::Deserialize as _;
use serde_json::Value;

use super::{all, everywhere, facts, holds, list, minor, named, object, source};
use crate::golden::GOLDENS;

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

pub(super) fn is_otherwise(provider: &str, key: &str) -> bool {
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
pub(super) fn expected(row: &Value, release: u32) -> Option<&str> {
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
fn what_has_no_effect_on_an_import_is_no_input_of_one() {
    let table = facts("image-config-maps.yaml");
    for key in list(&table, "noEffectWhenPreBuilt") {
        assert!(!of_image_config(key.as_str().unwrap(), true), "{key}");
        assert!(of_image_config(key.as_str().unwrap(), false), "{key}");
    }
}
