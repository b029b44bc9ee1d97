use bytes::Bytes;
use enforce::remote::{Algorithm, NotVerified};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use oauth::openid::{
    Asked, Attempt, IdToken, IdTokenExpected, Person, Refused, Returned, TokenAnswer,
    authorization_url, end_session_url, token_request, userinfo,
};
use oauth::{Parameters, Secret};
use serde_json::Value;
use url::Url;

use super::provider::{Known, OpenIdProvider, Unreachable};

/// Somebody who signed in at a provider, as it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    /// What they are called, and where they belong.
    pub person: Person,
    /// When and how they signed in.
    pub id_token: IdToken,
}

/// Why nobody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSignedIn {
    /// The provider cannot be asked.
    Unreachable(Unreachable),
    /// The provider says no, by an error code (RFC 6749 section 4.1.2.1, OpenID Connect Core section
    /// 3.1.2.6).
    ToldNo(String),
    /// The provider knows nothing of the code, or no more: whoever comes again gets another.
    CodeGone,
    /// What the provider says does not count.
    NotCounted(Refused),
}

impl OpenIdProvider {
    /// Where a browser is sent to sign in.
    ///
    /// # Errors
    ///
    /// When the provider cannot be asked where that is.
    pub async fn begin(
        &self,
        attempt: &Attempt,
        redirect_uri: &str,
        asked: Asked<'_>,
    ) -> Result<Url, Unreachable> {
        let known = self.known().await?;
        let settings = self.settings();
        let (client_id, scopes) = (&settings.client_id, &settings.scopes);
        let metadata = &known.metadata;
        let url = authorization_url(metadata, client_id, redirect_uri, scopes, attempt, asked);
        Ok(url)
    }

    /// Who came back from there. `parameters` are what the browser brought along; that they belong to
    /// the attempt, and that this is used once, has been seen. `random` is for a name of the
    /// request.
    ///
    /// # Errors
    ///
    /// Why it is nobody.
    pub async fn finish(
        &self,
        attempt: &Attempt,
        parameters: &Parameters,
        redirect_uri: &str,
        random: [u8; 10],
    ) -> Result<Proved, NotSignedIn> {
        let known = self.known().await.map_err(NotSignedIn::Unreachable)?;
        let returned = Returned::read(parameters, &known.metadata);
        let code = match returned.map_err(NotSignedIn::NotCounted)? {
            Returned::Code(code) => code,
            Returned::Error(error) => return Err(NotSignedIn::ToldNo(error)),
        };
        let tokens = self.redeem(&known, &code, attempt, redirect_uri, random);
        let tokens = tokens.await?;
        let (id_token, mut claims) = self.id_token(&known, &tokens, attempt).await?;
        if self.settings().claims.lack_something_of(&claims) {
            self.add_userinfo(&known, &tokens, &id_token.subject, &mut claims)
                .await?;
        }
        let person = self.settings().claims.read(&claims);
        let person = person.map_err(NotSignedIn::NotCounted)?;
        Ok(Proved { person, id_token })
    }

    /// Where the person's session with the provider ends, if the provider has such a place and is
    /// known.
    pub async fn end_session(&self) -> Option<Url> {
        let known = self.known().await.ok()?;
        end_session_url(&known.metadata, &self.settings().client_id)
    }

    async fn redeem(
        &self,
        known: &Known,
        code: &Secret,
        attempt: &Attempt,
        redirect_uri: &str,
        random: [u8; 10],
    ) -> Result<TokenAnswer, NotSignedIn> {
        let settings = self.settings();
        let asked = token_request(
            &known.metadata,
            &settings.client_id,
            &settings.authentication,
            redirect_uri,
            code,
            attempt,
            (self.clock.now(), random),
        );
        let mut request = Request::new(Bytes::from(asked.form.expose().to_owned()));
        *request.method_mut() = Method::POST;
        let headers = request.headers_mut();
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, form);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(authorization) = &asked.authorization {
            headers.insert(AUTHORIZATION, secret_header(authorization.expose())?);
        }
        let answer = self.ask(&known.token_endpoint, request).await;
        let answer = answer.map_err(NotSignedIn::Unreachable)?;
        if answer.status() == StatusCode::OK {
            return TokenAnswer::read(answer.body()).map_err(NotSignedIn::NotCounted);
        }
        let told = TokenAnswer::error(answer.body());
        match told.as_deref() {
            Some("invalid_grant") => Err(NotSignedIn::CodeGone),
            told => Err(NotSignedIn::Unreachable(Unreachable(format!(
                "the token endpoint answers with status {} and error {:?}; are `client_id` and its \
                 secret or key those that the provider has?",
                answer.status(),
                told.unwrap_or_default()
            )))),
        }
    }

    async fn id_token(
        &self,
        known: &Known,
        tokens: &TokenAnswer,
        attempt: &Attempt,
    ) -> Result<(IdToken, Value), NotSignedIn> {
        let token = tokens.id_token.expose();
        let verified = known.keys.verify(token, &known.algorithms, |_| true).await;
        let verified = verified.map_err(|error| not_verified(&error))?;
        let expected = IdTokenExpected {
            issuer: &known.metadata.issuer,
            client_id: &self.settings().client_id,
            nonce: &attempt.nonce(),
            algorithm: verified.algorithm.name(),
            kind: verified.kind.as_deref(),
            access_token: tokens.access_token.expose(),
            max_age: attempt.max_age,
            now: self.clock.now().as_second(),
        };
        let id_token = IdToken::read(&verified.claims, &expected);
        let id_token = id_token.map_err(NotSignedIn::NotCounted)?;
        let proved_at = attempt.proved_at(id_token.authenticated_at, id_token.made_at);
        if !attempt.is_met_by(proved_at, expected.now) {
            let began = attempt.began_at.as_second();
            let asked = match (attempt.anew, attempt.max_age) {
                (false, Some(most)) => format!("at most {most} s ago (`max_age`)"),
                _ => "anew (`prompt=login`)".to_owned(),
            };
            return Err(not_counted(&format!(
                "the person was to sign in {asked} when they were sent there at {began}, and did at {proved_at} \
                 (`auth_time`); does the provider pass over what it is asked, or is one of the clocks wrong?"
            )));
        }
        Ok((id_token, verified.claims))
    }

    /// Adds what UserInfo tells (OpenID Connect Core section 5.3) and the ID token does not.
    async fn add_userinfo(
        &self,
        known: &Known,
        tokens: &TokenAnswer,
        subject: &str,
        claims: &mut Value,
    ) -> Result<(), NotSignedIn> {
        let Some(address) = &known.userinfo_endpoint else {
            return Ok(());
        };
        let bearer = secret_header(&format!("Bearer {}", tokens.access_token.expose()))?;
        let answer = self.get(address, Some(bearer)).await;
        let answer = answer.map_err(NotSignedIn::Unreachable)?;
        if answer.status() != StatusCode::OK {
            let status = answer.status();
            let what = format!("{}: it answers with status {status}", address.uri());
            return Err(NotSignedIn::Unreachable(Unreachable(what)));
        }
        let issuer = known.metadata.issuer.as_str();
        let told = match is_signed(&answer) {
            true => {
                let told = self.signed_userinfo(known, answer.body()).await?;
                userinfo(told, subject, Some((issuer, &self.settings().client_id)))
            }
            false => {
                let told = serde_json::from_slice(answer.body());
                let told = told.map_err(|_| not_counted("what UserInfo answers is no JSON"))?;
                userinfo(told, subject, None)
            }
        };
        let told = told.map_err(NotSignedIn::NotCounted)?;
        if let Value::Object(claims) = claims {
            for (name, value) in told {
                claims.entry(name).or_insert(value);
            }
        }
        Ok(())
    }

    /// What UserInfo tells as a JWT, by any algorithm that counts here: the provider's keys decide.
    async fn signed_userinfo(&self, known: &Known, token: &[u8]) -> Result<Value, NotSignedIn> {
        let token = std::str::from_utf8(token).unwrap_or_default().trim();
        let verified = known.keys.verify(token, &Algorithm::ALL, |_| true).await;
        let verified = verified.map_err(|error| match &error {
            NotVerified::NoKeys(_) => not_verified(&error),
            _ => not_counted(&format!(
                "what UserInfo answers is signed, and {error} ({}); or it is encrypted. Set this client at the \
                 provider to one of these, or to UserInfo that is not signed",
                Algorithm::ALL.map(|own| own.name()).join(", ")
            )),
        })?;
        Ok(verified.claims)
    }
}

fn is_signed(answer: &Response<Bytes>) -> bool {
    let kind = answer
        .headers()
        .get(CONTENT_TYPE)
        .map(HeaderValue::as_bytes);
    let kind = kind.and_then(|kind| kind.split(|byte| *byte == b';').next());
    kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"application/jwt"))
}

pub(super) fn not_verified(error: &NotVerified) -> NotSignedIn {
    match error {
        NotVerified::NoKeys(fault) => {
            NotSignedIn::Unreachable(Unreachable(format!("its keys cannot be read: {fault}")))
        }
        other => not_counted(&other.to_string()),
    }
}

fn not_counted(why: &str) -> NotSignedIn {
    NotSignedIn::NotCounted(Refused::because(why))
}

fn secret_header(text: &str) -> Result<HeaderValue, NotSignedIn> {
    let header = HeaderValue::from_str(text);
    let mut header = header.map_err(|_| not_counted("an access token that fits into no header"))?;
    header.set_sensitive(true);
    Ok(header)
}
