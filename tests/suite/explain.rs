//! `explain` over all goldens: every value has an answer, and every answer is true.

use goldsmith::diagnostic::Findings;
use goldsmith::disk::Folder;
use goldsmith::explain::{Explainer, Leaf};
use goldsmith::load::{Options, load_fleet};
use goldsmith::manifest::{Draft, Manifest};
use goldsmith::pipeline::Pipeline;
use goldsmith::provenance::Origin;
use goldsmith::provenance::origins::Origins;
use goldsmith::render::Engine;
use goldsmith::validate::crds::Crds;
use serde_json::Value;

use crate::perturbation::{leaves, perturb};
use crate::support::{assert_snapshot, goldens, home, policies, run, with_a_changed_job};

/// A golden site, ready to be asked about.
struct Asked<'a> {
    /// Golden and site, for messages.
    name: String,
    engine: &'a Engine,
    explainer: Explainer<'a>,
    manifests: &'a [Manifest],
}

/// Goes through all sites of all goldens.
fn each_site(mut visit: impl FnMut(&Asked<'_>)) {
    for golden in goldens() {
        let folder = Folder::open(&golden).unwrap().unwrap();
        let fleet = load_fleet(&folder, &Options::default()).unwrap();
        let pipeline = Pipeline::new(&fleet, Crds::default(), policies());
        for site in pipeline.sites() {
            let outcome = pipeline.run(site).unwrap();
            let mut findings = Findings::default();
            let (_, resolved) = pipeline.resolve(site, &mut findings).unwrap().unwrap();
            let layers = fleet.layers(site).unwrap();
            visit(&Asked {
                name: format!("{} {}", golden.file_name().unwrap().display(), site.path),
                engine: pipeline.engine(),
                explainer: Explainer::new(pipeline.engine(), &resolved).with_layers(layers),
                manifests: outcome.validated.as_ref().unwrap().manifests(),
            });
        }
    }
}

fn contexts<'a>(asked: &'a Asked<'_>) -> impl Iterator<Item = (&'a Draft<'a>, Value)> {
    asked.explainer.drafts().iter().map(|draft| (draft, serde_json::to_value(&draft.context).unwrap()))
}

fn assert_none(mut offenders: Vec<String>) {
    offenders.sort();
    offenders.dedup();
    assert!(offenders.is_empty(), "{} offenders:\n{}", offenders.len(), offenders.join("\n"));
}

#[test]
fn every_leaf_of_every_golden_is_answered() {
    let (mut offenders, mut asked_for) = (Vec::new(), 0);
    each_site(|asked| {
        for manifest in asked.manifests {
            let answers = asked.explainer.leaves(manifest).unwrap();
            let answered = |pointer: &str| {
                answers.iter().find(|leaf| leaf.pointer == pointer).is_some_and(Leaf::is_answered)
            };
            for pointer in leaves(&manifest.object).into_keys() {
                asked_for += 1;
                if !answered(&pointer) {
                    offenders.push(format!("{}: {} {pointer}", asked.name, manifest.path));
                }
            }
            if manifest.draft.is_some() && asked.explainer.because(manifest).is_empty() {
                offenders.push(format!("{}: nobody asked for {}", asked.name, manifest.path));
            }
        }
    });
    assert_none(offenders);
    assert!(asked_for > 500, "only {asked_for} leaves were looked at");
}

#[test]
fn every_value_of_every_context_has_an_origin() {
    let mut offenders = Vec::new();
    each_site(|asked| {
        for (draft, context) in contexts(asked) {
            let origins = Origins::of(&draft.context);
            for (pointer, value) in leaves(&context) {
                let said = !matches!(origins.get(&pointer), None | Some(Origin::Unknown));
                let says_nothing =
                    value.is_null() || value == Value::Array(vec![]) || value == serde_json::json!({});
                if !said && !says_nothing {
                    offenders.push(format!("{} {pointer}", draft.template));
                }
            }
        }
    });
    assert_none(offenders);
}

#[test]
fn what_changes_with_a_value_names_it_and_what_names_it_changes() {
    let (mut offenders, mut changed) = (Vec::new(), 0);
    each_site(|asked| {
        for (draft, context) in contexts(asked) {
            let seen = perturb(asked.engine, draft.template, &context).unwrap();
            changed += seen.changed;
            let told = seen.missed.iter().chain(&seen.idle);
            offenders.extend(told.map(|told| format!("{} of {}: {told}", draft.template, asked.name)));
        }
    });
    assert_none(offenders);
    assert!(changed > 500, "only {changed} fields changed");
}

#[test]
fn every_template_is_used_by_a_golden() {
    let (mut unused, engine) = (std::collections::BTreeSet::new(), Engine::new());
    unused
        .extend(engine.templates().into_keys().filter(|name| name.ends_with(".yaml.j2")).map(str::to_owned));
    each_site(|asked| {
        for draft in asked.explainer.drafts() {
            unused.remove(draft.template);
        }
    });
    assert!(unused.is_empty(), "no golden uses {unused:?}");
}

#[test]
fn what_is_said_to_be_written_at_run_time_is_never_rendered() {
    let (mut offenders, mut pointed) = (Vec::new(), 0);
    each_site(|asked| {
        for manifest in asked.manifests {
            let rows = asked.explainer.company(manifest).runtime_owned;
            let rendered = rows.iter().filter(|row| manifest.object.pointer(row.pointer).is_some());
            offenders.extend(rendered.map(|row| format!("{} {} {}", asked.name, manifest.path, row.pointer)));
            let is_source = manifest.id.kind == "DataSource";
            pointed += usize::from(is_source && manifest.object.pointer("/spec/source/pvc").is_some());
        }
    });
    assert!(pointed > 0, "no golden has a DataSource with a volume of its own");
    assert_none(offenders);
}

#[test]
fn an_object_is_said_to_be_shared_where_it_is_rendered_so() {
    each_site(|asked| {
        for manifest in asked.manifests {
            let Some(sharing) = asked.explainer.company(manifest).sharing else { continue };
            let (row, id) = (sharing.object, &manifest.id);
            let is_named = row.name.is_none_or(|name| name == id.name);
            assert!(
                is_named && (row.group, row.kind) == (id.group(), id.kind.as_str()),
                "{} {} is no {}",
                asked.name,
                manifest.path,
                row.kind
            );
        }
    });
}

/// Whole answers, read by a person: a name, the golden that is asked, the question.
const ANSWERS: &[(&str, &str, &[&str])] = &[
    ("spec-path", "fleet", &["amsterdam", "goldenImages.defaults.keep"]),
    ("spec-path-of-a-default", "fleet", &["amsterdam", "goldenImages.defaults.retention"]),
    ("spec-path-said-by-group", "fleet", &["frankfurt", "goldenImages.defaults.keep"]),
    (
        "spec-path-set",
        "fleet",
        &["amsterdam", "goldenImages.defaults", "--set", "goldenImages.defaults.keep=7"],
    ),
    (
        "manifest",
        "fleet",
        &["jena", "golden-images/kubevirt-os-images/dataimportcron-ubuntu-corp-image-cron.yaml"],
    ),
    (
        "field",
        "fleet",
        &[
            "frankfurt",
            "golden-images/hyperconverged-kubevirt-hyperconverged.yaml:spec.dataImportCronTemplates[0].spec.importsToKeep",
        ],
    ),
    (
        "field-by-rule",
        "fleet",
        &[
            "jena",
            "golden-images/kubevirt-os-images/dataimportcron-ubuntu-corp-image-cron.yaml:spec.schedule",
        ],
    ),
    (
        "field-set",
        "fleet",
        &[
            "jena",
            "golden-images/kubevirt-os-images/dataimportcron-ubuntu-corp-image-cron.yaml:spec.importsToKeep",
            "--set",
            "goldenImages.defaults.keep=7",
        ],
    ),
    (
        "field-given-back",
        "fleet",
        &[
            "jena",
            "golden-images/kubevirt-os-images/dataimportcron-ubuntu-corp-image-cron.yaml:spec.importsToKeep",
            "--set",
            "goldenImages.defaults.keep=",
        ],
    ),
    (
        "field-of-the-cluster",
        "fleet",
        &["amsterdam", "golden-images/hyperconverged-kubevirt-hyperconverged.yaml:status.conditions"],
    ),
    (
        "field-not-there",
        "fleet",
        &[
            "jena",
            "golden-images/kubevirt-os-images/dataimportcron-ubuntu-corp-image-cron.yaml:spec.template.spec.storage.storageClassName",
        ],
    ),
    ("line", "fleet", &["overlays/company.yaml:16"]),
    ("line-of-a-key", "fleet", &["overlays/company.yaml:18"]),
    ("line-that-lists-an-overlay", "fleet", &["fleet.yaml:17"]),
    ("site", "fleet", &["krakow"]),
];

#[test]
fn answers_are_these() {
    for (name, golden, question) in ANSWERS {
        let arguments: Vec<&str> = ["explain"].iter().chain(*question).copied().collect();
        let (code, out, err) = run(&home().join("golden").join(golden), &arguments);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{name}");
        let told = format!("golden/{golden} $ goldsmith {}\n{out}", arguments.join(" "));
        assert_snapshot(&format!("explain/{name}.txt"), &told);
    }
}

#[test]
fn a_patch_of_a_spec_reaches_the_name_that_is_made_of_it() {
    let folder = with_a_changed_job();
    let text = std::fs::read_to_string(folder.path().join("sites/gitops.yaml")).unwrap();
    let line = text.lines().position(|line| line.contains("backoffLimit")).unwrap() + 1;
    let (code, out, err) = run(folder.path(), &["explain", &format!("sites/gitops.yaml:{line}")]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("spec.backoffLimit\n") && out.contains("metadata.name\n"), "{out}");
    let (_, written, _) = run(folder.path(), &["render"]);
    let job = written.lines().find_map(|line| line.strip_prefix("new      gitops/")).unwrap();
    let (code, out, err) = run(folder.path(), &["explain", "gitops", &format!("{job}:metadata.name")]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains(&format!("sites/gitops.yaml:{line}:")), "{out}");
}

#[test]
fn a_rule_is_told_with_a_fleet_that_it_refuses_and_how_that_is_mended() {
    // In no fleet: a rule belongs to none.
    let folder = tempfile::tempdir().unwrap();
    let (code, out, err) = run(folder.path(), &["explain", "GS-GOLD-003"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_snapshot("explain/rule.txt", &out);
    for (question, told) in [
        (vec!["GS-GOLD-OO3"], "there is no rule `GS-GOLD-OO3`: did you mean `GS-GOLD-003`?"),
        (vec!["GS-GOLD-003", "spec"], "`GS-GOLD-003` is a rule, and takes nothing behind it"),
    ] {
        let arguments: Vec<&str> = ["explain"].into_iter().chain(question).collect();
        let (code, out, err) = run(folder.path(), &arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(err.contains(told), "{arguments:?}: {err}");
    }
}

#[test]
fn every_rule_can_be_asked_for() {
    for rule in goldsmith::registry::rules() {
        let (code, out, err) = run(home(), &["explain", rule.code]);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{}", rule.code);
        assert!(out.contains(&format!("[{}]: {}", rule.code, rule.summary)), "{out}");
        assert!(out.contains("This fails") && out.contains("This passes"), "{out}");
    }
}

#[test]
fn what_is_not_known_is_told_with_what_is_near() {
    let fleet = home().join("golden/fleet");
    for (question, told) in [
        (["amsterdan", ""], "this fleet has no site `amsterdan`: did you mean `amsterdam`?"),
        (
            ["amsterdam", "goldenImages.defaults.kep"],
            "no layer of the site `amsterdam` says `goldenImages.defaults.kep`",
        ),
        (
            ["jena", "golden-images/namespace-kubevirt-os-image.yaml"],
            "did you mean `golden-images/namespace-kubevirt-os-images.yaml`?",
        ),
        (
            ["jena", "golden-images/namespace-kubevirt-os-images.yaml:metadata.nam"],
            "did you mean `metadata.name`?",
        ),
        (["sites/jena.yaml:99", ""], "no site reads a line 99 of `sites/jena.yaml`"),
    ] {
        let arguments: Vec<&str> =
            ["explain"].into_iter().chain(question).filter(|argument| !argument.is_empty()).collect();
        let (code, out, err) = run(&fleet, &arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{question:?}");
        assert!(err.contains(told), "{question:?}: {err}");
    }
}
