//! What the server reads a pod as where fields are left out: only as far as two versions of one can be compared by it.

use serde_json::{Value, json};

use super::quantity::Quantity;
use super::schema::{self, Definitions};

/// The defaults of Kubernetes 1.36 (`pkg/apis/core/v1/defaults.go`), by definition and field.
const DEFAULTS: &[(&str, &str, &str)] = &[
    ("ConfigMapVolumeSource", "defaultMode", "420"),
    ("Container", "terminationMessagePath", r#""/dev/termination-log""#),
    ("Container", "terminationMessagePolicy", r#""File""#),
    ("ContainerPort", "protocol", r#""TCP""#),
    ("DownwardAPIVolumeSource", "defaultMode", "420"),
    ("GRPCAction", "service", r#""""#),
    ("HTTPGetAction", "path", r#""/""#),
    ("HTTPGetAction", "scheme", r#""HTTP""#),
    ("HostPathVolumeSource", "type", r#""""#),
    ("ObjectFieldSelector", "apiVersion", r#""v1""#),
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
    ("ResourceFieldSelector", "divisor", r#""0""#),
    ("SecretVolumeSource", "defaultMode", "420"),
    ("ServiceAccountTokenProjection", "expirationSeconds", "3600"),
];

/// Fills in what is left out, and gives quantities one form.
pub(super) fn fill(definitions: &Definitions, name: &str, value: &mut Value) {
    if name == "Quantity" {
        if let Some(quantity) = Quantity::of(value) {
            *value = json!(quantity.as_number());
        }
        return;
    }
    for (_, field, default) in DEFAULTS.iter().filter(|(of, ..)| *of == name) {
        if value.get(field).is_none() {
            value[field] = serde_json::from_str(default).unwrap_or_default();
        }
    }
    match name {
        "Container" => pull_policy(value),
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
            for (name, inner) in fields {
                if let Some(schema) = schema::of_field(schema, name) {
                    inside(definitions, schema, inner);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| inside(definitions, &schema["items"], item)),
        _ => {}
    }
}

/// An image without a tag, or with `latest`, is always pulled.
fn pull_policy(container: &mut Value) {
    if container.get("imagePullPolicy").is_some() {
        return;
    }
    let image = container["image"].as_str().unwrap_or_default();
    let (path, digest) = image.split_once('@').map_or((image, None), |(path, digest)| (path, Some(digest)));
    let tag = path.rsplit('/').next().and_then(|name| name.split_once(':')).map(|(_, tag)| tag);
    let is_moving = tag == Some("latest") || (tag.is_none() && digest.is_none());
    container["imagePullPolicy"] = json!(if is_moving { "Always" } else { "IfNotPresent" });
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
