//! A text as a Site: it renders, and then fits the schema that editors use, or is refused for an error; and whatever is found
//! can be shown.
#![no_main]

use std::sync::LazyLock;

use goldsmith::diagnostic::Findings;
use goldsmith::document::{Kind, schema};
use goldsmith::load::NotLoaded;
use goldsmith::pipeline::Pipeline;
use goldsmith::schema::Compiled;
use goldsmith::validate::crds::Crds;
use goldsmith::yaml::read;
use goldsmith_fuzz::{assert_printable, fleet, policies, repository};
use libfuzzer_sys::fuzz_target;

static SITE: LazyLock<Compiled> =
    LazyLock::new(|| Compiled::new(&schema(Kind::Site)).expect("our schema is a schema"));

fuzz_target!(|text: &str| {
    let files = repository(text, None);
    let fleet = fleet(&files);
    assert!(fleet.findings().is_empty(), "{:?}", fleet.findings());
    let site = &fleet.sites()[0];
    match fleet.load_site(site) {
        Ok(_) => {}
        Err(NotLoaded::Findings(findings)) => return refused(&findings),
        Err(NotLoaded::Files(error)) => panic!("{error}"),
    }
    let outcome =
        Pipeline::new(&fleet, Crds::default(), policies()).run(site).expect("nothing of ours fails");
    assert_eq!(outcome.validated.is_none(), outcome.findings.has_errors(), "{:?}", outcome.findings);
    assert_printable(&outcome.findings, Vec::new());
    if outcome.validated.is_some() {
        let value = read::output(text).expect("what renders is read without a problem");
        assert_eq!(SITE.violations(&value), [], "rendered, and against the schema");
    }
});

fn refused(findings: &Findings) {
    assert!(findings.has_errors(), "{findings:?}");
    assert_printable(findings, Vec::new());
}
