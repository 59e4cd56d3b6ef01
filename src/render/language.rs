//! What of Jinja a template may use, and nothing else: names that are printed, branches, loops, comments.
//!
//! In: a template's text. Out: its pieces, or the first thing that the rules in `templates/README.md` forbid. So small
//! a language is what makes every printed value traceable to one value of the context.

use std::fmt;

/// A piece of a template.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'t> {
    /// Its first byte in the template.
    pub(super) at: usize,
    pub(super) kind: PieceKind<'t>,
}

/// The kinds of piece. Comments are left out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PieceKind<'t> {
    /// Text that stands in the output as it is.
    Text(&'t str),
    /// `{{ name }}`
    Print(&'t str),
    /// `{% if condition %}`
    If(&'t str),
    /// `{% elif condition %}`
    Elif(&'t str),
    /// `{% else %}`
    Else,
    /// `{% for targets in over %}`; `over` keeps its `|items`.
    For { targets: Vec<&'t str>, over: &'t str },
    /// `{% endif %}`, `{% endfor %}`; `tag` is the word.
    End { tag: &'t str },
}

/// A rule that a template breaks.
#[derive(Debug, PartialEq, Eq)]
pub struct Violation {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to do instead.
    pub what: &'static str,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for Violation {}

/// Checks a template against the rules of the language.
pub fn check(source: &str) -> Result<(), Violation> {
    pieces(source).map(|_| ())
}

/// Cuts a template into its pieces.
pub(super) fn pieces(source: &str) -> Result<Vec<Piece<'_>>, Violation> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(tag) = next_tag(source, at)? {
        pieces.extend(text(source, at, tag.start));
        let kind = tag.read(source).map_err(|what| violation(source, tag.start, what))?;
        pieces.extend(kind.map(|kind| Piece { at: tag.start, kind }));
        at = tag.end;
    }
    pieces.extend(text(source, at, source.len()));
    Ok(pieces)
}

/// The names that an expression looks up: the first word of each dotted name, keywords included, texts not.
pub(super) fn names(expression: &str) -> Vec<String> {
    let bare = without_texts(expression);
    let words = bare.split(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.')));
    let heads = words.filter_map(|word| word.split('.').next()).filter(|head| !head.is_empty());
    heads.map(str::to_owned).collect()
}

fn violation(source: &str, at: usize, what: &'static str) -> Violation {
    let line = source[..at].matches('\n').count() + 1;
    Violation { line, what }
}

fn text(source: &str, from: usize, to: usize) -> Option<Piece<'_>> {
    let kind = PieceKind::Text(&source[from..to]);
    (from < to).then_some(Piece { at: from, kind })
}

/// A tag's place, delimiters included.
struct Tag {
    start: usize,
    end: usize,
    sort: Sort,
}

#[derive(Clone, Copy)]
enum Sort {
    Print,
    Statement,
    Comment,
}

fn next_tag(source: &str, from: usize) -> Result<Option<Tag>, Violation> {
    let open = [("{{", Sort::Print), ("{%", Sort::Statement), ("{#", Sort::Comment)];
    let found = open.into_iter().filter_map(|(mark, sort)| Some((from + source[from..].find(mark)?, sort)));
    let Some((start, sort)) = found.min_by_key(|(start, _)| *start) else {
        return Ok(None);
    };
    let end =
        tag_end(source, start + 2, sort).ok_or_else(|| violation(source, start, "this tag is not closed"))?;
    Ok(Some(Tag { start, end, sort }))
}

/// The first byte behind a tag. Quoted texts may hold what looks like an end.
fn tag_end(source: &str, from: usize, sort: Sort) -> Option<usize> {
    let close = match sort {
        Sort::Print => "}}",
        Sort::Statement => "%}",
        Sort::Comment => return source[from..].find("#}").map(|end| from + end + 2),
    };
    without_texts(&source[from..]).find(close).map(|end| from + end + 2)
}

/// The same expression, of the same length, with every byte of a quoted text a blank.
fn without_texts(expression: &str) -> String {
    let mut quote = None;
    let mut blank = |letter: char| match quote {
        Some(open) => {
            quote = (letter != open).then_some(open);
            true
        }
        None if matches!(letter, '"' | '\'') => {
            quote = Some(letter);
            true
        }
        None => false,
    };
    let mut out = String::with_capacity(expression.len());
    for letter in expression.chars() {
        if blank(letter) {
            out.extend(std::iter::repeat_n(' ', letter.len_utf8()));
        } else {
            out.push(letter);
        }
    }
    out
}

type Read<'t> = Result<Option<PieceKind<'t>>, &'static str>;

impl Tag {
    fn read<'t>(&self, source: &'t str) -> Read<'t> {
        let body = &source[self.start + 2..self.end - 2];
        if body.starts_with(['-', '+']) || body.ends_with(['-', '+']) {
            return Err("white space control is not needed: the output is read and printed anew");
        }
        let body = body.trim();
        match self.sort {
            Sort::Comment => self.alone(source).map(|()| None),
            Sort::Statement => self.alone(source).and_then(|()| statement(body)).map(Some),
            Sort::Print => self.whole_scalar(source).and_then(|()| print(body)).map(Some),
        }
    }

    /// The rest of the line on both sides of the tag.
    fn around<'t>(&self, source: &'t str) -> (&'t str, &'t str) {
        let before = source[..self.start].rsplit('\n').next().unwrap_or_default();
        (before, source[self.end..].split('\n').next().unwrap_or_default())
    }

    fn alone(&self, source: &str) -> Result<(), &'static str> {
        let (before, after) = self.around(source);
        let alone = before.trim().is_empty() && after.trim().is_empty();
        alone.then_some(()).ok_or("statements and comments stand alone on their lines")
    }

    fn whole_scalar(&self, source: &str) -> Result<(), &'static str> {
        let (before, after) = self.around(source);
        let in_flow = before.matches(['[', '{']).count() > before.matches([']', '}']).count();
        let opens = before.trim().is_empty()
            || before.ends_with(": ")
            || before.ends_with("- ")
            || in_flow && before.ends_with(['[', '{'])
            || in_flow && before.ends_with(", ");
        if !opens {
            return Err("before `{{` only blanks, `: ` or `- `: it prints a whole scalar, quotes included");
        }
        let closes =
            after.is_empty() || after == ":" || after.starts_with(": ") || after.starts_with([',', ']', '}']);
        closes.then_some(()).ok_or("behind `}}` only the end of the line, `:`, `,`, `]` or `}`")
    }
}

fn print(body: &str) -> Result<PieceKind<'_>, &'static str> {
    let plain = is_name(body).then_some(PieceKind::Print(body));
    plain.ok_or("`{{ }}` prints a name of the context; compute the value in Rust")
}

fn statement(body: &str) -> Result<PieceKind<'_>, &'static str> {
    let (word, rest) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
    match word {
        "if" => condition(rest.trim()).map(PieceKind::If),
        "elif" => condition(rest.trim()).map(PieceKind::Elif),
        "else" => Ok(PieceKind::Else),
        "endif" | "endfor" => Ok(PieceKind::End { tag: word }),
        "for" => each(rest),
        _ => Err("only `if`, `elif`, `else`, `for` and their ends are statements of a template"),
    }
}

fn condition(text: &str) -> Result<&str, &'static str> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || " _.()=!<>".contains(letter);
    let plain = without_texts(text).chars().all(allowed);
    plain.then_some(text).ok_or("conditions compare names and texts; compute anything else in Rust")
}

fn each(rest: &str) -> Result<PieceKind<'_>, &'static str> {
    const SHAPE: &str = "loops are `for item in list` or `for key, value in map|items`";
    let (targets, over) = rest.split_once(" in ").ok_or(SHAPE)?;
    let targets: Vec<&str> = targets.split(',').map(str::trim).collect();
    let over = over.trim();
    let list = over.strip_suffix("|items");
    let pairs = if list.is_some() { 2 } else { 1 };
    let fits =
        targets.len() == pairs && is_name(list.unwrap_or(over)) && targets.iter().all(|name| is_name(name));
    fits.then_some(PieceKind::For { targets, over }).ok_or(SHAPE)
}

/// A name, dotted or not.
fn is_name(text: &str) -> bool {
    let word = |part: &str| {
        let letters = part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        letters && part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
    };
    text.split('.').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(source: &str) -> &'static str {
        check(source).unwrap_err().what
    }

    #[test]
    fn a_template_falls_into_pieces_without_its_comments() {
        let source = "{# why #}\na: {{ b.c }}\n{% for k, v in m|items %}\n{% endfor %}";
        let kinds: Vec<_> = pieces(source).unwrap().into_iter().map(|piece| piece.kind).collect();
        let expected = [
            PieceKind::Text("\na: "),
            PieceKind::Print("b.c"),
            PieceKind::Text("\n"),
            PieceKind::For { targets: vec!["k", "v"], over: "m|items" },
            PieceKind::Text("\n"),
            PieceKind::End { tag: "endfor" },
        ];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn values_stand_wherever_yaml_has_a_whole_scalar() {
        for source in
            ["{{ a }}: {{ b }}\n", "- {{ a }}\n", "a: [{{ b }}, {{ c }}]\n", "a: {b: {{ c }}, {{ d }}: 1}\n"]
        {
            assert_eq!(check(source), Ok(()), "{source}");
        }
    }

    #[test]
    fn a_value_inside_a_text_is_refused() {
        for source in ["a: pre-{{ b }}", "a: \"{{ b }}\"", "a: x, {{ b }}", "a:{{ b }}"] {
            assert!(refused(source).starts_with("before"), "{source}");
        }
        for source in ["a: {{ b }}-x", "a: {{ b }}:x", "a: {{ b }} # why"] {
            assert!(refused(source).starts_with("behind"), "{source}");
        }
    }

    #[test]
    fn computing_is_refused() {
        for source in
            ["a: {{ b|safe }}", "a: {{ b|default(1) }}", "a: {{ b ~ c }}", "a: {{ b[0] }}", "a: {{ f() }}"]
        {
            assert!(refused(source).starts_with("`{{ }}` prints"), "{source}");
        }
        assert!(refused("{% if a|length > 1 %}\n{% endif %}").starts_with("conditions"));
    }

    #[test]
    fn other_statements_are_refused() {
        for source in ["{% set a = 1 %}", "{% include 'a' %}", "{% macro m() %}", "{% with %}", "{% raw %}"] {
            assert!(refused(source).starts_with("only `if`"), "{source}");
        }
        for source in [
            "{% for a in b if a %}",
            "{% for a, b in c %}",
            "{% for a in b|items %}",
            "{% for a in b|sort %}",
        ] {
            assert!(refused(source).starts_with("loops are"), "{source}");
        }
        assert!(refused("a: {% if b %}").starts_with("statements"));
        assert!(refused("{%- if b %}").starts_with("white space"));
    }

    #[test]
    fn a_violation_names_its_line() {
        assert_eq!(check("a: 1\nb: {{ c").unwrap_err().to_string(), "line 2: this tag is not closed");
    }

    #[test]
    fn an_end_inside_a_text_does_not_end_the_tag() {
        let source = "{% if a == \"%}\" %}\nb: 1\n{% endif %}";
        assert_eq!(pieces(source).unwrap()[0].kind, PieceKind::If("a == \"%}\""));
    }

    #[test]
    fn names_are_the_heads_of_dotted_names() {
        assert_eq!(names("a.b == \"c.d\" and not e"), ["a", "and", "not", "e"]);
    }

    /// The language has no macros, so the spec of a DataImportCron stands in each template that carries one.
    #[test]
    fn the_spec_of_a_data_import_cron_is_the_same_in_all_templates() {
        let engine = crate::render::Engine::new();
        let templates = engine.templates();
        let specs: Vec<(&str, Vec<String>)> =
            templates.iter().filter_map(|(name, text)| Some((*name, cron_spec(text)?))).collect();
        let names: Vec<&str> = specs.iter().map(|(name, _)| *name).collect();
        assert_eq!(
            names,
            ["data-import-cron", "hyperconverged-v1", "hyperconverged-v1beta1", "ssp"]
                .map(|name| format!("golden-images/{name}.yaml.j2"))
        );
        let (_, first) = &specs[0];
        assert!(first.len() > 30 && first.iter().any(|line| line.trim() == "storage: {}"), "{first:#?}");
        for (name, spec) in &specs {
            assert_eq!(spec, first, "{name}");
        }
    }

    /// The lines from `schedule` on that are indented as it is or deeper, without that indentation.
    fn cron_spec(template: &str) -> Option<Vec<String>> {
        let mut lines =
            template.lines().skip_while(|line| !line.trim_start().starts_with("schedule: {{ cron."));
        let first = lines.next()?;
        let indentation = &first[..first.len() - first.trim_start().len()];
        let rest = lines.map_while(|line| line.strip_prefix(indentation));
        Some(std::iter::once(first.trim_start()).chain(rest).map(str::to_owned).collect())
    }
}
