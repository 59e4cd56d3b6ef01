//! The canonical printed form: fixed key order, block literals, lists at the parent's indent, no folding, and every
//! text quoted that YAML 1.1 or 1.2 would read as something else.
//!
//! In: a `serde_json::Value`. Out: its one printed form; the same value always gives the same bytes, and what is read
//! back, strictly or as Go YAML does, is the same value.

use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

use super::scalar::is_text_everywhere;

/// Puts the keys of a manifest into their fixed order: `apiVersion`, `kind`, `metadata`, `spec`, the rest as it is;
/// in `metadata`: `name`, `namespace`, `labels`, `annotations`, the rest; labels and annotations sorted.
pub fn order(manifest: &mut Value) {
    let Value::Object(root) = manifest else { return };
    bring_forward(root, &["apiVersion", "kind", "metadata", "spec"]);
    let Some(Value::Object(metadata)) = root.get_mut("metadata") else { return };
    bring_forward(metadata, &["name", "namespace", "labels", "annotations"]);
    for field in ["labels", "annotations"] {
        if let Some(Value::Object(entries)) = metadata.get_mut(field) {
            entries.sort_keys();
        }
    }
}

/// Appends the canonical text of a value, final line break included.
pub fn canonical(out: &mut String, value: &Value) {
    match value {
        // A block at the root has no parent to be indented against.
        Value::String(value) => text(out, value),
        _ => return node(out, value, 0),
    }
    out.push('\n');
}

/// Appends a text in double quotes, with everything escaped that a reviewer could not see.
pub(super) fn quote(out: &mut String, text: &str) {
    out.push('"');
    let mut done = 0;
    for (at, character) in text.char_indices() {
        let escape = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\t' => "\\t",
            '\r' => "\\r",
            _ if is_printable(character) => continue,
            _ => "",
        };
        out.push_str(&text[done..at]);
        out.push_str(escape);
        if escape.is_empty() {
            push_code_point(out, character);
        }
        done = at + character.len_utf8();
    }
    out.push_str(&text[done..]);
    out.push('"');
}

fn bring_forward(entries: &mut Map<String, Value>, first: &[&str]) {
    let rank = |key: &String| first.iter().position(|known| known == key).unwrap_or(first.len());
    if !entries.keys().is_sorted_by_key(rank) {
        let mut all: Vec<_> = std::mem::take(entries).into_iter().collect();
        all.sort_by_key(|(key, _)| rank(key));
        entries.extend(all);
    }
}

/// Writes a value whose first line starts where the text ends now; all other lines start at the indent.
fn node(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(entries) if !entries.is_empty() => mapping(out, entries, indent),
        Value::Array(items) if !items.is_empty() => list(out, items, indent),
        _ => {
            scalar(out, value, indent);
            out.push('\n');
        }
    }
}

fn mapping(out: &mut String, entries: &Map<String, Value>, indent: usize) {
    for (at, (key, value)) in entries.iter().enumerate() {
        if at > 0 {
            pad(out, indent);
        }
        text(out, key);
        out.push(':');
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                start_line(out, indent + 2);
                mapping(out, inner, indent + 2);
            }
            Value::Array(items) if !items.is_empty() => {
                start_line(out, indent);
                list(out, items, indent);
            }
            _ => {
                out.push(' ');
                scalar(out, value, indent + 2);
                out.push('\n');
            }
        }
    }
}

fn list(out: &mut String, items: &[Value], indent: usize) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            pad(out, indent);
        }
        out.push_str("- ");
        node(out, item, indent + 2);
    }
}

fn scalar(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(value) => number(out, value),
        Value::String(value) if is_block(value) => block(out, value, indent),
        Value::String(value) => text(out, value),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// Whole numbers as they are; others with a dot and a signed exponent, the one notation that all readers agree about.
fn number(out: &mut String, number: &Number) {
    let Some(float) = number.as_f64().filter(|_| number.is_f64()) else {
        let _ = write!(out, "{number}");
        return;
    };
    let digits = format!("{float:?}");
    let Some((mantissa, exponent)) = digits.split_once('e') else {
        out.push_str(&digits);
        return;
    };
    out.push_str(mantissa);
    if !mantissa.contains('.') {
        out.push_str(".0");
    }
    out.push('e');
    if !exponent.starts_with('-') {
        out.push('+');
    }
    out.push_str(exponent);
}

fn text(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        quote(out, text);
    }
}

fn block(out: &mut String, text: &str, indent: usize) {
    out.push('|');
    if text.starts_with(' ') {
        out.push('2');
    }
    match text.len() - text.trim_end_matches('\n').len() {
        0 => out.push('-'),
        1 => {}
        _ => out.push('+'),
    }
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            pad(out, indent);
            out.push_str(line);
        }
    }
}

/// Whether a text can stand without quotes, as value and as key.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
    if b" ,[]{}#&*!|>'\"%@`?:=<~".contains(&first) || matches!(last, b' ' | b':') {
        return false;
    }
    // At the beginning of a line, what begins or ends a document is no text.
    let is_marker =
        matches!(bytes.get(..3), Some(b"---" | b"...")) && matches!(bytes.get(3), None | Some(b' '));
    if first == b'-' && matches!(bytes.get(1), None | Some(b' ')) || is_marker {
        return false;
    }
    let ends_early = || bytes.windows(2).any(|pair| matches!(pair, b": " | b" #"));
    // Most texts are one ASCII word: one look at each byte is enough for them.
    let is_word = bytes.iter().all(u8::is_ascii_graphic);
    (is_word || !ends_early() && text.chars().all(is_printable)) && is_text_everywhere(text)
}

/// Whether a text reads well, and in all readers the same, as a literal block.
fn is_block(text: &str) -> bool {
    if !text.contains('\n') {
        return false;
    }
    let mut lines = text.trim_end_matches('\n').split('\n');
    let first = lines.next().unwrap_or_default();
    let last = lines.next_back().unwrap_or(first);
    !first.starts_with('\t')
        && !first.trim_matches(' ').is_empty()
        && !last.trim_matches([' ', '\t']).is_empty()
        && text.chars().all(|character| matches!(character, '\n' | '\t') || is_printable(character))
}

/// Printable for YAML, and visible: zero-width and direction characters are not, since a reviewer must see them.
pub(super) fn is_printable(character: char) -> bool {
    match character {
        '\u{AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' => false,
        ' '..='~' | '\u{A1}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'.. => true,
        _ => false,
    }
}

fn push_code_point(out: &mut String, character: char) {
    let code = u32::from(character);
    let _ = if code > 0xFFFF { write!(out, "\\U{code:08X}") } else { write!(out, "\\u{code:04X}") };
}

fn start_line(out: &mut String, indent: usize) {
    out.push('\n');
    pad(out, indent);
}

fn pad(out: &mut String, indent: usize) {
    const BLANKS: &str = "                                ";
    match BLANKS.get(..indent) {
        Some(blanks) => out.push_str(blanks),
        None => out.extend(std::iter::repeat_n(' ', indent)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::{Node, read};
    use super::*;

    fn printed(value: &Value) -> String {
        let mut out = String::new();
        canonical(&mut out, value);
        out
    }

    /// A text in each position that a manifest has.
    fn in_all_positions(text: &str) -> Value {
        json!({
            "value": text, "item": [text, [text, text]], "in": {"nested": {"value": text, "list": [{"item": text}]}},
            "keys": {text: text}, "list": [{text: {text: [text]}}],
        })
    }

    fn assert_reads_back(value: &Value) {
        let text = printed(value);
        let mut problems = Vec::new();
        let strictly = read::strict(&text, 0, &mut problems).map(Node::into_value);
        assert_eq!(strictly.as_ref(), Some(value), "strictly:\n{text}");
        let as_go: Vec<Value> =
            read::foreign(&text, 0, &mut problems).into_iter().map(Node::into_value).collect();
        assert_eq!(as_go, std::slice::from_ref(value), "as Go:\n{text}");
        assert!(problems.is_empty(), "{problems:?}\n{text}");
        assert_eq!(printed(value), text);
    }

    #[test]
    fn what_looks_like_the_end_of_a_document_is_quoted() {
        for text in ["--- a", "... a", "---", "..."] {
            for value in [json!(text), json!({text: text})] {
                let mut printed = String::new();
                canonical(&mut printed, &value);
                assert_eq!(crate::yaml::read::output(&printed).as_ref(), Ok(&value), "{printed}");
            }
        }
    }

    #[test]
    fn nasty_strings_read_back_equal_in_every_position() {
        let nasty: Vec<String> =
            serde_json::from_str(include_str!("../../tests/data/nasty-strings.json")).unwrap();
        assert!(nasty.len() > 300);
        for text in &nasty {
            assert_reads_back(&in_all_positions(text));
            let root = Value::String(text.clone());
            assert_eq!(read::output(&printed(&root)), Ok(root));
        }
    }

    proptest! {
        #[test]
        fn any_string_reads_back_equal(text in any::<String>()) {
            assert_reads_back(&in_all_positions(&text));
        }

        #[test]
        fn any_string_of_difficult_characters_reads_back_equal(
            text in "[-a0-9 \t\n\r:#,.?&*!|>%@`'\"{}\\[\\]\\\\~=<yYnNoOeExX_+\u{85}\u{A0}\u{2028}\u{FEFF}\u{0}é😀]{0,12}"
        ) {
            assert_reads_back(&in_all_positions(&text));
        }

        #[test]
        fn any_script_reads_back_equal(lines in proptest::collection::vec("[ \ta#:-]{0,4}", 0..6)) {
            assert_reads_back(&in_all_positions(&lines.join("\n")));
        }

        #[test]
        fn any_number_reads_back_equal_strictly(float in any::<f64>(), signed in any::<i64>(), unsigned in any::<u64>()) {
            let float = if float.is_finite() { float } else { 0.5 };
            let value = json!([float, signed, unsigned]);
            prop_assert_eq!(read::output(&printed(&value)), Ok(value));
        }
    }

    #[test]
    fn the_canonical_form_has_one_shape() {
        let value = json!({
            "list": ["a", {"b": 1, "c": [2, []]}, [3, [4]], {}],
            "empty": {"map": {}, "list": [], "text": "", "nothing": null},
            "script": "#!/bin/sh\n\nif true; then\n\techo\n  fi\n",
            "kept": "a\n\n\n",
            "open": "a\nb",
            "indented": "  a\nb\n",
            "words": ["yes", "on", "no way", "0644", "1.10", "10Gi", "22:22", "v1", "a: b", "a #b", "-v", "- x", "*"],
            "1": "é\u{200B}",
        });
        let expected = r#"list:
- a
- b: 1
  c:
  - 2
  - []
- - 3
  - - 4
- {}
empty:
  map: {}
  list: []
  text: ""
  nothing: null
script: |
  #!/bin/sh

  if true; then
  	echo
    fi
kept: |+
  a


open: |-
  a
  b
indented: |2
    a
  b
words:
- "yes"
- "on"
- no way
- "0644"
- "1.10"
- 10Gi
- "22:22"
- v1
- "a: b"
- "a #b"
- -v
- "- x"
- "*"
"1": "é\u200B"
"#;
        assert_eq!(printed(&value), expected);
    }

    #[test]
    fn difficult_texts_have_stable_bytes() {
        let table = [
            ("a\n\tb\n", "|\n  a\n  \tb\n"),
            ("\ta\nb\n", "\"\\ta\\nb\\n\"\n"),
            ("a \nb\n", "|\n  a \n  b\n"),
            ("a\n \n", "\"a\\n \\n\"\n"),
            ("a\r\nb\n", "\"a\\r\\nb\\n\"\n"),
            ("\n", "\"\\n\"\n"),
            ("a\u{85}b", "\"a\\u0085b\"\n"),
            ("a\u{2028}b\n", "\"a\\u2028b\\n\"\n"),
            ("\u{FEFF}a", "\"\\uFEFFa\"\n"),
            ("\0", "\"\\u0000\"\n"),
            ("\u{E0001}", "\u{E0001}\n"),
            ("tab\tin", "\"tab\\tin\"\n"),
            (" a", "\" a\"\n"),
        ];
        for (text, expected) in table {
            assert_eq!(printed(&json!({ "k": text })), format!("k: {expected}"), "{text:?}");
        }
    }

    #[test]
    fn numbers_are_written_so_that_all_readers_agree() {
        let value = json!([1, -1, u64::MAX, 1.0, 1.5, 1e21, 1e-9, -2.5e300]);
        let expected = "- 1\n- -1\n- 18446744073709551615\n- 1.0\n- 1.5\n- 1.0e+21\n- 1.0e-9\n- -2.5e+300\n";
        assert_eq!(printed(&value), expected);
    }

    #[test]
    fn a_long_line_is_never_folded() {
        let text = "word ".repeat(100) + "end";
        assert_eq!(printed(&json!({ "k": text })).lines().count(), 1);
    }

    #[test]
    fn a_manifest_gets_its_keys_in_order() {
        let mut manifest = json!({
            "status": {}, "spec": {"z": 1, "a": 2}, "metadata": {
                "generateName": "x", "annotations": {"b": "1", "a": "2"}, "labels": {"z": "1", "y": "2"},
                "namespace": "ns", "name": "n",
            }, "kind": "K", "data": {}, "apiVersion": "v1",
        });
        order(&mut manifest);
        let expected = "{\"apiVersion\":\"v1\",\"kind\":\"K\",\"metadata\":{\"name\":\"n\",\"namespace\":\"ns\",\
            \"labels\":{\"y\":\"2\",\"z\":\"1\"},\"annotations\":{\"a\":\"2\",\"b\":\"1\"},\"generateName\":\"x\"},\
            \"spec\":{\"z\":1,\"a\":2},\"status\":{},\"data\":{}}";
        assert_eq!(manifest.to_string(), expected);
    }
}
