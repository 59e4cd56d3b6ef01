//! Two sides of one site's manifests -> [`ChangeSet`]. The new side is what was rendered and validated just now, the old
//! side plain manifests, wherever they come from. Objects are matched by what names them in the cluster, so that a moved
//! file is no change of an object.

mod replaced;
mod text;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::components;
use crate::manifest::{Changed, Consequence, Manifest, ManifestId, confidential, file};
use crate::validate::Validated;
use crate::yaml::{read, write};
pub use text::{hunks, unified};

/// One manifest of a side, as it is written in its file.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// Relative to the site's folder.
    pub path: String,
    /// The file.
    pub text: String,
}

/// What happened to an object; the words are those of `kubectl apply`, with one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Only the new side has it.
    Created,
    /// Both have it and differ.
    Configured,
    /// The old side has it by another name: a change of what cannot change, by a name that is made of the content.
    Replaced,
    /// Only the old side has it.
    Deleted,
}

/// An object that another one takes the place of.
#[derive(Clone, Debug, PartialEq)]
pub struct Replaced {
    /// Its name.
    pub name: String,
    /// Where it lies on the old side.
    pub path: String,
}

/// One object that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What names it; none for a file that holds no single manifest.
    pub id: Option<ManifestId>,
    /// Where it lies, on the new side where that has it.
    pub path: String,
    /// What happened.
    pub action: Action,
    /// What it takes the place of, where it is replaced.
    pub replaces: Option<Replaced>,
    /// Canonical text of the old side, empty where it is created. Where it is replaced, the object has the name of the new one: that they
    /// differ says nothing that `replaces` does not.
    pub old: String,
    /// Canonical text of the new side, empty where it is deleted.
    pub new: String,
    /// What the cluster makes of the change beyond the change itself.
    pub consequences: Vec<Consequence>,
}

/// All that differs in one site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangeSet {
    /// The site's name.
    pub site: String,
    /// Sorted by path.
    pub changes: Vec<Change>,
}

/// Compares a site's tree with what its specs render to now.
pub fn diff(old: Vec<Side>, new: &Validated) -> ChangeSet {
    let rendered = |manifest: &Manifest| Side {
        path: manifest.path.clone(),
        text: file::text(new.site(), &manifest.object),
    };
    between(new.site(), old, new.manifests().iter().map(rendered).collect())
}

/// The changes of a site that is no longer rendered: everything is deleted.
pub fn gone(site: &str, old: Vec<Side>) -> ChangeSet {
    between(site, old, Vec::new())
}

fn between(site: &str, old: Vec<Side>, new: Vec<Side>) -> ChangeSet {
    let mut before = by_identity(old);
    let after = by_identity(new).into_iter();
    let mut pairs: Vec<Pair> =
        after.map(|(key, new)| Pair { old: before.remove(&key), new: Some(new) }).collect();
    pairs.extend(before.into_values().map(|old| Pair { old: Some(old), new: None }));
    pairs.retain(Pair::differs);
    pairs.sort_by(|one, other| one.path().cmp(other.path()));
    let changes = replaced::join(followed(pairs)).into_iter().map(Followed::into_change).collect();
    ChangeSet { site: site.to_owned(), changes }
}

/// Each pair with what follows from it. Components see objects as they come and go in the cluster, so that this is told before
/// those are joined that replace each other.
fn followed(pairs: Vec<Pair>) -> Vec<Followed> {
    let all: Vec<Changed<'_>> = pairs.iter().map(Pair::changed).collect();
    let mut by_change: BTreeMap<usize, Vec<Consequence>> = BTreeMap::new();
    for consequence in components::consequences(&all) {
        by_change.entry(consequence.change).or_default().push(consequence);
    }
    let numbered = pairs.into_iter().enumerate();
    numbered
        .map(|(at, pair)| Followed { pair, consequences: by_change.remove(&at).unwrap_or_default() })
        .collect()
}

/// An object on both sides, and what the cluster makes of the change.
struct Followed {
    pair: Pair,
    consequences: Vec<Consequence>,
}

impl Followed {
    fn into_change(self) -> Change {
        let Followed { pair: Pair { mut old, new }, consequences } = self;
        let replaces = replaced::of(old.as_mut(), new.as_ref());
        let action = match (&old, &new) {
            (Some(_), Some(_)) if replaces.is_some() => Action::Replaced,
            (Some(_), Some(_)) => Action::Configured,
            (None, _) => Action::Created,
            (_, None) => Action::Deleted,
        };
        let (before, after) = shown_texts(old.as_ref(), new.as_ref());
        let (path, object) = new.or(old).map_or_else(Default::default, |parsed| (parsed.path, parsed.object));
        let id = object.map(|(id, _)| id);
        Change { id, path, action, replaces, old: before, new: after, consequences }
    }
}

/// An object on both sides.
struct Pair {
    old: Option<Parsed>,
    new: Option<Parsed>,
}

impl Pair {
    fn differs(&self) -> bool {
        self.old.as_ref().map(|parsed| &parsed.text) != self.new.as_ref().map(|parsed| &parsed.text)
    }

    /// Where it lies, on the new side where that has it.
    fn path(&self) -> &str {
        self.new.as_ref().or(self.old.as_ref()).map_or("", |parsed| &parsed.path)
    }

    fn changed(&self) -> Changed<'_> {
        Changed { old: self.old.as_ref().and_then(value), new: self.new.as_ref().and_then(value) }
    }
}

struct Parsed {
    path: String,
    text: String,
    object: Option<(ManifestId, Value)>,
}

/// A file that is no single manifest is matched by its path alone.
fn by_identity(side: Vec<Side>) -> BTreeMap<String, Parsed> {
    side.into_iter()
        .map(|file| {
            let object =
                read::output(&file.text).ok().and_then(|value| Some((ManifestId::of(&value).ok()?, value)));
            let key = match &object {
                Some((id, _)) => format!("object {} {:?} {} {}", id.group(), id.namespace, id.kind, id.name),
                None => format!("file {}", file.path),
            };
            let text = match &object {
                Some((_, value)) => canonical(value),
                None => file.text,
            };
            (key, Parsed { path: file.path, text, object })
        })
        .collect()
}

fn canonical(value: &Value) -> String {
    let mut ordered = value.clone();
    write::order(&mut ordered);
    let mut text = String::new();
    write::canonical(&mut text, &ordered);
    text
}

fn value(parsed: &Parsed) -> Option<&Value> {
    parsed.object.as_ref().map(|(_, value)| value)
}

/// Both texts, without what Secrets hold; empty for a side that is not there.
fn shown_texts(old: Option<&Parsed>, new: Option<&Parsed>) -> (String, String) {
    let is_secret = |parsed: &Parsed| value(parsed).is_some_and(|value| value["kind"] == "Secret");
    if !old.into_iter().chain(new).any(is_secret) {
        let text = |side: Option<&Parsed>| side.map_or_else(String::new, |parsed| parsed.text.clone());
        return (text(old), text(new));
    }
    let object = |side: Option<&Parsed>| side.and_then(value).cloned().unwrap_or_default();
    let (mut before, mut after) = (object(old), object(new));
    confidential::hide(&mut before, &mut after);
    let text = |side: Option<&Parsed>, shown: &Value| side.map_or_else(String::new, |_| canonical(shown));
    (text(old, &before), text(new, &after))
}
