use std::sync::Arc;

use async_trait::async_trait;
use enforce::gate::TakesKeys;
use enforce::{TokenVerifier, UnverifiedToken, VerifiedToken, VerifyError};
use oauth::api_key::rules::KeyWorth;
use oauth::secret::SecretKind;

use super::known::KnownApiKey;
use super::realm_cache::RealmCache;
use super::verifier::InProcessVerifier;

/// Knows the API keys of one API of a realm, in this process, without asking anyone when warm.
///
/// It checks that the key is for this API, was not taken back and has not ended. What its client may
/// do, and whether its organisation is there, is the [`AccessSource`](enforce::AccessSource)'s to say,
/// as for tokens.
pub struct ApiKeyVerifier {
    cache: Arc<RealmCache>,
    audience: String,
    /// The API's name; `None` for the sandbox beside it.
    api: Option<String>,
}

impl ApiKeyVerifier {
    /// For the API of this name, or for the sandbox beside it; `audience` is its identifier.
    #[must_use]
    pub fn new(cache: Arc<RealmCache>, audience: impl Into<String>, api: Option<&str>) -> Self {
        Self {
            cache,
            audience: audience.into(),
            api: api.map(str::to_owned),
        }
    }
}

#[async_trait]
impl TokenVerifier for ApiKeyVerifier {
    async fn verify(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        let found = self.cache.api_key(token.expose()).await;
        let found = found.map_err(|error| {
            tracing::warn!(%error, "an API key cannot be looked up");
            VerifyError::Unavailable
        })?;
        let known = found.ok_or(VerifyError::Invalid(
            "The API key is damaged, or nobody has it here. Send it whole, as it was given to you.",
        ))?;
        if known.key.api != self.api {
            return Err(VerifyError::Invalid(
                "The API key is for another API. Ask whoever gave it to you for one that is for this.",
            ));
        }
        let now = self.cache.clock.now();
        match known.key.worth(now) {
            KeyWorth::Counts => {}
            KeyWorth::Sunset => return Err(VerifyError::KeySunset),
            KeyWorth::Revoked => {
                return Err(VerifyError::Invalid(
                    "The API key was revoked. Ask whoever gave it to you for another.",
                ));
            }
            KeyWorth::Expired => {
                return Err(VerifyError::Invalid(
                    "The API key has expired. Ask whoever gave it to you for another.",
                ));
            }
        }
        self.cache.note_use(&known, now);
        Ok(self.verified(&known))
    }
}

impl ApiKeyVerifier {
    /// In the words of a client's own token, so that everything behind decides alike.
    fn verified(&self, known: &KnownApiKey) -> VerifiedToken {
        let (key, granted) = (&known.key, known.granted.as_ref().clone());
        let mut token = VerifiedToken::new(key.id, key.client.clone(), granted);
        token.realm.clone_from(&key.realm);
        token.audience.clone_from(&self.audience);
        token.organisation = key.organisation;
        token.position = Some(key.position.0);
        token.is_key = true;
        token
    }
}

/// Bearer tokens where an API takes keys in their place, too: what is written as a token of ours is
/// one, and everything else a key.
pub struct TokensAndKeys {
    tokens: InProcessVerifier,
    keys: ApiKeyVerifier,
}

impl TokensAndKeys {
    /// Both of one API.
    #[must_use]
    pub fn new(tokens: InProcessVerifier, keys: ApiKeyVerifier) -> Self {
        Self { tokens, keys }
    }

    /// What knows bearer tokens of an API that takes keys so.
    #[must_use]
    pub fn bearer(
        tokens: InProcessVerifier,
        keys: ApiKeyVerifier,
        takes: &TakesKeys,
    ) -> Arc<dyn TokenVerifier> {
        match takes.bearer {
            true => Arc::new(Self::new(tokens, keys)),
            false => Arc::new(tokens),
        }
    }
}

#[async_trait]
impl TokenVerifier for TokensAndKeys {
    async fn verify(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        match is_token(token.expose()) {
            true => self.tokens.verify(token).await,
            false => self.keys.verify(token).await,
        }
    }
}

/// Is it written as an access token: sealed, or a JWT (RFC 7519 section 3), whose head begins with a
/// brace and a quotation mark?
fn is_token(text: &str) -> bool {
    text.starts_with(SecretKind::AccessToken.prefix())
        || text.starts_with("eyJ") && text.bytes().filter(|byte| *byte == b'.').count() == 2
}
