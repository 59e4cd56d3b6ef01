//! What the JSON Schema of a document asks for beyond its type: bounds, patterns, lengths.
//!
//! In: one layer as written. Out: what does not fit, each at its place. A layer that fits costs one pass; only then is
//! anything looked for, and what the decoder, the table of alternatives or a component tells in better words is left out.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Findings, Rule, rules, words};
use crate::document::{API_VERSION, Kind, schema};
use crate::manifest::pointer::dotted;
use crate::provenance::Sources;
use crate::schema::{Compiled, REFUSED_BY, Violation, Wrong};
use crate::yaml::{self, Loc, Node};

/// What a whole document holds that its schema does not allow, other than what was told already at `told`.
pub(super) fn document(
    root: &Node<'_>,
    kind: Kind,
    told: &[Loc],
    sources: &Sources,
    findings: &mut Findings,
) {
    if let Some(enforced) = Enforced::of(kind) {
        let document = root.clone().into_value();
        enforced.check(&document, &|pointer| find(root, pointer), told, sources, findings);
    }
}

/// The same for a `spec` of a Site alone, as `--set` gives it.
pub(super) fn spec(spec: &Node<'_>, told: &[Loc], sources: &Sources, findings: &mut Findings) {
    let Some(enforced) = Enforced::of(Kind::Overlay) else { return };
    let document = json!({"apiVersion": API_VERSION, "kind": "Overlay", "spec": spec.clone().into_value()});
    let find = |pointer: &str| find(spec, pointer.strip_prefix("/spec")?);
    enforced.check(&document, &find, told, sources, findings);
}

/// A schema, compiled at its first use: a run has three at most, however many sites it has.
struct Enforced {
    kind: Kind,
    schema: Value,
    compiled: Compiled,
}

/// Where a violation lies: how a person writes it, and the value or, for a key, the key.
struct Found<'n> {
    path: String,
    key: Option<Loc>,
    node: &'n Node<'n>,
}

impl Enforced {
    fn of(kind: Kind) -> Option<&'static Self> {
        static FLEET: LazyLock<Option<Enforced>> = LazyLock::new(|| Enforced::new(Kind::Fleet));
        static SITE: LazyLock<Option<Enforced>> = LazyLock::new(|| Enforced::new(Kind::Site));
        static OVERLAY: LazyLock<Option<Enforced>> = LazyLock::new(|| Enforced::new(Kind::Overlay));
        match kind {
            Kind::Fleet => FLEET.as_ref(),
            Kind::Site => SITE.as_ref(),
            Kind::Overlay => OVERLAY.as_ref(),
        }
    }

    /// Our own schemas compile, which the tests hold.
    fn new(kind: Kind) -> Option<Self> {
        let schema = schema(kind);
        let compiled = Compiled::new(&schema).ok()?;
        Some(Enforced { kind, schema, compiled })
    }

    fn check<'n>(
        &self,
        value: &Value,
        find: &dyn Fn(&str) -> Option<Found<'n>>,
        told: &[Loc],
        sources: &Sources,
        findings: &mut Findings,
    ) {
        if self.compiled.is_valid(value) {
            return;
        }
        let mut violations = self.compiled.violations(value);
        violations.retain(|violation| !self.is_told_elsewhere(violation));
        // A value of a wrong type is not told to be none of the words as well.
        violations.dedup_by(|next, first| {
            next.pointer == first.pointer && !matches!(next.wrong, Wrong::Missing(_))
        });
        for violation in violations {
            let Some(found) = find(&violation.pointer) else { continue };
            let loc = place_of(&violation, &found);
            if !told.iter().any(|told| is_within(*told, loc)) {
                let finding = self.finding(&violation, &found);
                findings.push(finding.at(sources.place(loc), label(&violation, &found)));
            }
        }
    }

    /// The head, and what it and a fleet lack, are told where they are read; some keywords by a rule of a component.
    fn is_told_elsewhere(&self, violation: &Violation) -> bool {
        let is_head = matches!(violation.pointer.as_str(), "/apiVersion" | "/kind");
        let at_reading = self.kind == Kind::Fleet || matches!(violation.pointer.as_str(), "" | "/metadata");
        let is_missing = at_reading && matches!(violation.wrong, Wrong::Missing(_));
        is_head || is_missing || self.around(violation).get(REFUSED_BY).is_some()
    }

    /// The schema that the keyword stands in.
    fn around(&self, violation: &Violation) -> &Value {
        let parent = violation.keyword.rsplit_once('/').map_or("", |(parent, _)| parent);
        let schema = self.schema.pointer(parent).unwrap_or(&Value::Null);
        if parent.ends_with("/propertyNames") {
            let owner = parent.trim_end_matches("/propertyNames");
            return self.schema.pointer(owner).unwrap_or(schema);
        }
        schema
    }

    fn finding(&self, violation: &Violation, found: &Found<'_>) -> Diagnostic {
        let title = match &violation.wrong {
            Wrong::Missing(field) => format!("{} is missing", words::quoted(field)),
            _ => format!("{} {}", words::quoted(&found.path), self.demand(violation)),
        };
        let finding = Diagnostic::new(rule(&violation.wrong), title);
        match &violation.wrong {
            Wrong::Pattern(pattern) => finding.note(format!("its pattern is `{pattern}`")),
            _ => finding,
        }
    }

    /// What the value must be, both bounds together.
    fn demand(&self, violation: &Violation) -> String {
        let around = self.around(violation);
        let both = |low: &str, high: &str| Some((around.get(low)?, around.get(high)?));
        let bounds = match violation.wrong {
            Wrong::Minimum(_) | Wrong::Maximum(_) => {
                both("minimum", "maximum").map(|(low, high)| format!("must be from {low} to {high}"))
            }
            Wrong::Length(_) => both("minLength", "maxLength")
                .map(|(low, high)| format!("must have from {low} to {high} characters")),
            Wrong::Items(_) => both("minItems", "maxItems")
                .map(|(low, high)| format!("must have from {low} to {high} items")),
            Wrong::Pattern(_) => {
                let example = around.pointer("/examples/0").and_then(Value::as_str);
                example.map(|example| format!("must be written as in {}", words::quoted(example)))
            }
            _ => None,
        };
        bounds.unwrap_or_else(|| violation.wrong.to_string())
    }
}

fn rule(wrong: &Wrong) -> &'static Rule {
    match wrong {
        Wrong::UnknownField(_) => &rules::UNKNOWN_FIELD,
        Wrong::Type(_) => &rules::WRONG_TYPE,
        Wrong::Words(_) => &rules::UNKNOWN_WORD,
        Wrong::Missing(_) => &rules::MISSING_FIELD,
        _ => &rules::VALUE_OUT_OF_BOUNDS,
    }
}

fn place_of(violation: &Violation, found: &Found<'_>) -> Loc {
    match (&violation.wrong, found.key) {
        (Wrong::UnknownField(_) | Wrong::Key(_), Some(key)) => key,
        _ => found.node.loc,
    }
}

fn label(violation: &Violation, found: &Found<'_>) -> String {
    match (&violation.wrong, &found.node.kind) {
        (Wrong::UnknownField(_) | Wrong::Key(_), _) => "this key".to_owned(),
        (Wrong::Items(_), yaml::Kind::Seq(items)) => {
            format!("this has {}", words::count(items.len(), "item"))
        }
        (Wrong::Length(_), yaml::Kind::Str(text)) => {
            format!("this has {}", words::count(text.chars().count(), "character"))
        }
        (Wrong::Missing(_), _) => format!("{} needs it", words::quoted(&found.path)),
        _ => format!("this is {}", found.node.describe()),
    }
}

fn is_within(inner: Loc, outer: Loc) -> bool {
    inner.source == outer.source && outer.start <= inner.start && inner.end <= outer.end
}

/// The node at a JSON pointer.
fn find<'n>(root: &'n Node<'n>, pointer: &str) -> Option<Found<'n>> {
    let mut found = Found { path: dotted(pointer), key: None, node: root };
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        if let yaml::Kind::Seq(items) = &found.node.kind {
            found.key = None;
            found.node = items.get(step.parse::<usize>().ok()?)?;
        } else {
            let entry = found.node.entry(&step)?;
            found.key = Some(entry.key_loc);
            found.node = &entry.value;
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_can_be_enforced() {
        for kind in Kind::ALL {
            assert!(Enforced::of(kind).is_some(), "{kind:?}");
        }
    }
}
