//! One table: what each reader makes of an unquoted scalar. Reading and writing use it.
//!
//! In: the text of a scalar without quotes. Out: its meaning for specs ([`strict`]), its meaning for Go YAML, and so for
//! kubectl ([`go`]), or whether every YAML 1.1 and 1.2 reader takes it as text ([`is_text_everywhere`]). Only the shape
//! of the words counts here; what a `#` or a `: ` does to the line around them is the business of [`super::write`].

use super::Kind;
use super::read::{Fix, Purpose};

/// What a strict reader makes of an unquoted scalar.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// Text for all readers.
    Text,
    /// The same value for all readers.
    Value(Kind<'static>),
    /// Readers disagree.
    Ambiguous {
        /// What it looks like to some: `a boolean`.
        reads_as: &'static str,
        /// What the writer most likely meant; reading goes on with it. None is the text itself.
        likely: Option<Kind<'static>>,
        /// Replacements, most likely first.
        fixes: Vec<Fix>,
    },
}

/// Reads an unquoted scalar as specs are read: what readers disagree about is ambiguous.
pub fn strict(text: &str) -> Reading {
    match shape(text) {
        Shape::Text => Reading::Text,
        Shape::Null => Reading::Value(Kind::Null),
        Shape::Bool(value) => Reading::Value(Kind::Bool(value)),
        Shape::Switch { value, .. } => Reading::Ambiguous {
            reads_as: "a boolean",
            likely: Some(Kind::Bool(value)),
            fixes: vec![Fix { purpose: Purpose::Boolean, text: value.to_string() }, quoted(text)],
        },
        Shape::Merge => ambiguous_text(text, "a merge key"),
        Shape::Equals => ambiguous_text(text, "the default key of YAML 1.1"),
        Shape::NotFinite(_) => ambiguous_text(text, "a number that is not finite"),
        Shape::Based { .. } => other_notation(text, "a number in another base"),
        Shape::Number(number) => strict_number(text, number),
    }
}

/// Reads an unquoted scalar as Go YAML does on the way to JSON; None is text.
pub fn go(text: &str) -> Option<Kind<'static>> {
    match shape(text) {
        Shape::Null => Some(Kind::Null),
        Shape::Bool(value) | Shape::Switch { value, known_to_go: true } => Some(Kind::Bool(value)),
        Shape::NotFinite(value) => Some(Kind::Float(value)),
        Shape::Based { negative, radix, digits } => based_value(negative, radix, &digits),
        Shape::Number(number) => go_number(text, number),
        Shape::Text | Shape::Switch { .. } | Shape::Merge | Shape::Equals => None,
    }
}

/// Whether every reader takes the unquoted scalar as text. Errs on the side of quotes: whatever is put together from the
/// characters of numbers, times and dates alone counts as a value, `10Gi` and `5.0.0/x` do not.
pub fn is_text_everywhere(text: &str) -> bool {
    let Some(&first) = text.as_bytes().first() else { return false };
    let like_number = first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.' | b'_');
    if like_number && text.bytes().all(in_numbers_and_times) {
        return false;
    }
    let word = text.trim_start_matches(['+', '-', '.']);
    let is_value =
        word.len() <= LONGEST_WORD && VALUE_WORDS.iter().any(|value| word.eq_ignore_ascii_case(value));
    !is_value && !matches!(text, "~" | "<<" | "=")
}

/// The text in double quotes, on one line.
pub(super) fn quoted(text: &str) -> Fix {
    let mut out = String::with_capacity(text.len() + 2);
    super::write::quote(&mut out, text);
    Fix { purpose: Purpose::Text, text: out }
}

/// The words that some reader takes as something else than text, in any case, with any sign or dot before them.
const VALUE_WORDS: &[&str] = &["", "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];
const LONGEST_WORD: usize = 5;

/// What the writing of a scalar looks like, before any reader is asked.
#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Text,
    Null,
    /// `true` and `false`: booleans for all.
    Bool(bool),
    /// `yes`, `off`, `n`: booleans for YAML 1.1. Go knows them in three cases (`no`, `No`, `NO`), not in `nO`.
    Switch {
        value: bool,
        known_to_go: bool,
    },
    /// `<<`.
    Merge,
    /// `=`.
    Equals,
    /// `.inf`, `.nan`.
    NotFinite(f64),
    /// `0x1f`, `0o17`, `0b1`; digits without `_`.
    Based {
        negative: bool,
        radix: u32,
        digits: String,
    },
    Number(Number),
}

/// How a decimal number is written.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "five independent features of one notation")]
struct Number {
    /// `1_000`.
    underscores: bool,
    /// `0777`, `00.5`.
    leading_zero: bool,
    /// `1.5`, `.5`, `5.`.
    fraction: bool,
    /// `1e3`; readers agree about `1.0e+3`.
    exponent: Exponent,
    /// `-.5`, text for some.
    bare_fraction: bool,
    /// `+1`, `-1`.
    signed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Exponent {
    None,
    /// Behind a dot and with a sign: a number for all.
    Full,
    /// Anything less: text for YAML 1.1.
    Short,
}

fn shape(text: &str) -> Shape {
    match text.as_bytes().first() {
        None => Shape::Null,
        Some(first) if first.is_ascii_alphabetic() => word_shape(text),
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => number_shape(text),
        Some(_) => match text {
            "~" => Shape::Null,
            "<<" => Shape::Merge,
            "=" => Shape::Equals,
            _ => Shape::Text,
        },
    }
}

fn word_shape(text: &str) -> Shape {
    match text {
        "null" | "Null" | "NULL" => return Shape::Null,
        "true" | "True" | "TRUE" => return Shape::Bool(true),
        "false" | "False" | "FALSE" => return Shape::Bool(false),
        _ if text.len() > 3 => return Shape::Text,
        _ => {}
    }
    let value = match text.to_ascii_lowercase().as_str() {
        "y" | "yes" | "on" => true,
        "n" | "no" | "off" => false,
        _ => return Shape::Text,
    };
    let rest = &text[1..];
    let even = rest.bytes().all(|byte| byte.is_ascii_lowercase())
        || text.bytes().all(|byte| byte.is_ascii_uppercase());
    Shape::Switch { value, known_to_go: even }
}

fn number_shape(text: &str) -> Shape {
    let (sign, body) = split_sign(text);
    if matches!(body, ".inf" | ".Inf" | ".INF") {
        return Shape::NotFinite(if sign == Some('-') { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Shape::NotFinite(f64::NAN);
    }
    let digits = without_underscores(body);
    if let Some((radix, digits)) = split_radix(&digits) {
        return Shape::Based { negative: sign == Some('-'), radix, digits: digits.to_owned() };
    }
    match decimal(&digits) {
        Some(number) => {
            Shape::Number(Number { underscores: digits.len() < body.len(), signed: sign.is_some(), ..number })
        }
        None => Shape::Text,
    }
}

/// `digits`, `digits.`, `digits.digits`, `.digits`, each with or without an exponent.
fn decimal(body: &str) -> Option<Number> {
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let empty = whole.is_empty() && fraction.is_none_or(str::is_empty);
    if empty || !digits(whole) || !fraction.is_none_or(digits) {
        return None;
    }
    let exponent = match exponent.map(split_sign) {
        None => Exponent::None,
        Some((_, power)) if power.is_empty() || !digits(power) => return None,
        Some((Some(_), _)) if fraction.is_some() && !whole.is_empty() => Exponent::Full,
        Some(_) => Exponent::Short,
    };
    Some(Number {
        underscores: false,
        leading_zero: whole.len() > 1 && whole.starts_with('0'),
        fraction: fraction.is_some(),
        exponent,
        bare_fraction: whole.is_empty(),
        signed: false,
    })
}

fn strict_number(text: &str, number: Number) -> Reading {
    if number.underscores {
        return other_notation(text, "a number with `_`");
    }
    if number.leading_zero {
        return other_notation(text, "an octal number");
    }
    if number.exponent == Exponent::Short {
        return other_notation(text, "a number with an exponent");
    }
    if number.bare_fraction && number.signed {
        return other_notation(text, "a number");
    }
    let value = match go_number(text, number) {
        Some(Kind::Float(_)) if !number.fraction => {
            return ambiguous_text(text, "a number too large to keep");
        }
        // Go writes 1.0 as 1; here a number with a fraction stays one, so that it is refused where text is wanted.
        _ if number.fraction => text.parse().ok().filter(|value: &f64| value.is_finite()).map(Kind::Float),
        value => value,
    };
    value.map_or_else(|| ambiguous_text(text, "a number too large to keep"), Reading::Value)
}

/// A number whose notation readers disagree about; a plain decimal is offered where there is one.
fn other_notation(text: &str, reads_as: &'static str) -> Reading {
    let likely = go(text);
    let decimal = match &likely {
        Some(Kind::Int(value)) => Some(value.to_string()),
        Some(Kind::Unsigned(value)) => Some(value.to_string()),
        Some(Kind::Float(value)) if value.abs() < 1e15 => Some(value.to_string()),
        _ => None,
    };
    let decimal = decimal.map(|text| Fix { purpose: Purpose::Number, text });
    let fixes = std::iter::once(quoted(text)).chain(decimal).collect();
    Reading::Ambiguous { reads_as, likely, fixes }
}

fn ambiguous_text(text: &str, reads_as: &'static str) -> Reading {
    Reading::Ambiguous { reads_as, likely: None, fixes: vec![quoted(text)] }
}

/// Go tries a whole number first, octal where it starts with a zero, then a float, then gives up.
fn go_number(text: &str, number: Number) -> Option<Kind<'static>> {
    // A leading dot goes to a parser that knows no `_`.
    if number.underscores && text.starts_with('.') {
        return None;
    }
    let digits = without_underscores(text);
    if !number.fraction && number.exponent == Exponent::None {
        let (sign, body) = split_sign(&digits);
        if number.leading_zero && body.bytes().all(|byte| matches!(byte, b'0'..=b'7')) {
            return based_value(sign == Some('-'), 8, body);
        }
        if let Some(kind) = whole_value(&digits).filter(|_| !number.leading_zero) {
            return Some(kind);
        }
    }
    let value = digits.parse::<f64>().ok().filter(|value| value.is_finite())?;
    Some(as_json_number(value))
}

fn whole_value(digits: &str) -> Option<Kind<'static>> {
    let signed = digits.parse().map(Kind::Int).ok();
    signed.or_else(|| digits.parse().map(Kind::Unsigned).ok().filter(|_| !digits.starts_with('+')))
}

fn based_value(negative: bool, radix: u32, digits: &str) -> Option<Kind<'static>> {
    let value = i128::from_str_radix(digits, radix).ok()?;
    let value = if negative { -value } else { value };
    let signed = i64::try_from(value).map(Kind::Int).ok();
    signed.or_else(|| u64::try_from(value).map(Kind::Unsigned).ok())
}

/// JSON knows one kind of number, and Go writes a float without a fraction as a whole number, by the fewest digits that name it. The API
/// server takes what fits into 64 bits for such a number.
fn as_json_number(value: f64) -> Kind<'static> {
    value.to_string().parse().map_or(Kind::Float(value), Kind::Int)
}

fn split_sign(text: &str) -> (Option<char>, &str) {
    match text.strip_prefix(['+', '-']) {
        Some(body) => (text.chars().next(), body),
        None => (None, text),
    }
}

/// `0x1f` as 16 and `1f`.
fn split_radix(body: &str) -> Option<(u32, &str)> {
    let radix = match body.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => return None,
    };
    let digits = &body[2..];
    let valid = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    valid.then_some((radix, digits))
}

fn without_underscores(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('_') { text.replace('_', "").into() } else { text.into() }
}

fn in_numbers_and_times(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || b"xXoO_+-.:tTzZ ,".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INT: fn(i64) -> Option<Kind<'static>> = |value| Some(Kind::Int(value));

    /// (text, what a strict reader does, what Go reads)
    fn table() -> Vec<(&'static str, &'static str, Option<Kind<'static>>)> {
        let yes = Some(Kind::Bool(true));
        let no = Some(Kind::Bool(false));
        vec![
            ("yes", "a boolean", yes.clone()),
            ("on", "a boolean", yes.clone()),
            ("On", "a boolean", yes.clone()),
            ("y", "a boolean", yes.clone()),
            ("N", "a boolean", no.clone()),
            ("OFF", "a boolean", no.clone()),
            ("oFF", "a boolean", None),
            ("True", "value", yes),
            ("tRue", "text", None),
            ("~", "value", Some(Kind::Null)),
            ("null", "value", Some(Kind::Null)),
            ("", "value", Some(Kind::Null)),
            ("0777", "an octal number", INT(511)),
            ("-0777", "an octal number", INT(-511)),
            ("0o17", "a number in another base", INT(15)),
            ("0X1F", "a number in another base", INT(31)),
            ("-0x1f", "a number in another base", INT(-31)),
            ("0b101", "a number in another base", INT(5)),
            ("0x", "text", None),
            ("0x1G", "text", None),
            ("08", "an octal number", INT(8)),
            ("00", "an octal number", INT(0)),
            ("1e3", "a number with an exponent", INT(1000)),
            ("1.0e3", "a number with an exponent", INT(1000)),
            ("1.0e+3", "value", INT(1000)),
            ("1e1000", "a number with an exponent", None),
            ("1.10", "value", Some(Kind::Float(1.1))),
            ("1.0", "value", INT(1)),
            ("000133584280347126443", "an octal number", INT(133_584_280_347_126_450)),
            ("1.0e+18", "value", INT(1_000_000_000_000_000_000)),
            ("1.0e+19", "value", Some(Kind::Float(1e19))),
            ("5.", "value", INT(5)),
            (".5", "value", Some(Kind::Float(0.5))),
            ("-.5", "a number", Some(Kind::Float(-0.5))),
            ("1_000", "a number with `_`", INT(1000)),
            ("1_2.3_4", "a number with `_`", Some(Kind::Float(12.34))),
            ("1.2.3", "text", None),
            ("12:30:45", "text", None),
            ("22:22", "text", None),
            ("2001-12-14", "text", None),
            (".inf", "a number that is not finite", Some(Kind::Float(f64::INFINITY))),
            ("-.INF", "a number that is not finite", Some(Kind::Float(f64::NEG_INFINITY))),
            ("inf", "text", None),
            ("<<", "a merge key", None),
            ("=", "the default key of YAML 1.1", None),
            ("-1", "value", INT(-1)),
            ("+1", "value", INT(1)),
            ("-0", "value", INT(0)),
            ("9223372036854775808", "value", Some(Kind::Unsigned(9_223_372_036_854_775_808))),
            (
                "18446744073709551616",
                "a number too large to keep",
                Some(Kind::Float(18_446_744_073_709_551_616.0)),
            ),
            ("10Gi", "text", None),
            ("-", "text", None),
            ("..", "text", None),
            ("1e", "text", None),
            ("_1", "text", None),
        ]
    }

    fn strict_word(text: &str) -> &'static str {
        match strict(text) {
            Reading::Text => "text",
            Reading::Value(_) => "value",
            Reading::Ambiguous { reads_as, .. } => reads_as,
        }
    }

    #[test]
    fn each_unquoted_scalar_is_read_as_the_table_says() {
        for (text, strictly, by_go) in table() {
            assert_eq!(strict_word(text), strictly, "strict reading of `{text}`");
            assert_eq!(go(text), by_go, "Go reading of `{text}`");
        }
        assert!(matches!(go(".nan"), Some(Kind::Float(value)) if value.is_nan()));
    }

    #[test]
    fn what_is_text_everywhere_is_text_for_both_readers() {
        let nasty: Vec<String> =
            serde_json::from_str(include_str!("../../tests/data/nasty-strings.json")).unwrap();
        let mut texts = 0;
        for text in nasty.iter().filter(|text| is_text_everywhere(text)) {
            texts += 1;
            assert_eq!(strict(text), Reading::Text, "`{text}`");
            assert_eq!(go(text), None, "`{text}`");
        }
        assert!(texts > 50);
    }

    #[test]
    fn quantities_and_versions_with_letters_stay_plain() {
        for text in ["10Gi", "100m", "5.0.0/x", "v1.10", "fedora", "m6a.large"] {
            assert!(is_text_everywhere(text), "`{text}`");
        }
        for text in ["12:30:45", "22:22", "2001-12-14", "1.2.3", "0x1f", "1_000", "-.5", "+", "yes", "nO"] {
            assert!(!is_text_everywhere(text), "`{text}`");
        }
    }

    #[test]
    fn a_switch_word_is_most_likely_a_boolean() {
        let Reading::Ambiguous { likely, fixes, .. } = strict("yes") else { panic!("not ambiguous") };
        assert_eq!(likely, Some(Kind::Bool(true)));
        assert_eq!(fixes, [fix(Purpose::Boolean, "true"), fix(Purpose::Text, "\"yes\"")]);
    }

    #[test]
    fn an_octal_number_may_be_meant_as_text() {
        let Reading::Ambiguous { fixes, .. } = strict("0644") else { panic!("not ambiguous") };
        assert_eq!(fixes, [fix(Purpose::Text, "\"0644\""), fix(Purpose::Number, "420")]);
    }

    fn fix(purpose: Purpose, text: &str) -> Fix {
        Fix { purpose, text: text.to_owned() }
    }
}
