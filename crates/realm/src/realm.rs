use std::sync::Arc;

use enforce::gate::TakesKeys;
use oauth::model::{ApiKey, TokenHash};
use oauth::policy::{RealmPolicy, Sandbox};
use oauth::token::{AccessTokenClaims, RealmKeys};
use scope::{ApiDescription, Catalog};

use crate::api::{Api, DEFAULT_NAME};
use crate::cache::{Edition, RealmCache};
use crate::rights::RightsSource;
use crate::sign_in::SignIn;

/// One provider's world: its issuer, catalog, keys, and what is known of its clients,
/// people and grants. Its catalog never changes: a server that takes another one has another
/// `Realm` from then on, and requests under way keep theirs.
pub struct Realm {
    id: String,
    issuer: String,
    /// The one that is meant where none is named comes first.
    apis: Arc<[Api]>,
    audiences: Vec<String>,
    /// The sandbox, alone: what every token was for before it was apart.
    sandbox: [String; 1],
    catalog: Arc<Catalog>,
    catalog_digest: [u8; 32],
    description: Option<Arc<ApiDescription>>,
    policy: RealmPolicy,
    sign_in: Arc<SignIn>,
    cache: Arc<RealmCache>,
}

impl Realm {
    pub(crate) fn new(
        issuer: String,
        catalog: Arc<Catalog>,
        policy: RealmPolicy,
        apis: Vec<Api>,
        cache: RealmCache,
    ) -> Self {
        let sandbox = format!("{issuer}/api");
        let mut audiences: Vec<String> = apis.iter().map(|api| api.url().to_owned()).collect();
        if audiences.is_empty() && policy.sandbox != Sandbox::IsTheApi {
            audiences.push(issuer.clone());
        }
        if policy.sandbox != Sandbox::Off {
            audiences.push(sandbox.clone());
        }
        Self {
            id: catalog.id().to_owned(),
            apis: apis.into(),
            audiences,
            sandbox: [sandbox],
            issuer,
            catalog_digest: digest(&catalog),
            catalog,
            description: None,
            policy,
            sign_in: Arc::default(),
            cache: Arc::new(cache),
        }
    }

    pub(crate) fn described(self, description: Option<Arc<ApiDescription>>) -> Self {
        Self {
            description,
            ..self
        }
    }

    pub(crate) fn signing_in(self, sign_in: SignIn) -> Self {
        Self {
            sign_in: Arc::new(sign_in),
            ..self
        }
    }

    /// The same realm with another catalog.
    pub(crate) fn with_catalog(&self, catalog: Arc<Catalog>) -> Self {
        Self {
            id: self.id.clone(),
            issuer: self.issuer.clone(),
            apis: Arc::clone(&self.apis),
            audiences: self.audiences.clone(),
            sandbox: self.sandbox.clone(),
            catalog_digest: digest(&catalog),
            cache: Arc::new(self.cache.with_catalog(Arc::clone(&catalog))),
            catalog,
            description: self.description.clone(),
            policy: self.policy,
            sign_in: Arc::clone(&self.sign_in),
        }
    }

    /// The realm's name in URLs and records: the catalog's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The issuer identifier (RFC 8414 section 2), without a slash at the end.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The audience of access tokens that name no resource: the realm's API (RFC 9068 section 3).
    /// As long as none is configured, that is called by the issuer.
    #[must_use]
    pub fn audience(&self) -> &str {
        self.audiences().first().unwrap_or(&self.issuer)
    }

    /// The resources that can be named in a request (RFC 8707), the API first. While servers of 22
    /// November may run beside, it has the name that they know, and a sandbox beside it has none:
    /// tokens cannot say yet that they are for it.
    #[must_use]
    pub fn audiences(&self) -> &[String] {
        match self.policy.sandbox {
            Sandbox::Off if self.apis.is_empty() && !self.keys().name_families() => &self.sandbox,
            Sandbox::Beside if !self.keys().name_families() => {
                let without = self.audiences.len().saturating_sub(1);
                self.audiences.get(..without).unwrap_or_default()
            }
            _ => &self.audiences,
        }
    }

    /// The APIs of the provider that are configured, the one that is meant where none is named
    /// first.
    #[must_use]
    pub fn apis(&self) -> &[Api] {
        &self.apis
    }

    /// The configured API of this name.
    #[must_use]
    pub fn api(&self, name: &str) -> Option<&Api> {
        self.apis.iter().find(|api| api.name() == name)
    }

    /// Where this server has an API's own metadata, wherever the API is (RFC 9728 section 3):
    /// what challenges name.
    #[must_use]
    pub fn metadata_of(&self, api: &Api) -> String {
        let base = self.issuer.strip_suffix(&self.id).unwrap_or(&self.issuer);
        let (id, name) = (&self.id, api.name());
        format!("{base}.well-known/oauth-protected-resource/{id}/apis/{name}")
    }

    /// How people sign in.
    #[must_use]
    pub fn sign_in(&self) -> &SignIn {
        &self.sign_in
    }

    /// Is this the sandbox, beside the API?
    #[must_use]
    pub fn has_beside(&self, resource: &str) -> bool {
        let [sandbox] = &self.sandbox;
        self.policy.sandbox == Sandbox::Beside && resource == sandbox
    }

    /// Does a token of the realm count at the resource it names, as that is configured now?
    #[must_use]
    pub fn counts(&self, claims: &AccessTokenClaims) -> bool {
        let [sandbox] = &self.sandbox;
        self.policy.sandbox.counts(claims, sandbox)
    }

    /// The API's other name for those who introspect tokens. Until the sandbox became a resource
    /// of its own, tokens for the API had its name, and so have resource servers that were
    /// registered then; where there is no sandbox, nothing else can be meant.
    #[must_use]
    pub fn also_called(&self, audience: &str) -> Option<&str> {
        let [sandbox] = &self.sandbox;
        match self.policy.sandbox {
            _ if !self.apis.is_empty() => None,
            Sandbox::Off if audience == self.issuer => Some(sandbox),
            Sandbox::Off if audience == sandbox => Some(&self.issuer),
            _ => None,
        }
    }

    /// The sandbox as a resource (RFC 8707), where there is one.
    #[must_use]
    pub fn sandbox(&self) -> Option<&str> {
        let [sandbox] = &self.sandbox;
        (self.policy.sandbox != Sandbox::Off).then_some(sandbox)
    }

    /// How keys are sent to the sandbox: as to the API that it is beside, or to the first that takes
    /// any; where none says it, in `X-Api-Key`.
    #[must_use]
    pub fn sandbox_takes_keys(&self) -> TakesKeys {
        let mut takes = self.apis.iter().map(Api::takes_keys);
        let found = takes.find(|takes| takes.any()).cloned();
        found.unwrap_or_else(TakesKeys::as_usual)
    }

    /// Keys of which API open the sandbox: none where it is beside one, and has keys of its own.
    #[must_use]
    pub fn sandbox_key_api(&self) -> Option<&str> {
        match self.policy.sandbox {
            Sandbox::IsTheApi => Some(DEFAULT_NAME),
            _ => None,
        }
    }

    /// What tokens for the API of a key would be for; nothing where there is no such API any more.
    #[must_use]
    pub fn audience_of_key(&self, key: &ApiKey) -> Option<&str> {
        match &key.api {
            None => self.has_beside_sandbox(),
            Some(name) if self.apis.is_empty() => (name == DEFAULT_NAME).then(|| self.audience()),
            Some(name) => self.api(name).map(Api::url),
        }
    }

    fn has_beside_sandbox(&self) -> Option<&str> {
        let [sandbox] = &self.sandbox;
        (self.policy.sandbox == Sandbox::Beside).then_some(sandbox)
    }

    /// Where the sandbox's own metadata is (RFC 9728 section 3.1).
    #[must_use]
    pub fn resource_metadata(&self) -> String {
        let base = self.issuer.strip_suffix(&self.id).unwrap_or(&self.issuer);
        format!("{base}.well-known/oauth-protected-resource/{}/api", self.id)
    }

    /// What the realm's scopes mean.
    #[must_use]
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// What is known of the bodies and answers of its API. No decision goes by it.
    #[must_use]
    pub fn description(&self) -> Option<&Arc<ApiDescription>> {
        self.description.as_ref()
    }

    /// SHA-256 of the catalog's text, under which it is archived.
    #[must_use]
    pub fn catalog_digest(&self) -> [u8; 32] {
        self.catalog_digest
    }

    /// Which of the catalogs it has had while this process runs. What is made of one, sets of its
    /// scopes above all, is of use with that one only.
    #[must_use]
    pub fn edition(&self) -> Edition {
        self.cache.edition()
    }

    /// What the realm decides beyond its catalog.
    #[must_use]
    pub fn policy(&self) -> &RealmPolicy {
        &self.policy
    }

    /// Where its people get their rights from.
    #[must_use]
    pub fn rights_source(&self) -> &RightsSource {
        self.cache.rights_source()
    }

    /// What stands now: clients, grants, rights, revoked tokens.
    #[must_use]
    pub fn cache(&self) -> &Arc<RealmCache> {
        &self.cache
    }

    /// The keys as they are now.
    #[must_use]
    pub fn keys(&self) -> Arc<RealmKeys> {
        self.cache.keys()
    }
}

/// SHA-256 of a catalog's text.
pub(crate) fn digest(catalog: &Catalog) -> [u8; 32] {
    TokenHash::of(catalog.source().as_bytes()).0
}
