//! What the tree asks of every manifest: one place each, and no field that something in the cluster writes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::Checks;
use super::rules::{OBJECT_TWICE, PATH_TWICE, RUNTIME_OWNED};
use crate::diagnostic::{Diagnostic, Findings};
use crate::manifest::pointer::{dotted, escape, unescape};
use crate::manifest::{Manifest, RuntimeOwned};

/// No two manifests name one object, and no two lie in one file, case ignored.
pub(super) fn unique(manifests: &[Manifest], checks: &Checks<'_>, findings: &mut Findings) {
    let mut ids: BTreeMap<_, &Manifest> = BTreeMap::new();
    let mut paths: BTreeMap<String, &Manifest> = BTreeMap::new();
    for manifest in manifests {
        let id = (manifest.id.group(), &manifest.id.kind, &manifest.id.namespace, &manifest.id.name);
        if let Some(first) = ids.insert(id, manifest) {
            let title = format!("two manifests are the {} `{}`", manifest.id.kind, manifest.id.name);
            findings.push(twice(Diagnostic::new(&OBJECT_TWICE, title), manifest, first, checks));
        } else if let Some(first) = paths.insert(manifest.path.to_lowercase(), manifest) {
            let title = format!("two manifests want the file `{}`", manifest.path);
            findings.push(twice(Diagnostic::new(&PATH_TWICE, title), manifest, first, checks));
        }
    }
}

fn twice(diagnostic: Diagnostic, manifest: &Manifest, first: &Manifest, checks: &Checks<'_>) -> Diagnostic {
    diagnostic
        .at(checks.place(manifest, "/metadata/name"), "this one")
        .with(checks.place(first, "/metadata/name"), "and this one")
        .note(format!("one is there because {}", first.because.reason))
        .note(format!("the other because {}", manifest.because.reason))
        .help("rename one of them")
}

/// The rows of fields that something in the cluster writes, by API group and kind of their objects.
pub(super) type ByKind = BTreeMap<(&'static str, &'static str), Vec<Row>>;

/// A row, and the steps of its pointer as keys.
pub(super) struct Row {
    owned: &'static RuntimeOwned,
    steps: Vec<Cow<'static, str>>,
}

/// Prepares the rows once for many manifests: each walks its own alone.
pub(super) fn by_kind(rows: &[&'static RuntimeOwned]) -> ByKind {
    let mut by_kind = ByKind::new();
    for owned in rows {
        let steps = owned.pointer.split('/').skip(1).map(unescape).collect();
        by_kind.entry((owned.group, owned.kind)).or_default().push(Row { owned, steps });
    }
    by_kind
}

/// Fields that something in the cluster writes are never rendered, patched or brought along.
pub(super) fn runtime_owned(
    manifest: &Manifest,
    rows: &ByKind,
    checks: &Checks<'_>,
    findings: &mut Findings,
) {
    // Nearly always nothing is found: one buffer serves all rows.
    let mut pointer = String::new();
    for Row { owned, steps } in rows.get(&(manifest.id.group(), &manifest.id.kind)).into_iter().flatten() {
        if owned.covers(manifest) {
            let mut found = Vec::new();
            descend(&manifest.object, steps, &mut pointer, &mut found);
            found.retain(|pointer| owned.unless.is_none() || !is_rendered(manifest, pointer));
            findings
                .extend(found.iter().map(|pointer| written_at_run_time(manifest, owned, pointer, checks)));
        }
    }
}

/// Whether a leaf comes from a template of ours, by the setting that takes it over, and not from a patch or a file of a person.
fn is_rendered(manifest: &Manifest, pointer: &str) -> bool {
    manifest.draft.is_some() && !manifest.patched.contains_key(pointer)
}

fn written_at_run_time(
    manifest: &Manifest,
    owned: &RuntimeOwned,
    pointer: &str,
    checks: &Checks<'_>,
) -> Diagnostic {
    let title = format!("`{}` of {} is written at run time", dotted(pointer), manifest.path);
    Diagnostic::new(&RUNTIME_OWNED, title)
        .at(checks.place(manifest, pointer), "this sets it")
        .note(format!("it is written by {}; each sync would set the field back", owned.writer))
        .help(match owned.unless {
            Some(when) => format!("leave it out; it is rendered where {when}"),
            None => "leave it out".to_owned(),
        })
}

/// Follows the rest of a row's steps; `*` follows every key and every item, `LATEST_*` every key that begins so.
fn descend(value: &Value, steps: &[Cow<'_, str>], pointer: &mut String, found: &mut Vec<String>) {
    let Some((step, rest)) = steps.split_first() else { return found.push(pointer.clone()) };
    let mut below = |key: &str, inner: &Value| {
        let length = pointer.len();
        pointer.extend(["/", &escape(key)]);
        descend(inner, rest, pointer, found);
        pointer.truncate(length);
    };
    match value {
        Value::Object(fields) if step.ends_with('*') => {
            let of_row = fields.iter().filter(|(key, _)| RuntimeOwned::names(step, key));
            of_row.for_each(|(key, inner)| below(key, inner));
        }
        Value::Object(fields) => {
            let inner = fields.get(step.as_ref());
            inner.into_iter().for_each(|inner| below(step, inner));
        }
        Value::Array(items) if step == "*" => {
            items.iter().enumerate().for_each(|(index, inner)| below(&index.to_string(), inner));
        }
        Value::Array(items) => {
            let inner = step.parse::<usize>().ok().and_then(|index| items.get(index));
            inner.into_iter().for_each(|inner| below(step, inner));
        }
        _ => {}
    }
}
