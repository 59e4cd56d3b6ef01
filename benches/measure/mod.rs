//! Runs of programs, measured: wall time, time of the processors, and the most memory.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// Our own program.
pub(crate) const GOLDSMITH: &str = env!("CARGO_BIN_EXE_goldsmith");

/// The word behind a name on the command line.
pub(crate) fn argument(name: &str) -> Option<String> {
    let args: Vec<String> = env::args().collect();
    args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1)).cloned()
}

/// The number behind a name on the command line.
pub(crate) fn number(name: &str, default: usize) -> usize {
    argument(name).and_then(|text| text.parse().ok()).unwrap_or(default)
}

pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// One run of a program.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    pub(crate) wall: Duration,
    /// Time of the processors, which other work on the machine disturbs less.
    pub(crate) cpu: Duration,
    pub(crate) peak_kilobytes: u64,
}

/// Runs a program to its end; its memory and its time are looked at now and then, beside it.
pub(crate) fn run(words: &[&str]) -> Run {
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

pub(crate) fn middle(runs: &[Run]) -> Duration {
    middle_of(runs.iter().map(|run| run.wall))
}

pub(crate) fn middle_of(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort();
    times[times.len() / 2]
}

/// The most memory that one of several runs had, in MiB.
pub(crate) fn peak(runs: &[Run]) -> u64 {
    runs.iter().map(|run| run.peak_kilobytes).max().unwrap_or(0) / 1024
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}
