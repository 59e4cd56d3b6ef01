//! The KataConfig: what installs kata, the adaptor, and with the runner `operator` makes the image.

use std::collections::BTreeMap;

use super::asked::Resolving;
use super::config_data::{text, text_or};
use crate::components::pod_vm::spec::LogLevel;
use crate::provenance::{DefaultRule, Sourced};

/// A KataConfig.
#[derive(Clone, Debug, PartialEq)]
pub struct KataConfig {
    /// Its name.
    pub name: Sourced<String>,
    /// Labels of the nodes that run kata pods; none for all workers.
    pub node_selector: Option<BTreeMap<String, Sourced<String>>>,
    /// Whether only nodes are taken that were found able.
    pub check_node_eligibility: Sourced<bool>,
    /// How much CRI-O logs.
    pub log_level: Sourced<LogLevel>,
}

static MANAGED: DefaultRule =
    DefaultRule { path: "podVM.kataConfig.managed", reason: "without a KataConfig nothing runs" };
static NAME: DefaultRule =
    DefaultRule { path: "podVM.kataConfig.name", reason: "a cluster takes one, and its name says nothing" };
static ELIGIBILITY: DefaultRule = DefaultRule {
    path: "podVM.kataConfig.checkNodeEligibility",
    reason: "the field is required, and pod VMs run elsewhere",
};
static LOG_LEVEL: DefaultRule = DefaultRule {
    path: "podVM.kataConfig.logLevel",
    reason: "as the API server would fill it in, so that nothing differs",
};

/// Whether the KataConfig is ours.
pub(super) fn is_managed(resolving: &Resolving<'_, '_>) -> bool {
    resolving.spec.kata_config.section().managed.or(&MANAGED, || true).value
}

/// The KataConfig, where it is ours.
pub(super) fn resolve(resolving: &Resolving<'_, '_>) -> Option<KataConfig> {
    if !is_managed(resolving) {
        return None;
    }
    let spec = resolving.spec.kata_config.section();
    let labels = spec.node_selector.get().map(|labels| {
        let given = labels.value.iter().filter_map(|(key, value)| Some((key, value.get()?)));
        given.map(|(key, value)| (key.to_string(), text(value))).collect()
    });
    Some(KataConfig {
        name: text_or(&spec.name, &NAME, "cluster-kataconfig"),
        node_selector: labels.filter(|labels: &BTreeMap<_, _>| !labels.is_empty()),
        check_node_eligibility: spec.check_node_eligibility.or(&ELIGIBILITY, || false),
        log_level: spec.log_level.or(&LOG_LEVEL, || LogLevel::Info),
    })
}
