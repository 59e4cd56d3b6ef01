//! What is wrong with golden images as manifests, ours or not: DataImportCrons, the templates of HyperConverged and SSP,
//! DataSources.
//!
//! In: objects that reach one cluster. Out: remarks on their fields. No spec, no version and no cluster is asked, so only
//! what is wrong everywhere is told.

use std::collections::BTreeMap;

use serde_json::Value;

use super::hazards::{
    ARCHITECTURE_UNSUPPORTED, CDI_REFUSES, CLONES_AN_IMPORT, CRON_NAME_TOO_LONG, DATA_SOURCE_NAME_TOO_LONG,
    DIGEST_IN_IMAGE, HYPER_CONVERGED_NAME, IMAGES_GO_WITH_AN_EDIT, LIST_WITH_BLANKS, NO_SIZE, NO_SOURCE,
    NOT_WHAT_IT_SAYS, POINTER_OUT_OF_REACH, STREAM_PULLED_BY_POD, TEMPLATE_METADATA, TWO_IMAGES,
};
use crate::manifest::remark::{Remark, text_at};
use crate::name::LABEL_MAX;
use crate::schedule::cron::Cron as Schedule;
use crate::schedule::rules::{BAD_CRON, NEVER_FIRES};

/// The longest name that fits the CronJob and its first Job, where a pod polls.
const POLLED_MAX: usize = 42;
const ENABLED: &str = "dataimportcrontemplate.kubevirt.io/enable";
const ARCHITECTURES: &str = "ssp.kubevirt.io/dict.architectures";

/// All remarks on objects that reach one cluster.
pub fn remarks(objects: &[&Value]) -> Vec<Remark> {
    let crons: Vec<Import<'_>> =
        objects.iter().enumerate().flat_map(|(at, object)| imports(at, object)).collect();
    let mut told = Vec::new();
    for cron in &crons {
        cron.names(&mut told);
        cron.source(&mut told);
        cron.storage(&mut told);
        cron.words(&mut told);
        cron.schedule(&mut told);
        cron.architectures(&mut told);
    }
    two_of_one_data_source(&crons, &mut told);
    for (at, object) in objects.iter().enumerate() {
        match (group(object), text_at(object, "/kind")) {
            ("cdi.kubevirt.io", Some("DataSource")) => data_source(at, object, &crons, &mut told),
            ("hco.kubevirt.io", Some("HyperConverged")) => hyper_converged(at, object, &mut told),
            _ => {}
        }
    }
    told
}

fn group(object: &Value) -> &str {
    text_at(object, "/apiVersion").and_then(|version| version.split_once('/')).map_or("", |(group, _)| group)
}

/// A DataImportCron, or a template of one.
struct Import<'v> {
    object: usize,
    /// Where it stands in its object.
    root: String,
    value: &'v Value,
    name: &'v str,
    /// As written; of a template none is the namespace of the platform.
    namespace: Option<&'v str>,
}

/// The DataImportCrons of an object: itself, or its templates that are not switched off.
fn imports(object: usize, value: &Value) -> Vec<Import<'_>> {
    let lists = match (group(value), text_at(value, "/kind")) {
        ("cdi.kubevirt.io", Some("DataImportCron")) => return vec![import(object, String::new(), value)],
        ("hco.kubevirt.io", Some("HyperConverged")) => {
            ["/spec/dataImportCronTemplates", "/spec/workloadSources/dataImportCronTemplates"].as_slice()
        }
        ("ssp.kubevirt.io", Some("SSP")) => ["/spec/commonTemplates/dataImportCronTemplates"].as_slice(),
        _ => return Vec::new(),
    };
    let items = lists.iter().filter_map(|list| Some((list, value.pointer(list)?.as_array()?)));
    let items = items.flat_map(|(list, items)| {
        items.iter().enumerate().map(move |(index, item)| import(object, format!("{list}/{index}"), item))
    });
    let is_off = |import: &Import<'_>| {
        annotation(import.value, ENABLED).is_some_and(|word| word.eq_ignore_ascii_case("false"))
    };
    items.filter(|import| !is_off(import)).collect()
}

fn import(object: usize, root: String, value: &Value) -> Import<'_> {
    let name = text_at(value, "/metadata/name").unwrap_or_default();
    Import { object, root, value, name, namespace: text_at(value, "/metadata/namespace") }
}

fn annotation<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.pointer("/metadata/annotations")?.get(key)?.as_str()
}

impl<'v> Import<'v> {
    fn get(&self, pointer: &str) -> Option<&'v Value> {
        self.value.pointer(pointer)
    }

    fn text(&self, pointer: &str) -> Option<&'v str> {
        text_at(self.value, pointer)
    }

    fn spot(&self, pointer: &str) -> (usize, String) {
        (self.object, format!("{}{pointer}", self.root))
    }

    fn managed(&self) -> Option<&'v str> {
        self.text("/spec/managedDataSource")
    }

    /// Whether a CronJob polls, as far as the newest release goes.
    fn polled_by_pod(&self) -> bool {
        self.get("/spec/template/spec/source/registry/url").is_some()
            && self.text("/spec/template/spec/source/registry/pullMethod") != Some("node")
    }

    fn names(&self, told: &mut Vec<Remark>) {
        let polled = self.polled_by_pod();
        let most = if polled { POLLED_MAX } else { LABEL_MAX };
        let length = self.name.len();
        if length > most {
            let title = format!("the DataImportCron `{}` has {length} characters, and {most} fit", self.name);
            let why = if polled {
                "CDI polls with a CronJob and a Job that are named after it"
            } else {
                "its name becomes a label"
            };
            let remark =
                Remark::new(&CRON_NAME_TOO_LONG, title, self.spot("/metadata/name"), "too long").note(why);
            told.push(remark.help("give it a shorter name"));
        }
        let Some(managed) = self.managed().filter(|managed| managed.len() > LABEL_MAX) else { return };
        let title = format!("the DataSource `{managed}` has {} characters, and 63 fit", managed.len());
        let spot = self.spot("/spec/managedDataSource");
        told.push(Remark::new(&DATA_SOURCE_NAME_TOO_LONG, title, spot, "too long"));
    }

    fn source(&self, told: &mut Vec<Remark>) {
        let path = "/spec/template/spec/source";
        let given = self.get(path).and_then(Value::as_object);
        let Some((kind, _)) = given.and_then(|source| source.iter().next()) else {
            // A patch of others may leave the whole template out.
            if self.get("/spec/template/spec").is_some() {
                let title = format!("`{}` has no source", self.name);
                let remark = Remark::new(&NO_SOURCE, title, self.spot(path), "nothing is imported from here");
                told.push(remark.help("give `spec.template.spec.source.registry` or `.pvc`"));
            }
            return;
        };
        if kind != "registry" && kind != "pvc" {
            let title = format!("`{}` imports from `{kind}`, which a DataImportCron cannot", self.name);
            let remark = Remark::new(&CDI_REFUSES, title, self.spot(&format!("{path}/{kind}")), "refused");
            told.push(remark.help("put the disk into a container image, or import it once by a DataVolume"));
        } else if given.is_some_and(|source| source.len() > 1) {
            let title = format!("`{}` has more than one source", self.name);
            told.push(Remark::new(&CDI_REFUSES, title, self.spot(path), "exactly one is taken"));
        }
        self.registry(&format!("{path}/registry"), told);
    }

    fn registry(&self, path: &str, told: &mut Vec<Remark>) {
        let (url, stream) = (format!("{path}/url"), format!("{path}/imageStream"));
        let node = self.text(&format!("{path}/pullMethod")) == Some("node");
        if self.get(&stream).is_some() && !node {
            let title = format!("the ImageStream of `{}` is to be pulled by a pod", self.name);
            let remark = Remark::new(&STREAM_PULLED_BY_POD, title, self.spot(&stream), "only a node can");
            told.push(remark.help("write `pullMethod: node`"));
        }
        let Some(image) = self.text(&url) else { return };
        if image.contains('@') {
            let title = format!("the image of `{}` has a digest", self.name);
            let remark = Remark::new(&DIGEST_IN_IMAGE, title, self.spot(&url), "followed by its digest");
            told.push(remark.help("name a tag; to hold an image, write `schedule: \"\"`"));
        }
        if !image.starts_with("docker://") {
            let title = format!("the image of `{}` is not read from a registry", self.name);
            let remark = Remark::new(&CDI_REFUSES, title, self.spot(&url), "without `docker://`");
            told.push(remark.note("only `docker://` is polled and rewritten to a digest"));
        }
    }

    fn storage(&self, told: &mut Vec<Remark>) {
        let path = "/spec/template/spec";
        let Some(template) = self.get(path) else { return };
        let forms: Vec<&str> =
            ["storage", "pvc"].into_iter().filter(|form| template.get(form).is_some()).collect();
        if forms.len() == 2 {
            let title = format!("`{}` has both `storage` and `pvc`", self.name);
            told.push(Remark::new(
                &CDI_REFUSES,
                title,
                self.spot(&format!("{path}/pvc")),
                "exactly one is taken",
            ));
        }
        let is_registry = template.pointer("/source/registry").is_some();
        let has_size = forms
            .iter()
            .any(|form| template.pointer(&format!("/{form}/resources/requests/storage")).is_some());
        if is_registry && !has_size {
            let title = format!("`{}` has no size", self.name);
            let remark = Remark::new(&NO_SIZE, title, self.spot(path), "this import");
            let remark = remark.note("CDI refuses an import from a registry without one");
            told.push(remark.help("give `spec.template.spec.storage.resources.requests.storage`"));
        }
        for field in ["sourceRef", "contentType", "checkpoints", "finalCheckpoint"] {
            if template.get(field).is_some() {
                let title = format!("`{}` sets `{field}`, which a DataImportCron cannot", self.name);
                told.push(Remark::new(&CDI_REFUSES, title, self.spot(&format!("{path}/{field}")), "refused"));
            }
        }
        if self.get("/spec/template/metadata").and_then(Value::as_object).is_some_and(|keys| !keys.is_empty())
        {
            let title = format!("the metadata in the template of `{}` is dropped", self.name);
            let spot = self.spot("/spec/template/metadata");
            let remark = Remark::new(&TEMPLATE_METADATA, title, spot, "never reaches an import");
            told.push(remark.help("put labels and annotations on the DataImportCron itself"));
        }
    }

    /// Fields whose words CDI does not check, or takes for another.
    fn words(&self, told: &mut Vec<Remark>) {
        let retention = "/spec/retentionPolicy";
        match self.text(retention) {
            Some("None") => {
                let title = "an edit of an image may delete all its imports";
                let remark =
                    Remark::new(&IMAGES_GO_WITH_AN_EDIT, title, self.spot(retention), "with this retention");
                let note = "a DataImportCron cannot be changed: it is deleted and made again, and its imports go with it";
                told.push(remark.note(note));
            }
            Some("All" | "") | None => {}
            Some(other) => {
                let title = format!("the retention `{other}` of `{}` is taken for `All`", self.name);
                let remark = Remark::new(&NOT_WHAT_IT_SAYS, title, self.spot(retention), "no word of CDI");
                told.push(remark.help("write `All` or `None`"));
            }
        }
        let keep = "/spec/importsToKeep";
        if self.get(keep).and_then(Value::as_i64) == Some(0) {
            let title = format!("`{}` keeps no import, not even the newest", self.name);
            let remark = Remark::new(&NOT_WHAT_IT_SAYS, title, self.spot(keep), "deletes every import");
            told.push(remark.help("keep 1 or more"));
        }
        let collect = "/spec/garbageCollect";
        if let Some(word) = self.text(collect).filter(|word| !["Outdated", "Never"].contains(word)) {
            let title = format!("`{word}` is no word for `garbageCollect`");
            let remark = Remark::new(&CDI_REFUSES, title, self.spot(collect), "refused");
            told.push(remark.help("write `Outdated` or `Never`"));
        }
    }

    fn schedule(&self, told: &mut Vec<Remark>) {
        let path = "/spec/schedule";
        // Words such as `@daily` are read by CDI and CronJobs alike; our own spec has better ones.
        let Some(text) = self.text(path).filter(|text| !text.is_empty() && !text.starts_with('@')) else {
            return;
        };
        if text.contains("TZ=") && !self.polled_by_pod() {
            return;
        }
        match Schedule::parse(text) {
            Err(wrong) => {
                let title = format!("`{text}` is no schedule that CDI can use");
                let remark = Remark::new(&BAD_CRON, title, self.spot(path), "five fields are expected");
                told.push(wrong.into_iter().fold(remark, |remark, wrong| remark.note(wrong.reason)));
            }
            Ok(schedule) if schedule.never_fires() => {
                let title = format!("the schedule `{text}` never fires");
                told.push(Remark::new(&NEVER_FIRES, title, self.spot(path), "no date matches it"));
            }
            Ok(_) => {}
        }
    }

    fn architectures(&self, told: &mut Vec<Remark>) {
        let Some(list) = annotation(self.value, ARCHITECTURES) else { return };
        let spot = || self.spot(&format!("/metadata/annotations/{}", ARCHITECTURES.replace('/', "~1")));
        if list.contains(char::is_whitespace) {
            let title = format!("the list of architectures of `{}` has blanks", self.name);
            let remark = Remark::new(&LIST_WITH_BLANKS, title, spot(), "split at the commas alone");
            told.push(remark.help("write the list without blanks: `amd64,arm64`"));
        }
        for one in list.split(',').map(str::trim) {
            if !["amd64", "arm64", "s390x", ""].contains(&one) {
                let title = format!("golden images do not support `{one}`");
                let remark = Remark::new(&ARCHITECTURE_UNSUPPORTED, title, spot(), "passed over");
                told.push(remark.note("SSP and HyperConverged know `amd64`, `arm64` and `s390x`"));
            }
        }
    }
}

/// Of two that manage one DataSource one is not worked on. The same name in two objects is the same image, seen in its
/// carrier and in what the carrier makes of it, as in a dump of a cluster.
fn two_of_one_data_source(crons: &[Import<'_>], told: &mut Vec<Remark>) {
    let mut taken: BTreeMap<(Option<&str>, &str), &Import<'_>> = BTreeMap::new();
    for cron in crons {
        let Some(managed) = cron.managed() else { continue };
        let Some(first) = taken.insert((cron.namespace, managed), cron) else { continue };
        if first.name == cron.name && first.object != cron.object {
            continue;
        }
        let spot = "/spec/managedDataSource";
        let title = format!("two images manage the DataSource `{managed}`");
        let remark = Remark::new(&TWO_IMAGES, title, cron.spot(spot), "this one");
        let remark = remark.with(first.spot(spot), "and this one");
        told.push(remark.note("only one of them is worked on, and nothing says so").help("rename one"));
    }
}

fn data_source(at: usize, object: &Value, crons: &[Import<'_>], told: &mut Vec<Remark>) {
    let name = text_at(object, "/metadata/name").unwrap_or_default();
    let namespace = text_at(object, "/metadata/namespace");
    let Some(source) = object.pointer("/spec/source").and_then(Value::as_object) else { return };
    let kinds: Vec<&str> = source.keys().map(String::as_str).collect();
    if kinds.len() > 1 {
        let title = format!("the DataSource `{name}` has more than one source");
        let remark = Remark::new(&NOT_WHAT_IT_SAYS, title, (at, "/spec/source"), "several");
        told.push(remark.note("each reader takes another one of them").help("keep one"));
    }
    let pointed = object.pointer("/spec/source/dataSource");
    let other = pointed.and_then(|pointed| text_at(pointed, "/namespace")).filter(|other| !other.is_empty());
    let out_of_reach = |title: String, field: &str, text: &str| {
        Remark::new(&POINTER_OUT_OF_REACH, title, (at, format!("/spec/source/dataSource{field}")), text)
    };
    if let (Some(other), Some(own)) = (other, namespace)
        && other != own
    {
        let title = format!("the DataSource `{name}` points into the namespace `{other}`");
        told.push(out_of_reach(title, "/namespace", "CDI stays in one namespace"));
    } else if pointed.and_then(|pointed| text_at(pointed, "/name")) == Some(name) && pointed.is_some() {
        let title = format!("the DataSource `{name}` points at itself");
        told.push(out_of_reach(title, "/name", "itself"));
    }
    for field in ["/spec/source/pvc", "/spec/source/snapshot"] {
        let volume = object.pointer(field).and_then(|volume| text_at(volume, "/name"));
        // The DataSource that the image manages points there by right.
        let maker = volume.and_then(|volume| crons.iter().find(|cron| cron.makes(volume)));
        let maker = maker.filter(|maker| maker.managed() != Some(name));
        if let (Some(volume), Some(maker)) = (volume, maker) {
            let title = format!("`{volume}` is an import of `{}`", maker.name);
            let remark = Remark::new(&CLONES_AN_IMPORT, title, (at, format!("{field}/name")), "made by CDI");
            let remark = remark.with(maker.spot("/spec/managedDataSource"), "by this one");
            told.push(
                remark.help("point at its DataSource instead: `spec.source.dataSource`, in one namespace"),
            );
        }
    }
}

impl Import<'_> {
    /// Whether a volume has the name of one of its imports: the DataSource's, and twelve digits of the digest.
    fn makes(&self, volume: &str) -> bool {
        let digest = self.managed().and_then(|managed| volume.strip_prefix(managed)?.strip_prefix('-'));
        digest.is_some_and(|digest| digest.len() == 12 && digest.bytes().all(|b| b.is_ascii_hexdigit()))
    }
}

fn hyper_converged(at: usize, object: &Value, told: &mut Vec<Remark>) {
    let Some(name) = text_at(object, "/metadata/name").filter(|name| *name != "kubevirt-hyperconverged")
    else {
        return;
    };
    let title = format!("the HyperConverged `{name}` is ignored");
    let remark = Remark::new(&HYPER_CONVERGED_NAME, title, (at, "/metadata/name"), "another name");
    told.push(remark.help("call it `kubevirt-hyperconverged`"));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A DataImportCron that is right, with some fields changed.
    fn cron(changes: &Value) -> Value {
        let mut cron = json!({
            "apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataImportCron",
            "metadata": {"name": "fedora-image-cron", "namespace": "golden"},
            "spec": {
                "schedule": "0 4 * * *", "managedDataSource": "fedora", "garbageCollect": "Outdated",
                "importsToKeep": 1, "retentionPolicy": "All",
                "template": {"spec": {
                    "source": {"registry": {"url": "docker://quay.io/containerdisks/fedora:41"}},
                    "storage": {"resources": {"requests": {"storage": "5Gi"}}},
                }},
            },
        });
        for (pointer, value) in changes.as_object().unwrap() {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            cron.pointer_mut(parent).unwrap()[key] = value.clone();
        }
        cron
    }

    fn codes(objects: &[Value]) -> Vec<&'static str> {
        remarks(&objects.iter().collect::<Vec<_>>()).iter().map(Remark::code).collect()
    }

    const SOURCE: &str = "/spec/template/spec/source";

    #[test]
    fn each_field_is_judged_by_itself() {
        let long = "n".repeat(43);
        for (changes, expected) in [
            (json!({}), None),
            (json!({"/metadata/name": "n".repeat(42)}), None),
            (json!({"/metadata/name": long}), Some("GS-GOLD-004")),
            (
                json!({"/metadata/name": long, SOURCE: {"registry": {"url": "docker://a/b", "pullMethod": "node"}}}),
                None,
            ),
            (json!({"/spec/managedDataSource": "n".repeat(64)}), Some("GS-GOLD-005")),
            (json!({SOURCE: {}}), Some("GS-GOLD-002")),
            (json!({"/spec/template": null}), None),
            (json!({SOURCE: {"http": {"url": "https://a.example/b.qcow2"}}}), Some("GS-GOLD-034")),
            (json!({SOURCE: {"pvc": {"namespace": "a", "name": "b"}}}), None),
            (json!({SOURCE: {"registry": {"imageStream": "rhel9"}}}), Some("GS-GOLD-008")),
            (json!({SOURCE: {"registry": {"imageStream": "rhel9", "pullMethod": "node"}}}), None),
            (json!({SOURCE: {"registry": {"url": "docker://a.example/b@sha256:00"}}}), Some("GS-GOLD-035")),
            (json!({SOURCE: {"registry": {"url": "oci-archive://a.example/b"}}}), Some("GS-GOLD-034")),
            (json!({"/spec/template/spec/storage": {}}), Some("GS-GOLD-003")),
            (json!({"/spec/template/spec/pvc": {}}), Some("GS-GOLD-034")),
            (json!({"/spec/template/spec/contentType": "kubevirt"}), Some("GS-GOLD-034")),
            (json!({"/spec/template/metadata": {"labels": {"a": "b"}}}), Some("GS-GOLD-039")),
            (json!({"/spec/retentionPolicy": "None"}), Some("GS-GOLD-026")),
            (json!({"/spec/retentionPolicy": "none"}), Some("GS-GOLD-036")),
            (json!({"/spec/importsToKeep": 0}), Some("GS-GOLD-036")),
            (json!({"/spec/garbageCollect": "Always"}), Some("GS-GOLD-034")),
            (json!({"/spec/schedule": ""}), None),
            (json!({"/spec/schedule": "@daily"}), None),
            (json!({"/spec/schedule": "CRON_TZ=UTC 0 4 * * *"}), Some("GS-SCHED-004")),
            (json!({"/spec/schedule": "0 4 31 2 *"}), Some("GS-SCHED-005")),
            (json!({"/metadata/annotations": {ARCHITECTURES: "amd64,arm64"}}), None),
            (json!({"/metadata/annotations": {ARCHITECTURES: "amd64, arm64"}}), Some("GS-GOLD-037")),
            (json!({"/metadata/annotations": {ARCHITECTURES: "amd64,ppc64le"}}), Some("GS-GOLD-018")),
        ] {
            assert_eq!(codes(&[cron(&changes)]), Vec::from_iter(expected), "{changes}");
        }
    }

    fn hyper_converged(templates: &Value) -> Value {
        json!({"apiVersion": "hco.kubevirt.io/v1beta1", "kind": "HyperConverged",
            "metadata": {"name": "kubevirt-hyperconverged"}, "spec": {"dataImportCronTemplates": templates}})
    }

    fn template(name: &str) -> Value {
        let mut template = cron(&json!({"/metadata/name": name}));
        template["metadata"].as_object_mut().unwrap().remove("namespace");
        json!({"metadata": template["metadata"], "spec": template["spec"]})
    }

    #[test]
    fn two_templates_or_crons_of_one_data_source_are_told_at_the_second() {
        let templates = hyper_converged(&json!([template("a"), template("b")]));
        let told = remarks(&[&templates]);
        let spots: Vec<_> = told[0].spots().map(|spot| spot.pointer.as_str()).collect();
        let managed = |index: u8| format!("/spec/dataImportCronTemplates/{index}/spec/managedDataSource");
        assert_eq!((told.len(), told[0].code()), (1, "GS-GOLD-001"));
        assert_eq!(spots, [managed(1), managed(0)]);
        assert_eq!(codes(&[cron(&json!({})), cron(&json!({"/metadata/name": "other"}))]), ["GS-GOLD-001"]);
        assert_eq!(codes(&[cron(&json!({})), cron(&json!({"/metadata/namespace": "other"}))]), [""; 0]);
    }

    #[test]
    fn an_image_is_not_taken_for_another_one_where_its_carrier_is_seen_as_well() {
        let made = cron(&json!({"/metadata/namespace": null}));
        assert_eq!(codes(&[hyper_converged(&json!([template("fedora-image-cron")])), made]), [""; 0]);
        let source = json!({"apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataSource",
            "metadata": {"name": "fedora", "namespace": "golden"},
            "spec": {"source": {"pvc": {"namespace": "golden", "name": "fedora-0123456789ab"}}}});
        assert_eq!(codes(&[cron(&json!({})), source]), [""; 0]);
    }

    #[test]
    fn a_template_that_is_switched_off_needs_nothing() {
        let off = json!({"metadata": {"name": "fedora-image-cron", "annotations": {ENABLED: "false"}}});
        assert_eq!(codes(&[hyper_converged(&json!([off]))]), [""; 0]);
    }

    #[test]
    fn a_hyper_converged_has_the_name_that_its_operator_reads() {
        let mut other = hyper_converged(&json!([]));
        other["metadata"]["name"] = json!("virt");
        assert_eq!(codes(&[other]), ["GS-GOLD-038"]);
    }

    #[test]
    fn a_data_source_leads_somewhere() {
        let source = |source: &Value| {
            json!({"apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataSource",
                "metadata": {"name": "a", "namespace": "golden"}, "spec": {"source": source}})
        };
        for (given, expected) in [
            (json!({}), None),
            (json!({"pvc": {"namespace": "golden", "name": "b"}}), None),
            (json!({"pvc": {}, "snapshot": {}}), Some("GS-GOLD-036")),
            (json!({"dataSource": {"namespace": "golden", "name": "b"}}), None),
            (json!({"dataSource": {"namespace": "other", "name": "b"}}), Some("GS-GOLD-021")),
            (json!({"dataSource": {"namespace": "golden", "name": "a"}}), Some("GS-GOLD-021")),
            (json!({"pvc": {"namespace": "golden", "name": "fedora-0123456789ab"}}), Some("GS-GOLD-020")),
            (json!({"pvc": {"namespace": "golden", "name": "fedora-2026"}}), None),
        ] {
            let objects = [cron(&json!({})), source(&given)];
            assert_eq!(codes(&objects), Vec::from_iter(expected), "{given}");
        }
    }

    #[test]
    fn objects_of_others_are_left_alone() {
        let other =
            json!({"apiVersion": "example.com/v1", "kind": "DataImportCron", "spec": {"importsToKeep": 0}});
        assert_eq!(codes(&[other, json!(1), json!({"kind": "HyperConverged"})]), [""; 0]);
    }
}
