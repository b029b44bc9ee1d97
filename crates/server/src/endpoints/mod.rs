//! The endpoints programs call: parse, authenticate, decide (in `oauth`), store, answer.

pub(crate) mod apart;
mod caller;
pub(crate) mod form;
pub(crate) mod introspect;
pub(crate) mod json;
pub(crate) mod jwks;
pub(crate) mod metadata;
pub(crate) mod revoke;
pub(crate) mod token;
