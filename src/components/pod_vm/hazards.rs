//! The rules of pod VM images: what [`super::resolve`](mod@super::resolve) refuses or warns about, since no admission would, and what a change
//! or a manifest of others does.

use crate::diagnostic::Rule;

/// Every rule of this component.
pub static RULES: &[&Rule] = &[
    &NOT_INSTALLED,
    &FIELD_MISSING,
    &NO_IMAGE,
    &BUILD_TAKEN_OVER,
    &PORT_AND_VERSION,
    &PORT_UNTESTED,
    &BAD_POLICY,
    &NO_EFFECT,
    &GALLERY_NAME,
    &CLUSTER_ID_MISSING,
    &IMAGE_NAME,
    &IMAGE_VERSION,
    &VERSION_TOO_LARGE,
    &NOT_BUILT_THERE,
    &BOOTC_ON_LIBVIRT,
    &NOT_S390X,
    &FIPS_NOT_REACHED,
    &URI_NOT_FILLED,
    &NOT_CONFIDENTIAL_THERE,
    &CONFIDENTIAL_SIZE,
    &INITDATA_LOST,
    &ARTIFACT_FOR_ANOTHER,
    &METADATA_UNREADABLE,
    &CHECKSUM_UNVERIFIED,
    &DELETES_IMAGE_OF_OTHERS,
    &BUCKET_GOES,
    &BUCKET_MISSING,
    &INSTALLS_NOTHING,
    &SOURCE_MISSING,
    &NOT_RECORDED,
    &NOT_AN_IMAGE_ID,
    &QCOW2_BECOMES_RAW,
    &IN_THE_SECRET,
    &OPERATOR_SETS_TLS,
    &NO_TOKENS_THERE,
    &RELEASE_NOT_FULL,
    &IMAGE_IS_DELETED,
    &DELETED_TOO_EARLY,
    &ID_IS_EMPTIED,
    &TWO_IMAGE_CONFIGS,
    &OTHER_CLOUD,
    &KEY_OF_AUTOMATION,
    &REPLACED,
    &INCOMPLETE_CONFIG,
    &WRONG_DIALECT,
    &NOT_IMAGE_URI,
    &OTHER_GENERATION,
    &CREDENTIALS_TOO_LATE,
    &TAG_MOVES,
    &TAG_SPLITS,
];

/// Pod VMs on a cluster without sandboxed containers.
pub static NOT_INSTALLED: Rule = Rule::error(
    "GS-PODVM-001",
    "pod VMs on a cluster without sandboxed containers",
    "the ConfigMaps are read by the operator of OpenShift sandboxed containers and by what it installs; \
     without it they are text",
)
.source("podvm 5");

/// A setting is missing that pod VMs do not start without.
pub static FIELD_MISSING: Rule = Rule::error(
    "GS-PODVM-002",
    "a setting is missing that pod VMs do not start without",
    "the operator refuses to make an image, or the adaptor to start, and says which object and not always \
     which key",
)
.source("image_generator.go `validatePeerPodsConfigs`, the entrypoint of the adaptor (podvm 1.2)");

/// Nobody says where the pod VM image comes from.
pub static NO_IMAGE: Rule = Rule::error(
    "GS-PODVM-003",
    "nobody says where the pod VM image comes from",
    "from 1.10 on the operator imports an image that its release brings along; older releases build one, \
     and other runners know of none",
)
.source("image_generator.go, RELATED_IMAGE_PODVM_OCI (podvm 1.10)");

/// The operator imports the image of its release where a build is asked for.
pub static BUILD_TAKEN_OVER: Rule = Rule::error(
    "GS-PODVM-004",
    "the operator imports the image of its release where a build is asked for",
    "it fills an empty `PODVM_IMAGE_URI`, and the Job then imports what that names: pause image, policy \
     and drivers of the build are in none of it",
)
.source("podvm 0.2, 1.9, 1.10")
.holds("OpenShift sandboxed containers: from 1.10, not on s390x")
.or_waived();

/// A registry with a port and an image with a tag or digest.
pub static PORT_AND_VERSION: Rule = Rule::error(
    "GS-PODVM-005",
    "a registry with a port and an image with a tag or digest",
    "`PODVM_IMAGE_URI` is read by one expression that takes it apart at its colons: with a port and a tag \
     nothing matches, and the Job fails with a message about types",
)
.source("lib.sh `get_image_type_url_and_path` (podvm 1.10)");

/// An image in a file at a registry with a port.
pub static PORT_UNTESTED: Rule = Rule::warning(
    "GS-PODVM-006",
    "an image in a file at a registry with a port",
    "the expression reads what stands behind the port as the tag and puts it together again; the layout \
     that the image is copied to then has slashes in its tag, which nobody has tried",
)
.source("podvm 1.10");

/// An agent policy that is none.
pub static BAD_POLICY: Rule = Rule::error(
    "GS-PODVM-007",
    "an agent policy that is none",
    "the build takes a text that holds `agent_policy` and fails without; the agent asks the rules of the \
     package `agent_policy`, and without it refuses everything",
)
.source("lib.sh (podvm 1.9)");

/// A setting that the image does not get.
pub static NO_EFFECT: Rule = Rule::warning(
    "GS-PODVM-008",
    "a setting that has no effect here",
    "what is embedded goes into images that are built on the cluster; an imported or existing one is \
     taken as it is, and some clouds do not read some settings",
)
.source("podvm 1.9");

/// A name that no gallery can have.
pub static GALLERY_NAME: Rule = Rule::error(
    "GS-PODVM-009",
    "a name that no gallery can have",
    "letters, digits, `_` and `.`, with a letter or digit at both ends, are what Azure takes; it refuses \
     the rest when the Job runs",
)
.source("azure-podvm-image-cm.yaml (podvm 1.11)");

/// A name is made from the id of the cluster, which is not given.
pub static CLUSTER_ID_MISSING: Rule = Rule::error(
    "GS-PODVM-010",
    "a name is made from the id of the cluster, which is not given",
    "names of galleries and images must differ between clusters that share an account. The operator makes \
     them when it creates the ConfigMap, and does not touch one that is there",
)
.source("image_generator.go `createImageConfigMapFromFile`, utils.go `getClusterID` (podvm 1.11)");

/// A name that no image of this cloud can have.
pub static IMAGE_NAME: Rule = Rule::error(
    "GS-PODVM-011",
    "a name that no image of this cloud can have",
    "each cloud has a rule of its own and refuses the rest at the end of the Job",
)
.source("podvm 1.11");

/// A version of the image in the form of another release.
pub static IMAGE_VERSION: Rule = Rule::error(
    "GS-PODVM-012",
    "a version of the image in the form of another release",
    "up to 1.8 the ConfigMap holds the first two numbers and the Job adds the day; from 1.9 on it holds \
     all three. The key of the other form is not read",
)
.source("podvm 1.4, 1.5, 1.11");

/// The version that is made from the id of the cluster is too large for Azure.
pub static VERSION_TOO_LARGE: Rule = Rule::error(
    "GS-PODVM-013",
    "the version that is made from the id of the cluster is too large for Azure",
    "a number of a version holds 31 bits there; ids that begin with 8 to f are larger, and the Job fails \
     at its end",
)
.source("podvm 1.11")
.holds("OpenShift sandboxed containers: before 1.10");

/// A build for a cloud or for nodes that have none.
pub static NOT_BUILT_THERE: Rule = Rule::error(
    "GS-PODVM-014",
    "a build for a cloud or for nodes that have none",
    "for Google Cloud there are imports only: the Job refuses to build; elsewhere but on IBM Z what it builds is for `amd64`",
)
.source("gcp-podvm-image-handler.sh (podvm 1.6, 6.1)");

/// A bootable container on libvirt.
pub static BOOTC_ON_LIBVIRT: Rule = Rule::error(
    "GS-PODVM-015",
    "a bootable container on libvirt",
    "the script of libvirt knows images in files only",
)
.source("podvm 1.10");

/// Secure execution where no node is an IBM Z.
pub static NOT_S390X: Rule = Rule::error(
    "GS-PODVM-016",
    "secure execution where it cannot be",
    "the build asks for host keys that only IBM Z has, and for RHEL 9.4 at least",
)
.source("podvm 1.7, 6.2")
.or_waived();

/// The operator turns FIPS mode of the image off where nodes have it on.
pub static FIPS_NOT_REACHED: Rule = Rule::error(
    "GS-PODVM-017",
    "the operator turns FIPS mode of the image off where nodes have it on",
    "it writes `BOOT_FIPS: \"true\"` into the ConfigMap on FIPS nodes, over a `yes` as well, and the build \
     compares with `yes`: the guest never boots in FIPS mode, and nobody says so",
)
.source("image_generator.go, lib.sh (podvm 4.7, W4)")
.holds("OpenShift sandboxed containers: 1.6 to 1.10; later releases were not seen")
.or_waived();

/// On FIPS nodes the image of the release may not be taken.
pub static URI_NOT_FILLED: Rule = Rule::error(
    "GS-PODVM-018",
    "on FIPS nodes the image of the release may not be taken",
    "the step that fills `PODVM_IMAGE_URI` is passed over where `BOOT_FIPS` is `true` already; the Job \
     then builds",
)
.source("image_generator.go (podvm 4.7, W24)")
.holds("OpenShift sandboxed containers: from 1.10")
.or_waived();

/// Confidential machines where there are none.
pub static NOT_CONFIDENTIAL_THERE: Rule = Rule::error(
    "GS-PODVM-019",
    "confidential machines where there are none",
    "each cloud has its technologies, and Azure has them in machines of the second generation",
)
.source("podvm 1.2, 1.12")
.or_waived();

/// Confidential machines of another technology than the default size has.
pub static CONFIDENTIAL_SIZE: Rule = Rule::error(
    "GS-PODVM-020",
    "confidential machines of another technology than the default size has",
    "the adaptor starts `Standard_DC2as_v5` where nothing is said, whose processors have SEV-SNP",
)
.source("podvm 1.2")
.or_waived();

/// Initdata that the operator overwrites.
pub static INITDATA_LOST: Rule = Rule::error(
    "GS-PODVM-021",
    "initdata that the operator overwrites",
    "while the feature gate `confidential` is off, the operator writes a default of its own \
     into `peer-pods-cm` with each reconcile, and GitOps writes the other back: each write restarts adaptors, and \
     with them pods",
)
.source("podvm 1.3")
.holds("OpenShift sandboxed containers: from 1.11")
.or_waived();

/// An artifact that was made for another cloud or machine.
pub static ARTIFACT_FOR_ANOTHER: Rule = Rule::error(
    "GS-PODVM-022",
    "an artifact that was made for another cloud or machine",
    "nothing is read from the artifact by the Job: it is imported, and the machines do not boot",
)
.source("podvm 1.10, the proposal of pre-built images")
.or_waived();

/// The metadata of an artifact cannot be used.
pub static METADATA_UNREADABLE: Rule = Rule::error(
    "GS-PODVM-023",
    "the metadata of an artifact cannot be used",
    "what is told of an artifact is held against the cloud and the nodes of the site, so it has to be \
     readable",
)
.source("the proposal of pre-built images (podvm 1.10)");

/// A checksum that nobody verifies.
pub static CHECKSUM_UNVERIFIED: Rule = Rule::warning(
    "GS-PODVM-024",
    "a checksum that nobody verifies",
    "the Jobs of the release print the checksum of the file on libvirt, and compare it nowhere",
)
.source("lib.sh `validate_podvm_image` (podvm 1.10)");

/// The operator deletes an image that it did not make.
pub static DELETES_IMAGE_OF_OTHERS: Rule = Rule::warning(
    "GS-PODVM-025",
    "the operator deletes an image that it did not make",
    "with the KataConfig it deletes the image whose id stands in `peer-pods-cm`, by force, and asks \
     nobody whose that is",
)
.source("image_generator.go, podvm-builder.sh (podvm 4.4, W5)");

/// The Job deletes the bucket that it is given.
pub static BUCKET_GOES: Rule = Rule::warning(
    "GS-PODVM-026",
    "the Job deletes the bucket that it is given",
    "it makes the bucket, also where it is there, empties and deletes it at the end, and writes the \
     policy of the role `vmimport` of the whole account",
)
.source("ami-helper.sh (podvm 1.4, W26)")
.holds("OpenShift sandboxed containers: from 1.10");

/// An import on AWS without a bucket.
pub static BUCKET_MISSING: Rule = Rule::error(
    "GS-PODVM-027",
    "an import on AWS without a bucket",
    "the Job goes through a bucket and the role `vmimport`; this release makes neither",
)
.source("podvm 0.2, 1.4")
.holds("OpenShift sandboxed containers: 1.9")
.or_waived();

/// A build on AWS that installs packages.
pub static INSTALLS_NOTHING: Rule = Rule::error(
    "GS-PODVM-028",
    "a build on AWS that installs packages",
    "that branch calls a function that does not exist, and the Job fails",
)
.source("aws-podvm-image-handler.sh (podvm 1.4)")
.holds("OpenShift sandboxed containers: before 1.9")
.or_waived();

/// Sources are downloaded, and nobody says which.
pub static SOURCE_MISSING: Rule = Rule::error(
    "GS-PODVM-029",
    "sources are downloaded, and nobody says which",
    "the ConfigMap of the release names a repository that its makers reach",
)
.source("podvm 1.4, 1.5")
.or_waived();

/// The operator waits for an id that nobody writes.
pub static NOT_RECORDED: Rule = Rule::error(
    "GS-PODVM-030",
    "the operator waits for an id that nobody writes",
    "it creates the Job, sees it complete, finds no id in `peer-pods-cm`, and asks again every 15 \
     seconds, for ever",
)
.source("image_generator.go (podvm 4.3)")
.or_waived();

/// A text that is no image of this cloud.
pub static NOT_AN_IMAGE_ID: Rule = Rule::error(
    "GS-PODVM-031",
    "a text that is no image of this cloud",
    "any text in the image key counts as an image: none is made, and machines do not start",
)
.source("image_generator.go `isImageIDSet` (podvm 4.2)")
.or_waived();

/// A qcow2 in a release that takes every file for raw.
pub static QCOW2_BECOMES_RAW: Rule = Rule::error(
    "GS-PODVM-032",
    "a qcow2 in a release that takes every file for raw",
    "its probe forces the format, so that a qcow2 is wrapped as it is and the disk does not boot",
)
.source("lib.sh (podvm 4.7, W12)")
.holds("OpenShift sandboxed containers: before 1.9")
.or_waived();

/// A setting that this release reads from a Secret.
pub static IN_THE_SECRET: Rule = Rule::warning(
    "GS-PODVM-033",
    "a setting that this release does not read",
    "up to 1.8 pool and volume of libvirt are keys of `peer-pods-secret`, and the operator refuses to \
     start without",
)
.source("podvm 1.2, 2.2")
.holds("OpenShift sandboxed containers: before 1.9");

/// TLS settings that the operator sets itself.
pub static OPERATOR_SETS_TLS: Rule = Rule::warning(
    "GS-PODVM-034",
    "TLS settings that the operator sets itself",
    "it writes them into the environment of the adaptor, which wins over the ConfigMap",
)
.source("podvm 1.1")
.holds("OpenShift sandboxed containers: from 1.14");

/// Credentials in a form that this cloud does not have.
pub static NO_TOKENS_THERE: Rule = Rule::error(
    "GS-PODVM-035",
    "credentials in a form that this cloud does not have",
    "the operator asks the cloud credential operator on AWS, Azure and Google Cloud, and writes tokens on \
     AWS and Azure; what makes an AMI of a bootable container knows keys alone",
)
.source("podvm 2.3, 6.3")
.or_waived();

/// The images of the Jobs need the full version of the release.
pub static RELEASE_NOT_FULL: Rule = Rule::error(
    "GS-PODVM-036",
    "the images of the Jobs need the full version of the release",
    "their tag is the version that the release has in its own files; a moving tag would run another \
     builder on the next day",
)
.source("podvm 3.1, 3.2");

/// A change deletes the pod VM image.
pub static IMAGE_IS_DELETED: Rule = Rule::error(
    "GS-PODVM-037",
    "a change deletes the pod VM image",
    "the operator deletes the image when its KataConfig goes, and every kata pod has to be gone before",
)
.source("podvm 4.4")
.of_changes()
.or_waived();

/// A ConfigMap goes that the deletion of the image needs.
pub static DELETED_TOO_EARLY: Rule = Rule::error(
    "GS-PODVM-038",
    "a ConfigMap goes that the deletion of the image needs",
    "the operator checks it before it deletes the image; without it the KataConfig keeps its finalizer \
     for ever",
)
.source("podvm 4.4, 4.8")
.of_changes()
.or_waived();

/// A change empties the image key.
pub static ID_IS_EMPTIED: Rule = Rule::error(
    "GS-PODVM-039",
    "a change empties the image key",
    "the operator, and what reads it, take an empty key for no image: it is built again, and no pod \
     starts until then",
)
.source("podvm 4.2, 4.8")
.of_changes()
.or_waived();

/// Two image ConfigMaps in one cluster.
pub static TWO_IMAGE_CONFIGS: Rule = Rule::error(
    "GS-PODVM-040",
    "two image ConfigMaps in one cluster",
    "the Jobs read the ConfigMaps of all clouds into one environment: keys that two of them have are \
     those of the later one",
)
.source("podvm 1.0")
.or_waived();

/// `peer-pods-cm` and the image ConfigMap are of different clouds.
pub static OTHER_CLOUD: Rule = Rule::error(
    "GS-PODVM-041",
    "`peer-pods-cm` and the image ConfigMap are of different clouds",
    "the Job branches by `CLOUD_PROVIDER` and finds none of its keys",
)
.source("podvm 1.1")
.or_waived();

/// A manifest sets what operator and Jobs write.
pub static KEY_OF_AUTOMATION: Rule = Rule::warning(
    "GS-PODVM-042",
    "a manifest sets what operator and Jobs write",
    "GitOps writes it back with each sync: an emptied image key starts a build, a removed annotation \
     makes the next Job delete the image",
)
.source("podvm 1.3, 4.8");

/// `peer-pods-cm` is replaced as a whole.
pub static REPLACED: Rule = Rule::error(
    "GS-PODVM-043",
    "`peer-pods-cm` is replaced as a whole",
    "a replace drops the annotations that the Jobs keep there: the image is taken for foreign and \
     deleted, the gallery never",
)
.source("podvm 4.7, W16; 4.8")
.or_waived();

/// An image ConfigMap lacks a key that the Job asks for.
pub static INCOMPLETE_CONFIG: Rule = Rule::error(
    "GS-PODVM-044",
    "an image ConfigMap lacks a key that the Job asks for",
    "an existing ConfigMap is not completed by anybody, and the Job fails at the first empty key, also \
     the one that deletes",
)
.source("podvm 1.4, 1.5, 4.8")
.or_waived();

/// A switch in the words of another key.
pub static WRONG_DIALECT: Rule = Rule::error(
    "GS-PODVM-045",
    "a switch in the words of another key",
    "some keys ask for `yes`, some for `true`, exactly and in lower case; another word counts as off",
)
.source("podvm 1.0")
.or_waived();

/// A `PODVM_IMAGE_URI` that the Job cannot read.
pub static NOT_IMAGE_URI: Rule = Rule::error(
    "GS-PODVM-046",
    "a `PODVM_IMAGE_URI` that the Job cannot read",
    "it is `type::repository[:tag][::path]`, taken apart at colons",
)
.source("podvm 1.10")
.or_waived();

/// A base image and a definition of two generations.
pub static OTHER_GENERATION: Rule = Rule::error(
    "GS-PODVM-047",
    "the base image of a build and its definition are of two generations",
    "publisher, offer and SKU of the base image come from the ConfigMap as they are, and an image of the second generation \
     does not boot in machines of the first",
)
.source("azure-podvm-image-handler.sh (podvm 1.12)")
.holds("OpenShift sandboxed containers: from 1.8")
.or_waived();

/// Credentials that are asked for too late.
pub static CREDENTIALS_TOO_LATE: Rule = Rule::error(
    "GS-PODVM-048",
    "credentials that come after the Job that needs them",
    "the operator asks the cloud credential operator when there is a KataConfig; with another runner that comes after the image, \
     and the Job would wait for its Secret until it is given up",
)
.source("credentials_controller.go (podvm 2.3)")
.or_waived();

/// A tag that moves.
pub static TAG_MOVES: Rule = Rule::error(
    "GS-PODVM-049",
    "an image by a tag that moves",
    "without a tag the newest image is taken, and `latest` is no other: the same inputs would make another image tomorrow, \
     and no fingerprint would tell",
)
.source("podvm 1.9, 3.1: the files of the release name full versions")
.or_waived();

/// A tag that becomes two.
pub static TAG_SPLITS: Rule = Rule::error(
    "GS-PODVM-050",
    "a tag of virtual machines that is read as another",
    "the adaptor takes the list of tags apart at `,`, and each at `=`: what stands behind one of them becomes a tag of its own",
)
.source("podvm 1.1")
.or_waived();

#[cfg(test)]
mod tests {
    use crate::components::testing::site;
    use crate::diagnostic::Help;

    const SECTIONS: &[(&str, &str)] = &[
        (
            "aws",
            "{region: eu-central-1, vpcID: vpc-01234567, subnetID: subnet-01234567, securityGroupIDs: [sg-01234567]}",
        ),
        (
            "azure",
            "{region: westeurope, resourceGroup: pods, subnetID: /subscriptions/s/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets/n}",
        ),
        ("gcp", "{projectID: corp-pods, zone: europe-west3-b, network: default}"),
        ("libvirt", "{pool: pods, volume: podvm.qcow2, directory: /var/lib/pods}"),
    ];

    /// What is told of a site of a cloud and a release, with more settings of its section, one a line.
    fn told(provider: &str, release: &str, platform: &str, more: &[&str]) -> Vec<&'static str> {
        let section = SECTIONS.iter().find(|(of, _)| *of == provider).unwrap().1;
        let given = more.iter().any(|line| line.starts_with(&format!("{provider}: ")));
        let section = if given { String::new() } else { format!("  {provider}: {section}\n") };
        let lines = more.iter().fold(String::new(), |lines, line| lines + "  " + line + "\n");
        let text = format!(
            "platform: {{openshift: \"4.18\", sandboxedContainers: \"{release}\"{platform}}}\npodVM:\n  provider: {provider}\n{section}{lines}"
        );
        let policy = ("good.rego", "package agent_policy\ndefault AllowAll := true\n");
        site(&text, &[policy, ("bad.rego", "package other\n")]).codes()
    }

    const ID: &str = ", clusterID: 1c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55";
    const HIGH: &str = ", clusterID: 8c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55";
    const FIPS: &str = ", fips: true, clusterID: 1c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55";
    const ARM: &str = ", architectures: [arm64], clusterID: 1c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55";
    const NOT_MANAGED: &str = "kataConfig: {managed: false}";
    const BUILD: &str = "image: {build: {}}";
    const GITOPS: &str = "runner: gitops";
    const OCI: &str = "image: {artifact: {oci: quay.io/corp/podvm:1}}";

    #[test]
    fn sound_settings_are_told_nothing() {
        for (provider, release, more) in [
            ("aws", "1.10.1", vec![]),
            ("aws", "1.8.0", vec![BUILD, "pauseImage: quay.io/corp/pause:1", "agentPolicy: good.rego"]),
            ("azure", "1.10.1", vec![OCI, "confidential: snp"]),
            ("gcp", "1.9.0", vec![OCI]),
            ("aws", "1.12.0", vec![GITOPS, BUILD, "fips: true"]),
        ] {
            assert_eq!(told(provider, release, ID, &more), [""; 0], "{provider} {release} {more:?}");
        }
    }

    /// A code, and a site of a cloud and a release that is told nothing else.
    type Row = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

    #[rustfmt::skip]
    const BROKEN: &[Row] = &[
        ("GS-PODVM-002", "aws", "1.10.1", ID, &["aws: {region: eu-central-1, vpcID: vpc-01234567, securityGroupIDs: [sg-01234567]}"]),
        ("GS-PODVM-003", "aws", "1.9.0", ID, &[]),
        ("GS-PODVM-003", "aws", "1.10.1", ID, &[GITOPS]),
        ("GS-PODVM-004", "aws", "1.10.1", ID, &[BUILD]),
        ("GS-PODVM-005", "aws", "1.10.1", ID, &["image: {artifact: {oci: 'quay.io:5000/corp/podvm:1'}}"]),
        ("GS-PODVM-006", "aws", "1.10.1", ID, &["image: {artifact: {oci: 'quay.io:5000/corp/podvm'}}"]),
        ("GS-PODVM-007", "aws", "1.9.0", ID, &[BUILD, "agentPolicy: bad.rego"]),
        ("GS-PODVM-008", "aws", "1.10.1", ID, &[OCI, "pauseImage: quay.io/corp/pause:1"]),
        ("GS-PODVM-008", "libvirt", "1.9.0", ID, &["image: {artifact: {oci: quay.io/corp/podvm:1}, name: a}"]),
        ("GS-PODVM-008", "libvirt", "1.9.0", ID, &[NOT_MANAGED, "image: {id: podvm.qcow2, record: true}"]),
        ("GS-PODVM-008", "aws", "1.12.0", ID, &[OCI, GITOPS, "work: {checkResult: false, images: {import: 'quay.io/corp/tools:1'}}"]),
        ("GS-PODVM-008", "aws", "1.12.0", ID, &[OCI, GITOPS, "work: {images: {import: 'quay.io/corp/tools:1', payload: 'quay.io/corp/payload:1'}}"]),
        ("GS-PODVM-009", "azure", "1.10.1", ID, &["azure: {region: westeurope, resourceGroup: pods, subnetID: /subscriptions/s/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets/n, gallery: {name: peer-pods}}"]),
        ("GS-PODVM-010", "aws", "1.10.1", "", &[]),
        ("GS-PODVM-011", "gcp", "1.10.1", ID, &["image: {artifact: {oci: quay.io/corp/podvm:1}, name: PodVM}"]),
        ("GS-PODVM-012", "aws", "1.10.1", ID, &["image: {artifact: {oci: quay.io/corp/podvm:1}, version: \"1.0\"}"]),
        ("GS-PODVM-013", "azure", "1.9.0", HIGH, &[BUILD]),
        ("GS-PODVM-014", "gcp", "1.10.1", ID, &[GITOPS, BUILD]),
        ("GS-PODVM-014", "aws", "1.12.0", ARM, &[GITOPS, BUILD]),
        ("GS-PODVM-015", "libvirt", "1.10.1", ID, &["image: {artifact: {bootc: quay.io/corp/podvm:1}}"]),
        ("GS-PODVM-016", "libvirt", "1.9.0", ID, &["image: {build: {secureExecution: {}}}"]),
        ("GS-PODVM-017", "aws", "1.9.0", FIPS, &[BUILD]),
        ("GS-PODVM-018", "aws", "1.10.1", FIPS, &[]),
        ("GS-PODVM-019", "aws", "1.10.1", ID, &["confidential: tdx"]),
        ("GS-PODVM-020", "azure", "1.10.1", ID, &["confidential: tdx"]),
        ("GS-PODVM-021", "aws", "1.11.0", ID, &["initdata: H4sIAAAA"]),
        ("GS-PODVM-022", "aws", "1.10.1", ID, &["image: {artifact: {oci: quay.io/corp/podvm:1, architecture: s390x}}"]),
        ("GS-PODVM-022", "aws", "1.10.1", ARM, &[OCI]),
        ("GS-PODVM-022", "aws", "1.10.1", ID, &["image: {artifact: {oci: quay.io/corp/podvm:1, providers: [azure]}}"]),
        ("GS-PODVM-024", "aws", "1.10.1", ID, &["image: {artifact: {oci: quay.io/corp/podvm:1, sha256: 7f3cb6f9c0f3c9d1e5a4b8d2c6e0f1a3b5c7d9e1f3a5b7c9d1e3f5a7b9c1d3e5}}"]),
        ("GS-PODVM-025", "aws", "1.10.1", ID, &["image: {id: ami-0123456789abcdef0}"]),
        ("GS-PODVM-027", "aws", "1.9.0", ID, &[OCI]),
        ("GS-PODVM-028", "aws", "1.8.0", ID, &["image: {build: {installPackages: true}}"]),
        ("GS-PODVM-029", "aws", "1.8.0", ID, &["image: {build: {downloadSources: true}}"]),
        ("GS-PODVM-030", "aws", "1.9.0", ID, &["image: {build: {}, record: false}"]),
        ("GS-PODVM-031", "aws", "1.10.1", ID, &[GITOPS, "image: {id: '****'}", "kataConfig: {managed: false}"]),
        ("GS-PODVM-032", "azure", "1.8.0", ID, &[OCI]),
        ("GS-PODVM-033", "libvirt", "1.8.0", ID, &[BUILD, "libvirt: {pool: pods}"]),
        ("GS-PODVM-034", "aws", "1.14.0", ID, &["adaptor: {tls: {minVersion: \"1.3\"}}"]),
        ("GS-PODVM-035", "gcp", "1.13.0", ID, &["credentials: token"]),
        ("GS-PODVM-036", "aws", "1.10", ID, &[GITOPS, BUILD]),
        ("GS-PODVM-035", "aws", "1.13.0", ID, &["image: {artifact: {bootc: quay.io/corp/podvm:1}}", "credentials: token"]),
        ("GS-PODVM-047", "azure", "1.9.0", ID, &[BUILD, "azure: {region: westeurope, resourceGroup: pods, subnetID: /subscriptions/s/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets/n, gallery: {definition: {vmGeneration: V1}}}"]),
        ("GS-PODVM-050", "aws", "1.10.1", ID, &["adaptor: {tags: {owner: 'platform,ring=canary'}}"]),
        ("GS-PODVM-048", "aws", "1.12.0", ID, &[GITOPS, BUILD, "credentials: operator"]),
        ("GS-PODVM-049", "aws", "1.9.0", ID, &[BUILD, "pauseImage: quay.io/corp/pause"]),
        ("GS-PODVM-049", "aws", "1.10.1", ID, &["image: {artifact: {oci: quay.io/corp/podvm}}"]),
        ("GS-PODVM-049", "aws", "1.12.0", ID, &[GITOPS, BUILD, "work: {images: {builder: 'quay.io/corp/builder:latest'}}"]),
        ("GS-PODVM-008", "aws", "1.10.1", ID, &["generation: \"2\""]),
    ];

    #[test]
    fn each_rule_is_told_where_it_is_broken() {
        for (code, provider, release, platform, more) in BROKEN {
            assert_eq!(told(provider, release, platform, more), [*code], "{more:?}");
        }
    }

    #[test]
    fn a_bucket_of_ones_own_is_told_to_go() {
        let aws = "aws: {region: eu-central-1, vpcID: vpc-01234567, subnetID: subnet-01234567, securityGroupIDs: [sg-01234567], stagingBucket: ours}";
        assert_eq!(told("aws", "1.10.1", ID, &[OCI, aws]), ["GS-PODVM-026"]);
        let import = "work: {images: {import: quay.io/corp/tools:1}}";
        assert_eq!(told("aws", "1.10.1", ID, &[OCI, aws, GITOPS, import]), [""; 0]);
    }

    #[test]
    fn a_bootable_artifact_goes_through_the_bucket_of_the_release_whoever_imports_files() {
        let aws = "aws: {region: eu-central-1, vpcID: vpc-01234567, subnetID: subnet-01234567, securityGroupIDs: [sg-01234567], stagingBucket: ours}";
        let image = "image: {artifact: {bootc: quay.io/corp/podvm:1}}";
        let import = "work: {images: {import: quay.io/corp/tools:1}}";
        let told = told("aws", "1.10.1", ID, &[image, aws, GITOPS, import]);
        assert_eq!(told, ["GS-PODVM-026", "GS-PODVM-008"]);
    }

    #[test]
    fn a_name_of_a_gallery_is_not_mended_into_one_that_is_refused_as_well() {
        let name = |name: &str| {
            let azure = format!(
                "azure: {{region: westeurope, resourceGroup: pods, subnetID: /subscriptions/s, gallery: {{name: {name}}}}}"
            );
            let text = format!(
                "platform: {{openshift: \"4.18\", sandboxedContainers: \"1.10.1\"}}\npodVM:\n  provider: azure\n  {azure}\n"
            );
            let findings = site(&text, &[]).findings;
            findings.iter().find(|finding| finding.rule.code == "GS-PODVM-009").unwrap().help.clone()
        };
        let text = |words: &str| [Help::Text(words.to_owned())];
        assert_eq!(name("peer-pods"), text("write `peer_pods`"));
        let leave_out = text("leave it out: then it is made from the id of the cluster");
        assert_eq!(name("-peer-pods"), leave_out);
        assert_eq!(name("peer-pods-"), leave_out);
    }

    #[test]
    fn findings_point_at_what_is_wrong_and_at_what_decides() {
        let text = "platform:\n  openshift: \"4.18\"\n  sandboxedContainers: \"1.10.1\"\npodVM:\n  provider: gcp\n  runner: gitops\n  gcp: {projectID: corp-pods, zone: europe-west3-b, network: default}\n  image:\n    build: {}\n    version: 0.0.1\n";
        let outcome = site(text, &[]);
        assert_eq!(
            outcome.finding("GS-PODVM-014"),
            ("no image is built for Google Cloud on a cluster", vec![9, 5])
        );
    }

    #[test]
    fn a_site_without_the_operator_has_no_pod_vms() {
        let text = "platform: {openshift: \"4.18\"}\npodVM: {provider: aws}\n";
        assert_eq!(site(text, &[]).codes(), ["GS-PODVM-001"]);
    }
}
