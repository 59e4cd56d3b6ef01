//! A snapshot of the common boot images: what a live HyperConverged reports in `status.dataImportCronTemplates`.
//!
//! In: the text of a HyperConverged (also inside a `List`), or of the list alone. Out: the common images with the place
//! of each value. Custom images of that cluster are left out.

use super::asked::Asked;
use super::common_boot_images::CommonImage;
use crate::components::golden_images::hazards::SNAPSHOT_UNREADABLE;
use crate::components::golden_images::image::Pull;
use crate::diagnostic::{Diagnostic, Findings};
use crate::provenance::{Origin, Sourced};
use crate::yaml::read::{Problem, foreign};
use crate::yaml::{Kind, Node};

/// Reads the snapshot; none of it, with a finding, where it cannot be used.
pub(super) fn read(
    asked: &Asked<'_>,
    path: &Sourced<String>,
    findings: &mut Findings,
) -> Option<Vec<CommonImage>> {
    let refuse = |reason: String| {
        Diagnostic::new(&SNAPSHOT_UNREADABLE, format!("the snapshot `{}` cannot be used: {reason}", path.value))
            .at(asked.place(&path.origin), "named here")
            .help("take one with `oc get hyperconverged kubevirt-hyperconverged -n openshift-cnv -o yaml` and put it below `snapshots/`")
    };
    let Some((id, source)) = asked.snapshot.and_then(|id| Some((id, asked.sources.get(id)?))) else {
        findings.push(refuse("there is no such file in the repository".to_owned()));
        return None;
    };
    let mut problems = Vec::new();
    let documents = foreign(&source.text, id, &mut problems);
    if let Some(Problem::Syntax { loc, text }) =
        problems.into_iter().find(|problem| matches!(problem, Problem::Syntax { .. }))
    {
        findings.push(refuse("it is no YAML".to_owned()).with(asked.sources.place(loc), text));
        return None;
    }
    let Some(templates) = documents.iter().find_map(templates) else {
        findings.push(refuse("it has no `status.dataImportCronTemplates`".to_owned()));
        return None;
    };
    Some(templates.iter().filter(|template| is_common(template)).filter_map(image).collect())
}

/// The list, wherever it is.
fn templates<'n, 'a>(document: &'n Node<'a>) -> Option<&'n [Node<'a>]> {
    let of_status = |object: &'n Node<'a>| at(object, &["status", "dataImportCronTemplates"]);
    let listed = items(at(document, &["items"])).iter().find_map(of_status);
    let list = of_status(document)
        .or(listed)
        .or_else(|| at(document, &["dataImportCronTemplates"]))
        .unwrap_or(document);
    let found = items(Some(list));
    (!found.is_empty()).then_some(found)
}

fn is_common(template: &Node<'_>) -> bool {
    let said = at(template, &["status", "commonTemplate"]).map(|said| &said.kind);
    !matches!(said, Some(Kind::Bool(false)))
}

fn image(template: &Node<'_>) -> Option<CommonImage> {
    let spec = template.get("spec")?;
    let disk = at(spec, &["template", "spec"])?;
    let registry = at(disk, &["source", "registry"]);
    let from_registry = |key: &str| registry.and_then(|registry| text(registry, &[key]));
    let storage = disk.get("storage").or_else(|| disk.get("pvc"));
    let of_storage = |path: &[&str]| storage.and_then(|storage| text(storage, path));
    let annotated = "ssp.kubevirt.io/dict.architectures";
    let original = text(template, &["status", "originalSupportedArchitectures"]);
    Some(CommonImage {
        data_source: text(spec, &["managedDataSource"])?.value,
        cron: text(template, &["metadata", "name"])?,
        namespace: text(template, &["metadata", "namespace"]),
        url: from_registry("url"),
        image_stream: from_registry("imageStream"),
        pull: from_registry("pullMethod").as_ref().and_then(pull),
        secret: from_registry("secretRef"),
        certificates: from_registry("certConfigMap"),
        size: of_storage(&["resources", "requests", "storage"]),
        storage_class: of_storage(&["storageClassName"]),
        architectures: original.or_else(|| text(template, &["metadata", "annotations", annotated])),
    })
}

fn at<'n, 'a>(node: &'n Node<'a>, path: &[&str]) -> Option<&'n Node<'a>> {
    path.iter().try_fold(node, |node, key| node.get(key))
}

fn items<'n, 'a>(node: Option<&'n Node<'a>>) -> &'n [Node<'a>] {
    match node.map(|node| &node.kind) {
        Some(Kind::Seq(items)) => items,
        _ => &[],
    }
}

fn text(node: &Node<'_>, path: &[&str]) -> Option<Sourced<String>> {
    let found = at(node, path)?;
    let value = found.as_str().filter(|text| !text.is_empty())?.to_owned();
    Some(Sourced { value, origin: Origin::Written(found.loc) })
}

fn pull(word: &Sourced<String>) -> Option<Sourced<Pull>> {
    let value = match word.value.as_str() {
        "pod" => Pull::Pod,
        "node" => Pull::Node,
        _ => return None,
    };
    Some(Sourced { value, origin: word.origin.clone() })
}
