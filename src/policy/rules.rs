//! The rules about rules: what is wrong with `rules` and `waivers` of a spec.

use crate::diagnostic::Rule;

/// Every rule of this module.
pub static RULES: &[&Rule] = &[&UNKNOWN_RULE, &FIXED_RULE, &WAIVER_ENDED, &WAIVER_ENDS_SOON, &WAIVER_UNUSED];

/// GS-RULE-001: a rule that does not exist.
pub static UNKNOWN_RULE: Rule = Rule::error(
    "GS-RULE-001",
    "a rule that does not exist",
    "a level or a waiver for a code that no rule has would change nothing, and look as if it did",
);

/// GS-RULE-002: a rule that cannot be lowered or waived.
pub static FIXED_RULE: Rule = Rule::error(
    "GS-RULE-002",
    "a rule that cannot be lowered or waived",
    "what it finds leaves nothing sound to render, so that there is nothing to live with",
);

/// GS-RULE-003: a waiver that has ended.
pub static WAIVER_ENDED: Rule = Rule::warning(
    "GS-RULE-003",
    "a waiver that has ended",
    "its last day is over: what it stood for is told again, and the waiver itself says nothing any more",
);

/// GS-RULE-004: a waiver that will soon end.
pub static WAIVER_ENDS_SOON: Rule = Rule::warning(
    "GS-RULE-004",
    "a waiver that will soon end",
    "within two weeks the finding comes back and may stop a pipeline; there is time to mend it or to decide anew",
);

/// GS-RULE-005: a waiver that nothing needs.
pub static WAIVER_UNUSED: Rule = Rule::warning(
    "GS-RULE-005",
    "a waiver that nothing needs",
    "no site of the fleet has such a finding: it was mended, or the waiver was misspelt, and would hide the next one",
);
