//! What is noted while a template runs: which context values were read, by which tag, under which conditions.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::instrument::Site;

/// A value of the context that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// JSON pointer into the context.
    pub(super) path: Arc<str>,
    /// Only the key was looked at, the last part of the path; not the value.
    pub(super) of_key: bool,
}

/// Reads in the order they happened, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reads(Vec<Read>);

impl Reads {
    pub(super) fn of(read: Read) -> Self {
        Reads(vec![read])
    }

    pub(super) fn add(&mut self, read: Read) {
        if !self.0.contains(&read) {
            self.0.push(read);
        }
    }

    pub(super) fn add_all(&mut self, others: &Reads) {
        others.0.iter().cloned().for_each(|read| self.add(read));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Read> {
        self.0.iter()
    }

    fn without(&self, path: &str) -> Self {
        Reads(self.0.iter().filter(|read| *read.path != *path).cloned().collect())
    }
}

/// What a mark in the traced text stands for.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    /// A value is printed by this site.
    Print {
        site: usize,
        data: Reads,
        control: Reads,
        /// The value is a whole container of the context: its parts have paths of their own.
        container: Option<Arc<str>>,
    },
    /// From here on, literal text is there because of these.
    Control(Reads),
}

/// What a branch or loop looked at, whichever way it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) site: usize,
    pub(super) control: Reads,
}

/// The notes of one run.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Read since the last tag.
    log: Reads,
    /// The value handed out last, and whether it is a leaf: the item that a loop is about to show.
    last: Option<(Arc<str>, bool)>,
    /// The site that prints next.
    printing: usize,
    /// Open branches and loops, outermost first.
    frames: Vec<Frame>,
    pub(super) marks: Vec<Mark>,
    pub(super) chosen: Vec<Chosen>,
}

#[derive(Debug, Default)]
struct Frame {
    control: Reads,
    /// What a loop goes over.
    over: Reads,
    /// The loop's own names.
    names: BTreeMap<String, Reads>,
}

/// A record that the hooks of one run share.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared(Arc<Mutex<Record>>);

impl Shared {
    /// Works on the record. The template must not run meanwhile.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Record) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Record {
    /// A value was handed to the template.
    pub(super) fn pass(&mut self, path: &Arc<str>, leaf: bool) {
        self.last = Some((Arc::clone(path), leaf));
        if leaf {
            self.look(path);
        }
    }

    /// A leaf was read, or a container for its length or keys.
    pub(super) fn look(&mut self, path: &Arc<str>) {
        self.log.add(Read { path: Arc::clone(path), of_key: false });
    }

    /// The tag that is about to print.
    pub(super) fn announce(&mut self, site: usize) {
        self.log = Reads::default();
        self.printing = site;
    }

    /// A value is printed; `container` is its path where it is one. Gives the mark's number.
    pub(super) fn print(&mut self, sites: &[Site], container: Option<Arc<str>>) -> usize {
        let site = self.printing;
        let data = if container.is_some() { Reads::default() } else { self.reads(sites, site) };
        let control = self.control();
        self.mark(Mark::Print { site, data, control, container })
    }

    /// A branch at this depth was entered.
    pub(super) fn branch(&mut self, sites: &[Site], depth: usize, site: usize) -> usize {
        let control = self.reads(sites, site);
        self.frames.truncate(depth);
        self.frames.push(Frame { control, ..Frame::default() });
        self.mark_control()
    }

    /// A loop at this depth begins a turn.
    pub(super) fn turn(&mut self, sites: &[Site], depth: usize, site: usize) -> usize {
        let seen =
            self.last.take().filter(|(path, leaf)| *leaf || self.log.iter().all(|read| read.path != *path));
        let over = match self.frames.get(depth) {
            Some(frame) => frame.over.clone(),
            None => seen.as_ref().map_or_else(|| self.log.clone(), |(path, _)| self.log.without(path)),
        };
        let mut control = over.clone();
        if let Some((path, _)) = &seen {
            control.add(Read { path: Arc::clone(path), of_key: true });
        }
        let names = loop_names(&sites[site].targets, &over, seen.as_ref());
        self.frames.truncate(depth);
        self.frames.push(Frame { control, over, names });
        self.mark_control()
    }

    /// The branches or the loop at this depth ended.
    pub(super) fn end(&mut self, sites: &[Site], depth: usize, site: usize) -> usize {
        let own = match self.frames.get(depth) {
            Some(frame) => frame.control.clone(),
            None => self.reads(sites, site),
        };
        self.frames.truncate(depth);
        let mut control = self.control();
        control.add_all(&own);
        let chosen = Chosen { site, control };
        if !self.chosen.contains(&chosen) {
            self.chosen.push(chosen);
        }
        self.mark_control()
    }

    /// Nothing that was read so far belongs to what comes.
    pub(super) fn forget(&mut self) {
        self.log = Reads::default();
    }

    /// What was read since the last tag, and what the loop names of a site's expression stand for.
    fn reads(&self, sites: &[Site], site: usize) -> Reads {
        let mut reads = self.log.clone();
        for name in &sites[site].names {
            if let Some(local) = self.frames.iter().rev().find_map(|frame| frame.names.get(name)) {
                reads.add_all(local);
            }
        }
        reads
    }

    fn control(&self) -> Reads {
        let mut all = Reads::default();
        self.frames.iter().for_each(|frame| all.add_all(&frame.control));
        all
    }

    fn mark_control(&mut self) -> usize {
        self.forget();
        let control = self.control();
        self.mark(Mark::Control(control))
    }

    fn mark(&mut self, mark: Mark) -> usize {
        self.marks.push(mark);
        self.marks.len() - 1
    }
}

/// What the names of a loop stand for: `item`, or `key, value`. A container among them tells its parts itself.
fn loop_names(targets: &[String], over: &Reads, seen: Option<&(Arc<str>, bool)>) -> BTreeMap<String, Reads> {
    let read = |path: &Arc<str>, of_key| Reads::of(Read { path: Arc::clone(path), of_key });
    let mut names = BTreeMap::from([("loop".to_owned(), over.clone())]);
    match (targets, seen) {
        ([key, value], Some((path, leaf))) => {
            names.insert(key.clone(), read(path, true));
            names.insert(value.clone(), if *leaf { read(path, false) } else { Reads::default() });
        }
        ([item], Some((path, leaf))) => {
            names.insert(item.clone(), if *leaf { read(path, false) } else { Reads::default() });
        }
        // A map without `|items`: the item is one of its keys.
        ([item], None) => {
            let keys = over.iter().map(|read| Read { of_key: true, ..read.clone() }).collect();
            names.insert(item.clone(), Reads(keys));
        }
        _ => {}
    }
    names
}
