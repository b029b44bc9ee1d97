//! Authorization server metadata (RFC 8414) and protected resource metadata (RFC 9728).

use std::collections::BTreeSet;

use scope::Catalog;
use serde_json::{Value, json};

use crate::authorization::Prompt;

/// Where a realm's endpoints are, as whole addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Authorization endpoint.
    pub authorize: String,
    /// Token endpoint.
    pub token: String,
    /// Introspection endpoint.
    pub introspect: String,
    /// Revocation endpoint.
    pub revoke: String,
    /// Keys.
    pub jwks: String,
    /// The page for developers.
    pub documentation: String,
}

/// The document at the well-known URL of an issuer (RFC 8414 section 2). `issuer` is the exact
/// text clients compare with, without a slash at the end; `signing` are the algorithms of JWT
/// access tokens, which no registered member names; `classes` are those that an app can ask for by
/// `acr_values`, if there are any.
#[must_use]
pub fn authorization_server(
    issuer: &str,
    catalog: &Catalog,
    endpoints: &Endpoints,
    signing: &BTreeSet<&str>,
    classes: &[&str],
) -> Value {
    let grant_types: BTreeSet<&str> = catalog
        .client_kinds()
        .iter()
        .flat_map(|kind| kind.grant_types.iter().map(String::as_str))
        .collect();
    let with_secret = ["client_secret_basic", "client_secret_post"];
    let any = ["client_secret_basic", "client_secret_post", "none"];
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": endpoints.authorize,
        "token_endpoint": endpoints.token,
        "jwks_uri": endpoints.jwks,
        "access_token_signing_alg_values_supported": signing,
        "scopes_supported": catalog.names(catalog.usable()),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": grant_types,
        "token_endpoint_auth_methods_supported": any,
        "service_documentation": endpoints.documentation,
        "ui_locales_supported": catalog.languages(),
        "revocation_endpoint": endpoints.revoke,
        "revocation_endpoint_auth_methods_supported": any,
        "introspection_endpoint": endpoints.introspect,
        "introspection_endpoint_auth_methods_supported": with_secret,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "prompt_values_supported": Prompt::VALUES,
    });
    if let (false, Some(members)) = (classes.is_empty(), document.as_object_mut()) {
        members.insert("acr_values_supported".to_owned(), json!(classes));
    }
    document
}

/// The document of a protected resource (RFC 9728 section 2). Its `scopes_supported` is the
/// least a client can start with, the catalog's defaults, not the whole catalog; it is left out where there
/// are none.
#[must_use]
pub fn protected_resource(resource: &str, issuer: &str, catalog: &Catalog) -> Value {
    let defaults = catalog.every_grant().union(catalog.new_client());
    let mut document = json!({
        "resource": resource,
        "authorization_servers": [issuer],
        "bearer_methods_supported": ["header"],
    });
    // A member without values is left out (RFC 9728 section 3.2).
    let scopes = catalog.names(&defaults);
    if let (false, Some(members)) = (scopes.is_empty(), document.as_object_mut()) {
        members.insert("scopes_supported".to_owned(), json!(scopes));
    }
    document
}
