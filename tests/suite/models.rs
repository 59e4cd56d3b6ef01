//! The models of custom kinds know what is rendered of them.

use std::collections::BTreeSet;

use goldsmith::components;
use goldsmith::manifest::model::{Field, Holds};
use goldsmith::validate::kinds;
use serde::Deserialize as _;
use serde_json::Value;

use crate::golden::GOLDENS;

/// Fields that people brought into an example, and that no template writes.
const OF_PEOPLE: &[(&str, &str)] = &[("patches", "/spec/template/spec/priorityClassName")];

#[test]
fn every_rendered_field_of_a_custom_kind_is_in_its_model() {
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for golden in GOLDENS.iter() {
        for object in objects(golden.rendered.as_ref().unwrap().values()) {
            let text = |field: &str| object[field].as_str().unwrap_or_default();
            let (api_version, kind) = (text("apiVersion"), text("kind"));
            if kinds::judge(&object).is_some() || api_version.starts_with("kustomize.config.k8s.io/") {
                continue;
            }
            let model = components::models().find(|model| model.is_of(api_version, kind));
            let Some(model) = model else {
                wrong.push(format!("{}: there is no model of {kind} of {api_version}", golden.name));
                continue;
            };
            checked += 1;
            let mut unknown = BTreeSet::new();
            let mut object = object.as_object().unwrap().clone();
            ["apiVersion", "kind", "metadata"].iter().for_each(|field| drop(object.remove(*field)));
            collect_unknown(&Holds::Fields(model.fields), &Value::Object(object), "", &mut unknown);
            unknown.retain(|pointer| !OF_PEOPLE.contains(&(golden.name.as_str(), pointer.as_str())));
            wrong.extend(unknown.into_iter().map(|pointer| format!("{}: {kind}: {pointer}", golden.name)));
        }
    }
    assert!(wrong.is_empty(), "no model knows\n{}", wrong.join("\n"));
    assert!(checked > 80, "{checked} objects");
}

/// The objects of files, read by a YAML reader that is not ours.
fn objects<'t>(texts: impl Iterator<Item = &'t String>) -> Vec<Value> {
    let documents = texts.flat_map(|text| yaml_serde::Deserializer::from_str(text).map(Value::deserialize));
    documents.filter_map(Result::ok).filter(|object| object.get("kind").is_some()).collect()
}

fn collect_unknown(holds: &Holds, value: &Value, pointer: &str, unknown: &mut BTreeSet<String>) {
    match (holds, value) {
        (Holds::Fields(fields), Value::Object(entries)) => {
            for (name, value) in entries {
                let pointer = format!("{pointer}/{name}");
                match fields.iter().find(|field| field.name == name) {
                    Some(Field { holds, .. }) => collect_unknown(holds, value, &pointer, unknown),
                    None => drop(unknown.insert(pointer)),
                }
            }
        }
        (Holds::List(holds), Value::Array(items)) => {
            items.iter().for_each(|item| collect_unknown(holds, item, &format!("{pointer}/*"), unknown));
        }
        _ => {}
    }
}
