use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use oauth::api_key::hash::HmacKey;
use oauth::model::{KeyUse, Timestamp, Uuid};
use oauth::naming::{self, NamingError};
use oauth::policy::{RealmPolicy, Sandbox};
use oauth::token::MasterKeys;
use scope::{ApiDescription, Catalog};
use storage::Store;

use crate::api::{self, Api};
use crate::base_url::{BaseUrlError, base_url};
use crate::cache::{Caches, Follower, RealmCache};
use crate::catalogs::{self, Offers};
use crate::clock::{Clock, ForLimits};
use crate::endpoint_limits::{EndpointLimits, EndpointPaces};
use crate::fault::Fault;
use crate::keys::{self, KeySettings, KeysError, StoredKeys};
use crate::layout::{Layout, Placement};
use crate::limits;
use crate::look::Look;
use crate::mail::{Carrier, Post};
use crate::manage::{AuditTrail, Desk};
use crate::metrics::{Figures, Metrics};
use crate::openid::LastAsked;
use crate::random::Random;
use crate::realm::Realm;
use crate::rights::{Asked, RightsSource};
use crate::sign_in::SignIn;
use crate::slow_hash::MovedIn;

/// Realms by their names.
pub(crate) type Realms = BTreeMap<String, Arc<Realm>>;

/// A running Scopegate: its realms over one store.
pub struct App {
    pub(crate) store: Arc<dyn Store>,
    /// Replaced as a whole, so that catalogs that are taken together count together.
    pub(crate) realms: ArcSwap<Realms>,
    pub(crate) clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    base_url: String,
    sole: Option<Arc<Layout>>,
    pub(crate) follower: Arc<Follower>,
    keys: KeySettings,
    metrics: Arc<Metrics>,
    pub(crate) offers: Offers,
    endpoint_limits: EndpointLimits,
    stopping: AtomicBool,
    post: Option<Arc<Post>>,
}

impl App {
    /// Begins an app over a store; [`AppBuilder::build`] ends it.
    pub fn builder(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> AppBuilder {
        AppBuilder {
            store,
            clock,
            random,
            base_url: String::from("http://localhost:8080"),
            catalogs: Vec::new(),
            policies: BTreeMap::new(),
            sign_ins: BTreeMap::new(),
            apis: BTreeMap::new(),
            placements: BTreeMap::new(),
            looks: BTreeMap::new(),
            hmac_keys: BTreeMap::new(),
            rights: BTreeMap::new(),
            descriptions: BTreeMap::new(),
            keys: KeySettings::default(),
            endpoint_paces: EndpointPaces::default(),
            carrier: None,
        }
    }

    /// The realm with this name, with the catalog of this moment. Whoever answers a request asks
    /// once, and so sees one catalog from beginning to end.
    #[must_use]
    pub fn realm(&self, id: &str) -> Option<Arc<Realm>> {
        self.realms.load().get(id).cloned()
    }

    /// Every realm, by name, all of one moment.
    #[must_use]
    pub fn realms(&self) -> Vec<Arc<Realm>> {
        self.realms.load().values().cloned().collect()
    }

    /// The store. What is written through it counts at once in every [`RealmCache`] here.
    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Is the database there and writable?
    ///
    /// # Errors
    ///
    /// Why it is not.
    pub async fn check_store(&self) -> Result<(), Fault> {
        Ok(self.store.check().await?)
    }

    /// The time of day.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Where random bytes come from.
    #[must_use]
    pub fn random(&self) -> &Arc<dyn Random> {
        &self.random
    }

    /// Random bytes.
    #[must_use]
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// A new time-ordered id.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        oauth::id::uuid_v7(self.now(), self.random_bytes())
    }

    /// Where this server is reached, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Where the only realm is, if it is there and not below its name as realms beside others are.
    #[must_use]
    pub fn sole_layout(&self) -> Option<&Arc<Layout>> {
        self.sole.as_ref()
    }

    /// What is counted.
    #[must_use]
    pub fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// The figures of this moment that are not counted as they happen.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let now = self.now();
        let mut keys = Vec::new();
        for realm in self.realms() {
            let current = realm.keys();
            let since = |key_use| {
                (
                    realm.id().to_owned(),
                    key_use,
                    current.in_use_since(key_use, now),
                )
            };
            keys.extend(KeyUse::ALL.map(since));
        }
        let realms = self.realms();
        let apis = realms
            .iter()
            .flat_map(|realm| realm.apis().iter().map(move |api| (realm.id(), api)));
        let deny_reads_after = apis.clone().map(|(realm, api)| {
            let (realm, api_name) = (realm.to_owned(), api.name().to_owned());
            (realm, api_name, api.deny_reads_after())
        });
        let deny_reads_after = deny_reads_after.collect();
        let observed = apis.map(|(realm, api)| {
            let is_observed = api.beside().observes_some(now.as_second());
            (realm.to_owned(), api.name().to_owned(), is_observed)
        });
        let observed = observed.collect();
        Figures {
            changes_age: self.changes_age(),
            is_fresh: self.is_fresh(),
            keys,
            store: self.store.figures(),
            asked: asked(&realms),
            providers: providers(&realms),
            now,
            observed,
            deny_reads_after,
        }
    }

    /// Is there an API whose calls are decided here just now, and be it only those that read?
    #[must_use]
    pub fn decides_reads(&self) -> bool {
        let age = self.changes_age();
        let realms = self.realms();
        let mut apis = realms.iter().flat_map(|realm| realm.apis());
        self.is_fresh() || apis.any(|api| age <= api.deny_reads_after())
    }

    /// Time since some fixed moment; never goes back.
    #[must_use]
    pub fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    /// Its clock, for limits of APIs.
    #[must_use]
    pub fn limits_clock(&self) -> Arc<dyn enforce::limits::Clock> {
        Arc::new(ForLimits(Arc::clone(&self.clock)))
    }

    /// How often its own endpoints take somebody.
    #[must_use]
    pub fn endpoint_limits(&self) -> &EndpointLimits {
        &self.endpoint_limits
    }

    /// How long ago every change of every node was last known here.
    #[must_use]
    pub fn changes_age(&self) -> Duration {
        self.follower.age()
    }

    /// Do answers rest on changes read in time? If not, everything is denied.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.follower.is_fresh()
    }

    /// Why the changes of other nodes cannot be taken in, with what to do where that is known: the
    /// database does not answer, or keys are there that this node cannot or may not use.
    #[must_use]
    pub fn changes_problem(&self) -> Option<Arc<String>> {
        self.follower.problem()
    }

    /// From now on `/readyz` says that no more requests should be sent here.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
    }

    /// Has [`App::stop`] been called?
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Takes in every change made since the last time, by any node.
    ///
    /// # Errors
    ///
    /// When the changes cannot be read.
    pub async fn catch_up(&self) -> Result<(), Fault> {
        self.follower.catch_up().await
    }

    /// The API that is reached at this host, as a `Host` header has it, and has this path in its
    /// identifier, with its realm.
    #[must_use]
    pub fn api_at(&self, host: &str, path: &str) -> Option<(Arc<Realm>, Api)> {
        self.realms().into_iter().find_map(|realm| {
            let mut apis = realm.apis().iter();
            let here = |api: &&Api| {
                let (own_host, own_path) = api.place();
                own_host.eq_ignore_ascii_case(host) && own_path == path
            };
            let found = apis.find(here).cloned();
            found.map(|api| (realm, api))
        })
    }

    /// Where one of its realms is administered.
    #[must_use]
    pub fn desk<'a>(&'a self, realm: &'a Realm) -> Desk<'a> {
        Desk::new(&*self.store, realm.catalog(), &*self.clock, &*self.random)
            .taking(realm.rights_source().brought())
    }

    /// The audit record of its realms.
    #[must_use]
    pub fn audit_trail(&self) -> AuditTrail<'_> {
        AuditTrail::new(&*self.store)
    }

    /// Can people be written to?
    #[must_use]
    pub fn sends_mail(&self) -> bool {
        self.post.is_some()
    }

    pub(crate) fn post(&self) -> Option<&Arc<Post>> {
        self.post.as_ref()
    }

    /// What wraps secrets in the store.
    pub(crate) fn master_keys(&self) -> &MasterKeys {
        &self.keys.master_keys
    }

    /// The keys of its realms where they are stored.
    #[must_use]
    pub fn stored_keys(&self) -> StoredKeys<'_> {
        StoredKeys::new(&*self.store, &*self.clock, &*self.random, &self.keys)
            .counting(self.metrics.key_rotations())
    }

    /// Replaces the keys of every realm that have reached their age, and removes retired ones
    /// that nobody needs any more.
    ///
    /// # Errors
    ///
    /// The first failure, once every realm has been looked at.
    pub async fn tend_keys(&self) -> Result<(), KeysError> {
        let mut outcome = Ok(());
        for realm in self.realms() {
            let longest_life = Duration::from_secs(realm.catalog().token_policy().access_ttl);
            let keys = realm.keys();
            let worn = keys.worn(limits::SEALED_BY_A_KEY);
            let tended = self
                .stored_keys()
                .tend(realm.id(), longest_life, &worn)
                .await;
            outcome = outcome.and(tended);
        }
        outcome
    }
}

/// The providers of OpenID Connect that people sign in at, by realm.
fn providers(realms: &[Arc<Realm>]) -> Vec<(String, LastAsked)> {
    let asked = realms.iter().filter_map(|realm| {
        let provider = realm.sign_in().kind.openid_connect()?;
        Some((realm.id().to_owned(), provider.last_asked()))
    });
    asked.collect()
}

/// By realm that asks about rights: how often, and how that ended.
fn asked(realms: &[Arc<Realm>]) -> Vec<(String, Asked)> {
    let asked = realms
        .iter()
        .filter_map(|realm| match realm.rights_source() {
            RightsSource::Asked(asked) => Some((realm.id().to_owned(), asked.clone())),
            RightsSource::Stored | RightsSource::Given { .. } => None,
        });
    asked.collect()
}

/// What an [`App`] is made of.
pub struct AppBuilder {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    base_url: String,
    catalogs: Vec<Arc<Catalog>>,
    policies: BTreeMap<String, RealmPolicy>,
    sign_ins: BTreeMap<String, SignIn>,
    apis: BTreeMap<String, Vec<Api>>,
    placements: BTreeMap<String, Placement>,
    looks: BTreeMap<String, Arc<Look>>,
    hmac_keys: BTreeMap<String, Vec<HmacKey>>,
    rights: BTreeMap<String, RightsSource>,
    descriptions: BTreeMap<String, Arc<ApiDescription>>,
    keys: KeySettings,
    endpoint_paces: EndpointPaces,
    carrier: Option<Carrier>,
}

impl AppBuilder {
    /// Where this server is reached from outside: scheme, host and, if it is not the
    /// scheme's own, port. A slash at the end is dropped.
    #[must_use]
    pub fn base_url(mut self, url: &str) -> Self {
        url.trim_end_matches('/').clone_into(&mut self.base_url);
        self
    }

    /// Adds the realm of a catalog; its name is the catalog's id.
    #[must_use]
    pub fn realm(mut self, catalog: impl Into<Arc<Catalog>>) -> Self {
        self.catalogs.push(catalog.into());
        self
    }

    /// What a realm decides beyond its catalog; without it, the default.
    #[must_use]
    pub fn policy(mut self, realm: &str, policy: RealmPolicy) -> Self {
        self.policies.insert(realm.to_owned(), policy);
        self
    }

    /// How the pages of a realm look.
    #[must_use]
    pub fn look(mut self, realm: &str, look: Look) -> Self {
        self.looks.insert(realm.to_owned(), Arc::new(look));
        self
    }

    /// Asks for a place of its own for the only realm.
    #[must_use]
    pub fn placed(mut self, realm: &str, placement: Placement) -> Self {
        self.placements.insert(realm.to_owned(), placement);
        self
    }

    /// How people of a realm sign in; without it, with accounts here.
    #[must_use]
    pub fn sign_in(mut self, realm: &str, sign_in: SignIn) -> Self {
        self.sign_ins.insert(realm.to_owned(), sign_in);
        self
    }

    /// The APIs of a realm, the one that is meant where none is named first; without them, its
    /// one API is called by its issuer.
    #[must_use]
    pub fn apis(mut self, realm: &str, apis: Vec<Api>) -> Self {
        self.apis.insert(realm.to_owned(), apis);
        self
    }

    /// The keys of the provider by which another system kept the hashes of its API keys, which moved
    /// into this realm. Four are tried at most.
    #[must_use]
    pub fn hmac_keys(mut self, realm: &str, keys: Vec<HmacKey>) -> Self {
        self.hmac_keys.insert(realm.to_owned(), keys);
        self
    }

    /// Where the people of a realm get their rights from; without it, from their roles.
    #[must_use]
    pub fn rights(mut self, realm: &str, source: RightsSource) -> Self {
        self.rights.insert(realm.to_owned(), source);
        self
    }

    /// What is known of the bodies and answers of a realm's API.
    #[must_use]
    pub fn description(mut self, realm: &str, description: ApiDescription) -> Self {
        let description = Arc::new(description);
        self.descriptions.insert(realm.to_owned(), description);
        self
    }

    /// How keys are made, replaced and stored.
    #[must_use]
    pub fn keys(mut self, keys: KeySettings) -> Self {
        self.keys = keys;
        self
    }

    /// How often the token endpoint and signing in take somebody; without it, by default.
    #[must_use]
    pub fn endpoint_paces(mut self, paces: EndpointPaces) -> Self {
        self.endpoint_paces = paces;
        self
    }

    /// Who carries mail to people. Without it, nobody can ask for a link to a new password.
    #[must_use]
    pub fn mail(mut self, carrier: Carrier) -> Self {
        self.carrier = Some(carrier);
        self
    }

    /// Makes the keys that are missing and reads what must be known from the start.
    ///
    /// # Errors
    ///
    /// A base URL that cannot be an issuer, two catalogs with one id, a store that fails,
    /// keys that cannot be used.
    pub async fn build(self) -> Result<Arc<App>, BuildError> {
        let (app, _) = self.build_with_store().await?;
        Ok(app)
    }

    /// As [`AppBuilder::build`], and hands out the store as the app has it: what is written
    /// through it counts at once in every [`RealmCache`] of the app. Who is only given an app
    /// gets no store from it.
    ///
    /// # Errors
    ///
    /// As [`AppBuilder::build`].
    pub async fn build_with_store(mut self) -> Result<(Arc<App>, Arc<dyn Store>), BuildError> {
        let mut layouts = self.check()?;
        let realms = self.catalogs.iter().map(|catalog| catalog.id());
        let metrics = Metrics::new(realms, &self.store.figures())
            .map_err(|error| BuildError::Metrics(error.to_string()))?;
        self.complete_keys(&metrics).await?;
        for catalog in &self.catalogs {
            catalogs::prepare(&*self.store, &*self.clock, catalog).await?;
            let around = (&*self.clock, &*self.random);
            catalogs::record(&*self.store, around, catalog).await?;
        }
        // Before anything is read that may change meanwhile.
        let begin = self.store.latest_change().await.map_err(Fault::from)?;
        let mut caches = BTreeMap::new();
        for catalog in &self.catalogs {
            let keys = keys::read(&*self.store, &self.keys.master_keys, catalog.id()).await?;
            caches.insert(catalog.id().to_owned(), Arc::new(Caches::new(keys)));
        }
        let follower = Follower::start(
            Arc::clone(&self.store),
            Arc::clone(&self.clock),
            caches.clone(),
            self.keys.master_keys.clone(),
            begin,
        );
        let follower = Arc::new(follower.await?);
        let store = self.store.hooked(Arc::clone(&follower) as _);
        let mut realms = BTreeMap::new();
        let mut sole = None;
        for catalog in self.catalogs {
            let (Some(caches), Some(layout)) =
                (caches.remove(catalog.id()), layouts.remove(catalog.id()))
            else {
                continue;
            };
            let id = catalog.id().to_owned();
            let cache = RealmCache::new(
                Arc::clone(&catalog),
                Arc::clone(&store),
                Arc::clone(&self.clock),
                caches,
                Arc::clone(&follower),
            );
            let mut hmac_keys = self.hmac_keys.remove(&id).unwrap_or_default();
            hmac_keys.truncate(limits::HMAC_KEYS);
            let cache = cache.with_moved_in(MovedIn {
                hmac_keys,
                ..MovedIn::default()
            });
            let cache = cache.with_rights(self.rights.remove(&id).unwrap_or_default());
            let policy = self.policies.get(&id).copied().unwrap_or_default();
            let description = self.descriptions.remove(&id);
            let apis = self.apis.remove(&id).unwrap_or_default();
            let sign_in = self.sign_ins.remove(&id).unwrap_or_default();
            let cache = cache.with_second_factor(sign_in.second_factor_here());
            let realm = Realm::new(layout, catalog, policy, apis, cache)
                .described(description)
                .looking(self.looks.remove(&id))
                .signing_in(sign_in);
            metrics.catalog_counts(None, &realm);
            sole = sole.or_else(|| realm.layout().is_sole().then(|| Arc::clone(realm.layout())));
            realms.insert(id, Arc::new(realm));
        }
        let app = Arc::new(App {
            store: Arc::clone(&store),
            realms: ArcSwap::from_pointee(realms),
            clock: self.clock,
            random: self.random,
            base_url: self.base_url,
            sole,
            follower,
            keys: self.keys,
            metrics: Arc::new(metrics),
            offers: Offers::default(),
            endpoint_limits: EndpointLimits::new(self.endpoint_paces),
            stopping: AtomicBool::new(false),
            post: self.carrier.map(|carrier| Arc::new(Post::new(carrier))),
        });
        Ok((app, store))
    }

    /// Base URL and names, before anything is written.
    /// Where each realm is, if everything fits together.
    fn check(&self) -> Result<BTreeMap<String, Arc<Layout>>, BuildError> {
        base_url(&self.base_url)?;
        let mut layouts = BTreeMap::new();
        for catalog in &self.catalogs {
            naming::realm(catalog.id())?;
            let usual = Placement::default();
            let placement = self.placements.get(catalog.id()).unwrap_or(&usual);
            if !placement.is_usual() && self.catalogs.len() > 1 {
                return Err(BuildError::NotAlone(catalog.id().to_owned()));
            }
            let layout = Layout::new(&self.base_url, catalog.id(), placement);
            let layout = Arc::new(layout.map_err(BuildError::Layout)?);
            let known = layouts.insert(catalog.id().to_owned(), Arc::clone(&layout));
            if known.is_some() {
                return Err(BuildError::RealmTwice(catalog.id().to_owned()));
            }
            let policy = self.policies.get(catalog.id());
            let apis = self.apis.get(catalog.id()).map(Vec::as_slice);
            let has_sandbox = policy.is_some_and(|policy| policy.sandbox != Sandbox::Off);
            if let (Some(apis), true) = (apis, has_sandbox) {
                api::apart_from_sandbox(apis, layout.issuer()).map_err(BuildError::Api)?;
            }
        }
        Ok(layouts)
    }

    /// Makes the keys that realms have not got. Another node may be doing the same: the store
    /// keeps one. Before anything is made, every key of every realm must be readable, so that
    /// a node with the wrong master key leaves nothing behind.
    async fn complete_keys(&self, metrics: &Metrics) -> Result<(), KeysError> {
        let stored = StoredKeys::new(&*self.store, &*self.clock, &*self.random, &self.keys)
            .counting(metrics.key_rotations());
        for catalog in &self.catalogs {
            stored.list(catalog.id()).await?;
        }
        for catalog in &self.catalogs {
            stored.complete(catalog.id()).await?;
        }
        Ok(())
    }
}

impl From<KeysError> for BuildError {
    fn from(error: KeysError) -> Self {
        match error {
            KeysError::Store(error) => Self::Store(error),
            unusable @ KeysError::Unusable(..) => Self::Keys(unusable),
        }
    }
}

/// Why an [`App`] could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The base URL cannot begin an issuer identifier.
    #[error(transparent)]
    BaseUrl(#[from] BaseUrlError),
    /// One of several realms asks for a place of its own.
    #[error(
        "realm {0:?} asks for an issuer or endpoints of its own, and is not the only realm; remove the \
         other realms, or leave it below its name"
    )]
    NotAlone(String),
    /// The only realm's endpoints are in each other's way.
    #[error("{0}")]
    Layout(String),
    /// Two catalogs claim one path.
    #[error("two catalogs have the id {0:?}; each realm needs its own")]
    RealmTwice(String),
    /// A catalog claims a path that is no realm's.
    #[error(transparent)]
    Realm(#[from] NamingError),
    /// Two resources have one identifier.
    #[error("{0}")]
    Api(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Fault),
    /// What is counted cannot be registered; a defect of this program.
    #[error("the metrics cannot be registered: {0}")]
    Metrics(String),
    /// The keys in the store cannot be used; none were made in their place.
    #[error(transparent)]
    Keys(KeysError),
}
