//! Places as excerpts of their texts: one a file, with all labels that lie in it.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Patch, Snippet, normalize_untrusted_str};

use crate::diagnostic::{Diagnostic, Label};
use crate::provenance::Place;

/// The excerpts of a finding: that of its primary place first, then those of other files as they come.
pub(super) fn of(finding: &Diagnostic) -> Vec<Snippet<'_, Annotation<'_>>> {
    let primary = finding.primary.iter().map(|label| (AnnotationKind::Primary, label));
    let context = finding.context.iter().map(|label| (AnnotationKind::Context, label));
    let mut files: Vec<(&Place, Vec<Annotation<'_>>)> = Vec::new();
    for (kind, label) in primary.chain(context) {
        let annotation = annotation(kind, label);
        match files.iter_mut().find(|(place, _)| place.source == label.place.source) {
            Some((_, annotations)) => annotations.push(annotation),
            None => files.push((&label.place, vec![annotation])),
        }
    }
    files.into_iter().map(|(place, annotations)| snippet(place).annotations(annotations)).collect()
}

/// An edit as the lines before and after.
pub(super) fn edit<'a>(place: &'a Place, with: &'a str) -> Snippet<'a, Patch<'a>> {
    let (start, end) = (boundary(place, place.start), boundary(place, place.end));
    snippet(place).patch(Patch::new(start..end.max(start), with))
}

fn snippet<T: Clone>(place: &Place) -> Snippet<'_, T> {
    Snippet::source(text(place)).path(normalize_untrusted_str(&place.source.path))
}

fn annotation(kind: AnnotationKind, label: &Label) -> Annotation<'_> {
    kind.span(visible(&label.place)).label(normalize_untrusted_str(&label.text))
}

/// The text of a place; an empty one has a line nevertheless.
fn text(place: &Place) -> &str {
    match place.source.text.as_str() {
        "" => "\n",
        text => text,
    }
}

/// What a caret can stand under: the first line of the range, and the last line that has text where the range lies
/// behind it.
fn visible(place: &Place) -> Range<usize> {
    let text = &place.source.text;
    let mut start = boundary(place, place.start);
    if start == text.len() {
        start = text.trim_end().len();
    }
    let end = boundary(place, place.end).max(start);
    let range = text.get(start..end).unwrap_or_default();
    let line = range.split(['\r', '\n']).next().unwrap_or_default();
    start..start + line.len()
}

/// A byte of the text at which a character begins, or its end.
fn boundary(place: &Place, byte: u32) -> usize {
    let text = &place.source.text;
    let byte = (byte as usize).min(text.len());
    (0..=byte).rev().find(|byte| text.is_char_boundary(*byte)).unwrap_or_default()
}
