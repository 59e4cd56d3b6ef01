//! The section `registries`, complete: in goes what people wrote and what the cluster serves, out comes what other
//! components ask. Nothing is refused here; [`super::hazards`] tells what is wrong.

use std::collections::BTreeMap;

use super::location::{coverage, is_wildcard};
use super::spec::{CredentialsSpec, MirrorSpec, Pulls, RegistriesSpec, SourcePolicy, TrustedCaSpec};
use crate::capability::platform::Topology;
use crate::capability::{Capability, Platform, Product};
use crate::name::DnsLabel;
use crate::provenance::{DefaultRule, Sourced};
use crate::spec::ImageReference;

/// Registries of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Registries {
    /// Mirrors that are there, sorted by source.
    pub mirrors: Vec<Mirror>,
    /// How the cluster is told of mirrors, and who decided that.
    pub form: Sourced<MirrorForm>,
    /// Credentials by `host[:port]`.
    pub credentials: BTreeMap<String, Credentials>,
    /// Certificates of registries.
    pub trusted_ca: Option<TrustedCa>,
}

/// The mirrors of one source.
#[derive(Clone, Debug, PartialEq)]
pub struct Mirror {
    /// What they stand in for; its origin is that of the whole entry.
    pub source: Sourced<String>,
    /// Mirrors in the order they are tried; empty where none is given.
    pub to: Sourced<Vec<Sourced<String>>>,
    /// Whether the source may be asked when no mirror answers.
    pub policy: Sourced<SourcePolicy>,
    /// Which pulls by nodes are mirrored.
    pub pulls: Sourced<Pulls>,
    /// Whether a mirror set is rendered for it.
    pub managed: Sourced<bool>,
}

/// How a cluster is told of mirrors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MirrorForm {
    /// ImageDigestMirrorSet and ImageTagMirrorSet.
    MirrorSets,
    /// ImageContentSourcePolicy: digests only, and the source may always be asked.
    ContentSourcePolicy,
    /// Elsewhere: by the configuration of each node's container runtime.
    NodeConfiguration,
    /// Elsewhere: on the HostedCluster, in the cluster that hosts the control plane.
    HostedCluster,
}

/// The credentials of one registry: names of Secrets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Credentials {
    /// Of type `kubernetes.io/dockerconfigjson`, for pulls by nodes and pods.
    pub node: Option<Sourced<DnsLabel>>,
    /// With the keys `accessKeyId` and `secretKey`, for CDI.
    pub cdi: Option<Sourced<DnsLabel>>,
}

/// Certificates of registries.
#[derive(Clone, Debug, PartialEq)]
pub struct TrustedCa {
    /// The ConfigMap that holds them.
    pub config_map: Sourced<DnsLabel>,
    /// The certificates, where the ConfigMap is rendered by us.
    pub certificates: Option<Sourced<String>>,
}

static SOURCE_POLICY: DefaultRule = DefaultRule {
    path: "registries.mirrors.*.sourcePolicy",
    reason: "a mirror that lacks an image must not stop a node from pulling it",
};
static PULLS: DefaultRule = DefaultRule {
    path: "registries.mirrors.*.pulls",
    reason: "a mirror for pulls by digest is added without draining nodes",
};
static MANAGED: DefaultRule =
    DefaultRule { path: "registries.mirrors.*.managed", reason: "what is declared here is rendered here" };
static ENABLED: DefaultRule =
    DefaultRule { path: "registries.mirrors.*.enabled", reason: "what is declared is there" };

/// Completes the section. `node_pulls` are the references, as written, that nodes pull by tag.
pub fn resolve(
    spec: &RegistriesSpec,
    form: Sourced<MirrorForm>,
    node_pulls: &[Sourced<ImageReference>],
) -> Registries {
    let entries = spec.mirrors.get().into_iter().flat_map(|mirrors| &mirrors.value);
    let written: Vec<_> = entries
        .filter_map(|(source, mirror)| Some((source, mirror.get()?)))
        .filter(|(_, mirror)| mirror.enabled.or(&ENABLED, || true).value)
        .collect();
    let sources: Vec<_> = written.iter().map(|(source, _)| source.as_str()).collect();
    let tagged = pulled_by_tag(&sources, node_pulls);
    let mirrors = written.into_iter().map(|(source, mirror)| {
        let by_tag = tagged.get(source.as_str()).copied();
        Mirror::resolve(source, mirror, by_tag)
    });
    Registries {
        mirrors: mirrors.collect(),
        form,
        credentials: credentials(spec),
        trusted_ca: spec.trusted_ca.get().and_then(|given| TrustedCa::resolve(given)),
    }
}

impl Registries {
    /// The reference as a pod must write it, since pods do not ask the node's mirrors: the most specific source that
    /// covers it is replaced by its first mirror. None where no source does; a wildcard never does, for which host
    /// of many a mirror stands is known to the node only.
    pub fn rewrite(&self, image: &Sourced<ImageReference>) -> Option<Sourced<ImageReference>> {
        let repository = image.repository().to_owned();
        let named = self.mirrors.iter().filter(|mirror| !is_wildcard(&mirror.source));
        let (covered, mirror) = most_specific(named, &repository, |mirror| mirror.source.as_str())?;
        let to = mirror.to.first()?;
        let rewritten = image.with_repository(&format!("{}{}", to.value, &repository[covered..]));
        let rule = format!("registries.mirrors: `{}` is replaced by its first mirror", mirror.source.value);
        Some(Sourced::derived(rewritten, rule, &[&image.origin, &to.origin]))
    }

    /// Whether the site says nothing of registries.
    pub fn is_empty(&self) -> bool {
        self.mirrors.is_empty() && self.credentials.is_empty() && self.trusted_ca.is_none()
    }

    /// The credentials of a host, `host[:port]` exactly.
    pub fn credentials(&self, host: &str) -> Option<&Credentials> {
        self.credentials.get(host)
    }
}

impl MirrorForm {
    /// The form that a cluster serves: its product and its shape decide.
    pub fn on(platform: &Platform) -> Sourced<MirrorForm> {
        if !platform.has(Product::OpenShift) {
            return Sourced::derived(MirrorForm::NodeConfiguration, "mirrors of a plain Kubernetes", &[]);
        }
        if platform.topology.value == Topology::Hosted {
            return platform.topology.clone().map(|_| MirrorForm::HostedCluster);
        }
        let mirror_sets = platform.decide(Capability::ImageMirrorSets, &[Product::OpenShift]);
        mirror_sets
            .sourced()
            .map(|served| if served { MirrorForm::MirrorSets } else { MirrorForm::ContentSourcePolicy })
    }
}

impl Mirror {
    /// Whether pulls by digest are mirrored.
    pub fn by_digest(&self) -> bool {
        self.pulls.value != Pulls::Tag
    }

    /// Whether pulls by tag are mirrored.
    pub fn by_tag(&self) -> bool {
        self.pulls.value != Pulls::Digest
    }

    fn resolve(source: &str, spec: &Sourced<MirrorSpec>, pulled: Option<&Sourced<ImageReference>>) -> Mirror {
        let pulls = match (spec.pulls.get(), pulled) {
            (None, Some(image)) => {
                let rule = format!("registries.mirrors: nodes pull `{}` by tag", image.value);
                Sourced::derived(Pulls::Both, rule, &[&spec.origin, &image.origin])
            }
            _ => spec.pulls.or(&PULLS, || Pulls::Digest),
        };
        Mirror {
            source: Sourced { value: source.to_owned(), origin: spec.origin.clone() },
            to: spec
                .to
                .get()
                .cloned()
                .unwrap_or_else(|| Sourced { value: Vec::new(), origin: spec.origin.clone() }),
            policy: spec.source_policy.or(&SOURCE_POLICY, || SourcePolicy::AllowContactingSource),
            pulls,
            managed: spec.managed.or(&MANAGED, || true),
        }
    }
}

impl TrustedCa {
    fn resolve(spec: &TrustedCaSpec) -> Option<TrustedCa> {
        let config_map = spec.config_map.get()?.clone();
        Some(TrustedCa { config_map, certificates: spec.certificates.get().cloned() })
    }
}

/// Of each source, the first reference that it decides and that nodes pull by tag.
fn pulled_by_tag<'s>(
    sources: &[&'s str],
    node_pulls: &'s [Sourced<ImageReference>],
) -> BTreeMap<&'s str, &'s Sourced<ImageReference>> {
    let mut first = BTreeMap::new();
    for image in node_pulls {
        if let Some((_, source)) = most_specific(sources.iter().copied(), image.repository(), |source| source)
        {
            first.entry(source).or_insert(image);
        }
    }
    first
}

/// The item whose source covers most of a repository, and how much that is. A named host beats a wildcard.
fn most_specific<'n, T>(
    items: impl Iterator<Item = T>,
    repository: &str,
    source: impl Fn(&T) -> &'n str,
) -> Option<(usize, T)> {
    let covering = items.filter_map(|item| Some((coverage(source(&item), repository)?, item)));
    covering.max_by_key(|(covered, item)| (*covered, !is_wildcard(source(item))))
}

fn credentials(spec: &RegistriesSpec) -> BTreeMap<String, Credentials> {
    let entries = spec.credentials.get().into_iter().flat_map(|credentials| &credentials.value);
    let names =
        |spec: &CredentialsSpec| Credentials { node: spec.node.get().cloned(), cdi: spec.cdi.get().cloned() };
    entries.filter_map(|(host, spec)| Some((host.clone(), names(spec.get()?)))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::provenance::Origin;
    use crate::yaml::Loc;

    fn mirrors(mirrors: &Value, node_pulls: &[&str]) -> Registries {
        let spec = serde_json::from_value(json!({ "mirrors": mirrors })).unwrap();
        let form = Sourced { value: MirrorForm::MirrorSets, origin: Origin::Unknown };
        let node_pulls: Vec<_> = node_pulls.iter().copied().map(image).collect();
        resolve(&spec, form, &node_pulls)
    }

    fn image(text: &str) -> Sourced<ImageReference> {
        Sourced { value: text.parse().unwrap(), origin: Origin::Unknown }
    }

    #[test]
    fn the_most_specific_source_is_replaced_by_its_first_mirror() {
        let registries = mirrors(
            &json!({
                "quay.io": {"to": ["m.example/quay"]},
                "quay.io/disks": {"to": ["m.example/disks", "n.example/disks"]},
                "quay.io/disks/fedora": {"to": ["m.example:5000/f"], "managed": false},
                "quay.io/dropped": {"to": ["m.example/dropped"], "enabled": false},
                "*.docker.io": {"to": ["m.example/docker"]},
                "registry.docker.io": {"to": ["m.example/named"]},
                "empty.example": {"to": []},
            }),
            &[],
        );
        for (image_, rewritten) in [
            ("quay.io/a/b:1", Some("m.example/quay/a/b:1")),
            ("quay.io/disks/centos:10", Some("m.example/disks/centos:10")),
            ("quay.io/disks/fedora:41", Some("m.example:5000/f:41")),
            ("quay.io/disks/fedora-coreos:41", Some("m.example/disks/fedora-coreos:41")),
            ("quay.io/diskset/a:1", Some("m.example/quay/diskset/a:1")),
            ("quay.io/dropped/a:1", Some("m.example/quay/dropped/a:1")),
            ("registry.docker.io/a:1", Some("m.example/named/a:1")),
            ("other.docker.io/a:1", None),
            ("quay.io:443/a:1", None),
            ("empty.example/a:1", None),
            ("elsewhere.example/a:1", None),
        ] {
            let found = registries.rewrite(&image(image_)).map(|image| image.to_string());
            assert_eq!(found.as_deref(), rewritten, "{image_}");
        }
    }

    #[test]
    fn a_rewritten_reference_remembers_the_image_and_the_mirror() {
        let written = |start| Origin::Written(Loc { source: 0, start, end: start + 1 });
        let mut registries = mirrors(&json!({"quay.io": {"to": ["m.example"]}}), &[]);
        registries.mirrors[0].to.value[0].origin = written(7);
        let image = Sourced { origin: written(3), ..image("quay.io/a:1") };
        let Some(Origin::Derived(derived)) = registries.rewrite(&image).map(|image| image.origin) else {
            panic!("a rewritten reference is derived");
        };
        assert_eq!(derived.from, [written(3), written(7)]);
    }

    #[test]
    fn what_nodes_pull_by_tag_decides_the_pulls_of_its_most_specific_source_alone() {
        let registries = mirrors(
            &json!({
                "quay.io": {"to": ["m.example/quay"]},
                "quay.io/disks": {"to": ["m.example/disks"]},
                "quay.io/said": {"to": ["m.example/said"], "pulls": "digest"},
                "*.docker.io": {"to": ["m.example/docker"]},
            }),
            &["quay.io/disks/fedora:41", "quay.io/said/a:1", "registry.docker.io/a:1"],
        );
        let found: Vec<_> =
            registries.mirrors.iter().map(|mirror| (mirror.source.as_str(), mirror.pulls.value)).collect();
        assert_eq!(
            found,
            [
                ("*.docker.io", Pulls::Both),
                ("quay.io", Pulls::Digest),
                ("quay.io/disks", Pulls::Both),
                ("quay.io/said", Pulls::Digest),
            ]
        );
    }

    #[test]
    fn a_mirror_that_says_nothing_is_for_digests_rendered_and_lets_the_source_answer() {
        let registries = mirrors(&json!({"quay.io": {"to": ["m.example"]}}), &[]);
        let mirror = &registries.mirrors[0];
        assert_eq!(mirror.policy, Sourced::default_of(&SOURCE_POLICY, SourcePolicy::AllowContactingSource));
        assert_eq!(mirror.pulls, Sourced::default_of(&PULLS, Pulls::Digest));
        assert_eq!(mirror.managed, Sourced::default_of(&MANAGED, true));
    }

    #[test]
    fn credentials_belong_to_host_and_port() {
        let spec = json!({"credentials": {"r.example:5000": {"node": "corp-pull"}, "s.example": {"cdi": "corp-cdi"}}});
        let form = Sourced { value: MirrorForm::MirrorSets, origin: Origin::Unknown };
        let registries = resolve(&serde_json::from_value(spec).unwrap(), form, &[]);
        let of = |host| registries.credentials(host).map(|names| (names.node.is_some(), names.cdi.is_some()));
        assert_eq!(of("r.example:5000"), Some((true, false)));
        assert_eq!(of("s.example"), Some((false, true)));
        assert_eq!(of("r.example"), None);
    }

    #[test]
    fn certificates_come_with_the_config_map_that_holds_them() {
        let form = Sourced { value: MirrorForm::MirrorSets, origin: Origin::Unknown };
        let resolved =
            |spec: Value| resolve(&serde_json::from_value(spec).unwrap(), form.clone(), &[]).trusted_ca;
        assert_eq!(resolved(json!({})), None);
        assert_eq!(resolved(json!({"trustedCA": {"certificates": "x"}})), None, "a finding of its own");
        let given = resolved(json!({"trustedCA": {"configMap": "corp-ca"}}));
        assert_eq!(given.map(|ca| ca.certificates), Some(None));
    }
}
