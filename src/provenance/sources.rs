//! The texts that a site was put together from.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Origin, userinfo};
use crate::yaml::{Loc, SourceId};

/// What kind of layer a text is. The order is that of this list and says nothing of precedence: an overlay of the command
/// line lies above the site, all others below it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// An overlay that Goldsmith brings along.
    BuiltIn(String),
    /// An overlay file of the repository or of the command line.
    Overlay(String),
    /// `fleet.yaml`.
    Fleet,
    /// The site's own file.
    Site,
    /// `--set path=value`.
    Set,
    /// Anything else that is shown: a snapshot, a CustomResourceDefinition, a manifest.
    Other,
}

/// One text, with the name it is shown by.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// Relative to the repository, with `/`; for `--set` and built-in overlays a name in angle brackets.
    pub path: String,
    /// Its layer.
    pub layer: Layer,
    /// The whole text.
    pub text: String,
}

/// The table of texts that locations index. Shared texts come first, so that a table grown for one site
/// keeps the locations of what was read before.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Arc<Source>>);

impl Sources {
    /// Adds a text and returns its index.
    pub fn add(&mut self, source: Arc<Source>) -> SourceId {
        self.0.push(source);
        SourceId::try_from(self.0.len() - 1).unwrap_or(SourceId::MAX)
    }

    /// Adds the text of a spec, without users and passwords of URLs: whoever shows a line of it shows none.
    pub fn add_spec(&mut self, source: &Arc<Source>) -> SourceId {
        self.add(match userinfo::hidden(&source.text) {
            Cow::Borrowed(_) => Arc::clone(source),
            Cow::Owned(text) => {
                Arc::new(Source { text, path: source.path.clone(), layer: source.layer.clone() })
            }
        })
    }

    /// Shows another text of the same length in the place of one: its locations stay.
    pub fn show_as(&mut self, id: SourceId, shown: Arc<Source>) {
        if let Some(source) = self.0.get_mut(id as usize) {
            *source = shown;
        }
    }

    /// The text of an index.
    pub fn get(&self, id: SourceId) -> Option<&Arc<Source>> {
        self.0.get(id as usize)
    }

    /// The place of a location, which no longer needs this table.
    pub fn place(&self, loc: Loc) -> Option<Place> {
        let source = Arc::clone(self.get(loc.source)?);
        Some(Place { source, start: loc.start, end: loc.end })
    }

    /// The place where a value was written; none for what nobody wrote.
    pub fn place_of(&self, origin: &Origin) -> Option<Place> {
        self.place(origin.written()?)
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A byte range in a text: what a diagnostic points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The text.
    pub source: Arc<Source>,
    /// First byte.
    pub start: u32,
    /// First byte behind the range.
    pub end: u32,
}

impl Place {
    /// A place at the start of a text: for what is wrong with a file as a whole.
    pub fn whole(source: Arc<Source>) -> Self {
        Place { source, start: 0, end: 0 }
    }

    /// The text of the range.
    pub fn text(&self) -> Option<&str> {
        self.source.text.get(self.start as usize..self.end as usize)
    }

    /// Where a word last stands before this place, on its line: the key of a value.
    pub fn word_before(&self, word: &str) -> Option<Place> {
        let text = self.source.text.get(..self.start as usize)?;
        let line = text.rfind('\n').map_or(0, |at| at + 1);
        let start = line + text[line..].rfind(word)?;
        let byte = |at: usize| u32::try_from(at).ok();
        Some(Place { source: Arc::clone(&self.source), start: byte(start)?, end: byte(start + word.len())? })
    }

    /// Line and column, both from 1, columns in characters.
    pub fn line_column(&self) -> (usize, usize) {
        let end = (self.start as usize).min(self.source.text.len());
        let before = self.source.text.get(..end).unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (line, column) = self.line_column();
        write!(f, "{}:{line}:{column}", self.source.path)
    }
}
