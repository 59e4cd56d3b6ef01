//! The corpus: objects of real kinds, changed in one way each, and what a real API server said to them.
//!
//! The cases are made, not stored, and the same everywhere: [`cases::cases_of`] of each [`Definition`]. What the server
//! said is stored in `verdicts/`. See `README.md`.

mod cases;
mod coverage;
mod definition;
mod handwritten;
mod metadata;
mod operators;
mod place;
mod records;
mod seed;
mod server;
mod synth;

use std::path::PathBuf;

use serde_json::Value;

pub(crate) use coverage::{Counts, Coverage, counts};
pub(crate) use definition::Definition;
use handwritten::Rendered;
pub(crate) use records::{Records, Said};
pub(crate) use seed::rank;
pub(crate) use server::Servers;

use crate::tools::{definitions, repository};

/// An object, and the question what the server says to it: when it is created, or put in the place of an old version.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) object: Value,
    pub(crate) old: Option<Value>,
}

/// The cases of one definition, whose verdicts are recorded in a file.
pub(crate) struct Chapter {
    pub(crate) definition: Definition,
    pub(crate) cases: Vec<Case>,
}

/// All cases, of the real definitions and of our own that has what no real one has.
pub(crate) fn corpus() -> Vec<Chapter> {
    let rendered = Rendered::read();
    let definitions = files().iter().flat_map(|file| definition::definitions_of(file)).collect::<Vec<_>>();
    let chapter =
        |definition: Definition| Chapter { cases: cases::cases_of(&definition, &rendered), definition };
    definitions.into_iter().map(chapter).collect()
}

fn files() -> Vec<PathBuf> {
    let folders = [definitions(), repository().join("tests/corpus/definitions")];
    let files = folders.iter().flat_map(|folder| walkdir::WalkDir::new(folder).sort_by_file_name());
    let files = files.filter_map(Result::ok).map(walkdir::DirEntry::into_path);
    files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")).collect()
}
