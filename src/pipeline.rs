//! The flow for one site, from its file to validated manifests: the four steps in their order, and nothing else.
//!
//! What all sites of a run share is built once. Every method takes `&self`, so that sites can be worked on in parallel.

use std::cell::OnceCell;

use crate::diagnostic::Findings;
use crate::explain::Explainer;
use crate::load::{FleetLoader, Loaded, NotLoaded, SiteRef};
use crate::manifest::Manifest;
use crate::policy::{self, Policy, WaiverUse};
use crate::render::{self, Engine, Rendered};
use crate::resolve::resolve;
use crate::site::Site;
use crate::validate::crds::Crds;
use crate::validate::{self, Checks, Validated, validate};

/// What all sites of a run share.
pub struct Pipeline<'f> {
    fleet: &'f FleetLoader<'f>,
    engine: Engine,
    crds: Crds,
    policies: policy::Basis,
    before: Option<&'f Before<'f>>,
}

/// What a tree holds of a site: the texts of its manifests by their paths in the site's folder.
pub type Before<'b> = dyn Fn(&str) -> anyhow::Result<Vec<(String, String)>> + Sync + 'b;

/// What became of one site.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Its manifests; none where a finding is an error.
    pub validated: Option<Validated>,
    /// Everything that was found.
    pub findings: Findings,
    /// Its waivers, each with whether something needed it.
    pub waivers: Vec<WaiverUse>,
    /// How bad findings are to it; none where it could not be loaded.
    pub policy: Option<Policy>,
}

impl<'f> Pipeline<'f> {
    /// Prepares a run over a fleet, with the definitions that its clusters serve.
    pub fn new(fleet: &'f FleetLoader<'f>, crds: Crds, policies: policy::Basis) -> Self {
        Pipeline { fleet, engine: Engine::new(), crds, policies, before: None }
    }

    /// The same, which also tells what a cluster that has applied this tree would refuse to change.
    #[must_use]
    pub fn beside(self, before: &'f Before<'f>) -> Self {
        Pipeline { before: Some(before), ..self }
    }

    /// The template engine of the run.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The sites of the run.
    pub fn sites(&self) -> &[SiteRef] {
        self.fleet.sites()
    }

    /// Loads and resolves one site: what it says, complete. None where a finding is an error.
    pub fn resolve(&self, site: &SiteRef, findings: &mut Findings) -> anyhow::Result<Option<(Loaded, Site)>> {
        complete(self.fleet.load_site(site), findings)
    }

    /// The same as if no layer spoke of a spec path, given as its keys: what the default would be.
    pub fn resolve_without(
        &self,
        site: &SiteRef,
        path: &[String],
        findings: &mut Findings,
    ) -> anyhow::Result<Option<(Loaded, Site)>> {
        complete(self.fleet.load_site_without(site, path), findings)
    }

    /// Takes one site through the whole flow. Errors are failures of ours or of the disk; what is wrong with the
    /// input is a finding.
    pub fn run(&self, site: &SiteRef) -> anyhow::Result<Outcome> {
        let mut outcome = Outcome::default();
        let Some((loaded, resolved)) = self.resolve(site, &mut outcome.findings)? else { return Ok(outcome) };
        let policy = Policy::of(&loaded, &self.policies, &mut outcome.findings);
        let rendered = self.render(&resolved, &mut outcome.findings)?;
        policy.settle(&mut outcome.findings);
        if !outcome.findings.has_errors() {
            self.checked(&resolved, &policy, |checks| {
                outcome.validated = validate(rendered, checks, &mut outcome.findings);
                if let (Some(validated), Some(before)) = (&outcome.validated, self.before) {
                    validate::changes(validated, &before(validated.site())?, checks, &mut outcome.findings);
                }
                anyhow::Ok(())
            })?;
        }
        outcome.waivers = policy.waivers(&outcome.findings);
        outcome.policy = Some(policy);
        Ok(outcome)
    }

    /// Renders and patches a resolved site.
    pub fn render(&self, site: &Site, findings: &mut Findings) -> anyhow::Result<Rendered> {
        render::render(&self.engine, site, findings)
    }

    /// Lets something be held against the checks of a site.
    fn checked<T>(&self, site: &Site, policy: &Policy, work: impl FnOnce(&Checks<'_>) -> T) -> T {
        // Made by the first finding that asks, and once.
        let explainer = OnceCell::new();
        let locate = |manifest: &Manifest, pointer: &str| {
            explainer.get_or_init(|| Explainer::new(&self.engine, site)).places(manifest, pointer)
        };
        let settle = |findings: &mut Findings| policy.settle(findings);
        work(&Checks { crds: &self.crds, platform: &site.platform, locate: &locate, settle: &settle })
    }
}

fn complete(
    loaded: Result<Loaded, NotLoaded>,
    findings: &mut Findings,
) -> anyhow::Result<Option<(Loaded, Site)>> {
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(NotLoaded::Findings(told)) => {
            findings.absorb(told);
            return Ok(None);
        }
        Err(NotLoaded::Files(error)) => return Err(error.into()),
    };
    let resolved = resolve(&loaded, findings);
    Ok(resolved.map(|resolved| (loaded, resolved)))
}
