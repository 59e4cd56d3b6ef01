//! The rules of a CustomResourceDefinition in CEL (`x-kubernetes-validations`); the only user of `kube_cel`.
//!
//! In: a structural schema, an object that was prepared as the API server prepares it, and its old version if there is
//! one. Out: the rules that do not hold, and those that could not be evaluated, which is never the same as holding.
//!
//! `kube_cel` brings the language and the functions of Kubernetes. The walk is our own: the API server matches items of
//! a list with those of the old version by their keys, not by their place, and gives `oldSelf` as an optional where
//! `optionalOldSelf` asks for it.

mod value;

use std::sync::Arc;

use kube_cel::cel::objects::OptionalValue;
use kube_cel::cel::{Context, ExecutionError, Program, Value as Cel};
use serde_json::Value;

use super::lists::correlated;
use crate::manifest::pointer::{escape, parse};

/// The rules of one schema, compiled.
#[derive(Debug, Default)]
pub(super) struct Rules {
    root: Option<Place>,
}

/// A rule that does not hold, or one of which nobody knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// JSON pointer into the object.
    pub(super) pointer: String,
    /// The rule's own message, or the rule.
    pub(super) message: String,
    /// Whether the rule could be evaluated.
    pub(super) evaluated: bool,
}

/// A place of the schema that has rules, or has places below that have.
#[derive(Debug, Default)]
struct Place {
    rules: Vec<Rule>,
    fields: Vec<(String, Place)>,
    items: Option<Box<Place>>,
    values: Option<Box<Place>>,
}

#[derive(Debug)]
struct Rule {
    text: String,
    program: Result<Program, String>,
    is_transition: bool,
    old_is_optional: bool,
    message: Option<String>,
    message_program: Option<Program>,
    /// JSON pointer below the place, to the field that the rule blames.
    blames: String,
}

impl Rules {
    /// Compiles every rule of a structural schema. A rule that cannot be compiled is one that cannot be evaluated.
    pub(super) fn compile(schema: &Value) -> Self {
        Rules { root: Place::compile(schema) }
    }

    /// What does not hold in an object, and in its change from an old version.
    pub(super) fn broken(&self, schema: &Value, object: &Value, old: Option<&Value>) -> Vec<Broken> {
        let mut walk = Walk { pointer: String::new(), broken: Vec::new() };
        if let Some(root) = &self.root {
            walk.place(root, schema, object, old);
        }
        walk.broken
    }
}

impl Place {
    fn compile(schema: &Value) -> Option<Self> {
        let rules = schema.get("x-kubernetes-validations").and_then(Value::as_array);
        let fields = schema.get("properties").and_then(Value::as_object);
        let below = |name: &str| schema.get(name).and_then(Place::compile).map(Box::new);
        let place = Place {
            rules: rules.into_iter().flatten().map(Rule::compile).collect(),
            fields: fields
                .into_iter()
                .flatten()
                .filter_map(|(name, schema)| Some((name.clone(), Place::compile(schema)?)))
                .collect(),
            items: below("items"),
            values: below("additionalProperties"),
        };
        let is_empty = place.rules.is_empty()
            && place.fields.is_empty()
            && place.items.is_none()
            && place.values.is_none();
        (!is_empty).then_some(place)
    }
}

impl Rule {
    fn compile(written: &Value) -> Self {
        let text = |name: &str| written.get(name).and_then(Value::as_str).map(str::to_owned);
        let rule = text("rule").unwrap_or_default();
        let program = Program::compile(&rule).map_err(|errors| reason(&errors.to_string()));
        let says = |name: &str| program.as_ref().is_ok_and(|program| program.references().has_variable(name));
        Rule {
            is_transition: says("oldSelf"),
            old_is_optional: written.get("optionalOldSelf") == Some(&Value::Bool(true)),
            message: text("message"),
            message_program: text("messageExpression").and_then(|text| Program::compile(&text).ok()),
            blames: text("fieldPath").and_then(|path| pointer_of(&path)).unwrap_or_default(),
            program,
            text: rule,
        }
    }
}

/// The first line of the parser's words: the others draw the rule again.
fn reason(words: &str) -> String {
    words.lines().next().unwrap_or_default().trim_start_matches("ERROR: <input>:").to_owned()
}

/// A field path as rules write it (`.spec.a`, `['b.c']`) as a JSON pointer.
fn pointer_of(path: &str) -> Option<String> {
    let path = path.replace("['", "[\"").replace("']", "\"]");
    parse(path.strip_prefix('.').unwrap_or(&path))
}

struct Walk {
    pointer: String,
    broken: Vec<Broken>,
}

impl Walk {
    fn place(&mut self, place: &Place, schema: &Value, value: &Value, old: Option<&Value>) {
        if !place.rules.is_empty() {
            self.rules(place, schema, value, old);
        }
        match value {
            Value::Object(fields) => {
                let known = schema.get("properties");
                for (name, below) in &place.fields {
                    if let (Some(schema), Some(value)) =
                        (known.and_then(|known| known.get(name)), fields.get(name))
                    {
                        self.below(name, below, schema, value, old.and_then(|old| old.get(name)));
                    }
                }
                if let (Some(below), Some(schema)) = (&place.values, schema.get("additionalProperties")) {
                    for (name, value) in fields {
                        self.below(name, below, schema, value, old.and_then(|old| old.get(name)));
                    }
                }
            }
            Value::Array(items) => {
                if let (Some(below), Some(inner)) = (&place.items, schema.get("items")) {
                    for (index, item) in items.iter().enumerate() {
                        let old = old.and_then(|old| correlated(item, old, schema));
                        self.below(&index.to_string(), below, inner, item, old);
                    }
                }
            }
            _ => {}
        }
    }

    fn below(&mut self, step: &str, place: &Place, schema: &Value, value: &Value, old: Option<&Value>) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&escape(step));
        self.place(place, schema, value, old);
        self.pointer.truncate(length);
    }

    fn rules(&mut self, place: &Place, schema: &Value, value: &Value, old: Option<&Value>) {
        let is_root = self.pointer.is_empty();
        let seen = |json: &Value| {
            if is_root { value::root(json, schema) } else { value::value(json, Some(schema)) }
        };
        let old = old.map(seen);
        let mut scope = value::scope();
        scope.add_variable_from_value("self", seen(value));
        for rule in &place.rules {
            let mut scope = scope.new_inner_scope();
            match (&old, rule.old_is_optional) {
                (None, false) if rule.is_transition => continue,
                (None, false) => {}
                (Some(old), false) => scope.add_variable_from_value("oldSelf", old.clone()),
                (old, true) => {
                    let optional = old.clone().map_or_else(OptionalValue::none, OptionalValue::of);
                    scope.add_variable_from_value("oldSelf", Cel::Opaque(Arc::new(optional)));
                }
            }
            if let Some((message, evaluated)) = rule.broken(&scope) {
                let pointer = format!("{}{}", self.pointer, rule.blames);
                self.broken.push(Broken { pointer, message, evaluated });
            }
        }
    }
}

impl Rule {
    /// What to say of the rule where it does not hold, and whether it could be evaluated.
    fn broken(&self, scope: &Context<'_>) -> Option<(String, bool)> {
        let program = match &self.program {
            Ok(program) => program,
            Err(reason) => {
                return Some((format!("the rule `{}` cannot be read: {reason}", self.text), false));
            }
        };
        match program.execute(scope) {
            Ok(Cel::Bool(true)) => None,
            Err(ExecutionError::UndeclaredReference(name)) => {
                Some((format!("the rule `{}` needs `{name}`, which is not known here", self.text), false))
            }
            // The API server refuses what a rule fails on, and a rule that gives no boolean cannot be installed.
            _ => Some((self.message(scope), true)),
        }
    }

    fn message(&self, scope: &Context<'_>) -> String {
        let made = self.message_program.as_ref().and_then(|program| match program.execute(scope) {
            Ok(Cel::String(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => None,
        });
        made.or_else(|| self.message.clone()).unwrap_or_else(|| format!("failed rule: {}", self.text))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(schema: &Value, object: &Value, old: Option<&Value>) -> Vec<String> {
        let broken = Rules::compile(schema).broken(schema, object, old);
        broken.iter().map(|broken| format!("{}: {}", broken.pointer, broken.message)).collect()
    }

    #[test]
    fn a_rule_that_does_not_hold_is_told_at_its_place_in_its_own_words() {
        let schema = json!({"properties": {"spec": {"properties": {"a-b": {"type": "integer"}},
            "x-kubernetes-validations": [
                {"rule": "self.a__dash__b > 1", "message": "too small", "fieldPath": ".a-b"},
                {"rule": "self.a__dash__b < 1", "messageExpression": "'not ' + string(self.a__dash__b)"},
                {"rule": "self.a__dash__b == 1"}]}}});
        assert_eq!(
            told(&schema, &json!({"spec": {"a-b": 1}}), None),
            ["/spec/a-b: too small", "/spec: not 1"]
        );
    }

    #[test]
    fn a_transition_is_asked_only_where_there_is_an_old_value() {
        let schema = json!({"properties": {"size": {"x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "fixed"}]}}});
        let (one, two) = (json!({"size": 1}), json!({"size": 2}));
        assert!(told(&schema, &two, None).is_empty());
        assert!(told(&schema, &two, Some(&two)).is_empty());
        assert_eq!(told(&schema, &two, Some(&one)), ["/size: fixed"]);
    }

    #[test]
    fn an_optional_old_value_is_an_optional() {
        let rule = "!oldSelf.hasValue() || oldSelf.value() == self";
        let schema = json!({"properties": {"size": {"x-kubernetes-validations": [
            {"rule": rule, "optionalOldSelf": true, "message": "fixed"}]}}});
        assert!(told(&schema, &json!({"size": 2}), None).is_empty());
        assert_eq!(told(&schema, &json!({"size": 2}), Some(&json!({"size": 1}))), ["/size: fixed"]);
    }

    #[test]
    fn items_of_a_list_map_meet_their_old_selves_by_key_and_those_of_other_lists_never() {
        let items = json!({"type": "object", "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
            "x-kubernetes-validations": [{"rule": "self.size >= oldSelf.size", "message": "shrinks"}]});
        let list = |kind: &str| {
            json!({"properties": {"l": {"type": "array", "x-kubernetes-list-type": kind,
            "x-kubernetes-list-map-keys": ["name"], "items": items}}})
        };
        let old = json!({"l": [{"name": "a", "size": 3}, {"name": "b", "size": 1}]});
        let new = json!({"l": [{"name": "b", "size": 1}, {"name": "a", "size": 2}]});
        assert_eq!(told(&list("map"), &new, Some(&old)), ["/l/1: shrinks"]);
        assert!(told(&list("atomic"), &new, Some(&old)).is_empty());
    }

    #[test]
    fn a_rule_that_fails_is_broken_and_one_that_is_not_known_is_not_evaluated() {
        let schema = |rule: &str| json!({"x-kubernetes-validations": [{"rule": rule, "message": "no"}]});
        let of = |rule: &str| {
            let schema = schema(rule);
            let broken = Rules::compile(&schema).broken(&schema, &json!({}), None);
            broken.into_iter().map(|broken| broken.evaluated).collect::<Vec<_>>()
        };
        assert_eq!(of("self.missing == 1"), [true]);
        assert_eq!(of("unheardOf(self)"), [false]);
        assert_eq!(of("self.?missing.hasValue()"), [false]);
        assert!(of("!has(self.missing)").is_empty());
    }

    #[test]
    fn the_functions_of_kubernetes_are_there() {
        for rule in [
            "isQuantity('10Gi') && quantity('1Gi').isLessThan(quantity('2Gi'))",
            "'a-b'.matches('^[a-z-]+$') && 'x1'.find('[0-9]') == '1'",
            "format.dns1123Subdomain().validate('a.b').hasValue() == false",
            "isURL('https://a.example') && url('https://a.example/b').getHost() == 'a.example'",
            "ip('10.0.0.1').family() == 4 && cidr('10.0.0.0/8').containsIP('10.1.1.1')",
            "[1, 2].sum() == 3 && sets.contains([1, 2], [2])",
            "'a,b'.split(',').size() == 2",
        ] {
            let schema = json!({"x-kubernetes-validations": [{"rule": rule}]});
            assert_eq!(told(&schema, &json!({}), None), Vec::<String>::new(), "{rule}");
        }
    }
}
