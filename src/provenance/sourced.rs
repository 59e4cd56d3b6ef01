//! Values that know where they came from. How they pass through serde is told in [`super::serde`].

use std::sync::Arc;

use super::{DefaultRule, Origin};
use crate::yaml::Loc;

/// A value with its origin. Serializes as the plain value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

impl<T> std::ops::Deref for Sourced<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Sourced<T> {
    /// A default.
    pub fn default_of(rule: &'static DefaultRule, value: T) -> Self {
        Sourced { value, origin: Origin::Default(rule) }
    }

    /// A value computed by a rule from others.
    pub fn derived(value: T, rule: impl Into<String>, from: &[&Origin]) -> Self {
        Sourced { value, origin: Origin::derived(rule, from) }
    }

    /// Another value of the same origin: a mere change of form.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced { value: change(self.value), origin: self.origin }
    }

    /// A borrowed view with the same origin.
    pub fn as_ref(&self) -> Sourced<&T> {
        Sourced { value: &self.value, origin: self.origin.clone() }
    }
}

/// What spec structs use instead of `Option`: not given, taken back by a `null` of a higher layer, or given.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Setting<T> {
    /// No layer gave it.
    #[default]
    Unset,
    /// A layer said `null`, here.
    Removed(Loc),
    /// Given.
    Set(Sourced<T>),
}

impl<T> Setting<T> {
    /// Whether no value is given; for `skip_serializing_if`.
    pub fn is_unset(&self) -> bool {
        !matches!(self, Setting::Set(_))
    }

    /// The value, if given.
    pub fn get(&self) -> Option<&Sourced<T>> {
        match self {
            Setting::Set(sourced) => Some(sourced),
            _ => None,
        }
    }

    /// The origin of what is given.
    pub fn origin(&self) -> Option<&Origin> {
        self.get().map(|given| &given.origin)
    }

    /// The origin of what is given; where nothing is, that of the default.
    pub fn origin_or(&self, rule: &'static DefaultRule) -> Origin {
        match self {
            Setting::Set(sourced) => sourced.origin.clone(),
            Setting::Unset => Origin::Default(rule),
            Setting::Removed(loc) => Origin::Removed(Arc::new((rule, *loc))),
        }
    }
}

impl<T: Clone + Default> Setting<T> {
    /// The fields of a section, none of them given where no layer wrote it.
    pub fn section(&self) -> T {
        self.get().map(|given| given.value.clone()).unwrap_or_default()
    }
}

impl<T: Clone> Setting<T> {
    /// The value, or a default.
    pub fn or(&self, rule: &'static DefaultRule, value: impl FnOnce() -> T) -> Sourced<T> {
        match self {
            Setting::Set(sourced) => sourced.clone(),
            _ => Sourced { value: value(), origin: self.origin_or(rule) },
        }
    }
}
