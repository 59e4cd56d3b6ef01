//! Standard output and standard error, with or without colour: the only place that writes to either.

use std::io::{self, IsTerminal as _, Write as _};

use anstream::ColorChoice;

use super::args::Format;
use super::session::Refused;
use crate::report::human::{self, Colour};
use crate::report::{Report, github, json, junit, markdown, sarif};

/// Where a command prints.
pub(super) struct Console {
    out_colour: Colour,
    err_colour: Colour,
    terminal: bool,
}

impl Console {
    /// The console of this process: colour where a terminal reads it, unless NO_COLOR or CLICOLOR_FORCE say otherwise.
    pub(super) fn of_process() -> Self {
        let colour = |choice| if choice == ColorChoice::Never { Colour::Never } else { Colour::Always };
        Console {
            out_colour: colour(anstream::AutoStream::choice(&io::stdout())),
            err_colour: colour(anstream::AutoStream::choice(&io::stderr())),
            terminal: io::stderr().is_terminal(),
        }
    }

    /// Whether data on standard output may carry colour.
    pub(super) fn colours_data(&self) -> bool {
        self.out_colour == Colour::Always
    }

    /// Whether a person watches standard error.
    pub(super) fn is_watched(&self) -> bool {
        self.terminal
    }

    /// Data.
    #[expect(clippy::unused_self, reason = "printing goes through the console")]
    pub(super) fn data(&self, text: &str) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Words beside the data.
    #[expect(clippy::unused_self, reason = "printing goes through the console")]
    pub(super) fn say(&self, text: &str) {
        // Who closes standard error does not want to hear about it.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// The findings of a report, for people.
    pub(super) fn findings(&self, report: &Report) {
        if !report.findings.is_empty() {
            let _ = io::stderr().lock().write_all(human::findings(report, self.err_colour).as_bytes());
        }
    }

    /// A report: for people its findings, beside the data; for programs the whole of it, as data.
    pub(super) fn report(&self, report: &Report, format: Format) -> anyhow::Result<()> {
        match format {
            Format::Human => {
                self.findings(report);
                Ok(())
            }
            Format::Json => self.data(&json::print(report)?),
            Format::Sarif => self.data(&sarif::print(report)?),
            Format::JUnit => self.data(&junit::print(report)),
            Format::Markdown => self.data(&markdown::print(report)),
            Format::GitHub => self.data(&github::print(report)),
        }
    }

    /// What stopped the program, with what caused it.
    pub(super) fn failure(&self, error: &anyhow::Error) {
        if let Some(Refused(finding)) = error.downcast_ref() {
            let _ = io::stderr().lock().write_all(human::finding(finding, self.err_colour).as_bytes());
            return;
        }
        self.say(&format!("error: {error}"));
        error.chain().skip(1).for_each(|cause| self.say(&format!("  caused by: {cause}")));
    }
}

/// Whether the reader of our output went away.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
