//! JSON pointers (RFC 6901) into objects, and how a person writes them.

use std::fmt::Write as _;

pub use crate::yaml::pointer::{escape, unescape};

/// A pointer as a person writes it: `/spec/a/0/b` is `spec.a[0].b`, and a key with a dot or a slash stands in quotes.
pub fn dotted(pointer: &str) -> String {
    let mut out = String::new();
    for step in pointer.split('/').skip(1) {
        let step = unescape(step);
        if !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) {
            out.push('[');
            out.push_str(&step);
            out.push(']');
        } else if step.is_empty() || step.contains(['.', '/', '[', '"']) {
            let _ = write!(out, "[{step:?}]");
        } else {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(&step);
        }
    }
    out
}

/// The other way round. None where brackets or quotes are not closed.
pub fn parse(dotted: &str) -> Option<String> {
    let mut pointer = String::new();
    let mut rest = dotted;
    while !rest.is_empty() {
        let (step, behind) = if let Some(inner) = rest.strip_prefix("[\"") {
            let (key, behind) = inner.split_once("\"]")?;
            (key.replace("\\\"", "\""), behind)
        } else if let Some(inner) = rest.strip_prefix('[') {
            let (index, behind) = inner.split_once(']')?;
            (index.to_owned(), behind)
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            (rest[..end].to_owned(), &rest[end..])
        };
        pointer.push('/');
        pointer.push_str(&escape(&step));
        rest = behind.strip_prefix('.').unwrap_or(behind);
    }
    Some(pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_reads_as_a_person_writes_it_and_back() {
        for (pointer, text) in [
            ("/spec/templates/0/spec/keep", "spec.templates[0].spec.keep"),
            ("/metadata/labels/goldsmith.dev~1site", "metadata.labels[\"goldsmith.dev/site\"]"),
            ("/data/a~0b", "data.a~b"),
            ("", ""),
        ] {
            assert_eq!(dotted(pointer), text);
            assert_eq!(parse(text).as_deref(), Some(pointer));
        }
    }

    #[test]
    fn a_bracket_that_is_not_closed_is_no_pointer() {
        assert_eq!(parse("spec.templates[0"), None);
        assert_eq!(parse("metadata.labels[\"a"), None);
    }
}
