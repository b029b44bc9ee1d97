use std::sync::Arc;

use async_trait::async_trait;
use oauth::model::Timestamp;
use oauth::token::RealmKeys;
use scope::Catalog;

use crate::{TokenVerifier, UnverifiedToken, VerifiedToken, VerifyError};

/// Knows a realm's keys and the time.
pub trait KeySource: Send + Sync + 'static {
    /// The keys as they are now; `None` when that cannot be told, which denies.
    fn keys(&self) -> Option<Arc<RealmKeys>>;
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// Opens sealed and signed tokens with the realm's keys, in this process, without asking
/// anyone.
///
/// It checks who made the token, for which realm and which API (audience), and that it has
/// not expired. Whether the grant behind it still stands is the
/// [`AccessSource`](crate::AccessSource)'s to say.
pub struct InProcessVerifier {
    catalog: Arc<Catalog>,
    realm: String,
    issuer: String,
    audience: String,
    keys: Arc<dyn KeySource>,
}

impl InProcessVerifier {
    /// A verifier for one API of one realm: `realm` is the realm's name in its tokens,
    /// `issuer` its issuer URL, `audience` this API's identifier (RFC 8707).
    #[must_use]
    pub fn new(
        catalog: Arc<Catalog>,
        realm: impl Into<String>,
        issuer: impl Into<String>,
        audience: impl Into<String>,
        keys: Arc<dyn KeySource>,
    ) -> Self {
        Self {
            catalog,
            realm: realm.into(),
            issuer: issuer.into(),
            audience: audience.into(),
            keys,
        }
    }
}

#[async_trait]
impl TokenVerifier for InProcessVerifier {
    async fn verify(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        let keys = self.keys.keys().ok_or(VerifyError::Unavailable)?;
        let opened = keys.access_token(&self.issuer, token.expose());
        let claims = opened.ok_or(VerifyError::Invalid(
            "The token is damaged, or it was not issued here.",
        ))?;
        if claims.realm != self.realm {
            return Err(VerifyError::Invalid("The token is for another realm."));
        }
        if claims.audience != self.audience {
            return Err(VerifyError::Invalid("The token is for another API."));
        }
        if claims.is_expired(self.keys.now()) {
            return Err(VerifyError::Invalid(
                "The token has expired. Get a new one with the refresh token, or by authorizing again.",
            ));
        }
        let granted = self.catalog.recorded(&claims.scope);
        Ok(VerifiedToken { claims, granted })
    }
}
