//! Which manifests pod VMs come out as, and what each template sees. One file a kind of object.

mod access;
mod config_maps;
mod jobs;
mod kata_config;
mod scripts;
mod security;

use super::resolve::PodVm;
use crate::manifest::{CommonMetadata, Draft, Home, Lifecycle, Maker};
use crate::provenance::Sourced;

/// What is the same for every object of pod VMs.
pub static HOME: Home = Home {
    component: "podVM",
    label: "pod-vm",
    folder: "pod-vm",
    patch_folder: "pod-vm-patch",
    // A constant of the operator and of every script.
    namespace: "openshift-sandboxed-containers-operator",
};
/// The folder of Jobs and what they need: work.
pub const WORK_FOLDER: &str = "pod-vm-work";
/// The folder of the KataConfig, which starts everything and is delivered last.
pub const KATA_CONFIG_FOLDER: &str = "pod-vm-kataconfig";

/// Every manifest of a site's pod VMs. An absent component keeps what cleans up: the ConfigMaps, without which no image can be
/// deleted, and with a runner of ours the Jobs that delete it. The KataConfig goes.
pub fn drafts<'s>(pod_vm: &'s PodVm, common: &'s CommonMetadata) -> Vec<Draft<'s>> {
    let making = Making { component: pod_vm, home: &HOME, common, lifecycle: &pod_vm.lifecycle };
    let absent = pod_vm.lifecycle.value == Lifecycle::Absent;
    let mut drafts = config_maps::drafts(&making);
    let jobs = jobs::drafts(&making, absent);
    if !jobs.is_empty() {
        drafts.extend(jobs);
        drafts.extend(scripts::drafts(&making, absent));
        drafts.extend(access::drafts(&making, absent));
    }
    if !absent {
        drafts.extend(kata_config::drafts(&making));
    }
    drafts
}

/// Makes the manifests of a site's pod VMs.
type Making<'s> = Maker<'s, PodVm>;

/// The namespace of every object that has one.
fn namespace() -> Sourced<String> {
    let rule = "namespace: operator and scripts know this one and no other";
    Sourced::derived(HOME.namespace.to_owned(), rule, &[])
}

/// A name that upstream decided.
fn known_as(name: &str) -> Sourced<String> {
    Sourced::derived(name.to_owned(), "name: operator, scripts and Jobs know it by this one", &[])
}

/// A name that we decided.
fn of_ours(name: &str) -> Sourced<String> {
    Sourced::derived(name.to_owned(), "name: Goldsmith's own", &[])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::components::testing::{Outcome, site};

    /// A site on AWS; `more` are lines of the section.
    fn aws(release: &str, more: &str) -> Outcome {
        let section = "  aws: {region: eu-central-1, vpcID: vpc-01234567, subnetID: subnet-01234567, securityGroupIDs: [sg-01234567]}\n";
        section_of("aws", release, &format!("{section}{more}"))
    }

    fn section_of(provider: &str, release: &str, section: &str) -> Outcome {
        let platform = format!(
            "platform: {{openshift: \"4.18\", sandboxedContainers: \"{release}\", clusterID: 1c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55}}\n"
        );
        site(&format!("{platform}podVM:\n  provider: {provider}\n{section}"), &[])
    }

    fn job(outcome: &Outcome) -> Value {
        outcome.manifest("Job", "osc-podvm-image-creation")
    }

    const BUILD: &str = "  runner: gitops\n  image: {build: {}}\n";

    #[test]
    fn nothing_is_rendered_into_what_operator_and_jobs_write() {
        let outcome = aws("1.10.1", "");
        let peer = outcome.manifest("ConfigMap", "peer-pods-cm");
        assert_eq!(
            peer["data"],
            json!({
                "CLOUD_PROVIDER": "aws", "AWS_REGION": "eu-central-1", "AWS_VPC_ID": "vpc-01234567",
                "AWS_SUBNET_ID": "subnet-01234567", "AWS_SG_IDS": "sg-01234567",
            })
        );
        let image = outcome.manifest("ConfigMap", "aws-podvm-image-cm");
        assert_eq!(image["data"].get("CONFIDENTIAL_COMPUTE_ENABLED"), None);
        assert_eq!(image["data"].get("PODVM_IMAGE_URI"), None, "the operator fills in that of its release");
    }

    #[test]
    fn an_image_that_is_given_stands_in_its_key() {
        let outcome = aws(
            "1.10.1",
            "  runner: gitops\n  kataConfig: {managed: false}\n  image: {id: ami-0123456789abcdef0}\n",
        );
        assert_eq!(
            outcome.manifest("ConfigMap", "peer-pods-cm")["data"]["PODVM_AMI_ID"],
            "ami-0123456789abcdef0"
        );
        assert!(!outcome.names().iter().any(|name| name.starts_with("Job")), "there is nothing to make");
    }

    #[test]
    fn there_is_one_image_config_whatever_sections_are_given() {
        let outcome = aws("1.10.1", "  azure: {region: westeurope}\n  gcp: {zone: europe-west3-b}\n");
        let names = outcome.names();
        assert_eq!(names.iter().filter(|name| name.ends_with("-podvm-image-cm")).count(), 1, "{names:?}");
    }

    #[test]
    fn the_operator_gets_no_work_and_others_do() {
        let of =
            |runner: &str| aws("1.9.0", &format!("  runner: {runner}\n  image: {{build: {{}}}}\n")).names();
        assert!(!of("operator").iter().any(|name| name.contains("Job")));
        assert_eq!(of("gitops").iter().filter(|name| name.starts_with("Job ")).count(), 1);
        let templates = of("executor").into_iter().filter(|name| name.starts_with("CronJob "));
        assert_eq!(
            templates.collect::<Vec<_>>(),
            ["CronJob pod-vm-image-create", "CronJob pod-vm-image-delete"]
        );
    }

    #[test]
    fn a_template_of_the_executor_never_starts_by_itself() {
        let outcome = aws("1.10.1", "  runner: executor\n  image: {build: {}}\n");
        let cron = outcome.manifest("CronJob", "pod-vm-image-create");
        assert_eq!(cron["spec"]["suspend"], true);
        assert_eq!(cron["spec"]["jobTemplate"]["spec"]["template"]["spec"]["restartPolicy"], "Never");
        let annotations = &cron["spec"]["jobTemplate"]["metadata"]["annotations"];
        assert_eq!(
            annotations["goldsmith.dev/inputs-fingerprint"],
            cron["metadata"]["annotations"]["goldsmith.dev/inputs-fingerprint"]
        );
    }

    #[test]
    fn only_inputs_change_a_fingerprint() {
        let fingerprint =
            |job: &Value| job["metadata"]["annotations"]["goldsmith.dev/inputs-fingerprint"].clone();
        let first = job(&aws("1.10.1", BUILD));
        let limited = job(&aws("1.10.1", &format!("{BUILD}  work: {{resources: {{memory: 4Gi}}}}\n")));
        assert_eq!(fingerprint(&first), fingerprint(&limited));
        assert_ne!(first["spec"], limited["spec"]);
        let larger = job(&aws("1.10.1", &BUILD.replace("build: {}", "build: {gpu: {}}")));
        assert_ne!(fingerprint(&first), fingerprint(&larger));
        let again = job(&aws("1.10.1", &format!("{BUILD}  generation: \"2\"\n")));
        assert_ne!(fingerprint(&first), fingerprint(&again));
    }

    const TOOLS: &str = "  runner: gitops\n  work: {images: {import: 'quay.io/corp/tools:1'}}\n";

    #[test]
    fn an_import_for_other_machines_is_another_image() {
        let gcp = "  gcp: {projectID: corp-pods, zone: europe-west3-b, network: default}\n";
        let image = "  image: {artifact: {oci: 'quay.io/corp/podvm:1'}}\n";
        let fingerprint = |technology: &str| {
            let outcome =
                section_of("gcp", "1.12.0", &format!("{gcp}{TOOLS}{image}  confidential: {technology}\n"));
            let job = outcome.manifest("Job", "goldsmith-pod-vm-import");
            job["metadata"]["annotations"]["goldsmith.dev/inputs-fingerprint"].clone()
        };
        assert_ne!(fingerprint("snp"), fingerprint("tdx"));
    }

    #[test]
    fn what_the_release_cannot_read_is_not_written_for_it() {
        let inputs = |image: &str| {
            let outcome = aws("1.12.0", &format!("{TOOLS}  image: {{artifact: {{oci: '{image}'}}}}\n"));
            let config = outcome.manifest("ConfigMap", "aws-podvm-image-cm");
            assert_eq!(config["data"].get("PODVM_IMAGE_URI"), None);
            let job = outcome.manifest("Job", "goldsmith-pod-vm-import");
            assert!(!job.to_string().contains("PODVM_IMAGE_URI"), "{job}");
            job["metadata"]["annotations"]["goldsmith.dev/inputs-fingerprint"].clone()
        };
        assert_ne!(inputs("registry.example:5000/podvm:1"), inputs("registry.example:5000/podvm:2"));
    }

    #[test]
    fn the_definition_has_the_architecture_of_the_artifact() {
        let text = |architecture: &str| {
            format!(
                "platform: {{openshift: \"4.18\", sandboxedContainers: \"1.12.0\", clusterID: 1c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55, \
                 architectures: [amd64, arm64]}}\npodVM:\n  provider: azure\n  azure: {{region: westeurope, resourceGroup: pods, subnetID: \
                 /subscriptions/s/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets/n}}\n  image: {{artifact: {{oci: \
                 'quay.io/corp/podvm:1', architecture: {architecture}}}}}\n"
            )
        };
        for (architecture, of_azure) in [("amd64", "x64"), ("arm64", "Arm64")] {
            let config = site(&text(architecture), &[]).manifest("ConfigMap", "azure-podvm-image-cm");
            assert_eq!(config["data"]["IMAGE_DEFINITION_ARCHITECTURE"], of_azure);
        }
    }

    #[test]
    fn an_image_of_ours_has_a_name_of_its_own_for_its_inputs() {
        let version = |more: &str| {
            let outcome = aws("1.10.1", &format!("{BUILD}{more}"));
            outcome.manifest("ConfigMap", "aws-podvm-image-cm")["data"]["AMI_VERSION"].clone()
        };
        assert_ne!(version(""), version("  generation: \"2\"\n"));
        assert_eq!(version(""), version("  adaptor: {vxlanPort: 9000}\n"));
    }

    #[test]
    fn jobs_have_no_variable_twice_and_say_what_the_operator_writes_over() {
        let job = job(&aws("1.10.1", &format!("{BUILD}  fips: true\n")));
        let env = job["spec"]["template"]["spec"]["containers"][0]["env"].as_array().unwrap().clone();
        let mut names: Vec<&str> = env.iter().map(|variable| variable["name"].as_str().unwrap()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(env.contains(&json!({"name": "BOOT_FIPS", "value": "yes"})));
    }

    #[test]
    fn jobs_have_a_deadline_and_ask_for_disk() {
        let job = job(&aws("1.10.1", BUILD));
        assert_eq!(job["spec"]["activeDeadlineSeconds"], 7200);
        let resources = &job["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"];
        assert_eq!(resources["ephemeral-storage"], "40Gi");
    }

    #[test]
    fn the_account_of_the_jobs_may_write_two_config_maps_and_read_no_secret() {
        let outcome = aws("1.10.1", BUILD);
        let role = outcome.manifest("Role", "goldsmith-pod-vm");
        assert_eq!(
            role["rules"],
            json!([{"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["peer-pods-cm", "aws-podvm-image-cm"], "verbs": ["get", "patch"]}])
        );
        let role = outcome.manifest("ClusterRole", "goldsmith-pod-vm");
        assert_eq!(
            role["rules"],
            json!([{"apiGroups": ["kataconfiguration.openshift.io"], "resources": ["kataconfigs"], "verbs": ["list"]}])
        );
    }

    #[test]
    fn a_job_without_script_of_ours_may_see_no_kata_config() {
        for more in
            ["  work: {checkResult: false}\n", "  kataConfig: {managed: false}\n  lifecycle: absent\n"]
        {
            let names = aws("1.10.1", &format!("{BUILD}{more}")).names();
            assert!(!names.iter().any(|name| name.starts_with("ClusterRole")), "{names:?}");
        }
    }

    #[test]
    fn an_absent_component_keeps_what_deletes_the_image() {
        let outcome = aws("1.10.1", "  lifecycle: absent\n");
        assert_eq!(outcome.names(), ["ConfigMap peer-pods-cm", "ConfigMap aws-podvm-image-cm"]);
        assert!(!outcome.names().iter().any(|name| name.starts_with("KataConfig")));
    }

    /// With a KataConfig of ours the operator deletes the image, and a second Job would find nothing.
    #[test]
    fn jobs_delete_where_no_operator_does() {
        let with = |more: &str| aws("1.10.1", &format!("{BUILD}  lifecycle: absent\n{more}"));
        assert!(!with("").names().iter().any(|name| name.starts_with("Job")));
        let outcome = with("  kataConfig: {managed: false}\n");
        let delete = outcome.manifest("Job", "osc-podvm-image-deletion");
        let env = &delete["spec"]["template"]["spec"]["containers"][0]["env"];
        let by_key =
            json!({"configMapKeyRef": {"name": "peer-pods-cm", "key": "PODVM_AMI_ID", "optional": true}});
        assert!(env.as_array().unwrap().contains(&json!({"name": "AMI_ID", "valueFrom": by_key})), "{env}");
    }

    #[test]
    fn an_image_of_somebody_else_is_never_deleted() {
        let id = "  runner: gitops\n  image: {id: ami-0123456789abcdef0}\n  kataConfig: {managed: false}\n  lifecycle: absent\n";
        assert!(!aws("1.10.1", id).names().iter().any(|name| name.contains("Job")));
    }

    #[test]
    fn the_kata_config_lies_apart_from_what_it_needs() {
        let outcome = aws("1.10.1", "");
        let common = crate::manifest::CommonMetadata::default();
        let pod_vm = outcome.components.pod_vm.as_ref().unwrap();
        let drafts = super::drafts(pod_vm, &common);
        let folders: Vec<_> = drafts.iter().map(|draft| draft.folder).collect();
        assert_eq!(folders, ["pod-vm", "pod-vm", "pod-vm-kataconfig"]);
    }

    #[test]
    fn modes_are_written_in_decimal() {
        let job = job(&aws("1.10.1", BUILD));
        let volumes = job["spec"]["template"]["spec"]["volumes"].as_array().unwrap().clone();
        let mode = |name: &str| {
            let volume = volumes.iter().find(|volume| volume["name"] == name).unwrap();
            volume["secret"]["defaultMode"].as_u64().or(volume["configMap"]["defaultMode"].as_u64()).unwrap()
        };
        assert_eq!((mode("ssh-key-secret"), mode("goldsmith")), (0o400, 0o555));
    }

    #[test]
    fn a_pause_image_falls_into_repository_and_version() {
        let digest = "7f3cb6f9c0f3c9d1e5a4b8d2c6e0f1a3b5c7d9e1f3a5b7c9d1e3f5a7b9c1d3e5";
        let data = |image: &str| {
            let outcome = aws("1.9.0", &format!("  image: {{build: {{}}}}\n  pauseImage: {image}\n"));
            let data = outcome.manifest("ConfigMap", "aws-podvm-image-cm")["data"].clone();
            (data["PAUSE_IMAGE_REPO"].clone(), data["PAUSE_IMAGE_VERSION"].clone())
        };
        assert_eq!(
            data("registry.example:5000/pause:4.20"),
            (json!("registry.example:5000/pause"), json!("4.20"))
        );
        let by_digest = data(&format!("registry.example/pause@sha256:{digest}"));
        assert_eq!(by_digest, (json!("registry.example/pause@sha256"), json!(digest)));
    }

    #[test]
    fn credentials_are_named_with_their_keys_and_never_rendered() {
        let peer = aws("1.10.1", "").manifest("ConfigMap", "peer-pods-cm");
        assert_eq!(
            peer["metadata"]["annotations"]["goldsmith.dev/expects"],
            "Secret openshift-sandboxed-containers-operator/peer-pods-secret (AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY)"
        );
    }
}
