//! The ConfigMaps `osc-feature-gates` and `layered-image-deploy-cm`, release by release and cloud by cloud.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    BARE, RELEASES, all, facts, give, holds, list, made, named, object, providers, schema_of, site, source,
    tree, written,
};
use crate::support::{found_in_sites, rendered_sites};

/// Gates that no site of a cloud can turn on, and why.
const NOT_TURNED_ON: &[(&str, &str, &str)] = &[(
    "libvirt",
    "confidential",
    "no image of libvirt is made for it but by secure execution, which is no gate",
)];

fn can_turn_on(provider: &str, gate: &Value) -> bool {
    !NOT_TURNED_ON.iter().any(|(of, known, _)| *of == provider && gate["gate"] == *known)
}

/// What a ConfigMap with a name holds; none where there is no such object.
fn data_of(objects: &[Value], name: &str) -> Option<Map<String, Value>> {
    let found =
        objects.iter().find(|object| object["kind"] == "ConfigMap" && object["metadata"]["name"] == name);
    found.map(|found| found["data"].as_object().unwrap().clone())
}

/// The values of a gate's setting, with the text of the gate for each.
fn values<'t>(table: &'t Value, gate: &'t Value) -> Vec<(&'t Value, &'t Value)> {
    let words: Vec<_> = list(gate, "values").iter().map(|word| (word, word)).collect();
    if words.is_empty() { vec![(&gate["on"], &table["switches"]["on"])] } else { words }
}

/// A site with a value for the settings of some gates.
fn with(release: u32, provider: &str, given: &[(&Value, &Value)]) -> String {
    let mut site = tree(&site(release, provider, source(release, provider)));
    for (gate, value) in given {
        give(&mut site, gate["setting"].as_str().unwrap(), value);
    }
    written(&site)
}

#[test]
fn each_value_of_each_gate_is_the_text_that_the_release_reads() {
    let table = facts("feature-gates.yaml");
    let (mut specs, mut wanted) = (BTreeMap::new(), Vec::new());
    for (release, provider) in all() {
        let known: Vec<&Value> = list(&table, "gates")
            .iter()
            .filter(|gate| holds(gate, release) && can_turn_on(provider, gate))
            .collect();
        let mut cases = vec![("none".to_owned(), Vec::new())];
        for gate in &known {
            let alone = values(&table, gate).into_iter().enumerate();
            cases.extend(alone.map(|(number, (value, text))| {
                (
                    format!("{}-{number}", gate["gate"].as_str().unwrap().to_lowercase()),
                    vec![(*gate, value, text)],
                )
            }));
        }
        let together = known.iter().map(|gate| {
            let (value, text) = *values(&table, gate).last().unwrap();
            (*gate, value, text)
        });
        cases.push(("all".to_owned(), together.collect()));
        for (case, given) in cases {
            let name = format!("{}-{case}", named(release, provider));
            let settings: Vec<_> = given.iter().map(|(gate, value, _)| (*gate, *value)).collect();
            specs.insert(name.clone(), with(release, provider, &settings));
            wanted.push((name, release, given));
        }
    }
    let sites = rendered_sites(&specs);
    for (name, release, given) in wanted {
        if !given.is_empty() {
            let config = object(&sites[&name], "ConfigMap", table["object"]["name"].as_str().unwrap());
            assert_eq!(config["metadata"]["namespace"], table["object"]["namespace"], "{name}");
        }
        let data = data_of(&sites[&name], "osc-feature-gates").unwrap_or_default();
        for gate in list(&table, "gates") {
            let text = given.iter().find(|(of, ..)| of["gate"] == gate["gate"]).map(|(.., text)| *text);
            // Without the key the release takes its default.
            let found = data.get(gate["gate"].as_str().unwrap());
            assert!(text.is_none() || found.is_some(), "{name} {gate}");
            assert_eq!(found.unwrap_or(&gate["default"]), text.unwrap_or(&gate["default"]), "{name} {gate}");
            assert!(found.is_none() || holds(gate, release), "{name} {gate}");
        }
        let is_gate = |key: &String| list(&table, "gates").iter().any(|gate| gate["gate"] == **key);
        assert!(data.keys().all(is_gate), "{name}: {data:?}");
    }
}

#[test]
fn a_gate_that_a_release_does_not_know_is_refused() {
    let table = facts("feature-gates.yaml");
    let (mut specs, mut wanted) = (BTreeMap::new(), Vec::new());
    for (release, provider) in all() {
        for gate in list(&table, "gates") {
            let (value, _) = values(&table, gate)[0];
            let name =
                format!("{}-{}", named(release, provider), gate["gate"].as_str().unwrap().to_lowercase());
            specs.insert(name.clone(), with(release, provider, &[(gate, value)]));
            wanted.push((name, gate, holds(gate, release) && can_turn_on(provider, gate)));
        }
    }
    let found = found_in_sites(&specs);
    for (name, gate, known) in wanted {
        let told = found.get(&name).map(Vec::as_slice).unwrap_or_default();
        let setting = gate["setting"].as_str().unwrap().rsplit('.').next().unwrap();
        let refused = told.iter().any(|(_, line)| line.starts_with(&format!("\"{setting}\":")));
        assert_eq!(refused, !known, "{name}: {told:?}");
    }
}

#[test]
fn settings_of_gates_take_the_words_of_the_facts_and_tell_their_default() {
    let table = facts("feature-gates.yaml");
    for gate in list(&table, "gates").iter().filter(|gate| !gate["values"].is_null()) {
        let schema = schema_of(gate["setting"].as_str().unwrap());
        let words: Vec<&Value> = list(&schema, "enum").iter().filter(|word| word.is_string()).collect();
        assert_eq!(words, list(gate, "values").iter().collect::<Vec<_>>(), "{gate}");
        assert!(list(gate, "values").contains(&gate["default"]), "{gate}");
        let told = schema["description"].as_str().unwrap();
        let since = format!("Needs {}.", gate["since"].as_str().unwrap());
        assert!(told.contains("Default: the operator's own") && told.ends_with(&since), "{told}");
    }
}

#[test]
fn nothing_but_a_job_of_ours_is_told_what_the_operator_makes_of_a_gate() {
    let table = facts("feature-gates.yaml");
    let gate = list(&table, "gates").iter().find(|gate| gate["gate"] == "confidential").unwrap();
    let (mut specs, mut wanted) = (BTreeMap::new(), Vec::new());
    for (release, provider) in all() {
        for (word, on) in [("value", true), ("without", false)] {
            if on && !(holds(gate, release) && can_turn_on(provider, gate)) {
                continue;
            }
            let mut site = tree(&site(release, provider, &format!("{}\n  {BARE}", made(release, provider))));
            if on {
                give(&mut site, "confidential", &gate["on"]);
            }
            let name = format!("{}-{word}", named(release, provider));
            specs.insert(name.clone(), written(&site));
            wanted.push((name, release, provider, word));
        }
    }
    let sites = rendered_sites(&specs);
    for (name, release, provider, word) in wanted {
        let objects = &sites[&name];
        let job = object(objects, "Job", "osc-podvm-image-creation");
        let env = list(&job["spec"]["template"]["spec"]["containers"][0], "env");
        for row in list(&table, "confidential") {
            let key = row["key"].as_str().unwrap();
            let is_peer = row["object"] == "peer-pods-cm";
            let of = if is_peer { "peer-pods-cm".to_owned() } else { format!("{provider}-podvm-image-cm") };
            let in_config = data_of(objects, &of).unwrap().get(key).cloned();
            // Without a gate there is no operator that writes it.
            let by_nobody = !holds(gate, release) && !is_peer;
            assert_eq!(in_config, by_nobody.then(|| row[word].clone()), "{name} {key}");
            let variable = env.iter().find(|variable| variable["name"] == key);
            assert_eq!(
                variable.map(|variable| &variable["value"]),
                (!is_peer).then_some(&row[word]),
                "{name} {key}"
            );
        }
    }
}

#[test]
fn the_image_of_the_operating_system_stands_beside_its_gate_as_the_operator_reads_it() {
    let (table, gates) = (facts("layered-image.yaml"), facts("feature-gates.yaml"));
    let name = table["object"]["name"].as_str().unwrap();
    let gate = table["gate"].as_str().unwrap();
    let mut specs = BTreeMap::new();
    let served = || all().filter(|(release, _)| holds(&table["object"], *release));
    for (release, provider) in served() {
        for (number, case) in list(&table, "cases").iter().enumerate() {
            let mut site = tree(&site(release, provider, source(release, provider)));
            give(&mut site, "layeredImage", &case["given"]);
            specs.insert(format!("{}-{number}", named(release, provider)), written(&site));
        }
        specs.insert(format!("{}-none", named(release, provider)), with(release, provider, &[]));
    }
    let sites = rendered_sites(&specs);
    for (release, provider) in served() {
        for (number, case) in list(&table, "cases").iter().enumerate() {
            let site = format!("{}-{number}", named(release, provider));
            let objects = &sites[&site];
            let data = data_of(objects, name).unwrap();
            assert_eq!(json!(data), case["data"], "{site}");
            let arguments = data.get("kernelArguments").and_then(Value::as_str).unwrap_or_default();
            let read: Vec<&str> = arguments.split_whitespace().collect();
            assert_eq!(json!(read), json!(list(&case["given"], "kernelArguments")), "{site}");
            assert_eq!(
                data_of(objects, "osc-feature-gates").unwrap()[gate],
                gates["switches"]["on"],
                "{site}"
            );
            let config = object(objects, "ConfigMap", name);
            assert_eq!(config["metadata"]["namespace"], table["object"]["namespace"], "{site}");
            let is_made = |object: &&Value| object["kind"] == table["becomes"]["kind"];
            assert!(!objects.iter().any(|object| is_made(&object)), "{site}");
        }
        let objects = &sites[&format!("{}-none", named(release, provider))];
        assert!(data_of(objects, name).is_none() && data_of(objects, "osc-feature-gates").is_none());
    }
}

#[test]
fn an_image_of_the_operating_system_is_refused_as_the_operator_could_not_read_it() {
    let table = facts("layered-image.yaml");
    let keys: Vec<&str> = list(&table, "keys").iter().map(|row| row["key"].as_str().unwrap()).collect();
    let mut specs = BTreeMap::new();
    for release in RELEASES {
        for provider in providers(release) {
            for row in list(&table, "keys").iter().filter(|row| row["required"] == true) {
                let key = row["key"].as_str().unwrap();
                let mut site = tree(&site(release, provider, source(release, provider)));
                let mut given = list(&table, "cases").last().unwrap()["given"].clone();
                given.as_object_mut().unwrap().remove(key);
                give(&mut site, "layeredImage", &given);
                specs.insert(
                    format!("{}-without-{}", named(release, provider), key.to_lowercase()),
                    written(&site),
                );
            }
            let mut site = tree(&site(release, provider, source(release, provider)));
            give(&mut site, "layeredImage", &list(&table, "cases")[0]["given"]);
            give(&mut site, "layeredImage.kernelArguments", &json!(["nosmt quiet"]));
            specs.insert(format!("{}-with-a-blank", named(release, provider)), written(&site));
        }
    }
    let found = found_in_sites(&specs);
    let silent: Vec<&String> = specs.keys().filter(|name| !found.contains_key(*name)).collect();
    assert!(silent.is_empty(), "{silent:?} of {keys:?}");
}

#[test]
fn an_image_of_the_operating_system_is_told_where_nothing_reads_it() {
    let (table, gates) = (facts("layered-image.yaml"), facts("feature-gates.yaml"));
    let never = &table["becomes"]["notWith"];
    let gate = list(&gates, "gates").iter().find(|gate| gate["gate"] == never["gate"]).unwrap();
    let cases = || all().filter(|(release, _)| holds(gate, *release));
    let mut specs = BTreeMap::new();
    for (release, provider) in cases() {
        for value in list(gate, "values") {
            let mut site = tree(&with(release, provider, &[(gate, value)]));
            give(&mut site, "layeredImage", &list(&table, "cases")[0]["given"]);
            let name = format!("{}-{}", named(release, provider), value.as_str().unwrap().to_lowercase());
            specs.insert(name, written(&site));
        }
    }
    let found = found_in_sites(&specs);
    for (release, provider) in cases() {
        for value in list(gate, "values") {
            let name = format!("{}-{}", named(release, provider), value.as_str().unwrap().to_lowercase());
            let told = found
                .get(&name)
                .is_some_and(|told| told.iter().any(|(_, line)| line.contains("layeredImage")));
            assert_eq!(told, *value == never["value"], "{name}");
        }
    }
}
