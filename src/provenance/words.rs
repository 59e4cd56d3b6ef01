//! What a type wants, in a person's words instead of serde's.

use super::decode::Wants;

/// serde's name of what was expected, in our words, and what that is. What a type says of itself is passed through.
pub(super) fn expected(by_serde: &str) -> (String, Wants) {
    let (words, wants) = match by_serde {
        "a string" | "string" | "a borrowed string" | "str" => ("text", Wants::Text),
        "a character" => ("one character", Wants::Text),
        "a boolean" | "bool" => ("`true` or `false`", Wants::Boolean),
        "u8" => ("a whole number from 0 to 255", Wants::Number),
        "u16" => ("a whole number from 0 to 65535", Wants::Number),
        "u32" | "u64" | "usize" | "u128" => ("a whole number, 0 or more", Wants::Number),
        "i8" | "i16" | "i32" | "i64" | "isize" | "i128" => ("a whole number", Wants::Number),
        "f32" | "f64" => ("a number", Wants::Number),
        "a sequence" => ("a list", Wants::List),
        "a map" => ("a mapping", Wants::Else),
        "unit" => ("nothing", Wants::Else),
        "newtype variant" | "struct variant" | "tuple variant" => {
            ("a mapping with this word as its key", Wants::Else)
        }
        "unit variant" => ("the word alone, with nothing below it", Wants::Else),
        other if by_serde.starts_with("struct ") && !other.contains(" with ") => ("a mapping", Wants::Else),
        other => (other, Wants::Else),
    };
    (words.to_owned(), wants)
}

/// One of several words, or of several keys.
pub(super) fn one_of(variants: &[&str]) -> String {
    format!("one of {}", ticked(variants))
}

/// A mapping that chooses one of several alternatives.
pub(super) fn one_key_of(variants: &[&str]) -> String {
    format!("exactly one of {}", ticked(variants))
}

fn ticked(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
