//! What is wrong with registry mirrors as manifests, ours or not: ImageDigestMirrorSet, ImageTagMirrorSet,
//! ImageContentSourcePolicy.
//!
//! In: objects that reach one cluster. Out: remarks on their fields.

use std::collections::BTreeMap;

use serde_json::Value;

use super::hazards::{
    MIRROR_MALFORMED, MIRROR_MISSING, MIRROR_REPEATED, NOBODY_READS, SOURCE_MALFORMED, SOURCE_NEVER_REACHED,
    TWO_POLICIES,
};
use super::location::{mirror_fault, source_fault};
use crate::manifest::remark::{Remark, text_at};

const NEVER: &str = "NeverContactSource";

/// All remarks on objects that reach one cluster.
pub fn remarks(objects: &[&Value]) -> Vec<Remark> {
    let entries: Vec<Entry<'_>> =
        objects.iter().enumerate().flat_map(|(at, object)| entries(at, object)).collect();
    let mut told = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        told.extend(not_read(at, object));
    }
    for entry in &entries {
        entry.locations(&mut told);
        entry.policy(&mut told);
    }
    two_policies(&entries, &mut told);
    told
}

fn api(object: &Value) -> (&str, &str) {
    (text_at(object, "/apiVersion").unwrap_or_default(), text_at(object, "/kind").unwrap_or_default())
}

/// One source and its mirrors.
struct Entry<'v> {
    object: usize,
    root: String,
    source: &'v str,
    mirrors: Vec<&'v str>,
    policy: Option<&'v str>,
}

fn entries(object: usize, value: &Value) -> Vec<Entry<'_>> {
    let list = match api(value) {
        ("config.openshift.io/v1", "ImageDigestMirrorSet") => "/spec/imageDigestMirrors",
        ("config.openshift.io/v1", "ImageTagMirrorSet") => "/spec/imageTagMirrors",
        ("operator.openshift.io/v1alpha1", "ImageContentSourcePolicy") => "/spec/repositoryDigestMirrors",
        _ => return Vec::new(),
    };
    let items = value.pointer(list).and_then(Value::as_array).into_iter().flatten().enumerate();
    let entry = |(index, item)| {
        let mirrors = Value::pointer(item, "/mirrors").and_then(Value::as_array).into_iter().flatten();
        Some(Entry {
            object,
            root: format!("{list}/{index}"),
            source: text_at(item, "/source")?,
            mirrors: mirrors.filter_map(Value::as_str).collect(),
            policy: text_at(item, "/mirrorSourcePolicy"),
        })
    };
    items.filter_map(entry).collect()
}

impl Entry<'_> {
    fn spot(&self, field: &str) -> (usize, String) {
        (self.object, format!("{}{field}", self.root))
    }

    fn locations(&self, told: &mut Vec<Remark>) {
        if let Some(fault) = source_fault(self.source) {
            let title = format!("the source `{}` has {}", self.source, fault.what);
            let remark = Remark::new(&SOURCE_MALFORMED, title, self.spot("/source"), "this source");
            told.push(remark.note("a source is `host[:port][/path]` or `*.host`"));
        }
        for (index, mirror) in self.mirrors.iter().enumerate() {
            let spot = self.spot(&format!("/mirrors/{index}"));
            if let Some(fault) = mirror_fault(mirror) {
                let title = format!("the mirror `{mirror}` has {}", fault.what);
                let remark = Remark::new(&MIRROR_MALFORMED, title, spot.clone(), fault.what);
                told.push(remark.note("a mirror is `host[:port][/path]`"));
            }
            if let Some(first) = self.mirrors[..index].iter().position(|other| other == mirror) {
                let title = format!("the mirror `{mirror}` is given twice for `{}`", self.source);
                let remark = Remark::new(&MIRROR_REPEATED, title, spot, "again here");
                told.push(remark.with(self.spot(&format!("/mirrors/{first}")), "first here"));
            }
        }
    }

    fn policy(&self, told: &mut Vec<Remark>) {
        let spot = self.spot("/mirrorSourcePolicy");
        if self.policy.is_some() && self.mirrors.is_empty() {
            let title = format!("the source `{}` has no mirror", self.source);
            let remark = Remark::new(&MIRROR_MISSING, title, spot, "without meaning");
            told.push(remark.help("name its mirrors, or take the entry away"));
        } else if let (Some(NEVER), Some(itself)) =
            (self.policy, self.mirrors.iter().position(|mirror| *mirror == self.source))
        {
            let title = format!("`{}` is its own mirror, and must not be contacted", self.source);
            let itself = self.spot(&format!("/mirrors/{itself}"));
            let remark = Remark::new(&SOURCE_NEVER_REACHED, title, itself, "the source again");
            let remark = remark.with(spot, "the source must not be asked");
            told.push(remark.note(
                "the machine config operator refuses this in its log only, and then updates no mirror at all",
            ));
        }
    }

    /// What the nodes are told: an entry without mirrors tells them nothing.
    fn effective(&self) -> Option<&str> {
        (!self.mirrors.is_empty()).then(|| self.policy.unwrap_or("AllowContactingSource"))
    }
}

/// One source may be in several sets, as long as they agree on whether it may be asked.
fn two_policies(entries: &[Entry<'_>], told: &mut Vec<Remark>) {
    let mut first: BTreeMap<&str, &Entry<'_>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.effective().is_some()) {
        let known = *first.entry(entry.source).or_insert(entry);
        if let (Some(one), Some(other)) = (known.effective(), entry.effective())
            && one != other
        {
            let title = format!("`{}` has two source policies", entry.source);
            let remark = Remark::new(&TWO_POLICIES, title, entry.spot("/source"), format!("here `{other}`"));
            let remark = remark.with(known.spot("/source"), format!("here `{one}`"));
            told.push(
                remark
                    .note("the machine config operator refuses this in its log only, and then updates no mirror at all")
                    .help("give the source one policy in all sets; none is `AllowContactingSource`"),
            );
        }
    }
}

fn not_read(at: usize, object: &Value) -> Option<Remark> {
    let (version, kind) = api(object);
    (kind == "ImageContentPolicy" && version.starts_with("config.openshift.io/")).then(|| {
        let title = "an ImageContentPolicy configures no mirror";
        let remark = Remark::new(&NOBODY_READS, title, (at, "/kind"), "read by nobody");
        remark.help("write an ImageDigestMirrorSet, or before OpenShift 4.13 an ImageContentSourcePolicy")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(kind: &str, entries: &Value) -> Value {
        let list = if kind == "ImageTagMirrorSet" { "imageTagMirrors" } else { "imageDigestMirrors" };
        json!({"apiVersion": "config.openshift.io/v1", "kind": kind, "spec": {list: entries}})
    }

    fn codes(objects: &[Value]) -> Vec<&'static str> {
        remarks(&objects.iter().collect::<Vec<_>>()).iter().map(Remark::code).collect()
    }

    fn digests(entry: &Value) -> Value {
        set("ImageDigestMirrorSet", &json!([entry]))
    }

    #[test]
    fn each_entry_is_judged_by_itself() {
        for (entry, expected) in [
            (json!({"source": "quay.io", "mirrors": ["m.example", "n.example"]}), None),
            (json!({"source": "quay.io"}), None),
            (json!({"source": "https://quay.io", "mirrors": ["m.example"]}), Some("GS-REG-001")),
            (json!({"source": "quay.io", "mirrors": ["m.example:latest/"]}), Some("GS-REG-002")),
            (json!({"source": "quay.io", "mirrorSourcePolicy": NEVER}), Some("GS-REG-003")),
            (json!({"source": "quay.io", "mirrors": ["m.example", "m.example"]}), Some("GS-REG-004")),
            (
                json!({"source": "quay.io", "mirrors": ["m.example", "quay.io"], "mirrorSourcePolicy": NEVER}),
                Some("GS-REG-005"),
            ),
            (json!({"source": "quay.io", "mirrors": ["m.example", "quay.io"]}), None),
        ] {
            assert_eq!(codes(&[digests(&entry)]), Vec::from_iter(expected), "{entry}");
        }
    }

    #[test]
    fn all_sets_of_a_cluster_agree_on_whether_a_source_may_be_asked() {
        let never = json!({"source": "quay.io", "mirrors": ["m.example"], "mirrorSourcePolicy": NEVER});
        let open = json!({"source": "quay.io", "mirrors": ["m.example"]});
        let tags = |entry: &Value| set("ImageTagMirrorSet", &json!([entry]));
        assert_eq!(codes(&[digests(&never), tags(&never)]), [""; 0]);
        assert_eq!(codes(&[digests(&never), tags(&open)]), ["GS-REG-012"]);
        let silent = json!({"source": "quay.io"});
        assert_eq!(codes(&[digests(&never), tags(&silent)]), [""; 0]);
        let policy = json!({"apiVersion": "operator.openshift.io/v1alpha1", "kind": "ImageContentSourcePolicy",
            "spec": {"repositoryDigestMirrors": [open]}});
        assert_eq!(codes(&[policy, digests(&never)]), ["GS-REG-012"]);
    }

    #[test]
    fn a_kind_that_nobody_reads_is_told() {
        let policy = json!({"apiVersion": "config.openshift.io/v1", "kind": "ImageContentPolicy"});
        assert_eq!(codes(&[policy]), ["GS-REG-013"]);
    }
}
