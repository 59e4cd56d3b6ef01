//! What clap sees: commands and options, each with its help beside it. Nothing is checked here that needs a file.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::spec::policy::Date;

/// Renders the image-lifecycle manifests of a fleet from one Site spec per cluster.
///
/// With no path, a command takes the fleet it stands in: fleet.yaml here or in a folder above. Data goes to standard
/// output, all else to standard error. Exit status: 0 fine, 1 findings or differences, 2 could not run.
#[derive(Debug, Parser)]
#[command(name = "goldsmith", version, max_term_width = 110)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a small, commented, working fleet repository and render it once
    Init(InitArgs),
    /// Render the fleet into its output folder
    Render(RenderArgs),
    /// Check that the specs are sound and that the tree is current; writes nothing
    Check(CheckArgs),
    /// Judge any manifests as the API server would: native kinds, and custom ones by their definitions; writes nothing
    Validate(ValidateArgs),
    /// Show what a render would change, against the tree on disk or another folder
    Diff(DiffArgs),
    /// Tell where a value comes from, what a line of a spec reaches, or what a rule means
    Explain(ExplainArgs),
    /// Print the JSON Schema of a document kind or of the report
    Schema(SchemaArgs),
}

/// Which fleet, which of its sites, and what is laid over them.
#[derive(Debug, Args)]
pub(crate) struct FleetArgs {
    /// The fleet repository: a folder with fleet.yaml, or that file [default: the fleet you stand in]
    #[arg(value_name = "FLEET")]
    pub(crate) path: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
}

/// Which sites, and what is laid over them.
#[derive(Debug, Args)]
pub(crate) struct SelectionArgs {
    /// Only this site; may be given several times
    #[arg(long, value_name = "NAME", help_heading = "Selection")]
    pub(crate) site: Vec<String>,
    /// Only the sites that this group of the fleet selects; may be given several times
    #[arg(long, value_name = "NAME", help_heading = "Selection")]
    pub(crate) group: Vec<String>,
    /// Lay an overlay over the sites, above their own files; may be given several times, later ones win
    #[arg(long, value_name = "NAME|FILE", help_heading = "Selection")]
    pub(crate) overlay: Vec<String>,
    /// Set one value of the spec, above everything else: goldenImages.defaults.keep=3
    #[arg(long, value_name = "PATH=VALUE", help_heading = "Selection")]
    pub(crate) set: Vec<String>,
    /// CustomResourceDefinitions to hold manifests against, a file or a folder [default: the fleet's crds folder]
    #[arg(long, value_name = "PATH", help_heading = "Selection")]
    pub(crate) crds: Vec<PathBuf>,
    /// Findings recorded in this file stop nothing; only new ones do
    #[arg(long, value_name = "FILE", help_heading = "Selection")]
    pub(crate) baseline: Option<PathBuf>,
    /// The day on which waivers are looked at, as in 2026-12-31 [default: today, UTC]
    #[arg(long, value_name = "DAY", help_heading = "Selection")]
    pub(crate) today: Option<Date>,
    #[command(flatten)]
    pub(crate) threads: ThreadArgs,
}

/// How many threads work.
#[derive(Debug, Default, Args)]
pub(crate) struct ThreadArgs {
    /// Worker threads [default: one a core]
    #[arg(long, value_name = "N", env = "GOLDSMITH_THREADS", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
}

/// The format of what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Human,
    /// The versioned report, as JSON
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for CI systems that show tests
    #[value(name = "junit")]
    JUnit,
    /// Markdown for a comment on a pull request, cut to the length that GitHub takes
    Markdown,
    /// Annotations of GitHub Actions
    #[value(name = "github")]
    GitHub,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder; it must be empty or not there yet
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
    /// Render into this folder instead of the fleet's own
    #[arg(long, value_name = "FOLDER", conflicts_with = "stdout")]
    pub(crate) into: Option<PathBuf>,
    /// Print all manifests as one YAML stream and write nothing
    #[arg(long, conflicts_with = "output")]
    pub(crate) stdout: bool,
    /// Allow a site, or one component of a site, to leave the tree; may be given several times
    #[arg(long, value_name = "SITE[/COMPONENT]")]
    pub(crate) allow_removal: Vec<String>,
    /// Format of the report
    #[arg(long, short, value_enum, default_value_t)]
    pub(crate) output: Format,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
    /// Compare with this folder instead of the fleet's own
    #[arg(long, value_name = "FOLDER")]
    pub(crate) into: Option<PathBuf>,
    /// Record what is found, so that `--baseline` knows it from now on
    #[arg(long, value_name = "FILE")]
    pub(crate) record_baseline: Option<PathBuf>,
    /// Format of the report
    #[arg(long, short, value_enum, default_value_t)]
    pub(crate) output: Format,
}

#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// Manifests: YAML or JSON files, folders with all that lies below, `-` for standard input [default: this folder]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// CustomResourceDefinitions, a file or a folder; may be given several times [default: crds beside a fleet.yaml]
    #[arg(long, value_name = "PATH")]
    pub(crate) crds: Vec<PathBuf>,
    /// What was there before, a file or a folder: objects that it holds are judged as a change, all others as created
    #[arg(long, value_name = "PATH")]
    pub(crate) old: Vec<PathBuf>,
    /// Fail on objects that could not be judged, as those without a definition
    #[arg(long)]
    pub(crate) strict: bool,
    /// Findings recorded in this file stop nothing; only new ones do
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Record what is found, so that `--baseline` knows it from now on
    #[arg(long, value_name = "FILE")]
    pub(crate) record_baseline: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) threads: ThreadArgs,
    /// Format of the report
    #[arg(long, short, value_enum, default_value_t)]
    pub(crate) output: Format,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
    /// The old side: a rendered folder [default: the fleet's own]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) against: Option<PathBuf>,
    /// Format of what is printed; for people the changes themselves, else what would become of each manifest
    #[arg(long, short, value_enum, default_value_t)]
    pub(crate) output: Format,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// A site, or FILE:LINE of a spec or overlay, or the code of a rule (GS-GOLD-003)
    #[arg(value_name = "SITE|FILE:LINE|CODE")]
    pub(crate) subject: String,
    /// A path of the spec (goldenImages.defaults.keep), or a manifest, or MANIFEST:FIELD
    #[arg(value_name = "SPEC PATH|MANIFEST[:FIELD]")]
    pub(crate) target: Option<String>,
    /// The fleet repository [default: the fleet you stand in]
    #[arg(long, value_name = "FLEET")]
    pub(crate) fleet: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// Which schema
    #[arg(value_enum)]
    pub(crate) kind: SchemaKind,
}

/// The schemas that are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaKind {
    /// fleet.yaml
    Fleet,
    /// A site
    Site,
    /// An overlay
    Overlay,
    /// What `--output json` prints
    Report,
}

impl RenderArgs {
    /// `goldsmith render FLEET`.
    pub(crate) fn of_fleet(path: &std::path::Path) -> Self {
        let selection = SelectionArgs {
            site: Vec::new(),
            group: Vec::new(),
            overlay: Vec::new(),
            set: Vec::new(),
            crds: Vec::new(),
            baseline: None,
            today: None,
            threads: ThreadArgs::default(),
        };
        RenderArgs {
            fleet: FleetArgs { path: Some(path.to_owned()), selection },
            into: None,
            stdout: false,
            allow_removal: Vec::new(),
            output: Format::Human,
        }
    }
}

impl ThreadArgs {
    /// The threads.
    pub(crate) fn start(&self) -> anyhow::Result<rayon::ThreadPool> {
        let number = self.threads.map_or(0, usize::from);
        rayon::ThreadPoolBuilder::new().num_threads(number).build().context("cannot start threads")
    }
}
