//! Values held against a compiled schema; the only user of `jsonschema`.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::Value;

use crate::manifest::pointer::escape;

/// A schema, ready to hold values against.
#[derive(Debug)]
pub struct Compiled {
    validator: Validator,
}

/// One place of a value that a schema does not allow.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// JSON pointer into the value.
    pub pointer: String,
    /// JSON pointer into the schema, to the keyword that does not hold.
    pub keyword: String,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What a schema does not allow.
#[derive(Clone, Debug, PartialEq)]
pub enum Wrong {
    /// A field of this name, at `pointer` itself.
    UnknownField(String),
    /// A key, at `pointer` itself, that is none of these words or does not fit the pattern.
    Key(Box<Wrong>),
    /// A field that is not there; `pointer` is the mapping that lacks it.
    Missing(String),
    /// Another type than one of these, by their names in JSON.
    Type(Vec<String>),
    /// None of these values.
    Words(Vec<Value>),
    /// Against this pattern.
    Pattern(String),
    /// Below this number.
    Minimum(Value),
    /// Above this number.
    Maximum(Value),
    /// Fewer characters than these, or more.
    Length(Bound),
    /// Fewer items than these, or more.
    Items(Bound),
    /// Anything else, in the words of the library.
    Other(String),
}

/// A bound of a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// At least.
    Min(u64),
    /// At most.
    Max(u64),
}

impl Compiled {
    /// Compiles a schema. Errors: it is no valid schema.
    pub fn new(schema: &Value) -> anyhow::Result<Self> {
        let draft = match schema.get("$schema").and_then(Value::as_str) {
            Some(super::DRAFT) => Draft::Draft7,
            _ => Draft::Draft202012,
        };
        let validator = jsonschema::options().with_draft(draft).build(schema);
        Ok(Compiled { validator: validator.map_err(|error| anyhow::anyhow!("{error}"))? })
    }

    /// Whether a value fits; faster than looking for what does not.
    pub fn is_valid(&self, value: &Value) -> bool {
        self.validator.is_valid(value)
    }

    /// Everything in a value that the schema does not allow.
    pub fn violations(&self, value: &Value) -> Vec<Violation> {
        self.validator.iter_errors(value).flat_map(|error| violations_of(&error, value)).collect()
    }
}

fn violations_of(error: &ValidationError<'_>, value: &Value) -> Vec<Violation> {
    let pointer = error.instance_path().as_str().to_owned();
    let keyword = error.schema_path().as_str().to_owned();
    let field = |name: &str, wrong: Wrong| {
        let pointer = format!("{pointer}/{}", escape(name));
        Violation { pointer, keyword: keyword.clone(), wrong }
    };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            unexpected.iter().map(|name| field(name, Wrong::UnknownField(name.clone()))).collect()
        }
        // An object that has no fields of its own, and takes none.
        ValidationErrorKind::FalseSchema => {
            let fields = value.pointer(&pointer).and_then(Value::as_object).into_iter().flatten();
            fields.map(|(name, _)| field(name, Wrong::UnknownField(name.clone()))).collect()
        }
        ValidationErrorKind::PropertyNames { error } => {
            let name = error.instance().as_str().unwrap_or_default().to_owned();
            vec![field(&name, Wrong::Key(Box::new(wrong_of(error))))]
        }
        _ => {
            let wrong = wrong_of(error);
            vec![Violation { pointer, keyword, wrong }]
        }
    }
}

fn wrong_of(error: &ValidationError<'_>) -> Wrong {
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            Wrong::Missing(property.as_str().unwrap_or_default().to_owned())
        }
        ValidationErrorKind::Type { kind: TypeKind::Single(one) } => Wrong::Type(vec![one.to_string()]),
        ValidationErrorKind::Type { kind: TypeKind::Multiple(several) } => {
            Wrong::Type(several.iter().map(|one| one.to_string()).collect())
        }
        ValidationErrorKind::Enum { options } => {
            Wrong::Words(options.as_array().cloned().unwrap_or_default())
        }
        ValidationErrorKind::Constant { expected_value } => Wrong::Words(vec![Value::clone(expected_value)]),
        ValidationErrorKind::Pattern { pattern } => Wrong::Pattern(pattern.clone()),
        ValidationErrorKind::Minimum { limit } => Wrong::Minimum(limit.clone()),
        ValidationErrorKind::Maximum { limit } => Wrong::Maximum(limit.clone()),
        ValidationErrorKind::MinLength { limit } => Wrong::Length(Bound::Min(*limit)),
        ValidationErrorKind::MaxLength { limit } => Wrong::Length(Bound::Max(*limit)),
        ValidationErrorKind::MinItems { limit } => Wrong::Items(Bound::Min(*limit)),
        ValidationErrorKind::MaxItems { limit } => Wrong::Items(Bound::Max(*limit)),
        _ => Wrong::Other(error.masked_with("the value").to_string()),
    }
}

impl std::fmt::Display for Wrong {
    /// What the value must be, to stand behind its name: `must be one of "a", "b"`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Wrong::UnknownField(name) => write!(f, "`{name}` is no field that the schema knows"),
            Wrong::Missing(name) => write!(f, "`{name}` is required"),
            Wrong::Key(wrong) => write!(f, "{wrong}"),
            Wrong::Type(types) => write!(f, "must be of type {}", types.join(" or ")),
            Wrong::Words(words) => write!(f, "must be one of {}", listed(words)),
            Wrong::Pattern(pattern) => write!(f, "must match `{pattern}`"),
            Wrong::Minimum(limit) => write!(f, "must be at least {limit}"),
            Wrong::Maximum(limit) => write!(f, "must be at most {limit}"),
            Wrong::Length(bound) => write!(f, "must have {}", bound.of("character")),
            Wrong::Items(bound) => write!(f, "must have {}", bound.of("item")),
            Wrong::Other(text) => f.write_str(text),
        }
    }
}

impl Bound {
    /// `at least 1 item`.
    fn of(self, noun: &str) -> String {
        use crate::diagnostic::words::count;
        let number = |limit: u64| count(usize::try_from(limit).unwrap_or(usize::MAX), noun);
        match self {
            Bound::Min(limit) => format!("at least {}", number(limit)),
            Bound::Max(limit) => format!("at most {}", number(limit)),
        }
    }
}

/// The values that a person may write.
fn listed(words: &[Value]) -> String {
    let shown = words.iter().filter(|word| !word.is_null()).map(|word| match word {
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(schema: &Value, value: &Value) -> Vec<String> {
        let compiled = Compiled::new(schema).expect("a schema");
        assert_eq!(compiled.is_valid(value), compiled.violations(value).is_empty());
        compiled.violations(value).iter().map(|told| format!("{}: {}", told.pointer, told.wrong)).collect()
    }

    #[test]
    fn a_key_that_does_not_fit_is_told_at_its_own_place() {
        let schema = json!({"propertyNames": {"pattern": "^[a-z]+$"}});
        assert_eq!(told(&schema, &json!({"a/b": 1})), ["/a~1b: must match `^[a-z]+$`"]);
    }

    #[test]
    fn bounds_are_told_in_words() {
        let schema = json!({"properties": {
            "keep": {"minimum": 1}, "name": {"maxLength": 2}, "list": {"minItems": 1}, "word": {"enum": ["a", "b", null]},
        }});
        let value = json!({"keep": 0, "name": "abc", "list": [], "word": "c"});
        let mut told = told(&schema, &value);
        told.sort();
        assert_eq!(
            told,
            [
                "/keep: must be at least 1",
                "/list: must have at least 1 item",
                "/name: must have at most 2 characters",
                "/word: must be one of `a`, `b`",
            ]
        );
    }
}
