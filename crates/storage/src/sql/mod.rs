//! What the databases have in common: one file for each kind of record, with its statements
//! and how its rows become values.
//!
//! Each database compiles these files for itself, with its own types of connection, row and
//! arguments. The module `database` beside this one has them, and the few statements that
//! differ.

use super::database;

pub(super) mod access_tokens;
pub(super) mod api_keys;
pub(super) mod approvals;
pub(super) mod arrivals;
pub(super) mod audit;
pub(super) mod authorization_codes;
pub(super) mod authorization_requests;
pub(super) mod bind;
mod calls;
pub(super) mod catalogs;
mod cells;
pub(super) mod changes;
pub(super) mod clients;
pub(super) mod consents;
pub(super) mod deletions;
mod external;
pub(super) mod families;
pub(super) mod fault;
pub(super) mod gate_calls;
pub(super) mod grants;
pub(super) mod holds;
pub(super) mod house;
pub(super) mod keys;
pub(super) mod login_attempts;
pub(super) mod memberships;
pub(super) mod once;
mod organisations;
pub(super) mod realms;
pub(super) mod refresh_tokens;
mod rows;
pub(super) mod sandbox_records;
pub(super) mod schema;
pub(super) mod scope_numbers;
pub(super) mod second_factors;
pub(super) mod sessions;
pub(super) mod sign_ins;
pub(super) mod tickets;
pub(super) mod users;
mod waiting;
