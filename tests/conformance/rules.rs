//! PrometheusRules of the goldens through promtool: their expressions must parse.

use crate::tools::{assert_at_least, attempt, promtool};
use crate::trees::manifests;

/// How many PrometheusRules the goldens have at least. Raise it as goldens are added.
const RULES: usize = 4;

#[test]
fn promtool_accepts_every_rule() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for manifest in manifests().iter().filter(|manifest| manifest.object["kind"] == "PrometheusRule") {
        checked += 1;
        let said = check(&manifest.object["spec"].to_string()).err();
        wrong.extend(said.map(|said| format!("{}: {said}", manifest.path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_at_least(RULES, checked, "PrometheusRules");
}

#[test]
fn promtool_refuses_a_rule_that_is_none() {
    let spec = |expression: &str| {
        serde_json::json!({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": expression}]}]})
            .to_string()
    };
    assert_eq!(check(&spec("up == 0")), Ok(()));
    assert!(check(&spec("up == ")).is_err());
}

/// Checks the `spec` of a PrometheusRule, which is the content of a rule file.
fn check(spec: &str) -> Result<(), String> {
    let file = tempfile::Builder::new().suffix(".yaml").tempfile().map_err(|why| why.to_string())?;
    std::fs::write(file.path(), spec).map_err(|why| why.to_string())?;
    attempt(promtool().args(["check", "rules", "--lint=all", "--lint-fatal"]).arg(file.path()), "")
        .map(|_| ())
}
