//! Users and passwords before a host (`https://user:password@host`, RFC 3986, 3.2.1; `user:password@host`): no text shows them.

use std::borrow::Cow;
use std::ops::Range;

/// A text with stars for users and passwords, each byte at its place.
pub fn hidden(text: &str) -> Cow<'_, str> {
    // Every spec and every message is asked, and few have one.
    if !text.contains('@') {
        return Cow::Borrowed(text);
    }
    let mut ranges = in_urls(text).chain(bare(text)).peekable();
    if ranges.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    ranges.for_each(|range| bytes[range].fill(b'*'));
    // Ranges are of whole characters, so that this is text.
    Cow::Owned(String::from_utf8(bytes).unwrap_or_default())
}

/// Between `://` and the last `@` before the path. A `[` at the start is no user: it begins an address, or a pattern of ours.
fn in_urls(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.match_indices("://").filter_map(|(at, slashes)| {
        let start = at + slashes.len();
        let ends = |letter: char| is_outside(letter) || matches!(letter, '/' | '?' | '#');
        let authority = text[start..].split(ends).next().unwrap_or_default();
        let length = authority.rfind('@').filter(|_| !authority.starts_with('['))?;
        (length > 0).then(|| start..start + length)
    })
}

/// Before an `@`, with a `:` between the two, as people write an image with credentials. `name:tag@sha256:` is none.
fn bare(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let begins = |letter: char| is_outside(letter) || matches!(letter, '/' | '=' | ',' | '{' | '[' | '(');
    let words = text.split_inclusive(begins).scan(0, |end, word| {
        let start = *end;
        *end += word.len();
        Some((start, word))
    });
    words.filter_map(|(start, word)| {
        let (before, host) = word.rsplit_once('@')?;
        let (_, password) = before.split_once(':')?;
        let is_digest = ["sha256:", "sha512:"].iter().any(|begin| host.starts_with(begin));
        (!is_digest && !password.is_empty()).then(|| start..start + before.len())
    })
}

fn is_outside(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '"' | '\'' | '`')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_and_passwords_are_hidden_and_nothing_moves() {
        for (text, shown) in [
            ("a: http://me:pass@proxy.example:3128", "a: http://*******@proxy.example:3128"),
            ("https://tökén@git.example/a", "https://*******@git.example/a"),
            ("`http://a:b@c@d` and http://e@f", "`http://*****@d` and http://*@f"),
            ("image: me:pass@registry.example/a:1", "image: *******@registry.example/a:1"),
            ("--set a.b=me:pass@host", "--set a.b=*******@host"),
        ] {
            assert_eq!(hidden(text), shown);
            assert_eq!(hidden(text).len(), text.len());
        }
    }

    #[test]
    fn what_is_neither_stays() {
        for text in [
            "oci://registry.example/a@sha256:00",
            "registry.example/a:1@sha256:00",
            "http://registry.example?a@b",
            "http://@registry.example",
            r"^https?://[^@\s]+$",
            "a: me@example.com",
        ] {
            assert_eq!(hidden(text), text);
        }
    }
}
