//! The API servers that the tests share, with every definition of the folder on one of them.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::LazyLock;

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
