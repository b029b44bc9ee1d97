//! The audit record: who did what to which record, when and from where, so that nobody can
//! change it unseen, and what is personal in it can be erased.
//!
//! `record.rs` is what an act hands in, `fields.rs` what of a record it tells, `act.rs` the list
//! of acts, `actor.rs` who acts. `row.rs` is how it is kept: what is personal sealed
//! (`seal.rs`) under a key of the person it is about, so that it can be erased by destroying the
//! key. `chain.rs` links the rows: each link's digest covers all rows before it. `grant_act.rs` reads
//! from rows what people are told of their own grants.

mod act;
mod actor;
mod chain;
mod fields;
mod grant_act;
mod record;
mod row;
mod seal;

pub use act::{Act, Subject, SubjectKind};
pub use actor::{Actor, Origin, Who};
pub use chain::{Anchor, AuditLink, BadAnchor, Break, Verified, Walk};
pub use fields::{Audited, Fields};
pub use grant_act::{Done, GrantAct};
pub use record::AuditRecord;
pub use row::{AuditQuery, AuditRow};
pub use seal::AuditKey;
