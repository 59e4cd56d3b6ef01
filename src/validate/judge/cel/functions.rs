//! The functions of Kubernetes in CEL: those of `kube_cel`, and our own where the API server answers otherwise.
//!
//! Source: the package `cel/library` of the API server.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

use kube_cel::KubeCelExt as _;
use kube_cel::cel::extractors::This;
use kube_cel::cel::objects::{Opaque, OptionalValue, ResolveResult};
use kube_cel::cel::{Context, ExecutionError, Value};

use super::super::format;
use super::super::node::Kind;
use super::super::pattern::Pattern;
use crate::name;

/// Every function.
pub(super) static FUNCTIONS: LazyLock<Context<'static>> = LazyLock::new(|| {
    let mut functions = Context::default().with_all();
    functions.add_function("matches", matches);
    functions.add_function("format.named", named);
    functions.add_function("validate", validate);
    functions.add_function("type", |This(value): This<Value>| -> ResolveResult {
        Ok(opaque(TypeName(type_of(&value))))
    });
    for name in ["int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type"] {
        functions.add_variable_from_value(name, opaque(TypeName(name)));
    }
    macro_rules! named_formats {
        ($($name:literal)*) => {
            $(functions.add_function(concat!("format.", $name), || -> ResolveResult { Ok(opaque(NamedFormat($name))) });)*
        };
    }
    named_formats!("dns1123Label" "dns1123Subdomain" "dns1035Label" "qualifiedName" "dns1123LabelPrefix"
        "dns1123SubdomainPrefix" "dns1035LabelPrefix" "labelValue" "uri" "uuid" "byte" "date" "datetime");
    functions
});

/// Patterns that were read before.
static PATTERNS: LazyLock<Mutex<BTreeMap<String, Arc<Pattern>>>> = LazyLock::new(Mutex::default);

/// `text.matches(pattern)`, with the patterns of Go.
fn matches(This(text): This<Arc<String>>, pattern: Arc<String>) -> ResolveResult {
    let known = PATTERNS.lock().ok().and_then(|patterns| patterns.get(pattern.as_str()).cloned());
    let known = known.or_else(|| {
        let read = Arc::new(Pattern::new(&pattern).ok()?);
        if let Ok(mut patterns) = PATTERNS.lock() {
            patterns.insert(pattern.to_string(), Arc::clone(&read));
        }
        Some(read)
    });
    match known.and_then(|known| known.matches(&text)) {
        Some(matches) => Ok(Value::Bool(matches)),
        // Unlike a function that fails, one that is not known leaves the rule without an answer.
        None => Err(ExecutionError::UndeclaredReference(pattern)),
    }
}

/// What `type(value)` is, and what the names of types are.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TypeName(&'static str);

impl Opaque for TypeName {
    fn runtime_type_name(&self) -> &'static str {
        "type"
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Int(_) => "int",
        Value::UInt(_) => "uint",
        Value::Float(_) => "double",
        Value::Bool(_) => "bool",
        Value::String(_) => "string",
        Value::Bytes(_) => "bytes",
        Value::List(_) => "list",
        Value::Map(_) => "map",
        Value::Null => "null_type",
        _ => "of Kubernetes",
    }
}

/// A format of `format.<name>()`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct NamedFormat(&'static str);

impl Opaque for NamedFormat {
    fn runtime_type_name(&self) -> &'static str {
        "kubernetes.format"
    }
}

fn opaque(value: impl Opaque + 'static) -> Value {
    Value::Opaque(Arc::new(value))
}

/// Whether a text has a format.
type Check = fn(&str) -> bool;

/// Each named format, and whether a text has it.
const NAMED: &[(&str, Check)] = &[
    ("dns1123Label", |text| name::dns_label(text).is_ok()),
    ("dns1123Subdomain", |text| name::dns_subdomain(text).is_ok()),
    ("dns1035Label", is_dns1035_label),
    ("qualifiedName", |text| name::label_key(text).is_ok()),
    ("dns1123LabelPrefix", |text| name::dns_label(&unmasked(text)).is_ok()),
    ("dns1123SubdomainPrefix", |text| name::dns_subdomain(&unmasked(text)).is_ok()),
    ("dns1035LabelPrefix", |text| is_dns1035_label(&unmasked(text))),
    ("labelValue", |text| name::label_value(text).is_ok()),
    ("uri", |text| is_of_format("uri", text)),
    ("uuid", |text| is_of_format("uuid", text)),
    ("byte", |text| is_of_format("byte", text)),
    ("date", |text| is_of_format("date", text)),
    ("datetime", |text| is_of_format("date-time", text)),
];

fn is_of_format(name: &str, text: &str) -> bool {
    let known = format::of(name, &[Kind::String]).and_then(|format| format.check);
    known.is_none_or(|check| check(text))
}

fn is_dns1035_label(text: &str) -> bool {
    name::dns_label(text).is_ok() && text.starts_with(|first: char| first.is_ascii_lowercase())
}

/// A beginning may end in a dash.
fn unmasked(text: &str) -> String {
    match text.strip_suffix('-') {
        Some(masked) if !masked.is_empty() => format!("{masked}a"),
        _ => text.to_owned(),
    }
}

#[expect(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "functions of CEL are called so"
)]
fn named(name: Arc<String>) -> ResolveResult {
    let known = NAMED.iter().find(|(known, _)| *known == name.as_str());
    Ok(opaque(
        known.map_or_else(OptionalValue::none, |(name, _)| OptionalValue::of(opaque(NamedFormat(name)))),
    ))
}

/// `format.validate(text)`: nothing, or what is wrong.
#[expect(clippy::needless_pass_by_value, reason = "functions of CEL are called so")]
fn validate(This(format): This<Value>, text: Arc<String>) -> ResolveResult {
    let Value::Opaque(format) = &format else {
        return Err(ExecutionError::function_error("validate", "no format"));
    };
    let named = format
        .downcast_ref::<NamedFormat>()
        .and_then(|named| NAMED.iter().find(|(name, _)| *name == named.0));
    let Some((name, check)) = named else {
        return Err(ExecutionError::function_error("validate", "no format"));
    };
    if check(&text) {
        return Ok(opaque(OptionalValue::none()));
    }
    let wrong = Value::String(Arc::new(format!("it must be of the format {name}")));
    Ok(opaque(OptionalValue::of(Value::List(Arc::new(vec![wrong])))))
}

#[cfg(test)]
mod tests {
    use super::super::program::Program;
    use super::*;

    fn holds(rule: &str) -> bool {
        Program::compile(rule).unwrap().execute(&FUNCTIONS.new_inner_scope()).unwrap() == Value::Bool(true)
    }

    #[test]
    fn a_subdomain_may_have_long_labels() {
        let long = "a".repeat(64);
        assert!(holds(&format!("!format.dns1123Subdomain().validate('{long}').hasValue()")));
        assert!(holds(&format!("format.dns1123Label().validate('{long}').hasValue()")));
    }

    #[test]
    fn a_format_by_its_name_is_an_optional() {
        assert!(holds("!format.named('dns1123Label').value().validate('a').hasValue()"));
        assert!(holds("!format.named('none').hasValue()"));
    }

    #[test]
    fn a_rule_may_ask_for_the_type_of_a_value() {
        assert!(holds("type(1) == int && type('a') == string && type([1]) != map"));
    }

    #[test]
    fn patterns_of_rules_are_those_of_go() {
        assert!(holds(r"'1'.matches('^\\d$') && !'٣'.matches('^\\d$')"));
        assert!(holds("'[a'.matches('^[a[]+$')"));
    }
}
