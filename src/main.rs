//! The command line program. All it does is in [`goldsmith::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    goldsmith::cli::main()
}
