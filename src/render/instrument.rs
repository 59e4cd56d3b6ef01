//! A template rewritten so that its output tells who wrote what.
//!
//! In: a template of [`super::language`]. Out: the same template with hooks at its tags and a private-use character
//! before the literal text of each line. The hooks are the functions that [`super::trace`](mod@super::trace) defines; the characters are
//! taken out again by [`super::marks`].

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::Context as _;

use super::language::{self, PieceKind};
use super::marks;
use super::trace::TemplatePlace;

/// A tag of the template, as its hook names it.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) place: TemplatePlace,
    /// Names that its expression looks up; for later branches also those of the earlier ones.
    pub(super) names: Vec<String>,
    /// Names that a loop defines.
    pub(super) targets: Vec<String>,
    /// Keys in the literal text of the branches or the loop that this tag ends.
    pub(super) keys: Vec<String>,
}

/// A template with hooks and marks.
#[derive(Debug)]
pub(super) struct Instrumented {
    pub(super) text: String,
    pub(super) sites: Vec<Site>,
    /// What the literal marks stand for.
    pub(super) literals: Vec<TemplatePlace>,
}

impl Instrumented {
    /// Rewrites a template. An error is a template outside of the language, or one too long for the marks.
    pub(super) fn of(name: &str, source: &str) -> anyhow::Result<Self> {
        let told = || format!("template `{name}` cannot be traced");
        let pieces = language::pieces(source).with_context(told)?;
        let instrumented = Instrumented { text: String::new(), sites: Vec::new(), literals: Vec::new() };
        let mut rewriting = Rewriting { name: name.into(), source, open: Vec::new(), out: instrumented };
        for piece in pieces {
            rewriting.piece(piece.at, &piece.kind).with_context(told)?;
        }
        Ok(rewriting.out)
    }
}

/// Branches or a loop that are not ended yet.
#[derive(Default)]
struct Open {
    at: usize,
    names: Vec<String>,
    keys: Vec<String>,
}

struct Rewriting<'t> {
    name: Arc<str>,
    source: &'t str,
    open: Vec<Open>,
    out: Instrumented,
}

impl Rewriting<'_> {
    fn piece(&mut self, at: usize, kind: &PieceKind<'_>) -> anyhow::Result<()> {
        match kind {
            PieceKind::Text(text) => self.literal(at, text)?,
            PieceKind::Print(name) => {
                let site = self.site(at, language::names(name), &[]);
                write!(self.out.text, "{{% do __print({site}) %}}{{{{ {name} }}}}")?;
            }
            PieceKind::If(condition) => {
                self.open.push(Open { at, ..Open::default() });
                self.branch(at, "if", condition)?;
            }
            PieceKind::Elif(condition) => self.branch(at, "elif", condition)?,
            PieceKind::Else => self.branch(at, "else", "")?,
            PieceKind::For { targets, over } => {
                let names = language::names(over);
                let site = self.site(at, names.clone(), targets);
                let (depth, targets) = (self.open.len(), targets.join(", "));
                write!(self.out.text, "{{% for {targets} in {over} %}}{{{{ __turn({depth}, {site}) }}}}")?;
                self.open.push(Open { at, names, keys: Vec::new() });
            }
            PieceKind::End { tag } => {
                let open = self.open.pop().context("a branch or loop is ended that was not begun")?;
                let site = self.site(open.at, open.names, &[]);
                self.out.sites[site].keys = open.keys;
                write!(self.out.text, "{{% {tag} %}}{{{{ __end({}, {site}) }}}}", self.open.len())?;
            }
        }
        Ok(())
    }

    fn branch(&mut self, at: usize, word: &str, condition: &str) -> anyhow::Result<()> {
        let depth = self.open.len().checked_sub(1).context("a branch stands outside of an `if`")?;
        let open = &mut self.open[depth];
        open.names.extend(language::names(condition));
        let names = open.names.clone();
        let site = self.site(at, names, &[]);
        write!(self.out.text, "{{% {word} {condition} %}}{{{{ __branch({depth}, {site}) }}}}")?;
        Ok(())
    }

    /// Text as it is, with a mark before the first letter of each line and of the text.
    fn literal(&mut self, at: usize, text: &str) -> anyhow::Result<()> {
        let mut offset = at;
        for line in text.split_inclusive('\n') {
            let blanks = line.len() - line.trim_start().len();
            let (indent, rest) = line.split_at(blanks);
            self.out.text.push_str(indent);
            if !rest.is_empty() {
                let place = self.place(offset + blanks);
                let mark = marks::literal(self.out.literals.len()).context("it has too many lines")?;
                self.out.literals.push(place);
                self.out.text.push(mark);
                self.out.text.push_str(rest);
            }
            let key = key_of(rest);
            self.open.iter_mut().for_each(|open| open.keys.extend(key.map(str::to_owned)));
            offset += line.len();
        }
        Ok(())
    }

    fn site(&mut self, at: usize, names: Vec<String>, targets: &[&str]) -> usize {
        let targets = targets.iter().map(|target| (*target).to_owned()).collect();
        self.out.sites.push(Site { place: self.place(at), names, targets, keys: Vec::new() });
        self.out.sites.len() - 1
    }

    fn place(&self, at: usize) -> TemplatePlace {
        let before = &self.source[..at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        TemplatePlace { template: Arc::clone(&self.name), line, column }
    }
}

/// The key that a line of literal text writes.
fn key_of(line: &str) -> Option<&str> {
    let mut line = line;
    while let Some(item) = line.strip_prefix("- ") {
        line = item.trim_start();
    }
    let (key, _) = line.split_once(": ").or_else(|| line.trim_end().rsplit_once(':'))?;
    let key = key.trim_matches('"');
    (!key.is_empty() && !key.contains(' ')).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_and_tag_is_marked() {
        let instrumented = Instrumented::of("t", "a: {{ b }}\n{% if c %}\nd: 1\n{% endif %}\n").unwrap();
        let expected = "\u{F0000}a: {% do __print(0) %}{{ b }}\n{% if c %}{{ __branch(0, 1) }}\n\u{F0001}d: 1\n\
            {% endif %}{{ __end(0, 2) }}\n";
        assert_eq!(instrumented.text, expected);
        let places: Vec<_> = instrumented.literals.iter().map(|place| (place.line, place.column)).collect();
        assert_eq!(places, [(1, 1), (3, 1)]);
        assert_eq!(instrumented.sites[2].keys, ["d"]);
    }

    #[test]
    fn a_later_branch_looks_up_what_the_earlier_ones_did() {
        let source = "{% if a %}\nb: 1\n{% elif c %}\nd: 1\n{% else %}\n- e: 1\n{% endif %}";
        let instrumented = Instrumented::of("t", source).unwrap();
        let names: Vec<_> = instrumented.sites.iter().map(|site| site.names.join(" ")).collect();
        assert_eq!(names, ["a", "a c", "a c", "a c"]);
        assert_eq!(instrumented.sites[3].keys, ["b", "d", "e"]);
    }
}
