//! What comes first: the type of the tables that components declare.

/// A step of the creation of a component; removal goes from the last to the first.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// What it creates, in words.
    pub what: &'static str,
    /// The folders of the tree that belong to it; none where somebody else creates it.
    pub folders: &'static [&'static str],
    /// Why it comes where it comes.
    pub why: &'static str,
}

/// The step that a folder belongs to, from 1, and how many there are.
pub fn step_of<'s>(steps: &'s [Step], folder: &str) -> Option<(usize, usize, &'s Step)> {
    let at = steps.iter().position(|step| step.folders.contains(&folder))?;
    Some((at + 1, steps.len(), &steps[at]))
}
