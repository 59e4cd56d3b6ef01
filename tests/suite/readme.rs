//! What `README.md` and `docs/` show is what happens: their commands run with the binary that was built, and print what
//! stands there; their specs are sound; their tables are those of the code.
//!
//! `SNAPSHOTS=overwrite` writes the screens anew.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use goldsmith::capability::floor::RANGES;
use goldsmith::load::BUILT_IN;
use serde_json::Value;
use tempfile::TempDir;

use crate::pages::{Block, KINDS, Page, pages};

/// What `cargo run --release -- X` stands for in these tests is `goldsmith X`.
const CARGO_RUN: &str = "cargo run --release --";
/// Commands that are not run here: they would run these tests again.
const NOT_HERE: &[&str] = &["cargo test", "cargo test --features conformance"];

#[test]
fn every_command_runs_and_prints_what_is_shown() {
    for page in pages() {
        let copy = copy_of_the_repository();
        let shown = shown_by(&page, copy.path());
        if std::env::var_os("SNAPSHOTS").is_some_and(|mode| mode == "overwrite") {
            std::fs::write(&page.path, &shown).expect("the page can be written");
        } else {
            let differences = similar::TextDiff::from_lines(&page.text, &shown).unified_diff().to_string();
            assert!(differences.is_empty(), "{}:\n{differences}", page.path.display());
        }
    }
}

#[test]
fn every_block_is_of_a_kind_that_is_tested() {
    for page in pages() {
        for block in page.blocks() {
            let place = format!("{}:{}", page.path.display(), block.line);
            assert!(block.kind().is_some(), "{place}: `{}` is none of {KINDS:?}", block.info);
            let holds_command = block.text.lines().any(|line| line.starts_with("$ "));
            assert!(block.info == "console" || !holds_command, "{place}: a command that is not run");
        }
    }
}

#[test]
fn the_specs_of_a_page_make_a_fleet_without_findings() {
    let page = readme();
    let fleet = fleet_of(&page);
    for command in ["render", "check"] {
        let output = goldsmith(&[command], fleet.path());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{command}: {said}");
        assert_eq!(said.lines().count(), 1, "{command}: {said}");
    }
}

#[test]
fn manifests_for_other_tools_name_folders_that_the_readme_renders() {
    let fleet = fleet_of(&readme());
    assert_eq!(goldsmith(&["render"], fleet.path()).status.code(), Some(0));
    let mut named = 0;
    for page in pages() {
        for block in page.blocks_of("yaml manifest") {
            let manifest: Value = yaml_serde::from_str(block.text).expect("the manifest is YAML");
            assert!(manifest["apiVersion"].is_string() && manifest["kind"].is_string(), "{manifest}");
            for path in ["/spec/path", "/spec/source/path", "/components/0"]
                .iter()
                .filter_map(|at| manifest.pointer(at))
            {
                let path = path.as_str().expect("a path is text").trim_start_matches("../");
                assert!(
                    fleet.path().join(path).join("kustomization.yaml").is_file(),
                    "{path} is not rendered"
                );
                named += 1;
            }
        }
    }
    assert!(named > 0, "no example names a folder");
}

#[test]
fn a_job_of_gitlab_passes_and_fails_with_its_fleet_and_leaves_its_files() {
    let page = pages().into_iter().find(|page| !page.blocks_of("yaml gitlab").is_empty());
    let page = page.expect("a page shows a job");
    let job: Value = yaml_serde::from_str(page.blocks_of("yaml gitlab")[0].text).expect("the job is YAML");
    let lines = |at: &str| -> Vec<String> {
        let found = job.pointer(at).and_then(Value::as_array).expect(at).iter();
        found.map(|line| line.as_str().expect("a line is text").to_owned()).collect()
    };
    let report = job.pointer("/fleet/artifacts/reports/junit").and_then(Value::as_str).expect("a report");
    for (expected, keep) in [(Some(0), "keep: 2"), (Some(1), "keep: 4")] {
        let copy = copy_of_the_repository();
        let folder = copy.path().join("golden/fleet");
        let overlay = folder.join("overlays/canary.yaml");
        let text = std::fs::read_to_string(&overlay).expect("the overlay can be read");
        std::fs::write(&overlay, text.replace("keep: 2", keep)).expect("the overlay can be written");
        // As GitLab does: the first line that fails ends the job.
        let script = format!("set -e\n{}", lines("/fleet/script").join("\n"));
        let ended = shell(&script, &folder).status().expect("sh runs");
        assert_eq!(ended.code(), expected);
        let written = |name: &str| std::fs::metadata(folder.join(name)).expect("it was written").len();
        assert!(written(report) > 0);
        assert_eq!(written(&lines("/fleet/artifacts/paths")[0]) > 0, expected == Some(1));
    }
}

#[test]
fn what_a_built_in_overlay_says_is_listed() {
    let page = readme();
    let blocks = page.blocks_of("yaml builtin");
    let listed: Vec<&str> = blocks.iter().filter_map(|block| block.info.split(' ').nth(2)).collect();
    let known: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
    assert_eq!(listed, known);
    for (block, (name, text)) in blocks.iter().zip(BUILT_IN) {
        let overlay: Value = yaml_serde::from_str(text).expect("a built-in overlay is YAML");
        let shown: Value = yaml_serde::from_str(block.text).expect("the block is YAML");
        assert_eq!(shown, overlay["spec"], "{name}");
    }
}

#[test]
fn the_supported_versions_are_those_of_the_code() {
    let mut table = String::from("| product | from | newest known |\n| --- | --- | --- |\n");
    for range in &RANGES {
        let _ = writeln!(table, "| {} | {} | {} |", range.product.name(), range.lowest, range.newest);
    }
    assert!(readme().text.contains(&format!("{table}\n")), "README.md lacks this table:\n{table}");
}

#[test]
fn every_command_and_variable_of_the_command_line_is_named() {
    let text = readme().text;
    let command = goldsmith::cli::command();
    for subcommand in command.get_subcommands() {
        assert!(text.contains(&format!("`{}`", subcommand.get_name())), "{}", subcommand.get_name());
        for variable in subcommand.get_arguments().filter_map(|argument| argument.get_env()) {
            let variable = variable.to_string_lossy();
            assert!(text.contains(&format!("| `{variable}` |")), "{variable}");
        }
    }
}

#[test]
fn links_to_files_of_the_repository_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let others = ["CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"].map(|name| Page::read(root.join(name)));
    for page in pages().iter().chain(&others) {
        let targets = page.text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://")) {
            let folder = page.path.parent().expect("a page lies in a folder");
            let file = target.split('#').next().unwrap_or_default();
            assert!(folder.join(file).exists(), "{}: {target}", page.path.display());
        }
    }
}

fn readme() -> Page {
    pages().swap_remove(0)
}

/// The files of the repository that commands name.
fn copy_of_the_repository() -> TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = tempfile::tempdir().expect("a temporary folder");
    for entry in walkdir::WalkDir::new(root.join("golden/fleet")) {
        let entry = entry.expect("golden/fleet can be read");
        let target = copy.path().join(entry.path().strip_prefix(root).expect("it lies below the root"));
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(&target).expect("a folder can be made");
        } else {
            std::fs::copy(entry.path(), &target).expect("a file can be copied");
        }
    }
    copy
}

/// The `yaml spec` blocks of a page as files, each named in its first line.
fn fleet_of(page: &Page) -> TempDir {
    let fleet = tempfile::tempdir().expect("a temporary folder");
    for block in page.blocks_of("yaml spec") {
        let name = block.text.lines().next().and_then(|line| line.strip_prefix("# "));
        let path = fleet.path().join(name.expect("the first line names the file"));
        std::fs::create_dir_all(path.parent().expect("a file lies in a folder"))
            .expect("a folder can be made");
        std::fs::write(path, block.text).expect("a file can be written");
    }
    fleet
}

fn goldsmith(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goldsmith"));
    command.args(arguments).current_dir(folder).env_remove("GOLDSMITH_THREADS");
    command.output().expect("the binary runs")
}

/// The page with what its commands print now.
fn shown_by(page: &Page, folder: &Path) -> String {
    let blocks: Vec<Block<'_>> =
        page.blocks().into_iter().filter(|block| ["sh", "sh ci", "console"].contains(&block.info)).collect();
    let all: Vec<&str> = blocks.iter().flat_map(commands).collect();
    let mut answers = in_one_shell(&all, folder).into_iter();
    let mut shown = String::new();
    let mut rest = page.text.as_str();
    for block in &blocks {
        let (before, behind) = rest.split_at(block.text.as_ptr().addr() - rest.as_ptr().addr());
        shown.push_str(before);
        for command in commands(block) {
            let printed = answers.next().expect("each command has its answer");
            if block.info == "console" {
                let _ = write!(shown, "$ {command}\n{printed}");
            } else {
                let _ = writeln!(shown, "{command}");
            }
        }
        rest = &behind[block.text.len()..];
    }
    shown + rest
}

/// The commands of a block: each line of a script, or each line behind `$ ` of a screen.
fn commands<'p>(block: &Block<'p>) -> Vec<&'p str> {
    let lines = block.text.lines();
    if block.info == "console" {
        lines.filter_map(|line| line.strip_prefix("$ ")).collect()
    } else {
        lines.collect()
    }
}

/// Runs commands one after the other, as a person at a terminal would: standard output and error into one stream.
/// A command that ends with another status than 0 must be followed by `echo $?`, or the reader would not know.
fn in_one_shell(commands: &[&str], folder: &Path) -> Vec<String> {
    let mut script = String::from("exec 2>&1\n");
    for command in commands {
        let command = if NOT_HERE.contains(command) {
            "true".to_owned()
        } else {
            command.replace(CARGO_RUN, "goldsmith")
        };
        assert!(!command.contains("cargo"), "`{command}` is not run");
        let _ = writeln!(script, "{command}\nstatus=$?\nprintf '\\036%s\\036' $status\n(exit $status)");
    }
    let output = shell(&script, folder).output().expect("sh runs");
    let text = String::from_utf8(output.stdout).expect("screens are text");
    let parts: Vec<&str> = text.split('\u{1e}').collect();
    for (index, command) in commands.iter().enumerate() {
        let told = commands.get(index + 1).is_some_and(|next| *next == "echo $?");
        assert!(parts[2 * index + 1] == "0" || told, "`{command}` failed:\n{}", parts[2 * index]);
    }
    parts.into_iter().step_by(2).take(commands.len()).map(str::to_owned).collect()
}

/// A shell that runs a script and finds the binary that was built.
fn shell(script: &str, folder: &Path) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_goldsmith")).parent().expect("it lies in a folder").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path =
        std::env::join_paths([binary].into_iter().chain(std::env::split_paths(&path))).expect("a path");
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).current_dir(folder).env("PATH", path).env("LC_ALL", "C");
    for name in ["GOLDSMITH_THREADS", "NO_COLOR", "CLICOLOR_FORCE"] {
        shell.env_remove(name);
    }
    shell
}
