//! Every diagnostic code there is, gathered from the lists that modules declare, each with its example.
//!
//! No finding is made from it: it is for `explain`, documentation and tests.

#[cfg(feature = "cli")]
pub mod example;

use crate::components::COMPONENTS;
use crate::diagnostic::{self, Rule};

/// The lists of all modules; a module that has rules adds its own here, a component by its row in
/// [`crate::components::COMPONENTS`].
const LISTS: &[&[&Rule]] = &[
    diagnostic::rules::RULES,
    crate::capability::rules::RULES,
    crate::schedule::rules::RULES,
    crate::spec::platform::rules::RULES,
    crate::patch::rules::RULES,
    crate::load::rules::RULES,
    crate::policy::rules::RULES,
    crate::render::rules::RULES,
    crate::validate::rules::RULES,
    #[cfg(feature = "cli")]
    crate::write::rules::RULES,
];

/// Every rule, sorted by code.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let mut all: Vec<&'static Rule> = lists().flat_map(|list| list.iter().copied()).collect();
    all.sort_by_key(|rule| rule.code);
    all.into_iter()
}

/// The rule of a code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    lists().flat_map(|list| list.iter().copied()).find(|rule| rule.code == code)
}

fn lists() -> impl Iterator<Item = &'static [&'static Rule]> {
    LISTS.iter().copied().chain(COMPONENTS.iter().map(|component| component.rules))
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use super::*;
    use crate::capability::version::{Bound, Version};

    #[test]
    fn every_code_is_given_once() {
        let codes: Vec<&str> = rules().map(|rule| rule.code).collect();
        for pair in codes.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
    }

    #[test]
    fn every_list_is_in_the_order_of_its_codes() {
        for list in lists() {
            for pair in list.windows(2) {
                let of_one_family = family(pair[0].code) == family(pair[1].code);
                assert!(!of_one_family || pair[0].code < pair[1].code, "{} {}", pair[0].code, pair[1].code);
            }
        }
    }

    #[test]
    fn every_code_names_its_family_and_has_three_digits() {
        for rule in rules() {
            let parts: Vec<&str> = rule.code.split('-').collect();
            let [prefix, family, number] = parts[..] else { panic!("{}", rule.code) };
            assert_eq!(prefix, "GS", "{}", rule.code);
            assert!(!family.is_empty() && family.bytes().all(|b| b.is_ascii_uppercase()), "{}", rule.code);
            assert!(number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit()), "{}", rule.code);
        }
    }

    #[test]
    fn every_rule_says_what_and_why() {
        for rule in rules() {
            assert!(speaks_low(rule.summary), "{}: {}", rule.code, rule.summary);
            assert!(rule.summary.len() <= 100 && !rule.summary.contains('\n'), "{}", rule.code);
            assert!(speaks_low(rule.explanation), "{}: {}", rule.code, rule.explanation);
            assert!(rule.explanation.len() > rule.summary.len(), "{}", rule.code);
            assert!(!rule.holds.is_empty() && !rule.holds.ends_with('.'), "{}", rule.code);
        }
    }

    #[test]
    fn every_rule_of_a_component_says_where_it_is_known_from() {
        for rule in COMPONENTS.iter().flat_map(|component| component.rules) {
            assert!(rule.source.is_some_and(|source| !source.is_empty()), "{} has no source", rule.code);
        }
    }

    #[test]
    fn every_rule_is_there_since_a_release_that_was() {
        let ours = Version::from_str(env!("CARGO_PKG_VERSION")).unwrap();
        for rule in rules() {
            let since: Vec<u64> = rule.since.split('.').map(|number| number.parse().unwrap()).collect();
            let [major, minor, patch] = since[..] else { panic!("{}: {}", rule.code, rule.since) };
            assert_eq!(ours.reaches(Bound::patch(major, minor, patch)), Some(true), "{}", rule.code);
        }
    }

    #[test]
    fn a_rule_is_found_by_its_code() {
        assert_eq!(rule("GS-YAML-002"), Some(&diagnostic::rules::DUPLICATE_KEY));
        assert_eq!(rule("GS-YAML-999"), None);
    }

    fn family(code: &str) -> &str {
        code.rsplit_once('-').map_or(code, |(family, _)| family)
    }

    /// Text that begins in lower case (a name such as `YAML` or `DataSource` may come first), without a final stop.
    fn speaks_low(text: &str) -> bool {
        let first = text.split_whitespace().next().unwrap_or_default();
        let is_name = first.chars().skip(1).any(char::is_uppercase);
        let is_low = first.starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit() || c == '`');
        !text.is_empty() && text == text.trim() && !text.ends_with('.') && (is_low || is_name)
    }
}
