//! A Job that imports, and the world that it runs in: a cluster, a cloud and a registry.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::artifact::artifact;
use super::job::{Job, Mount};
use super::registry::registry;
use crate::control_plane::{self, ControlPlane, Object};
use crate::servers::servers;
use crate::tools::{container, repository, run};
use crate::trees::documents;

/// The fingerprint of the runs: another one than the rendered one says nothing of a new rendering.
pub(crate) const INPUTS: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A name of the API server.
pub(crate) const API_SERVER: &str = "kubernetes.default.svc";

/// What must never be said, nor be seen on a command line.
const SECRETS: &[&str] = &["the-secret", "the-key", "client_email", "dXNlcjpwYXNzd29yZA"];

/// The programs whose calls are counted.
const PROGRAMS: &[&str] = &["aws", "az", "gcloud", "kubectl", "qemu-img", "skopeo", "umoci", "virsh"];

/// How a call is made to fail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Failure {
    /// It does nothing.
    Refused,
    /// It does its work, and its answer is lost.
    Lost,
    /// It does not fail, and ends three seconds after its work is done.
    Slow,
}

/// A Job with a namespace and a cloud of its own. It can run more than once.
pub(crate) struct Import {
    objects: Vec<Value>,
    changes: BTreeMap<String, Option<String>>,
    world: TempDir,
    server: &'static ControlPlane,
}

/// What became of a run.
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) said: String,
    pub(crate) calls: Vec<String>,
}

/// The objects that are rendered for a provider, but for the KataConfig, which comes behind the Job.
fn rendered(provider: &str) -> Vec<Value> {
    let site = repository().join("golden/pod-vm-import/rendered").join(provider);
    let files = ["pod-vm", "pod-vm-work"]
        .into_iter()
        .flat_map(|folder| fs::read_dir(site.join(folder)).unwrap().map(|entry| entry.unwrap().path()));
    let manifests = files.filter(|file| !file.ends_with("kustomization.yaml"));
    manifests.flat_map(|file| documents(&file)).collect()
}

impl Import {
    /// The Job of a provider, as it is rendered, in a cloud with nothing in it but what an import needs.
    pub(crate) fn new(provider: &str) -> Self {
        Self::on(&servers()[0], provider)
    }

    /// The same on another cluster.
    pub(crate) fn on(server: &'static ControlPlane, provider: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let namespace = format!("import-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut objects = rendered(provider);
        objects.extend(secrets(provider));
        objects.iter_mut().for_each(|object| move_into(&namespace, object));
        for object in objects.iter().filter(|object| object["kind"] != "Job") {
            server.apply(object).accepted().unwrap_or_else(|why| panic!("{why}"));
        }
        let world = tempfile::tempdir().unwrap();
        lay_out_world(world.path());
        let import = Self { objects, changes: BTreeMap::new(), world, server };
        import.set_cloud(&empty_cloud());
        import
            .with("ARTIFACT_IMAGE", &artifact("qcow2"))
            .with("POLL_SECONDS", "0")
            .with("INPUTS_FINGERPRINT", INPUTS)
    }

    /// With another value of a variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.changes.insert(name.to_owned(), Some(value.to_owned()));
        self
    }

    /// Without a variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.changes.insert(name.to_owned(), None);
        self
    }

    /// On a node that does not know the registry's authority.
    pub(crate) fn on_a_distrustful_node(self) -> Self {
        fs::remove_dir_all(self.world.path().join("containers")).unwrap();
        fs::create_dir(self.world.path().join("containers")).unwrap();
        registry().configure(&self.world.path().join("containers"), false);
        self
    }

    /// Another file in the ConfigMap of the script, which is mounted.
    pub(crate) fn with_file(mut self, name: &str, content: &str) -> Self {
        let script = self.objects.iter_mut().find(|it| it["data"]["import.sh"].is_string()).unwrap();
        script["data"][name] = content.into();
        self
    }

    /// What is in the cloud.
    pub(crate) fn cloud(&self) -> Value {
        serde_json::from_slice(&fs::read(self.state("cloud.json")).unwrap()).unwrap()
    }

    pub(crate) fn set_cloud(&self, cloud: &Value) {
        fs::write(self.state("cloud.json"), cloud.to_string()).unwrap();
    }

    /// Something that the cloud keeps.
    pub(crate) fn bytes(&self, name: &Value) -> PathBuf {
        self.state(name.as_str().expect("something is kept"))
    }

    /// The ConfigMap that results are recorded in; absent where there is none.
    pub(crate) fn record(&self) -> Option<Value> {
        self.server.read(&Object::from(self.config()))
    }

    /// Changes that ConfigMap, as somebody would by hand.
    pub(crate) fn patch_record(&self, patch: &Value) {
        let mut kubectl = self.server.kubectl();
        kubectl.args([
            "-n",
            self.namespace(),
            "patch",
            "configmap",
            "peer-pods-cm",
            "--type=merge",
            "--patch",
        ]);
        run(kubectl.arg(patch.to_string()), "");
    }

    pub(crate) fn delete_record(&self) {
        self.server.delete(self.config());
    }

    /// Runs it to its end.
    pub(crate) fn run(&self) -> Outcome {
        self.run_with_failures(&[], Failure::Refused)
    }

    /// Runs it, where these calls fail; the first is 1.
    pub(crate) fn run_with_failures(&self, calls: &[usize], how: Failure) -> Outcome {
        let child = self.start(calls, how);
        self.finish(child)
    }

    /// Starts it; [`Self::finish`] waits for its end.
    pub(crate) fn start(&self, failing: &[usize], how: Failure) -> Child {
        let how = match how {
            Failure::Refused => "refused",
            Failure::Lost => "lost",
            Failure::Slow => "slow",
        };
        let failing: Vec<_> = failing.iter().map(usize::to_string).collect();
        fs::write(self.state("fails"), format!("{how} {}\n", failing.join(" "))).unwrap();
        fs::write(self.state("calls"), "").unwrap();
        let job = Job::among(&self.objects);
        let root = self.world.path().join("root");
        let _ = fs::remove_dir_all(&root);
        fs::create_dir(&root).unwrap();
        let mut command = container();
        command.arg(&root).arg(job.has_read_only_root().to_string());
        for mount in self.surroundings(&job).into_iter().chain(job.mounts(&self.world.path().join("volumes")))
        {
            let mode = if mount.is_read_only { "ro" } else { "rw" };
            command.arg(mount.folder).arg(mount.place).arg(mode);
        }
        command.args(["--", "/usr/bin/env", "-i", "PATH=/harness/bin:/usr/bin:/bin", "HOME=/root"]);
        command.args(self.environment(&job).iter().map(|(name, value)| format!("{name}={value}")));
        command.args(job.command());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Waits until it has ended. Nothing of it may tell a secret, or be left in its folder for work.
    pub(crate) fn finish(&self, child: Child) -> Outcome {
        let output = child.wait_with_output().unwrap();
        let said =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        let calls = self.calls();
        for secret in SECRETS {
            assert!(!said.contains(secret), "a secret is said: {said}");
            assert!(!calls.iter().any(|call| call.contains(secret)), "a secret can be seen: {calls:?}");
        }
        let left: Vec<_> = fs::read_dir(self.world.path().join("volumes/work")).unwrap().collect();
        assert!(left.is_empty(), "{left:?} is left behind: {said}");
        Outcome { code: output.status.code(), said, calls }
    }

    /// The calls of the run, so far.
    pub(crate) fn calls(&self) -> Vec<String> {
        fs::read_to_string(self.state("calls")).unwrap().lines().map(str::to_owned).collect()
    }

    /// The variables of proxies that a program was last called with, one a line.
    pub(crate) fn proxies_of(&self, program: &str) -> String {
        fs::read_to_string(self.state(&format!("proxy-{program}"))).unwrap()
    }

    /// What a Job does not mount: what a node and a kubelet give to every container, and what watches its calls.
    fn surroundings(&self, job: &Job<'_>) -> Vec<Mount> {
        self.grant(job);
        let world = self.world.path();
        let mount = |folder: PathBuf, place: &str| Mount {
            folder,
            place: place.to_owned(),
            is_read_only: place != "/harness/state",
        };
        vec![
            mount(world.join("containers"), "/etc/containers"),
            mount(world.join("hosts"), "/etc/hosts"),
            mount(world.join("service-account"), "/var/run/secrets/kubernetes.io/serviceaccount"),
            mount(world.join("bin"), "/harness/bin"),
            mount(world.join("state"), "/harness/state"),
            mount(repository().join("tests/conformance/pod_vm_import/fakes"), "/harness/fakes"),
            mount(control_plane::tools().to_owned(), "/harness/tools"),
        ]
    }

    /// Gives it the token of its ServiceAccount, and what tells it where the API server is.
    fn grant(&self, job: &Job<'_>) {
        let folder = self.world.path().join("service-account");
        if folder.join("token").exists() {
            return;
        }
        let mut token = self.server.kubectl();
        token.args(["-n", job.namespace(), "create", "token", job.service_account()]);
        fs::write(folder.join("token"), run(&mut token, "")).unwrap();
        fs::write(folder.join("namespace"), job.namespace()).unwrap();
        fs::copy(self.server.kubeconfig().with_file_name("ca.crt"), folder.join("ca.crt")).unwrap();
    }

    fn environment(&self, job: &Job<'_>) -> BTreeMap<String, String> {
        let kubeconfig = fs::read_to_string(self.server.kubeconfig()).unwrap();
        let port =
            kubeconfig.split("https://127.0.0.1:").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let mut variables = job.environment();
        variables.insert("KUBERNETES_SERVICE_HOST".to_owned(), "127.0.0.1".to_owned());
        variables.insert("KUBERNETES_SERVICE_PORT".to_owned(), port.to_owned());
        for (name, value) in &self.changes {
            match value {
                Some(value) => drop(variables.insert(name.clone(), value.clone())),
                None => drop(variables.remove(name)),
            }
        }
        variables
    }

    fn namespace(&self) -> &str {
        Job::among(&self.objects).namespace()
    }

    fn config(&self) -> &Value {
        self.objects.iter().find(|it| it["metadata"]["name"] == "peer-pods-cm").unwrap()
    }

    fn state(&self, name: &str) -> PathBuf {
        self.world.path().join("state").join(name)
    }
}

/// A cloud with what an import does not make: a role, a bucket of the user's, and a pool.
pub(crate) fn empty_cloud() -> Value {
    let bucket = json!({"name": "the-bucket", "objects": {"theirs": {}}});
    json!({
        "aws": {
            "slow": false, "refuses_disks": false, "roles": {"vmimport": {}}, "buckets": {"the-bucket": bucket},
            "tasks": {}, "snapshots": {}, "images": {},
        },
        "azure": {"refuses_disks": false, "galleries": {}, "accounts": {}},
        "gcp": {"slow": false, "refuses_disks": false, "buckets": {"the-bucket": bucket}, "images": {}},
        "libvirt": {"pools": {"podvm": {"theirs": {}}}},
    })
}

/// The Secrets, which people make.
fn secrets(provider: &str) -> Vec<Value> {
    let secret = |name: &str, data: Value| {
        let metadata = json!({"name": name, "namespace": ""});
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data})
    };
    let keys = match provider {
        "aws" => json!({"AWS_ACCESS_KEY_ID": "an-id", "AWS_SECRET_ACCESS_KEY": "the-secret"}),
        "azure" => json!({
            "AZURE_SUBSCRIPTION_ID": "the-subscription", "AZURE_TENANT_ID": "the-tenant",
            "AZURE_CLIENT_ID": "the-client", "AZURE_CLIENT_SECRET": "the-secret",
        }),
        "gcp" => json!({"GCP_CREDENTIALS": r#"{"client_email": "test@example.com"}"#}),
        _ => json!({"LIBVIRT_URI": "qemu+ssh://user@host.example.com/system"}),
    };
    vec![
        secret("peer-pods-secret", keys),
        secret("auth-json-secret", json!({"auth.json": registry().credentials()})),
    ]
}

fn move_into(namespace: &str, object: &mut Value) {
    match object["kind"].as_str() {
        // One a test, since tests share a cluster.
        Some("ClusterRoleBinding") => object["metadata"]["name"] = namespace.into(),
        Some("ClusterRole") => {}
        _ => object["metadata"]["namespace"] = namespace.into(),
    }
    let subjects = object.get_mut("subjects").and_then(Value::as_array_mut);
    for subject in subjects.into_iter().flatten() {
        subject["namespace"] = namespace.into();
    }
}

fn lay_out_world(world: &Path) {
    for folder in ["bin", "containers", "state", "volumes", "service-account"] {
        fs::create_dir(world.join(folder)).unwrap();
    }
    let call = repository().join("tests/conformance/pod_vm_import/call");
    fs::copy(call, world.join("bin/call")).unwrap();
    for program in PROGRAMS {
        symlink("call", world.join("bin").join(program)).unwrap();
    }
    registry().configure(&world.join("containers"), true);
    // The name in the certificate of the API server, which nothing takes for this machine, as it does 127.0.0.1.
    fs::write(world.join("hosts"), format!("127.0.0.1 localhost {API_SERVER}\n")).unwrap();
}
