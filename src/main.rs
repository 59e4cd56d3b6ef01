//! The command line program. All it does is in [`goldsmith::cli`].

use std::process::ExitCode;

/// A fleet is many small objects on several threads, and a quarter of the time of the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    goldsmith::cli::main()
}
