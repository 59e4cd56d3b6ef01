//! Our models of custom kinds against the real CustomResourceDefinitions, field by field, and against what a real API server
//! said of objects of these kinds.

use std::collections::BTreeSet;

use goldsmith::components;
use goldsmith::manifest::model::{Field, Holds, Model};
use goldsmith::validate::models;
use serde_json::{Value, json};

use crate::corpus::{Chapter, Records, Said, corpus};
use crate::definitions::NOT_THERE;
use crate::tools::assert_at_least;
use crate::trees::manifests;

/// How many cases of the corpus the models refuse for a field of their own at least. Raise it as models grow.
const REFUSED: usize = 100;

#[test]
fn every_field_of_a_model_is_one_of_the_real_kind() {
    let chapters = corpus();
    let mut wrong = Vec::new();
    for (model, version) in versions() {
        let api_version = format!("{}/{version}", model.group);
        let is_of = |chapter: &&Chapter| {
            chapter.definition.api_version() == api_version && chapter.definition.kind == model.kind
        };
        let definitions: Vec<_> = chapters.iter().filter(is_of).map(|chapter| &chapter.definition).collect();
        let real: Vec<&Value> = definitions.iter().map(|definition| &definition.structural).collect();
        if real.is_empty() {
            let is_listed = NOT_THERE.iter().any(|(of, kind, _)| *of == api_version && *kind == model.kind);
            assert!(is_listed, "there is no definition of {} of {api_version}", model.kind);
            continue;
        }
        let rendered = manifests().into_iter().map(|manifest| manifest.object);
        let rendered: Vec<Value> = rendered
            .filter(|object| object["apiVersion"] == *api_version && object["kind"] == model.kind)
            .collect();
        let mut found = Vec::new();
        compare(model.fields, &real, &rendered.iter().collect::<Vec<_>>(), "", &mut found);
        let scope = if model.is_cluster_wide { "Cluster" } else { "Namespaced" };
        if definitions.iter().any(|definition| definition.crd["spec"]["scope"] != scope) {
            found.push(format!("its scope is not `{scope}`"));
        }
        wrong.extend(found.into_iter().map(|what| format!("{} of {api_version}: {what}", model.kind)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_model_refuses_the_server_refuses() {
    let (mut refused, mut wrong) = (0, Vec::new());
    for Chapter { definition, cases } in corpus() {
        let records = Records::read(&definition).unwrap_or_default();
        for case in &cases {
            let told =
                models::judge(&definition.api_version(), &definition.kind, &case.object, case.old.as_ref());
            let Some(told) = told.filter(|told| !told.is_empty()) else { continue };
            refused += usize::from(told.iter().any(|told| !told.pointer.starts_with("/metadata")));
            if records.said.get(&case.name) == Some(&Said::Accepted) {
                wrong.push(format!("{}: {}: {told:?}", definition.name, case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_at_least(REFUSED, refused, "refused cases");
}

fn versions() -> impl Iterator<Item = (&'static Model, &'static str)> {
    components::models().flat_map(|model| model.versions.iter().map(move |version| (model, *version)))
}

/// Holds the fields of one place against the schemas that the releases of the kind have there, and against the rendered
/// objects that lie there.
fn compare(fields: &[Field], real: &[&Value], rendered: &[&Value], pointer: &str, wrong: &mut Vec<String>) {
    let asked = |schema: &Value| -> BTreeSet<String> {
        let names = schema["required"].as_array().into_iter().flatten();
        names.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    for name in real.iter().flat_map(|schema| asked(schema)).collect::<BTreeSet<_>>() {
        let is_required = fields.iter().any(|field| field.name == name && field.is_required);
        let is_rendered = rendered.iter().all(|object| object.get(&name).is_some());
        if !is_required && !is_rendered {
            wrong.push(format!("{pointer} goes without `{name}`, which is required"));
        }
    }
    for Field { name, holds, is_required } in fields {
        let pointer = format!("{pointer}/{name}");
        let of_field: Vec<&Value> = real.iter().filter_map(|schema| schema["properties"].get(name)).collect();
        if of_field.is_empty() {
            wrong.push(format!("there is no {pointer}"));
        }
        let is_asked = |schema: &&&Value| {
            asked(schema).contains(*name) && schema["properties"][name].get("default").is_none()
        };
        if *is_required && real.iter().filter(is_asked).count() < real.len() {
            wrong.push(format!("{pointer} is not required"));
        }
        let rendered: Vec<&Value> = rendered.iter().filter_map(|object| object.get(name)).collect();
        below(holds, &of_field, &rendered, &pointer, wrong);
    }
}

/// Holds what a field or an item holds against the same.
fn below(holds: &Holds, real: &[&Value], rendered: &[&Value], pointer: &str, wrong: &mut Vec<String>) {
    let mut ask = |keyword: &str, expected: &Value| {
        for schema in real.iter().filter(|schema| schema[keyword] != *expected) {
            wrong.push(format!("`{keyword}` of {pointer} is {}, not {expected}", schema[keyword]));
        }
    };
    match holds {
        Holds::Text | Holds::Word(_) => ask("type", &json!("string")),
        Holds::Flag => ask("type", &json!("boolean")),
        Holds::Number => ["type", "format"]
            .iter()
            .zip(["integer", "int32"])
            .for_each(|(keyword, word)| ask(keyword, &json!(word))),
        Holds::TextOrNumber => ask("x-kubernetes-int-or-string", &json!(true)),
        Holds::List(_) => ask("type", &json!("array")),
        Holds::Map(_) | Holds::Fields(_) => ask("type", &json!("object")),
    }
    let inner = |keyword: &str| real.iter().map(|schema| &schema[keyword]).collect::<Vec<_>>();
    match holds {
        Holds::Word(words) => {
            let sorted = |words: &Value| -> BTreeSet<String> {
                words.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
            };
            let words = sorted(&json!(words));
            wrong.extend(
                real.iter()
                    .filter(|schema| sorted(&schema["enum"]) != words)
                    .map(|schema| format!("the words of {pointer} are {}", schema["enum"])),
            );
        }
        Holds::List(items) => {
            let rendered = rendered.iter().filter_map(|list| list.as_array()).flatten().collect::<Vec<_>>();
            below(items, &inner("items"), &rendered, &format!("{pointer}/*"), wrong);
        }
        Holds::Map(values) => {
            below(values, &inner("additionalProperties"), &[], &format!("{pointer}/*"), wrong);
        }
        Holds::Fields(fields) => compare(fields, real, rendered, pointer, wrong),
        _ => {}
    }
}
