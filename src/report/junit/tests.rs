use super::*;
use crate::diagnostic::rules;
use crate::report::testing::{WARNING, at, place, report};
use crate::report::{Difference, How, Manifest, Site, State};
use crate::validate::files::{Judged, ObjectName, Verdict};

#[test]
fn a_site_is_a_suite_and_a_file_with_errors_a_case_that_fails() {
    let text = "siez: 1\nkeap: 2\n";
    let findings =
        [at("sites/lyon.yaml", text, "siez").site("lyon"), at("sites/lyon.yaml", text, "keap").site("lyon")];
    let told = print(&report(findings));
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="goldsmith check" tests="1" failures="1">
  <testsuite name="lyon" tests="1" failures="1">
    <testcase classname="lyon" name="sites/lyon.yaml">
      <failure type="GS-SPEC-001" message="unknown field `siez` (1 more error)">error[GS-SPEC-001]: unknown field `siez`
 --&gt; sites/lyon.yaml:1:1
  |
1 | siez: 1
  | ^^^^ here

error[GS-SPEC-001]: unknown field `keap`
 --&gt; sites/lyon.yaml:2:1
  |
2 | keap: 2
  | ^^^^ here
</failure>
    </testcase>
  </testsuite>
</testsuites>
"#;
    assert_eq!(told, expected);
}

#[test]
fn a_manifest_is_a_case_that_fails_where_the_tree_is_stale() {
    let mut report = report([]);
    let manifest = |path: &str| Manifest { state: State::Changed, ..Manifest::gone(path) };
    report.sites =
        vec![Site { name: "lyon".to_owned(), manifests: vec![manifest("a.yaml"), manifest("b.yaml")] }];
    let difference = |path: &str, how| Difference { path: path.to_owned(), how };
    report.differences =
        vec![difference("lyon/b.yaml", How::Different), difference("nice/c.yaml", How::Unexpected)];
    let told = print(&report);
    for line in [
        "<testsuites name=\"goldsmith check\" tests=\"3\" failures=\"2\">",
        "<testsuite name=\"lyon\" tests=\"2\" failures=\"1\">",
        "<testcase classname=\"lyon\" name=\"a.yaml\"/>",
        "<testcase classname=\"lyon\" name=\"b.yaml\">",
        "<failure type=\"different\" message=\"not what the specs render to: run `goldsmith render`\"></failure>",
        "<testcase classname=\"nice\" name=\"c.yaml\">",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    let mut fresh = report;
    "render".clone_into(&mut fresh.command);
    fresh.differences.clear();
    assert!(print(&fresh).contains("failures=\"0\""), "what a render changed is no failure");
}

#[test]
fn an_object_that_was_judged_is_a_case_of_its_file() {
    let text = "[{kind: A}, {kind: B, spec: 1}, {kind: C}, {kind: C}, {kind: D}]";
    let object = |kind: &str, from: usize, verdict| Judged {
        name: ObjectName { kind: kind.to_owned(), name: "x".to_owned(), ..ObjectName::default() },
        range: u32::try_from(from).unwrap()..0,
        verdict,
        ..Judged::unreadable("all.yaml", 1)
    };
    let mut report = report([at("all.yaml", text, "spec")]);
    report.objects = vec![
        object("A", 1, Verdict::Valid),
        object("B", 12, Verdict::Invalid),
        object("C", 32, Verdict::Skipped),
        object("C", 43, Verdict::Valid),
        object("D", 54, Verdict::Invalid),
    ];
    let told = print(&report);
    for line in [
        "<testsuite name=\"all.yaml\" tests=\"5\" failures=\"2\" skipped=\"1\">",
        "<testcase classname=\"all.yaml\" name=\"A x\"/>",
        "<testcase classname=\"all.yaml\" name=\"B x\">\n      <failure type=\"GS-SPEC-001\"",
        "<testcase classname=\"all.yaml\" name=\"C x\">\n      <skipped message=\"not judged\"/>",
        "<testcase classname=\"all.yaml\" name=\"C x (line 1, byte 43)\"/>",
        "<testcase classname=\"all.yaml\" name=\"D x\">\n      <failure type=\"refused\"",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
}

#[test]
fn a_warning_is_told_and_fails_nothing() {
    let finding = Diagnostic::new(&WARNING, "a foreign file").site("lyon");
    let told = print(&report([finding]));
    assert!(told.contains("<testcase classname=\"lyon\" name=\"the run\">"), "{told}");
    assert!(told.contains("<system-out>warning[GS-TEST-001]: a foreign file\n"), "{told}");
    assert!(told.contains("failures=\"0\"") && !told.contains("<failure"), "{told}");
}

#[test]
fn what_sites_share_has_a_suite_of_its_own() {
    for finding in [
        at("overlays/a.yaml", "k: 1", "k").site("lyon"),
        at("sites/lyon.yaml", "k: 1", "k").site("lyon").site("nice"),
        at("fleet.yaml", "k: 1", "k"),
    ] {
        assert!(print(&report([finding])).contains("<testsuite name=\"files of the fleet\""));
    }
}

#[test]
fn nasty_texts_end_no_element() {
    let path = "a&\"<b>]]>\u{1}.yaml";
    let finding = Diagnostic::new(&rules::SYNTAX, "`]]>` & `<x y=\"z\">`\u{fffe}")
        .at(place(path, "\u{7}: ]]>\n", "]]>"), "</failure>");
    let told = print(&report([finding]));
    assert!(told.contains("name=\"a&amp;&quot;&lt;b&gt;]]&gt;�.yaml\""), "{told}");
    assert!(told.contains("message=\"`]]&gt;` &amp; `&lt;x y=&quot;z&quot;&gt;`�\""), "{told}");
    assert!(told.contains("␇: ]]&gt;") && told.contains("&lt;/failure&gt;"), "{told}");
}
