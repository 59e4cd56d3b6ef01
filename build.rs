//! Embeds the templates and the examples of rules, so that the binary needs no files beside it.

#![expect(
    clippy::disallowed_methods,
    reason = "a build script reads what it embeds and writes what it generates"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    minijinja_embed::embed_templates!("templates", &[".yaml.j2"][..]);
    embed_examples(Path::new("golden/fails"));
}

/// Writes a table of all texts below a folder, each by its path from there: `src/registry/example.rs` takes it in.
#[expect(
    clippy::disallowed_methods,
    reason = "a build script reads what it embeds and writes what it generates"
)]
fn embed_examples(folder: &Path) {
    println!("cargo::rerun-if-changed={}", folder.display());
    let home = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let mut table = String::from("&[\n");
    let mut open = vec![folder.to_owned()];
    let mut texts = Vec::new();
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("the examples can be listed") {
            let path = entry.expect("the examples can be listed").path();
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else if std::fs::read_to_string(&path).is_ok() {
                texts.push(path);
            }
        }
    }
    texts.sort();
    for path in texts {
        let name = path.strip_prefix(folder).expect("it lies below").to_str().expect("its name is text");
        let name = name.replace('\\', "/");
        let _ = writeln!(table, "({name:?}, include_str!({:?})),", home.join(&path).display().to_string());
    }
    table.push_str("]\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it")).join("examples.rs");
    std::fs::write(out, table).expect("the table can be written");
}
