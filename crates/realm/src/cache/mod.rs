//! What stands right now: clients, grants, rights, sessions and revoked tokens, remembered
//! over the store and forgotten the moment they change.
//!
//! Every answer rests on changes read at most a second ago (`follower`). When that cannot be
//! said, the answer is [`Fault::Unavailable`](crate::Fault::Unavailable): denying is the only safe guess.
//! A provider may allow more for calls that only read ([`RealmCache::answering_for`]).

mod access;
mod api_keys;
pub(crate) mod bounded;
mod caches;
mod edition;
mod follower;
mod key_uses;
mod key_verifier;
mod known;
mod organisations;
mod other_tokens;
mod realm_cache;
mod verifier;

pub use access::Behind;
pub(crate) use caches::Caches;
pub use caches::Memberships;
pub use edition::{Edition, PerEdition};
pub(crate) use follower::Follower;
pub use key_verifier::{ApiKeyVerifier, TokensAndKeys};
pub use known::{KnownApiKey, KnownClient, KnownGrant};
pub use other_tokens::{Others, Source, TokensOfOthers};
pub use realm_cache::RealmCache;
pub use verifier::{InProcessVerifier, KeySource};
