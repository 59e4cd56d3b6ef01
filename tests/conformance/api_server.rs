//! How a real API server judges, fact by fact: what our own validation must agree with.

use serde_json::{Value, json};

use crate::control_plane::ControlPlane;
use crate::servers::serving;

const INVALID: &str = "FieldValueInvalid";
const REQUIRED: &str = "FieldValueRequired";
const DUPLICATE: &str = "FieldValueDuplicate";
const UNSUPPORTED: &str = "FieldValueNotSupported";

#[test]
fn a_null_counts_as_absent_so_a_default_takes_its_place() {
    let stored = machine_os().create_dry_run(&layered(&json!([{"content": "", "containerfileArch": null}])));
    let stored = stored.accepted().unwrap();
    assert_eq!(stored["spec"]["containerFile"], json!([{"content": "", "containerfileArch": "NoArch"}]));
    assert_eq!(stored["spec"].get("baseImagePullSecret"), None);
}

#[test]
fn a_null_where_a_value_is_required_is_a_value_that_is_missing() {
    let refusal = machine_os().create_dry_run(&layered(&json!([{"content": null}]))).refused();
    assert_eq!(refusal.fields(), [("spec.containerFile[0].content", REQUIRED)]);
}

#[test]
fn an_item_without_its_key_collides_with_one_that_writes_the_default() {
    let both = json!([{"content": "", "containerfileArch": "NoArch"}, {"content": ""}]);
    let refusal = machine_os().create_dry_run(&layered(&both)).refused();
    assert_eq!(refusal.fields(), [("spec.containerFile[1]", DUPLICATE)]);

    let other = json!([{"content": "", "containerfileArch": "ARM64"}, {"content": ""}]);
    machine_os().create_dry_run(&layered(&other)).accepted().unwrap();
}

#[test]
fn rules_are_not_evaluated_where_the_structure_is_wrong() {
    let mut other_name = layered(&json!([]));
    other_name["metadata"]["name"] = json!("infra");
    let refusal = machine_os().create_dry_run(&other_name).refused();
    assert!(refusal.message.contains("name must match the referenced MachineConfigPool"), "{refusal}");

    other_name["spec"]["imageBuilder"]["imageBuilderType"] = json!("Pod");
    let refusal = machine_os().create_dry_run(&other_name).refused();
    assert_eq!(refusal.fields(), [("spec.imageBuilder.imageBuilderType", UNSUPPORTED)]);
    assert!(!refusal.message.contains("name must match"), "{refusal}");
    assert!(refusal.message.contains("some validation rules were not checked"), "{refusal}");
}

#[test]
fn a_rule_compares_an_update_with_what_is_stored() {
    let infrastructure = |platform: &str| {
        json!({
            "apiVersion": "config.openshift.io/v1",
            "kind": "Infrastructure",
            "metadata": {"name": "cluster"},
            "spec": {"platformSpec": {"type": "External", "external": {"platformName": platform}}},
        })
    };
    let server = serving("config.openshift.io/v1", "Infrastructure");
    server.create(&infrastructure("Acme")).accepted().unwrap();
    server.update_dry_run(&infrastructure("Acme")).accepted().unwrap();
    let refusal = server.update_dry_run(&infrastructure("Other")).refused();
    assert_eq!(refusal.fields(), [("spec.platformSpec.external.platformName", INVALID)]);
}

#[test]
fn an_object_of_which_nothing_is_said_holds_nothing() {
    let volume = |blank: Value| {
        json!({
            "apiVersion": "cdi.kubevirt.io/v1beta1",
            "kind": "DataVolume",
            "metadata": {"name": "empty"},
            "spec": {"source": {"blank": blank}, "storage": {"resources": {"requests": {"storage": "1Gi"}}}},
        })
    };
    let server = serving("cdi.kubevirt.io/v1beta1", "DataVolume");
    server.create_dry_run(&volume(json!({}))).accepted().unwrap();
    let refusal = server.create_dry_run(&volume(json!({"size": "1Gi"}))).refused();
    assert_eq!(refusal.fields(), [("spec.source.blank.size", "unknown")]);
}

#[test]
fn a_pattern_on_the_name_is_not_anchored_and_leaves_the_rest_of_the_metadata_open() {
    let hyperconverged = |name: &str| {
        json!({
            "apiVersion": "hco.kubevirt.io/v1beta1",
            "kind": "HyperConverged",
            "metadata": {
                "name": name,
                "namespace": "kubevirt-hyperconverged",
                "labels": {"a": "b"},
                "annotations": {"c": "d"},
                "finalizers": ["e.example/f"],
            },
            "spec": {},
        })
    };
    let server = serving("hco.kubevirt.io/v1beta1", "HyperConverged");
    for name in ["kubevirt-hyperconverged", "my-kubevirt-hyperconverged-2"] {
        server.create_dry_run(&hyperconverged(name)).accepted().unwrap();
    }
    let refusal = server.create_dry_run(&hyperconverged("hyperconverged")).refused();
    assert_eq!(refusal.fields(), [("metadata.name", INVALID)]);
}

#[test]
fn a_key_that_a_text_of_yaml_has_twice_is_refused() {
    let text = |second: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: twice}}\ndata:\n  a: \"1\"\n  {second}: \"2\"\n"
        )
    };
    core().create_dry_run(text("b").as_str()).accepted().unwrap();
    let refusal = core().create_dry_run(text("a").as_str()).refused();
    assert_eq!((refusal.code, refusal.fields().as_slice()), (400, &[("a", "duplicate")][..]), "{refusal}");
}

#[test]
fn a_list_that_is_a_set_or_a_map_holds_nothing_twice() {
    let mirrors = json!({
        "apiVersion": "config.openshift.io/v1",
        "kind": "ImageDigestMirrorSet",
        "metadata": {"name": "twice"},
        "spec": {"imageDigestMirrors": [{"source": "r.example", "mirrors": ["m.example", "m.example"]}]},
    });
    let arch = |content: &str| json!({"content": content, "containerfileArch": "ARM64"});
    let files = layered(&json!([arch("a"), arch("b")]));
    for (object, field) in
        [(mirrors, "spec.imageDigestMirrors[0].mirrors[1]"), (files, "spec.containerFile[1]")]
    {
        let server = serving(object["apiVersion"].as_str().unwrap(), object["kind"].as_str().unwrap());
        assert_eq!(server.create_dry_run(&object).refused().fields(), [(field, DUPLICATE)]);
        let applied = server.apply_dry_run(&object).refused();
        assert!(applied.message.contains("duplicate entries for key"), "{applied}");
    }
}

#[test]
fn a_length_counts_code_points() {
    let content = |length| layered(&json!([{"content": "ü".repeat(length)}]));
    machine_os().create_dry_run(&content(4096)).accepted().unwrap();
    let refusal = machine_os().create_dry_run(&content(4097)).refused();
    assert_eq!(refusal.fields(), [("spec.containerFile[0].content", "FieldValueTooLong")]);
}

#[test]
fn the_end_of_a_pattern_is_the_end_of_the_text_even_behind_a_line() {
    let set = |source: &str| {
        json!({
            "apiVersion": "config.openshift.io/v1",
            "kind": "ImageDigestMirrorSet",
            "metadata": {"name": "pattern"},
            "spec": {"imageDigestMirrors": [{"source": source}]},
        })
    };
    let server = serving("config.openshift.io/v1", "ImageDigestMirrorSet");
    server.create_dry_run(&set("r.example/a")).accepted().unwrap();
    let refusal = server.create_dry_run(&set("r.example/a\n")).refused();
    assert_eq!(refusal.fields(), [("spec.imageDigestMirrors[0].source", INVALID)]);
}

#[test]
fn native_kinds_have_rules_that_no_schema_holds() {
    core().create_dry_run(&job(|_| ())).accepted().unwrap();
    core().create_dry_run(&cron_job(&"c".repeat(52), "0 3 * * 1-5")).accepted().unwrap();
    let wrong = native_faults().into_iter().filter_map(|(object, field, reason)| {
        let refusal = core().create_dry_run(&object).refused();
        (refusal.fields() != [(field, reason)]).then(|| format!("{field}, {reason}: {refusal:?}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let quantity = job(|pod| pod["containers"][0]["resources"] = json!({"requests": {"memory": "1 Gi"}}));
    let refusal = core().create_dry_run(&quantity).refused();
    assert_eq!((refusal.code, refusal.reason.as_str()), (400, "BadRequest"), "{refusal}");
}

#[test]
fn an_immutable_config_map_stays_as_it_is() {
    let map = |value: &str| {
        let metadata = json!({"name": "for-ever"});
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": value}, "immutable": true})
    };
    core().create(&map("1")).accepted().unwrap();
    core().update_dry_run(&map("1")).accepted().unwrap();
    let refusal = core().update_dry_run(&map("2")).refused();
    assert_eq!(refusal.fields(), [("data", "FieldValueForbidden")]);
}

/// Objects with one fault each, its field and its reason.
fn native_faults() -> Vec<(Value, &'static str, &'static str)> {
    let container = |field: &str, value: Value| job(|pod| pod["containers"][0][field] = value.clone());
    vec![
        (job(|pod| pod["restartPolicy"] = json!("Always")), "spec.template.spec.restartPolicy", REQUIRED),
        (
            container("volumeMounts", json!([{"name": "gone", "mountPath": "/a"}])),
            "spec.template.spec.containers[0].volumeMounts[0].name",
            "FieldValueNotFound",
        ),
        (
            container("env", json!([{"name": "a=b", "value": ""}])),
            "spec.template.spec.containers[0].env[0].name",
            INVALID,
        ),
        (
            container("envFrom", json!([{"configMapRef": {"name": "A_B"}}])),
            "spec.template.spec.containers[0].envFrom[0].configMapRef.name",
            INVALID,
        ),
        (
            container("ports", json!([{"containerPort": 70000}])),
            "spec.template.spec.containers[0].ports[0].containerPort",
            INVALID,
        ),
        (
            container("resources", json!({"requests": {"memory": "-1Gi"}})),
            "spec.template.spec.containers[0].resources.requests[memory]",
            INVALID,
        ),
        (cron_job(&"c".repeat(53), "0 3 * * 1-5"), "metadata.name", INVALID),
        (cron_job("c", "61 * * * *"), "spec.schedule", INVALID),
        (config_map(json!({"labels": {"a": "not a value"}})), "metadata.labels", INVALID),
        (config_map(json!({"annotations": {"not a key": ""}})), "metadata.annotations", INVALID),
        (role(&json!({"apiGroups": [""], "resources": ["pods"]})), "rules[0].verbs", REQUIRED),
    ]
}

/// A server for the kinds that every server has.
fn core() -> &'static ControlPlane {
    serving("v1", "ConfigMap")
}

fn machine_os() -> &'static ControlPlane {
    serving("machineconfiguration.openshift.io/v1", "MachineOSConfig")
}

fn layered(files: &Value) -> Value {
    json!({
        "apiVersion": "machineconfiguration.openshift.io/v1",
        "kind": "MachineOSConfig",
        "metadata": {"name": "worker"},
        "spec": {
            "machineConfigPool": {"name": "worker"},
            "imageBuilder": {"imageBuilderType": "Job"},
            "baseImagePullSecret": null,
            "renderedImagePushSecret": {"name": "push"},
            "renderedImagePushSpec": "registry.example/os/worker:latest",
            "containerFile": files,
        },
    })
}

fn config_map(mut metadata: Value) -> Value {
    metadata["name"] = json!("map");
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
}

fn role(rule: &Value) -> Value {
    let metadata = json!({"name": "role"});
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": metadata, "rules": [rule]})
}

/// A Job with something changed in the spec of its pod.
fn job(change: impl Fn(&mut Value)) -> Value {
    let mut pod = json!({"restartPolicy": "Never", "containers": [{"name": "c", "image": "r.example/i"}]});
    change(&mut pod);
    json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "job"}, "spec": {"template": {"spec": pod}}})
}

fn cron_job(name: &str, schedule: &str) -> Value {
    let job = job(|_| ());
    json!({
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": name},
        "spec": {"schedule": schedule, "jobTemplate": {"spec": job["spec"]}},
    })
}
