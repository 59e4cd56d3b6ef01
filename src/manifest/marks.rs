//! Annotations of ours: what GitOps tools must not do with an object, and what has to be there beside it.

use std::fmt::Display;

use super::Metadata;
use crate::provenance::{Origin, Sourced};

const ARGO_CD: &str = "argocd.argoproj.io/sync-options";
const FLUX_PRUNE: &str = "kustomize.toolkit.fluxcd.io/prune";
const FLUX_FORCE: &str = "kustomize.toolkit.fluxcd.io/force";
const FLUX_APPLY: &str = "kustomize.toolkit.fluxcd.io/ssa";
const EXPECTS: &str = "goldsmith.dev/expects";

/// Marks an object of which only our fields are ours: applied beside those of others, never pruned or deleted.
pub fn ours_are_fields(metadata: &mut Metadata, origin: &Origin) {
    let rule = "ownership `fields`: applied beside the fields of others, never pruned or deleted";
    let marks = [
        (ARGO_CD, "Prune=false,Delete=false,ServerSideApply=true"),
        (FLUX_PRUNE, "disabled"),
        (FLUX_APPLY, "Merge"),
    ];
    set(metadata, &marks, rule, origin);
}

/// Marks an object whose spec cannot be updated: deleted and created again where it changes. Never for one that takes
/// its imports along.
pub fn recreated(metadata: &mut Metadata, origin: &Origin) {
    let rule =
        "a DataImportCron cannot be updated: GitOps tools delete it and create it again, its imports stay";
    let others = metadata.annotations.get(ARGO_CD).map(|others| others.value.clone());
    let options =
        others.into_iter().chain(["Force=true,Replace=true".to_owned()]).collect::<Vec<_>>().join(",");
    set(metadata, &[(ARGO_CD, &options), (FLUX_FORCE, "enabled")], rule, origin);
}

/// Lists the objects that somebody else provides, as they are given: `Secret golden-images/corp-cdi, ...`.
pub fn expects(metadata: &mut Metadata, objects: &[impl Display], origins: &[&Origin]) {
    if objects.is_empty() {
        return;
    }
    let text = objects.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let rule = "objects that are named and never rendered, in every namespace that needs them";
    metadata.annotations.insert(EXPECTS.to_owned(), Sourced::derived(text, rule, origins));
}

fn set(metadata: &mut Metadata, marks: &[(&str, &str)], rule: &str, origin: &Origin) {
    for (key, value) in marks {
        metadata
            .annotations
            .insert((*key).to_owned(), Sourced::derived((*value).to_owned(), rule, &[origin]));
    }
}
