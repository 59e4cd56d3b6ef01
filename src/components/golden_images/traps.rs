//! The known traps of golden images, in the order of the fact sheet, and what becomes of each.

use crate::diagnostic::trap::Proof::{Claim, Test};
use crate::diagnostic::trap::{Proof, Trap, outside, prevented, told};

const MANIFESTS: &str = "src/components/golden_images/manifests.rs";
const TABLE: &str = "src/capability/table.rs";
const REGISTRIES: &str = "src/components/registries/resolve.rs";

/// The models list every field that is rendered.
const RENDERED: Proof =
    Test("tests/suite/models.rs", "every_rendered_field_of_a_custom_kind_is_in_its_model");

/// Every trap of golden images.
pub static TRAPS: &[Trap] = &[
    // DataImportCron: spec
    prevented(
        "golden-images 1.1",
        "releases differ in what they take for `importsToKeep` and `retentionPolicy` where nothing is said",
        "both are always written",
        &[
            Test(MANIFESTS, "a_template_is_explicit_about_all_that_releases_default_differently"),
            Claim("kubernetes", "spec.retentionPolicy"),
        ],
    ),
    told(
        "golden-images 1.1",
        "`importsToKeep: 0` deletes the current import as well",
        &["GS-SPEC-007", "GS-GOLD-036"],
    ),
    told(
        "golden-images 1.1",
        "any retention that is not `None` counts as `All`",
        &["GS-SPEC-003", "GS-GOLD-036"],
    ),
    told(
        "golden-images 1.1",
        "an older operator drops `serviceAccountName`, and the import clones as somebody else",
        &["GS-PLAT-008"],
    ),
    prevented(
        "golden-images 1.1",
        "metadata in the template of a DataImportCron is dropped, and SSP recreates the DataImportCron for ever",
        "no template has metadata; in manifests of others GS-GOLD-039 tells it",
        &[Claim("kubernetes", "spec.template.metadata")],
    ),
    outside(
        "golden-images 1.1",
        "DataImportCron and DataSource have no status subresource: who replaces the whole object wipes its status",
        "the status is never rendered (GS-TREE-004), and an edit of the spec makes a new object anyway",
    ),
    outside(
        "golden-images 1.1",
        "the keys of `status.currentImports` begin in upper case",
        "no status is read here; it concerns whoever watches imports",
    ),
    // DataImportCron: template
    prevented(
        "golden-images 1.2",
        "sources other than registry and PVC are refused by CDI alone",
        "the spec has no other; in manifests of others GS-GOLD-034 tells it",
        &[Test("src/components/golden_images/manifest_hazards.rs", "each_field_is_judged_by_itself")],
    ),
    prevented(
        "golden-images 1.2",
        "a content type, a `sourceRef`, checkpoints, or `storage` beside `pvc` are refused by CDI alone",
        "none of them is rendered, and `storage` always is; in manifests of others GS-GOLD-034 tells it",
        &[RENDERED, Claim("pvc-source", "spec.template.spec.storage")],
    ),
    told("golden-images 1.2", "an import from a registry without a size is refused", &["GS-GOLD-003"]),
    told("golden-images 1.2", "an import without a source is refused", &["GS-GOLD-002"]),
    prevented(
        "golden-images 1.2",
        "access modes of a `pvc` must be exactly one",
        "the StorageProfile decides them: `storage` is rendered without",
        &[RENDERED],
    ),
    told(
        "golden-images 1.2",
        "a scheme other than `docker://` is accepted, and neither polled nor held to a digest",
        &["GS-SPEC-007", "GS-GOLD-034"],
    ),
    told(
        "golden-images 1.2",
        "an ImageStream is pulled by a node, or not at all",
        &["GS-GOLD-008", "GS-GOLD-009"],
    ),
    prevented(
        "golden-images 1.2",
        "`url` and `imageStream` exclude each other",
        "they are alternatives of the spec, and each template has one",
        &[Claim("image-stream", "spec.dataImportCronTemplates[0].spec.template.spec.source.registry.url")],
    ),
    prevented(
        "golden-images 1.2",
        "a PVC as source needs its namespace as well",
        "the namespace is always written",
        &[Claim("pvc-source", "spec.dataImportCronTemplates[0].spec.template.spec.source.pvc.namespace")],
    ),
    // Names
    told(
        "golden-images 1.3",
        "CronJob and Job have names longer than the DataImportCron's",
        &["GS-GOLD-004"],
    ),
    told(
        "golden-images 1.3",
        "the DataSource's name has at most 63 characters",
        &["GS-SPEC-009", "GS-GOLD-005"],
    ),
    told(
        "golden-images 1.3",
        "an architecture takes up to 6 characters of both names",
        &["GS-GOLD-004", "GS-GOLD-005"],
    ),
    // Schedules
    told(
        "golden-images 1.4",
        "time zones and names such as `@daily` do not pass the CronJob",
        &["GS-SCHED-004"],
    ),
    told("golden-images 1.4", "a legal schedule may never fire", &["GS-SCHED-005"]),
    prevented(
        "golden-images 1.4",
        "an empty schedule was refused before CDI 1.57",
        "that release is below the floor",
        &[
            Test(TABLE, "a_row_that_is_called_a_floor_lies_at_or_below_the_floor"),
            Claim("schedules", "spec.schedule"),
        ],
    ),
    prevented(
        "golden-images 1.4",
        "CDI adds no jitter, so a fleet asks its registry in the same minute",
        "the minute is taken from the names of site and image",
        &[
            Test("src/schedule/spread.rs", "many_images_spread_evenly_over_a_window"),
            Claim("schedules", "spec.schedule"),
        ],
    ),
    // Polling
    outside(
        "golden-images 1.5",
        "a pod polls the index of an image, so a new build for any architecture imports all of them again",
        "CDI has no other way; a tag of one architecture alone avoids it",
    ),
    told("golden-images 1.5", "a reference with a digest gets a second one", &["GS-SPEC-007", "GS-GOLD-035"]),
    told(
        "golden-images 1.5",
        "annotations that controllers write start imports when Git writes them",
        &["GS-TREE-004"],
    ),
    prevented(
        "golden-images 1.5",
        "the poller cannot add its annotation where there are none at all",
        "every DataImportCron has one",
        &[Claim("kubernetes", "metadata.annotations[\"cdi.kubevirt.io/storage.bind.immediate.requested\"]")],
    ),
    prevented(
        "golden-images 1.5",
        "before CDI 1.63 a pull by node still polls through a pod",
        "the reference then goes to the mirror as for a pod, and the secrets are expected where CDI polls",
        &[Test(MANIFESTS, "a_pull_by_node_leaves_the_mirror_to_the_node_once_cdi_polls_through_it")],
    ),
    outside(
        "golden-images 1.5",
        "of an ImageStream without a tag the first tag is followed",
        "which that is, only the ImageStream says; `name:tag` can be written",
    ),
    // Secrets and certificates
    outside(
        "golden-images 1.6",
        "the importer wants `accessKeyId` and `secretKey`, and sends nothing when it finds a pull secret",
        "values of Secrets are never rendered or read; the annotation `goldsmith.dev/expects` names the Secret where it has to be",
    ),
    prevented(
        "golden-images 1.6",
        "importer and poller look for the same names in two namespaces, and CDI copies nothing",
        "both namespaces get the ConfigMap, and both name the Secret that they expect",
        &[
            Test(MANIFESTS, "a_pull_by_pod_goes_to_the_mirror_and_expects_its_secrets_twice"),
            Test(MANIFESTS, "certificates_that_are_given_are_rendered_wherever_a_pod_pulls"),
            Claim("disconnected-pod-pull", "metadata.annotations[\"goldsmith.dev/expects\"]"),
        ],
    ),
    told("golden-images 1.6", "a pull by node uses neither Secret nor ConfigMap", &["GS-GOLD-027"]),
    told("golden-images 1.6", "certificates that are not PEM trust nobody", &["GS-REG-010", "GS-REG-011"]),
    outside(
        "golden-images 1.6",
        "a registry without TLS must be listed in the configuration of CDI",
        "no field of the spec says that a registry has no TLS",
    ),
    // Labels
    prevented(
        "golden-images 1.7",
        "labels with a hyphen in their domain never reach the DataSource",
        "only the labels for default instancetype and preference are rendered, which do",
        &[Claim("kubernetes", "metadata.labels[\"instancetype.kubevirt.io/default-preference\"]")],
    ),
    told("golden-images 1.7", "a DataSource onto an import is cleaned up by CDI", &["GS-GOLD-020"]),
    prevented(
        "golden-images 1.7",
        "volumes of late binding classes stay empty without an annotation in older releases",
        "every DataImportCron and template has it",
        &[
            Claim("kubernetes", "metadata.annotations[\"cdi.kubevirt.io/storage.bind.immediate.requested\"]"),
            Claim(
                "hyperconverged-v1beta1-gate",
                "spec.dataImportCronTemplates[0].metadata.annotations[\"cdi.kubevirt.io/storage.bind.immediate.requested\"]",
            ),
        ],
    ),
    // Reconciling, storage
    told(
        "golden-images 1.8",
        "of two DataImportCrons of one DataSource the second does nothing",
        &["GS-GOLD-001"],
    ),
    outside(
        "golden-images 1.8",
        "another default storage class deletes the image and imports it again",
        "the default belongs to the cluster; `goldenImages.defaults.storageClass` pins one, which is then written everywhere",
    ),
    told(
        "golden-images 1.8",
        "a source format that is no word of CDI stops every import of the class",
        &["GS-SPEC-003"],
    ),
    told(
        "golden-images 1.8",
        "annotations of a StorageProfile that an older CDI does not read",
        &["GS-PLAT-008"],
    ),
    outside(
        "golden-images 1.8",
        "from snapshots back to volumes everything is imported again; a failed import stays until a new digest comes",
        "it happens in the cluster, and no manifest shows it",
    ),
    // Clean-up
    told(
        "golden-images 1.9",
        "with retention `None` an edit deletes DataSource and imports first",
        &["GS-GOLD-026", "GS-GOLD-031"],
    ),
    prevented(
        "golden-images 1.9",
        "the spec of a DataImportCron cannot be changed, and a sync that tries fails",
        "where its imports stay, GitOps tools are told to delete and create it, and `goldsmith diff` says that an import follows",
        &[
            Test("src/components/golden_images/consequences.rs", "another_spec_means_one_more_import"),
            Claim("lifecycle", "metadata.annotations[\"argocd.argoproj.io/sync-options\"]"),
        ],
    ),
    prevented(
        "golden-images 1.9",
        "with one import to keep the old image goes in the moment that the new one is there",
        "two are kept where nothing else is said",
        &[Claim("kubernetes", "spec.importsToKeep")],
    ),
    told(
        "golden-images 1.9",
        "under a new name of the DataImportCron old imports are orphaned, since they are counted by its label",
        &["GS-GOLD-040"],
    ),
    // Status
    outside(
        "golden-images 1.10",
        "`UpToDate` stays true while polls fail, and is false during an import; no condition at all means a conflict or a refusal",
        "no status is read here; the alert `goldenImages.alerts` asks for follows the metric, not the condition",
    ),
    prevented(
        "golden-images 1.11",
        "the design proposal differs from what was shipped: names of fields, their place, who owns a DataSource",
        "what was shipped is rendered",
        &[
            Claim("proposal", "spec.commonTemplates.dataImportCronTemplates[1].spec.garbageCollect"),
            Claim("proposal", "spec.commonTemplates.dataImportCronTemplates[1].spec.source"),
            Claim("proposal", "spec.DataImportCronTemplates"),
        ],
    ),
    // DataSource
    prevented(
        "golden-images 2",
        "nothing refuses a DataSource with several sources, and its readers differ in which they take",
        "they are alternatives of the spec (GS-SPEC-005); in manifests of others GS-GOLD-036 tells it",
        &[Claim("data-sources", "spec.source")],
    ),
    told("golden-images 2", "CDI follows a pointer one step, in one namespace", &["GS-GOLD-021"]),
    told(
        "golden-images 2",
        "a DataSource that is there already is not adopted without its label",
        &["GS-GOLD-022", "GS-GOLD-023"],
    ),
    prevented(
        "golden-images 2",
        "CDI rewrites the source of a DataSource with each import, and a sync sets it back",
        "DataSources that an image manages are not rendered, adopted ones without a source",
        &[
            Test("tests/suite/explain.rs", "what_is_said_to_be_written_at_run_time_is_never_rendered"),
            Claim("data-sources", "metadata.labels[\"cdi.kubevirt.io/dataImportCron\"]"),
        ],
    ),
    told(
        "golden-images 2",
        "a renamed DataImportCron imports and never repoints the DataSource that carries the old name",
        &["GS-GOLD-040"],
    ),
    outside(
        "golden-images 2",
        "the same of DataImportCrons that nobody carries",
        "consequences are told an object: `goldsmith diff` shows one DataImportCron that goes and one that comes",
    ),
    outside(
        "golden-images 2",
        "a PVC without DataVolume counts as ready before anything is in it",
        "only the cluster knows what is in a volume",
    ),
    told("golden-images 2", "snapshots and pointers as sources came with later releases", &["GS-PLAT-008"]),
    // SSP
    prevented(
        "golden-images 3.1",
        "releases of SSP serve different versions of its API",
        "the version follows that of SSP",
        &[
            Test(MANIFESTS, "each_ssp_release_has_its_version"),
            Claim("ssp-v1beta1", "apiVersion"),
            Claim("ssp-v1beta3", "apiVersion"),
        ],
    ),
    prevented(
        "golden-images 3.2",
        "`commonTemplates.namespace` is required and is not where images go",
        "it is the namespace of OpenShift Templates, and images name their own",
        &[
            Claim("ssp-v1beta3", "spec.commonTemplates.namespace"),
            Claim("ssp-v1beta3", "spec.commonTemplates.dataImportCronTemplates[0].metadata.namespace"),
        ],
    ),
    prevented(
        "golden-images 3.2",
        "`enableMultipleArchitectures` without `cluster` is refused",
        "both are written together",
        &[
            Test(MANIFESTS, "several_architectures_are_named_to_ssp_with_the_cluster"),
            Claim("multi-arch", "spec.cluster.workloadArchitectures"),
        ],
    ),
    told(
        "golden-images 3.2",
        "what is written to an SSP that HyperConverged owns is reverted",
        &["GS-GOLD-017"],
    ),
    told(
        "golden-images 3.2",
        "fields newer than the CDI that SSP was built with are dropped",
        &["GS-PLAT-008"],
    ),
    told(
        "golden-images 3.3",
        "a DataImportCron of one's own cannot take over a DataSource of SSP",
        &["GS-GOLD-007"],
    ),
    outside(
        "golden-images 3.3",
        "a PVC named as a common DataSource switches its updates off without a word",
        "only the cluster knows whether such a PVC is there",
    ),
    outside(
        "golden-images 3.3",
        "after a move of the common images their old DataSources stay, and templates show no boot source",
        "hiding them is what `commonBootImages.namespace` is for",
    ),
    outside(
        "golden-images 3.3",
        "with SSP the golden namespace goes, and all that is in it",
        "SSP and HyperConverged are never rendered to be deleted; where they are shared they are marked so",
    ),
    told("golden-images 3.4", "of two templates of one DataSource the last one wins", &["GS-GOLD-001"]),
    prevented(
        "golden-images 3.4",
        "SSP makes no namespace for a template that names one",
        "a namespace of one's own is rendered, unless `manageNamespace` says no",
        &[Claim("own-namespace", "kind"), Test(MANIFESTS, "a_custom_namespace_is_named_in_each_template")],
    ),
    outside(
        "golden-images 3.4",
        "SSP merges labels and annotations and never takes one away",
        "what a template no longer says stays on the DataImportCron until it is made anew",
    ),
    told(
        "golden-images 3.4",
        "what CDI refuses shows as a failing SSP",
        &["GS-GOLD-002", "GS-GOLD-003", "GS-GOLD-034", "GS-SCHED-004"],
    ),
    prevented(
        "golden-images 3.5",
        "outside the golden namespace nobody may clone",
        "a Role and its bindings are rendered for each namespace that `cloneableFrom` or a DataVolume names",
        &[
            Test(MANIFESTS, "plain_kubernetes_gets_objects_a_namespace_and_the_right_to_clone"),
            Claim("consumers", "rules[0]"),
        ],
    ),
    // HyperConverged
    prevented(
        "golden-images 4",
        "a HyperConverged of another name or namespace is ignored",
        "both are those of the platform; in manifests of others GS-GOLD-038 tells the name",
        &[Claim("hyperconverged-v1beta1-gate", "metadata.namespace")],
    ),
    told("golden-images 4", "on plain Kubernetes its image fields do nothing", &["GS-GOLD-016"]),
    prevented(
        "golden-images 4.1",
        "v1 is served from 1.18 on and not before",
        "the version follows that of HyperConverged",
        &[Claim("hyperconverged-v1", "apiVersion"), Claim("hyperconverged-v1beta1-gate", "apiVersion")],
    ),
    told(
        "golden-images 4.1",
        "versions of operators that do not belong together",
        &["GS-PLAT-005", "GS-PLAT-006"],
    ),
    prevented(
        "golden-images 4.2",
        "the old gate for common images is accepted and ignored from 1.15 on",
        "the switch is written where the release reads it",
        &[
            Test(MANIFESTS, "the_switch_of_common_images_is_where_the_release_reads_it"),
            Claim("hyperconverged-v1beta1-gate", "spec.featureGates.enableCommonBootImageImport"),
            Claim("common-off", "spec.featureGates"),
        ],
    ),
    prevented(
        "golden-images 4.2",
        "several architectures are a gate of an object, then one of a list, then a field",
        "each release gets its own form",
        &[Test(MANIFESTS, "several_architectures_have_three_forms_in_hyper_converged")],
    ),
    told("golden-images 4.2", "a list of feature gates has one owner", &["GS-GOLD-028"]),
    prevented(
        "golden-images 4.2",
        "1.18 drops `state: Enabled` of a gate, and Git drifts",
        "a gate is written without",
        &[Claim("hyperconverged-v1", "spec.featureGates[0].state")],
    ),
    prevented(
        "golden-images 4.2",
        "the list of templates is atomic: of two writers one loses",
        "a shared HyperConverged is owned by fields or patched, and an absent component leaves an empty list",
        &[
            Test(MANIFESTS, "ownership_decides_the_marks_of_a_shared_object"),
            Test(MANIFESTS, "an_absent_component_empties_the_templates_and_leaves_the_rest_alone"),
            Claim("ownership-patch", "patches[0].path"),
        ],
    ),
    told(
        "golden-images 4.3",
        "an override replaces the whole spec; one without a source crashes the operator",
        &["GS-GOLD-011"],
    ),
    prevented(
        "golden-images 4.3",
        "every override has to repeat source, size, DataSource and clean-up",
        "it is completed from the upstream list or the snapshot",
        &[
            Test(MANIFESTS, "an_override_is_completed_from_the_upstream_list"),
            Test(MANIFESTS, "an_override_of_the_product_is_completed_from_the_snapshot"),
        ],
    ),
    told(
        "golden-images 4.3",
        "a custom image named like a common one replaces it",
        &["GS-GOLD-006", "GS-GOLD-010"],
    ),
    told("golden-images 4.3", "labels of an override are ignored", &["GS-GOLD-014"]),
    outside(
        "golden-images 4.3",
        "annotations of an override are ignored before 1.16",
        "an override needs none before it: HyperConverged adds the one that counts",
    ),
    prevented(
        "golden-images 4.3",
        "`commonBootImageNamespace` does not move overrides, while their ImageStreams do move",
        "each override then names the namespace itself",
        &[Test(MANIFESTS, "an_override_goes_where_the_common_images_went")],
    ),
    prevented(
        "golden-images 4.3",
        "up to 1.12 a custom image that is switched off by annotation is imported all the same",
        "it is left out of the list",
        &[Test(MANIFESTS, "a_custom_image_that_is_off_is_left_out")],
    ),
    told("golden-images 4.3", "an override cannot be left unpolled", &["GS-GOLD-029"]),
    told(
        "golden-images 4.3",
        "with common images off, overrides go as well",
        &["GS-GOLD-013", "GS-GOLD-015"],
    ),
    prevented(
        "golden-images 4.4",
        "the webhook writes three fields that Git does not have",
        "all three are always written",
        &[
            Test(MANIFESTS, "a_template_is_explicit_about_all_that_releases_default_differently"),
            Claim(
                "hyperconverged-v1beta1-gate",
                "spec.dataImportCronTemplates[0].metadata.annotations[\"cdi.kubevirt.io/storage.bind.immediate.requested\"]",
            ),
        ],
    ),
    told(
        "golden-images 4.4",
        "neither names that collide, nor schedules, references, sizes and architectures are checked at admission",
        &["GS-GOLD-001", "GS-SCHED-004", "GS-SPEC-007", "GS-GOLD-003", "GS-GOLD-018"],
    ),
    prevented(
        "golden-images 4.5",
        "the random start of HyperConverged is the same for all images of a cluster",
        "custom images have starts of their own, each from its name",
        &[Test("src/schedule/spread.rs", "site_and_image_both_count_and_do_not_run_into_each_other")],
    ),
    prevented(
        "golden-images 4.6",
        "a blank in the list of architectures loses an architecture",
        "the list is written without; in manifests of others GS-GOLD-037 tells it",
        &[Claim(
            "multi-arch",
            "spec.dataImportCronTemplates[0].metadata.annotations[\"ssp.kubevirt.io/dict.architectures\"]",
        )],
    ),
    told(
        "golden-images 4.6",
        "an image without an architecture of the nodes is not imported",
        &["GS-GOLD-019"],
    ),
    told(
        "golden-images 4.6",
        "architectures beside amd64, arm64 and s390x are passed over",
        &["GS-GOLD-018"],
    ),
    prevented(
        "golden-images 4.6",
        "SSP makes pointers in the golden namespace only: elsewhere the image's name leads nowhere",
        "pointers in a namespace of one's own are rendered",
        &[Claim("multi-arch", "spec.source.dataSource")],
    ),
    prevented(
        "golden-images 4.6",
        "without SSP nobody makes a DataImportCron an architecture",
        "each is rendered, named and labelled as SSP does",
        &[
            Test(MANIFESTS, "without_ssp_each_architecture_is_imported_by_a_cron_of_its_own"),
            Claim("multi-arch", "metadata.labels[\"template.kubevirt.io/architecture\"]"),
        ],
    ),
    outside(
        "golden-images 4.6",
        "an older KubeVirt does not follow a pointer from a virtual machine",
        "virtual machines are not rendered; DataVolumes follow pointers wherever there are any",
    ),
    outside(
        "golden-images 4.6",
        "an override with an unchanged image keeps the common list of architectures",
        "the same image has the same architectures",
    ),
    prevented(
        "golden-images 4.7",
        "each capability has a first release",
        "the capability table holds them, and what a site cannot do is GS-PLAT-008",
        &[Test(TABLE, "the_rows_say_what_the_sheet_says")],
    ),
    // Common boot images
    prevented(
        "golden-images 5.1",
        "the common images differ from release to release",
        "each release has the list of its own file",
        &[Test("src/components/golden_images/upstream.rs", "each_release_has_the_images_of_its_file")],
    ),
    told(
        "golden-images 5.2",
        "the images of the product are in no public file",
        &["GS-GOLD-011", "GS-GOLD-012"],
    ),
    // Use
    prevented(
        "golden-images 6.1",
        "`source` beside `sourceRef` is refused",
        "DataVolumes have `sourceRef` alone",
        &[Claim("consumers", "spec.source"), Claim("consumers", "spec.sourceRef")],
    ),
    told("golden-images 6.1", "a DataVolume whose DataSource does not exist is refused", &["GS-GOLD-024"]),
    told("golden-images 6.1", "a volume smaller than its source is never filled", &["GS-GOLD-033"]),
    outside(
        "golden-images 6.1",
        "a DataVolume made before its image was imported keeps the place that was empty then",
        "the order of deliveries is not rendered yet; until then a DataVolume is added after the first import",
    ),
    outside(
        "golden-images 6.1",
        "the spec of a DataVolume cannot be changed",
        "a change of it shows in `goldsmith diff`; a volume in use is never deleted to be made anew",
    ),
    prevented(
        "golden-images 6.2",
        "not the person but the service account of the target namespace must be allowed to clone",
        "the right is bound to the service accounts of that namespace",
        &[
            Test(MANIFESTS, "a_data_volume_follows_its_data_source_and_its_namespace_may_clone"),
            Claim("consumers", "subjects"),
        ],
    ),
    prevented(
        "golden-images 6.2",
        "a right for certain volume names ends with the next import",
        "the Role names no volume",
        &[Claim("consumers", "rules[0]")],
    ),
    prevented(
        "golden-images 6.2",
        "from CDI 1.66 on the role `view` no longer clones",
        "the Role grants `datavolumes/source` by itself",
        &[Claim("consumers", "roleRef.kind"), Claim("consumers", "rules[0]")],
    ),
    prevented(
        "golden-images 6.2",
        "from CDI 1.64 on a DataImportCron needs the right to clone its PVC",
        "Role and binding are rendered where the PVC is, for the account that clones",
        &[
            Test(MANIFESTS, "an_import_from_another_namespace_gets_the_right_to_clone_where_cdi_asks"),
            Claim("pvc-source", "subjects"),
        ],
    ),
    // Metrics
    prevented(
        "golden-images 7",
        "the metric of outdated images changed its name, then its labels",
        "the alert asks for the form that the release has",
        &[
            Test(MANIFESTS, "alerts_ask_for_the_metric_as_the_release_has_it"),
            Claim("alerts", "spec.groups[0].rules[0].expr"),
        ],
    ),
    outside(
        "golden-images 7",
        "the public runbook patches a gate that does nothing from HyperConverged 1.15 on",
        "it is a text of others",
    ),
    outside(
        "golden-images 7",
        "an import that takes longer than 15 minutes fires the alert of the product",
        "the alert belongs to the product; ours waits as long as `alerts.outdatedAfter` says",
    ),
    // Scale, storage, disconnected
    prevented(
        "golden-images 8",
        "many clusters with many images ask one registry at once",
        "site and image decide the minute, spread over the whole window",
        &[Test("src/schedule/spread.rs", "many_images_spread_evenly_over_a_window")],
    ),
    told("golden-images 8", "images fill the storage of a small cluster", &["GS-GOLD-032"]),
    prevented(
        "golden-images 8",
        "a pod does not read the mirrors of the node",
        "references of images that pods pull are rewritten to the mirror",
        &[
            Test(MANIFESTS, "a_pull_by_pod_goes_to_the_mirror_and_expects_its_secrets_twice"),
            Claim(
                "disconnected-pod-pull",
                "spec.dataImportCronTemplates[0].spec.template.spec.source.registry.url",
            ),
        ],
    ),
    prevented(
        "golden-images 8",
        "a node polls by tag, and an ImageDigestMirrorSet answers digests only",
        "sources of images that nodes pull are mirrored by tag as well",
        &[
            Test(REGISTRIES, "what_nodes_pull_by_tag_decides_the_pulls_of_its_most_specific_source_alone"),
            Claim("disconnected-node-pull", "spec.imageTagMirrors[0].source"),
        ],
    ),
    prevented(
        "golden-images 8",
        "on a disconnected cluster the common images fail for ever",
        "the overlay `disconnected` switches them off",
        &[Claim("disconnected-pod-pull", "spec.enableCommonBootImageImport")],
    ),
    outside("golden-images 8", "an image must hold one disk under `/disk`", "images are not read"),
    outside(
        "golden-images 8",
        "what was imported stays when images are switched off with retention `All`",
        "that is what `All` says; what stays is deleted by hand",
    ),
    // What went wrong for others
    prevented(
        "golden-images 9",
        "the ConfigMap or Secret that the poller wants is missing in its namespace (CDI 2688)",
        "see 1.6: both namespaces get it, or name what they expect",
        &[Test(MANIFESTS, "certificates_that_are_given_are_rendered_wherever_a_pod_pulls")],
    ),
    told(
        "golden-images 9",
        "an image cannot be held by its digest (CDI 2689)",
        &["GS-SPEC-007", "GS-GOLD-035"],
    ),
    told(
        "golden-images 9",
        "HTTP and S3 are no sources of a DataImportCron (CDI 3087, 3605)",
        &["GS-SPEC-001", "GS-GOLD-034"],
    ),
    prevented(
        "golden-images 9",
        "a cluster with mirrors on its nodes still asks quay.io (CDI 3367, 1715)",
        "see 8: references are rewritten, or the node pulls by tag through a mirror",
        &[Claim("disconnected-node-pull", "spec.imageTagMirrors[0].source")],
    ),
    prevented(
        "golden-images 9",
        "three imports of each image fill the disk, and nothing shows how many are kept (CDI 4002, 4006)",
        "`importsToKeep` is always written",
        &[Claim("kubernetes", "spec.importsToKeep")],
    ),
    prevented(
        "golden-images 9",
        "a virtual machine may not clone what a person may (KubeVirt 10011)",
        "see 6.2: service accounts get the right",
        &[Claim("consumers", "subjects")],
    ),
    told(
        "golden-images 9",
        "a common name is not free for one's own DataImportCron (SSP 1260)",
        &["GS-GOLD-007", "GS-GOLD-023"],
    ),
    outside(
        "golden-images 9",
        "common images are imported before GitOps can switch them off",
        "the switch is a field of the HyperConverged itself: what comes before it is the order of the first sync, which is the fleet's",
    ),
    outside(
        "golden-images 9",
        "Pod Security keeps pollers from starting (CDI 2437)",
        "it shows in the events of the namespace of CDI, which no manifest holds",
    ),
    // The checklist
    told("golden-images 10", "1: lengths of names", &["GS-GOLD-004", "GS-GOLD-005"]),
    told("golden-images 10", "2: names and DataSources that are given once", &["GS-GOLD-001"]),
    told(
        "golden-images 10",
        "3: `docker://`, one tag, no digest; ImageStreams by node",
        &["GS-SPEC-007", "GS-GOLD-008", "GS-GOLD-034", "GS-GOLD-035"],
    ),
    told("golden-images 10", "4: one of `storage` and `pvc`, with a size", &["GS-GOLD-003", "GS-GOLD-034"]),
    told(
        "golden-images 10",
        "5: five fields or none",
        &["GS-SCHED-001", "GS-SCHED-002", "GS-SCHED-003", "GS-SCHED-004"],
    ),
    told(
        "golden-images 10",
        "6: words for clean-up and retention, at least one import",
        &["GS-SPEC-003", "GS-SPEC-007", "GS-GOLD-034", "GS-GOLD-036"],
    ),
    told(
        "golden-images 10",
        "7: architectures that the operators know, without blanks",
        &["GS-GOLD-018", "GS-GOLD-037", "GS-PLAT-008"],
    ),
    told(
        "golden-images 10",
        "8: overrides that are complete and without labels",
        &["GS-GOLD-011", "GS-GOLD-014"],
    ),
    prevented(
        "golden-images 10",
        "9: fields where the release reads them",
        "see 4.2",
        &[Test(MANIFESTS, "the_switch_of_common_images_is_where_the_release_reads_it")],
    ),
    prevented(
        "golden-images 10",
        "10: a raw DataImportCron is made anew on change, without what controllers write, and with rights to clone",
        "see 1.9, 2 and 3.5",
        &[
            Test("src/components/golden_images/consequences.rs", "another_spec_means_one_more_import"),
            Test(MANIFESTS, "plain_kubernetes_gets_objects_a_namespace_and_the_right_to_clone"),
        ],
    ),
];
