//! What a revert restores, and what `diff` tells of it: `golden/reverts` has a site for each path of `docs/rollback.md`. `sites/` is what
//! a revert goes back to, `changed/` what is reverted, `told/` what is said then.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{assert_snapshot, files, home, put, run};

/// The fleet of the reverts in a folder, with the change of one site rendered.
fn changed(folder: &Path, site: &str) {
    let reverts = home().join("golden/reverts");
    let written: Vec<_> =
        files(&reverts).into_iter().filter(|(path, _)| !path.starts_with("rendered")).collect();
    put(folder, &written);
    let changed = std::fs::read(reverts.join("changed").join(format!("{site}.yaml"))).unwrap();
    put(folder, &[(format!("sites/{site}.yaml").into(), changed)]);
    let (code, _, told) = run(folder, &["render", "--site", site]);
    assert_eq!(code, Some(0), "{site}: {told}");
    put(folder, &written);
}

fn sites(folder: &str) -> BTreeSet<String> {
    let files = files(&home().join("golden/reverts").join(folder));
    files.iter().map(|(path, _)| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn each_revert_is_told_and_restores_the_manifests() {
    let (reverted, changes) = (sites("sites"), sites("changed"));
    assert_eq!(reverted, changes);
    assert_eq!(sites("told").difference(&changes).collect::<Vec<_>>(), Vec::<&String>::new());
    for site in &changes {
        let folder = tempfile::tempdir().unwrap();
        changed(folder.path(), site);
        let (code, told, said) = run(folder.path(), &["diff", "--site", site]);
        assert_eq!(code, Some(1), "{site}: {said}");
        assert_snapshot(&format!("../../golden/reverts/told/{site}.txt"), &format!("{told}{said}"));
        run(folder.path(), &["render", "--site", site]);
        let tree = files(&folder.path().join("rendered").join(site));
        assert!(tree == files(&home().join("golden/reverts/rendered").join(site)), "{site}");
    }
}

#[test]
fn each_path_of_the_page_shows_what_is_told() {
    let page = std::fs::read_to_string(home().join("docs/rollback.md")).unwrap();
    let mut shown = BTreeSet::new();
    let rows = page.lines().filter(|line| {
        line.starts_with("| ") && !line.starts_with("| reverted") && !line.starts_with("| ---")
    });
    for row in rows {
        let link = row.rsplit_once("](").and_then(|(_, link)| link.split_once(')')).unwrap().0;
        let tells = Path::new(link).extension().is_some_and(|extension| extension == "txt");
        assert!(tells, "an example that tells nothing: {row}");
        shown.extend(
            link.strip_prefix("../golden/reverts/told/").map(|name| name.trim_end_matches(".txt").to_owned()),
        );
    }
    assert_eq!(shown, sites("changed"));
}
