//! The control plane that the tests stand on: it is reached as it says, and leaves nothing behind.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::control_plane::Supervisor;
use crate::servers::servers;
use crate::tools::run;

#[test]
fn kubectl_is_an_administrator_by_the_kubeconfig_of_a_server() {
    let said = run(servers()[0].kubectl().args(["auth", "whoami", "--output=json"]), "");
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["status"]["userInfo"]["username"], "admin");
}

#[test]
fn a_control_plane_ends_with_whoever_holds_its_input_even_when_that_is_killed() {
    let mut owner = Command::new("sleep").arg("600").stdout(Stdio::piped()).spawn().unwrap();
    let mut supervisor = Supervisor::start_with(owner.stdout.take().unwrap().into());
    let folder = supervisor.folder().to_owned();
    assert_eq!(processes(&folder), ["etcd", "kube-apiserver", "kubectl"]);

    owner.kill().unwrap();
    owner.wait().unwrap();
    supervisor.wait();
    assert_eq!(processes(&folder), [""; 0]);
    assert!(!folder.exists(), "{} is left", folder.display());
}

/// The names of the processes that work in a folder, which may be gone already.
fn processes(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok).map(|entry| entry.path());
    let within = |process: &Path| {
        std::fs::read_link(process.join("cwd"))
            .is_ok_and(|at| at.to_string_lossy().starts_with(&*folder.to_string_lossy()))
    };
    let found = entries.filter(|process| within(process));
    let names = found.filter_map(|process| std::fs::read_to_string(process.join("comm")).ok());
    let mut names: Vec<_> = names.map(|name| name.trim_end().to_owned()).collect();
    names.sort();
    names
}
