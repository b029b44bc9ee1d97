use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;
use scope::{GrantedScope, Subject};
use uuid::Uuid;

/// The class (`acr`) of a sign-in with a second factor.
pub(crate) const SECOND_FACTOR: &str = "mfa";

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

/// A token whose origin, realm, audience and life a [`TokenVerifier`] has checked: whoever makes
/// one says that this was done. It does not say that the grant behind it still stands: that is the
/// [`AccessSource`](crate::AccessSource)'s to say, at each call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct VerifiedToken {
    /// `jti` (RFC 9068 section 2.2), by which it can be revoked alone.
    pub id: Uuid,
    /// The realm that issued it: the id of its catalog.
    pub realm: String,
    /// `aud`: the one API it is for (RFC 8707).
    pub audience: String,
    /// `client_id` of the app it was issued to.
    pub client: String,
    /// Which registration under that `client_id` is meant, where the token says it.
    pub client_uuid: Option<Uuid>,
    /// The person it speaks for; `None` for a client's own token.
    pub user: Option<Uuid>,
    /// The organisation it is bound to.
    pub organisation: Option<Uuid>,
    /// The grant it hangs from; `None` for a client's own token.
    pub grant: Option<Uuid>,
    /// The connection under the grant that it belongs to, where the token says it.
    pub family: Option<Uuid>,
    /// How far the issuer's changes had come when it was issued, where the token says it: what was
    /// ended or taken off later does not count for it.
    pub position: Option<i64>,
    /// `auth_time`: when its person had signed in, in seconds since 1970, where the token says it.
    pub auth_time: Option<i64>,
    /// `acr`: by which rules they had, likewise.
    pub acr: Option<String>,
    /// Is it an API key, in the words of a token?
    pub is_key: bool,
    /// Its scope as it was issued, expanded ([`Catalog::recorded`](scope::Catalog::recorded)).
    pub granted: GrantedScope,
    /// What its verifier learned besides, for an access source of the same make.
    pub learned: Option<Learned>,
}

/// Whatever a verifier learned of a token, so that its own access source need not ask again.
#[derive(Clone)]
pub struct Learned(Arc<dyn Any + Send + Sync>);

impl Learned {
    /// Takes it along.
    #[must_use]
    pub fn new(learned: impl Any + Send + Sync) -> Self {
        Self(Arc::new(learned))
    }

    /// The same again, for who knows what it is.
    #[must_use]
    pub fn of<T: Any>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }
}

impl std::fmt::Debug for Learned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Learned(…)")
    }
}

/// Equal is only what was learned at once.
impl PartialEq for Learned {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl VerifiedToken {
    /// Whom it speaks for.
    #[must_use]
    pub fn subject(&self) -> Subject {
        if self.user.is_some() {
            Subject::Person
        } else {
            Subject::Client
        }
    }

    /// A client's own token, for no audience of no realm, until the fields say otherwise.
    #[must_use]
    pub fn new(id: Uuid, client: impl Into<String>, granted: GrantedScope) -> Self {
        Self {
            id,
            realm: String::new(),
            audience: String::new(),
            client: client.into(),
            client_uuid: None,
            user: None,
            organisation: None,
            grant: None,
            family: None,
            position: None,
            auth_time: None,
            acr: None,
            is_key: false,
            granted,
            learned: None,
        }
    }
}

/// Checks tokens, by the issuer's keys (RFC 9068) or by asking it (RFC 7662).
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
#[non_exhaustive]
pub enum VerifyError {
    /// `invalid_token` (RFC 6750 section 3.1), with a sentence for the client's developer.
    #[error("{0}")]
    Invalid(&'static str),
    /// An API key whose time is over: OAuth is to be used instead.
    #[error("the API key is not taken any more; use OAuth")]
    KeySunset,
    /// It could not be checked just now; the call is denied with 503.
    #[error("tokens cannot be checked just now")]
    Unavailable,
    /// What its person may do cannot be told just now, which whoever checks it has to know, too: 503.
    #[error("the system that knows what the person may do does not answer just now")]
    RightsUnavailable,
}
