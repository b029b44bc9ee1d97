use std::sync::Arc;

use oauth::model::TokenHash;
use oauth::policy::RealmPolicy;
use oauth::token::RealmKeys;
use scope::Catalog;

use crate::cache::RealmCache;

/// One provider's world: its issuer, catalog, keys, and what is known of its clients,
/// people and grants.
pub struct Realm {
    id: String,
    issuer: String,
    audiences: [String; 1],
    catalog: Arc<Catalog>,
    catalog_digest: [u8; 32],
    policy: RealmPolicy,
    cache: Arc<RealmCache>,
}

impl Realm {
    pub(crate) fn new(
        issuer: String,
        catalog: Arc<Catalog>,
        policy: RealmPolicy,
        cache: RealmCache,
    ) -> Self {
        Self {
            id: catalog.id().to_owned(),
            audiences: [format!("{issuer}/api")],
            issuer,
            catalog_digest: TokenHash::of(catalog.source().as_bytes()).0,
            catalog,
            policy,
            cache: Arc::new(cache),
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

    /// The audience of this realm's access tokens: its API (RFC 8707).
    #[must_use]
    pub fn audience(&self) -> &str {
        let [api] = &self.audiences;
        api
    }

    /// The resources that can be named in a request (RFC 8707).
    #[must_use]
    pub fn audiences(&self) -> &[String] {
        &self.audiences
    }

    /// Where the API's own metadata is (RFC 9728 section 3.1).
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

    /// SHA-256 of the catalog's text, under which it is archived.
    #[must_use]
    pub fn catalog_digest(&self) -> [u8; 32] {
        self.catalog_digest
    }

    /// What the realm decides beyond its catalog.
    #[must_use]
    pub fn policy(&self) -> &RealmPolicy {
        &self.policy
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
