//! The findings of a run: each told once, in one order, however many threads found them.

use std::collections::BTreeMap;

use super::{Diagnostic, Rule, Severity, Waived};
use crate::provenance::Place;

/// How many findings a run keeps in full; of the others only the number is told.
const MOST: usize = 1000;

/// The findings of a run or a part of it, sorted by path, line, column, code and title.
///
/// What is pushed twice is told once: two findings of one rule, title and primary place are the same mistake seen
/// through several sites (an overlay's, say). Their sites are united; notes and context stay those of the site whose
/// name sorts first, so that the order of pushing never shows. Beyond the first thousand, errors stay before warnings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    kept: BTreeMap<Key, Diagnostic>,
    omitted: BTreeMap<Key, Severity>,
}

/// What makes two findings the same one; its order is that of the report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    path: String,
    start: u32,
    code: &'static str,
    title: String,
    end: u32,
}

impl Findings {
    /// Adds a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        let key = Key::of(&finding);
        if let Some(same) = self.kept.get_mut(&key) {
            unite(same, finding);
        } else if !self.omitted.contains_key(&key) {
            self.kept.insert(key, finding);
            self.shrink();
        }
    }

    /// The same findings, each found in this site.
    #[must_use]
    pub fn of_site(self, site: &str) -> Self {
        let kept = self.kept.into_iter().map(|(key, finding)| (key, finding.site(site)));
        Findings { kept: kept.collect(), omitted: self.omitted }
    }

    /// Adds all findings of another part of the run.
    pub fn absorb(&mut self, other: Findings) {
        self.extend(other.kept.into_values());
        self.omitted.extend(other.omitted.into_iter().filter(|(key, _)| !self.kept.contains_key(key)));
    }

    /// Takes the finding of a rule at just this place out again.
    pub fn take(&mut self, rule: &Rule, place: &Place) -> Option<Diagnostic> {
        let is_it = |key: &&Key| {
            key.code == rule.code
                && key.path == place.source.path
                && (key.start, key.end) == (place.start, place.end)
        };
        let key = self.kept.keys().find(is_it)?.clone();
        self.kept.remove(&key)
    }

    /// The findings in their order, without those of [`Findings::omitted`].
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.kept.values()
    }

    /// The findings that somebody is to be told: those of [`Findings::iter`] that no waiver covers.
    pub fn told(&self) -> impl Iterator<Item = &Diagnostic> {
        self.iter().filter(|finding| finding.waived.is_none())
    }

    /// How many findings there were beyond those kept.
    pub fn omitted(&self) -> usize {
        self.omitted.len()
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How many there are of a severity, those not kept included, those waived left out.
    pub fn count(&self, severity: Severity) -> usize {
        let kept =
            self.kept.values().filter(|finding| finding.waived.is_none()).map(|finding| finding.severity);
        kept.chain(self.omitted.values().copied()).filter(|found| *found == severity).count()
    }

    /// How many of those kept a fleet lives with.
    pub fn waived(&self) -> usize {
        self.kept.values().filter(|finding| finding.waived.is_some()).count()
    }

    /// Marks those that somebody lives with.
    pub fn mark(&mut self, waived: impl Fn(&Diagnostic) -> Option<Waived>) {
        for finding in self.kept.values_mut() {
            finding.waived = waived(finding);
        }
    }

    /// Each finding, those not kept left out.
    pub fn into_each(self) -> impl Iterator<Item = Diagnostic> {
        self.kept.into_values()
    }

    /// How many files they point at, those not kept included. What was given on the command line is in none.
    pub fn files(&self) -> usize {
        let mut paths: Vec<&str> =
            self.kept.keys().chain(self.omitted.keys()).map(|key| key.path.as_str()).collect();
        paths.retain(|path| !path.is_empty() && !path.starts_with('<'));
        paths.sort_unstable();
        paths.dedup();
        paths.len()
    }

    /// Leaves out the last warning, or else the last error, when there are too many.
    fn shrink(&mut self) {
        if self.kept.len() <= MOST {
            return;
        }
        let is_warning =
            |finding: &Diagnostic| finding.severity == Severity::Warning || finding.waived.is_some();
        let warning = self.kept.iter().rev().find(|(_, finding)| is_warning(finding));
        let last = warning.or_else(|| self.kept.last_key_value()).map(|(key, _)| key.clone());
        if let Some((key, finding)) = last.and_then(|key| self.kept.remove_entry(&key)) {
            let severity = if is_warning(&finding) { Severity::Warning } else { Severity::Error };
            self.omitted.insert(key, severity);
        }
    }
}

impl Extend<Diagnostic> for Findings {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, findings: I) {
        for finding in findings {
            self.push(finding);
        }
    }
}

impl FromIterator<Diagnostic> for Findings {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(findings: I) -> Self {
        let mut all = Findings::default();
        all.extend(findings);
        all
    }
}

impl Key {
    fn of(finding: &Diagnostic) -> Self {
        let place = finding.primary.as_ref().map(|label| &label.place);
        Key {
            path: place.map(|place| place.source.path.clone()).unwrap_or_default(),
            start: place.map_or(0, |place| place.start),
            code: finding.rule.code,
            title: finding.title.clone(),
            end: place.map_or(0, |place| place.end),
        }
    }
}

fn unite(same: &mut Diagnostic, mut other: Diagnostic) {
    if other.sites.first() < same.sites.first() {
        std::mem::swap(same, &mut other);
    }
    same.sites.append(&mut other.sites);
    // One site that does not live with it is enough.
    same.severity = same.severity.min(other.severity);
    same.waived = same.waived.take().filter(|_| other.waived.is_some());
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::rules;
    use crate::provenance::{Layer, Place, Source};

    static NOWHERE: Rule = Rule::error("GS-TEST-001", "a finding without a place", "for tests");
    static HARMLESS: Rule = Rule::warning("GS-TEST-002", "a finding that stops nothing", "for tests");

    #[test]
    fn findings_are_sorted_by_path_place_code_and_title() {
        let sorted = [
            Diagnostic::new(&NOWHERE, "no site"),
            error("a.yaml", 2, "x"),
            error("a.yaml", 10, "x"),
            error("a.yaml", 10, "y"),
            warning("a.yaml", 10, "a"),
            error("b.yaml", 0, "x"),
        ];
        let findings: Findings = sorted.iter().rev().cloned().collect();
        assert_eq!(findings.iter().cloned().collect::<Vec<_>>(), sorted);
    }

    #[test]
    fn one_mistake_seen_through_two_sites_is_told_once() {
        let lyon = error("o.yaml", 1, "x").note("lyon's").site("lyon");
        let nice = error("o.yaml", 1, "x").note("nice's").site("nice");
        for order in [[&lyon, &nice], [&nice, &lyon]] {
            let findings: Findings = order.into_iter().cloned().collect();
            let expected = lyon.clone().site("nice");
            assert_eq!(findings.iter().collect::<Vec<_>>(), [&expected]);
        }
    }

    #[test]
    fn mistakes_that_differ_in_place_title_or_rule_are_all_told() {
        let different = [error("o.yaml", 1, "x"), error("o.yaml", 2, "x"), error("o.yaml", 1, "y")];
        let mut findings: Findings = different.into_iter().collect();
        findings.push(warning("o.yaml", 1, "x"));
        assert_eq!(findings.iter().count(), 4);
    }

    #[test]
    fn beyond_the_thousandth_only_the_number_is_told() {
        let mut findings = Findings::default();
        for _ in 0..2 {
            findings.extend((0..1500).rev().map(|start| error("a.yaml", start, "x")));
        }
        assert_eq!((findings.iter().count(), findings.omitted()), (1000, 500));
        assert_eq!(findings.count(Severity::Error), 1500);
        assert!(findings.iter().all(|finding| finding.primary.as_ref().unwrap().place.start < 1000));
    }

    #[test]
    fn warnings_never_hide_an_error() {
        let mut findings: Findings = (0..1200).map(|start| warning("a.yaml", start, "x")).collect();
        findings.push(error("z.yaml", 0, "x"));
        assert!(findings.iter().any(|finding| finding.severity == Severity::Error));
        assert_eq!((findings.count(Severity::Error), findings.count(Severity::Warning)), (1, 1200));
        assert_eq!(findings.files(), 2);
    }

    #[test]
    fn parts_of_a_run_add_up_to_the_whole() {
        let all: Vec<_> = (0..3000).map(|start| error("a.yaml", start, "x")).collect();
        let mut findings: Findings = all[..1800].iter().cloned().collect();
        findings.absorb(all[1200..].iter().cloned().collect());
        assert_eq!(findings, all.into_iter().collect());
    }

    fn error(path: &str, start: u32, title: &str) -> Diagnostic {
        Diagnostic::new(&rules::UNKNOWN_FIELD, title).at(Some(place(path, start)), "")
    }

    fn warning(path: &str, start: u32, title: &str) -> Diagnostic {
        Diagnostic::new(&HARMLESS, title).at(Some(place(path, start)), "")
    }

    fn place(path: &str, start: u32) -> Place {
        let source = Source { path: path.to_owned(), layer: Layer::Site, text: String::new() };
        Place { source: Arc::new(source), start, end: start }
    }
}
