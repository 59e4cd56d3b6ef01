//! A finding in plain words, for readers that show its place themselves: what is wrong, why, and the ways out, a line
//! each.

use annotate_snippets::normalize_untrusted_str;

use super::human::sites;
use super::{Report, checkout};
use crate::diagnostic::{Diagnostic, Help, Label, words};

/// The words of a finding: no more than what a person is shown, without the lines of source.
pub(super) fn words(report: &Report, finding: &Diagnostic) -> String {
    let mut lines = vec![title(finding)];
    lines.extend(finding.primary.iter().filter_map(|label| checkout::elsewhere(report, &label.place)));
    lines.extend(finding.notes.iter().cloned());
    lines.extend(sites(finding));
    lines.extend(finding.help.iter().map(|help| format!("help: {}", way_out(help))));
    joined(&lines)
}

/// As [`words()`], with the other places that explain the finding: for readers that show one place only.
pub(super) fn words_and_places(report: &Report, finding: &Diagnostic) -> String {
    let place = |label: &Label| match label.text.as_str() {
        "" => format!("see {}", label.place),
        text => format!("{text}: {}", label.place),
    };
    let places: Vec<String> = finding.context.iter().map(place).collect();
    if places.is_empty() {
        words(report, finding)
    } else {
        format!("{}\n{}", words(report, finding), joined(&places))
    }
}

fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| normalize_untrusted_str(line)).collect::<Vec<_>>().join("\n")
}

/// What is wrong, with what is said below the caret.
fn title(finding: &Diagnostic) -> String {
    match finding.primary.as_ref().map(|label| label.text.as_str()) {
        None | Some("") => finding.title.clone(),
        Some(label) => format!("{}: {label}", finding.title),
    }
}

/// A way out; one that only names its purpose (`quote it`) is told with what is to be written.
fn way_out(help: &Help) -> String {
    match help {
        Help::Text(text) => text.clone(),
        Help::Edit { title, with, .. } if title.contains(with.as_str()) => title.clone(),
        Help::Edit { title, with, .. } => format!("{title} {}", words::quoted(with)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::rules;
    use crate::report::testing::{place, report};

    #[test]
    fn all_that_is_known_of_a_finding_is_told_in_order() {
        let place = place("overlays/a.yaml", "a: yes\n", "yes");
        let finding = Diagnostic::new(&rules::AMBIGUOUS_SCALAR, "`yes` is ambiguous")
            .at(place.clone(), "some see a boolean")
            .note("it is quoted elsewhere")
            .help("mend it")
            .edit("for the text, quote it", place.clone(), "\"yes\"")
            .edit("a similar word is `true`", place, "true")
            .site("lyon");
        let told = [
            "`yes` is ambiguous: some see a boolean",
            "it is quoted elsewhere",
            "in the site `lyon`",
            "help: mend it",
            "help: for the text, quote it `\"yes\"`",
            "help: a similar word is `true`",
        ];
        assert_eq!(super::words(&report([]), &finding), told.join("\n"));
    }

    #[test]
    fn a_place_that_is_in_no_file_is_told_in_words() {
        let finding = Diagnostic::new(&rules::WRONG_TYPE, "no `=`").at(place("<--set 1>", "keep", "ee"), "");
        assert_eq!(super::words(&report([]), &finding), "no `=`\nat <--set 1>:1:2");
    }

    #[test]
    fn other_places_are_told_where_they_are_asked_for() {
        let finding = Diagnostic::new(&rules::DUPLICATE_KEY, "`a` is given twice")
            .with(place("sites/a.yaml", "a", "a"), "first here")
            .with(place("sites/b.yaml", "bb", "bb"), "");
        assert_eq!(super::words(&report([]), &finding), "`a` is given twice");
        assert_eq!(
            words_and_places(&report([]), &finding),
            "`a` is given twice\nfirst here: sites/a.yaml:1:1\nsee sites/b.yaml:1:1"
        );
    }

    #[test]
    fn control_characters_are_made_visible() {
        let finding = Diagnostic::new(&rules::MISSING_FIELD, "none").note("\u{1b}[31m\u{202e}red");
        assert_eq!(super::words(&report([]), &finding), "none\n␛[31m�red");
    }
}
