//! Example fleets in memory, and changes of one value in one of their files.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::Path;

use goldsmith::diagnostic::{Diagnostic, Findings, Label};
use goldsmith::load::{CannotRun, Memory, Options, load_fleet};
use goldsmith::manifest::Manifest;
use goldsmith::pipeline::Pipeline;
use goldsmith::validate::crds::Crds;
use goldsmith::yaml::{Entry, Kind, Loc, Node, read};
use serde_json::Value;

use crate::support::{files, policies};

/// A fleet repository in memory.
pub(crate) struct Fleet {
    /// What it is called.
    pub(crate) name: String,
    /// Its files that people write, and their texts.
    pub(crate) files: Vec<(String, String)>,
}

/// One file of a fleet, changed in one place.
pub(crate) struct Change {
    /// The file.
    pub(crate) path: String,
    /// The keys to it in the file: `spec.goldenImages.defaults.keep`.
    pub(crate) keys: String,
    /// What was done to which line, for people.
    pub(crate) what: String,
    /// Whether something that was said is no longer said.
    pub(crate) takes_away: bool,
    /// The text now.
    text: String,
    /// The lines that are not what they were, from 1.
    lines: RangeInclusive<usize>,
    /// The lines of what encloses them: the mapping or list that they are in, and the keys above it.
    around: BTreeSet<usize>,
}

/// Where in a document something stands.
#[derive(Clone, Default)]
struct Spot {
    keys: Vec<String>,
    /// The lines of the keys above it, and of the mapping or list that it is in.
    around: BTreeSet<usize>,
}

/// What a change may be about.
enum Part<'n, 'a> {
    /// A value that holds no others.
    Value(&'n Node<'a>),
    Key(&'n Entry<'a>),
}

/// What became of the sites of a fleet.
#[derive(Default)]
pub(crate) struct Run {
    pub(crate) findings: Findings,
    pub(crate) manifests: Vec<Manifest>,
    /// Why there was nothing to find anything in.
    pub(crate) stopped: Option<String>,
}

impl Fleet {
    /// Reads what people write of a fleet on disk.
    pub(crate) fn read(folder: &Path) -> Self {
        let written = files(folder).into_iter().filter(|(path, _)| {
            let is_ours = path.starts_with("rendered") || path.ends_with("claims.yaml");
            !is_ours && path.extension().is_some_and(|extension| extension == "yaml")
        });
        let text = |(path, bytes): (std::path::PathBuf, Vec<u8>)| {
            (path.to_str().unwrap().to_owned(), String::from_utf8(bytes).unwrap())
        };
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        Fleet { name, files: written.map(text).collect() }
    }

    /// Takes the sites of the fleet through the flow: all, or where a site's file changed, that site.
    pub(crate) fn run(&self, change: Option<&Change>, crds: Crds) -> Run {
        let mut memory = Memory::default();
        for (path, text) in &self.files {
            let text = change.filter(|change| change.path == *path).map_or(text, |change| &change.text);
            memory.add(path, text.as_str()).unwrap();
        }
        let mut run = Run::default();
        let fleet = match load_fleet(&memory, &Options::default()) {
            Ok(fleet) => fleet,
            Err(CannotRun::Version(finding)) => {
                run.findings.push(*finding);
                return run;
            }
            Err(stopped) => return Run { stopped: Some(stopped.to_string()), ..run },
        };
        run.findings.absorb(fleet.findings().clone());
        if run.findings.has_errors() {
            return run;
        }
        let pipeline = Pipeline::new(&fleet, crds, policies());
        let is_changed = |path: &str| change.is_some_and(|change| change.path == path);
        let alone = fleet.sites().iter().any(|site| is_changed(&site.path));
        for site in fleet.sites().iter().filter(|site| !alone || is_changed(&site.path)) {
            match pipeline.run(site) {
                Ok(outcome) => {
                    run.findings.absorb(outcome.findings);
                    let validated = outcome.validated.iter();
                    run.manifests.extend(validated.flat_map(|sound| sound.manifests().iter().cloned()));
                }
                Err(stopped) => run.stopped = Some(format!("{stopped:#}")),
            }
        }
        run
    }
}

impl Change {
    /// Every value of a file replaced by each text that is given for it.
    pub(crate) fn of_values(path: &str, text: &str, with: &dyn Fn(&Node<'_>) -> Vec<String>) -> Vec<Change> {
        let mut changes = Vec::new();
        walk(text, &mut |part, spot| {
            let Part::Value(node) = part else { return };
            let replaced = |with: &String| Change::replaced(path, text, (node.loc, with), spot);
            changes.extend(with(node).iter().map(replaced));
        });
        changes
    }

    /// Every key of a file replaced by each of these texts.
    pub(crate) fn of_keys(path: &str, text: &str, with: &[&str]) -> Vec<Change> {
        let mut changes = Vec::new();
        walk(text, &mut |part, spot| {
            let Part::Key(entry) = part else { return };
            let replaced = |with: &&str| Change {
                takes_away: true,
                ..Change::replaced(path, text, (entry.key_loc, with), spot)
            };
            changes.extend(with.iter().map(replaced));
        });
        changes
    }

    /// Another line before each key that begins one.
    pub(crate) fn of_lines(path: &str, text: &str, line: &dyn Fn(&str) -> String) -> Vec<Change> {
        let mut changes = Vec::new();
        walk(text, &mut |part, spot| {
            let Part::Key(entry) = part else { return };
            let at = entry.key_loc.start as usize;
            let begin = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
            if text[begin..at].trim().is_empty() {
                changes.push(Change::inserted(path, text, (begin, at), &line(&entry.key), spot));
            }
        });
        changes
    }

    fn replaced(path: &str, text: &str, (loc, with): (Loc, &str), spot: &Spot) -> Change {
        let (start, end) = (loc.start as usize, loc.end as usize);
        let line = line_of(text, start);
        Change {
            path: path.to_owned(),
            keys: spot.keys.join("."),
            what: format!("line {line}: {} -> {with}", &text[start..end]),
            takes_away: with == "null",
            text: format!("{}{with}{}", &text[..start], &text[end..]),
            lines: line..=line,
            around: spot.around.clone(),
        }
    }

    fn inserted(path: &str, text: &str, (begin, at): (usize, usize), line: &str, spot: &Spot) -> Change {
        let number = line_of(text, at);
        Change {
            path: path.to_owned(),
            keys: spot.keys.join("."),
            what: format!("line {number}: {line} before it"),
            takes_away: false,
            text: format!("{}{}{line}\n{}", &text[..begin], &text[begin..at], &text[begin..]),
            lines: number..=number,
            around: spot.around.clone(),
        }
    }

    /// Whether the finding points at the change as the place that is wrong.
    pub(crate) fn is_blamed(&self, finding: &Diagnostic) -> bool {
        finding.primary.as_ref().is_some_and(|label| self.is_at(label, |line| self.lines.contains(line)))
    }

    /// Whether the finding points at the change beside the place that is wrong.
    pub(crate) fn is_named(&self, finding: &Diagnostic) -> bool {
        finding.context.iter().any(|label| self.is_at(label, |line| self.lines.contains(line)))
    }

    /// Whether the finding points at what encloses the change.
    pub(crate) fn is_within(&self, finding: &Diagnostic) -> bool {
        let mut labels = finding.primary.iter().chain(&finding.context);
        labels.any(|label| self.is_at(label, |line| self.around.contains(line)))
    }

    fn is_at(&self, label: &Label, line: impl Fn(&usize) -> bool) -> bool {
        label.place.source.path == self.path && line(&label.place.line_column().0)
    }
}

/// Visits the values and keys of a text.
fn walk(text: &str, visit: &mut impl FnMut(Part<'_, '_>, &Spot)) {
    for document in read::foreign(text, 0, &mut Vec::new()) {
        descend(text, &document, &Spot::default(), visit);
    }
}

fn descend(text: &str, node: &Node<'_>, above: &Spot, visit: &mut impl FnMut(Part<'_, '_>, &Spot)) {
    let [first, last] = [node.loc.start, node.loc.end].map(|at| line_of(text, at as usize));
    let inside = |key: Option<&Entry<'_>>, above: &Spot| {
        let mut spot = above.clone();
        spot.keys.extend(key.map(|entry| entry.key.to_string()));
        spot.around.extend(key.map(|entry| line_of(text, entry.key_loc.start as usize)));
        spot
    };
    let holds_others = |node: &Node<'_>| match &node.kind {
        Kind::Map(entries) => !entries.is_empty(),
        Kind::Seq(items) => !items.is_empty(),
        _ => false,
    };
    let mut one = |key: Option<&Entry<'_>>, value: &Node<'_>| {
        let mut spot = inside(key, above);
        if holds_others(value) {
            return descend(text, value, &spot, visit);
        }
        spot.around.extend(first..=last);
        visit(Part::Value(value), &spot);
    };
    match &node.kind {
        Kind::Map(entries) => entries.iter().for_each(|entry| one(Some(entry), &entry.value)),
        Kind::Seq(items) => items.iter().for_each(|item| one(None, item)),
        _ => one(None, node),
    }
    if let Kind::Map(entries) = &node.kind {
        let mut spot = above.clone();
        spot.around.extend(first..=last);
        entries.iter().for_each(|entry| visit(Part::Key(entry), &spot));
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Another value of the same type: one more, the other one, a letter more.
pub(crate) fn another(value: &Node<'_>) -> Vec<String> {
    let another = match &value.kind {
        Kind::Int(number) => (number + 1).to_string(),
        Kind::Bool(yes) => (!yes).to_string(),
        Kind::Str(text) => Value::from(format!("{text}x")).to_string(),
        _ => return Vec::new(),
    };
    vec![another]
}
