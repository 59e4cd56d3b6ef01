//! The ResourceQuota of the namespace of custom images.

use serde::Serialize;

use super::Making;
use crate::manifest::{Because, Draft, Metadata};
use crate::provenance::{DefaultRule, Sourced};

static NAME: DefaultRule = DefaultRule {
    path: "goldenImages.storageLimit",
    reason: "one ResourceQuota for all golden images of a site",
};

/// What the template sees.
#[derive(Serialize)]
struct Context<'s> {
    metadata: Metadata,
    storage: &'s Sourced<String>,
}

pub(super) fn drafts<'s>(making: &Making<'s>) -> Option<Draft<'s>> {
    let storage = making.component.storage_limit.as_ref()?;
    let name = Sourced::default_of(&NAME, "golden-images".to_owned());
    let context = Context { metadata: making.own(name, Some(making.component.namespace.clone())), storage };
    let reason = Because::new("`goldenImages.storageLimit` limits what imports may hold", &[&storage.origin]);
    Some(making.draft("golden-images/resource-quota.yaml.j2", context, reason))
}
