//! Alerts on imports: which expression asks for them on which release of CDI.

use super::asked::{Resolving, text};
use super::carrier::Carrier;
use super::names::architectures;
use crate::capability::{Capability, Product};
use crate::components::golden_images::cron::Cron;
use crate::components::golden_images::spec::AlertSeverity;
use crate::provenance::{DefaultRule, Origin, Sourced};

/// The alerts of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Alerts {
    /// Where the PrometheusRule lies.
    pub namespace: Sourced<String>,
    /// How long an image may be outdated or missing.
    pub after: Sourced<String>,
    /// How bad that is.
    pub severity: Sourced<AlertSeverity>,
    /// True while an image is outdated.
    pub outdated: Sourced<String>,
    /// For each image, true while it waits for a storage class or nobody reports on it at all.
    pub not_imported: Vec<Expression>,
}

/// One image and its expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// The DataImportCron.
    pub cron: Sourced<String>,
    /// The expression.
    pub expression: Sourced<String>,
}

static AFTER: DefaultRule = DefaultRule {
    path: "goldenImages.alerts.outdatedAfter",
    reason: "an import takes minutes, and CDI's own alert already fires after 15 of them",
};
static SEVERITY: DefaultRule = DefaultRule {
    path: "goldenImages.alerts.severity",
    reason: "virtual machines run on, new ones start from an older image",
};

/// The alerts, where they are on and there is an image to watch.
pub(super) fn resolve(resolving: &mut Resolving<'_, '_>, crons: &[Cron]) -> Option<Alerts> {
    let spec = resolving.asked.spec.alerts.section();
    let enabled = spec.enabled.get().filter(|enabled| enabled.value)?.clone();
    let after = spec.outdated_after.or(&AFTER, || "2h".to_owned());
    let watched: Vec<&Cron> = crons.iter().filter(|cron| cron.spec.is_some()).collect();
    if watched.is_empty() {
        return None;
    }
    let metric = Metric::of(resolving, &enabled.origin);
    Some(Alerts {
        namespace: spec.namespace.get().map_or_else(|| resolving.namespace.clone(), text),
        after,
        severity: spec.severity.or(&SEVERITY, || AlertSeverity::Warning),
        outdated: metric.outdated(resolving, &watched),
        not_imported: watched.iter().map(|cron| metric.not_imported(resolving, cron)).collect(),
    })
}

/// The metric as the release of CDI has it.
struct Metric {
    name: &'static str,
    namespace: &'static str,
    pending: bool,
    origins: Vec<Origin>,
}

impl Metric {
    fn of(resolving: &Resolving<'_, '_>, enabled: &Origin) -> Metric {
        let decide = |capability| resolving.asked.platform.decide(capability, &[Product::Cdi]);
        let (name, pending, namespace) = (
            decide(Capability::OutdatedMetricName),
            decide(Capability::OutdatedMetricPending),
            decide(Capability::OutdatedMetricNamespace),
        );
        Metric {
            name: if name.available {
                "kubevirt_cdi_dataimportcron_outdated"
            } else {
                "kubevirt_cdi_dataimportcron_outdated_total"
            },
            namespace: if namespace.available { "namespace" } else { "ns" },
            pending: pending.available,
            origins: vec![name.origin, pending.origin, namespace.origin, enabled.clone()],
        }
    }

    fn outdated(&self, resolving: &Resolving<'_, '_>, crons: &[&Cron]) -> Sourced<String> {
        let mut by_namespace: Vec<(String, Vec<String>)> = Vec::new();
        for cron in crons {
            let namespace = resolving.namespace_of(cron).value;
            let names = names_of(resolving, cron);
            match by_namespace.iter_mut().find(|(known, _)| *known == namespace) {
                Some((_, known)) => known.extend(names),
                None => by_namespace.push((namespace, names)),
            }
        }
        let pending = if self.pending { ",pending=\"false\"" } else { "" };
        let one = |(namespace, names): &(String, Vec<String>)| {
            let selector = self.selector(namespace, names);
            format!("max by ({}, cron_name) ({}{{{selector}{pending}}}) > 0", self.namespace, self.name)
        };
        let expression = by_namespace.iter().map(one).collect::<Vec<_>>().join(" or ");
        let origins = crons.iter().map(|cron| &cron.name.origin).chain(&self.origins);
        Sourced::derived(expression, "alert: an image stays outdated", &origins.collect::<Vec<_>>())
    }

    fn not_imported(&self, resolving: &Resolving<'_, '_>, cron: &Cron) -> Expression {
        let selector = self.selector(&resolving.namespace_of(cron).value, &names_of(resolving, cron));
        let absent = format!("absent({}{{{selector}}})", self.name);
        let waiting = format!("max({}{{{selector},pending=\"true\"}}) > 0", self.name);
        let expression = if self.pending { format!("{absent} or {waiting}") } else { absent };
        let origins: Vec<&Origin> = std::iter::once(&cron.name.origin).chain(&self.origins).collect();
        let expression = Sourced::derived(expression, "alert: an image was never imported", &origins);
        Expression { cron: cron.name.clone(), expression }
    }

    fn selector(&self, namespace: &str, names: &[String]) -> String {
        format!("{}=\"{namespace}\",cron_name=~\"{}\"", self.namespace, names.join("|"))
    }
}

/// The DataImportCrons that an image has in the cluster: SSP adds one for each architecture that nodes have.
fn names_of(resolving: &Resolving<'_, '_>, cron: &Cron) -> Vec<String> {
    let architectures = architectures(cron);
    if matches!(resolving.carrier, Carrier::Raw) || architectures.is_empty() {
        return vec![cron.name.value.clone()];
    }
    architectures.iter().map(|one| format!("{}-{one}", cron.name.value)).collect()
}
