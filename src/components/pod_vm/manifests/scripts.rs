//! The ConfigMap with the scripts that Jobs of ours run.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Making, WORK_FOLDER, namespace, of_ours};
use crate::manifest::{Because, Draft, Metadata};
use crate::provenance::{DefaultRule, Sourced};

/// Its name.
pub(super) const NAME: &str = "goldsmith-pod-vm-scripts";
/// Runs the builder of the release, once for the same inputs.
pub(super) const BUILD: (&str, &str) = ("build.sh", include_str!("../../../../templates/pod-vm/build.sh"));
/// Imports an artifact.
pub(super) const IMPORT: (&str, &str) = ("import.sh", include_str!("../../../../templates/pod-vm/import.sh"));

static SCRIPT: DefaultRule =
    DefaultRule { path: "podVM.work", reason: "a file of Goldsmith, the same on every site" };

/// What the template sees.
#[derive(Serialize)]
struct Context {
    metadata: Metadata,
    data: BTreeMap<&'static str, Sourced<String>>,
}

pub(super) fn drafts<'s>(making: &Making<'s>, absent: bool) -> Option<Draft<'s>> {
    let work = making.component.work.as_ref().filter(|work| !absent && work.runs_script())?;
    let (name, text) = if work.import.is_some() { IMPORT } else { BUILD };
    let data = BTreeMap::from([(name, Sourced::default_of(&SCRIPT, text.to_owned()))]);
    let context = Context { metadata: making.own(of_ours(NAME), Some(namespace())), data };
    let reason =
        Because::new("the Job that makes the image runs this script", &[&making.component.runner.origin]);
    Some(Draft { folder: WORK_FOLDER, ..making.draft("pod-vm/config-map.yaml.j2", context, reason) })
}
