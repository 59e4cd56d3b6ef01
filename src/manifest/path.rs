//! Where a manifest lies in the tree of its site: a function of the object's own identity, so that no other object
//! can move it.

use super::ManifestId;

/// The file of an object, relative to the site's folder: `<folder>/<kind>-<name>.yaml`; below a folder named after its
/// namespace where that is not the home namespace. Cluster-scoped objects lie directly in the folder.
pub fn path(folder: &str, home_namespace: &str, id: &ManifestId) -> String {
    let file = file_name(id);
    match id.namespace.as_deref() {
        Some(namespace) if namespace != home_namespace => format!("{folder}/{}/{file}", part(namespace)),
        _ => format!("{folder}/{file}"),
    }
}

/// The file name of an object alone.
pub fn file_name(id: &ManifestId) -> String {
    format!("{}-{}.yaml", part(&id.kind.to_lowercase()), part(&id.name))
}

/// A name as a part of a path. Names that the API takes change only in their `:`, which Windows refuses; nothing else
/// can lead out of the tree or hide a file, whatever a spec says.
fn part(name: &str) -> String {
    let safe = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
    let mut part = name.replace(|letter| !safe(letter), "_");
    if part.starts_with('.') {
        part.replace_range(..1, "_");
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(kind: &str, namespace: Option<&str>, name: &str) -> ManifestId {
        ManifestId {
            api_version: "v1".into(),
            kind: kind.into(),
            namespace: namespace.map(str::to_owned),
            name: name.into(),
        }
    }

    #[test]
    fn objects_at_home_and_cluster_scoped_ones_lie_in_the_folder() {
        let cron = id("DataImportCron", Some("images"), "fedora");
        assert_eq!(path("golden-images", "images", &cron), "golden-images/dataimportcron-fedora.yaml");
        let namespace = id("Namespace", None, "images");
        assert_eq!(path("golden-images", "images", &namespace), "golden-images/namespace-images.yaml");
    }

    #[test]
    fn objects_of_other_namespaces_lie_below_their_own() {
        let role = id("Role", Some("team-a"), "clone");
        assert_eq!(path("golden-images", "images", &role), "golden-images/team-a/role-clone.yaml");
    }

    #[test]
    fn a_colon_becomes_an_underscore() {
        let role = id("ClusterRole", None, "goldsmith:clone");
        assert_eq!(path("golden-images", "images", &role), "golden-images/clusterrole-goldsmith_clone.yaml");
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let climbing = id("Secret", Some(".."), "../../etc/passwd");
        assert_eq!(path("extra", "images", &climbing), "extra/_./secret-_._.._etc_passwd.yaml");
    }
}
