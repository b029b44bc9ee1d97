//! Token introspection (RFC 7662).

use scope::{Catalog, Scope};
use serde_json::{Map, Value, json};

use crate::model::Client;
use crate::token::AccessTokenClaims;

/// May this client learn about a token? Only a resource server of the token's audience;
/// everybody else is told it is inactive.
#[must_use]
pub fn may_introspect(client: &Client, claims: &AccessTokenClaims) -> bool {
    client.disabled_at.is_none()
        && client
            .introspects
            .as_ref()
            .is_some_and(|audiences| audiences.contains(&claims.audience))
}

/// The answer for a token that is valid for the caller. `scope` is what counts now, which
/// can be less than the token was issued with.
#[must_use]
pub fn response(
    catalog: &Catalog,
    issuer: &str,
    claims: &AccessTokenClaims,
    scope: &Scope,
    username: Option<&str>,
) -> Value {
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    put("active", json!(true));
    put("scope", json!(scope.to_string()));
    put("client_id", json!(claims.client));
    if let Some(username) = username {
        put("username", json!(username));
    }
    put("token_type", json!(catalog.token_policy().token_type));
    put("exp", json!(claims.expires_at.as_second()));
    put("iat", json!(claims.issued_at.as_second()));
    put("sub", json!(claims.subject()));
    put("aud", json!(claims.audience));
    put("iss", json!(issuer));
    put("jti", json!(claims.id));
    if let Some(organisation) = claims.organisation {
        put("organisation", json!(organisation));
    }
    if let Some(grant) = claims.grant {
        put("grant", json!(grant));
    }
    Value::Object(body)
}

/// The answer for anything else: not a word more (RFC 7662 section 2.2).
#[must_use]
pub fn inactive() -> Value {
    json!({ "active": false })
}
