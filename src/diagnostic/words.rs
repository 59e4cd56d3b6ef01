//! The grammar of messages: the user's words in backticks, lists, counts, digests. One way to say each.

use std::fmt::Write as _;

/// The longest text that is quoted whole, in characters.
const LONGEST_QUOTE: usize = 80;

/// The user's words in backticks, on one line: control characters escaped, long texts cut.
pub fn quoted(text: impl AsRef<str>) -> String {
    let mut out = String::from("`");
    for (count, character) in text.as_ref().chars().enumerate() {
        if count == LONGEST_QUOTE {
            out.push_str("...");
            break;
        }
        push_visible(&mut out, character);
    }
    out.push('`');
    out
}

/// A text with whatever is quoted in it on one line: control characters escaped.
pub fn on_one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|character| push_visible(&mut out, character));
    out
}

fn push_visible(out: &mut String, character: char) {
    if character.is_control() {
        out.extend(character.escape_default());
    } else {
        out.push(character);
    }
}

/// Everything that belongs together: "`a`, `b` and `c`".
pub fn all_of<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    joined(&quoted_items(items), "and")
}

/// A choice: "`a`, `b` or `c`".
pub fn one_of<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    joined(&quoted_items(items), "or")
}

/// The first few of many: "`a`, `b` and 196 more". One more than `most` is still told whole.
pub fn some_of<T: AsRef<str>>(items: impl IntoIterator<Item = T>, most: usize) -> String {
    let mut items = quoted_items(items);
    if items.len() > most + 1 {
        let more = items.len() - most;
        items.truncate(most);
        items.push(format!("{more} more"));
    }
    joined(&items, "and")
}

/// A number and its noun: `1 error`, `2 errors`, `3 entries`.
pub fn count(number: usize, noun: &str) -> String {
    let mut out = number.to_string();
    let _ = write!(out, " {}", if number == 1 { noun.to_owned() } else { plural(noun) });
    out
}

/// Bytes in hexadecimal, in lower case: `0f3a`.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    }
}

fn quoted_items<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Vec<String> {
    items.into_iter().map(quoted).collect()
}

fn joined(items: &[String], conjunction: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_a_person_says_them() {
        assert_eq!(all_of::<&str>([]), "");
        assert_eq!(all_of(["a"]), "`a`");
        assert_eq!(all_of(["a", "b"]), "`a` and `b`");
        assert_eq!(one_of(["a", "b", "c"]), "`a`, `b` or `c`");
    }

    #[test]
    fn long_lists_are_cut_and_say_how_much_is_left_out() {
        assert_eq!(some_of(["a", "b", "c"], 2), "`a`, `b` and `c`");
        assert_eq!(some_of(["a", "b", "c", "d"], 2), "`a`, `b` and 2 more");
    }

    #[test]
    fn counts_agree_with_their_noun() {
        assert_eq!(count(0, "error"), "0 errors");
        assert_eq!(count(1, "error"), "1 error");
        assert_eq!(count(2, "entry"), "2 entries");
        assert_eq!(count(2, "key"), "2 keys");
    }

    #[test]
    fn hexadecimal_keeps_its_zeroes() {
        assert_eq!(hex(&[0, 15, 255]), "000fff");
    }

    #[test]
    fn a_line_stays_one() {
        assert_eq!(on_one_line("Wid\nget \u{fc}\u{85}"), "Wid\\nget \u{fc}\\u{85}");
    }

    #[test]
    fn quotes_stay_on_one_line_and_short() {
        assert_eq!(quoted("a\nb\u{1b}"), "`a\\nb\\u{1b}`");
        assert_eq!(quoted("x".repeat(81)), format!("`{}...`", "x".repeat(80)));
        assert_eq!(quoted("x".repeat(80)), format!("`{}`", "x".repeat(80)));
    }
}
