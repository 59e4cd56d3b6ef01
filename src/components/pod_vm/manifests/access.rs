//! What the Jobs of ours may do: a service account with the least rights, and a NetworkPolicy that lets nothing reach them.

use serde::Serialize;

use super::security::Security;
use super::{Making, WORK_FOLDER, jobs, known_as, namespace, of_ours};
use crate::components::pod_vm::resolve::Work;
use crate::manifest::{Because, Draft, Metadata};
use crate::provenance::{DefaultRule, Origin, Sourced};

/// What a template without more sees.
#[derive(Serialize)]
struct Bare {
    metadata: Metadata,
}

#[derive(Serialize)]
struct Role {
    metadata: Metadata,
    config_maps: Vec<Sourced<String>>,
}

#[derive(Serialize)]
struct Binding {
    metadata: Metadata,
    kind: Sourced<String>,
    role: Sourced<String>,
    account: Sourced<String>,
}

#[derive(Serialize)]
struct ClusterBinding {
    metadata: Metadata,
    role: Sourced<String>,
    namespace: Sourced<String>,
    account: Sourced<String>,
}

/// The name of whatever rights the Jobs have.
const NAME: &str = "goldsmith-pod-vm";

static ROLE: DefaultRule =
    DefaultRule { path: "podVM.work.serviceAccount", reason: "the Role beside the service account" };
static CLUSTER_ROLE: DefaultRule = DefaultRule {
    path: "podVM.work.serviceAccount",
    reason: "the Jobs look whether a KataConfig has the operator make the image",
};
static CONSTRAINTS: DefaultRule = DefaultRule {
    path: "podVM.work.serviceAccount",
    reason: "OpenShift admits by this what runs as root: Jobs of the release, builds from 1.9 on privileged, and imports over SSH",
};

pub(super) fn drafts<'s>(making: &Making<'s>, absent: bool) -> Vec<Draft<'s>> {
    let Some(work) = &making.component.work else { return Vec::new() };
    let mut drafts = Vec::new();
    if work.is_account_ours {
        drafts.push(account(making, work));
        drafts.push(role(making, work));
        drafts.push(binding(making, work, ("Role", NAME), &ROLE));
        if !absent && work.runs_script() {
            drafts.extend(cluster_role(making, work));
        }
        // `anyuid` knows no seccomp profile, so that a Job that needs it names none.
        let constraints = jobs::security(making, work, absent).and_then(Security::constraints);
        if let Some(constraints) = constraints {
            drafts.push(binding(making, work, ("ClusterRole", constraints), &CONSTRAINTS));
        }
    }
    if work.is_isolated.value {
        let metadata = making.own(of_ours(NAME), Some(namespace()));
        let because = "`podVM.work.networkPolicy` lets nothing reach the Jobs";
        drafts.push(in_work(
            making,
            "pod-vm/network-policy.yaml.j2",
            Bare { metadata },
            (because, &work.is_isolated.origin),
        ));
    }
    drafts
}

fn in_work<'s>(
    making: &Making<'s>,
    template: &'static str,
    context: impl Serialize + Send + Sync + 's,
    (because, from): (&str, &Origin),
) -> Draft<'s> {
    Draft { folder: WORK_FOLDER, ..making.draft(template, context, Because::new(because, &[from])) }
}

fn account<'s>(making: &Making<'s>, work: &Work) -> Draft<'s> {
    let metadata = making.own(work.service_account.clone(), Some(namespace()));
    let because = ("the Jobs have a service account of their own", &work.service_account.origin);
    in_work(making, "pod-vm/service-account.yaml.j2", Bare { metadata }, because)
}

/// The Jobs read and patch two ConfigMaps by name, and nothing else: Secrets reach them as mounts.
fn role<'s>(making: &Making<'s>, work: &Work) -> Draft<'s> {
    let provider = &making.component.provider;
    let image_config =
        Sourced { value: provider.value.image_config().to_owned(), origin: provider.origin.clone() };
    let config_maps = vec![known_as("peer-pods-cm"), image_config];
    let metadata = making.own(of_ours(NAME), Some(namespace()));
    let because = ("the Jobs write their result into ConfigMaps", &work.service_account.origin);
    in_work(making, "pod-vm/role.yaml.j2", Role { metadata, config_maps }, because)
}

/// A KataConfig belongs to no namespace: the Jobs may list them, and their names are nobody's secret.
fn cluster_role<'s>(making: &Making<'s>, work: &Work) -> [Draft<'s>; 2] {
    let metadata = || making.own(of_ours(NAME), None);
    let because = (CLUSTER_ROLE.reason, &work.service_account.origin);
    let binding = ClusterBinding {
        metadata: metadata(),
        role: Sourced::default_of(&CLUSTER_ROLE, NAME.to_owned()),
        namespace: namespace(),
        account: work.service_account.clone(),
    };
    [
        in_work(making, "pod-vm/cluster-role.yaml.j2", Bare { metadata: metadata() }, because),
        in_work(making, "pod-vm/cluster-role-binding.yaml.j2", binding, because),
    ]
}

fn binding<'s>(
    making: &Making<'s>,
    work: &Work,
    (kind, role): (&str, &str),
    because: &'static DefaultRule,
) -> Draft<'s> {
    let name = if kind == "Role" { NAME } else { "goldsmith-pod-vm-constraints" };
    let binding = Binding {
        metadata: making.own(of_ours(name), Some(namespace())),
        kind: Sourced::default_of(because, kind.to_owned()),
        role: Sourced::default_of(because, role.to_owned()),
        account: work.service_account.clone(),
    };
    in_work(making, "pod-vm/role-binding.yaml.j2", binding, (because.reason, &work.service_account.origin))
}
