//! Reading descriptions: `bytes` finds out what a file is written in (`json`, `yaml`) and makes
//! `node`s of it, `files` says where files come from, `reference` follows `$ref`, `version` tells
//! what a description is. `edit` changes a few values of a text and leaves the others as they are
//! written (`located`, `written`).

pub(crate) mod bytes;
pub(crate) mod edit;
pub mod files;
mod json;
pub(crate) mod located;
pub(crate) mod node;
pub(crate) mod reference;
pub(crate) mod version;
pub(crate) mod written;
mod yaml;
