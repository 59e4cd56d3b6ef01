//! `goldsmith schema`: the JSON Schemas, as `schemas/` holds them.

use anyhow::Context as _;

use super::Exit;
use super::args::{SchemaArgs, SchemaKind};
use super::console::Console;
use crate::{document, report};

pub(super) fn run(args: &SchemaArgs, console: &Console) -> anyhow::Result<Exit> {
    let name = match args.kind {
        SchemaKind::Fleet => "fleet.json",
        SchemaKind::Site => "site.json",
        SchemaKind::Overlay => "overlay.json",
        SchemaKind::Report => "report.json",
    };
    let (_, text) =
        files()?.into_iter().find(|(known, _)| *known == name).context("there is no such schema")?;
    console.data(&text)?;
    Ok(Exit::Fine)
}

/// Every schema: its file name and its text.
pub fn files() -> anyhow::Result<Vec<(&'static str, String)>> {
    let mut files = Vec::new();
    for (name, schema) in document::schemas().into_iter().chain([("report.json", report::schema())]) {
        files.push((name, serde_json::to_string_pretty(&schema)? + "\n"));
    }
    files.sort();
    Ok(files)
}
