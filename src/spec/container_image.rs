//! A container image by registry, repository, and tag or digest.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ImageReference;
use crate::provenance::read_text;

/// `host[:port]/path`, then `:tag`, `@sha256:digest` or nothing: no scheme, no credentials, never both. Kept as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerImage {
    /// What stands before a digest.
    image: ImageReference,
    digest: Option<String>,
}

const DIGEST: &str = "@sha256:";

impl ContainerImage {
    /// What the schema states, which is what the reader accepts.
    pub const PATTERN: &'static str = concat!(
        r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+(:[1-9][0-9]{0,4})?",
        r"|[a-z0-9]([-a-z0-9]*[a-z0-9])?:[1-9][0-9]{0,4}|localhost)",
        r"(/[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*)+(:[A-Za-z0-9_][-A-Za-z0-9_.]{0,127}|@sha256:[0-9a-f]{64})?$"
    );

    /// The registry: `host` or `host:port`.
    pub fn host(&self) -> &str {
        self.image.host()
    }

    /// Everything before the tag or digest: `host[:port]/path`.
    pub fn repository(&self) -> &str {
        self.image.repository()
    }

    /// The tag, where one is written.
    pub fn tag(&self) -> Option<&str> {
        (self.digest.is_none() && self.image.to_string() != self.image.repository()).then(|| self.image.tag())
    }

    /// The digest, 64 hexadecimal digits.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }
}

impl FromStr for ContainerImage {
    type Err = String;

    /// # Errors
    /// The text in backticks, the reason and the way out.
    fn from_str(text: &str) -> Result<Self, String> {
        let Some((before, digest)) = text.split_once(DIGEST) else {
            return Ok(ContainerImage { image: text.parse()?, digest: None });
        };
        let image: ImageReference = before.parse()?;
        if image.repository() != before {
            return Err(format!(
                "`{text}` has a tag and a digest\nwrite the digest alone, which decides: `{}{DIGEST}{digest}`",
                image.repository()
            ));
        }
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if digest.len() != 64 || !digest.bytes().all(is_digit) {
            return Err(format!(
                "`{text}` is no image reference: `{digest}` is no digest\nwrite 64 of the digits and a to f behind `{DIGEST}`"
            ));
        }
        Ok(ContainerImage { image, digest: Some(digest.to_owned()) })
    }
}

impl fmt::Display for ContainerImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.image.fmt(f)?;
        self.digest.iter().try_for_each(|digest| write!(f, "{DIGEST}{digest}"))
    }
}

impl Serialize for ContainerImage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContainerImage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "an image, as in `registry.example/openshift/pause:4.20`", str::parse)
    }
}

impl JsonSchema for ContainerImage {
    fn schema_name() -> Cow<'static, str> {
        "ContainerImage".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "An image: host, perhaps a port, repository, and a tag or a digest.",
            "pattern": ContainerImage::PATTERN,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "7f3cb6f9c0f3c9d1e5a4b8d2c6e0f1a3b5c7d9e1f3a5b7c9d1e3f5a7b9c1d3e5";

    fn image(text: &str) -> ContainerImage {
        text.parse().unwrap()
    }

    #[test]
    fn an_image_has_a_tag_or_a_digest_or_neither() {
        let tagged = image("registry.example:5000/podvm/rhel9:1.10");
        assert_eq!((tagged.repository(), tagged.tag()), ("registry.example:5000/podvm/rhel9", Some("1.10")));
        let digested = image(&format!("registry.example:5000/podvm/rhel9@sha256:{HEX}"));
        assert_eq!((digested.repository(), digested.tag()), ("registry.example:5000/podvm/rhel9", None));
        assert_eq!(digested.digest(), Some(HEX));
        assert_eq!(digested.to_string(), format!("registry.example:5000/podvm/rhel9@sha256:{HEX}"));
        assert_eq!(image("quay.io/a/b").tag(), None);
    }

    #[test]
    fn what_is_neither_is_refused_with_what_to_write_instead() {
        for (text, words) in [
            (format!("quay.io/a/b:1@sha256:{HEX}"), "has a tag and a digest"),
            ("quay.io/a/b@sha256:0123".to_owned(), "`0123` is no digest"),
            ("docker://quay.io/a/b:1".to_owned(), "has a scheme"),
            ("me:secret@quay.io/a/b".to_owned(), "has credentials"),
        ] {
            let reason = text.parse::<ContainerImage>().expect_err(&text);
            assert!(reason.contains(words), "{reason}");
        }
    }

    #[test]
    fn the_pattern_of_the_schema_accepts_what_the_reader_accepts() {
        let pattern = regex::Regex::new(ContainerImage::PATTERN).unwrap();
        let digest = format!("quay.io/a/b@sha256:{HEX}");
        let both = format!("quay.io/a/b:1@sha256:{HEX}");
        for text in [
            "quay.io/a/b",
            "quay.io/a/b:1",
            "h:5000/a",
            "quay.io/A",
            "",
            "quay.io/a@sha256:0",
            &digest,
            &both,
        ] {
            assert_eq!(pattern.is_match(text), text.parse::<ContainerImage>().is_ok(), "{text}");
        }
    }
}
