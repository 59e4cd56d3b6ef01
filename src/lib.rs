//! Goldsmith renders the image-lifecycle manifests of a fleet. So far: reading and writing YAML ([`mod@yaml`]), and values
//! that know where they come from ([`provenance`]).

pub mod provenance;
pub mod yaml;
