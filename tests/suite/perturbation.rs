//! An independent check of traces: change one value of a context, render again, look what changed.
//!
//! What changed must name that value (else it was missed), and what names it as data must have changed (else it is
//! idle). The check knows nothing of how traces are made.

use std::collections::BTreeMap;

use goldsmith::render::Engine;
use goldsmith::render::trace::{LeafTrace, Trace, trace_template};
use serde_json::{Value, json};

/// What changing every value of one context showed.
#[derive(Debug, Default)]
pub(crate) struct Perturbation {
    /// Leaves of objects that changed, over all changes.
    pub(crate) changed: usize,
    /// Leaves that name a changed value as data.
    pub(crate) named: usize,
    /// Changes of a leaf that its trace does not explain.
    pub(crate) missed: Vec<String>,
    /// Leaves that name a value as data and do not change with it.
    pub(crate) idle: Vec<String>,
}

/// Changes each leaf of a context in turn. A change that the template cannot render says nothing.
pub(crate) fn perturb(engine: &Engine, template: &str, context: &Value) -> anyhow::Result<Perturbation> {
    let before = leaves(&engine.render(template, context)?);
    let trace = trace_template(engine, template, context)?;
    let mut seen = Perturbation::default();
    for path in leaves(context).into_keys() {
        let mut changed = context.clone();
        if let Some(value) = changed.pointer_mut(&path) {
            *value = another(value);
        }
        if let Ok(object) = engine.render(template, &changed) {
            seen.compare(&path, &before, &leaves(&object), &trace);
        }
    }
    Ok(seen)
}

impl Perturbation {
    fn compare(
        &mut self,
        path: &str,
        before: &BTreeMap<String, Value>,
        after: &BTreeMap<String, Value>,
        trace: &Trace,
    ) {
        for (pointer, value) in before {
            let leaf = trace.leaves.get(pointer).cloned().unwrap_or_default();
            let LeafTrace { data, control, key, .. } = &leaf;
            let is_data = data.iter().any(|named| named == path);
            let is_named = is_data || control.iter().chain(key).any(|named| named == path);
            let changed = after.get(pointer) != Some(value);
            self.changed += usize::from(changed);
            self.named += usize::from(is_data);
            if changed && !is_named {
                self.missed.push(format!("{pointer} changes with {path}: {leaf:?}"));
            }
            if is_data && !changed {
                self.idle.push(format!("{pointer} names {path} and does not change with it"));
            }
        }
    }
}

fn another(value: &Value) -> Value {
    match value {
        Value::Bool(value) => json!(!value),
        Value::Number(number) => json!(number.as_i64().unwrap_or_default() + 7),
        Value::String(text) => json!(format!("{text}z")),
        _ => json!("another"),
    }
}

/// Every leaf by its pointer; empty lists and mappings are leaves.
pub(crate) fn leaves(value: &Value) -> BTreeMap<String, Value> {
    let step = |key: &str, inner: &Value| {
        let key = key.replace('~', "~0").replace('/', "~1");
        leaves(inner).into_iter().map(move |(rest, leaf)| (format!("/{key}{rest}"), leaf)).collect::<Vec<_>>()
    };
    match value {
        Value::Object(map) if !map.is_empty() => {
            map.iter().flat_map(|(key, inner)| step(key, inner)).collect()
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().flat_map(|(index, inner)| step(&index.to_string(), inner)).collect()
        }
        _ => BTreeMap::from([(String::new(), value.clone())]),
    }
}

const CRON: &str = "\
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataImportCron
metadata:
  name: {{ name }}
  namespace: {{ metadata.namespace }}
  labels: {{ metadata.labels }}
  {% if metadata.annotations %}
  annotations:
    {% for key, value in metadata.annotations|items %}
    {{ key }}: {{ value }}
    {% endfor %}
  {% endif %}
spec:
  schedule: {{ schedule }}
  importsToKeep: {{ keep }}
  {% if retention == \"None\" %}
  retentionPolicy: None
  {% elif adopt %}
  retentionPolicy: Adopt
  {% else %}
  retentionPolicy: All
  {% endif %}
  template:
    spec:
      source:
        {% if source.registry is defined %}
        registry: {url: {{ source.registry.url }}, pullMethod: {{ source.registry.pull }}}
        {% else %}
        pvc: {name: {{ source.pvc }}}
        {% endif %}
      architectures: [{{ first }}, {{ second }}]
";

const ROLES: &str = "\
apiVersion: v1
kind: List
metadata:
  name: {{ name }}
items:
{% for namespace in namespaces %}
- kind: RoleBinding
  name: {{ namespace.name }}
  {% if namespace.accounts %}
  subjects:
  {% for account in namespace.accounts %}
  - {kind: ServiceAccount, name: {{ account }}, namespace: {{ namespace.name }}}
  {% endfor %}
  {% else %}
  subjects: []
  {% endif %}
  last: {{ namespace.wide }}
{% endfor %}
settings:
{% for key, setting in settings|items %}
- name: {{ key }}
  {{ setting.field }}: {{ setting.value }}
{% endfor %}
";

fn cron() -> Value {
    json!({
        "name": "fedora", "schedule": "0 4 * * *", "keep": 3, "retention": "None", "adopt": false,
        "metadata": {"namespace": "images", "labels": {"team": "a", "tier/x": "b"}, "annotations": {"why": "c", "n": null}},
        "source": {"registry": {"url": "docker://a", "pull": "node"}}, "first": "amd64", "second": "arm64",
    })
}

fn roles() -> Value {
    json!({
        "name": "clone",
        "namespaces": [
            {"name": "a", "accounts": ["x", "y"], "wide": true},
            {"name": "b", "accounts": [], "wide": false},
        ],
        "settings": {"cpu": {"field": "limit", "value": 2}, "memory": {"field": "request", "value": "1Gi"}},
    })
}

fn engine() -> Engine {
    Engine::with_templates(&[("cron", CRON), ("roles", ROLES)]).unwrap()
}

#[test]
fn every_change_is_explained_and_every_explanation_changes() {
    for (template, context, at_least) in [("cron", cron(), 12), ("roles", roles(), 11)] {
        let seen = perturb(&engine(), template, &context).unwrap();
        assert_eq!((seen.missed, seen.idle), (vec![], vec![]), "{template}");
        assert!(
            seen.changed >= at_least && seen.named >= at_least,
            "{template}: {} {}",
            seen.changed,
            seen.named
        );
    }
}

#[test]
fn every_leaf_is_traced_to_the_template() {
    for (template, context) in [("cron", cron()), ("roles", roles())] {
        let object = engine().render(template, &context).unwrap();
        let trace = trace_template(&engine(), template, &context).unwrap();
        let traced: Vec<_> = trace.leaves.keys().collect();
        assert_eq!(traced, leaves(&object).keys().collect::<Vec<_>>(), "{template}");
        for (pointer, leaf) in &trace.leaves {
            assert!(!leaf.literal.is_empty() || !leaf.emitted.is_empty(), "{template} {pointer}");
        }
    }
}

#[test]
fn the_check_finds_a_value_that_a_trace_does_not_name() {
    let trace =
        Trace { leaves: BTreeMap::from([("/a".to_owned(), LeafTrace::default())]), ..Trace::default() };
    let mut seen = Perturbation::default();
    let leaf = |value| BTreeMap::from([("/a".to_owned(), json!(value))]);
    seen.compare("/x", &leaf(1), &leaf(2), &trace);
    assert_eq!((seen.missed.len(), seen.idle.len()), (1, 0));
}
