//! What gates in processes of their own ask (`docs/gate-process.md`), each for the one API that it
//! is the resource server of: how the API is configured, its catalog, and what changes; and where
//! they tell what they saw.

mod changes;
mod seen;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use enforce::apart::{ServedApi, ServedKeys};
use oauth::metadata::protected_resource;
use oauth::model::TokenHash;
use oauth::{ErrorCode, OAuthError};
use realm::api::Told;
use realm::{App, Endpoint, Realm, ResourceServer};
use serde_json::Value;

use super::json::fresh_json_of;
use crate::error::ApiError;
use crate::in_realm::InRealm;

pub(crate) use changes::changes;
pub(crate) use seen::calls;

/// Whoever has an address of theirs here.
type Named = Path<(String, String)>;

/// How the API is configured.
pub(crate) async fn describe(
    InRealm(realm): InRealm,
    Path((_, api)): Named,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let ResourceServer { api, .. } = asking(&realm, &api, &headers).await?;
    let metadata = protected_resource(api.url(), realm.issuer(), realm.catalog());
    Ok(fresh_json_of(&ServedApi {
        issuer: realm.issuer().to_owned(),
        realm: realm.id().to_owned(),
        api: api.name().to_owned(),
        url: api.url().to_owned(),
        base_path: api.base_path().to_owned(),
        paths: api.paths().to_vec(),
        beside: api.beside().clone(),
        limits: api.limits().clone(),
        keys: ServedKeys::of(api.takes_keys()),
        told_in_jwt: api.told() == Told::InJwt,
        introspection: Some(realm.layout().at(Endpoint::Introspect.name())),
        explanations: format!("{}/errors", realm.issuer()),
        resource_metadata: realm.metadata_of(api),
        metadata: serde_json::to_value(metadata).unwrap_or(Value::Null),
    }))
}

/// The catalog that the realm goes by, as it is written.
pub(crate) async fn catalog(
    InRealm(realm): InRealm,
    Path((_, api)): Named,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    asking(&realm, &api, &headers).await?;
    let digest = TokenHash(realm.catalog_digest());
    let text = realm.catalog().source().to_owned();
    Ok(text_of(&headers, digest, text))
}

/// One that it went by once, or that another node goes by.
pub(crate) async fn archived(
    State(app): State<Arc<App>>,
    InRealm(realm): InRealm,
    Path((_, api, digest)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    asking(&realm, &api, &headers).await?;
    let unknown = || {
        ApiError::invalid_request(
            "no catalog of this realm has this digest; it is the SHA-256 of the text, as 64 \
             hexadecimal digits in lower case",
        )
        .with_status(StatusCode::NOT_FOUND)
    };
    let digest = TokenHash::from_hexadecimal(&digest).ok_or_else(unknown)?;
    if digest.0 == realm.catalog_digest() {
        return Ok(text_of(
            &headers,
            digest,
            realm.catalog().source().to_owned(),
        ));
    }
    let text = app.archived_catalog(digest).await?;
    // The archive is of every realm.
    let own = text.filter(|text| is_of(&realm, text));
    let text = own.ok_or_else(unknown)?;
    Ok(text_of(&headers, digest, text))
}

/// Who asks, and the API of theirs, which has to be the one that the address names. Nothing is read
/// or told before.
async fn asking<'r>(
    realm: &'r Realm,
    api: &str,
    headers: &HeaderMap,
) -> Result<ResourceServer<'r>, ApiError> {
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (sent.next(), sent.next());
    if second.is_some() {
        let several = "send one Authorization header, not several";
        return Err(ApiError::invalid_request(several));
    }
    let first = first.map(HeaderValue::to_str).transpose();
    let first =
        first.map_err(|_| ApiError::invalid_request("the Authorization header must be ASCII"))?;
    let server = realm.resource_server(first).await?;
    if server.api.name() != api {
        let error = OAuthError::new(
            ErrorCode::UnauthorizedClient,
            format!(
                "this client is the resource server of the API {:?}; ask for that one",
                server.api.name()
            ),
        );
        return Err(ApiError::from(error).with_status(StatusCode::FORBIDDEN));
    }
    Ok(server)
}

/// Is this a catalog of the realm? Only its own id is looked for: it was compiled when it was archived.
fn is_of(realm: &Realm, text: &str) -> bool {
    scope::Catalog::parse("archived", text).is_ok_and(|catalog| catalog.id() == realm.id())
}

/// A text whose digest is its version (RFC 9110 section 8.8.3).
fn text_of(headers: &HeaderMap, digest: TokenHash, text: String) -> Response {
    let tag = format!("\"{digest}\"");
    let known = headers.get_all(IF_NONE_MATCH).iter();
    let mut known = known.filter_map(|value| value.to_str().ok());
    // By weak comparison (RFC 9110 section 13.1.2).
    let is_same = |each: &str| each.trim().trim_start_matches("W/") == tag;
    let is_known = known.any(|value| value.split(',').any(is_same));
    let mut answer = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(CONTENT_TYPE, "application/toml; charset=utf-8")], text).into_response()
    };
    let headers = answer.headers_mut();
    // Made of hexadecimal digits.
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    // It may be kept, and is asked about each time: who asks has to prove who it is.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    answer
}
