//! The mirror sets: when each is rendered and what its template sees.
//!
//! One object a kind, not one a source: a node's configuration is written anew for each object that changes, and one
//! object is one change.

use serde::Serialize;

use super::resolve::{Mirror, MirrorForm, Registries};
use super::spec::SourcePolicy;
use crate::manifest::{Because, CommonMetadata, Draft, Home, Lifecycle, Maker, Metadata};
use crate::provenance::{DefaultRule, Origin, Sourced};

/// What is the same for every object of registries.
pub static HOME: Home = Home {
    component: "registries",
    label: "registries",
    // Mirror sets drain nodes: apart from the rest.
    folder: "registries-mirrors",
    patch_folder: "registries-patch",
    // Everything is cluster-scoped.
    namespace: "",
};

static NAME: DefaultRule =
    DefaultRule { path: "registries.mirrors", reason: "one mirror set of each kind, beside those of others" };

/// What the templates of the three kinds see.
#[derive(Serialize)]
struct MirrorSet<'s> {
    metadata: Metadata,
    mirrors: Sourced<Vec<Entry<'s>>>,
}

#[derive(Serialize)]
struct Entry<'s> {
    source: Sourced<&'s str>,
    to: Sourced<Vec<Sourced<&'s str>>>,
    policy: Sourced<SourcePolicy>,
}

/// The mirror sets that the cluster serves; none where the site is absent.
pub fn drafts<'s>(
    registries: &'s Registries,
    common: &'s CommonMetadata,
    lifecycle: &'s Sourced<Lifecycle>,
) -> Vec<Draft<'s>> {
    if lifecycle.value == Lifecycle::Absent {
        return Vec::new();
    }
    let making = Maker { component: registries, home: &HOME, common, lifecycle };
    let digests = |template| draft(&making, template, "digest", Mirror::by_digest);
    let tags = |template| draft(&making, template, "tag", Mirror::by_tag);
    let drafts = match registries.form.value {
        MirrorForm::MirrorSets => [
            digests("registries/image-digest-mirror-set.yaml.j2"),
            tags("registries/image-tag-mirror-set.yaml.j2"),
        ],
        MirrorForm::ContentSourcePolicy => [digests("registries/image-content-source-policy.yaml.j2"), None],
        MirrorForm::NodeConfiguration | MirrorForm::HostedCluster => [None, None],
    };
    drafts.into_iter().flatten().collect()
}

fn draft<'s>(
    making: &Maker<'s, Registries>,
    template: &'static str,
    pulls: &str,
    wanted: impl Fn(&Mirror) -> bool,
) -> Option<Draft<'s>> {
    let registries = making.component;
    let mirrors: Vec<_> =
        registries.mirrors.iter().filter(|mirror| mirror.managed.value && wanted(mirror)).collect();
    if mirrors.is_empty() {
        return None;
    }
    let name = Sourced::default_of(&NAME, "goldsmith".to_owned());
    let metadata = making.own(name, None);
    let reason = format!("registries.mirrors has sources that nodes pull by {pulls}");
    let asked = mirrors.iter().flat_map(|mirror| [&mirror.source.origin, &mirror.pulls.origin]);
    let from: Vec<&Origin> = asked.chain([&registries.form.origin]).collect();
    let entries = Sourced::derived(mirrors.iter().copied().map(Entry::of).collect(), reason.as_str(), &from);
    let context = MirrorSet { metadata, mirrors: entries };
    Some(making.draft(template, context, Because::new(reason, &from)))
}

impl<'s> Entry<'s> {
    fn of(mirror: &'s Mirror) -> Self {
        let text = |text: &'s Sourced<String>| text.as_ref().map(String::as_str);
        Entry {
            source: text(&mirror.source),
            to: mirror.to.as_ref().map(|to| to.iter().map(text).collect()),
            policy: mirror.policy.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::components::registries::resolve::resolve;
    use crate::provenance::Origin;
    use crate::render::Engine;

    fn rendered(form: MirrorForm, mirrors: &Value) -> Vec<Value> {
        let spec = serde_json::from_value(json!({ "mirrors": mirrors })).unwrap();
        let registries = resolve(&spec, Sourced { value: form, origin: Origin::Unknown }, &[]);
        let common = CommonMetadata {
            site: Sourced { value: "paris".to_owned(), origin: Origin::Unknown },
            ..CommonMetadata::default()
        };
        let engine = Engine::new();
        drafts(&registries, &common, &Sourced::default())
            .iter()
            .map(|draft| engine.render_draft(draft).unwrap())
            .collect()
    }

    fn metadata() -> Value {
        json!({
            "name": "goldsmith",
            "labels": {
                "app.kubernetes.io/component": "registries",
                "app.kubernetes.io/managed-by": "goldsmith",
                "goldsmith.dev/site": "paris",
            },
        })
    }

    #[test]
    fn each_source_is_in_the_sets_that_its_pulls_name() {
        let mirrors = json!({
            "a.example": {"to": ["m.example/a", "n.example/a"]},
            "b.example": {"to": ["m.example/b"], "pulls": "tag"},
            "c.example": {"to": ["m.example/c"], "pulls": "both", "sourcePolicy": "NeverContactSource"},
            "d.example": {"to": ["m.example/d"], "managed": false},
        });
        let entry = |source: &str, mirrors: &[&str], policy: &str| json!({"source": source, "mirrors": mirrors, "mirrorSourcePolicy": policy});
        let never = entry("c.example", &["m.example/c"], "NeverContactSource");
        let digests = json!({
            "apiVersion": "config.openshift.io/v1",
            "kind": "ImageDigestMirrorSet",
            "metadata": metadata(),
            "spec": {"imageDigestMirrors": [
                entry("a.example", &["m.example/a", "n.example/a"], "AllowContactingSource"),
                never.clone(),
            ]},
        });
        let tags = json!({
            "apiVersion": "config.openshift.io/v1",
            "kind": "ImageTagMirrorSet",
            "metadata": metadata(),
            "spec": {"imageTagMirrors": [entry("b.example", &["m.example/b"], "AllowContactingSource"), never]},
        });
        assert_eq!(rendered(MirrorForm::MirrorSets, &mirrors), [digests, tags]);
    }

    #[test]
    fn a_content_source_policy_has_the_sources_and_no_policy() {
        let policy = json!({
            "apiVersion": "operator.openshift.io/v1alpha1",
            "kind": "ImageContentSourcePolicy",
            "metadata": metadata(),
            "spec": {"repositoryDigestMirrors": [{"source": "a.example", "mirrors": ["m.example"]}]},
        });
        let mirrors = json!({"a.example": {"to": ["m.example"]}});
        assert_eq!(rendered(MirrorForm::ContentSourcePolicy, &mirrors), [policy]);
    }

    #[test]
    fn a_set_without_sources_is_not_rendered() {
        assert!(rendered(MirrorForm::MirrorSets, &json!({})).is_empty());
        let unmanaged = json!({"a.example": {"to": ["m.example"], "managed": false}});
        assert!(rendered(MirrorForm::MirrorSets, &unmanaged).is_empty());
        let tags = json!({"a.example": {"to": ["m.example"], "pulls": "tag"}});
        assert_eq!(rendered(MirrorForm::MirrorSets, &tags).len(), 1);
    }

    #[test]
    fn a_cluster_that_serves_no_sets_gets_none() {
        for form in [MirrorForm::NodeConfiguration, MirrorForm::HostedCluster] {
            assert!(rendered(form, &json!({"a.example": {"to": ["m.example"]}})).is_empty(), "{form:?}");
        }
    }
}
