//! Provenance through templates: for each leaf of a rendered object, the context values in it, those that decided that
//! it is there, and the places of the template that wrote it.
//!
//! On demand and for one draft at a time: nothing is kept from the plain run. The template is rewritten
//! ([`super::instrument`]), run once more over containers that note their reads ([`super::tracked`]), its marks are taken
//! out ([`super::marks`]) and joined with the places of the YAML tree ([`super::join`]). The text without marks has to be
//! the plain one, byte for byte, or there is no trace.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use minijinja::value::{Object, Serde};
use minijinja::{Environment, Error, ErrorKind, Value};

use super::engine::{self, Engine};
use super::instrument::{Instrumented, Site};
use super::join::Join;
use super::marks;
use super::record::{Mark, Record, Shared};
use super::tracked::Tracked;
use crate::manifest::Draft;
use crate::yaml;

/// A place in a template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TemplatePlace {
    /// The template's name: `golden-images/data-source.yaml.j2`.
    pub template: Arc<str>,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

impl fmt::Display for TemplatePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.template, self.line, self.column)
    }
}

/// Where a leaf comes from. All paths are JSON pointers into the draft's context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeafTrace {
    /// Values that are in the leaf.
    pub data: Vec<String>,
    /// Values that decided that the leaf is there: conditions, and the items of loops.
    pub control: Vec<String>,
    /// Values whose own key is in the leaf, and whatever is in a key on the way to it.
    pub key: Vec<String>,
    /// Literal text of the template in the leaf.
    pub literal: Vec<TemplatePlace>,
    /// The `{{ }}` that wrote it.
    pub emitted: Vec<TemplatePlace>,
}

/// A branch or loop of the template: why a field is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Where it begins.
    pub place: TemplatePlace,
    /// The keys in its literal text, all its branches together.
    pub keys: Vec<String>,
    /// JSON pointers of the values that decided.
    pub control: Vec<String>,
}

/// What is known of a rendered object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// By JSON pointer into the object; empty lists and mappings are leaves.
    pub leaves: BTreeMap<String, LeafTrace>,
    /// The branches and loops that were reached, in the order they ended.
    pub decisions: Vec<Decision>,
}

impl Trace {
    /// The decisions that could have written a key that the object does not have.
    pub fn absent<'t>(&'t self, key: &'t str) -> impl Iterator<Item = &'t Decision> {
        self.decisions.iter().filter(move |decision| decision.keys.iter().any(|written| written == key))
    }
}

/// Traces the object of a draft. An error says why it cannot be traced.
pub fn trace(engine: &Engine, draft: &Draft<'_>) -> anyhow::Result<Trace> {
    trace_template(engine, draft.template, &draft.context)
}

/// Traces what a template and any context give.
pub fn trace_template(engine: &Engine, name: &str, context: &impl serde::Serialize) -> anyhow::Result<Trace> {
    let plain = engine.text(name, context)?;
    ensure!(!marks::present(&plain), "the manifest has private-use characters, which mark places in a trace");
    let template = engine.template(name)?;
    let instrumented = Instrumented::of(name, template.source())?;
    let sites: Arc<[Site]> = instrumented.sites.into();
    let record = Shared::default();
    let marked = run(name, &instrumented.text, &sites, &record, Value::from(Serde(context)))?;

    let (marks, chosen) = record.with(|record| (record.marks.clone(), record.chosen.clone()));
    let (clean, runs) = marks::strip(&marked, |number| matches!(marks.get(number), Some(Mark::Control(_))));
    ensure!(clean == plain, "the traced run of `{name}` printed something else than the plain one");
    let tree = yaml::read::strict(&clean, 0, &mut Vec::new()).context("the template printed no YAML")?;
    let join =
        Join { clean: &clean, runs: &runs, marks: &marks, sites: &sites, literals: &instrumented.literals };
    Ok(Trace { leaves: join.leaves(&tree), decisions: join.decisions(&chosen) })
}

/// Runs an instrumented template over a tracked context.
fn run(
    name: &str,
    text: &str,
    sites: &Arc<[Site]>,
    record: &Shared,
    context: Value,
) -> anyhow::Result<String> {
    let mut environment = engine::environment();
    add_hooks(&mut environment, sites, record);
    add_formatter(&mut environment, sites, record);
    let context = Tracked::context(context, record);
    let rendered =
        environment.template_from_named_str(name, text).and_then(|template| template.render(context));
    rendered.map_err(|error| engine::template_error(name, text, &error)).context("the traced run failed")
}

/// What a hook notes, at a depth and a site; it gives the number of its mark.
type Hook = fn(&mut Record, &[Site], usize, usize) -> usize;

fn add_hooks(environment: &mut Environment<'_>, sites: &Arc<[Site]>, record: &Shared) {
    let shared = record.clone();
    environment.add_function("__print", move |site: usize| shared.with(|record| record.announce(site)));
    let hooks: [(&'static str, Hook); 3] =
        [("__branch", Record::branch), ("__turn", Record::turn), ("__end", Record::end)];
    for (name, hook) in hooks {
        let (sites, shared) = (Arc::clone(sites), record.clone());
        let call = move |depth: usize, site: usize| {
            let number = shared.with(|record| hook(record, &sites, depth, site));
            mark(number).map(|mark| Value::from_object(Printed(mark)))
        };
        environment.add_function(name, call);
    }
}

/// Prints as the plain run does, between two marks; what a hook gives is a mark already.
fn add_formatter(environment: &mut Environment<'_>, sites: &Arc<[Site]>, record: &Shared) {
    let (sites, record) = (Arc::clone(sites), record.clone());
    environment.set_formatter(move |out, state, value| {
        if let Some(Printed(mark)) = value.downcast_object_ref::<Printed>() {
            return out.write_char(*mark).map_err(Error::from);
        }
        let container = Tracked::path_of(value);
        let open = mark(record.with(|record| record.print(&sites, container)))?;
        out.write_char(open)?;
        minijinja::escape_formatter(out, state, value)?;
        out.write_char(marks::CLOSE)?;
        record.with(Record::forget);
        Ok(())
    });
}

fn mark(number: usize) -> Result<char, Error> {
    marks::dynamic(number).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "too many values to trace"))
}

/// What a hook gives to the formatter.
#[derive(Debug)]
struct Printed(char);

impl Object for Printed {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn traced(template: &str, context: &serde_json::Value) -> Trace {
        let engine = Engine::with_templates(&[("t", template)]).unwrap();
        trace_template(&engine, "t", context).unwrap()
    }

    fn leaf(template: &str, context: &serde_json::Value, pointer: &str) -> LeafTrace {
        traced(template, context).leaves.remove(pointer).unwrap()
    }

    fn lines(places: &[TemplatePlace]) -> Vec<(usize, usize)> {
        places.iter().map(|place| (place.line, place.column)).collect()
    }

    #[test]
    fn a_printed_value_names_its_path_and_its_place() {
        let leaf = leaf("a: 1\nb: {{ c.d }}\n", &json!({"c": {"d": "x"}}), "/b");
        assert_eq!(leaf.data, ["/c/d"]);
        assert_eq!(lines(&leaf.emitted), [(2, 4)]);
        assert_eq!((leaf.control.len(), leaf.literal.len()), (0, 0));
    }

    #[test]
    fn literal_text_names_its_line() {
        let leaf = leaf("a:\n  - b: c\n", &json!({}), "/a/0/b");
        assert_eq!(lines(&leaf.literal), [(2, 3)]);
        assert_eq!(leaf.emitted, []);
    }

    #[test]
    fn a_branch_names_all_conditions_that_led_to_it() {
        let template = "{% if a %}\nx: 1\n{% elif b.c == 2 %}\nx: 2\n{% else %}\nx: 3\n{% endif %}\ny: 1\n";
        let trace = traced(template, &json!({"a": false, "b": {"c": 3}}));
        assert_eq!(trace.leaves["/x"].control, ["/a", "/b/c"]);
        assert_eq!(trace.leaves["/y"].control, Vec::<String>::new());
        assert_eq!(leaf(template, &json!({"a": true, "b": {"c": 3}}), "/x").control, ["/a"]);
    }

    #[test]
    fn an_item_of_a_loop_names_itself() {
        let template = "{% for i in l %}\n- {{ i }}\n{% endfor %}\n";
        let leaf = leaf(template, &json!({"l": ["x", "y"]}), "/1");
        assert_eq!(leaf.data, ["/l/1"]);
        assert_eq!(leaf.control, ["/l", "/l/1"]);
    }

    #[test]
    fn a_key_of_a_map_is_no_datum_of_its_value() {
        let template = "{% for k, v in m|items %}\n- {n: {{ k }}, v: {{ v }}}\n{% endfor %}\n";
        let trace = traced(template, &json!({"m": {"a/b": 1, "c": 2}}));
        let name = &trace.leaves["/0/n"];
        assert_eq!((name.data.len(), &name.key[..]), (0, &["/m/a~1b".to_owned()][..]));
        assert_eq!(trace.leaves["/1/v"].data, ["/m/c"]);
    }

    #[test]
    fn a_printed_key_belongs_to_all_below_it() {
        let leaf = leaf("{{ k }}:\n  a: 1\n", &json!({"k": "x"}), "/x/a");
        assert_eq!(leaf.key, ["/k"]);
    }

    #[test]
    fn parts_of_a_container_printed_whole_have_their_own_paths() {
        let context = json!({"k": "x", "m": {"a": {"b": [1, null]}, "e": {}}});
        let trace = traced("{{ k }}: {{ m }}\n", &context);
        assert_eq!(trace.leaves["/x/a/b/1"].data, ["/m/a/b/1"]);
        assert_eq!(trace.leaves["/x/a/b/1"].key, ["/k"]);
        assert_eq!(trace.leaves["/x/e"].data, ["/m/e"]);
    }

    #[test]
    fn what_is_not_there_is_told_by_the_branch_that_has_its_key() {
        let template = "a: 1\n{% if b.c %}\nd:\n  - e: 1\n{% endif %}\n";
        let trace = traced(template, &json!({"b": {"c": false}}));
        let decision = trace.absent("e").next().unwrap();
        assert_eq!((decision.place.line, &decision.control[..]), (2, &["/b/c".to_owned()][..]));
        assert_eq!(trace.absent("a").count(), 0);
    }

    #[test]
    fn the_number_of_the_turn_belongs_to_the_list() {
        let template = "{% for i in l %}\n{% if loop.last %}\nx: 1\n{% endif %}\n{% endfor %}\n";
        let leaf = leaf(template, &json!({"l": ["a", "b"]}), "/x");
        assert_eq!(leaf.control, ["/l", "/l/1"]);
    }

    #[test]
    fn a_manifest_with_marks_of_its_own_is_not_traced() {
        let engine = Engine::with_templates(&[("t", "a: {{ b }}")]).unwrap();
        let error = trace_template(&engine, "t", &json!({"b": "\u{F0000}"})).unwrap_err();
        assert!(error.to_string().contains("private-use"), "{error}");
    }

    #[test]
    fn a_template_outside_of_the_language_is_not_traced() {
        let engine = Engine::with_templates(&[("t", "{% set a = 1 %}\na: {{ a }}")]).unwrap();
        let error = trace_template(&engine, "t", &json!({})).unwrap_err();
        assert!(format!("{error:#}").starts_with("template `t` cannot be traced: line 1"), "{error:#}");
    }
}
