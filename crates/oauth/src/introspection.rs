//! Token introspection (RFC 7662).

use std::collections::BTreeMap;
use std::sync::Arc;

use scope::{Catalog, RightsOrigin, RowFilter, Scope};
use serde::Serialize;

use crate::json::Object;
use crate::model::{AuthenticationContext, Client, Organisation, Timestamp, Uuid};
use crate::token::AccessTokenClaims;

/// May this client learn about a token? Only a resource server of the token's audience;
/// everybody else is told it is inactive. `also` is another name of that audience, if it has one.
#[must_use]
pub fn may_introspect(client: &Client, claims: &AccessTokenClaims, also: Option<&str>) -> bool {
    is_resource_server_of(client, &claims.audience, also)
}

/// Is this client a resource server of this audience? `also` is another name of it, if it has one.
#[must_use]
pub fn is_resource_server_of(client: &Client, audience: &str, also: Option<&str>) -> bool {
    let Some(audiences) = &client.introspects else {
        return false;
    };
    client.status.is_active()
        && (audiences.contains(audience) || also.is_some_and(|name| audiences.contains(name)))
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
    /// How and when the person had signed in (RFC 9470 section 6.2).
    authentication: Option<AuthenticationContext>,
    /// What a gate of the caller's own needs besides.
    for_gates: ForGates,
}

/// What a resource server needs to know to decide by itself: whose data a call may name, and of
/// which records.
#[derive(Debug, Clone, Default)]
pub struct ForGates {
    /// The catalog's kind of the client.
    pub client_kind: Option<String>,
    /// The organisation that the token is for.
    pub organisation: Option<Place>,
    /// Where the person has a place, for a token that is for no organisation: it opens each of
    /// them, and no other. `None` where it is for one, or where there are too many to tell.
    pub organisations: Option<Vec<Place>>,
    /// Scopes that open certain records only, each with which.
    pub row_filters: Vec<(String, RowFilter)>,
    /// The place in the changes that the answer is from: a gate that was told of later ones does not
    /// keep it.
    pub as_of: Option<i64>,
    /// From this second since 1970 on less counts, though nothing changes: an approval runs out, or
    /// what is known of the person's rights.
    pub counts_until: Option<i64>,
    /// What of the token's scope would count besides, had the person signed in again.
    pub scope_expired: Scope,
    /// What of it would count besides, had the person signed in with a second factor.
    pub scope_unproven: Scope,
    /// Where the person's rights come from, where that is no role.
    pub rights_from: Option<Arc<RightsOrigin>>,
}

/// An organisation under each name that an API may have for it.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// Its id here.
    pub id: Uuid,
    /// Its short name in URLs.
    pub slug: String,
    /// Its number.
    pub number: i64,
    /// What of the token's scope counts there, where that differs from place to place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Likewise of what would count besides, had the person signed in again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope_expired: Option<String>,
    /// Likewise of what would count besides, had they signed in with a second factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope_unproven: Option<String>,
}

impl Place {
    /// Of an organisation.
    #[must_use]
    pub fn of(organisation: &Organisation) -> Self {
        Self {
            id: organisation.id,
            slug: organisation.slug.clone(),
            number: organisation.number,
            scope: None,
            scope_expired: None,
            scope_unproven: None,
        }
    }
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
            authentication: claims.authentication.clone(),
            for_gates: ForGates::default(),
        }
    }

    /// The same with what a gate of the caller's own needs.
    #[must_use]
    pub fn for_gates(self, for_gates: ForGates) -> Self {
        Self { for_gates, ..self }
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
        let authentication = self.authentication.as_ref();
        if let Some(class) = authentication.and_then(|own| own.class.as_deref()) {
            body.string("acr", class);
        }
        let signed_in = authentication.map(|own| own.at.as_second());
        for (name, time) in [
            ("exp", self.exp),
            ("iat", self.iat),
            ("auth_time", signed_in),
        ] {
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
        self.for_gates.write(&mut body);
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
            for_gates: ForGates::default(),
            ..self
        }
    }
}

impl Introspection<'_> {
    /// The same for an API key that ends then, or never. It is no bearer token.
    #[must_use]
    pub fn of_api_key(self, ends_at: Option<Timestamp>) -> Self {
        Self {
            token_type: None,
            exp: ends_at.map(Timestamp::as_second),
            ..self
        }
    }
}

impl ForGates {
    fn write(&self, body: &mut Object) {
        for (name, number) in [("as_of", self.as_of), ("counts_until", self.counts_until)] {
            if let Some(number) = number {
                body.value(name, &number);
            }
        }
        if !self.scope_expired.is_empty() {
            body.scope("scope_expired", &self.scope_expired);
        }
        if !self.scope_unproven.is_empty() {
            body.scope("scope_unproven", &self.scope_unproven);
        }
        if let Some(origin) = &self.rights_from {
            body.value("rights_from", &**origin);
        }
        if let Some(kind) = &self.client_kind {
            body.string("client_kind", kind);
        }
        if let Some(place) = &self.organisation {
            body.string("organisation_slug", &place.slug);
            body.value("organisation_number", &place.number);
        }
        if let Some(places) = &self.organisations {
            body.value("organisations", places);
        }
        if !self.row_filters.is_empty() {
            let filters = self.row_filters.iter();
            let filters = filters.map(|(scope, filter)| (scope.as_str(), filter.as_str()));
            body.value("row_filters", &filters.collect::<BTreeMap<_, _>>());
        }
    }
}
