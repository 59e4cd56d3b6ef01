//! The command line: checked arguments, the steps in order, a printer. One file a command.
//!
//! Data goes to standard output, all else to standard error. Exit 0: done, nothing to say; 1: findings or differences;
//! 2: could not run. A reader that closes the pipe early is no error.

mod args;
mod baseline;
mod check;
mod checkout;
mod console;
mod definitions;
mod diff;
mod explain;
mod init;
mod render;
mod rows;
mod rule;
mod schema;
mod session;
mod validate;
mod yaml_files;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use args::{Arguments, Command};
use console::Console;
pub use schema::files as schema_files;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Done, nothing to say.
    Fine,
    /// Findings or differences.
    Findings,
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(refusal) => {
            let code = if refusal.use_stderr() { 2 } else { 0 };
            // A closed pipe is all that can go wrong here.
            let _ = refusal.print();
            return ExitCode::from(code);
        }
    };
    let console = Console::of_process();
    match run(arguments.command, &console) {
        Ok(Exit::Fine) => ExitCode::SUCCESS,
        Ok(Exit::Findings) => ExitCode::from(1),
        Err(error) if console::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            console.failure(&error);
            ExitCode::from(2)
        }
    }
}

fn run(command: Command, console: &Console) -> anyhow::Result<Exit> {
    match command {
        Command::Init(args) => init::run(&args, console),
        Command::Render(args) => render::run(&args, console),
        Command::Check(args) => check::run(&args, console),
        Command::Validate(args) => validate::run(&args, console),
        Command::Diff(args) => diff::run(&args, console),
        Command::Explain(args) => explain::run(&args, console),
        Command::Schema(args) => schema::run(&args, console),
    }
}

/// The whole command tree, for tests and documentation.
pub fn command() -> clap::Command {
    Arguments::command()
}
