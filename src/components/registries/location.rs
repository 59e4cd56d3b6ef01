//! Locations of registries: `host[:port][/path]`, and for sources also `*.host`.
//!
//! In: text. Out: what is wrong with it, and which references lie below it. The grammar is that of the API's own
//! patterns (config/v1 ImageDigestMirrorSet); here each way to miss it has words and a way out.

/// What is wrong with a location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In words, behind "has" or alone: `a tag`.
    pub what: &'static str,
    /// The text without it, where that is a location.
    pub instead: Option<String>,
}

/// What keeps a text from being the source of a mirror, if anything.
pub fn source_fault(text: &str) -> Option<Fault> {
    match text.strip_prefix("*.") {
        None => mirror_fault(text),
        Some(host) if host.split('.').all(is_label) => None,
        Some(host) => {
            let end = host.find(['/', ':']).unwrap_or(host.len());
            let instead =
                Some(format!("*.{}", &host[..end])).filter(|_| host[..end].split('.').all(is_label));
            Some(Fault { what: "a wildcard that is more than `*.host`", instead })
        }
    }
}

/// What keeps a text from being a mirror, if anything.
pub fn mirror_fault(text: &str) -> Option<Fault> {
    if is_location(text) {
        return None;
    }
    let (what, rest) = blame(text);
    let instead = rest.map(without_extras).filter(|rest| is_location(rest)).map(str::to_owned);
    Some(Fault { what, instead })
}

/// Whether a text is `host` or `host:port`.
pub fn is_host(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    host.split('.').all(is_label) && port.is_none_or(is_number)
}

/// Whether a source stands for many hosts.
pub fn is_wildcard(source: &str) -> bool {
    source.starts_with("*.")
}

/// How many bytes of a repository (`host[:port]/path`) a source covers, whole segments only; none where it lies
/// elsewhere. Of two sources the one that covers more is the more specific one.
pub fn coverage(source: &str, repository: &str) -> Option<usize> {
    let Some(domain) = source.strip_prefix('*') else {
        let rest = repository.strip_prefix(source)?;
        return (rest.is_empty() || rest.starts_with('/')).then_some(source.len());
    };
    let host = repository.split(['/', ':']).next().unwrap_or_default();
    (host.len() > domain.len() && host.ends_with(domain)).then_some(host.len())
}

/// The first thing that does not belong into a location, and what remains of the text without it.
fn blame(text: &str) -> (&'static str, Option<&str>) {
    if text.is_empty() {
        ("no text", None)
    } else if let Some((_, rest)) = text.split_once("://") {
        ("a scheme", Some(rest))
    } else if text.contains('*') {
        ("a wildcard", None)
    } else if let Some((rest, _)) = text.split_once('@') {
        ("a digest", Some(rest))
    } else if text.ends_with('/') {
        ("a trailing slash", Some(text))
    } else if without_extras(text).len() < text.len() {
        ("a tag", Some(text))
    } else if !is_host(text.split('/').next().unwrap_or_default()) {
        ("a host that is no DNS name", None)
    } else {
        ("a path that is not of lower-case words", None)
    }
}

/// The text without digest, tag and trailing slashes.
fn without_extras(text: &str) -> &str {
    let text = text.split('@').next().unwrap_or_default().trim_end_matches('/');
    match text.rsplit_once(':') {
        Some((rest, tag)) if !tag.contains('/') && (rest.contains('/') || !is_number(tag)) => rest,
        _ => text,
    }
}

fn is_location(text: &str) -> bool {
    let mut segments = text.split('/');
    segments.next().is_some_and(is_host) && segments.all(is_path_segment)
}

/// Letters, digits and inner hyphens.
fn is_label(text: &str) -> bool {
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    edge(bytes.first())
        && edge(bytes.last())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Lower-case words joined by one `.`, one or two `_`, or hyphens.
fn is_path_segment(text: &str) -> bool {
    let is_word = |byte: char| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let inner = text.trim_matches(is_word);
    let edges = text.starts_with(is_word) && text.ends_with(is_word);
    let mut joints = inner.split(is_word).filter(|joint| !joint.is_empty());
    edges && joints.all(|joint| matches!(joint, "." | "_" | "__") || joint.bytes().all(|byte| byte == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_miss_the_grammar_has_words_and_where_possible_a_way_out() {
        for (text, what, instead) in [
            ("", "no text", None),
            ("https://r.example/a", "a scheme", Some("r.example/a")),
            ("docker://r.example/a:1", "a scheme", Some("r.example/a")),
            ("r.example/a:v1", "a tag", Some("r.example/a")),
            ("r.example:5000/a:v1", "a tag", Some("r.example:5000/a")),
            ("r.example:latest", "a tag", Some("r.example")),
            ("r.example/a@sha256:00", "a digest", Some("r.example/a")),
            ("r.example/a:v1@sha256:00", "a digest", Some("r.example/a")),
            ("r.example/", "a trailing slash", Some("r.example")),
            ("*.r.example", "a wildcard", None),
            ("r.example/A", "a path that is not of lower-case words", None),
            ("r.example//a", "a path that is not of lower-case words", None),
            ("-r.example/a", "a host that is no DNS name", None),
            ("r_1.example", "a host that is no DNS name", None),
        ] {
            let fault = Fault { what, instead: instead.map(str::to_owned) };
            assert_eq!(mirror_fault(text), Some(fault), "{text}");
        }
    }

    #[test]
    fn a_wildcard_is_a_source_without_path_and_port_and_never_a_mirror() {
        assert_eq!(source_fault("*.r.example"), None);
        assert_eq!(source_fault("*.example"), None);
        for text in ["*.r.example/a", "*.r.example:5000"] {
            assert_eq!(
                source_fault(text).and_then(|fault| fault.instead).as_deref(),
                Some("*.r.example"),
                "{text}"
            );
        }
        assert_eq!(source_fault("*.").map(|fault| fault.instead), Some(None));
        assert!(source_fault("r.*.example").is_some() && source_fault("*").is_some());
    }

    /// The patterns of the CustomResourceDefinition, which decide in the cluster.
    #[test]
    fn the_grammar_agrees_with_the_patterns_of_the_api() {
        const LABEL: &str = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
        let mirror = format!(
            r"{LABEL}(?:(?:\.{LABEL})+)?(?::[0-9]+)?(?:(?:/[a-z0-9]+(?:(?:(?:[._]|__|[-]*)[a-z0-9]+)+)?)+)?"
        );
        let source = regex::Regex::new(&format!(r"^\*(?:\.{LABEL})+$|^(?:{mirror})$")).unwrap();
        let mirror = regex::Regex::new(&format!("^(?:{mirror})$")).unwrap();
        let hosts = [
            "r",
            "r.example",
            "R-1.example:50",
            "*.r.example",
            "*",
            "",
            "-r",
            "r-",
            "r..e",
            "r:",
            "r:x",
            "r:1:2",
        ];
        let paths = [
            "", "/", "/a", "/a/b", "/a.b", "/a..b", "/a_b", "/a__b", "/a___b", "/a---b", "/a._b", "/A",
            "/a-", "/-a",
        ];
        let tails = ["", "/", ":1", ":v1", "@sha256:0", " ", "/0"];
        for host in hosts {
            for path in paths {
                for tail in tails {
                    let text = format!("{host}{path}{tail}");
                    assert_eq!(mirror_fault(&text).is_none(), mirror.is_match(&text), "mirror {text:?}");
                    assert_eq!(source_fault(&text).is_none(), source.is_match(&text), "source {text:?}");
                }
            }
        }
    }

    #[test]
    fn a_source_covers_whole_segments_only() {
        for (source, repository, bytes) in [
            ("r.example", "r.example/a/b", Some(9)),
            ("r.example/a", "r.example/a/b", Some(11)),
            ("r.example/a", "r.example/a", Some(11)),
            ("r.example/a", "r.example/ab", None),
            ("r.example", "r.example:5000/a", None),
            ("r.example:5000", "r.example:5000/a", Some(14)),
            ("*.example", "r.example/a", Some(9)),
            ("*.example", "r.example:5000/a", Some(9)),
            ("*.example", "a.r.example/a", Some(11)),
            ("*.example", "example/a", None),
            ("*.example", "rexample/a", None),
            ("*.example", "other/r.example", None),
        ] {
            assert_eq!(coverage(source, repository), bytes, "{source} over {repository}");
        }
    }
}
