//! What a person is told about their input: data with stable codes, collected and sorted; printing is in `report`.
//!
//! [`Findings`] collects the findings of a run, [`words`] is the grammar of their messages. What reader and decoder complain
//! about becomes a finding by [`from_yaml`] and [`from_mismatch`], by the rules of [`rules`]; all other rules stand beside
//! the code that raises them, and [`crate::registry`] lists them all.

mod convert;
mod findings;
mod rule;
pub mod rules;
pub mod trap;
pub mod words;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::provenance::{Place, userinfo};
pub use convert::{from_both, from_mismatch, from_yaml};
pub use findings::{Findings, Name};
pub use rule::{Rule, Severity};

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// Its rule, which gives the code.
    pub rule: &'static Rule,
    /// How bad it is: as the rule says, unless a fleet says otherwise.
    pub severity: Severity,
    /// Who decided to live with it.
    pub waived: Option<Waived>,
    /// The title: what is wrong with this input, one line, lower case, the user's words in backticks.
    pub title: String,
    /// The place that is wrong, with the words under its caret. None only where there is no text at all.
    pub primary: Option<Label>,
    /// Other places that explain it.
    pub context: Vec<Label>,
    /// Why: facts, one line each.
    pub notes: Vec<String>,
    /// The way out.
    pub help: Vec<Help>,
    /// The sites it was found in; none where it is about a file alone.
    pub sites: BTreeSet<String>,
}

/// The waiver that covers a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// Its name in the spec.
    pub name: String,
    /// Why it is right to live with it.
    pub reason: String,
    /// Its last day, or `never`.
    pub until: String,
}

impl Waived {
    /// The mark of a finding that a baseline knows.
    pub fn by_baseline() -> Self {
        let [name, reason, until] =
            ["baseline", "it was there when the baseline was recorded", "never"].map(str::to_owned);
        Waived { name, reason, until }
    }
}

/// A place with words.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What to say there; short, may be empty.
    pub text: String,
}

impl Label {
    fn new(place: Place, text: impl AsRef<str>) -> Self {
        Label { place, text: userinfo::hidden(text.as_ref()).into_owned() }
    }
}

/// A way out.
#[derive(Clone, Debug, PartialEq)]
pub enum Help {
    /// In words.
    Text(String),
    /// As an edit that can be shown.
    Edit {
        /// What it does: `for the boolean, write`.
        title: String,
        /// What is replaced.
        place: Place,
        /// By what.
        with: String,
    },
}

impl Diagnostic {
    /// A finding of a rule. A name of whatever object may be in the title: it stays one line.
    pub fn new(rule: &'static Rule, title: impl AsRef<str>) -> Self {
        Diagnostic {
            rule,
            severity: rule.severity,
            waived: None,
            title: words::on_one_line(&userinfo::hidden(title.as_ref())),
            primary: None,
            context: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            sites: BTreeSet::new(),
        }
    }

    /// What it is called by.
    pub fn name(&self) -> Name<'_> {
        let path = self.primary.as_ref().map_or("", |label| label.place.source.path.as_str());
        Name { rule: self.rule, path, title: &self.title }
    }

    /// Points at the place that is wrong.
    #[must_use]
    pub fn at(mut self, place: Option<Place>, text: impl AsRef<str>) -> Self {
        self.primary = place.map(|place| Label::new(place, text));
        self
    }

    /// Points at another place that explains it.
    #[must_use]
    pub fn with(mut self, place: Option<Place>, text: impl AsRef<str>) -> Self {
        self.context.extend(place.map(|place| Label::new(place, text)));
        self
    }

    /// Adds a reason.
    #[must_use]
    pub fn note(mut self, text: impl AsRef<str>) -> Self {
        self.notes.push(userinfo::hidden(text.as_ref()).into_owned());
        self
    }

    /// Adds a way out in words.
    #[must_use]
    pub fn help(mut self, text: impl AsRef<str>) -> Self {
        self.help.push(Help::Text(userinfo::hidden(text.as_ref()).into_owned()));
        self
    }

    /// Adds a way out as an edit; none that would have to show a password.
    #[must_use]
    pub fn edit(mut self, title: impl Into<String>, place: Option<Place>, with: impl Into<String>) -> Self {
        let with = with.into();
        if let (Some(place), Cow::Borrowed(_)) = (place, userinfo::hidden(&with)) {
            self.help.push(Help::Edit { title: title.into(), place, with });
        }
        self
    }

    /// Names the site it was found in.
    #[must_use]
    pub fn site(mut self, site: impl Into<String>) -> Self {
        self.sites.insert(site.into());
        self
    }
}
