//! Models: what a component knows of the custom kinds that it renders, where no definition is at hand.

/// A custom kind, as far as it is rendered. What lies beyond is not known, and so not refused.
#[derive(Debug, PartialEq, Eq)]
pub struct Model {
    /// The API group.
    pub group: &'static str,
    /// The versions that have these fields.
    pub versions: &'static [&'static str],
    /// The kind.
    pub kind: &'static str,
    /// Whether its objects are in no namespace.
    pub is_cluster_wide: bool,
    /// The fields beside `apiVersion`, `kind` and `metadata`.
    pub fields: &'static [Field],
}

impl Model {
    /// Whether it is that of a kind, named as objects name it.
    pub fn is_of(&self, api_version: &str, kind: &str) -> bool {
        let (group, version) = api_version.split_once('/').unwrap_or_default();
        self.kind == kind && self.group == group && self.versions.contains(&version)
    }
}

/// A field that is rendered.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether the API server refuses what goes without it, in every release that is known.
    pub is_required: bool,
}

/// What a field or an item holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Holds {
    /// Any text.
    Text,
    /// One of these words. All that the API server takes: what people write is held against them as well.
    Word(&'static [&'static str]),
    /// True or false.
    Flag,
    /// A whole number of 32 bits.
    Number,
    /// Text or a whole number: a quantity, an expression.
    TextOrNumber,
    /// Items that are alike.
    List(&'static Holds),
    /// Values that are alike, below names that people choose.
    Map(&'static Holds),
    /// An object.
    Fields(&'static [Field]),
}

/// A field that nothing goes without.
pub const fn required(name: &'static str, holds: Holds) -> Field {
    Field { name, holds, is_required: true }
}

/// A field that may be left out.
pub const fn optional(name: &'static str, holds: Holds) -> Field {
    Field { name, holds, is_required: false }
}
