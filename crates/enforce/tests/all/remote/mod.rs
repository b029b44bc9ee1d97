//! Tokens whose issuer is somewhere else.

mod by_introspection;
mod by_keys;
mod examples;
mod introspection;
mod metadata;
mod page;
mod support;
