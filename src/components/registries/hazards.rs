//! What is wrong with the section `registries`: rules, and the check that finds them.
//!
//! The cluster reports none of this where a person would look: the controller that reads mirror sets writes its
//! refusals into its own log, and the objects have no status.

use super::location::{Fault, is_host, mirror_fault, source_fault};
use super::resolve::{Mirror, MirrorForm, Registries};
use super::spec::{Pulls, RegistriesSpec, SourcePolicy, TrustedCaSpec};
use crate::diagnostic::{Diagnostic, Findings, Rule};
use crate::provenance::{Origin, Place, Sourced, Sources};

/// The rules of this component.
pub static RULES: &[&Rule] = &[
    &SOURCE_MALFORMED,
    &MIRROR_MALFORMED,
    &MIRROR_MISSING,
    &MIRROR_REPEATED,
    &SOURCE_NEVER_REACHED,
    &MIRRORS_NOT_SERVED,
    &MIRROR_SETS_NEEDED,
    &HOST_MALFORMED,
    &CONFIG_MAP_MISSING,
    &NOT_PEM,
    &PRIVATE_KEY,
    &TWO_POLICIES,
    &NOBODY_READS,
];

/// A source that the API refuses.
pub(super) static SOURCE_MALFORMED: Rule = Rule::error(
    "GS-REG-001",
    "the source of a mirror is no registry location",
    "a source is `host[:port][/path]` or `*.host`, without scheme, tag, digest or trailing slash; the API refuses \
     anything else, and of an ImageContentSourcePolicy, which has no pattern, one bad source keeps the mirrors of \
     all others off the nodes",
)
.source(
    "OpenShift API config/v1/types_image_digest_mirror_set.go, \
     operator/v1alpha1/types_image_content_source_policy.go (os-layering 8)",
);

/// A mirror that the API refuses.
pub(super) static MIRROR_MALFORMED: Rule = Rule::error(
    "GS-REG-002",
    "a mirror is no registry location",
    "a mirror is `host[:port][/path]`, without scheme, tag, digest, wildcard or trailing slash; what follows the \
     source in a reference is appended to it",
)
.source("OpenShift API config/v1/types_image_digest_mirror_set.go (os-layering 8)");

/// An entry without mirrors.
pub(super) static MIRROR_MISSING: Rule = Rule::error(
    "GS-REG-003",
    "a source has no mirror",
    "an entry without mirrors configures nothing: nodes go on pulling from the source, and a source policy beside \
     it has no meaning",
)
.source("OpenShift API config/v1/types_image_digest_mirror_set.go (os-layering 8)");

/// The same mirror twice.
pub(super) static MIRROR_REPEATED: Rule = Rule::error(
    "GS-REG-004",
    "a mirror is given twice for one source",
    "the mirrors of a source are a set; the API refuses a second entry of the same text",
)
.source("OpenShift API config/v1/types_image_digest_mirror_set.go (os-layering 8)");

/// `NeverContactSource` with the source as a mirror.
pub(super) static SOURCE_NEVER_REACHED: Rule = Rule::error(
    "GS-REG-005",
    "a source that must not be asked is among its own mirrors",
    "the machine config operator refuses `NeverContactSource` where a mirror equals the source, says so in its \
     own log only, and then updates no mirror of any source",
)
.source(
    "machine-config-operator pkg/controller/container-runtime-config/helpers.go `validateRegistriesConfScopes` \
     (os-layering 8)",
)
.holds("OpenShift 4.13 and later");

/// Mirrors to be rendered for a cluster that has no kind for them.
static MIRRORS_NOT_SERVED: Rule = Rule::error(
    "GS-REG-006",
    "the cluster serves no mirror sets",
    "ImageDigestMirrorSet and ImageTagMirrorSet are read by the machine config operator of OpenShift and OKD; \
     plain Kubernetes has neither, and a cluster whose control plane is hosted takes its mirrors from the \
     HostedCluster",
)
.source(
    "machine-config-operator docs/ImageMirrorSetDesign.md; HyperShift, HostedCluster `spec.imageContentSources` \
     (os-layering 8)",
);

/// A tag mirror or a source policy in an ImageContentSourcePolicy.
static MIRROR_SETS_NEEDED: Rule = Rule::error(
    "GS-REG-007",
    "an ImageContentSourcePolicy cannot say this",
    "an ImageContentSourcePolicy mirrors pulls by digest only, and the source may always be asked; tag mirrors \
     and source policies came with ImageDigestMirrorSet and ImageTagMirrorSet in OpenShift 4.13",
)
.source("OpenShift API operator/v1alpha1/types_image_content_source_policy.go (os-layering 8)")
.holds("OpenShift before 4.13, and where a site keeps to ImageContentSourcePolicy");

/// Credentials that no reference would find.
static HOST_MALFORMED: Rule = Rule::error(
    "GS-REG-008",
    "credentials are given for something that is no registry host",
    "credentials belong to a registry as a whole, by the host and port that stand in image references; a key with \
     a scheme or a path matches no reference",
)
.source("golden-images 1.6");

/// `trustedCA` without `configMap`.
static CONFIG_MAP_MISSING: Rule = Rule::error(
    "GS-REG-009",
    "certificates without a ConfigMap",
    "who pulls by pod names a ConfigMap that holds the certificates of its registry",
)
.source("CDI doc/image-from-registry.md (golden-images 1.6)");

/// Certificates that no importer can read.
static NOT_PEM: Rule = Rule::error(
    "GS-REG-010",
    "certificates that are not PEM",
    "the entries of the ConfigMap are read as PEM; what is not PEM trusts nobody, and shows only when a pull \
     fails with an unknown authority",
)
.source("CDI doc/image-from-registry.md (golden-images 1.6)");

/// A secret where everybody reads.
static PRIVATE_KEY: Rule = Rule::error(
    "GS-REG-011",
    "a private key among certificates",
    "certificates are public and end in Git and in a ConfigMap; a private key must be in neither, and Goldsmith \
     never renders secret values",
)
.source("Kubernetes: ConfigMap, no confidential data");

/// One source, asked by one set and not by another.
pub(super) static TWO_POLICIES: Rule = Rule::error(
    "GS-REG-012",
    "mirror sets disagree on whether a source may be asked",
    "a source may stand in several sets, which are merged on the node; where one of them says `NeverContactSource` and \
     another does not, the machine config operator refuses them all, says so in its own log only, and updates no mirror",
)
.source(
    "machine-config-operator pkg/controller/container-runtime-config/helpers.go `validateRegistriesConfScopes` \
     (os-layering 8)",
)
.holds("OpenShift 4.13 and later")
.or_waived();

/// A kind that is served and never read.
pub(super) static NOBODY_READS: Rule = Rule::warning(
    "GS-REG-013",
    "a kind of mirror configuration that nobody reads",
    "OpenShift serves ImageContentPolicy of config.openshift.io, so the API takes the object; the machine config operator \
     reads ImageDigestMirrorSet, ImageTagMirrorSet and ImageContentSourcePolicy only, and no node learns of it",
)
.source("machine-config-operator pkg/controller/container-runtime-config (os-layering 8)");

/// What is wrong with the section; `registries` is what it was resolved to.
pub fn check(spec: &RegistriesSpec, registries: &Registries, sources: &Sources, findings: &mut Findings) {
    let place = |origin: &Origin| sources.place_of(origin);
    for mirror in &registries.mirrors {
        findings.extend(malformed_source(mirror, &place));
        findings.extend(without_mirror(mirror, &place));
        findings.extend(malformed_mirrors(mirror, &place));
        findings.extend(repeated(mirror, &place));
        findings.extend(source_never_reached(mirror, &place));
        if mirror.managed.value {
            findings.extend(not_served(mirror, &registries.form, &place));
        }
    }
    findings.extend(hosts(spec, &place));
    findings.extend(spec.trusted_ca.get().and_then(|given| config_map_missing(given, &place)));
    let certificates = spec.trusted_ca.get().and_then(|given| given.certificates.get());
    findings.extend(certificates.and_then(|certificates| not_certificates(certificates, &place)));
}

fn malformed_source(mirror: &Mirror, place: &impl Fn(&Origin) -> Option<Place>) -> Option<Diagnostic> {
    let source = mirror.source.value.as_str();
    let fault = source_fault(source)?;
    let found = Diagnostic::new(&SOURCE_MALFORMED, format!("the source `{source}` has {}", fault.what))
        .at(place(&mirror.source.origin), "this source")
        .note("a source is `host[:port][/path]` or `*.host`");
    Some(with_way_out(found, &fault, place(&mirror.source.origin)))
}

fn without_mirror(mirror: &Mirror, place: &impl Fn(&Origin) -> Option<Place>) -> Option<Diagnostic> {
    mirror.to.is_empty().then(|| {
        Diagnostic::new(&MIRROR_MISSING, format!("the source `{}` has no mirror", mirror.source.value))
            .at(place(&mirror.source.origin), "`to` is missing or empty")
            .help("name the mirrors in `to`, or take the entry away with `enabled: false`")
    })
}

fn malformed_mirrors(
    mirror: &Mirror,
    place: &impl Fn(&Origin) -> Option<Place>,
) -> impl Iterator<Item = Diagnostic> {
    let faults = mirror.to.iter().filter_map(|to| Some((to, mirror_fault(&to.value)?)));
    faults.map(|(to, fault)| {
        let found =
            Diagnostic::new(&MIRROR_MALFORMED, format!("the mirror `{}` has {}", to.value, fault.what))
                .at(place(&to.origin), fault.what)
                .note("a mirror is `host[:port][/path]`");
        with_way_out(found, &fault, place(&to.origin))
    })
}

fn with_way_out(finding: Diagnostic, fault: &Fault, place: Option<Place>) -> Diagnostic {
    match &fault.instead {
        Some(instead) => finding.edit("for the location alone, write", place, instead),
        None => finding,
    }
}

fn repeated(mirror: &Mirror, place: &impl Fn(&Origin) -> Option<Place>) -> impl Iterator<Item = Diagnostic> {
    let earlier = |at: usize| mirror.to[..at].iter().find(|first| first.value == mirror.to[at].value);
    let pairs = (0..mirror.to.len()).filter_map(move |at| Some((earlier(at)?, &mirror.to[at])));
    pairs.map(|(first, second)| {
        let source = &mirror.source.value;
        let title = format!("the mirror `{}` is given twice for `{source}`", second.value);
        Diagnostic::new(&MIRROR_REPEATED, title)
            .at(place(&second.origin), "again here")
            .with(place(&first.origin), "first here")
            .help("keep the one whose place in the order is right")
    })
}

fn source_never_reached(mirror: &Mirror, place: &impl Fn(&Origin) -> Option<Place>) -> Option<Diagnostic> {
    if mirror.policy.value != SourcePolicy::NeverContactSource {
        return None;
    }
    let itself = mirror.to.iter().find(|to| to.value == mirror.source.value)?;
    let title = format!("`{}` is its own mirror, and must not be contacted", mirror.source.value);
    Some(
        Diagnostic::new(&SOURCE_NEVER_REACHED, title)
            .at(place(&itself.origin), "the source again")
            .with(place(&mirror.policy.origin), "the source must not be asked")
            .note(
                "the machine config operator refuses this in its log only, and then updates no mirror at all",
            )
            .help("take the source out of `to`, or write `sourcePolicy: AllowContactingSource`"),
    )
}

/// A mirror that is to be rendered in a form that the cluster does not have, or cannot say it in.
fn not_served(
    mirror: &Mirror,
    form: &Sourced<MirrorForm>,
    place: &impl Fn(&Origin) -> Option<Place>,
) -> Option<Diagnostic> {
    let source = &mirror.source.value;
    let elsewhere = |title: String, help: &str| {
        Diagnostic::new(&MIRRORS_NOT_SERVED, title)
            .at(place(&mirror.source.origin), "a mirror set would be rendered for this source")
            .with(place(&form.origin), "this decides")
            .help(help)
            .help("write `managed: false`: then it is used to rewrite references and not rendered")
    };
    match form.value {
        MirrorForm::MirrorSets => None,
        MirrorForm::NodeConfiguration => Some(elsewhere(
            format!("plain Kubernetes has no mirror sets for `{source}`"),
            "configure the mirror in the container runtime of each node",
        )),
        MirrorForm::HostedCluster => Some(elsewhere(
            format!("a hosted control plane takes no mirror set for `{source}`"),
            "configure the mirror in `spec.imageContentSources` of the HostedCluster",
        )),
        MirrorForm::ContentSourcePolicy => {
            beyond_content_source_policy(mirror).map(|(what, origin, help)| {
                Diagnostic::new(
                    &MIRROR_SETS_NEEDED,
                    format!("an ImageContentSourcePolicy has no {what} for `{source}`"),
                )
                .at(place(origin), format!("needs a {what}"))
                .with(place(&form.origin), "this decides the kind")
                .help(help)
            })
        }
    }
}

/// What of a mirror an ImageContentSourcePolicy cannot say, who asked for it, and what to write instead.
fn beyond_content_source_policy(mirror: &Mirror) -> Option<(&'static str, &Origin, &'static str)> {
    if mirror.pulls.value != Pulls::Digest {
        let help = "write `pulls: digest`, and pull by pod what is pulled by tag";
        return Some(("tag mirror", &mirror.pulls.origin, help));
    }
    let never = mirror.policy.value == SourcePolicy::NeverContactSource;
    never.then_some(("source policy", &mirror.policy.origin, "leave `sourcePolicy` out"))
}

fn hosts(
    spec: &RegistriesSpec,
    place: &impl Fn(&Origin) -> Option<Place>,
) -> impl Iterator<Item = Diagnostic> {
    let entries = spec.credentials.get().into_iter().flat_map(|entries| &entries.value);
    let given = entries.filter_map(|(host, names)| Some((host, names.get()?)));
    given.filter(|(host, _)| !is_host(host)).map(|(host, names)| {
        Diagnostic::new(&HOST_MALFORMED, format!("`{host}` is no registry host"))
            .at(place(&names.origin), "not a host")
            .help("write the host as image references have it, with its port if it has one, and nothing else")
    })
}

fn config_map_missing(
    spec: &Sourced<TrustedCaSpec>,
    place: &impl Fn(&Origin) -> Option<Place>,
) -> Option<Diagnostic> {
    spec.config_map.is_unset().then(|| {
        Diagnostic::new(&CONFIG_MAP_MISSING, "`registries.trustedCA` names no ConfigMap")
            .at(place(&spec.origin), "`configMap` is missing")
            .help("name the ConfigMap that holds the certificates, or is to hold them, in `configMap`")
    })
}

fn not_certificates(
    certificates: &Sourced<String>,
    place: &impl Fn(&Origin) -> Option<Place>,
) -> Option<Diagnostic> {
    let at = place(&certificates.origin);
    if certificates.value.contains("PRIVATE KEY-----") {
        let title = "`registries.trustedCA.certificates` has a private key";
        let help = "take it out, and consider the key lost where the file was pushed already";
        return Some(Diagnostic::new(&PRIVATE_KEY, title).at(at, "these become public").help(help));
    }
    let fault = pem_fault(&certificates.value)?;
    Some(
        Diagnostic::new(&NOT_PEM, format!("`registries.trustedCA.certificates` is not PEM: {fault}"))
            .at(at, "certificates in PEM are expected")
            .help("paste the certificates with their lines `-----BEGIN CERTIFICATE-----` and `-----END CERTIFICATE-----`"),
    )
}

/// Why a text is not a sequence of PEM certificates. Text between them is legal and common (names, dates).
fn pem_fault(text: &str) -> Option<&'static str> {
    let mut inside: Option<usize> = None;
    let mut certificates = 0_usize;
    for line in text.lines().map(str::trim) {
        match (line, &mut inside) {
            ("-----BEGIN CERTIFICATE-----", None) => inside = Some(0),
            ("-----BEGIN CERTIFICATE-----", Some(_)) => return Some("a certificate begins inside another"),
            ("-----END CERTIFICATE-----", Some(0)) => return Some("a certificate is empty"),
            ("-----END CERTIFICATE-----", Some(_)) => {
                certificates += 1;
                inside = None;
            }
            ("-----END CERTIFICATE-----", None) => return Some("a certificate ends that did not begin"),
            (_, Some(letters)) if line.bytes().all(is_base64) => *letters += line.len(),
            (_, Some(_)) => return Some("a certificate has a line that is not base64"),
            (_, None) => {}
        }
    }
    match (inside, certificates) {
        (Some(_), _) => Some("the last certificate does not end"),
        (None, 0) => Some("there is no certificate"),
        (None, _) => None,
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::components::registries::resolve::resolve;

    const PEM: &str = "# Corp root\n-----BEGIN CERTIFICATE-----\nMIIB+/8=\n-----END CERTIFICATE-----\n";

    fn findings(form: MirrorForm, spec: Value) -> Vec<Diagnostic> {
        let spec = serde_json::from_value(spec).unwrap();
        let form = Sourced { value: form, origin: Origin::Unknown };
        let mut findings = Findings::default();
        check(&spec, &resolve(&spec, form, &[]), &Sources::default(), &mut findings);
        findings.iter().cloned().collect()
    }

    fn codes(form: MirrorForm, spec: Value) -> Vec<&'static str> {
        findings(form, spec).iter().map(|finding| finding.rule.code).collect()
    }

    fn one(source: &str, mirror: impl Into<Value>) -> Value {
        json!({"mirrors": {source: mirror.into()}})
    }

    fn certificates(text: &str) -> Value {
        json!({"trustedCA": {"configMap": "corp-ca", "certificates": text}})
    }

    /// Sections and the only rule that each breaks; none for those that are right.
    fn cases() -> Vec<(MirrorForm, Value, Option<&'static str>)> {
        use MirrorForm::{ContentSourcePolicy, HostedCluster, MirrorSets, NodeConfiguration};
        let never = json!({"to": ["m.example"], "sourcePolicy": "NeverContactSource"});
        vec![
            (MirrorSets, json!({}), None),
            (MirrorSets, one("quay.io/a", json!({"to": ["m.example/a", "m.example/b"]})), None),
            (MirrorSets, one("*.quay.io", never.clone()), None),
            (MirrorSets, one("quay.io/a:1", json!({"to": ["m.example"]})), Some("GS-REG-001")),
            (MirrorSets, one("*.quay.io/a", json!({"to": ["m.example"]})), Some("GS-REG-001")),
            (MirrorSets, one("quay.io/a", json!({"to": ["https://m.example"]})), Some("GS-REG-002")),
            (MirrorSets, one("quay.io/a", json!({"to": ["*.m.example"]})), Some("GS-REG-002")),
            (MirrorSets, one("quay.io/a", json!({"to": []})), Some("GS-REG-003")),
            (MirrorSets, one("quay.io/a", json!({})), Some("GS-REG-003")),
            (MirrorSets, one("quay.io/a", json!({"enabled": false})), None),
            (
                MirrorSets,
                one("quay.io", json!({"to": ["m.example", "n.example", "m.example"]})),
                Some("GS-REG-004"),
            ),
            (
                MirrorSets,
                one("quay.io", json!({"to": ["m.example", "quay.io"], "sourcePolicy": "NeverContactSource"})),
                Some("GS-REG-005"),
            ),
            (MirrorSets, one("quay.io", json!({"to": ["m.example", "quay.io"]})), None),
            (NodeConfiguration, one("quay.io", json!({"to": ["m.example"]})), Some("GS-REG-006")),
            (HostedCluster, one("quay.io", json!({"to": ["m.example"]})), Some("GS-REG-006")),
            (NodeConfiguration, one("quay.io", json!({"to": ["m.example"], "managed": false})), None),
            (ContentSourcePolicy, one("quay.io", json!({"to": ["m.example"]})), None),
            (ContentSourcePolicy, one("quay.io", never), Some("GS-REG-007")),
            (
                ContentSourcePolicy,
                one("quay.io", json!({"to": ["m.example"], "pulls": "both"})),
                Some("GS-REG-007"),
            ),
            (MirrorSets, json!({"credentials": {"r.example:5000": {}, "localhost": {}}}), None),
            (MirrorSets, json!({"credentials": {"r.example/team": {}}}), Some("GS-REG-008")),
            (MirrorSets, json!({"credentials": {"https://r.example": {}}}), Some("GS-REG-008")),
            (MirrorSets, json!({"trustedCA": {"configMap": "corp-ca"}}), None),
            (MirrorSets, json!({"trustedCA": {}}), Some("GS-REG-009")),
            (MirrorSets, certificates(PEM), None),
            (MirrorSets, certificates(&PEM.repeat(2)), None),
            (MirrorSets, certificates("corp root"), Some("GS-REG-010")),
            (MirrorSets, certificates(&PEM.replace("MIIB", "MI-B")), Some("GS-REG-010")),
            (MirrorSets, certificates(&PEM.replace("-----END", "-----FIN")), Some("GS-REG-010")),
            (
                MirrorSets,
                certificates("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"),
                Some("GS-REG-010"),
            ),
            (MirrorSets, certificates(&format!("{PEM}-----BEGIN EC PRIVATE KEY-----")), Some("GS-REG-011")),
        ]
    }

    #[test]
    fn each_case_breaks_its_rule_and_no_other() {
        for (form, spec, code) in cases() {
            assert_eq!(codes(form, spec.clone()), Vec::from_iter(code), "{form:?} {spec}");
        }
    }

    #[test]
    fn every_rule_has_a_case() {
        let shown: BTreeSet<_> = cases().into_iter().filter_map(|(.., code)| code).collect();
        // Those of manifests alone cannot be broken in a section.
        let of_manifests = [TWO_POLICIES.code, NOBODY_READS.code];
        let rules: Vec<_> =
            RULES.iter().map(|rule| rule.code).filter(|code| !of_manifests.contains(code)).collect();
        assert_eq!(Vec::from_iter(shown), rules, "in the order of their codes, each once");
    }

    #[test]
    fn all_faults_of_one_mirror_are_told() {
        let spec = one("https://quay.io", json!({"to": ["a/", "b:tag", "c", "c"]}));
        let expected = ["GS-REG-001", "GS-REG-002", "GS-REG-002", "GS-REG-004"];
        assert_eq!(codes(MirrorForm::MirrorSets, spec), expected);
    }

    #[test]
    fn a_malformed_mirror_is_shown_in_its_place_with_the_location_that_was_meant() {
        use std::sync::Arc;

        use crate::diagnostic::Help;
        use crate::provenance::{Layer, Source};
        use crate::yaml::Loc;

        let text = "to: [https://m.example/a:1]".to_owned();
        let mut sources = Sources::default();
        let source = sources.add(Arc::new(Source { path: "site.yaml".to_owned(), layer: Layer::Site, text }));
        let spec = serde_json::from_value(one("quay.io", json!({"to": ["https://m.example/a:1"]}))).unwrap();
        let form = Sourced { value: MirrorForm::MirrorSets, origin: Origin::Unknown };
        let mut registries = resolve(&spec, form, &[]);
        registries.mirrors[0].to.value[0].origin = Origin::Written(Loc { source, start: 5, end: 26 });

        let mut findings = Findings::default();
        check(&spec, &registries, &sources, &mut findings);
        let found = findings.iter().next().unwrap();
        let place = found.primary.as_ref().map(|label| label.place.to_string());
        assert_eq!(place.as_deref(), Some("site.yaml:1:6"));
        assert!(matches!(&found.help[..], [Help::Edit { with, .. }] if with == "m.example/a"));
    }
}
