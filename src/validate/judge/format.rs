//! The formats of texts that the API server holds a custom resource to; it ignores those that it does not know.
//!
//! Source: `supportedVersionedFormats` of the API server and the package `strfmt` of kube-openapi.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::schema::Format;

/// Each format by its name, and whether a text has it.
pub(super) const FORMATS: &[Format] = &[
    ("ipv4", |text| text.parse::<Ipv4Addr>().is_ok()),
    ("ipv6", |text| text.parse::<Ipv6Addr>().is_ok()),
    ("cidr", is_cidr),
    ("mac", is_mac),
    ("uri", is_uri),
    ("byte", is_base64),
    ("duration", is_duration),
    ("uuid", is_uuid),
    ("uuid3", |text| is_uuid(text) && is_of_version(text, b'3')),
    ("uuid4", |text| is_uuid(text) && is_of_version(text, b'4')),
    ("uuid5", |text| is_uuid(text) && is_of_version(text, b'5')),
    ("date", is_date),
    ("date-time", is_date_time),
    ("datetime", is_date_time),
    ("email", |text| text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())),
    ("hostname", is_hostname),
];

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let most = match (address.parse::<Ipv4Addr>(), address.parse::<Ipv6Addr>()) {
        (Ok(_), _) => 32,
        (_, Ok(_)) => 128,
        _ => return false,
    };
    bits.bytes().all(|byte| byte.is_ascii_digit()) && bits.parse::<u8>().is_ok_and(|bits| bits <= most)
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

/// What may stand in the first line of a request: an absolute path, or a scheme and something behind it.
fn is_uri(text: &str) -> bool {
    let scheme = text.split_once(':').is_some_and(|(scheme, rest)| {
        let mut letters = scheme.bytes();
        letters.next().is_some_and(|first| first.is_ascii_alphabetic())
            && letters.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
            && !rest.is_empty()
    });
    (scheme || text.starts_with('/')) && !text.bytes().any(|byte| byte.is_ascii_control() || byte == b' ')
}

fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    text.len().is_multiple_of(4) && text.len() - digits.len() <= 2 && digits.bytes().all(is_digit)
}

/// Numbers with units one after the other, as Go writes durations, and with the longer names that `strfmt` adds.
fn is_duration(text: &str) -> bool {
    const UNITS: &[&str] = &[
        "ns", "nano", "us", "µs", "μs", "micro", "ms", "milli", "s", "sec", "m", "min", "h", "hr", "hour",
        "d", "day", "w", "wk", "week",
    ];
    if text == "0" {
        return true;
    }
    let mut rest = text.trim_start_matches(['-', '+']);
    let mut any = false;
    while !rest.is_empty() {
        let number = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let unit_and_more = rest[number..].trim_start();
        let end = unit_and_more.find(|c: char| c.is_ascii_digit() || c == ' ').unwrap_or(unit_and_more.len());
        let unit = &unit_and_more[..end];
        if number == 0 || !UNITS.contains(&unit) && !UNITS.contains(&unit.trim_end_matches('s')) {
            return false;
        }
        rest = unit_and_more[end..].trim_start();
        any = true;
    }
    any
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths = [8, 4, 4, 4, 12];
    let is_group = |(group, length): (&&str, &usize)| {
        group.len() == *length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    groups.len() == lengths.len() && groups.iter().zip(&lengths).all(is_group)
}

fn is_of_version(uuid: &str, version: u8) -> bool {
    uuid.as_bytes().get(14) == Some(&version)
}

/// A day of the calendar: `2026-02-28`.
fn is_date(text: &str) -> bool {
    let parts: Vec<Option<u32>> = text.split('-').map(|part| digits(part, 0)).collect();
    let [Some(year), Some(month), Some(day)] = parts[..] else { return false };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    text.len() == 10 && (1..=days).contains(&day)
}

/// `2026-02-28T12:30:00Z`, with or without a fraction, with `Z` or the hours from it.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else { return false };
    let Some(zone) = time.find(['Z', 'z', '+', '-']) else { return false };
    let (clock, zone) = time.split_at(zone);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let is_clock = |text: &str, parts: &[u32]| {
        text.split(':').count() == parts.len()
            && text
                .split(':')
                .zip(parts)
                .all(|(part, below)| digits(part, 2).is_some_and(|number| number < *below))
    };
    let is_zone =
        zone.eq_ignore_ascii_case("z") || zone.get(1..).is_some_and(|zone| is_clock(zone, &[24, 60]));
    is_date(date) && is_clock(clock, &[24, 60, 60]) && digits(fraction, 0).is_some() && is_zone
}

fn is_hostname(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 255 && text.trim_end_matches('.').split('.').all(is_label)
}

/// A number of this many digits; of any number of digits for 0.
fn digits(text: &str, length: usize) -> Option<u32> {
    let fits = !text.is_empty() && (length == 0 || text.len() == length);
    let all = text.bytes().all(|byte| byte.is_ascii_digit());
    (fits && all).then(|| text.get(..text.len().min(9))?.parse().ok()).flatten()
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
            ("byte", ["aGk=", ""], ["aGk", "a==="]),
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
        ] {
            let (_, has) = FORMATS.iter().find(|(name, _)| *name == format).unwrap();
            good.iter().for_each(|text| assert!(has(text), "{format} {text}"));
            bad.iter().for_each(|text| assert!(!has(text), "{format} {text}"));
        }
    }
}
