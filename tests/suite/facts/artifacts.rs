//! Images that were built before: what the Job is given for them, release by release and cloud by cloud.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::jobs::{as_upstream, of_facts, sorted};
use super::{BARE, all, facts, give, holds, list, minor, named, object, site, tree, written};
use crate::support::{found_in_sites, rendered_sites};

/// A site with an artifact, whose Jobs are those of the release.
fn imports(release: u32, provider: &str, artifact: &Value) -> Value {
    // The images of the facts are those of amd64.
    let mut site = tree(&site(release, provider, BARE).replace("s390x", "amd64"));
    give(&mut site, "image.artifact", artifact);
    match (provider, release) {
        // The Job of 1.9 makes no bucket, and the one of 1.8 takes any file for a raw one.
        ("aws", 9) => give(&mut site, "aws.stagingBucket", &json!("podvm-import")),
        ("azure", 8) => give(&mut site, "image.artifact.format", &json!("raw")),
        _ => {}
    }
    site
}

/// Whether a release's Job for a cloud takes a type of artifact.
fn is_taken(table: &Value, kind: &Value, release: u32, provider: &str) -> bool {
    minor(&table["types"][kind.as_str().unwrap()][provider]).is_some_and(|since| since <= release)
}

/// The one container that makes the image.
fn builder(objects: &[Value]) -> &Value {
    &object(objects, "Job", "osc-podvm-image-creation")["spec"]["template"]["spec"]["containers"][0]
}

#[test]
fn artifacts_are_given_to_the_job_in_the_words_of_its_scripts() {
    let table = facts("image-uri.yaml");
    let (mut specs, mut refused, mut wanted) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for (release, provider) in all() {
        for (number, case) in list(&table, "artifacts").iter().enumerate() {
            let name = format!("{}-{number}", named(release, provider));
            let spec = written(&imports(release, provider, &case["given"]));
            if is_taken(&table, &case["type"], release, provider) {
                specs.insert(name.clone(), spec);
                wanted.push((name, release, provider, case));
            } else {
                refused.insert(name, (spec, &case["type"]));
            }
        }
    }
    let sites = rendered_sites(&specs);
    for (name, release, provider, case) in wanted {
        let objects = &sites[&name];
        let config = &object(objects, "ConfigMap", &format!("{provider}-podvm-image-cm"))["data"];
        assert_eq!(config["PODVM_IMAGE_URI"], case["uri"], "{name}");
        let given =
            list(builder(objects), "env").iter().find(|variable| variable["name"] == "PODVM_IMAGE_URI");
        assert_eq!(given.unwrap(), &json!({"name": "PODVM_IMAGE_URI", "value": case["uri"]}), "{name}");
        // Nothing else of the Job is another for any artifact.
        let ours = as_upstream(object(objects, "Job", "osc-podvm-image-creation"), "");
        let theirs = of_facts(&format!("jobs/1.{release}/create.yaml"));
        assert_eq!(sorted(ours), sorted(theirs), "{name}");
    }
    let found =
        found_in_sites(&refused.iter().map(|(name, (spec, _))| (name.clone(), spec.clone())).collect());
    for (name, (_, kind)) in &refused {
        let told = found.get(name).map(Vec::as_slice).unwrap_or_default();
        let lines = [format!("\"{}\":", kind.as_str().unwrap()), "\"artifact\":".to_owned()];
        assert!(
            told.iter().any(|(_, line)| lines.iter().any(|begin| line.starts_with(begin))),
            "{name}: {told:?}"
        );
    }
    assert!(refused.len() > 20, "{}", refused.len());
}

#[test]
fn a_bootable_container_takes_its_builder_and_its_configuration_from_the_config_map() {
    let (table, configs) = (facts("image-uri.yaml"), facts("image-config-maps.yaml"));
    let case = list(&table, "artifacts").iter().find(|case| case["type"] == "bootc").unwrap();
    let taken = || all().filter(|(release, provider)| is_taken(&table, &case["type"], *release, provider));
    let mut specs = BTreeMap::new();
    for (release, provider) in taken() {
        let mut site = imports(release, provider, &case["given"]);
        specs.insert(format!("{}-bare", named(release, provider)), written(&site));
        for row in list(&table, "bootc") {
            give(&mut site, row["setting"].as_str().unwrap(), &row["given"]);
        }
        specs.insert(named(release, provider), written(&site));
    }
    let sites = rendered_sites(&specs);
    for (release, provider) in taken() {
        let config_of = |name: &str| {
            object(&sites[name], "ConfigMap", &format!("{provider}-podvm-image-cm"))["data"].clone()
        };
        let (given, bare) =
            (config_of(&named(release, provider)), config_of(&format!("{}-bare", named(release, provider))));
        for row in list(&table, "bootc") {
            let known = list(&configs, "optional").iter().find(|known| known["key"] == row["key"]).unwrap();
            assert!(
                holds(known, release) && list(known, "readBy").iter().any(|by| by == provider),
                "1.{release} {row}"
            );
            let key = row["key"].as_str().unwrap();
            assert_eq!(given[key], row["text"], "1.{release} {provider}");
            // Without the key the scripts take one of their own.
            assert_eq!(bare.get(key), None, "1.{release} {provider}");
        }
    }
}

#[test]
fn a_bootable_container_is_left_to_the_job_of_the_release() {
    let table = facts("image-uri.yaml");
    for case in list(&table, "artifacts") {
        let taken = all().filter(|(release, provider)| is_taken(&table, &case["type"], *release, provider));
        let specs = taken.map(|(release, provider)| {
            let mut site = imports(release, provider, &case["given"]);
            give(&mut site, "work.images", &json!({"import": "quay.io/corp/import:1"}));
            (named(release, provider), written(&site))
        });
        for (name, objects) in rendered_sites(&specs.collect()) {
            let is_ours = objects.iter().any(|object| {
                object["kind"] == "Job"
                    && object["spec"]["template"]["spec"]["containers"][0]["image"] == "quay.io/corp/import:1"
            });
            assert_eq!(is_ours, case["type"] == "oci", "{name} {case}");
        }
    }
}
