//! Any text as YAML: both dialects read it or say where it cannot be read; the scanner and the parser crate see the same
//! in it; and what was read is printed canonically and read back the same.
#![no_main]

use goldsmith::yaml::read::Problem;
use goldsmith::yaml::{Node, read, write};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// A line that says nothing, and that only the parser crate reads: the scanner knows no tabs.
const FOR_THE_PARSER: &str = "#\t\n";

fuzz_target!(|text: &str| {
    let (strict, problems) = strictly(text);
    assert!(strict.is_some() || !problems.is_empty());
    assert_placed(text, &problems);
    let (documents, of_go) = as_go(text);
    assert_placed(text, &of_go);

    // A byte order mark may stand at the very beginning alone.
    if !text.starts_with('\u{feff}') {
        let slowly = format!("{FOR_THE_PARSER}{text}");
        let (parsed, found) = strictly(&slowly);
        assert_eq!((strict.clone(), problems.len()), (parsed, found.len()));
        let (parsed, found) = as_go(&slowly);
        assert_eq!((&documents, of_go.len()), (&parsed, found.len()));
    }
    let read = read::output(text);
    assert_eq!(read.is_ok(), problems.is_empty());
    if let Ok(value) = read {
        assert_eq!(Some(&value), strict.as_ref(), "the two ways to read what we print");
        round_trip(&value);
    }
    documents.iter().for_each(round_trip);
});

fn strictly(text: &str) -> (Option<Value>, Vec<Problem>) {
    let mut problems = Vec::new();
    let root = read::strict(text, 0, &mut problems).map(Node::into_value);
    (root, problems)
}

fn as_go(text: &str) -> (Vec<Value>, Vec<Problem>) {
    let mut problems = Vec::new();
    let documents = read::foreign(text, 0, &mut problems).into_iter().map(Node::into_value).collect();
    (documents, problems)
}

fn assert_placed(text: &str, problems: &[Problem]) {
    for problem in problems {
        let loc = problem.loc();
        assert!(text.get(loc.start as usize..loc.end as usize).is_some(), "{problem:?}");
    }
}

/// The printed form is read as the same value, strictly and as Go does, and printed to the same bytes.
fn round_trip(value: &Value) {
    let printed = print(value);
    assert_eq!(read::output(&printed).as_ref(), Ok(value), "{printed}");
    if *value != Value::Null {
        let (documents, problems) = as_go(&printed);
        assert!(problems.is_empty(), "{problems:?}: {printed}");
        assert_eq!(documents, [with_whole_numbers(value)], "{printed}");
    }
    assert_eq!(print(&read::output(&printed).expect("just read")), printed);
}

/// Go writes 4.0 as 4 on the way to the server.
fn with_whole_numbers(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(with_whole_numbers).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.clone(), with_whole_numbers(value))).collect()
        }
        Value::Number(number) if number.is_f64() => {
            let text = number.as_f64().unwrap_or_default().to_string();
            text.parse::<i64>().map_or_else(|_| value.clone(), Value::from)
        }
        other => other.clone(),
    }
}

fn print(value: &Value) -> String {
    let mut text = String::new();
    write::canonical(&mut text, value);
    text
}
