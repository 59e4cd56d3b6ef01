//! Templates to objects: the one configured template environment, and what a template and a context give.

use std::collections::BTreeMap;

use anyhow::{Context as _, anyhow};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Template, UndefinedBehavior};
use serde_json::Value;

use crate::manifest::Draft;
use crate::yaml;

/// Instructions a template may take before it is stopped. The longest of ours takes a few thousand.
const FUEL: u64 = 1_000_000;

/// The templates, compiled. Built once and shared: rendering needs only a reference, from any thread.
#[derive(Debug)]
pub struct Engine {
    environment: Environment<'static>,
}

impl Engine {
    /// The engine with the templates that Goldsmith brings along.
    #[expect(clippy::missing_panics_doc, reason = "a test compiles every template that is brought along")]
    pub fn new() -> Self {
        let mut environment = environment();
        minijinja_embed::load_templates!(environment);
        Engine { environment }
    }

    /// An engine with other templates, each a name and a text. An error is a template that cannot be compiled.
    pub fn with_templates(templates: &[(&str, &str)]) -> anyhow::Result<Self> {
        let mut environment = environment();
        for (name, text) in templates {
            let added = environment.add_template_owned((*name).to_owned(), (*text).to_owned());
            added.map_err(|error| template_error(name, text, &error))?;
        }
        Ok(Engine { environment })
    }

    /// The names of all templates, each with its text.
    pub fn templates(&self) -> BTreeMap<&str, String> {
        self.environment.templates().map(|(name, template)| (name, template.source().to_owned())).collect()
    }

    /// The object that a draft's template and context give, in canonical key order.
    pub fn render_draft(&self, draft: &Draft<'_>) -> anyhow::Result<Value> {
        let told = || format!("cannot render a manifest of `{}`", draft.component);
        self.render(draft.template, &draft.context).with_context(told)
    }

    /// The object that a template and any context give, in canonical key order.
    pub fn render(&self, template: &str, context: &impl serde::Serialize) -> anyhow::Result<Value> {
        let text = self.text(template, context)?;
        let mut object =
            read(&text).with_context(|| format!("the template `{template}` gave no manifest"))?;
        yaml::write::order(&mut object);
        Ok(object)
    }

    /// The text that a template and any context give, before it is read.
    pub(super) fn text(&self, template: &str, context: &impl serde::Serialize) -> anyhow::Result<String> {
        let found = self.template(template)?;
        let context = minijinja::Value::from(Serde(context));
        found.render(context).map_err(|error| template_error(template, found.source(), &error))
    }

    /// A template by name.
    pub(super) fn template(&self, name: &str) -> anyhow::Result<Template<'_, '_>> {
        self.environment.get_template(name).map_err(|_| anyhow!("there is no template `{name}`"))
    }
}

impl Default for Engine {
    fn default() -> Self {
        Engine::new()
    }
}

/// The environment of every rendering, traced or not. Escaping and the treatment of undefined names are fixed when a
/// template is added, so all is set here, before any is.
pub(super) fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    // With debug on, errors print the variables in sight, which are the user's.
    environment.set_debug(false);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Json);
    environment.set_fuel(Some(FUEL));
    environment
}

/// A template's error with the line it stopped at.
pub(super) fn template_error(name: &str, source: &str, error: &minijinja::Error) -> anyhow::Error {
    let reason = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let Some(line) = error.line() else {
        return anyhow!("template `{name}`: {reason}");
    };
    let text = source.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let margin = " ".repeat(line.to_string().len());
    let caret = error.range().map_or_else(String::new, |range| underline(source, text, &range));
    anyhow!("template `{name}`, line {line}: {reason}\n{margin} |\n{line} | {text}\n{margin} | {caret}")
}

/// Carets below the part of a line that a byte range of the source covers.
fn underline(source: &str, line: &str, range: &std::ops::Range<usize>) -> String {
    let before = source.get(..range.start).unwrap_or_default();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    let width =
        source.get(range.clone()).unwrap_or_default().lines().next().unwrap_or_default().chars().count();
    let room = line.chars().count().saturating_sub(column);
    " ".repeat(column) + &"^".repeat(width.min(room).max(1))
}

/// What a template printed, as a value.
fn read(text: &str) -> anyhow::Result<Value> {
    yaml::read::output(text).map_err(|problem| {
        let printed = text.get(..problem.loc().start as usize).unwrap_or_default();
        let line = text.lines().nth(printed.matches('\n').count()).unwrap_or_default();
        anyhow!("{problem}, in `{}`", line.trim())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn engine(text: &str) -> Engine {
        Engine::with_templates(&[("t.yaml.j2", text)]).unwrap()
    }

    #[test]
    fn values_are_printed_as_they_are_whatever_they_look_like() {
        let values =
            json!(["yes", "0777", "1e3", "a: b", "two\nlines\n", "", "{{ a }}", 7, true, null, {"k": []}]);
        let engine = engine("list:\n{% for value in values %}\n- {{ value }}\n{% endfor %}\n");
        let object = engine.render("t.yaml.j2", &json!({"values": values})).unwrap();
        assert_eq!(object["list"], values);
    }

    #[test]
    fn keys_come_out_in_canonical_order() {
        let engine = engine("spec: {}\nmetadata: {namespace: b, name: a}\nkind: K\napiVersion: v1\n");
        let text = engine.render("t.yaml.j2", &json!({})).unwrap().to_string();
        assert_eq!(
            text,
            r#"{"apiVersion":"v1","kind":"K","metadata":{"name":"a","namespace":"b"},"spec":{}}"#
        );
    }

    #[test]
    fn a_context_behind_a_box_is_the_same_context() {
        let boxed: Box<dyn erased_serde::Serialize + Send + Sync> =
            Box::new(json!({"a": {"b": [1, "x", null]}}));
        assert_eq!(
            engine("a: {{ a }}").render("t.yaml.j2", &boxed).unwrap(),
            json!({"a": {"b": [1, "x", null]}})
        );
    }

    #[test]
    fn a_name_that_is_not_there_is_an_error_with_its_line() {
        let error = engine("a: 1\nb: {{ c.d }}\n").render("t.yaml.j2", &json!({"c": {}})).unwrap_err();
        let expected = "template `t.yaml.j2`, line 2: undefined value\n  |\n2 | b: {{ c.d }}\n  |       ^^^";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn an_error_shows_no_value() {
        let error = engine("a: {{ secret }}\nb: {{ c }}").render("t.yaml.j2", &json!({"secret": "hunter2"}));
        assert!(!format!("{:#}", error.unwrap_err()).contains("hunter2"));
    }

    #[test]
    fn text_that_is_no_yaml_names_the_template_and_the_line() {
        let error = engine("a: 1\na: {{ b }}\n").render("t.yaml.j2", &json!({"b": 2})).unwrap_err();
        let expected = "the template `t.yaml.j2` gave no manifest: `a` is given twice, in `a: 2`";
        assert_eq!(format!("{error:#}"), expected);
    }

    #[test]
    fn an_endless_loop_is_stopped() {
        let endless =
            "{% for a in l %}\n{% for b in l %}\n{% for c in l %}\n{% endfor %}\n{% endfor %}\n{% endfor %}";
        let list = vec![0; 1000];
        let error = engine(endless).render("t.yaml.j2", &json!({"l": list})).unwrap_err();
        assert!(error.to_string().contains("fuel"), "{error:#}");
    }

    #[test]
    fn an_unknown_template_is_told_by_name() {
        let error = engine("a: 1").render("other", &json!({})).unwrap_err();
        assert_eq!(error.to_string(), "there is no template `other`");
    }

    #[test]
    fn an_engine_is_shared_between_threads() {
        fn shared<T: Send + Sync>(_: &T) {}
        shared(&Engine::new());
    }

    #[test]
    fn every_template_keeps_to_the_language() {
        let engine = Engine::new();
        for (name, text) in engine.templates() {
            assert_eq!(super::super::language::check(&text), Ok(()), "{name}");
        }
    }
}
