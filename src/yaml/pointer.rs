//! The steps of JSON pointers (RFC 6901): how a key is written in one.

use std::borrow::Cow;

/// A key as one step of a pointer.
pub fn escape(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1").into() } else { key.into() }
}

/// A step of a pointer as the key that it stands for.
pub fn unescape(step: &str) -> Cow<'_, str> {
    if step.contains('~') { step.replace("~1", "/").replace("~0", "~").into() } else { step.into() }
}

/// Appends a key to a pointer as its last step.
pub fn push_step(pointer: &mut String, key: &str) {
    pointer.push('/');
    pointer.push_str(&escape(key));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_one_step_and_comes_back() {
        for (key, step) in [("a", "a"), ("a/b", "a~1b"), ("a~1b", "a~01b"), ("", "")] {
            let mut pointer = "/spec".to_owned();
            push_step(&mut pointer, key);
            assert_eq!(pointer, format!("/spec/{step}"));
            assert_eq!(unescape(step), key);
        }
    }
}
