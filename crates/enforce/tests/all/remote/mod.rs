//! Tokens whose issuer is somewhere else.

mod by_introspection;
mod introspection;
mod support;
