//! A container image by registry, repository and tag.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::provenance::read_text;

/// `host[:port]/path[:tag]`: no scheme, no digest, no credentials. Kept as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageReference {
    text: String,
    /// Where the repository ends and, behind a `:`, the tag begins.
    repository: usize,
}

/// The tag that a reference without one means.
const DEFAULT_TAG: &str = "latest";

impl ImageReference {
    /// What the schema states, which is what the reader accepts.
    pub const PATTERN: &'static str = concat!(
        r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+(:[1-9][0-9]{0,4})?",
        r"|[a-z0-9]([-a-z0-9]*[a-z0-9])?:[1-9][0-9]{0,4}|localhost)",
        r"(/[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*)+(:[A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?$"
    );

    /// The registry: `host` or `host:port`.
    pub fn host(&self) -> &str {
        self.text.split('/').next().unwrap_or_default()
    }

    /// Everything before the tag: `host[:port]/path`.
    pub fn repository(&self) -> &str {
        self.text.get(..self.repository).unwrap_or_default()
    }

    /// The tag; `latest` where none is written.
    pub fn tag(&self) -> &str {
        self.text.get(self.repository + 1..).unwrap_or(DEFAULT_TAG)
    }

    /// The same tag in another repository, a mirror's for instance. `repository` is `host[:port]/path`, checked before.
    #[must_use]
    pub fn with_repository(&self, repository: &str) -> Self {
        let tag = self.text.get(self.repository..).unwrap_or_default();
        ImageReference { text: format!("{repository}{tag}"), repository: repository.len() }
    }
}

impl FromStr for ImageReference {
    type Err = String;

    /// # Errors
    /// The text in backticks, the reason and the way out.
    fn from_str(text: &str) -> Result<Self, String> {
        refuse_parts_that_do_not_belong(text)?;
        let (host, path) = text.split_once('/').unwrap_or((text, ""));
        if !is_host(host) || path.is_empty() {
            return Err(format!(
                "`{text}` names no registry and repository\nwrite both, as in `quay.io/containerdisks/fedora:41`"
            ));
        }
        let (path, tag) = path.split_once(':').map_or((path, None), |(path, tag)| (path, Some(tag)));
        if let Some(part) = path.split('/').find(|part| !is_path_component(part)) {
            return Err(format!(
                "`{text}` is no image reference: `{part}` cannot be part of a repository\nwrite lower-case letters and digits, joined by `.`, `_`, `__` or `-`"
            ));
        }
        if let Some(tag) = tag.filter(|tag| !is_tag(tag)) {
            return Err(format!(
                "`{text}` is no image reference: `{tag}` is no tag\nwrite letters, digits, `_`, `.` and `-`, at most 128"
            ));
        }
        Ok(ImageReference { text: text.to_owned(), repository: host.len() + 1 + path.len() })
    }
}

/// What people paste along with a reference, each with its reason.
fn refuse_parts_that_do_not_belong(text: &str) -> Result<(), String> {
    if let Some((scheme, rest)) = text.split_once("://") {
        return Err(format!(
            "`{text}` has a scheme\nleave out `{scheme}://` and write `{rest}`: the scheme is added where a field wants one"
        ));
    }
    if let Some((image, _)) = text.split_once("@sha256:").or_else(|| text.split_once("@sha512:")) {
        return Err(format!(
            "`{text}` has a digest\nwrite a tag, as in `{image}:latest`: imports follow a tag, and CDI would append a second digest to the first"
        ));
    }
    if let Some((_, image)) = text.split_once('@') {
        return Err(format!(
            "`{text}` has credentials\nwrite `{image}` and name a Secret in `registries.credentials`"
        ));
    }
    Ok(())
}

/// A name with a dot or a port, or `localhost`: anything else is a short name that each reader completes in its own way.
fn is_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
    let label = |part: &str| {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !part.is_empty() && part.bytes().all(inner) && !part.starts_with('-') && !part.ends_with('-')
    };
    let number = |port: &str| {
        (1..=5).contains(&port.len())
            && !port.starts_with('0')
            && port.bytes().all(|byte| byte.is_ascii_digit())
    };
    let qualified = name.contains('.') || port.is_some() || name == "localhost";
    qualified && name.split('.').all(label) && port.is_none_or(number)
}

/// Runs of lower-case letters and digits, joined by one `.`, one or two `_`, or any number of `-`.
fn is_path_component(text: &str) -> bool {
    let separator = |c: char| matches!(c, '.' | '_' | '-');
    let known = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || separator(c));
    let ends = !text.starts_with(separator) && !text.ends_with(separator);
    let joined = text.split(|c: char| !separator(c)).filter(|run| !run.is_empty());
    let joins = |run: &str| matches!(run, "." | "_" | "__") || run.bytes().all(|byte| byte == b'-');
    !text.is_empty() && known && ends && joined.into_iter().all(joins)
}

fn is_tag(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let inner = |byte: u8| word(byte) || byte == b'.' || byte == b'-';
    text.len() <= 128 && text.bytes().next().is_some_and(word) && text.bytes().all(inner)
}

impl fmt::Display for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for ImageReference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for ImageReference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "an image, as in `quay.io/containerdisks/fedora:41`", str::parse)
    }
}

impl JsonSchema for ImageReference {
    fn schema_name() -> Cow<'static, str> {
        "ImageReference".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "An image: host, perhaps a port, repository and tag (`latest` where none is written).",
            "pattern": ImageReference::PATTERN,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(text: &str) -> ImageReference {
        text.parse().unwrap()
    }

    #[test]
    fn a_reference_falls_into_registry_repository_and_tag() {
        let fedora = image("registry.example:5000/images/fedora:41");
        assert_eq!(fedora.host(), "registry.example:5000");
        assert_eq!(fedora.repository(), "registry.example:5000/images/fedora");
        assert_eq!(fedora.tag(), "41");
    }

    #[test]
    fn a_port_is_no_tag_and_a_missing_tag_is_latest() {
        let image = image("registry.example:5000/fedora");
        assert_eq!((image.repository(), image.tag()), ("registry.example:5000/fedora", "latest"));
        assert_eq!(image.to_string(), "registry.example:5000/fedora", "printed as written");
    }

    #[test]
    fn a_mirror_keeps_the_tag() {
        assert_eq!(
            image("quay.io/a/b:9").with_repository("mirror.example/a/b").to_string(),
            "mirror.example/a/b:9"
        );
        let bare = image("quay.io/a/b").with_repository("mirror.example:5000/b");
        assert_eq!((bare.to_string().as_str(), bare.tag()), ("mirror.example:5000/b", "latest"));
    }

    #[test]
    fn what_does_not_belong_is_refused_with_what_to_write_instead() {
        for (text, words) in [
            ("docker://quay.io/a/b:1", "write `quay.io/a/b:1`"),
            ("quay.io/a/b@sha256:0123", "as in `quay.io/a/b:latest`"),
            ("me:secret@quay.io/a/b", "write `quay.io/a/b` and name a Secret"),
            ("fedora:41", "names no registry"),
            ("containerdisks/fedora:41", "names no registry"),
            ("quay.io", "names no registry"),
            ("quay.io/a/B", "`B` cannot be part"),
            ("quay.io/a//b", "`` cannot be part"),
            ("quay.io/a/b:", "`` is no tag"),
            ("quay.io/a/b:-1", "`-1` is no tag"),
        ] {
            let reason = text.parse::<ImageReference>().expect_err(text);
            assert!(reason.contains(words) && reason.contains(text), "{reason}");
        }
    }

    #[test]
    fn the_pattern_of_the_schema_accepts_what_the_reader_accepts() {
        let pattern = regex::Regex::new(ImageReference::PATTERN).unwrap();
        for text in [
            "quay.io/a/b",
            "quay.io/a/b:1",
            "host:5000/a",
            "localhost/a:latest",
            "a.b/c--d/e__f.g:V1_2-3",
            "host/a",
            "quay.io/a_-b",
            "quay.io/a/b:",
            "quay.io/A",
            "-a.b/c",
            "a.b:0/c",
            "quay.io/a___b",
            "quay.io/a..b",
            "quay.io/a/b@sha256:00",
            "docker://quay.io/a",
            "",
            "a.b:123456/c",
            "a.b:/c",
            "quay.io/a/b:1/c",
        ] {
            assert_eq!(pattern.is_match(text), text.parse::<ImageReference>().is_ok(), "{text}");
        }
    }
}
