//! The built-in schemas: what the Go types of the native kinds can hold.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use super::super::judge::Violation;
use crate::schema::{self as compiled, Compiled, Wrong};

/// A kind that is known here.
#[derive(Debug)]
pub(super) struct Kind {
    api_version: &'static str,
    /// Its name, which its definition bears as well.
    pub(super) definition: &'static str,
    compiled: OnceLock<Compiled>,
}

macro_rules! kinds {
    ($($api_version:literal: $($definition:ident),+;)+) => {
        [$($(Kind { api_version: $api_version, definition: stringify!($definition), compiled: OnceLock::new() }),+),+]
    };
}

static KINDS: [Kind; 18] = kinds! {
    "v1": ConfigMap, LimitRange, Namespace, PersistentVolumeClaim, ResourceQuota, Secret, Service, ServiceAccount;
    "apps/v1": Deployment;
    "batch/v1": CronJob, Job;
    "coordination.k8s.io/v1": Lease;
    "networking.k8s.io/v1": NetworkPolicy;
    "policy/v1": PodDisruptionBudget;
    "rbac.authorization.k8s.io/v1": ClusterRole, ClusterRoleBinding, Role, RoleBinding;
};

/// The kind of an object, if it is known here.
pub(super) fn kind_of(object: &Value) -> Option<&'static Kind> {
    let text = |field: &str| object.get(field).and_then(Value::as_str);
    let (api_version, kind) = (text("apiVersion")?, text("kind")?);
    KINDS.iter().find(|known| known.api_version == api_version && known.definition == kind)
}

/// All definitions, by their names.
#[derive(Debug)]
pub(super) struct Definitions {
    by_name: Map<String, Value>,
}

impl Definitions {
    /// Reads them when they are first asked for.
    pub(super) fn get() -> &'static Self {
        static DEFINITIONS: OnceLock<Definitions> = OnceLock::new();
        DEFINITIONS.get_or_init(|| {
            let text = include_str!("../../../schemas/kubernetes/definitions.json");
            let mut document: Value = serde_json::from_str(text).unwrap_or_default();
            let by_name = document["$defs"].as_object_mut().map(std::mem::take);
            Definitions { by_name: by_name.unwrap_or_default() }
        })
    }

    pub(super) fn schema(&self, name: &str) -> Option<&Value> {
        self.by_name.get(name)
    }

    /// Makes of an object what its Go type holds: a null is the empty value of its type, structs are there
    /// even if nobody gives them, and 1.0 is 1.
    pub(super) fn decode(&self, kind: &Kind, object: &mut Value) {
        if let Some(schema) = self.schema(kind.definition) {
            self.decode_by(schema, object);
        }
    }

    fn decode_by(&self, schema: &Value, value: &mut Value) {
        if let Some(target) = reference(schema).and_then(|name| self.schema(name)) {
            return self.decode_by(target, value);
        }
        match value {
            Value::Object(fields) => {
                fields.retain(|name, inner| !inner.is_null() || schema["properties"].get(name).is_none());
                for (name, known) in schema["properties"].as_object().into_iter().flatten() {
                    if let Some(default) = known.get("default").filter(|_| !fields.contains_key(name)) {
                        fields.insert(name.clone(), default.clone());
                    }
                }
                for (name, inner) in fields.iter_mut() {
                    if let Some(schema) = of_field(schema, name) {
                        self.decode_item(schema, inner);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.decode_item(&schema["items"], item)),
            // As YAML is turned into JSON on the way to the server.
            Value::Number(number) if schema["type"] == "integer" => {
                #[expect(clippy::cast_possible_truncation, reason = "it is looked at before it is taken")]
                if let Some(whole) = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0) {
                    *value = json!(whole as i64);
                }
            }
            _ => {}
        }
    }

    fn decode_item(&self, schema: &Value, value: &mut Value) {
        if value.is_null() {
            *value = self.empty(schema);
        }
        self.decode_by(schema, value);
    }

    /// The empty value of a type, as Go has it.
    fn empty(&self, schema: &Value) -> Value {
        match reference(schema) {
            Some("Quantity" | "IntOrString") => json!(0),
            Some(name) => self.schema(name).map_or(Value::Null, |schema| self.empty(schema)),
            None => match schema["type"].as_str() {
                Some("object") => json!({}),
                Some("array") => json!([]),
                Some("string") => json!(""),
                Some("integer" | "number") => json!(0),
                Some("boolean") => json!(false),
                _ => Value::Null,
            },
        }
    }

    /// Every place of an object that its Go type cannot hold.
    pub(super) fn misfits(&self, kind: &Kind, object: &Value) -> Vec<Violation> {
        let compiled = kind.compiled.get_or_init(|| self.compile(kind.definition));
        if compiled.is_valid(object) {
            return Vec::new();
        }
        compiled.violations(object).into_iter().map(|violation| misfit(violation, kind)).collect()
    }

    /// Only what the kind needs: compiling everything takes longer than many runs.
    fn compile(&self, name: &str) -> Compiled {
        let mut needed = BTreeSet::new();
        self.need(&json!({"$ref": format!("#/$defs/{name}")}), &mut needed);
        let definitions: Map<String, Value> =
            needed.iter().filter_map(|name| Some((name.clone(), self.schema(name)?.clone()))).collect();
        let schema = json!({"$ref": format!("#/$defs/{name}"), "$defs": definitions});
        Compiled::new(&schema).expect("the built-in schemas are schemas")
    }

    fn need(&self, schema: &Value, needed: &mut BTreeSet<String>) {
        if let Some(name) = reference(schema) {
            if needed.insert(name.to_owned())
                && let Some(target) = self.schema(name)
            {
                self.need(target, needed);
            }
            return;
        }
        let fields = schema["properties"].as_object().into_iter().flat_map(Map::values);
        let others = ["items", "additionalProperties"].into_iter().filter_map(|keyword| schema.get(keyword));
        fields.chain(others).for_each(|inner| self.need(inner, needed));
    }
}

/// The definition that a schema stands for.
pub(super) fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")
}

/// The schema of a field, or of each entry of a map.
pub(super) fn of_field<'s>(schema: &'s Value, name: &str) -> Option<&'s Value> {
    schema["properties"]
        .get(name)
        .or_else(|| schema.get("additionalProperties").filter(|entry| entry.is_object()))
}

fn misfit(violation: compiled::Violation, kind: &Kind) -> Violation {
    let message = match violation.wrong {
        Wrong::UnknownField(field) => format!("`{field}` is no field of a {}", kind.definition),
        Wrong::Pattern(pattern) => format!("it must be {}", meaning(&pattern)),
        wrong => format!("it {wrong}"),
    };
    Violation { pointer: violation.pointer, message }
}

/// What the patterns of the definitions stand for.
fn meaning(pattern: &str) -> &'static str {
    match pattern {
        pattern if pattern.contains("A-Za-z0-9+/") => "base64",
        pattern if pattern.contains("numkMGTPE") => "a quantity, as in `500m` or `10Gi`",
        pattern if pattern.contains("{6}") => "a time with microseconds, as in `2026-01-31T12:00:00.000000Z`",
        _ => "a time, as in `2026-01-31T12:00:00Z`",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_definition_that_compiles() {
        for kind in &KINDS {
            let known =
                Definitions::get().schema(kind.definition).map(|schema| &schema["properties"]["apiVersion"]);
            assert_eq!(known, Some(&json!({"type": "string"})), "{}", kind.definition);
            Definitions::get().misfits(kind, &json!({}));
        }
    }

    #[test]
    fn every_pattern_has_a_meaning_of_its_own() {
        let definitions = Value::Object(Definitions::get().by_name.clone()).to_string();
        let patterns: BTreeSet<&str> =
            definitions.split("\"pattern\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let meanings: BTreeSet<&str> = patterns.iter().map(|pattern| meaning(pattern)).collect();
        assert_eq!((patterns.len(), meanings.len()), (4, 4));
    }
}
