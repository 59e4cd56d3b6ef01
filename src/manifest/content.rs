//! Names of objects that cannot be changed: `make-84ac80e3`, a hash of the spec behind what people call it.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::diagnostic::words::hex;
use crate::yaml::write;

/// How many bytes of the hash are in a name.
const BYTES: usize = 4;

/// A name with the hash of the object's spec behind it.
pub fn name(plain: &str, object: &Value) -> String {
    format!("{plain}-{}", hash(object))
}

/// What people call it; none for a name without a hash. Whether those digits are one, only the spec can tell.
pub fn plain(name: &str) -> Option<&str> {
    let (plain, hash) = name.rsplit_once('-')?;
    let is_digit = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
    (!plain.is_empty() && hash.len() == 2 * BYTES && hash.bytes().all(is_digit)).then_some(plain)
}

/// Of the text that would be written.
fn hash(object: &Value) -> String {
    let mut spec = String::new();
    write::canonical(&mut spec, &object["spec"]);
    hex(&Sha256::digest(spec)[..BYTES])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_plain_name_of_a_name_is_the_one_that_it_was_made_of() {
        assert_eq!(plain(&name("make-it", &json!({"spec": {}}))), Some("make-it"));
        for other in
            ["make-it", "make-84ac80e", "make-84AC80E3", "make-84ac80e32", "-84ac80e3", "84ac80e3", ""]
        {
            assert_eq!(plain(other), None, "{other}");
        }
    }
}
