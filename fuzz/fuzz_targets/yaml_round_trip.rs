//! What is read without a problem is printed canonically, read back equal and printed to the same bytes.
#![no_main]

use goldsmith::yaml::{read, write};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(value) = read::output(text) else { return };
    let mut printed = String::new();
    write::canonical(&mut printed, &value);
    assert_eq!(read::output(&printed), Ok(value));
});
