//! Where values come from: the texts that were read ([`Sources`]), the origin of a value ([`Origin`]), values that
//! carry it ([`Sourced`], [`Setting`], [`Tree`]), and how it travels through serde ([`decode`], [`origins`]). Types that
//! are one text are read by [`read_text`].

pub mod decode;
mod deserializer;
mod origin;
pub mod origins;
mod serde;
mod sourced;
mod sources;
mod text;
mod tree;
pub mod userinfo;
mod words;

pub use origin::{DefaultRule, Derived, Origin};
pub use serde::TEXT_FIRST;
pub use sourced::{Setting, Sourced};
pub use sources::{Layer, Place, Source, Sources};
pub use text::read_text;
pub use tree::Tree;
