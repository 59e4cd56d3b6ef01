//! What one image wants, put together from itself, the defaults of all images and, for an override, the common image.

use super::asked::{Resolving, text};
use super::common_boot_images::CommonImage;
use crate::components::golden_images::image::{GarbageCollect, ImageSpec, Pull, Retention};
use crate::provenance::{DefaultRule, Setting, Sourced};
use crate::schedule::Schedule;

static KEEP: DefaultRule = DefaultRule {
    path: "goldenImages.defaults.keep",
    reason: "two imports: the one in use and the one before it, to go back to without a new import",
};
static RETENTION: DefaultRule = DefaultRule {
    path: "goldenImages.defaults.retention",
    reason: "imports are never deleted because their image left or was edited",
};
static GARBAGE_COLLECT: DefaultRule = DefaultRule {
    path: "goldenImages.defaults.garbageCollect",
    reason: "older imports are removed, as CDI does unasked",
};
static PULL: DefaultRule = DefaultRule {
    path: "goldenImages.defaults.pull",
    reason: "a pod needs no access to the nodes' image store",
};
static SCHEDULE: DefaultRule = DefaultRule {
    path: "goldenImages.defaults.schedule",
    reason: "twice a day, as the common boot images are polled",
};
static INHERITED: DefaultRule = DefaultRule {
    path: "goldenImages.commonBootImages.images.*.schedule",
    reason: "empty: HyperConverged fills in its own, which differs from cluster to cluster",
};

/// One image and where it takes the rest from.
pub(super) struct WantedImage<'w> {
    /// Its name in the spec; the origin is that of the whole image.
    pub(super) name: &'w Sourced<String>,
    /// Its spec path.
    pub(super) path: String,
    /// Its own settings.
    pub(super) spec: &'w ImageSpec,
    /// The common image that it overrides.
    pub(super) common: Option<&'w CommonImage>,
}

impl WantedImage<'_> {
    // What HyperConverged reports as kept and retained it injected itself (1 and `None` from 1.18 on): no wish of the
    // image's, and the retention would delete imports. So neither is taken from a common image.
    pub(super) fn keep(&self, resolving: &Resolving<'_, '_>) -> Sourced<u32> {
        choose(&self.spec.keep, &resolving.defaults.keep, &KEEP, 2)
    }

    pub(super) fn retention(&self, resolving: &Resolving<'_, '_>) -> Sourced<Retention> {
        choose(&self.spec.retention, &resolving.defaults.retention, &RETENTION, Retention::All)
    }

    pub(super) fn garbage_collect(&self, resolving: &Resolving<'_, '_>) -> Sourced<GarbageCollect> {
        let (own, shared) = (&self.spec.garbage_collect, &resolving.defaults.garbage_collect);
        choose(own, shared, &GARBAGE_COLLECT, GarbageCollect::Outdated)
    }

    /// Who pulls an image that the spec names, whatever the common image does.
    pub(super) fn pull(&self, resolving: &Resolving<'_, '_>) -> Sourced<Pull> {
        choose(&self.spec.pull, &resolving.defaults.pull, &PULL, Pull::Pod)
    }

    /// The size that the image itself says.
    pub(super) fn own_size(&self) -> Option<Sourced<String>> {
        self.spec.size.get().map(text)
    }

    /// The virtual size: the image's, else the common image's, else that of all images.
    pub(super) fn size(&self, resolving: &Resolving<'_, '_>) -> Option<Sourced<String>> {
        let common = self.common.and_then(|common| common.size.clone());
        self.own_size().or(common).or_else(|| resolving.defaults.size.get().map(text))
    }

    /// The storage class: the image's, else the common image's, else that of all images.
    pub(super) fn storage_class(&self, resolving: &Resolving<'_, '_>) -> Option<Sourced<String>> {
        let common = self.common.and_then(|common| common.storage_class.clone());
        self.spec
            .storage_class
            .get()
            .cloned()
            .or(common)
            .or_else(|| resolving.defaults.storage_class.get().cloned())
    }

    /// The cron expression; none where a finding leaves none.
    pub(super) fn schedule(&self, resolving: &mut Resolving<'_, '_>) -> Option<Sourced<String>> {
        let own = match self.spec.schedule.get() {
            Some(given) => {
                Some(given.value.resolve(&given.origin, resolving.asked.sources, resolving.findings)?)
            }
            None => None,
        };
        let (site, image) = (resolving.asked.site.value.as_str(), self.name.value.as_str());
        if let Some(schedule) = own.as_ref().or(resolving.schedule.as_ref()) {
            return Some(schedule.expression(site, image));
        }
        if self.common.is_some() {
            return Some(Sourced { value: String::new(), origin: self.spec.schedule.origin_or(&INHERITED) });
        }
        let every = "12h".parse().ok()?;
        let step = Sourced { value: every, origin: resolving.defaults.schedule.origin_or(&SCHEDULE) };
        Some(Schedule::Every(step).expression(site, image))
    }
}

/// The image's own value, else that of all images, else ours. A `null` nearest to the image is what the default's
/// origin tells.
fn choose<T: Clone>(
    own: &Setting<T>,
    shared: &Setting<T>,
    rule: &'static DefaultRule,
    default: T,
) -> Sourced<T> {
    let given = own.get().or_else(|| shared.get());
    given.cloned().unwrap_or_else(|| {
        let origin = match own {
            Setting::Removed(_) => own.origin_or(rule),
            _ => shared.origin_or(rule),
        };
        Sourced { value: default, origin }
    })
}

/// The spec path of a part of an image.
pub(super) fn part(wanted: &WantedImage<'_>, field: &str) -> String {
    format!("{}.{field}", wanted.path)
}
