//! How a higher layer changes a lower one: four rules and no more.
//!
//! 1. Mappings merge, key by key.
//! 2. Lists, and all else, replace.
//! 3. `null` gives the value back to its default: a tombstone stays that knows where the `null` stands.
//! 4. Of alternatives, the choice of the higher layer displaces that of the lower one.
//!
//! In: trees that were each checked alone. Out: one tree whose every value still lies in the text that gave it.

use crate::spec::Alternatives;
use crate::yaml::{Entry, Kind, Loc, Node};

/// Lays a layer over another one. Both are the `spec` of a Site, whole or in part; a layer that is `null` as a whole
/// says nothing.
pub fn merge<'a>(base: &mut Node<'a>, over: Node<'a>, alternatives: &[Alternatives]) {
    if !matches!(over.kind, Kind::Null | Kind::Removed) {
        merge_at(base, over, alternatives, &mut Vec::new());
    }
}

/// The tree that layers are laid upon.
pub fn nothing() -> Node<'static> {
    Node { kind: Kind::Map(Vec::new()), loc: Loc::default() }
}

/// Two alternatives that stand beside each other in one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// All keys that exclude each other there.
    pub keys: &'static [&'static str],
    /// The mapping, as keys from the Site's `spec` on.
    pub path: Vec<String>,
    /// The key that is given first, and where.
    pub first: (&'static str, Loc),
    /// One that is given as well, and where.
    pub second: (&'static str, Loc),
}

/// All alternatives that one layer gives together; a `null` beside a choice is none.
pub fn conflicts(layer: &Node<'_>, alternatives: &[Alternatives]) -> Vec<Conflict> {
    let mut found = Vec::new();
    find_conflicts(layer, alternatives, &mut Vec::new(), &mut found);
    found
}

fn merge_at<'a>(base: &mut Node<'a>, over: Node<'a>, alternatives: &[Alternatives], path: &mut Vec<String>) {
    match (&mut base.kind, over.kind) {
        (Kind::Map(below), Kind::Map(above)) => {
            base.loc = over.loc;
            displace(below, &above, alternatives, path);
            for entry in above {
                merge_entry(below, entry, alternatives, path);
            }
        }
        (_, kind) => *base = with_tombstones(Node { kind, loc: over.loc }),
    }
}

fn merge_entry<'a>(
    below: &mut Vec<Entry<'a>>,
    entry: Entry<'a>,
    alternatives: &[Alternatives],
    path: &mut Vec<String>,
) {
    let Some(same) = below.iter_mut().find(|candidate| candidate.key == entry.key) else {
        below.push(Entry { value: with_tombstones(entry.value), ..entry });
        return;
    };
    same.key_loc = entry.key_loc;
    path.push(entry.key.into_owned());
    merge_at(&mut same.value, entry.value, alternatives, path);
    path.pop();
}

/// Takes the alternatives out of the lower mapping that the higher one decides against.
fn displace(below: &mut Vec<Entry<'_>>, above: &[Entry<'_>], alternatives: &[Alternatives], path: &[String]) {
    for row in rows_of(alternatives, path) {
        if let Some(choice) = above.iter().find(|entry| is_choice(row, entry)) {
            below.retain(|entry| entry.key == choice.key || !row.keys.contains(&&*entry.key));
        }
    }
}

fn find_conflicts<'n>(
    node: &'n Node<'_>,
    alternatives: &[Alternatives],
    path: &mut Vec<&'n str>,
    found: &mut Vec<Conflict>,
) {
    let Kind::Map(entries) = &node.kind else { return };
    for row in rows_of(alternatives, path) {
        let mut choices = entries.iter().filter_map(|entry| choice(row, entry));
        let Some(first) = choices.next() else { continue };
        let whole = || path.iter().map(ToString::to_string).collect();
        found.extend(choices.map(|second| Conflict { keys: row.keys, path: whole(), first, second }));
    }
    for entry in entries {
        path.push(&entry.key);
        find_conflicts(&entry.value, alternatives, path, found);
        path.pop();
    }
}

fn rows_of<'t>(
    alternatives: &'t [Alternatives],
    path: &'t [impl AsRef<str>],
) -> impl Iterator<Item = &'t Alternatives> {
    alternatives.iter().filter(move |row| row.covers(path.iter().map(AsRef::as_ref)))
}

fn is_choice(row: &Alternatives, entry: &Entry<'_>) -> bool {
    choice(row, entry).is_some()
}

fn choice(row: &Alternatives, entry: &Entry<'_>) -> Option<(&'static str, Loc)> {
    if matches!(entry.value.kind, Kind::Null | Kind::Removed) {
        return None;
    }
    row.keys.iter().find(|key| **key == entry.key).map(|key| (*key, entry.key_loc))
}

/// Turns each `null` of a value that is taken over whole into a tombstone. Inside lists nothing is merged, so a
/// `null` there is a value like any other.
fn with_tombstones(node: Node<'_>) -> Node<'_> {
    let kind = match node.kind {
        Kind::Null => Kind::Removed,
        Kind::Map(entries) => Kind::Map(
            entries.into_iter().map(|entry| Entry { value: with_tombstones(entry.value), ..entry }).collect(),
        ),
        other => other,
    };
    Node { kind, loc: node.loc }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::read;

    const TABLE: &[Alternatives] = &[
        Alternatives { path: "platform", keys: &["openshift", "kubernetes"] },
        Alternatives { path: "images.*", keys: &["registry", "imageStream", "pvc"] },
        Alternatives { path: "images.*.schedule", keys: &["every", "cron", "never"] },
    ];

    fn tree(text: &str, source: u32) -> Node<'_> {
        let mut problems = Vec::new();
        let node = read::strict(text, source, &mut problems).expect("YAML");
        assert_eq!(problems, []);
        node
    }

    /// Layers merged, written short: `a=1` a value, `a!` a tombstone, `[..]` a list, `{}` an empty mapping.
    fn merged(layers: &[&str]) -> String {
        let mut base = nothing();
        for (source, layer) in (1..).zip(layers) {
            merge(&mut base, tree(layer, source), TABLE);
        }
        let mut lines = Vec::new();
        flatten(&base, "", &mut lines);
        lines.join(" ")
    }

    fn flatten(node: &Node<'_>, path: &str, lines: &mut Vec<String>) {
        match &node.kind {
            Kind::Map(entries) if entries.is_empty() => lines.push(format!("{path}={{}}")),
            Kind::Map(entries) => {
                for entry in entries {
                    let dot = if path.is_empty() { "" } else { "." };
                    flatten(&entry.value, &format!("{path}{dot}{}", entry.key), lines);
                }
            }
            Kind::Removed => lines.push(format!("{path}!")),
            Kind::Seq(items) => lines.push(format!("{path}[{}]", items.len())),
            Kind::Str(text) => lines.push(format!("{path}={text}")),
            other => lines.push(format!("{path}={other:?}")),
        }
    }

    #[test]
    fn each_rule_holds_at_each_depth() {
        for (layers, expected) in [
            // maps merge
            (vec!["{a: x}", "{b: v}"], "a=x b=v"),
            (vec!["{a: {b: {c: x, d: x}}}", "{a: {b: {c: v}}}"], "a.b.c=v a.b.d=x"),
            (vec!["{a: {b: x}}", "{a: {}}"], "a.b=x"),
            // all else replaces
            (vec!["{a: [x, v, z]}", "{a: [w]}"], "a[1]"),
            (vec!["{a: {b: [x, v]}}", "{a: {b: []}}"], "a.b[0]"),
            (vec!["{a: {b: x}}", "{a: v}"], "a=v"),
            (vec!["{a: v}", "{a: {b: x}}"], "a.b=x"),
            (vec!["{a: [x]}", "{a: {b: x}}"], "a.b=x"),
            // null gives the default back
            (vec!["{a: x}", "{a: null}"], "a!"),
            (vec!["{a: {b: {c: x}}}", "{a: {b: {c: null}}}"], "a.b.c!"),
            (vec!["{a: {b: x, c: v}}", "{a: null}"], "a!"),
            (vec!["{a: x}", "{a: null}", "{a: v}"], "a=v"),
            (vec!["{a: {b: x}}", "{a: null}", "{a: {c: v}}"], "a.c=v"),
            (vec!["{}", "{a: {b: null}}"], "a.b!"),
            (vec!["{a: null}"], "a!"),
            (vec!["{a: [null]}"], "a[1]"),
            // of alternatives the higher layer's choice stays
            (
                vec!["{platform: {openshift: x, cdi: z}}", "{platform: {kubernetes: v}}"],
                "platform.cdi=z platform.kubernetes=v",
            ),
            (
                vec!["{images: {a: {registry: x, size: s}}}", "{images: {a: {pvc: {name: v}}}}"],
                "images.a.size=s images.a.pvc.name=v",
            ),
            (
                vec!["{images: {a: {registry: x}, b: {registry: x}}}", "{images: {a: {pvc: v}}}"],
                "images.a.pvc=v images.b.registry=x",
            ),
            (
                vec!["{images: {a: {schedule: {every: x}}}}", "{images: {a: {schedule: {never: {}}}}}"],
                "images.a.schedule.never={}",
            ),
            (
                vec![
                    "{images: {a: {registry: x}}}",
                    "{images: {a: {pvc: v}}}",
                    "{images: {a: {imageStream: z}}}",
                ],
                "images.a.imageStream=z",
            ),
            (
                vec!["{images: {a: {pvc: {name: x, namespace: m}}}}", "{images: {a: {pvc: {name: v}}}}"],
                "images.a.pvc.name=v images.a.pvc.namespace=m",
            ),
            // a null is no choice
            (
                vec!["{images: {a: {registry: x}}}", "{images: {a: {pvc: null}}}"],
                "images.a.registry=x images.a.pvc!",
            ),
            (
                vec!["{images: {a: {registry: x}}}", "{images: {a: {registry: null, pvc: v}}}"],
                "images.a.registry! images.a.pvc=v",
            ),
            // elsewhere the same keys mean nothing special
            (vec!["{other: {registry: x}}", "{other: {pvc: v}}"], "other.registry=x other.pvc=v"),
        ] {
            assert_eq!(merged(&layers), expected, "{layers:?}");
        }
    }

    #[test]
    fn a_layer_that_is_null_as_a_whole_says_nothing() {
        assert_eq!(merged(&["{a: x}", "", "null"]), "a=x");
    }

    #[test]
    fn values_keys_and_tombstones_keep_the_place_that_gave_them() {
        let mut base = tree("{a: {b: x, c: x, d: x}}", 1);
        merge(&mut base, tree("{a: {b: v, c: null}}", 2), TABLE);
        let a = base.entry("a").expect("a");
        let sources = ["b", "c", "d"].map(|key| {
            let entry = a.value.entry(key).expect("an entry");
            (entry.key_loc.source, entry.value.loc.source)
        });
        assert_eq!(sources, [(2, 2), (2, 2), (1, 1)]);
        assert_eq!((a.key_loc.source, a.value.loc.source), (2, 2));
    }

    #[test]
    fn the_grouping_of_layers_does_not_matter() {
        let layers = [
            "{images: {a: {registry: x, size: s}}}",
            "{images: {a: {pvc: null, size: t}}}",
            "{images: {a: {pvc: v}}}",
        ];
        let mut one_by_one = nothing();
        for layer in layers {
            merge(&mut one_by_one, tree(layer, 1), TABLE);
        }
        let mut upper = tree(layers[1], 1);
        merge(&mut upper, tree(layers[2], 1), TABLE);
        let mut grouped = nothing();
        merge(&mut grouped, tree(layers[0], 1), TABLE);
        merge(&mut grouped, upper, TABLE);
        let flat = |node: &Node<'_>| {
            let mut lines = Vec::new();
            flatten(node, "", &mut lines);
            lines.sort();
            lines
        };
        assert_eq!(flat(&one_by_one), flat(&grouped));
    }

    #[test]
    fn two_choices_in_one_layer_conflict_and_a_null_beside_one_does_not() {
        let found = conflicts(
            &tree("{images: {a: {registry: x, pvc: v, imageStream: z}, b: {registry: x, pvc: null}}}", 1),
            TABLE,
        );
        let pairs: Vec<_> = found
            .iter()
            .map(|conflict| (conflict.path.join("."), conflict.first.0, conflict.second.0))
            .collect();
        assert_eq!(
            pairs,
            [("images.a".to_owned(), "registry", "pvc"), ("images.a".to_owned(), "registry", "imageStream")]
        );
    }
}
