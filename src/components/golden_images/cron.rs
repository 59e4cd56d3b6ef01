//! A DataImportCron, complete, whatever object carries it: a template of HyperConverged or SSP, or an object of its own.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::image::{GarbageCollect, Pull, Retention};
use crate::provenance::Sourced;

/// Labels or annotations, each with its origin.
pub type Keys = BTreeMap<String, Sourced<String>>;

/// One DataImportCron.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cron {
    /// The image it belongs to: its name in the spec, with the origin of the whole image.
    #[serde(skip)]
    pub image: Sourced<String>,
    /// Its own name.
    pub name: Sourced<String>,
    /// Its namespace; none for a template that stays in the platform's golden namespace.
    pub namespace: Option<Sourced<String>>,
    /// Labels of the template or object.
    pub labels: Keys,
    /// Annotations; never empty, since CDI's poller cannot add to a map that is not there (golden-images 1.5).
    pub annotations: Keys,
    /// What is imported; none for a common image that is dropped.
    pub spec: Option<CronSpec>,
}

/// The spec of a DataImportCron.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CronSpec {
    /// Five fields, or empty: no polling.
    pub schedule: Sourced<String>,
    /// The DataSource that it repoints.
    pub managed_data_source: Sourced<String>,
    /// Whether older imports are removed.
    pub garbage_collect: Sourced<GarbageCollect>,
    /// How many imports stay.
    pub imports_to_keep: Sourced<u32>,
    /// What happens to imports when it goes.
    pub retention_policy: Sourced<Retention>,
    /// Who clones a PVC of another namespace.
    pub service_account: Option<Sourced<String>>,
    /// What it imports.
    pub source: Source,
    /// The virtual size; none only for a PVC, whose size is then taken.
    pub size: Option<Sourced<String>>,
    /// The storage class; none for the cluster's default.
    pub storage_class: Option<Sourced<String>>,
}

/// What an import is made from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// An image that a registry holds.
    Registry(RegistrySource),
    /// A PVC that is cloned.
    Pvc(VolumeReference),
}

/// An image that a registry holds, and how it is pulled.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RegistrySource {
    /// Which.
    pub image: RegistryImage,
    /// Who pulls.
    pub pull_method: Sourced<Pull>,
    /// Secret for a pull by pod.
    pub secret: Option<Sourced<String>>,
    /// ConfigMap for a pull by pod.
    pub certificates: Option<Sourced<String>>,
    /// The one architecture of this import.
    pub architecture: Option<Sourced<String>>,
}

/// How an image of a registry is named.
#[derive(Clone, Debug, PartialEq)]
pub enum RegistryImage {
    /// `docker://host/repository:tag`, behind the mirrors where a pod pulls.
    Url(Sourced<String>),
    /// An ImageStream, `name` or `name:tag`.
    ImageStream(Sourced<String>),
}

/// A volume by namespace and name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VolumeReference {
    /// Its namespace.
    pub namespace: Sourced<String>,
    /// Its name.
    pub name: Sourced<String>,
}

impl RegistrySource {
    /// An image that needs nothing beside whoever pulls it.
    pub fn new(image: RegistryImage, pull_method: Sourced<Pull>) -> Self {
        RegistrySource { image, pull_method, secret: None, certificates: None, architecture: None }
    }
}

// Templates ask for each alternative by its name, and in strict mode every name must be there.

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Names<'s> {
            registry: Option<&'s RegistrySource>,
            pvc: Option<&'s VolumeReference>,
        }
        let names = match self {
            Source::Registry(registry) => Names { registry: Some(registry), pvc: None },
            Source::Pvc(pvc) => Names { registry: None, pvc: Some(pvc) },
        };
        names.serialize(serializer)
    }
}

impl Serialize for RegistryImage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Names<'s> {
            url: Option<&'s Sourced<String>>,
            image_stream: Option<&'s Sourced<String>>,
        }
        let names = match self {
            RegistryImage::Url(url) => Names { url: Some(url), image_stream: None },
            RegistryImage::ImageStream(stream) => Names { url: None, image_stream: Some(stream) },
        };
        names.serialize(serializer)
    }
}

impl Cron {
    /// The DataSource that it repoints, if anything is imported.
    pub fn managed(&self) -> Option<&Sourced<String>> {
        self.spec.as_ref().map(|spec| &spec.managed_data_source)
    }

    /// The image of a registry that it imports.
    pub fn registry(&self) -> Option<&RegistrySource> {
        match &self.spec.as_ref()?.source {
            Source::Registry(registry) => Some(registry),
            Source::Pvc(_) => None,
        }
    }
}
