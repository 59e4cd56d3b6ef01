//! Our judge against a real API server, case by case of the corpus: `tests/corpus/README.md`.

use std::collections::BTreeSet;

use goldsmith::diagnostic::Findings;
use goldsmith::validate::crds::Crds;

use crate::corpus::{
    Case, Chapter, Counts, Coverage, Definition, Records, Said, Servers, corpus, counts, rank,
};
use crate::tools::{assert_at_least, repository};

/// How many cases there are at least, and how many the live server is asked.
const CASES: usize = 2000;
const SAMPLE: usize = 300;

#[test]
fn our_verdict_is_the_servers_on_every_case() {
    let (mut wrong, mut listed) = (Vec::new(), 0);
    for Chapter { definition, cases } in corpus() {
        let Some(records) = recorded(&definition, &cases, &mut wrong) else { continue };
        let judge = Judge::of(&definition);
        for case in &cases {
            let Some(said) = records.said.get(&case.name) else { continue };
            let differs = difference(&judge.judge(case), said);
            let is_listed =
                DIFFERENCES.iter().any(|(name, of, _)| *name == definition.name && *of == case.name);
            match (differs, is_listed) {
                (Some(what), false) => wrong.push(format!("{}: {}: {what}", definition.name, case.name)),
                (None, true) => {
                    wrong.push(format!("{}: {}: is listed and does not differ", definition.name, case.name));
                }
                (_, is_listed) => listed += usize::from(is_listed),
            }
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(listed, DIFFERENCES.len(), "a case that is listed is not there");
}

/// Cases on which we differ, each with the reason.
const DIFFERENCES: &[(&str, &str, &str)] = &[(
    "corners.v1.open",
    "change /spec/typed/set 2 to 10",
    "an old set that holds an item twice was never valid; of such, the server compares one side only: it takes [a, b] for [a, a]",
)];

#[test]
fn the_records_are_what_the_server_says() {
    let chapters = corpus();
    let all: Vec<(&Definition, &Case)> = chapters
        .iter()
        .flat_map(|chapter| chapter.cases.iter().map(|case| (&chapter.definition, case)))
        .collect();
    assert_at_least(CASES, all.len(), "cases");
    if overwrites() {
        return record(&chapters);
    }
    let mut sample = all;
    sample
        .sort_by_cached_key(|(definition, case)| rank(&format!("sample {} {}", definition.name, case.name)));
    sample.truncate(SAMPLE);
    sample.sort_by_key(|(definition, case)| (&definition.name, &case.name));
    let said = Servers::start(&chapters).ask(&sample);
    let changed = sample.iter().zip(said).filter_map(|((definition, case), said)| {
        let recorded = Records::read(definition).unwrap_or_default().said.get(&case.name).cloned();
        (recorded.as_ref() != Some(&said))
            .then(|| format!("{}: {}: {recorded:?}, now {said:?}", definition.name, case.name))
    });
    let changed: Vec<String> = changed.collect();
    assert!(changed.is_empty(), "the records are not what the server says:\n{}", changed.join("\n"));
}

/// The records of a definition, where they are of this definition and of these cases.
fn recorded(definition: &Definition, cases: &[Case], wrong: &mut Vec<String>) -> Option<Records> {
    let why = match Records::read(definition) {
        None => "no verdicts are recorded".to_owned(),
        Some(records) if records.digest != definition.digest() => {
            format!("the verdicts are of another schema, {}", records.digest)
        }
        Some(records) if !records.said.keys().eq(cases.iter().map(|case| &case.name)) => {
            "the verdicts are of other cases".to_owned()
        }
        Some(records) => return Some(records),
    };
    wrong.push(format!("{}: {why}; tests/corpus/README.md says how to record", definition.name));
    None
}

fn record(chapters: &[Chapter]) {
    let servers = Servers::start(chapters);
    let asked: Vec<(&Definition, &Case)> = chapters
        .iter()
        .flat_map(|chapter| chapter.cases.iter().map(|case| (&chapter.definition, case)))
        .collect();
    let mut said = servers.ask(&asked).into_iter();
    for Chapter { definition, cases } in chapters {
        let said = cases.iter().map(|case| case.name.clone()).zip(said.by_ref()).collect();
        Records { digest: definition.digest(), said }.write(definition);
    }
}

/// What we say to a case.
struct Ours {
    /// Each finding as the server would write its field.
    refused: BTreeSet<String>,
    not_evaluated: bool,
    told: Vec<String>,
}

struct Judge {
    crds: Crds,
    api_version: String,
    kind: String,
}

impl Judge {
    fn of(definition: &Definition) -> Self {
        let mut crds = Crds::default();
        crds.add("crd.yaml", definition.crd.to_string(), &mut Findings::default());
        Self { crds, api_version: definition.api_version(), kind: definition.kind.clone() }
    }

    fn judge(&self, case: &Case) -> Ours {
        let schema = self
            .crds
            .schema((&self.api_version, &self.kind), None)
            .expect("it is there")
            .expect("it is sound");
        let mut judgement = schema.judge(&case.object, case.old.as_ref());
        judgement.violations.extend(schema.judge_metadata(&case.object));
        let told = judgement.violations.iter().chain(&judgement.not_evaluated);
        let told = told.map(|violation| format!("{}: {}", violation.pointer, violation.message)).collect();
        let refused = judgement
            .violations
            .iter()
            .map(|violation| field(&violation.pointer, &violation.message))
            .collect();
        Ours { refused, not_evaluated: !judgement.not_evaluated.is_empty(), told }
    }
}

/// Our place of a finding as the server's, in one form for both: `spec.list.0.field`.
fn field(pointer: &str, message: &str) -> String {
    let missing = message.strip_suffix("` is required").and_then(|name| name.strip_prefix('`'));
    let steps = pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
    plain(&steps.chain(missing.map(str::to_owned)).collect::<Vec<_>>().join("."))
}

fn plain(field: &str) -> String {
    let field = field.replace('[', ".").replace(']', "");
    let field = field.trim_start_matches('.');
    // The server blames these as a whole.
    for whole in
        ["metadata.labels", "metadata.annotations", "metadata.finalizers", "metadata.ownerReferences"]
    {
        if let Some(at) = field.find(whole) {
            return field[..at + whole.len()].to_owned();
        }
    }
    field.to_owned()
}

fn difference(ours: &Ours, said: &Said) -> Option<String> {
    let told = || ours.told.iter().take(4).cloned().collect::<Vec<_>>().join(" | ");
    match said {
        Said::Accepted if ours.refused.is_empty() && !ours.not_evaluated => None,
        Said::Accepted if ours.refused.is_empty() => {
            Some(format!("accepted, and we do not know: {}", told()))
        }
        Said::Accepted => Some(format!("accepted, and we refuse: {}", told())),
        Said::Refused(causes) if ours.refused.is_empty() => {
            Some(format!("{} {causes:?}, and we do not know or accept: {}", "refused", told()))
        }
        Said::Refused(causes) => {
            // What concerns a value as a whole, the server tells without a place.
            let placed = causes.iter().filter(|(_, field)| field != "<nil>");
            let fields: BTreeSet<String> = placed.clone().map(|(_, field)| plain(field)).collect();
            let unread = causes.iter().any(|(reason, _)| reason == "BadRequest");
            let may_tell_more = said.is_unread() || placed.count() < causes.len();
            let equal = unread
                || if may_tell_more { fields.is_subset(&ours.refused) } else { fields == ours.refused };
            (!equal).then(|| format!("at {causes:?}, and we say: {}", told()))
        }
    }
}

#[test]
fn every_rule_is_kept_and_broken() {
    let mut coverage = Coverage::default();
    for chapter in corpus() {
        let records = Records::read(&chapter.definition).unwrap_or_default();
        let judge = Judge::of(&chapter.definition);
        coverage.add(&chapter, &records, |case| judge.judge(case).told);
    }
    let (missing, all) = coverage.missing();
    assert!(missing.is_empty(), "{} of {all}:\n{missing:#?}", missing.len());
}

#[test]
fn the_cases_are_many_of_each_kind_and_each_operator_and_counted_in_the_readme() {
    let (kinds, operators) = counts(&corpus());
    let all: usize = kinds.values().map(|(all, _)| all).sum();
    let refused: usize = kinds.values().map(|(_, refused)| refused).sum();
    assert!((30..=70).contains(&(refused * 100 / all)), "{refused} of {all} are refused");
    for (name, (all, _)) in &kinds {
        assert_at_least(30, *all, name);
    }
    for (name, (all, _)) in operators.iter().filter(|(name, _)| !WRITTEN.contains(&name.as_str())) {
        assert_at_least(40, *all, name);
    }
    let table = |head: &str, counts: &Counts| {
        let rows = counts.iter().map(|(name, (all, refused))| format!("| {name} | {all} | {refused} |\n"));
        format!("| {head} | cases | refused |\n| --- | --- | --- |\n{}", rows.collect::<String>())
    };
    let sum = format!("{all} cases, {refused} of them refused.\n");
    let text = format!("{sum}\n{}\n{}", table("kind", &kinds), table("operator", &operators));
    let path = repository().join("tests/corpus/README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(COUNTS).expect("the README has its counts");
    let (_, after) = rest.split_once(COUNTS_END).expect("the counts of the README end");
    let wanted = format!("{before}{COUNTS}\n{text}{COUNTS_END}{after}");
    if overwrites() {
        std::fs::write(&path, wanted).unwrap();
    } else {
        assert_eq!(readme, wanted, "SNAPSHOTS=overwrite writes the counts");
    }
}

/// Where the counts of the README begin and end.
const COUNTS: &str = "<!-- counts: written by the test -->";
const COUNTS_END: &str = "<!-- end of counts -->";

/// What is no operator.
const WRITTEN: &[&str] = &["by hand", "object", "rendered"];

fn overwrites() -> bool {
    std::env::var_os("SNAPSHOTS").is_some_and(|what| what == "overwrite")
}
