//! Text as XML 1.0 takes it: what would end it is escaped, and characters that no document may hold, not even by number,
//! become `U+FFFD`.

use std::fmt::Write as _;

/// A text for an attribute in double quotes. Blanks that a parser would make spaces of are told by number.
pub(super) fn attribute(text: &str) -> String {
    escaped(text, &['\t', '\n', '\r'])
}

/// A text between tags. A parser would make a line break of a carriage return.
pub(super) fn text(text: &str) -> String {
    escaped(text, &['\r'])
}

fn escaped(text: &str, by_number: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            blank if by_number.contains(&blank) => {
                let _ = write!(out, "&#{};", u32::from(blank));
            }
            '\t' | '\n' => out.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{attribute, text};

    #[test]
    fn nothing_in_a_text_ends_it() {
        for escaped in [attribute, text] {
            assert_eq!(escaped("a\"b'c<d>&e]]>"), "a&quot;b'c&lt;d&gt;&amp;e]]&gt;");
        }
    }

    #[test]
    fn blanks_come_back_as_they_were() {
        assert_eq!(attribute("a\tb\r\nc"), "a&#9;b&#13;&#10;c");
        assert_eq!(text("a\tb\r\nc"), "a\tb&#13;\nc");
    }

    #[test]
    fn what_xml_forbids_is_replaced_and_all_else_stays() {
        for escaped in [attribute, text] {
            assert_eq!(escaped("\0\u{1b}[31m\u{b}\u{fffe}\u{ffff}"), "��[31m���");
            assert_eq!(escaped("é𝄞\u{7f}\u{85}\u{fffd}"), "é𝄞\u{7f}\u{85}\u{fffd}");
        }
    }
}
