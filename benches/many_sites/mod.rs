//! A fleet of many sites on plain Kubernetes, where each image is a manifest of its own.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

/// A namespace and 49 images are the 50 manifests of a site.
pub(crate) const IMAGES: usize = 49;

/// Writes the fleet into a folder.
pub(crate) fn write_fleet(folder: &Path, sites: usize) -> io::Result<()> {
    fs::create_dir_all(folder.join("sites"))?;
    fs::create_dir_all(folder.join("overlays"))?;
    fs::write(folder.join("fleet.yaml"), FLEET)?;
    fs::write(folder.join("overlays/company.yaml"), COMPANY)?;
    for site in 0..sites {
        fs::write(folder.join(format!("sites/site-{site:04}.yaml")), site_file(site))?;
    }
    Ok(())
}

const FLEET: &str = "\
apiVersion: goldsmith.dev/v1alpha1
kind: Fleet
spec:
  goldsmith: '>=0.1'
  overlays: [overlays/company.yaml]
";

const COMPANY: &str = "\
apiVersion: goldsmith.dev/v1alpha1
kind: Overlay
metadata:
  name: company
spec:
  goldenImages:
    defaults:
      keep: 3
      size: 20Gi
  commonMetadata:
    labels:
      example.com/owner: images
    annotations:
      example.com/runbook: https://runbooks.example/imports
";

fn site_file(site: usize) -> String {
    let mut text = format!(
        "\
apiVersion: goldsmith.dev/v1alpha1
kind: Site
metadata:
  name: site-{site:04}
spec:
  platform:
    kubernetes: '1.34'
    cdi: '1.65'
  goldenImages:
    namespace: images
    images:
"
    );
    for image in 0..IMAGES {
        let _ = write!(
            text,
            "      image-{image:02}:
        registry: registry.example/images/image-{image:02}:stable
        defaultInstancetype: u1.medium
        defaultPreference: linux
"
        );
    }
    text
}
