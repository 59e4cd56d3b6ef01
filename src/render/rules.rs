//! The rules of rendering.

use crate::diagnostic::Rule;

/// Every rule of this step.
pub static RULES: &[&Rule] = &[&BAD_EXTRA_MANIFEST];

/// GS-TREE-008: an extra manifest that cannot be read.
pub static BAD_EXTRA_MANIFEST: Rule = Rule::error(
    "GS-TREE-008",
    "an extra manifest that cannot be read",
    "files of `extraManifests` go into the tree beside what is rendered and are checked like it; each \
     document is one object with apiVersion, kind and metadata.name",
);
