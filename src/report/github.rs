//! The printer for GitHub Actions: workflow commands, which become annotations at the lines of a pull request.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use super::document::Summary;
use super::{Report, checkout, human, plain};
use crate::diagnostic::{Diagnostic, Severity};

/// How many annotations of each level GitHub keeps of one step; the others stay in the log.
const SHOWN: usize = 10;

/// A workflow command a finding; nothing where nothing is wrong.
pub fn print(report: &Report) -> String {
    let mut out = String::new();
    // First, so that it is among those that GitHub shows.
    if let Some(stale) = report.stale() {
        out.push_str(&command("error", &[("title", "goldsmith".to_owned())], &stale));
    }
    report.findings.told().for_each(|finding| out.push_str(&annotation(report, finding)));
    out.push_str(&notice(report));
    out
}

fn annotation(report: &Report, finding: &Diagnostic) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut properties = vec![("title", finding.rule.code.to_owned())];
    if let Some(place) = finding.primary.as_ref().and_then(|label| checkout::place(report, &label.place)) {
        properties.push(("file", place.path));
        properties.push(("line", place.line.to_string()));
        properties.push(("endLine", place.end_line.to_string()));
        // GitHub knows columns on one line only.
        if place.line == place.end_line {
            properties.push(("col", place.column.to_string()));
            properties.push(("endColumn", place.end_column.to_string()));
        }
    }
    command(level, &properties, &plain::words_and_places(report, finding))
}

/// The real numbers, where GitHub shows fewer annotations than there are findings.
fn notice(report: &Report) -> String {
    let summary = Summary::of(report);
    let errors = summary.errors + usize::from(!report.differences.is_empty());
    if errors <= SHOWN && summary.warnings <= SHOWN {
        return String::new();
    }
    let told = format!(
        "{}; GitHub shows the first {SHOWN} annotations of a level, the log of this step has the others",
        human::numbers(&summary)
    );
    command("notice", &[("title", "goldsmith".to_owned())], &told)
}

/// One line: `::error title=GS-SPEC-001,file=sites/lyon.yaml,line=3::unknown field`.
fn command(level: &str, properties: &[(&str, String)], message: &str) -> String {
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    format!("::{level} {}::{}\n", properties.join(","), data(message))
}

/// A message as the runner reads it: what would end the line is escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As [`data`], and so is what would end a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{at, report, warnings};

    #[test]
    fn a_finding_is_one_line_with_its_place() {
        let mut report = report([at("sites/lyon.yaml", "é: siez\n", "siez").note("first\nsecond")]);
        assert_eq!(
            print(&report),
            "::error title=GS-SPEC-001,file=sites/lyon.yaml,line=1,endLine=1,col=4,endColumn=8::\
             unknown field `siez`: here%0Afirst%0Asecond\n"
        );
        "clusters".clone_into(&mut report.folder);
        assert!(print(&report).contains("file=clusters/sites/lyon.yaml,"));
    }

    #[test]
    fn nothing_in_a_path_or_a_message_ends_a_command() {
        let report = report([at("a,b: 50%\r\n::error::/x.yaml", "k", "k").note("100%\r\n::warning::no")]);
        assert_eq!(
            print(&report),
            "::error title=GS-SPEC-001,file=a%2Cb%3A 50%25%0D%0A%3A%3Aerror%3A%3A/x.yaml,line=1,endLine=1,col=1,\
             endColumn=2::unknown field `k`: here%0A100%25␍%0A::warning::no\n"
        );
    }

    #[test]
    fn a_range_of_several_lines_has_no_columns() {
        let told = print(&report([at("a.yaml", "x: |\n  y\n", "|\n  y")]));
        assert!(told.contains("line=1,endLine=2::"), "{told}");
    }

    #[test]
    fn the_real_numbers_are_told_where_github_shows_fewer() {
        assert_eq!(print(&report(warnings(10))).lines().count(), 10);
        let told = print(&report(warnings(11)));
        assert_eq!(
            told.lines().last().unwrap(),
            "::notice title=goldsmith::11 warnings in 1 file; GitHub shows the first 10 annotations of a level, \
             the log of this step has the others"
        );
    }

    #[test]
    fn what_has_no_file_has_no_place_and_a_clean_run_says_nothing() {
        let told = print(&report([at("<--set 1>", "keep=x", "x")]));
        assert!(
            told.starts_with("::error title=GS-SPEC-001::unknown field `x`: here%0Aat <--set 1>:1:6"),
            "{told}"
        );
        assert_eq!(print(&report([])), "");
    }
}
