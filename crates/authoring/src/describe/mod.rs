//! What a description says of its operations besides who may call them, kept for whoever works with
//! calls: `operation` takes it operation by operation, `schema` writes schemas in one dialect,
//! `value` writes examples, `bounds` says how much of it all is kept.

mod bounds;
pub(crate) mod operation;
mod schema;
mod value;
