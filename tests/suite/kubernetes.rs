//! The built-in schemas of native kinds, as they follow from the OpenAPI that `k8s-openapi` carries.
//!
//! The API server decodes native kinds into Go types, strictly, and its validation comes after. So a schema says what a
//! Go type can hold: unknown fields are refused, what cannot be decoded is refused, and nothing is required. A `default`
//! is what the type holds when nothing is given.

use std::collections::BTreeMap;

use k8s_openapi::api;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The file in `schemas/`.
pub(crate) const FILE: &str = "kubernetes/definitions.json";

/// The longest line that a part of a schema may stand on.
const WIDTH: usize = 110;

/// What `resource.ParseQuantity` takes; digits may be missing.
const QUANTITY: &str = r"^\s*[+-]?[0-9]*(\.[0-9]*)?([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?\s*$";

/// What `encoding/base64` takes: line breaks are passed over, bits behind the last byte are not looked at.
const BASE64: &str = r"^[\r\n]*(([A-Za-z0-9+/][\r\n]*){4})*(([A-Za-z0-9+/][\r\n]*){2}=[\r\n]*=[\r\n]*|([A-Za-z0-9+/][\r\n]*){3}=[\r\n]*)?$";

/// What `time.Parse` takes for RFC 3339, up to the fraction of the second, and behind it.
const TIME: [&str; 2] = [
    "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]",
    "(Z|[+-]([01][0-9]|2[0-4]):[0-5][0-9])$",
];

/// Fields whose Go type is a struct and no pointer, where validation asks for something in it: the struct is there, empty,
/// even if nobody gives it.
const ALWAYS_THERE: [(&str, &str); 12] = [
    ("CronJob", "spec"),
    ("CronJobSpec", "jobTemplate"),
    ("Deployment", "spec"),
    ("DeploymentSpec", "template"),
    ("Job", "spec"),
    ("JobSpec", "template"),
    ("JobTemplateSpec", "spec"),
    ("PersistentVolumeClaim", "spec"),
    ("PersistentVolumeClaimTemplate", "spec"),
    ("PodTemplateSpec", "spec"),
    ("Service", "spec"),
    ("WeightedPodAffinityTerm", "podAffinityTerm"),
];

/// The text of the file.
pub(crate) fn definitions() -> String {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    add_kinds(&mut generator);
    let mut by_name = BTreeMap::new();
    for (path, schema) in generator.definitions() {
        let name = short(path);
        let schema = match name {
            "MicroTime" => json!({"type": "string", "pattern": TIME.join("[.,][0-9]{6}")}),
            "Time" => json!({"type": "string", "pattern": TIME.join("([.,][0-9]+)?")}),
            "Quantity" => json!({"type": ["string", "number"], "minLength": 1, "pattern": QUANTITY}),
            "IntOrString" => {
                json!({"type": ["integer", "string"], "minimum": i32::MIN, "maximum": i32::MAX})
            }
            _ => strict(schema),
        };
        assert_eq!(by_name.insert(name.to_owned(), schema), None, "two definitions are called `{name}`");
    }
    for (name, field) in ALWAYS_THERE {
        by_name.get_mut(name).unwrap()["properties"][field]["default"] = json!({});
    }
    let document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What the Go types of Kubernetes 1.36 can hold",
        "$defs": by_name,
    });
    let mut text = String::new();
    print(&document, 0, &mut text);
    text.push('\n');
    text
}

fn add_kinds(generator: &mut SchemaGenerator) {
    macro_rules! add {
        ($($kind:ty),* $(,)?) => { $(generator.subschema_for::<$kind>();)* };
    }
    add!(
        api::apps::v1::Deployment,
        api::batch::v1::CronJob,
        api::batch::v1::Job,
        api::coordination::v1::Lease,
        api::core::v1::ConfigMap,
        api::core::v1::LimitRange,
        api::core::v1::Namespace,
        api::core::v1::PersistentVolumeClaim,
        api::core::v1::ResourceQuota,
        api::core::v1::Secret,
        api::core::v1::Service,
        api::core::v1::ServiceAccount,
        api::networking::v1::NetworkPolicy,
        api::policy::v1::PodDisruptionBudget,
        api::rbac::v1::ClusterRole,
        api::rbac::v1::ClusterRoleBinding,
        api::rbac::v1::Role,
        api::rbac::v1::RoleBinding,
    );
}

/// `io.k8s.api.core.v1.Container` is `Container`.
fn short(path: &str) -> &str {
    path.rsplit('.').next().unwrap()
}

fn strict(schema: &Value) -> Value {
    let Value::Object(keywords) = schema else { return schema.clone() };
    let mut out = Map::new();
    for (keyword, value) in keywords {
        match keyword.as_str() {
            "type" => drop(out.insert(keyword.clone(), value.clone())),
            "$ref" => {
                let target = short(value.as_str().unwrap());
                out.insert(keyword.clone(), json!(format!("#/$defs/{target}")));
            }
            "items" | "additionalProperties" => drop(out.insert(keyword.clone(), strict(value))),
            "properties" => {
                let fields = value.as_object().unwrap().iter();
                let fields = fields.map(|(name, schema)| (name.clone(), strict(schema))).collect();
                out.insert(keyword.clone(), Value::Object(fields));
                out.insert("additionalProperties".to_owned(), json!(false));
            }
            "format" => out.extend(format(value.as_str().unwrap())),
            // A Go type lacks nothing: what must be given is told by validation, after all else was decoded.
            "required" | "description" => {}
            other => panic!("the OpenAPI uses `{other}`, and nobody has decided what that means here"),
        }
    }
    Value::Object(out)
}

fn format(format: &str) -> Map<String, Value> {
    let keywords = match format {
        "int32" => json!({"minimum": i32::MIN, "maximum": i32::MAX}),
        "int64" => json!({"minimum": i64::MIN, "maximum": i64::MAX}),
        "byte" => json!({"pattern": BASE64}),
        other => panic!("the OpenAPI uses the format `{other}`, and nobody has decided what that means here"),
    };
    keywords.as_object().unwrap().clone()
}

/// As short as lines allow, but a field a line: a diff shows what changed.
fn print(value: &Value, depth: usize, out: &mut String) {
    let Value::Object(fields) = value else { return out.push_str(&value.to_string()) };
    out.push_str("{\n");
    for (index, (name, value)) in fields.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { ",\n" });
        out.push_str(&"  ".repeat(depth + 1));
        out.extend([json!(name).to_string().as_str(), ": "]);
        let line = value.to_string();
        let is_short = 2 * depth + line.len() <= WIDTH && depth > 1 && name != "properties";
        if is_short { out.push_str(&line) } else { print(value, depth + 1, out) }
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push('}');
}
