//! Texts of native kinds that are no names of objects: what each may be.

use crate::name::{dns_subdomain, label_key};

pub(super) type Verdict = Result<(), String>;

/// Whether a condition holds, and what must hold where it does not.
pub(super) fn ensure(holds: bool, reason: &str) -> Verdict {
    if holds { Ok(()) } else { Err(reason.to_owned()) }
}

/// The beginning of a name: `-` at the end is fine, since more follows.
pub(super) fn beginning(text: &str, check: fn(&str) -> Verdict) -> Verdict {
    match text.strip_suffix('-').and_then(|rest| rest.char_indices().last().map(|(last, _)| &rest[..last])) {
        Some(rest) => check(&format!("{rest}a")),
        None => check(text),
    }
}

/// What RBAC asks of a name: that it can be part of a path.
pub(super) fn path_segment(text: &str) -> Verdict {
    let holds = !matches!(text, "" | "." | "..") && !text.contains(['/', '%']);
    ensure(holds, "it must not be empty, `.` or `..`, nor hold `/` or `%`")
}

/// A key of a ConfigMap or a Secret.
pub(super) fn data_key(text: &str) -> Verdict {
    let allowed = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_' | b'.');
    ensure(text.len() <= 253, "a key has at most 253 characters")?;
    ensure(
        !text.is_empty() && text.bytes().all(allowed),
        "a key holds letters, digits, `-`, `_` and `.` only",
    )?;
    ensure(text != "." && !text.starts_with(".."), "a key must not be `.`, nor begin with `..`")
}

/// The name of a port.
pub(super) fn port_name(text: &str) -> Verdict {
    let allowed = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
    ensure(text.len() <= 15, "the name of a port has at most 15 characters")?;
    ensure(
        !text.is_empty() && text.bytes().all(allowed),
        "the name of a port holds lower-case letters, digits and `-` only",
    )?;
    ensure(text.bytes().any(|letter| letter.is_ascii_lowercase()), "the name of a port holds a letter")?;
    let hyphens = text.contains("--") || text.starts_with('-') || text.ends_with('-');
    ensure(!hyphens, "a `-` in the name of a port stands between two other characters")
}

/// The number of a port.
pub(super) fn port_number(number: i64) -> Verdict {
    ensure((1..=65535).contains(&number), "a port lies between 1 and 65535")
}

/// The name of an environment variable.
pub(super) fn environment_name(text: &str) -> Verdict {
    let holds = text.bytes().all(|letter| matches!(letter, b' '..=b'~') && letter != b'=');
    ensure(holds, "it holds printable ASCII characters only, and no `=`")
}

/// The name of an HTTP header.
pub(super) fn header_name(text: &str) -> Verdict {
    let holds =
        !text.is_empty() && text.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
    ensure(holds, "the name of a header holds letters, digits and `-` only")
}

/// A path that does not climb.
pub(super) fn path_without_steps_back(text: &str) -> Verdict {
    ensure(!text.split('/').any(|step| step == ".."), "a path must not hold `..`")
}

/// A path below another one.
pub(super) fn path_below(text: &str) -> Verdict {
    ensure(!text.starts_with('/'), "the path must be relative")?;
    path_without_steps_back(text)
}

/// A path of a file in a volume: names that begin with `..` are the kubelet's.
pub(super) fn path_in_volume(text: &str) -> Verdict {
    path_below(text)?;
    ensure(!text.starts_with(".."), "the path must not begin with `..`")
}

/// `25%`.
pub(super) fn percent(text: &str) -> Option<u64> {
    let digits = text.strip_suffix('%')?;
    let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    plain.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// A DNS subdomain whose labels may hold `_`.
pub(super) fn search_domain(text: &str) -> Verdict {
    if text == "." {
        return Ok(());
    }
    let text = text.strip_suffix('.').unwrap_or(text);
    text.split('.').try_for_each(|label| ensure(!label.ends_with('_'), "a label must not end with `_`"))?;
    let plain: Vec<String> =
        text.split('.').map(|label| label.strip_prefix('_').unwrap_or(label).replace('_', "-")).collect();
    dns_subdomain(&plain.join("."))
}

/// The name of a CSI driver.
pub(super) fn driver_name(text: &str) -> Verdict {
    ensure(text.len() <= 63, "the name of a driver has at most 63 characters")?;
    dns_subdomain(&text.to_ascii_lowercase())
}

/// A DNS subdomain, a slash and a path.
pub(super) fn path_with_domain(text: &str) -> Verdict {
    let (domain, path) = text.split_once('/').unwrap_or((text, ""));
    dns_subdomain(domain)?;
    let allowed = |letter: u8| letter.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&letter);
    ensure(!path.is_empty() && path.bytes().all(allowed), "a domain is followed by `/` and a path")
}

/// A sysctl: segments joined by `.` or `/`.
pub(super) fn sysctl(text: &str) -> Verdict {
    let segment = |segment: &str| {
        let inner = |letter: u8| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, b'-' | b'_')
        };
        let ends = |letter: Option<u8>| {
            letter.is_some_and(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
        };
        ends(segment.bytes().next()) && ends(segment.bytes().last()) && segment.bytes().all(inner)
    };
    ensure(
        text.len() <= 253 && text.split(['.', '/']).all(segment),
        "it is no sysctl, as in `net.core.somaxconn`",
    )
}

/// A name of the IANA time zone database, by its letters: which names there are is not known here.
pub(super) fn time_zone(text: &str) -> Verdict {
    let part = |part: &str| {
        let allowed = |letter: u8| letter.is_ascii_alphanumeric() || b".-_+".contains(&letter);
        (1..=14).contains(&part.len())
            && part.bytes().all(allowed)
            && part != "."
            && part != ".."
            && !part.starts_with('-')
    };
    ensure(text.split('/').all(part), "it is no time zone, as in `Europe/Berlin`")?;
    ensure(
        !text.eq_ignore_ascii_case("local"),
        "it must name a time zone, and `Local` is whichever the server has",
    )
}

/// A key of an annotation: a label key, in which case does not matter.
pub(super) fn annotation_key(text: &str) -> Verdict {
    label_key(&text.to_ascii_lowercase())
}

/// A finalizer: one that Kubernetes knows, or a label key with a domain.
pub(super) fn finalizer(text: &str) -> Verdict {
    label_key(text)?;
    let known = text.contains('/') || matches!(text, "kubernetes" | "orphan" | "foregroundDeletion");
    ensure(known, "a finalizer of one's own has a domain before a `/`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::dns_label;

    #[test]
    fn the_beginning_of_a_name_may_end_with_a_hyphen() {
        assert_eq!(beginning("web-", dns_label), Ok(()));
        assert!(beginning("web_", dns_label).is_err());
        assert!(beginning("-", dns_label).is_err());
    }

    #[test]
    fn search_domains_take_an_underscore_where_dns_does() {
        for text in [".", "corp.example.", "_tcp.corp.example", "a_b.example"] {
            assert_eq!(search_domain(text), Ok(()), "{text}");
        }
        for text in ["", "a..b", "a_.example", "A.example"] {
            assert!(search_domain(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ports_have_names_with_a_letter() {
        assert_eq!(port_name("http-2"), Ok(()));
        for text in ["", "8080", "a--b", "-a", "a-", "HTTP", "sixteen-letters-x"] {
            assert!(port_name(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_percentage_is_digits_and_a_sign() {
        assert_eq!(percent("25%"), Some(25));
        assert_eq!((percent("%"), percent("2.5%"), percent("25")), (None, None, None));
    }
}
