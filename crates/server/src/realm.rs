use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use oauth::policy::RealmPolicy;
use oauth::token::RealmKeys;
use scope::Catalog;

use crate::app::App;
use crate::error::ApiError;
use crate::standing::Standing;

/// One provider's world: its issuer, catalog, keys, and what is known of its clients,
/// people and grants.
pub struct Realm {
    id: String,
    issuer: String,
    audiences: [String; 1],
    catalog: Arc<Catalog>,
    policy: RealmPolicy,
    standing: Arc<Standing>,
}

impl Realm {
    pub(crate) fn new(
        issuer: String,
        catalog: Arc<Catalog>,
        policy: RealmPolicy,
        standing: Standing,
    ) -> Self {
        Self {
            id: catalog.id().to_owned(),
            audiences: [format!("{issuer}/api")],
            issuer,
            catalog,
            policy,
            standing: Arc::new(standing),
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

    /// What the realm decides beyond its catalog.
    #[must_use]
    pub fn policy(&self) -> &RealmPolicy {
        &self.policy
    }

    /// What stands now: clients, grants, rights, revoked tokens.
    #[must_use]
    pub fn standing(&self) -> &Arc<Standing> {
        &self.standing
    }

    /// The keys as they are now.
    #[must_use]
    pub fn keys(&self) -> Arc<RealmKeys> {
        self.standing.keys()
    }
}

/// The realm named by the path's `{realm}`; 404 when there is none.
pub struct InRealm(pub Arc<Realm>);

impl FromRequestParts<Arc<App>> for InRealm {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let parameters = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|_| ApiError::unknown_realm())?;
        parameters
            .iter()
            .find(|(name, _)| *name == "realm")
            .and_then(|(_, id)| app.realm(id))
            .map(|realm| Self(Arc::clone(realm)))
            .ok_or_else(ApiError::unknown_realm)
    }
}
