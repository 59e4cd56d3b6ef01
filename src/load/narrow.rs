//! Which sites there are, and which of them a run is about.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Findings, words};
use crate::document::{FleetSpec, GroupSpec};
use crate::name::SiteName;
use crate::provenance::decode::similar;
use crate::provenance::{Layer, Place, Source};
use crate::yaml::Loc;

use super::head::{Head, read_head};
use super::rules::{SITE_NAME_TWICE, UNKNOWN_SITE_OR_GROUP};
use super::text::admit;
use super::{Depth, Files, FilesError, Options, SITE_LABEL, glob, selects};

/// Where Site files lie where the fleet does not say it.
const DEFAULT_SITES: [&str; 2] = ["sites/*.yaml", "sites/*/site.yaml"];

/// A site that has not been loaded: what its file's head says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteRef {
    /// Its file, from the repository's root.
    pub path: String,
    /// Its name; none where the file has no usable one, which loading it tells.
    pub name: Option<SiteName>,
    /// Its labels, `goldsmith.dev/site` included.
    pub labels: BTreeMap<String, String>,
    /// The groups that select it, in the fleet's order.
    pub groups: Vec<String>,
}

/// All sites whose files fit these patterns, by name; two of one name are told.
pub(super) fn find_sites(
    files: &dyn Files,
    fleet: &FleetSpec,
    patterns: &[&str],
    findings: &mut Findings,
) -> Result<Vec<SiteRef>, FilesError> {
    let mut sites = Vec::new();
    let mut named: BTreeMap<SiteName, Place> = BTreeMap::new();
    for path in site_files(files, patterns)? {
        let Some(bytes) = files.read(&path)? else { continue };
        // A file that is no text has no head; loading it tells so.
        let source = admit(&path, Layer::Site, bytes).map(Arc::new).ok();
        let head = source.as_ref().map(|source| read_head(&source.text, 0)).unwrap_or_default();
        if let (Some(source), Some((name, loc))) = (source, &head.name) {
            let place = place(source, *loc);
            match named.get(name) {
                Some(first) => findings.push(name_twice(name, first.clone(), place)),
                None => drop(named.insert(name.clone(), place)),
            }
        }
        sites.push(site_ref(path, head, fleet));
    }
    sites.sort_by(|one, other| (&one.name, &one.path).cmp(&(&other.name, &other.path)));
    Ok(sites)
}

/// The sites that a run is about. A site without a usable name could be any of those asked for, and stays.
pub(super) fn narrow(
    sites: Vec<SiteRef>,
    fleet: &FleetSpec,
    options: &Options,
    findings: &mut Findings,
) -> Vec<SiteRef> {
    let names: Vec<&str> = sites.iter().filter_map(|site| site.name.as_deref()).collect();
    let groups: Vec<&str> = groups(fleet).filter_map(group_name).collect();
    for (flag, asked, known) in [("--site", &options.sites, &names), ("--group", &options.groups, &groups)] {
        for word in asked.iter().filter(|word| !known.contains(&word.as_str())) {
            findings.push(unknown(flag, word, known));
        }
    }
    if options.sites.is_empty() && options.groups.is_empty() {
        return sites;
    }
    let asked_for = |site: &SiteRef| match &site.name {
        None => true,
        Some(name) => {
            options.sites.iter().any(|asked| asked == name.as_str())
                || options.groups.iter().any(|asked| site.groups.contains(asked))
        }
    };
    sites.into_iter().filter(asked_for).collect()
}

/// The patterns of the fleet's Site files.
pub(super) fn patterns(fleet: &FleetSpec) -> Vec<&str> {
    match fleet.sites.get() {
        Some(patterns) => patterns.iter().map(|pattern| pattern.as_str()).collect(),
        None => DEFAULT_SITES.to_vec(),
    }
}

/// The groups of a fleet, in its order.
pub(super) fn groups(fleet: &FleetSpec) -> impl Iterator<Item = &GroupSpec> {
    fleet.groups.get().into_iter().flat_map(|groups| groups.iter().map(|group| &group.value))
}

/// The name of a group, if it has one.
pub(super) fn group_name(group: &GroupSpec) -> Option<&str> {
    group.name.get().map(|name| name.as_str())
}

fn site_files(files: &dyn Files, patterns: &[&str]) -> Result<Vec<String>, FilesError> {
    let mut found = std::collections::BTreeSet::new();
    for pattern in patterns {
        let listed = files.list(glob::root(pattern), Depth::Below)?;
        found.extend(listed.into_iter().filter(|path| glob::fits(pattern, path)));
    }
    Ok(found.into_iter().collect())
}

fn site_ref(path: String, head: Head, fleet: &FleetSpec) -> SiteRef {
    let name = head.name.map(|(name, _)| name);
    let mut labels = head.labels;
    if let Some(name) = &name {
        labels.insert(SITE_LABEL.to_owned(), name.as_str().to_owned());
    }
    let selecting =
        groups(fleet).filter(|group| group.selector.get().is_some_and(|selector| selects(selector, &labels)));
    let groups = selecting.filter_map(group_name).map(str::to_owned).collect();
    SiteRef { path, name, labels, groups }
}

fn place(source: Arc<Source>, loc: Loc) -> Place {
    Place { source, start: loc.start, end: loc.end }
}

fn name_twice(name: &SiteName, first: Place, second: Place) -> Diagnostic {
    Diagnostic::new(&SITE_NAME_TWICE, format!("two sites have the name {}", words::quoted(name.as_str())))
        .at(Some(second), "again here")
        .with(Some(first), "first here")
        .help("give one of them another name")
}

fn unknown(flag: &str, word: &str, known: &[&str]) -> Diagnostic {
    let noun = flag.trim_start_matches('-');
    let source = Source { path: format!("<{flag}>"), layer: Layer::Other, text: word.to_owned() };
    let end = u32::try_from(word.len()).unwrap_or(u32::MAX);
    let place = Place { source: Arc::new(source), start: 0, end };
    let title = format!("the fleet has no {noun} {}", words::quoted(word));
    let finding = Diagnostic::new(&UNKNOWN_SITE_OR_GROUP, title).at(Some(place.clone()), "");
    match similar(word, known.iter().copied()) {
        Some(near) => finding.edit(format!("a {noun} of a similar name is `{near}`"), Some(place), near),
        None if known.is_empty() => finding.note(format!("it has no {noun} at all")),
        None => finding.note(format!("it has {}", words::some_of(known, 10))),
    }
}
