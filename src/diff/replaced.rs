//! Objects that are named by their content: a change of one is another object, and people look for what changed.
//!
//! The old side is plain text, by whichever release: there a name says by its form alone that it may end in a hash. On the new
//! side the hash is made again from the spec, so that no other name is taken for one.

use std::collections::BTreeMap;

use super::{Followed, Pair, Parsed, Replaced, canonical};
use crate::manifest::content;

/// Joins each object that is deleted with the one that is created in its place: of the same kind, namespace, folder, and name
/// without the hash. Where several leave, nobody knows which of them is meant, and all are told as they are.
pub(super) fn join(changes: Vec<Followed>) -> Vec<Followed> {
    let mut leaving: BTreeMap<Place, Vec<Followed>> = BTreeMap::new();
    let mut joined = Vec::new();
    for change in changes {
        match leaves(&change.pair) {
            Some(place) => leaving.entry(place).or_default().push(change),
            None => joined.push(change),
        }
    }
    for change in &mut joined {
        let Some(place) = comes(&change.pair) else { continue };
        if leaving.get(&place).is_some_and(|leaving| leaving.len() == 1) {
            for replaced in leaving.remove(&place).into_iter().flatten() {
                change.pair.old = replaced.pair.old;
                change.consequences.splice(0..0, replaced.consequences);
            }
        }
    }
    joined.extend(leaving.into_values().flatten());
    joined.sort_by(|one, other| one.pair.path().cmp(other.pair.path()));
    joined
}

/// What an object takes the place of, which then has its name as well.
pub(super) fn of(old: Option<&mut Parsed>, new: Option<&Parsed>) -> Option<Replaced> {
    let (old, new) = (old?, new?);
    let (id, object) = old.object.as_mut()?;
    let (new_id, _) = new.object.as_ref()?;
    if id.name == new_id.name {
        return None;
    }
    object["metadata"]["name"] = new_id.name.clone().into();
    old.text = canonical(object);
    Some(Replaced { name: id.name.clone(), path: old.path.clone() })
}

/// What is the same of two objects of which one replaces the other: group, kind, namespace, plain name and folder.
type Place = (String, String, Option<String>, String, String);

/// The place that an object leaves.
fn leaves(pair: &Pair) -> Option<Place> {
    let (Some(old), None) = (&pair.old, &pair.new) else { return None };
    let (id, _) = old.object.as_ref()?;
    place(old, content::plain(&id.name)?)
}

/// The place that an object comes into, if its name is really made of its content.
fn comes(pair: &Pair) -> Option<Place> {
    let (None, Some(new)) = (&pair.old, &pair.new) else { return None };
    let (id, object) = new.object.as_ref()?;
    let plain = content::plain(&id.name)?;
    if content::name(plain, object) == id.name { place(new, plain) } else { None }
}

fn place(parsed: &Parsed, plain: &str) -> Option<Place> {
    let (id, _) = parsed.object.as_ref()?;
    let folder = parsed.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    Some((id.group().to_owned(), id.kind.clone(), id.namespace.clone(), plain.to_owned(), folder.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::diff::{Action, Change, Side, between};
    use crate::manifest::content;

    fn job(namespace: &str, image: &str) -> Value {
        let spec = json!({"backoffLimit": 1, "image": image});
        let name = content::name("make", &json!({"spec": spec}));
        json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "namespace": namespace}, "spec": spec})
    }

    fn side(folder: &str, object: &Value) -> Side {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        Side { path: format!("{folder}/job-{name}.yaml"), text: object.to_string() }
    }

    fn told(changes: &[Change]) -> Vec<Action> {
        changes.iter().map(|change| change.action).collect()
    }

    #[test]
    fn a_change_of_an_object_named_by_its_content_is_one_change() {
        let (old, new) = (job("a", "1"), job("a", "2"));
        let set = between("lyon", vec![side("work", &old)], vec![side("work", &new)]);
        let [change] = &set.changes[..] else { panic!("{:?}", set.changes) };
        assert_eq!(change.action, Action::Replaced);
        assert_eq!(change.path, side("work", &new).path);
        let replaces = change.replaces.clone().unwrap();
        assert_eq!(
            (replaces.name.as_str(), replaces.path),
            (old["metadata"]["name"].as_str().unwrap(), side("work", &old).path)
        );
        let changed = crate::diff::unified(change, false);
        let lines = changed.lines().filter(|line| line.starts_with(['-', '+']));
        assert_eq!(lines.collect::<Vec<_>>(), ["-  image: \"1\"", "+  image: \"2\""]);
    }

    #[test]
    fn what_stands_elsewhere_or_in_several_is_deleted_and_created() {
        let (old, new) = (side("work", &job("a", "1")), side("work", &job("a", "2")));
        let elsewhere = [side("work", &job("b", "1")), side("other", &job("a", "1"))];
        for old in elsewhere {
            let changes = between("lyon", vec![old], vec![new.clone()]).changes;
            assert!(!told(&changes).contains(&Action::Replaced), "{changes:?}");
        }
        let several = vec![old, side("work", &job("a", "3"))];
        let changes = between("lyon", several, vec![new]).changes;
        assert!(!told(&changes).contains(&Action::Replaced), "{changes:?}");
    }

    #[test]
    fn a_name_that_only_looks_like_it_is_none() {
        let named = |name: &str, image: &str| {
            let mut job = job("a", image);
            job["metadata"]["name"] = name.into();
            side("work", &job)
        };
        let (old, new) = (named("make-00000001", "1"), named("make-00000002", "2"));
        let changes = between("lyon", vec![old], vec![new]).changes;
        assert_eq!(told(&changes), [Action::Deleted, Action::Created]);
    }
}
