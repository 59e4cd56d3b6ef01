//! What the API server says to an object of a native kind when it is created, and when it changes, found without a server.
//!
//! In: one object; for [`judge_change`] its old version as well. Out: every place that the server refuses. Native kinds are
//! decoded into Go types first, strictly, and what cannot be decoded hides all else. [`schema`] says what the Go types hold;
//! [`mod@rules`] is the table of the rules of validation.go, keyed by the same types, so that a rule of a Container holds
//! wherever a container stands; [`fixed`] is the table of what cannot change. Rules know the defaults that they depend on;
//! only what is compared with an old version is completed first, by [`defaults`].
//!
//! Not here: what needs more than the object (quotas, admission), and `status`, which the server empties on create. The
//! verdicts are those of Kubernetes 1.36 with the feature gates as they come.

mod address;
mod defaults;
mod field;
mod fixed;
mod quantity;
mod resource;
mod rule;
mod rules;
mod schema;
mod syntax;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use super::judge::Violation;
use crate::manifest::pointer::escape;
pub use defaults::default_of;
pub use fixed::{FIXED, Fixed, judge_change};
pub use rule::{Check, Refuse, Rule};
use schema::Definitions;

/// Every place of an object that the server refuses, sorted by place; of a field that must be given it names the field,
/// which is not there. None: the kind is not known here.
pub fn judge(object: &Value) -> Option<Vec<Violation>> {
    let definitions = Definitions::get();
    let kind = schema::kind_of(object)?;
    let mut decoded = object.clone();
    definitions.decode(kind, &mut decoded);
    let mut violations = definitions.misfits(kind, &decoded);
    if violations.is_empty() {
        let mut walk = Walk { definitions, violations: &mut violations };
        walk.apply("Object", &decoded, "");
        walk.definition(kind.definition, &decoded, "");
    }
    violations.sort();
    violations.dedup();
    Some(violations)
}

/// All rules, by the definition that they belong to.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    rules::ALL.iter().copied().flatten()
}

fn rules_of(definition: &str) -> &'static [&'static Rule] {
    static BY_DEFINITION: OnceLock<BTreeMap<&str, Vec<&Rule>>> = OnceLock::new();
    let by_definition = BY_DEFINITION.get_or_init(|| {
        let mut by_definition: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
        rules().for_each(|rule| by_definition.entry(rule.of).or_default().push(rule));
        by_definition
    });
    by_definition.get(definition).map(Vec::as_slice).unwrap_or_default()
}

/// A walk over an object along its schema, which says of which Go type each part is.
struct Walk<'w> {
    definitions: &'static Definitions,
    violations: &'w mut Vec<Violation>,
}

impl Walk<'_> {
    fn definition(&mut self, name: &str, value: &Value, pointer: &str) {
        self.apply(name, value, pointer);
        if let Some(schema) = self.definitions.schema(name) {
            self.inside(schema, value, pointer);
        }
    }

    fn apply(&mut self, name: &str, value: &Value, pointer: &str) {
        for rule in rules_of(name) {
            (rule.check)(value, &mut |inner, message| {
                self.violations.push(Violation { pointer: format!("{pointer}{inner}"), message });
            });
        }
    }

    fn inside(&mut self, schema: &Value, value: &Value, pointer: &str) {
        if let Some(name) = schema::reference(schema) {
            return self.definition(name, value, pointer);
        }
        match value {
            Value::Object(fields) => {
                // The server empties the status of what it creates.
                let given = fields.iter().filter(|(name, _)| !(pointer.is_empty() && *name == "status"));
                for (name, inner) in given {
                    if let Some(schema) = schema::of_field(schema, name) {
                        self.inside(schema, inner, &format!("{pointer}/{}", escape(name)));
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.inside(&schema["items"], item, &format!("{pointer}/{index}"));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(object: &Value) -> Vec<String> {
        let violations = judge(object).expect("a known kind");
        violations.iter().map(|violation| format!("{}: {}", violation.pointer, violation.message)).collect()
    }

    #[test]
    fn a_kind_that_no_schema_is_built_in_for_is_not_judged() {
        assert_eq!(judge(&json!({"apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataSource"})), None);
        assert_eq!(judge(&json!({"apiVersion": "v2", "kind": "ConfigMap"})), None);
        assert_eq!(judge(&json!(["ConfigMap"])), None);
    }

    #[test]
    fn what_cannot_be_decoded_hides_what_the_rules_would_say() {
        let object = json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "UPPER"},
            "spec": {"schedule": 5, "suspendd": true}});
        assert_eq!(
            told(&object),
            [
                "/spec/schedule: it must be of type string",
                "/spec/suspendd: `suspendd` is no field of a CronJob"
            ]
        );
    }

    #[test]
    fn a_null_stands_for_the_empty_value_of_its_type() {
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "labels": null,
            "creationTimestamp": null}, "data": {"key": null}, "immutable": null});
        assert_eq!(told(&object), [""; 0]);
        let object =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "finalizers": [null]}});
        assert_eq!(told(&object), ["/metadata/finalizers/0: it is empty"]);
    }

    #[test]
    fn what_a_struct_must_hold_is_asked_for_even_if_the_struct_is_not_given() {
        let object =
            json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": null});
        assert_eq!(
            told(&object),
            [
                "/spec/template/spec/containers: a container must be given",
                "/spec/template/spec/restartPolicy: a Job needs `OnFailure` or `Never`; left out it is `Always`"
            ]
        );
    }

    #[test]
    fn numbers_that_their_type_cannot_hold_are_not_decoded() {
        let lease = |seconds: Value| {
            json!({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": {"name": "a"}, "spec": {"leaseDurationSeconds": seconds}})
        };
        assert_eq!(
            told(&lease(json!(2_147_483_648_u32))),
            ["/spec/leaseDurationSeconds: it must be at most 2147483647"]
        );
        assert_eq!(told(&lease(json!(1.5))), ["/spec/leaseDurationSeconds: it must be of type integer"]);
        assert_eq!(told(&lease(json!(15.0))), [""; 0]);
        let job = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a", "namespace": "b"}, "spec": {
            "activeDeadlineSeconds": 1e20,
            "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a"}]}}}});
        assert_eq!(told(&job).len(), 1, "{:?}", told(&job));
    }

    #[test]
    fn texts_that_stand_for_something_are_told_in_words() {
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a",
            "creationTimestamp": "yesterday"}, "binaryData": {"key": "???"}});
        assert_eq!(
            told(&object),
            [
                "/binaryData/key: it must be base64",
                "/metadata/creationTimestamp: it must be a time, as in `2026-01-31T12:00:00Z`"
            ]
        );
        let object = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "a"},
            "spec": {"hard": {"cpu": "10 Gi", "memory": true, "pods": 0.5}}});
        assert_eq!(
            told(&object),
            [
                "/spec/hard/cpu: it must be a quantity, as in `500m` or `10Gi`",
                "/spec/hard/memory: it must be of type number or string"
            ]
        );
    }

    #[test]
    fn what_the_status_of_an_object_says_is_decoded_and_not_judged() {
        let quota = |used: &str| {
            json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "a"},
            "status": {"used": {"pods": used}}})
        };
        assert_eq!(told(&quota("-1")), [""; 0]);
        assert_eq!(told(&quota("x")), ["/status/used/pods: it must be a quantity, as in `500m` or `10Gi`"]);
    }
}
