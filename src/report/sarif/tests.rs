use super::*;
use crate::diagnostic::{Waived, rules};
use crate::provenance::{Layer, Source};
use crate::report::testing::{at, place, report};
use crate::report::{Difference, How};

#[test]
fn a_clean_run_has_an_empty_list_of_results() {
    let run = printed(&report([]));
    assert_eq!(run["results"], json!([]));
    assert_eq!(run["tool"]["driver"]["rules"], json!([]));
}

#[test]
fn each_result_names_its_rule_and_where_it_is_in_the_list() {
    let run = printed(&report([
        at("a.yaml", "k: 1\n", "k").site("lyon"),
        Diagnostic::new(&rules::SYNTAX, "this is not YAML").at(place("b.yaml", "[", "["), ""),
        at("c.yaml", "k: 1\n", "k"),
    ]));
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        let rule = &run["tool"]["driver"]["rules"][index];
        assert_eq!(rule["id"], result["ruleId"]);
        assert_eq!(rule["defaultConfiguration"]["level"], result["level"]);
    }
    assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 2);
    assert_eq!(run["results"][0]["locations"][0]["logicalLocations"][0]["name"], "lyon");
}

#[test]
fn paths_are_references_below_the_root_of_the_checkout() {
    let mut report = report([at("sites/a b#1:é%.yaml", "k: 1\n", "k")]);
    "fleets".clone_into(&mut report.folder);
    let location = &printed(&report)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    let expected = json!({"uri": "fleets/sites/a%20b%231%3A%C3%A9%25.yaml", "uriBaseId": "%SRCROOT%"});
    assert_eq!(*location, expected);
}

#[test]
fn columns_count_characters_and_the_end_lies_behind_the_range() {
    let run = printed(&report([at("a.yaml", "x: 1\né𝄞: söze\n", "söze")]));
    let region = json!({"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 9});
    assert_eq!(run["results"][0]["locations"][0]["physicalLocation"]["region"], region);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
}

#[test]
fn other_places_and_edits_come_along() {
    let text = "a: 1\nb: yes\n";
    let finding = at("s.yaml", text, "yes")
        .with(place("s.yaml", text, "a"), "as here")
        .with(place("<--set 1>", "a=1", "a"), "set here")
        .edit("quote it", place("s.yaml", text, "yes"), "\"yes\"");
    let result = &printed(&report([finding]))["results"][0];
    let related = result["relatedLocations"].as_array().unwrap();
    assert_eq!(related[0]["message"]["text"], "as here");
    assert_eq!(related[0]["physicalLocation"]["region"]["startLine"], 1);
    assert_eq!(related[1]["message"]["text"], "set here (at <--set 1>:1:1)");
    assert_eq!(related[1].get("physicalLocation"), None);
    let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["deletedRegion"]["startColumn"], 4);
    assert_eq!(replacement["insertedContent"]["text"], "\"yes\"");
}

#[test]
fn what_is_in_no_file_points_at_the_fleet() {
    let run = printed(&report([Diagnostic::new(&rules::MISSING_FIELD, "no field")]));
    let physical = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "fleet.yaml");
}

#[test]
fn words_of_a_user_become_neither_placeholder_nor_link() {
    let run = printed(&report([at("a.yaml", "x: {0} [a](b)\n", "{0} [a](b)")]));
    assert_eq!(run["results"][0]["message"]["text"], "unknown field `{{0}} [a] (b)`: here");
}

#[test]
fn what_a_fleet_lives_with_is_there_and_suppressed() {
    let waived = Waived { name: "known".into(), reason: "it is {so}".into(), until: "never".into() };
    let told = printed(&report([Diagnostic {
        waived: Some(waived),
        ..Diagnostic::new(&rules::MISSING_FIELD, "no field")
    }]));
    let suppressions = &told["results"][0]["suppressions"];
    assert_eq!(
        *suppressions,
        json!([{"kind": "external", "justification": "known: it is {{so}} (until never)"}])
    );
}

#[test]
fn a_fingerprint_stays_when_lines_shift_and_tells_equal_lines_apart() {
    let finding = |text: &str| at("a.yaml", text, "siez");
    let before = fingerprints(&report([finding("images:\n  siez: 1\n")]));
    let after = fingerprints(&report([finding("# new\nimages:\n    a: {}\n    siez: 1\n")]));
    assert_eq!(before, after);
    assert_ne!(before, fingerprints(&report([finding("images:\n  siez: 2\n")])));
    let twice = "siez: 1\nsiez: 1\n";
    let second = at("a.yaml", twice, "siez: 1\nsiez").primary.map(|mut label| {
        label.place.start += 8;
        label
    });
    let second = Diagnostic { primary: second, ..finding(twice) };
    let both = fingerprints(&report([finding(twice), second]));
    assert_eq!(both[0].split_once(':').unwrap().0, both[1].split_once(':').unwrap().0);
    assert!(both[0].ends_with(":1") && both[1].ends_with(":2"), "{both:?}");
}

#[test]
fn a_place_behind_the_text_has_a_fingerprint_nevertheless() {
    let source = Source { path: "a.yaml".to_owned(), layer: Layer::Other, text: "é".to_owned() };
    let place = crate::provenance::Place { source: source.into(), start: 1, end: 9 };
    let finding = Diagnostic::new(&rules::WRONG_TYPE, "not UTF-8").at(Some(place), "");
    assert_eq!(fingerprints(&report([finding])).len(), 1);
}

#[test]
fn a_stale_tree_is_a_notification_of_the_run() {
    let mut report = report([]);
    report.differences = vec![Difference { path: "lyon/a.yaml".to_owned(), how: How::Missing }];
    let told = &printed(&report)["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(told.as_str().unwrap().starts_with("1 file is not what the specs render to"), "{told}");
}

fn printed(report: &Report) -> Value {
    let mut log: Value = serde_json::from_str(&print(report).unwrap()).unwrap();
    log["runs"][0].take()
}

fn fingerprints(report: &Report) -> Vec<String> {
    let run = printed(report);
    let results = run["results"].as_array().unwrap().iter();
    results.map(|result| result["partialFingerprints"]["goldsmith/v1"].as_str().unwrap().to_owned()).collect()
}
