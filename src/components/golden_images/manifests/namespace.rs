//! The Namespace of custom images, where nobody else makes it.

use serde::Serialize;

use super::Making;
use crate::components::golden_images::ownership::NAMESPACE;
use crate::manifest::{Because, Draft, Metadata};

/// What the template sees.
#[derive(Serialize)]
struct Context {
    metadata: Metadata,
}

pub(super) fn drafts<'s>(making: &Making<'s>) -> Option<Draft<'s>> {
    let golden = making.component;
    let ownership = golden.namespace_object.as_ref()?;
    let context = Context { metadata: making.shared(golden.namespace.clone(), None, ownership) };
    let reason =
        Because::new("the images of this site have a namespace of their own", &[&golden.namespace.origin]);
    Some(making.shared_draft(
        "golden-images/namespace.yaml.j2",
        context,
        reason,
        NAMESPACE.rendered_as(ownership),
    ))
}
