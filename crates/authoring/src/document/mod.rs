//! Reading descriptions: `bytes` finds out what a file is written in (`json`, `yaml`) and makes
//! `node`s of it, `files` says where files come from, `reference` follows `$ref`, `version` tells
//! what a description is.

mod bytes;
pub mod files;
mod json;
pub(crate) mod node;
pub(crate) mod reference;
pub(crate) mod version;
mod yaml;
