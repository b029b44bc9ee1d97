//! The endpoints programs call: parse, authenticate, decide (in `oauth`), store, answer.

mod caller;
mod form;
pub mod introspect;
mod json;
pub mod jwks;
pub mod metadata;
pub mod revoke;
pub mod token;
