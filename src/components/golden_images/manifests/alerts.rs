//! The PrometheusRule.

use serde::Serialize;

use super::Making;
use crate::components::golden_images::resolve::Alerts;
use crate::components::golden_images::spec::AlertSeverity;
use crate::manifest::{Because, Draft, Metadata};
use crate::provenance::{DefaultRule, Sourced};

static NAME: DefaultRule =
    DefaultRule { path: "goldenImages.alerts", reason: "one PrometheusRule for all golden images of a site" };

static SUMMARY: DefaultRule = DefaultRule {
    path: "goldenImages.alerts",
    reason: "Prometheus puts the name of the DataImportCron into the text",
};

/// What the template sees.
#[derive(Serialize)]
struct Context<'s> {
    metadata: Metadata,
    after: &'s Sourced<String>,
    severity: &'s Sourced<AlertSeverity>,
    outdated: Outdated<'s>,
    not_imported: Vec<NotImported<'s>>,
}

#[derive(Serialize)]
struct Outdated<'s> {
    expression: &'s Sourced<String>,
    /// `{{ $labels.cron_name }}` is for Prometheus, so the text cannot stand in a template.
    summary: Sourced<String>,
    description: Sourced<String>,
}

#[derive(Serialize)]
struct NotImported<'s> {
    cron: &'s Sourced<String>,
    expression: &'s Sourced<String>,
    summary: Sourced<String>,
    description: Sourced<String>,
}

pub(super) fn drafts<'s>(making: &Making<'s>) -> Option<Draft<'s>> {
    let alerts = making.component.alerts.as_ref()?;
    let name = Sourced::default_of(&NAME, "golden-images".to_owned());
    let context = Context {
        metadata: making.own(name, Some(alerts.namespace.clone())),
        after: &alerts.after,
        severity: &alerts.severity,
        outdated: outdated(alerts),
        not_imported: not_imported(alerts),
    };
    let reason = Because::new("`goldenImages.alerts.enabled` asks for alerts", &[&alerts.outdated.origin]);
    Some(making.draft("golden-images/prometheus-rule.yaml.j2", context, reason))
}

fn outdated(alerts: &Alerts) -> Outdated<'_> {
    let description = format!(
        "The golden image of DataImportCron {{{{ $labels.cron_name }}}} has been outdated for {}: a newer image is in the registry and its \
         import did not succeed. New virtual machines start from the older one.",
        alerts.after.value
    );
    Outdated {
        expression: &alerts.outdated,
        summary: Sourced::default_of(&SUMMARY, "Golden image {{ $labels.cron_name }} is outdated".to_owned()),
        description: Sourced::derived(
            description,
            "alert text: tells the time after which it fires",
            &[&alerts.after.origin],
        ),
    }
}

fn not_imported(alerts: &Alerts) -> Vec<NotImported<'_>> {
    let images = alerts.not_imported.iter();
    images
        .map(|image| {
            let name = &image.cron.value;
            let told = |text: String| Sourced::derived(text, "alert text: names the DataImportCron", &[&image.cron.origin]);
            NotImported {
                cron: &image.cron,
                expression: &image.expression,
                summary: told(format!("Golden image {name} was never imported")),
                description: told(format!(
                    "DataImportCron {name} is missing, was refused, shares its DataSource with another, or waits for a storage class. \
                     Virtual machines that boot from its DataSource cannot start."
                )),
            }
        })
        .collect()
}
