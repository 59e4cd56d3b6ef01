//! Types that are one text to people: read from it by their own check.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Visitor};

/// Reads a type from a text by its own check, whose refusal becomes the error. `expects` says what is wanted where there
/// is no text at all: `an amount of storage, as in "30Gi"`.
pub fn read_text<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    deserializer: D,
    expects: &'static str,
    check: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(Text { expects, check, read: PhantomData })
}

struct Text<C, T> {
    expects: &'static str,
    check: C,
    read: PhantomData<T>,
}

impl<T, E: fmt::Display, C: FnOnce(&str) -> Result<T, E>> Visitor<'_> for Text<C, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expects)
    }

    fn visit_str<F: Error>(self, text: &str) -> Result<T, F> {
        (self.check)(text).map_err(F::custom)
    }
}
