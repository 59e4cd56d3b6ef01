//! The fleet: `fleet.yaml`, what its sites share, and the sites there are.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Findings, words};
use crate::document::{Fleet, FleetSpec, GroupSpec, Kind, Operator, RequirementSpec, alternatives};
use crate::provenance::{Layer, Source, Sourced};
use crate::spec::Alternatives;
use crate::yaml::Loc;

use super::narrow::{self, find_sites};
use super::rules::{BAD_SELECTOR, GROUP_NAME_TWICE, NO_SITE, OUTSIDE_REPOSITORY, WRONG_GOLDSMITH};
use super::set::read_set;
use super::shelf::{BUILT_IN, Named, Shelf};
use super::site::{self, SetLayer, Shared, group_overlays};
use super::stack::Stack;
use super::{CannotRun, Depth, Files, FilesError, Loaded, NotLoaded, Options, SiteRef, SpecLayer, clean};

/// The file that makes a folder a fleet repository.
pub const FLEET_FILE: &str = "fleet.yaml";

/// Where a fleet renders into that does not say it.
const DEFAULT_OUTPUT: &str = "rendered";

/// This goldsmith.
const OURS: &str = env!("CARGO_PKG_VERSION");

/// Reads what the sites of a fleet share, and the head of each.
///
/// Fails where nothing can be said about the fleet at all. What people wrote wrongly is in [`FleetLoader::findings`]
/// instead; the sites can be loaded even then, so that a run tells everything that is wrong with them as well.
pub fn load_fleet<'f>(files: &'f dyn Files, options: &Options) -> Result<FleetLoader<'f>, CannotRun> {
    let table: Arc<[Alternatives]> = alternatives().into();
    let mut shelf = Shelf::new(files, table);
    let fleet = read_fleet(&mut shelf)?;
    let fleet_overlays = shelf.names(fleet.overlays.get());
    let group_overlays = group_overlays(&mut shelf, &fleet);
    let command_line = command_line(&mut shelf, &options.overlays);
    let sets = sets(&mut shelf, &options.set);

    let named = fleet_overlays.iter().chain(group_overlays.iter().flat_map(|(_, overlays)| overlays));
    let named: Vec<Named> = named.chain(&command_line).cloned().collect();
    check_overlays(&mut shelf, named)?;

    let mut findings = std::mem::take(&mut shelf.findings);
    let patterns = inside(&shelf, &fleet, &mut findings);
    check_output(&shelf, &fleet, &mut findings);
    let sites = find_sites(files, &fleet, &patterns, &mut findings)?;
    // An empty list of patterns is told as what it is.
    if sites.is_empty() && !patterns.is_empty() {
        findings.push(no_site(&shelf, &fleet));
    }
    let sites = narrow::narrow(sites, &fleet, options, &mut findings);
    shelf.findings = findings;
    let narrowed = !options.sites.is_empty() || !options.groups.is_empty();
    Ok(FleetLoader { fleet, shelf, fleet_overlays, group_overlays, command_line, sets, sites, narrowed })
}

/// A fleet whose sites can be loaded one by one, from many threads.
pub struct FleetLoader<'f> {
    fleet: FleetSpec,
    shelf: Shelf<'f>,
    fleet_overlays: Vec<Named>,
    group_overlays: Vec<(String, Vec<Named>)>,
    command_line: Vec<Named>,
    sets: Vec<SetLayer>,
    sites: Vec<SiteRef>,
    narrowed: bool,
}

impl FleetLoader<'_> {
    /// What `fleet.yaml` says.
    pub fn fleet(&self) -> &FleetSpec {
        &self.fleet
    }

    /// The folder that it renders into, from the repository's root. The default where the fleet names one that leads
    /// outside, which [`Self::findings`] tells and which keeps everything from being written.
    pub fn output(&self) -> String {
        output(&self.fleet).unwrap_or_else(|| DEFAULT_OUTPUT.to_owned())
    }

    /// What is wrong with the fleet and with what its sites share. Where it has errors no site loads.
    pub fn findings(&self) -> &Findings {
        &self.shelf.findings
    }

    /// The sites that the run is about, by name. One whose file has no usable name is among them, whatever was asked
    /// for, since it could be any.
    pub fn sites(&self) -> &[SiteRef] {
        &self.sites
    }

    /// The names of all sites of the fleet, where the run is about all of them; none where `--site` or `--group` narrow
    /// it, since then nobody may conclude that the others are gone.
    pub fn everybody(&self) -> Option<BTreeSet<String>> {
        let names = || self.sites.iter().filter_map(|site| Some(site.name.as_ref()?.to_string())).collect();
        (!self.narrowed).then(names)
    }

    /// Loads one site: reads its file whole, lays its layers over each other, types the result.
    pub fn load_site(&self, site: &SiteRef) -> Result<Loaded, NotLoaded> {
        site::load(&self.shared(), site, None)
    }

    /// Loads one site as if no layer spoke of a spec path, given as its keys: what the default would be.
    pub fn load_site_without(&self, site: &SiteRef, path: &[String]) -> Result<Loaded, NotLoaded> {
        site::load(&self.shared(), site, Some(path))
    }

    /// The layers of a site as they stand, lowest first: what each says before they are laid over each other.
    pub fn layers(&self, site: &SiteRef) -> Result<Vec<SpecLayer>, NotLoaded> {
        site::layers(&self.shared(), site)
    }

    fn shared(&self) -> Shared<'_, '_> {
        Shared {
            shelf: &self.shelf,
            fleet_overlays: &self.fleet_overlays,
            group_overlays: &self.group_overlays,
            command_line: &self.command_line,
            sets: &self.sets,
        }
    }
}

fn read_fleet(shelf: &mut Shelf<'_>) -> Result<FleetSpec, CannotRun> {
    let bytes = shelf.files().read(FLEET_FILE)?.ok_or(CannotRun::NoFleet)?;
    let Some((source, id)) = shelf.admit(FLEET_FILE, Layer::Fleet, bytes) else {
        return Ok(FleetSpec::default());
    };
    let mut check = shelf.check();
    let Some(root) = check.parse(&source, id) else { return Ok(FleetSpec::default()) };
    let Some(document) = check.document::<Fleet>(&root, Kind::Fleet) else { return Ok(FleetSpec::default()) };
    let spec = document.spec.section();
    check_version(shelf, &spec)?;
    if root.get("spec").and_then(|spec| spec.get("goldsmith")).is_none() {
        let key = root.entry("spec").map_or(Loc { source: id, start: 0, end: 0 }, |entry| entry.key_loc);
        shelf.check().missing("goldsmith", key, "spec");
    }
    check_groups(shelf, &spec);
    Ok(spec)
}

fn check_version(shelf: &Shelf<'_>, fleet: &FleetSpec) -> Result<(), CannotRun> {
    let Some(range) = fleet.goldsmith.get().filter(|range| !range.holds(OURS)) else { return Ok(()) };
    let title = format!("this is goldsmith {OURS}, the fleet asks for {}", words::quoted(range.to_string()));
    let place = shelf.sources.place_of(&range.origin);
    let finding = Diagnostic::new(&WRONG_GOLDSMITH, title).at(place, "does not hold this goldsmith");
    let finding = finding
        .help("use a goldsmith of that range, or move the range and render with the new one everywhere");
    Err(CannotRun::Version(Box::new(finding)))
}

fn check_groups(shelf: &mut Shelf<'_>, fleet: &FleetSpec) {
    let listed = fleet.groups.get().into_iter().flat_map(|groups| groups.iter().enumerate());
    let mut names: Vec<&Sourced<crate::name::DnsLabel>> = Vec::new();
    for (index, group) in listed {
        let path = format!("groups[{index}]");
        match group.name.get() {
            None => missing(shelf, group, "name", &path),
            Some(name) => {
                if let Some(first) = names.iter().find(|first| first.value == name.value) {
                    tell_group_twice(shelf, first, name);
                }
                names.push(name);
            }
        }
        check_selector(shelf, group, &path);
    }
}

fn missing<T>(shelf: &mut Shelf<'_>, around: &Sourced<T>, field: &'static str, path: &str) {
    if let Some(loc) = around.origin.written() {
        shelf.check().missing(field, loc, path);
    }
}

fn tell_group_twice(
    shelf: &mut Shelf<'_>,
    first: &Sourced<crate::name::DnsLabel>,
    second: &Sourced<crate::name::DnsLabel>,
) {
    let place = |name: &Sourced<_>| shelf.sources.place_of(&name.origin);
    let title = format!("two groups have the name {}", words::quoted(second.as_str()));
    let finding = Diagnostic::new(&GROUP_NAME_TWICE, title)
        .at(place(second), "again here")
        .with(place(first), "first here");
    shelf.findings.push(finding.help("give one of them another name"));
}

fn check_selector(shelf: &mut Shelf<'_>, group: &Sourced<GroupSpec>, path: &str) {
    let Some(selector) = group.selector.get() else { return missing(shelf, group, "selector", path) };
    let requirements = selector.match_expressions.get().into_iter().flat_map(|list| list.iter().enumerate());
    for (index, requirement) in requirements {
        let path = format!("{path}.selector.matchExpressions[{index}]");
        if requirement.key.get().is_none() {
            missing(shelf, requirement, "key", &path);
        }
        match requirement.operator.get() {
            None => missing(shelf, requirement, "operator", &path),
            Some(operator) => check_values(shelf, requirement, operator),
        }
    }
}

fn check_values(shelf: &mut Shelf<'_>, requirement: &RequirementSpec, operator: &Sourced<Operator>) {
    let given = requirement.values.get().is_some_and(|values| !values.is_empty());
    let wanted = matches!(operator.value, Operator::In | Operator::NotIn);
    if given == wanted {
        return;
    }
    let (title, help) = if wanted {
        (format!("`{:?}` needs values", operator.value), "write `values: [..]` beside it")
    } else {
        (format!("`{:?}` takes no values", operator.value), "take `values` out, or use `In` or `NotIn`")
    };
    let place = shelf.sources.place_of(&operator.origin);
    shelf.findings.push(Diagnostic::new(&BAD_SELECTOR, title).at(place, "").help(help));
}

fn command_line(shelf: &mut Shelf<'_>, overlays: &[String]) -> Vec<Named> {
    let named = overlays.iter().enumerate().filter_map(|(index, text)| {
        let path = format!("<--overlay {}>", index + 1);
        let source = shelf.sources.add(Arc::new(Source { path, layer: Layer::Other, text: text.clone() }));
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        shelf.name(text, Some(Loc { source, start: 0, end }))
    });
    named.collect()
}

fn sets(shelf: &mut Shelf<'_>, texts: &[String]) -> Vec<SetLayer> {
    let layers = texts.iter().enumerate().filter_map(|(index, text)| {
        let path = format!("<--set {}>", index + 1);
        let source =
            shelf.sources.add_spec(&Arc::new(Source { path, layer: Layer::Set, text: text.clone() }));
        let mut problems = Vec::new();
        let read = read_set(text, source, &shelf.sources, &mut problems);
        let mut check = shelf.check();
        check.problems(&problems);
        match read {
            Ok(spec) => {
                let spec = spec?;
                check.spec(&spec);
                Some(SetLayer { source, spec })
            }
            Err(finding) => {
                shelf.findings.push(*finding);
                None
            }
        }
    });
    layers.collect()
}

/// Reads every overlay there is, named or not, and tells circles among them.
fn check_overlays(shelf: &mut Shelf<'_>, named: Vec<Named>) -> Result<(), FilesError> {
    let built_in = BUILT_IN.iter().map(|(name, _)| (*name).to_owned());
    let files = shelf.files().list("overlays", Depth::Below)?;
    let files = files.into_iter().filter(|path| {
        std::path::Path::new(path)
            .extension()
            .is_some_and(|extension| extension == "yaml" || extension == "yml")
    });
    let there: BTreeSet<String> = built_in.chain(files).collect();
    let there = there.into_iter().map(|name| Named { name, loc: None });
    for named in there.chain(named) {
        Stack::new().lay(shelf, &named, &(), &|_| ())?;
    }
    Ok(())
}

/// The patterns of Site files that stay in the repository; the others are told.
fn inside<'p>(shelf: &Shelf<'_>, fleet: &'p FleetSpec, findings: &mut Findings) -> Vec<&'p str> {
    let written = fleet.sites.get().into_iter().flat_map(|patterns| patterns.iter());
    for pattern in written.filter(|pattern| clean(pattern).is_err()) {
        let title = format!("{} leads outside the repository", words::quoted(pattern.as_str()));
        let place = shelf.sources.place_of(&pattern.origin);
        findings.push(
            Diagnostic::new(&OUTSIDE_REPOSITORY, title)
                .at(place, "")
                .help("name files by their path from the folder of fleet.yaml"),
        );
    }
    narrow::patterns(fleet).into_iter().filter(|pattern| clean(pattern).is_ok()).collect()
}

/// Tells an output folder that leads outside, or that is the repository itself: what is rendered lies in a folder of its
/// own inside it.
fn check_output(shelf: &Shelf<'_>, fleet: &FleetSpec, findings: &mut Findings) {
    // That it is empty is told already, as what it is.
    let outside = |folder: &&Sourced<String>| !folder.is_empty() && output(fleet).is_none();
    let Some(folder) = fleet.output.get().filter(outside) else { return };
    let title = format!("{} is no folder inside the repository", words::quoted(folder.as_str()));
    findings.push(
        Diagnostic::new(&OUTSIDE_REPOSITORY, title)
            .at(shelf.sources.place_of(&folder.origin), "")
            .help("name a folder of its own inside the repository, or render elsewhere with `--into`"),
    );
}

/// The folder that a fleet renders into, from the repository's root; none where it says one that is not inside.
fn output(fleet: &FleetSpec) -> Option<String> {
    let Some(folder) = fleet.output.get() else { return Some(DEFAULT_OUTPUT.to_owned()) };
    clean(folder).ok().filter(|folder| !folder.is_empty())
}

fn no_site(shelf: &Shelf<'_>, fleet: &FleetSpec) -> Diagnostic {
    let title = format!("no file matches {}", words::one_of(narrow::patterns(fleet)));
    let place =
        fleet.sites.get().and_then(|sites| sites.origin.written()).and_then(|loc| shelf.sources.place(loc));
    let place = place.or_else(|| shelf.sources.place(Loc::default()));
    Diagnostic::new(&NO_SITE, title)
        .at(place, "")
        .help("write a Site file there, or say in `sites` of fleet.yaml where they lie")
}
