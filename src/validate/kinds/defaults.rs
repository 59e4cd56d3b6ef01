//! What the server reads a pod as where fields are left out: only as far as two versions of one can be compared by it.

use serde_json::{Value, json};

use super::quantity::Quantity;
use super::schema::{self, Definitions};

/// The defaults of Kubernetes 1.36 (`pkg/apis/core/v1/defaults.go`), by definition and field.
const DEFAULTS: &[(&str, &str, &str)] = &[
    ("AzureDiskVolumeSource", "cachingMode", r#""ReadWrite""#),
    ("AzureDiskVolumeSource", "fsType", r#""ext4""#),
    ("AzureDiskVolumeSource", "kind", r#""Shared""#),
    ("AzureDiskVolumeSource", "readOnly", "false"),
    ("ConfigMapVolumeSource", "defaultMode", "420"),
    ("Container", "resources", "{}"),
    ("Container", "terminationMessagePath", r#""/dev/termination-log""#),
    ("Container", "terminationMessagePolicy", r#""File""#),
    ("ContainerPort", "protocol", r#""TCP""#),
    ("DownwardAPIVolumeSource", "defaultMode", "420"),
    ("GRPCAction", "service", r#""""#),
    ("HTTPGetAction", "path", r#""/""#),
    ("HTTPGetAction", "scheme", r#""HTTP""#),
    ("HostPathVolumeSource", "type", r#""""#),
    ("ISCSIVolumeSource", "iscsiInterface", r#""default""#),
    ("ObjectFieldSelector", "apiVersion", r#""v1""#),
    ("PersistentVolumeClaimSpec", "volumeMode", r#""Filesystem""#),
    ("PersistentVolumeClaimTemplate", "metadata", "{}"),
    ("PodSpec", "dnsPolicy", r#""ClusterFirst""#),
    ("PodSpec", "enableServiceLinks", "true"),
    ("PodSpec", "restartPolicy", r#""Always""#),
    ("PodSpec", "schedulerName", r#""default-scheduler""#),
    ("PodSpec", "securityContext", "{}"),
    ("PodSpec", "terminationGracePeriodSeconds", "30"),
    ("Probe", "failureThreshold", "3"),
    ("Probe", "periodSeconds", "10"),
    ("Probe", "successThreshold", "1"),
    ("Probe", "timeoutSeconds", "1"),
    ("ProjectedVolumeSource", "defaultMode", "420"),
    ("RBDVolumeSource", "keyring", r#""/etc/ceph/keyring""#),
    ("RBDVolumeSource", "pool", r#""rbd""#),
    ("RBDVolumeSource", "user", r#""admin""#),
    ("ResourceFieldSelector", "divisor", r#""0""#),
    ("ScaleIOVolumeSource", "fsType", r#""xfs""#),
    ("ScaleIOVolumeSource", "storageMode", r#""ThinProvisioned""#),
    ("SecretVolumeSource", "defaultMode", "420"),
    ("ServiceAccountTokenProjection", "expirationSeconds", "3600"),
];

/// The default of a field that is left out; none where the server sets none, or where it depends on other fields.
pub fn default_of(definition: &str, field: &str) -> Option<Value> {
    let row = DEFAULTS.iter().find(|(of, name, _)| (*of, *name) == (definition, field))?;
    serde_json::from_str(row.2).ok()
}

/// Fills in what is left out, gives quantities one form, and drops empty lists and maps, which Go does not tell from none.
/// The value fits its definition.
pub(super) fn fill(definitions: &Definitions, name: &str, value: &mut Value) {
    if name == "Quantity" {
        if let Some(quantity) = Quantity::of(value) {
            *value = json!(quantity.as_number());
        }
        return;
    }
    if let Value::Object(fields) = value {
        for (_, field, default) in DEFAULTS.iter().filter(|(of, ..)| *of == name) {
            if !fields.contains_key(*field) {
                fields.insert((*field).to_owned(), serde_json::from_str(default).unwrap_or_default());
            }
        }
    }
    match name {
        "Container" => pull_policy(value, ("image", "imagePullPolicy")),
        "ImageVolumeSource" => pull_policy(value, ("reference", "pullPolicy")),
        "PodSpec" => service_account(value),
        "Volume" if value.as_object().is_some_and(|volume| volume.len() == 1) => {
            value["emptyDir"] = json!({});
        }
        _ => {}
    }
    if let Some(schema) = definitions.schema(name) {
        inside(definitions, schema, value);
    }
}

fn inside(definitions: &Definitions, schema: &Value, value: &mut Value) {
    if let Some(name) = schema::reference(schema) {
        return fill(definitions, name, value);
    }
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields.iter_mut() {
                if let Some(schema) = schema::of_field(schema, name) {
                    inside(definitions, schema, inner);
                }
            }
            fields
                .retain(|name, inner| !schema::of_field(schema, name).is_some_and(|of| is_empty(of, inner)));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| inside(definitions, &schema["items"], item)),
        _ => {}
    }
}

/// Whether a value is a list or a map without entries. A struct without fields is something: `emptyDir: {}`.
fn is_empty(schema: &Value, value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty() && schema.get("additionalProperties").is_some(),
        _ => false,
    }
}

/// An image without a tag, or with `latest`, is always pulled.
fn pull_policy(value: &mut Value, (image, policy): (&str, &str)) {
    if value.get(policy).is_some() {
        return;
    }
    let image = value[image].as_str().unwrap_or_default();
    let (path, digest) = image.split_once('@').map_or((image, None), |(path, digest)| (path, Some(digest)));
    let tag = path.rsplit('/').next().and_then(|name| name.split_once(':')).map(|(_, tag)| tag);
    let is_moving = tag == Some("latest") || (tag.is_none() && digest.is_none());
    value[policy] = json!(if is_moving { "Always" } else { "IfNotPresent" });
}

/// One account under two names.
fn service_account(pod: &mut Value) {
    let given =
        ["serviceAccountName", "serviceAccount"].into_iter().find_map(|field| pod.get(field).cloned());
    if let Some(given) = given {
        pod["serviceAccount"] = given.clone();
        pod["serviceAccountName"] = given;
    }
}
