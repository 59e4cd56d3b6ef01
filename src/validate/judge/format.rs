//! The formats that the API server holds a custom resource to; it ignores those that it does not know.
//!
//! Source: `supportedVersionedFormats` of the API server, the package `strfmt` of kube-openapi, and what of Go they ask.

use core::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regex::Regex;

use super::node::Kind;
use super::pattern::translated;

/// A format that the server knows for a type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Format {
    pub(super) name: &'static str,
    /// Whether a text has it; numbers have bounds instead.
    pub(super) check: Option<Check>,
}

/// Whether a text has a format.
type Check = fn(&str) -> bool;

/// A format by its name, dashes or not, if the server knows it for these types.
pub(super) fn of(name: &str, types: &[Kind]) -> Option<Format> {
    let number = |known: [&'static str; 2]| {
        known.into_iter().find(|known| *known == name).map(|name| Format { name, check: None })
    };
    match types {
        [Kind::Integer] => number(["int32", "int64"]),
        [Kind::Number] => number(["float", "double"]),
        [] | [Kind::String] | [_, _] => {
            let plain = name.replace('-', "");
            let known = FORMATS.iter().find(|(known, _)| known.replace('-', "") == plain);
            known.map(|(name, check)| Format { name, check: Some(*check) })
        }
        _ => None,
    }
}

/// Each format of texts by its name, and whether a text has it.
const FORMATS: &[(&str, Check)] = &[
    ("ipv4", is_ipv4),
    ("ipv6", |text| text.parse::<Ipv6Addr>().is_ok()),
    ("cidr", is_cidr),
    ("mac", is_mac),
    ("uri", is_uri),
    ("byte", |text| !text.is_empty() && is_base64(text)),
    ("duration", is_duration),
    ("uuid", |text| UUID.is_match(text)),
    ("uuid3", |text| UUID.is_match(text) && is_of_version(text, b'3', false)),
    ("uuid4", |text| UUID.is_match(text) && is_of_version(text, b'4', true)),
    ("uuid5", |text| UUID.is_match(text) && is_of_version(text, b'5', true)),
    ("date", is_date),
    ("date-time", is_date_time),
    ("email", is_email),
    ("hostname", is_hostname),
    ("password", |_| true),
    ("isbn", |text| is_isbn10(text) || is_isbn13(text)),
    ("isbn10", is_isbn10),
    ("isbn13", is_isbn13),
    ("creditcard", is_credit_card),
    ("ssn", |text| text.len() == 11 && SSN.is_match(text)),
    ("hexcolor", |text| HEX_COLOR.is_match(text)),
    ("rgbcolor", |text| RGB_COLOR.is_match(text)),
    ("bsonobjectid", |text| text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())),
    ("k8s-short-name", |text| text.len() <= 63 && is_name(text)),
    ("k8s-long-name", |text| text.len() <= 253 && text.split('.').all(is_name)),
];

fn pattern(text: &str) -> Regex {
    Regex::new(&translated(text)).expect("it is well-formed")
}

static UUID: LazyLock<Regex> =
    LazyLock::new(|| pattern("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$"));
static SSN: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d{3}[- ]?\d{2}[- ]?\d{4}$"));
static HEX_COLOR: LazyLock<Regex> = LazyLock::new(|| pattern("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"));
static RGB_COLOR: LazyLock<Regex> = LazyLock::new(|| {
    let byte = r"\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*";
    pattern(&format!(r"^rgb\({byte},{byte},{byte}\)$"))
});
static CREDIT_CARD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$",
    )
});
static HOSTNAME: LazyLock<Regex> = LazyLock::new(|| {
    let letter = r"a-zA-Z0-9\p{S}\p{L}";
    pattern(&format!(
        r"^([{letter}]((-?[{letter}]{{0,62}})?)|([{letter}](([a-zA-Z0-9\-\p{{S}}\p{{L}}]{{0,61}}[{letter}])?)(\.)){{1,}}([a-zA-Z\p{{L}}]){{2,63}})$"
    ))
});
static GO_DURATION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[-+]?(0|(([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$"));
static COUNTED: LazyLock<Regex> = LazyLock::new(|| pattern(r"(\d+)\s*([A-Za-zµ]+)"));
static CLOCK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$"));
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^([0-9-]{10})T([0-9]{2}):([0-9]{2}):([0-9]{2})([.,][0-9]+)?(Z|[+-]([0-9]{2}):([0-9]{2}))$")
});

/// Four numbers below 256, leading zeros or not; or an IPv6 address that ends in them.
fn is_ipv4(text: &str) -> bool {
    plain_ipv4(text).is_some() || text.contains('.') && text.parse::<Ipv6Addr>().is_ok()
}

fn plain_ipv4(text: &str) -> Option<Ipv4Addr> {
    let parts: Option<Vec<u8>> = text.split('.').map(|part| u8::try_from(digits(part, 0)?).ok()).collect();
    let [a, b, c, d] = parts?[..] else { return None };
    Some(Ipv4Addr::new(a, b, c, d))
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let most = match (plain_ipv4(address), address.parse::<Ipv6Addr>()) {
        (Some(_), _) => 32,
        (_, Ok(_)) => 128,
        _ => return false,
    };
    digits(bits, 0).is_some_and(|bits| bits <= most)
}

/// Six, eight or twenty bytes: `01:23:45:67:89:ab`, also with `-`, or in pairs with `.`.
fn is_mac(text: &str) -> bool {
    let (separator, digits) = match text.as_bytes() {
        [_, _, separator @ (b':' | b'-'), ..] => (*separator, 2),
        [_, _, _, _, b'.', ..] => (b'.', 4),
        _ => return false,
    };
    let groups: Vec<&str> = text.split(char::from(separator)).collect();
    let is_group = |group: &&str| group.len() == digits && group.bytes().all(|byte| byte.is_ascii_hexdigit());
    groups.iter().all(is_group) && matches!(groups.len() * digits / 2, 6 | 8 | 20)
}

/// What may stand in the first line of a request (`url.ParseRequestURI`): an absolute path, or a scheme and something.
fn is_uri(text: &str) -> bool {
    if text.is_empty() || text.bytes().any(|byte| byte.is_ascii_control()) {
        return false;
    }
    let is_scheme = |scheme: &str| {
        let mut letters = scheme.bytes();
        letters.next().is_some_and(|first| first.is_ascii_alphabetic())
            && letters.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    };
    let (scheme, rest) = match text.split_once(':') {
        Some(("", _)) => return false,
        Some((scheme, rest)) if is_scheme(scheme) => (scheme, rest),
        _ => ("", text),
    };
    if text == "*" {
        return true;
    }
    if !rest.starts_with('/') {
        return !scheme.is_empty();
    }
    let rest = rest.split_once('?').map_or(rest, |(before, _)| before);
    let (authority, path) =
        match rest.strip_prefix("//").filter(|rest| !scheme.is_empty() || !rest.starts_with('/')) {
            Some(rest) => rest.find('/').map_or((rest, ""), |at| rest.split_at(at)),
            None => ("", rest),
        };
    is_authority(authority) && is_escaped(path, |_| true)
}

fn is_authority(text: &str) -> bool {
    let (user, host) = text.rsplit_once('@').unwrap_or(("", text));
    let is_user = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
    let is_host = |byte: u8| {
        !byte.is_ascii() || byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:[]<>\"".contains(&byte)
    };
    let (name, port) = match host.rfind(']') {
        Some(end) if host.starts_with('[') => (&host[..=end], &host[end + 1..]),
        _ => host.find(':').map_or((host, ""), |_| host.split_at(host.rfind(':').unwrap_or_default())),
    };
    let is_port =
        port.is_empty() || port.starts_with(':') && port[1..].bytes().all(|byte| byte.is_ascii_digit());
    user.bytes().all(is_user) && is_escaped(user, |_| true) && is_escaped(name, is_host) && is_port
}

/// Whether each `%` is followed by two digits, and each other byte is fit.
fn is_escaped(text: &str, is_fit: impl Fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    let is_hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let each = |(at, byte): (usize, &u8)| {
        if *byte == b'%' { is_hex(at + 1) && is_hex(at + 2) } else { is_fit(*byte) }
    };
    bytes.iter().enumerate().all(each)
}

fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    text.len().is_multiple_of(4) && text.len() - digits.len() <= 2 && digits.bytes().all(is_digit)
}

/// A duration of Go, or a text in which somewhere a number stands before a unit.
pub(super) fn is_duration(text: &str) -> bool {
    const UNITS: &[&[&str]] = &[
        &["ns", "nano"],
        &["us", "µs", "micro"],
        &["ms", "milli"],
        &["s", "sec"],
        &["m", "min"],
        &["h", "hr", "hour"],
        &["d", "day"],
        &["w", "wk", "week"],
    ];
    if GO_DURATION.is_match(text) {
        return true;
    }
    let is_unit = |unit: &str| {
        let unit = unit.to_lowercase();
        UNITS.iter().any(|names| {
            names.contains(&unit.as_str()) || names.last().is_some_and(|name| unit.starts_with(name))
        })
    };
    let mut any = false;
    for found in COUNTED.captures_iter(text) {
        if found[1].parse::<i64>().is_err() {
            return false;
        }
        any |= is_unit(&found[2]);
    }
    any
}

/// Whether a UUID is of a version, and of the variant that has one.
fn is_of_version(uuid: &str, version: u8, asks_variant: bool) -> bool {
    let digits: Vec<u8> = uuid.bytes().filter(|byte| *byte != b'-').collect();
    let has_variant = matches!(digits.get(16), Some(b'8' | b'9' | b'a' | b'b' | b'A' | b'B'));
    digits.get(12) == Some(&version) && (has_variant || !asks_variant)
}

/// A day of the calendar: `2026-02-28`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2)) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// `2026-02-28T12:30:00Z`, with or without a fraction, with `Z` or the hours from it, which may be any.
fn is_date_time(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut parts = text.split('t');
    let (Some(date), Some(clock)) = (parts.next(), parts.next()) else { return false };
    let Some(clock) = CLOCK.captures(clock) else { return false };
    is_date(date) && &clock[1] <= "23" && &clock[2] <= "59" && &clock[3] <= "59"
}

/// A time as Go reads it into metadata (RFC 3339).
pub(super) fn is_time(text: &str) -> bool {
    let Some(found) = TIME.captures(text) else { return false };
    let is_below = |group: usize, most: &str| found.get(group).is_none_or(|part| part.as_str() <= most);
    is_date(&found[1])
        && is_below(2, "23")
        && is_below(3, "59")
        && is_below(4, "59")
        && is_below(7, "24")
        && is_below(8, "60")
}

/// An address, alone or as `A name <address>`.
fn is_email(text: &str) -> bool {
    let text = text.trim();
    let address = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) if !name.contains(['@', '<', ',']) => address,
        _ => text,
    };
    let is_atom = |text: &str| {
        let is_fit =
            |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
        !text.is_empty()
            && text.chars().all(is_fit)
            && !text.starts_with('.')
            && !text.ends_with('.')
            && !text.contains("..")
    };
    let is_quoted = |text: &str| text.len() > 2 && text.starts_with('"') && text.ends_with('"');
    address.rsplit_once('@').is_some_and(|(name, host)| {
        (is_atom(name) || is_quoted(name)) && (is_atom(host) || host.starts_with('[') && host.ends_with(']'))
    })
}

fn is_hostname(text: &str) -> bool {
    text.len() <= 255 && HOSTNAME.is_match(text) && text.split('.').all(|label| label.len() <= 63)
}

fn is_name(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_fit) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_isbn10(text: &str) -> bool {
    let Some(values) = isbn_digits(text, 10) else { return false };
    values.iter().zip(1..).map(|(digit, weight)| digit * weight).sum::<u32>().is_multiple_of(11)
}

fn is_isbn13(text: &str) -> bool {
    let Some(values) = isbn_digits(text, 13) else { return false };
    let weights = [1, 3].into_iter().cycle();
    values.iter().zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>().is_multiple_of(10)
}

/// The digits of a book's number without what is between them; the last of ten may be an `X`.
fn isbn_digits(text: &str, length: usize) -> Option<Vec<u32>> {
    let plain: Vec<char> = text.chars().filter(|c| !c.is_ascii_whitespace() && *c != '-').collect();
    let digit = |(at, c): (usize, &char)| {
        if at == 9 && length == 10 && *c == 'X' { Some(10) } else { c.to_digit(10) }
    };
    (plain.len() == length).then(|| plain.iter().enumerate().map(digit).collect())?
}

fn is_credit_card(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let values = digits.chars().rev().filter_map(|digit| digit.to_digit(10)).enumerate();
    let sum: u32 = values
        .map(|(at, digit)| match (at % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    CREDIT_CARD.is_match(&digits) && sum.is_multiple_of(10)
}

/// A number of this many digits; of any number of digits for 0.
fn digits(text: &str, length: usize) -> Option<u32> {
    let fits = !text.is_empty() && (length == 0 || text.len() == length);
    let all = text.bytes().all(|byte| byte.is_ascii_digit());
    (fits && all).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_takes_what_it_means_and_nothing_else() {
        for (format, good, bad) in [
            ("ipv4", ["10.0.0.1", "0.0.0.0"], ["10.0.0", "::1"]),
            ("ipv6", ["::1", "fe80::1"], ["10.0.0.1", "g::"]),
            ("cidr", ["10.0.0.0/8", "::/0"], ["10.0.0.0/33", "10.0.0.0"]),
            ("mac", ["01:23:45:67:89:ab", "0123.4567.89ab"], ["01:23:45", "01-23-45-67-89-zz"]),
            ("uri", ["https://a.example/b", "/path"], ["a b", "path"]),
            ("byte", ["aGk=", "aGkh"], ["aGk", ""]),
            ("duration", ["1h30m", "2 days"], ["1x", "h"]),
            (
                "uuid4",
                ["8c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55", "00000000-0000-4000-8000-000000000000"],
                ["8c1d0f3e-6a53-3f0c-9a44-0d7f2a1b9c55", "x"],
            ),
            ("date", ["2026-02-28", "2024-02-29"], ["2026-02-29", "2026-1-1"]),
            (
                "date-time",
                ["2026-02-28T12:30:00Z", "2026-02-28T12:30:00.5+01:00"],
                ["2026-02-28", "2026-02-28T25:00:00Z"],
            ),
            ("email", ["a@b", "a.b@c.example"], ["a", "@b"]),
            ("hostname", ["a.example", "a"], ["-a", "a_b"]),
            ("isbn", ["0321751043", "978-0321751041"], ["0321751044", "a"]),
            ("creditcard", ["4111-1111-1111-1111", "4111111111111111"], ["4111111111111112", ""]),
            ("hexcolor", ["#fff", "FFFFFF"], ["#ffff", "red"]),
            ("rgbcolor", ["rgb(0, 1, 255)", "rgb(1,2,3)"], ["rgb(0,1,256)", "rgb(0,1)"]),
            ("k8s-short-name", ["a-b", "1"], ["A", "a.b"]),
            ("k8s-long-name", ["a-b.c", "1"], ["a..b", "-a"]),
        ] {
            let has = of(format, &[Kind::String]).unwrap().check.unwrap();
            good.iter().for_each(|text| assert!(has(text), "{format} {text}"));
            bad.iter().for_each(|text| assert!(!has(text), "{format} {text}"));
        }
    }
}
