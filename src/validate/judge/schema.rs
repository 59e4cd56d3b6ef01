//! One OpenAPI structural schema of a CustomResourceDefinition, and how the API server judges an object by it.
//!
//! In: an object as written, and its old version if there is one. Out: a [`Judgement`]. The order is the server's, since
//! each step changes what the next one sees: fields that nobody knows ([`fields`]), nulls and defaults ([`prepare`]), the
//! status, structure ([`structure`]), objects inside ([`embedded`]), lists that hold an item once ([`lists`]), and rules in
//! CEL ([`cel`](super::cel)) where the structure is sound enough to ask them.

use serde_json::{Map, Value};

use super::cel::{Ratchet, Rules};
use super::change::Change;
use super::node::Node;
use super::structure::{self, Found, Weight};
use super::{Judgement, Violation, embedded, fields, lists, metadata, number, prepare};

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    /// As it was given, for the rules; null where there are none.
    structural: Value,
    node: Node,
    rules: Rules,
    served: Served,
}

/// What a definition says of a version beside its schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// Whether the status is a subresource: who writes the object does not write it.
    pub drops_status: bool,
    /// Whether its objects are in no namespace.
    pub is_cluster_wide: bool,
    /// JSON pointers to the numbers of replicas that the subresource `scale` shows.
    pub replicas: Vec<String>,
}

/// An object as the server sees it after decoding, and what it found while doing so.
struct Decoded {
    object: Value,
    unknown: Vec<Violation>,
    embedded: Vec<Found>,
}

impl Schema {
    /// Compiles an `openAPIV3Schema`. Errors: the schema itself is not valid.
    pub fn compile(structural: Value, served: Served) -> anyhow::Result<Self> {
        let node = Node::read(&structural)?;
        let rules = Rules::compile(&structural);
        let structural = if rules.is_empty() { Value::Null } else { structural };
        Ok(Schema { structural, node, rules, served })
    }

    /// Everything in an object that the API server would not take, sorted by place: when the object is created, or,
    /// with its old version, when it is changed.
    pub fn judge(&self, object: &Value, old: Option<&Value>) -> Judgement {
        let decoded = self.decode(object);
        let old = old.map(|old| stored(self.decode(old).object));
        let mut object = decoded.object;
        self.settle_status(&mut object, old.as_ref());
        let change = old.as_ref().map(|old| Change { new: &object, old, node: &self.node });
        let mut found = structure::wrong(&object, &self.node, change);
        found.extend(decoded.embedded);
        found.extend(self.served.replicas.iter().filter_map(|pointer| wrong_replicas(&object, pointer)));
        // Doubles that were there before are let pass, all of them or none.
        if old.as_ref().is_none_or(|old| lists::duplicates(old, &self.node).is_empty()) {
            let twice = lists::duplicates(&object, &self.node);
            found.extend(twice.into_iter().map(|violation| Found { violation, weight: Weight::Wrong }));
        }
        let mut judgement = Judgement { violations: decoded.unknown, ..Judgement::default() };
        let is_nameless = metadata::name_of(&object["metadata"]).is_none();
        if !is_nameless && !found.iter().any(|found| found.weight == Weight::Blocks) {
            self.ask_rules(&object, old.as_ref(), change, &mut judgement);
        }
        for Found { violation, weight } in found {
            let is_known = weight != Weight::Unknown;
            let list = if is_known { &mut judgement.violations } else { &mut judgement.not_evaluated };
            list.push(violation);
        }
        judgement.sort();
        judgement
    }

    /// Whether an object has the structure as it is written, before nulls are dropped and defaults set: a look that costs
    /// little. Of a schema with neither defaults, sets nor rules, which prunes nothing, that is all there is to judge.
    pub fn has_structure(&self, object: &Value) -> bool {
        structure::wrong(object, &self.node, None).is_empty()
    }

    /// What the API server asks of an object's metadata.
    pub fn judge_metadata(&self, object: &Value) -> Vec<Violation> {
        let mut found = metadata::metadata(object);
        // It takes the namespace away itself.
        let is_text = object.pointer("/metadata/namespace").is_some_and(Value::is_string);
        found.retain(|violation| {
            !(self.served.is_cluster_wide && is_text && violation.pointer == "/metadata/namespace")
        });
        found
    }

    fn decode(&self, written: &Value) -> Decoded {
        let mut object = written.clone();
        // What becomes of the whole is decided before any of its fields is read.
        if let Some(fields) = object.as_object_mut() {
            let metadata = fields.entry("metadata").or_insert(Value::Null);
            if metadata.is_null() {
                *metadata = Value::Object(Map::new());
            }
            if let (Some(name), Some(metadata)) = (metadata::name_of(metadata), metadata.as_object_mut()) {
                metadata.insert("name".to_owned(), Value::String(name));
            }
        }
        let unknown = fields::prune(&mut object, &self.node);
        prepare::drop_nulls(&mut object, &self.node);
        prepare::set_defaults(&mut object, &self.node);
        let embedded = embedded::wrong(&object, &self.node);
        Decoded { object, unknown, embedded }
    }

    /// A status that is a subresource is nothing at first, and what it was afterwards.
    fn settle_status(&self, object: &mut Value, old: Option<&Value>) {
        let (true, Value::Object(fields)) = (self.served.drops_status, object) else { return };
        match old.and_then(|old| old.get("status")) {
            Some(status) => drop(fields.insert("status".to_owned(), status.clone())),
            None => drop(fields.shift_remove("status")),
        }
    }

    fn ask_rules(
        &self,
        object: &Value,
        old: Option<&Value>,
        change: Option<Change<'_>>,
        judgement: &mut Judgement,
    ) {
        for broken in self.rules.broken(&self.structural, object, old, Ratchet::of(change)) {
            let violation = Violation { pointer: broken.pointer, message: broken.message };
            let list =
                if broken.evaluated { &mut judgement.violations } else { &mut judgement.not_evaluated };
            list.push(violation);
        }
    }
}

/// What is wrong with a number of replicas that is there.
fn wrong_replicas(object: &Value, pointer: &str) -> Option<Found> {
    let value = object.pointer(pointer)?;
    let fits = value.as_i64().is_some_and(|number| i32::try_from(number).is_ok_and(|number| number >= 0));
    let message = "it must be a whole number of 32 bits, and not negative".to_owned();
    let violation = Violation { pointer: pointer.to_owned(), message };
    (!fits).then_some(Found { violation, weight: Weight::Wrong })
}

/// An object as it comes back from where it is stored: a fraction that is whole is written as a whole number there.
fn stored(mut object: Value) -> Value {
    match &mut object {
        Value::Number(number) => number::stored(number).map_or(object, Value::from),
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(_, value)| *value = stored(value.take()));
            object
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| *item = stored(item.take()));
            object
        }
        _ => object,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema(text: Value) -> Schema {
        Schema::compile(text, Served::default()).unwrap()
    }

    fn told(schema: &Schema, object: &Value) -> Vec<String> {
        schema
            .judge(object, None)
            .violations
            .into_iter()
            .map(|v| format!("{}: {}", v.pointer, v.message))
            .collect()
    }

    #[test]
    fn a_field_that_the_schema_does_not_know_is_told_at_its_own_place() {
        let schema = schema(
            json!({"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}),
        );
        let object = json!({"kind": "K", "spec": {"a": "x", "b/c": 1}});
        assert_eq!(told(&schema, &object), ["/spec/b~1c: `b/c` is no field that the CRD knows"]);
    }

    #[test]
    fn unknown_fields_are_kept_where_the_schema_preserves_them() {
        let schema = schema(json!({"type": "object", "properties": {
            "spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {"a": {"type": "string"}}}}}));
        assert!(told(&schema, &json!({"spec": {"anything": {"goes": true}}})).is_empty());
    }

    #[test]
    fn an_object_without_fields_of_its_own_takes_none() {
        let schema = schema(json!({"type": "object", "properties": {"spec": {"type": "object"}}}));
        assert_eq!(
            told(&schema, &json!({"spec": {"x": 1}})),
            ["/spec/x: `x` is no field that the CRD knows"]
        );
    }

    #[test]
    fn a_null_is_dropped_and_a_default_set_before_required_fields_are_asked_for() {
        let schema = schema(json!({"type": "object", "required": ["mode", "size"], "properties": {
            "mode": {"type": "string", "default": "fast"}, "size": {"type": "string"}}}));
        assert_eq!(told(&schema, &json!({"mode": null, "size": null})), [": `size` is required"]);
    }

    #[test]
    fn integers_or_strings_take_both_and_nothing_else() {
        let schema = schema(json!({"type": "object", "properties": {"size": {
            "x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]}}}));
        assert!(told(&schema, &json!({"size": "10Gi"})).is_empty());
        assert!(told(&schema, &json!({"size": 10})).is_empty());
        assert_eq!(told(&schema, &json!({"size": true})), ["/size: it must be of type integer or string"]);
    }

    #[test]
    fn sets_and_list_maps_hold_each_item_once_after_defaults() {
        let schema = schema(json!({"type": "object", "properties": {
            "tags": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
            "ports": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["port", "protocol"],
                "items": {"type": "object", "properties": {"port": {"type": "integer"}, "protocol": {"type": "string", "default": "TCP"}}}}}}));
        let object = json!({"tags": ["a", "b", "a"], "ports": [{"port": 1}, {"port": 1, "protocol": "TCP"}, {"port": 1, "protocol": "UDP"}]});
        assert_eq!(
            told(&schema, &object),
            [
                "/ports/1: `port: 1, protocol: TCP` is there twice, and the list holds each once",
                "/tags/2: `\"a\"` is there twice, and the list holds each once"
            ]
        );
    }

    fn served(served: Served) -> Schema {
        let schema = json!({"type": "object", "properties": {
            "metadata": {"type": "object", "properties": {"name": {"type": "string", "maxLength": 6}}},
            "spec": {"type": "object", "properties": {"replicas": {"type": "integer"},
                "tags": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}}}},
            "status": {"type": "object", "properties": {"phase": {"type": "string"}}}}});
        Schema::compile(schema, served).unwrap()
    }

    #[test]
    fn a_status_that_is_a_subresource_is_dropped_once_its_fields_are_known() {
        let dropped = served(Served { drops_status: true, ..Served::default() });
        assert!(told(&dropped, &json!({"status": {"phase": 1}})).is_empty());
        assert_eq!(told(&dropped, &json!({"status": {"other": 1}})).len(), 1);
        assert_eq!(told(&served(Served::default()), &json!({"status": {"phase": 1}})).len(), 1);
    }

    #[test]
    fn replicas_that_scale_shows_are_whole_and_not_negative() {
        let scaled = served(Served { replicas: vec!["/spec/replicas".to_owned()], ..Served::default() });
        for (replicas, wrong) in
            [(json!(3), 0), (json!(-1), 1), (json!(1.0), 1), (json!(2_147_483_648_i64), 1)]
        {
            assert_eq!(told(&scaled, &json!({"spec": {"replicas": replicas}})).len(), wrong, "{replicas}");
        }
    }

    #[test]
    fn a_name_that_is_made_is_judged_like_one_that_is_given() {
        let schema = served(Served::default());
        assert!(told(&schema, &json!({"metadata": {"generateName": "a"}})).is_empty());
        assert_eq!(
            told(&schema, &json!({"metadata": {"generateName": "ab-"}})),
            ["/metadata/name: it must have at most 6 characters"]
        );
    }

    #[test]
    fn an_object_of_the_whole_cluster_may_say_any_namespace() {
        let object = json!({"metadata": {"name": "a", "namespace": "A_"}});
        assert_eq!(served(Served::default()).judge_metadata(&object).len(), 1);
        assert!(
            served(Served { is_cluster_wide: true, ..Served::default() }).judge_metadata(&object).is_empty()
        );
    }

    #[test]
    fn doubles_are_let_pass_where_there_were_doubles() {
        let schema = served(Served::default());
        let tags = |tags: Value| json!({"spec": {"tags": tags}});
        let judged = |new: Value, old: Value| schema.judge(&tags(new), Some(&tags(old))).violations.len();
        assert_eq!(judged(json!(["a", "a"]), json!(["a"])), 1);
        assert_eq!(judged(json!(["b", "b"]), json!(["a", "a"])), 0);
    }

    #[test]
    fn a_pattern_that_is_too_large_is_not_evaluated() {
        let schema = schema(
            json!({"type": "object", "properties": {"a": {"type": "string", "pattern": r"^\pL{1000}\pL{1000}$"}}}),
        );
        let judgement = schema.judge(&json!({"a": "b"}), None);
        assert!(judgement.violations.is_empty());
        assert_eq!(
            judgement.not_evaluated[0].message,
            r"the pattern `^\pL{1000}\pL{1000}$` cannot be read here"
        );
    }
}
