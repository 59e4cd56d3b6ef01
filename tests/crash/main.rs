//! Kills and starves a writer at its N-th system call, for every N, by `strace`: each file stays old or new as a
//! whole, and the next run ends clean. Needs `strace`; without it the tests fail.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "tests look at the disk from outside")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What meets the N-th call.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// The process is killed.
    Kill,
    /// The call fails.
    Error(&'static str),
}

/// Two commands that write into one output folder (given): a run of yesterday, if any, and one of today.
struct Case<'c> {
    old: Option<&'c dyn Fn(&Path) -> Command>,
    new: &'c dyn Fn(&Path) -> Command,
}

/// Files by path, with their bytes.
type Tree = BTreeMap<String, Vec<u8>>;

#[test]
fn a_killed_render_into_an_existing_tree_leaves_each_file_old_or_new() {
    let fleets = Fleets::new();
    let case = Case { old: Some(&|out| fleets.old(out)), new: &|out| fleets.new_one(out) };
    for calls in ["/^rename", "/^openat$", "/^write$", "/^unlink", "/^mkdir", "/^(syncfs|fsync)$"] {
        assert!(survives(&case, calls, Fault::Kill) > 0, "{calls} was never called");
    }
}

#[test]
fn a_killed_render_of_a_fresh_tree_leaves_all_or_nothing() {
    let fleets = Fleets::new();
    let case = Case { old: None, new: &|out| fleets.new_one(out) };
    for calls in ["/^rename", "/^openat$", "/^write$", "/^mkdir"] {
        assert!(survives(&case, calls, Fault::Kill) > 0, "{calls} was never called");
    }
}

#[test]
fn a_full_disk_or_a_read_only_folder_loses_nothing() {
    let fleets = Fleets::new();
    let existing = Case { old: Some(&|out| fleets.old(out)), new: &|out| fleets.new_one(out) };
    let fresh = Case { old: None, new: &|out| fleets.new_one(out) };
    for case in [existing, fresh] {
        for (calls, error) in
            [("/^write$", "ENOSPC"), ("/^rename", "ENOSPC"), ("/^mkdir", "EACCES"), ("/^openat$", "EACCES")]
        {
            assert!(survives(&case, calls, Fault::Error(error)) > 0, "{calls} was never called");
        }
    }
}

/// Two days of one fleet: a site leaves, one comes, one stays as it is; an image leaves the rest, and its manifests with
/// it, and another one changes.
struct Fleets {
    folder: tempfile::TempDir,
}

impl Fleets {
    fn new() -> Self {
        let fleets = Fleets { folder: tempfile::tempdir().unwrap() };
        let image = |name: &str, keep: u32| {
            format!(
                "      {name}:\n        registry: registry.example/{name}:1\n        size: 10Gi\n        keep: {keep}\n"
            )
        };
        let old = [
            ("lyon", image("alpha", 2) + &image("beta", 2)),
            ("nice", image("alpha", 2)),
            ("gone", image("alpha", 2)),
        ];
        let new = [("lyon", image("alpha", 3)), ("nice", image("alpha", 2)), ("oslo", image("alpha", 2))];
        fleets.write("old", &old);
        fleets.write("new", &new);
        fleets
    }

    fn write(&self, day: &str, sites: &[(&str, String)]) {
        let fleet = self.folder.path().join(day);
        fs::create_dir_all(fleet.join("sites")).unwrap();
        let head = |kind: &str| format!("apiVersion: goldsmith.dev/v1alpha1\nkind: {kind}\n");
        fs::write(fleet.join("fleet.yaml"), head("Fleet") + "spec:\n  goldsmith: '>=0.1'\n").unwrap();
        for (name, images) in sites {
            let platform =
                "  platform:\n    kubernetes: '1.34'\n    cdi: '1.65'\n  goldenImages:\n    images:\n";
            let text = format!("{}metadata:\n  name: {name}\nspec:\n{platform}{images}", head("Site"));
            fs::write(fleet.join(format!("sites/{name}.yaml")), text).unwrap();
        }
    }

    fn old(&self, out: &Path) -> Command {
        self.render("old", "oslo", out)
    }

    fn new_one(&self, out: &Path) -> Command {
        self.render("new", "gone", out)
    }

    /// With one worker, since calls are counted a thread: so each number is another call.
    fn render(&self, day: &str, may_leave: &str, out: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_goldsmith"));
        command.arg("render").arg(self.folder.path().join(day)).arg("--into").arg(out);
        command.args(["--allow-removal", may_leave, "--threads", "1"]);
        command
    }
}

/// Runs a case with a fault at the first, second, .. call until the calls are fewer; answers how many there were.
fn survives(case: &Case<'_>, calls: &str, fault: Fault) -> usize {
    let after = clean_run(case);
    for number in 1.. {
        let place = Place::of(case);
        let before = tree(&place.out);
        let (output, met) = strace(&(case.new)(&place.out), calls, fault, number, &place.around);
        if !met {
            return number - 1;
        }
        let met = format!("{calls} {number} {fault:?}: {}", String::from_utf8_lossy(&output.stderr));
        check_between(&tree(&place.out), &before, &after, case.old.is_none(), &met);
        if matches!(fault, Fault::Error(_)) && output.status.success() {
            assert_eq!(tree(&place.out), after, "it ended well, but the tree is not new: {met}");
        }
        // The next run may well be another one: its wishes count, not those of the killed run.
        let (next, wanted) = match case.old {
            Some(old) if number % 2 == 0 => (old(&place.out), &before),
            _ => ((case.new)(&place.out), &after),
        };
        succeed(&mut { next });
        assert_eq!(&tree(&place.out), wanted, "the next run does not end clean: {met}");
        assert_eq!(names(&place.around), ["rendered", "strace.log"], "something was left beside: {met}");
        assert!(!place.out.join(".goldsmith").exists(), "something was left inside: {met}");
    }
    unreachable!("the calls end before the numbers do")
}

/// Each file is as before or as after; a fresh tree is there as a whole or not at all.
fn check_between(now: &Tree, before: &Tree, after: &Tree, fresh: bool, met: &str) {
    if fresh {
        assert!(now.is_empty() || now == after, "a part of a fresh tree: {met}");
        return;
    }
    for path in before.keys().chain(after.keys()).chain(now.keys()) {
        let file = now.get(path);
        assert!(
            file == before.get(path) || file == after.get(path),
            "`{path}` is neither old nor new: {met}"
        );
    }
}

/// A folder with an output folder in it, `rendered`, as the old run left it.
struct Place {
    _temporary: tempfile::TempDir,
    around: PathBuf,
    out: PathBuf,
}

impl Place {
    fn of(case: &Case<'_>) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let around = temporary.path().to_owned();
        let out = around.join("rendered");
        if let Some(old) = case.old {
            succeed(&mut old(&out));
        }
        Place { _temporary: temporary, around, out }
    }
}

fn clean_run(case: &Case<'_>) -> Tree {
    let place = Place::of(case);
    succeed(&mut (case.new)(&place.out));
    tree(&place.out)
}

fn succeed(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Runs a command with a fault at its N-th call; tells whether the fault was met.
fn strace(command: &Command, calls: &str, fault: Fault, number: usize, around: &Path) -> (Output, bool) {
    let log = around.join("strace.log");
    let what = match fault {
        Fault::Kill => "signal=SIGKILL".to_owned(),
        Fault::Error(error) => format!("error={error}"),
    };
    let mut strace = Command::new("strace");
    strace.args(["-f", "-o"]).arg(&log).args(["-e", &format!("trace={calls}")]);
    strace.args(["-e", &format!("inject={calls}:{what}:when={number}")]);
    strace.arg("--").arg(command.get_program()).args(command.get_args());
    strace.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = strace.output().expect("strace runs: install it, these tests cannot do without");
    let log = fs::read_to_string(log).expect("strace writes its log: it may need the right to trace");
    (output, log.contains("(INJECTED)") || log.contains("killed by SIGKILL"))
}

/// All files below a folder but those of a write in progress.
fn tree(folder: &Path) -> Tree {
    let mut found = Tree::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            match path.is_dir() {
                true if name == ".goldsmith" => {}
                true => folders.push(path),
                false => drop(found.insert(name, fs::read(path).unwrap())),
            }
        }
    }
    found
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
