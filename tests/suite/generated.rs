//! What is generated and committed is what would be generated now.

use std::fs;
use std::path::Path;

use crate::kubernetes;

#[test]
fn the_schemas_are_those_of_the_types() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let mut stale = Vec::new();
    let of_kubernetes = (kubernetes::FILE, kubernetes::definitions());
    for (name, text) in goldsmith::cli::schema_files().unwrap().into_iter().chain([of_kubernetes]) {
        let path = folder.join(name);
        if std::env::var("SNAPSHOTS").is_ok_and(|how| how == "overwrite") {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &text).unwrap();
        }
        if fs::read_to_string(&path).unwrap_or_default() != text {
            stale.push(name);
        }
    }
    assert!(
        stale.is_empty(),
        "{stale:?} in `schemas/` are stale: run `SNAPSHOTS=overwrite cargo test --test suite`"
    );
}
