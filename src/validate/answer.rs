//! Whom to ask about an object: the definition of its custom kind, the model of one that is rendered, or the rules of a native one.
//!
//! The one place that chooses, for manifests of a fleet and for those of others.

use serde_json::Value;

use super::crds::Crds;
use super::judge::{Judgement, Violation};
use super::{kinds, models};
use crate::capability::Platform;
use crate::diagnostic::Diagnostic;

/// What is known of an object.
pub(super) enum Answer {
    /// What the API server would say of it.
    Judged(Judgement),
    /// What it would refuse as far as is known here: nothing found is no proof that it would take the object.
    Partly(Vec<Violation>),
    /// There is a definition of its kind, which cannot be used.
    Unusable(Box<Diagnostic>),
    /// Its kind is neither defined nor native, or not one that is known here.
    Unknown,
}

/// Judges an object, and its change from an old version if there is one, as the API server of a site with this platform, or
/// of none that is known. A definition at hand comes before what is built in.
pub(super) fn ask(
    (crds, platform): (&Crds, Option<&Platform>),
    asked: (&str, &str),
    object: &Value,
    old: Option<&Value>,
) -> Answer {
    match crds.schema(asked, platform) {
        Some(Ok(schema)) => {
            let mut judgement = schema.judge(object, old);
            judgement.violations.extend(schema.judge_metadata(object));
            Answer::Judged(judgement)
        }
        Some(Err(unusable)) => Answer::Unusable(unusable),
        None => built_in(asked, object, old),
    }
}

fn built_in((api_version, kind): (&str, &str), object: &Value, old: Option<&Value>) -> Answer {
    if let Some(violations) = models::judge(api_version, kind, object, old) {
        return Answer::Partly(violations);
    }
    let Some(violations) = kinds::judge(object) else { return Answer::Unknown };
    let fixed = old.and_then(|old| kinds::judge_change(object, old)).unwrap_or_default();
    Answer::Judged(Judgement { violations, fixed, ..Judgement::default() })
}
