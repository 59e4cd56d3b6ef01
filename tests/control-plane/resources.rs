//! Which kinds a server serves and where: what its discovery says.

use std::collections::BTreeMap;

use serde_json::Value;

use super::api::Api;
use super::object::Object;

/// Discovery in one answer for all groups.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// Resources by apiVersion and kind.
pub(crate) struct Resources(BTreeMap<(String, String), Resource>);

/// What the paths of a kind are made of.
pub(crate) struct Resource {
    plural: String,
    namespaced: bool,
}

impl Resources {
    /// Asks a server.
    pub(crate) fn discover(api: &Api) -> Self {
        let mut found = BTreeMap::new();
        for group in ["/api", "/apis"].iter().flat_map(|path| items(&api.get(path, AGGREGATED)["items"])) {
            for version in items(&group["versions"]) {
                let api_version = match (text(&group["metadata"]["name"]), text(&version["version"])) {
                    ("", version) => version.to_owned(),
                    (group, version) => format!("{group}/{version}"),
                };
                for resource in items(&version["resources"]) {
                    let kind = text(&resource["responseKind"]["kind"]).to_owned();
                    let plural = text(&resource["resource"]).to_owned();
                    let namespaced = resource["scope"] == "Namespaced";
                    found.insert((api_version.clone(), kind), Resource { plural, namespaced });
                }
            }
        }
        Self(found)
    }

    pub(crate) fn find(&self, api_version: &str, kind: &str) -> Option<&Resource> {
        self.0.get(&(api_version.to_owned(), kind.to_owned()))
    }

    /// The namespace that an object goes into; none where its kind is one of the whole cluster.
    pub(crate) fn namespace<'o>(&self, object: &'o Object) -> Option<&'o str> {
        self.of(object).namespaced.then(|| object.namespace().unwrap_or("default"))
    }

    /// The path of an object's collection, or of the object itself.
    pub(crate) fn path(&self, object: &Object, named: bool) -> String {
        let root = if object.api_version().contains('/') { "apis" } else { "api" };
        let mut path = format!("/{root}/{}", object.api_version());
        if let Some(namespace) = self.namespace(object) {
            path = format!("{path}/namespaces/{namespace}");
        }
        path = format!("{path}/{}", self.of(object).plural);
        if named { format!("{path}/{}", object.name()) } else { path }
    }

    fn of(&self, object: &Object) -> &Resource {
        let (version, kind) = (object.api_version(), object.kind());
        self.find(version, kind).unwrap_or_else(|| panic!("the API server does not serve {version} {kind}"))
    }
}

fn items(list: &Value) -> Vec<Value> {
    list.as_array().cloned().unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
