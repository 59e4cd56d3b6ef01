//! The rules of native kinds beside a real API server: every example of the table, created and changed.

use std::collections::BTreeSet;

use goldsmith::name::dns_label;
use goldsmith::validate::kinds::{FIXED, default_of, rules};
use serde_json::{Value, json};

use crate::control_plane::{ControlPlane, Verdict};
use crate::example_objects as examples;
use crate::servers::serving;
use crate::tools::assert_at_least;

/// How many examples are asked at least.
const EXAMPLES: usize = 920;

#[test]
fn the_server_takes_and_refuses_what_each_rule_does() {
    let (mut asked, mut wrong) = (0, Vec::new());
    for rule in rules() {
        for (changes, refused) in [(rule.passes, false), (rule.fails, true)] {
            for example in changes {
                let object = examples::object(rule, example);
                // A namespace without a name that it could have has no place on the server to ask at.
                if object["metadata"]["namespace"].as_str().is_some_and(|name| dns_label(name).is_err()) {
                    continue;
                }
                asked += 1;
                let verdict = core().create_dry_run(&object);
                if is_refused(&verdict) != refused {
                    wrong.push(format!("{} of {}, {example}: {verdict:?}", rule.field, rule.of));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_at_least(EXAMPLES, asked, "examples");
}

#[test]
fn the_server_keeps_what_stays_as_it_is() {
    let (mut kinds, mut wrong) = (BTreeSet::new(), Vec::new());
    for (index, row) in FIXED.iter().enumerate() {
        kinds.insert(row.kind);
        let named = |mut object: Value| {
            object["metadata"]["name"] = json!(format!("stays-{index}"));
            object
        };
        let old = named(examples::old_version(row));
        core().apply(&old).accepted().unwrap_or_else(|why| panic!("{old}: {why}"));
        for (changes, refused) in [(row.passes, false), (row.fails, true)] {
            for example in changes {
                let verdict = core().apply_dry_run(&named(examples::new_version(row, example)));
                let is_as_told = match &verdict {
                    Verdict::Accepted(_) => !refused,
                    // The server may tell of one change in two places, and of a suspended Job inside of its template.
                    Verdict::Refused(refusal) => {
                        refused
                            && refusal
                                .fields()
                                .iter()
                                .any(|(field, _)| pointer(field).starts_with(row.pointer))
                    }
                };
                if !is_as_told {
                    wrong.push(format!("{} of {}, {example}: {verdict:?}", row.pointer, row.kind));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_at_least(9, kinds.len(), "kinds");
}

/// Whatever the server adds to a part of a pod that is left out is in our table of defaults, else a change that spells it
/// out would be told as one.
#[test]
fn the_server_completes_a_pod_as_we_do() {
    let definitions: BTreeSet<&str> = rules().map(|rule| rule.of).collect();
    let (mut asked, mut wrong) = (0, Vec::new());
    for definition in definitions {
        let (mut object, pointer, good) = examples::home(definition);
        if object["kind"] != "Job" || !pointer.starts_with("/spec/template/spec") {
            continue;
        }
        examples::put(&mut object, pointer, &good);
        // Some are good only with fields beside them, which the examples of their rules know.
        let Verdict::Accepted(stored) = core().create_dry_run(&object) else { continue };
        asked += 1;
        let (given, stored) = (object.pointer(pointer).unwrap(), stored.pointer(pointer).unwrap());
        for (field, value) in stored.as_object().into_iter().flatten() {
            let is_known =
                default_of(definition, field).as_ref() == Some(value) || depends_on_others(definition, field);
            if given.get(field).is_none() && !value.is_null() && !is_known {
                wrong.push(format!("{field} of {definition}: {value}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_at_least(40, asked, "parts of a pod");
}

/// Defaults that `defaults.rs` works out: the policy to pull an image by its tag, an account under its two names, a volume of
/// no kind.
fn depends_on_others(definition: &str, field: &str) -> bool {
    matches!(
        (definition, field),
        ("Container", "imagePullPolicy")
            | ("ImageVolumeSource", "pullPolicy")
            | ("PodSpec", "serviceAccount")
            | ("Volume", "emptyDir")
    )
}

fn is_refused(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Refused(_))
}

/// A field as the server names it, as a JSON pointer.
fn pointer(field: &str) -> String {
    format!("/{}", field.replace('[', ".").replace(']', "").replace('.', "/"))
}

fn core() -> &'static ControlPlane {
    serving("v1", "ConfigMap")
}
