//! Who makes the image in which state of the cluster: never two.
//!
//! A table by the facts of what the operator does (podvm 4.2, 4.3) and by how the other runners are started. It is what the layout of
//! the tree is made for: the KataConfig lies in a folder of its own and is delivered after the work, and the Jobs of ours end at once
//! where their result is there, and leave the image to the operator where a KataConfig has it make one.

use super::spec::Runner;

/// What the image key of `peer-pods-cm` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImageKey {
    /// There is no such key.
    Absent,
    /// It is the empty text.
    Empty,
    /// Any text that is no image, `****` for instance.
    Placeholder,
    /// An image.
    Image,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// The tree is applied for the first time.
    FirstSync,
    /// GitOps applies it again, because something differs.
    SelfHeal,
    /// Somebody has emptied or removed the image key.
    LostResult,
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The operator starts its Job.
    Operator,
    /// A Job of ours, started by the sync.
    Job,
    /// A Job of ours, started by the executor.
    Executor,
    /// Nobody: there is an image, or what is taken for one, or nothing asks for it.
    Nobody,
}

/// A state of the cluster, what happens in it, and who makes an image then.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// The runner of the site.
    pub runner: Runner,
    /// The image key.
    pub key: ImageKey,
    /// Whether a KataConfig is there.
    pub kata_config: bool,
    /// What happens.
    pub event: Event,
    /// Who acts.
    pub actor: Actor,
    /// What of the rendered tree brings that about.
    pub because: &'static str,
}

const KEYS: [ImageKey; 4] = [ImageKey::Absent, ImageKey::Empty, ImageKey::Placeholder, ImageKey::Image];
const EVENTS: [Event; 3] = [Event::FirstSync, Event::SelfHeal, Event::LostResult];

/// Every row that can be: a lost result leaves no image behind.
pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for runner in [Runner::Operator, Runner::Gitops, Runner::Executor] {
        for key in KEYS {
            for kata_config in [false, true] {
                let events = EVENTS.into_iter().filter(|event| {
                    *event != Event::LostResult || matches!(key, ImageKey::Absent | ImageKey::Empty)
                });
                rows.extend(events.map(|event| row(runner, key, kata_config, event)));
            }
        }
    }
    rows
}

/// Who acts in one state.
pub fn row(runner: Runner, key: ImageKey, kata_config: bool, event: Event) -> Row {
    let (actor, because) = decide(runner, key, kata_config, event);
    Row { runner, key, kata_config, event, actor, because }
}

fn decide(runner: Runner, key: ImageKey, kata_config: bool, event: Event) -> (Actor, &'static str) {
    let is_empty = matches!(key, ImageKey::Absent | ImageKey::Empty);
    match (runner, is_empty, kata_config, event) {
        // A sync starts what is not there yet, whatever the key holds.
        (Runner::Gitops, true, true, Event::FirstSync) => (
            Actor::Operator,
            "it looks at the key alone: the Job sees the KataConfig and waits for its image",
        ),
        (Runner::Gitops, _, _, Event::FirstSync) => {
            (Actor::Job, "the Job is rendered; it ends at once where the image of its inputs is there")
        }
        (_, false, _, _) => (Actor::Nobody, "nothing is rendered into the key, so it stays"),
        (_, true, true, _) => (Actor::Operator, "the KataConfig is there, and the key is empty"),
        (Runner::Operator, true, false, _) => (Actor::Nobody, "the operator waits for the KataConfig"),
        (Runner::Executor, true, false, _) => {
            (Actor::Executor, "the CronJob is suspended, and the KataConfig is delivered after its result")
        }
        (Runner::Gitops, true, false, Event::SelfHeal | Event::LostResult) => {
            (Actor::Nobody, "the Job is complete and stays as it is; `podVM.generation` renders another")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_one_row_and_each_says_what_brings_it_about() {
        let rows = rows();
        assert_eq!(rows.len(), 3 * 2 * (4 * 2 + 2));
        assert!(rows.iter().all(|row| !row.because.is_empty()));
    }

    #[test]
    fn where_the_operator_makes_an_image_nobody_else_does() {
        let operator_would =
            |row: &Row| row.kata_config && matches!(row.key, ImageKey::Absent | ImageKey::Empty);
        for row in rows().into_iter().filter(operator_would) {
            assert_eq!(row.actor, Actor::Operator, "{row:?}");
        }
    }

    #[test]
    fn a_first_sync_without_image_and_kata_config_has_one_builder() {
        for runner in [Runner::Gitops, Runner::Executor] {
            let first = row(runner, ImageKey::Absent, false, Event::FirstSync);
            assert!(matches!(first.actor, Actor::Job | Actor::Executor), "{first:?}");
        }
        assert_eq!(row(Runner::Operator, ImageKey::Absent, true, Event::FirstSync).actor, Actor::Operator);
    }
}
