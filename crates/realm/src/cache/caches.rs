use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use arc_swap::ArcSwap;
use oauth::model::{
    AuthorizationCode, BrowserSession, Membership, Organisation, Position, TokenHash, User, Uuid,
};
use oauth::token::RealmKeys;
use storage::ChangeSubject;

use super::bounded::Cache;
use super::edition::Compiled;
use super::key_uses::KeyUses;
use super::known::{KeyOwner, KnownApiKey, KnownClient, KnownGrant, KnownRights};
use crate::limits;

/// A person's memberships with their organisations, by name.
pub type Memberships = Arc<[(Organisation, Membership)]>;

/// Declares the caches with their sizes, so that none can be forgotten where all are.
macro_rules! caches {
    ($($(#[$doc:meta])* $name:ident: $key:ty => $record:ty, at most $most:expr;)+) => {
        /// What is remembered of one realm.
        pub(crate) struct Caches {
            $($(#[$doc])* pub(super) $name: Cache<$key, $record>,)+
            pub(super) revoked: RevokedTokens,
            /// Written every now and then.
            pub(crate) key_uses: KeyUses,
            pub(super) keys: ArcSwap<RealmKeys>,
            /// Of the realm; 0 is none, and lies before everything.
            cut_off: AtomicI64,
        }

        impl Caches {
            pub(crate) fn new(keys: RealmKeys) -> Self {
                Self {
                    $($name: Cache::new($most),)+
                    revoked: RevokedTokens::default(),
                    key_uses: KeyUses::default(),
                    keys: ArcSwap::from_pointee(keys),
                    cut_off: AtomicI64::new(0),
                }
            }

            /// What was issued in the realm up to here counts no more.
            pub(super) fn cut_off(&self) -> Option<Position> {
                let place = self.cut_off.load(Ordering::Acquire);
                (place > 0).then_some(Position(place))
            }

            pub(super) fn cut_off_at(&self, cut_off: Option<Position>) {
                let place = cut_off.map_or(0, |Position(place)| place);
                self.cut_off.store(place, Ordering::Release);
            }

            /// Forgets all but the keys and the revoked tokens.
            pub(super) fn forget_everything(&self) {
                $(self.$name.forget_all();)+
            }
        }
    };
}

caches! {
    clients: String => Compiled<KnownClient>, at most limits::CLIENTS;
    /// Who had this UUID when it was asked for; the client itself has the last word.
    client_ids: Uuid => String, at most limits::CLIENTS;
    api_keys: KeyOwner => Compiled<KnownApiKey>, at most limits::API_KEYS;
    /// Whose key has a text with this SHA-256; the key itself has the last word.
    key_owners: TokenHash => KeyOwner, at most limits::API_KEYS;
    grants: Uuid => Compiled<KnownGrant>, at most limits::GRANTS;
    /// By person and organisation; `None` is known not to be a member.
    rights: (Uuid, Uuid) => Compiled<Option<KnownRights>>, at most limits::RIGHTS;
    organisations: Uuid => Arc<Organisation>, at most limits::ORGANISATIONS;
    /// Who had this slug when it was asked for; the organisation itself has the last word.
    slugs: String => Uuid, at most limits::ORGANISATIONS;
    /// Likewise for numbers.
    numbers: i64 => Uuid, at most limits::ORGANISATIONS;
    memberships: Uuid => Memberships, at most limits::USERS;
    /// Which grant stood when it was asked for, by client, person and organisation; the grant
    /// itself has the last word.
    standing_grants: (String, Uuid, Option<Uuid>) => Uuid, at most limits::GRANTS;
    users: Uuid => Arc<User>, at most limits::USERS;
    sessions: TokenHash => Arc<BrowserSession>, at most limits::SESSIONS;
    /// Those made here and not yet redeemed here.
    codes: TokenHash => Arc<AuthorizationCode>, at most limits::CODES;
}

impl Caches {
    /// Takes in one change; keys are read anew by the follower.
    pub(super) fn forget(&self, subject: &ChangeSubject) {
        match subject {
            ChangeSubject::Client(id) => {
                self.clients.forget(id);
                self.api_keys.forget_where(|(client, _)| client == id);
            }
            ChangeSubject::User(id) => {
                self.users.forget(id);
                self.memberships.forget(id);
                self.rights.forget_where(|(user, _)| user == id);
            }
            ChangeSubject::Organisation(id) => {
                self.organisations.forget(id);
                self.memberships.forget_all();
                self.rights
                    .forget_where(|(_, organisation)| organisation == id);
            }
            ChangeSubject::Grant(id) => self.grants.forget(id),
            ChangeSubject::Keys => {}
            ChangeSubject::Unknown(_) => self.forget_everything(),
            ChangeSubject::Session(hash) => {
                if let Some(hash) = TokenHash::from_hexadecimal(hash) {
                    self.sessions.forget(&hash);
                }
            }
            ChangeSubject::AccessToken(id, expires_at) => self.revoked.insert(*id, *expires_at),
        }
    }
}

/// The revoked access tokens that would still be alive, by `jti`, with the millisecond of
/// their expiry.
#[derive(Default)]
pub(crate) struct RevokedTokens {
    expiries: RwLock<HashMap<Uuid, i64>>,
}

impl RevokedTokens {
    pub(super) fn contains(&self, token: Uuid) -> bool {
        self.expiries
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(&token)
    }

    pub(super) fn insert(&self, token: Uuid, expires_at: i64) {
        self.expiries
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(token, expires_at);
    }

    /// Forgets those that are dead by themselves.
    pub(super) fn forget_expired(&self, now: i64) {
        self.expiries
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, expires_at| *expires_at > now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revoked_tokens_are_kept_until_they_would_have_died() {
        let revoked = RevokedTokens::default();
        let token = Uuid::from_u128(1);
        revoked.insert(token, 2_000);
        revoked.forget_expired(1_999);
        assert!(revoked.contains(token));
        revoked.forget_expired(2_000);
        assert!(!revoked.contains(token));
    }
}
