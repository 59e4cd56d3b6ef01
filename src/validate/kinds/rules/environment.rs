//! Environment variables of containers, and fields of pods that can be read.

use serde_json::Value;

use super::super::field::{has, part, reads_as, required, text};
use super::super::quantity::Quantity;
use super::super::rule::{Refuse, Rule};
use super::super::syntax::{annotation_key, beginning, data_key, environment_name, path_without_steps_back};
use crate::name::{dns_label, dns_subdomain, label_key};

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "EnvVar",
        field: "name",
        words: "is given, and holds printable ASCII characters but `=`",
        source: "ValidateEnv",
        check: |variable, refuse| {
            required(variable, "name", refuse);
            reads_as(variable, "name", environment_name, refuse);
        },
        passes: &[r#"{"name":"a.b c"}"#],
        fails: &[r#"{"name":""}"#, r#"{"name":"a=b"}"#, r#"{"name":"ä"}"#],
    },
    Rule {
        of: "EnvVar",
        field: "valueFrom",
        words: "has one source, and stands alone",
        source: "validateEnvVarValueFrom",
        check: value_from,
        passes: &[r#"{"value":"","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}"#],
        fails: &[
            r#"{"valueFrom":{}}"#,
            r#"{"value":"a","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}"#,
            r#"{"valueFrom":{"fieldRef":{"fieldPath":"metadata.name"},"secretKeyRef":{"name":"a","key":"b"}}}"#,
        ],
    },
    Rule {
        of: "EnvVar",
        field: "valueFrom.fieldRef.fieldPath",
        words: "is a field of a pod that a container can read",
        source: "validateObjectFieldSelector",
        check: |variable, refuse| {
            field_of(part(variable, "valueFrom"), "/valueFrom/fieldRef", &IN_VARIABLES, refuse);
        },
        passes: &[r#"{"valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['app']"}}}"#],
        fails: &[
            r#"{"valueFrom":{"fieldRef":{"fieldPath":"metadata.labels"}}}"#,
            r#"{"valueFrom":{"fieldRef":{"fieldPath":"spec.replicas"}}}"#,
            r#"{"valueFrom":{"fieldRef":{"fieldPath":""}}}"#,
            r#"{"valueFrom":{"fieldRef":{"apiVersion":"v2","fieldPath":"metadata.name"}}}"#,
        ],
    },
    Rule {
        of: "EnvVar",
        field: "valueFrom.resourceFieldRef",
        words: "is a resource of a container, in a unit that there is",
        source: "validateContainerResourceFieldSelector",
        check: |variable, refuse| {
            resource_of(part(variable, "valueFrom"), "/valueFrom/resourceFieldRef", false, refuse);
        },
        passes: &[r#"{"valueFrom":{"resourceFieldRef":{"resource":"limits.memory","divisor":"1Mi"}}}"#],
        fails: &[
            r#"{"valueFrom":{"resourceFieldRef":{"resource":"memory"}}}"#,
            r#"{"valueFrom":{"resourceFieldRef":{"resource":"limits.memory","divisor":"2Mi"}}}"#,
            r#"{"valueFrom":{"resourceFieldRef":{"resource":"limits.cpu","divisor":"1k"}}}"#,
        ],
    },
    Rule {
        of: "ConfigMapKeySelector",
        field: "name and key",
        words: "are names of a ConfigMap and of a key",
        source: "validateConfigMapKeySelector",
        check: key_selector,
        passes: &[r#"{"key":"a.b"}"#],
        fails: &[r#"{"key":"a/b"}"#, r#"{"key":""}"#, r#"{"name":"A"}"#, r#"{"name":null}"#],
    },
    Rule {
        of: "SecretKeySelector",
        field: "name and key",
        words: "are names of a Secret and of a key",
        source: "validateSecretKeySelector",
        check: key_selector,
        passes: &[r#"{"key":"a.b"}"#],
        fails: &[r#"{"key":"a/b"}"#, r#"{"key":""}"#, r#"{"name":"A"}"#, r#"{"name":null}"#],
    },
    Rule {
        of: "EnvVar",
        field: "valueFrom.fileKeyRef",
        words: "has a key, a volume and a path",
        source: "validateFileKeySelector",
        check: file_key,
        passes: &[r#"{"valueFrom":{"fileKeyRef":{"key":"A","volumeName":"scratch","path":"env"}}}"#],
        fails: &[
            r#"{"valueFrom":{"fileKeyRef":{"key":"A=","volumeName":"scratch","path":"env"}}}"#,
            r#"{"valueFrom":{"fileKeyRef":{"key":"A","volumeName":"scratch","path":"../env"}}}"#,
        ],
    },
    Rule {
        of: "EnvFromSource",
        field: "prefix",
        words: "holds printable ASCII characters but `=`",
        source: "ValidateEnvFrom",
        check: |source, refuse| reads_as(source, "prefix", environment_name, refuse),
        passes: &[r#"{"prefix":"A_"}"#],
        fails: &[r#"{"prefix":"A="}"#],
    },
    Rule {
        of: "EnvFromSource",
        field: "configMapRef and secretRef",
        words: "are one",
        source: "ValidateEnvFrom",
        check: |source, refuse| {
            if has(source, "configMapRef") == has(source, "secretRef") {
                refuse("", "one of `configMapRef` and `secretRef` must be given".to_owned());
            }
        },
        passes: &[r#"{"configMapRef":null,"secretRef":{"name":"a"}}"#],
        fails: &[r#"{"configMapRef":null}"#, r#"{"secretRef":{"name":"a"}}"#],
    },
    Rule {
        of: "ConfigMapEnvSource",
        field: "name",
        words: "is a name of a ConfigMap",
        source: "validateConfigMapEnvSource",
        check: object_name,
        passes: &[r#"{"name":"a"}"#],
        fails: &[r#"{"name":""}"#, r#"{"name":"A"}"#],
    },
    Rule {
        of: "SecretEnvSource",
        field: "name",
        words: "is a name of a Secret",
        source: "validateSecretEnvSource",
        check: object_name,
        passes: &[r#"{"name":"a"}"#],
        fails: &[r#"{"name":""}"#, r#"{"name":"A"}"#],
    },
];

/// What a variable can be of a pod.
const IN_VARIABLES: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// What a file can be of a pod.
pub(super) const IN_FILES: [&str; 5] =
    ["metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid"];

fn value_from(variable: &Value, refuse: &mut Refuse<'_>) {
    let Some(source) = variable.get("valueFrom") else { return };
    match source.as_object().map_or(0, serde_json::Map::len) {
        0 => refuse("/valueFrom", "a source must be given".to_owned()),
        _ if !text(variable, "value").is_empty() => {
            refuse("/valueFrom", "`value` is given already".to_owned());
        }
        1 => {}
        _ => refuse("/valueFrom", "one source is enough".to_owned()),
    }
}

/// The field of a pod that `fieldRef` of a value reads.
pub(super) fn field_of(value: &Value, pointer: &str, fields: &[&str], refuse: &mut Refuse<'_>) {
    let Some(selector) = value.get("fieldRef") else { return };
    if !matches!(text(selector, "apiVersion"), "" | "v1") {
        return refuse(&format!("{pointer}/apiVersion"), "it must be `v1`".to_owned());
    }
    let path = text(selector, "fieldPath");
    let verdict = match path.strip_suffix("']").and_then(|path| path.split_once("['")) {
        Some(("metadata.annotations", key)) => annotation_key(key),
        Some(("metadata.labels", key)) => label_key(key),
        _ if fields.contains(&path) || path == "spec.host" && fields.contains(&"spec.nodeName") => Ok(()),
        _ => Err("it is no field that can be read here".to_owned()),
    };
    if let Err(reason) = verdict {
        refuse(&format!("{pointer}/fieldPath"), reason);
    }
}

/// The resource of a container that `resourceFieldRef` of a value reads; files say which container.
pub(super) fn resource_of(value: &Value, pointer: &str, in_file: bool, refuse: &mut Refuse<'_>) {
    let Some(selector) = value.get("resourceFieldRef") else { return };
    let resource = text(selector, "resource");
    let name =
        resource.strip_prefix("limits.").or_else(|| resource.strip_prefix("requests.")).unwrap_or_default();
    if in_file && text(selector, "containerName").is_empty() {
        refuse(&format!("{pointer}/containerName"), "it must be given".to_owned());
    } else if !matches!(name, "cpu" | "memory" | "ephemeral-storage") && !name.starts_with("hugepages-") {
        refuse(&format!("{pointer}/resource"), "it is no resource that can be read here".to_owned());
    }
    let divisor = selector.get("divisor").and_then(Quantity::of).unwrap_or(Quantity::ZERO);
    let units: &[&str] = match name {
        "cpu" => &["1m", "1"],
        _ => &["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"],
    };
    let known = units.iter().any(|unit| Quantity::of(&Value::from(*unit)) == Some(divisor));
    if divisor != Quantity::ZERO && !name.is_empty() && !known {
        refuse(&format!("{pointer}/divisor"), format!("it must be one of {}", units.join(", ")));
    }
}

fn key_selector(selector: &Value, refuse: &mut Refuse<'_>) {
    for (field, verdict) in
        [("name", dns_subdomain(text(selector, "name"))), ("key", data_key(text(selector, "key")))]
    {
        if let Err(reason) = verdict {
            refuse(&format!("/{field}"), reason);
        }
    }
}

fn file_key(variable: &Value, refuse: &mut Refuse<'_>) {
    let Some(selector) = part(variable, "valueFrom").get("fileKeyRef") else { return };
    let mut refuse = |inner: &str, reason| refuse(&format!("/valueFrom/fileKeyRef{inner}"), reason);
    ["key", "path"].into_iter().for_each(|field| required(selector, field, &mut refuse));
    reads_as(selector, "key", environment_name, &mut refuse);
    reads_as(selector, "path", path_without_steps_back, &mut refuse);
    if let Err(reason) = dns_label(text(selector, "volumeName")) {
        refuse("/volumeName", reason);
    }
}

fn object_name(source: &Value, refuse: &mut Refuse<'_>) {
    required(source, "name", refuse);
    reads_as(source, "name", |name| beginning(name, dns_subdomain), refuse);
}
