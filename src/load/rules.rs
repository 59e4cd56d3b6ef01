//! The rules of loading: which files make up a fleet, and what a layer may say.

use crate::diagnostic::Rule;

/// Every rule of this step.
pub static RULES: &[&Rule] = &[
    &NOT_UTF8,
    &TWO_ALTERNATIVES,
    &WRONG_DOCUMENT,
    &NO_SITE,
    &SITE_NAME_TWICE,
    &OVERLAY_NOT_FOUND,
    &CIRCULAR_OVERLAYS,
    &WRONG_GOLDSMITH,
    &BAD_SET,
    &BAD_SELECTOR,
    &UNKNOWN_SITE_OR_GROUP,
    &OUTSIDE_REPOSITORY,
    &GROUP_NAME_TWICE,
    &RESERVED_LABEL,
    &FILE_NOT_FOUND,
];

/// GS-YAML-006: a file that is not UTF-8.
pub static NOT_UTF8: Rule = Rule::error(
    "GS-YAML-006",
    "a file that is not UTF-8",
    "other encodings cannot be told apart with certainty, and the kube-apiserver takes UTF-8 only; save the file \
     as UTF-8",
)
.source("YAML 1.2.2 section 5.2, RFC 8259 section 8.1");

/// GS-SPEC-005: two of several alternatives in one layer.
pub static TWO_ALTERNATIVES: Rule = Rule::error(
    "GS-SPEC-005",
    "two of several alternatives in one layer",
    "of these fields exactly one is given; a higher layer's choice displaces a lower one's, yet within \
     one layer nothing says which of the two was meant (merge rules: alternatives)",
);

/// GS-SPEC-008: an apiVersion or kind that is not expected here.
pub static WRONG_DOCUMENT: Rule = Rule::error(
    "GS-SPEC-008",
    "an apiVersion or kind that is not expected here",
    "`apiVersion` is `goldsmith.dev/v1alpha1`, and the kind must be that of the place: `Fleet` in \
     fleet.yaml, `Site` for a site, `Overlay` for an overlay",
);

/// GS-FLEET-001: no site was found.
pub static NO_SITE: Rule = Rule::error(
    "GS-FLEET-001",
    "no site was found",
    "a run over no site would count everything that is rendered as no longer wanted; a pattern that \
     matches nothing is a mistake more often than a wish",
);

/// GS-FLEET-002: two sites of one name.
pub static SITE_NAME_TWICE: Rule = Rule::error(
    "GS-FLEET-002",
    "two sites of one name",
    "the name is the site's folder in the tree, so that one site would overwrite the other",
);

/// GS-FLEET-003: an overlay that does not exist.
pub static OVERLAY_NOT_FOUND: Rule = Rule::error(
    "GS-FLEET-003",
    "an overlay that does not exist",
    "an overlay is a file of the repository, named by its path from the repository's root, or one of \
     the overlays that goldsmith brings along, named by its name",
);

/// GS-FLEET-004: overlays that include each other in a circle.
pub static CIRCULAR_OVERLAYS: Rule = Rule::error(
    "GS-FLEET-004",
    "overlays that include each other in a circle",
    "an overlay applies those it lists below itself; in a circle none is lowest",
);

/// GS-FLEET-005: this goldsmith is outside the fleet's version range.
pub static WRONG_GOLDSMITH: Rule = Rule::error(
    "GS-FLEET-005",
    "this goldsmith is outside the fleet's version range",
    "`goldsmith` in fleet.yaml holds every laptop and pipeline to one range of versions, so that \
     all render the same bytes",
);

/// GS-FLEET-006: a `--set` that cannot be applied.
pub static BAD_SET: Rule = Rule::error(
    "GS-FLEET-006",
    "a `--set` that cannot be applied",
    "`--set` takes `path=value`: the path as in the spec, from below `spec`, with `.` between keys, the \
     value as YAML; lists are replaced as a whole",
);

/// GS-FLEET-007: a label selector that is not valid.
pub static BAD_SELECTOR: Rule = Rule::error(
    "GS-FLEET-007",
    "a label selector that is not valid",
    "groups select sites as Kubernetes selects objects: `matchLabels` and `matchExpressions` with `In`, `NotIn`, \
     `Exists` and `DoesNotExist`; the first two need values, the others take none",
)
.source("Kubernetes: LabelSelector");

/// GS-FLEET-008: a site or group that the fleet does not have.
pub static UNKNOWN_SITE_OR_GROUP: Rule = Rule::error(
    "GS-FLEET-008",
    "a site or group that the fleet does not have",
    "what was asked for by name is not there; to go on without it would answer another question than \
     the one asked",
);

/// GS-FLEET-009: a file outside the repository.
pub static OUTSIDE_REPOSITORY: Rule = Rule::error(
    "GS-FLEET-009",
    "a file outside the repository",
    "a fleet is read from its own repository only, so that every checkout renders the same; absolute \
     paths, `..` above the root and links that lead out are refused",
);

/// GS-FLEET-010: two groups of one name.
pub static GROUP_NAME_TWICE: Rule = Rule::error(
    "GS-FLEET-010",
    "two groups of one name",
    "`--group` and reports name groups, and could mean either; a group that needs two selectors is two groups that list \
     the same overlays",
);

/// GS-FLEET-011: a site label with the prefix that is kept for Goldsmith.
pub static RESERVED_LABEL: Rule = Rule::error(
    "GS-FLEET-011",
    "a site label with the prefix that is kept for Goldsmith",
    "every site has the label `goldsmith.dev/site` with its name, so that a group can select sites by name; a written \
     one could say otherwise",
);

/// GS-FLEET-012: a file that a spec names is not there.
pub static FILE_NOT_FOUND: Rule = Rule::error(
    "GS-FLEET-012",
    "a file that a spec names is not there",
    "snapshots and extra manifests are read from the repository itself, so that every checkout renders the same",
);
