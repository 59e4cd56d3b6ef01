//! The pages that people read, and their fenced blocks.
//!
//! What stands behind the three backticks says what a block is for and how it is tested: the list is [`KINDS`].

use std::path::{Path, PathBuf};

/// Every kind of block that a page may have; another one fails, so that no command goes untested unseen.
pub(crate) const KINDS: &[(&str, &str)] = &[
    ("sh", "run with the binary that was built, `cargo test` excepted"),
    ("sh ci", "the same, and word for word by .ci/run in a fresh clone"),
    ("console", "run in order, in one shell; what is shown is compared"),
    ("text", "a picture or a listing; holds no command"),
    (
        "yaml spec",
        "a file of a fleet repository, named in its first line; all of a page make one fleet that is checked",
    ),
    ("yaml manifest", "a manifest for other tools; held against its definition by the conformance tests"),
    ("yaml workflow", "a workflow of GitHub that uses our action; held against actionlint and action.yml"),
    ("yaml pre-commit", "a configuration of pre-commit; held against it and our hooks"),
    (
        "yaml gitlab",
        "a job of GitLab; its script is run over a fleet that is current and over one that is not",
    ),
    ("yaml builtin", "what a built-in overlay says, compared with its file"),
];

/// A page of the repository.
pub(crate) struct Page {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// A fenced block of a page.
#[derive(Debug)]
pub(crate) struct Block<'p> {
    /// What stands behind the backticks: `sh ci`.
    pub(crate) info: &'p str,
    /// The line of the opening backticks, from 1.
    pub(crate) line: usize,
    /// The lines between, with their line breaks.
    pub(crate) text: &'p str,
}

/// `README.md` and everything in `docs/`.
pub(crate) fn pages() -> Vec<Page> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = std::fs::read_dir(root.join("docs")).expect("docs/ is there");
    let mut paths: Vec<PathBuf> = docs.map(|entry| entry.expect("docs/ can be read").path()).collect();
    paths.sort();
    paths.insert(0, root.join("README.md"));
    paths.into_iter().map(Page::read).collect()
}

impl Page {
    pub(crate) fn read(path: PathBuf) -> Self {
        let text = std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        Page { path, text }
    }

    /// The fenced blocks, in order.
    pub(crate) fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks = Vec::new();
        let mut open: Option<(&str, usize, usize)> = None;
        let mut offset = 0;
        for (index, line) in self.text.split_inclusive('\n').enumerate() {
            let next = offset + line.len();
            if let Some(info) = line.strip_prefix("```") {
                match open.take() {
                    Some((info, line, begin)) => {
                        blocks.push(Block { info, line, text: &self.text[begin..offset] });
                    }
                    None => open = Some((info.trim(), index + 1, next)),
                }
            }
            offset = next;
        }
        assert!(open.is_none(), "{}: a block is not closed", self.path.display());
        blocks
    }

    /// The blocks of one kind: those whose info is it, or begins with it and a blank (`yaml builtin disconnected`).
    pub(crate) fn blocks_of(&self, kind: &str) -> Vec<Block<'_>> {
        self.blocks().into_iter().filter(|block| block.kind() == Some(kind)).collect()
    }
}

impl Block<'_> {
    /// The kind in [`KINDS`].
    pub(crate) fn kind(&self) -> Option<&'static str> {
        let exact = KINDS.iter().find(|(kind, _)| *kind == self.info);
        let named = || KINDS.iter().find(|(kind, _)| *kind == "yaml builtin" && self.info.starts_with(kind));
        exact.or_else(named).map(|(kind, _)| *kind)
    }
}
