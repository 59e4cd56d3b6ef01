//! The cases of one definition: its objects, handwritten and rendered, and what the operators make of them.

use serde_json::{Value, json};

use super::definition::Definition;
use super::handwritten::{self, Rendered};
use super::operators::{Edit, OPERATORS, Operator, candidates, items};
use super::place::{Place, filled, places, put, split, steps, with, without};
use super::seed::rank;
use super::synth::is;
use super::{Case, metadata};

/// How many kinds of bad metadata each definition is tried with.
const METADATA: usize = 12;

/// How many pairs of values a rule about changes is tried on.
const PAIRS: usize = 5;

/// Every case of a definition, by its name.
pub(crate) fn cases_of(definition: &Definition, rendered: &Rendered) -> Vec<Case> {
    let mut maker = Maker {
        definition,
        objects: handwritten::objects(definition),
        places: places(&definition.structural),
        cases: Vec::new(),
    };
    if definition.is_open {
        maker.status();
        maker.transitions();
        maker.transition_rules();
    } else {
        maker.objects(rendered);
        maker.operators();
        maker.metadata();
        maker.dropped_status();
    }
    maker.cases.extend(handwritten::cases(definition, &maker.objects));
    let mut cases = maker.cases;
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases.dedup_by(|a, b| a.name == b.name);
    cases
}

struct Maker<'m> {
    definition: &'m Definition,
    objects: Vec<Value>,
    places: Vec<(String, Place<'m>)>,
    cases: Vec<Case>,
}

impl<'m> Maker<'m> {
    fn push(&mut self, name: String, object: Value, old: Option<Value>) {
        self.cases.push(Case { name, object, old });
    }

    fn objects(&mut self, rendered: &Rendered) {
        for (index, object) in self.objects.clone().into_iter().enumerate() {
            self.push(format!("object {index}"), object, None);
        }
        for (name, object) in rendered.of(self.definition) {
            self.push(format!("rendered {name}"), object, None);
        }
    }

    /// Each operator on the places that come first in its order.
    fn operators(&mut self) {
        for operator in OPERATORS {
            self.operator(operator, |definition, pointer| !(definition.drops_status && is_status(pointer)));
        }
    }

    /// The same for the status, where the definition itself would drop it.
    fn status(&mut self) {
        for operator in OPERATORS
            .iter()
            .filter(|operator| matches!(operator.name, "rule" | "junctor" | "pattern" | "null"))
        {
            let few =
                Operator { places: if operator.name == "rule" { operator.places } else { 2 }, ..*operator };
            self.operator(&few, |_, pointer| is_status(pointer));
        }
    }

    fn operator(&mut self, operator: &Operator, may: impl Fn(&Definition, &str) -> bool) {
        let mut taken = 0;
        for (pointer, place) in self.ranked(operator, may) {
            if taken == operator.places {
                return;
            }
            let Some((object, edits)) = self.edits(operator, &pointer, &place) else { continue };
            taken += 1;
            for edit in edits {
                let name = format!("{} {pointer} {}", operator.name, edit.label);
                self.push(name, edited(&object, &pointer, &edit), None);
            }
        }
    }

    fn ranked(
        &self,
        operator: &Operator,
        may: impl Fn(&Definition, &str) -> bool,
    ) -> Vec<(String, Place<'m>)> {
        let asks =
            |(pointer, place): &&(String, Place<'m>)| (operator.asks)(place) && may(self.definition, pointer);
        let mut asked: Vec<&(String, Place<'m>)> = self.places.iter().filter(asks).collect();
        asked.sort_by_cached_key(|(pointer, _)| {
            rank(&format!("{} {pointer}", operator.name)) / weight(pointer)
        });
        asked.into_iter().cloned().collect()
    }

    /// An object that fills the place, and the changes to it.
    fn edits(&self, operator: &Operator, pointer: &str, place: &Place<'_>) -> Option<(Value, Vec<Edit>)> {
        let object = filled(self.nearest(pointer), &self.definition.structural, pointer)?;
        let edits = (operator.edits)(place, object.pointer(pointer)?);
        (!edits.is_empty()).then_some((object, edits))
    }

    /// The object that has most of the way to a place.
    fn nearest(&self, pointer: &str) -> &Value {
        let depth = |object: &Value| {
            let (mut at, mut depth) = (object, 0);
            for step in steps(pointer) {
                let Some(next) = at.get(&step).or_else(|| at.get(step.parse::<usize>().ok()?)) else {
                    return depth;
                };
                (at, depth) = (next, depth + 1);
            }
            depth
        };
        // Of equals the first.
        self.objects.iter().rev().max_by_key(|object| depth(object)).expect("each definition has an object")
    }

    fn metadata(&mut self) {
        let object = self.objects[0].clone();
        let mut all = metadata::all();
        all.sort_by_cached_key(|(label, ..)| rank(&format!("{} {label}", self.definition.name)));
        for (label, at, value) in all.into_iter().take(METADATA) {
            self.push(format!("metadata {label}"), with(&object, &format!("/metadata{at}"), value), None);
        }
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        let generated =
            json!({"generateName": format!("{name}-"), "namespace": object["metadata"]["namespace"]});
        self.push("metadata generateName alone".to_owned(), with(&object, "/metadata", generated), None);
        self.push("metadata missing".to_owned(), without(&object, "/metadata"), None);
        self.push("metadata without name".to_owned(), without(&object, "/metadata/name"), None);
        self.push(
            "metadata namespace of a number".to_owned(),
            with(&object, "/metadata/namespace", json!(1)),
            None,
        );
        if self.definition.crd["spec"]["scope"] == "Cluster" {
            self.push(
                "metadata namespace of a kind without".to_owned(),
                with(&object, "/metadata/namespace", json!("A_")),
                None,
            );
        }
        self.push("unknown at the root".to_owned(), with(&object, "/zzUnknown", json!(1)), None);
    }

    /// What the server says to a status that it drops.
    fn dropped_status(&mut self) {
        if !self.definition.drops_status {
            return;
        }
        let object = self.objects[0].clone();
        for (label, status) in [
            ("empty", json!({})),
            ("of an unknown field", json!({"zzUnknown": 1})),
            ("as a text", json!("a")),
            ("null", Value::Null),
        ] {
            self.push(format!("status {label}"), with(&object, "/status", status), None);
        }
        for name in ["type", "required", "enum"] {
            let Some(operator) = OPERATORS.iter().find(|operator| operator.name == name) else { continue };
            let few = Operator { name: "status", places: 1, ..*operator };
            self.operator(&few, |_, pointer| is_status(pointer) && pointer != "/status");
        }
    }

    /// What was wrong before and stays, moves, changes or goes.
    fn transitions(&mut self) {
        const TRIED: [&str; 11] = [
            "required", "enum", "type", "pattern", "bounds", "format", "number", "twice", "null", "rule",
            "junctor",
        ];
        for operator in OPERATORS.iter().filter(|operator| TRIED.contains(&operator.name)) {
            for elements in [false, true] {
                let may = |_: &Definition, pointer: &str| {
                    (pointer.contains("/0/") || pointer.contains("/key/")) == elements
                };
                let found = self.ranked(operator, may).into_iter().find_map(|(pointer, place)| {
                    let (object, edits) = self.edits(operator, &pointer, &place)?;
                    Some((pointer, object, edits))
                });
                if let Some((pointer, object, edits)) = found {
                    self.transitions_of(operator.name, &pointer, &object, &edits);
                }
            }
        }
    }

    fn transitions_of(&mut self, operator: &str, pointer: &str, object: &Value, edits: &[Edit]) {
        let Some(edit) = edits.iter().min_by_key(|edit| rank(&format!("{pointer} {}", edit.label))) else {
            return;
        };
        let name = |what: &str| format!("{what} after {operator} {pointer} {}", edit.label);
        let wrong = edited(object, pointer, edit);
        let marked = |object: &Value| with(object, "/metadata/annotations", json!({"changed": "yes"}));
        self.push(name("nothing"), marked(&wrong), Some(wrong.clone()));
        self.push(name("mended"), object.clone(), Some(wrong.clone()));
        self.push(name("broken"), wrong.clone(), Some(object.clone()));
        if let Some(other) = edits.iter().find(|other| other.label != edit.label) {
            let changed = edited(object, pointer, other);
            self.push(format!("{} to {}", name("changed"), other.label), changed, Some(wrong.clone()));
        }
        if let Some((at, beside)) = self.beside(pointer, &wrong) {
            self.push(format!("{} {at}", name("beside")), beside, Some(wrong.clone()));
        }
        if let Some(moved) = self.moved(pointer, &wrong) {
            self.push(name("moved"), moved, Some(wrong));
        }
    }

    /// Something else in the same mapping changes.
    fn beside(&self, pointer: &str, wrong: &Value) -> Option<(String, Value)> {
        let (parent, last) = split(pointer);
        let fields = wrong.pointer(parent)?.as_object()?;
        let schema = steps(parent)
            .iter()
            .try_fold(&self.definition.structural, |schema, step| super::place::inner(schema, step))?;
        let known = schema.get("properties")?.as_object()?;
        let other = known.iter().find(|(name, inner)| {
            **name != last
                && !fields.contains_key(*name)
                && !is(inner, "x-kubernetes-preserve-unknown-fields")
        });
        let (name, inner) = other?;
        Some((name.clone(), with(wrong, &format!("{parent}/{name}"), super::synth::synth(inner)?)))
    }

    /// The innermost list around the place begins with another item.
    fn moved(&self, pointer: &str, wrong: &Value) -> Option<Value> {
        let list = &pointer[..pointer.rfind("/0")?];
        let schema = steps(list)
            .iter()
            .try_fold(&self.definition.structural, |schema, step| super::place::inner(schema, step))?;
        let mut wanted = items(schema, 2)?;
        let there = wrong.pointer(list)?.get(0)?.clone();
        wanted[0] = wanted[1].clone();
        wanted[1] = there;
        Some(with(wrong, list, wanted))
    }

    /// Rules about changes: from one value that they may hold for to another, and to and from nothing.
    fn transition_rules(&mut self) {
        let rules =
            |place: &Place<'_>| place.schema["x-kubernetes-validations"].to_string().contains("oldSelf");
        let structural = self.definition.structural.clone();
        for (pointer, place) in self.places.clone().into_iter().filter(|(_, place)| rules(place)) {
            let Some(object) = filled(self.nearest(&pointer), &structural, &pointer) else { continue };
            let values = candidates(place.schema, &object.pointer(&pointer).cloned().unwrap_or_default());
            let pairs = (0..values.len()).flat_map(|from| (0..values.len()).map(move |to| (from, to)));
            let mut pairs: Vec<_> = pairs.collect();
            pairs.sort_by_cached_key(|pair| rank(&format!("{pointer} {pair:?}")));
            for (from, to) in pairs.into_iter().take(PAIRS) {
                let at = |index: usize| with(&object, &pointer, values[index].clone());
                self.push(format!("change {pointer} {from} to {to}"), at(to), Some(at(from)));
            }
            self.push(
                format!("change {pointer} to nothing"),
                without(&object, &pointer),
                Some(object.clone()),
            );
            self.push(
                format!("change {pointer} from nothing"),
                object.clone(),
                Some(without(&object, &pointer)),
            );
        }
    }
}

/// Deep places, of which there are many, come later.
fn weight(pointer: &str) -> u64 {
    let depth = pointer.matches('/').count();
    if depth <= 4 {
        6
    } else if depth <= 8 {
        2
    } else {
        1
    }
}

fn is_status(pointer: &str) -> bool {
    pointer == "/status" || pointer.starts_with("/status/")
}

fn edited(object: &Value, pointer: &str, edit: &Edit) -> Value {
    let at = format!("{pointer}{}", edit.at);
    match &edit.value {
        None => without(object, &at),
        Some(value) => {
            let mut object = object.clone();
            put(&mut object, &at, value.clone());
            object
        }
    }
}
