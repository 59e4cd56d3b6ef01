//! DataSources that no image manages: onto a volume that exists, a pointer, or one that an image adopts.

use super::asked::{Resolving, text};
use super::pull::volume;
use crate::capability::Capability;
use crate::components::golden_images::cron::{Cron, Keys, VolumeReference};
use crate::components::golden_images::hazards::{
    ADOPTED_BY_ANOTHER, CLONES_AN_IMPORT, DATA_SOURCE_TAKEN, NO_SOURCE, POINTER_OUT_OF_REACH,
};
use crate::components::golden_images::runtime_owned::MANAGED_BY_CRON;
use crate::components::golden_images::spec::{DataSourceContent, DataSourceSpec, ObjectReference};
use crate::components::golden_images::upstream::PLACEHOLDERS;
use crate::diagnostic::Diagnostic;
use crate::name::DnsLabel;
use crate::provenance::Sourced;
use crate::provenance::decode::similar;

/// A DataSource that we render.
#[derive(Clone, Debug, PartialEq)]
pub struct DataSource {
    /// Its name.
    pub name: Sourced<String>,
    /// Its namespace.
    pub namespace: Sourced<String>,
    /// Labels beside those of every object.
    pub labels: Keys,
    /// What it gives to those who clone from it.
    pub onto: Onto,
    /// Why it is there, in words.
    pub reason: String,
}

/// What a DataSource points at.
#[derive(Clone, Debug, PartialEq)]
pub enum Onto {
    /// A PVC.
    Pvc(VolumeReference),
    /// A VolumeSnapshot.
    Snapshot(VolumeReference),
    /// Another DataSource of the same namespace.
    DataSource(VolumeReference),
    /// What a DataImportCron imported last: CDI says it.
    LastImport,
}

impl DataSource {
    /// The volume that it points at itself.
    pub fn volume(&self) -> Option<&VolumeReference> {
        match &self.onto {
            Onto::Pvc(volume) | Onto::Snapshot(volume) => Some(volume),
            Onto::DataSource(_) | Onto::LastImport => None,
        }
    }
}

/// The DataSources of the section, then the pointers, sorted by name.
pub(super) fn resolve(
    resolving: &mut Resolving<'_, '_>,
    crons: &[Cron],
    pointers: Vec<DataSource>,
) -> Vec<DataSource> {
    let asked = resolving.asked;
    let written = asked.spec.data_sources.get().into_iter().flat_map(|sources| &sources.value);
    let named = written.filter_map(|(name, source)| Some((name, source.get()?)));
    let mut sources: Vec<DataSource> =
        named.filter_map(|(name, spec)| one(resolving, name, spec, crons, &pointers)).collect();
    sources.extend(pointers);
    sources.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    sources
}

fn one(
    resolving: &mut Resolving<'_, '_>,
    name: &DnsLabel,
    spec: &Sourced<DataSourceSpec>,
    crons: &[Cron],
    pointers: &[DataSource],
) -> Option<DataSource> {
    let name = Sourced { value: name.to_string(), origin: spec.origin.clone() };
    let path = format!("goldenImages.dataSources.{}", name.value);
    let namespace = spec.namespace.get().map_or_else(|| resolving.namespace.clone(), text);
    let identity = Identity { name, namespace, path };
    let Some(content) = spec.content() else {
        let finding = Diagnostic::new(&NO_SOURCE, format!("`{}` has no source", identity.name.value));
        let finding = finding.at(resolving.place(&identity.name.origin), "this DataSource");
        resolving.tell(finding.help("give one of `pvc`, `snapshot`, `dataSource`, `adoptedBy`"));
        return None;
    };
    if !matches!(content, DataSourceContent::AdoptedBy(_)) {
        check_free(resolving, &identity, crons, pointers)?;
    }
    let mut labels = Keys::new();
    let onto = match content {
        DataSourceContent::Pvc(pvc) => Onto::Pvc(existing(resolving, &identity, "pvc", pvc, crons)?),
        DataSourceContent::Snapshot(snapshot) => {
            Onto::Snapshot(existing(resolving, &identity, "snapshot", snapshot, crons)?)
        }
        DataSourceContent::DataSource(other) => Onto::DataSource(pointed(resolving, &identity, other)?),
        DataSourceContent::AdoptedBy(image) => {
            labels = adopted(resolving, &identity, image, crons)?;
            Onto::LastImport
        }
    };
    let Identity { name, namespace, path } = identity;
    Some(DataSource { name, namespace, labels, onto, reason: format!("`{path}` asks for it") })
}

/// Which DataSource it will be, and the spec path that asks for it.
struct Identity {
    name: Sourced<String>,
    namespace: Sourced<String>,
    path: String,
}

/// The label by which the DataImportCron of an image takes the DataSource over.
fn adopted(
    resolving: &mut Resolving<'_, '_>,
    source: &Identity,
    image: &Sourced<DnsLabel>,
    crons: &[Cron],
) -> Option<Keys> {
    let of_image = |cron: &&Cron| cron.image.value == image.value.as_str() && cron.spec.is_some();
    let Some(cron) = crons.iter().find(of_image) else {
        let finding = Diagnostic::new(&ADOPTED_BY_ANOTHER, format!("there is no image `{}`", image.value));
        let finding = finding.at(resolving.place(&image.origin), "not an image of this site");
        let near = similar(&image.value, crons.iter().map(|cron| cron.image.value.as_str()));
        let help = near.map_or_else(
            || "name an image of `goldenImages.images`".to_owned(),
            |near| format!("an image with a similar name is `{near}`"),
        );
        resolving.tell(finding.help(help));
        return None;
    };
    let here = |cron: &Cron| {
        cron.managed().is_some_and(|managed| managed.value == source.name.value)
            && resolving.namespace_of(cron).value == source.namespace.value
    };
    let Some(cron) = crons.iter().filter(of_image).find(|cron| here(cron)) else {
        let title =
            format!("the image `{}` does not manage the DataSource `{}`", image.value, source.name.value);
        let finding = Diagnostic::new(&ADOPTED_BY_ANOTHER, title)
            .at(resolving.place(&image.origin), "manages the DataSource of its own name")
            .with(resolving.place(&cron.image.origin), "this image");
        resolving.tell(finding.help("give image and DataSource one name and one namespace"));
        return None;
    };
    let rule = "adoption: the label names the DataImportCron";
    let label = Sourced::derived(cron.name.value.clone(), rule, &[&image.origin, &cron.name.origin]);
    Some(Keys::from([(MANAGED_BY_CRON.to_owned(), label)]))
}

/// Refuses names that an image, a pointer or SSP has in that namespace.
fn check_free(
    resolving: &mut Resolving<'_, '_>,
    source: &Identity,
    crons: &[Cron],
    pointers: &[DataSource],
) -> Option<()> {
    let name = source.name.value.as_str();
    let of_image = crons.iter().find(|cron| {
        cron.managed().is_some_and(|managed| managed.value == name)
            && resolving.namespace_of(cron).value == source.namespace.value
    });
    let of_pointer = pointers
        .iter()
        .find(|pointer| pointer.name.value == name && pointer.namespace.value == source.namespace.value);
    let other =
        of_image.map(|cron| &cron.image.origin).or(of_pointer.map(|pointer| &pointer.name.origin)).cloned();
    let platforms = resolving.is_platforms(&source.namespace.value)
        && (PLACEHOLDERS.contains(&name) || resolving.common_list.find(name).is_some());
    if other.is_none() && !platforms {
        return Some(());
    }
    let owner = if other.is_some() { "an image" } else { "SSP" };
    let finding = Diagnostic::new(&DATA_SOURCE_TAKEN, format!("the DataSource `{name}` belongs to {owner}"))
        .at(resolving.place(&source.name.origin), "this DataSource")
        .with(other.and_then(|other| resolving.place(&other)), "this image manages it")
        .help("rename it; or, for a DataSource that exists already and that the image shall take over, write `adoptedBy`");
    resolving.tell(finding);
    None
}

/// A volume that exists and that no DataImportCron made.
fn existing(
    resolving: &mut Resolving<'_, '_>,
    source: &Identity,
    field: &str,
    reference: &Sourced<ObjectReference>,
    crons: &[Cron],
) -> Option<VolumeReference> {
    let found = volume(resolving, &format!("{}.{field}", source.path), reference, &source.namespace)?;
    let Some(image) = imported_name(&found.name.value).map(str::to_owned) else {
        return Some(found);
    };
    let managed = crons.iter().filter_map(Cron::managed).find(|managed| managed.value == image).cloned();
    if managed.is_none() && resolving.common_list.find(&image).is_none() {
        return Some(found);
    }
    let title = format!("`{}` is an import of the image `{image}`", found.name.value);
    let finding = Diagnostic::new(&CLONES_AN_IMPORT, title)
        .at(resolving.place(&found.name.origin), "made by a DataImportCron")
        .with(managed.and_then(|managed| resolving.place(&managed.origin)), "of this image")
        .note("CDI would take the DataSource for one of that DataImportCron's and delete it")
        .help(format!("refer to the DataSource `{image}` itself, by name and namespace"));
    resolving.tell(finding);
    None
}

/// The DataSource that a volume was imported for, by its name: `<DataSource>-<12 hexadecimal digits>`.
fn imported_name(volume: &str) -> Option<&str> {
    let (image, digest) = volume.rsplit_once('-')?;
    let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (digest.len() == 12 && digest.bytes().all(hex)).then_some(image)
}

/// Another DataSource of the same namespace, one step away.
fn pointed(
    resolving: &mut Resolving<'_, '_>,
    source: &Identity,
    other: &Sourced<DnsLabel>,
) -> Option<VolumeReference> {
    let path = format!("{}.dataSource", source.path);
    if !resolving.require(Capability::PointerDataSource, &path, &other.origin) {
        return None;
    }
    let sources = resolving.asked.spec.data_sources.get();
    let target = sources.and_then(|sources| sources.value.get(&other.value)).and_then(|target| target.get());
    let onward = match target.and_then(|target| target.content()) {
        Some(DataSourceContent::DataSource(onward)) => Some(onward),
        _ => None,
    };
    let reason = match onward {
        _ if other.value.as_str() == source.name.value => "it points at itself",
        Some(_) => "that one points at another, and CDI follows one step",
        None => return Some(VolumeReference { namespace: source.namespace.clone(), name: text(other) }),
    };
    let finding = Diagnostic::new(
        &POINTER_OUT_OF_REACH,
        format!("`{}` cannot point at `{}`: {reason}", source.name.value, other.value),
    )
    .at(resolving.place(&other.origin), "points here")
    .with(
        onward
            .filter(|onward| onward.origin != other.origin)
            .and_then(|onward| resolving.place(&onward.origin)),
        "and on from there",
    );
    resolving.tell(finding.help("name the DataSource at the end"));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_known_by_its_name() {
        assert_eq!(imported_name("fedora-0123456789ab"), Some("fedora"));
        assert_eq!(imported_name("centos-stream9-0123456789ab"), Some("centos-stream9"));
        for other in
            ["fedora", "fedora-41", "fedora-0123456789a", "fedora-0123456789abc", "fedora-0123456789AB"]
        {
            assert_eq!(imported_name(other), None, "{other}");
        }
    }
}
