//! `--set path=value`: one value of the spec, given on the command line.
//!
//! The path is that of the spec, keys joined by dots; a key that holds dots itself is quoted: `a["b.c"].d`. The value is
//! read as strict YAML; an empty one is `null` and gives the value back to its default.

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, words};
use crate::provenance::Sources;
use crate::yaml::read::{self, Problem};
use crate::yaml::{Entry, Kind, Loc, Node, SourceId};

use super::rules::BAD_SET;
use super::shift::{shift_node, shift_problem};

/// One key of a path, and its bytes in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    key: String,
    start: usize,
    end: usize,
}

/// A `--set` text as a layer: a `spec` with nothing but this value. Problems of the value point into the text.
pub(super) fn read_set(
    text: &str,
    id: SourceId,
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Result<Option<Node<'static>>, Box<Diagnostic>> {
    let refuse = |(at, reason): (usize, String)| {
        let place = sources.place(loc(id, at, text.len()));
        Diagnostic::new(&BAD_SET, reason).at(place, "")
    };
    let (segments, behind) = path(text).map_err(|wrong| {
        let finding = refuse(wrong);
        Box::new(finding.help("write it as `--set goldenImages.defaults.keep=3`"))
    })?;
    if segments.first().is_some_and(|segment| segment.key == "overlays") {
        let finding = refuse((0, "overlays cannot be set, since they are put together before".to_owned()));
        return Err(Box::new(finding.help("give overlays with `--overlay`")));
    }
    let mut found = Vec::new();
    let value = read::strict(&text[behind..], id, &mut found);
    problems.extend(found.into_iter().map(|problem| shift_problem(problem, behind)));
    Ok(value.map(|value| wrap(shift_node(value.into_owned(), behind), &segments, id)))
}

fn wrap(value: Node<'static>, segments: &[Segment], id: SourceId) -> Node<'static> {
    segments.iter().rev().fold(value, |value, segment| {
        let key_loc = loc(id, segment.start, segment.end);
        let all = Loc { end: value.loc.end, ..key_loc };
        Node {
            kind: Kind::Map(vec![Entry { key: Cow::Owned(segment.key.clone()), key_loc, value }]),
            loc: all,
        }
    })
}

fn loc(source: SourceId, start: usize, end: usize) -> Loc {
    let [start, end] = [start, end].map(|byte| u32::try_from(byte).unwrap_or(u32::MAX));
    Loc { source, start, end }
}

/// The keys before the `=`, and the byte behind it; else the byte where it goes wrong and why.
fn path(text: &str) -> Result<(Vec<Segment>, usize), (usize, String)> {
    let mut segments = Vec::new();
    let mut at = 0;
    loop {
        at = if text[at..].starts_with('[') {
            quoted(text, at, &mut segments)?
        } else {
            plain(text, at, &mut segments)?
        };
        while text[at..].starts_with('[') {
            at = quoted(text, at, &mut segments)?;
        }
        match text[at..].chars().next() {
            Some('=') => return Ok((segments, at + 1)),
            Some('.') => at += 1,
            Some(_) => return Err((at, "behind `]` stands `.`, `[` or `=`".to_owned())),
            None => return Err((at, format!("{} has no `=`", words::quoted(text)))),
        }
    }
}

fn plain(text: &str, start: usize, segments: &mut Vec<Segment>) -> Result<usize, (usize, String)> {
    let rest = &text[start..];
    let end = start + rest.find(['.', '[', '=']).unwrap_or(rest.len());
    if end == start {
        return Err((start, "a part of the path is empty".to_owned()));
    }
    segments.push(Segment { key: text[start..end].to_owned(), start, end });
    Ok(end)
}

/// `["a.b"]`; a number in brackets would be a place in a list, and lists are replaced as a whole.
fn quoted(text: &str, start: usize, segments: &mut Vec<Segment>) -> Result<usize, (usize, String)> {
    let inside = text[start..].strip_prefix("[\"");
    let Some(length) = inside.and_then(|inside| inside.find("\"]")) else {
        let reason = "brackets hold a key in double quotes; lists are replaced as a whole";
        return Err((start, reason.to_owned()));
    };
    let (first, last) = (start + 2, start + 2 + length);
    if length == 0 {
        return Err((start, "a part of the path is empty".to_owned()));
    }
    segments.push(Segment { key: text[first..last].to_owned(), start: first, end: last });
    Ok(last + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        path(text).expect("a path").0.into_iter().map(|segment| segment.key).collect()
    }

    #[test]
    fn dots_join_keys_and_quotes_keep_theirs() {
        assert_eq!(keys("goldenImages.defaults.keep=3"), ["goldenImages", "defaults", "keep"]);
        assert_eq!(
            keys(r#"registries.mirrors["quay.io/a"].managed=false"#),
            ["registries", "mirrors", "quay.io/a", "managed"]
        );
        assert_eq!(keys(r#"a["b"]["c.d"]=1"#), ["a", "b", "c.d"]);
        assert_eq!(keys(r#"["a.b"].c=1"#), ["a.b", "c"]);
    }

    #[test]
    fn only_the_first_equals_sign_ends_the_path() {
        let (segments, behind) = path("a.b=c=d").expect("a path");
        assert_eq!((segments.len(), behind), (2, 4));
    }

    #[test]
    fn a_key_knows_its_bytes() {
        let (segments, _) = path(r#"a["b.c"]=1"#).expect("a path");
        assert_eq!((segments[1].start, segments[1].end), (3, 6));
    }

    #[test]
    fn what_is_no_path_tells_where_it_goes_wrong() {
        for (text, at) in [
            ("keep", 4),
            ("=3", 0),
            ("a..b=1", 2),
            ("a.=1", 2),
            ("a[0]=1", 1),
            ("a[\"\"]=1", 1),
            ("a[\"b\"]c=1", 6),
        ] {
            assert_eq!(path(text).expect_err(text).0, at, "{text}");
        }
    }
}
