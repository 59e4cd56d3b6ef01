//! Releases of Goldsmith itself, by minor: what is new in one.

use super::version::{Bound, Version};

/// The first version. Nothing was there before, so that nothing it brought is new to anyone.
const FIRST: &str = "0.1.0";

/// A minor release of Goldsmith.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release(Bound);

impl Release {
    /// The one of this program.
    pub fn ours() -> Self {
        // The other answer is never given: cargo refuses a crate with what is no version.
        Release::of(env!("CARGO_PKG_VERSION")).unwrap_or(Release(Bound::minor(0, 0)))
    }

    /// The one that a version belongs to: 0.2 of `0.2.3`. None for what is no version.
    pub fn of(version: &str) -> Option<Self> {
        version.parse().ok().map(|version: Version| Release(version.minor()))
    }

    /// Whether what is there since a version came with this minor release, to people who used an older one.
    pub fn is_new(self, since: &str) -> bool {
        since != FIRST && Release::of(since) == Some(self)
    }
}

impl std::fmt::Display for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_with_a_minor_release_is_new_until_the_next() {
        for (since, running, is_new) in [
            ("0.2.0", "0.2.0", true),
            ("0.2.0", "0.2.7", true),
            ("0.2.3", "0.2.3", true),
            ("0.1.2", "0.1.3", true),
            ("0.2.0", "0.3.0", false),
            ("0.9.0", "0.10.0", false),
            ("0.10.0", "0.10.1", true),
            ("1.0.0", "1.0.2", true),
            ("0.2.0", "1.2.0", false),
        ] {
            assert_eq!(Release::of(running).unwrap().is_new(since), is_new, "{since} in {running}");
        }
    }

    #[test]
    fn what_was_there_from_the_beginning_is_never_new() {
        for running in ["0.1.0", "0.1.4", "0.2.0"] {
            assert!(!Release::of(running).unwrap().is_new("0.1.0"), "{running}");
        }
    }

    #[test]
    fn the_version_of_this_program_is_one() {
        assert_eq!(Some(Release::ours()), Release::of(env!("CARGO_PKG_VERSION")));
    }
}
