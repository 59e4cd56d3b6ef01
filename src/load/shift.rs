//! Moves the places of what was read from the middle of a text to where it stands in the whole.

use crate::yaml::read::Problem;
use crate::yaml::{Entry, Kind, Loc, Node};

/// A tree whose text begins some bytes into its source.
pub(super) fn shift_node(node: Node<'_>, by: usize) -> Node<'_> {
    let kind = match node.kind {
        Kind::Seq(items) => Kind::Seq(items.into_iter().map(|item| shift_node(item, by)).collect()),
        Kind::Map(entries) => Kind::Map(entries.into_iter().map(|entry| shift_entry(entry, by)).collect()),
        scalar => scalar,
    };
    Node { kind, loc: shift(node.loc, by) }
}

/// A problem of such a text.
pub(super) fn shift_problem(problem: Problem, by: usize) -> Problem {
    match problem {
        Problem::Syntax { loc, text } => Problem::Syntax { loc: shift(loc, by), text },
        Problem::Duplicate { key, first, second } => {
            Problem::Duplicate { key, first: shift(first, by), second: shift(second, by) }
        }
        Problem::Ambiguous { loc, text, reads_as, fixes } => {
            Problem::Ambiguous { loc: shift(loc, by), text, reads_as, fixes }
        }
        Problem::Refused { loc, what, instead } => Problem::Refused { loc: shift(loc, by), what, instead },
        Problem::Beyond { loc, what, instead } => Problem::Beyond { loc: shift(loc, by), what, instead },
    }
}

fn shift_entry(entry: Entry<'_>, by: usize) -> Entry<'_> {
    Entry { key: entry.key, key_loc: shift(entry.key_loc, by), value: shift_node(entry.value, by) }
}

fn shift(loc: Loc, by: usize) -> Loc {
    let by = u32::try_from(by).unwrap_or(u32::MAX);
    Loc { source: loc.source, start: loc.start.saturating_add(by), end: loc.end.saturating_add(by) }
}
