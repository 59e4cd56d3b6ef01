//! Fields of values as Go has them: what is not given is empty.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::rule::Refuse;
use super::syntax::{percent, port_name, port_number};
use crate::manifest::pointer::escape;
use crate::name::dns_subdomain;

/// A text, empty where it is not given.
pub(super) fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// A text, with a default for one that is not given or empty.
pub(super) fn text_or<'v>(value: &'v Value, field: &str, default: &'v str) -> &'v str {
    match text(value, field) {
        "" => default,
        text => text,
    }
}

/// An integer.
pub(super) fn number(value: &Value, field: &str) -> Option<i64> {
    value.get(field).and_then(Value::as_i64)
}

/// A boolean, false where it is not given.
pub(super) fn flag(value: &Value, field: &str) -> bool {
    value.get(field) == Some(&Value::Bool(true))
}

/// Whether a field is given, be it empty.
pub(super) fn has(value: &Value, field: &str) -> bool {
    value.get(field).is_some()
}

/// A part; null where it is not given, and all fields of null are empty.
pub(super) fn part<'v>(value: &'v Value, field: &str) -> &'v Value {
    value.get(field).unwrap_or(&Value::Null)
}

/// The items of a list.
pub(super) fn items<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value.get(field).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The texts of a list.
pub(super) fn texts<'v>(value: &'v Value, field: &str) -> impl Iterator<Item = &'v str> + Clone {
    items(value, field).iter().map(|item| item.as_str().unwrap_or_default())
}

/// The entries of a map.
pub(super) fn entries<'v>(value: &'v Value, field: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value.get(field).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// Holds each item of a list against a check.
pub(super) fn each(
    value: &Value,
    field: &str,
    refuse: &mut Refuse<'_>,
    check: impl Fn(&Value, &mut Refuse<'_>),
) {
    for (index, item) in items(value, field).iter().enumerate() {
        check(item, &mut |pointer, message| refuse(&format!("/{field}/{index}{pointer}"), message));
    }
}

/// Holds a part against a check, where it is given.
pub(super) fn inside(
    value: &Value,
    field: &str,
    refuse: &mut Refuse<'_>,
    check: impl Fn(&Value, &mut Refuse<'_>),
) {
    if let Some(part) = value.get(field) {
        check(part, &mut |pointer, message| refuse(&format!("/{field}{pointer}"), message));
    }
}

/// Holds each entry of a map against a check.
pub(super) fn each_entry(
    value: &Value,
    field: &str,
    refuse: &mut Refuse<'_>,
    check: impl Fn(&str, &Value) -> Result<(), String>,
) {
    for (key, entry) in entries(value, field) {
        if let Err(reason) = check(key, entry) {
            refuse(&format!("/{field}/{}", escape(key)), reason);
        }
    }
}

/// A text must be given.
pub(super) fn required(value: &Value, field: &str, refuse: &mut Refuse<'_>) {
    if text(value, field).is_empty() {
        refuse(&format!("/{field}"), "it must be given".to_owned());
    }
}

/// A text, where one is given, is one of these words.
pub(super) fn one_of(value: &Value, field: &str, words: &[&str], refuse: &mut Refuse<'_>) {
    let text = text(value, field);
    if !text.is_empty() && !words.contains(&text) {
        refuse(&format!("/{field}"), not_one_of(words));
    }
}

/// A word, be it empty, where one is given.
pub(super) fn given_word(value: &Value, field: &str, words: &[&str], refuse: &mut Refuse<'_>) {
    if has(value, field) && !words.contains(&text(value, field)) {
        refuse(&format!("/{field}"), not_one_of(words));
    }
}

/// A DNS subdomain, where a text is given, be it empty.
pub(super) fn given_subdomain(value: &Value, field: &str, refuse: &mut Refuse<'_>) {
    if has(value, field)
        && let Err(reason) = dns_subdomain(text(value, field))
    {
        refuse(&format!("/{field}"), reason);
    }
}

/// A number of a port, or a name.
pub(super) fn port_number_or_name(port: &Value, refuse: &mut Refuse<'_>) {
    let verdict = match port {
        Value::String(name) => port_name(name),
        number => port_number(number.as_i64().unwrap_or(0)),
    };
    if let Err(reason) = verdict {
        refuse("", reason);
    }
}

/// A number that is not negative, or a percentage.
pub(super) fn number_or_percent(value: &Value, field: &str, most: u64, refuse: &mut Refuse<'_>) {
    let reason = match value.get(field) {
        Some(Value::String(text)) if percent(text).is_none() => {
            "it must be a number or a percentage, as in `25%`".to_owned()
        }
        Some(Value::String(text)) if percent(text) > Some(most) => {
            format!("it must not be more than {most}%")
        }
        Some(Value::Number(number)) if number.as_i64() < Some(0) => "it must not be negative".to_owned(),
        _ => return,
    };
    refuse(&format!("/{field}"), reason);
}

/// ``it must be `a` or `b` ``.
pub(super) fn not_one_of(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, [])) => format!("it must be {last}"),
        Some((last, others)) => format!("it must be {} or {last}", others.join(", ")),
        None => "it must not be given".to_owned(),
    }
}

/// A text, where one is given, passes a check.
pub(super) fn reads_as(
    value: &Value,
    field: &str,
    check: impl Fn(&str) -> Result<(), String>,
    refuse: &mut Refuse<'_>,
) {
    let text = text(value, field);
    if !text.is_empty()
        && let Err(reason) = check(text)
    {
        refuse(&format!("/{field}"), reason);
    }
}

/// Each text of a list passes a check.
pub(super) fn each_reads_as(
    value: &Value,
    field: &str,
    check: impl Fn(&str) -> Result<(), String>,
    refuse: &mut Refuse<'_>,
) {
    for (index, text) in texts(value, field).enumerate() {
        if let Err(reason) = check(text) {
            refuse(&format!("/{field}/{index}"), reason);
        }
    }
}

/// An integer, where one is given, lies between these.
pub(super) fn between(value: &Value, field: &str, least: i64, most: i64, refuse: &mut Refuse<'_>) {
    if number(value, field).is_some_and(|number| number < least || number > most) {
        let reason = match most {
            i64::MAX => format!("it must be at least {least}"),
            _ => format!("it must lie between {least} and {most}"),
        };
        refuse(&format!("/{field}"), reason);
    }
}

/// An integer, where one is given, is not negative.
pub(super) fn not_negative(value: &Value, field: &str, refuse: &mut Refuse<'_>) {
    between(value, field, 0, i64::MAX, refuse);
}

/// No two items of a list share what a function makes of them; None shares with nobody.
pub(super) fn unique<K: Ord>(
    value: &Value,
    field: &str,
    at: &str,
    refuse: &mut Refuse<'_>,
    key: impl Fn(&Value) -> Option<K>,
) {
    let mut seen = BTreeSet::new();
    for (index, item) in items(value, field).iter().enumerate() {
        if key(item).is_some_and(|key| !seen.insert(key)) {
            refuse(&format!("/{field}/{index}{at}"), "it is there twice".to_owned());
        }
    }
}

/// A text that is not empty, as a key of [`unique`].
pub(super) fn own_text(value: &Value, field: &str) -> Option<String> {
    Some(text(value, field)).filter(|text| !text.is_empty()).map(str::to_owned)
}
