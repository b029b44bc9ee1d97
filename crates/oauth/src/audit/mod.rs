//! Who did what, when, from where.

mod actor;

pub use actor::{Actor, Origin, Who};
