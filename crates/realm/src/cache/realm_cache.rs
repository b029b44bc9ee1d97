use std::hash::Hash;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use oauth::model::{
    Approval, AuthorizationCode, BrowserSession, Client, ExternalId, Position, Recording,
    Redemption, RefreshToken, Timestamp, TokenHash, User, Uuid, is_cut_off,
};
use oauth::revocation::PresentedToken;
use oauth::sign_in::{self, SecondFactorPolicy};
use oauth::status::Worth;
use oauth::token::RealmKeys;
use quick_cache::Equivalent;
use scope::{Catalog, RightsFrom, RightsOrigin, ScopeSet};
use storage::{Store, StoreError};

use super::bounded::Cache;
use super::caches::Caches;
use super::edition::{Compiled, Edition};
use super::follower::Follower;
use super::known::{KnownClient, KnownGrant, KnownRights};
use crate::clock::Clock;
use crate::fault::Fault;
use crate::limits;
use crate::rights::{Asked, Asking, Question, RightsNow, RightsSource};
use crate::slow_hash::MovedIn;

/// How far clocks of several nodes may differ.
const CLOCKS: Duration = Duration::from_secs(3_600);

/// What stands in one realm right now, remembered over the store.
///
/// Each catalog that the realm takes has one of its own, over the same caches.
pub struct RealmCache {
    pub(super) catalog: Arc<Catalog>,
    edition: Edition,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) caches: Arc<Caches>,
    follower: Arc<Follower>,
    /// For how long what is remembered may answer when nobody can say what has changed since.
    stale_after: Duration,
    /// Every scope: the rights of a machine that acts for itself.
    pub(super) all: Arc<ScopeSet>,
    pub(super) moved_in: Arc<MovedIn>,
    /// Where people get their rights from.
    rights_source: Arc<RightsSource>,
    /// When people who sign in here need a second factor.
    second_factor: SecondFactorPolicy,
}

impl RealmCache {
    pub(crate) fn new(
        catalog: Arc<Catalog>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        caches: Arc<Caches>,
        follower: Arc<Follower>,
    ) -> Self {
        Self {
            all: Arc::new(catalog.all()),
            catalog,
            edition: Edition::default(),
            store,
            clock,
            caches,
            follower,
            stale_after: limits::STALE_AFTER,
            moved_in: Arc::default(),
            rights_source: Arc::default(),
            second_factor: SecondFactorPolicy::default(),
        }
    }

    /// The same where people get their rights from elsewhere.
    pub(crate) fn with_rights(self, source: RightsSource) -> Self {
        let rights_source = Arc::new(source);
        Self {
            rights_source,
            ..self
        }
    }

    /// Where people get their rights from.
    pub(crate) fn rights_source(&self) -> &RightsSource {
        &self.rights_source
    }

    /// The same where a second factor is demanded.
    pub(crate) fn with_second_factor(self, second_factor: SecondFactorPolicy) -> Self {
        Self {
            second_factor,
            ..self
        }
    }

    /// What opens nothing to a person's token of a sign-in of this class (`acr`), if anything does not.
    #[must_use]
    pub fn unproven(&self, user: Option<Uuid>, class: Option<&str>) -> Option<&ScopeSet> {
        user.and_then(|_| sign_in::unproven(&self.catalog, class, self.second_factor))
    }

    /// The same where keys of another system moved in.
    pub(crate) fn with_moved_in(self, moved_in: MovedIn) -> Self {
        let moved_in = Arc::new(moved_in);
        Self { moved_in, ..self }
    }

    /// The same for another catalog of the realm, which comes behind this one.
    pub(crate) fn with_catalog(&self, catalog: Arc<Catalog>) -> Self {
        Self {
            all: Arc::new(catalog.all()),
            catalog,
            edition: self.edition.next(),
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            caches: Arc::clone(&self.caches),
            follower: Arc::clone(&self.follower),
            stale_after: self.stale_after,
            moved_in: Arc::clone(&self.moved_in),
            rights_source: Arc::clone(&self.rights_source),
            second_factor: self.second_factor,
        }
    }

    /// The same over the same caches, for questions that may be answered by what is remembered for so
    /// long after changes could be read last. What is not remembered is no more answered than else.
    #[must_use]
    pub fn answering_for(&self, stale_after: Duration) -> Self {
        Self {
            all: Arc::clone(&self.all),
            catalog: Arc::clone(&self.catalog),
            edition: self.edition,
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            caches: Arc::clone(&self.caches),
            follower: Arc::clone(&self.follower),
            stale_after,
            moved_in: Arc::clone(&self.moved_in),
            rights_source: Arc::clone(&self.rights_source),
            second_factor: self.second_factor,
        }
    }

    /// What is remembered.
    pub(crate) fn caches(&self) -> &Caches {
        &self.caches
    }

    /// Which of the realm's catalogs it goes by.
    pub(crate) fn edition(&self) -> Edition {
        self.edition
    }

    /// A client, whether disabled or not.
    ///
    /// # Errors
    ///
    /// When the store cannot tell; so for every method here.
    pub async fn client(&self, id: &str) -> Result<Option<KnownClient>, Fault> {
        self.ensure_known().await?;
        let known = self.caches.clients.get(id);
        if let Some(known) = known.and_then(|known| known.of(self.edition))
            && known
                .until
                .is_none_or(|until| SystemTime::from(self.clock.now()) < until)
        {
            return Ok(Some(known));
        }
        let load = async {
            let Some(client) = self.store.client(self.realm(), id).await? else {
                return Ok(None);
            };
            let approvals = self.store.approvals(self.realm(), id).await?;
            Ok(Some(self.known_client(client, &approvals)))
        };
        Box::pin(self.load(&self.caches.clients, id.to_owned(), load)).await
    }

    /// The `client_id` of the client with this UUID.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn client_id(&self, uuid: Uuid) -> Result<Option<String>, Fault> {
        let read = || async {
            let found = self.store.client_by_uuid(self.realm(), uuid).await?;
            Ok(found.map(|client| client.id))
        };
        self.look_up(&self.caches.client_ids, &uuid, read).await
    }

    /// The client with one or both of these names, whether disabled or not. One that was
    /// registered anew under the same `client_id` has another UUID, and is another.
    pub(super) async fn client_named(
        &self,
        id: Option<&str>,
        uuid: Option<Uuid>,
    ) -> Result<Option<KnownClient>, Fault> {
        let found = match (id, uuid) {
            (Some(id), _) => self.client(id).await?,
            (None, Some(uuid)) => match self.client_id(uuid).await? {
                Some(id) => self.client(&id).await?,
                None => None,
            },
            (None, None) => None,
        };
        Ok(found.filter(|known| uuid.is_none_or(|uuid| uuid == known.client.uuid)))
    }

    /// Takes in every change there is.
    pub(super) async fn catch_up(&self) -> Result<(), Fault> {
        self.follower.catch_up().await
    }

    /// What a token's text says, by the keys as last read. Where it names scopes by numbers that
    /// another node gave a moment ago, they are read first.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn presented(&self, issuer: &str, token: &str) -> Result<PresentedToken, Fault> {
        if let Some(read) = PresentedToken::read(&self.keys(), issuer, token) {
            return Ok(read);
        }
        self.catch_up().await?;
        let read = PresentedToken::read(&self.keys(), issuer, token);
        Ok(read.unwrap_or(PresentedToken::Unknown))
    }

    /// How far the changes are taken in here: what is issued by what is known now carries it,
    /// and ends with whatever is cut off later.
    #[must_use]
    pub fn position(&self) -> Position {
        self.follower.position()
    }

    fn known_client(&self, client: Client, approvals: &[Approval]) -> KnownClient {
        let state = client.state(&self.catalog, approvals);
        let now = self.clock.now().into();
        KnownClient {
            client: Arc::new(client),
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
    pub async fn grant(&self, id: Uuid) -> Result<Option<KnownGrant>, Fault> {
        let read = || async {
            let Some(grant) = self.store.grant(self.realm(), id).await? else {
                return Ok(None);
            };
            let since = self.oldest_access_token();
            let ended = self.store.ended_families(self.realm(), id, since).await?;
            Ok(Some(KnownGrant {
                granted: Arc::new(self.catalog.recorded(&grant.granted)),
                grant: Arc::new(grant),
                ended: ended.into(),
            }))
        };
        self.look_up_compiled(&self.caches.grants, &id, read).await
    }

    /// Access tokens that were issued before are dead by themselves, however clocks differ.
    fn oldest_access_token(&self) -> Timestamp {
        let life = Duration::from_secs(self.catalog.token_policy().access_ttl);
        let life = life.saturating_add(CLOCKS);
        let since = self.clock.now().saturating_sub(life);
        since.unwrap_or(Timestamp::MIN)
    }

    /// The rights of a person in an organisation, for what was issued at this place; `None`
    /// without a membership, for a person who may not act, and where the membership is cut off
    /// since.
    async fn rights(
        &self,
        user: Uuid,
        organisation: Uuid,
        issued: Option<Position>,
    ) -> Result<Option<RightsNow>, Fault> {
        let read = || async {
            let rights = self.store.rights(self.realm(), user, organisation).await?;
            let rights = rights.map(|rights| KnownRights::of(&self.catalog, &rights));
            Ok(Some(rights))
        };
        let key = (user, organisation);
        let known = self
            .look_up_compiled(&self.caches.rights, &key, read)
            .await?
            .flatten();
        let Some(known) = known.filter(|known| !is_cut_off(issued, known.cut_off)) else {
            return Ok(None);
        };
        Ok(Some(match &*self.rights_source {
            RightsSource::Stored => RightsNow::standing(known.by_roles),
            RightsSource::Given { .. } => known.given_now(self.clock.now()),
            RightsSource::Asked(asked) => Box::pin(self.asked(asked, user, organisation)).await?,
        }))
    }

    /// What the provider's system says that a member may do. Of whom it has no name it is not asked.
    async fn asked(
        &self,
        asked: &Asked,
        user: Uuid,
        organisation: Uuid,
    ) -> Result<RightsNow, Fault> {
        let person = self.user(user).await?;
        let place = self.organisation(organisation).await?;
        let named = |external: Option<&ExternalId>| {
            let external = external.filter(|external| external.source == asked.source());
            external.map(|external| Arc::from(external.id.as_str()))
        };
        let person = named(person.as_ref().and_then(|person| person.external.as_ref()));
        let place = named(place.as_ref().and_then(|place| place.external.as_ref()));
        let (Some(person), Some(organisation_name)) = (person, place) else {
            let origin = RightsOrigin {
                from: RightsFrom::Asked,
                since: None,
                until: None,
                max_age: None,
            };
            return Ok(RightsNow {
                origin: Some(Arc::new(origin)),
                ..RightsNow::default()
            });
        };
        let asking = Asking {
            clock: Arc::clone(&self.clock),
            about: (user, organisation, self.edition),
            question: Question {
                realm: self.realm().to_owned(),
                person,
                organisation: organisation_name,
            },
            store: Arc::clone(&self.store),
            catalog: Arc::clone(&self.catalog),
        };
        let answer = asked.answer(&asking).await;
        let answer = answer.map_err(|_| Fault::RightsUnavailable)?;
        Ok(RightsNow {
            until: Some(asked.counts_until(&answer)),
            rights: answer.rights,
            expired: None,
            origin: Some(answer.origin),
        })
    }

    /// What a person may do now with something that was issued at this place for one
    /// organisation; where it is for the person, what they may do in any of theirs. `None` where
    /// they have no place. Offer, issue, refresh, introspection and gates ask here.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn rights_within(
        &self,
        user: Uuid,
        organisation: Option<Uuid>,
        issued: Option<Position>,
    ) -> Result<Option<RightsNow>, Fault> {
        if let Some(organisation) = organisation {
            return self.rights(user, organisation, issued).await;
        }
        let mut anywhere: Option<RightsNow> = None;
        for (organisation, _) in self.memberships(user).await?.iter() {
            let there = self.rights(user, organisation.id, issued).await?;
            anywhere = match (anywhere, there) {
                (Some(before), Some(there)) => Some(before.or(there)),
                (before, there) => before.or(there),
            };
        }
        Ok(anywhere)
    }

    /// What something that was issued to this client, for this person, at this place, is worth by
    /// them and the realm. Of what is for an organisation, [`Self::rights_within`] says the rest.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn worth(
        &self,
        client: &Client,
        user: Option<Uuid>,
        issued: Option<Position>,
    ) -> Result<Worth, Fault> {
        self.ensure_known().await?;
        let is_cut_off = |cut_off| is_cut_off(issued, cut_off);
        let ended = is_cut_off(client.cut_off) || is_cut_off(self.caches.cut_off());
        let by_client = Worth::by(client.status, ended);
        let Some(user) = user else {
            return Ok(by_client);
        };
        let by_user = self.user(user).await?.map_or(Worth::Ended, |user| {
            Worth::by(user.status, is_cut_off(user.cut_off))
        });
        Ok(by_client.max(by_user))
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
    ) -> Result<Option<KnownGrant>, Fault> {
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
    pub async fn user(&self, id: Uuid) -> Result<Option<Arc<User>>, Fault> {
        let read = || async {
            let user = self.store.user(self.realm(), id).await?;
            Ok(user.map(Arc::new))
        };
        self.look_up(&self.caches.users, &id, read).await
    }

    /// A signed-in browser of this realm whose session has not run out and is not cut off, and
    /// whose person may act.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn session(
        &self,
        hash: &TokenHash,
    ) -> Result<Option<(Arc<BrowserSession>, Arc<User>)>, Fault> {
        let read = || async {
            let session = self.store.session(hash, self.clock.now()).await?;
            Ok(session.map(Arc::new))
        };
        let known = self.look_up(&self.caches.sessions, hash, read);
        let Some(session) = known.await? else {
            return Ok(None);
        };
        if session.realm != self.realm() || self.clock.now() >= session.expires_at {
            return Ok(None);
        }
        if is_cut_off(session.position, self.caches.cut_off()) {
            return Ok(None);
        }
        let user = self.user(session.user).await?;
        Ok(user
            .filter(|user| {
                let cuts = [user.cut_off, user.sessions_cut_off];
                let ended = cuts.map(|cut_off| is_cut_off(session.position, cut_off));
                user.status.is_active() && !ended.contains(&true)
            })
            .map(|user| (session, user)))
    }

    /// Was this access token given back or revoked, as far as the changes are taken in?
    pub(super) fn is_revoked(&self, token: Uuid) -> bool {
        self.caches.revoked.contains(token)
    }

    /// Stores a further code of a standing grant, if that is still live. Codes come back within
    /// seconds, mostly to the process that made them, which remembers them for that.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn insert_code(&self, code: AuthorizationCode) -> Result<Recording<()>, Fault> {
        match self.store.insert_code(&code).await {
            Ok(()) => {
                self.caches.codes.keep(code.hash, Arc::new(code));
                Ok(Recording::Recorded(()))
            }
            Err(StoreError::NotFound { .. }) => Ok(Recording::StandingChanged),
            Err(error) => Err(error.into()),
        }
    }

    /// A code, in any state. Whether one that is remembered is good once more, only
    /// [`RealmCache::redeem_code`] says.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn code(&self, hash: &TokenHash) -> Result<Option<Arc<AuthorizationCode>>, Fault> {
        if let Some(known) = self.caches.codes.get(hash) {
            return Ok(Some(known));
        }
        Ok(self.store.code(hash).await?.map(Arc::new))
    }

    /// Redeems a code, if nobody did before, and stores the refresh token that goes with it, if
    /// any.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn redeem_code(
        &self,
        hash: &TokenHash,
        refresh: Option<&RefreshToken>,
        now: Timestamp,
    ) -> Result<Redemption, Fault> {
        self.caches.codes.forget(hash);
        Ok(self.store.redeem_code(hash, refresh, now).await?)
    }

    /// The realm's keys as last read.
    #[must_use]
    pub fn keys(&self) -> Arc<RealmKeys> {
        self.caches.keys.load_full()
    }

    /// What is remembered under a key, or else what is read; nothing, if too long ago
    /// nobody knows what has changed since.
    pub(super) async fn look_up<K, Q, V, F>(
        &self,
        cache: &Cache<K, V>,
        key: &Q,
        read: impl FnOnce() -> F,
    ) -> Result<Option<V>, Fault>
    where
        K: Eq + Hash + Clone,
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
        V: Clone,
        F: Future<Output = Result<Option<V>, Fault>>,
    {
        self.ensure_known().await?;
        match cache.get(key) {
            Some(known) => Ok(Some(known)),
            // Boxed, so that what is known is answered without room for reading.
            None => {
                Box::pin(async {
                    self.follower.ensure_fresh().await?;
                    cache.load(key.to_owned(), read()).await
                })
                .await
            }
        }
    }

    /// The same for what is remembered as sets of scopes.
    pub(super) async fn look_up_compiled<K, Q, V, F>(
        &self,
        cache: &Cache<K, Compiled<V>>,
        key: &Q,
        read: impl FnOnce() -> F,
    ) -> Result<Option<V>, Fault>
    where
        K: Eq + Hash + Clone,
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
        V: Clone,
        F: Future<Output = Result<Option<V>, Fault>>,
    {
        self.ensure_known().await?;
        match cache.get(key).and_then(|known| known.of(self.edition)) {
            Some(known) => Ok(Some(known)),
            None => Box::pin(self.load(cache, key.to_owned(), read())).await,
        }
    }

    /// May what is remembered answer? Without a longer time, if every change older than a second is
    /// taken in.
    async fn ensure_known(&self) -> Result<(), Fault> {
        self.follower.ensure_known_within(self.stale_after).await
    }

    async fn load<K: Eq + Hash + Clone, V: Clone>(
        &self,
        cache: &Cache<K, Compiled<V>>,
        key: K,
        read: impl Future<Output = Result<Option<V>, Fault>>,
    ) -> Result<Option<V>, Fault> {
        self.follower.ensure_fresh().await?;
        let compiled = async {
            let read = read.await?;
            Ok(read.map(|value| Compiled::new(self.edition, value)))
        };
        let loaded = cache.load(key, compiled).await?;
        Ok(loaded.and_then(|loaded| loaded.of(self.edition)))
    }

    pub(super) fn realm(&self) -> &str {
        self.catalog.id()
    }
}
