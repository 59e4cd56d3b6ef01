//! LimitRanges.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::field::{each_entry, entries, has, part, text, unique};
use super::super::quantity::Quantity;
use super::super::resource;
use super::super::rule::{Refuse, Rule};
use super::super::syntax::{Verdict, ensure};
use crate::manifest::pointer::escape;
use crate::name::label_key;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "LimitRangeSpec",
        field: "limits[].type",
        words: "are different",
        source: "ValidateLimitRange",
        check: |spec, refuse| {
            unique(spec, "limits", "/type", refuse, |limit| Some(text(limit, "type").to_owned()));
        },
        passes: &[r#"{"limits":[{"type":"Container"},{"type":"Pod"}]}"#],
        fails: &[r#"{"limits":[{"type":"Container"},{"type":"Container"}]}"#],
    },
    Rule {
        of: "LimitRangeItem",
        field: "type",
        words: "is `Container`, `Pod`, `PersistentVolumeClaim`, or has a domain",
        source: "validateLimitRangeTypeName",
        check: limited_type,
        passes: &[r#"{"type":"corp.example/thing"}"#],
        fails: &[r#"{"type":"Thing"}"#, r#"{"type":null}"#],
    },
    Rule {
        of: "LimitRangeItem",
        field: "max, min, default, defaultRequest, maxLimitRequestRatio",
        words: "limit resources that there are",
        source: "validateLimitRangeResourceName",
        check: names,
        passes: &[
            r#"{"type":"Container","max":{"cpu":"1"}}"#,
            r#"{"type":"PersistentVolumeClaim","max":{"storage":"1Gi"}}"#,
        ],
        fails: &[r#"{"type":"Container","max":{"storage":"1"}}"#, r#"{"type":"Pod","min":{"disk":"1"}}"#],
    },
    Rule {
        of: "LimitRangeItem",
        field: "default and defaultRequest",
        words: "are not given for a Pod",
        source: "ValidateLimitRange",
        check: no_defaults,
        passes: &[r#"{"type":"Pod","max":{"cpu":"1"}}"#],
        fails: &[r#"{"type":"Pod","default":{"cpu":"1"}}"#, r#"{"type":"Pod","defaultRequest":{"cpu":"1"}}"#],
    },
    Rule {
        of: "LimitRangeItem",
        field: "max or min",
        words: "limits the storage of a PersistentVolumeClaim",
        source: "ValidateLimitRange",
        check: storage,
        passes: &[r#"{"type":"PersistentVolumeClaim","min":{"storage":"1Gi"}}"#],
        fails: &[r#"{"type":"PersistentVolumeClaim"}"#],
    },
    Rule {
        of: "LimitRangeItem",
        field: "min, defaultRequest, default and max",
        words: "grow in this order",
        source: "ValidateLimitRange",
        check: order,
        passes: &[
            r#"{"type":"Container","min":{"cpu":"1"},"defaultRequest":{"cpu":"2"},"default":{"cpu":"3"},"max":{"cpu":"4"}}"#,
        ],
        fails: &[
            r#"{"type":"Container","min":{"cpu":"2"},"max":{"cpu":"1"}}"#,
            r#"{"type":"Container","defaultRequest":{"cpu":"3"},"default":{"cpu":"2"}}"#,
            r#"{"type":"Container","min":{"cpu":"2"},"default":{"cpu":"1"}}"#,
            r#"{"type":"Container","default":{"cpu":"3"},"max":{"cpu":"2"}}"#,
        ],
    },
    Rule {
        of: "LimitRangeItem",
        field: "maxLimitRequestRatio",
        words: "is at least 1, and at most max / min",
        source: "ValidateLimitRange",
        check: ratio,
        passes: &[
            r#"{"type":"Container","min":{"cpu":"1"},"max":{"cpu":"4"},"maxLimitRequestRatio":{"cpu":"4"}}"#,
        ],
        fails: &[
            r#"{"type":"Container","maxLimitRequestRatio":{"cpu":"500m"}}"#,
            r#"{"type":"Container","min":{"cpu":"1"},"max":{"cpu":"4"},"maxLimitRequestRatio":{"cpu":"5"}}"#,
        ],
    },
    Rule {
        of: "LimitRangeItem",
        field: "default and defaultRequest",
        words: "are equal where nothing can be promised twice",
        source: "ValidateLimitRange",
        check: same,
        passes: &[r#"{"type":"Container","default":{"corp.example/card":"1"}}"#],
        fails: &[
            r#"{"type":"Container","default":{"corp.example/card":"2"},"defaultRequest":{"corp.example/card":"1"}}"#,
        ],
    },
];

const AMOUNTS: [&str; 5] = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"];

fn limited_type(limit: &Value, refuse: &mut Refuse<'_>) {
    let kind = text(limit, "type");
    let known = kind.contains('/') || matches!(kind, "Container" | "PersistentVolumeClaim" | "Pod");
    let verdict = label_key(kind).and_then(|()| {
        ensure(known, "it must be `Container`, `Pod`, `PersistentVolumeClaim`, or have a domain")
    });
    if let Err(reason) = verdict {
        refuse("/type", reason);
    }
}

fn names(limit: &Value, refuse: &mut Refuse<'_>) {
    let check: fn(&str) -> Verdict = if matches!(text(limit, "type"), "Container" | "Pod") {
        resource::of_container
    } else {
        resource::any
    };
    for field in AMOUNTS {
        each_entry(limit, field, refuse, |name, _| check(name));
    }
}

fn no_defaults(limit: &Value, refuse: &mut Refuse<'_>) {
    for field in ["default", "defaultRequest"] {
        if text(limit, "type") == "Pod" && entries(limit, field).next().is_some() {
            refuse(&format!("/{field}"), "a Pod has no default".to_owned());
        }
    }
}

fn storage(limit: &Value, refuse: &mut Refuse<'_>) {
    let given = ["max", "min"].into_iter().any(|field| has(part(limit, field), "storage"));
    if text(limit, "type") == "PersistentVolumeClaim" && !given {
        refuse("/max", "`storage` must be limited, here or in `min`".to_owned());
    }
}

/// The amounts of one resource, with the defaults that the server sets.
struct Amounts {
    min: Option<Quantity>,
    default_request: Option<Quantity>,
    default: Option<Quantity>,
    max: Option<Quantity>,
    ratio: Option<Quantity>,
}

/// The amounts by the names of their resources.
fn amounts(limit: &Value) -> BTreeMap<&str, Amounts> {
    let names = AMOUNTS.into_iter().flat_map(|field| entries(limit, field)).map(|(name, _)| name.as_str());
    let is_pod = text(limit, "type") == "Pod";
    let with_defaults = text(limit, "type") == "Container";
    let amounts = names.map(|name| {
        let given = |field: &str| part(limit, field).get(name).and_then(Quantity::of);
        let (min, max) = (given("min"), given("max"));
        let default = given("default").or(max.filter(|_| with_defaults)).filter(|_| !is_pod);
        let request =
            given("defaultRequest").or(default.or(min).filter(|_| with_defaults)).filter(|_| !is_pod);
        (name, Amounts { min, default_request: request, default, max, ratio: given("maxLimitRequestRatio") })
    });
    amounts.collect()
}

fn order(limit: &Value, refuse: &mut Refuse<'_>) {
    for (name, amounts) in amounts(limit) {
        let Amounts { min, default_request, default, max, .. } = amounts;
        let rising = [("min", min), ("defaultRequest", default_request), ("default", default), ("max", max)];
        for (index, (field, less)) in rising.iter().enumerate() {
            for (other, more) in &rising[index + 1..] {
                if less.zip(*more).is_some_and(|(less, more)| less > more) {
                    refuse(
                        &format!("/{field}/{}", escape(name)),
                        format!("it must not be more than in `{other}`"),
                    );
                }
            }
        }
    }
}

fn ratio(limit: &Value, refuse: &mut Refuse<'_>) {
    for (name, Amounts { min, max, ratio, .. }) in amounts(limit) {
        let Some(ratio) = ratio else { continue };
        let pointer = format!("/maxLimitRequestRatio/{}", escape(name));
        if ratio < Quantity::ONE {
            refuse(&pointer, "it must be at least 1".to_owned());
        }
        if min.zip(max).is_some_and(|(min, max)| ratio.as_number() > max.over(min)) {
            refuse(&pointer, "it must not be more than `max` divided by `min`".to_owned());
        }
    }
}

fn same(limit: &Value, refuse: &mut Refuse<'_>) {
    for (name, amounts) in amounts(limit) {
        let differ =
            amounts.default.zip(amounts.default_request).is_some_and(|(limit, request)| limit != request);
        if differ && !resource::can_be_overcommitted(name) {
            refuse(&format!("/defaultRequest/{}", escape(name)), "it must be what `default` is".to_owned());
        }
    }
}
