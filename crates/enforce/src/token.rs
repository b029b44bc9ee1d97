use async_trait::async_trait;
use oauth::token::AccessTokenClaims;
use scope::GrantedScope;

/// A token as it came with a request: nothing about it is known to be true.
#[derive(Clone, Copy)]
pub struct UnverifiedToken<'a>(&'a str);

impl<'a> UnverifiedToken<'a> {
    /// Takes what a request presented, as it is.
    #[must_use]
    pub fn new(presented: &'a str) -> Self {
        Self(presented)
    }

    /// The text, for a verifier only.
    #[must_use]
    pub fn expose(self) -> &'a str {
        self.0
    }
}

/// Does not show the token.
impl std::fmt::Debug for UnverifiedToken<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnverifiedToken(…)")
    }
}

/// A token whose origin, realm, audience and life a [`TokenVerifier`] has checked.
///
/// It does not say that the grant behind it still stands: that is the
/// [`AccessSource`](crate::AccessSource)'s to say, at each call.
#[derive(Debug, Clone)]
pub struct VerifiedToken {
    /// What the token says of itself.
    pub claims: AccessTokenClaims,
    /// Its scope, expanded.
    pub granted: GrantedScope,
}

/// Checks tokens, by keys or by asking elsewhere.
#[async_trait]
pub trait TokenVerifier: Send + Sync + 'static {
    /// Checks that the token was issued by this realm, for this API, and lives.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Invalid`] for anything else, [`VerifyError::Unavailable`] when it could
    /// not be found out; both deny.
    async fn verify(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError>;
}

/// Why a token does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// `invalid_token` (RFC 6750 section 3.1), with a sentence for the client's developer.
    #[error("{0}")]
    Invalid(&'static str),
    /// It could not be checked just now; the call is denied with 503.
    #[error("tokens cannot be checked just now")]
    Unavailable,
}
