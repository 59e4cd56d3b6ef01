//! RBAC: who may clone images into their namespace, and which service account imports volumes of other namespaces.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Making;
use crate::components::golden_images::resolve::{CloneRight, Consumer, ImportRight};
use crate::manifest::{Because, Draft, Metadata};
use crate::provenance::{DefaultRule, Sourced};

/// The Role of those who clone images.
const CLONE: &str = "golden-images-clone";
/// The Role of service accounts that import volumes.
const IMPORT: &str = "golden-images-import";

static CLONE_NAME: DefaultRule = DefaultRule {
    path: "goldenImages.cloneableFrom",
    reason: "one Role a namespace, named after what it grants",
};
static IMPORT_NAME: DefaultRule = DefaultRule {
    path: "goldenImages.images.*.pvc",
    reason: "one Role a namespace, named after what it grants",
};

/// What the templates of Roles and ServiceAccounts see.
#[derive(Serialize)]
struct Bare {
    metadata: Metadata,
}

/// What the template of RoleBindings sees.
#[derive(Serialize)]
struct Binding {
    metadata: Metadata,
    role: Sourced<String>,
    group: Option<Sourced<String>>,
    service_accounts: Vec<Account>,
}

#[derive(Serialize)]
struct Account {
    namespace: Sourced<String>,
    name: Sourced<String>,
}

pub(super) fn drafts<'s>(making: &Making<'s>) -> Vec<Draft<'s>> {
    let clone = making.component.clone_rights.iter().flat_map(|right| clone_drafts(making, right));
    clone.chain(import_drafts(making)).collect()
}

fn clone_drafts<'s>(making: &Making<'s>, right: &CloneRight) -> Vec<Draft<'s>> {
    let name = Sourced::default_of(&CLONE_NAME, CLONE.to_owned());
    let role = Bare { metadata: making.own(name, Some(right.namespace.clone())) };
    let reason = "virtual machines of other namespaces clone the images here";
    let asked: Vec<_> = right.consumers.iter().map(|consumer| &consumer.namespace.origin).collect();
    let role = making.draft("golden-images/role-clone.yaml.j2", role, Because::new(reason, &asked));
    let bindings = right.consumers.iter().map(|consumer| clone_binding(making, right, consumer));
    std::iter::once(role).chain(bindings).collect()
}

fn clone_binding<'s>(making: &Making<'s>, right: &CloneRight, consumer: &Consumer) -> Draft<'s> {
    let (namespace, origin) = (&consumer.namespace, &consumer.namespace.origin);
    let name = Sourced::derived(
        format!("{CLONE}-{}", namespace.value),
        "RoleBinding: golden-images-clone-<namespace>",
        &[origin],
    );
    let everybody = || {
        Sourced::derived(
            format!("system:serviceaccounts:{}", namespace.value),
            "all service accounts of the namespace",
            &[origin],
        )
    };
    let accounts = consumer.accounts.iter().flatten();
    let binding = Binding {
        metadata: making.own(name, Some(right.namespace.clone())),
        role: Sourced::default_of(&CLONE_NAME, CLONE.to_owned()),
        group: consumer.accounts.is_none().then(everybody),
        service_accounts: accounts
            .map(|name| Account { namespace: namespace.clone(), name: name.clone() })
            .collect(),
    };
    let reason = format!("virtual machines of `{}` clone the images here", namespace.value);
    making.draft("golden-images/role-binding.yaml.j2", binding, Because::new(reason, &[origin]))
}

/// Role and RoleBinding in each namespace that volumes are imported from, and our service accounts.
fn import_drafts<'s>(making: &Making<'s>) -> Vec<Draft<'s>> {
    let rights = &making.component.import_rights;
    let mut by_source: BTreeMap<&str, Vec<&ImportRight>> = BTreeMap::new();
    let mut accounts: BTreeMap<(&str, &str), &ImportRight> = BTreeMap::new();
    for right in rights {
        by_source.entry(&right.source_namespace.value).or_default().push(right);
        if right.managed {
            accounts.insert((&right.namespace.value, &right.account.value), right);
        }
    }
    let accounts = accounts.into_values().map(|right| account(making, right));
    accounts.chain(by_source.into_values().flat_map(|rights| import_role(making, &rights))).collect()
}

fn account<'s>(making: &Making<'s>, right: &ImportRight) -> Draft<'s> {
    let context = Bare { metadata: making.own(right.account.clone(), Some(right.namespace.clone())) };
    let reason =
        Because::new("imports clone volumes of other namespaces as this", &[&right.source_namespace.origin]);
    making.draft("golden-images/service-account.yaml.j2", context, reason)
}

fn import_role<'s>(making: &Making<'s>, rights: &[&ImportRight]) -> Vec<Draft<'s>> {
    let Some(source) = rights.first().map(|right| &right.source_namespace) else {
        return Vec::new();
    };
    let name = || Sourced::default_of(&IMPORT_NAME, IMPORT.to_owned());
    let metadata = || making.own(name(), Some(source.clone()));
    let reason = || Because::new("imports clone volumes of this namespace", &[&source.origin]);
    let accounts = rights
        .iter()
        .map(|right| Account { namespace: right.namespace.clone(), name: right.account.clone() });
    let binding =
        Binding { metadata: metadata(), role: name(), group: None, service_accounts: accounts.collect() };
    vec![
        making.draft("golden-images/role-import.yaml.j2", Bare { metadata: metadata() }, reason()),
        making.draft("golden-images/role-binding.yaml.j2", binding, reason()),
    ]
}
