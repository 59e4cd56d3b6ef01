//! The overlays there are: found by name, read and checked once each, kept with the texts that findings point into.
//!
//! An overlay is named by a built-in name (`disconnected`) or by the path of its file from the repository's root. In which
//! order a site applies them: [`super::stack`].

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Findings, words};
use crate::document::{Kind, Overlay};
use crate::provenance::decode::similar;
use crate::provenance::{Layer, Source, Sourced, Sources};
use crate::spec::Alternatives;
use crate::yaml::{self, Loc, Node, SourceId};

use super::merge::nothing;
use super::rules::{OUTSIDE_REPOSITORY, OVERLAY_NOT_FOUND};
use super::text::{Check, admit};
use super::{Files, FilesError, clean};

/// The overlays that Goldsmith brings along: name and text.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("confidential-snp", include_str!("../../overlays/confidential-snp.yaml")),
    ("confidential-tdx", include_str!("../../overlays/confidential-tdx.yaml")),
    ("disconnected", include_str!("../../overlays/disconnected.yaml")),
    ("fips", include_str!("../../overlays/fips.yaml")),
    ("gpu", include_str!("../../overlays/gpu.yaml")),
    ("s390x", include_str!("../../overlays/s390x.yaml")),
];

/// One overlay, read and checked.
#[derive(Debug)]
pub(super) struct OverlayLayer {
    pub(super) source: SourceId,
    /// Its `spec` without the overlays it lists.
    pub(super) spec: Node<'static>,
    /// The overlays below it, as it names them.
    pub(super) below: Vec<Named>,
}

/// An overlay as somebody names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// The built-in name, or the clean path.
    pub(super) name: String,
    /// Where it is named.
    pub(super) loc: Option<Loc>,
}

/// The overlays read so far, with the texts that findings point into.
pub(super) struct Shelf<'f> {
    files: &'f dyn Files,
    alternatives: Arc<[Alternatives]>,
    overlays: BTreeMap<String, Option<Arc<OverlayLayer>>>,
    pub(super) sources: Sources,
    pub(super) findings: Findings,
}

impl<'f> Shelf<'f> {
    pub(super) fn new(files: &'f dyn Files, alternatives: Arc<[Alternatives]>) -> Self {
        let (overlays, sources, findings) = Default::default();
        Shelf { files, alternatives, overlays, sources, findings }
    }

    /// The repository.
    pub(super) fn files(&self) -> &'f dyn Files {
        self.files
    }

    /// The keys that exclude each other.
    pub(super) fn alternatives(&self) -> &[Alternatives] {
        &self.alternatives
    }

    /// A shelf of a site's own: what it adds stays out of this one, and so do its findings.
    pub(super) fn branch(&self) -> Self {
        let (overlays, sources) = (self.overlays.clone(), self.sources.clone());
        Shelf {
            files: self.files,
            alternatives: Arc::clone(&self.alternatives),
            overlays,
            sources,
            findings: Findings::default(),
        }
    }

    /// Where and with what a layer is checked.
    pub(super) fn check(&mut self) -> Check<'_> {
        Check { sources: &self.sources, alternatives: &self.alternatives, findings: &mut self.findings }
    }

    /// Cleans the names of a list of overlays; what leads outside is told and left out.
    pub(super) fn names(&mut self, listed: Option<&Sourced<Vec<Sourced<String>>>>) -> Vec<Named> {
        let listed = listed.into_iter().flat_map(|listed| listed.iter());
        listed.filter_map(|item| self.name(item, item.origin.written())).collect()
    }

    /// Cleans the name of an overlay.
    pub(super) fn name(&mut self, text: &str, loc: Option<Loc>) -> Option<Named> {
        if is_built_in(text) || !text.contains('/') {
            return Some(Named { name: text.to_owned(), loc });
        }
        if let Ok(name) = clean(text) {
            return Some(Named { name, loc });
        }
        let title = format!("{} leads outside the repository", words::quoted(text));
        let place = loc.and_then(|loc| self.sources.place(loc));
        self.findings.push(Diagnostic::new(&OUTSIDE_REPOSITORY, title).at(place, "").help(FROM_ROOT));
        None
    }

    /// The overlay of a name, read at its first use. None where there is none or it cannot be used, which is told.
    pub(super) fn get(&mut self, named: &Named) -> Result<Option<Arc<OverlayLayer>>, FilesError> {
        if let Some(known) = self.overlays.get(&named.name) {
            let known = known.clone();
            if known.is_none() && !self.exists(&named.name)? {
                self.tell_missing(named)?;
            }
            return Ok(known);
        }
        let overlay = self.read(named)?.map(Arc::new);
        self.overlays.insert(named.name.clone(), overlay.clone());
        Ok(overlay)
    }

    fn exists(&self, name: &str) -> Result<bool, FilesError> {
        Ok(is_built_in(name) || self.files.read(name)?.is_some())
    }

    fn read(&mut self, named: &Named) -> Result<Option<OverlayLayer>, FilesError> {
        let Some((path, layer, bytes)) = self.bytes(&named.name)? else {
            self.tell_missing(named)?;
            return Ok(None);
        };
        let Some((source, id)) = self.admit(&path, layer, bytes) else { return Ok(None) };
        Ok(self.check_text(&source, id))
    }

    /// The shown path, the layer and the bytes of an overlay.
    fn bytes(&self, name: &str) -> Result<Option<(String, Layer, Vec<u8>)>, FilesError> {
        if let Some((name, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
            let layer = Layer::BuiltIn((*name).to_owned());
            return Ok(Some((format!("<overlay {name}>"), layer, text.as_bytes().to_vec())));
        }
        let bytes = self.files.read(name)?;
        Ok(bytes.map(|bytes| (name.to_owned(), Layer::Overlay(name.to_owned()), bytes)))
    }

    /// Adds the text of a file; what is no text is told.
    pub(super) fn admit(
        &mut self,
        path: &str,
        layer: Layer,
        bytes: Vec<u8>,
    ) -> Option<(Arc<Source>, SourceId)> {
        match admit(path, layer, bytes) {
            Ok(source) => {
                let source = Arc::new(source);
                let id = self.sources.add_spec(&source);
                Some((source, id))
            }
            Err(finding) => {
                self.findings.push(*finding);
                None
            }
        }
    }

    fn check_text(&mut self, source: &Source, id: SourceId) -> Option<OverlayLayer> {
        let mut check = self.check();
        let root = check.parse(source, id)?;
        let document: Overlay = check.document(&root, Kind::Overlay)?;
        let spec = take(root.into_owned(), "spec");
        if spec.loc == Loc::default() {
            check.missing("spec", Loc { source: id, start: 0, end: 0 }, "");
        }
        let below = self.names(document.spec.get().and_then(|spec| spec.overlays.get()));
        Some(OverlayLayer { source: id, spec: without(spec, "overlays"), below })
    }

    fn tell_missing(&mut self, named: &Named) -> Result<(), FilesError> {
        let files = self.files.list("overlays", super::Depth::Below)?;
        let built_in = BUILT_IN.iter().map(|(name, _)| *name);
        let mut words_known: Vec<&str> = built_in.clone().collect();
        words_known.extend(files.iter().map(String::as_str));
        let place = named.loc.and_then(|loc| self.sources.place(loc));
        let by_file = format!("overlays/{}.yaml", named.name);
        let near = files.contains(&by_file).then_some(by_file.as_str());
        let near = near.or_else(|| similar_overlay(&named.name, &words_known));
        let finding = Diagnostic::new(
            &OVERLAY_NOT_FOUND,
            format!("there is no overlay {}", words::quoted(&named.name)),
        );
        let finding = finding.at(place.clone(), "");
        self.findings.push(match near {
            Some(near) => finding.edit(format!("an overlay of a similar name is `{near}`"), place, near),
            None => {
                finding.note(format!("goldsmith brings along {}", words::all_of(built_in))).help(FROM_ROOT)
            }
        });
        Ok(())
    }
}

/// The known overlay whose name, without folder and ending, is near.
fn similar_overlay<'k>(wrong: &str, known: &[&'k str]) -> Option<&'k str> {
    let near = similar(stem(wrong), known.iter().map(|known| stem(known)))?;
    known.iter().copied().find(|known| stem(known) == near)
}

fn stem(path: &str) -> &str {
    let path = path.strip_prefix("overlays/").unwrap_or(path);
    path.strip_suffix(".yaml").or_else(|| path.strip_suffix(".yml")).unwrap_or(path)
}

const FROM_ROOT: &str = "name an overlay of goldsmith, or a file by its path from the folder of fleet.yaml";

fn is_built_in(name: &str) -> bool {
    BUILT_IN.iter().any(|(known, _)| *known == name)
}

/// The value of a key, or an empty mapping that stands nowhere.
pub(super) fn take<'a>(node: Node<'a>, key: &str) -> Node<'a> {
    match node.kind {
        yaml::Kind::Map(entries) => {
            let found = entries.into_iter().find(|entry| entry.key == key);
            found.map_or(nothing(), |entry| entry.value)
        }
        _ => nothing(),
    }
}

fn without<'a>(mut node: Node<'a>, key: &str) -> Node<'a> {
    if let yaml::Kind::Map(entries) = &mut node.kind {
        entries.retain(|entry| entry.key != key);
    }
    node
}
