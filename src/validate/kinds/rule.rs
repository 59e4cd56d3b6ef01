//! One rule of the API server that no schema holds.

use serde_json::Value;

/// A row of the table.
#[derive(Debug)]
pub struct Rule {
    /// The definition that it belongs to, in `schemas/kubernetes/definitions.json`; `Object` is every object as a whole.
    pub of: &'static str,
    /// The field of that definition: `ports[].name`.
    pub field: &'static str,
    /// What must hold, behind the name of the field.
    pub words: &'static str,
    /// The function of Kubernetes 1.36.3 that asks for it; in `pkg/apis/<group>/validation` where no package is named.
    pub source: &'static str,
    /// Tells what does not hold, by JSON pointers into the value.
    pub check: Check,
    /// Merge patches (RFC 7396) that a good value of the definition stays good with.
    pub passes: &'static [&'static str],
    /// Merge patches that this rule refuses.
    pub fails: &'static [&'static str],
}

/// The function of a rule: a value of the definition, which was decoded, and where to tell.
pub type Check = fn(&Value, &mut Refuse<'_>);

/// Takes a JSON pointer into the value and what is wrong there.
pub type Refuse<'r> = dyn FnMut(&str, String) + 'r;
