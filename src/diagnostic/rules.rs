//! The rules that no component owns: reading, specs, fleets, sets of manifests, writing.

use super::Rule;

/// All rules of this file, by family and number.
pub static RULES: &[&Rule] = &[
    &AMBIGUOUS_SCALAR,
    &DUPLICATE_KEY,
    &SYNTAX,
    &REFUSED_CONSTRUCT,
    &BEYOND_LIMITS,
    &NOT_UTF8,
    &UNKNOWN_FIELD,
    &WRONG_TYPE,
    &UNKNOWN_WORD,
    &MISSING_FIELD,
    &TWO_ALTERNATIVES,
    &NO_ALTERNATIVE,
    &VALUE_OUT_OF_BOUNDS,
    &WRONG_DOCUMENT,
    &BAD_NAME,
    &NO_SITE,
    &SITE_NAME_TWICE,
    &OVERLAY_NOT_FOUND,
    &CIRCULAR_OVERLAYS,
    &WRONG_GOLDSMITH,
    &BAD_SET,
    &BAD_SELECTOR,
    &UNKNOWN_SITE_OR_GROUP,
    &OUTSIDE_REPOSITORY,
    &OBJECT_TWICE,
    &PATH_TWICE,
    &BAD_OBJECT_NAME,
    &RUNTIME_OWNED,
    &PATCH_WITHOUT_TARGET,
    &PATCH_FAILED,
    &AGAINST_SCHEMA,
    &BAD_EXTRA_MANIFEST,
    &DEFINITION_TWICE,
    &UNUSABLE_DEFINITION,
    &RULE_NOT_EVALUATED,
    &BEYOND_REMOVAL_LIMITS,
    &LEAVES_UNANNOUNCED,
    &FOREIGN_FILE,
    &INTERRUPTED_WRITE,
    &IN_THE_WAY,
];

// YAML: what the reader refuses

/// GS-YAML-001: an unquoted scalar that readers disagree about.
pub static AMBIGUOUS_SCALAR: Rule = Rule::error(
    "GS-YAML-001",
    "an unquoted scalar that readers disagree about",
    "`yes`, `on`, `0400`, `1e3` or `1:30` are one thing in YAML 1.1, which kubectl and Go YAML partly \
     follow, and another in YAML 1.2; which one a person meant shows only when they quote it (YAML 1.1 \
     type repository: bool, int, float; YAML 1.2.2 section 10.3)",
);

/// GS-YAML-002: a key given twice in one mapping.
pub static DUPLICATE_KEY: Rule = Rule::error(
    "GS-YAML-002",
    "a key given twice in one mapping",
    "readers differ in what they do: some keep the first value, most the last, Go YAML refuses; one of \
     the two values would be lost without a word (YAML 1.2.2 section 3.2.1.3: keys are unique)",
);

/// GS-YAML-003: text that is not YAML.
pub static SYNTAX: Rule = Rule::error(
    "GS-YAML-003",
    "text that is not YAML",
    "the reader could not go on, so nothing behind this place was looked at; further findings in this \
     file may appear once it is mended (YAML 1.2.2)",
);

/// GS-YAML-004: a construct of YAML that specs do not use.
pub static REFUSED_CONSTRUCT: Rule = Rule::error(
    "GS-YAML-004",
    "a construct of YAML that specs do not use",
    "tags, merge keys, directives, keys that are no text and further documents are read differently by \
     different readers or hide where a value comes from; overlays do what merge keys do, and each value \
     keeps its place (YAML 1.2.2 sections 6.8, 6.9, 9.2; the merge key is of YAML 1.1 only)",
);

/// GS-YAML-005: nesting, size or aliases beyond the reader's limits.
pub static BEYOND_LIMITS: Rule = Rule::error(
    "GS-YAML-005",
    "nesting, size or aliases beyond the reader's limits",
    "a few hundred bytes of nested aliases can stand for gigabytes, and deep nesting exhausts the stack \
     of readers further down; no spec written by a person comes near the limits (the kube-apiserver has \
     such limits since CVE-2019-11253)",
);

/// GS-YAML-006: a file that is not UTF-8.
pub static NOT_UTF8: Rule = Rule::error(
    "GS-YAML-006",
    "a file that is not UTF-8",
    "other encodings cannot be told apart with certainty, and the kube-apiserver takes UTF-8 only; save \
     the file as UTF-8 (YAML 1.2.2 section 5.2, RFC 8259 section 8.1)",
);

// SPEC: what does not fit the documents

/// GS-SPEC-001: a field that the spec does not have.
pub static UNKNOWN_FIELD: Rule = Rule::error(
    "GS-SPEC-001",
    "a field that the spec does not have",
    "a field with a typing error would otherwise be ignored, and its default would win without a word; \
     the fields are in the schemas that `goldsmith schema` prints",
);

/// GS-SPEC-002: a value of another type than the field's.
pub static WRONG_TYPE: Rule = Rule::error(
    "GS-SPEC-002",
    "a value of another type than the field's",
    "versions, quantities and modes are text, so that `4.20` is not read as the number 4.2; numbers and \
     booleans are unquoted (the schemas that `goldsmith schema` prints)",
);

/// GS-SPEC-003: a word that is none of those allowed.
pub static UNKNOWN_WORD: Rule = Rule::error(
    "GS-SPEC-003",
    "a word that is none of those allowed",
    "the field takes one of a fixed set of words, written exactly so, upper and lower case included \
     (the schemas that `goldsmith schema` prints)",
);

/// GS-SPEC-004: a required field that no layer gives.
pub static MISSING_FIELD: Rule = Rule::error(
    "GS-SPEC-004",
    "a required field that no layer gives",
    "the field has no default worth having; it may come from the site itself or from any of its \
     overlays (the schemas that `goldsmith schema` prints)",
);

/// GS-SPEC-005: two of several alternatives in one layer.
pub static TWO_ALTERNATIVES: Rule = Rule::error(
    "GS-SPEC-005",
    "two of several alternatives in one layer",
    "of these fields exactly one is given; a higher layer's choice displaces a lower one's, yet within \
     one layer nothing says which of the two was meant (merge rules: alternatives)",
);

/// GS-SPEC-006: none of several alternatives.
pub static NO_ALTERNATIVE: Rule = Rule::error(
    "GS-SPEC-006",
    "none of several alternatives",
    "of these fields exactly one is given, and no layer gives any; none of them is a default worth \
     having (merge rules: alternatives)",
);

/// GS-SPEC-007: a value out of bounds or against its pattern.
pub static VALUE_OUT_OF_BOUNDS: Rule = Rule::error(
    "GS-SPEC-007",
    "a value out of bounds or against its pattern",
    "the cluster would refuse the value, or take it and fail later; bounds and patterns are in the \
     schemas that `goldsmith schema` prints, with their sources",
);

/// GS-SPEC-008: an apiVersion or kind that is not expected here.
pub static WRONG_DOCUMENT: Rule = Rule::error(
    "GS-SPEC-008",
    "an apiVersion or kind that is not expected here",
    "`apiVersion` is `goldsmith.dev/v1alpha1`, and the kind must be that of the place: `Fleet` in \
     fleet.yaml, `Site` for a site, `Overlay` for an overlay",
);

/// GS-SPEC-009: a name that Kubernetes or the tree does not accept.
pub static BAD_NAME: Rule = Rule::error(
    "GS-SPEC-009",
    "a name that Kubernetes or the tree does not accept",
    "names become object names, labels, folders and file names: lower case letters, digits and `-`, at \
     most 63 characters, beginning and ending with a letter or digit, so that none leads out of the \
     tree (RFC 1123; Kubernetes: object names and IDs)",
);

// FLEET: how files make up sites

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
    "groups select sites as Kubernetes selects objects: `matchLabels` and `matchExpressions` with `In`, \
     `NotIn`, `Exists` and `DoesNotExist`; the first two need values, the others take none (Kubernetes: \
     LabelSelector)",
);

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

// TREE: what is wrong with a set of manifests

/// GS-TREE-001: two manifests of one object.
pub static OBJECT_TWICE: Rule = Rule::error(
    "GS-TREE-001",
    "two manifests of one object",
    "apiVersion, kind, namespace and name are one object in the cluster: the last one applied would \
     win, and kustomize refuses the folder (kustomize: resource ids are unique)",
);

/// GS-TREE-002: two manifests of one path.
pub static PATH_TWICE: Rule = Rule::error(
    "GS-TREE-002",
    "two manifests of one path",
    "upper and lower case do not tell files apart on macOS and Windows, so that a checkout there would \
     lose one of the two",
);

/// GS-TREE-003: an object name or label that Kubernetes refuses.
pub static BAD_OBJECT_NAME: Rule = Rule::error(
    "GS-TREE-003",
    "an object name or label that Kubernetes refuses",
    "the kube-apiserver would refuse the object when it is synced, long after the review (Kubernetes: \
     object names and IDs; labels and selectors)",
);

/// GS-TREE-004: a field that something in the cluster writes at run time.
pub static RUNTIME_OWNED: Rule = Rule::error(
    "GS-TREE-004",
    "a field that something in the cluster writes at run time",
    "rendered into Git, the field would be set back by every sync: a result would be wiped, a running \
     build killed or a new one started; the table of runtime-owned fields names its writer",
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
    "an operation names a path that the manifest does not have, or its `test` does not hold (RFC 6902 \
     section 5, RFC 7396)",
);

/// GS-TREE-007: a manifest that does not fit its CustomResourceDefinition.
pub static AGAINST_SCHEMA: Rule = Rule::error(
    "GS-TREE-007",
    "a manifest that does not fit its CustomResourceDefinition",
    "the cluster that serves this definition would refuse the object, or drop the field without a word \
     (Kubernetes: structural schemas, pruning)",
);

/// GS-TREE-008: an extra manifest that cannot be read.
pub static BAD_EXTRA_MANIFEST: Rule = Rule::error(
    "GS-TREE-008",
    "an extra manifest that cannot be read",
    "files of `extraManifests` go into the tree beside what is rendered and are checked like it; each \
     document is one object with apiVersion, kind and metadata.name",
);

/// GS-TREE-009: two CustomResourceDefinitions of one name and version.
pub static DEFINITION_TWICE: Rule = Rule::error(
    "GS-TREE-009",
    "two CustomResourceDefinitions of one name and version",
    "which of the two a cluster serves cannot be known, so that a check against either would prove \
     nothing; keep the one that the cluster serves",
);

/// GS-TREE-010: a CustomResourceDefinition that cannot be used.
pub static UNUSABLE_DEFINITION: Rule = Rule::error(
    "GS-TREE-010",
    "a CustomResourceDefinition that cannot be used",
    "a check against it would prove nothing, and to pass over it would look like a check; its schema is not valid, most \
     often because the file was edited by hand",
);

/// GS-TREE-011: a rule of a definition that cannot be evaluated here.
pub static RULE_NOT_EVALUATED: Rule = Rule::warning(
    "GS-TREE-011",
    "a rule of a definition that cannot be evaluated here",
    "the rule uses something of CEL that this version does not know; that it holds is not known either, so the object \
     is not called valid",
);

// WRITE: what keeps a tree from being written

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
