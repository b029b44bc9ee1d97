//! What stands right now: clients, grants, rights, sessions and revoked tokens, remembered
//! over the store and forgotten the moment they change.
//!
//! Every answer rests on changes read at most a second ago (`Feed`). When that cannot be
//! said, the answer is [`StoreError::Unavailable`]: denying is the only safe guess.

mod access;
mod caches;
mod feed;
mod remembered;

use std::sync::Arc;

use oauth::client_state::ClientState;
use oauth::model::{
    AuthorizationCode, BrowserSession, Grant, GrantStatus, Organisation, RefreshToken, Timestamp,
    TokenHash, User, Uuid,
};
use oauth::token::RealmKeys;
use scope::{Catalog, GrantedScope, OrganisationKey, ScopeSet};
use storage::{Redemption, Store, StoreError};

pub(crate) use access::Behind;
pub(crate) use caches::Caches;
pub use caches::Memberships;
pub(crate) use feed::Feed;

use crate::clock::Clock;

/// A client with what its approvals come to.
#[derive(Debug, Clone)]
pub struct KnownClient {
    /// The client, its approvals and its ceiling.
    pub state: Arc<ClientState>,
    /// The scopes that need no approval and those of its live approvals.
    pub approved: Arc<ScopeSet>,
    /// When an approval runs out, and `approved` has to be worked out again.
    until: Option<Timestamp>,
}

/// A grant with its scope as a set.
#[derive(Debug, Clone)]
pub struct KnownGrant {
    /// The grant, in any state.
    pub grant: Arc<Grant>,
    /// What stands allowed.
    pub granted: Arc<GrantedScope>,
}

impl KnownGrant {
    /// Is it in force?
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.grant.status == GrantStatus::Live
    }
}

/// What stands in one realm.
pub struct Standing {
    catalog: Arc<Catalog>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    caches: Arc<Caches>,
    feed: Arc<Feed>,
    /// Every scope: the rights of a machine that acts for itself.
    all: Arc<ScopeSet>,
}

impl Standing {
    pub(crate) fn new(
        catalog: Arc<Catalog>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        caches: Arc<Caches>,
        feed: Arc<Feed>,
    ) -> Self {
        Self {
            all: Arc::new(catalog.all()),
            catalog,
            store,
            clock,
            caches,
            feed,
        }
    }

    /// A client, whether disabled or not.
    ///
    /// # Errors
    ///
    /// When the store cannot tell; so for every method here.
    pub async fn client(&self, id: &str) -> Result<Option<KnownClient>, StoreError> {
        self.feed.ensure_fresh().await?;
        if let Some(known) = self.caches.clients.get(id)
            && known.until.is_none_or(|until| self.clock.now() < until)
        {
            return Ok(Some(known));
        }
        let load = async {
            let Some(client) = self.store.client(self.realm(), id).await? else {
                return Ok(None);
            };
            let approvals = self.store.approvals(self.realm(), id).await?;
            Ok(Some(self.known_client(ClientState::new(
                &self.catalog,
                &client,
                approvals,
            ))))
        };
        self.caches.clients.load(id.to_owned(), load).await
    }

    fn known_client(&self, state: ClientState) -> KnownClient {
        let now = self.clock.now();
        KnownClient {
            approved: Arc::new(state.approved(&self.catalog, now)),
            until: state.next_expiry(now),
            state: Arc::new(state),
        }
    }

    /// A grant in any state.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn grant(&self, id: Uuid) -> Result<Option<KnownGrant>, StoreError> {
        self.feed.ensure_fresh().await?;
        if let Some(known) = self.caches.grants.get(&id) {
            return Ok(Some(known));
        }
        let load = async {
            let grant = self.store.grant(self.realm(), id).await?;
            Ok(grant.map(|grant| KnownGrant {
                granted: Arc::new(self.catalog.recorded(&grant.granted)),
                grant: Arc::new(grant),
            }))
        };
        self.caches.grants.load(id, load).await
    }

    /// The rights of a person in an organisation; `None` without a membership, and for a
    /// person who is disabled.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn rights(
        &self,
        user: Uuid,
        organisation: Uuid,
    ) -> Result<Option<Arc<ScopeSet>>, StoreError> {
        self.feed.ensure_fresh().await?;
        let key = (user, organisation);
        if let Some(known) = self.caches.rights.get(&key) {
            return Ok(known);
        }
        let load = async {
            let names = self.store.rights(self.realm(), user, organisation).await?;
            let rights =
                names.map(|names| Arc::new(self.catalog.rights(names.iter().map(String::as_str))));
            Ok(Some(rights))
        };
        Ok(self.caches.rights.load(key, load).await?.flatten())
    }

    /// One organisation.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn organisation(&self, id: Uuid) -> Result<Option<Arc<Organisation>>, StoreError> {
        self.feed.ensure_fresh().await?;
        if let Some(known) = self.caches.organisations.get(&id) {
            return Ok(Some(known));
        }
        let load = async {
            let organisation = self.store.organisation(self.realm(), id).await?;
            Ok(organisation.map(Arc::new))
        };
        self.caches.organisations.load(id, load).await
    }

    /// The organisation that a path or a request names.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn organisation_by(
        &self,
        key: OrganisationKey,
        value: &str,
    ) -> Result<Option<Arc<Organisation>>, StoreError> {
        let id = match key {
            OrganisationKey::Id => Uuid::try_parse(value).ok(),
            OrganisationKey::Slug => self.slug(value).await?,
            OrganisationKey::Number => match value.parse() {
                Ok(number) => self.number(number).await?,
                Err(_) => None,
            },
        };
        let Some(id) = id else {
            return Ok(None);
        };
        let organisation = self.organisation(id).await?;
        Ok(organisation.filter(|organisation| is_named(organisation, key, value)))
    }

    async fn slug(&self, slug: &str) -> Result<Option<Uuid>, StoreError> {
        if let Some(known) = self.caches.slugs.get(slug) {
            return Ok(Some(known));
        }
        let load = async {
            let found = self.store.organisation_by_slug(self.realm(), slug).await?;
            Ok(found.map(|organisation| organisation.id))
        };
        self.caches.slugs.load(slug.to_owned(), load).await
    }

    async fn number(&self, number: i64) -> Result<Option<Uuid>, StoreError> {
        if let Some(known) = self.caches.numbers.get(&number) {
            return Ok(Some(known));
        }
        let load = async {
            let found = self
                .store
                .organisation_by_number(self.realm(), number)
                .await?;
            Ok(found.map(|organisation| organisation.id))
        };
        self.caches.numbers.load(number, load).await
    }

    /// The organisations of a person by name, with their roles there.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn memberships(&self, user: Uuid) -> Result<Memberships, StoreError> {
        self.feed.ensure_fresh().await?;
        if let Some(known) = self.caches.memberships.get(&user) {
            return Ok(known);
        }
        let load = async {
            let memberships = self.store.memberships(self.realm(), user).await?;
            Ok(Some(memberships.into()))
        };
        let memberships = self.caches.memberships.load(user, load).await?;
        Ok(memberships.unwrap_or_default())
    }

    /// The first organisation of a person by name, if they are a member of any.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn first_organisation(&self, user: Uuid) -> Result<Option<Uuid>, StoreError> {
        let memberships = self.memberships(user).await?;
        Ok(memberships.first().map(|(organisation, _)| organisation.id))
    }

    /// The grant that stands between a client and a person, there being one live at most.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn standing_grant(
        &self,
        client: &str,
        user: Uuid,
        organisation: Option<Uuid>,
    ) -> Result<Option<KnownGrant>, StoreError> {
        let key = (client.to_owned(), user, organisation);
        if let Some(id) = self.caches.standing_grants.get(&key)
            && let Some(grant) = self.grant(id).await?
            && grant.is_live()
        {
            return Ok(Some(grant));
        }
        let load = async {
            let found = self
                .store
                .standing_grant(self.realm(), client, user, organisation)
                .await?;
            Ok(found.map(|grant| grant.id))
        };
        match self.caches.standing_grants.load(key, load).await? {
            Some(id) => self.grant(id).await,
            None => Ok(None),
        }
    }

    /// One person, whether disabled or not.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn user(&self, id: Uuid) -> Result<Option<Arc<User>>, StoreError> {
        self.feed.ensure_fresh().await?;
        if let Some(known) = self.caches.users.get(&id) {
            return Ok(Some(known));
        }
        let load = async {
            let user = self.store.user(self.realm(), id).await?;
            Ok(user.map(Arc::new))
        };
        self.caches.users.load(id, load).await
    }

    /// A signed-in browser of this realm whose session has not run out and whose person is
    /// not disabled.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn session(
        &self,
        hash: &TokenHash,
    ) -> Result<Option<(Arc<BrowserSession>, Arc<User>)>, StoreError> {
        self.feed.ensure_fresh().await?;
        let session = match self.caches.sessions.get(hash) {
            Some(known) => Some(known),
            None => {
                let load = async {
                    let session = self.store.session(hash, self.clock.now()).await?;
                    Ok(session.map(Arc::new))
                };
                self.caches.sessions.load(*hash, load).await?
            }
        };
        let Some(session) = session else {
            return Ok(None);
        };
        if session.realm != self.realm() || self.clock.now() >= session.expires_at {
            return Ok(None);
        }
        let user = self.user(session.user).await?;
        Ok(user
            .filter(|user| user.disabled_at.is_none())
            .map(|user| (session, user)))
    }

    /// Was this access token revoked by itself?
    ///
    /// # Errors
    ///
    /// When that cannot be told.
    pub async fn is_revoked(&self, token: Uuid) -> Result<bool, StoreError> {
        self.feed.ensure_fresh().await?;
        Ok(self.caches.revoked.contains(token))
    }

    /// Stores a further code of a standing grant, as [`storage::Codes::insert_code`] does.
    /// Codes come back within seconds, mostly to the process that made them, which remembers
    /// them for that.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the grant is not live, and when the store cannot tell.
    pub async fn insert_code(&self, code: AuthorizationCode) -> Result<(), StoreError> {
        self.store.insert_code(&code).await?;
        self.caches.codes.keep(code.hash, Arc::new(code));
        Ok(())
    }

    /// A code, in any state. Whether one that is remembered is good once more, only
    /// [`Standing::redeem_code`] says.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn code(
        &self,
        hash: &TokenHash,
    ) -> Result<Option<Arc<AuthorizationCode>>, StoreError> {
        if let Some(known) = self.caches.codes.get(hash) {
            return Ok(Some(known));
        }
        Ok(self.store.code(hash).await?.map(Arc::new))
    }

    /// Redeems a code, as [`storage::Codes::redeem_code`] does.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn redeem_code(
        &self,
        hash: &TokenHash,
        refresh: Option<&RefreshToken>,
        now: Timestamp,
    ) -> Result<Redemption, StoreError> {
        self.caches.codes.forget(hash);
        self.store.redeem_code(hash, refresh, now).await
    }

    /// The realm's keys as last read.
    #[must_use]
    pub fn keys(&self) -> Arc<RealmKeys> {
        self.caches.keys.load_full()
    }

    fn realm(&self) -> &str {
        self.catalog.id()
    }
}

/// Does this key of the organisation have this value?
fn is_named(organisation: &Organisation, key: OrganisationKey, value: &str) -> bool {
    match key {
        OrganisationKey::Id => Uuid::try_parse(value).is_ok_and(|id| id == organisation.id),
        OrganisationKey::Slug => organisation.slug == value,
        OrganisationKey::Number => value
            .parse()
            .is_ok_and(|number: i64| number == organisation.number),
    }
}
