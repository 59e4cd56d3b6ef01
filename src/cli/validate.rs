//! `goldsmith validate`: any manifests, ours or not, judged as the API server would. Writes nothing.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use rayon::prelude::*;

use super::args::{Format, ValidateArgs};
use super::console::Console;
use super::yaml_files::{self, YamlFile};
use super::{Exit, baseline, checkout, definitions};
use crate::capability::Release;
use crate::diagnostic::{Diagnostic, Findings};
use crate::disk::Folder;
use crate::load::{FLEET_FILE, LARGEST_FILE};
use crate::policy::novelty;
use crate::report::{Report, human};
use crate::validate::files::{Against, Judged, OldObjects, judge_file};
use crate::validate::rules::UNREADABLE;

pub(super) fn run(args: &ValidateArgs, console: &Console) -> anyhow::Result<Exit> {
    // Files are shown by their path from here.
    let mut report = Report { folder: checkout::below(Path::new("."))?, ..Report::new("validate") };
    let known = baseline::read(args.baseline.as_deref())?;
    let here = Folder::open(Path::new("."))?.filter(|here| matches!(here.kind(FLEET_FILE), Ok(Some(_))));
    let crds = definitions::read(&args.crds, here.as_ref(), &mut report.findings)?;
    let old = old_objects(&args.old, &mut report.findings)?;
    let against = Against { crds: &crds, old: &old, strict: args.strict };
    let pool = args.threads.start()?;
    let paths = if args.paths.is_empty() { vec![PathBuf::from(".")] } else { args.paths.clone() };
    for path in &paths {
        let judged = if path == Path::new("-") {
            let mut told = Findings::default();
            let judged = judge_file("<standard input>", standard_input()?, &against, &mut told);
            report.findings.absorb(softened(told));
            judged
        } else {
            let (folder, files) = yaml_files::named(path)?;
            pool.install(|| judge(&folder, &files, &against, &mut report.findings))
        };
        report.objects.extend(judged);
    }
    baseline::record(args.record_baseline.as_deref(), &report, console)?;
    known.mark(&mut report.findings);
    if args.paths.is_empty() {
        baseline::tell_mended(&known, &report, console);
    }
    if !args.old.is_empty() && !report.objects.iter().any(|object| object.is_change) {
        console
            .say("no object is in `--old`, by group, kind, namespace and name: all were judged as new ones");
    }
    tell(args.output, &report, console)
}

/// Judges files in parallel and keeps their order.
fn judge(folder: &Folder, files: &[YamlFile], against: &Against<'_>, findings: &mut Findings) -> Vec<Judged> {
    let each = |file: &YamlFile| {
        let mut findings = Findings::default();
        let judged = match file.read(folder) {
            Ok(text) => judge_file(&file.shown, text, against, &mut findings),
            Err(error) => {
                let title = format!("`{}` cannot be read as manifests", file.shown);
                let found = Diagnostic::new(&UNREADABLE, title).note(format!("{error:#}"));
                findings.push(found.help("mend the file, or name only what is to be judged"));
                vec![Judged::unreadable(&file.shown, 1)]
            }
        };
        (judged, softened(findings))
    };
    let mut all = Vec::new();
    // A part at a time: of files without findings nothing is kept but the names of their objects.
    for part in files.chunks(1024) {
        for (judged, told) in part.par_iter().map(each).collect::<Vec<_>>() {
            findings.absorb(told);
            all.extend(judged);
        }
    }
    all
}

/// No fleet gives levels here, so that a new rule stops nobody yet.
fn softened(mut findings: Findings) -> Findings {
    let release = Release::ours();
    findings.rewrite(|finding| {
        novelty::soften(finding, release);
        true
    });
    findings
}

fn old_objects(paths: &[PathBuf], findings: &mut Findings) -> anyhow::Result<OldObjects> {
    let mut old = OldObjects::default();
    for path in paths {
        let (folder, files) = yaml_files::named(path)?;
        for file in files {
            old.add(&file.shown, file.read(&folder)?, findings);
        }
    }
    Ok(old)
}

fn standard_input() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().lock().take(LARGEST_FILE + 1).read_to_string(&mut text).context("standard input")?;
    if text.len() as u64 > LARGEST_FILE {
        bail!("standard input has more than the {LARGEST_FILE} bytes that are read: split it");
    }
    Ok(text)
}

fn tell(format: Format, report: &Report, console: &Console) -> anyhow::Result<Exit> {
    console.report(report, format)?;
    if format == Format::Human {
        console.say(&human::verdicts(report));
    }
    Ok(if report.findings.has_errors() { Exit::Findings } else { Exit::Fine })
}
