//! Token introspection (RFC 7662).

use scope::{Catalog, Scope};

use crate::json::Object;
use crate::model::{Client, Timestamp, Uuid};
use crate::token::AccessTokenClaims;

/// May this client learn about a token? Only a resource server of the token's audience;
/// everybody else is told it is inactive. `also` is another name of that audience, if it has one.
#[must_use]
pub fn may_introspect(client: &Client, claims: &AccessTokenClaims, also: Option<&str>) -> bool {
    let Some(audiences) = &client.introspects else {
        return false;
    };
    client.status.is_active()
        && (audiences.contains(&claims.audience)
            || also.is_some_and(|name| audiences.contains(name)))
}

/// May this client learn about a refresh token that was issued to `owner`? Only about its own. For
/// everybody else there are no refresh tokens: a resource server that was told of one takes it for
/// an access token, whatever else the answer says.
#[must_use]
pub fn may_introspect_refresh_token(client: &Client, owner: &str) -> bool {
    client.status.is_active() && client.id == owner
}

/// What a caller is told about a token (RFC 7662 section 2.2).
///
/// By default that it is inactive, and not a word more.
#[derive(Debug, Clone, Default)]
pub struct Introspection<'a> {
    active: bool,
    /// What counts now, which can be less than the token was issued with.
    scope: Option<Scope>,
    client_id: Option<String>,
    username: Option<String>,
    token_type: Option<&'a str>,
    exp: Option<i64>,
    iat: Option<i64>,
    sub: Option<String>,
    /// What `sub` is: a person, or the client itself.
    subject_kind: Option<&'static str>,
    aud: Option<&'a str>,
    iss: Option<&'a str>,
    jti: Option<Uuid>,
    organisation: Option<Uuid>,
    grant: Option<Uuid>,
}

impl<'a> Introspection<'a> {
    /// The answer for an access token of this client that is valid for the caller.
    #[must_use]
    pub fn of_access_token(
        catalog: &'a Catalog,
        issuer: &'a str,
        claims: &'a AccessTokenClaims,
        client_id: &str,
        scope: Scope,
        username: Option<String>,
    ) -> Self {
        Self {
            active: true,
            scope: Some(scope),
            client_id: Some(client_id.to_owned()),
            username,
            token_type: Some(&catalog.token_policy().token_type),
            exp: Some(claims.expires_at.as_second()),
            iat: Some(claims.issued_at.as_second()),
            sub: Some(claims.subject(client_id)),
            subject_kind: Some(claims.subject_kind.as_str()),
            aud: Some(&claims.audience),
            iss: Some(issuer),
            jti: Some(claims.id),
            organisation: claims.organisation,
            grant: claims.grant,
        }
    }

    /// The JSON body, to be sent with `Cache-Control: no-store`.
    #[must_use]
    pub fn json(&self) -> Vec<u8> {
        let mut body = Object::default();
        body.value("active", &self.active);
        if let Some(scope) = &self.scope {
            body.scope("scope", scope);
        }
        let texts = [
            ("client_id", self.client_id.as_deref()),
            ("username", self.username.as_deref()),
            ("token_type", self.token_type),
            ("sub", self.sub.as_deref()),
            ("subject_kind", self.subject_kind),
            ("aud", self.aud),
            ("iss", self.iss),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                body.string(name, text);
            }
        }
        for (name, time) in [("exp", self.exp), ("iat", self.iat)] {
            if let Some(time) = time {
                body.value(name, &time);
            }
        }
        let ids = [
            ("jti", self.jti),
            ("organisation", self.organisation),
            ("grant", self.grant),
        ];
        for (name, id) in ids {
            if let Some(id) = id {
                body.value(name, &id);
            }
        }
        body.text()
    }

    /// The same for a refresh token that runs out then, or never. `token_type` is how an access
    /// token is used; this one is used at the token endpoint only.
    #[must_use]
    pub fn of_refresh_token(self, expires_at: Option<Timestamp>) -> Self {
        Self {
            token_type: None,
            jti: None,
            exp: expires_at.map(Timestamp::as_second),
            ..self
        }
    }
}
