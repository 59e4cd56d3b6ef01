//! The action for GitHub: `action.yml` and its scripts, run with the variables and files that a runner gives them.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/variables>

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use crate::pages::{Page, pages};
use crate::tools::{self, repository};

static ACTION: LazyLock<Action> = LazyLock::new(|| {
    let text = fs::read_to_string(repository().join("action.yml")).unwrap();
    yaml_serde::from_str(&text).unwrap()
});

const FLEET: &str = "golden/fleet";

#[test]
fn a_current_fleet_passes_and_leaves_reports_and_an_empty_difference() {
    let checkout = Checkout::of_the_example();
    let ran = checkout.run(&[]);
    assert_eq!((ran.status, ran.log.as_str()), (0, ""));
    assert_eq!((ran.output("status"), ran.output("changed")), ("0", "false"));
    assert_eq!(ran.json("report")["findings"], Value::Array(Vec::new()));
    assert_eq!(ran.json("sarif")["runs"][0]["results"], Value::Array(Vec::new()));
    assert_eq!(ran.file("diff"), "");
    assert_eq!(ran.summary, ran.file("markdown"));
    assert!(ran.summary.contains("no findings"), "{}", ran.summary);
}

#[test]
fn what_is_wrong_is_annotated_fails_the_step_and_still_leaves_all_reports() {
    let checkout = Checkout::of_the_example();
    checkout.edit("sites/graz.yaml", "openshift:", "openshit:");
    let ran = checkout.run(&[]);
    assert_eq!((ran.status, ran.output("status"), ran.output("changed")), (1, "1", "unknown"));
    let place = format!("::error title=GS-SPEC-001,file={FLEET}/sites/graz.yaml,line=");
    assert!(ran.log.starts_with(&place), "{}", ran.log);
    let codes = |report: Value, list: &str, code: &str| -> Vec<Value> {
        report.pointer(list).unwrap().as_array().unwrap().iter().map(|one| one[code].clone()).collect()
    };
    let told = codes(ran.json("report"), "/findings", "code");
    assert!(told.contains(&"GS-SPEC-001".into()));
    assert_eq!(codes(ran.json("sarif"), "/runs/0/results", "ruleId"), told);
    assert!(ran.summary.contains("GS-SPEC-001") && ran.summary.starts_with(&ran.file("markdown")));

    let told_only = checkout.run(&[("fail-on", "nothing")]);
    assert_eq!((told_only.status, told_only.output("status")), (0, "1"));
    assert_eq!(told_only.log, ran.log);
}

#[test]
fn a_tree_that_is_not_current_fails_and_shows_what_a_render_would_change() {
    let checkout = Checkout::of_the_example();
    checkout.edit("overlays/canary.yaml", "keep: 2", "keep: 4");
    let ran = checkout.run(&[]);
    assert_eq!((ran.status, ran.output("changed")), (1, "true"));
    assert!(ran.file("diff").contains("\n+      importsToKeep: 4\n"), "{}", ran.file("diff"));
    let shown = format!("{}\n### What changes\n\n```diff\n{}```\n", ran.file("markdown"), ran.file("diff"));
    assert_eq!(ran.summary, shown);
}

#[test]
fn a_base_shows_what_a_merge_changes_in_each_cluster() {
    let checkout = Checkout::of_the_example();
    let fleet = checkout.fleet();
    let copy = Command::new("cp").arg("-r").arg(fleet.join("rendered")).arg(checkout.path("before")).status();
    assert!(copy.unwrap().success());
    checkout.edit("overlays/canary.yaml", "keep: 2", "keep: 4");
    let rendered = Command::new(env!("CARGO_BIN_EXE_goldsmith")).arg("render").arg(&fleet).output().unwrap();
    assert!(rendered.status.success());
    let ran = checkout.run(&[("base", "before")]);
    assert_eq!((ran.status, ran.output("status"), ran.output("changed")), (0, "0", "true"));
    assert!(ran.file("diff").contains("\n-      importsToKeep: 2\n+      importsToKeep: 4\n"));
    assert_eq!(checkout.run(&[]).output("changed"), "false");
}

#[test]
fn a_difference_keeps_its_fence_and_is_cut_where_the_summary_would_be_too_long() {
    let checkout = Checkout::of_the_example();
    let extra =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: notes}\ndata:\n  notes.md: |\n    ```\n    x\n";
    let long = "    a line of a text that is long\n".repeat(30_000);
    fs::create_dir(checkout.fleet().join("extra")).unwrap();
    fs::write(checkout.fleet().join("extra/notes.yaml"), format!("{extra}{long}")).unwrap();
    let site = checkout.fleet().join("sites/graz.yaml");
    let with_notes =
        fs::read_to_string(&site).unwrap() + "  extraManifests: {notes: {path: extra/notes.yaml}}\n";
    fs::write(&site, with_notes).unwrap();
    let ran = checkout.run(&[]);
    assert!(ran.file("diff").len() > 900_000);
    assert!(ran.summary.len() < 600_000, "{}", ran.summary.len());
    assert!(ran.summary.contains("\n````diff\n") && ran.summary.contains("\n+    ```\n"));
    let end = "\n+    a line of a text that is long\n````\n\nThe rest is left out here: the output `diff` names the file with all of it.\n";
    assert!(ran.summary.ends_with(end), "{}", &ran.summary[ran.summary.len() - 300..]);
}

#[test]
fn a_run_that_could_not_be_done_never_looks_like_no_findings_or_no_changes() {
    let checkout = Checkout::of_the_example();
    for inputs in [
        [("fleet", "nowhere"), ("fail-on", "nothing")],
        [("base", "nowhere"), ("fail-on", "nothing")],
        [("baseline", "nowhere"), ("fail-on", "nothing")],
        [("today", "soon"), ("fail-on", "nothing")],
        [("program", "./no-such-program"), ("fail-on", "nothing")],
        [("base", ""), ("fail-on", "sometimes")],
    ] {
        let ran = checkout.run(&inputs);
        assert_eq!((ran.status, ran.output("status"), ran.output("changed")), (2, "2", ""), "{inputs:?}");
        assert!(ran.log.contains("::error title=goldsmith::"), "{inputs:?}: {}", ran.log);
        assert_eq!(ran.summary, "");
    }
    let ran = checkout.run(&[("base", "nowhere")]);
    assert!(ran.log.contains("there is no folder `nowhere` to compare with"), "{}", ran.log);
    assert!(!ran.file("report").is_empty());
}

#[test]
fn no_input_becomes_a_command_or_an_option() {
    let checkout = Checkout::of_the_example();
    for nasty in ["$(touch here)", "\"; touch here; \"", "--help\ntouch here"] {
        for input in ACTION.inputs.keys() {
            let ran = checkout.run(&[(input, nasty)]);
            assert_eq!(ran.status, 2, "{input}: {nasty}: {}", ran.log);
            assert!(!checkout.path("here").exists(), "{input}: {nasty}");
        }
    }
}

#[test]
fn words_of_a_spec_are_no_commands_to_the_runner() {
    let checkout = Checkout::of_the_example();
    let nasty = "x\n::set-env name=PATH::/tmp\n::add-mask::a";
    let told = checkout.run(&[("fleet", nasty)]).log;
    let lines: Vec<&str> = told.lines().collect();
    let word = lines[0].strip_prefix("::stop-commands::").unwrap();
    let end = lines.iter().position(|line| *line == format!("::{word}::")).unwrap();
    let injected = lines.iter().position(|line| line.starts_with("::add-mask::")).unwrap();
    assert!(injected < end, "{told}");
    assert!(lines[end + 1..].iter().all(|line| line.starts_with("::error title=goldsmith::")), "{told}");

    checkout.edit("sites/graz.yaml", "spec:\n", "spec:\n  \"x\\n::set-env name=PATH::/tmp\": 1\n");
    let ran = checkout.run(&[]);
    assert_eq!(ran.status, 1);
    assert!(ran.log.contains("GS-SPEC-001"), "{}", ran.log);
    assert!(ran.log.lines().all(|line| !line.starts_with("::set-env")), "{}", ran.log);
}

#[test]
fn the_program_is_built_from_the_files_of_the_action_and_once() {
    let checkout = Checkout::of_the_example();
    let first = checkout.run(&[("program", "")]);
    assert_eq!((first.status, first.output("changed")), (0, "false"), "{}", first.log);
    let folder = fs::read_dir(checkout.path("tools/goldsmith")).unwrap().next().unwrap().unwrap().path();
    let program = folder.join("bin/goldsmith");
    let told = Command::new(&program).arg("--version").output().unwrap();
    assert_eq!(String::from_utf8(told.stdout).unwrap(), format!("goldsmith {}\n", env!("CARGO_PKG_VERSION")));
    let built = fs::metadata(&program).unwrap().modified().unwrap();
    assert_eq!(checkout.run(&[("program", "")]).status, 0);
    assert_eq!(fs::metadata(&program).unwrap().modified().unwrap(), built, "it was built twice");
}

#[test]
fn another_source_has_another_key_in_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let copied =
        ["Cargo.toml", "Cargo.lock", "build.rs", "rust-toolchain.toml", "golden", "overlays", "schemas"];
    let copied = copied.into_iter().chain(["src", "templates"]).map(|name| repository().join(name));
    let copy = Command::new("cp").arg("-r").args(copied).arg(folder.path()).status();
    assert!(copy.unwrap().success());
    let key = || {
        let outputs = folder.path().join("outputs");
        fs::write(&outputs, "").unwrap();
        let mut script = Command::new(repository().join("action/source"));
        script.env("GITHUB_ACTION_PATH", folder.path()).env("GITHUB_OUTPUT", &outputs);
        let status = script.env("RUNNER_TOOL_CACHE", folder.path()).status().unwrap();
        assert!(status.success());
        outputs_of(&fs::read_to_string(outputs).unwrap())["key"].clone()
    };
    let first = key();
    assert_eq!(key(), first);
    fs::write(folder.path().join("templates/new.yaml.j2"), "").unwrap();
    assert_ne!(key(), first);
}

#[test]
fn every_step_is_one_script_and_every_input_and_output_is_told_on_the_page() {
    for step in &ACTION.runs.steps {
        let Some(run) = &step.run else { continue };
        let script = run.strip_prefix("\"$GITHUB_ACTION_PATH/").and_then(|run| run.strip_suffix('"'));
        assert!(repository().join(script.unwrap()).is_file(), "{run}");
        assert_eq!(step.shell.as_deref(), Some("bash"));
    }
    let page = page();
    for name in ACTION.inputs.keys().chain(ACTION.outputs.keys()) {
        assert!(page.text.contains(&format!("\n| `{name}` |")), "docs/ci.md does not tell `{name}`");
    }
}

#[test]
fn actionlint_accepts_the_workflow_of_the_page_and_the_action_that_it_uses() {
    let page = page();
    let workflow = page.blocks_of("yaml workflow")[0].text;
    assert_eq!(linted(workflow), "");
    for (sound, broken, told) in [
        ("        base:", "        bass:", "input \"bass\" is not defined in action \"Goldsmith\""),
        ("outputs.sarif }}", "outputs.serif }}", "property \"serif\" is not defined"),
        ("--body-file \"$REPORT\"", "--body-file $REPORT", "SC2086"),
    ] {
        assert!(workflow.contains(sound), "{sound}");
        let said = linted(&workflow.replace(sound, broken));
        assert!(said.contains(told), "{broken}: {said}");
    }
}

/// What actionlint says to a workflow of a repository that has our action at its root.
fn linted(workflow: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let ours = Regex::new(r"OWNER/goldsmith@\S+").unwrap();
    assert!(ours.is_match(workflow));
    let workflows = folder.path().join(".github/workflows");
    fs::create_dir_all(&workflows).unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::copy(repository().join("action.yml"), folder.path().join("action.yml")).unwrap();
    fs::write(workflows.join("fleet.yaml"), ours.replace(workflow, "./").as_ref()).unwrap();
    // With the scripts of workflows through shellcheck.
    let shellcheck = tools::shellcheck().get_program().to_owned();
    let mut actionlint = tools::actionlint();
    let output = actionlint.arg("-shellcheck").arg(shellcheck).current_dir(folder.path()).output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

fn page() -> Page {
    pages().into_iter().find(|page| page.path.ends_with("docs/ci.md")).unwrap()
}

/// `action.yml`, as far as a runner acts on it.
#[derive(Deserialize)]
struct Action {
    inputs: BTreeMap<String, Input>,
    outputs: BTreeMap<String, Output>,
    runs: Runs,
}

#[derive(Deserialize)]
struct Input {
    default: String,
}

#[derive(Deserialize)]
struct Output {
    value: String,
}

#[derive(Deserialize)]
struct Runs {
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    id: Option<String>,
    #[serde(rename = "if")]
    condition: Option<String>,
    shell: Option<String>,
    run: Option<String>,
    uses: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default, rename = "with")]
    _with: BTreeMap<String, String>,
}

/// The workspace of a runner, with the example fleet of the repository in it.
struct Checkout {
    folder: TempDir,
}

/// What a run of the action left.
struct Ran {
    status: i32,
    log: String,
    summary: String,
    outputs: BTreeMap<String, String>,
}

impl Checkout {
    fn of_the_example() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let checkout = Checkout { folder };
        for below in ["temp", "tools", "golden", ".git"] {
            fs::create_dir(checkout.path(below)).unwrap();
        }
        let copy =
            Command::new("cp").arg("-r").arg(repository().join(FLEET)).arg(checkout.path(FLEET)).status();
        assert!(copy.unwrap().success());
        checkout
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn fleet(&self) -> PathBuf {
        self.path(FLEET)
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.fleet().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file}: {text}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    /// Runs the steps in order, as a runner does whose cache is empty; the first that fails ends the action.
    fn run(&self, given: &[(&str, &str)]) -> Ran {
        let mut inputs: BTreeMap<&str, &str> =
            ACTION.inputs.iter().map(|(name, input)| (name.as_str(), input.default.as_str())).collect();
        inputs.extend([("fleet", FLEET), ("program", env!("CARGO_BIN_EXE_goldsmith"))]);
        inputs.extend(given.iter().copied());
        let mut values: BTreeMap<String, String> =
            inputs.iter().map(|(name, value)| (format!("inputs.{name}"), (*value).to_owned())).collect();
        let mut ran = Ran { status: 0, log: String::new(), summary: String::new(), outputs: BTreeMap::new() };
        for step in &ACTION.runs.steps {
            match step.condition.as_deref() {
                Some("inputs.program == ''") if !inputs["program"].is_empty() => continue,
                Some("inputs.program == ''") | None => {}
                Some(other) => panic!("no runner here knows `{other}`"),
            }
            if let Some(run) = &step.run {
                let outputs = self.step(run, step, &values, &mut ran);
                let id = step.id.as_deref().unwrap();
                values.extend(
                    outputs.into_iter().map(|(name, value)| (format!("steps.{id}.outputs.{name}"), value)),
                );
            } else {
                assert!(step.uses.as_deref().unwrap().starts_with("actions/cache@"));
            }
            if ran.status != 0 {
                break;
            }
        }
        let outputs = ACTION.outputs.iter();
        ran.outputs = outputs.map(|(name, output)| (name.clone(), filled(&output.value, &values))).collect();
        ran
    }

    fn step(
        &self,
        run: &str,
        step: &Step,
        values: &BTreeMap<String, String>,
        ran: &mut Ran,
    ) -> BTreeMap<String, String> {
        let [outputs, summary] = ["outputs", "summary"].map(|name| self.path("temp").join(name));
        fs::write(&outputs, "").unwrap();
        fs::write(&summary, "").unwrap();
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", run]);
        bash.current_dir(self.folder.path())
            .env("CLICOLOR_FORCE", "1")
            .env("GITHUB_ACTION_PATH", repository())
            .env("GITHUB_OUTPUT", &outputs)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("GITHUB_WORKSPACE", self.folder.path())
            .env("RUNNER_TEMP", self.path("temp"))
            .env("RUNNER_TOOL_CACHE", self.path("tools"))
            .envs(step.env.iter().map(|(name, value)| (name, filled(value, values))));
        let output = bash.output().unwrap();
        ran.status = output.status.code().unwrap();
        ran.log.push_str(&String::from_utf8(output.stdout).unwrap());
        ran.summary.push_str(&fs::read_to_string(summary).unwrap());
        outputs_of(&fs::read_to_string(outputs).unwrap())
    }
}

impl Ran {
    /// The value of an output; empty where it is not set.
    fn output(&self, name: &str) -> &str {
        &self.outputs[name]
    }

    /// The file that an output names.
    fn file(&self, output: &str) -> String {
        let path = self.output(output);
        fs::read_to_string(path).unwrap_or_else(|why| panic!("{output}: {path}: {why}"))
    }

    fn json(&self, output: &str) -> Value {
        serde_json::from_str(&self.file(output)).unwrap()
    }
}

/// A text with its expressions filled in, of which a composite action has these two.
fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let expression = Regex::new(r"\$\{\{ (inputs\.[\w-]+|steps\.\w+\.outputs\.\w+) \}\}").unwrap();
    let filled = expression
        .replace_all(text, |found: &Captures<'_>| values.get(&found[1]).cloned().unwrap_or_default());
    assert!(!text.contains("${{") || expression.is_match(text), "{text}");
    filled.into_owned()
}

/// What a step wrote into the file of its outputs: `name=value`, or `name<<END`, lines, `END`.
fn outputs_of(text: &str) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some((name, end)) = line.split_once("<<") {
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
            outputs.insert(name.to_owned(), value.join("\n"));
        } else {
            let (name, value) = line.split_once('=').unwrap();
            outputs.insert(name.to_owned(), value.to_owned());
        }
    }
    outputs
}
