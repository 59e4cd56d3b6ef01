//! The figures of the README: `cargo bench`, or `cargo bench -- --sites 100 --folder /dev/shm` for a part of it.
//!
//! A fleet of 1,000 sites with 50 manifests of 1 KiB each is rendered and checked beside `cp -r` and `diff -rq` of the
//! same files, turn about in one run, and the middle of the rounds is told. On ext4, creating files is many times
//! slower for minutes after a mass delete, for everybody: nothing is deleted between rounds, nor at the end.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures time and makes its own files")]
#![expect(clippy::print_stdout, reason = "the table is its output")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

const GOLDSMITH: &str = env!("CARGO_BIN_EXE_goldsmith");

/// A namespace and 49 images are the 50 manifests of a site.
const IMAGES: usize = 49;

/// How many runs a quick command has for each one of a slow one.
const QUICK: usize = 5;

fn main() -> io::Result<()> {
    let options = options();
    println!("{} sites, {} rounds, middle value, {} cores\n", options.sites, options.rounds, cores());
    println!("| what | on | time | beside | ratio | at most | CPU | peak |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for folder in &options.folders {
        Bench::prepare(&options, folder)?.measure()?;
    }
    Ok(())
}

/// What the command line asks for.
struct Options {
    sites: usize,
    rounds: usize,
    folders: Vec<PathBuf>,
}

fn options() -> Options {
    let args: Vec<String> = env::args().collect();
    let value = |name: &str| args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1)).cloned();
    let number = |name: &str, default| value(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let both = || vec![PathBuf::from("/dev/shm"), PathBuf::from(env!("CARGO_TARGET_TMPDIR"))];
    Options {
        sites: number("--sites", 1000),
        rounds: number("--rounds", 5),
        folders: value("--folder").map_or_else(both, |folder| vec![PathBuf::from(folder)]),
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Two fleets, one a hundredth of the other, and where their trees go.
struct Bench {
    rounds: usize,
    place: &'static str,
    work: PathBuf,
    many: PathBuf,
    few: PathBuf,
    /// A tree of the large fleet, to copy and to check.
    tree: PathBuf,
    manifests: usize,
    few_manifests: usize,
}

impl Bench {
    fn prepare(options: &Options, parent: &Path) -> io::Result<Self> {
        let work = parent.join(format!("goldsmith-bench-{}", std::process::id()));
        let [many, few, tree] = ["many", "few", "tree"].map(|name| work.join(name));
        let few_sites = options.sites.div_ceil(100);
        write_fleet(&many, options.sites)?;
        write_fleet(&few, few_sites)?;
        render(&many, &tree);
        let manifests = count(&tree)?;
        assert_eq!(manifests.files, options.sites * (IMAGES + 1));
        Ok(Bench {
            rounds: options.rounds,
            place: if parent.starts_with("/dev/shm") { "tmpfs" } else { "disk" },
            work,
            many,
            few,
            tree,
            manifests: manifests.files,
            few_manifests: few_sites * (IMAGES + 1),
        })
    }

    fn measure(&self) -> io::Result<()> {
        let size = count(&self.tree)?.bytes / self.manifests;
        let few = self.render_and_copy(size);
        self.check();
        self.quick();
        self.per_object(&few);
        Ok(())
    }

    /// The rows of whole fleets into fresh trees; the runs of both sizes are handed on.
    fn render_and_copy(&self, size: usize) -> [Vec<Run>; 2] {
        let (mut copy, mut many, mut few) = (Vec::new(), Vec::new(), Vec::new());
        let fresh = |name: &str, round: usize| self.work.join(format!("{name}-{round}"));
        for round in 0..self.rounds {
            copy.push(run(&["cp", "-r", text(&self.tree), text(&fresh("copy", round))]));
            many.push(render(&self.many, &fresh("many", round)));
            few.extend((0..QUICK).map(|run| render(&self.few, &fresh("few", round * QUICK + run))));
        }
        let what = format!("render {} manifests of {size} bytes into a fresh tree", self.manifests);
        self.row(&what, &many, "`cp -r`", &copy, "2.5");
        [many, few]
    }

    fn check(&self) {
        let (mut compare, mut check) = (Vec::new(), Vec::new());
        let copy = self.work.join("copy-0");
        for _ in 0..self.rounds {
            compare.push(run(&["diff", "-rq", text(&self.tree), text(&copy)]));
            check.push(run(&[GOLDSMITH, "check", text(&self.many), "--into", text(&self.tree)]));
        }
        self.row("check, nothing changed", &check, "`diff -rq`", &compare, "3.2");
    }

    fn quick(&self) {
        let (mut one, mut version) = (Vec::new(), Vec::new());
        let words =
            [GOLDSMITH, "render", text(&self.many), "--into", text(&self.tree), "--site", "site-0007"];
        for _ in 0..self.rounds * QUICK {
            one.push(run(&words));
            version.push(run(&[GOLDSMITH, "--version"]));
        }
        self.row("`render --site` in that fleet", &one, "at most", &[bound(50)], "1");
        self.row("`--version`", &version, "at most", &[bound(5)], "1");
    }

    fn per_object(&self, [many, few]: &[Vec<Run>; 2]) {
        let each =
            |runs: &[Run], manifests: usize| middle(runs).as_secs_f64() * 1e6 / count_as_float(manifests);
        let (large, small) = (each(many, self.manifests), each(few, self.few_manifests));
        println!(
            "| one manifest of {} | {} | {large:.1} us | one of {} {small:.1} us | {:.2} | 1.2 | | |",
            self.manifests,
            self.place,
            self.few_manifests,
            large / small
        );
    }

    fn row(&self, what: &str, ours: &[Run], beside: &str, theirs: &[Run], most: &str) {
        let (mine, wall) = (middle(ours), middle(theirs));
        let ratio = mine.as_secs_f64() / wall.as_secs_f64();
        let cpu = [ours, theirs].map(|runs| middle_of(runs.iter().map(|run| run.cpu)).as_secs_f64());
        let cpu = if cpu[1] > 0.0 { format!("{:.2} s, {:.2} s", cpu[0], cpu[1]) } else { String::new() };
        let peak = ours.iter().map(|run| run.peak_kilobytes).max().unwrap_or(0) / 1024;
        println!(
            "| {what} | {} | {:.1} ms | {beside} {:.1} ms | {ratio:.2} | {most} | {cpu} | {peak} MB |",
            self.place,
            mine.as_secs_f64() * 1e3,
            wall.as_secs_f64() * 1e3,
        );
    }
}

/// One run of a program.
#[derive(Clone, Copy)]
struct Run {
    wall: Duration,
    /// Time of the processors, which other work on the machine disturbs less.
    cpu: Duration,
    peak_kilobytes: u64,
}

/// A fixed time to stand beside ours.
fn bound(milliseconds: u64) -> Run {
    Run { wall: Duration::from_millis(milliseconds), cpu: Duration::ZERO, peak_kilobytes: 0 }
}

fn render(fleet: &Path, into: &Path) -> Run {
    run(&[GOLDSMITH, "render", text(fleet), "--into", text(into)])
}

/// Runs a program to its end; its memory and its time are looked at now and then, beside it.
fn run(words: &[&str]) -> Run {
    let begin = Instant::now();
    let child = Command::new(words[0]).args(&words[1..]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let child = child.unwrap_or_else(|error| panic!("{}: {error}", words[0]));
    let ended = AtomicBool::new(false);
    let (pid, ended) = (child.id(), &ended);
    thread::scope(|scope| {
        let watch = scope.spawn(move || watch(pid, ended));
        let wall = wait(child, words, begin);
        ended.store(true, Ordering::Relaxed);
        let (cpu, peak_kilobytes) = watch.join().unwrap_or_default();
        Run { wall, cpu, peak_kilobytes }
    })
}

fn wait(child: Child, words: &[&str], begin: Instant) -> Duration {
    let output = child.wait_with_output();
    let wall = begin.elapsed();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", words[0]));
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    wall
}

fn watch(pid: u32, ended: &AtomicBool) -> (Duration, u64) {
    let (mut cpu, mut peak) = (Duration::ZERO, 0);
    while !ended.load(Ordering::Relaxed) {
        cpu = cpu.max(cpu_time(pid));
        peak = peak.max(high_water(pid));
        thread::sleep(Duration::from_millis(2));
    }
    (cpu, peak)
}

/// What a process has used of the processors so far, user and system, in the system's steps of 10 ms.
fn cpu_time(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // Behind the name in brackets, user and system time are the twelfth and thirteenth field.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    Duration::from_millis(10 * fields.filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>())
}

/// The most memory that a process has had so far, in KiB.
fn high_water(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn middle(runs: &[Run]) -> Duration {
    middle_of(runs.iter().map(|run| run.wall))
}

fn middle_of(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort();
    times[times.len() / 2]
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}

fn count_as_float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// The manifests of a tree.
#[derive(Default)]
struct Count {
    files: usize,
    bytes: usize,
}

fn count(folder: &Path) -> io::Result<Count> {
    let mut all = Count::default();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            let below = count(&entry.path())?;
            all = Count { files: all.files + below.files, bytes: all.bytes + below.bytes };
        } else if ![".goldsmith-inventory", "kustomization.yaml"].contains(&text(entry.file_name().as_ref()))
        {
            all.files += 1;
            all.bytes += usize::try_from(entry.metadata()?.len()).unwrap_or(0);
        }
    }
    Ok(all)
}

/// A fleet on plain Kubernetes, where each image is a manifest of its own.
fn write_fleet(folder: &Path, sites: usize) -> io::Result<()> {
    fs::create_dir_all(folder.join("sites"))?;
    fs::create_dir_all(folder.join("overlays"))?;
    fs::write(folder.join("fleet.yaml"), FLEET)?;
    fs::write(folder.join("overlays/company.yaml"), COMPANY)?;
    for site in 0..sites {
        fs::write(folder.join(format!("sites/site-{site:04}.yaml")), site_file(site))?;
    }
    Ok(())
}

const FLEET: &str = "\
apiVersion: goldsmith.dev/v1alpha1
kind: Fleet
spec:
  goldsmith: '>=0.1'
  overlays: [overlays/company.yaml]
";

const COMPANY: &str = "\
apiVersion: goldsmith.dev/v1alpha1
kind: Overlay
metadata:
  name: company
spec:
  goldenImages:
    defaults:
      keep: 3
      size: 20Gi
  commonMetadata:
    labels:
      example.com/owner: images
    annotations:
      example.com/runbook: https://runbooks.example/imports
";

fn site_file(site: usize) -> String {
    let mut text = format!(
        "\
apiVersion: goldsmith.dev/v1alpha1
kind: Site
metadata:
  name: site-{site:04}
spec:
  platform:
    kubernetes: '1.34'
    cdi: '1.65'
  goldenImages:
    namespace: images
    images:
"
    );
    for image in 0..IMAGES {
        let _ = write!(
            text,
            "      image-{image:02}:
        registry: registry.example/images/image-{image:02}:stable
        defaultInstancetype: u1.medium
        defaultPreference: linux
"
        );
    }
    text
}
