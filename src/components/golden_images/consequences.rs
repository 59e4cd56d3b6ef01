//! What follows in the cluster when a manifest of golden images changes: the spec of a DataImportCron cannot be changed,
//! so whoever wants another one deletes the old one and creates it again (golden-images 1.9, 3.4).

use std::collections::BTreeMap;

use serde_json::Value;

use super::hazards::{DATA_SOURCE_LEFT_BEHIND, DELETED_WITH_ITS_IMPORTS};
use crate::diagnostic::Diagnostic;
use crate::manifest::{Changed, Consequence};

/// The DataImportCrons that changes delete and create again, under their own names or under others.
pub fn of(changes: &[Changed<'_>]) -> Vec<Consequence> {
    let pairs = changes.iter().enumerate().filter_map(|(at, changed)| Some((at, changed.old?, changed.new?)));
    pairs
        .flat_map(|(change, old, new)| {
            of_pair(old, new).into_iter().map(move |(text, finding)| Consequence { change, text, finding })
        })
        .collect()
}

/// What is told of one object, and what it destroys.
type Told = (String, Option<Diagnostic>);

fn of_pair(old: &Value, new: &Value) -> Vec<Told> {
    let mut before = crons(old);
    let (mut told, mut came) = (Vec::new(), Vec::new());
    for (name, after) in crons(new) {
        match before.remove(name) {
            Some(before) if before != after => told.push(recreated(name, before, after)),
            Some(_) => {}
            None => came.push((name, after)),
        }
    }
    told.extend(came.into_iter().filter_map(|(name, after)| renamed(&before, name, after)));
    told
}

/// The specs of the DataImportCrons that a manifest is or carries, by name.
fn crons(object: &Value) -> BTreeMap<&str, &Value> {
    let entries: Vec<&Value> = match object.get("kind").and_then(Value::as_str) {
        Some("DataImportCron") => vec![object],
        Some("HyperConverged" | "SSP") => {
            let lists = [
                "/spec/dataImportCronTemplates",
                "/spec/workloadSources/dataImportCronTemplates",
                "/spec/commonTemplates/dataImportCronTemplates",
            ];
            lists.iter().filter_map(|list| object.pointer(list)?.as_array()).flatten().collect()
        }
        _ => Vec::new(),
    };
    entries
        .into_iter()
        .filter_map(|entry| Some((entry.pointer("/metadata/name")?.as_str()?, entry.get("spec")?)))
        .collect()
}

fn recreated(name: &str, before: &Value, after: &Value) -> Told {
    let text = |pointer: &str| after.pointer(pointer).and_then(Value::as_str);
    let sizes = [
        "/template/spec/storage/resources/requests/storage",
        "/template/spec/pvc/resources/requests/storage",
    ];
    let size = sizes.iter().find_map(|size| text(size)).map_or_else(String::new, |size| format!(", {size}"));
    let said = format!(
        "DataImportCron `{name}` is deleted and created again, since its spec cannot change: one import{size}"
    );
    let loses = before.get("retentionPolicy").and_then(Value::as_str) == Some("None");
    let finding = loses.then(|| {
        Diagnostic::new(
            &DELETED_WITH_ITS_IMPORTS,
            format!("DataImportCron `{name}` is deleted with all its imports"),
        )
        .note("its retention is `None`, and its spec cannot change: it is deleted and created again")
        .note("until the new import is done there is no boot source")
        .help("import it under another name beside this one, and take this one out when nothing follows it any more")
    });
    (said, finding)
}

/// An image whose DataImportCron goes while another one comes for the same DataSource.
fn renamed(gone: &BTreeMap<&str, &Value>, name: &str, after: &Value) -> Option<Told> {
    let text = |spec: &Value, field: &str| spec.get(field).and_then(Value::as_str).map(str::to_owned);
    let managed = text(after, "managedDataSource")?;
    let is_it = |spec: &&Value| text(spec, "managedDataSource").as_deref() == Some(managed.as_str());
    let (before, spec) = gone.iter().find(|(_, spec)| is_it(spec))?;
    // With `None` the DataSource goes as well, and is made anew.
    let stays = text(spec, "retentionPolicy").as_deref() != Some("None");
    let finding = stays.then(|| {
        Diagnostic::new(
            &DATA_SOURCE_LEFT_BEHIND,
            format!("the DataSource `{managed}` would no longer be updated"),
        )
        .note(format!("it carries the label of `{before}`, and `{name}` repoints only what carries its own"))
        .help(format!("keep the name: `cronName: {before}`; or rename the image as well"))
        .help("or delete the DataSource after the change: it is made anew with the next import")
    });
    Some((format!("DataImportCron `{before}` becomes `{name}`: one import more"), finding))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(old: &Value, new: &Value) -> Vec<Consequence> {
        super::of(&[Changed { old: Some(old), new: Some(new) }])
    }

    #[test]
    fn another_name_for_the_same_data_source_leaves_it_behind() {
        let carrier = |name: &str, managed: &str, retention: &str| {
            json!({"kind": "SSP", "spec": {"commonTemplates": {"dataImportCronTemplates": [{
                "metadata": {"name": name},
                "spec": {"managedDataSource": managed, "retentionPolicy": retention},
            }]}}})
        };
        let codes = |old: &Value, new: &Value| -> Vec<Option<&str>> {
            of(old, new).iter().map(|told| told.finding.as_ref().map(|finding| finding.rule.code)).collect()
        };
        let old = carrier("a", "fedora", "All");
        assert_eq!(codes(&old, &carrier("b", "fedora", "All")), [Some("GS-GOLD-040")]);
        assert_eq!(codes(&old, &carrier("b", "other", "All")), []);
        assert_eq!(codes(&carrier("a", "fedora", "None"), &carrier("b", "fedora", "All")), [None]);
    }

    fn cron(keep: u32, retention: &str) -> Value {
        json!({"kind": "DataImportCron", "metadata": {"name": "fedora"}, "spec": {
            "importsToKeep": keep, "retentionPolicy": retention,
            "template": {"spec": {"storage": {"resources": {"requests": {"storage": "30Gi"}}}}}}})
    }

    #[test]
    fn another_spec_means_one_more_import() {
        let mut smaller = cron(2, "All");
        smaller["spec"]["template"]["spec"]["storage"]["resources"]["requests"]["storage"] = json!("20Gi");
        let told = of(&smaller, &cron(3, "All"));
        assert_eq!(
            told[0].text,
            "DataImportCron `fedora` is deleted and created again, since its spec cannot change: one import, 30Gi"
        );
        assert_eq!(told[0].finding, None);
    }

    #[test]
    fn another_spec_with_retention_none_is_an_error() {
        let told = of(&cron(2, "None"), &cron(3, "None"));
        assert_eq!(
            told[0].finding.as_ref().map(|finding| finding.rule.code),
            Some(DELETED_WITH_ITS_IMPORTS.code)
        );
    }

    #[test]
    fn other_labels_change_nothing() {
        let mut labelled = cron(2, "All");
        labelled["metadata"]["labels"] = json!({"owner": "platform"});
        assert_eq!(of(&cron(2, "All"), &labelled), []);
    }

    #[test]
    fn templates_of_a_carrier_are_compared_by_name_not_by_place() {
        let carrier =
            |items: Vec<Value>| json!({"kind": "HyperConverged", "spec": {"dataImportCronTemplates": items}});
        let other = json!({"metadata": {"name": "ubuntu"}, "spec": {"importsToKeep": 2}});
        let told = of(&carrier(vec![cron(2, "All")]), &carrier(vec![other, cron(3, "All")]));
        assert_eq!(told.len(), 1);
        assert!(told[0].text.contains("`fedora`"));
    }
}
