//! What a store can be asked, by what it is about: one file for each.

mod accounts;
mod api_keys;
mod approvals;
mod arrivals;
mod audit;
mod catalogs;
mod changes;
mod clients;
mod codes;
mod families;
mod gates;
mod grants;
mod hook;
mod housekeeping;
mod keys;
mod once;
mod organisations;
mod people;
mod realms;
mod requests;
mod sandbox;
mod sessions;
mod sign_ins;
mod tokens;

use std::sync::Arc;

pub use accounts::Accounts;
pub use api_keys::ApiKeys;
pub use approvals::Approvals;
pub use arrivals::ArrivalStep;
pub use audit::{Audit, Wiped};
pub use catalogs::Catalogs;
pub use changes::Changes;
pub use clients::Clients;
pub use codes::Codes;
pub use families::Families;
pub use gates::Gates;
pub use grants::Grants;
pub use hook::Hook;
pub(crate) use hook::Hooks;
pub use housekeeping::Housekeeping;
pub use keys::Keys;
pub use once::Once;
pub use organisations::Organisations;
pub use people::People;
pub use realms::Realms;
pub use requests::Requests;
pub use sandbox::Sandbox;
pub use sessions::Sessions;
pub use sign_ins::SignIns;
pub use tokens::Tokens;

/// Everything Scopegate keeps. Every method is one transaction: done whole or not at all.
/// What is answered as done is durable.
///
/// Each change of a client, approval, API key, user, organisation, role, membership, grant, key or
/// session, and each revoked access token, also appends a [`Change`](crate::Change) in the
/// same transaction, so that caches on this and other nodes can follow. What administers takes
/// the record of its act, too, and keeps it in that transaction if it changes anything.
pub trait Store:
    Clients
    + Approvals
    + ApiKeys
    + Catalogs
    + People
    + Accounts
    + Organisations
    + Grants
    + Families
    + Codes
    + Tokens
    + Keys
    + Realms
    + Sessions
    + SignIns
    + Requests
    + Once
    + Sandbox
    + Gates
    + Changes
    + Audit
    + Housekeeping
    + 'static
{
    /// A further handle to the same store, with this hook at its calls besides those of this
    /// one, which stays as it is.
    fn hooked(&self, hook: Arc<dyn Hook>) -> Arc<dyn Store>;
}
