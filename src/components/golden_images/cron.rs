//! A DataImportCron, complete, whatever object carries it: a template of HyperConverged or SSP, or an object of its own.

use std::collections::BTreeMap;

use serde::Serialize;

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
    /// From a registry.
    pub registry: Option<RegistrySource>,
    /// Or from a PVC.
    pub pvc: Option<VolumeReference>,
    /// The virtual size; none only for a PVC, whose size is then taken.
    pub size: Option<Sourced<String>>,
    /// The storage class; none for the cluster's default.
    pub storage_class: Option<Sourced<String>>,
}

/// A container image or ImageStream; exactly one of both.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RegistrySource {
    /// `docker://host/repository:tag`, behind the mirrors where a pod pulls.
    pub url: Option<Sourced<String>>,
    /// `name` or `name:tag`.
    pub image_stream: Option<Sourced<String>>,
    /// Who pulls.
    pub pull_method: Option<Sourced<Pull>>,
    /// Secret for a pull by pod.
    pub secret: Option<Sourced<String>>,
    /// ConfigMap for a pull by pod.
    pub certificates: Option<Sourced<String>>,
    /// The one architecture of this import.
    pub architecture: Option<Sourced<String>>,
}

/// A volume by namespace and name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VolumeReference {
    /// Its namespace.
    pub namespace: Sourced<String>,
    /// Its name.
    pub name: Sourced<String>,
}

impl Cron {
    /// The DataSource that it repoints, if anything is imported.
    pub fn managed(&self) -> Option<&Sourced<String>> {
        self.spec.as_ref().map(|spec| &spec.managed_data_source)
    }
}
