//! The tools, each found or else named together with the way to get it.

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use crate::control_plane;

static YAML_LANGUAGE_SERVER: LazyLock<PathBuf> =
    LazyLock::new(|| installed("yaml-language-server", "yaml-language-server/bin/yaml-language-server"));

static ACTIONLINT: LazyLock<PathBuf> = LazyLock::new(|| {
    present(
        "go",
        &["version"],
        "install Go as new as tests/conformance/actionlint/go.mod says (https://go.dev/doc/install)",
    );
    let program = folder_of("actionlint").join("actionlint");
    // Go keeps what it built, so that this costs a moment.
    let mut build = Command::new("go");
    build.args(["build", "-o"]).arg(&program).arg("github.com/rhysd/actionlint/cmd/actionlint");
    run(build.current_dir(repository().join("tests/conformance/actionlint")), "");
    program
});

static SARIF_MULTITOOL: LazyLock<PathBuf> =
    LazyLock::new(|| installed("sarif-multitool", "@microsoft/sarif-multitool-linux/Sarif.Multitool"));

/// The root of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// kubectl of the version that `tests/control-plane/go.mod` names.
pub(crate) fn kubectl() -> Command {
    Command::new(control_plane::tools().join("kubectl"))
}

/// yaml-language-server, run by node.
pub(crate) fn yaml_language_server() -> Command {
    present("node", &["--version"], "install Node.js 20 or newer from https://nodejs.org");
    let mut node = Command::new("node");
    node.arg(&*YAML_LANGUAGE_SERVER);
    node
}

/// SARIF Multitool of Microsoft. It asks the network for nothing but schemas, and does without them.
pub(crate) fn sarif_multitool() -> Command {
    let program = &*SARIF_MULTITOOL;
    // npm runs no scripts here, so that the program is not executable yet.
    std::fs::set_permissions(program, Permissions::from_mode(0o755)).unwrap();
    let mut multitool = Command::new(program);
    multitool.env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1");
    multitool
}

/// actionlint, as `tests/conformance/actionlint/` locks it.
pub(crate) fn actionlint() -> Command {
    Command::new(&*ACTIONLINT)
}

/// shellcheck.
pub(crate) fn shellcheck() -> Command {
    present("shellcheck", &["--version"], "install it: `apt-get install shellcheck`");
    Command::new("shellcheck")
}

/// pre-commit, and below it git as [`git`] has it.
pub(crate) fn pre_commit(folder: &Path) -> Command {
    present("pre-commit", &["--version"], "install it: `apt-get install pre-commit`, or with pipx");
    let mut pre_commit = Command::new("pre-commit");
    pre_commit.current_dir(folder).env("PRE_COMMIT_COLOR", "never");
    pre_commit.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    pre_commit
}

/// The program that tells what robfig/cron makes of expressions.
pub(crate) fn cron_verdicts() -> Command {
    Command::new(control_plane::tools().join("cron-verdicts"))
}

/// Python with PyYAML.
pub(crate) fn python() -> Command {
    present("python3", &["-c", "import yaml"], "install Python 3 and PyYAML: `apt-get install python3-yaml`");
    Command::new("python3")
}

/// Python with junitparser.
pub(crate) fn junitparser() -> Command {
    let way = "install it: `python3 -m pip install junitparser`, or `apt-get install python3-junitparser`";
    present("python3", &["-c", "import junitparser"], way);
    Command::new("python3")
}

/// promtool.
pub(crate) fn promtool() -> Command {
    present("promtool", &["--version"], "it comes with Prometheus: `apt-get install prometheus`");
    Command::new("promtool")
}

/// skopeo.
pub(crate) fn skopeo() -> Command {
    present("skopeo", &["--version"], "install it: `apt-get install skopeo`");
    Command::new("skopeo")
}

/// umoci.
pub(crate) fn umoci() -> Command {
    present("umoci", &["--version"], "install it: `apt-get install umoci`");
    Command::new("umoci")
}

/// qemu-img.
pub(crate) fn qemu_img() -> Command {
    present("qemu-img", &["--version"], "install it: `apt-get install qemu-utils`");
    Command::new("qemu-img")
}

/// Fails where `tests/conformance/pod_vm_import/registry` cannot run.
pub(crate) fn require_registry() {
    present(
        "docker-registry",
        &["--version"],
        "it is in the package `docker-registry`, which also starts a service",
    );
    present("openssl", &["version"], "install it: `apt-get install openssl`");
}

/// `tests/conformance/pod_vm_import/container`, in a mount namespace of its own, and what the fakes in it need.
pub(crate) fn container() -> Command {
    let way = "it takes root, or a kernel that lets everybody make user namespaces";
    let flags = ["--mount", "--map-root-user"];
    present("unshare", &[flags[0], flags[1], "true"], way);
    present("/usr/bin/python3", &["-c", "import jmespath"], "install it: `apt-get install python3-jmespath`");
    let mut container = Command::new("unshare");
    container.args(flags).arg(repository().join("tests/conformance/pod_vm_import/container"));
    container
}

/// What runs a command as the first process of a namespace of processes, as a container does. [`stop`] ends it.
pub(crate) fn first_process() -> Command {
    let flags = ["--map-root-user", "--pid", "--fork", "--kill-child"];
    let way = "it takes root, or a kernel that lets everybody make user namespaces";
    present("unshare", &[&flags[..], &["true"]].concat(), way);
    let mut unshare = Command::new("unshare");
    unshare.args(flags);
    unshare
}

/// Asks the first process below one that `unshare` started to end, as a kubelet does. From outside, too, it gets no signal that it has
/// not asked for.
pub(crate) fn stop(unshare: &Child) {
    let id = unshare.id();
    let first = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
    run(Command::new("kill").args(["-TERM", first.trim()]), "");
}

/// git, with a configuration of its own.
pub(crate) fn git(folder: &Path) -> Command {
    present("git", &["--version"], "`apt-get install git`");
    let mut git = Command::new("git");
    git.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    for role in ["AUTHOR", "COMMITTER"] {
        git.env(format!("GIT_{role}_NAME"), "test").env(format!("GIT_{role}_EMAIL"), "test@example.com");
    }
    git
}

/// The folder of real CustomResourceDefinitions.
pub(crate) fn definitions() -> PathBuf {
    let folder = std::env::var_os("GOLDSMITH_TEST_CRDS").map(PathBuf::from);
    let folder = folder.expect(
        "GOLDSMITH_TEST_CRDS is not set: name a folder with the CustomResourceDefinitions of a cluster \
         (`kubectl get crd -o yaml`, or the files of the operators' repositories)",
    );
    assert!(folder.is_dir(), "GOLDSMITH_TEST_CRDS names `{}`, which is no folder", folder.display());
    folder
}

/// Runs a tool with a text on its standard input; its standard output. Fails with what it said.
pub(crate) fn run(command: &mut Command, input: &str) -> String {
    match attempt(command, input) {
        Ok(output) => output,
        Err(said) => panic!("{said}"),
    }
}

/// As [`run`], with what the tool said as an error.
pub(crate) fn attempt(command: &mut Command, input: &str) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|why| format!("cannot run {name}: {why}"))?;
    let mut stdin = child.stdin.take().expect("was asked for");
    let input = input.to_owned();
    let feed = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().map_err(|why| format!("{name}: {why}"))?;
    // A tool that stopped reading early says so itself.
    let _ = feed.join();
    if !output.status.success() {
        return Err(format!(
            "{name} ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    String::from_utf8(output.stdout).map_err(|why| format!("{name}: {why}"))
}

/// Fails where fewer things were found than there must be, so that a test which finds nothing says so.
#[track_caller]
pub(crate) fn assert_at_least(minimum: usize, found: usize, what: &str) {
    assert!(found >= minimum, "only {found} {what}, at least {minimum} are expected");
}

/// A program from npm, installed once as `tests/conformance/<name>/` locks it.
fn installed(name: &str, program: &str) -> PathBuf {
    present("npm", &["--version"], "install Node.js 20 or newer with npm from https://nodejs.org");
    let locked = repository().join("tests/conformance").join(name);
    let folder = folder_of(name);
    let file = |name: &str| (locked.join(name), folder.join(name));
    let (wanted, installed) = file("package-lock.json");
    let program = folder.join("node_modules").join(program);
    if program.is_file() && std::fs::read(&wanted).ok() == std::fs::read(&installed).ok() {
        return program;
    }
    for name in ["package.json", "package-lock.json"] {
        let (from, to) = file(name);
        std::fs::copy(from, to).unwrap();
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&folder);
    run(&mut npm, "");
    program
}

/// The folder that a tool is kept in.
fn folder_of(name: &str) -> PathBuf {
    let tools = std::env::var_os("GOLDSMITH_TOOLS").map(PathBuf::from);
    let folder = tools.unwrap_or_else(|| repository().join("target/tools")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn present(tool: &str, trial: &[&str], way: &str) {
    let tried = Command::new(tool).args(trial).stdin(Stdio::null()).output();
    let found = tried.as_ref().is_ok_and(|tried| tried.status.success());
    assert!(found, "{tool} is missing or incomplete (`{tool} {}`): {way}", trial.join(" "));
}
