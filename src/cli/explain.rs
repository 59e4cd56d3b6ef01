//! `goldsmith explain`: where a value comes from, what a line of a spec reaches, what a rule means.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, bail};

use super::Exit;
use super::args::ExplainArgs;
use super::console::Console;
use super::rule;
use super::session::{Session, over_fleet};
use crate::diagnostic::Findings;
use crate::explain::text::{self, OverDefault};
use crate::explain::{Cause, Explainer, Line, steps};
use crate::load::{FleetLoader, SiteRef, SpecLayer};
use crate::manifest::Manifest;
use crate::manifest::pointer::{dotted, parse};
use crate::pipeline::Pipeline;
use crate::provenance::Sourced;
use crate::provenance::decode::similar;
use crate::site::Site;
use crate::validate::crds::Crds;

pub(super) fn run(args: &ExplainArgs, console: &Console) -> anyhow::Result<Exit> {
    if rule::is_code(&args.subject) {
        if args.target.is_some() {
            bail!("`{}` is a rule, and takes nothing behind it", args.subject);
        }
        console.data(&rule::text(&args.subject)?)?;
        return Ok(Exit::Fine);
    }
    over_fleet("explain", args.fleet.as_deref(), &args.selection, |session| explain(session, args, console))
}

fn explain(mut session: Session<'_>, args: &ExplainArgs, console: &Console) -> anyhow::Result<Exit> {
    // Nothing is validated, so no definitions are read.
    let pipeline = Pipeline::new(
        session.fleet,
        Crds::default(),
        super::session::policies(&args.selection, &session.baseline),
    );
    let answer = match line_of(&args.subject) {
        Some(line) => reached(&mut session, &pipeline, line)?,
        None => of_site(&mut session, &pipeline, args)?,
    };
    if session.report.findings.has_errors() {
        console.findings(&session.report);
        return Ok(Exit::Findings);
    }
    console.data(&answer)?;
    Ok(Exit::Fine)
}

fn line_of(subject: &str) -> Option<Line<'_>> {
    let (path, line) = subject.rsplit_once(':')?;
    let path = path.strip_prefix("./").unwrap_or(path);
    Some(Line { path, line: line.parse().ok().filter(|line| *line > 0)? })
}

/// One site, rendered, with all that answers need.
struct Rendered {
    site: Site,
    manifests: Vec<Manifest>,
    layers: Vec<SpecLayer>,
    overlays: Vec<Sourced<String>>,
}

/// What answers are made from.
struct Asked<'a> {
    fleet: &'a FleetLoader<'a>,
    pipeline: &'a Pipeline<'a>,
    site: &'a SiteRef,
    name: &'a str,
}

impl Asked<'_> {
    fn render(&self, findings: &mut Findings) -> anyhow::Result<Option<Rendered>> {
        let Some((loaded, site)) = self.pipeline.resolve(self.site, findings)? else { return Ok(None) };
        let manifests = self.manifests(&site, findings)?;
        let layers = self.fleet.layers(self.site).unwrap_or_default();
        let overlays = loaded.spec.overlays.section();
        Ok(Some(Rendered { site, manifests, layers, overlays }))
    }

    fn manifests(&self, site: &Site, findings: &mut Findings) -> anyhow::Result<Vec<Manifest>> {
        Ok(self.pipeline.render(site, findings)?.manifests().to_vec())
    }

    /// The default that a path of the spec would have if no layer spoke of it. None where the site would not be sound
    /// without it, and where the path leads into a list, since lists are said as a whole.
    fn default_of(&self, path: &str) -> anyhow::Result<Option<OverDefault>> {
        let Some(steps) = steps(path).filter(|_| !path.contains("].") && !path.ends_with(']')) else {
            return Ok(None);
        };
        let mut findings = Findings::default();
        let resolved = self.pipeline.resolve_without(self.site, &steps, &mut findings)?;
        let Some((_, site)) = resolved else { return Ok(None) };
        let manifests = self.manifests(&site, &mut findings)?;
        Explainer::new(self.pipeline.engine(), &site).default_of(&manifests, path)
    }
}

fn of_site(session: &mut Session<'_>, pipeline: &Pipeline<'_>, args: &ExplainArgs) -> anyhow::Result<String> {
    let named = |site: &&SiteRef| site.name.as_ref().is_some_and(|name| name.as_str() == args.subject);
    let Some(site) = pipeline.sites().iter().find(named) else {
        let known: Vec<&str> =
            pipeline.sites().iter().filter_map(|site| Some(site.name.as_ref()?.as_str())).collect();
        bail!("this fleet has no site `{}`{}", args.subject, did_you_mean(&args.subject, &known));
    };
    let asked = Asked { fleet: session.fleet, pipeline, site, name: &args.subject };
    let Some(mut rendered) = asked.render(&mut session.report.findings)? else { return Ok(String::new()) };
    let layers = std::mem::take(&mut rendered.layers);
    let explainer = Explainer::new(pipeline.engine(), &rendered.site).with_layers(layers);
    let Some(target) = &args.target else { return Ok(list(&args.subject, &rendered.manifests)) };
    let (path, field) = split_target(target);
    if let Some(manifest) = rendered.manifests.iter().find(|manifest| manifest.path == path) {
        return match field {
            Some(field) => of_field(&asked, &explainer, &rendered.manifests, manifest, field),
            None => of_manifest(&explainer, asked.name, manifest),
        };
    }
    if target.contains(".yaml") {
        let paths: Vec<&str> = rendered.manifests.iter().map(|manifest| manifest.path.as_str()).collect();
        bail!("the site `{}` has no manifest `{path}`{}", args.subject, did_you_mean(path, &paths));
    }
    of_spec(&asked, &explainer, &rendered.manifests, target)
}

/// `FILE.yaml:FIELD`; fields may hold colons, files do not.
fn split_target(target: &str) -> (&str, Option<&str>) {
    match target.split_once(".yaml:") {
        Some((path, field)) => (&target[..path.len() + ".yaml".len()], Some(field)),
        None => (target, None),
    }
}

fn did_you_mean(wrong: &str, known: &[&str]) -> String {
    similar(wrong, known.iter().copied()).map_or_else(String::new, |near| format!(": did you mean `{near}`?"))
}

fn list(site: &str, manifests: &[Manifest]) -> String {
    let line = |manifest: &Manifest| format!("{site}/{}  {}\n", manifest.path, manifest.because.reason);
    manifests.iter().map(line).collect()
}

fn of_manifest(explainer: &Explainer<'_>, site: &str, manifest: &Manifest) -> anyhow::Result<String> {
    let head = text::manifest(site, manifest, &explainer.because(manifest), &explainer.company(manifest));
    Ok(head + &text::leaves(&explainer.leaves(manifest)?))
}

/// A field of a manifest, or all fields below it; or else why it is not there.
fn of_field(
    asked: &Asked<'_>,
    explainer: &Explainer<'_>,
    manifests: &[Manifest],
    manifest: &Manifest,
    field: &str,
) -> anyhow::Result<String> {
    let mut leaves = explainer.leaves(manifest)?;
    let pointer = parse(field).with_context(|| format!("`{field}` is no field: a bracket is not closed"))?;
    if let Some(leaf) = leaves.iter().find(|leaf| leaf.pointer == pointer) {
        let over = match &leaf.data[..] {
            [Cause::Written { path, .. }] => asked.default_of(path)?,
            _ => None,
        };
        let also = explainer.also(manifests, manifest, leaf)?;
        return Ok(text::leaf(leaf, over.as_ref()) + &text::also(&also));
    }
    let known: Vec<String> = leaves.iter().map(|leaf| dotted(&leaf.pointer)).collect();
    let below = format!("{pointer}/");
    leaves.retain(|leaf| leaf.pointer.starts_with(&below));
    if !leaves.is_empty() {
        return Ok(text::leaves(&leaves));
    }
    if let Some(absent) = explainer.absent(manifest, &pointer)? {
        return Ok(text::absent(&pointer, &absent));
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    bail!("`{}` has no field `{field}`{}", manifest.path, did_you_mean(field, &known))
}

/// A path of the spec: what the layers say there, and what it reaches.
fn of_spec(
    asked: &Asked<'_>,
    explainer: &Explainer<'_>,
    manifests: &[Manifest],
    path: &str,
) -> anyhow::Result<String> {
    let Some(answer) = explainer.spec(manifests, path)? else {
        bail!("no layer of the site `{}` says `{path}`, and no default of that name is in use", asked.name);
    };
    let default = asked.default_of(path)?;
    Ok(text::spec(&answer, default.as_ref()))
}

/// How many fields of a manifest an answer names.
const MOST_FIELDS: usize = 8;

/// Manifest -> field -> the sites where a line reaches it.
type Fields = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// What a line reaches, over all sites.
fn reached(session: &mut Session<'_>, pipeline: &Pipeline<'_>, line: Line<'_>) -> anyhow::Result<String> {
    let fleet = session.fleet;
    let listed = listed(fleet);
    let answers = session.each_site(|site| {
        let mut told = Findings::default();
        let asked = Asked { fleet, pipeline, site, name: "" };
        let Some(rendered) = asked.render(&mut told)? else { return Ok((told, None)) };
        let Rendered { site, manifests, layers, overlays } = rendered;
        let listed: Vec<Sourced<String>> = listed.iter().chain(&overlays).cloned().collect();
        let explainer = Explainer::new(pipeline.engine(), &site).with_layers(layers);
        let extents = explainer.extents(line, &listed);
        let reached = explainer.reached(&manifests, &extents)?;
        Ok((told, Some((site.name.value.clone(), extents.is_empty(), reached))))
    })?;
    let mut fields = Fields::new();
    let (mut sites, mut manifests, mut is_read) = (0, 0, false);
    for (told, answer) in answers {
        session.report.findings.absorb(told);
        let Some((site, is_unread, reached)) = answer else { continue };
        is_read |= !is_unread;
        let mut paths: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        reached.iter().for_each(|one| paths.entry(&one.manifest).or_default().push(&one.pointer));
        sites += usize::from(!paths.is_empty());
        manifests += paths.len();
        for (manifest, pointers) in paths {
            for field in text::folded(pointers) {
                fields.entry(manifest.to_owned()).or_default().entry(field).or_default().push(site.clone());
            }
        }
    }
    if !is_read && !session.report.findings.has_errors() {
        bail!("no site reads a line {} of `{}`", line.line, line.path);
    }
    Ok(told(line, sites, manifests, fields))
}

/// The overlays that the fleet and its groups list.
fn listed(fleet: &FleetLoader<'_>) -> Vec<Sourced<String>> {
    let fleet = fleet.fleet();
    let groups = fleet.groups.get().into_iter().flat_map(|groups| groups.iter());
    let of_groups = groups.filter_map(|group| group.overlays.get());
    fleet.overlays.get().into_iter().chain(of_groups).flat_map(|listed| listed.value.clone()).collect()
}

/// Fields of one manifest at the same sites are told together.
fn told(line: Line<'_>, sites: usize, manifests: usize, fields: Fields) -> String {
    let size = crate::report::human::size(sites, manifests);
    let mut out = format!("{}:{} reaches {size}\n", line.path, line.line);
    for (manifest, fields) in fields {
        let mut by_sites: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
        for (field, sites) in fields {
            by_sites.entry(sites).or_default().push(field);
        }
        for (sites, fields) in by_sites {
            let shown = if sites.len() <= 3 { sites.join(", ") } else { format!("{} sites", sites.len()) };
            let _ = writeln!(out, "  {manifest}  ({shown})");
            for field in fields.iter().take(MOST_FIELDS) {
                let _ = writeln!(out, "    {field}");
            }
            if let Some(more) = fields.len().checked_sub(MOST_FIELDS).filter(|more| *more > 0) {
                let _ = writeln!(out, "    and {more} more");
            }
        }
    }
    out
}
