//! A text as manifests of others: each object gets one verdict with its reason, the same each time, and what is valid
//! stays valid as a change that changes nothing.
#![no_main]

use goldsmith::diagnostic::Findings;
use goldsmith::validate::crds::Crds;
use goldsmith::validate::files::{Against, Judged, OldObjects, Verdict, judge_file};
use goldsmith_fuzz::{assert_printable, definitions};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static DEFINITIONS: Crds = definitions();
}

fuzz_target!(|text: &str| {
    DEFINITIONS.with(|crds| {
        let (created, findings) = judge(crds, text, &OldObjects::default());
        let is_refused = |judged: &Judged| matches!(judged.verdict, Verdict::Invalid | Verdict::Error);
        assert!(!created.iter().any(is_refused) || findings.has_errors(), "refused for no reason");
        assert_eq!(judge(crds, text, &OldObjects::default()), (created.clone(), findings.clone()));

        let mut old = OldObjects::default();
        old.add("old.yaml", text.to_owned(), &mut Findings::default());
        let (changed, _) = judge(crds, text, &old);
        assert_eq!(changed.len(), created.len());
        assert_printable(&findings, created);
    });
});

fn judge(crds: &Crds, text: &str, old: &OldObjects) -> (Vec<Judged>, Findings) {
    let mut findings = Findings::default();
    let against = Against { crds, old, strict: true };
    let judged = judge_file("a.yaml", text.to_owned(), &against, &mut findings);
    (judged, findings)
}
