//! Names of objects that cannot be changed: a hash of what is in them makes each change another object.

use crate::manifest::{Draft, Manifest, Patched, content, path};
use crate::provenance::Origin;

/// Puts a hash behind the names of the drafts that ask for it. Comes behind the patches: they know an object by its name without a hash,
/// and a change of theirs makes another object, too.
pub(super) fn name_by_content(drafts: &[Draft<'_>], manifests: &mut [Manifest]) {
    for manifest in manifests {
        let Some(draft) = manifest.draft.map(|index| &drafts[index]).filter(|it| it.is_named_by_content)
        else {
            continue;
        };
        let name = content::name(&manifest.id.name, &manifest.object);
        manifest.object["metadata"]["name"] = name.clone().into();
        manifest.id.name = name;
        manifest.path = path::path(draft.folder, draft.home_namespace, &manifest.id);
        let rule = "name: a hash of the spec behind it, since the object cannot be changed";
        let patches = patches_of_the_spec(manifest);
        let from: Vec<&Origin> = manifest.because.from.iter().chain(&patches).collect();
        let origin = Origin::derived(rule, &from);
        manifest.patched.insert("/metadata/name".to_owned(), Patched::Ruled(origin));
    }
}

/// What patches wrote into what the hash is made of.
fn patches_of_the_spec(manifest: &Manifest) -> Vec<Origin> {
    let inside = manifest.patched.iter().filter(|(pointer, _)| pointer.starts_with("/spec/"));
    inside
        .filter_map(|(_, patched)| match patched {
            Patched::Written { loc, .. } => Some(Origin::Written(*loc)),
            Patched::Ruled(_) | Patched::Moved { .. } => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::manifest::{Because, ManifestId};

    fn named(label: &str, seconds: u32) -> Manifest {
        let draft = Draft {
            component: "podVM",
            folder: "work",
            home_namespace: "jobs",
            template: "job",
            context: Box::new(Value::Null),
            because: Because { reason: "an image".into(), from: vec![] },
            sharing: None,
            is_named_by_content: true,
        };
        let metadata = json!({"name": "make", "namespace": "jobs", "labels": {"a": label}});
        let object = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {"activeDeadlineSeconds": seconds}});
        let mut manifests = [Manifest {
            id: ManifestId::of(&object).unwrap(),
            path: "work/job-make.yaml".to_owned(),
            folder: draft.folder,
            component: draft.component,
            draft: Some(0),
            because: draft.because.clone(),
            sharing: None,
            object,
            patched: std::collections::BTreeMap::new(),
        }];
        name_by_content(&[draft], &mut manifests);
        let [manifest] = manifests;
        manifest
    }

    #[test]
    fn what_cannot_be_changed_makes_another_name_and_what_can_does_not() {
        let first = named("b", 60);
        assert_eq!(first.object["metadata"]["name"], first.id.name.as_str());
        assert_eq!(first.path, format!("work/job-{}.yaml", first.id.name));
        assert_eq!(first.id, named("c", 60).id);
        assert_ne!(first.id, named("b", 61).id);
    }
}
