//! What of golden images comes first. Delivery makes waves and dependencies of it, `explain` shows it.

use crate::manifest::order::Step;

/// The steps, in the order of creation; removal goes the other way round.
pub const STEPS: &[Step] = &[
    Step {
        what: "the Secrets and ConfigMaps that are expected",
        folders: &[],
        why: "an import waits for them, and a poll without them fails",
    },
    Step {
        what: "images, their namespace, and who may clone them",
        folders: &["golden-images", "golden-images-patch"],
        why: "a DataVolume waits for its DataSource from CDI 1.60 on, and the operators order the rest",
    },
];
