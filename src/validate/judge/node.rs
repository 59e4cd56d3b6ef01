//! A structural schema, read once: what each place of an object must be.
//!
//! In: an `openAPIV3Schema`. Out: [`Node`]s, which the steps of a judgement walk. It knows nothing of objects.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use super::format::{self, Format};
use super::pattern::Pattern;

/// One place of a schema.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) types: Vec<Kind>,
    pub(super) nullable: bool,
    pub(super) format: Option<Format>,
    pub(super) words: Option<Vec<Value>>,
    pub(super) pattern: Option<Pattern>,
    pub(super) characters: Range,
    pub(super) items_count: Range,
    pub(super) fields_count: Range,
    pub(super) numbers: Numbers,
    pub(super) required: Vec<String>,
    /// Boxed, since a B-tree keeps room for more entries than most objects have.
    pub(super) fields: BTreeMap<String, Box<Node>>,
    pub(super) others: Option<Others>,
    pub(super) items: Option<Box<Node>>,
    pub(super) list: List,
    pub(super) is_embedded: bool,
    pub(super) is_open: bool,
    pub(super) default: Option<Value>,
    pub(super) all: Vec<Node>,
    pub(super) any: Vec<Node>,
    pub(super) one: Vec<Node>,
    pub(super) not: Option<Box<Node>>,
}

/// The types of JSON, as schemas name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Boolean,
    String,
    Integer,
    Number,
    Array,
    Object,
}

/// The entries of a map beside its known fields.
#[derive(Debug)]
pub(super) enum Others {
    /// `additionalProperties: true`, of whose values nothing is said.
    Any,
    Of(Box<Node>),
}

/// What makes the items of a list one.
#[derive(Debug, Default)]
pub(super) enum List {
    #[default]
    Atomic,
    Set,
    Map(Vec<String>),
}

/// Bounds of a count.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Range {
    pub(super) least: Option<u64>,
    pub(super) most: Option<u64>,
}

/// Bounds of a number.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Numbers {
    pub(super) least: Option<f64>,
    pub(super) most: Option<f64>,
    pub(super) is_above: bool,
    pub(super) is_below: bool,
    pub(super) factor: Option<f64>,
}

impl Node {
    /// Reads a schema. Errors: it is none.
    pub(super) fn read(schema: &Value) -> anyhow::Result<Self> {
        let Value::Object(_) = schema else { bail!("a schema must be a mapping, not `{schema}`") };
        let pattern = schema.get("pattern").and_then(Value::as_str).filter(|text| !text.is_empty());
        let mut node = Node {
            types: types(schema)?,
            nullable: flag(schema, "nullable"),
            words: schema.get("enum").and_then(Value::as_array).cloned(),
            pattern: pattern.map(Pattern::new).transpose()?,
            characters: range(schema, "minLength", "maxLength"),
            items_count: range(schema, "minItems", "maxItems"),
            fields_count: range(schema, "minProperties", "maxProperties"),
            numbers: numbers(schema),
            required: texts(schema, "required"),
            is_embedded: flag(schema, "x-kubernetes-embedded-resource"),
            is_open: flag(schema, "x-kubernetes-preserve-unknown-fields"),
            default: schema.get("default").filter(|default| !default.is_null()).cloned(),
            ..Node::default()
        };
        node.format =
            schema.get("format").and_then(Value::as_str).and_then(|name| format::of(name, &node.types));
        node.list = match schema.get("x-kubernetes-list-type").and_then(Value::as_str) {
            Some("set") => List::Set,
            Some("map") => List::Map(texts(schema, "x-kubernetes-list-map-keys")),
            _ => List::Atomic,
        };
        node.read_below(schema)?;
        Ok(node)
    }

    fn read_below(&mut self, schema: &Value) -> anyhow::Result<()> {
        for (name, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let inner = Node::read(inner).with_context(|| format!("`{name}`"))?;
            self.fields.insert(name.clone(), Box::new(inner));
        }
        self.others = match schema.get("additionalProperties") {
            Some(Value::Bool(true)) => Some(Others::Any),
            None | Some(Value::Bool(false)) => None,
            Some(inner) => Some(Others::Of(Box::new(Node::read(inner)?))),
        };
        let one = |name: &str| schema.get(name).map(Node::read).transpose().map(|node| node.map(Box::new));
        (self.items, self.not) = (one("items")?, one("not")?);
        let several = |name: &str| -> anyhow::Result<Vec<Node>> {
            schema.get(name).and_then(Value::as_array).into_iter().flatten().map(Node::read).collect()
        };
        (self.all, self.any, self.one) = (several("allOf")?, several("anyOf")?, several("oneOf")?);
        // What the flag says already.
        if flag(schema, "x-kubernetes-int-or-string")
            && schema.get("anyOf") == Some(&json!([{"type": "integer"}, {"type": "string"}]))
        {
            self.any.clear();
        }
        Ok(())
    }

    /// The node of a field that is known by its name.
    pub(super) fn known(&self, name: &str) -> Option<&Node> {
        self.fields.get(name).map(Box::as_ref)
    }

    /// The node of a field, or of the entry of a map.
    pub(super) fn field(&self, name: &str) -> Option<&Node> {
        self.known(name).or(match &self.others {
            Some(Others::Of(node)) => Some(node),
            _ => None,
        })
    }

    /// Whether a null here is as good as nothing.
    pub(super) fn drops(&self, value: &Value) -> bool {
        value.is_null() && !self.nullable
    }
}

impl Kind {
    /// The type of a value, as the API server reads it: what does not fit into 64 bits is a fraction.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Kind::Null,
            Value::Bool(_) => Kind::Boolean,
            Value::String(_) => Kind::String,
            Value::Array(_) => Kind::Array,
            Value::Object(_) => Kind::Object,
            Value::Number(number) if number.is_i64() => Kind::Integer,
            Value::Number(_) => Kind::Number,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Boolean => "boolean",
            Kind::String => "string",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::Array => "array",
            Kind::Object => "object",
        }
    }
}

fn types(schema: &Value) -> anyhow::Result<Vec<Kind>> {
    const ALL: [Kind; 6] =
        [Kind::Boolean, Kind::String, Kind::Integer, Kind::Number, Kind::Array, Kind::Object];
    if flag(schema, "x-kubernetes-int-or-string") {
        return Ok(vec![Kind::Integer, Kind::String]);
    }
    match schema.get("type") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(word) => match ALL.iter().find(|kind| *word == kind.name()) {
            Some(kind) => Ok(vec![*kind]),
            None => bail!("{word} is no type"),
        },
    }
}

fn flag(schema: &Value, name: &str) -> bool {
    schema.get(name) == Some(&Value::Bool(true))
}

fn texts(schema: &Value, name: &str) -> Vec<String> {
    let texts = schema.get(name).and_then(Value::as_array).into_iter().flatten();
    texts.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn range(schema: &Value, least: &str, most: &str) -> Range {
    let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
    Range { least: bound(least), most: bound(most) }
}

fn numbers(schema: &Value) -> Numbers {
    let number = |name: &str| schema.get(name).and_then(Value::as_f64);
    Numbers {
        least: number("minimum"),
        most: number("maximum"),
        is_above: flag(schema, "exclusiveMinimum"),
        is_below: flag(schema, "exclusiveMaximum"),
        factor: number("multipleOf"),
    }
}
