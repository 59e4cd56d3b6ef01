//! Whole fleets in memory.

use super::*;
use crate::components::golden_images::image::ImageSource;
use crate::diagnostic::{Diagnostic, Findings};
use crate::provenance::{Layer, Origin, Setting};
use crate::schedule::GivenSchedule;

const FLEET: &str = "apiVersion: goldsmith.dev/v1alpha1\nkind: Fleet\nspec:\n  goldsmith: \">=0.1\"\n";

/// A repository: a fleet with more lines in its `spec`, and files.
fn repository(fleet_spec: &str, files: &[(&str, &str)]) -> Memory {
    let mut memory = Memory::default();
    memory.add("fleet.yaml", format!("{FLEET}{fleet_spec}")).expect("a path");
    for (path, text) in files {
        memory.add(path, *text).expect("a path");
    }
    memory
}

fn site(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: goldsmith.dev/v1alpha1\nkind: Site\nmetadata:\n  name: {name}\n  labels: {{ring: canary}}\nspec:{spec}\n"
    )
}

fn overlay(spec: &str) -> String {
    format!("apiVersion: goldsmith.dev/v1alpha1\nkind: Overlay\nspec:{spec}\n")
}

fn keep(number: u32) -> String {
    format!(" {{goldenImages: {{defaults: {{keep: {number}}}}}}}")
}

/// Everything that is wrong, as a whole run tells it.
fn all_findings(files: &Memory, options: &Options) -> Vec<Diagnostic> {
    let fleet = load_fleet(files, options).expect("a fleet that runs");
    let mut findings = Findings::default();
    findings.extend(fleet.findings().iter().cloned());
    for site in fleet.sites() {
        match fleet.load_site(site) {
            Ok(_) => {}
            Err(NotLoaded::Findings(of_site)) => findings.extend(of_site.iter().cloned()),
            Err(NotLoaded::Files(error)) => panic!("{error}"),
        }
    }
    findings.iter().cloned().collect()
}

/// Code, place and title of each finding.
fn told(files: &Memory) -> Vec<String> {
    told_with(files, &Options::default())
}

fn told_with(files: &Memory, options: &Options) -> Vec<String> {
    let line = |finding: &Diagnostic| {
        let place = finding.primary.as_ref().map(|label| label.place.to_string()).unwrap_or_default();
        format!("{} {place} {}", finding.rule.code, finding.title)
    };
    all_findings(files, options).iter().map(line).collect()
}

fn load_one(files: &Memory, options: &Options) -> Loaded {
    assert_eq!(told_with(files, options), Vec::<String>::new());
    let fleet = load_fleet(files, options).expect("a fleet");
    fleet.load_site(&fleet.sites()[0]).expect("a site")
}

/// `goldenImages.defaults.keep` and the text that gave it.
fn keep_of(loaded: &Loaded) -> Option<(u32, String)> {
    let images = loaded.spec.golden_images.get()?;
    let keep = images.defaults.get()?.keep.get()?;
    let source = loaded.sources.get(keep.origin.written()?.source)?;
    Some((keep.value, source.path.clone()))
}

#[test]
fn each_layer_wins_over_all_below_it() {
    let group = "  overlays: [overlays/fleet.yaml]\n  groups:\n  - {name: first, selector: {matchLabels: {ring: canary}}, overlays: [overlays/group-1.yaml]}\n  - {name: second, selector: {}, overlays: [overlays/group-2.yaml]}\n";
    let options = Options {
        overlays: vec!["overlays/line-1.yaml".to_owned(), "overlays/line-2.yaml".to_owned()],
        set: vec!["goldenImages.defaults.keep=10".to_owned(), "goldenImages.defaults.keep=11".to_owned()],
        ..Options::default()
    };
    // Lowest first; each is silenced from the top, and the one below shows.
    let ladder = [
        "overlays/fleet.yaml",
        "overlays/group-1.yaml",
        "overlays/group-2.yaml",
        "overlays/below.yaml",
        "overlays/site-1.yaml",
        "overlays/site-2.yaml",
        "sites/a.yaml",
        "overlays/line-1.yaml",
        "overlays/line-2.yaml",
    ];
    let with_levels = |levels: usize| {
        let number = |index: usize| u32::try_from(index + 1).expect("small");
        let says = |index: usize| if index < levels { keep(number(index)) } else { " {}".to_owned() };
        let mut memory = repository(group, &[]);
        for (index, path) in ladder.iter().enumerate() {
            let text = match *path {
                "sites/a.yaml" => {
                    let spec = says(index).replacen(
                        '{',
                        "{overlays: [overlays/site-1.yaml, overlays/site-2.yaml], ",
                        1,
                    );
                    site("a", &spec)
                }
                "overlays/site-1.yaml" => {
                    overlay(&says(index).replacen('{', "{overlays: [overlays/below.yaml], ", 1))
                }
                _ => overlay(&says(index)),
            };
            memory.add(path, text).expect("a path");
        }
        memory
    };
    let all = with_levels(ladder.len());
    assert_eq!(keep_of(&load_one(&all, &options)), Some((11, "<--set 2>".to_owned())));
    let one_set = Options { set: options.set[..1].to_vec(), ..options.clone() };
    assert_eq!(keep_of(&load_one(&all, &one_set)), Some((10, "<--set 1>".to_owned())));
    let no_set = Options { set: Vec::new(), ..options };
    for levels in (1..=ladder.len()).rev() {
        let expected = Some((u32::try_from(levels).expect("small"), ladder[levels - 1].to_owned()));
        assert_eq!(keep_of(&load_one(&with_levels(levels), &no_set)), expected);
    }
    assert_eq!(keep_of(&load_one(&with_levels(0), &no_set)), None);
}

#[test]
fn the_layers_are_listed_in_their_order_with_their_reasons() {
    let files = repository(
        "  overlays: [overlays/a.yaml]\n  groups: [{name: all, selector: {}, overlays: [overlays/b.yaml]}]\n",
        &[
            ("overlays/a.yaml", &overlay(" {overlays: [disconnected]}")),
            ("overlays/b.yaml", &overlay(" {overlays: [overlays/a.yaml]}")),
            ("sites/s.yaml", &site("s", " {overlays: [overlays/b.yaml]}")),
        ],
    );
    let options = Options { set: vec!["goldenImages.defaults.keep=1".to_owned()], ..Options::default() };
    let loaded = load_one(&files, &options);
    let layers: Vec<(&str, &Reason)> =
        loaded.layers.iter().map(|layer| (layer.name.as_str(), &layer.reason)).collect();
    assert_eq!(
        layers,
        [
            ("disconnected", &Reason::ListedBy("overlays/a.yaml".to_owned())),
            ("overlays/a.yaml", &Reason::Fleet),
            ("overlays/b.yaml", &Reason::Group("all".to_owned())),
            ("sites/s.yaml", &Reason::Site),
            ("<--set 1>", &Reason::Set),
        ]
    );
    for layer in &loaded.layers {
        assert!(loaded.sources.get(layer.source).is_some(), "{}", layer.name);
    }
    assert_eq!(
        loaded.sources.get(loaded.layers[0].source).expect("a text").layer,
        Layer::BuiltIn("disconnected".to_owned())
    );
}

#[test]
fn what_a_layer_overrode_is_known() {
    let files = repository(
        "  overlays: [overlays/a.yaml, overlays/b.yaml]\n",
        &[
            ("overlays/a.yaml", &overlay(&keep(3))),
            ("overlays/b.yaml", &overlay(" {goldenImages: {}}")),
            ("sites/s.yaml", &site("s", " {goldenImages: {defaults: {keep: null}}}")),
        ],
    );
    let options = Options { set: vec!["goldenImages.defaults.keep=5".to_owned()], ..Options::default() };
    let fleet = load_fleet(&files, &options).expect("a fleet");
    let loaded = fleet.load_site(&fleet.sites()[0]).expect("a site");
    let layers = fleet.layers(&fleet.sites()[0]).expect("layers");
    let applied: Vec<_> = layers.iter().map(|layer| layer.layer.clone()).collect();
    assert_eq!(applied, loaded.layers);
    let keep = |layer: &SpecLayer| {
        Some(layer.spec.get("goldenImages")?.get("defaults")?.get("keep")?.clone().into_value().to_string())
    };
    let said: Vec<Option<String>> = layers.iter().map(keep).collect();
    assert_eq!(said, [Some("3".to_owned()), None, Some("null".to_owned()), Some("5".to_owned())]);
}

#[test]
fn a_path_that_nobody_speaks_of_is_unset_whatever_the_layers_say() {
    let files = repository(
        "  overlays: [overlays/a.yaml]\n",
        &[
            ("overlays/a.yaml", &overlay(&keep(3))),
            ("sites/s.yaml", &site("s", " {goldenImages: {defaults: {keep: 4}}}")),
        ],
    );
    let fleet = load_fleet(&files, &Options::default()).expect("a fleet");
    let path = ["goldenImages", "defaults", "keep"].map(str::to_owned);
    let loaded = fleet.load_site_without(&fleet.sites()[0], &path).expect("a site");
    let defaults =
        loaded.spec.golden_images.get().expect("images").defaults.get().expect("defaults").value.clone();
    assert!(defaults.keep.get().is_none());
}

#[test]
fn the_overlays_of_overlays_do_not_reach_the_site() {
    let files = repository(
        "  overlays: [overlays/a.yaml]\n",
        &[("overlays/a.yaml", &overlay(" {overlays: [disconnected]}")), ("sites/s.yaml", &site("s", ""))],
    );
    assert!(load_one(&files, &Options::default()).spec.overlays.is_unset());
}

#[test]
fn a_null_gives_the_default_back_and_remembers_where() {
    let files = repository(
        "  overlays: [overlays/a.yaml]\n",
        &[
            ("overlays/a.yaml", &overlay(&keep(3))),
            ("sites/s.yaml", &site("s", " {goldenImages: {defaults: {keep: null}}}")),
        ],
    );
    let loaded = load_one(&files, &Options::default());
    let defaults =
        loaded.spec.golden_images.get().expect("images").defaults.get().expect("defaults").value.clone();
    let Setting::Removed(loc) = defaults.keep else { panic!("{:?}", defaults.keep) };
    assert_eq!(loaded.sources.get(loc.source).expect("a text").path, "sites/s.yaml");
}

#[test]
fn a_higher_layers_alternative_displaces_a_lower_layers() {
    let files = repository(
        "  overlays: [overlays/a.yaml]\n",
        &[
            (
                "overlays/a.yaml",
                &overlay(
                    " {goldenImages: {images: {rhel9: {registry: example.org/rhel9:1, size: 30Gi, schedule: {every: 12h}}}}}",
                ),
            ),
            (
                "sites/s.yaml",
                &site("s", " {goldenImages: {images: {rhel9: {pvc: {name: rhel9}, schedule: {never: {}}}}}}"),
            ),
        ],
    );
    let loaded = load_one(&files, &Options::default());
    let images = loaded.spec.golden_images.get().expect("images").images.get().expect("a map").value.clone();
    let image = images.values().next().expect("rhel9").get().expect("an image").value.clone();
    assert!(matches!(image.source(), Some(ImageSource::Pvc(_))) && image.size.get().is_some());
    let schedule = &image.schedule.get().expect("a schedule").value;
    assert!(matches!(schedule.given(), Some(GivenSchedule::Never(_))));
}

#[test]
fn two_alternatives_in_one_layer_are_told_wherever_they_stand() {
    let files = repository(
        "",
        &[
            ("overlays/a.yaml", &overlay("\n  platform: {openshift: \"4.20\", kubernetes: \"1.33\"}")),
            (
                "sites/s.yaml",
                &site("s", "\n  goldenImages:\n    defaults:\n      schedule: {every: 12h, never: {}}"),
            ),
        ],
    );
    assert_eq!(
        told(&files),
        [
            "GS-SPEC-005 overlays/a.yaml:4:33 `openshift` and `kubernetes` exclude each other",
            "GS-SPEC-005 sites/s.yaml:9:30 `every` and `never` exclude each other",
        ]
    );
}

#[test]
fn a_mistake_in_an_overlay_is_told_once_however_many_sites_use_it() {
    let mut files =
        repository("  overlays: [overlays/a.yaml]\n", &[("overlays/a.yaml", &overlay(" {goldenImage: {}}"))]);
    for index in 0..20 {
        files.add(&format!("sites/s{index}.yaml"), site(&format!("s{index}"), "")).expect("a path");
    }
    assert_eq!(told(&files), ["GS-SPEC-001 overlays/a.yaml:3:8 unknown field `goldenImage`"]);
}

#[test]
fn a_mistake_that_a_higher_layer_hides_is_still_told() {
    let files = repository(
        "",
        &[
            ("overlays/a.yaml", &overlay(" {goldenImages: {defaults: {keep: many}}}")),
            (
                "sites/s.yaml",
                &site("s", " {overlays: [overlays/a.yaml], goldenImages: {defaults: {keep: 3}}}"),
            ),
        ],
    );
    let told = told(&files);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("GS-SPEC-002 overlays/a.yaml:3:"), "{told:?}");
}

#[test]
fn all_problems_of_all_files_are_told_in_one_run() {
    let files = repository(
        "  group: []\n",
        &[
            ("overlays/unused.yaml", &overlay(" {platfrom: {}}")),
            ("sites/a.yaml", &site("a", " {goldenImages: {defaults: {keep: yes}}}")),
            ("sites/b.yaml", "apiVersion: goldsmith.dev/v1\nkind: Site\nmetadata: {name: b}\n"),
            ("sites/c.yaml", "apiVersion: goldsmith.dev/v1alpha1\nkind: Site\nmetadata: {name: C_}\n"),
            ("sites/d.yaml", "kind: [\n"),
            ("sites/e.yaml", &overlay("")),
            ("sites/f.yaml", ""),
        ],
    );
    let told = told(&files);
    let codes: Vec<&str> = told.iter().filter_map(|line| line.split(':').next()).collect();
    for expected in [
        "GS-SPEC-001 fleet.yaml",
        "GS-SPEC-001 overlays/unused.yaml",
        "GS-SPEC-002 sites/a.yaml",
        "GS-SPEC-008 sites/b.yaml",
        "sites/c.yaml",
        "GS-YAML-003 sites/d.yaml",
        "GS-SPEC-008 sites/e.yaml",
        "GS-SPEC-008 sites/f.yaml",
    ] {
        assert!(codes.iter().any(|code| code.ends_with(expected)), "{expected}: {told:#?}");
    }
}

#[test]
fn an_overlay_that_is_missing_is_told_where_it_is_named() {
    let files = repository(
        "  overlays: [disconected]\n",
        &[
            ("overlays/company.yaml", &overlay(" {}")),
            ("sites/s.yaml", &site("s", "\n  overlays:\n  - overlays/compny.yaml\n  - company")),
        ],
    );
    let findings = all_findings(&files, &Options::default());
    let told = told(&files);
    assert_eq!(
        told,
        [
            "GS-FLEET-003 fleet.yaml:5:14 there is no overlay `disconected`",
            "GS-FLEET-003 sites/s.yaml:8:5 there is no overlay `overlays/compny.yaml`",
            "GS-FLEET-003 sites/s.yaml:9:5 there is no overlay `company`",
        ]
    );
    let with = ["disconnected", "overlays/company.yaml", "overlays/company.yaml"];
    for (finding, fix) in findings.iter().zip(with) {
        let crate::diagnostic::Help::Edit { with, .. } = &finding.help[0] else { panic!("{finding:?}") };
        assert_eq!(with, fix);
    }
}

#[test]
fn a_circle_is_told_once_wherever_it_is_entered() {
    let files = repository(
        "  overlays: [overlays/c.yaml]\n",
        &[
            ("overlays/a.yaml", &overlay(" {overlays: [overlays/b.yaml]}")),
            ("overlays/b.yaml", &overlay(" {overlays: [overlays/c.yaml]}")),
            ("overlays/c.yaml", &overlay(" {overlays: [overlays/a.yaml]}")),
            ("overlays/d.yaml", &overlay(" {overlays: [overlays/d.yaml]}")),
            ("sites/s.yaml", &site("s", " {overlays: [overlays/b.yaml]}")),
        ],
    );
    assert_eq!(
        told(&files),
        [
            "GS-FLEET-004 overlays/c.yaml:3:19 `overlays/a.yaml` lists itself through `overlays/b.yaml` and `overlays/c.yaml`",
            "GS-FLEET-004 overlays/d.yaml:3:19 `overlays/d.yaml` lists itself",
        ]
    );
}

#[test]
fn an_overlay_of_a_site_alone_may_lie_anywhere_in_the_repository() {
    let files = repository(
        "",
        &[
            ("sites/s/site.yaml", &site("s", " {overlays: [./sites/s/own.yaml]}")),
            ("sites/s/own.yaml", &overlay(&keep(7))),
        ],
    );
    assert_eq!(keep_of(&load_one(&files, &Options::default())), Some((7, "sites/s/own.yaml".to_owned())));
}

#[test]
fn a_path_that_leads_outside_is_refused() {
    let files = repository("", &[("sites/s.yaml", &site("s", " {overlays: [../other/a.yaml]}"))]);
    assert_eq!(
        told(&files),
        ["GS-FLEET-009 sites/s.yaml:6:19 `../other/a.yaml` leads outside the repository"]
    );
}

#[test]
fn two_sites_of_one_name_are_told_with_both_places() {
    let files = repository("", &[("sites/a.yaml", &site("same", "")), ("sites/b.yaml", &site("same", ""))]);
    let findings = all_findings(&files, &Options::default());
    assert_eq!(told(&files), ["GS-FLEET-002 sites/b.yaml:4:9 two sites have the name `same`"]);
    assert_eq!(findings[0].context[0].place.to_string(), "sites/a.yaml:4:9");
}

#[test]
fn a_fleet_without_a_site_is_told_with_its_patterns() {
    assert_eq!(
        told(&repository("  sites: [clusters/*.yaml]\n", &[("sites/a.yaml", &site("a", ""))])),
        ["GS-FLEET-001 fleet.yaml:5:10 no file matches `clusters/*.yaml`"]
    );
}

#[test]
fn a_goldsmith_outside_the_range_cannot_run_whatever_else_is_wrong() {
    let mut files = Memory::default();
    let fleet = FLEET.replace(">=0.1", ">=99") + "  nonsense: 1\n";
    files.add("fleet.yaml", fleet).expect("a path");
    let Err(CannotRun::Version(finding)) = load_fleet(&files, &Options::default()) else { panic!("it ran") };
    assert_eq!(finding.rule.code, "GS-FLEET-005");
    assert_eq!(finding.primary.expect("a place").place.to_string(), "fleet.yaml:4:14");
}

#[test]
fn a_folder_without_a_fleet_file_cannot_run() {
    assert_eq!(load_fleet(&Memory::default(), &Options::default()).err(), Some(CannotRun::NoFleet));
}

#[test]
fn a_fleet_must_say_which_goldsmith_renders_it() {
    let mut files = repository("", &[("sites/a.yaml", &site("a", ""))]);
    files.add("fleet.yaml", FLEET.replace("  goldsmith: \">=0.1\"\n", "  output: out\n")).expect("a path");
    let told = told(&files);
    assert!(told.len() == 1 && told[0].starts_with("GS-SPEC-004 fleet.yaml:3:1"), "{told:?}");
}

#[test]
fn the_run_is_about_the_sites_and_groups_that_were_asked_for() {
    let mut files =
        repository("  groups: [{name: canaries, selector: {matchLabels: {ring: canary}}}]\n", &[]);
    for name in ["a", "b", "c"] {
        let ring = if name == "c" { "ring: stable" } else { "ring: canary" };
        files
            .add(&format!("sites/{name}.yaml"), site(name, "").replace("ring: canary", ring))
            .expect("a path");
    }
    let names = |sites: &[&str], groups: &[&str]| {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let options = Options { sites: owned(sites), groups: owned(groups), ..Options::default() };
        let fleet = load_fleet(&files, &options).expect("a fleet");
        let names: Vec<String> =
            fleet.sites().iter().filter_map(|site| site.name.as_ref().map(ToString::to_string)).collect();
        (names.join(" "), fleet.findings().iter().map(|finding| finding.rule.code).collect::<Vec<_>>())
    };
    assert_eq!(names(&[], &[]), ("a b c".to_owned(), vec![]));
    assert_eq!(names(&["c"], &[]), ("c".to_owned(), vec![]));
    assert_eq!(names(&[], &["canaries"]), ("a b".to_owned(), vec![]));
    assert_eq!(names(&["c"], &["canaries"]), ("a b c".to_owned(), vec![]));
    assert_eq!(names(&["d"], &[]), (String::new(), vec!["GS-FLEET-008"]));
    assert_eq!(names(&[], &["canary"]), (String::new(), vec!["GS-FLEET-008"]));
}

#[test]
fn a_selector_that_cannot_hold_is_told() {
    let groups = "  groups:\n  - {name: a, selector: {matchExpressions: [{key: ring, operator: In}]}}\n  - {name: a, selector: {matchExpressions: [{key: ring, operator: Exists, values: [x]}]}}\n";
    assert_eq!(
        told(&repository(groups, &[("sites/s.yaml", &site("s", ""))])),
        [
            "GS-FLEET-007 fleet.yaml:6:67 `In` needs values",
            "GS-FLEET-010 fleet.yaml:7:12 two groups have the name `a`",
            "GS-FLEET-007 fleet.yaml:7:67 `Exists` takes no values",
        ]
    );
}

#[test]
fn a_label_of_ours_cannot_be_written() {
    let text = site("s", "").replace("ring: canary", "goldsmith.dev/site: other");
    assert_eq!(
        told(&repository("", &[("sites/s.yaml", &text)])),
        ["GS-FLEET-011 sites/s.yaml:5:12 the label `goldsmith.dev/site` cannot be written"]
    );
}

#[test]
fn what_is_wrong_with_a_set_points_into_its_text() {
    let files = repository("", &[("sites/s.yaml", &site("s", ""))]);
    let told_of = |set: &str| {
        let options = Options { set: vec![set.to_owned()], ..Options::default() };
        told_with(&files, &options).join("; ")
    };
    assert_eq!(
        told_of("goldenImages.defaults.keep"),
        "GS-FLEET-006 <--set 1>:1:27 `goldenImages.defaults.keep` has no `=`"
    );
    assert_eq!(told_of("goldenImages.default.keep=3"), "GS-SPEC-001 <--set 1>:1:14 unknown field `default`");
    assert!(
        told_of("goldenImages.multiArchitecture=yes").starts_with("GS-YAML-001 <--set 1>:1:32 `yes` means")
    );
    assert!(told_of("goldenImages.defaults.keep=many").starts_with("GS-SPEC-002 <--set 1>:1:28"));
    assert!(told_of("overlays=[disconnected]").starts_with("GS-FLEET-006 <--set 1>:1:1"));
    assert_eq!(told_of("goldenImages.defaults={keep: 3, pull: node}"), "");
    assert_eq!(told_of("goldenImages.defaults.keep="), "");
}

#[test]
fn an_unclear_scalar_that_does_not_fit_is_one_mistake() {
    let told_of = |spec: &str| told(&repository("", &[("sites/s.yaml", &site("s", spec))]));
    // Read in either way it is no number.
    let keep = told_of(" {goldenImages: {defaults: {keep: yes}}}");
    assert_eq!(keep.len(), 1, "{keep:?}");
    assert!(keep[0].starts_with("GS-SPEC-002"), "{keep:?}");
    // Text is wanted: what is unclear is told, with the quotes alone as the way out.
    let files =
        repository("", &[("sites/s.yaml", &site("s", " {goldenImages: {defaults: {storageClass: 010}}}"))]);
    let findings = all_findings(&files, &Options::default());
    let [finding] = &findings.iter().collect::<Vec<_>>()[..] else { panic!("{findings:?}") };
    assert_eq!((finding.rule.code, finding.help.len()), ("GS-YAML-001", 1));
}

#[test]
fn site_patterns_that_lead_outside_are_told_where_they_stand() {
    let files = repository("  sites: [../sites/*.yaml, sites/*.yaml]\n", &[("sites/s.yaml", &site("s", ""))]);
    assert_eq!(told(&files), ["GS-FLEET-009 fleet.yaml:5:11 `../sites/*.yaml` leads outside the repository"]);
}

#[test]
fn an_overlay_is_similar_by_its_name_and_not_by_its_folder() {
    let files = repository(
        "  overlays: [overlays/region.yaml]\n",
        &[("overlays/company.yaml", &overlay(" {}")), ("sites/s.yaml", &site("s", ""))],
    );
    let findings = all_findings(&files, &Options::default());
    assert!(
        findings[0].help.iter().all(|help| matches!(help, crate::diagnostic::Help::Text(_))),
        "{findings:?}"
    );
}

#[test]
fn a_set_reaches_keys_with_dots_and_keeps_its_place() {
    let files = repository("", &[("sites/s.yaml", &site("s", ""))]);
    let set = r#"registries.mirrors["quay.io/a"].to=[mirror.example/a]"#.to_owned();
    let loaded = load_one(&files, &Options { set: vec![set], ..Options::default() });
    let mirrors =
        loaded.spec.registries.get().expect("registries").mirrors.get().expect("mirrors").value.clone();
    let to = &mirrors["quay.io/a"].get().expect("a mirror").to;
    let Origin::Written(loc) = to.get().expect("a list").origin else { panic!("{to:?}") };
    assert_eq!((loc.start, loaded.sources.get(loc.source).expect("a text").path.as_str()), (35, "<--set 1>"));
}

#[test]
fn bytes_that_are_no_text_and_files_that_are_too_large_are_findings() {
    let mut files = repository("", &[("sites/s.yaml", &site("s", ""))]);
    files.add("sites/bad.yaml", b"kind: Site\nx: \xff\n".to_vec()).expect("a path");
    files.add("sites/large.yaml", vec![b'#'; LARGEST_DOCUMENT + 1]).expect("a path");
    assert_eq!(
        told(&files),
        [
            "GS-YAML-006 sites/bad.yaml:2:4 `sites/bad.yaml` is not UTF-8",
            "GS-YAML-005 sites/large.yaml:1:1 `sites/large.yaml` has 1048577 bytes, 1048576 are allowed",
        ]
    );
}

#[test]
fn a_site_file_without_a_usable_name_stays_in_every_run() {
    let files = repository("", &[("sites/a.yaml", &site("a", "")), ("sites/b.yaml", "kind: [")]);
    let options = Options { sites: vec!["a".to_owned()], ..Options::default() };
    let told = told_with(&files, &options);
    assert!(told.iter().any(|line| line.starts_with("GS-YAML-003 sites/b.yaml")), "{told:?}");
}

#[test]
fn sites_load_alike_from_many_threads_and_in_any_order() {
    let mut files = repository("  overlays: [disconnected]\n", &[]);
    for index in 0..8 {
        files
            .add(&format!("sites/s{index}.yaml"), site(&format!("s{index}"), &keep(index + 1)))
            .expect("a path");
    }
    let fleet = load_fleet(&files, &Options::default()).expect("a fleet");
    let load = |site: &SiteRef| keep_of(&fleet.load_site(site).expect("a site"));
    let one_by_one: Vec<_> = fleet.sites().iter().map(load).collect();
    let at_once: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            fleet.sites().iter().rev().map(|site| scope.spawn(move || load(site))).collect();
        threads.into_iter().rev().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(one_by_one, at_once);
}

#[test]
fn every_built_in_overlay_is_sound() {
    for (name, text) in BUILT_IN {
        let files = repository(
            "",
            &[
                ("overlays/copy.yaml", text),
                ("sites/s.yaml", &site("s", &format!(" {{overlays: [{name}]}}"))),
            ],
        );
        assert_eq!(told(&files), Vec::<String>::new(), "{name}");
    }
}
