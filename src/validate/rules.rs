//! The rules of validating: what must hold of a set of manifests.

use crate::diagnostic::Rule;

/// Every rule of this step.
pub static RULES: &[&Rule] = &[
    &OBJECT_TWICE,
    &PATH_TWICE,
    &BAD_OBJECT_NAME,
    &RUNTIME_OWNED,
    &AGAINST_SCHEMA,
    &DEFINITION_TWICE,
    &UNUSABLE_DEFINITION,
    &RULE_NOT_EVALUATED,
    &NO_OBJECT,
    &NO_DEFINITION,
    &UNREADABLE,
    &FIXED_FIELD,
];

/// GS-TREE-001: two manifests of one object.
pub static OBJECT_TWICE: Rule = Rule::error(
    "GS-TREE-001",
    "two manifests of one object",
    "apiVersion, kind, namespace and name are one object in the cluster: the last one applied would win, and \
     kustomize refuses the folder",
)
.source("kustomize: resource ids are unique");

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
    "the kube-apiserver would refuse the object when it is synced, long after the review",
)
.source("Kubernetes: object names and IDs; labels and selectors");

/// GS-TREE-004: a field that something in the cluster writes at run time.
pub static RUNTIME_OWNED: Rule = Rule::error(
    "GS-TREE-004",
    "a field that something in the cluster writes at run time",
    "rendered into Git, the field would be set back by every sync: a result would be wiped, a running \
     build killed or a new one started; the table of runtime-owned fields names its writer",
);

/// GS-TREE-007: a manifest that does not fit its CustomResourceDefinition.
pub static AGAINST_SCHEMA: Rule = Rule::error(
    "GS-TREE-007",
    "a manifest that the API server would refuse",
    "the cluster that serves this definition would refuse the object, or drop the field without a word",
)
.source("Kubernetes: structural schemas, pruning")
.or_waived();

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
    "its schema is not valid, most often because the file was edited by hand. Nothing can be held against it, and a run \
     that left it out would look as if something had been",
);

/// GS-TREE-011: a rule of a definition that cannot be evaluated here.
pub static RULE_NOT_EVALUATED: Rule = Rule::warning(
    "GS-TREE-011",
    "a rule of a definition that cannot be evaluated here",
    "the rule uses something of CEL that this version does not know; that it holds is not known either, so the object \
     is not called valid",
);

/// GS-TREE-012: a document that is no object of Kubernetes.
pub static NO_OBJECT: Rule = Rule::error(
    "GS-TREE-012",
    "a document that is no object of Kubernetes",
    "without the texts `apiVersion` and `kind` nothing can be said of it, and kubectl refuses the file that it lies in",
);

/// GS-TREE-013: a kind of which there is no definition, where each must have one.
pub static NO_DEFINITION: Rule = Rule::error(
    "GS-TREE-013",
    "a kind of which there is no definition, where each must have one",
    "an object that was held against nothing is not known to be valid; `--strict` makes that a failure",
);

/// GS-TREE-014: a file that cannot be read as manifests.
pub static UNREADABLE: Rule = Rule::error(
    "GS-TREE-014",
    "a file that cannot be read as manifests",
    "what lies in it is not known, and so not known to be valid: the file is too large, no text, or the disk refused it",
);

/// GS-TREE-016: a change of a field that stays as it is.
pub static FIXED_FIELD: Rule = Rule::error(
    "GS-TREE-016",
    "a change of a field that stays as it is",
    "the API server takes the object as a new one and refuses it in the place of the one that is there: the sync fails after \
     the review, and stays failed until somebody deletes the object by hand",
)
.source("Kubernetes: pkg/apis/*/validation, the functions that validate updates")
.or_waived();
