//! What is known of the custom kinds that components render, where no definition is at hand: the models of all components as
//! schemas.
//!
//! A model knows a part. What it refuses, the API server refuses; what it lets pass is not known to be valid.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::judge::{Schema, Served, Violation};
use crate::components;
use crate::manifest::model::{Field, Holds, Model};

static SCHEMAS: LazyLock<Vec<(&Model, Schema)>> = LazyLock::new(|| {
    let compile = |model: &'static Model| {
        let served = Served { is_cluster_wide: model.is_cluster_wide, ..Served::default() };
        (model, Schema::compile(object(model.fields), served).expect("a model is a schema"))
    };
    components::models().map(compile).collect()
});

/// What the API server would refuse of an object, as far as its kind is known; none where it is not.
pub fn judge(api_version: &str, kind: &str, object: &Value, old: Option<&Value>) -> Option<Vec<Violation>> {
    let (_, schema) = SCHEMAS.iter().find(|(model, _)| model.is_of(api_version, kind))?;
    // A model has no defaults and no rules, and most that is rendered is as it should be.
    let is_fine = old.is_none() && schema.has_structure(object);
    let mut violations = if is_fine { Vec::new() } else { schema.judge(object, old).violations };
    violations.extend(schema.judge_metadata(object));
    Some(violations)
}

/// An object with these fields, and with any others.
fn object(fields: &[Field]) -> Value {
    let required: Vec<_> = fields.iter().filter(|field| field.is_required).map(|field| field.name).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), schema(&field.holds))).collect();
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "x-kubernetes-preserve-unknown-fields": true,
    })
}

fn schema(holds: &Holds) -> Value {
    match holds {
        Holds::Text => json!({"type": "string"}),
        Holds::Word(words) => json!({"type": "string", "enum": words}),
        Holds::Flag => json!({"type": "boolean"}),
        Holds::Number => json!({"type": "integer", "format": "int32"}),
        Holds::TextOrNumber => json!({"x-kubernetes-int-or-string": true}),
        Holds::List(items) => json!({"type": "array", "items": schema(items)}),
        Holds::Map(values) => json!({"type": "object", "additionalProperties": schema(values)}),
        Holds::Fields(fields) => object(fields),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(object: &Value) -> Vec<String> {
        let text = |field: &str| object[field].as_str().unwrap();
        let violations = judge(text("apiVersion"), text("kind"), object, None).unwrap();
        violations
            .into_iter()
            .map(|violation| format!("{}: {}", violation.pointer, violation.message))
            .collect()
    }

    fn mirrors(spec: &Value) -> Value {
        json!({"apiVersion": "config.openshift.io/v1", "kind": "ImageDigestMirrorSet", "metadata": {"name": "a"}, "spec": spec})
    }

    #[test]
    fn types_words_and_required_fields_are_known() {
        let spec = json!({"imageDigestMirrors": [{"mirrors": ["a", 1], "mirrorSourcePolicy": "Sometimes"}]});
        assert_eq!(
            told(&mirrors(&spec)),
            [
                "/spec/imageDigestMirrors/0: `source` is required",
                "/spec/imageDigestMirrors/0/mirrorSourcePolicy: it must be one of `AllowContactingSource`, `NeverContactSource`",
                "/spec/imageDigestMirrors/0/mirrors/1: it must be of type string",
            ]
        );
    }

    #[test]
    fn what_lies_beyond_is_not_refused() {
        let spec = json!({"imageDigestMirrors": [{"source": "a", "future": {"field": 1}}], "other": [1]});
        let mut object = mirrors(&spec);
        object["data"] = json!({"any": true});
        assert!(told(&object).is_empty());
    }

    #[test]
    fn metadata_is_that_of_every_object() {
        let mut object = mirrors(&json!({}));
        object["metadata"]["labels"] = json!({"a": "-"});
        assert_eq!(told(&object).len(), 1);
    }

    #[test]
    fn a_kind_that_no_component_renders_is_not_known() {
        assert_eq!(judge("config.openshift.io/v1", "ClusterVersion", &json!({}), None), None);
        assert_eq!(judge("config.openshift.io/v2", "ImageDigestMirrorSet", &json!({}), None), None);
    }
}
