//! A realm's keys in the store: made when they are missing, replaced in time, wrapped by a
//! master key where one is given.
//!
//! A key is published as soon as it is stored and used from ten minutes later
//! ([`limits::KEY_LEAD`](crate::limits::KEY_LEAD)): by then every node has followed, and
//! every API that remembers the published keys for their five minutes has seen it. Of several
//! nodes that find the same key due, the store lets one replace it.

mod settings;
mod stored;

pub use settings::{KeySettings, SigningAlgorithm};
pub use stored::{KeysError, StoredKeys};

pub(crate) use stored::read;
