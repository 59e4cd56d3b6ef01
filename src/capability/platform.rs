//! A resolved platform: which product runs in which version, and the one place that answers capabilities.
//!
//! In: what [`crate::spec::PlatformSpec`] resolved. Out: [`Decision`]s. Knows no component.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::table::Row;
use super::{Capability, Decision, Product, Version};
use crate::name::{ClusterId, Namespace};
use crate::provenance::{Origin, Sourced};

/// What a site runs on.
#[derive(Clone, Debug, PartialEq)]
pub struct Platform {
    /// The products that the site has, given or implied.
    pub versions: BTreeMap<Product, Sourced<Version>>,
    /// The shape of the cluster.
    pub topology: Sourced<Topology>,
    /// The processor architectures of the nodes that run workloads, as the site lists them.
    pub architectures: Sourced<Vec<Architecture>>,
    /// Where the operators and the common boot images live.
    pub namespaces: Namespaces,
    /// The id of the cluster, where the site gives it.
    pub cluster_id: Option<Sourced<ClusterId>>,
    /// Whether the nodes run in FIPS mode.
    pub fips: Sourced<bool>,
    /// Answers that the site forces.
    pub forced: BTreeMap<Capability, Sourced<bool>>,
}

/// The namespaces that the installation of the operators decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Namespaces {
    /// Where the HyperConverged lies.
    pub hyper_converged: Sourced<Namespace>,
    /// Where the SSP lies.
    pub ssp: Sourced<Namespace>,
    /// Where CDI runs, and with it the pods that poll registries.
    pub cdi: Sourced<Namespace>,
    /// Where the common boot images are: a constant of SSP.
    pub boot_images: Sourced<Namespace>,
}

/// The shape of a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Topology {
    /// Control plane and workers on nodes of their own.
    #[default]
    Standalone,
    /// Three nodes that are both.
    Compact,
    /// One node that is both.
    SingleNode,
    /// A control plane that runs in pods of another cluster.
    Hosted,
}

/// A processor architecture, as Go and Kubernetes name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Architecture {
    /// x86, 64 bit.
    Amd64,
    /// Arm, 64 bit.
    Arm64,
    /// IBM Z.
    S390x,
    /// IBM Power, little endian.
    Ppc64le,
}

impl Architecture {
    /// The name: `amd64`.
    pub const fn name(self) -> &'static str {
        match self {
            Architecture::Amd64 => "amd64",
            Architecture::Arm64 => "arm64",
            Architecture::S390x => "s390x",
            Architecture::Ppc64le => "ppc64le",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Platform {
    /// The version of a product; none where the site does not have it.
    pub fn version(&self, product: Product) -> Option<&Sourced<Version>> {
        self.versions.get(&product)
    }

    /// Whether the site has a product.
    pub fn has(&self, product: Product) -> bool {
        self.versions.contains_key(&product)
    }

    /// Whether this platform can do something, with the products that the manifest passes through. A forced setting
    /// wins. Else each product in play that has rows must meet one of them; where none has, the answer is no.
    pub fn decide(&self, capability: Capability, in_play: &[Product]) -> Decision {
        if let Some(forced) = self.forced.get(&capability) {
            return by_force(capability, forced);
        }
        let answers: Vec<Answer<'_>> =
            in_play.iter().filter_map(|product| self.ask(capability, *product)).collect();
        let Some(deciding) = answers.iter().max_by_key(|answer| answer.verdict.weight()) else {
            return nobody(capability);
        };
        let decided_by: Vec<_> =
            answers.iter().filter(|answer| answer.verdict.weight() == deciding.verdict.weight()).collect();
        let words = decided_by.iter().map(|answer| answer.words()).collect::<Vec<_>>().join(" and ");
        let from: Vec<_> =
            decided_by.iter().filter_map(|answer| answer.version).map(|version| &version.origin).collect();
        let undecided = (deciding.verdict == Verdict::Unknown).then_some(deciding.product);
        let origin = Origin::derived(format!("capability {capability}: {words}"), &from);
        Decision { capability, available: deciding.verdict == Verdict::Yes, undecided, origin, words }
    }

    /// Holds one product against its rows; none where it has no rows.
    fn ask(&self, capability: Capability, product: Product) -> Option<Answer<'_>> {
        let rows: Vec<&Row> = capability.rows().filter(|row| row.product == product).collect();
        if rows.is_empty() {
            return None;
        }
        let version = self.version(product);
        let verdict = version.map_or(Verdict::No, |version| {
            rows.iter()
                .map(|row| verdict(row, version))
                .min_by_key(|verdict| verdict.weight())
                .unwrap_or(Verdict::No)
        });
        Some(Answer { product, rows, version, verdict })
    }
}

/// What one row or one product says. The weight: of products the heaviest decides, of alternative rows the lightest.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Yes,
    Unknown,
    No,
}

impl Verdict {
    fn weight(self) -> u8 {
        self as u8
    }
}

struct Answer<'p> {
    product: Product,
    rows: Vec<&'static Row>,
    version: Option<&'p Sourced<Version>>,
    verdict: Verdict,
}

impl Answer<'_> {
    fn words(&self) -> String {
        let rows = self.rows.iter().map(|row| row.words()).collect::<Vec<_>>().join(" or ");
        match self.version {
            Some(version) => format!("{rows} (this site: {})", version.value),
            None => format!("{rows} (this site does not say)"),
        }
    }
}

fn verdict(row: &Row, version: &Version) -> Verdict {
    let gone = row.until.is_some_and(|until| version.reaches(until) == Some(true));
    match version.reaches(row.since) {
        Some(true) if !gone => Verdict::Yes,
        None if !gone => Verdict::Unknown,
        _ => Verdict::No,
    }
}

fn by_force(capability: Capability, forced: &Sourced<bool>) -> Decision {
    let words = format!("`platform.capabilities.{capability}` (this site: {})", forced.value);
    Decision { capability, available: forced.value, undecided: None, origin: forced.origin.clone(), words }
}

/// No product in play has rows: what would do it is not on the way.
fn nobody(capability: Capability) -> Decision {
    let words = capability.rows().map(Row::words).collect::<Vec<_>>().join(" or ");
    let words = format!("{words} (not on this site)");
    let origin = Origin::derived(format!("capability {capability}: {words}"), &[]);
    Decision { capability, available: false, undecided: None, origin, words }
}
