//! ConfigMaps.

use serde_json::Value;

use super::super::field::{each_entry, entries};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::data_key;
use super::secret::decoded;
use crate::manifest::pointer::escape;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "ConfigMap",
        field: "data",
        words: "has keys of letters, digits, `-`, `_` and `.`",
        source: "ValidateConfigMap",
        check: |config, refuse| each_entry(config, "data", refuse, |key, _| data_key(key)),
        passes: &[r#"{"data":{"a.B_1":"x"}}"#],
        fails: &[r#"{"data":{"a/b":"x"}}"#, r#"{"data":{"..a":"x"}}"#, r#"{"data":{"":"x"}}"#],
    },
    Rule {
        of: "ConfigMap",
        field: "binaryData",
        words: "has keys of letters, digits, `-`, `_` and `.`",
        source: "ValidateConfigMap",
        check: |config, refuse| each_entry(config, "binaryData", refuse, |key, _| data_key(key)),
        passes: &[r#"{"binaryData":{"a":"AA=="}}"#],
        fails: &[r#"{"binaryData":{"a b":"AA=="}}"#],
    },
    Rule {
        of: "ConfigMap",
        field: "data",
        words: "has no key of `binaryData`",
        source: "ValidateConfigMap",
        check: disjoint,
        passes: &[r#"{"data":{"a":"x"},"binaryData":{"b":"AA=="}}"#],
        fails: &[r#"{"data":{"a":"x"},"binaryData":{"a":"AA=="}}"#],
    },
    Rule {
        of: "ConfigMap",
        field: "data and binaryData",
        words: "have at most 1 MiB in all",
        source: "ValidateConfigMap",
        check: size,
        passes: &[r#"{"data":{"a":"x"}}"#],
        fails: &[],
    },
];

/// The most that the values of a ConfigMap or a Secret may have together.
pub(super) const DATA_MAX: usize = 1024 * 1024;

fn disjoint(config: &Value, refuse: &mut Refuse<'_>) {
    for (key, _) in
        entries(config, "data").filter(|(key, _)| config["binaryData"].get(key.as_str()).is_some())
    {
        refuse(&format!("/data/{}", escape(key)), "the key is in `binaryData` as well".to_owned());
    }
}

fn size(config: &Value, refuse: &mut Refuse<'_>) {
    let texts = entries(config, "data").map(|(_, value)| value.as_str().unwrap_or_default().len());
    let binaries = entries(config, "binaryData").map(|(_, value)| decoded(value).len());
    if texts.chain(binaries).sum::<usize>() > DATA_MAX {
        refuse("/data", "a ConfigMap has at most 1 MiB in all".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mebibyte_fits_and_one_byte_more_does_not() {
        let told = |config: &Value| {
            let mut told = 0;
            size(config, &mut |_, _| told += 1);
            told
        };
        let mebibyte = "x".repeat(DATA_MAX);
        assert_eq!(told(&json!({"data": {"a": mebibyte}})), 0);
        assert_eq!(told(&json!({"data": {"a": mebibyte}, "binaryData": {"b": "AA=="}})), 1);
    }
}
