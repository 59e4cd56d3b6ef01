//! What a server says to an object.

use std::fmt;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// A finding of strict decoding, of which the server has the text alone.
static STRICT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(unknown field|duplicate field|key) "([^"]*)""#).expect("it is well-formed")
});

/// What stands among the findings where others kept the server from evaluating rules: no finding of its own.
const UNCHECKED: &str = "some validation rules were not checked";

/// The answer to one request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// It takes the object; what it would store or has stored.
    Accepted(Value),
    /// It does not.
    Refused(Refusal),
}

/// Why an object is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The status of HTTP: 422 for what validation finds, 400 for what cannot be read.
    pub(crate) code: u16,
    /// `Invalid`, `BadRequest`...
    pub(crate) reason: String,
    /// All of it in words.
    pub(crate) message: String,
    /// The findings one by one, where the server tells them so.
    pub(crate) causes: Vec<Cause>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// As the server writes it: `spec.list[0].field`; empty for the object as a whole.
    pub(crate) field: String,
    /// `FieldValueInvalid`, `FieldValueRequired`...; our own `unknown` and `duplicate` for findings of strict decoding.
    pub(crate) reason: String,
    /// In words; they differ between releases.
    pub(crate) message: String,
}

impl Verdict {
    pub(crate) fn new(code: u16, body: Value) -> Self {
        if (200..300).contains(&code) {
            return Self::Accepted(body);
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let message = body.as_str().map_or_else(|| text(&body["message"]), str::to_owned);
        let causes = body["details"]["causes"].as_array().into_iter().flatten();
        let causes = causes.map(|cause| Cause {
            field: text(&cause["field"]),
            reason: text(&cause["reason"]),
            message: text(&cause["message"]),
        });
        let mut causes: Vec<Cause> = causes.filter(|cause| !cause.message.contains(UNCHECKED)).collect();
        if causes.is_empty() {
            causes.extend(strict_causes(&message));
        }
        Self::Refused(Refusal { code, reason: text(&body["reason"]), message, causes })
    }

    /// What is stored, or the refusal.
    pub(crate) fn accepted(self) -> Result<Value, Refusal> {
        match self {
            Self::Accepted(stored) => Ok(stored),
            Self::Refused(refusal) => Err(refusal),
        }
    }

    /// The refusal; panics where there is none.
    #[track_caller]
    pub(crate) fn refused(self) -> Refusal {
        match self {
            Self::Accepted(stored) => panic!("this is accepted: {stored}"),
            Self::Refused(refusal) => refusal,
        }
    }
}

impl Refusal {
    /// The fields that are wrong, with the reason of each, in the order of the server.
    pub(crate) fn fields(&self) -> Vec<(&str, &str)> {
        self.causes.iter().map(|cause| (cause.field.as_str(), cause.reason.as_str())).collect()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.reason, self.message)
    }
}

fn strict_causes(message: &str) -> Vec<Cause> {
    if !message.contains("strict decoding error") {
        return Vec::new();
    }
    let cause = |found: regex::Captures<'_>| Cause {
        field: found[2].to_owned(),
        reason: if found[1].starts_with("unknown") { "unknown" } else { "duplicate" }.to_owned(),
        message: found[0].to_owned(),
    };
    STRICT.captures_iter(message).map(cause).collect()
}
