//! The processes: `tests/control-plane/serve`, which lives as long as somebody holds its standard input.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// The script, and the processes that it runs. Dropped, nothing of them is left; where this process is killed, the
/// script sees its input end and does the same.
pub(crate) struct Supervisor {
    script: Child,
    input: Option<ChildStdin>,
    folder: PathBuf,
}

impl Supervisor {
    /// Starts a control plane and waits until it is ready. Panics where it does not become so, with what it said.
    pub(crate) fn start() -> Self {
        Self::start_with(Stdio::piped())
    }

    /// As [`Self::start`], for as long as somebody else holds the other end of this input.
    pub(crate) fn start_with(input: Stdio) -> Self {
        // What it may have to build is built first, so that the script has nothing to say but what went wrong.
        super::tools();
        let mut script = Command::new(super::folder().join("serve"));
        let mut script = script.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut folder = String::new();
        let mut output = BufReader::new(script.stdout.take().expect("was asked for"));
        output.read_line(&mut folder).unwrap();
        if folder.is_empty() {
            let mut said = String::new();
            script.stderr.take().expect("was asked for").read_to_string(&mut said).unwrap();
            panic!("the control plane did not start: {said}");
        }
        Self { input: script.stdin.take(), script, folder: PathBuf::from(folder.trim_end()) }
    }

    /// Where its files lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the API is served in plain text.
    pub(crate) fn url(&self) -> String {
        std::fs::read_to_string(self.folder.join("url")).unwrap().trim_end().to_owned()
    }

    /// Waits until the script has ended.
    pub(crate) fn wait(&mut self) {
        self.script.wait().unwrap();
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        drop(self.input.take());
        // Nothing can be done about a script that does not end, and a panic in a drop would hide another.
        let _ = self.script.wait();
    }
}
