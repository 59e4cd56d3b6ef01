//! The known traps of registry mirrors, and what becomes of each.

use crate::diagnostic::trap::Proof::{Claim, Test};
use crate::diagnostic::trap::{Trap, outside, prevented, told};

const MANIFESTS: &str = "src/components/registries/manifests.rs";
const RESOLVE: &str = "src/components/registries/resolve.rs";

/// Every trap of registry mirrors.
pub static TRAPS: &[Trap] = &[
    told(
        "os-layering 8",
        "a source with scheme, tag, digest or path behind a wildcard; an ImageContentSourcePolicy takes it and then mirrors nothing",
        &["GS-REG-001"],
    ),
    told(
        "os-layering 8",
        "a mirror with scheme, tag, digest, wildcard or a slash at its end",
        &["GS-REG-002"],
    ),
    told("os-layering 8", "a source policy without mirrors has no meaning", &["GS-REG-003"]),
    told("os-layering 8", "mirrors are a set: the second of the same text is refused", &["GS-REG-004"]),
    told(
        "os-layering 8",
        "`NeverContactSource` with the source among its mirrors stops all mirrors, and only a log says so",
        &["GS-REG-005"],
    ),
    prevented(
        "os-layering 8",
        "one source with two policies in several sets stops all mirrors, and only a log says so",
        "a source is a key of the spec with one policy for all its sets; in `extraManifests` and manifests of others GS-REG-012 tells it",
        &[
            Test(MANIFESTS, "each_source_is_in_the_sets_that_its_pulls_name"),
            Claim("mirrors-by-version", "spec.imageDigestMirrors[0]"),
        ],
    ),
    prevented(
        "os-layering 8",
        "mirrors of one source in two orders are tried in an order that nobody knows",
        "one list of the spec is written to all sets",
        &[
            Test(MANIFESTS, "each_source_is_in_the_sets_that_its_pulls_name"),
            Claim("mirrors-by-version", "spec.repositoryDigestMirrors[1].mirrors"),
        ],
    ),
    prevented(
        "os-layering 8",
        "ImageDigestMirrorSet and ImageTagMirrorSet are not served before OpenShift 4.13",
        "an ImageContentSourcePolicy is rendered there, and where a site keeps to it",
        &[
            Test(MANIFESTS, "a_content_source_policy_has_the_sources_and_no_policy"),
            Claim("mirrors-by-version", "kind"),
        ],
    ),
    told(
        "os-layering 8",
        "an ImageContentSourcePolicy has neither tag mirrors nor source policies",
        &["GS-REG-007"],
    ),
    told("os-layering 8", "a cluster without machine config operator reads no mirror sets", &["GS-REG-006"]),
    told("os-layering 8", "ImageContentPolicy is served, and nobody reads it", &["GS-REG-013"]),
    prevented(
        "os-layering 8",
        "the most specific source wins, and the mirrors of the others are not tried",
        "references are rewritten by the most specific source as well, whole segments only",
        &[
            Test(RESOLVE, "the_most_specific_source_is_replaced_by_its_first_mirror"),
            Test("src/components/registries/location.rs", "a_source_covers_whole_segments_only"),
        ],
    ),
    prevented(
        "os-layering 8",
        "digest mirrors do not answer pulls by tag",
        "sources of images that nodes pull by tag are mirrored by tag as well",
        &[Test(RESOLVE, "what_nodes_pull_by_tag_decides_the_pulls_of_its_most_specific_source_alone")],
    ),
    prevented(
        "os-layering 4.4",
        "a tag mirror, and a mirror that is taken away, drains every node",
        "mirrors are for digests where nothing else is said, and mirror sets lie in a folder of their own",
        &[
            Test(RESOLVE, "a_mirror_that_says_nothing_is_for_digests_rendered_and_lets_the_source_answer"),
            Claim("mirrors-by-version", "spec.imageTagMirrors[1]"),
        ],
    ),
    outside(
        "os-layering 8",
        "on layered pools of 4.18 and 4.19 a change of mirrors builds a new image and reboots",
        "layered pools are not rendered yet",
    ),
    outside(
        "os-layering 3.3",
        "mirrors answer pulls; a push goes to the registry itself",
        "nothing that pushes is rendered yet",
    ),
];
