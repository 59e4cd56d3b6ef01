//! Reading what names an object in a cluster.

use serde_json::Value;

use super::ManifestId;

impl ManifestId {
    /// The identity of an object. An error is the JSON pointer of the field that is missing, empty or not text.
    pub fn of(object: &Value) -> Result<Self, &'static str> {
        // None of these keys is escaped.
        let at = |pointer: &str| pointer.split('/').skip(1).try_fold(object, |value, key| value.get(key));
        let text = |pointer: &'static str| {
            let text = at(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
            text.map(str::to_owned).ok_or(pointer)
        };
        let namespace = at("/metadata/namespace").map(|_| text("/metadata/namespace"));
        Ok(ManifestId {
            api_version: text("/apiVersion")?,
            kind: text("/kind")?,
            namespace: namespace.transpose()?,
            name: text("/metadata/name")?,
        })
    }

    /// The API group, empty for core.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// The version inside the group.
    pub fn version(&self) -> &str {
        self.api_version.split_once('/').map_or(&self.api_version, |(_, version)| version)
    }
}

impl std::fmt::Display for ManifestId {
    /// As a person names it: `DataImportCron golden-images/fedora`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_is_named_by_four_fields() {
        let object = json!({"apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataSource",
            "metadata": {"name": "fedora", "namespace": "images"}});
        let id = ManifestId::of(&object).unwrap();
        assert_eq!(id.to_string(), "DataSource images/fedora");
        assert_eq!((id.group(), id.version()), ("cdi.kubevirt.io", "v1beta1"));
    }

    #[test]
    fn a_core_object_has_an_empty_group() {
        let id =
            ManifestId::of(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "images"}}));
        let id = id.unwrap();
        assert_eq!((id.group(), id.version(), &id.namespace), ("", "v1", &None));
        assert_eq!(id.to_string(), "Namespace images");
    }

    #[test]
    fn what_is_missing_is_told_by_its_pointer() {
        let wrong = |object| ManifestId::of(&object).unwrap_err();
        assert_eq!(wrong(json!({"apiVersion": "v1", "kind": "Secret"})), "/metadata/name");
        assert_eq!(
            wrong(json!({"apiVersion": "", "kind": "Secret", "metadata": {"name": "a"}})),
            "/apiVersion"
        );
        let namespace =
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "namespace": null}});
        assert_eq!(wrong(namespace), "/metadata/namespace");
    }
}
