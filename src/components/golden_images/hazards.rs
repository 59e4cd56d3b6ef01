//! The rules of golden images: what [`super::resolve`](mod@super::resolve) refuses or warns about, since no admission would.

use crate::diagnostic::Rule;

/// Every rule of this component.
pub static RULES: &[&Rule] = &[
    &TWO_IMAGES,
    &NO_SOURCE,
    &NO_SIZE,
    &CRON_NAME_TOO_LONG,
    &DATA_SOURCE_NAME_TOO_LONG,
    &COMMON_CRON_NAME,
    &COMMON_DATA_SOURCE,
    &STREAM_PULLED_BY_POD,
    &STREAM_WITHOUT_OPENSHIFT,
    &UNKNOWN_COMMON_IMAGE,
    &INCOMPLETE_OVERRIDE,
    &SNAPSHOT_UNREADABLE,
    &OVERRIDE_WHILE_OFF,
    &LABELS_OF_OVERRIDE,
    &NO_COMMON_IMAGES,
    &HYPER_CONVERGED_ON_KUBERNETES,
    &CARRIER_MISSING,
    &ARCHITECTURE_UNSUPPORTED,
    &ARCHITECTURE_NOT_SERVED,
    &CLONES_AN_IMPORT,
    &POINTER_OUT_OF_REACH,
    &ADOPTED_BY_ANOTHER,
    &DATA_SOURCE_TAKEN,
    &UNKNOWN_DATA_SOURCE,
    &FIELD_MISSING,
    &IMAGES_GO_WITH_AN_EDIT,
    &NODE_PULL_IGNORES,
    &GATES_REPLACED,
    &OVERRIDE_NEVER_POLLED,
    &DELETED_WITH_ITS_IMPORTS,
    &LIMITS_THE_PRODUCT,
    &SMALLER_THAN_ITS_SOURCE,
    &CDI_REFUSES,
    &DIGEST_IN_IMAGE,
    &NOT_WHAT_IT_SAYS,
    &LIST_WITH_BLANKS,
    &HYPER_CONVERGED_NAME,
    &TEMPLATE_METADATA,
    &DATA_SOURCE_LEFT_BEHIND,
];

/// Two images of one DataSource.
pub static TWO_IMAGES: Rule = Rule::error(
    "GS-GOLD-001",
    "two images manage one DataSource",
    "SSP keeps the last of two templates with one namespace and managedDataSource and drops the other silently; \
     of two DataImportCrons CDI lets the first one work and the other do nothing, without a condition that says \
     so",
)
.source(
    "SSP internal/operands/data-sources/reconcile.go `addToCronMap`; CDI \
     pkg/controller/dataimportcron-controller.go `shouldReconcileCron` (golden-images 1.8, 3.4)",
);

/// An image or DataSource with no source.
pub static NO_SOURCE: Rule = Rule::error(
    "GS-GOLD-002",
    "an image or DataSource has no source",
    "CDI refuses a DataImportCron without a source, and of a DataSource without one nothing can be cloned",
)
.source(
    "CDI pkg/apiserver/webhooks/dataimportcron-validate.go; pkg/controller/datasource-controller.go \
     (golden-images 1.2, 2)",
);

/// An image without a size.
pub static NO_SIZE: Rule = Rule::error(
    "GS-GOLD-003",
    "an image has no size",
    "CDI refuses imports from a registry without a size, and neither HyperConverged nor SSP checks that: the \
     refusal shows as a failing operator",
)
.source("CDI pkg/apiserver/webhooks/datavolume-validate.go (golden-images 1.2, 3.4)");

/// A DataImportCron's name that does not fit its CronJob.
pub static CRON_NAME_TOO_LONG: Rule = Rule::error(
    "GS-GOLD-004",
    "the name of a DataImportCron is too long",
    "CDI builds the names of a CronJob and of its first Job from it and shortens them for other limits than \
     theirs: 42 characters fit where a pod polls the registry, 63 elsewhere. An architecture takes up to 6 of \
     them",
)
.source(
    "CDI pkg/controller/dataimportcron-controller.go `GetCronJobName`, `GetInitialJobName`; Kubernetes: names of \
     CronJobs, label values (golden-images 1.3)",
)
.holds("CDI 1.49 and later; a pull by node polls by CronJob before CDI 1.63");

/// A DataSource's name that leaves no room.
pub static DATA_SOURCE_NAME_TOO_LONG: Rule = Rule::error(
    "GS-GOLD-005",
    "the name of an image leaves no room for the architecture",
    "with several architectures each import gets a DataSource `<image>-<architecture>`, and CDI accepts 63 \
     characters",
)
.source(
    "CDI pkg/apiserver/webhooks/dataimportcron-validate.go; SSP internal/operands/data-sources/reconcile.go \
     (golden-images 1.3, 4.6)",
)
.holds("HyperConverged 1.16, SSP 0.24, CDI 1.63 and later: before them there are no several architectures");

/// A custom image whose DataImportCron is called like a common one's.
pub static COMMON_CRON_NAME: Rule = Rule::error(
    "GS-GOLD-006",
    "an image of one's own takes the name of a common boot image's DataImportCron",
    "HyperConverged tells the common images by the name of their template: one of the same name replaces the \
     common image's spec, its labels are ignored, and it leaves when common images are switched off",
)
.source("HyperConverged controllers/handlers/golden-images/golden_images.go (golden-images 4.3)");

/// A raw DataImportCron on a DataSource of SSP.
pub static COMMON_DATA_SOURCE: Rule = Rule::error(
    "GS-GOLD-007",
    "a DataImportCron of one's own would manage a DataSource that SSP owns",
    "SSP enforces the source of its DataSources and takes away the label that makes CDI repoint them, so the \
     import runs and is never used",
)
.source(
    "SSP internal/operands/data-sources/reconcile.go `dataSourceAutoUpdateEnabled`; ssp-operator PR 1260, not \
     merged (golden-images 3.3)",
);

/// An ImageStream pulled by a pod.
pub static STREAM_PULLED_BY_POD: Rule = Rule::error(
    "GS-GOLD-008",
    "an ImageStream cannot be pulled by a pod",
    "CDI accepts `imageStream` only with the pull method `node`",
)
.source("CDI pkg/apiserver/webhooks/util.go (golden-images 1.2)");

/// An ImageStream elsewhere.
pub static STREAM_WITHOUT_OPENSHIFT: Rule = Rule::error(
    "GS-GOLD-009",
    "an ImageStream where there is no OpenShift",
    "ImageStreams are an API of OpenShift and OKD; elsewhere CDI finds none and the DataImportCron stays without \
     a condition",
)
.source("CDI pkg/controller/dataimportcron-controller.go `getImageStreamDigest` (golden-images 1.5, 1.10)");

/// A common boot image that is none.
pub static UNKNOWN_COMMON_IMAGE: Rule = Rule::error(
    "GS-GOLD-010",
    "there is no common boot image of this name",
    "an entry that names no common image would be taken for an image of one's own, without a spec",
)
.source(
    "HyperConverged assets/dataImportCronTemplates/dataImportCronTemplates.yaml (golden-images 4.3, 5.1)",
);

/// An override that nothing completes.
pub static INCOMPLETE_OVERRIDE: Rule = Rule::error(
    "GS-GOLD-011",
    "an override of a common boot image cannot be completed",
    "HyperConverged replaces the whole spec of a common image, it never merges, and from 1.16 on a spec without a \
     source crashes its handler. The images of the product differ from release to release and are in no public \
     file, so they are completed from a snapshot of the live list only",
)
.source("HyperConverged controllers/handlers/golden-images/golden_images.go (golden-images 4.3, 5.2)")
.holds("all supported versions; the crash from HyperConverged 1.16 on, before it CDI refuses the DataImportCron");

/// A snapshot that is none.
pub static SNAPSHOT_UNREADABLE: Rule = Rule::error(
    "GS-GOLD-012",
    "the snapshot of the common boot images cannot be used",
    "a snapshot is a HyperConverged as the cluster reports it, with `status.dataImportCronTemplates`, or that \
     list alone",
)
.source("HyperConverged `status.dataImportCronTemplates` (golden-images 4.2)")
.holds("HyperConverged 1.7 and later, which report the list");

/// An override while common images are off.
pub static OVERRIDE_WHILE_OFF: Rule = Rule::error(
    "GS-GOLD-013",
    "an override of a common boot image while all of them are switched off",
    "with common images off HyperConverged hands on custom templates only; one that is named like a common image \
     is not among them, so nothing would be imported",
)
.source("HyperConverged controllers/handlers/golden-images/golden_images.go (golden-images 4.3)");

/// Labels of an override.
pub static LABELS_OF_OVERRIDE: Rule = Rule::warning(
    "GS-GOLD-014",
    "labels of an overridden common boot image have no effect",
    "HyperConverged keeps the labels of the common image and ignores those of the override",
)
.source("HyperConverged controllers/handlers/golden-images/golden_images.go (golden-images 4.3)");

/// An override where nothing brings common images.
pub static NO_COMMON_IMAGES: Rule = Rule::error(
    "GS-GOLD-015",
    "a common boot image is overridden where there are none",
    "the common boot images come with HyperConverged on OpenShift; neither SSP by itself nor CDI has any",
)
.source("HyperConverged assets/dataImportCronTemplates/dataImportCronTemplates.yaml (golden-images 5)");

/// HyperConverged on plain Kubernetes.
pub static HYPER_CONVERGED_ON_KUBERNETES: Rule = Rule::error(
    "GS-GOLD-016",
    "images through HyperConverged on a cluster that is not OpenShift",
    "HyperConverged deploys SSP on OpenShift and OKD only: elsewhere its image fields are accepted and nothing \
     happens",
)
.source("HyperConverged controllers/operandhandler/operandHandler.go (golden-images, beginning)");

/// A carrier that the site does not have.
pub static CARRIER_MISSING: Rule = Rule::error(
    "GS-GOLD-017",
    "nothing on this site can carry golden images in the wanted way",
    "DataImportCrons need CDI, templates need SSP or HyperConverged; their versions decide which form is rendered",
)
.source("golden-images 4.7");

/// An architecture that the operators do not know.
pub static ARCHITECTURE_UNSUPPORTED: Rule = Rule::error(
    "GS-GOLD-018",
    "an architecture that golden images do not support",
    "SSP and HyperConverged know amd64, arm64 and s390x; SSP ignores others in a template and refuses them in its \
     `cluster`",
)
.source("SSP webhooks/ssp_webhook.go (golden-images 3.2, 4.6)")
.holds("HyperConverged 1.16, SSP 0.24 and later");

/// An image for other clusters.
pub static ARCHITECTURE_NOT_SERVED: Rule = Rule::warning(
    "GS-GOLD-019",
    "an image has no architecture of this cluster",
    "a template none of whose architectures is that of a node is not imported: HyperConverged reports \
     UnsupportedArchitectures",
)
.source("HyperConverged controllers/handlers/golden-images/golden_images.go (golden-images 4.6)")
.holds("HyperConverged 1.16, SSP 0.24 and later");

/// A DataSource onto an import.
pub static CLONES_AN_IMPORT: Rule = Rule::error(
    "GS-GOLD-020",
    "a DataSource points at a volume that a DataImportCron made",
    "CDI labels every DataSource of such a volume as managed by that DataImportCron, does not find it in the \
     DataSource's namespace, and cleans up: the DataSource is deleted. In the same namespace it goes with the \
     DataImportCron",
)
.source(
    "CDI pkg/controller/datasource-controller.go `handlePvcSource`, pkg/controller/dataimportcron-controller.go \
     `cleanup` (golden-images 1.7)",
)
.holds("CDI 1.60 and later, which copies labels from the volume to the DataSource");

/// A pointer that CDI does not follow.
pub static POINTER_OUT_OF_REACH: Rule = Rule::error(
    "GS-GOLD-021",
    "a DataSource points at one that CDI does not follow",
    "CDI follows one step, inside one namespace and never to itself: MaxReferenceDepthReached, \
     CrossNamespaceReference, SelfReference",
)
.source("CDI pkg/controller/common/util.go `ResolveDataSourceChain` (golden-images 2)")
.holds("CDI 1.63 and later: before it there are no pointers");

/// Adoption by an image of another name.
pub static ADOPTED_BY_ANOTHER: Rule = Rule::error(
    "GS-GOLD-022",
    "a DataSource is adopted by an image that does not manage it",
    "a DataImportCron repoints one DataSource, its managedDataSource, which has the image's name and namespace; \
     the label of another DataImportCron makes CDI clean the DataSource up",
)
.source("CDI pkg/controller/dataimportcron-controller.go `getDataSource` (golden-images 1.8, 2)");

/// A DataSource of an image's name.
pub static DATA_SOURCE_TAKEN: Rule = Rule::error(
    "GS-GOLD-023",
    "a DataSource has the name of an image's",
    "the image's DataImportCron does not adopt a DataSource without its label: it imports and never repoints it, \
     and SSP enforces the source of its own",
)
.source(
    "CDI pkg/controller/dataimportcron-controller.go `getDataSource`; SSP \
     internal/operands/data-sources/reconcile.go (golden-images 2, 3.3)",
);

/// A reference to nothing.
pub static UNKNOWN_DATA_SOURCE: Rule = Rule::error(
    "GS-GOLD-024",
    "a DataVolume follows a DataSource that is not there",
    "CDI refuses a DataVolume whose DataSource does not exist when it is created",
)
.source("CDI pkg/apiserver/webhooks/datavolume-validate.go (golden-images 6.1)");

/// A required field.
pub static FIELD_MISSING: Rule = Rule::error(
    "GS-GOLD-025",
    "a required field is not given",
    "the object cannot be rendered without it, and no default is safe",
)
.source("golden-images 6.1");

/// Retention None where an edit recreates the DataImportCron.
pub static IMAGES_GO_WITH_AN_EDIT: Rule = Rule::warning(
    "GS-GOLD-026",
    "an edit of the image may delete all that was imported",
    "the spec of a DataImportCron cannot change, so SSP and GitOps tools delete it and create it again; with the \
     retention `None` CDI then removes the DataSource and all imports first, and there is no boot source until \
     the next import is done",
)
.source(
    "CDI pkg/controller/dataimportcron-controller.go `cleanup`; SSP internal/operands/data-sources/reconcile.go \
     `ImmutableSpec` (golden-images 1.9, 3.4)",
);

/// Credentials that a pull by node does not use.
pub static NODE_PULL_IGNORES: Rule = Rule::warning(
    "GS-GOLD-027",
    "a pull by node uses neither `secret` nor `certificates`",
    "the node pulls with its own pull secret and certificates and with those of the namespace's default service \
     account",
)
.source("CDI pkg/controller/dataimportcron-controller.go, doc/image-from-registry.md (golden-images 1.6)");

/// The list of gates in HyperConverged v1.
pub static GATES_REPLACED: Rule = Rule::warning(
    "GS-GOLD-028",
    "the list of feature gates of HyperConverged is replaced",
    "in HyperConverged v1 the feature gates are a list, which has one owner as a whole: the gate for several \
     architectures takes the place of all others. From 1.19 on it is a field",
)
.source("HyperConverged api/v1 (golden-images 4.2)")
.holds("HyperConverged 1.18, in API version v1");

/// `never` on an override.
pub static OVERRIDE_NEVER_POLLED: Rule = Rule::error(
    "GS-GOLD-029",
    "an overridden common boot image cannot be left unpolled",
    "HyperConverged replaces the empty schedule of an override by its own, so the image would be polled all the \
     same",
)
.source("HyperConverged controllers/handlers/golden-images/golden_images.go (golden-images 4.3)");

/// A change that deletes an image and all that was imported of it.
pub static DELETED_WITH_ITS_IMPORTS: Rule = Rule::error(
    "GS-GOLD-031",
    "a change deletes an image with all its imports",
    "the spec of a DataImportCron cannot be changed, so it is deleted and created again; with retention `None`, \
     CDI then deletes the DataSource and every import first, and nothing boots from it until a new import is done",
)
.source(
    "CDI pkg/apiserver/webhooks/dataimportcron-validate.go, pkg/controller/dataimportcron-controller.go `cleanup` \
     (golden-images 1.9, 3.4)",
)
.of_changes()
.or_waived();

/// A quota on the namespace of the product's boot images.
pub static LIMITS_THE_PRODUCT: Rule = Rule::error(
    "GS-GOLD-032",
    "a storage limit is set where the product keeps its boot images",
    "a ResourceQuota counts every PVC of its namespace, and the common boot images are imported into the golden \
     namespace of the platform; beyond the limit none of them starts, and the product alerts on its own images",
)
.source("SSP internal/constants.go; Kubernetes: resource quotas (golden-images 3.3)");

/// A DataVolume into which its source does not fit.
pub static SMALLER_THAN_ITS_SOURCE: Rule = Rule::error(
    "GS-GOLD-033",
    "a DataVolume is smaller than the image that it clones",
    "CDI clones only into a volume that is at least as large as the source, so the DataVolume would wait for ever; without \
     a size it takes that of the source",
)
.source("CDI pkg/apiserver/webhooks/datavolume-validate.go (golden-images 6.1)");

// Only in manifests: the spec cannot say these.

/// What the webhook of CDI does not take.
pub static CDI_REFUSES: Rule = Rule::error(
    "GS-GOLD-034",
    "a DataImportCron or template that CDI refuses",
    "CDI imports from a registry by `docker://` or from a PVC, into exactly one of `storage` and `pvc`, and takes no other \
     source, content type or checkpoint. HyperConverged and SSP do not look into their templates: the refusal shows as a \
     failing SSP, long after the review",
)
.source("CDI pkg/apiserver/webhooks/dataimportcron-validate.go, util.go (golden-images 1.2, 3.4)")
.or_waived();

/// A digest where a tag is followed.
pub static DIGEST_IN_IMAGE: Rule = Rule::error(
    "GS-GOLD-035",
    "the image of a DataImportCron has a digest",
    "CDI looks up the digest of the tag and appends it to the repository; behind one that is there already it makes a \
     reference that no registry resolves",
)
.source("containerized-data-importer issue 2689, open (golden-images 1.5)")
.or_waived();

/// A word or number that means something else than it says.
pub static NOT_WHAT_IT_SAYS: Rule = Rule::error(
    "GS-GOLD-036",
    "a field of a DataImportCron or DataSource that CDI reads otherwise than it says",
    "neither definition nor webhook looks at these: a retention other than `None` counts as `All`, `importsToKeep: 0` \
     deletes the current import as well, and of several sources of a DataSource each reader takes another one",
)
.source("CDI pkg/controller/dataimportcron-controller.go, pkg/controller/datasource-controller.go (golden-images 1.1, 2)")
.or_waived();

/// `amd64, arm64`.
pub static LIST_WITH_BLANKS: Rule = Rule::error(
    "GS-GOLD-037",
    "a list of architectures has blanks",
    "HyperConverged splits the annotation at its commas and compares what is between them as it stands: of \
     `amd64, arm64` the second is no architecture of any node, and is lost without a word",
)
.source("HyperConverged controllers/handlers/golden-images/golden_images.go (golden-images 4.6)")
.holds("HyperConverged 1.16 and later")
.or_waived();

/// A HyperConverged that the operator does not look at.
pub static HYPER_CONVERGED_NAME: Rule = Rule::error(
    "GS-GOLD-038",
    "a HyperConverged of another name",
    "the operator works on `kubevirt-hyperconverged` in its own namespace; another one is accepted and ignored, with a \
     condition of reason InvalidRequest",
)
.source("HyperConverged pkg/webhooks (golden-images 4)")
.or_waived();

/// Metadata that is dropped.
pub static TEMPLATE_METADATA: Rule = Rule::warning(
    "GS-GOLD-039",
    "metadata in the template of a DataImportCron",
    "the API server drops labels and annotations below `spec.template.metadata` of a DataImportCron, while SSP keeps them in \
     its own copy, finds that the two differ, and deletes and creates the DataImportCron again and again",
)
.source("CDI CustomResourceDefinition of DataImportCron; SSP internal/operands/data-sources/reconcile.go (golden-images 1.1)");

/// A DataSource that carries the label of a DataImportCron that is gone.
pub static DATA_SOURCE_LEFT_BEHIND: Rule = Rule::warning(
    "GS-GOLD-040",
    "a change of name leaves a DataSource behind",
    "with retention `All` the DataSource keeps the label of the DataImportCron that goes; one of another name imports and \
     never repoints it, no condition says so, and machines boot from the last image of the old one. Old imports are \
     counted by the same label, and stay for ever",
)
.source("CDI pkg/controller/dataimportcron-controller.go `getDataSource` (golden-images 1.9, 2)")
.of_changes();

#[cfg(test)]
mod tests {
    use super::RULES;
    use crate::capability::rules::UNAVAILABLE;
    use crate::components::golden_images::testing::{
        Outcome, RHEL, plain, product, site, site_with_snapshot, upstream,
    };

    /// A code, a site that has it and nothing else, and the lines that the finding points at.
    fn refused(text: &str, code: &str, title: &str, lines: &[usize]) {
        let (told, at) = site(text).finding();
        assert_eq!(told, format!("{code}: {title}"));
        assert_eq!(at, lines, "{told}");
    }

    #[test]
    fn codes_are_given_once_and_in_order() {
        assert!(RULES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    #[test]
    fn two_images_never_share_a_data_source() {
        let text = "images:\n  fedora: {registry: a.example/b, size: 1Gi, cronName: own}\n";
        refused(&product("4.20", text), "GS-GOLD-001", "two images manage the DataSource `fedora`", &[4]);
        let elsewhere = format!("{text}namespace: golden\n");
        assert_eq!(site(&product("4.20", &elsewhere)).codes(), [""; 0]);
        let dropped = format!("{text}commonBootImages: {{images: {{fedora: {{enabled: false}}}}}}\n");
        assert_eq!(site(&product("4.20", &dropped)).codes(), [""; 0]);
    }

    #[test]
    fn two_images_never_share_a_cron() {
        let text = "images:\n  a: {registry: a.example/b, size: 1Gi, cronName: one}\n  b: {registry: a.example/b, size: 1Gi, cronName: one}\n";
        refused(&product("4.20", text), "GS-GOLD-001", "two images have the DataImportCron `one`", &[5, 4]);
    }

    #[test]
    fn an_image_and_a_data_source_have_a_source() {
        refused(&product("4.20", "images:\n  a: {size: 1Gi}\n"), "GS-GOLD-002", "`a` has no source", &[4]);
        let none = format!("{RHEL}dataSources:\n  d: {{}}\n");
        refused(&product("4.20", &none), "GS-GOLD-002", "`d` has no source", &[6]);
    }

    #[test]
    fn an_image_of_a_registry_has_a_size() {
        refused(
            &product("4.20", "images:\n  a: {registry: a.example/b}\n"),
            "GS-GOLD-003",
            "`a` has no size",
            &[4],
        );
        let shared = "defaults: {size: 1Gi}\nimages:\n  a: {registry: a.example/b}\n";
        assert_eq!(site(&product("4.20", shared)).codes(), [""; 0]);
    }

    fn named(length: usize, more: &str) -> String {
        let name = "n".repeat(length);
        format!("images:\n  a: {{registry: a.example/b, size: 1Gi, cronName: {name}{more}}}\n")
    }

    #[test]
    fn the_name_of_a_cron_fits_what_cdi_derives_from_it() {
        let codes = |cdi: &str, length: usize, more: &str| site(&plain(cdi, &named(length, more))).codes();
        assert_eq!(codes("1.63", 42, ""), [""; 0]);
        assert_eq!(codes("1.63", 43, ""), ["GS-GOLD-004"]);
        assert_eq!(codes("1.63", 63, ", pull: node"), [""; 0]);
        assert_eq!(codes("1.62", 63, ", pull: node"), ["GS-GOLD-004"], "a CronJob polls before 1.63");
    }

    #[test]
    fn an_architecture_takes_its_part_of_a_name() {
        let text =
            |length: usize| format!("multiArchitecture: true\n{}", named(length, ", architectures: [amd64]"));
        assert_eq!(site(&plain("1.63", &text(36))).codes(), [""; 0]);
        assert_eq!(site(&plain("1.63", &text(37))).codes(), ["GS-GOLD-004"]);
        let long = "n".repeat(58);
        let data_source = format!(
            "multiArchitecture: true\nimages:\n  {long}: {{registry: a.example/b, size: 1Gi, cronName: c, architectures: [amd64]}}\n"
        );
        assert_eq!(site(&plain("1.63", &data_source)).codes(), ["GS-GOLD-005"]);
    }

    #[test]
    fn an_image_of_ones_own_is_not_taken_for_a_common_one() {
        let text = "namespace: golden\nimages:\n  fedora: {registry: a.example/b, size: 1Gi}\n";
        refused(
            &product("4.20", text),
            "GS-GOLD-006",
            "`fedora-image-cron` is the DataImportCron of a common boot image",
            &[5],
        );
    }

    #[test]
    fn a_raw_cron_leaves_the_data_sources_of_ssp_alone() {
        let text = "through: raw\nimages:\n  rhel9: {registry: a.example/b, size: 1Gi}\n";
        refused(&product("4.20", text), "GS-GOLD-007", "the DataSource `rhel9` belongs to SSP", &[5]);
    }

    #[test]
    fn an_image_stream_is_pulled_by_the_node_and_on_openshift() {
        let text = "images:\n  a:\n    imageStream: b\n    pull: pod\n    size: 1Gi\n";
        refused(
            &product("4.20", text),
            "GS-GOLD-008",
            "the ImageStream of `a` is to be pulled by a pod",
            &[6, 5],
        );
        let text = "images:\n  a: {imageStream: b, size: 1Gi}\n";
        refused(
            &plain("1.63", text),
            "GS-GOLD-009",
            "`a` is pulled from an ImageStream, and the site is no OpenShift",
            &[4],
        );
    }

    #[test]
    fn a_common_image_is_known_and_asked_back_by_a_similar_name() {
        let text = "commonBootImages:\n  images:\n    fedoar: {enabled: false}\n";
        refused(&upstream("1.16", text), "GS-GOLD-010", "there is no common boot image `fedoar`", &[5]);
        let outcome = site(&upstream("1.16", text));
        assert!(format!("{:?}", outcome.findings[0].help).contains("with: \"fedora\""));
    }

    #[test]
    fn values_of_the_product_are_never_guessed() {
        let text = "commonBootImages:\n  images:\n    rhel9: {keep: 3}\n";
        let title = "the override of `rhel9` does not say its source, and nothing else does";
        refused(&product("4.20", text), "GS-GOLD-011", title, &[5]);
        let size = "commonBootImages:\n  images:\n    rhel9: {registry: a.example/b}\n";
        assert_eq!(site(&product("4.20", size)).codes(), ["GS-GOLD-011"]);
        let whole = "commonBootImages:\n  images:\n    rhel9: {registry: a.example/b, size: 30Gi}\n";
        assert_eq!(site(&product("4.20", whole)).codes(), [""; 0]);
    }

    #[test]
    fn a_snapshot_is_there_and_has_templates() {
        let text = product("4.20", "commonBootImages:\n  snapshot: snapshots/live.yaml\n");
        let codes = |snapshot| site_with_snapshot(&text, snapshot).codes();
        assert_eq!(codes(None), ["GS-GOLD-012"]);
        assert_eq!(codes(Some("kind: HyperConverged\n")), ["GS-GOLD-012"]);
        assert_eq!(codes(Some("a: [\n")), ["GS-GOLD-012"]);
        assert_eq!(codes(Some("status: {dataImportCronTemplates: [{metadata: {name: a}}]}\n")), [""; 0]);
    }

    #[test]
    fn an_override_needs_common_images() {
        let off = "commonBootImages:\n  enabled: false\n  images:\n    fedora: {keep: 3}\n";
        refused(
            &upstream("1.16", off),
            "GS-GOLD-013",
            "`fedora` is overridden while all common boot images are off",
            &[6, 4],
        );
        let none = "commonBootImages:\n  images:\n    fedora: {keep: 3}\n";
        refused(
            &plain("1.63", none),
            "GS-GOLD-015",
            "`fedora` overrides a common boot image, and this site has none",
            &[5],
        );
    }

    #[test]
    fn labels_of_an_override_are_warned_about() {
        let text = "commonBootImages:\n  images:\n    fedora: {defaultPreference: fedora}\n";
        let title = "`goldenImages.commonBootImages.images.fedora.defaultPreference` has no effect on a common boot image";
        refused(&upstream("1.16", text), "GS-GOLD-014", title, &[5]);
    }

    #[test]
    fn a_carrier_is_one_that_the_site_has() {
        let through = |platform: &str, through: &str| {
            site(&format!("platform: {{{platform}}}\ngoldenImages: {{through: {through}}}\n")).codes()
        };
        assert_eq!(through("kubernetes: '1.34', hyperConverged: '1.16'", "hyperConverged"), ["GS-GOLD-016"]);
        assert_eq!(through("openshift: '4.20', cdi: '1.63'", "hyperConverged"), ["GS-GOLD-017"]);
        assert_eq!(through("openshift: '4.20', virtualization: '4.20'", "ssp"), ["GS-GOLD-017"]);
        assert_eq!(through("kubernetes: '1.34'", "raw"), ["GS-GOLD-017"]);
        assert_eq!(site("platform: {kubernetes: '1.34'}\ngoldenImages: {}\n").codes(), ["GS-GOLD-017"]);
    }

    #[test]
    fn architectures_are_those_that_the_operators_and_the_nodes_have() {
        let codes = |list: &str| {
            let text = format!(
                "multiArchitecture: true\nimages:\n  a: {{registry: a.example/b, size: 1Gi, architectures: [{list}]}}\n"
            );
            site(&product("4.20", &text)).codes()
        };
        assert_eq!(codes("ppc64le"), ["GS-GOLD-018"]);
        assert_eq!(codes("s390x"), ["GS-GOLD-019"]);
        assert_eq!(codes("s390x, amd64"), [""; 0]);
    }

    fn with_source(source: &str) -> Outcome {
        site(&plain("1.63", &format!("namespace: golden\n{RHEL}dataSources:\n  {source}\n")))
    }

    #[test]
    fn a_data_source_never_points_at_an_import() {
        let alias = with_source("alias: {pvc: {name: rhel9-corp-0123456789ab}}");
        assert_eq!(
            alias.finding().0,
            "GS-GOLD-020: `rhel9-corp-0123456789ab` is an import of the image `rhel9-corp`"
        );
        assert_eq!(with_source("alias: {pvc: {name: other-0123456789ab}}").codes(), [""; 0]);
    }

    #[test]
    fn a_pointer_is_one_step_long() {
        assert_eq!(with_source("a: {dataSource: a}").codes(), ["GS-GOLD-021"]);
        assert_eq!(with_source("a: {dataSource: b}\n  b: {dataSource: rhel9-corp}").codes(), ["GS-GOLD-021"]);
        assert_eq!(with_source("a: {dataSource: rhel9-corp}").codes(), [""; 0]);
    }

    #[test]
    fn a_data_source_is_adopted_by_the_image_of_its_name() {
        assert_eq!(with_source("rhel9-corp: {adoptedBy: rhel9-corp}").codes(), [""; 0]);
        assert_eq!(with_source("rhel9: {adoptedBy: rhel9-corp}").codes(), ["GS-GOLD-022"]);
        let unknown = with_source("rhel9-corp: {adoptedBy: rhel9-crop}");
        assert_eq!(unknown.finding().0, "GS-GOLD-022: there is no image `rhel9-crop`");
    }

    #[test]
    fn a_data_source_does_not_take_the_name_of_an_image() {
        assert_eq!(with_source("rhel9-corp: {pvc: {name: p}}").codes(), ["GS-GOLD-023"]);
        let text = "dataSources:\n  fedora: {pvc: {name: p}}\n";
        refused(&product("4.20", text), "GS-GOLD-023", "the DataSource `fedora` belongs to SSP", &[4]);
    }

    #[test]
    fn an_overridden_common_image_is_not_where_the_custom_images_are() {
        let with = |source: &str| {
            let text = format!(
                "namespace: golden\ncommonBootImages: {{images: {{fedora: {{keep: 3}}}}}}\ndataSources: {{fedora: {source}}}\n"
            );
            site(&upstream("1.16", &text)).codes()
        };
        assert_eq!(with("{pvc: {name: p}}"), [""; 0]);
        assert_eq!(with("{adoptedBy: fedora}"), ["GS-GOLD-022"]);
    }

    #[test]
    fn a_data_volume_follows_what_is_there() {
        let codes =
            |volume: &str| site(&product("4.20", &format!("{RHEL}dataVolumes:\n  v: {volume}\n"))).codes();
        for from in ["rhel9-corp", "fedora", "win2k22"] {
            assert_eq!(codes(&format!("{{namespace: a, from: {from}}}")), [""; 0], "{from}");
        }
        assert_eq!(codes("{namespace: a, from: rhel9-crop}"), ["GS-GOLD-024"]);
        assert_eq!(codes("{from: fedora}"), ["GS-GOLD-025"]);
        assert_eq!(codes("{namespace: a}"), ["GS-GOLD-025"]);
    }

    #[test]
    fn a_data_volume_holds_what_it_clones() {
        let codes = |size: &str| {
            let volume =
                format!("{RHEL}dataVolumes:\n  v: {{namespace: a, from: rhel9-corp, size: {size}}}\n");
            site(&product("4.20", &volume)).codes()
        };
        assert_eq!(codes("20Gi"), ["GS-GOLD-033"]);
        assert_eq!(codes("30Gi"), [""; 0]);
        assert_eq!(codes("31Gi"), [""; 0]);
    }

    #[test]
    fn what_may_destroy_or_does_nothing_is_warned_about() {
        let image = |more: &str| format!("images:\n  a: {{registry: a.example/b, size: 1Gi, {more}}}\n");
        assert_eq!(site(&product("4.20", &image("retention: None"))).codes(), ["GS-GOLD-026"]);
        assert_eq!(site(&product("4.20", &image("pull: node, secret: s"))).codes(), ["GS-GOLD-027"]);
    }

    #[test]
    fn a_list_of_gates_has_one_owner() {
        let text = format!("multiArchitecture: true\n{RHEL}");
        assert_eq!(site(&upstream("1.18", &text)).codes(), ["GS-GOLD-028"]);
        assert_eq!(site(&upstream("1.19", &text)).codes(), [""; 0]);
        let whole = format!("{text}ownership: {{hyperConverged: whole}}\n");
        assert_eq!(site(&upstream("1.18", &whole)).codes(), [""; 0]);
    }

    #[test]
    fn an_override_is_always_polled() {
        let text = "commonBootImages:\n  images:\n    fedora: {schedule: {never: {}}}\n";
        refused(
            &upstream("1.16", text),
            "GS-GOLD-029",
            "`fedora` shall not be polled, which an override cannot say",
            &[5, 5],
        );
    }

    #[test]
    fn a_storage_limit_is_for_a_namespace_of_ones_own() {
        let limited =
            |text: &str| site(&product("4.20", &format!("{RHEL}storageLimit: 500Gi\n{text}"))).codes();
        assert_eq!(limited(""), ["GS-GOLD-032"]);
        assert_eq!(limited("namespace: golden-images\n"), [""; 0]);
    }

    #[test]
    fn what_the_release_cannot_do_is_refused_with_its_row() {
        let pvc = "images:\n  a: {pvc: {namespace: b, name: c}}\n";
        assert_eq!(site(&product("4.18", pvc)).codes(), [UNAVAILABLE.code]);
        let several = format!("multiArchitecture: true\n{RHEL}");
        assert_eq!(site(&product("4.19", &several)).codes(), [UNAVAILABLE.code]);
        let account = "images:\n  a: {pvc: {namespace: b, name: c}, serviceAccount: d}\n";
        assert_eq!(site(&product("4.20", account)).codes(), [UNAVAILABLE.code]);
        let moved = "commonBootImages: {namespace: golden}\n";
        assert_eq!(site(&upstream("1.10", moved)).codes(), [UNAVAILABLE.code]);
        let pointer = format!("{RHEL}dataSources: {{a: {{dataSource: rhel9-corp}}}}\n");
        assert_eq!(site(&plain("1.62", &pointer)).codes(), [UNAVAILABLE.code]);
    }
}
