//! One site: its layers in order, merged and typed.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Findings, words};
use crate::document::{self, FleetSpec, Metadata, Site, SiteSpec};
use crate::name::{LabelKey, LabelValue, SiteName};
use crate::provenance::{Layer, Source, Sourced, Sources};
use crate::yaml::{Entry, Kind, Loc, Node, SourceId};

use super::rules::RESERVED_LABEL;
use super::shelf::{Named, Shelf, take};
use super::stack::Stack;
use super::{FilesError, SiteRef, attachments, merge, narrow, nothing};

/// A site as its layers give it: typed, without defaults, and not yet held against itself.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Its name.
    pub name: Sourced<SiteName>,
    /// Its labels as written, without `goldsmith.dev/site`.
    pub labels: BTreeMap<LabelKey, Sourced<LabelValue>>,
    /// The texts that all places of this site lie in.
    pub sources: Sources,
    /// What all layers together say.
    pub spec: SiteSpec,
    /// The layers, lowest first.
    pub layers: Vec<AppliedLayer>,
    /// The other files that the spec names (snapshots, a user's own manifests), by their path as written.
    pub attachments: BTreeMap<String, SourceId>,
}

/// One layer of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedLayer {
    /// Its text.
    pub source: SourceId,
    /// Its name: a built-in name, a path, or the `--set` text's name in angle brackets.
    pub name: String,
    /// Why it applies.
    pub reason: Reason,
}

/// One layer of a site and what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct SpecLayer {
    /// Which.
    pub layer: AppliedLayer,
    /// Its `spec`, each value with its place.
    pub spec: Node<'static>,
}

/// Why a layer applies to a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The fleet lists it.
    Fleet,
    /// This group selects the site and lists it.
    Group(String),
    /// The site lists it.
    ListedBySite,
    /// This overlay lists it.
    ListedBy(String),
    /// It is the site's own file.
    Site,
    /// `--overlay`.
    CommandLine,
    /// `--set`.
    Set,
}

/// Why a site was not loaded.
#[derive(Clone, Debug, PartialEq)]
pub enum NotLoaded {
    /// What people wrote. Empty where all of it lies in layers that other sites share too: those findings are in
    /// [`super::FleetLoader::findings`].
    Findings(Findings),
    /// A file could not be read.
    Files(FilesError),
}

impl From<FilesError> for NotLoaded {
    fn from(error: FilesError) -> Self {
        NotLoaded::Files(error)
    }
}

/// What all sites have in common.
pub(super) struct Shared<'s, 'f> {
    /// The overlays of fleet and groups, checked.
    pub(super) shelf: &'s Shelf<'f>,
    /// The overlays of the fleet, then those of each group with its name.
    pub(super) fleet_overlays: &'s [Named],
    pub(super) group_overlays: &'s [(String, Vec<Named>)],
    pub(super) command_line: &'s [Named],
    pub(super) sets: &'s [SetLayer],
}

/// A `--set` as a layer.
#[derive(Clone, Debug)]
pub(super) struct SetLayer {
    pub(super) source: SourceId,
    pub(super) spec: Node<'static>,
}

/// Loads one site; with a path, as if no layer spoke of it.
pub(super) fn load(
    shared: &Shared<'_, '_>,
    site: &SiteRef,
    unsaid: Option<&[String]>,
) -> Result<Loaded, NotLoaded> {
    let mut shelf = shared.shelf.branch();
    let Some((source, id)) = read(&mut shelf, site)? else { return Err(NotLoaded::Findings(shelf.findings)) };
    let Some(own) = check_own(&mut shelf, &source, id) else {
        return Err(NotLoaded::Findings(shelf.findings));
    };
    let Own { metadata, name, listed, spec } = own;

    let below = stack(shared, &mut shelf, site, &listed)?;
    // What is wrong with a layer alone would be told again, and in worse words, about all of them together.
    let sound = !shelf.findings.has_errors() && !shared.shelf.findings.has_errors();
    let Some(name) = name.filter(|_| sound) else { return Err(NotLoaded::Findings(shelf.findings)) };

    let (layers, mut merged) = lay(shared, &shelf, (site, id), below, spec);
    if let Some(path) = unsaid {
        merge(&mut merged, back_to_default(path), shelf.alternatives());
    }
    let spec: SiteSpec = shelf.check().decode(&merged);
    if shelf.findings.has_errors() {
        return Err(NotLoaded::Findings(shelf.findings.of_site(&name.value)));
    }
    let attachments = attachments::read(&mut shelf, &spec)?;
    if shelf.findings.has_errors() {
        return Err(NotLoaded::Findings(shelf.findings.of_site(&name.value)));
    }
    let labels = metadata.labels.section();
    Ok(Loaded { name, labels, sources: shelf.sources, spec, layers, attachments })
}

/// What a Site file says by itself.
struct Own<'t> {
    metadata: Metadata,
    name: Option<Sourced<SiteName>>,
    listed: Vec<Named>,
    spec: Node<'t>,
}

/// A file that is gone since its head was read is an empty one.
fn read(shelf: &mut Shelf<'_>, site: &SiteRef) -> Result<Option<(Arc<Source>, SourceId)>, FilesError> {
    let bytes = shelf.files().read(&site.path)?.unwrap_or_default();
    Ok(shelf.admit(&site.path, Layer::Site, bytes))
}

fn check_own<'t>(shelf: &mut Shelf<'_>, source: &'t Source, id: SourceId) -> Option<Own<'t>> {
    let mut check = shelf.check();
    let root = check.parse(source, id)?;
    let document: Site = check.document(&root, document::Kind::Site)?;
    let metadata = document.metadata.section();
    let written = root.get("metadata").and_then(|metadata| metadata.get("name")).is_some();
    if !written {
        let key = root.entry("metadata").map_or(Loc { source: id, start: 0, end: 0 }, |entry| entry.key_loc);
        check.missing("name", key, "metadata");
    }
    let labels = root.get("metadata").and_then(|metadata| metadata.get("labels")).cloned();
    let listed = shelf.names(document.spec.get().and_then(|spec| spec.overlays.get()));
    tell_reserved(shelf, labels.as_ref());
    let spec = take(root, "spec");
    Some(Own { name: metadata.name.get().cloned(), metadata, listed, spec })
}

fn tell_reserved(shelf: &mut Shelf<'_>, labels: Option<&Node<'_>>) {
    let Some(Kind::Map(entries)) = labels.map(|labels| &labels.kind) else { return };
    for entry in entries.iter().filter(|entry| entry.key.starts_with("goldsmith.dev/")) {
        let title = format!("the label {} cannot be written", words::quoted(&entry.key));
        let finding = Diagnostic::new(&RESERVED_LABEL, title)
            .at(shelf.sources.place(entry.key_loc), "kept for Goldsmith");
        shelf.findings.push(finding.help("use a prefix of your own"));
    }
}

/// The overlays of a site, lowest first: those below its own file, and then those of the command line.
fn stack(
    shared: &Shared<'_, '_>,
    shelf: &mut Shelf<'_>,
    site: &SiteRef,
    listed: &[Named],
) -> Result<Stack<Reason>, FilesError> {
    let mut stack = Stack::new();
    let mut lay = |stack: &mut Stack<Reason>, named: &[Named], reason: &Reason| {
        let because = |listing: &str| Reason::ListedBy(listing.to_owned());
        named.iter().try_for_each(|named| stack.lay(shelf, named, reason, &because))
    };
    lay(&mut stack, shared.fleet_overlays, &Reason::Fleet)?;
    for (group, overlays) in shared.group_overlays.iter().filter(|(group, _)| site.groups.contains(group)) {
        lay(&mut stack, overlays, &Reason::Group(group.clone()))?;
    }
    lay(&mut stack, listed, &Reason::ListedBySite)?;
    stack.mark();
    lay(&mut stack, shared.command_line, &Reason::CommandLine)?;
    Ok(stack)
}

/// The layers of a site as they stand, lowest first.
pub(super) fn layers(shared: &Shared<'_, '_>, site: &SiteRef) -> Result<Vec<SpecLayer>, NotLoaded> {
    let mut shelf = shared.shelf.branch();
    let Some((source, id)) = read(&mut shelf, site)? else { return Err(NotLoaded::Findings(shelf.findings)) };
    let Some(own) = check_own(&mut shelf, &source, id) else {
        return Err(NotLoaded::Findings(shelf.findings));
    };
    let overlays = stack(shared, &mut shelf, site, &own.listed)?;
    let mut layers = Vec::new();
    each_layer(shared, &shelf, (site, id), overlays, own.spec, |layer, spec| {
        layers.push(SpecLayer { layer, spec: spec.into_owned() });
    });
    Ok(layers)
}

/// Lays everything over each other.
fn lay<'t>(
    shared: &Shared<'_, '_>,
    shelf: &Shelf<'_>,
    own: (&SiteRef, SourceId),
    overlays: Stack<Reason>,
    spec: Node<'t>,
) -> (Vec<AppliedLayer>, Node<'t>) {
    let mut layers = Vec::new();
    let mut merged: Node<'t> = nothing();
    each_layer(shared, shelf, own, overlays, spec, |layer, spec| {
        merge(&mut merged, spec, shelf.alternatives());
        layers.push(layer);
    });
    (layers, merged)
}

/// Goes through the layers, lowest first: overlays, the site, overlays of the command line, `--set`.
fn each_layer<'t>(
    shared: &Shared<'_, '_>,
    shelf: &Shelf<'_>,
    (site, own): (&SiteRef, SourceId),
    overlays: Stack<Reason>,
    spec: Node<'t>,
    mut visit: impl FnMut(AppliedLayer, Node<'t>),
) {
    let (below, above) = overlays.split();
    for (name, overlay, reason) in below {
        visit(AppliedLayer { source: overlay.source, name, reason }, overlay.spec.clone());
    }
    visit(AppliedLayer { source: own, name: site.path.clone(), reason: Reason::Site }, spec);
    for (name, overlay, reason) in above {
        visit(AppliedLayer { source: overlay.source, name, reason }, overlay.spec.clone());
    }
    for set in shared.sets {
        let name = shelf.sources.get(set.source).map(|source| source.path.clone()).unwrap_or_default();
        visit(AppliedLayer { source: set.source, name, reason: Reason::Set }, set.spec.clone());
    }
}

/// A layer that gives one path of the spec back to its default.
fn back_to_default(path: &[String]) -> Node<'static> {
    let nowhere = Loc::default();
    let null = Node { kind: Kind::Null, loc: nowhere };
    path.iter().rev().fold(null, |value, key| {
        let entry = Entry { key: key.clone().into(), key_loc: nowhere, value };
        Node { kind: Kind::Map(vec![entry]), loc: nowhere }
    })
}

/// The overlays of each group, in the fleet's order.
pub(super) fn group_overlays(shelf: &mut Shelf<'_>, fleet: &FleetSpec) -> Vec<(String, Vec<Named>)> {
    narrow::groups(fleet)
        .filter_map(|group| {
            let name = narrow::group_name(group)?.to_owned();
            Some((name, shelf.names(group.overlays.get())))
        })
        .collect()
}
