//! The REST API, over one pool of connections that stay open.

use std::time::Duration;

use serde_json::Value;
use ureq::http::request::Builder;
use ureq::http::{Method, Request};

use super::object::Object;
use super::verdict::Verdict;

/// The format of a server-side apply, in JSON or in YAML.
const APPLY: &str = "application/apply-patch+yaml";

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client of one server.
pub(crate) struct Api {
    agent: ureq::Agent,
    url: String,
}

impl Api {
    pub(crate) fn new(url: String) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .build();
        Self { agent: config.into(), url }
    }

    /// Sends an object, or nothing, and waits for the verdict; PATCH is a server-side apply. Panics without an answer.
    pub(crate) fn call(&self, method: Method, path: &str, object: Option<&Object>) -> Verdict {
        let format =
            if method == Method::PATCH { APPLY } else { object.map_or("application/json", Object::format) };
        let request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        let request = request.header("Accept", "application/json").header("Content-Type", format);
        let (status, body) = self.send(request, object, path);
        Verdict::new(status, body)
    }

    /// Reads something that is there, in a format of its own.
    pub(crate) fn get(&self, path: &str, accept: &str) -> Value {
        let request = Request::builder().uri(format!("{}{path}", self.url)).header("Accept", accept);
        let (status, body) = self.send(request, None, path);
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    fn send(&self, request: Builder, object: Option<&Object>, path: &str) -> (u16, Value) {
        let answer = match object {
            Some(object) => self.agent.run(request.body(object.text()).expect("headers are well-formed")),
            None => self.agent.run(request.body(()).expect("headers are well-formed")),
        };
        let mut answer = answer.unwrap_or_else(|why| panic!("{path}: the API server does not answer: {why}"));
        let status = answer.status().as_u16();
        let body = answer.body_mut().read_to_string();
        let body = body.unwrap_or_else(|why| panic!("{path}: the answer breaks off: {why}"));
        // These say nothing of the object: we are not let in, or the server is busy or gone.
        assert!(
            !matches!(status, 401 | 429 | 502..=504),
            "{path}: the API server gives no verdict: {status} {body}"
        );
        // The proxy alone says something that is no JSON.
        (status, serde_json::from_str(&body).unwrap_or(Value::String(body)))
    }
}
