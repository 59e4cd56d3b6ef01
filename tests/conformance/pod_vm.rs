//! `peer-pods-cm` on a real API server: what operator and Jobs wrote into it stays, however it is applied again. One way of losing an
//! image is left, and how to go around it is tried as the finding tells it.

use serde_json::{Value, json};

use crate::rendering::Site;
use crate::servers::servers;
use crate::tools::run;

const KEYS: [&str; 2] = ["CLOUD_PROVIDER", "AWS_REGION"];

/// What operator and Jobs write, as a merge patch.
fn of_automation() -> Value {
    json!({
        "metadata": {"annotations": {"LATEST_AMI_ID": "ami-0fedcba9876543210", "goldsmith.dev/pod-vm-inputs": "0a"}},
        "data": {"PODVM_AMI_ID": "ami-0fedcba9876543210", "DISABLECVM": "true", "INITDATA": "b3BlcmF0b3I="},
    })
}

/// A ConfigMap of ours in a namespace of the test's own.
struct Config {
    namespace: &'static str,
}

impl Config {
    fn new(namespace: &'static str) -> Self {
        let namespace_object =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        servers()[0].apply(&namespace_object).accepted().unwrap();
        Config { namespace }
    }

    fn kubectl(&self, arguments: &[&str], input: &str) -> String {
        run(servers()[0].kubectl().args(["--namespace", self.namespace]).args(arguments), input)
    }

    /// What is rendered, for this namespace.
    fn rendered(&self, more: &str) -> String {
        let site = Site::aws("1.12.0", more);
        let mut object = site.object("ConfigMap", "peer-pods-cm");
        object["metadata"]["namespace"] = json!(self.namespace);
        object.to_string()
    }

    fn apply(&self, how: &[&str], more: &str) {
        let arguments: Vec<&str> = ["apply", "--filename=-"].iter().chain(how).copied().collect();
        self.kubectl(&arguments, &self.rendered(more));
    }

    fn operator_writes(&self) {
        let patch = of_automation().to_string();
        self.kubectl(
            &[
                "patch",
                "configmap",
                "peer-pods-cm",
                "--type=merge",
                "--patch",
                &patch,
                "--field-manager=manager",
            ],
            "",
        );
    }

    fn live(&self) -> Value {
        let text = self.kubectl(&["get", "configmap", "peer-pods-cm", "--output=json"], "");
        serde_json::from_str(&text).unwrap()
    }

    /// All that automation wrote is there as it wrote it, and ours beside it.
    fn assert_kept(&self) {
        let live = self.live();
        for (key, value) in of_automation()["data"].as_object().unwrap() {
            assert_eq!(&live["data"][key], value, "{key}");
        }
        for (key, value) in of_automation()["metadata"]["annotations"].as_object().unwrap() {
            assert_eq!(&live["metadata"]["annotations"][key], value, "{key}");
        }
        for key in KEYS {
            assert!(live["data"][key].is_string(), "{key}");
        }
    }
}

const SERVER_SIDE: &[&str] = &["--server-side", "--field-manager=argocd-controller"];
const CLIENT_SIDE: &[&str] = &[];
const MORE: &str = "adaptor: {vxlanPort: 9000}";
const ID: &str = "image: {id: ami-0fedcba9876543210}";

#[test]
fn what_operator_and_jobs_wrote_stays_when_ours_is_applied_again() {
    for (namespace, how) in [("peer-pods-server-side", SERVER_SIDE), ("peer-pods-client-side", CLIENT_SIDE)] {
        let config = Config::new(namespace);
        config.apply(how, "");
        config.operator_writes();
        config.apply(how, MORE);
        config.assert_kept();
        assert_eq!(config.live()["data"]["VXLAN_PORT"], "9000", "{namespace}");
        config.apply(how, "");
        config.assert_kept();
    }
}

#[test]
fn ours_is_applied_beside_one_that_the_operator_made() {
    let config = Config::new("peer-pods-of-operator");
    let theirs = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "peer-pods-cm", "namespace": config.namespace}, "data": {"CLOUD_PROVIDER": "aws"},
    });
    config.kubectl(&["create", "--filename=-", "--field-manager=manager"], &theirs.to_string());
    config.operator_writes();
    config.apply(SERVER_SIDE, "");
    config.assert_kept();
}

/// An id that was in Git goes with the line that set it, by either way of applying: `goldsmith diff` says so (GS-PODVM-039).
#[test]
fn an_id_that_was_ours_goes_with_its_setting() {
    for (namespace, how) in [("peer-pods-id-server", SERVER_SIDE), ("peer-pods-id-client", CLIENT_SIDE)] {
        let config = Config::new(namespace);
        config.apply(how, ID);
        assert_eq!(config.live()["data"]["PODVM_AMI_ID"], "ami-0fedcba9876543210");
        config.apply(how, "");
        assert_eq!(config.live()["data"].get("PODVM_AMI_ID"), None, "{namespace}");
    }
}

#[test]
fn an_id_that_was_handed_over_stays() {
    let config = Config::new("peer-pods-id-handed-over");
    config.apply(SERVER_SIDE, ID);
    let key_alone = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "peer-pods-cm", "namespace": config.namespace},
        "data": {"PODVM_AMI_ID": "ami-0fedcba9876543210"},
    });
    let by_another =
        ["apply", "--filename=-", "--server-side", "--force-conflicts", "--field-manager=pod-vm-image"];
    config.kubectl(&by_another, &key_alone.to_string());
    config.apply(SERVER_SIDE, "");
    assert_eq!(config.live()["data"]["PODVM_AMI_ID"], "ami-0fedcba9876543210");
}

#[test]
fn an_id_that_client_side_apply_forgot_stays() {
    let config = Config::new("peer-pods-id-forgotten");
    config.apply(CLIENT_SIDE, ID);
    config.kubectl(&["apply", "set-last-applied", "--filename=-"], &config.rendered(""));
    config.apply(CLIENT_SIDE, "");
    assert_eq!(config.live()["data"]["PODVM_AMI_ID"], "ami-0fedcba9876543210");
}

/// Jobs cannot be changed: each rendered one is another object where its content differs, and the same one where it does not.
#[test]
fn jobs_are_applied_again_and_again() {
    let build = "runner: gitops\n    image: {build: {}}";
    let namespace = "pod-vm-jobs";
    Config::new(namespace);
    for more in ["", "", "\n    work: {resources: {memory: 4Gi}}"] {
        let mut job =
            Site::aws("1.12.0", &format!("{build}{more}")).object("Job", "osc-podvm-image-creation");
        job["metadata"]["namespace"] = json!(namespace);
        servers()[0].apply(&job).accepted().unwrap();
    }
}
