//! Manifests as files hold them, ours or not: each object judged by itself.
//!
//! In: the text of a file, read as kubectl reads it. Out: a verdict an object, and findings that point into the file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::{Answer, ask};
use super::crds::Crds;
use super::foreign::Foreign;
use super::judge::Judgement;
use super::refusal::{self, Subject};
use super::rules::{NO_DEFINITION, NO_OBJECT, RULE_NOT_EVALUATED};
use crate::components;
use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::manifest::pointer::dotted;
use crate::manifest::remark::Spot;
use crate::provenance::{Layer, Source, Sources};
use crate::yaml::read::Problem;
use crate::yaml::{Loc, Node};

/// What the API server would say of an object, as far as can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It would take it.
    Valid,
    /// It would not.
    Invalid,
    /// Nobody knows: there is no definition of its kind here, or a rule of it could not be evaluated.
    Skipped,
    /// There is no object: the text cannot be read, or what it holds has no kind.
    Error,
}

/// One object of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Its name.
    pub name: ObjectName,
    /// The file it lies in.
    pub path: String,
    /// The line it begins in, from 1.
    pub line: usize,
    /// Where it stands in the file, in bytes.
    pub range: Range<u32>,
    /// Whether there is something to hold it against: a definition, or the rules of a native kind.
    pub is_known: bool,
    /// Whether it was judged in the place of an old version.
    pub is_change: bool,
    /// What the API server would say of it.
    pub verdict: Verdict,
}

/// What an object is called; parts that it does not have are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectName {
    /// `cdi.kubevirt.io/v1beta1`.
    pub api_version: String,
    /// `DataImportCron`.
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// `metadata.name`, or `metadata.generateName`.
    pub name: String,
}

/// The old versions of objects, by group, kind, namespace and name.
#[derive(Debug, Default)]
pub struct OldObjects(BTreeMap<ObjectName, Value>);

/// What the objects of files are held against.
pub struct Against<'c> {
    /// The definitions of custom kinds.
    pub crds: &'c Crds,
    /// What was there before; an object that was not is created.
    pub old: &'c OldObjects,
    /// Whether an object that cannot be judged is a finding.
    pub strict: bool,
}

/// Judges every object of a file.
pub fn judge_file(path: &str, text: String, against: &Against<'_>, findings: &mut Findings) -> Vec<Judged> {
    let source = Arc::new(Source { path: path.to_owned(), layer: Layer::Other, text });
    let foreign = Foreign::read(&source);
    findings.extend(foreign.findings());
    let Foreign { documents, problems, sources } = foreign;
    let mut file = File { path, sources, against, findings, judged: Vec::new(), counted: (0, 1) };
    let mut objects = Vec::new();
    for document in &documents {
        file.document(document, &problems, &mut objects);
    }
    file.remarks(&objects);
    for problem in &problems {
        if !matches!(problem, Problem::Duplicate { .. }) {
            let line = file.line(problem.loc());
            let range = problem.loc().start..problem.loc().end;
            file.judged.push(Judged { range, ..Judged::unreadable(path, line) });
        }
    }
    file.judged
}

impl Judged {
    /// What a file holds that cannot be read.
    pub fn unreadable(path: &str, line: usize) -> Self {
        Judged {
            name: ObjectName::default(),
            path: path.to_owned(),
            line,
            range: 0..0,
            is_known: false,
            is_change: false,
            verdict: Verdict::Error,
        }
    }
}

impl OldObjects {
    /// Takes the objects of a file as what was there before. What cannot be read is told.
    pub fn add(&mut self, path: &str, text: String, findings: &mut Findings) {
        let source = Arc::new(Source { path: path.to_owned(), layer: Layer::Other, text });
        let foreign = Foreign::read(&source);
        findings.extend(foreign.findings());
        for document in &foreign.documents {
            for (object, _) in objects(document) {
                let object = object.clone().into_value();
                // What has no name of its own is created each time.
                if is_named(&object) {
                    self.0.insert(ObjectName::of(&object).in_any_version(), object);
                }
            }
        }
    }

    fn of(&self, name: &ObjectName, object: &Value) -> Option<&Value> {
        if is_named(object) { self.0.get(&name.clone().in_any_version()) } else { None }
    }
}

impl ObjectName {
    fn of(object: &Value) -> Self {
        let text =
            |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let name = text("/metadata/name");
        ObjectName {
            api_version: text("/apiVersion"),
            kind: text("/kind"),
            namespace: text("/metadata/namespace"),
            name: if name.is_empty() { text("/metadata/generateName") } else { name },
        }
    }

    /// The name with the group alone: one object is served in several versions.
    fn in_any_version(mut self) -> Self {
        let group = self.api_version.rfind('/').unwrap_or(0);
        self.api_version.truncate(group);
        self
    }
}

impl std::fmt::Display for ObjectName {
    /// As a person names it: `DataImportCron golden-images/fedora`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let slash = if self.namespace.is_empty() { "" } else { "/" };
        write!(f, "{} {}{slash}{}", self.kind, self.namespace, self.name)
    }
}

/// A file whose objects are being judged.
struct File<'f> {
    path: &'f str,
    sources: Sources,
    against: &'f Against<'f>,
    findings: &'f mut Findings,
    judged: Vec<Judged>,
    /// A byte of the text and its line: how far lines were counted.
    counted: (u32, usize),
}

impl File<'_> {
    /// Judges the objects of a document, and collects them.
    fn document<'n, 'a>(
        &mut self,
        document: &'n Node<'a>,
        problems: &[Problem],
        all: &mut Vec<(&'n Node<'a>, Value)>,
    ) {
        for (node, root) in objects(document) {
            let object = node.clone().into_value();
            let name = ObjectName::of(&object);
            // Read by kustomize, never sent to a server.
            if name.api_version.starts_with("kustomize.config.k8s.io/") {
                continue;
            }
            let (is_known, mut verdict) = self.object(node, &root, &name, &object);
            let is_change = is_known && self.against.old.of(&name, &object).is_some();
            if problems.iter().any(|problem| is_within(problem.loc(), node.loc)) {
                verdict = verdict.max(Verdict::Invalid);
            }
            let line = self.line(node.locate(""));
            let range = node.loc.start..node.loc.end;
            let path = self.path.to_owned();
            self.judged.push(Judged { name, path, line, range, is_known, is_change, verdict });
            all.push((node, object));
        }
    }

    /// What the API server takes and the cluster then trips over. The objects of one file reach one cluster; of two files
    /// nobody knows.
    fn remarks(&mut self, objects: &[(&Node<'_>, Value)]) {
        let values: Vec<&Value> = objects.iter().map(|(_, value)| value).collect();
        for remark in components::remarks(&values) {
            let locate = |spot: &Spot| self.sources.place(objects[spot.object].0.locate(&spot.pointer));
            self.findings.push(remark.finding(locate));
        }
    }

    /// Whether there is something to hold an object against, and the verdict.
    fn object(&mut self, node: &Node<'_>, root: &str, name: &ObjectName, object: &Value) -> (bool, Verdict) {
        if name.api_version.is_empty() || name.kind.is_empty() {
            let place = self.sources.place(node.locate(""));
            let found = Diagnostic::new(&NO_OBJECT, format!("{} is no object of Kubernetes", what(root)))
                .at(place, "this one")
                .note("an object has the texts `apiVersion` and `kind`")
                .help("leave the file out, or write them");
            self.findings.push(found);
            return (false, Verdict::Error);
        }
        let asked = (name.api_version.as_str(), name.kind.as_str());
        let judgement = match ask((self.against.crds, None), asked, object, self.against.old.of(name, object))
        {
            Answer::Judged(judgement) => judgement,
            Answer::Partly(violations) if !violations.is_empty() => {
                Judgement { violations, ..Judgement::default() }
            }
            Answer::Unusable(unusable) => {
                self.findings.push(*unusable);
                return (true, Verdict::Skipped);
            }
            Answer::Partly(_) | Answer::Unknown => {
                self.skipped(node, name);
                return (false, Verdict::Skipped);
            }
        };
        let verdict = match &judgement {
            Judgement { violations, fixed, .. } if !(violations.is_empty() && fixed.is_empty()) => {
                Verdict::Invalid
            }
            Judgement { not_evaluated, .. } if !not_evaluated.is_empty() => Verdict::Skipped,
            _ => Verdict::Valid,
        };
        self.tell(node, name, object, judgement);
        (true, verdict)
    }

    /// The line of a place, from 1. Objects come in the order of the text, so that only what lies between two is counted.
    fn line(&mut self, loc: Loc) -> usize {
        let (from, line) = if loc.start < self.counted.0 { (0, 1) } else { self.counted };
        let between = self
            .sources
            .get(loc.source)
            .and_then(|source| source.text.get(from as usize..loc.start as usize));
        self.counted = (loc.start, line + between.map_or(0, |text| text.matches('\n').count()));
        self.counted.1
    }

    fn skipped(&mut self, node: &Node<'_>, name: &ObjectName) {
        if !self.against.strict {
            return;
        }
        let ObjectName { api_version, kind, .. } = name;
        let found = Diagnostic::new(&NO_DEFINITION, format!("{name} was held against no definition"))
            .at(self.sources.place(node.locate("/kind")), "this kind");
        self.findings.push(if self.against.crds.defines((api_version, kind)) {
            found
                .note(format!("there is a definition of `{kind}` of `{api_version}` for each of several releases"))
                .help("give the folder of one release with `--crds`")
        } else {
            found
                .note(format!("there is no definition of `{kind}` of `{api_version}`"))
                .help("for a custom kind, give its CustomResourceDefinition with `--crds`: `kubectl get crd -o yaml`")
                .help("for a native one, ask the API server: `kubectl apply --dry-run=server`")
        });
    }

    fn tell(&mut self, node: &Node<'_>, name: &ObjectName, object: &Value, judgement: Judgement) {
        let subject = Subject {
            shown: &name.to_string(),
            object,
            locate: &|pointer| self.sources.place(node.locate(pointer)).into_iter().collect(),
            label: "here",
        };
        let findings = refusal::findings(judgement, &subject).map(|finding| match finding.rule.code {
            code if self.against.strict && code == RULE_NOT_EVALUATED.code => {
                Diagnostic { severity: Severity::Error, ..finding }
            }
            _ => finding,
        });
        self.findings.extend(findings);
    }
}

/// The objects of a document, each with its place in it: itself, or the items of a List.
fn objects<'n, 'a>(document: &'n Node<'a>) -> Vec<(&'n Node<'a>, String)> {
    let is_list = document.get("kind").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("List"));
    match document.get("items").map(|items| &items.kind) {
        Some(crate::yaml::Kind::Seq(items)) if is_list => {
            items.iter().enumerate().map(|(index, item)| (item, format!("/items/{index}"))).collect()
        }
        _ => vec![(document, String::new())],
    }
}

fn is_named(object: &Value) -> bool {
    object.pointer("/metadata/name").and_then(Value::as_str).is_some_and(|name| !name.is_empty())
}

fn what(root: &str) -> String {
    if root.is_empty() { "this document".to_owned() } else { format!("`{}`", dotted(root)) }
}

fn is_within(inner: Loc, outer: Loc) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::crds::Release;
    use super::*;

    const CRD: &str = "\
kind: CustomResourceDefinition
spec:
  group: example.com
  names: {kind: Widget}
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size:
                type: integer
                maximum: 3
                x-kubernetes-validations:
                - {rule: self >= oldSelf, message: it only grows}
";

    fn judged(text: &str, old: &str) -> (Vec<Verdict>, Vec<String>) {
        let mut findings = Findings::default();
        let (mut crds, mut old_objects) = (Crds::default(), OldObjects::default());
        crds.add("crd.yaml", CRD.to_owned(), &mut findings);
        old_objects.add("old.yaml", old.to_owned(), &mut findings);
        let against = Against { crds: &crds, old: &old_objects, strict: false };
        let judged = judge_file("a.yaml", text.to_owned(), &against, &mut findings);
        let told = findings.iter().map(|finding| {
            let at = finding.primary.as_ref().map_or("", |label| {
                &label.place.source.text[label.place.start as usize..label.place.end as usize]
            });
            format!("{} [{at}]", finding.title)
        });
        (judged.iter().map(|one| one.verdict).collect(), told.collect())
    }

    fn lines(text: &str) -> Vec<usize> {
        let against = Against { crds: &Crds::default(), old: &OldObjects::default(), strict: false };
        let judged = judge_file("a.yaml", text.to_owned(), &against, &mut Findings::default());
        judged.iter().map(|one| one.line).collect()
    }

    fn widget(spec: &str) -> String {
        format!("apiVersion: example.com/v1\nkind: Widget\nmetadata: {{name: w}}\nspec: {spec}\n")
    }

    #[test]
    fn each_document_gets_a_verdict_of_its_own() {
        let text = [&widget("{size: 1}"), &widget("{size: 4}"), "apiVersion: v1\nkind: Gadget\n", "a: 1\n"]
            .join("---\n");
        let (verdicts, told) = judged(&text, "");
        assert_eq!(verdicts, [Verdict::Valid, Verdict::Invalid, Verdict::Skipped, Verdict::Error]);
        assert_eq!(lines(&text), [1, 6, 11, 14]);
        assert_eq!(
            told,
            [
                "`spec.size` of Widget w does not fit its definition [4]",
                "this document is no object of Kubernetes [a]"
            ]
        );
    }

    #[test]
    fn a_list_is_its_items() {
        let text = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: example.com/v1, kind: Widget, metadata: {name: w}, spec: {size: 9}}\n- 1\n";
        let (verdicts, told) = judged(text, "");
        assert_eq!(verdicts, [Verdict::Invalid, Verdict::Error]);
        assert_eq!(
            told,
            [
                "`spec.size` of Widget w does not fit its definition [9]",
                "`items[1]` is no object of Kubernetes [1]"
            ]
        );
    }

    #[test]
    fn what_is_said_of_an_object_stays_one_line_whatever_it_is_called() {
        let text = widget("{size: 9}").replace("name: w", "name: w, namespace: \"a\\nb\"");
        assert_eq!(
            judged(&text, "").1,
            [
                "`metadata.namespace` of Widget a\\nb/w is not valid [\"a\\nb\"]",
                "`spec.size` of Widget a\\nb/w does not fit its definition [9]"
            ]
        );
    }

    #[test]
    fn a_kind_that_is_only_known_in_part_is_refused_or_skipped() {
        let mirrors = |source: &str| {
            format!(
                "apiVersion: config.openshift.io/v1\nkind: ImageTagMirrorSet\nmetadata: {{name: m}}\nspec: {{imageTagMirrors: [{{source: {source}}}]}}\n"
            )
        };
        assert_eq!(judged(&mirrors("registry.example"), "").0, [Verdict::Skipped]);
        assert_eq!(judged(&mirrors("1"), "").0, [Verdict::Invalid]);
        // Wrong before, and as it was.
        assert_eq!(judged(&mirrors("1"), &mirrors("1")).0, [Verdict::Skipped]);
    }

    #[test]
    fn of_definitions_for_several_releases_none_is_that_of_a_manifest() {
        let mut crds = Crds::default();
        for folder in ["cdi-1.60/a.yaml", "cdi-1.62/a.yaml"] {
            let release = Release::of_path(folder);
            let mut findings = Findings::default();
            crds.add_of(release, folder, CRD.to_owned(), &mut findings);
            assert!(findings.is_empty());
            let against = Against { crds: &crds, old: &OldObjects::default(), strict: true };
            let judged = judge_file("a.yaml", widget("{size: 1}"), &against, &mut findings);
            let expected = if folder == "cdi-1.60/a.yaml" { Verdict::Valid } else { Verdict::Skipped };
            assert_eq!((judged[0].verdict, findings.is_empty()), (expected, expected == Verdict::Valid));
        }
    }

    #[test]
    fn a_change_is_judged_beside_what_was_there() {
        assert_eq!(judged(&widget("{size: 1}"), "").0, [Verdict::Valid]);
        assert_eq!(judged(&widget("{size: 1}"), &widget("{size: 2}")).0, [Verdict::Invalid]);
        assert_eq!(judged(&widget("{size: 2}"), &widget("{size: 2}")).0, [Verdict::Valid]);
        // Wrong before, and as it was.
        assert_eq!(judged(&widget("{size: 4}"), &widget("{size: 4}")).0, [Verdict::Valid]);
    }

    #[test]
    fn a_text_that_cannot_be_read_is_an_error_and_what_stands_before_is_judged() {
        let text = widget("{size: 1}") + "---\na: [\n";
        assert_eq!(judged(&text, "").0, [Verdict::Valid, Verdict::Error]);
    }

    #[test]
    fn a_key_given_twice_is_never_valid() {
        assert_eq!(judged(&widget("{size: 1, size: 2}"), "").0, [Verdict::Invalid]);
    }

    proptest! {
        #[test]
        fn whatever_a_file_holds_it_is_judged_or_refused(text in "([-?:,\\[\\]{}#&*!|>'\" \n]|a|apiVersion: |kind: |example.com/v1|Widget|spec: |size: |items|List|---\n|v1|null|1e99|- ){0,40}") {
            judged(&text, &text);
        }

        #[test]
        fn a_definition_that_was_changed_anywhere_is_used_or_refused(at in 0..CRD.len(), cut in 0_usize..9, put in "[-:{}\\[\\] a1\n]{0,4}") {
            let tail = CRD.get(at + cut..).unwrap_or_default();
            let crd = format!("{}{put}{tail}", &CRD[..at]);
            let mut findings = Findings::default();
            let mut crds = Crds::default();
            crds.add("crd.yaml", crd, &mut findings);
            let against = Against { crds: &crds, old: &OldObjects::default(), strict: true };
            judge_file("a.yaml", widget("{size: 4}"), &against, &mut findings);
        }
    }

    #[test]
    fn nesting_and_aliases_without_end_are_refused() {
        let deep = "a: ".to_owned() + &"[".repeat(100_000);
        let bomb = "a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\n\
            e: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\n";
        for text in [deep.as_str(), bomb] {
            assert_eq!(judged(text, "").0, [Verdict::Error]);
        }
    }

    #[test]
    fn a_name_that_no_object_may_have_is_refused() {
        let text = widget("{}").replace("name: w", "name: W_");
        assert_eq!(judged(&text, "").0, [Verdict::Invalid]);
    }
}
