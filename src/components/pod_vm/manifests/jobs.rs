//! The Jobs that make and delete images: those of the release, as the release has them, and the import of ours.
//!
//! With the runner `gitops` they are Jobs, each named by its content, so that no change meets a Job that is there and cannot change; with
//! the runner `executor` they are the templates of suspended CronJobs.

mod environment;
mod volumes;

use serde::Serialize;

use super::security::Security;
use super::{Making, WORK_FOLDER, namespace};
use crate::components::pod_vm::inputs::{FINGERPRINT, NAMES};
use crate::components::pod_vm::resolve::{Resources, Work};
use crate::components::pod_vm::spec::{Provider, Runner};
use crate::manifest::{Because, Draft, Metadata};
use crate::provenance::{DefaultRule, Sourced};
use environment::{Source, Variable, sources, variables};
use volumes::Volume;

/// What a Job does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// The Job of the release makes the image.
    Create,
    /// A Job of ours imports it.
    Import,
    /// The Job of the release deletes it.
    Delete,
    /// The Job of the release deletes the gallery of Azure.
    DeleteGallery,
}

/// What the template sees.
#[derive(Serialize)]
struct Context<'s> {
    metadata: Metadata,
    container: Sourced<String>,
    image: Sourced<String>,
    payload: Option<Sourced<String>>,
    command: Sourced<Vec<Sourced<String>>>,
    env: Sourced<Vec<Variable>>,
    env_from: Sourced<Vec<Source>>,
    deadline: Option<&'s Sourced<u32>>,
    resources: Option<&'s Resources>,
    service_account: &'s Sourced<String>,
    /// Seconds to clean up in, where more is needed than every pod has.
    grace: Option<Sourced<u32>>,
    is_import: Sourced<bool>,
    is_root: Sourced<bool>,
    is_privileged: Sourced<bool>,
    cleanup: Sourced<bool>,
    volumes: Sourced<Vec<Volume>>,
    makes: Sourced<bool>,
    fingerprint: Sourced<String>,
    input_names: Sourced<String>,
}

static OF_RELEASE: DefaultRule =
    DefaultRule { path: "podVM.work", reason: "as the Job of the release has it" };
static OURS: DefaultRule =
    DefaultRule { path: "podVM.work", reason: "added to the Jobs of the release: `docs/pod-vm.md`" };

pub(super) fn drafts<'s>(making: &Making<'s>, absent: bool) -> Vec<Draft<'s>> {
    let Some(work) = &making.component.work else { return Vec::new() };
    acts(making, work, absent).into_iter().map(|act| draft(making, work, act)).collect()
}

/// The most that any of the Jobs may do.
pub(super) fn security(making: &Making<'_>, work: &Work, absent: bool) -> Option<Security> {
    let provider = making.component.provider.value;
    acts(making, work, absent).into_iter().map(|act| Security::of(act, work, provider)).max()
}

/// The Jobs that there are.
fn acts(making: &Making<'_>, work: &Work, absent: bool) -> Vec<Act> {
    let pod_vm = making.component;
    let make = if work.import.is_some() { Act::Import } else { Act::Create };
    let by_sync = pod_vm.runner.value == Runner::Gitops;
    // The operator deletes the image with a KataConfig that goes: a second Job would find nothing and fail.
    let is_ours_to_delete = absent && pod_vm.kata_config.is_none();
    let acts = [
        // What a sync starts at once is there only when it is wanted; templates wait.
        (make, !absent),
        (Act::Delete, is_ours_to_delete || !by_sync),
        // A sync starts all Jobs at once: there, the gallery goes with the image, as with the operator.
        (Act::DeleteGallery, deletes_gallery(making, work) && !by_sync),
    ];
    acts.into_iter().filter(|(_, wanted)| *wanted).map(|(act, _)| act).collect()
}

fn draft<'s>(making: &Making<'s>, work: &'s Work, act: Act) -> Draft<'s> {
    let pod_vm = making.component;
    let mut context = Context::of(making, work, act);
    let is_template = pod_vm.runner.value == Runner::Executor;
    if is_template {
        context.metadata.name =
            Sourced { value: act.cron_job().to_owned(), origin: pod_vm.runner.origin.clone() };
    }
    let template = if is_template { "pod-vm/cron-job.yaml.j2" } else { "pod-vm/job.yaml.j2" };
    let reason = Because::new(act.reason(), &[&pod_vm.runner.origin, pod_vm.image.origin()]);
    let draft = making.draft(template, context, reason);
    Draft { folder: WORK_FOLDER, is_named_by_content: !is_template, ..draft }
}

/// Whether there is a gallery that goes.
fn deletes_gallery(making: &Making<'_>, work: &Work) -> bool {
    making.component.provider.value == Provider::Azure && work.deletes_gallery.value
}

impl Act {
    /// The name of the Job of the release.
    fn job(self) -> &'static str {
        match self {
            Act::Create => "osc-podvm-image-creation",
            Act::Import => "goldsmith-pod-vm-import",
            Act::Delete => "osc-podvm-image-deletion",
            Act::DeleteGallery => "osc-podvm-gallery-deletion",
        }
    }

    /// The name of the CronJob whose template it is.
    fn cron_job(self) -> &'static str {
        match self {
            Act::Create => "pod-vm-image-create",
            Act::Import => "pod-vm-image-import",
            Act::Delete => "pod-vm-image-delete",
            Act::DeleteGallery => "pod-vm-gallery-delete",
        }
    }

    fn container(self) -> &'static str {
        match self {
            Act::Create => "create",
            Act::Import => "import",
            Act::Delete => "delete",
            Act::DeleteGallery => "delete-gallery",
        }
    }

    fn command(self) -> &'static [&'static str] {
        match self {
            Act::Create => &["/podvm-builder.sh", "create"],
            Act::Import => &["/bin/bash", "/goldsmith/import.sh"],
            Act::Delete => &["/podvm-builder.sh", "delete", "-f"],
            Act::DeleteGallery => &["/podvm-builder.sh", "delete-gallery", "-f"],
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Act::Create => "`podVM.runner` is not the operator, and the image has to be made",
            Act::Import => "`podVM.runner` is not the operator, and the artifact has to be imported",
            Act::Delete => "`podVM.runner` is not the operator, and the image has to be deleted some day",
            Act::DeleteGallery => "a gallery that a Job made goes after its image",
        }
    }

    /// Whether it makes an image.
    fn makes(self) -> bool {
        matches!(self, Act::Create | Act::Import)
    }
}

impl<'s> Context<'s> {
    fn of(making: &Making<'s>, work: &'s Work, act: Act) -> Self {
        let own = |value: &str| Sourced::default_of(&OF_RELEASE, value.to_owned());
        let only = |wanted: &Sourced<bool>, here: bool| Sourced {
            value: wanted.value && here,
            origin: wanted.origin.clone(),
        };
        let yes = |value: bool| Sourced::default_of(&OF_RELEASE, value);
        let (is_create, is_import) = (act == Act::Create, act == Act::Import);
        let provider = &making.component.provider;
        let security = Security::of(act, work, provider.value);
        let mut metadata = making.own(own(act.job()), Some(namespace()));
        for (key, value) in [(NAMES, &work.inputs.names), (FINGERPRINT, &work.inputs.fingerprint)] {
            if act.makes() {
                metadata.annotations.insert(key.to_owned(), value.clone());
            }
        }
        let checked = only(&work.checks_result, is_create);
        let before: &[&str] = if checked.value { &["/bin/bash", "/goldsmith/build.sh"] } else { &[] };
        let ours =
            before.iter().map(|word| Sourced { value: (*word).to_owned(), origin: checked.origin.clone() });
        let by_sync = making.component.runner.value == Runner::Gitops;
        let with_gallery = act == Act::Delete && by_sync && deletes_gallery(making, work);
        let gallery = with_gallery
            .then(|| Sourced { value: "-g".to_owned(), origin: work.deletes_gallery.origin.clone() });
        let command = ours.chain(act.command().iter().map(|word| own(word))).chain(gallery).collect();
        let has_script = Sourced { value: is_import || checked.value, origin: checked.origin };
        Context {
            metadata,
            container: own(act.container()),
            image: work.import.clone().filter(|_| is_import).unwrap_or_else(|| work.builder.clone()),
            payload: work.payload.clone().filter(|_| is_create),
            command: Sourced::default_of(&OF_RELEASE, command),
            env: Sourced::default_of(&OURS, variables(making, work, act)),
            env_from: Sourced::default_of(&OF_RELEASE, sources(work, act)),
            deadline: work.deadline.as_ref(),
            resources: work.resources.as_ref(),
            service_account: &work.service_account,
            grace: grace(work, act),
            is_import: Sourced { value: is_import, origin: work.builder.origin.clone() },
            is_root: Sourced { value: security == Security::Root, origin: provider.origin.clone() },
            is_privileged: Sourced {
                value: security == Security::Privileged,
                origin: work.is_privileged.origin.clone(),
            },
            cleanup: only(&work.cleans_up, is_create),
            volumes: volumes::of(work, act, &has_script),
            makes: yes(act.makes()),
            fingerprint: work.inputs.fingerprint.clone(),
            input_names: work.inputs.names.clone(),
        }
    }
}

/// An import that is stopped takes back what it made, and tries that more than once.
fn grace(work: &Work, act: Act) -> Option<Sourced<u32>> {
    match act {
        Act::Import => Some(Sourced::default_of(&OURS, 300)),
        Act::Create if work.cleans_up.value => {
            Some(Sourced { value: 180, origin: work.cleans_up.origin.clone() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    /// Templates have no parts in common by other means: the language is so small that each value is traced to one place.
    #[test]
    fn the_template_of_a_cron_job_holds_the_job_word_for_word() {
        let job = include_str!("../../../../templates/pod-vm/job.yaml.j2");
        let cron = include_str!("../../../../templates/pod-vm/cron-job.yaml.j2");
        let behind = |text: &'static str| {
            let (_, body) = text.split_once("parallelism: 1\n").unwrap();
            body.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let moved: Vec<String> = behind(job).into_iter().map(|line| format!("    {line}")).collect();
        assert_eq!(behind(cron), moved);
    }
}
