//! From bytes to a checked document: the text, its tree, its head, and everything that does not fit.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::diagnostic::{Diagnostic, Findings, from_both, from_mismatch, from_yaml, rules, words};
use crate::document::{API_VERSION, Kind, SiteSpec};
use crate::provenance::decode::{Cause, Mismatch, decode};
use crate::provenance::{Layer, Place, Source, Sources};
use crate::spec::Alternatives;
use crate::yaml::{self, Loc, Node, SourceId, read};

use super::fit;
use super::merge::conflicts;
use super::rules::{NOT_UTF8, TWO_ALTERNATIVES, WRONG_DOCUMENT};

/// The largest document, in bytes: 1 MiB. A Site written by a person has a few thousand.
pub const LARGEST_DOCUMENT: usize = 1024 * 1024;

/// Bytes of a file as a text; a finding where they are too many or no UTF-8.
pub(super) fn admit(path: &str, layer: Layer, bytes: Vec<u8>) -> Result<Source, Box<Diagnostic>> {
    let of = |text: String| Source { path: path.to_owned(), layer, text };
    if bytes.len() > LARGEST_DOCUMENT {
        let title =
            format!("{} has {} bytes, {LARGEST_DOCUMENT} are allowed", words::quoted(path), bytes.len());
        let place = Place::whole(Arc::new(of(String::new())));
        let finding = Diagnostic::new(&rules::BEYOND_LIMITS, title).at(Some(place), "");
        return Err(Box::new(finding.help("split it: what sites share belongs into overlays")));
    }
    utf8(path, bytes).map(of)
}

/// Bytes of a file as UTF-8; a finding where they are something else.
pub(super) fn utf8(path: &str, bytes: Vec<u8>) -> Result<String, Box<Diagnostic>> {
    String::from_utf8(bytes).map_err(|wrong| Box::new(not_utf8(path, &wrong)))
}

fn not_utf8(path: &str, wrong: &std::string::FromUtf8Error) -> Diagnostic {
    let at = wrong.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(wrong.as_bytes()).into_owned();
    let source = Arc::new(Source { path: path.to_owned(), layer: Layer::Other, text });
    let [start, end] = [at, at + '\u{fffd}'.len_utf8()].map(|byte| u32::try_from(byte).unwrap_or(u32::MAX));
    Diagnostic::new(&NOT_UTF8, format!("{} is not UTF-8", words::quoted(path)))
        .at(Some(Place { source, start, end }), "the first byte that is none")
        .help("save the file as UTF-8")
}

/// What checking one layer needs: where findings point, where they go, and which keys exclude each other.
pub(super) struct Check<'c> {
    pub(super) sources: &'c Sources,
    pub(super) alternatives: &'c [Alternatives],
    pub(super) findings: &'c mut Findings,
}

impl Check<'_> {
    /// Reads a text strictly.
    pub(super) fn parse<'t>(&mut self, source: &'t Source, id: SourceId) -> Option<Node<'t>> {
        let mut problems = Vec::new();
        let root = read::strict(&source.text, id, &mut problems);
        self.problems(&problems);
        root
    }

    /// Tells what the reader complained about.
    pub(super) fn problems(&mut self, problems: &[read::Problem]) {
        for problem in problems {
            self.findings.push(from_yaml(problem, self.sources));
        }
    }

    /// Checks a whole document: its head, and the rest against its type, the table of alternatives and its schema. None
    /// where it is another kind of document, about which nothing more is said.
    pub(super) fn document<T: DeserializeOwned + Default>(
        &mut self,
        root: &Node<'_>,
        kind: Kind,
    ) -> Option<T> {
        if !self.head(root, kind) {
            return None;
        }
        let (value, mut told) = self.type_of(root);
        if let Some(spec) = root.get("spec").filter(|_| kind != Kind::Fleet) {
            told.extend(self.alternatives(spec));
        }
        fit::document(root, kind, &told, self.sources, self.findings);
        Some(value)
    }

    /// Checks the `spec` of a Site that stands alone.
    pub(super) fn spec(&mut self, spec: &Node<'_>) {
        let (SiteSpec { .. }, mut told) = self.type_of(spec);
        told.extend(self.alternatives(spec));
        fit::spec(spec, &told, self.sources, self.findings);
    }

    /// Decodes a tree and tells all that does not fit.
    pub(super) fn decode<T: DeserializeOwned + Default>(&mut self, root: &Node<'_>) -> T {
        self.type_of(root).0
    }

    /// The same, with the places of what was told.
    fn type_of<T: DeserializeOwned + Default>(&mut self, root: &Node<'_>) -> (T, Vec<Loc>) {
        let (value, mismatches) = decode(root);
        for mismatch in &mismatches {
            let finding = from_mismatch(mismatch, self.sources);
            let place = self.sources.place(mismatch.loc);
            let unclear = place.and_then(|place| self.findings.take(&rules::AMBIGUOUS_SCALAR, &place));
            self.findings.push(match unclear {
                Some(unclear) => from_both(unclear, finding),
                None => finding,
            });
        }
        (value, mismatches.iter().map(|mismatch| mismatch.loc).collect())
    }

    /// Tells alternatives that one layer gives together, and where; `spec` is that of a Site.
    fn alternatives(&mut self, spec: &Node<'_>) -> Vec<Loc> {
        let mut told = Vec::new();
        for conflict in conflicts(spec, self.alternatives) {
            let ((first, first_loc), (second, second_loc)) = (conflict.first, conflict.second);
            told.push(second_loc);
            let finding = Diagnostic::new(
                &TWO_ALTERNATIVES,
                format!("{} and {} exclude each other", words::quoted(first), words::quoted(second)),
            );
            let finding = finding
                .at(self.sources.place(second_loc), "given as well")
                .with(self.sources.place(first_loc), "given here")
                .note(format!(
                    "{} takes one of {}",
                    words::quoted(conflict.path.join(".")),
                    words::one_of(conflict.keys)
                ))
                .help("keep one of the two");
            self.findings.push(finding);
        }
        told
    }

    /// Tells a field that the document must have.
    pub(super) fn missing(&mut self, field: &'static str, loc: Loc, path: &str) {
        let mismatch = Mismatch { cause: Cause::Missing(field), loc, path: path.to_owned() };
        self.findings.push(from_mismatch(&mismatch, self.sources));
    }

    /// Checks `apiVersion` and `kind`; false where this is no document of the wanted kind.
    fn head(&mut self, root: &Node<'_>, wanted: Kind) -> bool {
        if let yaml::Kind::Null | yaml::Kind::Removed = root.kind {
            self.push_at(root.loc, "this document is empty".to_owned(), "", &sample(wanted));
            return false;
        }
        if !matches!(root.kind, yaml::Kind::Map(_)) {
            return true;
        }
        self.head_field(root, "apiVersion", API_VERSION);
        self.head_field(root, "kind", wanted.word())
    }

    fn head_field(&mut self, root: &Node<'_>, field: &'static str, wanted: &str) -> bool {
        let given =
            root.get(field).filter(|value| !matches!(value.kind, yaml::Kind::Null | yaml::Kind::Removed));
        let Some(given) = given else {
            self.push_at(
                start_of(root.loc),
                format!("`{field}` is missing"),
                "",
                &format!("write `{field}: {wanted}`"),
            );
            return true;
        };
        // Another type than text is told by the decoder.
        let Some(word) = given.as_str().filter(|word| *word != wanted) else { return true };
        let title = format!("{field} is {}, here it must be `{wanted}`", words::quoted(word));
        self.push_at(given.loc, title, "", &format!("write `{field}: {wanted}`"));
        !Kind::ALL.iter().any(|kind| kind.word() == word)
    }

    fn push_at(&mut self, loc: Loc, title: String, label: &str, help: &str) {
        let finding = Diagnostic::new(&WRONG_DOCUMENT, title);
        self.findings.push(finding.at(self.sources.place(loc), label).help(help));
    }
}

fn sample(kind: Kind) -> String {
    format!("begin it with `apiVersion: {API_VERSION}` and `kind: {}`", kind.word())
}

/// A mapping as a whole is shown by its first byte: all of it would draw a box around the file.
fn start_of(loc: Loc) -> Loc {
    Loc { end: loc.start, ..loc }
}
