//! The order in which a site applies overlays.
//!
//! An overlay may list others, which lie below it; one that is named several times counts at its first place. Where
//! overlays list each other in a circle none is lowest, which is told.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, words};

use super::FilesError;
use super::rules::CIRCULAR_OVERLAYS;
use super::shelf::{Named, OverlayLayer, Shelf};

/// Overlays in the order in which they apply, lowest first, with the first reason of each.
pub(super) struct Stack<R> {
    order: Vec<Laid<R>>,
    seen: BTreeSet<String>,
    mark: usize,
}

/// An overlay in its place: name, layer, reason.
pub(super) type Laid<R> = (String, Arc<OverlayLayer>, R);

/// The overlays that are being laid, from the outermost in, and where each is named.
type Chain = Vec<Named>;

impl<R: Clone> Stack<R> {
    pub(super) fn new() -> Self {
        Stack { order: Vec::new(), seen: BTreeSet::new(), mark: 0 }
    }

    /// Marks the place of the site's own file.
    pub(super) fn mark(&mut self) {
        self.mark = self.order.len();
    }

    /// What lies below the mark, and what above it.
    pub(super) fn split(mut self) -> (Vec<Laid<R>>, Vec<Laid<R>>) {
        let above = self.order.split_off(self.mark);
        (self.order, above)
    }

    /// Lays an overlay on top, those it lists below it; `because` makes the reason from the overlay that lists another.
    pub(super) fn lay(
        &mut self,
        overlays: &mut Shelf<'_>,
        named: &Named,
        reason: &R,
        because: &dyn Fn(&str) -> R,
    ) -> Result<(), FilesError> {
        self.lay_in(overlays, named, reason, because, &mut Vec::new())
    }

    fn lay_in(
        &mut self,
        overlays: &mut Shelf<'_>,
        named: &Named,
        reason: &R,
        because: &dyn Fn(&str) -> R,
        chain: &mut Chain,
    ) -> Result<(), FilesError> {
        if let Some(first) = chain.iter().position(|outer| outer.name == named.name) {
            tell_circle(overlays, &chain[first..], named);
            return Ok(());
        }
        if self.seen.contains(&named.name) {
            return Ok(());
        }
        let Some(overlay) = overlays.get(named)? else { return Ok(()) };
        chain.push(named.clone());
        for below in &overlay.below {
            self.lay_in(overlays, below, &because(&named.name), because, chain)?;
        }
        chain.pop();
        self.seen.insert(named.name.clone());
        self.order.push((named.name.clone(), overlay, reason.clone()));
        Ok(())
    }
}

/// Tells a circle, always from the overlay whose name sorts first, so that whoever enters it elsewhere tells the same.
fn tell_circle(shelf: &mut Shelf<'_>, chain: &[Named], closing: &Named) {
    // Each overlay with the place that names it inside the circle.
    let mut circle: Vec<Named> = chain[1..].to_vec();
    circle.push(closing.clone());
    let first = (0..circle.len()).min_by_key(|index| &circle[*index].name).unwrap_or(0);
    let turns = (first + 1) % circle.len();
    circle.rotate_left(turns);
    let Some((start, between)) = circle.split_last() else { return };
    let place = |named: &Named| named.loc.and_then(|loc| shelf.sources.place(loc));
    let through = match between {
        [] => "itself".to_owned(),
        between => format!("itself through {}", words::all_of(between.iter().map(|named| &named.name))),
    };
    let title = format!("{} lists {through}", words::quoted(&start.name));
    let finding = Diagnostic::new(&CIRCULAR_OVERLAYS, title).at(place(start), "here the circle closes");
    let finding = between.iter().fold(finding, |finding, named| finding.with(place(named), "named here"));
    shelf.findings.push(finding.help("take one of these lines out"));
}
