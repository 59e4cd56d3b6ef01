//! The agent policy: what the guest lets the host do. A file in Rego, encoded as the build reads it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::asked::Resolving;
use crate::capability::Capability;
use crate::components::pod_vm::hazards::BAD_POLICY;
use crate::diagnostic::Diagnostic;
use crate::provenance::Sourced;

/// The package that the agent asks.
const PACKAGE: &str = "package agent_policy";

/// The policy in base64; none where none is given, or where it cannot be one, which is told.
pub(super) fn encoded(resolving: &mut Resolving<'_, '_>) -> Option<Sourced<String>> {
    let path = resolving.spec.agent_policy.get()?;
    resolving.require(Capability::EmbeddedAgentPolicy, "podVM.agentPolicy", &path.origin);
    let (_, text) = resolving.text_of(path)?;
    let is_package = |line: &str| line.split('#').next().is_some_and(|code| code.trim() == PACKAGE);
    if !text.lines().any(is_package) {
        let finding = Diagnostic::new(&BAD_POLICY, format!("`{}` is no agent policy", path.value))
            .at(resolving.place(&path.origin), "named here")
            .note(format!(
                "no line of it is `{PACKAGE}`: the build refuses it, or the agent finds no rule in it"
            ))
            .help(format!("write a policy in Rego, with `{PACKAGE}` as its package"));
        resolving.tell(finding);
        return None;
    }
    let rule = format!("AGENT_POLICY: the file {} in base64", path.value);
    Some(Sourced::derived(STANDARD.encode(text), rule, &[&path.origin]))
}
