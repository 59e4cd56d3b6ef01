//! Rules about how a fleet is put together that are not shared with other steps.

use crate::diagnostic::Rule;

/// All rules of this file.
pub static RULES: &[&Rule] = &[&GROUP_NAME_TWICE, &RESERVED_LABEL, &FILE_NOT_FOUND];

/// GS-FLEET-010: two groups of one name.
pub(super) static GROUP_NAME_TWICE: Rule = Rule::error(
    "GS-FLEET-010",
    "two groups of one name",
    "`--group` and reports name groups, and could mean either; a group that needs two selectors is two groups that list \
     the same overlays",
);

/// GS-FLEET-011: a site label with the prefix that is kept for Goldsmith.
pub(super) static RESERVED_LABEL: Rule = Rule::error(
    "GS-FLEET-011",
    "a site label with the prefix that is kept for Goldsmith",
    "every site has the label `goldsmith.dev/site` with its name, so that a group can select sites by name; a written \
     one could say otherwise",
);

/// GS-FLEET-012: a file that a spec names is not there.
pub(super) static FILE_NOT_FOUND: Rule = Rule::error(
    "GS-FLEET-012",
    "a file that a spec names is not there",
    "snapshots and extra manifests are read from the repository itself, so that every checkout renders the same",
);
