//! The rules of patches.

use crate::diagnostic::Rule;

/// Every rule of this module.
pub static RULES: &[&Rule] = &[&NO_CHANGE, &PATCH_WITHOUT_TARGET, &PATCH_FAILED];

/// GS-SPEC-006: a patch that changes nothing.
pub static NO_CHANGE: Rule = Rule::error(
    "GS-SPEC-006",
    "a patch that says no change",
    "exactly one of `json` and `merge` is given, and no layer gives any; to take away the patch of a lower layer, write \
     `null` in its place (merge rules: alternatives)",
);

/// GS-TREE-005: a patch that hits no manifest.
pub static PATCH_WITHOUT_TARGET: Rule = Rule::error(
    "GS-TREE-005",
    "a patch that hits no manifest",
    "a patch whose target is gone or misspelt would otherwise stop working without a word",
);

/// GS-TREE-006: a patch that cannot be applied.
pub static PATCH_FAILED: Rule = Rule::error(
    "GS-TREE-006",
    "a patch that cannot be applied",
    "an operation names a path that the manifest does not have, or its `test` does not hold",
)
.source("RFC 6902 section 5, RFC 7396");
