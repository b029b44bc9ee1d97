//! Tokens of other servers, as this realm's records read them.

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use enforce::remote::{Introspection, SignedTokens, Told};
use enforce::{TokenVerifier, UnverifiedToken, VerifiedToken, VerifyError};
use oauth::model::{Organisation, TokenHash, Uuid};
use oauth::secret::SecretKind;
use scope::Scope;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::realm_cache::RealmCache;
use crate::other_issuer::OtherIssuer;

/// Another server with the way its tokens are checked; shared by all editions of a catalog, so that its
/// keys and answers are remembered.
#[derive(Clone)]
pub struct Others {
    /// How its words are read.
    pub settings: Arc<OtherIssuer>,
    /// How its tokens are checked.
    pub source: Source,
}

/// How tokens are checked.
#[derive(Clone)]
pub enum Source {
    /// By the server's keys.
    Signed(Box<SignedTokens>),
    /// By asking it.
    Asked(Introspection),
}

/// Bearer tokens of an API that takes those of other servers, too. A token is checked by the one
/// server that it says it is from; one that says nothing is ours, or that of the one server that is
/// asked.
pub struct TokensOfOthers {
    own: Arc<dyn TokenVerifier>,
    own_issuer: String,
    others: Vec<Others>,
    cache: Arc<RealmCache>,
    audience: String,
}

impl TokensOfOthers {
    /// Beside our own for the API of this identifier.
    #[must_use]
    pub fn new(
        own: Arc<dyn TokenVerifier>,
        own_issuer: impl Into<String>,
        others: Vec<Others>,
        cache: Arc<RealmCache>,
        audience: impl Into<String>,
    ) -> Self {
        Self {
            own,
            own_issuer: own_issuer.into(),
            others,
            cache,
            audience: audience.into(),
        }
    }

    /// The other server whose token it would be.
    fn other(&self, text: &str) -> Option<&Others> {
        let own = [SecretKind::AccessToken, SecretKind::ApiKey];
        if own.iter().any(|kind| text.starts_with(kind.prefix())) {
            return None;
        }
        let mut others = self.others.iter();
        match issuer_said(text) {
            Some(issuer) if issuer == self.own_issuer => None,
            Some(issuer) => others.find(|other| other.settings.issuer == issuer),
            None => others.find(|other| matches!(other.source, Source::Asked(_))),
        }
    }
}

#[async_trait]
impl TokenVerifier for TokensOfOthers {
    async fn verify(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        let Some(other) = self.other(token.expose()) else {
            return self.own.verify(token).await;
        };
        let told = other
            .told(token, self.cache.clock.now().as_second())
            .await?;
        let token_id = id(&other.settings, token);
        self.read(&other.settings, &told, token_id).await
    }
}

impl TokensOfOthers {
    /// In our own words.
    async fn read(
        &self,
        other: &OtherIssuer,
        told: &Told,
        id: Uuid,
    ) -> Result<VerifiedToken, VerifyError> {
        let client = client(other, told).ok_or(VerifyError::Invalid(
            "The app that the token was issued to by another server is not known here.",
        ))?;
        let organisation = self.organisation(other, told).await?;
        let mut names = Vec::new();
        for theirs in scopes(told) {
            if let Some(ours) = other.scopes.get(theirs) {
                names.extend(ours.tokens().iter().cloned());
            }
        }
        let mapped: Scope = names.into_iter().collect();
        let catalog = &self.cache.catalog;
        // Defaults go with something, and are nothing by themselves.
        let granted = match mapped.is_empty() {
            true => catalog.recorded(&mapped),
            false => catalog.granted(&mapped),
        };
        let mut token = VerifiedToken::new(id, client, granted);
        token.realm = self.cache.realm().to_owned();
        token.audience.clone_from(&self.audience);
        token.organisation = organisation.map(|found| found.id);
        // Its server ends it, and not what was cut off here before.
        token.position = Some(self.cache.position().0);
        Ok(token)
    }

    async fn organisation(
        &self,
        other: &OtherIssuer,
        told: &Told,
    ) -> Result<Option<Arc<Organisation>>, VerifyError> {
        let Some(claim) = &other.organisation else {
            return Ok(None);
        };
        let unknown = VerifyError::Invalid(
            "The token of another server names no organisation that is known here.",
        );
        let value = value_at(told, &claim.pointer).ok_or(unknown)?;
        let found = self.cache.organisation_by(claim.key, &value).await;
        let found = found.map_err(|error| {
            tracing::warn!(%error, "an organisation cannot be read");
            VerifyError::Unavailable
        })?;
        found.map(Some).ok_or(unknown)
    }
}

impl Others {
    /// What the server says of a token that is its own, for this API, and lives.
    async fn told(&self, token: UnverifiedToken<'_>, now: i64) -> Result<Arc<Told>, VerifyError> {
        let told = match &self.source {
            Source::Signed(tokens) => Arc::new(tokens.read(token).await?),
            Source::Asked(introspection) => {
                let told = introspection.ask(token).await;
                let told = told.map_err(|_| VerifyError::Unavailable)?;
                told.ok_or(VerifyError::Invalid(
                    "The token is not active at the server that it is from.",
                ))?
            }
        };
        self.fits(&told, now)?;
        Ok(told)
    }

    /// What its answer has to say, whichever way it came.
    fn fits(&self, told: &Told, now: i64) -> Result<(), VerifyError> {
        let settings = &self.settings;
        if told.iss.as_ref().is_some_and(|iss| *iss != settings.issuer) {
            return Err(VerifyError::Invalid("The token is for another realm."));
        }
        let audience = settings.audience.as_ref();
        if audience.is_some_and(|audience| !told.aud.contains(audience)) {
            return Err(VerifyError::Invalid("The token is for another API."));
        }
        if told.exp.is_some_and(|exp| now >= exp) {
            return Err(VerifyError::Invalid("The token has expired."));
        }
        if !is_access_token(told) {
            return Err(VerifyError::Invalid("What came is no access token."));
        }
        Ok(())
    }
}

/// Servers sign and introspect ID tokens and refresh tokens in the same words.
fn is_access_token(told: &Told) -> bool {
    let is_bearer = |kind: &str| kind.eq_ignore_ascii_case("bearer");
    let by_answer = told.token_type.as_deref().is_none_or(is_bearer);
    let by_claim = match told.more.get("typ") {
        None => true,
        Some(kind) => kind.as_str().is_some_and(is_bearer),
    };
    let of_an_id_token = ["nonce", "at_hash", "c_hash"];
    by_answer
        && by_claim
        && !of_an_id_token
            .iter()
            .any(|name| told.more.contains_key(*name))
}

/// `client_id`, or `azp` as Keycloak's own tokens have it.
fn client(other: &OtherIssuer, told: &Told) -> Option<String> {
    let azp = || told.more.get("azp").and_then(Value::as_str);
    let theirs = told.client_id.as_deref().or_else(azp)?;
    other.clients.get(theirs).or(other.client.as_ref()).cloned()
}

/// `scope`, or `scp` as a list.
fn scopes(told: &Told) -> impl Iterator<Item = &str> {
    let list = told.more.get("scp").and_then(Value::as_array);
    let list = list.into_iter().flatten().filter_map(Value::as_str);
    told.scope.iter().chain(list)
}

/// The text or the whole number at a place of the claims.
fn value_at(told: &Told, pointer: &str) -> Option<String> {
    let mut claims: Map<String, Value> = told.more.clone();
    // What our own servers would say by this name.
    let organisation = told.for_gates.as_ref().and_then(|own| own.organisation);
    if let Some(id) = organisation {
        claims.insert("organisation".to_owned(), Value::from(id.to_string()));
    }
    if let Some(sub) = &told.sub {
        claims.insert("sub".to_owned(), Value::from(sub.as_str()));
    }
    match Value::Object(claims).pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => number.as_i64().map(|number| number.to_string()),
        _ => None,
    }
}

/// By its text: what another server calls it may be no UUID, or one of ours.
fn id(other: &OtherIssuer, token: UnverifiedToken<'_>) -> Uuid {
    let named = format!("{} {}", other.issuer, token.expose());
    let TokenHash(hash) = TokenHash::of(named.as_bytes());
    let mut bytes = [0; 16];
    for (byte, own) in bytes.iter_mut().zip(hash) {
        *byte = own;
    }
    Uuid::from_bytes(bytes)
}

/// `iss` as a JWT says it, before anything of it is verified: it decides only who is asked.
fn issuer_said(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Claims {
        iss: String,
    }
    let mut parts = text.split('.');
    let (_, claims, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let bytes = URL_SAFE_NO_PAD.decode(claims).ok()?;
    let claims: Claims = serde_json::from_slice(&bytes).ok()?;
    Some(claims.iss)
}
