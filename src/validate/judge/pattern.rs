//! Regular expressions of Go (RE2), as schemas write them, for our own engine.

use std::fmt::Write as _;

use regex::Regex;

/// A pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    /// As it is written.
    pub(super) text: String,
    /// None where it is too large for our engine.
    compiled: Option<Regex>,
}

impl Pattern {
    /// Reads a pattern. Errors: it is none, so that no API server would take the schema that it stands in.
    pub(super) fn new(text: &str) -> anyhow::Result<Self> {
        let compiled = match Regex::new(&translated(text)) {
            Ok(compiled) => Some(compiled),
            Err(regex::Error::CompiledTooBig(_)) => None,
            Err(_) => anyhow::bail!("`{text}` is no regular expression"),
        };
        Ok(Pattern { text: text.to_owned(), compiled })
    }

    /// Whether a text matches somewhere; none where nobody can tell.
    pub(super) fn matches(&self, text: &str) -> Option<bool> {
        Some(self.compiled.as_ref()?.is_match(text))
    }
}

/// The same expression for our engine: to Go, `\d`, `\w`, `\s` and `\b` mean ASCII, `\z` is the end, `\Q..\E` is plain text,
/// and a class of characters knows no sets inside of it.
pub(super) fn translated(text: &str) -> String {
    let (mut out, mut rest, mut in_class) = (String::with_capacity(text.len()), text, false);
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '\\' => escape(rest, in_class, &mut out),
            '[' if in_class && !rest.starts_with("[:") => {
                out.push_str("\\[");
                1
            }
            '[' if in_class => posix(rest, &mut out),
            '[' => {
                in_class = true;
                class_start(rest, &mut out)
            }
            ']' => {
                in_class = false;
                out.push(']');
                1
            }
            '&' | '~' if in_class => {
                let _ = write!(out, "\\{c}");
                1
            }
            '-' if in_class && rest.starts_with("--") => {
                out.push_str("-\\-");
                2
            }
            other => {
                out.push(other);
                other.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    out
}

/// What follows a backslash; how much of the text that was.
fn escape(rest: &str, in_class: bool, out: &mut String) -> usize {
    let Some(c) = rest[1..].chars().next() else {
        out.push('\\');
        return 1;
    };
    let word = match (c, in_class) {
        ('d', true) => "0-9",
        ('w', true) => "0-9A-Za-z_",
        ('s', true) => "\\t\\n\\x0c\\r ",
        ('d', false) => "[0-9]",
        ('D', _) => "[^0-9]",
        ('w', false) => "[0-9A-Za-z_]",
        ('W', _) => "[^0-9A-Za-z_]",
        ('s', false) => "[\\t\\n\\x0c\\r ]",
        ('S', _) => "[^\\t\\n\\x0c\\r ]",
        ('b', false) => "(?-u:\\b)",
        ('Q', false) => {
            let plain = rest[2..].split("\\E").next().unwrap_or_default();
            out.push_str(&regex::escape(plain));
            return (2 + plain.len() + 2).min(rest.len());
        }
        _ => {
            out.push('\\');
            out.push(c);
            return 1 + c.len_utf8();
        }
    };
    out.push_str(word);
    2
}

/// `[`, `[^`, and a `]` behind them, which is a character.
fn class_start(rest: &str, out: &mut String) -> usize {
    for (start, ours) in [("[^]", "[^\\]"), ("[]", "[\\]"), ("[^", "[^")] {
        if rest.starts_with(start) {
            out.push_str(ours);
            return start.len();
        }
    }
    out.push('[');
    1
}

/// `[:alpha:]` inside of a class.
fn posix(rest: &str, out: &mut String) -> usize {
    let length = rest.find(":]").map_or(1, |end| end + 2);
    out.push_str(if length == 1 { "\\[" } else { &rest[..length] });
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern).unwrap().matches(text).unwrap_or_else(|| panic!("{pattern} is not read"))
    }

    #[test]
    fn classes_of_characters_are_those_of_ascii() {
        assert!(matches(r"^\d\w\s$", "1a "));
        for (pattern, text) in [(r"^\d$", "٣"), (r"^\w$", "ü"), (r"^[\w]$", "ü"), (r"^\s$", "\u{a0}")] {
            assert!(!matches(pattern, text), "{pattern}");
        }
        assert!(matches(r"^\W$", "ü"));
    }

    #[test]
    fn a_class_holds_no_sets() {
        assert!(matches("^[a[b]+$", "[ab"));
        assert!(matches("^[+--]+$", "+,-"));
        assert!(matches("^[a&&b]+$", "a&b"));
        assert!(matches("^[]a]+$", "]a"));
        assert!(matches("^[[:alpha:]-_]+$", "a-_"));
    }

    #[test]
    fn quoted_text_is_plain() {
        assert!(matches(r"^\Qa.b\E$", "a.b"));
        assert!(!matches(r"^\Qa.b\E$", "axb"));
    }

    #[test]
    fn a_pattern_that_is_too_large_is_not_known_to_match_and_a_wrong_one_is_none() {
        assert_eq!(Pattern::new(r"^\pL{1000}\pL{1000}$").unwrap().matches("a"), None);
        assert!(Pattern::new("[a-z").is_err());
    }
}
