//! How fast manifests are judged, beside other tools: `cargo bench --bench validate -- --peers "$(benches/peers/build)"`.
//!
//! 10,000 MachineOSConfigs, each with rules in CEL, are judged by goldsmith, kubeconform (which knows no CEL) and
//! kubectl-validate (which does), turn about in one run; the middle of the rounds is told. kubectl-validate is so much
//! slower that it runs once. Then a fleet of 1,000 sites with 50 manifests each is checked with a definition of its
//! DataImportCrons beside without.
//!
//! `GOLDSMITH_TEST_CRDS` names the folder with the definitions. The one of OpenShift 4.18 is taken: kubectl-validate has the
//! CEL library of Kubernetes 1.30, and later definitions call functions that it lacks.

#![expect(clippy::disallowed_methods, reason = "a benchmark makes its own files")]
#![expect(clippy::print_stdout, reason = "the table is its output")]

mod many_sites;
mod measure;

use std::path::PathBuf;
use std::{env, fs, io};

use goldsmith::yaml::read;
use many_sites::write_fleet;
use measure::{GOLDSMITH, Run, argument, cores, middle, middle_of, number, peak, run, text};
use serde_json::Value;

const MACHINE_OS_CONFIG: &str = "machineconfiguration.openshift.io_machineosconfigs.v1.ocp4.18.yaml";
const DATA_IMPORT_CRON: &str = "cdi.kubevirt.io_dataimportcrons.yaml";

/// Objects a file.
const OBJECTS: usize = 100;

fn main() -> io::Result<()> {
    let bench = Bench::prepare()?;
    println!("{} objects, {} rounds, middle value, {} cores\n", bench.objects(), bench.rounds, cores());
    println!("| what | time | objects a second | ratio | CPU | peak |");
    println!("| --- | --- | --- | --- | --- | --- |");
    bench.judge();
    bench.check()?;
    fs::remove_dir_all(&bench.work)
}

/// A corpus, the definitions for it, and the tools beside.
struct Bench {
    rounds: usize,
    files: usize,
    sites: usize,
    work: PathBuf,
    peers: PathBuf,
    definitions: PathBuf,
}

impl Bench {
    fn prepare() -> io::Result<Self> {
        let folder = argument("--folder").map_or_else(|| PathBuf::from("/dev/shm"), PathBuf::from);
        let definitions = env::var_os("GOLDSMITH_TEST_CRDS").map(PathBuf::from);
        let bench = Bench {
            rounds: number("--rounds", 5),
            files: number("--files", 100),
            sites: number("--sites", 1000),
            work: folder.join(format!("goldsmith-bench-{}", std::process::id())),
            peers: argument("--peers")
                .map(PathBuf::from)
                .expect("`--peers FOLDER` is missing: `benches/peers/build` makes it and prints its path"),
            definitions: definitions.expect("GOLDSMITH_TEST_CRDS must name a folder with definitions"),
        };
        for tool in ["kubeconform", "kubectl-validate"] {
            let path = bench.peers.join(tool);
            assert!(path.is_file(), "{} is missing: `benches/peers/build` makes it", path.display());
        }
        bench.write()?;
        Ok(bench)
    }

    fn objects(&self) -> usize {
        self.files * OBJECTS
    }

    /// Writes the corpus, the definition, and that definition as kubeconform reads it.
    fn write(&self) -> io::Result<()> {
        for folder in ["corpus", "crds", "schemas"] {
            fs::create_dir_all(self.work.join(folder))?;
        }
        for file in 0..self.files {
            let objects = (0..OBJECTS).map(|object| machine_os_config(file * OBJECTS + object));
            let path = self.work.join(format!("corpus/file-{file:03}.yaml"));
            fs::write(path, objects.collect::<Vec<_>>().join("---\n"))?;
        }
        let definition = fs::read_to_string(self.definitions.join(MACHINE_OS_CONFIG))?;
        fs::write(self.work.join("schemas/machineosconfig_v1.json"), schema_of(&definition).to_string())?;
        fs::write(self.work.join("crds/machineosconfigs.yaml"), definition)
    }

    /// The rows of judging the corpus.
    fn judge(&self) {
        let [corpus, crds] = ["corpus", "crds"].map(|folder| self.work.join(folder));
        let schemas = self.work.join("schemas/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json");
        let [conform, validate] = ["kubeconform", "kubectl-validate"].map(|tool| self.peers.join(tool));
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            ours.push(run(&[GOLDSMITH, "validate", text(&corpus), "--crds", text(&crds), "--strict"]));
            theirs.push(run(&[text(&conform), "-schema-location", text(&schemas), text(&corpus)]));
        }
        let once = [run(&[text(&validate), "--local-crds", text(&crds), text(&corpus)])];
        row("goldsmith, with CEL", &ours, &ours, self.objects());
        row("kubeconform, without CEL", &theirs, &ours, self.objects());
        row("kubectl-validate, with CEL", &once, &ours, self.objects());
    }

    /// The rows of checking a fleet.
    fn check(&self) -> io::Result<()> {
        let [fleet, tree] = ["fleet", "tree"].map(|name| self.work.join(name));
        write_fleet(&fleet, self.sites)?;
        run(&[GOLDSMITH, "render", text(&fleet), "--into", text(&tree)]);
        let definition = self.definitions.join(DATA_IMPORT_CRON);
        let words = [GOLDSMITH, "check", text(&fleet), "--into", text(&tree)];
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            without.push(run(&words));
            with.push(run(&[&words[..], &["--crds", text(&definition)]].concat()));
        }
        let manifests = self.sites * (many_sites::IMAGES + 1);
        row(&format!("check of {manifests} manifests, with a definition"), &with, &with, manifests);
        row("check of the same, without", &without, &with, manifests);
        Ok(())
    }
}

/// Prints runs beside ours.
#[expect(clippy::cast_precision_loss, reason = "a number to look at")]
fn row(what: &str, runs: &[Run], ours: &[Run], objects: usize) {
    let [time, our_time] = [runs, ours].map(|runs| middle(runs).as_secs_f64());
    let (each, ratio) = (objects as f64 / time, time / our_time);
    let cpu = middle_of(runs.iter().map(|run| run.cpu)).as_secs_f64();
    println!("| {what} | {time:.2} s | {each:.0} | {ratio:.2} | {cpu:.2} s | {} MB |", peak(runs));
}

/// A valid object; no two are the same.
fn machine_os_config(number: usize) -> String {
    format!(
        "\
apiVersion: machineconfiguration.openshift.io/v1
kind: MachineOSConfig
metadata:
  name: pool-{number}
  labels:
    example.com/ring: ring-{}
spec:
  machineConfigPool:
    name: pool-{number}
  imageBuilder:
    imageBuilderType: Job
  baseImagePullSecret:
    name: base-pull-{number}
  renderedImagePushSecret:
    name: push-{number}
  renderedImagePushSpec: registry.example:5000/os/layered-{number}:latest
  containerFile:
  - containerfileArch: NoArch
    content: |
      FROM configs AS final
      RUN dnf install -y tool-{number} && ostree container commit
",
        number % 7
    )
}

/// The schema of a definition's first version, as JSON Schema.
fn schema_of(definition: &str) -> Value {
    let documents = read::foreign(definition, 0, &mut Vec::new());
    let definition = documents.into_iter().next().map(goldsmith::yaml::Node::into_value).unwrap_or_default();
    definition.pointer("/spec/versions/0/schema/openAPIV3Schema").cloned().unwrap_or_default()
}
