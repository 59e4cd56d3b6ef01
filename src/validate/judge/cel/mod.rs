//! The rules of a CustomResourceDefinition in CEL (`x-kubernetes-validations`); the only user of `kube_cel`.
//!
//! In: a structural schema, an object that was prepared as the API server prepares it, and its old version if there is
//! one. Out: the rules that do not hold, and those that could not be evaluated, which is never the same as holding.
//!
//! `kube_cel` brings the language and the functions of Kubernetes. The walk is our own: the API server matches items of
//! a list with those of the old version by their keys, not by their place, and gives `oldSelf` as an optional where
//! `optionalOldSelf` asks for it.

mod functions;
mod program;
mod value;

use std::sync::Arc;

use kube_cel::cel::objects::OptionalValue;
use kube_cel::cel::{Context, ExecutionError, Value as Cel};
use program::Program;
use serde_json::Value;

use super::change::Change;
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
    /// Whether lists that are sets or maps are compared as such: whatever their order.
    compares_changes: bool,
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

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.root.is_none()
    }

    /// What does not hold in an object, and in its change from an old version.
    pub(super) fn broken(
        &self,
        schema: &Value,
        object: &Value,
        old: Option<&Value>,
        ratchet: Ratchet<'_>,
    ) -> Vec<Broken> {
        if let Some(root) = &self.root {
            let is_readable = |json: &Value| value::readable(json, schema).as_ref() == Some(json);
            let is_readable = is_readable(object) && old.is_none_or(is_readable);
            let mut walk = Walk { pointer: String::new(), is_readable, broken: Vec::new() };
            walk.place(root, &Seen { schema, value: object, old, ratchet });
            return walk.broken;
        }
        Vec::new()
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
        let program = Program::compile(&rule);
        let says = |name: &str| program.as_ref().is_ok_and(|program| program.uses(name));
        Rule {
            is_transition: says("oldSelf"),
            compares_changes: says("oldSelf") && rule.contains("==") && !rule.contains('['),
            old_is_optional: written.get("optionalOldSelf") == Some(&Value::Bool(true)),
            message: text("message"),
            message_program: text("messageExpression").and_then(|text| Program::compile(&text).ok()),
            blames: text("fieldPath").and_then(|path| pointer_of(&path)).unwrap_or_default(),
            program,
            text: rule,
        }
    }
}

/// A field path as rules write it (`.spec.a`, `['b.c']`) as a JSON pointer.
fn pointer_of(path: &str) -> Option<String> {
    let path = path.replace("['", "[\"").replace("']", "\"]");
    parse(path.strip_prefix('.').unwrap_or(&path))
}

/// A value at its place of the schema, and what it was.
#[derive(Clone, Copy)]
struct Seen<'s> {
    schema: &'s Value,
    value: &'s Value,
    old: Option<&'s Value>,
    ratchet: Ratchet<'s>,
}

/// Whether something changed at a place; where no old value is meant, at the nearest place above that has one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ratchet<'r> {
    here: Option<Change<'r>>,
    above: Option<Above<'r>>,
}

/// The change above a place, or whether it is none, asked once for many places.
#[derive(Clone, Copy, Debug)]
enum Above<'r> {
    Change(Change<'r>),
    IsNone(bool),
}

impl<'r> Ratchet<'r> {
    pub(super) fn of(change: Option<Change<'r>>) -> Self {
        Ratchet { here: change, above: None }
    }

    fn field(self, name: &str) -> Self {
        match self.here {
            None => self,
            // Of these two, the old version always says what the new one says.
            Some(_) if self.above.is_none() && (name == "apiVersion" || name == "kind") => Ratchet::default(),
            Some(here) => Ratchet { here: here.field(name), above: Some(Above::Change(here)) },
        }
    }

    /// Those of so many items.
    fn items(self, count: usize) -> Vec<Self> {
        let Some(here) = self.here else { return vec![self; count] };
        let above = Some(Above::IsNone(here.is_none()));
        here.items().into_iter().map(|here| Ratchet { here, above }).collect()
    }

    /// That of each entry of a map, by its name.
    fn entries(self) -> impl Fn(&str) -> Self {
        let is_none = self.here.map(Change::is_none);
        move |name| match is_none {
            Some(is_none) => Ratchet { above: Some(Above::IsNone(is_none)), ..self.field(name) },
            None => self,
        }
    }

    fn is_unchanged(self) -> bool {
        match (self.here, self.above) {
            (Some(change), _) | (None, Some(Above::Change(change))) => change.is_none(),
            (None, Some(Above::IsNone(is_none))) => is_none,
            (None, None) => false,
        }
    }
}

struct Walk {
    pointer: String,
    /// Whether every value in the object, and in what it was, is of the type that rules expect.
    is_readable: bool,
    broken: Vec<Broken>,
}

impl Walk {
    fn place(&mut self, place: &Place, seen: &Seen<'_>) {
        if seen.value.is_null() {
            return;
        }
        if !place.rules.is_empty() {
            self.rules(place, seen);
        }
        match seen.value {
            Value::Object(fields) => {
                let known = seen.schema.get("properties");
                for (name, below) in &place.fields {
                    if let (Some(schema), Some(value)) =
                        (known.and_then(|known| known.get(name)), fields.get(name))
                    {
                        self.field(name, below, seen, (schema, value), seen.ratchet.field(name));
                    }
                }
                if let (Some(below), Some(schema)) = (&place.values, seen.schema.get("additionalProperties"))
                {
                    let ratchet = seen.ratchet.entries();
                    for (name, value) in fields {
                        self.field(name, below, seen, (schema, value), ratchet(name));
                    }
                }
            }
            Value::Array(items) => {
                if let (Some(below), Some(schema)) = (&place.items, seen.schema.get("items")) {
                    let keys = list_map_keys(seen.schema);
                    let old = seen.old.map(|old| correlated(items, old, &keys));
                    let old = old.unwrap_or_else(|| vec![None; items.len()]);
                    let ratchets = seen.ratchet.items(items.len());
                    for (index, ((value, old), ratchet)) in items.iter().zip(old).zip(ratchets).enumerate() {
                        self.below(&index.to_string(), below, &Seen { schema, value, old, ratchet });
                    }
                }
            }
            _ => {}
        }
    }

    fn field<'s>(
        &mut self,
        name: &str,
        place: &Place,
        seen: &Seen<'s>,
        (schema, value): (&'s Value, &'s Value),
        ratchet: Ratchet<'s>,
    ) {
        let old = seen.old.and_then(|old| old.get(name));
        self.below(name, place, &Seen { schema, value, old, ratchet });
    }

    fn below(&mut self, step: &str, place: &Place, seen: &Seen<'_>) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&escape(step));
        self.place(place, seen);
        self.pointer.truncate(length);
    }

    fn rules(&mut self, place: &Place, seen: &Seen<'_>) {
        let old = seen.old.filter(|old| !old.is_null());
        for rule in &place.rules {
            if rule.is_transition && !rule.old_is_optional && old.is_none() {
                continue;
            }
            let (message, evaluated) = match self.answer(rule, seen, old) {
                Answer::Holds => continue,
                // What was broken before and is as it was is let pass; a rule about changes is asked of each.
                Answer::Broken(_) if !rule.is_transition && seen.ratchet.is_unchanged() => continue,
                Answer::Broken(message) | Answer::Failed(message) => (message, true),
                Answer::Unknown(message) => (message, false),
            };
            let pointer = format!("{}{}", self.pointer, rule.blames);
            self.broken.push(Broken { pointer, message, evaluated });
        }
    }

    fn answer(&self, rule: &Rule, seen: &Seen<'_>, old: Option<&Value>) -> Answer {
        let answer = rule.answer(&self.scope(rule, seen.schema, seen.value, old));
        if self.is_readable {
            return answer;
        }
        let failed = || {
            Answer::Failed(format!("a value in it is not of its type, and the rule `{}` needs it", rule.text))
        };
        let Some(value) = value::readable(seen.value, seen.schema) else { return failed() };
        let old = match old.filter(|_| rule.is_transition).map(|old| value::readable(old, seen.schema)) {
            Some(None) => return failed(),
            old => old.flatten(),
        };
        // A rule to which it makes no difference whether they are there does not need them.
        let without = rule.answer(&self.scope(rule, seen.schema, &value, old.as_ref()));
        let is_same = std::mem::discriminant(&answer) == std::mem::discriminant(&without);
        if is_same && !matches!(without, Answer::Failed(_)) { answer } else { failed() }
    }

    /// What a rule sees: `self`, and `oldSelf` where there is one or the rule asks for an optional.
    fn scope(&self, rule: &Rule, schema: &Value, value: &Value, old: Option<&Value>) -> Context<'static> {
        let read = |json: &Value| {
            let sorted = rule.compares_changes.then(|| value::sorted(json, schema));
            let json = sorted.as_ref().unwrap_or(json);
            if self.pointer.is_empty() { value::root(json, schema) } else { value::value(json, Some(schema)) }
        };
        let mut scope = value::scope();
        scope.add_variable_from_value("self", read(value));
        match (old.map(read), rule.old_is_optional) {
            (None, false) => {}
            (Some(old), false) => scope.add_variable_from_value("oldSelf", old),
            (old, true) => {
                let optional = old.map_or_else(OptionalValue::none, OptionalValue::of);
                scope.add_variable_from_value("oldSelf", Cel::Opaque(Arc::new(optional)));
            }
        }
        scope
    }
}

/// What a list-map is keyed by; nothing where it is none.
fn list_map_keys(schema: &Value) -> Vec<String> {
    let keys = schema.get("x-kubernetes-list-map-keys").and_then(Value::as_array);
    let is_map = schema.get("x-kubernetes-list-type").is_some_and(|kind| kind == "map");
    let keys = keys.into_iter().flatten().filter(|_| is_map);
    keys.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What a rule says.
enum Answer {
    Holds,
    /// It does not hold.
    Broken(String),
    /// It could not come to an end: the API server refuses that as well, changed or not.
    Failed(String),
    /// Nobody knows.
    Unknown(String),
}

impl Rule {
    /// Asks the rule.
    fn answer(&self, scope: &Context<'_>) -> Answer {
        let program = match &self.program {
            Ok(program) => program,
            Err(reason) => {
                return Answer::Unknown(format!("the rule `{}` cannot be read: {reason}", self.text));
            }
        };
        match program.execute(scope) {
            Ok(Cel::Bool(true)) => Answer::Holds,
            Ok(_) => Answer::Broken(self.message(scope)),
            Err(ExecutionError::UndeclaredReference(name)) => {
                Answer::Unknown(format!("the rule `{}` needs `{name}`, which is not known here", self.text))
            }
            Err(_) => Answer::Failed(self.message(scope)),
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
        let broken = Rules::compile(schema).broken(schema, object, old, Ratchet::default());
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
            let broken = Rules::compile(&schema).broken(&schema, &json!({}), None, Ratchet::default());
            broken.into_iter().map(|broken| broken.evaluated).collect::<Vec<_>>()
        };
        assert_eq!(of("self.missing == 1"), [true]);
        assert_eq!(of("unheardOf(self)"), [false]);
        assert_eq!(of("self.?missing.hasValue()"), [true]);
        assert!(of("self.?missing.orValue(1) == 1").is_empty());
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

    fn changed(schema: &Value, new: &Value, old: &Value) -> Vec<String> {
        let node = super::super::node::Node::read(schema).unwrap();
        let ratchet = Ratchet::of(Some(Change { new, old, node: &node }));
        let broken = Rules::compile(schema).broken(schema, new, Some(old), ratchet);
        broken.into_iter().map(|broken| broken.message).collect()
    }

    #[test]
    fn a_rule_that_was_broken_is_let_pass_and_one_that_fails_never() {
        let of = |rule: &str| {
            json!({"properties": {"o": {"properties": {"a": {"type": "integer"}},
            "x-kubernetes-validations": [{"rule": rule, "message": "no"}]}, "b": {}}})
        };
        let (old, new) = (json!({"o": {"a": 0}}), json!({"o": {"a": 0}, "b": 1}));
        assert!(changed(&of("self.a > 0"), &new, &old).is_empty());
        assert_eq!(changed(&of("1 / self.a > 0"), &new, &old), ["no"]);
        assert_eq!(changed(&of("oldSelf.a > 0"), &new, &old), ["no"]);
    }

    #[test]
    fn a_rule_fails_on_a_value_that_is_not_of_its_type_if_it_needs_it() {
        let of = |rule: &str| {
            json!({"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
            "x-kubernetes-validations": [{"rule": rule}]})
        };
        let odd = json!({"a": 1.0, "b": 1});
        for (rule, broken) in
            [("self.a > 0", 1), ("has(self.a)", 1), ("self.b > 0", 0), ("self.b > 0 || self.a > 0", 0)]
        {
            assert_eq!(told(&of(rule), &odd, None).len(), broken, "{rule}");
        }
    }

    #[test]
    fn a_set_is_what_it_was_in_any_order() {
        let list = |kind: &str| {
            json!({"type": "array", "x-kubernetes-list-type": kind, "items": {"type": "string"},
            "x-kubernetes-validations": [{"rule": "self == oldSelf"}]})
        };
        let (one, other) = (json!(["a", "b"]), json!(["b", "a"]));
        assert!(told(&list("set"), &one, Some(&other)).is_empty());
        assert_eq!(told(&list("atomic"), &one, Some(&other)).len(), 1);
    }

    #[test]
    fn a_null_is_asked_no_rule() {
        let schema = json!({"properties": {"a": {"nullable": true, "type": "string", "x-kubernetes-validations": [{"rule": "false"}]}}});
        assert!(told(&schema, &json!({"a": null}), None).is_empty());
    }
}
