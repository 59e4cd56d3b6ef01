//! The KataConfig.

use serde::Serialize;

use super::{KATA_CONFIG_FOLDER, Making};
use crate::components::pod_vm::resolve::KataConfig;
use crate::manifest::{Because, Draft, Metadata};

/// What the template sees.
#[derive(Serialize)]
struct Context<'s> {
    metadata: Metadata,
    kata: Kata<'s>,
}

#[derive(Serialize)]
struct Kata<'s> {
    node_selector: Option<&'s std::collections::BTreeMap<String, crate::provenance::Sourced<String>>>,
    check_node_eligibility: &'s crate::provenance::Sourced<bool>,
    log_level: &'s crate::provenance::Sourced<crate::components::pod_vm::spec::LogLevel>,
}

pub(super) fn drafts<'s>(making: &Making<'s>) -> Option<Draft<'s>> {
    let KataConfig { name, node_selector, check_node_eligibility, log_level } =
        making.component.kata_config.as_ref()?;
    let kata = Kata { node_selector: node_selector.as_ref(), check_node_eligibility, log_level };
    let context = Context { metadata: making.own(name.clone(), None), kata };
    let reason = Because::new(
        "without a KataConfig neither kata nor the adaptor is installed",
        &[&making.component.provider.origin],
    );
    Some(Draft { folder: KATA_CONFIG_FOLDER, ..making.draft("pod-vm/kata-config.yaml.j2", context, reason) })
}
