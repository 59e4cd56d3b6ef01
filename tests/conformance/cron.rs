//! The cron table against robfig/cron itself, the parser that CDI and the Kubernetes CronJob use.
//!
//! `src/schedule/cron.rs` is held against `tests/data/cron.json`; here the table is held against the parser. To add an
//! expression, add a row that has only `expression` and run this test with `SNAPSHOTS=overwrite`.

use serde_json::Value;

use crate::tools::{cron_verdicts, repository, run};

#[test]
fn the_cron_table_is_what_robfig_cron_says() {
    let path = repository().join("tests/data/cron.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let table: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(table.len() >= 150, "the table has shrunk to {} rows", table.len());

    let expressions: Vec<&Value> = table.iter().map(|row| &row["expression"]).collect();
    let said = run(&mut cron_verdicts(), &serde_json::to_string(&expressions).unwrap());
    if std::env::var_os("SNAPSHOTS").is_some_and(|mode| mode == "overwrite") {
        std::fs::write(&path, &said).unwrap();
        return;
    }
    let verdicts: Vec<Value> = serde_json::from_str(&said).unwrap();
    let wrong: Vec<_> = table.iter().zip(&verdicts).filter(|(ours, theirs)| ours != theirs).collect();
    assert!(wrong.is_empty() && table.len() == verdicts.len(), "(table, robfig/cron): {wrong:#?}");
}
