//! Names that Kubernetes and the tree accept: checked once, on entry.
//!
//! In: text. Out: types that cannot hold a wrong name, or the reason why not, in lower case and to be put behind the
//! text in backticks. The schema says the same as the checks, by pattern and length.

use crate::diagnostic::rules::BAD_NAME;
use crate::provenance::read_text;

/// Declares a type around checked text: `Deref` to `str`, serde by text, a schema with pattern and length.
macro_rules! text_type {
    (
        $(#[doc = $doc:literal])+
        $name:ident, check = $check:path, max = $max:expr, pattern = $pattern:expr,
        what = $what:literal, expects = $expects:literal
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The pattern that the schema states.
            pub const PATTERN: &'static str = $pattern;

            /// Checks a text.
            ///
            /// # Errors
            /// The text in backticks and the reason.
            pub fn new(text: impl Into<String>) -> Result<Self, String> {
                let text = text.into();
                match $check(&text) {
                    Ok(()) => Ok(Self(text)),
                    Err(reason) => Err(format!("`{text}` is no {}: {reason}", $what)),
                }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::ops::Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let check = |text: &str| $name::new(text).map_err(|reason| BAD_NAME.words(reason));
                read_text(deserializer, $expects, check)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let description = concat!($($doc,)+).trim_start();
                schemars::json_schema!({
                    "type": "string", "description": description, "maxLength": $max, "pattern": $pattern,
                })
            }
        }
    };
}

/// The longest DNS label, label value, and name part of a label key.
pub const LABEL_MAX: usize = 63;
/// The longest DNS subdomain.
pub const SUBDOMAIN_MAX: usize = 253;

/// The pattern of a DNS label, its length apart.
const DNS_LABEL: &str = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

text_type! {
    /// A DNS label: at most 63 of lower-case letters, digits and `-`, a letter or digit at both ends.
    DnsLabel, check = dns_label, max = LABEL_MAX, pattern = DNS_LABEL,
    what = "name", expects = "a DNS label, as in `edge-1`"
}

text_type! {
    /// A DNS subdomain: DNS labels joined by dots, at most 253 characters. What most objects may be called.
    DnsSubdomain, check = dns_subdomain, max = SUBDOMAIN_MAX,
    pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
    what = "name", expects = "a DNS subdomain, as in `rhel9.images`"
}

text_type! {
    /// The id of a cluster, a UUID in lower case.
    ClusterId, check = cluster_id, max = 36, pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    what = "cluster id", expects = "the id of a cluster, as in `8c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55`"
}

text_type! {
    /// The name of a site: a DNS label, so that it is a folder of the tree and never leads out of it.
    SiteName, check = dns_label, max = LABEL_MAX, pattern = DNS_LABEL,
    what = "name of a site", expects = "a site name, as in `edge-frankfurt`"
}

text_type! {
    /// The name of a namespace: a DNS label.
    Namespace, check = dns_label, max = LABEL_MAX, pattern = DNS_LABEL,
    what = "namespace", expects = "a namespace, as in `golden-images`"
}

text_type! {
    /// A label key: a name of at most 63 characters, and before a `/` perhaps a DNS subdomain.
    LabelKey, check = label_key, max = 317,
    pattern = r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
    what = "label key", expects = "a label key, as in `corp.example/ring`"
}

text_type! {
    /// A label value: empty, or at most 63 of letters, digits, `-`, `_` and `.`, a letter or digit at both ends.
    LabelValue, check = label_value, max = LABEL_MAX, pattern = r"^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$",
    what = "label value", expects = "a label value, as in `canary`"
}

impl Namespace {
    /// A namespace that an installer decided; right by construction, and held against the check by the tests.
    pub(crate) fn constant(text: &'static str) -> Self {
        Namespace(text.to_owned())
    }
}

impl ClusterId {
    /// The first eight characters, from which names are made that must differ between clusters.
    pub fn short(&self) -> &str {
        &self.0[..8]
    }

    /// The number that those eight characters write in hexadecimal.
    pub fn number(&self) -> u32 {
        u32::from_str_radix(self.short(), 16).unwrap_or_default()
    }
}

/// Checks the id of a cluster: a UUID in lower case, as a ClusterVersion writes it.
///
/// # Errors
/// The reason.
pub fn cluster_id(text: &str) -> Result<(), String> {
    let allowed = |letter: char| letter.is_ascii_digit() || ('a'..='f').contains(&letter) || letter == '-';
    letters(text, allowed, "digits, the letters a to f and `-`")?;
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    if lengths == [8, 4, 4, 4, 12] {
        return Ok(());
    }
    Err("it is not of the form 8-4-4-4-12".to_owned())
}

/// Checks a DNS label.
///
/// # Errors
/// The reason: `it holds `_`, and only lower-case letters, digits and `-` may be in it`.
pub fn dns_label(text: &str) -> Result<(), String> {
    longest(text, LABEL_MAX)?;
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    letters(text, allowed, "lower-case letters, digits and `-`")?;
    ends(text, "lower-case letter or digit")
}

/// Checks a DNS subdomain: labels joined by dots. A label alone may be longer than 63, as in Kubernetes.
///
/// # Errors
/// The reason.
pub fn dns_subdomain(text: &str) -> Result<(), String> {
    longest(text, SUBDOMAIN_MAX)?;
    let allowed = |letter: char| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-' || letter == '.'
    };
    letters(text, allowed, "lower-case letters, digits, `-` and `.`")?;
    text.split('.').try_for_each(|label| match label {
        "" if text.is_empty() => ends(label, "lower-case letter or digit"),
        "" => Err("a dot joins two parts; here a part is empty".to_owned()),
        label => ends(label, "lower-case letter or digit"),
    })
}

/// Checks a label or annotation key.
///
/// # Errors
/// The reason.
pub fn label_key(text: &str) -> Result<(), String> {
    let name = match text.split_once('/') {
        Some((prefix, name)) => {
            dns_subdomain(prefix).map_err(|reason| format!("before the `/`: {reason}"))?;
            name
        }
        None => text,
    };
    label_name(name)
}

/// Checks a label value.
///
/// # Errors
/// The reason.
pub fn label_value(text: &str) -> Result<(), String> {
    if text.is_empty() { Ok(()) } else { label_name(text) }
}

fn label_name(text: &str) -> Result<(), String> {
    longest(text, LABEL_MAX)?;
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    letters(text, allowed, "letters, digits, `-`, `_` and `.`")?;
    ends(text, "letter or digit")
}

fn longest(text: &str, max: usize) -> Result<(), String> {
    // No text has more characters than bytes.
    if text.len() <= max {
        return Ok(());
    }
    match text.chars().count() {
        length if length > max => Err(format!("it has {length} characters, {max} are allowed")),
        _ => Ok(()),
    }
}

fn letters(text: &str, allowed: impl Fn(char) -> bool, which: &str) -> Result<(), String> {
    match text.chars().find(|letter| !allowed(*letter)) {
        Some(letter) => Err(format!("it holds `{}`, and only {which} may be in it", letter.escape_debug())),
        None => Ok(()),
    }
}

fn ends(text: &str, which: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    let good = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    if good(text.chars().next()) && good(text.chars().last()) {
        return Ok(());
    }
    Err(format!("it must begin and end with a {which}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_at_their_longest_are_taken_and_one_more_is_not() {
        assert!(dns_label(&"a".repeat(63)).is_ok());
        assert_eq!(dns_label(&"a".repeat(64)), Err("it has 64 characters, 63 are allowed".to_owned()));
        assert!(dns_subdomain(&"a".repeat(253)).is_ok());
        assert!(dns_subdomain(&"a".repeat(254)).is_err());
    }

    #[test]
    fn a_site_name_cannot_climb_out_of_the_tree() {
        for text in ["..", ".", "a/b", "../x", "a\\b", "", "a.b", "C:", "a\0"] {
            assert!(SiteName::new(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_reason_names_the_letter() {
        let reason = DnsLabel::new("edge_1").unwrap_err();
        assert_eq!(
            reason,
            "`edge_1` is no name: it holds `_`, and only lower-case letters, digits and `-` may be in it"
        );
        assert!(DnsLabel::new("a\nb").unwrap_err().contains(r"it holds `\n`"));
    }

    #[test]
    fn names_begin_and_end_with_a_letter_or_digit() {
        for text in ["-a", "a-", "-"] {
            assert!(dns_label(text).unwrap_err().contains("begin and end"), "{text}");
        }
        assert!(dns_subdomain("a..b").unwrap_err().contains("empty"));
        assert!(dns_subdomain("a-.b").is_err());
        assert!(label_value("_a").is_err());
    }

    #[test]
    fn label_keys_have_a_prefix_or_none() {
        for text in ["ring", "app.kubernetes.io/name", "A_b.c", "goldsmith.dev/site"] {
            assert!(label_key(text).is_ok(), "{text}");
        }
        for text in ["", "/a", "a/", "a/b/c", "A.example/x", "x y"] {
            assert!(label_key(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_number_of_a_cluster_is_its_first_eight_characters() {
        let id = ClusterId::new("ffffffff-6a53-4f0c-9a44-0d7f2a1b9c55").unwrap();
        assert_eq!((id.short(), id.number()), ("ffffffff", 4_294_967_295));
        assert!(ClusterId::new("FFFFFFFF-6a53-4f0c-9a44-0d7f2a1b9c55").unwrap_err().contains("`F`"));
    }

    #[test]
    fn an_empty_label_value_is_legal() {
        assert!(LabelValue::new("").is_ok());
    }

    #[test]
    fn the_patterns_of_the_schema_say_what_the_checks_say() {
        let long = "a".repeat(64);
        let texts = [
            "",
            "a",
            "a-b",
            "a.b",
            "a..b",
            "-a",
            "a-",
            "A",
            "a_b",
            "x/y",
            "x/",
            "/y",
            "a b",
            "a\n",
            "ä",
            "0",
            "a.b/C_d",
            "8c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55",
            "8c1d0f3e-6a53-4f0c-9a440d7f2a1b9c55",
            &long,
        ];
        let agree = |pattern: &str, max: usize, check: fn(&str) -> Result<(), String>| {
            let pattern = regex::Regex::new(pattern).unwrap();
            for text in texts {
                let by_schema = pattern.is_match(text) && text.chars().count() <= max;
                assert_eq!(by_schema, check(text).is_ok(), "{text:?} {pattern}");
            }
        };
        agree(DnsLabel::PATTERN, 63, dns_label);
        agree(ClusterId::PATTERN, 36, cluster_id);
        agree(DnsSubdomain::PATTERN, 253, dns_subdomain);
        agree(LabelKey::PATTERN, 317, label_key);
        agree(LabelValue::PATTERN, 63, label_value);
    }

    #[test]
    fn names_are_read_from_text() {
        let read: Result<Namespace, _> = serde_json::from_str("\"golden-images\"");
        assert_eq!(read.unwrap().as_str(), "golden-images");
        let error = serde_json::from_str::<Namespace>("\"Golden\"").unwrap_err().to_string();
        assert!(error.contains("`Golden` is no namespace: it holds `G`"), "{error}");
        let error = serde_json::from_str::<Namespace>("7").unwrap_err().to_string();
        assert!(error.contains("expected a namespace"), "{error}");
    }
}
