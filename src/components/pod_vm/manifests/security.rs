//! What the container of a Job may do, and by which security context constraints OpenShift admits it.

use super::jobs::Act;
use crate::components::pod_vm::resolve::Work;
use crate::components::pod_vm::spec::Provider;

/// What a container may do, the least first: what admits a later one admits those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Security {
    /// No more than every pod.
    Restricted,
    /// It is root, in its container alone.
    Root,
    /// It is root on its node.
    Privileged,
}

impl Security {
    /// That of a Job.
    pub(super) fn of(act: Act, work: &Work, provider: Provider) -> Self {
        match act {
            Act::Create if work.is_privileged.value => Security::Privileged,
            // SSH wants a user with a name, and a key below their home.
            Act::Import if provider != Provider::Libvirt => Security::Restricted,
            Act::Create | Act::Import | Act::Delete | Act::DeleteGallery => Security::Root,
        }
    }

    /// The ClusterRole that lets an account use the constraints; none where it needs none of its own.
    pub(super) fn constraints(self) -> Option<&'static str> {
        match self {
            Security::Restricted => None,
            Security::Root => Some("system:openshift:scc:anyuid"),
            Security::Privileged => Some("system:openshift:scc:privileged"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::components::testing::{Outcome, site};

    const CLOUDS: [&str; 4] = [
        "aws\n  aws: {region: eu-central-1, vpcID: vpc-01234567, subnetID: subnet-01234567, securityGroupIDs: [sg-01234567]}",
        "azure\n  azure: {region: westeurope, resourceGroup: pods, subnetID: /subscriptions/s/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets/n}",
        "gcp\n  gcp: {projectID: corp-pods, zone: europe-west3-b, network: default}",
        "libvirt\n  libvirt: {pool: pods, volume: podvm.qcow2, directory: /var/lib/pods}",
    ];
    const IMPORT: &str = "  image: {artifact: {oci: 'quay.io/corp/podvm:1'}}\n  work: {images: {import: 'quay.io/corp/tools:1'}}\n";
    const ABSENT: &str = "  lifecycle: absent\n  kataConfig: {managed: false}\n";

    fn rendered(release: &str, cloud: &str, runner: &str, more: &str) -> Outcome {
        let platform = format!(
            "{{openshift: \"4.18\", sandboxedContainers: \"{release}\", clusterID: 1c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55}}"
        );
        site(&format!("platform: {platform}\npodVM:\n  provider: {cloud}\n  runner: {runner}\n{more}"), &[])
    }

    /// The security contexts of all containers of the Jobs, templates included.
    fn contexts(objects: &[Value]) -> Vec<Value> {
        let pod = |object: &Value| match object["kind"].as_str() {
            Some("Job") => Some(object["spec"]["template"]["spec"].clone()),
            Some("CronJob") => Some(object["spec"]["jobTemplate"]["spec"]["template"]["spec"].clone()),
            _ => None,
        };
        let containers =
            objects.iter().filter_map(pod).flat_map(|pod| pod["containers"].as_array().unwrap().clone());
        containers.map(|container| container["securityContext"].clone()).collect()
    }

    /// What OpenShift's constraints say of a security context, as far as ours differ.
    fn are_admitted(constraints: &str, context: &Value) -> bool {
        let is_root = context["runAsUser"] == 0;
        match constraints {
            "system:openshift:scc:privileged" => true,
            // It lists no seccomp profile, and then none may be named.
            "system:openshift:scc:anyuid" => {
                context["privileged"] != true && context["seccompProfile"].is_null()
            }
            _ => {
                !is_root
                    && context["privileged"] != true
                    && context["allowPrivilegeEscalation"] == false
                    && context["capabilities"]["drop"] == json!(["ALL"])
            }
        }
    }

    #[test]
    fn each_job_is_admitted_and_by_no_more_than_it_needs() {
        let mut jobs = 0;
        for release in ["1.8.1", "1.9.0", "1.12.0"] {
            for cloud in CLOUDS {
                for runner in ["gitops", "executor"] {
                    for more in [IMPORT, "  image: {build: {}}\n"].map(str::to_owned) {
                        for more in [more.clone(), more + ABSENT] {
                            let outcome = rendered(release, cloud, runner, &more);
                            if outcome.findings.is_empty() {
                                jobs +=
                                    assert_admitted(&outcome, &format!("{release} {cloud} {runner} {more}"));
                            }
                        }
                    }
                }
            }
        }
        assert!(jobs > 60, "{jobs}");
    }

    fn assert_admitted(outcome: &Outcome, which: &str) -> usize {
        let objects = outcome.manifests();
        let contexts = contexts(&objects);
        let binding = objects.iter().find(|object| {
            object["kind"] == "RoleBinding" && object["metadata"]["name"] == "goldsmith-pod-vm-constraints"
        });
        let constraints = binding.map_or("", |binding| binding["roleRef"]["name"].as_str().unwrap());
        for context in &contexts {
            // Every account may use those that admit a restricted pod.
            let is_admitted = are_admitted(constraints, context) || are_admitted("", context);
            assert!(is_admitted, "`{constraints}` refuses {context}: {which}");
        }
        let by_less = match constraints {
            "" => return contexts.len(),
            "system:openshift:scc:privileged" => "system:openshift:scc:anyuid",
            _ => "",
        };
        assert!(contexts.iter().any(|context| !are_admitted(by_less, context)), "{constraints}: {which}");
        contexts.len()
    }
}
