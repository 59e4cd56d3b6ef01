//! Two people add images on two branches; git merges them without a conflict in what was rendered.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::tools::{assert_at_least, git, run};

const FLEET: &str = "apiVersion: goldsmith.dev/v1alpha1
kind: Fleet
spec:
  goldsmith: \">=0.1\"
  sites: [sites/*.yaml]
";

/// Sites whose images are a file each, and sites whose images are entries of one list.
const SITES: &[(&str, &str)] = &[
    ("paris", "kubernetes: \"1.34\"\n    cdi: \"1.63.1\""),
    ("lyon", "kubernetes: \"1.34\"\n    cdi: \"1.63.1\""),
    ("nice", "openshift: \"4.20.4\"\n    virtualization: \"4.20\""),
];

/// The images that every site has at first, and two that come before and behind them.
const IMAGES: &[&str] = &["alpine", "arch", "debian", "opensuse", "rocky", "ubuntu"];
const FIRST: &str = "alma";
const LAST: &str = "windows";

#[test]
fn images_added_to_different_sites_merge() {
    assert_merge(("paris", FIRST), ("lyon", FIRST));
    assert_merge(("paris", LAST), ("nice", LAST));
}

#[test]
fn images_added_to_one_site_merge() {
    assert_merge(("paris", FIRST), ("paris", LAST));
    assert_merge(("nice", FIRST), ("nice", LAST));
}

/// Two branches each add an image to a site; merged, the tree is what the merged specs render.
fn assert_merge(left: (&str, &str), right: (&str, &str)) {
    let repository = Repository::new();
    repository.branch("left", left);
    repository.branch("right", right);
    repository.git(&["checkout", "--quiet", "main"]);
    for name in ["left", "right"] {
        repository.git(&["merge", "--quiet", "--no-edit", name]);
    }
    repository.render();
    let changed = repository.git(&["status", "--porcelain"]);
    assert_eq!(changed, "", "{left:?} and {right:?}: the merged tree is not what the merged specs render");
}

/// A fleet repository, rendered and committed.
struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Repository(tempfile::tempdir().unwrap());
        std::fs::create_dir(repository.path().join("sites")).unwrap();
        std::fs::write(repository.path().join("fleet.yaml"), FLEET).unwrap();
        for (site, _) in SITES {
            repository.write(site, &[]);
        }
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.render_and_commit("base");
        repository
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// A branch off `main` on which a site has one image more.
    fn branch(&self, name: &str, (site, image): (&str, &str)) {
        self.git(&["checkout", "--quiet", "-b", name, "main"]);
        self.write(site, &[image]);
        self.render_and_commit(name);
        let changed = self.git(&["diff", "--name-only", "main", name, "--", "rendered"]);
        assert_at_least(1, changed.lines().count(), "rendered files change");
    }

    /// Writes a site with the images that all have, and more.
    fn write(&self, site: &str, more: &[&str]) {
        let images: BTreeSet<&str> = IMAGES.iter().chain(more).copied().collect();
        let entry = |image: &str| {
            format!(
                "      {image}:\n        registry: registry.example/images/{image}:1\n        size: 10Gi\n"
            )
        };
        let images = images.into_iter().map(entry).collect::<Vec<_>>().concat();
        let platform = SITES.iter().find(|(name, _)| *name == site).map_or("", |(_, platform)| platform);
        let text = format!(
            "apiVersion: goldsmith.dev/v1alpha1\nkind: Site\nmetadata:\n  name: {site}\nspec:\n  platform:\n    \
             {platform}\n  goldenImages:\n    images:\n{images}"
        );
        std::fs::write(self.path().join(format!("sites/{site}.yaml")), text).unwrap();
    }

    fn render_and_commit(&self, message: &str) {
        self.render();
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    fn render(&self) {
        run(Command::new(env!("CARGO_BIN_EXE_goldsmith")).arg("render").current_dir(self.path()), "");
    }

    fn git(&self, arguments: &[&str]) -> String {
        run(git(self.path()).args(arguments), "")
    }
}
