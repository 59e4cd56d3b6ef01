//! The rules of writing: what keeps a tree from being written.

use crate::diagnostic::Rule;

/// Every rule of this step.
pub static RULES: &[&Rule] =
    &[&BEYOND_REMOVAL_LIMITS, &LEAVES_UNANNOUNCED, &FOREIGN_FILE, &INTERRUPTED_WRITE, &IN_THE_WAY];

/// GS-WRITE-001: more removals than the limits allow.
pub static BEYOND_REMOVAL_LIMITS: Rule = Rule::error(
    "GS-WRITE-001",
    "more removals than the limits allow",
    "GitOps deletes from the cluster what leaves the tree; `limits` in fleet.yaml says how much \
     may leave in one run, and `--allow-removal` lets it go by name",
);

/// GS-WRITE-002: a site or component leaves without saying what becomes of it.
pub static LEAVES_UNANNOUNCED: Rule = Rule::error(
    "GS-WRITE-002",
    "a site or component leaves without saying what becomes of it",
    "what is in the cluster must be cleaned up or left alone on purpose: render once with `lifecycle: \
     absent` (the work that cleans up) or `lifecycle: orphan` (stays, never pruned), then remove it",
);

/// GS-WRITE-003: a YAML file in our folder that goldsmith did not write.
pub static FOREIGN_FILE: Rule = Rule::warning(
    "GS-WRITE-003",
    "a YAML file in our folder that goldsmith did not write",
    "it is never touched, yet no kustomization lists it, so that it reaches no cluster; move it \
     elsewhere or take it along with `extraManifests`",
);

/// GS-WRITE-004: an earlier write was interrupted.
pub static INTERRUPTED_WRITE: Rule = Rule::warning(
    "GS-WRITE-004",
    "an earlier write was interrupted",
    "each file is whole, either old or new, but the set is mixed; the next render finishes or drops \
     what is left",
);

/// GS-WRITE-005: a file that goldsmith did not write is in the way.
pub static IN_THE_WAY: Rule = Rule::error(
    "GS-WRITE-005",
    "a file that goldsmith did not write is in the way",
    "only files that the site's inventory lists are replaced; a file with other content, a folder or a link in the \
     place of a rendered file is left alone and nothing is written",
);
