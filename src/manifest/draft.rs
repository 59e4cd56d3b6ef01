//! What a component hands to the renderer: a template and its context.

use super::{Because, Sharing};

/// A manifest about to be rendered. Components build these; `render` prints them, and `explain` reads their contexts
/// to say where a field comes from.
pub struct Draft<'s> {
    /// The component's spec key: `goldenImages`.
    pub component: &'static str,
    /// The folder of the tree: `golden-images`.
    pub folder: &'static str,
    /// Objects of this namespace lie directly in the folder, those of others in a folder named after theirs.
    pub home_namespace: &'static str,
    /// The template: `golden-images/data-import-cron.yaml.j2`.
    pub template: &'static str,
    /// All that the template may see: a small typed struct whose leaves are `Sourced` wherever a person or a rule
    /// decided them.
    pub context: Box<dyn erased_serde::Serialize + Send + Sync + 's>,
    /// Why it exists.
    pub because: Because,
    /// How it is shared, for objects that others write to as well.
    pub sharing: Option<Sharing>,
    /// Whether a hash of its `spec`, as patches leave it, is put behind its name: what cannot be changed is replaced then.
    pub is_named_by_content: bool,
}
