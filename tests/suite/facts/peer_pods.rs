//! The ConfigMap `peer-pods-cm`: its keys by release, cloud and setting, and what is told of a key that a release does not read.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    PROVIDERS, RELEASES, all, facts, give, holds, list, minor, named, object, providers, schema_of, site,
    source, tree, written,
};
use crate::support::{found_in_sites, rendered_sites};

/// The rows of a table for a cloud: those of all, and its own.
fn of<'t>(table: &'t Value, provider: &str) -> impl Iterator<Item = &'t Value> {
    list(table, "common").iter().chain(list(table, provider))
}

fn key(row: &Value) -> &str {
    row["key"].as_str().unwrap()
}

/// Whether the adaptor of a cloud and a release reads a key, and from this ConfigMap.
fn is_read(row: &Value, release: u32, provider: &str) -> bool {
    let here = |held: &Value| held["kind"] == "ConfigMap" && holds(held, release);
    holds(row, release)
        && (row["heldIn"].is_null() || list(row, "heldIn").iter().any(here))
        && (row["providers"].is_null() || list(row, "providers").iter().any(|known| known == provider))
}

/// Whether a text of people loses against one of the operator, unless pods are confidential.
fn is_overwritten(row: &Value, release: u32) -> bool {
    let since = |column: &str| minor(&row[column]).is_some_and(|since| since <= release);
    since("overriddenSince") || key(row) == "INITDATA" && since("writtenSince")
}

/// A site that has what it must, with the image that its release makes without more.
fn least(release: u32, provider: &str) -> Value {
    tree(&site(release, provider, source(release, provider)))
}

/// The texts that `peer-pods-cm` of a site holds.
fn data(objects: &[Value]) -> BTreeMap<String, String> {
    let data = object(objects, "ConfigMap", "peer-pods-cm")["data"].as_object().unwrap();
    data.iter().map(|(key, text)| (key.clone(), text.as_str().unwrap().to_owned())).collect()
}

/// Keys that are written although the facts have them elsewhere, or of other clouds alone, and why.
const UNREAD: &[(&str, &str, &str)] = &[(
    "libvirt",
    "LIBVIRT_NET",
    "of the Secret up to 1.8, where nobody asks for it; the adaptor has both as its environment",
)];

fn is_unread(provider: &str, row: &Value) -> bool {
    UNREAD.iter().any(|(of, known, _)| *of == provider && *known == key(row))
}

/// Keys that are required and lie in a Secret.
const IN_SECRET: [&str; 1] = ["AZURE_SUBSCRIPTION_ID"];

/// A site with every setting that a person can give it, its switches as the table has them or turned, and what
/// `peer-pods-cm` must then hold.
fn everything(release: u32, provider: &str, turned: bool) -> (Value, BTreeMap<String, String>) {
    let (settings, facts) = (facts("peer-pods-settings.yaml"), facts("peer-pods-config.yaml"));
    let mut site = least(release, provider);
    let confidential = provider != "libvirt" && release >= 11;
    if confidential {
        give(&mut site, "confidential", &json!("snp"));
    }
    let mut wanted = BTreeMap::new();
    for setting in of(&settings, provider) {
        let row = of(&facts, provider).find(|row| row["key"] == setting["key"]).unwrap();
        let refused =
            !holds(row, release) || key(row) == "INITDATA" && is_overwritten(row, release) && !confidential;
        if refused {
            continue;
        }
        let (mut given, mut text) = (setting["given"].clone(), setting["text"].as_str().unwrap());
        if let (true, Some(on)) = (turned, given.as_bool()) {
            (given, text) = (json!(!on), if on { "false" } else { "true" });
        }
        if let (true, Some(other)) = (turned, setting.get("other")) {
            (given, text) = (other["given"].clone(), other["text"].as_str().unwrap());
        }
        give(&mut site, setting["setting"].as_str().unwrap(), &given);
        if is_read(row, release, provider) || is_unread(provider, row) {
            wanted.insert(key(row).to_owned(), text.to_owned());
        }
    }
    (site, wanted)
}

#[test]
fn peer_pods_config_holds_each_key_of_the_release_that_is_given() {
    for turned in [false, true] {
        let cases: BTreeMap<String, _> = all()
            .map(|(release, provider)| (named(release, provider), everything(release, provider, turned)))
            .collect();
        let specs = cases.iter().map(|(name, (site, _))| (name.clone(), written(site))).collect();
        let sites = rendered_sites(&specs);
        for (name, (_, wanted)) in &cases {
            assert_eq!(&data(&sites[name]), wanted, "{name}");
        }
    }
}

#[test]
fn nothing_but_what_loses_is_told_where_each_key_is_given() {
    let specs = all().map(|(release, provider)| {
        (named(release, provider), written(&everything(release, provider, false).0))
    });
    let found = found_in_sites(&specs.collect());
    let facts = facts("peer-pods-config.yaml");
    for (release, provider) in all() {
        let told = found.get(&named(release, provider)).map(Vec::as_slice).unwrap_or_default();
        let mut lines: Vec<&str> = told.iter().map(|(_, line)| line.split('"').nth(1).unwrap()).collect();
        let unread = of(&facts, provider).filter(|row| {
            let overridden = row["overriddenSince"].is_string() && is_overwritten(row, release);
            let elsewhere =
                holds(row, release) && !is_read(row, release, provider) && !is_unread(provider, row);
            overridden || elsewhere
        });
        let mut wanted: Vec<String> = unread.filter_map(|row| last_of_setting(key(row), provider)).collect();
        lines.sort_unstable();
        wanted.sort();
        assert_eq!(lines, wanted, "1.{release} {provider}: {told:?}");
    }
}

/// The last word of the setting of a key; none where there is no setting.
fn last_of_setting(key: &str, provider: &str) -> Option<String> {
    let settings = facts("peer-pods-settings.yaml");
    let setting = of(&settings, provider).find(|setting| setting["key"] == key)?["setting"].clone();
    setting.as_str().unwrap().rsplit('.').next().map(str::to_owned)
}

#[test]
fn a_key_that_is_not_read_is_told_where_it_is_given() {
    let (settings, facts) = (facts("peer-pods-settings.yaml"), facts("peer-pods-config.yaml"));
    let (mut specs, mut wanted) = (BTreeMap::new(), Vec::new());
    for release in RELEASES {
        for provider in PROVIDERS {
            let served = providers(release).contains(&provider);
            for setting in of(&settings, provider) {
                let row = of(&facts, provider).find(|row| row["key"] == setting["key"]).unwrap();
                let lost = !is_read(row, release, provider) || is_overwritten(row, release);
                let lost =
                    if served { lost && !is_unread(provider, row) } else { key(row) == "CLOUD_PROVIDER" };
                if lost {
                    let mut site = least(release, provider);
                    give(&mut site, setting["setting"].as_str().unwrap(), &setting["given"]);
                    let name =
                        format!("{}-{}", named(release, provider), key(row).to_lowercase().replace('_', "-"));
                    specs.insert(name.clone(), written(&site));
                    wanted.push((name, last_of_setting(key(row), provider).unwrap()));
                }
            }
        }
    }
    assert!(wanted.len() > 30, "{}", wanted.len());
    let found = found_in_sites(&specs);
    for (name, setting) in wanted {
        let told = found.get(&name).map(Vec::as_slice).unwrap_or_default();
        assert!(
            told.iter().any(|(_, line)| line.starts_with(&format!("\"{setting}\":"))),
            "{name}: {told:?}"
        );
    }
}

#[test]
fn peer_pods_config_holds_what_must_be_there_and_no_default() {
    let facts = facts("peer-pods-config.yaml");
    let bare =
        all().map(|(release, provider)| (named(release, provider), written(&least(release, provider))));
    // A section that is there and says nothing.
    let hollow = all().map(|(release, provider)| {
        let mut site = least(release, provider);
        give(&mut site, "adaptor.tls", &json!({}));
        give(&mut site, "ownership", &json!({}));
        (format!("{}-hollow", named(release, provider)), written(&site))
    });
    let sites = rendered_sites(&bare.chain(hollow).collect());
    for (release, provider) in all() {
        let required = |row: &&Value| {
            let job_writes = facts["imageKeys"][provider] == row["key"];
            is_read(row, release, provider)
                && !job_writes
                && list(row, "requiredBy").iter().any(|by| holds(by, release))
        };
        let wanted: Vec<&str> = of(&facts, provider).filter(required).map(key).collect();
        for name in [named(release, provider), format!("{}-hollow", named(release, provider))] {
            let data = data(&sites[&name]);
            let mut wanted: Vec<&str> =
                wanted.iter().copied().filter(|key| !IN_SECRET.contains(key)).collect();
            wanted.sort_unstable();
            assert_eq!(data.keys().collect::<Vec<_>>(), wanted, "{name}");
            assert_eq!(data["CLOUD_PROVIDER"], provider);
            assert!(data.values().all(|text| !text.is_empty()), "{name}: {data:?}");
        }
    }
}

#[test]
fn the_name_of_a_launch_template_is_the_adaptors_where_none_is_given() {
    let facts = facts("peer-pods-config.yaml");
    let default = |wanted: &str| {
        list(&facts, "aws").iter().find(|row| row["key"] == wanted).unwrap()["default"].clone()
    };
    let specs = RELEASES.map(|release| {
        let mut site = least(release, "aws");
        give(&mut site, "aws.launchTemplate", &json!({}));
        (named(release, "aws"), written(&site))
    });
    for (name, objects) in rendered_sites(&specs.into()) {
        let data = data(&objects);
        let kept = data
            .get("PODVM_LAUNCHTEMPLATE_NAME")
            .map_or(default("PODVM_LAUNCHTEMPLATE_NAME"), |text| json!(text));
        assert_eq!(kept, default("PODVM_LAUNCHTEMPLATE_NAME"), "{name}");
        assert_ne!(json!(data["USE_PODVM_LAUNCHTEMPLATE"]), default("USE_PODVM_LAUNCHTEMPLATE"), "{name}");
    }
}

#[test]
fn an_image_key_is_that_of_the_cloud_and_holds_an_image_that_is_there() {
    let facts = facts("peer-pods-config.yaml");
    let ids = &facts["imageIds"];
    let specs = all().map(|(release, provider)| {
        let mut site = least(release, provider);
        give(&mut site, "image", &json!({"id": ids[provider]}));
        (named(release, provider), written(&site))
    });
    let sites = rendered_sites(&specs.collect());
    for (release, provider) in all() {
        let data = data(&sites[&named(release, provider)]);
        for (of, key) in facts["imageKeys"].as_object().unwrap() {
            let wanted = (of == provider).then(|| ids[provider].as_str().unwrap());
            assert_eq!(
                data.get(key.as_str().unwrap()).map(String::as_str),
                wanted,
                "1.{release} {provider} {key}"
            );
        }
    }
}

/// Keys without a setting, and why; image keys are those of images that are there.
const NOT_SETTABLE: &[(&str, &str)] =
    &[("DISABLECVM", "the operator's, by its gate"), ("AZURE_SUBSCRIPTION_ID", "in the Secret")];

#[test]
fn every_key_has_a_setting_that_takes_what_the_key_takes() {
    let (settings, facts) = (facts("peer-pods-settings.yaml"), facts("peer-pods-config.yaml"));
    for provider in PROVIDERS {
        let settable = |row: &&Value| {
            NOT_SETTABLE.iter().all(|(known, _)| *known != key(row))
                && facts["imageKeys"][provider] != row["key"]
        };
        let mut wanted: Vec<&str> = of(&facts, provider).filter(settable).map(key).collect();
        let mut known: Vec<&str> = of(&settings, provider).map(key).collect();
        wanted.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, wanted, "{provider}");
        for setting in of(&settings, provider) {
            let row = of(&facts, provider).find(|row| row["key"] == setting["key"]).unwrap();
            let allowed: Vec<&Value> = list(row, "allowed").iter().map(|allowed| &allowed["value"]).collect();
            let texts =
                [&setting["text"], &setting["other"]["text"]].into_iter().filter(|text| text.is_string());
            for text in texts.filter(|_| !allowed.is_empty()) {
                assert!(allowed.contains(&text), "{} takes no {text}", key(row));
            }
            // The words of `confidential` are ours, and those of `provider` the clouds that have Jobs.
            let is_ours = ["CONFIDENTIAL", "PROVIDER"].iter().any(|part| key(row).contains(part));
            let words = schema_of(setting["setting"].as_str().unwrap())["enum"].clone();
            if let (Some(words), false) = (words.as_array(), is_ours) {
                let words: Vec<&Value> = words.iter().filter(|word| word.is_string()).collect();
                assert_eq!(words, allowed, "{}", key(row));
            }
        }
    }
}

/// The text behind `Default:` of a setting, up to the end of that sentence.
fn told_default(setting: &str) -> Option<String> {
    let text = schema_of(setting)["description"].as_str().unwrap().to_owned();
    let (_, told) = text.split_once("Default: ")?;
    Some(told.split(". ").next().unwrap().trim_end_matches('.').to_owned())
}

#[test]
fn settings_tell_the_defaults_that_the_facts_tell() {
    let (settings, facts) = (facts("peer-pods-settings.yaml"), facts("peer-pods-config.yaml"));
    let mut held = 0;
    for provider in PROVIDERS {
        for setting in of(&settings, provider) {
            let row = of(&facts, provider).find(|row| row["key"] == setting["key"]).unwrap();
            let default =
                if row["default"].is_object() { &row["default"][provider] } else { &row["default"] };
            let name = setting["setting"].as_str().unwrap();
            let (Some(default), Some(told)) = (default.as_str(), told_default(name)) else { continue };
            if IN_OTHER_WORDS.iter().any(|(known, of, _)| *known == name && (*of == "*" || *of == provider)) {
                continue;
            }
            let words: Vec<&str> =
                told.split(|one: char| one.is_whitespace() || "`,;".contains(one)).collect();
            let is_told = if default.is_empty() {
                ["none", "all", "that", "those", "the", "made"].contains(&words[0])
            } else {
                words.contains(&default) || told == "that of the adaptor"
            };
            assert!(is_told, "`{name}` tells `{told}`, the facts `{default}`");
            held += 1;
        }
    }
    assert!(held > 50, "{held}");
}

/// Settings whose default is told in words, by cloud, and why.
const IN_OTHER_WORDS: &[(&str, &str, &str)] = &[
    ("adaptor.rootVolumeSize", "azure", "0 is the size of the image, and told so"),
    ("confidential", "gcp", "without it machines are plain, whatever the type"),
    ("aws.launchTemplate.enabled", "aws", "on where the section is written, which is off without it"),
];
