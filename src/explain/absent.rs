//! Why a field is not there: what the cluster writes, or a branch of the template that was not taken.

use super::{Cause, Explainer};
use crate::manifest::pointer::unescape;
use crate::manifest::{Manifest, RuntimeOwned};
use crate::provenance::Origin;
use crate::provenance::origins::Origins;
use crate::render::trace::Decision;
use crate::render::{TemplatePlace, trace};

/// Why a manifest does not have a field.
#[derive(Clone, Debug, PartialEq)]
pub struct Absent {
    /// Who writes it at run time, if that is why.
    pub runtime_owned: Option<&'static RuntimeOwned>,
    /// The branches and loops of the template that could have written it.
    pub decisions: Vec<Undone>,
}

/// A branch or loop of a template that did not write a field.
#[derive(Clone, Debug, PartialEq)]
pub struct Undone {
    /// Where it begins.
    pub place: TemplatePlace,
    /// What it asked for and nobody gave, by its name in the template.
    pub missing: Vec<String>,
    /// What decided.
    pub causes: Vec<Cause>,
}

impl Explainer<'_> {
    /// Why a manifest has nothing at a JSON pointer; none where nothing is known of such a field.
    pub fn absent(&self, manifest: &Manifest, pointer: &str) -> anyhow::Result<Option<Absent>> {
        let rows = self.company(manifest).runtime_owned;
        let runtime_owned = rows.into_iter().find(|row| covers(row.pointer, pointer));
        let decisions = self.decisions(manifest, pointer)?;
        let known = runtime_owned.is_some() || !decisions.is_empty();
        Ok(known.then_some(Absent { runtime_owned, decisions }))
    }

    fn decisions(&self, manifest: &Manifest, pointer: &str) -> anyhow::Result<Vec<Undone>> {
        let Some(draft) = manifest.draft.and_then(|index| self.drafts.get(index)) else {
            return Ok(Vec::new());
        };
        let key = unescape(first_missing(manifest, pointer));
        let trace = trace(self.engine, draft)?;
        let origins = Origins::of(&draft.context);
        let mut all: Vec<Undone> = Vec::new();
        // What encloses a branch could have written all of its keys and more: the branches with the fewest decided.
        let fewest = trace.absent(&key).map(|decision| decision.keys.len()).min();
        for decision in trace.absent(&key).filter(|decision| Some(decision.keys.len()) == fewest) {
            let undone = self.undone(decision, &origins);
            match all.iter_mut().find(|known| known.place == undone.place) {
                Some(known) => known.add(undone),
                None => all.push(undone),
            }
        }
        Ok(all)
    }

    fn undone(&self, decision: &Decision, origins: &Origins) -> Undone {
        let (given, missing): (Vec<&String>, Vec<&String>) =
            decision.control.iter().partition(|path| is_said(origins, path));
        let name = |path: &&String| path.rsplit('/').next().unwrap_or_default().to_owned();
        // What nobody gave decided against the field; the rest of the condition held.
        let given = if missing.is_empty() { given } else { Vec::new() };
        Undone {
            place: decision.place.clone(),
            missing: missing.iter().map(name).collect(),
            causes: self.causes(given.into_iter().filter_map(|path| origins.get(path))),
        }
    }
}

impl Undone {
    /// Adds another turn of the same branch.
    fn add(&mut self, other: Undone) {
        self.missing.extend(
            other.missing.into_iter().filter(|name| !self.missing.contains(name)).collect::<Vec<_>>(),
        );
        self.causes.extend(
            other.causes.into_iter().filter(|cause| !self.causes.contains(cause)).collect::<Vec<_>>(),
        );
    }
}

fn is_said(origins: &Origins, path: &str) -> bool {
    !matches!(origins.get(path), None | Some(Origin::Unknown))
}

/// The first step of a pointer that leads out of the object.
fn first_missing<'p>(manifest: &Manifest, pointer: &'p str) -> &'p str {
    let ends = pointer.match_indices('/').skip(1).map(|(at, _)| at).chain([pointer.len()]);
    let known =
        ends.take_while(|end| manifest.object.pointer(&pointer[..*end]).is_some()).last().unwrap_or(0);
    pointer[known..].split('/').nth(1).unwrap_or_default()
}

/// Whether a row of the table speaks of a field or of something around it.
fn covers(row: &str, pointer: &str) -> bool {
    let mut steps = pointer.split('/');
    row.split('/').all(|wanted| steps.next().is_some_and(|step| RuntimeOwned::names(wanted, step)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_covers_its_field_and_all_below_it() {
        assert!(covers("/status", "/status/conditions/0"));
        assert!(covers("/spec/*/id", "/spec/a/id"));
        assert!(!covers("/spec/*/id", "/spec/a"));
        assert!(covers("/metadata/annotations/LATEST_*", "/metadata/annotations/LATEST_AMI_ID"));
        assert!(!covers("/metadata/annotations/LATEST_*", "/metadata/annotations/OLDEST_AMI_ID"));
        assert!(!covers("/status", "/statuses"));
    }
}
