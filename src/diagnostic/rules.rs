//! The rules of what the reader and the decoder complain about. Every text that is read has them, so they belong to no
//! step; a type's own refusal names its rule from here ([`Rule::words`]).

use super::Rule;

/// Every rule of this module.
pub static RULES: &[&Rule] = &[
    &AMBIGUOUS_SCALAR,
    &DUPLICATE_KEY,
    &SYNTAX,
    &REFUSED_CONSTRUCT,
    &BEYOND_LIMITS,
    &UNKNOWN_FIELD,
    &WRONG_TYPE,
    &UNKNOWN_WORD,
    &MISSING_FIELD,
    &VALUE_OUT_OF_BOUNDS,
    &BAD_NAME,
];

// YAML: what the reader refuses

/// GS-YAML-001: an unquoted scalar that readers disagree about.
pub static AMBIGUOUS_SCALAR: Rule = Rule::error(
    "GS-YAML-001",
    "an unquoted scalar that readers disagree about",
    "`yes`, `on`, `0400`, `1e3` or `1:30` are one thing in YAML 1.1, which kubectl and Go YAML partly follow, and \
     another in YAML 1.2; which one a person meant shows only when they quote it",
)
.source("YAML 1.1 type repository: bool, int, float; YAML 1.2.2 section 10.3");

/// GS-YAML-002: a key given twice in one mapping.
pub static DUPLICATE_KEY: Rule = Rule::error(
    "GS-YAML-002",
    "a key given twice in one mapping",
    "readers differ in what they do: some keep the first value, most the last, Go YAML refuses; one of the two \
     values would be lost without a word",
)
.source("YAML 1.2.2 section 3.2.1.3: keys are unique");

/// GS-YAML-003: text that is not YAML.
pub static SYNTAX: Rule = Rule::error(
    "GS-YAML-003",
    "text that is not YAML",
    "the reader could not go on, so nothing behind this place was looked at; further findings in this file may \
     appear once it is mended",
)
.source("YAML 1.2.2");

/// GS-YAML-004: a construct of YAML that specs do not use.
pub static REFUSED_CONSTRUCT: Rule = Rule::error(
    "GS-YAML-004",
    "a construct of YAML that specs do not use",
    "tags, merge keys, directives, keys that are no text and further documents are read differently by different \
     readers or hide where a value comes from; overlays do what merge keys do, and each value keeps its place",
)
.source("YAML 1.2.2 sections 6.8, 6.9, 9.2; the merge key is of YAML 1.1 only");

/// GS-YAML-005: nesting, size or aliases beyond the reader's limits.
pub static BEYOND_LIMITS: Rule = Rule::error(
    "GS-YAML-005",
    "nesting, size or aliases beyond the reader's limits",
    "a few hundred bytes of nested aliases can stand for gigabytes, and deep nesting exhausts the stack of \
     readers further down; no spec written by a person comes near the limits",
)
.source("kube-apiserver, CVE-2019-11253, which gave it such limits");

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

/// GS-SPEC-007: a value out of bounds or against its pattern.
pub static VALUE_OUT_OF_BOUNDS: Rule = Rule::error(
    "GS-SPEC-007",
    "a value out of bounds or against its pattern",
    "the cluster would refuse the value, or take it and fail later; bounds and patterns are in the \
     schemas that `goldsmith schema` prints, with their sources",
);

/// GS-SPEC-009: a name that Kubernetes or the tree does not accept.
pub static BAD_NAME: Rule = Rule::error(
    "GS-SPEC-009",
    "a name that Kubernetes or the tree does not accept",
    "names become object names, labels, folders and file names: lower case letters, digits and `-`, at most 63 \
     characters, beginning and ending with a letter or digit, so that none leads out of the tree",
)
.source("RFC 1123; Kubernetes: object names and IDs");
