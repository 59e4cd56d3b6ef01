//! The rule of what a platform cannot do.

use crate::diagnostic::Rule;

/// Every rule of this module.
pub static RULES: &[&Rule] = &[&UNAVAILABLE];

/// A setting that the platform cannot do.
pub static UNAVAILABLE: Rule = Rule::error(
    "GS-PLAT-008",
    "the spec asks for something that this platform cannot do",
    "the operator of this version would drop the field, refuse the object or ignore it. The finding names the \
     version that has it; `platform.capabilities` forces the answer where a site knows better (a backport)",
);
