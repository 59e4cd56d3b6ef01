//! The `metadata` of a manifest, as every template's context carries it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::provenance::{DefaultRule, Origin, Sourced};

/// Names, labels and annotations of one object; each label and annotation knows who asked for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metadata {
    /// `metadata.name`.
    pub name: Sourced<String>,
    /// `metadata.namespace`; none for cluster-scoped objects.
    pub namespace: Option<Sourced<String>>,
    /// Labels: ours, then the site's `commonMetadata.labels`.
    pub labels: BTreeMap<String, Sourced<String>>,
    /// Annotations: ours, then the site's `commonMetadata.annotations`.
    pub annotations: BTreeMap<String, Sourced<String>>,
}

/// What all objects of a site have in common.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CommonMetadata {
    /// The site's name.
    pub site: Sourced<String>,
    /// `commonMetadata.labels`.
    pub labels: BTreeMap<String, Sourced<String>>,
    /// `commonMetadata.annotations`.
    pub annotations: BTreeMap<String, Sourced<String>>,
}

impl Metadata {
    /// Marks an object that stays in the cluster when it leaves the tree: Argo CD and Flux neither prune nor delete it.
    pub fn stay_behind(&mut self, lifecycle: &Origin) {
        for (key, value) in STAYS_BEHIND {
            self.annotations.insert(
                (*key).to_owned(),
                Sourced { value: (*value).to_owned(), origin: stays_behind(lifecycle) },
            );
        }
    }
}

/// The annotations of an object that stays in the cluster when it leaves the tree.
pub const STAYS_BEHIND: &[(&str, &str)] = &[
    ("argocd.argoproj.io/sync-options", "Prune=false,Delete=false"),
    ("kustomize.toolkit.fluxcd.io/prune", "disabled"),
];

/// Where these annotations come from.
pub fn stays_behind(lifecycle: &Origin) -> Origin {
    Origin::derived("lifecycle `orphan`: stays in the cluster when it leaves the tree", &[lifecycle])
}

static MANAGED_BY: DefaultRule = DefaultRule {
    path: "metadata.labels",
    reason: "marks what Goldsmith renders, for selectors and dashboards",
};

impl CommonMetadata {
    /// Metadata of an object that is ours alone.
    pub fn of(
        &self,
        component: &'static str,
        name: Sourced<String>,
        namespace: Option<Sourced<String>>,
    ) -> Metadata {
        let mut metadata = self.shared(name, namespace);
        for (key, value) in
            [("app.kubernetes.io/managed-by", "goldsmith"), ("app.kubernetes.io/component", component)]
        {
            metadata.labels.insert(key.to_owned(), Sourced::default_of(&MANAGED_BY, value.to_owned()));
        }
        metadata
    }

    /// Metadata of an object that others write to as well: nothing but the site's own words.
    pub fn shared(&self, name: Sourced<String>, namespace: Option<Sourced<String>>) -> Metadata {
        let mut labels = self.labels.clone();
        labels.insert("goldsmith.dev/site".to_owned(), self.site.clone());
        Metadata { name, namespace, labels, annotations: self.annotations.clone() }
    }
}
