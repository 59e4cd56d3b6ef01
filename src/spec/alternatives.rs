//! The type of the tables of alternatives that each section declares.

/// Keys of one mapping that exclude each other: a layer gives at most one of them, and the choice of a higher layer
/// displaces that of a lower one. So of a loaded site at most one is left; the section that declares a row has a method
/// which gives that one as an enum, and keeps the fields behind it to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alternatives {
    /// The mapping, from the Site's `spec` on; `*` stands for any one key: `goldenImages.images.*`.
    pub path: &'static str,
    /// The keys.
    pub keys: &'static [&'static str],
}

impl Alternatives {
    /// Whether a path, as its keys, is that of this mapping.
    pub fn covers<'p>(&self, path: impl IntoIterator<Item = &'p str>) -> bool {
        let mut pattern = self.path.split('.');
        let mut path = path.into_iter();
        loop {
            match (pattern.next(), path.next()) {
                (None, None) => return true,
                (Some(wanted), Some(key)) if wanted == "*" || wanted == key => {}
                _ => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGES: Alternatives = Alternatives { path: "goldenImages.images.*", keys: &["registry", "pvc"] };

    #[test]
    fn a_star_stands_for_exactly_one_key_whatever_it_is() {
        assert!(IMAGES.covers(["goldenImages", "images", "rhel.9"]));
        assert!(!IMAGES.covers(["goldenImages", "images"]));
        assert!(!IMAGES.covers(["goldenImages", "images", "rhel9", "schedule"]));
        assert!(!IMAGES.covers(["goldenImages", "dataSources", "rhel9"]));
    }
}
