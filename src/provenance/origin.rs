//! The origin of a value.

use std::sync::Arc;

use crate::yaml::Loc;

/// Where a value comes from. Small: cloning is a copy or one reference count.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Origin {
    /// Nobody said; only values that never passed our own reader have it. `explain` never shows it.
    #[default]
    Unknown,
    /// Written by a person, here.
    Written(Loc),
    /// A default, with its reason.
    Default(&'static DefaultRule),
    /// A default that came back because a layer said `null`, there.
    Removed(Arc<(&'static DefaultRule, Loc)>),
    /// Computed from other values by a named rule.
    Derived(Arc<Derived>),
}

/// A default and why it is that.
#[derive(Debug, PartialEq, Eq)]
pub struct DefaultRule {
    /// The spec path it is the default of, as written: `goldenImages.defaults.keep`.
    pub path: &'static str,
    /// The reason, one line, lower case: `two imports: the one in use and the one before it`.
    pub reason: &'static str,
}

/// How a value was computed.
#[derive(Debug, PartialEq)]
pub struct Derived {
    /// The rule in words: `DataImportCron name: <image>-image-cron`. For a capability it names the row.
    pub rule: String,
    /// What it was computed from.
    pub from: Vec<Origin>,
}

impl Origin {
    /// An origin by rule.
    pub fn derived(rule: impl Into<String>, from: &[&Origin]) -> Self {
        let from = from.iter().map(|origin| (*origin).clone()).collect();
        Origin::Derived(Arc::new(Derived { rule: rule.into(), from }))
    }

    /// The first place that a person wrote, searched through rules: what a diagnostic points at.
    pub fn written(&self) -> Option<Loc> {
        match self {
            Origin::Written(loc) => Some(*loc),
            Origin::Removed(removed) => Some(removed.1),
            Origin::Derived(derived) => derived.from.iter().find_map(Origin::written),
            Origin::Unknown | Origin::Default(_) => None,
        }
    }
}
