//! A fast scanner for the YAML that people and templates mostly write.
//!
//! In: a text. Out: the same events, with the same places, that the parser crate gives; or nothing at all at the first
//! thing outside the subset, and then the parser crate reads the text from its start. It words no error and decides no
//! meaning: both are the business of those that take the events ([`super::tree`], [`super::value`]).
//!
//! The subset: block lists and mappings, flow collections on one line, plain and quoted scalars on one line, literal
//! blocks, comments, `---` between documents. Outside of it: anchors, aliases, tags, directives, `? ` keys, folded
//! blocks, scalars and flow collections over several lines, tabs and other control characters, values that are left
//! out, and every text that is not YAML.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{Event, ScalarStyle, StructureStyle};

use super::read::DEEPEST;
use super::write::is_printable;

/// Bytes that a key may have for all parsers: they bound what may be a key by 1,024 characters.
const LONGEST_KEY: usize = 1000;

/// Hands the events of a text to `take`, in order, each with its bytes. None where the text is outside the subset, or
/// where `take` answers none; what was handed over until then is worth nothing.
///
/// The end of a block collection has an empty range, and that of a literal block lies anywhere before the next token,
/// as with the parser crate.
pub(super) fn scan<'a, T>(text: &'a str, take: T) -> Option<()>
where
    T: FnMut(Event<'a>, Range<usize>) -> Option<()>,
{
    is_ordinary(text).then_some(())?;
    Scanner { text, bytes: text.as_bytes(), at: 0, column: 0, depth: 0, take }.documents()
}

struct Scanner<'a, T> {
    text: &'a str,
    bytes: &'a [u8],
    /// The next byte.
    at: usize,
    /// Blanks before the first token of the line that was come to last.
    column: usize,
    depth: usize,
    take: T,
}

impl<'a, T: FnMut(Event<'a>, Range<usize>) -> Option<()>> Scanner<'a, T> {
    fn documents(&mut self) -> Option<()> {
        let mut more = self.next_line();
        let mut is_first = true;
        while more {
            if self.is_document_start() {
                self.document_start()?;
            } else if !is_first {
                return None;
            }
            is_first = false;
            self.node(self.column, None)?;
            more = self.is_more();
        }
        Some(())
    }

    /// `---` on a line of its own, and the way to the document behind it.
    fn document_start(&mut self) -> Option<()> {
        (self.take)(Event::DocumentStart(true, None), self.at..self.at + 3)?;
        self.at += 3;
        self.end_of_line()?;
        let is_empty = !self.next_line() || self.is_document_start();
        (!is_empty).then_some(())
    }

    fn is_more(&self) -> bool {
        self.at < self.bytes.len()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn is_blank_or_end(&self, at: usize) -> bool {
        matches!(self.bytes.get(at), None | Some(b' ' | b'\n'))
    }

    fn is_document_start(&self) -> bool {
        self.column == 0 && self.bytes[self.at..].starts_with(b"---") && self.is_blank_or_end(self.at + 3)
    }

    fn is_item(&self) -> bool {
        self.peek() == Some(b'-') && self.is_blank_or_end(self.at + 1)
    }

    /// Goes from the start of a line to the first token of this or a later line; false at the end of the text.
    fn next_line(&mut self) -> bool {
        loop {
            let start = self.at;
            self.skip_blanks();
            match self.peek() {
                None => return false,
                Some(b'\n') => self.at += 1,
                Some(b'#') => self.skip_line(),
                Some(_) => {
                    self.column = self.at - start;
                    return true;
                }
            }
        }
    }

    fn skip_blanks(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    fn skip_line(&mut self) {
        self.at = self.line_end(self.at);
        self.at = self.bytes.len().min(self.at + 1);
    }

    fn line_end(&self, from: usize) -> usize {
        self.bytes[from..].iter().position(|byte| *byte == b'\n').map_or(self.bytes.len(), |end| from + end)
    }

    /// Ends a line on which only a comment may still follow, and goes to the start of the next one.
    fn end_of_line(&mut self) -> Option<()> {
        let before = self.at;
        self.skip_blanks();
        match self.peek() {
            None => {}
            Some(b'\n') => self.at += 1,
            Some(b'#') if self.at > before => self.skip_line(),
            Some(_) => return None,
        }
        Some(())
    }

    /// The value whose first token is next, in this column, and in that of its parent.
    fn node(&mut self, column: usize, parent: Option<usize>) -> Option<()> {
        if self.is_item() {
            self.list(column, parent == Some(column))?;
        } else if self.key_ahead().is_some() {
            self.mapping(column)?;
        } else if self.depth == 0 && matches!(self.peek(), Some(b'[' | b'{')) {
            self.flow()?;
            self.end_of_line()?;
            self.next_line();
        } else {
            return None;
        }
        Some(())
    }

    /// Counts a list or mapping that begins; it ends at [`Self::leave`].
    fn enter(&mut self, start: Event<'a>, at: usize) -> Option<()> {
        self.depth += 1;
        (self.depth <= DEEPEST).then_some(())?;
        (self.take)(start, at..at)
    }

    fn leave(&mut self, end: Event<'a>, range: Range<usize>) -> Option<()> {
        self.depth -= 1;
        (self.take)(end, range)
    }

    /// A list; the parser has one that stands in the column of its parent begin behind the first dash.
    fn list(&mut self, column: usize, in_parents_column: bool) -> Option<()> {
        let blanks = || self.bytes[self.at + 1..].iter().take_while(|byte| **byte == b' ').count();
        let start = if in_parents_column { self.at + 1 + blanks() } else { self.at };
        self.enter(Event::SequenceStart(StructureStyle::Block, 0, None), start)?;
        let mut more = true;
        while more && self.column == column && self.is_item() {
            self.at += 1;
            let dash = self.at;
            self.skip_blanks();
            more = match self.peek() {
                None | Some(b'\n' | b'#') => self.value_below(column, column + 1)?,
                Some(_) if self.is_item() || self.key_ahead().is_some() => {
                    self.column = column + 1 + self.at - dash;
                    self.node(self.column, Some(column))?;
                    self.is_more()
                }
                Some(_) => self.value(column)?,
            };
        }
        if more && self.column > column {
            return None;
        }
        self.leave(Event::SequenceEnd, self.at..self.at)
    }

    fn mapping(&mut self, column: usize) -> Option<()> {
        self.enter(Event::MappingStart(StructureStyle::Block, 0, None), self.at)?;
        let mut more = true;
        while more && self.column == column && !self.is_item() && !self.is_document_start() {
            let end = self.key_ahead()?;
            self.key(end)?;
            self.at += 1;
            self.skip_blanks();
            more = match self.peek() {
                None | Some(b'\n' | b'#') => self.value_below(column, column)?,
                Some(_) => self.value(column)?,
            };
        }
        if more && self.column > column {
            return None;
        }
        self.leave(Event::MappingEnd, self.at..self.at)
    }

    /// A value that begins on a later line, in a column that is at least the given one for lists and above the
    /// parent's for the rest. Whether there is more text behind it.
    fn value_below(&mut self, parent: usize, least_of_list: usize) -> Option<bool> {
        self.end_of_line()?;
        if !self.next_line() {
            return None;
        }
        let least = if self.is_item() { least_of_list } else { parent + 1 };
        if self.column < least {
            return None;
        }
        self.node(self.column, Some(parent))?;
        Some(self.is_more())
    }

    /// A value on the line of its key or dash. Whether there is more text behind it.
    fn value(&mut self, parent: usize) -> Option<bool> {
        match self.peek()? {
            b'"' => self.double_quoted()?,
            b'\'' => self.single_quoted()?,
            b'[' | b'{' => self.flow()?,
            b'|' => {
                self.literal(parent)?;
                return Some(self.next_line());
            }
            _ => self.plain(false)?,
        }
        self.end_of_line()?;
        let more = self.next_line();
        // Deeper text would belong to this value, or be an error.
        (!more || self.column <= parent).then_some(more)
    }

    /// The byte behind a key, if the next token is one: plain and simple or quoted, with a colon behind it.
    fn key_ahead(&self) -> Option<usize> {
        let rest = &self.bytes[self.at..];
        let length = match rest.first()? {
            quote @ (b'"' | b'\'') => Quoted::of(rest, *quote)?.length,
            b'-' => return None,
            _ => rest.iter().position(|byte| !is_in_key(*byte))?,
        };
        let end = self.at + length;
        let is_key = length > 0
            && length <= LONGEST_KEY
            && self.bytes.get(end) == Some(&b':')
            && self.is_blank_or_end(end + 1);
        is_key.then_some(end)
    }

    fn key(&mut self, end: usize) -> Option<()> {
        match self.peek()? {
            b'"' => self.double_quoted(),
            b'\'' => self.single_quoted(),
            _ => self.scalar(end),
        }
    }

    /// A plain scalar up to this byte.
    fn scalar(&mut self, end: usize) -> Option<()> {
        let range = self.at..end;
        self.at = end;
        (self.take)(
            Event::Scalar(Cow::Borrowed(&self.text[range.clone()]), ScalarStyle::Plain, 0, None),
            range,
        )
    }

    /// A plain scalar up to a comment, the end of the line or, in a flow collection, the next indicator.
    fn plain(&mut self, in_flow: bool) -> Option<()> {
        let first = self.peek()?;
        if matches!(first, b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>')
            || matches!(first, b'\'' | b'"' | b'%' | b'@' | b'`' | b'?' | b':')
            || first == b'-' && (in_flow || self.is_blank_or_end(self.at + 1))
        {
            return None;
        }
        let mut end = self.at;
        loop {
            match self.bytes.get(end) {
                None | Some(b'\n') => break,
                Some(b',' | b'[' | b']' | b'{' | b'}') if in_flow => break,
                Some(b'#') if self.bytes[end - 1] == b' ' => break,
                Some(b':') if !self.is_inside_plain(end + 1, in_flow) => break,
                Some(_) => end += 1,
            }
        }
        // A key where none may be, in a flow collection perhaps one.
        if self.bytes.get(end) == Some(&b':') && !in_flow {
            return None;
        }
        let length = self.text[self.at..end].trim_end_matches(' ').len();
        self.scalar(self.at + length)
    }

    /// Whether a colon before this byte is a part of a plain scalar.
    fn is_inside_plain(&self, next: usize, in_flow: bool) -> bool {
        match self.bytes.get(next) {
            Some(byte) if in_flow => byte.is_ascii_alphanumeric() || *byte == b'/',
            _ => !self.is_blank_or_end(next),
        }
    }

    fn double_quoted(&mut self) -> Option<()> {
        let Quoted { length, is_literal } = Quoted::of(&self.bytes[self.at..], b'"')?;
        let inner = &self.text[self.at + 1..self.at + length - 1];
        let text = if is_literal { Cow::Borrowed(inner) } else { Cow::Owned(unescape(inner)?) };
        self.quoted(text, ScalarStyle::DoubleQuoted, length)
    }

    fn single_quoted(&mut self) -> Option<()> {
        let Quoted { length, is_literal } = Quoted::of(&self.bytes[self.at..], b'\'')?;
        let inner = &self.text[self.at + 1..self.at + length - 1];
        let text = if is_literal { Cow::Borrowed(inner) } else { Cow::Owned(inner.replace("''", "'")) };
        self.quoted(text, ScalarStyle::SingleQuoted, length)
    }

    fn quoted(&mut self, text: Cow<'a, str>, style: ScalarStyle, length: usize) -> Option<()> {
        let range = self.at..self.at + length;
        self.at = range.end;
        (self.take)(Event::Scalar(text, style, 0, None), range)
    }

    /// A flow collection that ends on its line.
    fn flow(&mut self) -> Option<()> {
        let is_list = self.peek() == Some(b'[');
        let (start, end, close) = if is_list {
            (Event::SequenceStart(StructureStyle::Flow, 0, None), Event::SequenceEnd, b']')
        } else {
            (Event::MappingStart(StructureStyle::Flow, 0, None), Event::MappingEnd, b'}')
        };
        self.enter(start, self.at)?;
        self.at += 1;
        self.skip_blanks();
        while self.peek()? != close {
            if !is_list {
                self.flow_key()?;
            }
            self.flow_value()?;
            self.skip_blanks();
            match self.peek()? {
                b',' => self.at += 1,
                byte if byte == close => break,
                _ => return None,
            }
            self.skip_blanks();
            if self.peek()? == close {
                return None;
            }
        }
        self.at += 1;
        self.leave(end, self.at - 1..self.at)
    }

    /// A key of a flow mapping, its colon and the blanks behind it.
    fn flow_key(&mut self) -> Option<()> {
        let start = self.at;
        // As in JSON, the value may follow a quoted key without a blank.
        let is_quoted = match self.peek()? {
            b'"' => self.double_quoted().map(|()| true),
            b'\'' => self.single_quoted().map(|()| true),
            _ => self.plain(true).map(|()| false),
        }?;
        let has_colon =
            self.peek() == Some(b':') && (is_quoted || self.bytes.get(self.at + 1) == Some(&b' '));
        (has_colon && self.at - start <= LONGEST_KEY).then_some(())?;
        self.at += 1;
        self.skip_blanks();
        Some(())
    }

    fn flow_value(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.double_quoted(),
            b'\'' => self.single_quoted(),
            b'[' | b'{' => self.flow(),
            _ => self.plain(true),
        }
    }

    /// A literal block, `|` with `-` or `+` or neither, whose first line is not blank.
    fn literal(&mut self, parent: usize) -> Option<()> {
        self.at += 1;
        let keep = match self.peek()? {
            sign @ (b'-' | b'+') => {
                self.at += 1;
                Some(sign == b'+')
            }
            _ => None,
        };
        self.end_of_line()?;
        let start = self.at;
        let indent = self.bytes[start..].iter().position(|byte| *byte != b' ')?;
        if indent <= parent || self.bytes[start + indent] == b'\n' {
            return None;
        }
        let mut content = String::new();
        let mut breaks = 0;
        while self.at < self.bytes.len() {
            let end = self.line_end(self.at);
            // The last line has no break: what that means for the text is left to the parser.
            if end == self.bytes.len() {
                return None;
            }
            let line = &self.text[self.at..end];
            let blanks = line.len() - line.trim_start_matches(' ').len();
            if blanks < indent && blanks < line.len() {
                break;
            }
            self.at = end + 1;
            if line.len() <= indent {
                breaks += 1;
                continue;
            }
            content.extend(std::iter::repeat_n('\n', breaks));
            content.push_str(&line[indent..]);
            breaks = 1;
        }
        match keep {
            Some(true) => content.extend(std::iter::repeat_n('\n', breaks)),
            Some(false) => {}
            None => content.push('\n'),
        }
        let range = start + indent..self.at;
        (self.take)(Event::Scalar(content.into(), ScalarStyle::Literal, 0, None), range)
    }
}

/// Whether a text has nothing that would need a second look: no control characters, and none that a reader cannot see.
fn is_ordinary(text: &str) -> bool {
    // Piece by piece and without a way out inside of a piece, which the machine does many bytes at a time.
    let is_plain_ascii =
        |piece: &[u8]| piece.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~' | b'\n'));
    text.as_bytes().chunks(256).all(is_plain_ascii)
        || text.chars().all(|character| character == '\n' || is_printable(character))
}

/// A byte of a plain key, wherever it stands; the rest is left to the parser.
fn is_in_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-')
}

/// A quoted scalar on one line.
struct Quoted {
    /// In bytes, both quotes included.
    length: usize,
    /// Whether nothing is escaped in it.
    is_literal: bool,
}

impl Quoted {
    /// The one that begins with the first byte, which is this quote.
    fn of(bytes: &[u8], quote: u8) -> Option<Self> {
        let mut at = 1;
        let mut is_literal = true;
        loop {
            let is_escape = match *bytes.get(at)? {
                b'\n' => return None,
                b'\\' => quote == b'"',
                byte if byte != quote => false,
                _ if quote == b'\'' && bytes.get(at + 1) == Some(&quote) => true,
                _ => return Some(Quoted { length: at + 1, is_literal }),
            };
            is_literal &= !is_escape;
            at += 1 + usize::from(is_escape);
        }
    }
}

/// The text that JSON's escapes stand for; none for all others.
fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = *rest.as_bytes().get(at + 1)?;
        rest = &rest[at + 2..];
        out.push(match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'u' => {
                let digits =
                    rest.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
                rest = &rest[4..];
                char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
            }
            _ => return None,
        });
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::super::Node;
    use super::super::read::{self, Problem};
    use super::super::tree::Dialect;

    /// Whether the scanner takes a text as a spec and as Go YAML; what it makes of it is what the parser makes of it.
    fn takes(text: &str) -> [bool; 2] {
        [Dialect::Strict, Dialect::Go].map(|dialect| {
            let Some(shortly) = read::shortly(text, 0, dialect) else { return false };
            let mut problems: Vec<Problem> = Vec::new();
            let (parsed, ended): (Vec<Node<'_>>, bool) = read::parsed(text, 0, dialect, &mut problems);
            assert!(ended && problems.is_empty(), "{problems:?}\n{text}");
            assert_eq!(shortly, parsed, "{text}");
            true
        })
    }

    /// Every YAML file below a folder.
    fn files(folder: &Path, visit: &mut dyn FnMut(&str)) {
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.unwrap();
            if entry.path().extension().is_some_and(|ending| ending == "yaml") {
                #[expect(clippy::disallowed_methods, reason = "a test reads its examples")]
                let bytes = std::fs::read(entry.path()).unwrap();
                visit(&String::from_utf8_lossy(&bytes));
            }
        }
    }

    #[test]
    fn it_takes_every_example_and_reads_it_as_the_parser_does() {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
        let (mut taken, mut all) = (0, 0);
        files(&golden, &mut |text| {
            all += 1;
            taken += usize::from(takes(text)[0]);
        });
        assert!(all > 500 && taken * 100 > all * 95, "{taken} of {all}");
    }

    #[test]
    fn nasty_strings_are_read_as_the_parser_does_in_every_position() {
        let nasty: Vec<String> =
            serde_json::from_str(include_str!("../../tests/data/nasty-strings.json")).unwrap();
        let mut taken = 0;
        for text in &nasty {
            let json = serde_json::to_string(text).unwrap();
            for written in [text.as_str(), &json] {
                for around in [
                    "@",
                    "a: @\n",
                    "@: a\n",
                    "- @\n",
                    "[@]\n",
                    "a: [b, @]\n",
                    "{@: a}\n",
                    "a: {@:b, c: [@,@]}\n",
                    "a: {b: @, c: 1}\n",
                    "- a: @\n",
                    "- - @\n",
                    "a:\n- @\nb: 1\n",
                    "a:\n  b: |\n    @\n  c: 1\n",
                    "a: @ # b\n",
                    "'@'",
                    "a: '@'\n",
                    "a: |-\n @\n",
                ] {
                    taken += usize::from(takes(&around.replace('@', written))[1]);
                }
            }
        }
        // Half of the texts are what the scanner is for: quoted ones above all.
        assert!(taken > 4_000, "{taken}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(2_000), ..ProptestConfig::default() })]
        #[test]
        fn what_it_takes_it_reads_as_the_parser_does(
            text in "([-?:,\\[\\]{}#&*!|>'\"%@` \n+]|a|b|é|: |- |, |\\\\n|\n  |\n- |\na: |\n  b: |[|]\n|yes|0644|1\\.5|~|<<|---\n|\\.\\.\\.\n|\t){0,24}"
        ) {
            takes(&text);
        }

        #[test]
        fn a_changed_example_is_read_as_the_parser_does(at in 0_usize..1200, cut in 0_usize..6, put in "[-:,\\[\\]{}#|>'\" \na+]{0,3}") {
            let Some(head) = EXAMPLE.get(..at.min(EXAMPLE.len())) else { return Ok(()) };
            let tail = EXAMPLE.get(head.len() + cut..).unwrap_or_default();
            takes(&format!("{head}{put}{tail}"));
        }
    }

    const EXAMPLE: &str = "\
# A site.
apiVersion: goldsmith.dev/v1alpha1
kind: Site
metadata:
  name: \"edge \\\"1\\\"\" # quoted
  labels: {region: eu-central, \"ring\": 'canary', nn: [1, [], {}]}
spec:
  list:
  - one
  - two: 2
    three:
      - - a
        - b: c
      -
        d: e
  indented:
    - 'it''s'
    - registry.example:5000/a:b # a port
  script: |
    #!/bin/sh
    if true; then

      echo \"a: b\" # c
    fi
  kept: |+
    a

  open: |-
    a
  \"quoted key\": null
  ratio: 1.5
last: true
";

    #[test]
    fn the_changed_example_is_in_the_subset() {
        assert_eq!(takes(EXAMPLE), [true, true]);
    }

    #[test]
    fn several_documents_are_read_one_after_the_other() {
        assert!(read::shortly("---\na: 1\n", 0, Dialect::Strict).is_some());
        assert!(read::shortly("a: 1\n---\nb: 1\n", 0, Dialect::Strict).is_none());
        assert_eq!(
            read::shortly("a: 1\n---\n- b\n", 0, Dialect::Go).map(|documents| documents.len()),
            Some(2)
        );
        assert_eq!(takes("a: 1\n---\n- b\n--- # c\n[d]\n"), [false, true]);
    }

    #[test]
    fn what_is_outside_of_the_subset_is_left_to_the_parser() {
        for text in [
            "a: &x 1\n",
            "a: *x\n",
            "a: !!str 1\n",
            "%YAML 1.2\n---\na: 1\n",
            "? a\n: b\n",
            "a: >\n  b\n",
            "a: b\n  c\n",
            "a:\n",
            "a: \"b\n  c\"\n",
            "a: [b,\n  c]\n",
            "a:\t1\n",
            "a: 1\r\n",
            "a: |2\n   b\n",
            "a: \u{FEFF}\n",
        ] {
            assert_eq!(takes(text), [false, false], "{text}");
        }
    }

    #[test]
    fn what_the_tree_has_a_word_about_is_left_to_the_parser() {
        assert_eq!(takes("a: yes\n"), [false, true]);
        assert_eq!(takes("a: 1\na: 2\n"), [false, false]);
    }
}
