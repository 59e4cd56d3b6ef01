//! A control plane of one's own: etcd and kube-apiserver with a set of CustomResourceDefinitions, for tests that ask a
//! real API server.
//!
//!     let server = ControlPlane::start(&[PathBuf::from("my_crd.yaml")]);
//!     match server.create_dry_run(&object) {
//!         Verdict::Accepted(stored) => ..
//!         Verdict::Refused(refusal) => ..
//!     }
//!
//! A test binary takes it in with `#[path = "../control-plane/mod.rs"] mod control_plane;`. Starting takes four seconds
//! and half a GiB of memory, so tests share a server, in a `static` if they like: it ends with the process at the latest.
//!
//! The API is asked through kubectl's proxy, in plain text on the loopback: so the tests need no TLS among their
//! dependencies, for a quarter of the speed. Two cores give some 500 verdicts a second to four threads.

mod api;
mod object;
mod resources;
mod supervisor;
mod verdict;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::http::Method;

use api::Api;
pub(crate) use object::Object;
use resources::Resources;
pub(crate) use supervisor::Supervisor;
pub(crate) use verdict::Verdict;

/// How long a definition may take to be served.
const PATIENCE: Duration = Duration::from_secs(60);

/// The manager of the fields that we apply.
const MANAGER: &str = "goldsmith-test";

/// etcd, kube-apiserver, kubectl and our Go programs, built once from `go.mod`.
static TOOLS: LazyLock<PathBuf> = LazyLock::new(|| {
    let output = Command::new(folder().join("build")).output();
    let output = output.unwrap_or_else(|why| panic!("cannot run tests/control-plane/build: {why}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "tests/control-plane/build ended with {}: {said}", output.status);
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end())
});

/// Where the built tools lie.
pub(crate) fn tools() -> &'static Path {
    &TOOLS
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/control-plane")
}

/// A running API server. Dropped, it leaves no process and no file.
pub(crate) struct ControlPlane {
    supervisor: Supervisor,
    api: Api,
    resources: Resources,
    namespaces: Mutex<BTreeSet<String>>,
}

impl ControlPlane {
    /// Starts a server and installs the definitions of these files; panics where one of them is refused.
    pub(crate) fn start(definitions: &[PathBuf]) -> Self {
        let supervisor = Supervisor::start();
        let api = Api::new(supervisor.url());
        let mut resources = Resources::discover(&api);
        let definitions: Vec<Object> = definitions.iter().flat_map(|file| Object::all_of(file)).collect();
        for definition in &definitions {
            install(&api, &resources, definition).unwrap_or_else(|why| panic!("{why}"));
        }
        await_served(&api, &mut resources, &definitions);
        Self { supervisor, api, resources, namespaces: Mutex::default() }
    }

    /// The kubeconfig of an administrator; beside it lie `token` and `ca.crt`, which it is made of.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.supervisor.folder().join("kubeconfig")
    }

    /// kubectl as that administrator, with a memory of its own: it remembers servers by their port.
    pub(crate) fn kubectl(&self) -> Command {
        let mut kubectl = Command::new(tools().join("kubectl"));
        kubectl.arg("--kubeconfig").arg(self.kubeconfig());
        kubectl.arg("--cache-dir").arg(self.supervisor.folder().join("kubectl-cache"));
        kubectl
    }

    /// Whether the server serves a kind.
    pub(crate) fn serves(&self, api_version: &str, kind: &str) -> bool {
        self.resources.find(api_version, kind).is_some()
    }

    /// What the server has under the name of an object.
    pub(crate) fn read(&self, object: &Object) -> Option<Value> {
        let path = self.resources.path(object, true);
        self.api.call(Method::GET, &path, None).accepted().ok()
    }

    /// Creates an object.
    pub(crate) fn create(&self, object: impl Into<Object>) -> Verdict {
        self.post(&object.into(), "")
    }

    /// What the server says to the creation of an object.
    pub(crate) fn create_dry_run(&self, object: impl Into<Object>) -> Verdict {
        self.post(&object.into(), "&dryRun=All")
    }

    /// What the server says to an object in the place of the one that it has under its name.
    pub(crate) fn update_dry_run(&self, object: &Value) -> Verdict {
        let mut object = object.clone();
        let stored = self.read(&Object::from(&object)).expect("an object that is updated was created before");
        object["metadata"]["resourceVersion"] = stored["metadata"]["resourceVersion"].clone();
        let object = Object::from(&object);
        let path = format!("{}?fieldValidation=Strict&dryRun=All", self.resources.path(&object, true));
        self.api.call(Method::PUT, &path, Some(&object))
    }

    /// Takes an object away that nothing holds back.
    pub(crate) fn delete(&self, object: &Value) {
        let path = self.resources.path(&Object::from(object), true);
        self.api.call(Method::DELETE, &path, None).accepted().unwrap_or_else(|why| panic!("{why}"));
    }

    /// Applies an object server-side.
    pub(crate) fn apply(&self, object: impl Into<Object>) -> Verdict {
        let object = object.into();
        self.require_namespace(&object);
        apply(&self.api, &self.resources, &object, "")
    }

    /// What the server says to a server-side apply of an object or of some of its fields.
    pub(crate) fn apply_dry_run(&self, object: impl Into<Object>) -> Verdict {
        let object = object.into();
        self.require_namespace(&object);
        apply(&self.api, &self.resources, &object, "&dryRun=All")
    }

    fn post(&self, object: &Object, dry_run: &str) -> Verdict {
        self.require_namespace(object);
        let path = format!("{}?fieldValidation=Strict{dry_run}", self.resources.path(object, false));
        self.api.call(Method::POST, &path, Some(object))
    }

    /// Creates the namespace of an object once, with the ServiceAccount that a controller manager would give it.
    fn require_namespace(&self, object: &Object) {
        let Some(namespace) = self.resources.namespace(object) else { return };
        let mut there = self.namespaces.lock().expect("a namespace that could not be created told so");
        if !there.insert(namespace.to_owned()) {
            return;
        }
        for (kind, metadata) in [
            ("Namespace", json!({"name": namespace})),
            ("ServiceAccount", json!({"name": "default", "namespace": namespace})),
        ] {
            let object = Object::from(&json!({"apiVersion": "v1", "kind": kind, "metadata": metadata}));
            apply(&self.api, &self.resources, &object, "").accepted().unwrap_or_else(|why| panic!("{why}"));
        }
    }
}

fn apply(api: &Api, resources: &Resources, object: &Object, dry_run: &str) -> Verdict {
    let path = resources.path(object, true);
    let path = format!("{path}?fieldManager={MANAGER}&force=true&fieldValidation=Strict{dry_run}");
    api.call(Method::PATCH, &path, Some(object))
}

fn install(api: &Api, resources: &Resources, definition: &Object) -> Result<(), String> {
    let verdict = apply(api, resources, definition, "").accepted();
    verdict.map(|_| ()).map_err(|why| format!("{} is refused: {why}", definition.name()))
}

/// Waits until discovery shows every version that the definitions serve, which it does once they are established.
fn await_served(api: &Api, resources: &mut Resources, definitions: &[Object]) {
    let started = Instant::now();
    let wanted: Vec<_> = definitions.iter().flat_map(Object::served_kinds).collect();
    loop {
        let missing = wanted.iter().find(|(version, kind)| resources.find(version, kind).is_none());
        let Some((version, kind)) = missing else { return };
        assert!(started.elapsed() < PATIENCE, "{version} {kind} is not served after {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(100));
        *resources = Resources::discover(api);
    }
}
