//! `goldsmith init`: a small, commented, working fleet repository in an empty folder.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::args::{InitArgs, RenderArgs};
use super::console::Console;
use super::{Exit, render, schema};
use crate::disk::{Cursor, Folder, create_all};

/// Path in the new repository and its text; the schemas come beside them.
const STARTER: &[(&str, &str)] = &[
    ("README.md", include_str!("init/README.md")),
    ("fleet.yaml", include_str!("init/fleet.yaml")),
    ("overlays/company.yaml", include_str!("init/company.yaml")),
    ("sites/example.yaml", include_str!("init/example.yaml")),
];

pub(super) fn run(args: &InitArgs, console: &Console) -> anyhow::Result<Exit> {
    create_all(&args.folder)?;
    let folder = Folder::open_linked(&args.folder)?.context("the folder went away")?;
    let present = folder.entries()?;
    // A repository that was just made is as good as an empty folder.
    if let Some(entry) = present.iter().find(|entry| entry.name != ".git") {
        bail!(
            "`{}` is not empty, it holds `{}`: name an empty folder",
            args.folder.display(),
            entry.name.to_string_lossy()
        );
    }
    let schemas = schema::files()?;
    let schemas = schemas.iter().filter(|(name, _)| *name != "report.json");
    let mut files: Vec<(String, &str)> =
        schemas.map(|(name, text)| (format!("schemas/{name}"), text.as_str())).collect();
    files.extend(STARTER.iter().map(|(path, text)| ((*path).to_owned(), *text)));
    files.sort();
    let mut cursor = Cursor::new(&folder);
    for (path, text) in &files {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        cursor.make(parent)?.create(name, text.as_bytes())?;
        // The folder that one stands in is shown without `./`.
        let shown = if args.folder == Path::new(".") { PathBuf::from(path) } else { args.folder.join(path) };
        console.say(&format!("wrote {}", shown.display()));
    }
    render::run(&RenderArgs::of_fleet(&args.folder), console)
}
