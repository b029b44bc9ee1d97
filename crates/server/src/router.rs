use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::cors::open;
use crate::endpoints::{introspect, jwks, metadata, revoke, token};
use crate::operations::health;
use crate::pages::{login, missing, scopes, static_files};
use crate::{account, authorize};
use realm::App;

/// Every route there is.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .merge(oauth())
        .merge(discovery())
        .merge(pages())
        .route("/healthz", get(health::alive))
        .fallback(missing::answer)
        .with_state(app)
}

/// RFC 6749, RFC 7662, RFC 7009.
#[rustfmt::skip] // one line each
fn oauth() -> Router<Arc<App>> {
    Router::new()
        .route("/{realm}/oauth/token", open(post(token::token)))
        .route("/{realm}/oauth/introspect", open(post(introspect::introspect)))
        .route("/{realm}/oauth/revoke", open(post(revoke::revoke)))
        .route("/{realm}/oauth/jwks", open(get(jwks::jwks)))
}

/// RFC 8414 in both forms that clients try, where `OpenID` Connect clients look, and RFC 9728.
#[rustfmt::skip] // one line each
fn discovery() -> Router<Arc<App>> {
    Router::new()
        .route("/.well-known/oauth-authorization-server/{realm}", open(get(metadata::metadata)))
        .route("/{realm}/.well-known/oauth-authorization-server", open(get(metadata::metadata)))
        .route("/.well-known/openid-configuration/{realm}", open(get(metadata::metadata)))
        .route("/{realm}/.well-known/openid-configuration", open(get(metadata::metadata)))
        .route("/.well-known/oauth-protected-resource/{realm}/api", open(get(metadata::resource)))
}

/// What people see.
#[rustfmt::skip] // one line each
fn pages() -> Router<Arc<App>> {
    Router::new()
        .route("/{realm}/oauth/authorize", get(authorize::ask).post(authorize::decide))
        .route("/{realm}/login", get(login::show).post(login::sign_in))
        .route("/{realm}/logout", post(login::sign_out))
        .route("/{realm}/account", get(account::show))
        .route("/{realm}/account/grants/{grant}/remove", post(account::remove))
        .route("/{realm}/account/grants/{grant}/reduce", post(account::reduce))
        .route("/{realm}/scopes", get(scopes::show))
        .route("/static/style.css", get(static_files::stylesheet))
}
