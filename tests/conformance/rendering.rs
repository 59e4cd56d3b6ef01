//! Sites of a test's own, rendered by the built program.

use std::fs;

use serde_json::Value;

use crate::tools::run;
use crate::trees::parse;

/// A site, and what it renders to.
pub(crate) struct Site(Vec<Value>);

impl Site {
    /// A site on AWS with pod VMs of a release; `more` are lines of the section.
    pub(crate) fn aws(release: &str, more: &str) -> Self {
        let text = format!(
            "apiVersion: goldsmith.dev/v1alpha1\nkind: Site\nmetadata: {{name: paris}}\nspec:\n  platform: {{openshift: \"4.18\", \
             sandboxedContainers: \"{release}\", clusterID: 1c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55}}\n  podVM:\n    provider: aws\n    \
             aws: {{region: eu-central-1, vpcID: vpc-01234567, subnetID: subnet-01234567, securityGroupIDs: [sg-01234567]}}\n    {more}\n"
        );
        Site::of(&text)
    }

    /// The site that a text describes.
    pub(crate) fn of(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fleet = "apiVersion: goldsmith.dev/v1alpha1\nkind: Fleet\nspec: {goldsmith: '>=0.1', sites: [site.yaml]}\n";
        fs::write(folder.path().join("fleet.yaml"), fleet).unwrap();
        fs::write(folder.path().join("site.yaml"), text).unwrap();
        let mut goldsmith = std::process::Command::new(env!("CARGO_BIN_EXE_goldsmith"));
        let rendered = run(goldsmith.args(["render", "--stdout"]).arg(folder.path()).env_clear(), "");
        Site(parse(&rendered).unwrap())
    }

    /// The object of a kind and name, or else the first whose name begins so.
    pub(crate) fn object(&self, kind: &str, name: &str) -> Value {
        let named = |object: &Value| object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let of_kind = || self.0.iter().filter(|object| object["kind"] == kind);
        let exact = of_kind().find(|object| named(object) == name);
        let found = exact.or_else(|| of_kind().find(|object| named(object).starts_with(name)));
        found.unwrap_or_else(|| panic!("no {kind} {name}")).clone()
    }
}
