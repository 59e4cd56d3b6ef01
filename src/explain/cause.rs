//! Why a value is what it is, ready to be shown.

use super::Explainer;
use crate::load::{Reason, SpecLayer};
use crate::manifest::pointer::escape;
use crate::provenance::{DefaultRule, Layer, Origin, Place};
use crate::yaml::{Kind, Loc, Node};

/// Why a value is what it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// A person wrote it.
    Written {
        /// In the table of the site's texts.
        loc: Loc,
        /// Where.
        place: Place,
        /// The path of the spec: `goldenImages.defaults.keep`.
        path: String,
        /// Why the layer applies to the site, where that is not plain from its name.
        reason: Option<Reason>,
        /// What lower layers said.
        over: Vec<Overridden>,
    },
    /// A default.
    Default {
        /// Which, and why it is that.
        rule: &'static DefaultRule,
        /// The `null` that brought it back, if one did.
        removed: Option<Place>,
    },
    /// A rule computed it.
    Derived {
        /// In words.
        rule: String,
        /// From these.
        from: Vec<Cause>,
    },
    /// A patch of the spec wrote it.
    Patched {
        /// Its name.
        patch: String,
        /// Where.
        place: Place,
        /// In the table of the site's texts.
        loc: Loc,
    },
    /// It stands so in a file that the site takes along.
    Copied {
        /// Where.
        place: Place,
        /// In the table of the site's texts.
        loc: Loc,
    },
    /// Nobody said. `explain` never shows it; a test holds that.
    Unknown,
}

/// What a lower layer said.
#[derive(Clone, Debug, PartialEq)]
pub struct Overridden {
    /// Where.
    pub place: Place,
    /// Its value, as one line.
    pub value: String,
}

impl Cause {
    /// The places that people wrote, in order.
    pub fn written(&self) -> Vec<Loc> {
        match self {
            Cause::Written { loc, .. } | Cause::Patched { loc, .. } | Cause::Copied { loc, .. } => vec![*loc],
            Cause::Derived { from, .. } => from.iter().flat_map(Cause::written).collect(),
            Cause::Default { .. } | Cause::Unknown => Vec::new(),
        }
    }

    /// Whether it ends in nobody's word.
    pub fn is_unknown(&self) -> bool {
        self.any(&mut |cause| *cause == Cause::Unknown)
    }

    /// Whether something holds for it or for what it was computed from.
    pub fn any(&self, holds: &mut impl FnMut(&Cause) -> bool) -> bool {
        let inside = match self {
            Cause::Derived { from, .. } => from.iter().any(|cause| cause.any(holds)),
            _ => false,
        };
        inside || holds(self)
    }
}

impl Explainer<'_> {
    /// An origin as it is shown.
    pub(super) fn cause(&self, origin: &Origin) -> Cause {
        let place = |loc: Loc| self.site.sources.place(loc);
        match origin {
            Origin::Unknown => Cause::Unknown,
            Origin::Default(rule) => Cause::Default { rule, removed: None },
            Origin::Removed(removed) => Cause::Default { rule: removed.0, removed: place(removed.1) },
            Origin::Derived(derived) => {
                Cause::Derived { rule: derived.rule.clone(), from: self.causes(&derived.from) }
            }
            Origin::Written(loc) => match place(*loc) {
                Some(place) => self.written(*loc, place),
                None => Cause::Unknown,
            },
        }
    }

    /// Causes, each once, in the order they come.
    pub(super) fn causes<'o>(&self, origins: impl IntoIterator<Item = &'o Origin>) -> Vec<Cause> {
        let mut causes = Vec::new();
        for origin in origins {
            let cause = self.cause(origin);
            if !causes.contains(&cause) {
                causes.push(cause);
            }
        }
        causes
    }

    fn written(&self, loc: Loc, place: Place) -> Cause {
        if place.source.layer == Layer::Other {
            return Cause::Copied { place, loc };
        }
        let said = self.layers.iter().find(|layer| layer.layer.source == loc.source);
        let steps = said.and_then(|said| path_of(&said.spec, loc));
        let path = match &steps {
            Some(steps) => dotted(steps),
            None if self.site.name.origin == Origin::Written(loc) => "metadata.name".to_owned(),
            None => String::new(),
        };
        let over = steps.map(|steps| self.overridden(&steps, loc)).unwrap_or_default();
        Cause::Written { loc, place, path, reason: said.map(|said| said.layer.reason.clone()), over }
    }

    /// What the layers below the one that won said at the same path, nearest first.
    fn overridden(&self, steps: &[String], loc: Loc) -> Vec<Overridden> {
        let below = self.layers.iter().take_while(|layer| layer.layer.source != loc.source);
        let mut over: Vec<Overridden> = below.filter_map(|layer| self.said(layer, steps)).collect();
        over.reverse();
        over
    }

    /// What a layer says at a path.
    pub(super) fn said(&self, layer: &SpecLayer, steps: &[String]) -> Option<Overridden> {
        let node = steps.iter().try_fold(&layer.spec, |node, step| child(node, step))?;
        let place = self.site.sources.place(node.loc)?;
        Some(Overridden { place, value: shown(node) })
    }
}

/// The steps from a layer's spec to what is written at a location.
fn path_of(spec: &Node<'_>, loc: Loc) -> Option<Vec<String>> {
    let mut steps = Vec::new();
    find(spec, loc, &mut steps).then_some(steps)
}

fn find(node: &Node<'_>, loc: Loc, steps: &mut Vec<String>) -> bool {
    if node.loc == loc {
        return true;
    }
    let mut step = |key: String, key_loc: Option<Loc>, value: &Node<'_>| {
        steps.push(key);
        let found = key_loc == Some(loc) || find(value, loc, steps);
        if !found {
            steps.pop();
        }
        found
    };
    match &node.kind {
        Kind::Map(entries) => entries.iter().any(|e| step(e.key.to_string(), Some(e.key_loc), &e.value)),
        Kind::Seq(items) => items.iter().enumerate().any(|(index, item)| step(index.to_string(), None, item)),
        _ => false,
    }
}

fn child<'n, 'a>(node: &'n Node<'a>, step: &str) -> Option<&'n Node<'a>> {
    match &node.kind {
        Kind::Seq(items) => items.get(step.parse::<usize>().ok()?),
        _ => node.get(step),
    }
}

/// Steps as a person writes them: `goldenImages.images.fedora.architectures[0]`.
fn dotted(steps: &[String]) -> String {
    let pointer = steps.iter().fold(String::new(), |pointer, step| pointer + "/" + &escape(step));
    crate::manifest::pointer::dotted(&pointer)
}

/// A value of the spec as one line, of a mapping or a list no more than fits.
fn shown(node: &Node<'_>) -> String {
    let text = node.clone().into_value().to_string();
    match text.char_indices().nth(60) {
        Some((cut, _)) => format!("{}...", &text[..cut]),
        None => text,
    }
}
