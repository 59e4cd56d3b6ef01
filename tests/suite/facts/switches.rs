//! Switches of ConfigMaps: the two words of each, release by release and cloud by cloud.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use serde_json::{Value, json};

use super::{BARE, all, facts, give, holds, list, named, object, site, tree, written};
use crate::support::{found_in_sites, rendered_sites, run};

/// The words of a key of the image ConfigMap.
fn words<'t>(table: &'t Value, key: &str) -> &'t Value {
    let dialects = [&table["dialects"]["yesNo"], &table["dialects"]["trueFalse"]];
    let of = dialects.into_iter().find(|dialect| list(dialect, "keys").iter().any(|known| known == key));
    &of.unwrap_or_else(|| panic!("{key} is no switch"))["words"]
}

/// Switches that a site of a cloud cannot turn: the cloud, the key, and why.
const FIXED: &[(&str, &str, &str)] = &[
    ("gcp", "INSTALL_PACKAGES", "nothing is built there"),
    ("gcp", "DISABLE_CLOUD_CONFIG", "nothing is built there"),
    ("gcp", "BOOT_FIPS", "nothing is built there"),
    ("libvirt", "BOOT_FIPS", "the file has no such key, the operator adds it"),
];

/// The switches of a release and a cloud that a site turns.
fn switches<'t>(table: &'t Value, release: u32, provider: &str) -> Vec<&'t Value> {
    let turns = |switch: &&Value| {
        let known =
            list(table, provider).iter().any(|row| row["key"] == switch["key"] && holds(row, release));
        known && !FIXED.iter().any(|(of, key, _)| *of == provider && switch["key"] == *key)
    };
    list(table, "switches").iter().filter(turns).collect()
}

/// Whether the Job of a release fails where a switch is on, so that it must be refused.
fn breaks(release: u32, provider: &str, switch: &Value) -> bool {
    switch["key"] == "INSTALL_PACKAGES" && provider == "aws" && release <= 8
}

/// A site with a build of ours, and switches turned.
fn turned(release: u32, provider: &str, switches: &[&Value], on: bool) -> String {
    let mut site = tree(&site(release, provider, BARE));
    if provider == "gcp" {
        give(&mut site, "image.artifact", &json!({"oci": "quay.io/corp/podvm:1"}));
    } else {
        let source = json!({"repository": "https://git.example/adaptor", "revision": "v1"});
        give(&mut site, "image.build", &json!({"source": source}));
    }
    for switch in switches {
        give(&mut site, switch["setting"].as_str().unwrap(), &json!(on));
    }
    written(&site)
}

#[test]
fn switches_are_turned_in_the_words_that_the_scripts_compare() {
    let table = facts("image-config-maps.yaml");
    let mut specs = BTreeMap::new();
    for (release, provider) in all() {
        for on in [true, false] {
            let mut switches = switches(&table, release, provider);
            switches.retain(|switch| !(on && breaks(release, provider, switch)));
            specs.insert(
                format!("{}-{on}", named(release, provider)),
                turned(release, provider, &switches, on),
            );
        }
    }
    let sites = rendered_sites(&specs);
    for (release, provider) in all() {
        for on in [true, false] {
            let name = format!("{}-{on}", named(release, provider));
            let data = &object(&sites[&name], "ConfigMap", &format!("{provider}-podvm-image-cm"))["data"];
            let job = object(&sites[&name], "Job", "osc-podvm-image-creation");
            let env = list(&job["spec"]["template"]["spec"]["containers"][0], "env");
            for switch in switches(&table, release, provider) {
                let key = switch["key"].as_str().unwrap();
                let is_on = on && !breaks(release, provider, switch);
                let word = if is_on == (switch["turns"] != "off") { "on" } else { "off" };
                let wanted = &words(&table, key)[word];
                assert_eq!(&data[key], wanted, "{name} {key}");
                // What the Job is told beside the ConfigMap wins, so it must be the same.
                let told = env.iter().find(|variable| variable["name"] == key);
                assert!(told.is_none_or(|told| told["value"] == *wanted), "{name} {key}");
                assert!(key != "BOOT_FIPS" || told.is_some(), "{name}");
            }
        }
    }
}

#[test]
fn a_switch_that_a_job_does_not_know_or_fails_by_is_told() {
    let table = facts("image-config-maps.yaml");
    let (mut specs, mut wanted) = (BTreeMap::new(), Vec::new());
    for (release, provider) in all() {
        let known = switches(&table, release, provider);
        for switch in list(&table, "switches") {
            let is_known = known.iter().any(|known| known["key"] == switch["key"]);
            if is_known && !breaks(release, provider, switch) {
                continue;
            }
            let setting = switch["setting"].as_str().unwrap();
            // Beside the artifact that Google Cloud needs, a build is refused as a whole.
            if provider == "gcp" && setting.starts_with("image.build") {
                continue;
            }
            let key = switch["key"].as_str().unwrap().to_lowercase().replace('_', "-");
            let name = format!("{}-{key}", named(release, provider));
            specs.insert(name.clone(), turned(release, provider, &[switch], true));
            wanted.push((name, setting));
        }
    }
    let found = found_in_sites(&specs);
    for (name, setting) in wanted {
        let told = found.get(&name).map(Vec::as_slice).unwrap_or_default();
        let parts: Vec<String> =
            setting.split('.').rev().take(2).map(|part| format!("\"{part}\":")).collect();
        assert!(
            told.iter().any(|(_, line)| parts.iter().any(|part| line.starts_with(part))),
            "{name}: {told:?}"
        );
    }
}

/// Switches whose other words are told in another way, or not, and why.
const TOLD_OTHERWISE: &[(&str, &str)] = &[
    ("DISABLECVM", "the operator's: any word of others is told"),
    ("DEBUG", "off is right: its trace shows credentials"),
];

#[test]
fn manifests_of_others_are_held_to_the_words_of_each_switch() {
    let (images, peer) = (facts("image-config-maps.yaml"), facts("peer-pods-config.yaml"));
    let mut keys: BTreeMap<&str, [&str; 2]> = BTreeMap::new();
    for dialect in ["yesNo", "trueFalse"].map(|name| &images["dialects"][name]) {
        let words = ["on", "off"].map(|word| dialect["words"][word].as_str().unwrap());
        keys.extend(list(dialect, "keys").iter().map(|key| (key.as_str().unwrap(), words)));
    }
    let of_adaptor =
        ["on", "off"].map(|word| images["dialects"]["trueFalse"]["words"][word].as_str().unwrap());
    for group in ["common", "aws", "azure", "gcp", "libvirt"] {
        let is_switch = |row: &&Value| {
            let default =
                row["default"].as_object().map_or(&row["default"], |by| by.values().next().unwrap());
            of_adaptor.iter().any(|word| default == word)
        };
        keys.extend(
            list(&peer, group).iter().filter(is_switch).map(|row| (row["key"].as_str().unwrap(), of_adaptor)),
        );
    }
    keys.retain(|key, _| TOLD_OTHERWISE.iter().all(|(known, _)| known != key));
    for word in ["yes", "no", "true", "false", "True", "YES", "1", "on"] {
        let told = told_of_words(&keys, word);
        let wanted: BTreeSet<String> = keys
            .iter()
            .filter(|(_, words)| !words.contains(&word))
            .map(|(key, _)| (*key).to_owned())
            .collect();
        assert_eq!(told, wanted, "{word}");
    }
}

/// The keys of which `validate` says that they have a word of another.
fn told_of_words(keys: &BTreeMap<&str, [&str; 2]>, word: &str) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut manifest = String::from(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: peer-pods-cm\n  \
         namespace: openshift-sandboxed-containers-operator\ndata:\n  CLOUD_PROVIDER: aws\n",
    );
    for key in keys.keys() {
        let _ = writeln!(manifest, "  {key}: \"{word}\"");
    }
    fs::write(folder.path().join("peer-pods-cm.yaml"), &manifest).unwrap();
    let (_, report, told) = run(folder.path(), &["validate", ".", "--output", "json"]);
    let report: Value = serde_json::from_str(&report).unwrap_or_else(|_| panic!("{told}"));
    let findings = list(&report, "findings").iter().filter(|finding| finding["code"] == "GS-PODVM-045");
    let line = |finding: &Value| {
        let number = usize::try_from(finding["place"]["line"].as_u64().unwrap()).unwrap();
        manifest.lines().nth(number - 1).unwrap().trim().split(':').next().unwrap().to_owned()
    };
    findings.map(line).collect()
}
