use oauth::openid::{LogoutToken, Refused};

use super::provider::{OpenIdProvider, Unreachable};
use enforce::remote::NotVerified;

/// Why a logout token does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoLogout {
    /// It is not the provider's, or not right.
    #[error("the logout token does not count: {0}")]
    NotCounted(Refused),
    /// The provider's keys cannot be had.
    #[error("whether the logout token counts cannot be told: {0}")]
    Unreachable(Unreachable),
}

impl OpenIdProvider {
    /// Whose sessions end, as the provider says (OpenID Connect Back-Channel Logout section 2.6). That
    /// it says so for the first time is for the store to tell.
    ///
    /// # Errors
    ///
    /// Why nobody's do.
    pub async fn logout(&self, token: &str) -> Result<LogoutToken, NoLogout> {
        let known = self.known().await.map_err(NoLogout::Unreachable)?;
        let verified = known.keys.verify(token, &known.algorithms, |_| true).await;
        let verified = verified.map_err(|error| match error {
            NotVerified::NoKeys(fault) => {
                NoLogout::Unreachable(Unreachable(format!("its keys cannot be read: {fault}")))
            }
            other => NoLogout::NotCounted(Refused::because(other.to_string())),
        })?;
        let now = self.clock.now().as_second();
        let kind = verified.kind.as_deref();
        let (issuer, client_id) = (&known.metadata.issuer, &self.settings().client_id);
        LogoutToken::read(&verified.claims, kind, issuer, client_id, now)
            .map_err(NoLogout::NotCounted)
    }
}
