//! Metadata as people get it wrong: what the server asks of the metadata of every object.

use serde_json::{Value, json};

/// Each with what is set below `metadata`; a null removes.
pub(crate) fn all() -> Vec<(&'static str, &'static str, Value)> {
    let owner = |more: Value| {
        let mut owner = json!({"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "u"});
        owner.as_object_mut().expect("it is one").extend(more.as_object().cloned().unwrap_or_default());
        owner
    };
    let long = |length: usize| "a".repeat(length);
    let mut all = vec![
        ("label", "/labels", json!({"a": "b", "a.example/c": ""})),
        ("label of a bad value", "/labels", json!({"a": "b c"})),
        ("label of a bad key", "/labels", json!({"a b": "c"})),
        ("label with a bad prefix", "/labels", json!({"A_/b": "c"})),
        ("label of 64 characters", "/labels", json!({"a": long(64)})),
        ("label of 63 characters", "/labels", json!({"a": long(63)})),
        ("label key of 64 characters", "/labels", json!({long(64): "a"})),
        ("label that is a number", "/labels", json!({"a": 1})),
        ("label that is a truth", "/labels", json!({"a": true})),
        ("label that is null", "/labels", json!({"a": null})),
        ("labels as a list", "/labels", json!(["a"])),
        ("labels as a text", "/labels", json!("a")),
        ("labels null", "/labels", Value::Null),
        ("annotation", "/annotations", json!({"a.example/b": "any thing\n"})),
        ("annotation of a bad key", "/annotations", json!({"a b": "c"})),
        ("annotation of an upper case prefix", "/annotations", json!({"A.example/B": "c"})),
        ("annotation that is a map", "/annotations", json!({"a": {"b": "c"}})),
        ("annotation that is null", "/annotations", json!({"a": null})),
        ("annotations too large", "/annotations", json!({"a": long(262_145)})),
        ("finalizer", "/finalizers", json!(["a.example/b"])),
        ("finalizer without a slash", "/finalizers", json!(["a"])),
        ("bad finalizer", "/finalizers", json!(["a b"])),
        ("finalizer of a number", "/finalizers", json!([1])),
        ("finalizer null", "/finalizers", json!([null])),
        ("finalizers as a text", "/finalizers", json!("a")),
        ("finalizers against each other", "/finalizers", json!(["orphan", "foregroundDeletion"])),
        ("owner", "/ownerReferences", json!([owner(json!({}))])),
        ("owner without name", "/ownerReferences", json!([owner(json!({"name": ""}))])),
        (
            "owner without uid",
            "/ownerReferences",
            json!([{"apiVersion": "v1", "kind": "ConfigMap", "name": "a"}]),
        ),
        ("owner without version", "/ownerReferences", json!([owner(json!({"apiVersion": ""}))])),
        ("owner of another group", "/ownerReferences", json!([owner(json!({"apiVersion": "a/b/c"}))])),
        ("owner that is an Event", "/ownerReferences", json!([owner(json!({"kind": "Event"}))])),
        ("owner with an unknown field", "/ownerReferences", json!([owner(json!({"zzUnknown": 1}))])),
        (
            "two controllers",
            "/ownerReferences",
            json!([owner(json!({"controller": true})), owner(json!({"controller": true, "name": "b"}))]),
        ),
        (
            "two controllers that are one",
            "/ownerReferences",
            json!([owner(json!({"controller": true})), owner(json!({"controller": true}))]),
        ),
        ("controller that is a text", "/ownerReferences", json!([owner(json!({"controller": "true"}))])),
        ("owner null", "/ownerReferences", json!([null])),
        ("owners as a map", "/ownerReferences", json!({})),
        ("name in upper case", "/name", json!("A_")),
        ("name with a slash", "/name", json!("a/b")),
        ("name with a dash at its end", "/name", json!("a-")),
        ("name with dots", "/name", json!("a.b")),
        ("name with two dots", "/name", json!("a..b")),
        ("name of 254 characters", "/name", json!(long(254))),
        ("name of 253 characters", "/name", json!(long(253))),
        ("empty name", "/name", json!("")),
        ("name that is a number", "/name", json!(1)),
        ("generateName beside a name", "/generateName", json!("a-")),
        ("bad generateName beside a name", "/generateName", json!("A_")),
        ("generateName with a slash", "/generateName", json!("a/")),
        ("generation", "/generation", json!(3)),
        ("generation below zero", "/generation", json!(-1)),
        ("generation of a text", "/generation", json!("1")),
        ("generation as a fraction", "/generation", json!(1.0)),
        ("generation of a half", "/generation", json!(1.5)),
        ("creationTimestamp null", "/creationTimestamp", Value::Null),
        ("creationTimestamp", "/creationTimestamp", json!("2026-01-02T03:04:05Z")),
        ("bad creationTimestamp", "/creationTimestamp", json!("yesterday")),
        ("creationTimestamp of a number", "/creationTimestamp", json!(1)),
        ("resourceVersion that is a number", "/resourceVersion", json!(1)),
        ("uid", "/uid", json!("u")),
        ("uid that is a number", "/uid", json!(1)),
        ("selfLink", "/selfLink", json!("/a")),
        ("deletionGracePeriodSeconds of a text", "/deletionGracePeriodSeconds", json!("1")),
        ("managedFields empty", "/managedFields", json!([])),
        ("managedFields of a text", "/managedFields", json!("a")),
        ("unknown field", "/zzUnknown", json!(1)),
        ("clusterName", "/clusterName", json!("a")),
        ("unknown field null", "/zzUnknown", json!({"a": null})),
        ("field in another case", "/Labels", json!({"a": "b"})),
        ("nothing but a name", "/annotations", Value::Null),
    ];
    all.extend([
        ("metadata null", "", Value::Null),
        ("metadata as a text", "", json!("a")),
        ("metadata as a list", "", json!([])),
    ]);
    all
}
