//! The places of a schema, and objects in which a place is filled.

use serde_json::{Map, Value};

use super::synth::synth;

/// The key that stands for any key of a map.
pub(crate) const KEY: &str = "key";

/// How deep places are looked at: below that, schemas of others repeat themselves.
const DEPTH: usize = 14;

/// One place of a schema: a field, the first item of a list, or an entry of a map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'s> {
    pub(crate) schema: &'s Value,
    /// Whether the place may not be left out.
    pub(crate) is_required: bool,
    /// Whether it is an item of a list or an entry of a map.
    pub(crate) is_element: bool,
}

/// Every place by its pointer, without the root and without what the server knows of every object.
pub(crate) fn places(structural: &Value) -> Vec<(String, Place<'_>)> {
    let mut found = Vec::new();
    below("", structural, 0, &mut found);
    let own = |pointer: &str| {
        !["/metadata", "/apiVersion", "/kind"]
            .iter()
            .any(|known| pointer == *known || pointer.starts_with("/metadata/"))
    };
    found.retain(|(pointer, _)| own(pointer));
    found
}

fn below<'s>(pointer: &str, schema: &'s Value, depth: usize, found: &mut Vec<(String, Place<'s>)>) {
    if depth > DEPTH {
        return;
    }
    let required = super::synth::strings(&schema["required"]);
    let mut step = |name: &str, inner: &'s Value, is_required: bool, is_element: bool| {
        let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        found.push((pointer.clone(), Place { schema: inner, is_required, is_element }));
        below(&pointer, inner, depth + 1, found);
    };
    for (name, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        step(name, inner, required.contains(&name.as_str()), false);
    }
    if let Some(items) = schema.get("items") {
        step("0", items, false, true);
    }
    if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
        step(KEY, values, false, true);
    }
}

/// The steps of a pointer.
pub(crate) fn steps(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
}

/// The pointer of what holds a place, and the last step to it.
pub(crate) fn split(pointer: &str) -> (&str, String) {
    let (parent, _) = pointer.rsplit_once('/').unwrap_or_default();
    (parent, steps(pointer).pop().unwrap_or_default())
}

/// An object in which a place is filled, with as little as is allowed where it was not. None where nothing allowed is found.
pub(crate) fn filled(object: &Value, structural: &Value, pointer: &str) -> Option<Value> {
    let mut object = object.clone();
    let (mut value, mut schema) = (&mut object, structural);
    for step in steps(pointer) {
        schema = inner(schema, &step)?;
        let is_missing =
            value.get(&step).or_else(|| value.get(step.parse::<usize>().ok()?)).is_none_or(Value::is_null);
        match value {
            Value::Array(items) => {
                if is_missing {
                    items.clear();
                    items.push(synth(schema)?);
                }
                value = items.first_mut()?;
            }
            Value::Object(fields) => {
                if is_missing {
                    fields.insert(step.clone(), synth(schema)?);
                }
                value = fields.get_mut(&step)?;
            }
            _ => return None,
        }
    }
    Some(object)
}

/// The schema one step below.
pub(crate) fn inner<'s>(schema: &'s Value, step: &str) -> Option<&'s Value> {
    let field = schema.get("properties").and_then(|known| known.get(step));
    field.or_else(|| schema.get("additionalProperties")).or_else(|| schema.get("items"))
}

/// An object with a value at a pointer whose parent is there.
pub(crate) fn with(object: &Value, pointer: &str, value: Value) -> Value {
    let mut object = object.clone();
    put(&mut object, pointer, value);
    object
}

/// Sets a value at a pointer; mappings on the way to it are made.
pub(crate) fn put(object: &mut Value, pointer: &str, value: Value) {
    let (mut at, all) = (object, steps(pointer));
    let Some((last, way)) = all.split_last() else { return *at = value };
    for step in way {
        if at.is_null() {
            *at = Value::Object(Map::new());
        }
        at = match at {
            Value::Array(items) => &mut items[step.parse::<usize>().expect("an index")],
            other => &mut other[step],
        };
    }
    match at {
        Value::Array(items) => {
            let index: usize = last.parse().expect("an index");
            if index == items.len() { items.push(value) } else { items[index] = value }
        }
        Value::Null => *at = Value::Object(Map::from_iter([(last.clone(), value)])),
        other => other[last] = value,
    }
}

/// An object without the place of a pointer.
pub(crate) fn without(object: &Value, pointer: &str) -> Value {
    let mut object = object.clone();
    let (parent, last) = split(pointer);
    match object.pointer_mut(parent) {
        Some(Value::Object(fields)) => drop(fields.shift_remove(&last)),
        Some(Value::Array(items)) => drop(items.remove(last.parse().expect("an index"))),
        _ => {}
    }
    object
}
