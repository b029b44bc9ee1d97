//! Tokens whose issuer is somewhere else.

mod by_introspection;
mod by_keys;
mod introspection;
mod metadata;
mod support;
