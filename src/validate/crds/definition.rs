//! One CustomResourceDefinition, taken apart: what each version that it serves says.
//!
//! In: a tree as it was read. Out: [`Version`]s that keep of it only what a judgement needs.

use super::bare::Bare;
use crate::validate::judge::Served;
use crate::yaml::{Kind, Node};

/// One version that a definition serves.
#[derive(Debug)]
pub(super) struct Version {
    /// What its objects say: `cdi.kubevirt.io/v1beta1`, `DataImportCron`.
    pub(super) names: (String, String),
    /// Its `openAPIV3Schema` as JSON, without what it says to people: a text takes a fraction of the memory of a tree, and
    /// few kinds of a cluster are ever asked for.
    pub(super) schema: String,
    /// What it says beside its schema.
    pub(super) served: Served,
}

/// The versions that a definition serves with a schema; none of an object of another kind.
pub(super) fn versions(definition: &Node<'_>) -> Vec<Version> {
    if text(definition, &["kind"]) != "CustomResourceDefinition" {
        return Vec::new();
    }
    let (group, kind) = (text(definition, &["spec", "group"]), text(definition, &["spec", "names", "kind"]));
    let is_cluster_wide = text(definition, &["spec", "scope"]) == "Cluster";
    let mut versions = Vec::new();
    for version in list(at(definition, &["spec", "versions"])) {
        let is_served = at(version, &["served"]).is_none_or(|served| served.kind != Kind::Bool(false));
        let Some(schema) = at(version, &["schema", "openAPIV3Schema"]).filter(|_| is_served) else {
            continue;
        };
        versions.push(Version {
            names: (format!("{group}/{}", text(version, &["name"])), kind.to_owned()),
            schema: Bare(schema).to_json(),
            served: Served { is_cluster_wide, ..subresources(version) },
        });
    }
    versions
}

fn subresources(version: &Node<'_>) -> Served {
    let replicas = ["specReplicasPath", "statusReplicasPath"].into_iter().filter_map(|name| {
        let path = at(version, &["subresources", "scale", name])?.as_str()?;
        crate::manifest::pointer::parse(path.strip_prefix('.').unwrap_or(path))
    });
    let status = at(version, &["subresources", "status"]);
    Served {
        drops_status: status.is_some_and(|status| status.kind != Kind::Null),
        replicas: replicas.collect(),
        ..Served::default()
    }
}

fn at<'n, 'a>(node: &'n Node<'a>, path: &[&str]) -> Option<&'n Node<'a>> {
    path.iter().try_fold(node, |node, key| node.get(key))
}

fn text<'n>(node: &'n Node<'_>, path: &[&str]) -> &'n str {
    at(node, path).and_then(Node::as_str).unwrap_or_default()
}

fn list<'n, 'a>(node: Option<&'n Node<'a>>) -> &'n [Node<'a>] {
    match node.map(|node| &node.kind) {
        Some(Kind::Seq(items)) => items,
        _ => &[],
    }
}
