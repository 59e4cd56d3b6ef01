//! Names and versions of images, and what scripts make of their URIs.

use std::collections::BTreeMap;

use goldsmith::components::pod_vm::resolve::{image_uri, is_gallery_name};

use super::{CLUSTER, all, facts, holds, list, named, object, site, source};
use crate::support::rendered_sites;

#[test]
fn names_and_versions_are_those_that_the_operator_makes() {
    let names = facts("names.yaml");
    let is_id =
        |id: &&str| id.len() == 36 && id.bytes().all(|byte| matches!(byte, b'-' | b'0'..=b'9' | b'a'..=b'f'));
    let (mut specs, mut wanted) = (BTreeMap::new(), Vec::new());
    for cluster in list(&names, "clusters") {
        let Some(id) = cluster["clusterID"].as_str().filter(is_id) else { continue };
        for range in list(cluster, "versions") {
            let served = all().filter(|(release, provider)| {
                let refuses = list(range, "refusedBy").iter().any(|refusing| refusing == provider);
                *release >= 9 && holds(range, *release) && *provider != "libvirt" && !refuses
            });
            for (release, provider) in served {
                let name = format!("{}-{}", named(release, provider), &id[..8]);
                let spec = site(release, provider, source(release, provider)).replace(CLUSTER, id);
                specs.insert(name.clone(), spec);
                wanted.push((name, provider, &range[provider], &cluster["gallery"]));
            }
        }
    }
    assert!(wanted.len() > 100, "{}", wanted.len());
    let sites = rendered_sites(&specs);
    for (name, provider, version, gallery) in wanted {
        let data = &object(&sites[&name], "ConfigMap", &format!("{provider}-podvm-image-cm"))["data"];
        let key = if provider == "aws" { "AMI_VERSION" } else { "IMAGE_VERSION" };
        assert_eq!(&data[key], version, "{name}");
        assert!(provider != "azure" || data["IMAGE_GALLERY_NAME"] == *gallery, "{name}");
    }
}

#[test]
fn galleries_are_called_as_azure_takes_it() {
    let names = facts("names.yaml");
    for name in list(&names["galleryNames"], "valid") {
        assert!(is_gallery_name(name.as_str().unwrap()), "{name}");
    }
    for case in list(&names["galleryNames"], "invalid") {
        assert!(!is_gallery_name(case["name"].as_str().unwrap()), "{case}");
    }
}

#[test]
fn image_uris_are_taken_as_the_scripts_take_them() {
    for case in list(&facts("image-uri.yaml"), "cases") {
        let answer = image_uri(case["uri"].as_str().unwrap());
        assert_eq!(answer.is_ok(), case["verdict"] == "accept", "{case}: {answer:?}");
    }
}
