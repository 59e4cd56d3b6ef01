//! The command line program. All it does is in [`goldsmith::cli`].

use std::process::ExitCode;

/// A fleet is many small objects on several threads: with the system's allocator a run takes a fifth longer. Without huge
/// pages (`no_thp` in Cargo.toml), which save no time here and keep a third more memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    goldsmith::cli::main()
}
