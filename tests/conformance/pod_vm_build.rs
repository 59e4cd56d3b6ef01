//! The script around the builder of the release, with the command and the environment of a rendered Job, as the service account of that
//! Job, against a real API server. The builder is a script of the test: what it writes is what the scripts of the release write.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::control_plane::ControlPlane;
use crate::rendering::Site;
use crate::servers::{servers, with_peer_pods, without_kata_configs, without_peer_pods};
use crate::tools::{attempt, first_process, run, stop};

/// How long to wait for what a Job does at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// A proxy at a port that nobody listens on.
const DEAD: &str = "http://127.0.0.1:1";

/// A namespace with the objects that a Job stands among.
struct Cluster {
    namespace: &'static str,
    site: Site,
    folder: tempfile::TempDir,
    server: &'static ControlPlane,
}

impl Cluster {
    fn new(namespace: &'static str) -> Self {
        Cluster::on(&servers()[0], namespace)
    }

    fn on(server: &'static ControlPlane, namespace: &'static str) -> Self {
        let site = Site::aws("1.12.0", "runner: gitops\n    image: {build: {}}");
        let cluster = Cluster { namespace, site, folder: tempfile::tempdir().unwrap(), server };
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        server.apply(&object).accepted().unwrap();
        for (kind, name) in [
            ("ConfigMap", "peer-pods-cm"),
            ("ServiceAccount", "goldsmith-pod-vm"),
            ("Role", "goldsmith-pod-vm"),
            ("RoleBinding", "goldsmith-pod-vm"),
            ("ClusterRole", "goldsmith-pod-vm"),
            ("ClusterRoleBinding", "goldsmith-pod-vm"),
        ] {
            server.apply(&cluster.here(kind, name)).accepted().unwrap();
        }
        cluster.mount();
        cluster
    }

    /// A rendered object, moved into the namespace of the test.
    fn here(&self, kind: &str, name: &str) -> Value {
        let text = self.site.object(kind, name).to_string();
        let mut object: Value =
            serde_json::from_str(&text.replace("openshift-sandboxed-containers-operator", self.namespace))
                .unwrap();
        if kind == "ClusterRoleBinding" {
            // One a test, since tests share a cluster.
            object["metadata"]["name"] = self.namespace.into();
        }
        // The binding of the least rights, not that which admits the pod.
        assert!(kind != "RoleBinding" || object["roleRef"]["kind"] == "Role");
        object
    }

    /// What the kubelet would mount: the scripts, and the token of the service account.
    fn mount(&self) {
        let scripts = self.site.object("ConfigMap", "goldsmith-pod-vm-scripts");
        self.put("goldsmith/build.sh", scripts["data"]["build.sh"].as_str().unwrap());
        let beside = self.server.kubeconfig().parent().unwrap().to_owned();
        fs::create_dir_all(self.path("account")).unwrap();
        fs::copy(beside.join("ca.crt"), self.path("account/ca.crt")).unwrap();
        let token = self.kubectl(&["create", "token", "goldsmith-pod-vm"]);
        self.put("account/token", token.trim());
        self.put("account/namespace", self.namespace);
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn kubectl(&self, arguments: &[&str]) -> String {
        run(self.server.kubectl().args(["--namespace", self.namespace]).args(arguments), "")
    }

    /// Writes into peer-pods-cm as operator or people do.
    fn holds(&self, patch: &Value) {
        self.kubectl(&["patch", "configmap", "peer-pods-cm", "--type=merge", "--patch", &patch.to_string()]);
    }

    fn live(&self) -> Value {
        serde_json::from_str(&self.kubectl(&["get", "configmap", "peer-pods-cm", "--output=json"])).unwrap()
    }

    /// Runs the container of the rendered Job, with a builder that does this.
    fn job(&self, builder: &str) -> Result<String, String> {
        attempt(&mut self.container(builder), "")
    }

    fn container(&self, builder: &str) -> Command {
        self.put(
            "podvm-builder.sh",
            &format!("#!/bin/bash\nset -e\necho built >>{}\n{builder}\n", self.path("log").display()),
        );
        let container =
            self.site.object("Job", "osc-podvm-image-creation")["spec"]["template"]["spec"]["containers"][0]
                .clone();
        let words =
            container["command"].as_array().unwrap().iter().map(|word| self.inside(word.as_str().unwrap()));
        let words: Vec<String> = words.collect();
        let mut command = first_process();
        command.args(&words).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        for config in [self.live(), self.here("ConfigMap", "aws-podvm-image-cm")] {
            let data = config["data"].as_object().unwrap().clone();
            command.envs(data.into_iter().map(|(key, value)| (key, value.as_str().unwrap().to_owned())));
        }
        for variable in container["env"].as_array().unwrap() {
            command.env(variable["name"].as_str().unwrap(), variable["value"].as_str().unwrap());
        }
        let port = server_port(&self.server.kubeconfig());
        // Whatever the builder of the test keeps is kept in the folder of the test.
        command.env("HOME", self.folder.path());
        command.env("SERVICE_ACCOUNT_FOLDER", self.path("account"));
        command.env("KUBERNETES_SERVICE_HOST", "127.0.0.1").env("KUBERNETES_SERVICE_PORT", port);
        command
    }

    /// A path of the container, where the test has it.
    fn inside(&self, word: &str) -> String {
        let is_ours = word.starts_with("/goldsmith/") || word == "/podvm-builder.sh";
        if is_ours { self.path(&word[1..]).display().to_string() } else { word.to_owned() }
    }

    fn builds(&self) -> usize {
        fs::read_to_string(self.path("log")).map_or(0, |log| log.lines().count())
    }

    /// What the builder of the release does at its end, in words of kubectl.
    fn promotes(&self, image: &str) -> String {
        let patch =
            json!({"metadata": {"annotations": {"LATEST_AMI_ID": image}}, "data": {"PODVM_AMI_ID": image}});
        let kubectl = crate::control_plane::tools().join("kubectl");
        format!(
            "{} --kubeconfig {} --namespace {} patch configmap peer-pods-cm --type=merge --patch '{patch}' >/dev/null",
            kubectl.display(),
            self.server.kubeconfig().display(),
            self.namespace
        )
    }
}

/// Stops a Job as soon as this is so, which must end it at once.
#[track_caller]
fn assert_stops_at_once(mut job: Command, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    let mut job = job.stdout(Stdio::null()).spawn().unwrap();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "it does not come to that");
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(Duration::from_secs(1));
    stop(&job);
    let stopped = Instant::now();
    while job.try_wait().unwrap().is_none() {
        if stopped.elapsed() > PATIENCE {
            job.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(job.wait().unwrap().code(), Some(143));
    assert!(stopped.elapsed() < Duration::from_secs(2), "it ended after {:?}", stopped.elapsed());
}

fn server_port(kubeconfig: &Path) -> String {
    let text = fs::read_to_string(kubeconfig).unwrap();
    let (_, behind) = text.split_once("127.0.0.1:").unwrap();
    behind.chars().take_while(char::is_ascii_digit).collect()
}

#[test]
fn an_image_is_built_once_for_the_same_inputs() {
    let cluster = Cluster::new("pod-vm-build");
    let job = cluster.site.object("Job", "osc-podvm-image-creation");
    cluster.job(&cluster.promotes("ami-00000001")).unwrap();
    let annotations = cluster.live()["metadata"]["annotations"].clone();
    let fingerprint = job["metadata"]["annotations"]["goldsmith.dev/inputs-fingerprint"].as_str().unwrap();
    assert_eq!(annotations["goldsmith.dev/pod-vm-inputs"], format!("{fingerprint} ami-00000001"));
    let said = cluster.job("exit 1").unwrap();
    assert!(said.contains("the image of these inputs is there: ami-00000001"), "{said}");
    assert_eq!(cluster.builds(), 1);
    // An emptied key, and a builder that finds its image there and names it again: it is the one of these inputs.
    cluster.holds(&json!({"data": {"PODVM_AMI_ID": ""}}));
    cluster.job(&cluster.promotes("ami-00000001")).unwrap();
    // Somebody else's image in the key is none of these inputs.
    cluster.holds(&json!({"data": {"PODVM_AMI_ID": "ami-of-others"}}));
    cluster.job(&cluster.promotes("ami-00000002")).unwrap();
    assert_eq!(cluster.builds(), 3);
}

#[test]
fn a_builder_that_leaves_the_image_before_in_place_fails() {
    let cluster = Cluster::new("pod-vm-build-stale");
    // An image of other inputs is there, as the operator left it, or the key was emptied; the builder fails, names the image
    // before as the new one, and says nothing.
    for before in [
        json!({"data": {"PODVM_AMI_ID": "ami-00000001"}}),
        json!({"metadata": {"annotations": {"LATEST_AMI_ID": "ami-00000001"}}, "data": {"PODVM_AMI_ID": ""}}),
    ] {
        cluster.holds(&before);
        let told = cluster.job(&cluster.promotes("ami-00000001")).unwrap_err();
        assert!(told.contains("the builder left the image before in place: ami-00000001"), "{told}");
        assert_eq!(cluster.live()["metadata"]["annotations"].get("goldsmith.dev/pod-vm-inputs"), None);
    }
}

#[test]
fn a_build_that_fails_or_writes_no_image_fails() {
    let cluster = Cluster::new("pod-vm-build-fails");
    for (builder, words) in
        [("exit 3", "the builder failed"), ("true", "the builder wrote no image into PODVM_AMI_ID")]
    {
        let told = cluster.job(builder).unwrap_err();
        assert!(told.contains(words), "{told}");
    }
    assert_eq!(cluster.live()["data"].get("PODVM_AMI_ID"), None);
}

#[test]
fn nothing_is_built_where_the_config_cannot_be_read() {
    let cluster = Cluster::new("pod-vm-build-unread");
    let role = cluster.here("Role", "goldsmith-pod-vm");
    let before = cluster.site.object("ConfigMap", "aws-podvm-image-cm");
    assert_eq!(before["kind"], "ConfigMap");
    cluster.server.delete(&role);
    // The live one is read by the test as administrator; the Job's own account may not.
    let told = cluster.job("exit 0").unwrap_err();
    assert!(told.contains("peer-pods-cm cannot be read: nothing is built"), "{told}");
    assert_eq!(cluster.builds(), 0);
}

#[test]
fn the_image_of_the_operator_is_waited_for() {
    let cluster = Cluster::on(with_peer_pods(), "pod-vm-build-operator");
    let mut command = cluster.container("exit 1");
    let mut job = command.env("POLL_SECONDS", "0.1").stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(job.stdout.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert_eq!(line, "there is a KataConfig and no image, so the operator makes one: waiting for it\n");
    assert_eq!(job.try_wait().unwrap(), None);
    cluster.holds(&json!({"data": {"PODVM_AMI_ID": "ami-of-the-operator"}}));
    said.read_to_string(&mut line).unwrap();
    assert!(job.wait().unwrap().success(), "{line}");
    assert!(line.ends_with("the operator has made ami-of-the-operator\n"), "{line}");
    assert_eq!(cluster.builds(), 0);
    // Whoever has an image gets another of ours: nobody else makes one then.
    cluster.job(&cluster.promotes("ami-00000001")).unwrap();
    assert_eq!(cluster.builds(), 1);
}

#[test]
fn without_a_kata_config_that_asks_for_peer_pods_the_job_builds() {
    for server in [without_peer_pods(), without_kata_configs()] {
        let cluster = Cluster::on(server, "pod-vm-build-alone");
        cluster.job(&cluster.promotes("ami-00000001")).unwrap();
        assert_eq!(cluster.builds(), 1);
    }
}

#[test]
fn nothing_is_built_where_kata_configs_cannot_be_seen() {
    let cluster = Cluster::new("pod-vm-build-blind");
    cluster.server.delete(&cluster.here("ClusterRoleBinding", "goldsmith-pod-vm"));
    let told = cluster.job("exit 0").unwrap_err();
    assert!(told.contains("whether there is a KataConfig is not known: nothing is built"), "{told}");
    assert_eq!(cluster.builds(), 0);
}

#[test]
fn the_api_server_is_reached_without_the_proxy_that_the_builder_goes_by() {
    let cluster = Cluster::new("pod-vm-build-proxy");
    let seen = cluster.path("seen");
    let mut job =
        cluster.container(&format!("env >{}\n{}", seen.display(), cluster.promotes("ami-00000001")));
    job.env("HTTPS_PROXY", DEAD)
        .env("HTTP_PROXY", DEAD)
        .env("https_proxy", DEAD)
        .env("NO_PROXY", "example.com");
    attempt(&mut job, "").unwrap();
    let seen = fs::read_to_string(seen).unwrap();
    let mut seen: Vec<&str> = seen.lines().filter(|line| line.to_lowercase().contains("_proxy=")).collect();
    seen.sort_unstable();
    let wanted = [
        &format!("HTTPS_PROXY={DEAD}"),
        &format!("HTTP_PROXY={DEAD}"),
        "NO_PROXY=example.com,127.0.0.1",
        &format!("https_proxy={DEAD}"),
        "no_proxy=example.com,127.0.0.1",
    ];
    assert_eq!(seen, wanted);
    // Where no host is behind the proxy, none is named.
    let mut job = cluster.container("exit 1");
    let said = attempt(job.env("https_proxy", DEAD).env("no_proxy", "*"), "").unwrap();
    assert!(said.contains("the image of these inputs is there"), "{said}");
}

#[test]
fn an_api_server_with_an_address_of_version_6_is_reached_without_the_proxy() {
    let cluster = Cluster::new("pod-vm-build-version-6");
    // One that no machine reaches without the name of an interface.
    for host in ["fe80::1", "[fe80::1]"] {
        let mut job = cluster.container("exit 1");
        let told =
            attempt(job.env("https_proxy", DEAD).env("KUBERNETES_SERVICE_HOST", host), "").unwrap_err();
        assert!(told.contains("to connect to fe80::1 port"), "{told}");
    }
}

#[test]
fn a_job_that_is_stopped_ends_at_once_wherever_it_waits() {
    // For the image of the operator.
    let cluster = Cluster::on(with_peer_pods(), "pod-vm-build-stopped");
    let mut job = cluster.container("exit 1");
    job.env("POLL_SECONDS", "600");
    assert_stops_at_once(job, || true);
    // For an answer of the API server.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut job = cluster.container("exit 1");
    job.env("KUBERNETES_SERVICE_PORT", silent.local_addr().unwrap().port().to_string());
    assert_stops_at_once(job, || true);
    assert_eq!(cluster.builds(), 0);
}

#[test]
fn a_builder_is_stopped_with_all_that_it_has_started_and_may_clean_up() {
    let cluster = Cluster::new("pod-vm-build-stopped-builder");
    let cleaned = cluster.path("cleaned");
    // bash goes on with its trap only when what it has started is stopped as well.
    let clean = format!("trap 'sleep 0.5; echo cleaned >{}; exit 1' TERM", cleaned.display());
    let job = cluster.container(&format!("{clean}\nsleep 600"));
    assert_stops_at_once(job, || cluster.builds() == 1);
    assert_eq!(fs::read_to_string(cleaned).unwrap(), "cleaned\n");
    assert_eq!(cluster.live()["metadata"]["annotations"].get("goldsmith.dev/pod-vm-inputs"), None);
}
