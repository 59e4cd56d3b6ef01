//! Every rendered object against the real CustomResourceDefinition of its kind, by a small reading of the structural
//! schema that shares nothing with our own validation.

use std::collections::BTreeMap;

use goldsmith::validate::kinds;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::pages::pages;
use crate::tools::{assert_at_least, definitions};
use crate::trees::{documents, id, manifests, parse};

/// How many objects of the goldens are checked at least. Raise it as goldens are added.
const OBJECTS: usize = 80;

/// Kinds that have no CustomResourceDefinition in the folder, and what is checked instead.
pub(crate) const NOT_THERE: &[(&str, &str, &str)] = &[
    ("v1", "ConfigMap", "core: the API server judges it, verdicts.rs"),
    ("v1", "LimitRange", "core: the API server judges it, verdicts.rs"),
    ("v1", "Namespace", "core: the API server judges it, verdicts.rs"),
    ("v1", "ResourceQuota", "core: the API server judges it, verdicts.rs"),
    ("v1", "ServiceAccount", "core: the API server judges it, verdicts.rs"),
    ("batch/v1", "CronJob", "core: the API server judges it, verdicts.rs"),
    ("batch/v1", "Job", "core: the API server judges it, verdicts.rs"),
    ("networking.k8s.io/v1", "NetworkPolicy", "core: the API server judges it, verdicts.rs"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole", "core: the API server judges it, verdicts.rs"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "core: the API server judges it, verdicts.rs"),
    ("rbac.authorization.k8s.io/v1", "Role", "core: the API server judges it, verdicts.rs"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", "core: the API server judges it, verdicts.rs"),
    ("monitoring.coreos.com/v1", "PrometheusRule", "promtool reads its spec: rules.rs"),
    ("ssp.kubevirt.io/v1beta1", "SSP", "the claims of its golden, field by field"),
];

#[test]
fn every_rendered_object_fits_its_definition() {
    let schemas = schemas();
    let (mut checked, mut wrong) = (0, Vec::new());
    for manifest in manifests() {
        let kind = kind(&manifest.object);
        let Some(schemas) = schemas.get(&kind) else {
            let known =
                NOT_THERE.iter().any(|(version, name, _)| kind == (version.to_string(), name.to_string()));
            if !known {
                wrong.push(format!("{}: no definition of {} {}", manifest.path.display(), kind.0, kind.1));
            }
            continue;
        };
        checked += 1;
        wrong.extend(
            fault(schemas, &manifest.object).map(|fault| format!("{}: {fault}", manifest.path.display())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_at_least(OBJECTS, checked, "objects");
}

#[test]
fn the_manifests_of_the_documentation_fit_their_definitions() {
    let schemas = schemas();
    let mut checked = 0;
    for page in pages() {
        for block in page.blocks_of("yaml manifest") {
            let object = parse(block.text).unwrap().remove(0);
            let (version, name) = kind(&object);
            // Kustomize's own files are no objects of a cluster.
            if version.starts_with("kustomize.config.k8s.io/") {
                continue;
            }
            let place = format!("{}:{}", page.path.display(), block.line);
            checked += 1;
            if let Some(told) = kinds::judge(&object) {
                assert!(told.is_empty(), "{place}: {told:?}");
                continue;
            }
            let known = schemas.get(&(version.clone(), name.clone()));
            let known = known.unwrap_or_else(|| panic!("{place}: no definition of {version} {name}"));
            assert_eq!(fault(known, &object), None, "{place}");
        }
    }
    assert!(checked > 0, "the documentation shows no manifest");
}

#[test]
fn a_kind_without_definition_is_listed_only_where_there_is_none() {
    let schemas = schemas();
    let there = |(version, kind, _): &&(&str, &str, &str)| {
        schemas.contains_key(&(version.to_string(), kind.to_string()))
    };
    let needless: Vec<_> = NOT_THERE.iter().filter(there).collect();
    assert!(needless.is_empty(), "these have a definition: {needless:?}");
}

#[test]
fn an_object_that_does_not_fit_is_found_out() {
    let schemas = schemas();
    let set = |mirrors: Value| {
        json!({
            "apiVersion": "config.openshift.io/v1",
            "kind": "ImageDigestMirrorSet",
            "metadata": {"name": "goldsmith"},
            "spec": {"imageDigestMirrors": [mirrors]},
        })
    };
    let fault = |mirrors: Value| {
        let object = set(mirrors);
        fault(&schemas[&kind(&object)], &object)
    };
    assert_eq!(fault(json!({"source": "r.example/a", "mirrors": ["m.example"]})), None);
    for wrong in [
        json!({"source": "r.example/a", "mirors": ["m.example"]}),
        json!({"source": "https://r.example"}),
        json!({"mirrors": ["m.example"]}),
        json!({"source": "r.example", "mirrorSourcePolicy": "Sometimes"}),
        json!({"source": 1}),
    ] {
        assert!(fault(wrong.clone()).is_some(), "{wrong}");
    }
}

fn kind(object: &Value) -> (String, String) {
    let text = |field| object[field].as_str().unwrap_or_default().to_owned();
    (text("apiVersion"), text("kind"))
}

/// What an object breaks; none where one of the definitions of its kind takes it.
fn fault(schemas: &[Validator], object: &Value) -> Option<String> {
    let faults = |schema: &Validator| {
        let faults = schema.iter_errors(object).map(|error| format!("{}: {error}", error.instance_path()));
        faults.collect::<Vec<_>>()
    };
    let all: Vec<_> = schemas.iter().map(faults).collect();
    let nearest = all.into_iter().min_by_key(Vec::len)?;
    (!nearest.is_empty()).then(|| format!("{}: {}", id(object), nearest.join("; ")))
}

/// The schemas of each apiVersion and kind; several where the folder holds several releases of one definition.
fn schemas() -> BTreeMap<(String, String), Vec<Validator>> {
    let mut schemas: BTreeMap<_, Vec<Validator>> = BTreeMap::new();
    let entries = walkdir::WalkDir::new(definitions()).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "yaml"));
    for definition in files.flat_map(|entry| documents(entry.path())) {
        let spec = &definition["spec"];
        let (group, kind) = (spec["group"].as_str(), spec["names"]["kind"].as_str());
        let (Some(group), Some(kind)) = (group, kind) else { continue };
        for version in spec["versions"].as_array().into_iter().flatten() {
            let schema = jsonschema::validator_for(&root(&version["schema"]["openAPIV3Schema"]));
            let schema = schema.unwrap_or_else(|why| panic!("{group} {kind}: {why}"));
            let version = version["name"].as_str().unwrap_or_default();
            schemas.entry((format!("{group}/{version}"), kind.to_owned())).or_default().push(schema);
        }
    }
    assert!(schemas.len() >= 10, "GOLDSMITH_TEST_CRDS holds {} kinds only", schemas.len());
    schemas
}

/// A structural schema as JSON Schema. The API server reads `metadata` itself.
fn root(structural: &Value) -> Value {
    let mut schema = strict(structural, true);
    if let Some(properties) = schema["properties"].as_object_mut() {
        properties.insert("metadata".to_owned(), json!({"type": "object"}));
    }
    schema
}

/// Structural schemas say in words of their own what may be null, what is a number or a text, and what may hold unknown
/// fields; everything else may not, since a strict API server refuses (a lenient one prunes) what it does not know.
/// `closed` is false below `allOf`, `anyOf`, `oneOf` and `not`, which only see a part.
fn strict(structural: &Value, closed: bool) -> Value {
    let Some(fields) = structural.as_object() else { return structural.clone() };
    let says = |keyword: &str| fields.get(keyword).and_then(Value::as_bool).unwrap_or_default();
    let mut schema: Map<String, Value> = Map::new();
    for (keyword, value) in fields {
        let inner = match keyword.as_str() {
            "properties" => each(value, closed),
            "items" | "additionalProperties" => strict(value, closed),
            "allOf" | "anyOf" | "oneOf" => {
                value.as_array().into_iter().flatten().map(|part| strict(part, false)).collect()
            }
            "not" => strict(value, false),
            "type" if says("nullable") => json!([value, "null"]),
            "type" | "required" | "enum" | "pattern" | "minimum" | "maximum" | "minLength" | "maxLength"
            | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "multipleOf" | "uniqueItems" => {
                value.clone()
            }
            _ => continue,
        };
        schema.insert(keyword.clone(), inner);
    }
    if says("x-kubernetes-int-or-string") {
        schema.insert("type".to_owned(), json!(["integer", "string"]));
    }
    if says("x-kubernetes-embedded-resource") {
        let properties = schema.entry("properties").or_insert_with(|| json!({}));
        for field in ["apiVersion", "kind", "metadata"] {
            properties[field] = json!(true);
        }
    }
    let open = says("x-kubernetes-preserve-unknown-fields") || schema.contains_key("additionalProperties");
    if closed && schema.contains_key("properties") && !open {
        schema.insert("additionalProperties".to_owned(), json!(false));
    }
    Value::Object(schema)
}

fn each(properties: &Value, closed: bool) -> Value {
    let properties = properties.as_object().into_iter().flatten();
    properties.map(|(name, schema)| (name.clone(), strict(schema, closed))).collect()
}
