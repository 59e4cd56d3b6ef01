use super::*;
use crate::report::testing::{at, report, warnings};
use crate::report::{Difference, How, Manifest, Site, State};
use crate::validate::files::{Judged, Verdict};

#[test]
fn findings_are_folded_below_their_severity_and_code() {
    let told = print(&report([at("sites/lyon.yaml", "siez: 1\n", "siez")]));
    let expected = "### goldsmith check: 1 error in 1 file

| | code | rule | findings |
| --- | --- | --- | ---: |
| error | GS-SPEC-001 | a field that the spec does not have | 1 |

#### 1 error

**GS-SPEC-001**: a field that the spec does not have

<details><summary><code>sites/lyon.yaml:1:1</code> unknown field <code>siez</code></summary>

```text
error[GS-SPEC-001]: unknown field `siez`
 --> sites/lyon.yaml:1:1
  |
1 | siez: 1
  | ^^^^ here
```

</details>
";
    assert_eq!(told, expected);
}

#[test]
fn errors_come_before_warnings() {
    let told = print(&report(warnings(1).into_iter().chain([at("z.yaml", "k: 1", "k")])));
    let (errors, warnings) = (told.find("#### 1 error").unwrap(), told.find("#### 1 warning").unwrap());
    assert!(errors < warnings, "{told}");
}

#[test]
fn a_fence_is_longer_than_any_run_of_backticks_in_it() {
    let told = print(&report([at("a.yaml", "k: '``` ````` x'\n", "k")]));
    assert!(told.contains("\n``````text\nerror[") && told.contains("here\n``````\n"), "{told}");
}

#[test]
fn words_of_a_user_are_no_markup_and_call_nobody() {
    let html = |title: &str| {
        let told = print(&report([Diagnostic { title: title.to_owned(), ..at("a.yaml", "k: 1", "k") }]));
        let title = told.split_once("</code> ").unwrap().1.split_once("</summary>").unwrap().0;
        title.to_owned()
    };
    assert_eq!(html("unknown `<b>|&` here"), "unknown <code>&lt;b&gt;|&amp;</code> here");
    assert_eq!(html("`a` by @corp, #1"), "<code>a</code> by @\u{200b}corp, #\u{200b}1");
    assert_eq!(html("unknown `a` @corp"), "unknown <code>a</code> @\u{200b}corp");
    assert_eq!(html("unknown `a`@corp <b>`b"), "<code>unknown `a`@corp &lt;b&gt;`b</code>");
    assert_eq!(html("two\n\nlines \u{1b}[1m"), "two  lines ␛[1m");
}

#[test]
fn a_long_report_is_cut_and_says_how_much_is_missing() {
    let told = print(&report((1..=900).map(|number| at(&format!("é{number:03}.yaml"), "k: 𝄞é\n", "k"))));
    assert!(told.chars().count() <= MOST, "{}", told.chars().count());
    assert!(told.chars().count() > MOST - LAST_WORD - 500, "there was room for more");
    let shown = told.matches("<details>").count();
    let last = told.lines().last().unwrap();
    assert!(last.ends_with(&format!("characters: {} of 900 errors.", 900 - shown)), "{last}");
}

#[test]
fn findings_that_were_not_kept_count_as_not_shown() {
    let told = print(&report(warnings(1500)));
    let shown = told.matches("<details>").count();
    assert!(told.ends_with(&format!("characters: {} of 1500 warnings.\n", 1500 - shown)), "{told}");
    assert!(told.starts_with("### goldsmith check: 1500 warnings in 1 file\n"));
}

#[test]
fn one_finding_that_is_too_long_hides_no_other() {
    let long = at("a.yaml", "k: 1", "k").note("x".repeat(70_000));
    let told = print(&report([long, at("b.yaml", "k: 1", "k")]));
    assert!(told.contains("b.yaml:1:1") && told.ends_with("characters: 1 of 2 errors.\n"), "{told}");
}

#[test]
fn files_that_are_not_as_they_should_be_are_listed() {
    let mut report = report([]);
    let difference = |number| Difference { path: format!("lyon/{number:05}.yaml"), how: How::Missing };
    report.differences = (0..2).map(difference).collect();
    let told = print(&report);
    assert!(told.starts_with("### goldsmith check: no findings\n"), "{told}");
    assert!(
        told.contains("```text\nmissing     lyon/00000.yaml\nmissing     lyon/00001.yaml\n```\n"),
        "{told}"
    );
    report.differences = (0..9000).map(difference).collect();
    let told = print(&report);
    let shown = told.matches("missing ").count();
    assert!(told.ends_with(&format!("characters: {} of 9000 files.\n", 9000 - shown)), "{told}");
    assert!((MOST - LAST_WORD - 100..=MOST).contains(&told.chars().count()), "{}", told.chars().count());
}

#[test]
fn what_a_render_changed_is_listed() {
    let mut report = report([]);
    "render".clone_into(&mut report.command);
    let manifest = |path: &str, state| Manifest { state, ..Manifest::gone(path) };
    let manifests = vec![manifest("a.yaml", State::Same), manifest("b.yaml", State::New)];
    report.sites = vec![Site { name: "lyon".to_owned(), manifests }];
    let told = print(&report);
    assert!(told.contains("<summary>1 manifest new, changed or removed</summary>"), "{told}");
    assert!(told.contains("```text\nnew      lyon/b.yaml\n```\n"), "{told}");
}

#[test]
fn objects_that_were_judged_are_counted() {
    let mut report = report([]);
    report.objects = vec![
        Judged::unreadable("a.yaml", 1),
        Judged { verdict: Verdict::Valid, ..Judged::unreadable("b.yaml", 1) },
    ];
    let told = print(&report);
    assert!(told.contains("```text\n2 objects: 1 valid, 1 unreadable\n```\n"), "{told}");
    "[click](https://evil.example)<b>".clone_into(&mut report.objects[0].name.kind);
    report.objects[0].verdict = Verdict::Skipped;
    let told = print(&report);
    let line = told.lines().position(|line| line.contains("[click]")).unwrap();
    assert!(told.lines().take(line).filter(|line| line.starts_with("```")).count() % 2 == 1, "{told}");
}
