//! What follows in the cluster when manifests of pod VMs change: images that are deleted or built again, adaptors that restart.

use serde_json::Value;

use super::hazards::{DELETED_TOO_EARLY, ID_IS_EMPTIED, IMAGE_IS_DELETED};
use super::inputs::{self, FINGERPRINT};
use super::runtime_owned::PEER_PODS_CONFIG;
use super::spec::Provider;
use crate::diagnostic::Diagnostic;
use crate::manifest::{Changed, Consequence};

/// What is told of one change, and what it destroys.
type Told = (String, Option<Diagnostic>);

/// All consequences.
pub fn of(changes: &[Changed<'_>]) -> Vec<Consequence> {
    let goes = |kind: &str| {
        changes.iter().any(|changed| {
            changed.new.is_none() && changed.old.is_some_and(|old| old["kind"] == kind && !stays(old))
        })
    };
    let kata_config_goes = goes("KataConfig");
    let numbered = changes.iter().enumerate();
    numbered
        .flat_map(|(change, changed)| {
            let told = match (changed.old, changed.new) {
                (Some(old), None) => removed(old, kata_config_goes),
                (Some(old), Some(new)) => changed_of(old, new),
                (None, Some(new)) => created(new),
                (None, None) => Vec::new(),
            };
            told.into_iter().map(move |(text, finding)| Consequence { change, text, finding })
        })
        .collect()
}

fn name(object: &Value) -> &str {
    object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default()
}

fn is(object: &Value, kind: &str, wanted: &str) -> bool {
    object["kind"] == kind && name(object) == wanted
}

fn is_image_config(object: &Value) -> bool {
    object["kind"] == "ConfigMap"
        && Provider::ALL.iter().any(|provider| provider.image_config() == name(object))
}

/// Whether GitOps leaves it in the cluster when it leaves the tree.
fn stays(object: &Value) -> bool {
    let options = object.pointer("/metadata/annotations/argocd.argoproj.io~1sync-options");
    options.and_then(Value::as_str).is_some_and(|options| options.contains("Prune=false"))
}

fn removed(old: &Value, kata_config_goes: bool) -> Vec<Told> {
    let is_ours =
        old["kind"] == "KataConfig" || is(old, "ConfigMap", PEER_PODS_CONFIG) || is_image_config(old);
    if is_ours && stays(old) {
        return vec![("it stays in the cluster: it is marked not to be pruned".to_owned(), None)];
    }
    if old["kind"] == "KataConfig" {
        let said = "the operator deletes the pod VM image, and nodes reboot without kata".to_owned();
        let finding = Diagnostic::new(
            &IMAGE_IS_DELETED,
            format!("the KataConfig `{}` goes, and the image with it", name(old)),
        )
        .note("a git revert makes another image, and does not bring this one back")
        .help("to keep everything in the cluster, render it once with `podVM.lifecycle: orphan`");
        return vec![(said, Some(finding))];
    }
    if !(is(old, "ConfigMap", PEER_PODS_CONFIG) || is_image_config(old)) {
        return Vec::new();
    }
    let finding = kata_config_goes.then(|| {
        Diagnostic::new(&DELETED_TOO_EARLY, format!("`{}` goes together with the KataConfig", name(old)))
            .note("the operator needs it to delete the image, and the KataConfig keeps its finalizer for ever without it")
            .help("let the KataConfig go first: render `podVM.lifecycle: absent`, sync, and take the section out afterwards")
    });
    vec![("no image can be made or deleted without it".to_owned(), finding)]
}

fn created(new: &Value) -> Vec<Told> {
    let makes_image = new["kind"] == "Job" && new.pointer(&annotation(FINGERPRINT)).is_some();
    if makes_image {
        return vec![(
            "the sync starts it: one pod VM image, unless the one of these inputs is there".to_owned(),
            None,
        )];
    }
    if new["kind"] == "Job" && name(new).starts_with("osc-podvm-image-deletion-") {
        return vec![("the sync starts it: the pod VM image is deleted".to_owned(), None)];
    }
    Vec::new()
}

fn changed_of(old: &Value, new: &Value) -> Vec<Told> {
    let mut told = Vec::new();
    if is(new, "ConfigMap", PEER_PODS_CONFIG) && old["data"] != new["data"] {
        told.extend(Provider::ALL.iter().filter_map(|provider| emptied(provider.image_key(), old, new)));
        told.push(("from 1.12 on adaptors restart, and the pods that they run are lost".to_owned(), None));
    }
    if is_image_config(new) || is(new, "ConfigMap", PEER_PODS_CONFIG) {
        let keys = inputs_that_differ(new, &old["data"], &new["data"]);
        if !keys.is_empty() {
            told.push((
                format!(
                    "the next image is made from other inputs ({}); the one in use stays until then",
                    keys.join(", ")
                ),
                None,
            ));
        }
    }
    if new["kind"] == "KataConfig" && old["spec"] != new["spec"] {
        told.push(("nodes that run kata pods reboot".to_owned(), None));
    }
    told
}

fn emptied(key: &str, old: &Value, new: &Value) -> Option<Told> {
    let text = |object: &Value| object["data"][key].as_str().unwrap_or_default().to_owned();
    if text(old).is_empty() || !text(new).is_empty() {
        return None;
    }
    let finding = Diagnostic::new(&ID_IS_EMPTIED, format!("the image `{}` is no longer named", text(old)))
        .note("apply removes a key that it formerly set: another image is made, by whoever makes images here")
        .help("first hand the key over: `kubectl apply --server-side --field-manager=pod-vm-image --force-conflicts` with the key alone")
        .help("or keep the id: `podVM.image.id`");
    Some((format!("the key `{key}` goes, and another image is made"), Some(finding)))
}

fn inputs_that_differ(config: &Value, old: &Value, new: &Value) -> Vec<String> {
    let is_imported = new["PODVM_IMAGE_URI"].is_string();
    let is_input = |key: &str| {
        if is_image_config(config) {
            inputs::of_image_config(key, is_imported)
        } else {
            inputs::OF_PEER_PODS_CONFIG.contains(&key)
        }
    };
    let keys = |data: &Value| {
        data.as_object().map(|data| data.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    let mut all = keys(old);
    all.extend(keys(new));
    all.sort();
    all.dedup();
    all.retain(|key| old.get(key) != new.get(key) && is_input(key));
    all
}

fn annotation(key: &str) -> String {
    format!("/metadata/annotations/{}", key.replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn codes(pairs: &[(Option<&Value>, Option<&Value>)]) -> Vec<Option<&'static str>> {
        let changes: Vec<_> = pairs.iter().map(|(old, new)| Changed { old: *old, new: *new }).collect();
        of(&changes).iter().map(|told| told.finding.as_ref().map(|finding| finding.rule.code)).collect()
    }

    fn config(name: &str, key: &str, value: &str) -> Value {
        json!({"kind": "ConfigMap", "metadata": {"name": name}, "data": {key: value}})
    }

    fn kata() -> Value {
        json!({"kind": "KataConfig", "metadata": {"name": "cluster-kataconfig"}, "spec": {}})
    }

    #[test]
    fn a_kata_config_takes_the_image_along() {
        assert_eq!(codes(&[(Some(&kata()), None)]), [Some(IMAGE_IS_DELETED.code)]);
        let mut orphan = kata();
        orphan["metadata"]["annotations"] =
            json!({"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"});
        assert_eq!(codes(&[(Some(&orphan), None)]), [None]);
    }

    #[test]
    fn what_the_deletion_needs_does_not_go_with_the_kata_config() {
        let (kata, peer) = (kata(), config("peer-pods-cm", "CLOUD_PROVIDER", "aws"));
        let both = codes(&[(Some(&kata), None), (Some(&peer), None)]);
        assert_eq!(both, [Some(IMAGE_IS_DELETED.code), Some(DELETED_TOO_EARLY.code)]);
        assert_eq!(codes(&[(Some(&peer), None)]), [None]);
    }

    #[test]
    fn an_image_that_is_no_longer_named_is_made_again() {
        let old = config("peer-pods-cm", "PODVM_AMI_ID", "ami-1");
        let new = config("peer-pods-cm", "PROXY_TIMEOUT", "5m");
        assert_eq!(codes(&[(Some(&old), Some(&new))]), [Some(ID_IS_EMPTIED.code), None]);
    }

    #[test]
    fn only_inputs_make_another_image() {
        let changed = |key: &str| {
            let of = |value: &str| config("aws-podvm-image-cm", key, value);
            codes(&[(Some(&of("a")), Some(&of("b")))])
        };
        assert_eq!(changed("AMI_BASE_NAME"), [None]);
        assert_eq!(changed("INSTANCE_TYPE"), []);
    }
}
