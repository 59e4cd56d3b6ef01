//! The data of a ConfigMap under way: keys, and who decided their values.

use serde::{Serialize, Serializer};

use crate::provenance::{DefaultRule, Setting, Sourced};

/// The data of a ConfigMap, sorted by key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigData(Vec<Entry>);

/// One key.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: &'static str,
    /// Its value: always text.
    pub value: Sourced<String>,
}

impl Serialize for ConfigData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|entry| (entry.key, &entry.value)))
    }
}

impl ConfigData {
    /// Adds a key; another value of the same key goes.
    pub fn put(&mut self, key: &'static str, value: Sourced<String>) {
        match self.0.binary_search_by(|entry| entry.key.cmp(key)) {
            Ok(at) => self.0[at].value = value,
            Err(at) => self.0.insert(at, Entry { key, value }),
        }
    }

    /// Adds a key where its setting is given.
    pub fn put_given<T: ToString>(&mut self, key: &'static str, setting: &Setting<T>) {
        if let Some(given) = setting.get() {
            self.put(key, text(given));
        }
    }

    /// Adds a key: its setting, or else a default.
    pub fn put_or<T: ToString>(
        &mut self,
        key: &'static str,
        setting: &Setting<T>,
        rule: &'static DefaultRule,
        default: &str,
    ) {
        self.put(key, text_or(setting, rule, default));
    }

    /// Adds a list where its setting is given, joined by commas.
    pub fn put_list(&mut self, key: &'static str, setting: &Setting<Vec<Sourced<String>>>) {
        if let Some(list) = setting.get() {
            self.put(key, joined(list, ","));
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Sourced<String>> {
        self.0.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// All keys, sorted.
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// Whether it has no keys.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A value as text of the same origin.
pub(super) fn text(value: &Sourced<impl ToString>) -> Sourced<String> {
    Sourced { value: value.value.to_string(), origin: value.origin.clone() }
}

/// What is given, as text, or else a default.
pub(super) fn text_or<T: ToString>(
    setting: &Setting<T>,
    rule: &'static DefaultRule,
    default: &str,
) -> Sourced<String> {
    let default = || Sourced { value: default.to_owned(), origin: setting.origin_or(rule) };
    setting.get().map_or_else(default, text)
}

/// A list as one text.
pub(super) fn joined(list: &Sourced<Vec<Sourced<String>>>, separator: &str) -> Sourced<String> {
    let items: Vec<&str> = list.value.iter().map(|item| item.value.as_str()).collect();
    Sourced { value: items.join(separator), origin: list.origin.clone() }
}

/// A switch as those keys have it that ask for `yes`: the scripts compare the word, in lower case.
pub(super) fn yes_or_no(value: &Sourced<bool>) -> Sourced<String> {
    let word = if value.value { "yes" } else { "no" };
    Sourced { value: word.to_owned(), origin: value.origin.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_the_last_value_counts() {
        let mut data = ConfigData::default();
        for (key, value) in [("B", "1"), ("A", "2"), ("B", "3")] {
            data.put(key, Sourced { value: value.to_owned(), ..Sourced::default() });
        }
        let all: Vec<_> = data.entries().iter().map(|entry| (entry.key, entry.value.as_str())).collect();
        assert_eq!(all, [("A", "2"), ("B", "3")]);
    }
}
