//! Certificates of registries, in every namespace that pulls by pod.

use serde::Serialize;

use super::Making;
use crate::manifest::{Because, Draft, Metadata};
use crate::provenance::Sourced;

/// What the template sees.
#[derive(Serialize)]
struct Context<'s> {
    metadata: Metadata,
    certificates: &'s Sourced<String>,
}

pub(super) fn drafts<'s>(making: &Making<'s>) -> Vec<Draft<'s>> {
    let Some(trusted) = &making.component.certificates else {
        return Vec::new();
    };
    let namespaces = trusted.namespaces.iter();
    namespaces
        .map(|namespace| {
            let metadata = making.own(trusted.config_map.clone(), Some(namespace.clone()));
            let context = Context { metadata, certificates: &trusted.certificates };
            let reason = "imports by pod trust the registries' certificates here";
            let reason = Because::new(reason, &[&trusted.certificates.origin, &namespace.origin]);
            making.draft("golden-images/config-map-trusted-ca.yaml.j2", context, reason)
        })
        .collect()
}
