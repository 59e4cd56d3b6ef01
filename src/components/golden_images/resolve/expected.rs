//! Objects that imports refer to and that somebody else provides: Secrets, ConfigMaps, ImageStreams.
//!
//! A pull by pod needs its Secret and ConfigMap twice: the importer runs beside the DataImportCron, the poller in CDI's
//! namespace, and CDI copies nothing (golden-images 1.6).

use std::collections::BTreeMap;
use std::fmt;

use super::asked::{Resolving, text};
use crate::components::golden_images::cron::{Cron, RegistryImage, RegistrySource};
use crate::provenance::Sourced;

/// One object that has to be there.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// `Secret`, `ConfigMap` or `ImageStream`.
    pub kind: &'static str,
    /// Its namespace.
    pub namespace: Sourced<String>,
    /// Its name.
    pub name: Sourced<String>,
    /// The DataImportCrons that refer to it, sorted.
    pub used_by: Vec<String>,
}

/// Certificates that we render ourselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificates {
    /// The ConfigMap.
    pub config_map: Sourced<String>,
    /// In PEM.
    pub certificates: Sourced<String>,
    /// Where it has to be, sorted.
    pub namespaces: Vec<Sourced<String>>,
}

impl fmt::Display for Expected {
    /// `Secret golden-images/corp-cdi`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.kind, self.namespace.value, self.name.value)
    }
}

/// Everything that is expected, sorted by kind, namespace and name.
pub(super) fn of(resolving: &Resolving<'_, '_>, crons: &[Cron]) -> Vec<Expected> {
    let ours = ours(resolving).map(|(config_map, _)| config_map.value);
    let mut expected: BTreeMap<(&'static str, String, String), Expected> = BTreeMap::new();
    for (cron, registry, namespaces) in pulled(resolving, crons) {
        let references = [("ConfigMap", &registry.certificates), ("Secret", &registry.secret)];
        let named = references.into_iter().filter_map(|(kind, name)| Some((kind, name.as_ref()?)));
        let needed = named.filter(|(kind, name)| *kind != "ConfigMap" || ours.as_ref() != Some(&name.value));
        let everywhere =
            needed.flat_map(|(kind, name)| namespaces.iter().map(move |namespace| (kind, namespace, name)));
        let stream = match &registry.image {
            RegistryImage::ImageStream(stream) => namespaces.first().map(|own| ("ImageStream", own, stream)),
            RegistryImage::Url(_) => None,
        };
        for (kind, namespace, name) in everywhere.chain(stream) {
            let key = (kind, namespace.value.clone(), name.value.clone());
            let fresh =
                || Expected { kind, namespace: namespace.clone(), name: name.clone(), used_by: Vec::new() };
            expected.entry(key).or_insert_with(fresh).used_by.push(cron.name.value.clone());
        }
    }
    expected.into_values().collect()
}

/// The certificates that are rendered, wherever a pull by pod refers to them.
pub(super) fn certificates(resolving: &Resolving<'_, '_>, crons: &[Cron]) -> Option<Certificates> {
    let (config_map, certificates) = ours(resolving)?;
    let uses = |registry: &RegistrySource| {
        registry.certificates.as_ref().is_some_and(|name| name.value == config_map.value)
    };
    let mut namespaces: BTreeMap<String, Sourced<String>> = BTreeMap::new();
    for (_, registry, needed) in pulled(resolving, crons) {
        if uses(registry) {
            namespaces.extend(needed.into_iter().map(|namespace| (namespace.value.clone(), namespace)));
        }
    }
    (!namespaces.is_empty()).then(|| Certificates {
        config_map,
        certificates,
        namespaces: namespaces.into_values().collect(),
    })
}

fn ours(resolving: &Resolving<'_, '_>) -> Option<(Sourced<String>, Sourced<String>)> {
    let trusted = resolving.asked.registries.trusted_ca.as_ref()?;
    Some((text(&trusted.config_map), trusted.certificates.clone()?))
}

/// Each image of a registry, with the namespaces that its pods run in: its own first.
fn pulled<'c>(
    resolving: &Resolving<'_, '_>,
    crons: &'c [Cron],
) -> Vec<(&'c Cron, &'c RegistrySource, Vec<Sourced<String>>)> {
    let cdi = text(&resolving.asked.platform.namespaces.cdi);
    let registries = crons.iter().filter_map(|cron| Some((cron, cron.registry()?)));
    let everywhere =
        registries.map(|(cron, registry)| (cron, registry, vec![resolving.namespace_of(cron), cdi.clone()]));
    everywhere.collect()
}
