//! The servers that are asked, and how.

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde_json::{Value, json};

use super::definition::LAX;
use super::{Case, Chapter, Definition, Said};
use crate::control_plane::{ControlPlane, Verdict};

/// Servers on which each definition is installed once; what two files define is on two.
pub(crate) struct Servers {
    servers: Vec<(BTreeSet<String>, ControlPlane)>,
}

impl Servers {
    /// Starts what these definitions need.
    pub(crate) fn start(chapters: &[Chapter]) -> Self {
        let mut sets: Vec<Vec<&Definition>> = Vec::new();
        for Chapter { definition, .. } in chapters {
            let is_same = |other: &&Definition| name_of(other) == name_of(definition);
            let fits = |set: &&mut Vec<&Definition>| {
                set.iter().find(|other| is_same(other)).is_none_or(|other| other.crd == definition.crd)
            };
            match sets.iter_mut().find(fits) {
                Some(set) => set.push(definition),
                None => sets.push(vec![definition]),
            }
        }
        let start = |set: Vec<&Definition>| {
            let folder = tempfile::tempdir().unwrap();
            let mut files = Vec::new();
            for definition in &set {
                let path = folder.path().join(format!("{}.yaml", name_of(definition)));
                std::fs::write(&path, definition.crd.to_string()).unwrap();
                files.push(path);
            }
            files.sort();
            files.dedup();
            (set.iter().map(|definition| definition.name.clone()).collect(), ControlPlane::start(&files))
        };
        let servers = std::thread::scope(|scope| {
            let starts: Vec<_> = sets.into_iter().map(|set| scope.spawn(move || start(set))).collect();
            starts.into_iter().map(|start| start.join().expect("it said why")).collect()
        });
        Self { servers }
    }

    /// What the server says to each of these cases, in their order.
    pub(crate) fn ask(&self, asked: &[(&Definition, &Case)]) -> Vec<Said> {
        let mut chapters: Vec<Vec<usize>> = Vec::new();
        for (index, (definition, _)) in asked.iter().enumerate() {
            match chapters.last_mut() {
                // Objects of one kind lie under one name whatever their version.
                Some(chapter) if name_of(asked[chapter[0]].0) == name_of(definition) => chapter.push(index),
                _ => chapters.push(vec![index]),
            }
        }
        let (waiting, said) = (Mutex::new(chapters), Mutex::new(vec![Said::Accepted; asked.len()]));
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    while let Some(chapter) = { waiting.lock().unwrap().pop() } {
                        for index in chapter {
                            let (definition, case) = asked[index];
                            let answer = self.one(definition, case);
                            said.lock().unwrap()[index] = answer;
                        }
                    }
                });
            }
        });
        said.into_inner().unwrap()
    }

    fn one(&self, definition: &Definition, case: &Case) -> Said {
        let (_, server) =
            self.servers.iter().find(|(names, _)| names.contains(&definition.name)).expect("it is started");
        let Some(old) = &case.old else { return server.create_dry_run(&case.object).into() };
        let mut stored = old.clone();
        stored["apiVersion"] = json!(format!("{}/{LAX}", definition.group));
        server
            .create(&stored)
            .accepted()
            .unwrap_or_else(|why| panic!("{}: {}: {why}", definition.name, case.name));
        let verdict = update(server, &case.object);
        server.delete(&stored);
        verdict.into()
    }
}

fn update(server: &ControlPlane, object: &Value) -> Verdict {
    server.update_dry_run(object)
}

fn name_of(definition: &Definition) -> &str {
    definition.crd["metadata"]["name"].as_str().unwrap_or_default()
}
