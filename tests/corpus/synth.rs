//! Values that a schema allows, as small as they can be, and texts to try.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value, json};

/// Texts that the patterns, formats and rules of real definitions are about, good ones and bad ones.
pub(crate) static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut texts: Vec<String> = [
        "a",
        "b",
        "a-b",
        "a.example",
        "A_",
        "-a",
        "",
        " ",
        "a b",
        "ü",
        "1",
        "0",
        "-1",
        "10Gi",
        "1.5",
        "50%",
        "x y",
        "10.0.0.1",
        "10.0.0.2",
        "10.0.1.300",
        "::1",
        "fd00::1",
        "10.0.0.0/16",
        "10.1.0.0/16",
        "10.0.0.0/33",
        "fd00::/64",
        "https://a.example",
        "http://a.example:8080/b",
        "ssh://git@a.example/b",
        "oci://a.example/b",
        "a.example:443",
        "https://kms.a.example",
        "https://a.example/",
        "ftp://",
        "registry.example/a",
        "registry.example/a/b:c",
        "registry.example/a/b",
        "registry.example:5000/a",
        "docker://registry.example/a",
        "*.registry.example",
        "1h",
        "1h30m",
        "10m0s",
        "24h",
        "5d",
        "10x",
        "0s",
        "2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05.678+01:00",
        "2026-01-02",
        "2026-13-01T00:00:00Z",
        "aGk=",
        "aGk",
        "01:23:45:67:89:ab",
        "user@a.example",
        "/a/b",
        "/a/b/",
        "../a",
        "* * * * *",
        "0 3 * * 1",
        "None",
        "Unknown",
        "True",
        "False",
        "true",
        "false",
        "stable-4.20",
        "4.20.1",
        "4.20",
        "v1.2.3",
        "ocp-release-bundle-4.20.1-stable",
        "0000:00:00.0",
        "10de:1db6",
        "intel.com/qat",
        "kubernetes.io/tls",
        "openshift-io-a",
        "kubernetes-io.a",
        "openshift",
        "key",
        "us-east-1",
        "us-east-1a",
        "eastus",
        "projects/a",
        "/dc/host/cluster",
        "/dc/datastore/store",
        "/dc/host/cluster/Resources/pool",
        "/dc/vm/folder",
        "/dc/vm/template",
        "dc",
        "crn:v1:bluemix:public:resource-controller:us-south:a/0::::",
        "8c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55",
        "8c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c5",
        "8C1D0F3E-6A53-4F0C-9A44-0D7F2A1B9C55",
        "a,b",
        "a=b",
        "a/b",
        "a:b",
        "1:2",
        "ReadWriteOnce",
        "Block",
        "TLS_AES_128_GCM_SHA256",
        "#fff",
        "978-0321751041",
        "1000000",
        "1_000",
        "0x1F",
        "1e3",
        "a\nb",
        "PATH",
        "Subject",
        "a@b",
        "a@sha256:1",
    ]
    .map(str::to_owned)
    .to_vec();
    let digest = "0123456789abcdef".repeat(4);
    texts.extend([
        format!("sha256:{digest}"),
        format!("registry.example/a/b@sha256:{digest}"),
        format!("registry.example/a@sha256:{digest}"),
        format!("localhost/a@sha256:{digest}"),
        format!("registry.example/a/b@sha512:{digest}"),
        format!("rendered-worker-{}", &digest[..32]),
        digest[..32].to_owned(),
        digest[..40].to_owned(),
        digest,
    ]);
    texts
});

/// A small value that a schema allows; none where none is found.
pub(crate) fn synth(schema: &Value) -> Option<Value> {
    if let Some(default) = schema.get("default") {
        return Some(default.clone());
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return words.iter().find(|word| !word.is_null()).cloned();
    }
    if is(schema, "x-kubernetes-int-or-string") {
        return texts(schema).next().map(Value::from).or(Some(json!(1)));
    }
    match schema.get("type").and_then(Value::as_str)? {
        "string" => texts(schema).next().map(Value::from),
        "integer" => Some(json!(integer(schema))),
        "number" => Some(json!(1.5)),
        "boolean" => Some(json!(true)),
        "array" => {
            let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or_default();
            (0..least).map(|_| synth(&schema["items"])).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        "object" => object(schema),
        _ => None,
    }
}

/// The texts that a schema allows, padded to its least length where only that is asked.
pub(crate) fn texts(schema: &Value) -> impl Iterator<Item = String> {
    let bound =
        |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|bound| usize::try_from(bound).ok());
    let (least, most) = (bound("minLength").unwrap_or_default(), bound("maxLength").unwrap_or(usize::MAX));
    let pattern = schema.get("pattern").and_then(Value::as_str).and_then(|text| Regex::new(text).ok());
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default().to_owned();
    let fits = move |text: &String| {
        let length = text.chars().count();
        (least..=most).contains(&length)
            && pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
            && match format.as_str() {
                "date-time" => text.starts_with("2026-01-02T"),
                "date" => text == "2026-01-02",
                "cidr" => text == "10.0.0.0/16" || text == "10.1.0.0/16",
                "ipv4" | "ip" => text == "10.0.0.1",
                "ipv6" => text == "fd00::1",
                "uri" => text.starts_with("https://"),
                "byte" => text == "aGk=",
                "duration" => text == "1h",
                "email" => text == "user@a.example",
                "mac" => text == "01:23:45:67:89:ab",
                "uuid" | "uuid4" => text == "8c1d0f3e-6a53-4f0c-9a44-0d7f2a1b9c55",
                _ => true,
            }
    };
    let long = (least > 1).then(|| "a".repeat(least));
    TEXTS.iter().cloned().chain(long).filter(fits)
}

fn integer(schema: &Value) -> i64 {
    let bound = |name: &str| schema.get(name).and_then(Value::as_i64);
    let least = bound("minimum").unwrap_or(1);
    bound("maximum").map_or(least.max(1), |most| least.max(1).min(most))
}

/// An object with what is required of it.
fn object(schema: &Value) -> Option<Value> {
    let mut fields = Map::new();
    for name in strings(&schema["required"]) {
        let inner = schema.get("properties").and_then(|known| known.get(name));
        fields.insert(name.to_owned(), synth(inner?)?);
    }
    let least = schema.get("minProperties").and_then(Value::as_u64).unwrap_or_default();
    for (name, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if (fields.len() as u64) < least && !fields.contains_key(name) {
            fields.insert(name.clone(), synth(inner)?);
        }
    }
    Some(Value::Object(fields))
}

/// The texts of a list.
pub(crate) fn strings(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether a keyword of a schema is true.
pub(crate) fn is(schema: &Value, keyword: &str) -> bool {
    schema.get(keyword) == Some(&Value::Bool(true))
}
