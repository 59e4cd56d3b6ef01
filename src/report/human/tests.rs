//! Whole reports as people see them; the wording of `diagnostic::from_yaml` and `from_mismatch` is tested here too.

use std::sync::Arc;

use super::*;
use crate::diagnostic::{Rule, from_mismatch, from_yaml, rules};
use crate::load::rules::{NO_SITE, WRONG_DOCUMENT};
use crate::provenance::decode::{Cause, Mismatch, Wants};
use crate::provenance::{Place, Source, Sources};
use crate::report::{Manifest, Site};
use crate::yaml::Loc;
use crate::yaml::read::{Fix, Problem, Purpose};

static TWO_IMAGES: Rule = Rule::error("GS-TEST-001", "two images manage one DataSource", "for tests");
static FOREIGN: Rule = Rule::warning("GS-TEST-002", "a file of somebody else", "for tests");

const SITE: &str = "\
spec:
  goldenImages:
    defualts: {keep: many}
    enabled: yes
    retention: Alll
    version: 4.20
    images:
      fedora: {}
      fedora: {}
";

#[test]
fn an_ambiguous_scalar_is_offered_in_each_of_its_meanings() {
    let problem = Problem::Ambiguous {
        loc: loc("yes"),
        text: "yes".to_owned(),
        reads_as: "a boolean",
        fixes: vec![
            Fix { purpose: Purpose::Boolean, text: "true".to_owned() },
            Fix { purpose: Purpose::Text, text: "\"yes\"".to_owned() },
        ],
    };
    assert_shown(
        &from_yaml(&problem, &sources()),
        r#"
error[GS-YAML-001]: `yes` means different things to different readers
 --> sites/lyon.yaml:4:14
  |
4 |     enabled: yes
  |              ^^^ some readers see a boolean here
  |
help: for the boolean, write
  |
4 -     enabled: yes
4 +     enabled: true
  |
help: for the text, quote it
  |
4 -     enabled: yes
4 +     enabled: "yes"
  |
"#,
    );
}

#[test]
fn a_duplicate_key_shows_both() {
    let second = SITE.rfind("fedora").unwrap();
    let problem = Problem::Duplicate {
        key: "fedora".to_owned(),
        first: loc("fedora"),
        second: range(second, second + 6),
    };
    assert_shown(
        &from_yaml(&problem, &sources()),
        "
error[GS-YAML-002]: `fedora` is given twice
 --> sites/lyon.yaml:9:7
  |
8 |       fedora: {}
  |       ------ first here
9 |       fedora: {}
  |       ^^^^^^ again here
  |
  = help: keep one of the two
",
    );
}

#[test]
fn a_syntax_error_at_the_end_of_the_file_points_at_its_last_line() {
    let problem =
        Problem::Syntax { loc: range(SITE.len(), SITE.len()), text: "a quote is not closed".to_owned() };
    assert_shown(
        &from_yaml(&problem, &sources()),
        "
error[GS-YAML-003]: this is not YAML: a quote is not closed
 --> sites/lyon.yaml:9:17
  |
9 |       fedora: {}
  |                 ^ reading ended here
  |
  = nothing behind this place was looked at
",
    );
}

#[test]
fn what_is_refused_says_what_to_do_instead() {
    let problem = Problem::Refused { loc: loc("{}"), what: "a tag", instead: "leave it out" };
    assert_shown(
        &from_yaml(&problem, &sources()),
        "
error[GS-YAML-004]: a tag cannot be used here
 --> sites/lyon.yaml:8:15
  |
8 |       fedora: {}
  |               ^^ a tag
  |
  = help: leave it out
",
    );
}

#[test]
fn limits_have_a_code_of_their_own() {
    let problem =
        Problem::Beyond { loc: loc("{}"), what: "more than two million values", instead: "write less" };
    assert_eq!(from_yaml(&problem, &sources()).rule, &rules::BEYOND_LIMITS);
}

#[test]
fn an_unknown_field_with_a_similar_name_is_mended_by_an_edit() {
    let cause = Cause::UnknownField {
        field: "defualts".to_owned(),
        expected: vec!["defaults", "images"],
        similar: Some("defaults"),
    };
    assert_shown(
        &mismatch(cause, "defualts", "goldenImages.defualts"),
        "
error[GS-SPEC-001]: unknown field `defualts`
 --> sites/lyon.yaml:3:5
  |
3 |     defualts: {keep: many}
  |     ^^^^^^^^ not a field of `goldenImages`
  |
help: a similar field is `defaults`
  |
3 -     defualts: {keep: many}
3 +     defaults: {keep: many}
  |
",
    );
}

#[test]
fn an_unknown_field_like_no_other_lists_them_all() {
    let cause =
        Cause::UnknownField { field: "images".to_owned(), expected: vec!["a", "b", "c"], similar: None };
    assert_shown(
        &mismatch(cause, "images", "images"),
        "
error[GS-SPEC-001]: unknown field `images`
 --> sites/lyon.yaml:7:5
  |
7 |     images:
  |     ^^^^^^ not a field here
  |
  = the fields here are `a`, `b` and `c`
",
    );
}

#[test]
fn an_unknown_word_is_mended_by_an_edit() {
    let cause = Cause::UnknownVariant {
        variant: "Alll".to_owned(),
        expected: vec!["All", "None"],
        similar: Some("All"),
    };
    assert_shown(
        &mismatch(cause, "Alll", "goldenImages.retention"),
        "
error[GS-SPEC-003]: unknown word `Alll`
 --> sites/lyon.yaml:5:16
  |
5 |     retention: Alll
  |                ^^^^ not a word that `goldenImages.retention` takes
  |
help: a similar word is `All`
  |
5 -     retention: Alll
5 +     retention: All
  |
",
    );
}

#[test]
fn a_wrong_type_says_what_is_wanted() {
    let cause = Cause::Type {
        found: "the text `many`".to_owned(),
        expected: "a whole number from 0".to_owned(),
        wants: Wants::Number,
    };
    assert_shown(
        &mismatch(cause, "many", "goldenImages.defaults.keep"),
        "
error[GS-SPEC-002]: `goldenImages.defaults.keep` must be a whole number from 0
 --> sites/lyon.yaml:3:22
  |
3 |     defualts: {keep: many}
  |                      ^^^^ this is the text `many`
",
    );
}

#[test]
fn a_number_where_text_is_wanted_is_quoted_by_an_edit() {
    let cause =
        Cause::Type { found: "the number 4.2".to_owned(), expected: "text".to_owned(), wants: Wants::Text };
    assert_shown(
        &mismatch(cause, "4.20", "goldenImages.version"),
        r#"
error[GS-SPEC-002]: `goldenImages.version` must be text
 --> sites/lyon.yaml:6:14
  |
6 |     version: 4.20
  |              ^^^^ this is the number 4.2
  |
help: for the text, quote it
  |
6 -     version: 4.20
6 +     version: "4.20"
  |
"#,
    );
}

#[test]
fn a_missing_field_points_at_what_lacks_it() {
    assert_shown(
        &mismatch(Cause::Missing("registry"), "fedora", "goldenImages.images.fedora"),
        "
error[GS-SPEC-004]: `registry` is missing
 --> sites/lyon.yaml:8:7
  |
8 |       fedora: {}
  |       ^^^^^^ `goldenImages.images.fedora` needs it
",
    );
}

#[test]
fn the_file_itself_may_lack_a_field_and_be_of_the_wrong_type() {
    let missing = mismatch(Cause::Missing("kind"), "spec", "");
    assert_eq!(missing.primary.unwrap().text, "this file needs it");
    let cause =
        Cause::Type { found: "a list".to_owned(), expected: "a mapping".to_owned(), wants: Wants::Else };
    assert_eq!(mismatch(cause, "spec", "").title, "this file must be a mapping");
}

#[test]
fn what_a_word_lacks_or_has_too_much_is_offered_as_an_edit() {
    for (at, wants, offered) in [
        ("4.20", Wants::Text, 1),
        ("{}", Wants::Text, 0),
        ("4.20", Wants::List, 1),
        ("{}", Wants::List, 0),
        ("4.20", Wants::Number, 0),
        ("4.20", Wants::Else, 0),
    ] {
        let cause = Cause::Type { found: "something".to_owned(), expected: "else".to_owned(), wants };
        assert_eq!(mismatch(cause, at, "x").help.len(), offered, "{at} for {wants:?}");
    }
}

#[test]
fn words_that_name_no_rule_are_about_a_value_out_of_bounds() {
    let finding = mismatch(Cause::Other("invalid size: `30GB`".to_owned()), "many", "size");
    assert_eq!((finding.rule, finding.title.as_str()), (&rules::VALUE_OUT_OF_BOUNDS, "invalid size: `30GB`"));
}

#[test]
fn a_site_is_named_only_where_the_file_does_not_tell_it() {
    let overlay = source("o.yaml", Layer::Overlay("o".to_owned()), "a: 1\n");
    let found = |place| Diagnostic::new(&TWO_IMAGES, "x").at(Some(place), "").site("lyon");
    let in_overlay = found(Place::whole(overlay));
    let in_site = found(sources().place(loc("spec")).unwrap());
    assert!(super::finding(&in_overlay, Colour::Never).ends_with("  = in the site `lyon`\n"));
    assert!(!super::finding(&in_site, Colour::Never).contains("in the site"));
}

#[test]
fn a_type_may_name_its_rule_and_the_way_out() {
    let words = rules::BAD_NAME.words("`a_b` is no DNS label\nwrite `a-b`");
    assert_shown(
        &mismatch(Cause::Other(words), "Alll", "metadata.name"),
        "
error[GS-SPEC-009]: `a_b` is no DNS label
 --> sites/lyon.yaml:5:16
  |
5 |     retention: Alll
  |                ^^^^ the value of `metadata.name`
  |
  = help: write `a-b`
",
    );
}

#[test]
fn a_finding_across_files_shows_each_file_and_names_the_sites() {
    let overlay =
        source("overlays/company.yaml", Layer::Overlay("company".to_owned()), "images:\n  fedora: {}\n");
    let finding = Diagnostic::new(&TWO_IMAGES, "two images manage the DataSource `fedora`")
        .at(Some(Place { source: overlay, start: 10, end: 16 }), "this one")
        .with(sources().place(loc("fedora")), "and this one keeps the same name")
        .note("SSP keeps the last of two templates with one managedDataSource")
        .help("rename one")
        .site("lyon")
        .site("nice");
    assert_shown(
        &finding,
        "
error[GS-TEST-001]: two images manage the DataSource `fedora`
 --> overlays/company.yaml:2:3
  |
2 |   fedora: {}
  |   ^^^^^^ this one
  |
 ::: sites/lyon.yaml:8:7
  |
8 |       fedora: {}
  |       ------ and this one keeps the same name
  |
  = SSP keeps the last of two templates with one managedDataSource
  = in 2 sites: `lyon` and `nice`
  = help: rename one
",
    );
}

#[test]
fn a_range_of_several_lines_is_marked_on_its_first() {
    let finding = Diagnostic::new(&TWO_IMAGES, "a block").at(sources().place(range(0, SITE.len())), "here");
    assert_shown(
        &finding,
        "
error[GS-TEST-001]: a block
 --> sites/lyon.yaml:1:1
  |
1 | spec:
  | ^^^^^ here
",
    );
}

#[test]
fn a_finding_without_a_place_is_told_all_the_same() {
    let finding = Diagnostic::new(&NO_SITE, "no site matches `--site x`").help("the fleet has `lyon`");
    assert_shown(
        &finding,
        "
error[GS-FLEET-001]: no site matches `--site x`
 |
 = help: the fleet has `lyon`
",
    );
}

#[test]
fn an_empty_file_can_be_pointed_at() {
    let place = Place::whole(source("fleet.yaml", Layer::Fleet, ""));
    let finding = Diagnostic::new(&WRONG_DOCUMENT, "the file is empty").at(Some(place), "no document");
    assert_shown(
        &finding,
        "
error[GS-SPEC-008]: the file is empty
 --> fleet.yaml:1:1
  |
1 |
  | ^ no document
",
    );
}

#[test]
fn control_characters_reach_no_terminal() {
    let text = "a: \u{1b}[31m\0\u{202e}\r\n";
    let place = Place { source: source("a\u{1b}.yaml", Layer::Site, text), start: 3, end: 4 };
    let finding = Diagnostic::new(&rules::SYNTAX, "bad \u{1b}[2J")
        .at(Some(place.clone()), "here \u{7}")
        .note("note \u{1b}")
        .help("help \u{1b}")
        .edit("edit \u{1b}", Some(place), "\u{1b}");
    let shown = super::finding(&finding, Colour::Never);
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
}

#[test]
fn ranges_that_lie_askew_break_nothing() {
    for text in ["", "\n", "ü", "a: ü\r\n\r\n", "\u{feff}a: 1\n"] {
        for start in 0..10 {
            for end in 0..10 {
                let place = Place { source: source("x.yaml", Layer::Site, text), start, end };
                let finding = Diagnostic::new(&rules::SYNTAX, "askew")
                    .at(Some(place.clone()), "here")
                    .with(Some(place.clone()), "there")
                    .edit("write", Some(place), "b");
                assert!(super::finding(&finding, Colour::Always).contains("askew"));
            }
        }
    }
}

#[test]
fn several_findings_end_in_their_numbers() {
    let mut report = Report::new("check");
    report.findings.push(Diagnostic::new(&NO_SITE, "no site"));
    report.findings.push(Diagnostic::new(&FOREIGN, "foreign").at(sources().place(loc("yes")), ""));
    let expected = "
error[GS-FLEET-001]: no site

warning[GS-TEST-002]: foreign
 --> sites/lyon.yaml:4:14
  |
4 |     enabled: yes
  |              ^^^

1 error, 1 warning in 1 file
";
    assert_eq!(findings(&report, Colour::Never), expected.trim_start());
}

#[test]
fn a_report_without_findings_is_silent() {
    assert_eq!(findings(&Report::new("check"), Colour::Never), "");
}

#[test]
fn changes_leave_out_what_stays_and_are_sorted() {
    let mut report = Report::new("check");
    let names = [("b", State::New), ("a", State::Removed), ("c", State::Same)];
    let manifests = names.map(|(name, state)| manifest(name, state)).to_vec();
    report.sites.push(Site { name: "lyon".to_owned(), manifests });
    assert_eq!(changes(&report), "removed  lyon/a.yaml\nnew      lyon/b.yaml\n");
}

fn manifest(name: &str, state: State) -> Manifest {
    Manifest {
        api_version: Some("v1".to_owned()),
        kind: Some("Namespace".to_owned()),
        namespace: None,
        name: Some(name.to_owned()),
        path: format!("{name}.yaml"),
        state,
        replaces: None,
    }
}

#[track_caller]
fn assert_shown(finding: &Diagnostic, expected: &str) {
    let shown = super::finding(finding, Colour::Never);
    assert_eq!(shown, expected.strip_prefix('\n').unwrap_or(expected), "\n{shown}");
}

fn mismatch(cause: Cause, at: &str, path: &str) -> Diagnostic {
    from_mismatch(&Mismatch { cause, loc: loc(at), path: path.to_owned() }, &sources())
}

fn sources() -> Sources {
    let mut sources = Sources::default();
    sources.add(source("sites/lyon.yaml", Layer::Site, SITE));
    sources
}

fn source(path: &str, layer: Layer, text: &str) -> Arc<Source> {
    Arc::new(Source { path: path.to_owned(), layer, text: text.to_owned() })
}

/// The first place of a word in the site.
fn loc(word: &str) -> Loc {
    let start = SITE.find(word).unwrap();
    range(start, start + word.len())
}

fn range(start: usize, end: usize) -> Loc {
    Loc { source: 0, start: u32::try_from(start).unwrap(), end: u32::try_from(end).unwrap() }
}
