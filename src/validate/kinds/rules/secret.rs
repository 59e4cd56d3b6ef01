//! Secrets: what each type must hold.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::super::field::{each_entry, entries, part, text};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::data_key;
use super::config::DATA_MAX;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "Secret",
        field: "data",
        words: "has keys of letters, digits, `-`, `_` and `.`",
        source: "ValidateSecret",
        check: |secret, refuse| each_entry(secret, "data", refuse, |key, _| data_key(key)),
        passes: &[r#"{"data":{".a":"AA=="}}"#],
        fails: &[r#"{"data":{"a b":"AA=="}}"#],
    },
    Rule {
        of: "Secret",
        field: "stringData",
        words: "has keys of letters, digits, `-`, `_` and `.`",
        source: "ValidateSecret",
        check: |secret, refuse| each_entry(secret, "stringData", refuse, |key, _| data_key(key)),
        passes: &[r#"{"stringData":{"a":"b"}}"#],
        fails: &[r#"{"stringData":{"a b":"b"}}"#],
    },
    Rule {
        of: "Secret",
        field: "data and stringData",
        words: "have at most 1 MiB in all",
        source: "ValidateSecret",
        check: size,
        passes: &[r#"{"data":{"a":"AA=="}}"#],
        fails: &[],
    },
    Rule {
        of: "Secret",
        field: "type",
        words: "of a token names its ServiceAccount in an annotation",
        source: "ValidateSecret",
        check: token,
        passes: &[
            r#"{"type":"kubernetes.io/service-account-token","metadata":{"annotations":{"kubernetes.io/service-account.name":"default"}}}"#,
        ],
        fails: &[r#"{"type":"kubernetes.io/service-account-token"}"#],
    },
    Rule {
        of: "Secret",
        field: "type",
        words: "of credentials for registries holds them, as a JSON object",
        source: "ValidateSecret",
        check: registries,
        passes: &[
            r#"{"type":"kubernetes.io/dockerconfigjson","stringData":{".dockerconfigjson":"{}"}}"#,
            r#"{"type":"kubernetes.io/dockercfg","data":{".dockercfg":"e30="}}"#,
        ],
        fails: &[
            r#"{"type":"kubernetes.io/dockerconfigjson"}"#,
            r#"{"type":"kubernetes.io/dockerconfigjson","stringData":{".dockerconfigjson":"[]"}}"#,
            r#"{"type":"kubernetes.io/dockercfg","stringData":{".dockercfg":"{"}}"#,
        ],
    },
    Rule {
        of: "Secret",
        field: "type",
        words: "of basic authentication holds a name or a password",
        source: "ValidateSecret",
        check: basic,
        passes: &[r#"{"type":"kubernetes.io/basic-auth","stringData":{"password":""}}"#],
        fails: &[r#"{"type":"kubernetes.io/basic-auth"}"#],
    },
    Rule {
        of: "Secret",
        field: "type",
        words: "of SSH holds a private key",
        source: "ValidateSecret",
        check: ssh,
        passes: &[r#"{"type":"kubernetes.io/ssh-auth","stringData":{"ssh-privatekey":"x"}}"#],
        fails: &[r#"{"type":"kubernetes.io/ssh-auth","stringData":{"ssh-privatekey":""}}"#],
    },
    Rule {
        of: "Secret",
        field: "type",
        words: "of TLS holds a certificate and its key",
        source: "ValidateSecret",
        check: tls,
        passes: &[r#"{"type":"kubernetes.io/tls","stringData":{"tls.crt":"","tls.key":""}}"#],
        fails: &[r#"{"type":"kubernetes.io/tls","stringData":{"tls.crt":""}}"#],
    },
];

/// What a text in base64 stands for; the schema has looked at it.
pub(super) fn decoded(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut bits = 0_u32;
    let mut count = 0;
    for letter in value.as_str().unwrap_or_default().bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap_or_default());
        }
    }
    bytes
}

/// All values of a Secret: a text wins over bytes of the same key.
pub(in crate::validate::kinds) fn values(secret: &Value) -> BTreeMap<&str, Cow<'_, [u8]>> {
    let bytes = entries(secret, "data").map(|(key, value)| (key.as_str(), Cow::Owned(decoded(value))));
    let texts = entries(secret, "stringData")
        .map(|(key, value)| (key.as_str(), Cow::Borrowed(value.as_str().unwrap_or_default().as_bytes())));
    bytes.chain(texts).collect()
}

fn size(secret: &Value, refuse: &mut Refuse<'_>) {
    if values(secret).values().map(|value| value.len()).sum::<usize>() > DATA_MAX {
        refuse("/data", "a Secret has at most 1 MiB in all".to_owned());
    }
}

fn token(secret: &Value, refuse: &mut Refuse<'_>) {
    let annotations = part(part(secret, "metadata"), "annotations");
    if text(secret, "type") == "kubernetes.io/service-account-token"
        && text(annotations, "kubernetes.io/service-account.name").is_empty()
    {
        let pointer = "/metadata/annotations/kubernetes.io~1service-account.name";
        refuse(pointer, "a token names its ServiceAccount".to_owned());
    }
}

fn registries(secret: &Value, refuse: &mut Refuse<'_>) {
    let key = match text(secret, "type") {
        "kubernetes.io/dockerconfigjson" => ".dockerconfigjson",
        "kubernetes.io/dockercfg" => ".dockercfg",
        _ => return,
    };
    let values = values(secret);
    let Some(value) = values.get(key) else { return missing(key, refuse) };
    let read: Result<Value, _> = serde_json::from_slice(value);
    if !read.is_ok_and(|read| read.is_object() || read.is_null()) {
        refuse(&format!("/data/{key}"), "it must be a JSON object".to_owned());
    }
}

fn basic(secret: &Value, refuse: &mut Refuse<'_>) {
    let values = values(secret);
    let given = values.contains_key("username") || values.contains_key("password");
    if text(secret, "type") == "kubernetes.io/basic-auth" && !given {
        missing("username", refuse);
        missing("password", refuse);
    }
}

fn ssh(secret: &Value, refuse: &mut Refuse<'_>) {
    let given = values(secret).get("ssh-privatekey").is_some_and(|key| !key.is_empty());
    if text(secret, "type") == "kubernetes.io/ssh-auth" && !given {
        missing("ssh-privatekey", refuse);
    }
}

fn tls(secret: &Value, refuse: &mut Refuse<'_>) {
    if text(secret, "type") == "kubernetes.io/tls" {
        let values = values(secret);
        let absent = ["tls.crt", "tls.key"].into_iter().filter(|key| !values.contains_key(key));
        absent.for_each(|key| missing(key, refuse));
    }
}

fn missing(key: &str, refuse: &mut Refuse<'_>) {
    refuse(&format!("/data/{key}"), "the type of the Secret asks for it".to_owned());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bytes_are_those_of_the_text_whatever_its_line_breaks() {
        assert_eq!(decoded(&json!("aGVs\nbG8=")), b"hello");
        assert_eq!(decoded(&json!("")), b"");
    }

    #[test]
    fn a_mebibyte_fits_and_one_byte_more_does_not() {
        let told = |secret: &Value| {
            let mut told = 0;
            size(secret, &mut |_, _| told += 1);
            told
        };
        let mebibyte = "x".repeat(DATA_MAX);
        assert_eq!(told(&json!({"stringData": {"a": mebibyte}, "data": {"a": "AA=="}})), 0);
        assert_eq!(told(&json!({"stringData": {"a": mebibyte}, "data": {"b": "AA=="}})), 1);
    }
}
