//! What is done to a place that a schema describes: each operator asks one thing of the API server.

use serde_json::{Value, json};

use super::place::Place;
use super::synth::{TEXTS, is, strings, synth, texts};

/// One way to change a place.
pub(crate) struct Operator {
    pub(crate) name: &'static str,
    /// How many places of a definition it is tried on.
    pub(crate) places: usize,
    /// Whether it has something to ask at a place.
    pub(crate) asks: fn(&Place<'_>) -> bool,
    /// The changes, for a place that holds this value.
    pub(crate) edits: fn(&Place<'_>, &Value) -> Vec<Edit>,
}

/// A change: below the place, a value or nothing.
pub(crate) struct Edit {
    pub(crate) label: String,
    /// Pointer from the place.
    pub(crate) at: String,
    pub(crate) value: Option<Value>,
}

impl Edit {
    fn set(label: impl Into<String>, value: impl Into<Value>) -> Self {
        Edit { label: label.into(), at: String::new(), value: Some(value.into()) }
    }

    fn set_below(label: impl Into<String>, at: impl Into<String>, value: impl Into<Value>) -> Self {
        Edit { label: label.into(), at: at.into(), value: Some(value.into()) }
    }

    fn remove(label: impl Into<String>, at: impl Into<String>) -> Self {
        Edit { label: label.into(), at: at.into(), value: None }
    }
}

/// All of them.
pub(crate) const OPERATORS: &[Operator] = &[
    Operator {
        name: "fill",
        places: 9,
        asks: |place| !place.is_required,
        edits: |_, value| vec![Edit::set("small", value.clone())],
    },
    Operator {
        name: "required",
        places: 5,
        asks: |place| place.schema.get("required").is_some(),
        edits: required,
    },
    Operator { name: "enum", places: 5, asks: |place| place.schema.get("enum").is_some(), edits: words },
    Operator { name: "type", places: 6, asks: |place| place.schema.get("type").is_some(), edits: types },
    Operator {
        name: "pattern",
        places: 6,
        asks: |place| place.schema.get("pattern").is_some(),
        edits: pattern,
    },
    Operator { name: "bounds", places: 8, asks: has_bounds, edits: bounds },
    Operator { name: "format", places: 5, asks: has_format_of_text, edits: formats },
    Operator { name: "number", places: 4, asks: is_number, edits: numbers },
    Operator {
        name: "int-or-string",
        places: 4,
        asks: |place| is(place.schema, "x-kubernetes-int-or-string"),
        edits: int_or_string,
    },
    Operator { name: "twice", places: 6, asks: holds_once, edits: twice },
    Operator {
        name: "unknown",
        places: 7,
        asks: |place| {
            place.schema["type"] == "object"
                || place.schema.get("x-kubernetes-preserve-unknown-fields").is_some()
        },
        edits: unknown,
    },
    Operator { name: "null", places: 9, asks: |_| true, edits: |_, _| vec![Edit::set("null", Value::Null)] },
    Operator {
        name: "null-or-default",
        places: 6,
        asks: |place| place.schema.get("default").is_some() || is(place.schema, "nullable"),
        edits: default,
    },
    Operator { name: "empty", places: 5, asks: |place| place.schema.get("type").is_some(), edits: empty },
    Operator {
        name: "embedded",
        places: 6,
        asks: |place| is(place.schema, "x-kubernetes-embedded-resource"),
        edits: embedded,
    },
    Operator { name: "junctor", places: 12, asks: has_junctor, edits: junctor },
    Operator {
        name: "rule",
        places: 200,
        asks: |place| place.schema.get("x-kubernetes-validations").is_some(),
        edits: rule,
    },
];

fn required(place: &Place<'_>, value: &Value) -> Vec<Edit> {
    let there = |name: &&str| value.get(name).is_some();
    strings(&place.schema["required"])
        .into_iter()
        .filter(there)
        .take(3)
        .map(|name| Edit::remove(name, format!("/{name}")))
        .collect()
}

fn words(place: &Place<'_>, value: &Value) -> Vec<Edit> {
    let words = place.schema["enum"].as_array().cloned().unwrap_or_default();
    let mut edits = vec![Edit::set("other", "zz"), Edit::set("type", 7)];
    edits.extend(words.last().cloned().map(|last| Edit::set("last", last)));
    if let Some(text) = value.as_str() {
        let swapped: String = text
            .chars()
            .map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
            .collect();
        edits.push(Edit::set("case", swapped));
    }
    edits
}

fn types(place: &Place<'_>, value: &Value) -> Vec<Edit> {
    let all = [
        ("text", json!("a")),
        ("whole", json!(1)),
        ("truth", json!(true)),
        ("list", json!([])),
        ("map", json!({})),
        ("fraction", json!(0.5)),
        ("list in list", json!([[{}]])),
    ];
    let other =
        |(_, candidate): &&(&str, Value)| std::mem::discriminant(candidate) != std::mem::discriminant(value);
    let start = place.schema.to_string().len() % 5;
    all.iter()
        .filter(other)
        .cycle()
        .skip(start)
        .take(2)
        .map(|(label, value)| Edit::set(*label, value.clone()))
        .collect()
}

fn pattern(place: &Place<'_>, _: &Value) -> Vec<Edit> {
    let good: Vec<String> = texts(place.schema).take(40).collect();
    let start = place.schema.to_string().len();
    let bad =
        TEXTS.iter().filter(|text| !good.contains(text)).cycle().skip(start % TEXTS.len()).step_by(7).take(3);
    let mut edits: Vec<Edit> = bad.map(|text| Edit::set(format!("other {text:?}"), text.clone())).collect();
    edits.extend(good.last().map(|text| Edit::set(format!("good {text:?}"), text.clone())));
    edits.extend(good.first().map(|text| Edit::set("and a line", format!("{text}\n"))));
    edits
}

fn has_bounds(place: &Place<'_>) -> bool {
    [
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
        "multipleOf",
    ]
    .iter()
    .any(|bound| place.schema.get(bound).is_some())
}

fn bounds(place: &Place<'_>, value: &Value) -> Vec<Edit> {
    let mut edits = Vec::new();
    let bound = |name: &str| place.schema.get(name).and_then(Value::as_i64);
    for (name, step) in [("minimum", -1), ("maximum", 1)] {
        if let Some(bound) = bound(name) {
            edits.push(Edit::set(format!("{name} at"), bound));
            edits.push(Edit::set(format!("{name} past"), bound.saturating_add(step)));
        }
    }
    if let Some(factor) = bound("multipleOf") {
        edits.extend([Edit::set("multiple", factor * 3), Edit::set("no multiple", factor * 3 + 1)]);
    }
    for (name, step) in [("minLength", -1), ("maxLength", 1)] {
        let Some(bound) =
            bound(name).and_then(|bound| usize::try_from(bound).ok()).filter(|bound| *bound <= 600)
        else {
            continue;
        };
        edits.push(Edit::set(format!("{name} at"), stretched(value, bound)));
        edits.push(Edit::set(format!("{name} past"), stretched(value, bound.saturating_add_signed(step))));
    }
    for (name, step) in [("minItems", -1), ("maxItems", 1)] {
        let Some(bound) =
            bound(name).and_then(|bound| usize::try_from(bound).ok()).filter(|bound| *bound <= 40)
        else {
            continue;
        };
        for (label, length) in [("at", bound), ("past", bound.saturating_add_signed(step))] {
            edits
                .extend(items(place.schema, length).map(|items| Edit::set(format!("{name} {label}"), items)));
        }
    }
    for (name, step) in [("minProperties", -1), ("maxProperties", 1)] {
        let Some(bound) = bound(name).and_then(|bound| usize::try_from(bound).ok()) else { continue };
        for (label, length) in [("at", bound), ("past", bound.saturating_add_signed(step))] {
            edits.extend(
                entries(place.schema, length).map(|entries| Edit::set(format!("{name} {label}"), entries)),
            );
        }
    }
    edits
}

/// A text of a length: the value's beginning, and more of its last character that stays a text.
fn stretched(value: &Value, length: usize) -> String {
    let text = value.as_str().filter(|text| !text.is_empty()).unwrap_or("a");
    text.chars().chain(std::iter::repeat('a')).take(length).collect()
}

/// So many items, as different as they can be.
pub(crate) fn items(schema: &Value, length: usize) -> Option<Value> {
    let first = synth(&schema["items"])?;
    let each = |index: usize| {
        let mut item = first.clone();
        let keys = strings(&schema["x-kubernetes-list-map-keys"]);
        match &mut item {
            Value::String(text) if index > 0 => {
                let mut others = texts(&schema["items"]).skip(index);
                *text = others.next().unwrap_or_else(|| format!("{text}{index}"));
            }
            Value::Object(fields) if index > 0 => {
                for key in keys {
                    let mut others = texts(&schema["items"]["properties"][key]).skip(index);
                    fields
                        .insert(key.to_owned(), json!(others.next().unwrap_or_else(|| format!("a{index}"))));
                }
            }
            _ => {}
        }
        item
    };
    Some((0..length).map(each).collect())
}

fn entries(schema: &Value, length: usize) -> Option<Value> {
    if let Some(values) = schema.get("additionalProperties") {
        let value = synth(values)?;
        return Some((0..length).map(|index| (format!("k{index}"), value.clone())).collect());
    }
    let known = schema.get("properties").and_then(Value::as_object)?;
    known.iter().take(length).map(|(name, inner)| Some((name.clone(), synth(inner)?))).collect()
}

fn has_format_of_text(place: &Place<'_>) -> bool {
    place.schema["type"] == "string" && place.schema.get("format").is_some()
}

fn formats(place: &Place<'_>, _: &Value) -> Vec<Edit> {
    let start = place.schema.to_string().len();
    let mut edits: Vec<Edit> =
        texts(place.schema).take(1).map(|text| Edit::set(format!("good {text:?}"), text)).collect();
    let others = TEXTS.iter().cycle().skip(start % TEXTS.len()).step_by(11).take(4);
    edits.extend(others.map(|text| Edit::set(format!("other {text:?}"), text.clone())));
    edits
}

fn is_number(place: &Place<'_>) -> bool {
    place.schema["type"] == "integer" || place.schema["type"] == "number"
}

fn numbers(place: &Place<'_>, _: &Value) -> Vec<Edit> {
    let all = [
        ("1.0", json!(1.0)),
        ("1.5", json!(1.5)),
        ("1e3", json!(1e3)),
        ("0", json!(0)),
        ("past int32", json!(2_147_483_648_u64)),
        ("below int32", json!(-2_147_483_649_i64)),
        ("int32", json!(2_147_483_647)),
        ("int64", json!(i64::MAX)),
        ("past int64", json!(9_223_372_036_854_775_808_u64)),
        ("1e19", json!(1e19)),
        ("2 to 53 as a fraction", json!(9_007_199_254_740_992.0)),
        ("text", json!("1")),
    ];
    let start = place.schema.to_string().len() % all.len();
    all.iter()
        .cycle()
        .skip(start)
        .step_by(5)
        .take(5)
        .map(|(label, value)| Edit::set(*label, value.clone()))
        .collect()
}

fn int_or_string(place: &Place<'_>, _: &Value) -> Vec<Edit> {
    let all = [
        json!(7),
        json!("7"),
        json!("50%"),
        json!("10Gi"),
        json!("x y"),
        json!(1.5),
        json!(true),
        json!({}),
        json!(-1),
        json!(i64::MAX),
        json!(2.0),
        json!(""),
        json!("1e3"),
        json!([1]),
    ];
    let start = place.schema.to_string().len() % all.len();
    all.iter()
        .cycle()
        .skip(start)
        .step_by(3)
        .take(6)
        .map(|value| Edit::set(value.to_string(), value.clone()))
        .collect()
}

fn holds_once(place: &Place<'_>) -> bool {
    place.schema["x-kubernetes-list-type"] == "map"
        || place.schema["x-kubernetes-list-type"] == "set"
        || is(place.schema, "uniqueItems")
}

fn twice(place: &Place<'_>, value: &Value) -> Vec<Edit> {
    let first = value.get(0).cloned().or_else(|| synth(&place.schema["items"]));
    let Some(first) = first else { return Vec::new() };
    let mut edits = vec![
        Edit::set("same", json!([first, first])),
        Edit::set("thrice", json!([first, first, first])),
        Edit::set("null", json!([first, null])),
    ];
    edits.extend(items(place.schema, 2).map(|items| Edit::set("other", items)));
    for key in strings(&place.schema["x-kubernetes-list-map-keys"]) {
        let mut bare = first.clone();
        bare.as_object_mut().map(|fields| fields.shift_remove(key));
        edits.push(Edit::set(format!("without {key}"), json!([bare, bare])));
        edits.push(Edit::set(format!("once without {key}"), json!([first, bare])));
    }
    edits
}

fn unknown(_: &Place<'_>, value: &Value) -> Vec<Edit> {
    let mut edits = Vec::new();
    if value.is_object() {
        edits.extend([
            Edit::set_below("field", "/zzUnknown", 1),
            Edit::set_below("null", "/zz.null", Value::Null),
        ]);
        edits.push(Edit::set_below("map", "/zzUnknown", json!({"a": {"b": [1]}})));
    }
    edits
}

fn default(place: &Place<'_>, value: &Value) -> Vec<Edit> {
    let mut edits = vec![Edit::set("null", Value::Null), Edit::set("as it is", value.clone())];
    if !place.is_element {
        edits.push(Edit::remove("left out", ""));
    }
    edits
}

fn empty(place: &Place<'_>, _: &Value) -> Vec<Edit> {
    let value = match place.schema["type"].as_str() {
        Some("string") => json!(""),
        Some("array") => json!([]),
        Some("object") => json!({}),
        Some("boolean") => json!(false),
        _ => json!(0),
    };
    vec![Edit::set("empty", value)]
}

fn embedded(_: &Place<'_>, value: &Value) -> Vec<Edit> {
    let mut edits = vec![Edit::remove("no kind", "/kind"), Edit::remove("no apiVersion", "/apiVersion")];
    for (at, values) in [
        ("/kind", vec![json!(""), json!("a.b"), json!(1), Value::Null, json!("Mixed"), json!("-a")]),
        ("/apiVersion", vec![json!(""), json!("a/b/c"), json!("v1"), json!(1), Value::Null]),
        (
            "/metadata",
            vec![
                json!({"name": "A_"}),
                json!({"name": "a/b"}),
                json!({"name": 1}),
                json!({"labels": {"a": "b c"}}),
                json!({"zzUnknown": 1}),
                json!("a"),
                Value::Null,
                json!({}),
                json!({"labels": {"a": 1}}),
                json!({"name": "a", "generateName": "%"}),
                json!({"annotations": {"a b": ""}}),
                json!({"ownerReferences": [{}]}),
                json!({"namespace": "A"}),
                json!({"finalizers": ["a"]}),
            ],
        ),
        ("/zzUnknown", vec![json!(1)]),
    ] {
        edits.extend(values.into_iter().map(|value| Edit::set_below(format!("{at} {value}"), at, value)));
    }
    edits.push(Edit::set("as it is", value.clone()));
    edits
}

fn has_junctor(place: &Place<'_>) -> bool {
    !is(place.schema, "x-kubernetes-int-or-string")
        && ["anyOf", "oneOf", "allOf", "not"].iter().any(|junctor| place.schema.get(junctor).is_some())
}

fn junctor(place: &Place<'_>, value: &Value) -> Vec<Edit> {
    rule(place, value)
}

/// Values that some rule may or may not hold for: all texts, short lists of them, and objects with some of their fields.
fn rule(place: &Place<'_>, value: &Value) -> Vec<Edit> {
    candidates(place.schema, value).into_iter().map(|value| Edit::set(shortened(&value), value)).collect()
}

/// What a rule is tried on; `value` is what the place holds.
pub(crate) fn candidates(schema: &Value, value: &Value) -> Vec<Value> {
    match schema["type"].as_str() {
        Some("string") => {
            let good: Vec<String> = texts(schema).collect();
            let step = (good.len() / 5).max(1);
            good.into_iter().step_by(step).take(6).map(Value::from).collect()
        }
        Some("integer" | "number") => [0, 1, 2, 10].iter().map(|number| json!(number)).collect(),
        Some("array") => lists(schema),
        Some("object") => objects(schema, value),
        _ => vec![value.clone()],
    }
}

fn lists(schema: &Value) -> Vec<Value> {
    let mut lists = vec![json!([])];
    if let Some(words) = schema["items"].get("enum").and_then(Value::as_array) {
        lists.extend([json!(words), json!([words.last()]), json!([words.first(), words.last()])]);
    }
    let texts: Vec<String> =
        texts(&schema["items"]).filter(|_| schema["items"]["type"] == "string").collect();
    if let (Some(first), Some(last)) = (texts.first(), texts.last()) {
        lists.extend([json!([first]), json!([first, first]), json!([first, last]), json!([last])]);
    }
    for pair in [
        ["10.0.0.1", "10.0.0.2"],
        ["10.0.0.1", "fd00::1"],
        ["10.0.0.0/16", "10.1.0.0/16"],
        ["10.0.0.0/16", "10.0.0.0/16"],
    ] {
        if pair.iter().all(|text| texts.iter().any(|known| known == text)) {
            lists.push(json!(pair));
        }
    }
    lists.extend(items(schema, 1));
    lists.extend(items(schema, 2));
    lists
}

/// An object with each word of each of its enums, and with each field more or less.
fn objects(schema: &Value, value: &Value) -> Vec<Value> {
    let mut objects = vec![value.clone()];
    let known = schema.get("properties").and_then(Value::as_object);
    let known: Vec<(&String, &Value)> = known.into_iter().flatten().collect();
    let set = |object: &Value, name: &str, field: Value| {
        let mut object = object.clone();
        object[name] = field;
        object
    };
    for (name, inner) in &known {
        let words = inner.get("enum").and_then(Value::as_array).cloned().unwrap_or_default();
        objects.extend(words.into_iter().map(|word| set(value, name, word)));
    }
    let so_far = objects.clone();
    for object in so_far.iter().take(5) {
        for (name, inner) in known.iter().filter(|(_, inner)| inner.get("enum").is_none()).take(6) {
            objects.extend(synth(inner).map(|field| set(object, name, field)));
            if inner["type"] == "string" {
                objects.extend(texts(inner).last().map(|field| set(object, name, json!(field))));
            } else if inner["type"] == "integer" {
                objects.push(set(object, name, json!(3)));
            }
        }
        objects.extend(known.iter().take(6).filter(|(name, _)| object.get(name).is_some()).map(
            |(name, _)| {
                let mut object = object.clone();
                object.as_object_mut().map(|fields| fields.shift_remove(*name));
                object
            },
        ));
    }
    objects.dedup();
    let step = (objects.len() / 9).max(1);
    objects.into_iter().step_by(step).take(10).collect()
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    if text.len() <= 70 {
        text
    } else {
        format!("{}… #{:08x}", text.chars().take(56).collect::<String>(), super::seed::rank(&text) >> 32)
    }
}
