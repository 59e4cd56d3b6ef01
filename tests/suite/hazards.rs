//! `docs/hazards.md`: all rules, and what becomes of every known trap. Written from the code; its proofs are there.
//!
//! The build embeds the examples, so a page that names a new case is written by the run after the one that wrote its report.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use goldsmith::components::{COMPONENTS, remarks};
use goldsmith::diagnostic::trap::{Answer, Proof, Trap};
use goldsmith::diagnostic::{Rule, Severity};
use goldsmith::disk::Folder;
use goldsmith::load::{Options, load_fleet};
use goldsmith::manifest::remark::Remark;
use goldsmith::pipeline::Pipeline;
use goldsmith::registry;
use goldsmith::registry::example::example;
use goldsmith::validate::crds::Crds;

use crate::support::{goldens, home, policies};

/// The sections of the fact sheets whose traps are all accounted for.
const SECTIONS: &[&str] = &[
    "golden-images 1.1",
    "golden-images 1.2",
    "golden-images 1.3",
    "golden-images 1.4",
    "golden-images 1.5",
    "golden-images 1.6",
    "golden-images 1.7",
    "golden-images 1.8",
    "golden-images 1.9",
    "golden-images 1.10",
    "golden-images 1.11",
    "golden-images 2",
    "golden-images 3.1",
    "golden-images 3.2",
    "golden-images 3.3",
    "golden-images 3.4",
    "golden-images 3.5",
    "golden-images 4",
    "golden-images 4.1",
    "golden-images 4.2",
    "golden-images 4.3",
    "golden-images 4.4",
    "golden-images 4.5",
    "golden-images 4.6",
    "golden-images 4.7",
    "golden-images 5.1",
    "golden-images 5.2",
    "golden-images 6.1",
    "golden-images 6.2",
    "golden-images 7",
    "golden-images 8",
    "golden-images 9",
    "golden-images 10",
    "os-layering 8",
    "podvm 1.0",
    "podvm 1.1",
    "podvm 1.2",
    "podvm 1.3",
    "podvm 1.4",
    "podvm 1.5",
    "podvm 1.6",
    "podvm 1.7",
    "podvm 1.9",
    "podvm 1.10",
    "podvm 1.11",
    "podvm 1.12",
    "podvm 2.1",
    "podvm 2.3",
    "podvm 3.1",
    "podvm 3.2",
    "podvm 3.4",
    "podvm 4.2",
    "podvm 4.3",
    "podvm 4.4",
    "podvm 4.7, W1",
    "podvm 4.7, W2",
    "podvm 4.7, W3",
    "podvm 4.7, W4",
    "podvm 4.7, W5",
    "podvm 4.7, W6",
    "podvm 4.7, W7",
    "podvm 4.7, W8",
    "podvm 4.7, W9",
    "podvm 4.7, W10",
    "podvm 4.7, W11",
    "podvm 4.7, W12",
    "podvm 4.7, W13",
    "podvm 4.7, W14",
    "podvm 4.7, W15",
    "podvm 4.7, W16",
    "podvm 4.7, W17",
    "podvm 4.7, W18",
    "podvm 4.7, W19",
    "podvm 4.7, W20",
    "podvm 4.7, W21",
    "podvm 4.7, W22",
    "podvm 4.7, W23",
    "podvm 4.7, W24",
    "podvm 4.7, W25",
    "podvm 4.7, W26",
    "podvm 4.8",
];

fn traps() -> impl Iterator<Item = &'static Trap> {
    COMPONENTS.iter().flat_map(|component| component.traps)
}

#[test]
fn every_section_is_accounted_for() {
    let sources: BTreeSet<&str> = traps().map(|trap| trap.source).collect();
    let missing: Vec<&&str> = SECTIONS.iter().filter(|section| !sources.contains(**section)).collect();
    assert!(missing.is_empty(), "no trap of {missing:?}");
}

#[test]
fn what_is_said_to_tell_a_trap_or_to_prevent_it_is_there() {
    let mut wrong = Vec::new();
    for trap in traps() {
        match &trap.answer {
            Answer::Told(codes) => {
                assert!(!codes.is_empty(), "{}", trap.words);
                let unknown = codes.iter().filter(|code| registry::rule(code).is_none());
                wrong.extend(unknown.map(|code| format!("{}: no rule {code}", trap.words)));
            }
            Answer::Prevented(how, proofs) => {
                assert!(!proofs.is_empty(), "{}", trap.words);
                let codes = how.split([' ', ',', ')', '(']).filter(|word| word.starts_with("GS-"));
                let unknown = codes.filter(|code| registry::rule(code).is_none());
                wrong.extend(unknown.map(|code| format!("{}: no rule {code}", trap.words)));
                let faults = proofs.iter().filter_map(fault);
                wrong.extend(faults.map(|fault| format!("{}: {fault}", trap.words)));
            }
            Answer::Outside(why) => assert!(!why.is_empty(), "{}", trap.words),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with a proof.
fn fault(proof: &Proof) -> Option<String> {
    match proof {
        Proof::Test(file, name) => {
            let code = fs::read_to_string(home().join(file)).unwrap_or_default();
            let is_test = code
                .find(&format!("fn {name}()"))
                .is_some_and(|at| code[..at].trim_end().ends_with("#[test]"));
            (!is_test).then(|| format!("no test `{name}` in {file}"))
        }
        Proof::Claim(golden, field) => {
            let claims = fs::read_to_string(home().join("golden").join(golden).join("claims.yaml"));
            let claims: Vec<serde_json::Value> =
                yaml_serde::from_str(&claims.unwrap_or_default()).unwrap_or_default();
            let claimed = claims.iter().any(|claim| claim["field"] == **field);
            (!claimed).then(|| format!("golden/{golden}/claims.yaml claims nothing of `{field}`"))
        }
    }
}

#[test]
fn what_is_rendered_has_none_of_the_hazards_that_manifests_show() {
    let mut sites = 0;
    for golden in goldens() {
        let folder = Folder::open(&golden).unwrap().unwrap();
        let fleet = load_fleet(&folder, &Options::default()).unwrap();
        let pipeline = Pipeline::new(&fleet, Crds::default(), policies());
        for site in pipeline.sites() {
            let outcome = pipeline.run(site).unwrap();
            let told: Vec<&str> = outcome.findings.iter().map(|finding| finding.rule.code).collect();
            let validated = outcome.validated.unwrap();
            let objects: Vec<_> = validated.manifests().iter().map(|manifest| &manifest.object).collect();
            let remarks = remarks(&objects);
            let untold = remarks.iter().map(Remark::code).find(|code| !told.contains(code));
            assert_eq!(untold, None, "{} {}", golden.display(), site.path);
            sites += 1;
        }
    }
    assert!(sites > 30, "only {sites} sites");
}

#[test]
fn the_page_of_hazards_is_that_of_the_code() {
    let path = home().join("docs/hazards.md");
    let page = page();
    if std::env::var("SNAPSHOTS").is_ok_and(|how| how == "overwrite") {
        fs::write(&path, &page).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let diff = similar::TextDiff::from_lines(committed.as_str(), &page);
    assert!(committed == page, "{}", diff.unified_diff().header("committed", "now"));
}

fn page() -> String {
    let mut page = String::from(
        "# Hazards\n\n\
         Written from the code by `SNAPSHOTS=overwrite cargo test --test suite hazards`; a test holds it to that.\n\n\
         Every finding has a code. `goldsmith explain GS-GOLD-003` prints its rule with a fleet that it refuses, what is then\n\
         reported, and how that is mended; both are tests. Where a source names a page and a section (`golden-images 1.3`,\n\
         `os-layering 8`), the facts were gathered there from the upstream sources that stand beside it.\n\n\
         An error that may be lowered or waived is a warning in the minor release that brings its rule (`since`) and an error from\n\
         the next one on, unless `rules` of a spec gives the rule a level.\n",
    );
    page += &summary();
    for component in COMPONENTS {
        let _ = write!(page, "\n## `{}`\n\n", component.home.component);
        page += &rules(component.rules.iter().copied());
        if !component.traps.is_empty() {
            page += &told(component.traps);
            page += &prevented(component.traps);
            page += &outside(component.traps);
        }
    }
    let of_components: BTreeSet<&str> =
        COMPONENTS.iter().flat_map(|component| component.rules).map(|rule| rule.code).collect();
    page += "\n## All others\n\n";
    page += &rules(registry::rules().filter(|rule| !of_components.contains(rule.code)));
    page
}

/// How many traps have which answer.
fn summary() -> String {
    let mut out = String::from(
        "\n| known traps of | told by a rule | prevented by what is rendered | none of ours | all |\n\
         | --- | --- | --- | --- | --- |\n",
    );
    for component in COMPONENTS {
        let count =
            |is_it: fn(&Answer) -> bool| component.traps.iter().filter(|trap| is_it(&trap.answer)).count();
        let told = count(|answer| matches!(answer, Answer::Told(_)));
        let prevented = count(|answer| matches!(answer, Answer::Prevented(..)));
        let outside = count(|answer| matches!(answer, Answer::Outside(_)));
        let all = component.traps.len();
        let _ =
            writeln!(out, "| `{}` | {told} | {prevented} | {outside} | {all} |", component.home.component);
    }
    out
}

fn rules(rules: impl Iterator<Item = &'static Rule>) -> String {
    let mut out = String::new();
    for rule in rules {
        let severity = match rule.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let _ = write!(
            out,
            "### {}\n\n**{severity}: {}.** {}.\n\n",
            rule.code,
            rule.summary,
            sentence(rule.explanation)
        );
        let _ = write!(out, "Holds for {}; since goldsmith {}.", rule.holds, rule.since);
        if let Some(source) = rule.source {
            let _ = write!(out, " Source: {source}.");
        }
        if let Some(example) = example(rule.code) {
            let _ = write!(out, " Example: [{0}](../golden/fails/{0}).", example.case);
        }
        out.push_str("\n\n");
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// Rules speak low; a page begins its sentences in upper case.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn told(traps: &[Trap]) -> String {
    let mut out =
        String::from("\n### Traps that rules tell\n\n| known from | trap | rules |\n| --- | --- | --- |\n");
    for trap in traps {
        if let Answer::Told(codes) = &trap.answer {
            let links: Vec<String> =
                codes.iter().map(|code| format!("[{code}](#{})", code.to_lowercase())).collect();
            let _ = writeln!(out, "| {} | {} | {} |", trap.source, trap.words, links.join(", "));
        }
    }
    out
}

fn prevented(traps: &[Trap]) -> String {
    let mut out = String::from(
        "\n### Traps that what is rendered cannot have\n\n| known from | trap | how | proof |\n| --- | --- | --- | --- |\n",
    );
    for trap in traps {
        if let Answer::Prevented(how, proofs) = &trap.answer {
            let proofs: Vec<String> = proofs.iter().map(link).collect();
            let _ = writeln!(out, "| {} | {} | {how} | {} |", trap.source, trap.words, proofs.join(", "));
        }
    }
    out
}

fn link(proof: &Proof) -> String {
    match proof {
        Proof::Test(file, name) => format!("[`{name}`](../{file})"),
        Proof::Claim(golden, field) => format!("[{golden}](../golden/{golden}/claims.yaml): `{field}`"),
    }
}

fn outside(traps: &[Trap]) -> String {
    let mut out = String::from(
        "\n### Traps that are none of ours\n\n| known from | trap | why |\n| --- | --- | --- |\n",
    );
    for trap in traps {
        if let Answer::Outside(why) = trap.answer {
            let _ = writeln!(out, "| {} | {} | {why} |", trap.source, trap.words);
        }
    }
    out
}
