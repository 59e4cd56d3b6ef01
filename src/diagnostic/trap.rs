//! A trap: something that admission takes and the cluster then trips over, and what becomes of it here.
//!
//! Each component lists those that are known of its part of the cluster (`traps.rs`), so that none is forgotten without a
//! word: a trap is told by a rule, or cannot happen in what is rendered, or is none of ours. Tests hold that rules and
//! proofs exist; `docs/hazards.md` is written from the lists.

/// A known trap.
#[derive(Debug, PartialEq, Eq)]
pub struct Trap {
    /// Where it is described: page and section of the fact sheets.
    pub source: &'static str,
    /// What goes wrong.
    pub words: &'static str,
    /// What becomes of it.
    pub answer: Answer,
}

/// What becomes of a trap.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Rules tell it, by their codes.
    Told(&'static [&'static str]),
    /// What is rendered cannot have it: how that is, and what proves it.
    Prevented(&'static str, &'static [Proof]),
    /// It is none of ours: why.
    Outside(&'static str),
}

/// What proves that a trap cannot happen.
#[derive(Debug, PartialEq, Eq)]
pub enum Proof {
    /// A test: its file, and its name.
    Test(&'static str, &'static str),
    /// A claim of a golden, written by hand: the golden, and the field that it claims.
    Claim(&'static str, &'static str),
}

/// A trap that rules tell.
pub const fn told(source: &'static str, words: &'static str, codes: &'static [&'static str]) -> Trap {
    Trap { source, words, answer: Answer::Told(codes) }
}

/// A trap that what is rendered cannot have.
pub const fn prevented(
    source: &'static str,
    words: &'static str,
    how: &'static str,
    proofs: &'static [Proof],
) -> Trap {
    Trap { source, words, answer: Answer::Prevented(how, proofs) }
}

/// A trap that is none of ours.
pub const fn outside(source: &'static str, words: &'static str, why: &'static str) -> Trap {
    Trap { source, words, answer: Answer::Outside(why) }
}
