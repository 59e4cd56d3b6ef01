//! Whatever others wrote, it is read or refused without a panic.
#![no_main]

use goldsmith::yaml::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for document in read::foreign(text, 0, &mut Vec::new()) {
        let _ = document.into_value();
    }
});
