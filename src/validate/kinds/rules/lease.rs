//! Leases.

use super::super::field::{between, not_negative};
use super::super::rule::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "LeaseSpec",
        field: "leaseDurationSeconds",
        words: "is more than 0",
        source: "ValidateLeaseSpec",
        check: |spec, refuse| between(spec, "leaseDurationSeconds", 1, i64::MAX, refuse),
        passes: &[r#"{"leaseDurationSeconds":1}"#],
        fails: &[r#"{"leaseDurationSeconds":0}"#],
    },
    Rule {
        of: "LeaseSpec",
        field: "leaseTransitions",
        words: "is not negative",
        source: "ValidateLeaseSpec",
        check: |spec, refuse| not_negative(spec, "leaseTransitions", refuse),
        passes: &[r#"{"leaseTransitions":0}"#],
        fails: &[r#"{"leaseTransitions":-1}"#],
    },
];
