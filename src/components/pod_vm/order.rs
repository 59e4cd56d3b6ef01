//! What comes first. Delivery makes waves and dependencies of it, `explain` shows it.

use crate::manifest::order::Step;

/// The steps, in the order of creation; removal goes the other way round (podvm 4.8).
pub const STEPS: &[Step] = &[
    Step {
        what: "the namespace and the Subscription of the operator",
        folders: &[],
        why: "everything lies in the namespace of the operator, and its environment decides the provider",
    },
    Step {
        what: "the Secrets that are expected",
        folders: &[],
        why: "a Job waits for a missing Secret, and the operator refuses to start one",
    },
    Step {
        what: "ConfigMaps and feature gates",
        folders: &["pod-vm", "pod-vm-patch"],
        why: "the operator creates what is missing and completes nothing that is there; a gate comes before the first image",
    },
    Step {
        what: "the work",
        folders: &["pod-vm-work"],
        why: "with a runner of ours the image is there before anybody else would make one",
    },
    Step {
        what: "the KataConfig",
        folders: &["pod-vm-kataconfig"],
        why: "it starts everything; and it is gone before the ConfigMaps, or it keeps its finalizer for ever",
    },
];
