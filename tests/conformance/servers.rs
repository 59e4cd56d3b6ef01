//! The API servers that the tests share, with every definition of the folder on one of them.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::LazyLock;

use serde_json::json;

use crate::control_plane::{ControlPlane, Object};
use crate::tools::definitions;

static SERVERS: LazyLock<Vec<ControlPlane>> = LazyLock::new(|| {
    std::thread::scope(|scope| {
        let starts: Vec<_> =
            sets().into_iter().map(|set| scope.spawn(move || ControlPlane::start(&set))).collect();
        starts.into_iter().map(|start| start.join().expect("it said why")).collect()
    })
});

/// One server a set, in their order.
pub(crate) fn servers() -> &'static [ControlPlane] {
    &SERVERS
}

/// The first server that serves a kind.
pub(crate) fn serving(api_version: &str, kind: &str) -> &'static ControlPlane {
    let server = servers().iter().find(|server| server.serves(api_version, kind));
    server.unwrap_or_else(|| panic!("GOLDSMITH_TEST_CRDS has no definition of {api_version} {kind}"))
}

const KATA_CONFIG: (&str, &str) = ("kataconfiguration.openshift.io/v1", "KataConfig");

static PEER_PODS: LazyLock<ControlPlane> = LazyLock::new(|| {
    let defines = |file: &&PathBuf| {
        Object::all_of(file)
            .iter()
            .any(|definition| definition.name() == "kataconfigs.kataconfiguration.openshift.io")
    };
    let files: Vec<PathBuf> = sets().into_iter().flatten().collect();
    let definition = files.iter().find(defines).expect("GOLDSMITH_TEST_CRDS has no definition of KataConfig");
    let server = ControlPlane::start(std::slice::from_ref(definition));
    apply_kata_config(&server, true);
    server
});

/// A server with a KataConfig that asks for peer pods: the operator would make an image there, but there is none.
pub(crate) fn with_peer_pods() -> &'static ControlPlane {
    &PEER_PODS
}

/// A server with a KataConfig that asks for none.
pub(crate) fn without_peer_pods() -> &'static ControlPlane {
    let server = serving(KATA_CONFIG.0, KATA_CONFIG.1);
    apply_kata_config(server, false);
    server
}

/// A server that does not know what a KataConfig is.
pub(crate) fn without_kata_configs() -> &'static ControlPlane {
    let server = servers().iter().find(|server| !server.serves(KATA_CONFIG.0, KATA_CONFIG.1));
    server.expect("one set of definitions is without that of KataConfig")
}

fn apply_kata_config(server: &ControlPlane, peer_pods: bool) {
    let (api_version, kind) = KATA_CONFIG;
    let object = json!({
        "apiVersion": api_version, "kind": kind, "metadata": {"name": "of-the-cluster"},
        "spec": {"enablePeerPods": peer_pods},
    });
    server.apply(&object).accepted().unwrap();
}

/// The files of the folder, in sets that define no name twice: the folder may hold several releases of a definition.
pub(crate) fn sets() -> Vec<Vec<PathBuf>> {
    let mut sets: Vec<(BTreeSet<String>, Vec<PathBuf>)> = Vec::new();
    let entries = walkdir::WalkDir::new(definitions()).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = entries.map(walkdir::DirEntry::into_path);
    for file in files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")) {
        let names: BTreeSet<String> =
            Object::all_of(&file).iter().map(|definition| definition.name().to_owned()).collect();
        match sets.iter_mut().find(|(taken, _)| taken.is_disjoint(&names)) {
            Some((taken, files)) => {
                taken.extend(names);
                files.push(file);
            }
            None => sets.push((names, vec![file])),
        }
    }
    sets.into_iter().map(|(_, files)| files).collect()
}
