//! What the YAML reader and the decoder complain about, as findings: the reason and, where it is known, the edit.

use super::{Diagnostic, Help, Rule, rules, words};
use crate::provenance::decode::{Cause, Mismatch, Wants};
use crate::provenance::{Place, Sources};
use crate::yaml::read::{Fix, Problem, Purpose};

/// A problem of a text as a finding.
pub fn from_yaml(problem: &Problem, sources: &Sources) -> Diagnostic {
    match problem {
        Problem::Syntax { loc, text } => {
            Diagnostic::new(&rules::SYNTAX, format!("this is not YAML: {}", reason(text)))
                .at(sources.place(*loc), "reading ended here")
                .note("nothing behind this place was looked at")
        }
        Problem::Duplicate { key, first, second } => {
            Diagnostic::new(&rules::DUPLICATE_KEY, format!("{} is given twice", words::quoted(key)))
                .at(sources.place(*second), "again here")
                .with(sources.place(*first), "first here")
                .help("keep one of the two")
        }
        Problem::Ambiguous { loc, text, reads_as, fixes } => {
            ambiguous(text, reads_as, fixes, sources.place(*loc).as_ref())
        }
        Problem::Refused { loc, what, instead } => {
            refused(&rules::REFUSED_CONSTRUCT, what, instead, sources.place(*loc))
        }
        Problem::Beyond { loc, what, instead } => {
            refused(&rules::BEYOND_LIMITS, what, instead, sources.place(*loc))
        }
    }
}

/// A value that does not fit its type as a finding.
///
/// A type's own words ([`Cause::Other`]) may name their rule ([`Rule::words`]); else they are about a value out of
/// bounds. Their first line is the title, each further line a way out.
pub fn from_mismatch(mismatch: &Mismatch, sources: &Sources) -> Diagnostic {
    let place = sources.place(mismatch.loc);
    let path = below_spec(&mismatch.path);
    match &mismatch.cause {
        Cause::UnknownField { field, expected, similar } => {
            let title = format!("unknown field {}", words::quoted(field));
            let label = not_a_field(path, field);
            let finding = Diagnostic::new(&rules::UNKNOWN_FIELD, title).at(place.clone(), label);
            instead(finding, "field", expected, *similar, place)
        }
        Cause::UnknownVariant { variant, expected, similar } => {
            let title = format!("unknown word {}", words::quoted(variant));
            let label = format!("not a word that {} takes", subject(path));
            let finding = Diagnostic::new(&rules::UNKNOWN_WORD, title).at(place.clone(), label);
            instead(finding, "word", expected, *similar, place)
        }
        Cause::Type { found, expected, wants } => {
            let label = if found.is_empty() { String::new() } else { format!("this is {found}") };
            let title = format!("{} must be {expected}", subject(path));
            let finding = Diagnostic::new(&rules::WRONG_TYPE, title).at(place.clone(), label);
            retyped(finding, *wants, place)
        }
        Cause::Missing(field) => missing(path, field, place),
        Cause::Other(text) => in_own_words(text, path, place),
    }
}

/// One finding of two about the same scalar: `010` is unclear, and a number where text is wanted. What the field wants
/// tells which reading was meant, or that neither was.
pub fn from_both(unclear: Diagnostic, mismatch: Diagnostic) -> Diagnostic {
    let quotes = mismatch.help.iter().any(|help| matches!(help, Help::Edit { title, .. } if title == QUOTE));
    if quotes { Diagnostic { help: mismatch.help, ..unclear } } else { mismatch }
}

/// What the parser says, in the words of who writes YAML by hand.
fn reason(text: &str) -> &str {
    match text {
        "invalid indentation in multiline quoted scalar" => {
            "a text that begins with a quote goes on here; its closing quote is missing"
        }
        other => other,
    }
}

/// Paths are shown as `explain` takes them, from below `spec`.
fn below_spec(path: &str) -> &str {
    path.strip_prefix("spec.").unwrap_or(path)
}

fn refused(rule: &'static Rule, what: &str, instead: &str, place: Option<Place>) -> Diagnostic {
    Diagnostic::new(rule, format!("{what} cannot be used here")).at(place, what).help(instead)
}

fn ambiguous(text: &str, reads_as: &str, fixes: &[Fix], place: Option<&Place>) -> Diagnostic {
    let title = format!("{} means different things to different readers", words::quoted(text));
    let label = format!("some readers see {reads_as} here");
    let finding = Diagnostic::new(&rules::AMBIGUOUS_SCALAR, title).at(place.cloned(), label);
    fixes.iter().fold(finding, |finding, fix| {
        let purpose = match fix.purpose {
            Purpose::Boolean => "for the boolean, write",
            Purpose::Number => "for the number, write",
            Purpose::Text => QUOTE,
        };
        finding.edit(purpose, place.cloned(), &fix.text)
    })
}

/// The way out where text lost its quotes.
const QUOTE: &str = "for the text, quote it";

fn not_a_field(path: &str, field: &str) -> String {
    let parent = path.strip_suffix(field).and_then(|parent| parent.strip_suffix('.'));
    parent.map_or("not a field here".to_owned(), |parent| format!("not a field of {}", words::quoted(parent)))
}

/// What a sentence is about: the field, or the whole file.
fn subject(path: &str) -> String {
    if path.is_empty() { "this file".to_owned() } else { words::quoted(path) }
}

/// Offers the similar word as an edit, or else tells all there are.
fn instead(
    finding: Diagnostic,
    noun: &str,
    expected: &[&str],
    similar: Option<&str>,
    place: Option<Place>,
) -> Diagnostic {
    match (similar, expected) {
        (Some(word), _) => finding.edit(format!("a similar {noun} is `{word}`"), place, word),
        (None, []) => finding.note(format!("there is no {noun} to be given here")),
        (None, [only]) => finding.note(format!("the only {noun} here is `{only}`")),
        (None, _) => finding.note(format!("the {noun}s here are {}", words::all_of(expected))),
    }
}

/// A number or boolean where text is wanted most likely lost its quotes, and the other way round.
fn retyped(finding: Diagnostic, wants: Wants, place: Option<Place>) -> Diagnostic {
    let Some(written) = place.as_ref().and_then(Place::text) else { return finding };
    let unquoted = written.trim_matches('"');
    let edit = match wants {
        Wants::Text if is_word(written) => Some((QUOTE, format!("\"{written}\""))),
        Wants::List if is_word(written) => Some(("for a list of one, write", format!("[{written}]"))),
        Wants::Boolean if unquoted != written && matches!(unquoted, "true" | "false") => {
            Some(("without quotes it is one", unquoted.to_owned()))
        }
        Wants::Number if unquoted != written && is_number(unquoted) => {
            Some(("without quotes it is one", unquoted.to_owned()))
        }
        _ => None,
    };
    match edit {
        Some((purpose, text)) => finding.edit(purpose, place, text),
        None => finding,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// One word without quotes: a number, a boolean, a date.
fn is_word(scalar: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+-._:".contains(c);
    !scalar.is_empty() && scalar != "-" && scalar.chars().all(is_part)
}

fn missing(path: &str, field: &str, place: Option<Place>) -> Diagnostic {
    Diagnostic::new(&rules::MISSING_FIELD, format!("{} is missing", words::quoted(field)))
        .at(place, format!("{} needs it", subject(path)))
}

fn in_own_words(text: &str, path: &str, place: Option<Place>) -> Diagnostic {
    let rule_of = |code: &str| rules::RULES.iter().copied().find(|rule| rule.code == code);
    let named = text.split_once(": ").and_then(|(code, rest)| Some((rule_of(code)?, rest)));
    let (rule, text) = named.unwrap_or((&rules::VALUE_OUT_OF_BOUNDS, text));
    let mut lines = text.lines();
    let title = lines.next().unwrap_or_default();
    let label = match place.as_ref().and_then(Place::text).and_then(|text| path.strip_suffix(text)) {
        Some(around) => format!("a name in {}", subject(around.trim_end_matches(['.', '[', '"']))),
        None => format!("the value of {}", subject(path)),
    };
    let finding = Diagnostic::new(rule, title).at(place, label);
    lines.fold(finding, Diagnostic::help)
}
