//! ConfigMaps of images with each key that a person can give, and what is told of one that a release does not read.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::config_maps::{expected, is_otherwise};
use super::{BARE, RELEASES, all, facts, give, holds, list, named, object, site, tree, written};
use crate::support::{found_in_sites, rendered_sites};

/// The rows of a provider in the facts, and of the keys that any ConfigMap may hold besides.
fn rows<'t>(facts: &'t Value, provider: &str) -> Vec<&'t Value> {
    let read = |row: &&Value| list(row, "readBy").iter().any(|by| by == provider);
    list(facts, provider).iter().chain(list(facts, "optional").iter().filter(read)).collect()
}

fn settings<'t>(settings: &'t Value, provider: &str) -> Vec<&'t Value> {
    list(settings, provider).iter().chain(list(settings, "optional")).collect()
}

/// Keys that a person cannot give an image of the cloud, and why.
const NOT_READ: &[(&str, &str, &str)] = &[("gcp", "AGENT_POLICY", "it goes into built images alone")];

/// Whether a release's Job for a cloud reads a key.
fn is_read(facts: &Value, release: u32, provider: &str, key: &Value) -> bool {
    let known = rows(facts, provider).iter().any(|row| row["key"] == *key && holds(row, release));
    known && !NOT_READ.iter().any(|(of, known, _)| *of == provider && key == known)
}

/// A site that builds where that can be, and otherwise imports.
fn makes(release: u32, provider: &str) -> Value {
    let mut site = tree(&site(release, provider, BARE));
    let image =
        if provider == "gcp" { json!({"artifact": {"oci": "quay.io/o/r:v1"}}) } else { json!({"build": {}}) };
    give(&mut site, "image", &image);
    site
}

#[test]
fn image_configs_hold_each_key_of_the_release_that_is_given() {
    let (table, facts) = (facts("image-config-settings.yaml"), facts("image-config-maps.yaml"));
    let specs = all().map(|(release, provider)| {
        let mut site = makes(release, provider);
        for setting in settings(&table, provider) {
            if is_read(&facts, release, provider, &setting["key"]) {
                give(&mut site, setting["setting"].as_str().unwrap(), &setting["given"]);
            }
        }
        (named(release, provider), written(&site))
    });
    let sites = rendered_sites(&specs.collect());
    let mut wrong = Vec::new();
    for (release, provider) in all() {
        let name = named(release, provider);
        let data = &object(&sites[&name], "ConfigMap", &format!("{provider}-podvm-image-cm"))["data"];
        for row in rows(&facts, provider) {
            let key = row["key"].as_str().unwrap();
            let given = settings(&table, provider).into_iter().find(|setting| setting["key"] == key);
            let given = given.filter(|_| is_read(&facts, release, provider, &row["key"]));
            // The driver of a GPU is asked for by its section.
            let by_section = key == "ENABLE_NVIDIA_GPU" && holds(row, release);
            let wanted = match given {
                Some(given) => given["text"].as_str(),
                None if by_section => Some("yes"),
                None if is_otherwise(provider, key) => continue,
                None => holds(row, release).then(|| expected(row, release)).flatten(),
            };
            if data[key].as_str() != wanted {
                wrong.push(format!("{name} {key}: {}, not {wanted:?}", data[key]));
            }
        }
        let known = |key: &&String| rows(&facts, provider).iter().any(|row| row["key"] == **key);
        wrong.extend(
            data.as_object().unwrap().keys().filter(|key| !known(key)).map(|key| format!("{name} {key}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_key_of_an_image_config_that_a_release_does_not_read_is_told() {
    let (table, facts) = (facts("image-config-settings.yaml"), facts("image-config-maps.yaml"));
    let (mut specs, mut wanted) = (BTreeMap::new(), Vec::new());
    for (release, provider) in all() {
        for setting in settings(&table, provider) {
            let path = setting["setting"].as_str().unwrap();
            // Beside the artifact that Google Cloud needs, a build is refused as a whole.
            let other_image = provider == "gcp" && path.starts_with("image.build");
            if is_read(&facts, release, provider, &setting["key"]) || other_image {
                continue;
            }
            let mut site = makes(release, provider);
            give(&mut site, path, &setting["given"]);
            let key = setting["key"].as_str().unwrap().to_lowercase().replace('_', "-");
            let name = format!("{}-{key}", named(release, provider));
            specs.insert(name.clone(), written(&site));
            wanted.push((name, path.rsplit('.').next().unwrap().to_owned()));
        }
    }
    assert!(wanted.len() > 20, "{}", wanted.len());
    let found = found_in_sites(&specs);
    let told = |name: &String, setting: &String| {
        let begin = format!("\"{setting}\":");
        found.get(name).is_some_and(|told| told.iter().any(|(_, line)| line.starts_with(&begin)))
    };
    let silent: Vec<&String> =
        wanted.iter().filter(|(name, setting)| !told(name, setting)).map(|(name, _)| name).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn a_confidential_build_on_azure_takes_the_base_image_of_its_release() {
    let table = facts("image-config-settings.yaml");
    let rows = |release: u32| {
        list(&table, "confidentialOnAzure").iter().enumerate().filter(move |(_, row)| holds(row, release))
    };
    let mut specs = BTreeMap::new();
    for release in RELEASES {
        for (number, row) in rows(release) {
            let mut site = makes(release, "azure");
            give(&mut site, "confidential", &row["confidential"]);
            let machine =
                if row["confidential"] == "tdx" { "Standard_DC2es_v5" } else { "Standard_DC2as_v5" };
            give(&mut site, "azure.instanceSize", &json!(machine));
            specs.insert(format!("{release}-{number}"), written(&site));
        }
    }
    assert!(specs.len() > 15, "{}", specs.len());
    let sites = rendered_sites(&specs);
    for release in RELEASES {
        for (number, row) in rows(release) {
            let data =
                &object(&sites[&format!("{release}-{number}")], "ConfigMap", "azure-podvm-image-cm")["data"];
            for (key, text) in row["data"].as_object().unwrap() {
                // An empty key is as none.
                let found = data[key].as_str().unwrap_or_default();
                assert_eq!(found, text.as_str().unwrap_or_default(), "1.{release} {row} {key}");
            }
        }
    }
}
