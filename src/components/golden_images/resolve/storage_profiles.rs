//! How imports are kept on storage classes: `goldenImages.storageProfiles`.

use super::asked::Resolving;
use crate::capability::{Capability, Product};
use crate::components::golden_images::spec::{CloneStrategy, ImportFormat};
use crate::provenance::Sourced;

/// The fields of one StorageProfile that the site decides.
#[derive(Clone, Debug, PartialEq)]
pub struct StorageProfile {
    /// The name of the StorageClass.
    pub name: Sourced<String>,
    /// The form that an import is kept in.
    pub import_format: Option<Sourced<ImportFormat>>,
    /// The VolumeSnapshotClass of imports and clones.
    pub snapshot_class: Option<Sourced<String>>,
    /// How clones are made.
    pub clone_strategy: Option<Sourced<CloneStrategy>>,
}

/// The StorageProfiles of which the site says anything.
pub(super) fn resolve(resolving: &mut Resolving<'_, '_>) -> Vec<StorageProfile> {
    let written =
        resolving.asked.spec.storage_profiles.get().into_iter().flat_map(|profiles| &profiles.value);
    let mut profiles = Vec::new();
    for (name, spec) in written.filter_map(|(name, spec)| Some((name, spec.get()?))) {
        let path = format!("goldenImages.storageProfiles.{name}");
        if let Some(class) = spec.snapshot_class.get() {
            let decision = resolving.asked.platform.decide(Capability::ProfileSnapshotClass, &[Product::Cdi]);
            let refusal =
                decision.refusal(&format!("{path}.snapshotClass"), &class.origin, resolving.asked.sources);
            resolving.findings.extend(refusal);
        }
        profiles.push(StorageProfile {
            name: Sourced { value: name.to_string(), origin: spec.origin.clone() },
            import_format: spec.import_format.get().cloned(),
            snapshot_class: spec.snapshot_class.get().cloned(),
            clone_strategy: spec.clone_strategy.get().cloned(),
        });
    }
    let says = |profile: &StorageProfile| {
        profile.import_format.is_some()
            || profile.snapshot_class.is_some()
            || profile.clone_strategy.is_some()
    };
    profiles.retain(says);
    profiles
}
