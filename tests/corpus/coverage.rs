//! What the cases cover: each rule of a schema, kept and broken; and how many there are of each kind and operator.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Case, Chapter, Records, Said};

/// The rules of definitions, and which of them some case keeps or breaks.
#[derive(Default)]
pub(crate) struct Coverage {
    asked: BTreeSet<String>,
    seen: BTreeSet<String>,
}

/// One rule.
struct Rule {
    /// `/spec/list/*/field`.
    place: String,
    text: String,
    message: String,
}

impl Coverage {
    /// Takes a chapter in; `told` are our findings for a case, which are the server's.
    pub(crate) fn add(&mut self, chapter: &Chapter, records: &Records, told: impl Fn(&Case) -> Vec<String>) {
        let rules = rules(&chapter.definition.structural, "");
        let name = |rule: &Rule, what: &str| {
            let definition = chapter.definition.name.trim_end_matches(".open");
            format!("{definition} {} {what}: {}", rule.place, rule.text)
        };
        for rule in &rules {
            self.asked.extend([name(rule, "kept"), name(rule, "broken")]);
        }
        for case in &chapter.cases {
            if records.said.get(&case.name) == Some(&Said::Accepted) {
                self.seen
                    .extend(rules.iter().filter(|rule| rule.is_asked(case)).map(|rule| name(rule, "kept")));
            } else {
                let told = told(case);
                self.seen
                    .extend(rules.iter().filter(|rule| rule.is_in(&told)).map(|rule| name(rule, "broken")));
            }
        }
    }

    /// What no case does, and of how many.
    pub(crate) fn missing(&self) -> (Vec<&String>, usize) {
        (self.asked.difference(&self.seen).collect(), self.asked.len())
    }
}

impl Rule {
    /// Whether the rule is asked of an object that is taken.
    fn is_asked(&self, case: &Case) -> bool {
        let is_there = |object: &Value| !at(object, &self.place).is_empty();
        let is_transition = self.text.contains("oldSelf") && !self.text.contains("hasValue");
        is_there(&case.object) && (!is_transition || case.old.as_ref().is_some_and(is_there))
    }

    fn is_in(&self, told: &[String]) -> bool {
        let depth = self.place.split('/').count();
        let is_this =
            |(pointer, message): (&str, &str)| message == self.message && pointer.split('/').count() >= depth;
        told.iter().filter_map(|told| told.split_once(": ")).any(is_this)
    }
}

fn rules(schema: &Value, place: &str) -> Vec<Rule> {
    let mut found = Vec::new();
    for rule in schema["x-kubernetes-validations"].as_array().into_iter().flatten() {
        let text = rule["rule"].as_str().unwrap_or_default().to_owned();
        let message = rule["message"].as_str().map_or_else(|| format!("failed rule: {text}"), str::to_owned);
        found.push(Rule { place: place.to_owned(), text, message });
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        found.extend(rules(inner, &format!("{place}/{name}")));
    }
    for inner in ["items", "additionalProperties"].iter().filter_map(|name| schema.get(name)) {
        found.extend(rules(inner, &format!("{place}/*")));
    }
    found
}

/// What lies at a place of an object.
fn at<'o>(object: &'o Value, place: &str) -> Vec<&'o Value> {
    let below = |value: &'o Value, step: &str| -> Vec<&'o Value> {
        match (step, value) {
            ("*", Value::Array(items)) => items.iter().collect(),
            ("*", Value::Object(fields)) => fields.values().collect(),
            (name, value) => value.get(name).into_iter().collect(),
        }
    };
    let steps = place.split('/').skip(1);
    steps.fold(vec![object], |found, step| found.into_iter().flat_map(|value| below(value, step)).collect())
}

/// Cases in all and those refused, by a name.
pub(crate) type Counts = BTreeMap<String, (usize, usize)>;

/// The counts by kind and version, and by operator.
pub(crate) fn counts(chapters: &[Chapter]) -> (Counts, Counts) {
    let (mut kinds, mut operators) = (Counts::new(), Counts::new());
    for Chapter { definition, cases } in chapters {
        let records = Records::read(definition).unwrap_or_default();
        for case in cases {
            let is_refused = records.said.get(&case.name).is_some_and(|said| *said != Said::Accepted);
            let operator = if case.name.starts_with("by hand") {
                "by hand"
            } else {
                case.name.split(' ').next().unwrap_or_default()
            };
            let kind = format!("{} {}", definition.kind, definition.version);
            for (counts, name) in [(&mut kinds, kind.as_str()), (&mut operators, operator)] {
                let (all, refused) = counts.entry(name.to_owned()).or_default();
                *all += 1;
                *refused += usize::from(is_refused);
            }
        }
    }
    (kinds, operators)
}
