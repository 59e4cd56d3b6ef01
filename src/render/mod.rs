//! A site to its manifests: the third step of the flow.
//!
//! In: what the components decided, as [`Draft`]s (a template, a small typed context). Out: [`Rendered`], the manifests
//! of one site with identity, path and canonical object. Nothing here decides anything; no file is touched.
//! The only module that names the template crate.

mod engine;
mod extra;
mod instrument;
mod join;
pub mod language;
mod marks;
mod naming;
mod record;
pub mod rules;
pub mod trace;
mod tracked;

use std::collections::BTreeMap;

use anyhow::Context as _;

use crate::diagnostic::Findings;
use crate::manifest::{Draft, Lifecycle, Manifest, ManifestId, path};
use crate::patch;
use crate::site::Site;
pub use engine::Engine;
pub use trace::{LeafTrace, TemplatePlace, Trace, trace};

/// All manifests of one site, rendered and patched, not yet validated.
#[derive(Debug)]
pub struct Rendered {
    site: String,
    lifecycle: Lifecycle,
    components: BTreeMap<&'static str, Lifecycle>,
    manifests: Vec<Manifest>,
}

impl Rendered {
    /// The site's name.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// Whether the site is there.
    pub fn lifecycle(&self) -> Lifecycle {
        self.lifecycle
    }

    /// The components of the site by their spec keys, also those without manifests, and whether each is there.
    pub fn components(&self) -> &BTreeMap<&'static str, Lifecycle> {
        &self.components
    }

    /// Its manifests, sorted by path.
    pub fn manifests(&self) -> &[Manifest] {
        &self.manifests
    }
}

/// Renders one site: its drafts, its own manifests, and its patches over both. Findings are about what people wrote;
/// an error is a template of ours that failed.
pub fn render(engine: &Engine, site: &Site, findings: &mut Findings) -> anyhow::Result<Rendered> {
    let mut told = Findings::default();
    let drafts = site.drafts();
    let mut manifests = from_drafts(engine, &drafts)?;
    manifests.extend(extra::manifests(site, &mut told));
    patch::apply(&site.patches, &mut manifests, &site.sources, &mut told);
    naming::name_by_content(&drafts, &mut manifests);
    findings.absorb(told.of_site(&site.name.value));
    extra::mark_orphans(site, &mut manifests);
    manifests.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(Rendered {
        site: site.name.value.clone(),
        lifecycle: site.lifecycle.value,
        components: site.components.lifecycles(site.lifecycle.value),
        manifests,
    })
}

/// Renders drafts, in their order.
pub fn from_drafts(engine: &Engine, drafts: &[Draft<'_>]) -> anyhow::Result<Vec<Manifest>> {
    drafts.iter().enumerate().map(|(index, draft)| manifest(engine, index, draft)).collect()
}

fn manifest(engine: &Engine, index: usize, draft: &Draft<'_>) -> anyhow::Result<Manifest> {
    let object = engine.render_draft(draft)?;
    let id = ManifestId::of(&object)
        .map_err(|pointer| anyhow::anyhow!("it has no text at `{pointer}`"))
        .with_context(|| format!("the template `{}` gave no manifest", draft.template))?;
    Ok(Manifest {
        path: path::path(draft.folder, draft.home_namespace, &id),
        id,
        folder: draft.folder,
        component: draft.component,
        draft: Some(index),
        because: draft.because.clone(),
        sharing: draft.sharing,
        object,
        patched: BTreeMap::new(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::manifest::Because;

    fn draft(template: &'static str) -> Draft<'static> {
        Draft {
            component: "goldenImages",
            folder: "golden-images",
            home_namespace: "images",
            template,
            context: Box::new(json!({"name": "fedora", "namespace": "images"})),
            because: Because { reason: "an image".into(), from: vec![] },
            sharing: None,
            is_named_by_content: false,
        }
    }

    fn engine() -> Engine {
        let good =
            "kind: DataSource\napiVersion: v1\nmetadata:\n  name: {{ name }}\n  namespace: {{ namespace }}\n";
        Engine::with_templates(&[
            ("good", good),
            ("nameless", "kind: A\napiVersion: v1\n"),
            ("bad", "a: {{ b }}"),
        ])
        .unwrap()
    }

    #[test]
    fn a_manifest_knows_its_identity_its_place_and_its_draft() {
        let manifests = from_drafts(&engine(), &[draft("good"), draft("good")]).unwrap();
        assert_eq!(manifests[1].id.to_string(), "DataSource images/fedora");
        assert_eq!(manifests[1].path, "golden-images/datasource-fedora.yaml");
        assert_eq!(manifests[1].draft, Some(1));
    }

    #[test]
    fn an_object_without_a_name_is_an_error_of_its_template() {
        let error = from_drafts(&engine(), &[draft("nameless")]).unwrap_err();
        assert_eq!(
            format!("{error:#}"),
            "the template `nameless` gave no manifest: it has no text at `/metadata/name`"
        );
    }

    #[test]
    fn an_error_is_headed_by_its_component() {
        let error = from_drafts(&engine(), &[draft("bad")]).unwrap_err();
        assert!(
            format!("{error:#}")
                .starts_with("cannot render a manifest of `goldenImages`: template `bad`, line 1")
        );
    }
}
