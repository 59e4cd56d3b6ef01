//! Whatever a spec says, it is read or refused: no panic, no location outside of the text.
#![no_main]

use goldsmith::yaml::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut problems = Vec::new();
    let root = read::strict(text, 0, &mut problems);
    assert!(root.is_some() || !problems.is_empty());
    for problem in &problems {
        let loc = problem.loc();
        assert!(text.get(loc.start as usize..loc.end as usize).is_some(), "{problem:?}");
    }
});
