//! A field of a manifest, or a path of the spec -> where it comes from.
//!
//! Joins what each stage kept: the trace of the template, the origins of its context, the layers of the spec. On
//! demand and for one site; nothing is kept from the run that rendered. It prints nothing: see [`text`].

mod absent;
mod cause;
mod leaf;
mod reach;
mod spec;
pub mod text;

use crate::components;
use crate::load::SpecLayer;
use crate::manifest::order::{self, Step};
use crate::manifest::{Draft, Manifest, RuntimeOwned, Sharing};
use crate::provenance::Place;
use crate::render::Engine;
use crate::site::Site;
use crate::yaml::Loc;

pub use absent::{Absent, Undone};
pub use cause::{Cause, Overridden};
pub use leaf::Leaf;
pub use reach::{Extent, Line, Reached};
pub use spec::{Answer, steps};

/// Answers questions about one site.
pub struct Explainer<'s> {
    engine: &'s Engine,
    site: &'s Site,
    drafts: Vec<Draft<'s>>,
    layers: Vec<SpecLayer>,
}

/// What the cluster or others do to an object, whatever we render.
#[derive(Clone, Debug, Default)]
pub struct Company {
    /// Fields that something writes at run time.
    pub runtime_owned: Vec<&'static RuntimeOwned>,
    /// Who else writes to the object, and how it is rendered therefore; none where it is ours alone by nature.
    pub sharing: Option<Sharing>,
    /// Its step in the order of its component, from 1, and how many there are.
    pub step: Option<(usize, usize, &'static Step)>,
}

impl<'s> Explainer<'s> {
    /// Prepares answers about a resolved site: of places, and of all else but spec paths and what layers overrode.
    pub fn new(engine: &'s Engine, site: &'s Site) -> Self {
        Explainer { engine, site, drafts: site.drafts(), layers: Vec::new() }
    }

    /// Answers of spec paths as well, and of what each layer overrode.
    #[must_use]
    pub fn with_layers(self, layers: Vec<SpecLayer>) -> Self {
        Explainer { layers, ..self }
    }

    /// Where people wrote what a field of a manifest was made from. The first is what a finding points at.
    pub fn places(&self, manifest: &Manifest, pointer: &str) -> Vec<Place> {
        let locs = self.locs(manifest, pointer).into_iter();
        locs.filter_map(|loc| self.site.sources.place(loc)).collect()
    }

    fn locs(&self, manifest: &Manifest, pointer: &str) -> Vec<Loc> {
        if let Some(loc) = self.patched(manifest, pointer).or_else(|| self.brought(manifest, pointer)) {
            return vec![loc];
        }
        let leaves = self.leaves(manifest).unwrap_or_default();
        let within =
            |leaf: &&Leaf| leaf.pointer == pointer || leaf.pointer.starts_with(&format!("{pointer}/"));
        let around = |leaf: &&Leaf| pointer.starts_with(&format!("{}/", leaf.pointer));
        let candidates = leaves.iter().filter(within).chain(leaves.iter().filter(around));
        let written = candidates.map(Leaf::written).find(|locs| !locs.is_empty());
        written.unwrap_or_else(|| {
            manifest.because.from.iter().find_map(crate::provenance::Origin::written).into_iter().collect()
        })
    }

    /// What asked for a manifest.
    pub fn because(&self, manifest: &Manifest) -> Vec<Cause> {
        self.causes(&manifest.because.from)
    }

    /// The drafts of the site, as the manifests number them.
    pub fn drafts(&self) -> &[Draft<'s>] {
        &self.drafts
    }

    /// What others do to the object of a manifest.
    pub fn company(&self, manifest: &Manifest) -> Company {
        let rows = components::runtime_owned().into_iter();
        let component =
            components::COMPONENTS.iter().find(|component| component.home.component == manifest.component);
        // What is rendered all the same is explained where it stands.
        let is_absent =
            |row: &&RuntimeOwned| row.unless.is_none() || manifest.object.pointer(row.pointer).is_none();
        Company {
            runtime_owned: rows.filter(|row| row.covers(manifest) && is_absent(row)).collect(),
            step: component.and_then(|component| order::step_of(component.order, manifest.folder)),
            sharing: manifest.sharing,
        }
    }
}
