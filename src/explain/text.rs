//! Answers for people: the value, who set it, what that overrode, where it is printed. A word in front of each line
//! says what the line tells, so that answers can be scanned from the left.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::{Absent, Answer, Cause, Company, Leaf, Reached};
use crate::load::Reason;
use crate::manifest::pointer::dotted;
use crate::manifest::{Manifest, Sharing};
use crate::provenance::{DefaultRule, Layer, Place};
use crate::render::TemplatePlace;

/// A default that a person's word is over: the rule, and its value where that is known.
pub type OverDefault = (&'static DefaultRule, Option<Value>);

/// How many other fields an answer names.
const OTHERS: usize = 5;

/// One field: its value, and all that stands behind it.
pub fn leaf(leaf: &Leaf, over: Option<&OverDefault>) -> String {
    let mut out = head(leaf);
    out.push_str(&said(leaf));
    if let Some(over) = over {
        row(&mut out, 0, "over", &default_words(over));
    }
    because(&mut out, &leaf.control);
    out.push_str(&printed(leaf));
    out
}

/// All fields of a manifest, those of one answer together.
pub fn leaves(leaves: &[Leaf]) -> String {
    let mut out = String::new();
    let mut before: Option<&Leaf> = None;
    for (index, leaf) in leaves.iter().enumerate() {
        out.push_str(&head(leaf));
        let answer = (said(leaf), printed(leaf), &leaf.control);
        if leaves.get(index + 1).is_some_and(|next| (said(next), printed(next), &next.control) == answer) {
            continue;
        }
        out.push_str(&answer.0);
        if before.is_some_and(|before| before.control == leaf.control) && !leaf.control.is_empty() {
            row(&mut out, 0, "there", "for the reason above");
        } else {
            because(&mut out, &leaf.control);
        }
        out.push_str(&answer.1);
        before = Some(leaf);
    }
    out
}

/// The other fields that the same lines reach.
pub fn also(others: &[Reached]) -> String {
    let mut out = String::new();
    let shown = if others.len() == OTHERS + 1 { OTHERS + 1 } else { OTHERS };
    for other in others.iter().take(shown) {
        row(&mut out, 0, "also", &format!("{}: {}", other.manifest, field(&other.pointer)));
    }
    if others.len() > shown {
        row(&mut out, 0, "also", &format!("{} more fields", others.len() - shown));
    }
    out
}

/// Why a field is not there.
pub fn absent(pointer: &str, absent: &Absent) -> String {
    let mut out = format!("{} is not there\n", dotted(pointer));
    if let Some(row_) = absent.runtime_owned {
        row(&mut out, 0, "never", &format!("rendered: it is written by {} ({})", row_.writer, row_.source));
    }
    for undone in &absent.decisions {
        row(&mut out, 0, "decided", &format!("in {}", template(&undone.place)));
        for name in &undone.missing {
            row(&mut out, 1, "nobody", &format!("gave `{name}`"));
        }
        undone.causes.iter().for_each(|decided| cause(&mut out, decided, 1));
    }
    out
}

/// Why a manifest exists, and who else writes to it.
pub fn manifest(site: &str, manifest: &Manifest, because: &[Cause], company: &Company) -> String {
    let mut out = format!("{site}/{}: {}\n", manifest.path, manifest.id);
    row(&mut out, 0, "exists", &format!("because {}", manifest.because.reason));
    because.iter().for_each(|said| cause(&mut out, said, 1));
    if let Some(Sharing { object, ownership }) = company.sharing {
        row(&mut out, 0, "shared", &format!("with {} ({})", object.others, object.source));
        row(&mut out, 1, "as", &format!("{}; `{}` changes that", ownership.words(), object.rule.path));
    }
    if let Some((at, all, step)) = company.step {
        row(&mut out, 0, "comes", &format!("{at} of {all}: {}, since {}", step.what, step.why));
    }
    for owned in &company.runtime_owned {
        let field = dotted(owned.pointer);
        let unless = owned.unless.map_or_else(String::new, |when| format!(", unless {when}"));
        row(
            &mut out,
            0,
            "never",
            &format!("{field}, written by {}{unless} ({})", owned.writer, owned.source),
        );
    }
    out
}

/// A path of the spec.
pub fn spec(answer: &Answer, default: Option<&OverDefault>) -> String {
    let mut said = answer.said.iter();
    let mut out = match said.next() {
        Some(first) => {
            let mut out = format!("{} = {}\n", answer.path, first.value);
            row(&mut out, 0, "set by", &shown(&first.place));
            out
        }
        None => match default {
            Some((_, Some(value))) => format!("{} = {value}\n", answer.path),
            _ => format!("{}\n", answer.path),
        },
    };
    for lower in said {
        let word = if answer.merges { "with" } else { "over" };
        row(&mut out, 0, word, &format!("{} of {}", lower.value, shown(&lower.place)));
    }
    match default {
        Some((rule, _)) if answer.said.is_empty() => row(&mut out, 0, "default", rule.reason),
        Some(over) => row(&mut out, 0, "over", &default_words(over)),
        None => {}
    }
    let mut fields: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for reached in &answer.reaches {
        fields.entry(&reached.manifest).or_default().push(&reached.pointer);
    }
    for (manifest, pointers) in fields {
        row(&mut out, 0, "reaches", manifest);
        folded(pointers).iter().for_each(|field| row(&mut out, 1, "", field));
    }
    out
}

/// Fields as they are told, those that differ in list indices alone once.
pub fn folded<'p>(pointers: impl IntoIterator<Item = &'p str>) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for pointer in pointers {
        let any: Vec<&str> = pointer.split('/').map(|step| if is_index(step) { "*" } else { step }).collect();
        let field = field(&any.join("/")).replace(".*", "[*]");
        if !told.contains(&field) {
            told.push(field);
        }
    }
    told
}

fn is_index(step: &str) -> bool {
    !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit())
}

fn field(pointer: &str) -> String {
    if pointer.is_empty() { "(all of it)".to_owned() } else { dotted(pointer) }
}

fn head(leaf: &Leaf) -> String {
    format!("{} = {}\n", dotted(&leaf.pointer), leaf.value)
}

fn said(leaf: &Leaf) -> String {
    let mut out = String::new();
    leaf.data.iter().for_each(|said| cause(&mut out, said, 0));
    if leaf.data.is_empty() {
        leaf.literal
            .iter()
            .for_each(|place| row(&mut out, 0, "always", &format!("so, by {}", template(place))));
    }
    out
}

fn because(out: &mut String, control: &[Cause]) {
    if !control.is_empty() {
        row(out, 0, "there", "because");
        control.iter().for_each(|decided| cause(out, decided, 1));
    }
}

fn printed(leaf: &Leaf) -> String {
    let mut out = String::new();
    leaf.printed.iter().for_each(|place| row(&mut out, 0, "in", &template(place)));
    out
}

/// A cause and what stands behind it, each deeper one indented.
fn cause(out: &mut String, said: &Cause, depth: usize) {
    match said {
        Cause::Written { place, path, reason, over, .. } => {
            let why = reason.as_ref().map_or(String::new(), why);
            let text = format!("{}  {path}{why}", shown(place));
            row(out, depth, "set by", text.trim_end());
            for lower in over {
                row(out, depth, "over", &format!("{} of {}", lower.value, shown(&lower.place)));
            }
        }
        Cause::Default { rule, removed } => {
            row(out, depth, "default", &format!("{}: {}", rule.path, rule.reason));
            if let Some(place) = removed {
                row(out, depth, "null", &format!("of {} gave it back", shown(place)));
            }
        }
        Cause::Derived { rule, from } => {
            row(out, depth, "rule", rule);
            from.iter().for_each(|inner| cause(out, inner, depth + 1));
        }
        Cause::Patched { patch, place, .. } => {
            row(out, depth, "patch", &format!("`{patch}`, {}", shown(place)));
        }
        Cause::Copied { place, .. } => row(out, depth, "copy", &format!("of {}", shown(place))),
        Cause::Unknown => row(out, depth, "?", "nobody said"),
    }
}

fn row(out: &mut String, depth: usize, word: &str, text: &str) {
    let _ = writeln!(out, "{:indent$}{word:<8}{text}", "", indent = 4 + 2 * depth);
}

/// A place as it is shown; what `--set` says is short enough to be shown whole.
fn shown(place: &Place) -> String {
    match place.source.layer {
        Layer::Set => format!("--set {}", place.source.text),
        _ => place.to_string(),
    }
}

/// Why a layer applies, where its name does not tell it.
fn why(reason: &Reason) -> String {
    match reason {
        Reason::Group(group) => format!("  (group {group})"),
        Reason::ListedBy(other) => format!("  (by {other})"),
        Reason::CommandLine => "  (--overlay)".to_owned(),
        Reason::Fleet | Reason::ListedBySite | Reason::Site | Reason::Set => String::new(),
    }
}

fn default_words((rule, value): &OverDefault) -> String {
    let value = value.as_ref().map_or(String::new(), |value| format!(" {value}"));
    format!("the default{value}: {}", rule.reason)
}

fn template(place: &TemplatePlace) -> String {
    format!("templates/{}:{}", place.template, place.line)
}
