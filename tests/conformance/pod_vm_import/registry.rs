//! A real registry: `registry`, which lives as long as somebody holds its standard input.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::LazyLock;

use crate::tools::{repository, require_registry};

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::start);

/// The name that Jobs know the registry by.
const NAME: &str = "registry.example.com";

/// A registry that speaks TLS by an authority of its own, and asks for a password. It ends with this process.
pub(crate) struct Registry {
    address: String,
    folder: PathBuf,
    _script: Child,
    _input: ChildStdin,
}

/// The registry that the tests share.
pub(crate) fn registry() -> &'static Registry {
    &REGISTRY
}

impl Registry {
    fn start() -> Self {
        require_registry();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut script = Command::new(repository().join("tests/conformance/pod_vm_import/registry"));
        let script = script.arg(port.to_string()).stdin(Stdio::piped());
        let mut script = script.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut folder = String::new();
        BufReader::new(script.stdout.take().unwrap()).read_line(&mut folder).unwrap();
        if folder.is_empty() {
            let mut said = String::new();
            script.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("the registry did not start: {said}");
        }
        let input = script.stdin.take().unwrap();
        let folder = PathBuf::from(folder.trim_end());
        Self { address: format!("127.0.0.1:{port}"), folder, _script: script, _input: input }
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The certificate of its authority.
    pub(crate) fn authority(&self) -> String {
        std::fs::read_to_string(self.folder.join("authority.crt")).unwrap()
    }

    /// What a Job's `auth.json` holds.
    pub(crate) fn credentials(&self) -> String {
        // user:password
        serde_json::json!({"auths": {&self.address: {"auth": "dXNlcjpwYXNzd29yZA=="}}}).to_string()
    }

    /// Writes the configuration of a node, `/etc/containers`: images of `registry.example.com` come from here.
    pub(crate) fn configure(&self, folder: &Path, trusted: bool) {
        let trust = folder.join("certs.d").join(&self.address);
        std::fs::create_dir_all(&trust).unwrap();
        if trusted {
            std::fs::write(trust.join("authority.crt"), self.authority()).unwrap();
        }
        let policy = r#"{"default": [{"type": "insecureAcceptAnything"}]}"#;
        std::fs::write(folder.join("policy.json"), policy).unwrap();
        let mirror = format!("[[registry]]\nprefix = \"{NAME}\"\nlocation = \"{}\"\n", self.address);
        std::fs::write(folder.join("registries.conf"), mirror).unwrap();
    }
}
