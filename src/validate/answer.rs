//! Whom to ask about an object: the definition of its custom kind, or the rules of its native one.
//!
//! The one place that chooses, for manifests of a fleet and for those of others.

use serde_json::Value;

use super::crds::Crds;
use super::judge::Judgement;
use super::kinds;
use crate::diagnostic::Diagnostic;

/// What is known of an object.
pub(super) enum Answer {
    /// What the API server would say of it.
    Judged(Judgement),
    /// There is a definition of its kind, which cannot be used.
    Unusable(Box<Diagnostic>),
    /// Its kind is neither defined nor native, or not one that is known here.
    Unknown,
}

/// Judges an object, and its change from an old version if there is one. A definition at hand comes before what is built in.
pub(super) fn ask(
    crds: &Crds,
    (api_version, kind): (&str, &str),
    object: &Value,
    old: Option<&Value>,
) -> Answer {
    match crds.schema(api_version, kind) {
        Some(Ok(schema)) => {
            let mut judgement = schema.judge(object, old);
            judgement.violations.extend(schema.judge_metadata(object));
            Answer::Judged(judgement)
        }
        Some(Err(unusable)) => Answer::Unusable(unusable),
        None => kinds::judge(object).map_or(Answer::Unknown, |violations| {
            let fixed = old.and_then(|old| kinds::judge_change(object, old)).unwrap_or_default();
            Answer::Judged(Judgement { violations, fixed, ..Judgement::default() })
        }),
    }
}
