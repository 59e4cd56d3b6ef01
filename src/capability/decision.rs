//! The answer to one capability, with all that an error or an explanation needs.

use super::rules::UNAVAILABLE;
use super::{Capability, Product};
use crate::diagnostic::Diagnostic;
use crate::provenance::{Origin, Sourced, Sources};

/// The answer to "can this site do that?".
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What was asked.
    pub capability: Capability,
    /// Yes or no; no also where it cannot be told.
    pub available: bool,
    /// The product whose full version is needed for an answer.
    pub undecided: Option<Product>,
    /// The row (or the forced setting) that decided, and the version it was held against.
    pub origin: Origin,
    /// The row in words, for errors: `CDI 1.62 or newer (this site: 1.61.1)`.
    pub words: String,
}

impl Decision {
    /// The answer as a value that remembers the row.
    pub fn sourced(&self) -> Sourced<bool> {
        Sourced { value: self.available, origin: self.origin.clone() }
    }

    /// The finding for a spec that needs what is not there; none where it is. `wanted` is the setting that asks for it,
    /// as a path: `goldenImages.images.rhel9.pvc`.
    pub fn refusal(&self, wanted: &str, asked_by: &Origin, sources: &Sources) -> Option<Diagnostic> {
        if self.available {
            return None;
        }
        let asked = sources.place_of(asked_by);
        let version = sources.place_of(&self.origin);
        let finding = Diagnostic::new(&UNAVAILABLE, format!("`{wanted}` is more than this platform can do"))
            .at(asked, "asked for here")
            .with(
                version,
                if self.undecided.is_some() { "the minor alone does not decide" } else { "this decides" },
            )
            .note(format!("{}: needs {}", self.capability.words(), self.words));
        Some(finding.help(self.way_out()))
    }

    fn way_out(&self) -> String {
        if let Some(product) = self.undecided {
            return format!("give the full version in `{}`", product.setting());
        }
        format!("where the site has it all the same, write `platform.capabilities.{}: true`", self.capability)
    }
}
