//! The figures of the README: `cargo bench --bench fleet`, with `-- --sites 100 --folder /dev/shm` for a part of it.
//!
//! A fleet of 1,000 sites with 50 manifests of 1 KiB each is rendered and checked beside `cp -r` and `diff -rq` of the
//! same files, turn about in one run, and the middle of the rounds is told. On ext4, creating files is many times
//! slower for minutes after a mass delete, for everybody: nothing is deleted between rounds, nor at the end.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures time and makes its own files")]
#![expect(clippy::print_stdout, reason = "the table is its output")]

mod many_sites;
mod measure;

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use many_sites::{IMAGES, write_fleet};
use measure::{GOLDSMITH, Run, argument, cores, middle, middle_of, number, peak, run, text};

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
    let both = || vec![PathBuf::from("/dev/shm"), PathBuf::from(env!("CARGO_TARGET_TMPDIR"))];
    Options {
        sites: number("--sites", 1000),
        rounds: number("--rounds", 5),
        folders: argument("--folder").map_or_else(both, |folder| vec![PathBuf::from(folder)]),
    }
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
        println!(
            "| {what} | {} | {:.1} ms | {beside} {:.1} ms | {ratio:.2} | {most} | {cpu} | {} MB |",
            self.place,
            mine.as_secs_f64() * 1e3,
            wall.as_secs_f64() * 1e3,
            peak(ours),
        );
    }
}

/// A fixed time to stand beside ours.
fn bound(milliseconds: u64) -> Run {
    Run { wall: Duration::from_millis(milliseconds), cpu: Duration::ZERO, peak_kilobytes: 0 }
}

fn render(fleet: &Path, into: &Path) -> Run {
    run(&[GOLDSMITH, "render", text(fleet), "--into", text(into)])
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
