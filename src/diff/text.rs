//! A change as unified text, as `diff -u` and git print it.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use super::Change;

/// Escape sequences, or none.
struct Paint(bool);

impl Paint {
    fn line(&self, tag: ChangeTag, text: &str) -> String {
        let (sign, code) = match tag {
            ChangeTag::Delete => ('-', "31"),
            ChangeTag::Insert => ('+', "32"),
            ChangeTag::Equal => (' ', ""),
        };
        let text = text.strip_suffix('\n').unwrap_or(text);
        if self.0 && !code.is_empty() {
            format!("\u{1b}[{code}m{sign}{text}\u{1b}[0m")
        } else {
            format!("{sign}{text}")
        }
    }

    fn hunk(&self, header: &str) -> String {
        if self.0 { format!("\u{1b}[36m{header}\u{1b}[0m") } else { header.to_owned() }
    }
}

/// The hunks of a change with three lines of context, without a file header. `colour` adds escape sequences.
pub fn unified(change: &Change, colour: bool) -> String {
    hunks(&change.old, &change.new, colour)
}

/// The same of any two texts.
pub fn hunks(old: &str, new: &str, colour: bool) -> String {
    let paint = Paint(colour);
    let diff = TextDiff::from_lines(old, new);
    let mut out = String::new();
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        let _ = writeln!(out, "{}", paint.hunk(&hunk.header().to_string()));
        for line in hunk.iter_changes() {
            let _ = writeln!(out, "{}", paint.line(line.tag(), line.value()));
        }
    }
    out
}
