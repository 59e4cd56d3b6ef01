//! The Jobs that make and delete images, release by release, and who starts them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use goldsmith::components::pod_vm::builders::{self, Actor, Event, ImageKey};
use serde_json::{Value, json};

use super::{BARE, all, everywhere, facts, made, named, object};
use crate::support::home;

/// The Job of ours as the release would have it, for what the facts know of it.
pub(super) fn as_upstream(job: &Value, key: &str) -> Value {
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
pub(super) fn of_facts(path: &str) -> Value {
    let mut job = facts(path);
    job.as_object_mut().unwrap().remove("metadata");
    job["spec"]["template"]["metadata"].take();
    job["spec"]["template"].as_object_mut().unwrap().remove("metadata");
    job
}

/// The same, with what the lists of volumes and mounts are, whatever their order.
pub(super) fn sorted(mut job: Value) -> Value {
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
