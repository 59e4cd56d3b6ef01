//! What a fleet wants to be told: levels of rules, and waivers.
//!
//! In: the sections `rules` and `waivers` of a loaded site, the day, the release, and the findings of a step. Out: the
//! same findings, each as bad as the fleet says, those waived marked. The day comes from outside: nothing here reads a clock.

pub mod baseline;
pub mod novelty;
pub mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::capability::Release;
use crate::diagnostic::{Diagnostic, Findings, Rule, Severity, Waived, rules::MISSING_FIELD};
use crate::load::Loaded;
use crate::provenance::{Place, Sourced, Sources};
use crate::spec::policy::{Date, RuleLevel, Until, WaiverSpec};
use crate::yaml::{Entry, Kind, read};
use baseline::Baseline;
use rules::{FIXED_RULE, UNKNOWN_RULE, WAIVER_ENDED, WAIVER_ENDS_SOON, WAIVER_UNUSED};

/// Days before its end from which on a waiver is told to end soon.
const SOON: i64 = 14;

/// What policies are made with.
#[derive(Clone, Debug)]
pub struct Basis {
    /// The day of the run.
    pub today: Date,
    /// The running release of Goldsmith: errors of rules that are new in it are warnings.
    pub release: Release,
    /// The rule of a code.
    pub rule: fn(&str) -> Option<&'static Rule>,
    /// The findings that are known.
    pub baseline: Arc<Baseline>,
}

/// What one site wants to be told.
#[derive(Debug)]
pub struct Policy {
    release: Release,
    levels: BTreeMap<&'static str, RuleLevel>,
    waivers: Vec<Waiver>,
    baseline: Arc<Baseline>,
}

/// A waiver of one site, and whether it needed it.
#[derive(Clone, Debug)]
pub struct WaiverUse {
    /// What to tell if no site needs it.
    pub unused: Diagnostic,
    /// Whether this one does.
    pub needed: bool,
}

/// What to tell of the waivers of a whole run: those that no site needed, each once.
pub fn unused(waivers: &[WaiverUse]) -> impl Iterator<Item = &Diagnostic> {
    let needed: BTreeSet<_> =
        waivers.iter().filter(|waiver| waiver.needed).map(WaiverUse::written_at).collect();
    waivers.iter().filter(move |waiver| !needed.contains(&waiver.written_at())).map(|waiver| &waiver.unused)
}

impl WaiverUse {
    /// The file and the byte that it is written at: sites that share a waiver share these.
    fn written_at(&self) -> Option<(&str, u32)> {
        self.unused.primary.as_ref().map(|label| (label.place.source.path.as_str(), label.place.start))
    }
}

/// A waiver, complete.
#[derive(Debug)]
struct Waiver {
    name: String,
    code: &'static str,
    of_changes: bool,
    about: Option<String>,
    reason: String,
    until: Until,
    ended: bool,
    /// What to tell if no site of the run needs it.
    unused: Diagnostic,
}

impl Policy {
    /// The policy of a site, and what is wrong with it.
    pub fn of(loaded: &Loaded, basis: &Basis, findings: &mut Findings) -> Self {
        let mut told = Findings::default();
        let reader = Reader { basis, sources: &loaded.sources };
        let levels = loaded.spec.rules.section();
        let levels = levels.iter().filter_map(|(code, level)| reader.level(code, level.get()?, &mut told));
        let baseline = Arc::clone(&basis.baseline);
        let mut policy =
            Policy { release: basis.release, levels: levels.collect(), waivers: Vec::new(), baseline };
        for (name, spec) in loaded.spec.waivers.section() {
            policy
                .waivers
                .extend(spec.get().and_then(|spec| reader.waiver(&name.to_string(), spec, &mut told)));
        }
        findings.absorb(told.of_site(loaded.name.as_str()));
        policy
    }

    /// Makes findings as bad as the site says, and marks those that it lives with. Doing it twice changes nothing.
    pub fn settle(&self, findings: &mut Findings) {
        findings.rewrite(|finding| self.apply(finding));
        self.baseline.mark(findings);
    }

    /// The waivers that have not ended, each with whether one of these findings needed it. Whether one about changes is
    /// needed is not known from what is there.
    pub fn waivers(&self, findings: &Findings) -> Vec<WaiverUse> {
        let needed = |waiver: &Waiver| {
            findings.iter().any(|finding| finding.waived.as_ref().is_some_and(|by| by.name == waiver.name))
        };
        let waivers = self.waivers.iter().filter(|waiver| !waiver.ended && !waiver.of_changes);
        waivers.map(|waiver| WaiverUse { unused: waiver.unused.clone(), needed: needed(waiver) }).collect()
    }

    /// Whether the finding is still one.
    fn apply(&self, finding: &mut Diagnostic) -> bool {
        match self.levels.get(finding.rule.code) {
            Some(RuleLevel::Silent) => return false,
            Some(RuleLevel::Warning) => finding.severity = Severity::Warning,
            Some(RuleLevel::Error) => finding.severity = Severity::Error,
            None => novelty::soften(finding, self.release),
        }
        let waiver = self.waivers.iter().find(|waiver| !waiver.ended && waiver.covers(finding));
        finding.waived = waiver.map(Waiver::mark);
        true
    }
}

impl Waiver {
    fn mark(&self) -> Waived {
        Waived { name: self.name.clone(), reason: self.reason.clone(), until: self.until.to_string() }
    }

    fn covers(&self, finding: &Diagnostic) -> bool {
        finding.rule.code == self.code && self.about.as_deref().is_none_or(|about| is_about(finding, about))
    }
}

/// Whether a finding names something in its title, or points into a part of the spec of that name.
fn is_about(finding: &Diagnostic, about: &str) -> bool {
    let points_into = || finding.primary.as_ref().is_some_and(|label| lies_in(&label.place, about));
    names(&finding.title, about) || points_into()
}

/// Whether a place lies in the value of a key of this name, however deep. Asked for findings with a waiver alone.
fn lies_in(place: &Place, key: &str) -> bool {
    let Some(root) = read::strict(&place.source.text, 0, &mut Vec::new()) else { return false };
    let mut open = vec![&root];
    while let Some(node) = open.pop() {
        match &node.kind {
            Kind::Map(entries) => {
                let around = |entry: &&Entry<'_>| {
                    entry.key_loc.start <= place.start
                        && place.end <= entry.value.loc.end.max(entry.key_loc.end)
                };
                let Some(entry) = entries.iter().find(around) else { continue };
                if entry.key == key {
                    return true;
                }
                open.push(&entry.value);
            }
            Kind::Seq(items) => open.extend(
                items.iter().filter(|item| item.loc.start <= place.start && place.end <= item.loc.end),
            ),
            _ => {}
        }
    }
    false
}

/// Whether a title has something as words of its own: `fedora` in "`fedora` is ...", neither in "`fedora-40` is ..." nor in
/// "images/fedora.yaml is ...".
fn names(title: &str, about: &str) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
    let joins = |character: char| matches!(character, '/' | '.' | ':');
    // The two characters on one side, the nearer one first.
    let goes_on = |beside: [Option<char>; 2]| match beside {
        [Some(nearer), _] if is_word(nearer) => true,
        [Some(nearer), Some(next)] => joins(nearer) && is_word(next),
        _ => false,
    };
    title.match_indices(about).any(|(at, _)| {
        let mut before = title[..at].chars().rev();
        let mut behind = title[at + about.len()..].chars();
        !goes_on([before.next(), before.next()]) && !goes_on([behind.next(), behind.next()])
    })
}

struct Reader<'r> {
    basis: &'r Basis,
    sources: &'r Sources,
}

impl Reader<'_> {
    fn level(
        &self,
        code: &str,
        level: &Sourced<RuleLevel>,
        findings: &mut Findings,
    ) -> Option<(&'static str, RuleLevel)> {
        let rule = self.rule(code, level, findings)?;
        let lowers = rule.severity == Severity::Error && level.value != RuleLevel::Error;
        if lowers && !rule.adjustable {
            self.fixed(rule, level, "lowered", findings);
            return None;
        }
        Some((rule.code, level.value))
    }

    fn waiver(&self, name: &str, spec: &Sourced<WaiverSpec>, findings: &mut Findings) -> Option<Waiver> {
        let mut missing = |field: &str, is_there: bool| {
            if !is_there {
                let title = format!("`{field}` is missing in the waiver `{name}`");
                let place = self.sources.place_of(&spec.origin);
                findings.push(Diagnostic::new(&MISSING_FIELD, title).at(place, "this one"));
            }
        };
        missing("rule", spec.rule.get().is_some());
        missing("reason", spec.reason.get().is_some());
        missing("until", spec.until.get().is_some());
        let (code, reason, until) = (spec.rule.get()?, spec.reason.get()?, spec.until.get()?);
        let rule = self.rule(&code.value, code, findings)?;
        if rule.severity == Severity::Error && !rule.adjustable {
            self.fixed(rule, code, "waived", findings);
            return None;
        }
        let unused = Diagnostic::new(&WAIVER_UNUSED, format!("nothing needs the waiver `{name}`"))
            .at(self.sources.place_of(&code.origin), "no such finding")
            .help("take it out, or correct what it is about");
        Some(Waiver {
            name: name.to_owned(),
            code: rule.code,
            of_changes: rule.of_changes,
            about: spec.about.get().map(|about| about.value.clone()),
            reason: reason.value.clone(),
            until: until.value,
            ended: self.has_ended(name, until, findings),
            unused,
        })
    }

    fn has_ended(&self, name: &str, until: &Sourced<Until>, findings: &mut Findings) -> bool {
        let Until::Day(last) = until.value else { return false };
        let left = last.days_since(self.basis.today);
        let place = self.sources.place_of(&until.origin);
        let help = "mend what it stands for and take it out, or give it another day";
        if left < 0 {
            let title = format!("the waiver `{name}` has ended");
            findings.push(Diagnostic::new(&WAIVER_ENDED, title).at(place, "its last day").help(help));
        } else if left < SOON {
            let title = format!("the waiver `{name}` ends on {last}");
            findings.push(Diagnostic::new(&WAIVER_ENDS_SOON, title).at(place, "its last day").help(help));
        }
        left < 0
    }

    fn rule<T>(&self, code: &str, at: &Sourced<T>, findings: &mut Findings) -> Option<&'static Rule> {
        let rule = (self.basis.rule)(code);
        if rule.is_none() {
            let found = Diagnostic::new(&UNKNOWN_RULE, format!("there is no rule `{code}`"))
                .at(self.sources.place_of(&at.origin), "for this one")
                .help("every finding is told with the code of its rule");
            findings.push(found);
        }
        rule
    }

    fn fixed<T>(&self, rule: &Rule, at: &Sourced<T>, how: &str, findings: &mut Findings) {
        let found = Diagnostic::new(&FIXED_RULE, format!("{} cannot be {how}", rule.code))
            .at(self.sources.place_of(&at.origin), "here")
            .note(format!("its findings, {}, leave nothing sound to render", rule.summary))
            .help("mend what it finds");
        findings.push(found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::{Layer, Source};

    static HAZARD: Rule = Rule::warning("GS-TEST-001", "a hazard", "for tests");

    fn finding(title: &str, at: &str) -> Diagnostic {
        let text = "images:\n  fedora:\n    size: 1Gi\n  list:\n  - name: x\n";
        let start = u32::try_from(text.find(at).unwrap()).unwrap();
        let end = start + u32::try_from(at.len()).unwrap();
        let source = Source { path: "a.yaml".into(), layer: Layer::Site, text: text.into() };
        Diagnostic::new(&HAZARD, title).at(Some(Place { source: Arc::new(source), start, end }), "")
    }

    #[test]
    fn a_finding_is_about_what_its_title_names_as_words_of_their_own() {
        for (title, is) in [
            ("`fedora` is old", true),
            ("about fedora.", true),
            ("`fedora-40` is old", false),
            ("my-fedora", false),
            ("`a` of fedora/cron.yaml", false),
            ("`images.fedora` is old", false),
        ] {
            assert_eq!(names(title, "fedora"), is, "{title}");
        }
    }

    #[test]
    fn a_finding_is_about_the_part_of_the_spec_that_it_points_into() {
        assert!(is_about(&finding("too small", "1Gi"), "fedora"));
        assert!(is_about(&finding("too small", "1Gi"), "size"));
        assert!(is_about(&finding("too small", "x"), "list"));
        assert!(!is_about(&finding("too small", "x"), "fedora"));
    }

    #[test]
    fn a_level_makes_a_finding_worse_or_silent_and_a_waiver_marks_it() {
        let settled = |level: Option<RuleLevel>, waived: bool| {
            let waiver = Waiver {
                name: "known".into(),
                code: HAZARD.code,
                of_changes: false,
                about: None,
                reason: "it is".into(),
                until: Until::Never,
                ended: !waived,
                unused: finding("unused", "x"),
            };
            let levels = level.map(|level| (HAZARD.code, level)).into_iter().collect();
            let release = Release::of("0.1.0").unwrap();
            let policy = Policy { release, levels, waivers: vec![waiver], baseline: Arc::default() };
            let mut findings: Findings = [finding("a", "x")].into_iter().collect();
            policy.settle(&mut findings);
            let once = findings.clone();
            policy.settle(&mut findings);
            assert_eq!(findings, once, "settled twice");
            (findings.count(Severity::Error), findings.count(Severity::Warning), findings.waived())
        };
        assert_eq!(settled(None, false), (0, 1, 0));
        assert_eq!(settled(Some(RuleLevel::Error), false), (1, 0, 0));
        assert_eq!(settled(Some(RuleLevel::Silent), false), (0, 0, 0));
        assert_eq!(settled(Some(RuleLevel::Error), true), (0, 0, 1));
    }

    #[test]
    fn a_new_rule_warns_until_the_next_minor_release_unless_the_site_says_a_level() {
        static NEW: Rule = Rule::error("GS-TEST-002", "a new rule", "for tests").since("0.2.0").or_waived();
        let severity = |release: &str, level: Option<RuleLevel>| {
            let release = Release::of(release).unwrap();
            let levels = level.map(|level| (NEW.code, level)).into_iter().collect();
            let policy = Policy { release, levels, waivers: Vec::new(), baseline: Arc::default() };
            let mut findings: Findings = [Diagnostic::new(&NEW, "wrong")].into_iter().collect();
            policy.settle(&mut findings);
            let once = findings.clone();
            policy.settle(&mut findings);
            assert_eq!(findings, once, "settled twice");
            findings.iter().next().unwrap().severity
        };
        assert_eq!(severity("0.2.1", None), Severity::Warning);
        assert_eq!(severity("0.2.1", Some(RuleLevel::Error)), Severity::Error);
        assert_eq!(severity("0.3.0", None), Severity::Error);
        assert_eq!(severity("0.3.0", Some(RuleLevel::Warning)), Severity::Warning);
    }
}
