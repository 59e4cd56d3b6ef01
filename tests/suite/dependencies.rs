//! What the program is built from: nothing in it could ask a network.

use std::collections::BTreeSet;
use std::process::Command;

use crate::support::home;

/// Crates that open connections or secure them: whoever speaks HTTP has one of them, or names `std::net`, which
/// `layout.rs` allows nowhere.
const NETWORK: &[&str] = &[
    "async-std",
    "attohttpc",
    "curl",
    "curl-sys",
    "h2",
    "hyper",
    "isahc",
    "minreq",
    "mio",
    "native-tls",
    "openssl",
    "openssl-sys",
    "reqwest",
    "rustls",
    "smol",
    "socket2",
    "tokio",
    "ureq",
    "ureq-proto",
];

#[test]
fn the_program_has_no_network_client() {
    assert_eq!(network(&crates("normal,build")), BTreeSet::new());
}

#[test]
fn a_network_client_would_be_found() {
    // Tests ask a real API server.
    assert!(network(&crates("normal,build,dev")).contains("ureq"));
}

fn network(crates: &BTreeSet<String>) -> BTreeSet<&str> {
    NETWORK.iter().copied().filter(|name| crates.contains(*name)).collect()
}

/// The names of all crates behind dependencies of these kinds, with every feature.
fn crates(kinds: &str) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--locked", "--offline", "--all-features", "--prefix", "none", "--format", "{p}"]);
    let output = cargo.args(["--edges", kinds]).current_dir(home()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8(output.stdout).unwrap();
    let crates: BTreeSet<String> =
        listed.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
    assert!(crates.contains("goldsmith") && crates.len() > 50, "{listed}");
    crates
}
