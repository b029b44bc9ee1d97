use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::keys::{Algorithm, PublishedKeys};
use super::told::Told;
use super::verified::NotVerified;
use crate::{UnverifiedToken, VerifyError};

/// RFC 9068 section 2.1.
const TYPE: &str = "at+jwt";
/// How far the clocks of issuer and API may be apart, unless it is said otherwise.
const LEEWAY: Duration = Duration::from_secs(5);

/// JWT access tokens (RFC 9068) of one issuer for one API, verified by its published keys.
///
/// The issuer is not asked about tokens: what ended before its time, and what counts less now than
/// it did when it was issued, is not seen.
#[derive(Clone)]
pub struct SignedTokens {
    keys: PublishedKeys,
    issuer: String,
    audience: String,
    algorithms: Vec<Algorithm>,
    leeway: Duration,
    of_any_type: bool,
}

/// The claims that decide whether all others count.
#[derive(Deserialize)]
struct Times {
    exp: i64,
    nbf: Option<i64>,
}

impl SignedTokens {
    /// Tokens with this `iss`, exactly, and this `aud`. They may be signed by ES256, EdDSA or RS256,
    /// of which the key decides.
    #[must_use]
    pub fn new(
        keys: PublishedKeys,
        issuer: impl Into<String>,
        audience: impl Into<String>,
    ) -> Self {
        Self {
            keys,
            issuer: issuer.into(),
            audience: audience.into(),
            algorithms: vec![Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256],
            leeway: LEEWAY,
            of_any_type: false,
        }
    }

    /// Also with the type `JWT` in the header, or none, as Keycloak and Hydra write access tokens. Such a
    /// server signs ID tokens by the same keys: the audience has to be one that these have not, and
    /// whoever reads on tells them apart as well as it can.
    #[must_use]
    pub fn of_any_type(self) -> Self {
        Self {
            of_any_type: true,
            ..self
        }
    }

    /// Signed by these algorithms, and no others.
    #[must_use]
    pub fn algorithms(self, algorithms: Vec<Algorithm>) -> Self {
        Self { algorithms, ..self }
    }

    /// How far the clocks of issuer and API may be apart: a token lives so much longer. Five seconds
    /// by default, whole seconds.
    #[must_use]
    pub fn leeway(self, leeway: Duration) -> Self {
        Self { leeway, ..self }
    }

    /// `aud` of the tokens.
    pub(super) fn audience(&self) -> &str {
        &self.audience
    }

    /// What a token says, which is true when it was issued: signature, type, issuer, audience and
    /// times have been checked.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Invalid`] for any other text; [`VerifyError::Unavailable`] when the keys cannot
    /// be had.
    pub async fn read(&self, token: UnverifiedToken<'_>) -> Result<Told, VerifyError> {
        let damaged = VerifyError::Invalid("The token is damaged, or it was not issued here.");
        let is_right_type = |kind: Option<&str>| {
            let is_usual = kind.is_none_or(|kind| kind.eq_ignore_ascii_case("jwt"));
            is_access_token_type(kind) || self.of_any_type && is_usual
        };
        let verified = self
            .keys
            .verify(token.expose(), &self.algorithms, is_right_type);
        let claims = match verified.await {
            Ok(verified) => verified.claims,
            Err(NotVerified::NoSuchToken) => return Err(damaged),
            Err(NotVerified::NoKeys(_)) => return Err(VerifyError::Unavailable),
        };
        self.in_time(&claims)?;
        let told = Told::of_claims(&claims).ok_or(damaged)?;
        if told.iss.as_ref() != Some(&self.issuer) {
            return Err(VerifyError::Invalid("The token is for another realm."));
        }
        if !told.aud.contains(&self.audience) {
            return Err(VerifyError::Invalid("The token is for another API."));
        }
        Ok(told)
    }

    fn in_time(&self, claims: &Value) -> Result<(), VerifyError> {
        let times = Times::deserialize(claims)
            .map_err(|_| VerifyError::Invalid("The token does not say when it ends."))?;
        let now = self.keys.now();
        let leeway = i64::try_from(self.leeway.as_secs()).unwrap_or(i64::MAX);
        if now >= times.exp.saturating_add(leeway) {
            return Err(VerifyError::Invalid(
                "The token has expired. Get a new one with the refresh token, or by authorizing again.",
            ));
        }
        if times
            .nbf
            .is_some_and(|from| now.saturating_add(leeway) < from)
        {
            return Err(VerifyError::Invalid("The token does not count yet."));
        }
        Ok(())
    }
}

/// RFC 9068 section 4: `at+jwt` or `application/at+jwt`, in any case.
fn is_access_token_type(given: Option<&str>) -> bool {
    given.is_some_and(|given| {
        let given = given.to_ascii_lowercase();
        given.strip_prefix("application/").unwrap_or(&given) == TYPE
    })
}
