//! The recorded verdicts: a file a definition, a line a case.
//!
//!     + enum /spec/mode last
//!     - enum /spec/mode other => NotSupported spec.mode

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use super::definition::Definition;
use crate::control_plane::Verdict;
use crate::tools::repository;

/// What the server said to one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Accepted,
    /// Reason and field of each finding.
    Refused(Vec<(String, String)>),
}

impl From<Verdict> for Said {
    fn from(verdict: Verdict) -> Self {
        let Err(refusal) = verdict.accepted() else { return Said::Accepted };
        let mut causes: Vec<(String, String)> = refusal
            .causes
            .iter()
            .map(|cause| (cause.reason.trim_start_matches("FieldValue").to_owned(), cause.field.clone()))
            .collect();
        if causes.is_empty() {
            causes.push((refusal.reason.clone(), String::new()));
        }
        causes.sort();
        causes.dedup();
        Said::Refused(causes)
    }
}

impl Said {
    /// Whether reading the object failed already, which hides what else is wrong.
    pub(crate) fn is_unread(&self) -> bool {
        let unread = |(reason, _): &(String, String)| {
            matches!(reason.as_str(), "unknown" | "duplicate" | "BadRequest")
        };
        matches!(self, Said::Refused(causes) if causes.iter().all(unread))
    }
}

/// The verdicts of one definition by the names of the cases.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Records {
    pub(crate) digest: String,
    pub(crate) said: BTreeMap<String, Said>,
}

impl Records {
    /// What is recorded; none where nothing is.
    pub(crate) fn read(definition: &Definition) -> Option<Self> {
        let text = std::fs::read_to_string(path(definition)).ok()?;
        let mut lines = text.lines();
        let digest = lines.next()?.rsplit(' ').next()?.to_owned();
        let said = lines.filter_map(|line| {
            let (sign, rest) = line.split_at_checked(2)?;
            if sign == "+ " {
                return Some((rest.to_owned(), Said::Accepted));
            }
            let (name, causes) = rest.rsplit_once(" => ")?;
            let causes = causes.split(" ; ").filter_map(|cause| cause.split_once(' '));
            let causes = causes.map(|(reason, field)| (reason.to_owned(), field.to_owned()));
            Some((name.to_owned(), Said::Refused(causes.collect())))
        });
        Some(Self { digest, said: said.collect() })
    }

    pub(crate) fn write(&self, definition: &Definition) {
        let mut text =
            format!("# {} {}, schema {}\n", definition.api_version(), definition.kind, self.digest);
        for (name, said) in &self.said {
            let _ = match said {
                Said::Accepted => writeln!(text, "+ {name}"),
                Said::Refused(causes) => {
                    let causes: Vec<String> =
                        causes.iter().map(|(reason, field)| format!("{reason} {field}")).collect();
                    writeln!(text, "- {name} => {}", causes.join(" ; "))
                }
            };
        }
        std::fs::write(path(definition), text).unwrap();
    }
}

fn path(definition: &Definition) -> PathBuf {
    repository().join("tests/corpus/verdicts").join(format!("{}.txt", definition.name))
}
