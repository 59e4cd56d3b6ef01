//! The file of a baseline: read before a run, or recorded at its end.

use std::path::Path;

use anyhow::{Context as _, bail};

use super::args::BaselineArgs;
use super::console::Console;
use crate::disk::Folder;
use crate::policy::baseline::{Baseline, HEAD};
use crate::report::Report;

/// The baseline that the command line names; an empty one where it names none.
pub(super) fn read(args: &BaselineArgs) -> anyhow::Result<Baseline> {
    let Some(path) = &args.baseline else { return Ok(Baseline::default()) };
    let shown = path.display();
    let Some(text) = content(path)? else {
        bail!("there is no baseline `{shown}`: `--record-baseline {shown}` writes one")
    };
    Baseline::parse(&text).with_context(|| format!("`{shown}` is no baseline: its first line is another one"))
}

/// Records what a run found, where the command line asks for it, and tells what of an old baseline is mended.
pub(super) fn settle(
    args: &BaselineArgs,
    baseline: &Baseline,
    report: &Report,
    console: &Console,
) -> anyhow::Result<()> {
    if let Some(path) = &args.record_baseline {
        record(path, &Baseline::of(&report.findings))?;
        console.say(&format!("recorded {}", path.display()));
    }
    let gone = baseline.gone(&report.findings);
    if gone > 0 {
        console.say(&format!("{gone} of the baseline are no longer found: record it anew"));
    }
    Ok(())
}

fn record(path: &Path, baseline: &Baseline) -> anyhow::Result<()> {
    let shown = path.display();
    if content(path)?.is_some_and(|text| !text.starts_with(HEAD)) {
        bail!("`{shown}` is no baseline, and is left as it is: name another file");
    }
    let (folder, name) = open(path)?;
    let new = format!(".{name}.new");
    folder.remove(&new)?;
    folder.create_synced(&new, baseline.to_string().as_bytes())?;
    folder.rename(&new, &folder, &name)?;
    Ok(())
}

fn content(path: &Path) -> anyhow::Result<Option<String>> {
    let (folder, name) = open(path)?;
    let Some(bytes) = folder.content(&name)? else { return Ok(None) };
    Ok(Some(String::from_utf8(bytes).with_context(|| format!("`{}` is not UTF-8 text", path.display()))?))
}

fn open(path: &Path) -> anyhow::Result<(Folder, String)> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(folder) = Folder::open_linked(parent)? else {
        bail!("there is no folder `{}`", parent.display())
    };
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.with_context(|| format!("`{}` names no file", path.display()))?;
    Ok((folder, name.to_owned()))
}
