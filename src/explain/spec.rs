//! A path of the spec: what each layer says there, which one wins, and what it reaches.

use serde_json::Value;

use super::{Cause, Explainer, Overridden, Reached};
use crate::manifest::Manifest;
use crate::manifest::pointer::{parse, unescape};
use crate::provenance::DefaultRule;

/// What is known of a path of the spec.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The path.
    pub path: String,
    /// What the layers say there, the one that wins first.
    pub said: Vec<Overridden>,
    /// Whether the layers add to each other there, since they say mappings.
    pub merges: bool,
    /// What it reaches at this site.
    pub reaches: Vec<Reached>,
}

impl Explainer<'_> {
    /// What is known of a path of the spec; none where no layer says anything there and no default of it is in use.
    pub fn spec(&self, manifests: &[Manifest], path: &str) -> anyhow::Result<Option<Answer>> {
        let Some(steps) = steps(path) else { return Ok(None) };
        let layers = self.layers.iter().rev();
        let said: Vec<Overridden> = layers.filter_map(|layer| self.said(layer, &steps)).collect();
        let merges = said.first().is_some_and(|said| said.value.starts_with('{'));
        let below = |said: &str| {
            said.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let reaches = self.fields(manifests, &mut |cause| match cause {
            Cause::Written { path: said, .. } => below(said),
            Cause::Default { rule, .. } => is_default_of(rule, path),
            _ => false,
        })?;
        if said.is_empty() && reaches.is_empty() {
            return Ok(None);
        }
        Ok(Some(Answer { path: path.to_owned(), said, merges, reaches }))
    }

    /// The default of a path of the spec that these manifests show, with its value where a field holds just that.
    pub fn default_of(
        &self,
        manifests: &[Manifest],
        path: &str,
    ) -> anyhow::Result<Option<(&'static DefaultRule, Option<Value>)>> {
        let mut found = None;
        for manifest in manifests {
            for leaf in self.leaves(manifest)? {
                let is_it = |cause: &Cause| match cause {
                    Cause::Default { rule, .. } if is_default_of(rule, path) => Some(*rule),
                    _ => None,
                };
                if let [cause] = &leaf.data[..]
                    && let Some(rule) = is_it(cause)
                {
                    return Ok(Some((rule, Some(leaf.value))));
                }
                for cause in &leaf.data {
                    cause.any(&mut |cause| {
                        found = found.or(is_it(cause));
                        false
                    });
                }
            }
        }
        Ok(found.map(|rule| (rule, None)))
    }
}

/// The keys of a path as a person writes it. None where brackets or quotes are not closed.
pub fn steps(path: &str) -> Option<Vec<String>> {
    let pointer = parse(path)?;
    Some(pointer.split('/').skip(1).map(|step| unescape(step).into_owned()).collect())
}

/// Whether a default, whose path may hold `*` for a name, is that of a path.
fn is_default_of(rule: &DefaultRule, path: &str) -> bool {
    let (Some(rule), Some(path)) = (steps(rule.path), steps(path)) else { return false };
    rule.len() == path.len() && rule.iter().zip(&path).all(|(wanted, step)| wanted == "*" || wanted == step)
}
