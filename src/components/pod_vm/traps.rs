//! The known traps of pod VM images, in the order of the fact sheet, and what becomes of each.

use crate::diagnostic::trap::Proof::Test;
use crate::diagnostic::trap::{Trap, outside, prevented, told};

const MANIFESTS: &str = "src/components/pod_vm/manifests.rs";
const CONFIG_MAPS: &str = "tests/suite/facts/config_maps.rs";
const JOBS: &str = "tests/suite/facts/jobs.rs";
const CONSEQUENCES: &str = "src/components/pod_vm/consequences.rs";
const NOT_WRITTEN: &str = "nothing_is_rendered_into_what_operator_and_jobs_write";
const EXECUTOR: &str = "the executor's: it watches its Jobs itself";
const OPERATOR: &str = "inside the operator; with another runner it makes no image";

/// Every trap of pod VM images.
pub static TRAPS: &[Trap] = &[
    // ConfigMaps
    prevented(
        "podvm 1.0",
        "values that are no text, or that YAML reads as another type, are refused or change",
        "every value is text, and quoted where a reader could take it for something else",
        &[Test(CONFIG_MAPS, "image_configs_have_the_keys_and_defaults_of_each_release")],
    ),
    told(
        "podvm 1.0",
        "the image ConfigMap of another cloud silently wins, since the Jobs read all of them",
        &["GS-PODVM-040"],
    ),
    prevented(
        "podvm 1.0",
        "a second image ConfigMap is rendered",
        "the provider decides which one, whatever sections are given",
        &[Test(MANIFESTS, "there_is_one_image_config_whatever_sections_are_given")],
    ),
    told("podvm 1.0", "a switch in the words of another key counts as off", &["GS-PODVM-045"]),
    told("podvm 1.1", "`CLOUD_PROVIDER` and the image ConfigMap are of different clouds", &["GS-PODVM-041"]),
    told("podvm 1.1", "TLS settings of the ConfigMap lose against those of the operator", &["GS-PODVM-034"]),
    told("podvm 1.2", "a key is missing that operator or adaptor refuse to start without", &["GS-PODVM-002"]),
    told("podvm 1.2", "up to 1.8 pool and volume of libvirt are read from the Secret", &["GS-PODVM-033"]),
    told("podvm 1.2", "the default size on Azure is confidential, and only by SEV-SNP", &["GS-PODVM-020"]),
    prevented(
        "podvm 1.3",
        "fields that operator and Jobs write are rendered, and each sync takes them back",
        "a table names them, and nothing is rendered into them",
        &[Test(MANIFESTS, NOT_WRITTEN)],
    ),
    told(
        "podvm 1.3",
        "manifests or patches of people set what operator and Jobs write",
        &["GS-PODVM-042", "GS-TREE-004"],
    ),
    told("podvm 1.3", "the operator overwrites `INITDATA` while the gate is off", &["GS-PODVM-021"]),
    outside(
        "podvm 1.3",
        "the ConfigMap `podvm-images` looks like a list of images",
        "nothing writes or reads it",
    ),
    told("podvm 1.4", "an image ConfigMap lacks a key, and nobody completes it", &["GS-PODVM-044"]),
    prevented(
        "podvm 1.4",
        "a rendered image ConfigMap lacks a key",
        "every key that a Job asks for is written, release by release",
        &[Test(CONFIG_MAPS, "keys_that_the_jobs_ask_for_are_never_empty")],
    ),
    told("podvm 1.4", "`INSTALL_PACKAGES: yes` on AWS fails up to 1.8", &["GS-PODVM-028"]),
    told(
        "podvm 1.4",
        "sources are downloaded from a repository that clusters do not reach",
        &["GS-PODVM-029"],
    ),
    told("podvm 1.4", "an import on AWS has no bucket in 1.9", &["GS-PODVM-027"]),
    told(
        "podvm 1.5",
        "the gallery's name is empty, or none that Azure takes",
        &["GS-PODVM-009", "GS-PODVM-010", "GS-PODVM-044"],
    ),
    prevented(
        "podvm 1.5",
        "the base image's publisher and offer are empty, and the build breaks",
        "both are written from 1.8 on",
        &[Test(CONFIG_MAPS, "image_configs_have_the_keys_and_defaults_of_each_release")],
    ),
    told("podvm 1.6", "a build is asked for on Google Cloud, where there is none", &["GS-PODVM-014"]),
    prevented(
        "podvm 1.6",
        "the documentation names the ConfigMap of Google Cloud `podvm-image-cm`",
        "it is rendered under the name that the operator reads",
        &[Test(CONFIG_MAPS, "image_configs_have_the_keys_and_defaults_of_each_release")],
    ),
    prevented(
        "podvm 1.7",
        "the ConfigMap of libvirt as shipped fails: two keys of a registration are empty, and secure execution is on",
        "the keys are expected in the Secret, and secure execution is off unless asked for",
        &[Test(CONFIG_MAPS, "keys_that_the_jobs_ask_for_are_never_empty")],
    ),
    told("podvm 1.7", "secure execution where no node is an IBM Z", &["GS-PODVM-016"]),
    prevented(
        "podvm 1.9",
        "the path of the registry credentials is settable and ignored",
        "no such key is written",
        &[Test(CONFIG_MAPS, "image_configs_have_the_keys_and_defaults_of_each_release")],
    ),
    told("podvm 1.9", "a text that is no agent policy fails the build", &["GS-PODVM-007"]),
    told("podvm 1.9", "settings of a build have no effect on an imported image", &["GS-PODVM-008"]),
    prevented(
        "podvm 1.9",
        "`DEBUG` writes credentials into logs",
        "there is no setting for it",
        &[Test(CONFIG_MAPS, "every_key_of_the_facts_is_written_in_some_example")],
    ),
    told(
        "podvm 1.10",
        "a registry with a port and an image with a tag cannot be said",
        &["GS-PODVM-005", "GS-PODVM-046"],
    ),
    told("podvm 1.10", "a path without a slash, a scheme, another type", &["GS-PODVM-046"]),
    told("podvm 1.10", "an image in a file at a registry with a port was never tried", &["GS-PODVM-006"]),
    told("podvm 1.10", "libvirt takes no bootable containers", &["GS-PODVM-015"]),
    told(
        "podvm 1.10",
        "from 1.10 on the operator imports the image of its release where a build is asked for",
        &["GS-PODVM-004"],
    ),
    told(
        "podvm 1.10",
        "before 1.10, with other runners and on s390x there is no image of the release",
        &["GS-PODVM-003"],
    ),
    told(
        "podvm 1.10",
        "nothing of an artifact is verified: architecture, format, checksum",
        &["GS-PODVM-022", "GS-PODVM-024"],
    ),
    told(
        "podvm 1.11",
        "a ConfigMap that is there is not given a name of the cluster's own",
        &["GS-PODVM-010"],
    ),
    told("podvm 1.11", "the version made from the id is too large for Azure before 1.10", &["GS-PODVM-013"]),
    told("podvm 1.11", "a version in the form of another release is not read", &["GS-PODVM-012"]),
    told("podvm 1.11", "a name that the cloud refuses at the end of the Job", &["GS-PODVM-011"]),
    told("podvm 1.12", "confidential machines that the cloud does not have", &["GS-PODVM-019"]),
    prevented(
        "podvm 1.12",
        "`CONFIDENTIAL_COMPUTE_ENABLED: yes` is forced back by the operator",
        "the feature gate is rendered, and the key is left to the operator; Jobs of ours say it in their environment",
        &[Test(MANIFESTS, NOT_WRITTEN)],
    ),
    // Secrets
    prevented(
        "podvm 2.1",
        "a Secret or one of its keys is missing, and the Job waits for ever",
        "each Secret is named with its keys, and Jobs of ours have a deadline",
        &[
            Test(MANIFESTS, "credentials_are_named_with_their_keys_and_never_rendered"),
            Test(MANIFESTS, "jobs_have_a_deadline_and_ask_for_disk"),
        ],
    ),
    told(
        "podvm 2.3",
        "credentials in a form that the cloud or the release does not have",
        &["GS-PODVM-035", "GS-PLAT-008"],
    ),
    outside(
        "podvm 2.3",
        "a Secret made by hand switches off the bucket and the role that the operator would make on AWS",
        "seen in the cluster alone: whether a Secret is there. `podVM.credentials` says who makes it",
    ),
    // Jobs
    prevented(
        "podvm 3.1",
        "octal modes are read as decimal numbers",
        "modes are rendered in decimal",
        &[Test(MANIFESTS, "modes_are_written_in_decimal")],
    ),
    prevented(
        "podvm 3.1",
        "documents name the images of the Jobs by `latest`",
        "their tag is the full version of the release",
        &[Test(JOBS, "jobs_that_make_images_are_those_of_each_release")],
    ),
    told("podvm 3.1", "the tag of the Jobs' images needs the full version", &["GS-PODVM-036"]),
    prevented(
        "podvm 3.2",
        "`capabilities.allow` is no field, and strict validation refuses it",
        "it is not rendered",
        &[Test(JOBS, "jobs_that_make_images_are_those_of_each_release")],
    ),
    prevented(
        "podvm 3.4",
        "the deletion has variables twice, and server-side apply refuses it",
        "each name stands once",
        &[
            Test(MANIFESTS, "jobs_have_no_variable_twice_and_say_what_the_operator_writes_over"),
            Test(JOBS, "jobs_that_delete_images_are_those_of_each_release"),
        ],
    ),
    prevented(
        "podvm 3.4",
        "on Google Cloud 1.9 deletes by a variable that nobody reads",
        "Jobs of ours give the variable of 1.10",
        &[Test(JOBS, "jobs_that_delete_images_are_those_of_each_release")],
    ),
    // Flows
    told("podvm 4.2", "any text in the image key counts as an image", &["GS-PODVM-031"]),
    told("podvm 4.3", "the operator waits for ever for an id that nobody writes", &["GS-PODVM-030"]),
    told(
        "podvm 4.4",
        "without its ConfigMaps the KataConfig keeps its finalizer for ever",
        &["GS-PODVM-038"],
    ),
    told("podvm 4.4", "the image goes with its KataConfig", &["GS-PODVM-037"]),
    // Weaknesses
    outside("podvm 4.7, W1", "the operator swallows errors of creating its Job", OPERATOR),
    prevented(
        "podvm 4.7, W2",
        "a finished Job of the same name is adopted",
        "Jobs of ours carry a hash of their content, and none has the name of the operator's",
        &[Test("src/render/naming.rs", "what_cannot_be_changed_makes_another_name_and_what_can_does_not")],
    ),
    prevented(
        "podvm 4.7, W3",
        "the builder succeeds where its cloud scripts failed, and takes the image before for the new one",
        "a script of ours looks at what the builder left behind",
        &[Test("tests/conformance/pod_vm_build.rs", "a_builder_that_leaves_the_image_before_in_place_fails")],
    ),
    told("podvm 4.7, W4", "FIPS mode of the guest is never switched on on FIPS nodes", &["GS-PODVM-017"]),
    told("podvm 4.7, W5", "the operator deletes an image that it did not make", &["GS-PODVM-025"]),
    prevented(
        "podvm 4.7, W5",
        "for an image that is given in the spec a deletion is rendered",
        "there is no work for it; one that was put into the key by hand is the executor's to tell",
        &[Test(MANIFESTS, "an_image_of_somebody_else_is_never_deleted")],
    ),
    outside(
        "podvm 4.7, W6",
        "the gallery of Azure is deleted after the image by one Job, whose second attempt fails",
        "inside the script of the release; with the executor the gallery has a Job of its own",
    ),
    outside(
        "podvm 4.7, W7",
        "a gallery with several versions is not deleted",
        "the executor's: it deletes versions one by one",
    ),
    outside(
        "podvm 4.7, W8",
        "a pod that runs on after its Job overwrites a key that was set by hand",
        EXECUTOR,
    ),
    outside("podvm 4.7, W9", "the first look at a Job reports a failure that is none", EXECUTOR),
    prevented(
        "podvm 4.7, W10",
        "Jobs have no deadline and ask for no disk",
        "Jobs of ours have both",
        &[Test(MANIFESTS, "jobs_have_a_deadline_and_ask_for_disk")],
    ),
    prevented(
        "podvm 4.7, W11",
        "a `peer-pods-cm` without data makes the operator panic",
        "it always holds the provider",
        &[Test(MANIFESTS, NOT_WRITTEN)],
    ),
    told("podvm 4.7, W12", "up to 1.8 a qcow2 is taken for raw", &["GS-PODVM-032"]),
    outside(
        "podvm 4.7, W13",
        "up to 1.8 a failed upload to libvirt is not seen",
        "inside the script of the release; 1.9 mends it",
    ),
    outside(
        "podvm 4.7, W14",
        "failures in command substitutions end only the subshell",
        "inside the scripts of the release",
    ),
    outside(
        "podvm 4.7, W15",
        "the fallback for region and network asks the metadata service the wrong way round",
        "never reached: both are required settings",
    ),
    prevented(
        "podvm 4.7, W16",
        "an image of the same name is deleted, or clashes",
        "an image of ours has a version made from its inputs, so that another image has another name",
        &[Test(MANIFESTS, "an_image_of_ours_has_a_name_of_its_own_for_its_inputs")],
    ),
    outside(
        "podvm 4.7, W17",
        "a guard for a missing URI does not stop the script",
        "in no release; the renderer asks for the image",
    ),
    outside(
        "podvm 4.7, W18",
        "in 1.9 the tarball for Google Cloud keeps the name of the file",
        "the image of the import of ours is called `disk.raw`; with the Job of 1.9 the file has to be `disk.qcow2`",
    ),
    outside(
        "podvm 4.7, W19",
        "each write to `peer-pods-cm` restarts adaptors",
        "told with the change by `diff`; `podVM.featureGates.caaUpdateStrategy: OnDelete` holds them from 1.14 on",
    ),
    outside(
        "podvm 4.7, W20",
        "a policy of the helper for AWS has a misspelt action",
        "inside the script of the release; the import of ours makes no policies",
    ),
    outside(
        "podvm 4.7, W21",
        "the deletion on Azure asks for a source that an imported version may not have",
        "inside the script of the release; the executor treats it as optional",
    ),
    outside("podvm 4.7, W22", "an error of the API counts as `no image`, and a deletion as done", OPERATOR),
    prevented(
        "podvm 4.7, W23",
        "documents name keys and variables that do not exist",
        "names are held against a table that was written by hand",
        &[Test(CONFIG_MAPS, "every_key_of_the_facts_is_written_in_some_example")],
    ),
    told("podvm 4.7, W24", "on FIPS nodes the image of the release may not be filled in", &["GS-PODVM-018"]),
    outside(
        "podvm 4.7, W25",
        "a chain of commands undefines the pool of libvirt also after success",
        "inside the script of the release; the import of ours has no such chain",
    ),
    told("podvm 4.7, W26", "the Job empties and deletes the bucket, whosever it is", &["GS-PODVM-026"]),
    // GitOps
    prevented(
        "podvm 4.8",
        "self-heal empties the image key, and each sync starts a build",
        "the key is not rendered unless the image is given",
        &[Test(MANIFESTS, NOT_WRITTEN)],
    ),
    told("podvm 4.8", "an id is taken out of Git, and the key goes with it", &["GS-PODVM-039"]),
    prevented(
        "podvm 4.8",
        "ConfigMaps are deleted before the KataConfig is gone",
        "an absent component keeps them, and `diff` tells where both go at once",
        &[
            Test(MANIFESTS, "an_absent_component_keeps_what_deletes_the_image"),
            Test(CONSEQUENCES, "what_the_deletion_needs_does_not_go_with_the_kata_config"),
        ],
    ),
    told("podvm 4.8", "`peer-pods-cm` is replaced, and its annotations are lost", &["GS-PODVM-043"]),
    prevented(
        "podvm 4.8",
        "the KataConfig is applied before what it reads",
        "it lies in a folder of its own, which comes last",
        &[Test(MANIFESTS, "the_kata_config_lies_apart_from_what_it_needs")],
    ),
    outside(
        "podvm 4.8",
        "the gate `confidential` is switched on after the first image, which is not changed by it",
        "seen in the cluster alone: whether there is an image. The setting says so, and `diff` tells that the next image is made from other inputs",
    ),
];
