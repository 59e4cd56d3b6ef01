//! Secrets that are expected, with their keys.

use super::{BARE, all, everywhere, facts, holds, list, made, named, object, source};

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
